"""What compiled steps ask for: positions, member codes, groups of rows, days, bands."""

from __future__ import annotations

import numpy as np
import pytest

from carbonquant.rows.context import Context, band_arrays
from tests.toys import run

RESULT = run(
    """\
dimensions: {zone: [north, east], year: year, ride: rows, mine: {group: ride, by: [user]}}
inputs:
  user: {type: text, over: ride}
  x: {unit: t CO2e, over: ride}
  y: {unit: t CO2e, over: [zone, year]}
parameters:
  off: {unit: "%", bands: {unit: t CO2e, upto: [10, null]}, values: [10, 20], source: made_up p 1}
steps:
  held: {unit: t CO2e, over: mine, formula: "sum(x, to=mine)"}
  total: {unit: t CO2e, formula: "sum(held * (1 - off[held]), over=mine) + sum(y, over=(zone, year))"}
results: {removals: total}
""",
    members={"year": ["2026", "2025"]},
    inputs={"y": 1},
    tables={"ride": {"user": ["b", "a", "b"], "x": [1, 2, 3]}},
)
PLAN, BINDING = RESULT.outcome.plan, RESULT.outcome.binding


def test_positions_and_codes_follow_sorted_members() -> None:
    context = Context(PLAN, BINDING)

    assert context.index("zone").tolist() == [0, 1]
    assert (context.code("zone", "east"), context.code("zone", "north")) == (0, 1)
    assert context.value("year").tolist() == [2025, 2026]
    assert context.table_columns() == {}


def test_rows_are_those_of_the_block() -> None:
    context = Context(PLAN, BINDING, BINDING.tables["ride"], slice(1, 3))

    assert context.index("ride").tolist() == [0, 1]
    assert context.index("mine").tolist() == [0, 1]
    assert context.group("mine").tolist() == [0, 1]
    assert set(context.table_columns()) == {"user", "x"}


def test_groups_of_rows_are_asked_for_on_rows_only() -> None:
    with pytest.raises(AssertionError, match="mine"):
        Context(PLAN, BINDING).group("mine")


def test_date_is_counted_in_days_and_open_band_has_no_limit() -> None:
    context = Context(PLAN, BINDING)

    assert context.day("1970-01-02") == 1
    assert context.band("off", np.array([10.0, 1e9])).tolist() == [10, 20]
    assert [array.tolist() for array in band_arrays(PLAN.methodology, "off")] == [[10, np.inf], [10, 20]]
