"""Which steps may be results, how they are rounded, and what holds between them.

In the tables «» marks the place that the message must point to.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carbonquant.errors import Diagnostic
from carbonquant.methodology import Methodology

Edit = tuple[str, str]

WRONG = [
    (("baseline: BE,", "baseline: «BF»,"), "CQ321", "'BF' is no step and no input", ""),
    (("baseline: BE,", "baseline: «cap»,"), "CQ321", "'cap' is no step and no input", ""),
    (
        ("baseline: BE,", "baseline: «credited»,"),
        "CQ322",
        "'credited' is in km, but a role is a mass of CO2e",
        "",
    ),
    (
        ("baseline: BE,", "baseline: «audited»,"),
        "CQ322",
        "'audited' is yes/no, but a role is a mass of CO2e",
        "",
    ),
    (
        ("baseline: BE,", "baseline: «BE_ride»,"),
        "CQ322",
        "'BE_ride' varies over ride, but a role varies over 'by:' alone",
        "sum it over ride",
    ),
    (
        ("also: [credited]", "also: [«credits»]"),
        "CQ321",
        "'credits' is no step and no input",
        "did you mean 'credited'?",
    ),
    (
        ("also: [credited]", "by: «ride», also: [credited]"),
        "CQ306",
        "results are shown by a dimension of few members, not by 'ride'",
        "",
    ),
    (
        ("also: [credited]", "by: «mood», also: [credited]"),
        "CQ306",
        "results are shown by a dimension of few members, not by 'mood'",
        "did you mean 'mode'?",
    ),
    (
        ("also: [credited]", "rounding: {«reduction»: {to: 1 t CO2e}}"),
        "CQ201",
        "unknown role 'reduction'",
        "did you mean 'reductions'?",
    ),
    (
        ("also: [credited]", "rounding: {«leakage»: {to: 1 t CO2e}}"),
        "CQ321",
        "no step has the role 'leakage'",
        "",
    ),
    (
        ("also: [credited]", "rounding: {reductions: {to: «1»}}"),
        "CQ204",
        "expected a number and a unit such as 1 t CO2e, found '1'",
        "",
    ),
    (
        ("also: [credited]", "rounding: {reductions: {to: «x» t CO2e}}"),
        "CQ204",
        "expected a number such as 0.55 or 1.2e-3, found 'x'",
        "",
    ),
    (
        ("also: [credited]", "rounding: {reductions: {to: «1» kWh}}"),
        "CQ322",
        "a role is rounded to a mass of CO2e above 0, found 1 kWh",
        "",
    ),
    (
        ("also: [credited]", "rounding: {reductions: {to: «0» t CO2e}}"),
        "CQ322",
        "a role is rounded to a mass of CO2e above 0, found 0 t CO2e",
        "",
    ),
    (("also: [credited]", "rounding: {reductions: {to: 1 «tt» CO2e}}"), "CQ208", "unknown unit 'tt'", ""),
    (
        ("key: [user, day]", "key: [user, «dey»]"),
        "CQ306",
        "'dey' is no input and no dimension",
        "did you mean 'day'?",
    ),
]


@pytest.mark.parametrize(("edit", "code", "message", "hint"), WRONG)
def test_results_that_are_wrong_are_refused(
    edit: Edit, code: str, message: str, hint: str, assert_refused: Callable[..., None]
) -> None:
    assert_refused(edit, code, message, hint)


def test_results_without_reductions_or_removals_are_refused(assert_refused: Callable[..., None]) -> None:
    edit = (
        "results: {baseline: BE, project: burnt, removals: CR, reductions: ER,",
        "«results»: {baseline: BE, project: burnt,",
    )

    assert_refused(edit, "CQ202", "results need 'reductions' or 'removals'")


@pytest.mark.parametrize(
    "formula", ["BE + burnt + CR", "BE - burnt", "2 * BE - burnt + CR", "BE - burnt / 2 + CR"]
)
def test_reductions_that_break_the_role_identity_are_refused(
    formula: str, assert_refused: Callable[..., None]
) -> None:
    edit = ("reductions: ER", "reductions: «ER»")
    hint = "mend the formula, or say identity: none where the document defines it otherwise"
    message = "'ER' is not (baseline - project) + removals - leakage"

    assert_refused(edit, "CQ323", message, hint, ("BE - burnt + CR", formula))


def test_identity_none_waives_the_role_identity(trial: Callable[..., Methodology]) -> None:
    methodology = trial(("BE - burnt + CR", "BE"), ("also: [credited]", "identity: none, also: [credited]"))

    assert not methodology.checks_identity


def test_identity_that_formulas_cannot_show_is_left_to_each_run(trial: Callable[..., Methodology]) -> None:
    assert trial(("BE - burnt + CR", '"max(BE - burnt + CR, 0)"')).checks_identity


def test_roles_rounding_and_other_results_are_kept(trial: Callable[..., Methodology]) -> None:
    rounding = "rounding: {reductions: {to: 100 kg CO2e, when: each}}, also: [credited]"

    methodology = trial(("also: [credited]", rounding))

    assert methodology.roles == {"baseline": "BE", "project": "burnt", "removals": "CR", "reductions": "ER"}
    assert methodology.also == ("credited",)
    issuance = methodology.rounding["reductions"]
    assert (str(issuance.unit), issuance.quantum, issuance.mode, issuance.is_each) == (
        "kg CO2e",
        100.0,
        "down",
        True,
    )


def test_surplus_dimension_is_told_once_for_all_roles(
    refusals: Callable[..., tuple[Diagnostic, ...]],
) -> None:
    found = refusals(
        ("burnt: {unit: t CO2e, default: 0}", "burnt: {unit: t CO2e, over: year, default: 0}"),
        ("ER: {unit: t CO2e, formula", "ER: {unit: t CO2e, over: year, formula"),
    )

    assert [(problem.code, problem.hint) for problem in found] == [
        ("CQ322", "sum it over year, or write by: year")
    ]


def test_roles_may_vary_over_the_dimension_of_by(trial: Callable[..., Methodology]) -> None:
    methodology = trial(
        ("burnt: {unit: t CO2e, default: 0}", "burnt: {unit: t CO2e, over: year, default: 0}"),
        ("ER: {unit: t CO2e, formula", "ER: {unit: t CO2e, over: year, formula"),
        ("also: [credited]", "by: year, also: [credited]"),
    )

    assert methodology.by == "year"


def test_wrong_by_gives_no_second_message_about_roles(assert_refused: Callable[..., None]) -> None:
    edit = ("also: [credited]", "by: «yeer», also: [credited]")
    over = (
        ("burnt: {unit: t CO2e, default: 0}", "burnt: {unit: t CO2e, over: year, default: 0}"),
        ("ER: {unit: t CO2e, formula", "ER: {unit: t CO2e, over: year, formula"),
    )

    assert_refused(
        edit,
        "CQ306",
        "results are shown by a dimension of few members, not by 'yeer'",
        "did you mean 'year'?",
        *over,
    )


def test_role_that_is_wrong_itself_gives_no_second_message(assert_refused: Callable[..., None]) -> None:
    edit = ("ER: {unit: t CO2e,", "ER: {unit: t «CO3»,")
    rounding = ("also: [credited]", "rounding: {reductions: {to: 1 t CO2e}}")

    assert_refused(edit, "CQ208", "unknown unit 'CO3'", "", rounding)


def test_role_in_kg_of_another_gas_is_no_mass_of_co2e(
    refusals: Callable[..., tuple[Diagnostic, ...]],
) -> None:
    found = refusals(("burnt: {unit: t CO2e", "burnt: {unit: t CH4"), ("BE - burnt + CR", "BE + CR"))

    assert [problem.message for problem in found] == ["'burnt' is in t CH4, but a role is a mass of CO2e"]


def test_reductions_without_any_other_role_are_refused(assert_refused: Callable[..., None]) -> None:
    edit = ("baseline: BE, project: burnt, removals: CR, reductions: ER", "reductions: «ER»")
    message = "beside 'reductions' no role is declared, so nothing tells what they are made of"
    hint = "declare baseline: and project:, or say identity: none where the document has no such terms"

    assert_refused(edit, "CQ323", message, hint)
