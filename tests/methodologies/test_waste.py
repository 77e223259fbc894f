"""Kitchen-waste biogas and first-order decay: the engine beside plain loops, on examples and on made-up projects."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from carbonquant.methodology import load
from carbonquant.methodology.model import Tolerance
from carbonquant.units import parse_unit
from carbonquant.worked_examples import run_example
from tests.methodologies.plain_grid import NONE, PROVINCES
from tests.methodologies.plain_projects import Project, example_of, nested, project_of
from tests.methodologies.plain_waste import (
    CLIMATES,
    DEGRADABLE,
    LEAK,
    SITES,
    first_order_decay,
    kitchen_waste,
)

METHODOLOGY = load("kitchen-waste-biogas")
TOOL = load("solid-waste-fod")
NEAR = {"other": Tolerance(1e-12)}
NEAR_DIFFERENCE = NEAR | {"ER": Tolerance(1e-7, parse_unit("t CO2e"))}
"""A difference is as near as what it is taken of: up to a hundred thousand tonnes."""
METERS = ("crusher", "digester")


def tenths(low: float, high: float) -> st.SearchStrategy[float]:
    return st.integers(round(low * 10), round(high * 10)).map(lambda number: number / 10)


# --- the tool ------------------------------------------------------------------------------------------------


def decay(project: Project) -> dict[str, Any]:
    """First-order decay of a project of the tool; what it leaves out takes the default."""
    return first_order_decay(project["W"], project["DOC"], project["k"], project)


@pytest.mark.parametrize("name", [name for name in TOOL.examples if not TOOL.examples[name].fails])
def test_first_order_decay_agrees_with_plain_loops_on_every_worked_example(name: str) -> None:
    project = project_of(TOOL, TOOL.examples[name])

    result = run_example(TOOL, example_of(TOOL, project, decay, NEAR))

    assert result.detail == ""


@st.composite
def disposals(draw: st.DrawFn) -> Project:
    """Up to five wastes in up to eight years, which need not follow each other and stand in any order."""
    wastes = draw(
        st.lists(st.sampled_from(["food", "paper", "wood", "textile", "green"]), min_size=1, unique=True)
    )
    numbers = draw(st.lists(st.integers(1950, 2060), min_size=1, max_size=8, unique=True))
    years = [str(year) for year in numbers]
    project: Project = {
        "members": {"waste": wastes, "year": years},
        "W": nested({(waste, year): draw(tenths(0, 9000)) for waste in wastes for year in years}),
        "DOC": {waste: draw(st.integers(0, 60)) / 100 for waste in wastes},
        "k": {waste: draw(st.floats(0.001, 4.9)) for waste in wastes},
        "MCF": draw(st.sampled_from([0.0, 0.4, 0.8, 1.0])),
        "phi": draw(st.floats(0, 1)),
        "GWP_CH4": draw(st.sampled_from([21.0, 25.0, 28.0, 27.9])),
    }
    if draw(st.booleans()):
        project["OX"] = draw(st.sampled_from([0.0, 0.1]))
        project["f"] = draw(st.floats(0, 1))
    return project


@given(disposals())
def test_first_order_decay_agrees_with_plain_loops_for_any_years_wastes_and_rates(project: Project) -> None:
    result = run_example(TOOL, example_of(TOOL, project, decay, NEAR))

    assert result.detail == ""


# --- the methodology -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", METHODOLOGY.examples)
def test_engine_agrees_with_plain_loops_on_every_worked_example(name: str) -> None:
    project = project_of(METHODOLOGY, METHODOLOGY.examples[name])

    result = run_example(METHODOLOGY, example_of(METHODOLOGY, project, kitchen_waste, NEAR_DIFFERENCE))

    assert result.detail == ""


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """Projects of one or two years, some in a province without a factor or claimed elsewhere."""
    years = draw(st.sampled_from([["2022"], ["2023"], ["2022", "2023"]]))
    return {
        "years": years,
        "members": {"year": years, "meter": METERS},
        "treated": nested({(waste, year): draw(tenths(0, 9000)) for waste in DEGRADABLE for year in years}),
        "power_used": nested({(meter, year): draw(tenths(0, 900)) for meter in METERS for year in years}),
        "power_sold": {year: draw(tenths(0, 9000)) for year in years},
        "biogas": {year: draw(tenths(0, 900_000)) for year in years},
        "x_CH4": {year: draw(tenths(40, 75)) for year in years},
        "region": draw(st.sampled_from([*PROVINCES, *NONE])),
        "climate": draw(st.sampled_from(CLIMATES)),
        "site": draw(st.sampled_from(sorted(SITES))),
        "digester": draw(st.sampled_from(sorted(LEAK))),
        "compliance": {year: draw(tenths(0, 100)) for year in years},
        "PE_other": {year: draw(tenths(0, 500)) for year in years},
        "stored_without_air": draw(st.integers(0, 9)) == 0,
        "claimed_elsewhere": draw(st.integers(0, 9)) == 0,
    }


@given(projects())
def test_engine_agrees_with_plain_loops_on_any_project(project: Project) -> None:
    result = run_example(METHODOLOGY, example_of(METHODOLOGY, project, kitchen_waste, NEAR_DIFFERENCE))

    assert result.detail == ""
