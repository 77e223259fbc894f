"""Equations: declared type, order of evaluation, cases.

In the tables «» marks the place that the message must point to.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carbonquant.errors import Diagnostic
from carbonquant.methodology import Methodology

Edit = tuple[str, str]

WRONG = [
    (
        ("unit: g CO2e, over: ride", "unit: g «CO2x», over: ride"),
        "CQ208",
        "unknown unit 'CO2x'",
        "did you mean CO2 or CO2e?",
    ),
    (
        ("unit: g CO2e, over: ride", "unit: g CO2e, over: «rid»"),
        "CQ306",
        "unknown dimension 'rid'",
        "did you mean 'ride'?",
    ),
    (
        ("unit: g CO2e, over: ride", "unit: g CO2e, over: [ride, «ride»]"),
        "CQ205",
        "'ride' stands twice in 'over:'",
        "",
    ),
    (("BE: {unit: t CO2e", "BE: {type: «mode»"), "CQ207", "not supported yet: a step of type mode", ""),
    (("grown: {unit: t CO2e", "grown: {unit: «degC»"), "CQ207", "not supported yet: degC", ""),
    (
        ("distance * EF[replaced]", "distance * EF[«repl»]"),
        "CQ306",
        "unknown name 'repl'",
        "did you mean 'replaced'?",
    ),
    (("distance * EF[replaced]", "distance * EF[replaced] «+»"), "CQ301", "a value is missing after '+'", ""),
    (
        ("distance * EF[replaced]", "«distance» * EF"),
        "CQ311",
        "'BE_ride' is declared over (ride) but the formula also varies over (mode)",
        "wrap it in sum(…, over=mode) or add 'mode' to over:",
    ),
    (
        ("distance * EF[replaced]", "distance [«km»] * EF[replaced]"),
        "CQ301",
        "'distance' is followed by a unit: [km]",
        "a unit stands after a number, a name has its unit already; a member in an index has quotes: W['coal']",
    ),
    (("BE - burnt + CR", "«BE» - burnt + ER"), "CQ319", "a step reads itself: ER → ER", ""),
    (
        ("      - otherwise: grown / 2\n", "      - «otherwise»: grown / 2\n      - otherwise: grown\n"),
        "CQ317",
        "only the last case is 'otherwise'",
        "",
    ),
    (("grown / 2", "«cap»"), "CQ303", "cannot choose between t CO2e and km", "multiply by EF (g CO2e/km)"),
    (
        (
            'grown * (1 - discount[sum(area, over=stratum)])"\n      - otherwise: grown / ',
            'cap"\n      - otherwise: «grown» / ',
        ),
        "CQ303",
        "cannot choose between km and t CO2e",
        "divide by EF (g CO2e/km)",
    ),
    (
        ("when: audited", "when: «burnt»"),
        "CQ309",
        "expected a yes/no, found t CO2e",
        "a condition compares, as in x > 0",
    ),
    (
        ("  - otherwise: grown / 2", "  - otherwise: «BE_ride»"),
        "CQ311",
        "'CR' has no 'over:' but the formula also varies over (ride)",
        "wrap it in sum(…, over=ride) or add 'ride' to over:",
    ),
    (
        ('BE: {unit: t CO2e, formula: "sum(BE_r', 'BE: {unit: km, formula: "«sum»(BE_r'),
        "CQ302",
        "'BE' is declared in km but the formula gives g CO2e",
        "divide by EF (g CO2e/km)",
    ),
]


@pytest.mark.parametrize(("edit", "code", "message", "hint"), WRONG)
def test_step_that_is_wrong_is_refused(
    edit: Edit, code: str, message: str, hint: str, assert_refused: Callable[..., None]
) -> None:
    assert_refused(edit, code, message, hint)


def test_steps_stand_in_the_order_of_evaluation(trial: Callable[..., Methodology]) -> None:
    steps = list(trial().steps)

    assert steps.index("grown") < steps.index("CR") < steps.index("ER")


def test_cycle_through_cases_is_shown_as_the_path_it_takes(assert_refused: Callable[..., None]) -> None:
    edit = ("    cases:\n", "    «cases»:\n")
    circular = ('"sum(area, over=stratum) * growth"', "CR")

    assert_refused(edit, "CQ319", "a step reads itself: CR → grown → CR", "", circular)


def test_cases_without_an_end_are_refused(assert_refused: Callable[..., None]) -> None:
    edit = ("    cases:\n", "    «cases»:\n")
    hint = "- otherwise: the value where no condition holds"

    assert_refused(
        edit, "CQ317", "the last case must be 'otherwise'", hint, ("      - otherwise: grown / 2\n", "")
    )


def test_cases_are_kept_as_one_text(trial: Callable[..., Methodology]) -> None:
    assert trial().steps["CR"].text == (
        "when audited: grown * (1 - discount[sum(area, over=stratum)])\notherwise: grown / 2"
    )


def test_yes_no_step_is_a_condition_for_others(trial: Callable[..., Methodology]) -> None:
    methodology = trial(
        ("steps:\n", "steps:\n  large: {type: bool, over: stratum, formula: area > 0}\n"),
        ("require: area > 0", "require: large or area > 0"),
    )

    assert methodology.steps["large"].type.kind == "bool"


def test_step_whose_unit_is_wrong_gives_no_second_message_where_it_is_read(
    assert_refused: Callable[..., None],
) -> None:
    edit = ("grown: {unit: t CO2e,", "grown: {unit: t «CO3»,")

    assert_refused(edit, "CQ208", "unknown unit 'CO3'", "")


def test_step_that_reads_one_with_a_wrong_formula_is_judged_by_its_names_alone(
    refusals: Callable[..., tuple[Diagnostic, ...]],
) -> None:
    found = refusals(
        ('"distance * EF[replaced]"', '"distance * EF"'),
        ("BE - burnt + CR", '"sum(BE_ride, over=mode) + burned"'),
    )

    assert [problem.code for problem in found] == ["CQ311", "CQ306"]


def test_more_than_2000_steps_are_refused(refusals: Callable[..., tuple[Diagnostic, ...]]) -> None:
    many = "".join(f"  s{number}: {{unit: km, formula: cap}}\n" for number in range(2000))

    (found,) = refusals(("steps:\n", "steps:\n" + many))

    assert (found.code, found.message) == ("CQ320", "a methodology has at most 2,000 steps, found 2,006")


def test_chain_of_a_thousand_steps_is_accepted(trial: Callable[..., Methodology]) -> None:
    chain = "".join(f"  s{number}: {{unit: t CO2e, formula: s{number + 1} + 0}}\n" for number in range(1000))
    last = "  s1000: {unit: t CO2e, formula: grown}\n"

    methodology = trial(
        ("steps:\n", "steps:\n" + chain + last),
        ("removals: CR", "removals: s0"),
        ("burnt + CR", "burnt + s0"),
    )

    assert not methodology.checks_identity
