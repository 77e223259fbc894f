"""Formulas of a file: every problem at its place, none that another mistake has caused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carbonquant.errors import Diagnostic
from carbonquant.methodology import Methodology

LENGTHY = "1 + " * 700 + "1"


def test_formula_is_typed_with_the_names_of_the_file(trial: Callable[..., Methodology]) -> None:
    step = trial().steps["BE"]

    assert (str(step.root.type.unit), step.root.type.dims, step.text) == (
        "t CO2e",
        frozenset(),
        "sum(BE_ride, over=ride)",
    )


def test_problem_in_a_block_formula_points_into_its_line(assert_refused: Callable[..., None]) -> None:
    edit = ('grown: {unit: t CO2e, formula: "sum(area, over=stratum) * growth"}', BLOCK)

    assert_refused(edit, "CQ306", "unknown name 'groth'", "did you mean 'growth'?")


def test_several_problems_of_one_formula_are_all_told(
    refusals: Callable[..., tuple[Diagnostic, ...]],
) -> None:
    found = refusals(("BE - burnt + CR", "BF - burned + CR"))

    assert [problem.message for problem in found] == ["unknown name 'BF'", "unknown name 'burned'"]


def test_formula_that_is_too_long_is_refused_once(refusals: Callable[..., tuple[Diagnostic, ...]]) -> None:
    found = refusals(("BE - burnt + CR", LENGTHY))

    assert [problem.code for problem in found] == ["CQ320"]


def test_branches_are_judged_one_by_one(refusals: Callable[..., tuple[Diagnostic, ...]]) -> None:
    found = refusals(("when: audited", "when: audit"), ("otherwise: grown / 2", "otherwise: grow / 2"))

    assert [problem.message for problem in found] == ["unknown name 'audit'", "unknown name 'grow'"]


def test_branches_of_other_units_that_read_a_misfit_are_not_judged(
    refusals: Callable[..., tuple[Diagnostic, ...]],
) -> None:
    found = refusals(("* growth", "* cap"), ("otherwise: grown / 2", "otherwise: cap"))

    assert [(problem.code, problem.message) for problem in found] == [
        ("CQ302", "'grown' is declared in t CO2e but the formula gives km ha")
    ]


@pytest.mark.parametrize("unit", ["km", "ha", "kWh"])
def test_unit_after_a_name_is_told_where_units_stand(unit: str, assert_refused: Callable[..., None]) -> None:
    hint = "a unit stands after a number, a name has its unit already; a member in an index has quotes: W['coal']"
    edit = ('"distance * EF[replaced]"', f'"distance [«{unit}»] * EF[replaced]"')

    assert_refused(edit, "CQ301", f"'distance' is followed by a unit: [{unit}]", hint)


def test_index_that_is_a_name_of_the_file_is_no_unit(refusals: Callable[..., tuple[Diagnostic, ...]]) -> None:
    (found,) = refusals(('"distance * EF[replaced]"', '"distance * EF[cap]"'))

    assert found.code == "CQ318"


def test_dimension_that_is_wrong_gives_no_second_message_in_formulas(
    assert_refused: Callable[..., None],
) -> None:
    hint = "one of: category, year, month, date, rows, a list of members, {alias: …}, or {group: …, by: […]}"

    assert_refused(("ride: rows", "ride: «rowz»"), "CQ206", "unknown kind of dimension 'rowz'", hint)


def test_wrong_input_may_be_the_column_that_is_looked_for(assert_refused: Callable[..., None]) -> None:
    edit = ("inputs:\n", "inputs:\n  zone: {type: «stratun», over: ride}\n")
    step = ("steps:\n", 'steps:\n  km: {unit: km, over: stratum, formula: "sum(distance, to=stratum)"}\n')

    assert_refused(edit, "CQ306", "unknown type 'stratun'", "did you mean 'stratum'?", step)


BLOCK = """grown:
    unit: t CO2e
    formula: |
      sum(area, over=stratum)
        * «groth»"""
