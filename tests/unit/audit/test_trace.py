"""The trace: every step with its class, every row counted, every sum exact."""

from __future__ import annotations

from typing import Any

import pytest

from carbonquant.audit.trace import inexact_calls, trace
from carbonquant.quantification import Quantification
from carbonquant.rows.sums import ExactSums


@pytest.fixture
def steps(orchard: Quantification) -> dict[str, Any]:
    return {entry["step"]: entry for entry in trace(orchard)["steps"]}


def test_steps_stand_in_the_order_of_evaluation(orchard: Quantification) -> None:
    assert [entry["step"] for entry in trace(orchard)["steps"]] == list(orchard.methodology.steps)


def test_a_step_fed_by_a_broken_power_is_of_class_t(steps: dict[str, Any]) -> None:
    classes = {name: entry["class"] for name, entry in steps.items()}

    assert {name for name, found in classes.items() if found == "T"} == {
        "stock",
        "of_owner",
        "by_month",
        "RE",
    }


def test_inexact_calls_add_up_along_the_formulas(orchard: Quantification) -> None:
    assert inexact_calls(orchard.methodology) | {"half": 0} == {
        "gain": 0, "half": 0, "is_wide": 0, "stock": 1, "of_owner": 1, "by_month": 1, "widths": 0, "RE": 1,
    }  # fmt: skip


def test_a_step_over_rows_counts_accepted_rows_only(steps: dict[str, Any]) -> None:
    assert steps["half"]["over"] == "tree"
    assert steps["half"]["members"] == 4
    assert steps["half"]["total"] == "113.5625"


def test_a_step_over_groups_is_a_digest(steps: dict[str, Any]) -> None:
    assert steps["of_owner"]["over"] == "owner_fruit"
    assert steps["of_owner"]["members"] == 4


def test_every_row_is_counted_with_its_reasons(orchard: Quantification) -> None:
    assert trace(orchard)["tables"]["tree"] == {
        "read": 8,
        "accepted": 4,
        "rejected": 4,
        "reasons": {"member.grown": 1, "missing.width": 1, "period": 1, "too_thin": 1},
    }


def test_exact_sums_round_to_the_recorded_step(orchard: Quantification, steps: dict[str, Any]) -> None:
    sums = next(entry for entry in trace(orchard)["sums"] if entry["step"] == "widths")

    assert ExactSums.from_parts(sums["parts"][0]).totals().tolist() == [float(steps["widths"]["v"])]


def test_a_warning_rule_is_counted(orchard: Quantification) -> None:
    assert trace(orchard)["warned"] == {"small_area": 1}
