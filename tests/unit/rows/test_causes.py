"""Why a step has no value: a table without a published value, a band that ends too early, or neither."""

from __future__ import annotations

from typing import Any

import pytest

from carbonquant.errors import NotApplicableError
from tests.toys import run

BODY = """
dimensions: {{mode: [walk, bus], ride: rows}}
inputs:
  mode_of: {{type: mode, over: ride}}
  km: {{unit: km, over: ride}}
  size: {{unit: km}}
  own: {{type: mode}}
  weight: {{unit: "1", over: mode}}
parameters:
  EF: {{unit: t CO2e/km, over: mode, values: {{walk: 1, bus: null}}, source: by definition}}
  off: {{unit: "%", bands: {{unit: km, upto: [1, 10]}}, values: [10, 20], source: by definition}}
steps:
  x: {{unit: t CO2e, {over}formula: "{formula}"}}
  total: {{unit: t CO2e, formula: "{total}"}}
  all_read: {{unit: "1", formula: "sum(weight, over=mode) + size / 1 [km] + sum(km * 0, over=ride) / 1 [km]"}}
  reads: {{unit: "1", formula: "if(own == 'walk', 1, 2) + sum(if(mode_of == 'bus', 1, 0), over=ride)"}}
  parameters_read: {{unit: "1", over: mode, formula: "weight + 0 * off[0 [km]]"}}
results: {{removals: total}}
"""


def refused(formula: str, over: str = "", total: str = "x * 1", **inputs: Any) -> tuple[str, ...]:
    """The reasons for which a run is refused."""
    text = BODY.format(formula=formula, over=f"over: {over}, " if over else "", total=total)
    given = {"size": 5, "own": "walk", "weight": 1, **inputs}
    try:
        run(text, inputs=given, tables={"ride": {"mode_of": ["walk", "bus"], "km": [1, 2]}})
    except NotApplicableError as error:
        return tuple(error.reasons)
    return ()


@pytest.mark.parametrize(
    ("formula", "reasons"),
    [
        ("size * sum(EF, over=mode)", ("table.EF",)),
        ("size * EF['bus']", ("table.EF",)),
        ("size * EF['walk']", ()),
        ("size * EF[own]", ()),
        ("if(own == 'bus', EF['bus'], EF['walk']) * size", ()),
    ],
)
def test_table_without_a_published_value_is_the_cause_where_it_is_read(
    formula: str, reasons: tuple[str, ...]
) -> None:
    assert refused(formula) == reasons


def test_member_that_a_run_chooses_is_the_cause() -> None:
    assert refused("size * EF[own]", own="bus") == ("table.EF",)


def test_band_that_ends_too_early_is_the_cause() -> None:
    assert refused("off[size] * 1 [t CO2e]", size=50) == ("band.off",)


def test_table_and_band_are_both_told() -> None:
    assert refused("EF['bus'] * size * off[size]", size=50) == ("table.EF", "band.off")


def test_value_that_is_not_finite_by_itself_has_no_table_to_blame() -> None:
    assert refused("1 [t CO2e] / (size / 1 [km] - 5)") == ("nonfinite.x",)


def test_table_that_has_its_value_where_the_step_has_none_is_not_blamed() -> None:
    assert refused("1 [km] / (size / 1 [km] - 5) * EF['walk']") == ("nonfinite.x",)


def test_each_member_without_a_value_has_its_own_cause() -> None:
    found = refused(
        "1 [km] / (size / 1 [km] - 5 * if(mode == 'walk', 1, 2)) * EF", over="mode", total="sum(x, over=mode)"
    )

    assert found == ("table.EF", "nonfinite.x")


def test_what_only_follows_is_not_told_again() -> None:
    assert refused("size * EF['bus']", total="x * 2") == ("table.EF",)


def test_row_without_a_value_is_rejected_by_the_name_of_the_table() -> None:
    text = BODY.format(formula="km * EF[mode_of]", over="over: ride, ", total="sum(x, over=ride)")

    result = run(
        text,
        inputs={"size": 5, "own": "walk", "weight": 1},
        tables={"ride": {"mode_of": ["walk", "bus"], "km": [1, 2]}},
    )

    assert dict(result.rows["ride"].reasons) == {"table.EF": 1}


def test_each_row_is_rejected_for_its_own_cause_alone() -> None:
    text = BODY.format(
        formula="off[km] * EF[mode_of] * 1 [km]", over="over: ride, ", total="sum(x, over=ride)"
    )

    result = run(
        text,
        inputs={"size": 5, "own": "walk", "weight": 1},
        tables={"ride": {"mode_of": ["walk", "bus", "walk", "bus"], "km": [1, 2, 50, 50]}},
    )

    marks = result.outcome.reasons["ride"]
    assert [marks.of_row(row) for row in range(4)] == [
        (),
        ("table.EF",),
        ("band.off",),
        ("band.off", "table.EF"),
    ]
