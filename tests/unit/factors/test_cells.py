"""The single values of a parameter: number, bounds, source, and who checked it.

In the tables «» marks the place that the message must point to.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carbonquant.declaration import Printed
from carbonquant.errors import Diagnostic
from carbonquant.factors import Cell
from carbonquant.methodology import Methodology

Edit = tuple[str, str]

WRONG = [
    (
        ("values: {walk: 0, bus: 68}", "values: {walk: 0, bus: {value: 68, «uncertainty»: 1}}"),
        "CQ207",
        "not supported yet: uncertainty",
        "",
    ),
    (
        ("values: {walk: 0, bus: 68}", "values: {walk: 0, bus: {value: 68, «sourse»: x}}"),
        "CQ201",
        "unknown key 'sourse'",
        "did you mean 'source'?",
    ),
    (
        ("values: {walk: 0, bus: 68}", "values: {walk: 0, bus: {value: 68, source: «[»a]}}"),
        "CQ203",
        "expected a text, found a list",
        "",
    ),
    (
        ("values: {walk: 0, bus: 68}", "values: {walk: 0, bus: {value: 68, source: «nobody» p 1}}"),
        "CQ210",
        "'nobody' is no key of 'sources:'",
        "keys: survey",
    ),
    (
        ("values: {walk: 0, bus: 68}", "values: {walk: 0, bus: {value: 68, status: «checked»}}"),
        "CQ206",
        "unknown value 'checked' for 'status'",
        "one of: verified, unverified",
    ),
    (
        ("values: {walk: 0, bus: 68}", "values: {walk: 0, bus: {value: 68, lower: «70»}}"),
        "CQ204",
        "the lower bound 70 is above the value 68",
        "",
    ),
    (
        ("values: {walk: 0, bus: 68}", "values: {walk: 0, bus: {value: 68, upper: «60»}}"),
        "CQ204",
        "the upper bound 60 is below the value 68",
        "",
    ),
    (
        ("source: survey p 3", "source: «survy» p 3"),
        "CQ210",
        "'survy' is no key of 'sources:'",
        "did you mean 'survey'?",
    ),
    (
        (
            "EF: {unit: g CO2e/km, over: mode, values: {walk: 0, bus: 68}, source: survey p 3",
            "«EF»: {unit: g CO2e/km, over: mode, values: {walk: 0, bus: 68}",
        ),
        "CQ210",
        "a value of 'EF' has no source",
        "source: KEY locator, with KEY from 'sources:', or source: by definition",
    ),
    (
        ("cap: {unit: km, value: 20, source: by definition", "«cap»: {unit: km, value: 20"),
        "CQ210",
        "a value of 'cap' has no source",
        "source: KEY locator, with KEY from 'sources:', or source: by definition",
    ),
]


@pytest.mark.parametrize(("edit", "code", "message", "hint"), WRONG)
def test_value_that_is_wrong_is_refused(
    edit: Edit, code: str, message: str, hint: str, assert_refused: Callable[..., None]
) -> None:
    assert_refused(edit, code, message, hint)


def test_cell_keeps_the_printed_text_its_own_source_and_its_bounds(trial: Callable[..., Methodology]) -> None:
    edit = (
        "bus: 68}",
        "bus: {value: 68.0, lower: 60, upper: 70, source: by definition, status: unverified}}",
    )

    cells = trial(edit).parameters["EF"].cells

    assert cells["walk"] == Cell(Printed("0", 0.0), "survey p 3", is_unverified=False)
    assert cells["bus"] == Cell(
        Printed("68.0", 68.0),
        "by definition",
        is_unverified=True,
        lower=Printed("60", 60.0),
        upper=Printed("70", 70.0),
    )


def test_cells_without_a_status_take_that_of_the_parameter(trial: Callable[..., Methodology]) -> None:
    methodology = trial(("source: survey p 3", "source: survey p 3, status: unverified"))

    assert [cell.is_unverified for cell in methodology.parameters["EF"].cells.values()] == [True, True]
    assert methodology.unverified == ("EF",)


def test_member_may_be_called_value(trial: Callable[..., Methodology]) -> None:
    methodology = trial(
        ("[walk, bus]", "[walk, value]"), ("{walk: 0, bus: 68}", "{walk: 0, value: 68}"), ("[bus]", "[value]")
    )

    assert methodology.parameters["EF"].cells["value"].number.text == "68"


def test_unverified_value_without_a_source_is_a_warning(
    warnings: Callable[..., list[tuple[str, str]]],
) -> None:
    found = warnings(("value: 20, source: by definition", "value: 20, status: unverified"))

    assert found == [("CQ210", "a value of 'cap' has no source")]


def test_unverified_value_in_an_official_methodology_is_refused(assert_refused: Callable[..., None]) -> None:
    edit = ("value: 20, source: by definition", "value: 20, source: by definition, status: «unverified»")
    official = ("basis: demonstration", "basis: official")

    assert_refused(edit, "CQ211", "an official methodology holds an unverified value", "", official)


def test_unverified_value_without_a_source_in_an_official_methodology_is_refused_for_both(
    refusals: Callable[..., tuple[Diagnostic, ...]],
) -> None:
    edit = ("value: 20, source: by definition", "value: 20, status: unverified")

    found = refusals(edit, ("basis: demonstration", "basis: official"))

    assert sorted(problem.code for problem in found) == ["CQ210", "CQ211"]


def test_source_that_is_wrong_itself_gives_no_second_message(assert_refused: Callable[..., None]) -> None:
    edit = ("survey: {title: 调查}", "«survey»: {author: 某人}")

    assert_refused(edit, "CQ202", "the key 'title' is missing")


def test_source_hint_says_so_where_no_source_is_declared(assert_refused: Callable[..., None]) -> None:
    edit = ("value: 20, source: by definition", "value: 20, source: «book»")
    plain = (
        ("sources:\n  survey: {title: 调查}\n", ""),
        ("source: survey p 3", "source: by definition"),
        ("5], source: survey", "5], source: by definition"),
    )

    assert_refused(edit, "CQ210", "'book' is no key of 'sources:'", "keys: none declared", *plain)
