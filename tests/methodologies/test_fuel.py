"""Electricity for fuel: the engine beside plain loops, on every worked example and on made-up projects."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from carbonquant.methodology import load
from carbonquant.methodology.model import Tolerance
from carbonquant.units import parse_unit
from carbonquant.worked_examples import run_example
from tests.methodologies.plain_fuel import COAL_OXIDISED, FUELS, GASES, electricity_for_fuel
from tests.methodologies.plain_grid import NONE, PROVINCES
from tests.methodologies.plain_projects import Project, example_of, nested, project_of

METHODOLOGY = load("electricity-for-fuel")
NEAR = {"other": Tolerance(1e-12), "ER": Tolerance(1e-9, parse_unit("t CO2e"))}
"""A difference is as near as what it is taken of: thousands of tonnes."""
YEARS = ["2022", "2023"]


@pytest.mark.parametrize("name", METHODOLOGY.examples)
def test_engine_agrees_with_plain_loops_on_every_worked_example(name: str) -> None:
    project = project_of(METHODOLOGY, METHODOLOGY.examples[name])

    result = run_example(METHODOLOGY, example_of(METHODOLOGY, project, electricity_for_fuel, NEAR))

    assert result.detail == ""


def tenths(low: float, high: float) -> st.SearchStrategy[float]:
    return st.integers(round(low * 10), round(high * 10)).map(lambda number: number / 10)


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """Projects of one or two years in any province, with and without a published factor."""
    years = draw(st.sampled_from([["2022"], ["2023"], YEARS]))
    project: Project = {
        "years": years,
        "members": {"year": years},
        "region": draw(st.sampled_from([*PROVINCES, *NONE])),
        "claimed_elsewhere": draw(st.integers(0, 9)) == 0,
        "EC": nested({(fuel, year): draw(tenths(0, 9000)) for fuel in FUELS for year in years}),
        "EC_gas": nested({(gas, year): draw(tenths(0, 900)) for gas in GASES for year in years}),
        "COP": {fuel: draw(tenths(0.5, 6)) for fuel in FUELS},
        "eta": {fuel: draw(tenths(20, 100)) for fuel in FUELS},
        "FC_before": {fuel: draw(tenths(0, 3000)) for fuel in FUELS},
    }
    if draw(st.booleans()):
        project["furnace_of"] = {fuel: draw(st.sampled_from(sorted(COAL_OXIDISED))) for fuel in FUELS}
    if draw(st.booleans()):
        project["COP_gas"] = {gas: draw(tenths(0.5, 6)) for gas in GASES}
        project["eta_gas"] = {gas: draw(tenths(20, 110)) for gas in GASES}
        project["FC_gas_before"] = {gas: draw(tenths(0, 200_000)) for gas in GASES}
    return project


@given(projects())
def test_engine_agrees_with_plain_loops_on_any_project(project: Project) -> None:
    result = run_example(METHODOLOGY, example_of(METHODOLOGY, project, electricity_for_fuel, NEAR))

    assert result.detail == ""
