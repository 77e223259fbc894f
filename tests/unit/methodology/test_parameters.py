"""Fixed values: single ones, tables over members, and banded tables.

In the tables «» marks the place that the message must point to.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carbonquant.errors import Diagnostic
from carbonquant.methodology import Methodology

Edit = tuple[str, str]

WRONG = [
    (("cap: {unit: km", "cap: {unit: «kn»"), "CQ208", "unknown unit 'kn'", ""),
    (
        ("cap: {unit: km", "cap: {unit: km, «over»: mode"),
        "CQ202",
        "'over:' needs 'values:', one for each member",
        "",
    ),
    (
        ("cap: {unit: km", "cap: {unit: km, over: «ride»"),
        "CQ204",
        "a parameter cannot vary over ride, whose members come with the data",
        "",
    ),
    (
        ("growth: {unit: t CO2e/ha, value: 3", "growth: {unit: t CO2e/ha, «values»: {walk: 1}"),
        "CQ214",
        "'values' needs 'over:', the dimension they vary over",
        "",
    ),
    (
        ("values: {walk: 0, bus: 68}", "values: {walk: 0, bus: «x»}"),
        "CQ204",
        "expected a number such as 0.55 or 1.2e-3, found 'x'",
        "",
    ),
    (("values: {walk: 0, bus: 68}", "«values»: {walk: 0}"), "CQ214", "no value for 'bus' of 'mode'", ""),
    (
        ("values: {walk: 0, bus: 68}", "values: {walk: 0, «buss»: 68}"),
        "CQ214",
        "'mode' has no member 'buss'",
        "did you mean 'bus'?",
    ),
    (
        ("values: [0, 5]", "values: [«null», 5]"),
        "CQ207",
        "not supported yet: a band without a value (null)",
        "",
    ),
    (
        ("values: {walk: 0, bus: 68}", "values: «[»0, 68, 1]"),
        "CQ214",
        "expected 2 values over mode, found 3",
        "",
    ),
    (
        ("values: {walk: 0, bus: 68}", "values: {walk: 0, bus: {value: «q», upper: 60}}"),
        "CQ204",
        "expected a number such as 0.55 or 1.2e-3, found 'q'",
        "",
    ),
    (("upto: [10, null]", "upto: «[»null, 10]"), "CQ214", "only the last band may be open (null)", ""),
    (("upto: [10, null]", "upto: «[»10, 10]"), "CQ214", "the limits of the bands do not rise", ""),
    (("values: [0, 5]", "values: «[»0]"), "CQ214", "2 bands but 1 values", ""),
    (
        ("values: [0, 5]", "values: «{»a: 0}"),
        "CQ203",
        "the values of a banded table are a list, one for each limit",
        "",
    ),
    (
        (
            "bands: {unit: ha, upto: [10, null]}, values: [0, 5]",
            "«bands»: {unit: ha, upto: [10, null]}, value: 0",
        ),
        "CQ202",
        "'bands:' needs 'values:', one for each limit",
        "",
    ),
    (
        ('discount: {unit: "%"', 'discount: {«over»: mode, unit: "%"'),
        "CQ207",
        "not supported yet: bands with over:",
        "",
    ),
    (("bands: {unit: ha", "bands: {unit: «hq»"), "CQ208", "unknown unit 'hq'", ""),
]


@pytest.mark.parametrize(("edit", "code", "message", "hint"), WRONG)
def test_parameter_that_is_wrong_is_refused(
    edit: Edit, code: str, message: str, hint: str, assert_refused: Callable[..., None]
) -> None:
    assert_refused(edit, code, message, hint)


def test_table_is_read_from_a_list_in_the_order_of_the_members(trial: Callable[..., Methodology]) -> None:
    cells = trial(("values: {walk: 0, bus: 68}", "values: [0, 68]")).parameters["EF"].cells

    assert [cell.number.text for cell in cells] == ["0", "68"]


def test_banded_table_keeps_its_limits_and_an_open_end(trial: Callable[..., Methodology]) -> None:
    discount = trial().parameters["discount"]

    assert discount.bands is not None
    assert (str(discount.bands.unit), discount.bands.limits) == ("ha", (10.0, None))
    assert [cell.number.text for cell in discount.cells] == ["0", "5"]


def test_members_below_those_that_come_with_the_data_are_complete(
    assert_refused: Callable[..., None],
) -> None:
    edit = (
        "unit: km, value: 20, source",
        "unit: km, over: [year, mode], values: {2024: 1, 2025: {«walks»: 1, bus: 2}}, source",
    )
    unread = ('"min(sum(distance, to=user_day), cap)"', '"sum(distance, to=user_day)"')

    assert_refused(edit, "CQ214", "'mode' has no member 'walks'", "did you mean 'walk'?", unread)


def test_list_over_members_that_come_with_the_data_is_left_to_the_run(
    trial: Callable[..., Methodology],
) -> None:
    unread = ('"min(sum(distance, to=user_day), cap)"', '"sum(distance, to=user_day)"')

    found = trial(("value: 20, source", "over: [year, mode], values: [[1, 2], 3], source"), unread)

    assert found.parameters["cap"].over == ("year", "mode")


def test_parameter_over_a_dimension_that_is_wrong_gives_no_second_message(
    assert_refused: Callable[..., None],
) -> None:
    edit = ("mode: [walk, bus]", "mode: [walk, bus, «walk»]")

    assert_refused(edit, "CQ214", "'mode' has the member 'walk' twice")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("{walk: {s1: 1}, bus: {s1: 1, s2: 2}}", "no value for 's2' of 'stratum'"),
        ("[{s1: 1}, {s1: 1, s2: 2}]", "no value for 's2' of 'stratum'"),
        ("{walk: 1, bus: [1, 2]}", None),
        ("{walk: null, bus: {s1: 1}}", None),
        ("{walk: {s1: null}, bus: {s1: 1}}", None),
    ],
)
def test_members_that_come_with_the_data_are_the_same_below_every_member(
    values: str,
    message: str | None,
    refusals: Callable[..., tuple[Diagnostic, ...]],
    trial: Callable[..., Methodology],
) -> None:
    unread = ('"min(sum(distance, to=user_day), cap)"', '"sum(distance, to=user_day)"')
    edit = ("value: 20, source", f"over: [mode, stratum], values: {values}, source")

    if message is None:
        assert trial(edit, unread).parameters["cap"].over == ("mode", "stratum")
    else:
        assert [problem.message for problem in refusals(edit, unread)] == [message]


def test_null_says_that_nothing_is_published_and_a_missing_member_is_a_mistake(
    trial: Callable[..., Methodology], assert_refused: Callable[..., None]
) -> None:
    published = trial(("values: {walk: 0, bus: 68}", "values: {walk: 0, bus: null}")).parameters["EF"]

    assert published.cells["bus"] is None
    assert_refused(
        ("values: {walk: 0, bus: 68}", "«values»: {walk: 0}"), "CQ214", "no value for 'bus' of 'mode'"
    )
