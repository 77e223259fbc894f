"""Values of a finished run by place; what is shown is what was executed."""

from __future__ import annotations

import pytest

from carbonquant.formula.tree import Reference, Type
from carbonquant.quantification.evaluation import Evaluation
from tests.toys import run

RESULT = run(
    """\
dimensions: {zone: [north, east], ride: rows, mine: {group: ride, by: [user, day]}}
inputs:
  user: {type: text, over: ride}
  day: {type: date, over: ride}
  x: {unit: t CO2e, over: ride}
  y: {unit: t CO2e, over: zone}
  site: {type: text, default: home}
steps:
  held: {unit: t CO2e, over: mine, formula: "sum(x, to=mine)"}
  twice: {unit: t CO2e, over: ride, formula: x * 2}
  total: {unit: t CO2e, formula: "sum(held, over=mine) + sum(y, over=zone)"}
results: {removals: total, also: [twice]}
""",
    inputs={"y": {"north": 1, "east": 2}},
    tables={"ride": {"user": ["b", None, "a"], "day": ["2025-06-01", "2025-06-01", None], "x": [1, 2, 3]}},
)


@pytest.fixture
def evaluation() -> Evaluation:
    return Evaluation(RESULT.outcome)


def test_formula_is_computed_for_one_row(evaluation: Evaluation) -> None:
    root = evaluation.roots["twice"]

    assert [evaluation.value(root, {"ride": str(row)}) for row in (0, 2, 2)] == [2.0, 6.0, 6.0]


def test_value_of_a_member_is_found_by_its_name(evaluation: Evaluation) -> None:
    y = Reference(RESULT.methodology.inputs["y"].type, (0, 0), "y", "input")

    assert [evaluation.value(y, {"zone": zone}) for zone in ("north", "east")] == [1.0, 2.0]


def test_members_are_in_the_order_in_which_they_are_added_up(evaluation: Evaluation) -> None:
    assert evaluation.members("zone") == ("east", "north")
    assert evaluation.position("zone", "north") == 1


def test_row_and_group_are_named_by_their_position(evaluation: Evaluation) -> None:
    assert evaluation.position("ride", "2") == 2
    assert evaluation.group_of("mine", 0) == "0"


@pytest.mark.parametrize("row", [1, 2])
def test_row_whose_columns_are_missing_has_no_group(row: int, evaluation: Evaluation) -> None:
    assert evaluation.group_of("mine", row) is None


def test_reader_knows_a_row_by_its_address_and_a_group_by_its_columns(evaluation: Evaluation) -> None:
    assert evaluation.name("ride", {"ride": "2"}) == "table ride:3"
    assert evaluation.name("mine", {"mine": "0"}) == "b 2025-06-01"
    assert evaluation.name("zone", {"zone": "east"}) == "east"


def test_text_of_the_project_is_its_own_value(evaluation: Evaluation) -> None:
    site = Reference(Type("text"), (0, 0), "site", "input")

    assert evaluation.value(site, {}) == "home"
