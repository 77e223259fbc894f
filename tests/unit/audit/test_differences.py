"""Differences between a recorded run and the same run made again."""

from __future__ import annotations

import copy
import math
from typing import Any

import pyarrow as pa
import pytest

from carbonquant.audit import record
from carbonquant.audit.differences import Comparison, compare_cores, compare_parts
from carbonquant.audit.trace import inexact_calls
from carbonquant.quantification import Quantification


@pytest.fixture
def core(orchard: Quantification) -> dict[str, Any]:
    return copy.deepcopy(dict(record(orchard).core))


@pytest.fixture
def calls(orchard: Quantification) -> dict[str, int]:
    return inexact_calls(orchard.methodology)


def step_in(core: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(entry for entry in core["trace"]["steps"] if entry["step"] == name)
    return found


def test_a_run_does_not_differ_from_itself(core: dict[str, Any], calls: dict[str, int]) -> None:
    comparison = compare_cores(core, copy.deepcopy(core), calls)

    assert (comparison.wrong, comparison.near) == ([], [])


def test_the_bound_is_four_units_in_the_last_place_a_call() -> None:
    comparison = Comparison({"power": 1})
    value = 8.0

    assert comparison.is_near("power", str(value), repr(value + 4 * math.ulp(value)))
    assert not comparison.is_near("power", str(value), repr(value + 6 * math.ulp(value)))
    assert not comparison.is_near("product", str(value), repr(value + math.ulp(value)))


@pytest.mark.parametrize("text", ["nan", "inf", "kuzhu", None])
def test_what_is_no_figure_is_never_near(text: str | None) -> None:
    assert not Comparison({"power": 1}).is_near("power", text, "1")


def test_the_first_step_in_the_order_of_evaluation_is_named(
    core: dict[str, Any], calls: dict[str, int]
) -> None:
    recorded = copy.deepcopy(core)
    step_in(recorded, "RE")["v"] = "1"
    step_in(recorded, "gain")["values"]["east"]["pear"] = "2"

    comparison = compare_cores(recorded, core, calls)

    assert comparison.wrong == [
        "step 'gain' for east, pear: recorded 2 kg CO2e, recomputed 1 kg CO2e (the first of 2 steps that differ)"
    ]


def test_a_step_that_is_not_recorded_is_named(core: dict[str, Any], calls: dict[str, int]) -> None:
    recorded = copy.deepcopy(core)
    recorded["trace"]["steps"] = [entry for entry in recorded["trace"]["steps"] if entry["step"] != "widths"]

    assert "step 'widths': recorded nothing" in compare_cores(recorded, core, calls).wrong[0]


def test_a_recorded_step_that_the_methodology_lacks_is_named(
    core: dict[str, Any], calls: dict[str, int]
) -> None:
    recorded = copy.deepcopy(core)
    recorded["trace"]["steps"].append({"step": "bonus_tonnes", "class": "E", "v": "1", "u": "t CO2e"})

    assert compare_cores(recorded, core, calls).wrong == [
        "step 'bonus_tonnes' is recorded, but the methodology has no such step"
    ]


def test_a_member_that_is_not_there_is_named(core: dict[str, Any], calls: dict[str, int]) -> None:
    recorded = copy.deepcopy(core)
    step_in(recorded, "by_month")["values"]["2025-08"] = "1"

    assert compare_cores(recorded, core, calls).wrong == [
        "step 'by_month' for 2025-08: recorded, but there is no such member"
    ]


def test_another_unit_of_a_step_is_named(core: dict[str, Any], calls: dict[str, int]) -> None:
    recorded = copy.deepcopy(core)
    step_in(recorded, "widths")["u"] = "m"

    assert compare_cores(recorded, core, calls).wrong == ["step 'widths': entry.u: recorded m, recomputed cm"]


def test_a_near_total_of_an_inexact_step_is_told_but_not_wrong(
    core: dict[str, Any], calls: dict[str, int]
) -> None:
    recorded = copy.deepcopy(core)
    stock = step_in(recorded, "stock")
    stock["total"] = repr(math.nextafter(float(stock["total"]), math.inf))
    stock["digest"] = "sha256:another"

    comparison = compare_cores(recorded, core, calls)

    assert comparison.wrong == []
    assert comparison.near[0].startswith("step 'stock': its total is")


def test_a_rounded_figure_has_no_tolerance(core: dict[str, Any], calls: dict[str, int]) -> None:
    recorded = copy.deepcopy(core)
    rounded = recorded["results"][0]["rounded"]
    rounded["v"] = repr(math.nextafter(float(rounded["v"]), math.inf))

    assert "result 'removals', rounded" in compare_cores(recorded, core, calls).wrong[0]


def test_a_near_result_takes_its_remainder_along(core: dict[str, Any], calls: dict[str, int]) -> None:
    recorded = copy.deepcopy(core)
    value = repr(math.nextafter(float(core["results"][0]["value"]["v"]), math.inf))
    recorded["results"][0]["value"]["v"] = step_in(recorded, "RE")["v"] = value
    recorded["results"][0]["remainder"]["v"] = "0.0001"

    comparison = compare_cores(recorded, core, calls)

    assert comparison.wrong == []
    assert len(comparison.near) == 3


def test_many_other_facts_are_counted_not_listed(core: dict[str, Any], calls: dict[str, int]) -> None:
    recorded = copy.deepcopy(core)
    recorded["factors"] = []

    found = compare_cores(recorded, core, calls).wrong

    assert found[0].startswith("factors.least: recorded nothing")


def test_a_part_of_another_shape_is_named() -> None:
    comparison = Comparison({})

    compare_parts("rows/x", pa.table({"a": [1, 2]}), pa.table({"a": [1]}), comparison)

    assert comparison.wrong == ["rows/x: holds 2 rows of a, recomputed 1 rows of a"]


def test_a_near_cell_of_an_inexact_column_is_told() -> None:
    comparison = Comparison({"stock": 1})
    near = math.nextafter(8.0, 9.0)

    compare_parts("rows/x", pa.table({"stock[a]": [8.0]}), pa.table({"stock[a]": [near]}), comparison)

    assert comparison.wrong == []
    assert comparison.near == [f"rows/x, row 1, 'stock[a]': the bundle has 8.0, recomputed {near}"]


def test_a_column_of_another_kind_is_wrong() -> None:
    comparison = Comparison({})

    compare_parts("rows/x", pa.table({"a": [1]}), pa.table({"a": [1.0]}), comparison)

    assert comparison.wrong == ["rows/x, row 0, 'a': the bundle has int64, recomputed double"]
