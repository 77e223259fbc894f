"""What stands for each name when numbers are put into a formula."""

from __future__ import annotations

import pytest

from carbonquant.formula.tree import IndexBy, Lookup, Reference
from carbonquant.quantification.evaluation import Evaluation
from carbonquant.quantification.substitution import Substitution, with_unit
from carbonquant.units import parse_unit
from tests.toys import run

RESULT = run(
    """\
dimensions: {year: year}
inputs: {y: {unit: t CO2e, over: year}}
steps:
  third: {unit: t CO2e, over: year, formula: y / 3}
  total: {unit: t CO2e, formula: "sum(third, over=year)"}
results: {removals: total}
""",
    members={"year": ["2024", "2025", "2026"]},
    inputs={"y": {"2024": 1, "2025": 2, "2026": 3}},
)
SUBSTITUTION = Substitution(Evaluation(RESULT.outcome), {})
THIRD = Reference(RESULT.methodology.steps["third"].type, (0, 0), "third", "step")


def test_number_in_a_formula_has_ten_digits_and_its_unit() -> None:
    assert SUBSTITUTION.shown(THIRD, {"year": "2024"}) == "0.3333333333 t CO2e"


def test_value_of_a_step_is_shown_in_full() -> None:
    assert SUBSTITUTION.shown(THIRD, {"year": "2024"}, is_full=True) == "0.3333333333333333 t CO2e"


@pytest.mark.parametrize(("year", "before"), [("2024", []), ("2026", ["2024", "2025"])])
def test_places_before_are_those_of_earlier_members(year: str, before: list[str]) -> None:
    assert [place["year"] for place in SUBSTITUTION.before("year", {"year": year})] == before


def test_unit_is_left_out_where_it_is_1() -> None:
    assert (with_unit("2", parse_unit("1")), with_unit("2", parse_unit("km"))) == ("2", "2 km")


def test_table_read_along_a_second_index_is_read_at_that_index() -> None:
    node = Lookup(THIRD.type, (0, 0), THIRD, (IndexBy("year", along="x"),))

    assert SUBSTITUTION.table_place(node, {"year": "2024", "x": "2026"}) == {"year": "2026", "x": "2026"}
