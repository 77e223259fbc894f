"""Why rows are rejected: every reason is kept, and counts add up."""

from __future__ import annotations

import numpy as np
import pytest

from carbonquant.activity import bind, read_activity
from carbonquant.plan import plan
from carbonquant.rows.reasons import MOST_REASONS, Reasons
from tests.toys import methodology

BODY = """\
dimensions: {ride: rows}
inputs:
  x: {unit: t CO2e, over: ride, range: [0, 10]}
  y: {unit: t CO2e, over: ride, range: [null, 5]}
  z: {unit: t CO2e, over: ride}
rules:
  fits: {over: ride, require: both > z, else: reject}
steps:
  both: {unit: t CO2e, over: ride, formula: x + y}
  total: {unit: t CO2e, formula: "sum(both, over=ride)"}
results: {removals: total}
"""


def reasons_of(**columns: list[object]) -> Reasons:
    toy = methodology(BODY)
    activity = read_activity({"methodology": "toy", "tables": {"ride": {"columns": columns}}})
    return Reasons.of(plan(toy), bind(activity, toy).tables["ride"])


def test_ranges_include_their_ends_and_pass_over_missing_values() -> None:
    reasons = reasons_of(x=[0, 10, -0.1, 10.1, None], y=[5, -99, 5.1, 0, 0], z=[1] * 5)

    assert [reasons.of_row(row) for row in range(5)] == [
        (),
        (),
        ("range.x", "range.y"),
        ("range.x",),
        ("missing.x",),
    ]
    assert reasons.accepted.tolist() == [True, True, False, False, False]
    assert reasons.counts() == {"missing.x": 1, "range.x": 2, "range.y": 1}


def test_reason_that_no_row_has_takes_no_bit() -> None:
    reasons = reasons_of(x=[1], y=[1], z=[1])

    reasons.mark("never", np.array([False]))

    assert reasons.names == []


def test_reason_marked_twice_is_one_reason() -> None:
    reasons = reasons_of(x=[1, 1, 1], y=[1, 1, 1], z=[1, 1, 1])

    reasons.mark("twice", np.array([True, False, False]))
    reasons.mark("twice", np.array([True, True, False]))

    assert reasons.counts() == {"twice": 2}
    assert reasons.rows("twice").tolist() == [True, True, False]


def test_rows_with_all_values_are_those_whose_inputs_are_present_also_through_steps() -> None:
    reasons = reasons_of(x=[1, None, 1], y=[1, 1, 1], z=[1, 1, None])

    fits = reasons.plan.methodology.rules["fits"].root
    both = reasons.plan.methodology.steps["both"].root

    assert reasons.has_values(fits).tolist() == [True, False, False]
    assert reasons.has_values(both).tolist() == [True, False, True]


def test_more_reasons_than_bits_are_refused() -> None:
    reasons = reasons_of(x=[1], y=[1], z=[1])
    for number in range(MOST_REASONS):
        reasons.mark(f"reason_{number}", np.array([True]))

    assert len(reasons.of_row(0)) == MOST_REASONS
    with pytest.raises(OverflowError, match="more than 64 reasons in table ride"):
        reasons.mark("one_too_many", np.array([True]))
