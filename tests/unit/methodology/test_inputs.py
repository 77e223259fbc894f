"""Which inputs a methodology may ask for, and what is said of others.

In the tables «» marks the place that the message must point to.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carbonquant.formula.tree import Type
from carbonquant.methodology import Methodology
from carbonquant.units import parse_unit

Edit = tuple[str, str]

WRONG = [
    (("area: {unit: ha", "area: {unit: «hq»"), "CQ208", "unknown unit 'hq'", ""),
    (("area: {unit: ha", "area: {unit: «degC»"), "CQ207", "not supported yet: degC", ""),
    (
        ("type: bool, default: false", "type: «time», default: false"),
        "CQ207",
        "not supported yet: type: time",
        "",
    ),
    (
        ("replaced: {type: mode", "replaced: {type: «mood»"),
        "CQ306",
        "unknown type 'mood'",
        "did you mean 'mode'?",
    ),
    (
        ("replaced: {type: mode", "replaced: {type: «ride»"),
        "CQ309",
        "'ride' is a dimension of kind rows; a type is that of a category or a year",
        "",
    ),
    (
        ("replaced: {type: mode", "replaced: {type: «zzzzz»"),
        "CQ306",
        "unknown type 'zzzzz'",
        "text, date, bool, or a dimension of the file; a number has 'unit' instead",
    ),
    (
        ("area: {unit: ha, over: stratum", "area: {unit: ha, over: «stratun»"),
        "CQ306",
        "unknown dimension 'stratun'",
        "did you mean 'stratum'?",
    ),
    (
        ("area: {unit: ha, over: stratum", "area: {unit: ha, over: [stratum, «stratum»]"),
        "CQ205",
        "'stratum' stands twice in 'over:'",
        "",
    ),
    (
        ("distance: {unit: km, over: ride", "distance: {unit: km, over: «[»ride, mode]"),
        "CQ207",
        "not supported yet: an input over rows and another dimension",
        "",
    ),
    (
        ("distance: {unit: km, over: ride", "distance: {unit: km, over: «user_day»"),
        "CQ204",
        "an input cannot vary over a group: groups are made from rows",
        "",
    ),
    (
        ("begun: {type: date, default", "begun: {type: date, range: «[»0, 1], default"),
        "CQ204",
        "only a number has a range, not a date",
        "",
    ),
    (
        ("burnt: {unit: t CO2e", "burnt: {unit: t CO2e, missing: «reject»"),
        "CQ206",
        "only rows can be rejected",
        "write missing: fail, or missing: default",
    ),
    (
        ("area: {unit: ha", "area: {unit: ha, missing: «default»"),
        "CQ202",
        "missing: default needs 'default:'",
        "",
    ),
    (
        ("burnt: {unit: t CO2e, default: 0", "burnt: {unit: t CO2e, default: «none»"),
        "CQ204",
        "expected a number such as 0.55 or 1.2e-3, found 'none'",
        "",
    ),
    (
        ("burnt: {unit: t CO2e, default: 0", "burnt: {unit: t CO2e, range: [1, 9], default: «0»"),
        "CQ204",
        "the default 0 lies outside the range",
        "",
    ),
    (
        ("burnt: {unit: t CO2e, default: 0", "burnt: {unit: t CO2e, range: [null, -1], default: «0»"),
        "CQ204",
        "the default 0 lies outside the range",
        "",
    ),
    (
        ("replaced: {type: mode, over: ride", "replaced: {type: mode, over: ride, default: «buss»"),
        "CQ214",
        "'mode' has no member 'buss'",
        "did you mean 'bus'?",
    ),
    (
        ("type: bool, default: false", "type: bool, default: «no»"),
        "CQ204",
        "expected true or false, found 'no'",
        "",
    ),
    (
        ("type: date, default: 2020-01-01", "type: date, default: «2020»-1-1"),
        "CQ204",
        "expected a date such as 2025-06-30, found '2020-1-1'",
        "",
    ),
]


@pytest.mark.parametrize(("edit", "code", "message", "hint"), WRONG)
def test_input_that_is_wrong_is_refused(
    edit: Edit, code: str, message: str, hint: str, assert_refused: Callable[..., None]
) -> None:
    assert_refused(edit, code, message, hint)


def test_input_is_read_with_its_unit_dimensions_and_range(trial: Callable[..., Methodology]) -> None:
    distance = trial().inputs["distance"]

    assert distance.type == Type(unit=parse_unit("km"), dims=frozenset({"ride"}))
    assert (distance.over, distance.low, distance.high) == (("ride",), 0.0, 100.0)


def test_missing_value_rejects_a_row_and_fails_a_project_unless_it_is_said(
    trial: Callable[..., Methodology],
) -> None:
    inputs = trial(("begun: {type: date", "begun: {missing: default, type: date")).inputs

    assert [inputs[name].missing for name in ("distance", "area", "begun")] == ["reject", "fail", "default"]


def test_type_may_be_a_dimension_of_years_that_come_with_the_data(trial: Callable[..., Methodology]) -> None:
    methodology = trial(
        ("{type: mode, over: ride}", "{type: year, over: ride, default: 2025}"),
        ("over: mode, values: {walk: 0, bus: 68}", "over: year, values: {2025: 1}"),
        ("replaced: [bus]", "replaced: [2025]"),
    )

    assert methodology.inputs["replaced"].type.category == "year"


def test_default_at_the_end_of_the_range_is_accepted(trial: Callable[..., Methodology]) -> None:
    burnt = trial(("t CO2e, default: 0}", "t CO2e, range: [0, null], default: 0}")).inputs["burnt"]

    assert (burnt.low, burnt.high, burnt.default) == (0.0, None, "0")


def test_type_that_is_set_aside_is_not_judged(assert_refused: Callable[..., None]) -> None:
    marked = ("stratum: category", "stratum: «categry»")

    assert_refused(
        marked,
        "CQ206",
        "unknown kind of dimension 'categry'",
        FORMS,
        ("begun: {type: date, default: 2020-01-01", "begun: {type: stratum"),
        ("or begun < '2030-01-01'", "or not audited"),
    )


FORMS = "one of: category, year, month, date, rows, a list of members, {alias: …}, or {group: …, by: […]}"
