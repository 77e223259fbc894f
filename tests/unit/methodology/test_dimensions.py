"""What figures may vary over: closed sets, and groups made from rows.

In the tables «» marks the place that the message must point to.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carbonquant.methodology import Methodology

Edit = tuple[str, str]

WRONG = [
    (("[walk, bus]", "[walk, bus, «walk»]"), "CQ214", "'mode' has the member 'walk' twice", ""),
    (
        ("{group: ride, by: [user, day]}", "{group: «mode», by: [user, day]}"),
        "CQ306",
        "'mode' is no rows dimension",
        "",
    ),
    (
        ("{group: ride, by: [user, day]}", "{group: «rides», by: [user, day]}"),
        "CQ306",
        "'rides' is no rows dimension",
        "did you mean 'ride'?",
    ),
    (
        ("{group: ride, by: [user, day]}", "{group: ride, by: [user, «date»]}"),
        "CQ306",
        "'date' is no input over ride",
        "",
    ),
]


@pytest.mark.parametrize(("edit", "code", "message", "hint"), WRONG)
def test_dimension_that_is_wrong_is_refused(
    edit: Edit, code: str, message: str, hint: str, assert_refused: Callable[..., None]
) -> None:
    assert_refused(edit, code, message, hint)


def test_group_knows_its_rows_and_the_columns_that_make_it(trial: Callable[..., Methodology]) -> None:
    group = trial().dimensions["user_day"]

    assert (group.kind, group.rows, group.by) == ("group", "ride", ("user", "day"))


def test_group_of_rows_that_are_wrong_is_not_judged(assert_refused: Callable[..., None]) -> None:
    hint = "one of: category, year, month, date, rows, a list of members, or {group: …, by: […]}"

    assert_refused(("ride: rows", "ride: «row»"), "CQ206", "unknown kind of dimension 'row'", hint)


def test_column_of_a_group_that_is_wrong_itself_gives_no_second_message(
    assert_refused: Callable[..., None],
) -> None:
    hint = "text, date, bool, or a dimension of the file; a number has 'unit' instead"

    assert_refused(("user: {type: text", "user: {type: «string»"), "CQ306", "unknown type 'string'", hint)
