"""`rounding`: multiples of a quantum, the four modes, and numbers that stand on a limit."""

from __future__ import annotations

import math

import numpy as np
import pytest

from carbonquant.formula.rounding import RoundingMode, on_limit, on_limit_array, round_array, round_to

MODES: tuple[RoundingMode, ...] = ("down", "up", "half-even", "half-up")


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("down", [-3.0, -3.0, -2.0, 1.0, 2.0, 2.0, 3.0]),
        ("up", [-2.0, -2.0, -1.0, 2.0, 3.0, 3.0, 4.0]),
        ("half-even", [-3.0, -2.0, -2.0, 2.0, 2.0, 3.0, 4.0]),
        ("half-up", [-3.0, -2.0, -1.0, 2.0, 3.0, 3.0, 4.0]),
    ],
)
def test_each_mode_rounds_to_its_own_side(mode: RoundingMode, expected: list[float]) -> None:
    numbers = [-2.7, -2.5, -1.5, 1.5, 2.5, 2.7, 3.5]

    rounded = [round_to(number, 1, mode) for number in numbers]

    assert rounded == expected


@pytest.mark.parametrize("mode", MODES)
def test_multiple_of_the_quantum_stays_in_every_mode(mode: RoundingMode) -> None:
    assert round_to(0.15, 0.05, mode) == 0.15


@pytest.mark.parametrize("mode", MODES)
def test_float_a_hair_below_a_multiple_counts_as_the_multiple(mode: RoundingMode) -> None:
    product = 0.29 * 100

    rounded = round_to(product, 1, mode)

    assert product < 29
    assert rounded == 29.0


@pytest.mark.parametrize("mode", MODES)
def test_float_a_hair_above_a_multiple_counts_as_the_multiple(mode: RoundingMode) -> None:
    total = 0.1 + 0.2

    rounded = round_to(total, 0.1, mode)

    assert total > 0.3
    assert rounded == 0.3


def test_float_a_hair_below_a_half_multiple_is_a_half_way_case() -> None:
    product = 1.15 * 100 / 10

    rounded = round_to(product, 1, "half-up")

    assert product < 11.5
    assert rounded == 12.0


def test_half_way_case_is_decided_from_the_decimal_text() -> None:
    assert round_to(2.675, 0.01, "half-up") == 2.68
    assert round_to(2.665, 0.01, "half-even") == 2.66


def test_number_just_outside_the_tolerance_does_not_count_as_the_multiple() -> None:
    assert round_to(1 - 0.9e-12, 1, "down") == 1.0
    assert round_to(1 - 1.1e-12, 1, "down") == 0.0


def test_tiny_number_is_not_taken_for_zero() -> None:
    assert round_to(5e-324, 1, "up") == 1.0
    assert round_to(-5e-324, 1, "down") == -1.0


def test_number_equally_near_to_a_multiple_and_a_half_does_not_grow() -> None:
    number = 2.0**40 + 0.75

    assert round_to(number, 1, "down") == 2.0**40


@pytest.mark.parametrize("mode", ["up", "half-even", "half-up"])
def test_negative_number_rounded_to_zero_is_not_minus_zero(mode: RoundingMode) -> None:
    rounded = round_to(-0.2, 1, mode)

    assert math.copysign(1, rounded) == 1.0
    assert rounded == 0.0


def test_minus_zero_becomes_zero() -> None:
    assert math.copysign(1, round_to(-0.0, 1, "down")) == 1.0
    assert math.copysign(1, round_array(np.array([-0.0]), 1, "down")[0]) == 1.0


def test_result_is_the_float_nearest_to_the_decimal_multiple() -> None:
    assert 3 * 0.1 != 0.3
    assert round_to(0.34, 0.1, "down") == 0.3


@pytest.mark.parametrize("quantum", [0.0, -1.0, math.nan, math.inf])
def test_quantum_that_is_no_number_above_zero_is_refused(quantum: float) -> None:
    with pytest.raises(ValueError, match="the quantum must be a number above zero"):
        round_to(1.0, quantum, "down")


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_number_that_is_not_finite_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="it is not a finite number"):
        round_to(number, 1, "down")


def test_array_with_a_number_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot round inf: it is not a finite number"):
        round_array(np.array([1.0, math.inf]), 1, "down")


def test_result_beyond_the_range_of_floats_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond the range of a float"):
        round_to(1.7e308, 1e308, "up")


def test_array_keeps_its_shape_and_is_not_written_to() -> None:
    numbers = np.array([[1.25, 1.35], [-1.25, 7.0]])
    before = numbers.copy()

    rounded = round_array(numbers, 0.1, "half-even")

    assert rounded.tolist() == [[1.2, 1.4], [-1.2, 7.0]]
    assert numbers.tolist() == before.tolist()


def test_array_of_no_dimension_is_rounded_too() -> None:
    rounded = round_array(np.array(2.5), 1, "up")

    assert rounded.shape == ()
    assert float(rounded) == 3.0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("quantum", [1, 0.01, 0.3, 1000.0, 1e20, 1e-30, 5e-324, 1e300])
def test_array_rounds_difficult_numbers_as_one_by_one(mode: RoundingMode, quantum: float) -> None:
    edges = [1 - 1e-12, 1 - 0.995e-12, 1 + 1.005e-12, 1 + 1e-12, 0.5 - 0.5e-12, 2.0**36, 2.0**37 + 0.75]
    numbers = np.array([0.0, 0.29 * 100, 1.15, 1e15 + 0.3, 5e-324, -5e-324, -2.5, *edges])

    rounded = round_array(numbers, quantum, mode)

    assert rounded.tolist() == [round_to(number, quantum, mode) for number in numbers.tolist()]


def test_number_within_the_tolerance_lies_on_the_limit() -> None:
    assert on_limit(0.1 + 0.2, 0.3)
    assert on_limit(-0.1 - 0.2, -0.3)
    assert on_limit(0.0, 0.0)


def test_number_outside_the_tolerance_does_not_lie_on_the_limit() -> None:
    assert not on_limit(1 + 2e-12, 1.0)
    assert not on_limit(1e-300, 0.0)


def test_infinity_lies_on_no_limit() -> None:
    assert not on_limit(math.inf, 1.0)
    assert not on_limit(math.inf, math.inf)


def test_array_of_numbers_lies_on_the_limit_as_one_by_one() -> None:
    numbers = np.array([0.1 + 0.2, 0.3 + 1e-12, math.inf, math.nan, -1.7e308])

    is_on = on_limit_array(numbers, 0.3)

    assert is_on.tolist() == [on_limit(number, 0.3) for number in numbers.tolist()]


def test_array_of_numbers_is_compared_with_an_array_of_limits() -> None:
    is_on = on_limit_array(np.array([1.0, 2.0, 1.7e308]), np.array([1.0, 3.0, -1.7e308]))

    assert is_on.tolist() == [True, False, False]
