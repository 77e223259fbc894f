"""Figures by role: units, splits by member, what is issued and what rounding leaves over."""

from __future__ import annotations

import pytest

from carbonquant.quantification.figures import TONNE, Figure, RowCounts, in_unit
from carbonquant.units import parse_unit
from tests.toys import run

BODY = """\
dimensions: {{year: year}}
inputs:
  x: {{unit: kg CO2e, over: year}}
steps:
  total: {{unit: kg CO2e, over: year, formula: x * 1}}
results: {{removals: total, by: year{rounding}}}
"""


def removals(values: list[float], rounding: str = "") -> Figure:
    years = [str(2030 - number) for number in range(len(values))]
    rounding = f", rounding: {{removals: {rounding}}}" if rounding else ""
    return run(BODY.format(rounding=rounding), members={"year": years}, inputs={"x": values}).removals


def test_figure_is_in_tonnes_and_split_in_the_order_in_which_members_were_given() -> None:
    figure = removals([1500, 2500])

    assert (figure.value, figure.unit, dict(figure.by)) == (4.0, TONNE, {"2030": 1.5, "2029": 2.5})
    assert list(figure.by) == ["2030", "2029"]
    assert (figure.rounded, figure.remainder) == (None, None)
    assert str(figure) == "4 t CO2e"
    assert figure.quantity.magnitude == 4.0


def test_total_is_rounded_once_and_the_remainder_is_kept() -> None:
    figure = removals([1600, 1600], "{to: 1 t CO2e, mode: down}")

    assert (figure.value, figure.rounded, figure.remainder) == (3.2, 3.0, 0.2)
    assert str(figure) == "3 t CO2e"


def test_each_member_is_rounded_where_the_methodology_says_so() -> None:
    figure = removals([1600, 1600], "{to: 1 t CO2e, mode: down, when: each}")

    assert (figure.value, figure.rounded, figure.remainder) == (3.2, 2.0, 1.2)


def test_rounding_may_be_in_another_unit() -> None:
    assert removals([1234.5, 0], "{to: 1 kg CO2e, mode: half-up}").rounded == 1.235


def test_loss_is_rounded_down_so_that_it_never_shrinks() -> None:
    assert removals([-1600, 0], "{to: 1 t CO2e, mode: down}").rounded == -2.0


def test_minus_zero_is_zero() -> None:
    body = """\
inputs: {x: {unit: t CO2e}}
steps: {total: {unit: t CO2e, formula: -x}}
results: {removals: total}
"""

    assert str(run(body, inputs={"x": 0}).removals) == "0 t CO2e"


@pytest.mark.parametrize(
    ("value", "from_", "to", "expected"),
    [(29.0, "kg", "t", 0.029), (0.29, "t", "kg", 290.0), (3.0, "km", "km", 3.0), (150.0, "亩", "ha", 10.0)],
)
def test_units_are_converted_by_one_operation(value: float, from_: str, to: str, expected: float) -> None:
    assert in_unit(value, parse_unit(from_), parse_unit(to)) == expected


def test_rejected_rows_are_those_read_that_were_not_accepted() -> None:
    assert RowCounts(10, 7, {"too_short": 2, "range.x": 2}).rejected == 3
