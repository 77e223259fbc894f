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
    (
        ("year: year", "year: year\n  x: {alias: «yeer»}"),
        "CQ306",
        "'yeer' is no dimension of few members",
        "did you mean 'year'?",
    ),
    (
        ("year: year", "year: year\n  x: {alias: «ride»}"),
        "CQ306",
        "'ride' is no dimension of few members",
        "",
    ),
    (
        ("year: year", "year: year\n  x: {alias: «user_day»}"),
        "CQ306",
        "'user_day' is no dimension of few members",
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
    hint = "one of: category, year, month, date, rows, a list of members, {alias: …}, or {group: …, by: […]}"

    assert_refused(("ride: rows", "ride: «row»"), "CQ206", "unknown kind of dimension 'row'", hint)


def test_column_of_a_group_that_is_wrong_itself_gives_no_second_message(
    assert_refused: Callable[..., None],
) -> None:
    hint = "text, date, bool, or a dimension of the file; a number has 'unit' instead"

    assert_refused(("user: {type: text", "user: {type: «string»"), "CQ306", "unknown type 'string'", hint)


def test_alias_is_a_dimension_over_the_members_of_another(trial: Callable[..., Methodology]) -> None:
    found = trial(("year: year", "m: {alias: mode}\n  year: year")).dimensions["m"]

    assert (found.name, found.base, found.kind, found.members) == ("m", "mode", "category", ("walk", "bus"))


def test_alias_may_stand_before_what_it_is_an_alias_of(trial: Callable[..., Methodology]) -> None:
    found = trial(("  mode: [walk, bus]", "  m: {alias: mode}\n  mode: [walk, bus]")).dimensions

    assert found["m"].base == "mode"


def test_alias_of_an_alias_is_refused(assert_refused: Callable[..., None]) -> None:
    assert_refused(
        ("year: year", "year: year\n  x: {alias: year}\n  z: {alias: «x»}"),
        "CQ306",
        "'x' is no dimension of few members",
    )


def test_alias_of_a_dimension_that_is_wrong_itself_is_not_told_again(
    assert_refused: Callable[..., None],
) -> None:
    assert_refused(
        ("  year: year", "  x: {alias: year}\n  year: «yeer»"),
        "CQ206",
        "unknown kind of dimension 'yeer'",
        "one of: category, year, month, date, rows, a list of members, {alias: …}, or {group: …, by: […]}",
    )
