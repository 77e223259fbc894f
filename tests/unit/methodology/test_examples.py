"""What an example may speak of, before it is run.

In the tables «» marks the place that the message must point to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from carbonquant.errors import Diagnostic
from carbonquant.methodology import Methodology
from carbonquant.methodology.model import Tolerance
from carbonquant.units import parse_unit

Edit = tuple[str, str]

WRONG = [
    (
        ("members: {stratum: [s1, s2]}", "members: {«strat»: [s1, s2]}"),
        "CQ306",
        "unknown dimension 'strat'",
        "did you mean 'stratum'?",
    ),
    (
        ("members: {stratum: [s1, s2]}", "members: {stratum: [s1, s2], «mode»: [a]}"),
        "CQ214",
        "the members of 'mode' do not come with the data",
        "",
    ),
    (
        ("members: {stratum: [s1, s2]}", "members: {stratum: [s1, s2, «s1»]}"),
        "CQ214",
        "'stratum' has the member 's1' twice",
        "",
    ),
    (("area: {s1: 1, s2: 2}", "«area»: {s1: 1}"), "CQ214", "no value for 's2' of 'stratum'", ""),
    (
        ("area: {s1: 1, s2: 2}", "area: {s1: 1, s2: «x»}"),
        "CQ204",
        "expected a number such as 0.55 or 1.2e-3, found 'x'",
        "",
    ),
    (
        ("area: {s1: 1, s2: 2}", "area: {unit: «kWh», values: {s1: 1, s2: 2}}"),
        "CQ303",
        "'area' is declared in ha, found kWh",
        "",
    ),
    (
        ("area: {s1: 1, s2: 2}", "area: {unit: «haa», values: {s1: 1, s2: 2}}"),
        "CQ208",
        "unknown unit 'haa'",
        "did you mean ha?",
    ),
    (
        (
            "inputs: {user: [ann], day: [2025-06-01], distance: [5], replaced: [bus], area: {s1: 1, s2: 2}",
            "«inputs»: {user: [ann], day: [2025-06-01], distance: [5], replaced: [bus]",
        ),
        "CQ214",
        "the example gives no value for 'area', which has no default",
        "",
    ),
    (
        ("replaced: [bus]", "replaced: [«buss»]"),
        "CQ214",
        "'mode' has no member 'buss'",
        "did you mean 'bus'?",
    ),
    (
        ("area: {s1: 1, s2: 2}}", "area: {s1: 1, s2: 2}, audited: «no»}"),
        "CQ204",
        "expected true or false, found 'no'",
        "",
    ),
    (("distance: [5]", "«distanc»: [5]"), "CQ306", "unknown name 'distanc'", "did you mean 'distance'?"),
    (("expect: {BE: 0.00034}", "expect: {«BF»: 0.00034}"), "CQ306", "unknown name 'BF'", ""),
    (
        ("expect: {BE: 0.00034}", "expect: {«EF»: 1}"),
        "CQ306",
        "'EF' is a parameter: here stand inputs and steps alone",
        "",
    ),
    (("expect: {BE: 0.00034}", "issued: {«leakage»: 1}"), "CQ306", "unknown name 'leakage'", ""),
    (
        ("expect: {BE: 0.00034}", "fails: [«has_arae»]"),
        "CQ306",
        "unknown reason 'has_arae'",
        "did you mean 'has_area'?",
    ),
    (
        ("expect: {BE: 0.00034}", "fails: [«missing.are»]"),
        "CQ306",
        "unknown reason 'missing.are'",
        "did you mean 'missing.area'?",
    ),
    (
        ("expect: {BE: 0.00034}", "fails: [«zzzz.area»]"),
        "CQ306",
        "unknown reason 'zzzz.area'",
        "a rule's name, range.…, missing.…, type.…, member.…, band.…, table.…, nonfinite.…, period or duplicate",
    ),
    (
        ("expect: {BE: 0.00034}", "expect: {BE: 1}\n    warned: {«is_audit»: 1}"),
        "CQ306",
        "unknown name 'is_audit'",
        "did you mean 'is_audited'?",
    ),
    (
        ("expect: {BE: 0.00034}", "expect: {BE: 1}\n    rejected: {«range.distanc»: 1}"),
        "CQ306",
        "unknown reason 'range.distanc'",
        "did you mean 'range.distance'?",
    ),
    (
        ("tolerance: 1e-9", "tolerance: «about» 1"),
        "CQ204",
        "expected a number such as 0.55 or 1.2e-3, found 'about'",
        "tolerance: 1e-9, 0.01%, or 1 t CO2e",
    ),
    (("tolerance: 1e-9", "tolerance: «-»1"), "CQ204", "a tolerance is not negative, found -1", ""),
    (("tolerance: 1e-9", "tolerance: 1 «kgg»"), "CQ208", "unknown unit 'kgg'", "did you mean kg?"),
    (("tolerance: 1e-9", "tolerance: {«BF»: 1}"), "CQ306", "unknown name 'BF'", ""),
    (
        ("tolerance: 1e-9", "tolerance: {BE: «1» km}"),
        "CQ303",
        "'BE' is in t CO2e, but its tolerance in km",
        "",
    ),
]


@pytest.mark.parametrize(("edit", "code", "message", "hint"), WRONG)
def test_example_that_is_wrong_is_refused(
    edit: Edit, code: str, message: str, hint: str, assert_refused: Callable[..., None]
) -> None:
    assert_refused(edit, code, message, hint)


def test_example_that_expects_nothing_is_refused(assert_refused: Callable[..., None]) -> None:
    message = "an example says what it expects: expect:, issued: or fails:"

    assert_refused(("  plain:\n", "  «plain»:\n"), "CQ202", message, "", ("    expect: {BE: 0.00034}\n", ""))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1e-9", {"other": Tolerance(1e-9)}),
        ("0.01%", {"other": Tolerance(0.0001)}),
        ("0.01 %", {"other": Tolerance(0.0001)}),
        ("1 t CO2e", {"other": Tolerance(1.0, parse_unit("t CO2e"))}),
        (
            "{BE: 1%, reductions: 1 t CO2e}",
            {"BE": Tolerance(0.01), "reductions": Tolerance(1.0, parse_unit("t CO2e"))},
        ),
        ("{BE: 1 kg CO2e, other: 0}", {"BE": Tolerance(1.0, parse_unit("kg CO2e")), "other": Tolerance(0.0)}),
    ],
)
def test_tolerance_is_relative_or_absolute_in_a_unit(
    text: str, expected: dict[str, Tolerance], trial: Callable[..., Methodology]
) -> None:
    assert trial(("tolerance: 1e-9", f"tolerance: {text}")).examples["plain"].tolerance == expected


def test_example_keeps_members_period_counts_and_reasons(trial: Callable[..., Methodology]) -> None:
    period = "expect: {BE: 1}\n    period: {from: 2025-06-01}"
    counts = "rejected: {too_short: 2, period: 1}\n    warned: {is_audited: 1}"
    rest = f"{period}\n    {counts}"

    example = trial(("expect: {BE: 0.00034}", rest)).examples["plain"]

    assert example.members == {"stratum": ("s1", "s2")}
    assert example.period == (dt.date(2025, 6, 1), None)
    assert (example.rejected, example.warned) == ({"too_short": 2, "period": 1}, {"is_audited": 1})


def test_example_of_a_missing_value_does_not_give_it(trial: Callable[..., Methodology]) -> None:
    example = trial(
        ("expect: {BE: 0.00034}", "fails: [missing.area, has_area]"), (", area: {s1: 1, s2: 2}", "")
    ).examples["plain"]

    assert example.fails == {"missing.area", "has_area"}


def test_example_may_give_values_in_another_unit_or_one_for_all(trial: Callable[..., Methodology]) -> None:
    for area in ("{unit: 亩, value: 3}", "5", "{unit: 亩, values: [3, 4]}", "{values: {s1: 1, s2: null}}"):
        assert trial(("area: {s1: 1, s2: 2}", f"area: {area}")).examples["plain"].inputs["area"] is not None


def test_values_over_members_that_nobody_named_are_left_to_the_run(trial: Callable[..., Methodology]) -> None:
    assert trial(("    members: {stratum: [s1, s2]}\n", "")).examples["plain"].members == {}


def test_expected_yes_no_and_text_are_judged_by_kind(refusals: Callable[..., tuple[Diagnostic, ...]]) -> None:
    found = refusals(
        ("steps:\n", "steps:\n  large: {type: bool, formula: burnt > 0}\n"),
        ("expect: {BE: 0.00034}", "expect: {large: maybe, BE: much}"),
    )

    assert [problem.message for problem in found] == [
        "expected true or false, found 'maybe'",
        "expected a number such as 0.55 or 1.2e-3, found 'much'",
    ]


def test_dimension_that_is_wrong_itself_gives_no_second_message(assert_refused: Callable[..., None]) -> None:
    hint = "one of: category, year, month, date, rows, a list of members, {alias: …}, or {group: …, by: […]}"

    assert_refused(
        ("stratum: category", "stratum: «categories»"),
        "CQ206",
        "unknown kind of dimension 'categories'",
        hint,
    )


def test_results_that_are_wrong_give_no_second_message_about_issued_roles(
    refusals: Callable[..., tuple[Diagnostic, ...]],
) -> None:
    found = refusals(
        ("reductions: ER", "reductions: [ER]"), ("expect: {BE: 0.00034}", "issued: {reductions: 1}")
    )

    assert [problem.code for problem in found] == ["CQ203"]


def test_tolerance_by_name_that_is_no_number_is_refused_at_its_name(
    assert_refused: Callable[..., None],
) -> None:
    edit = ("tolerance: 1e-9", "tolerance: {BE: «near»}")
    message = "expected a number such as 0.55 or 1.2e-3, found 'near'"

    assert_refused(edit, "CQ204", message, "tolerance: 1e-9, 0.01%, or 1 t CO2e")
