"""Issuance: rounded figures by their rule, exactly, and a remainder that loses nothing."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

import pytest

from carbonquant.audit import record
from carbonquant.audit.issuance import exact, issuance_faults, rounded_exactly
from carbonquant.quantification import Quantification


@pytest.fixture
def core(kettle: Quantification) -> dict[str, Any]:
    return copy.deepcopy(dict(record(kettle).core))


def test_a_record_as_made_has_no_fault(core: dict[str, Any]) -> None:
    assert list(issuance_faults(core)) == []


def test_a_lost_remainder_is_found(core: dict[str, Any]) -> None:
    core["results"][0]["remainder"]["v"] = "0"

    assert list(issuance_faults(core)) == ["'reductions': 3.125 less 3 is not 0"]


def test_a_figure_that_breaks_its_rule_is_found(core: dict[str, Any]) -> None:
    core["options"]["rounding"]["reductions"]["mode"] = "up"

    assert list(issuance_faults(core)) == [
        "'reductions': rounded to 1 t CO2e, up, total, 3.125 gives 4, not 3"
    ]


def test_each_member_is_rounded_before_they_are_added(core: dict[str, Any]) -> None:
    core["options"]["rounding"]["reductions"]["when"] = "each"
    core["results"][0]["by"] = {
        "dimension": "year",
        "u": "t CO2e",
        "values": {"2024": "1.5625", "2025": "1.5625"},
    }

    assert list(issuance_faults(core)) == [
        "'reductions': rounded to 1 t CO2e, down, each, 3.125 gives 2, not 3"
    ]


def test_a_rounded_figure_without_a_rule_is_found(core: dict[str, Any]) -> None:
    core["options"]["rounding"] = {}

    assert "without a rounded figure, or the other way round" in next(issuance_faults(core))


@pytest.mark.parametrize(
    ("value", "mode", "rounded"),
    [
        ("-0.5", "down", -1), ("-0.5", "up", 0), ("2.5", "half-even", 2), ("2.5", "half-up", 3),
        ("-2.5", "half-up", -2),
        ("28.999999999999996", "down", 29), ("28.99999", "down", 28),
    ],
)  # fmt: skip
def test_rounding_is_exact_and_forgives_only_the_last_bits(value: str, mode: str, rounded: int) -> None:
    assert rounded_exactly(exact(value), Fraction(1), mode) == rounded


@pytest.mark.parametrize("text", ["nan", "inf", "1e999999999", "1e-9999", "0x10", "1_0", "", "١", "1\n"])
def test_what_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no figure"):
        exact(text)
