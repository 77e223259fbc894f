"""Laws of rounding to a multiple of a quantum."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from carbonquant.formula.rounding import RoundingMode, on_limit, on_limit_array, round_array, round_to

modes: st.SearchStrategy[RoundingMode] = st.sampled_from(("down", "up", "half-even", "half-up"))
quanta = st.sampled_from((1e-6, 0.001, 0.01, 0.05, 0.1, 0.25, 0.3, 1.0, 5.0, 7.0, 1000.0)) | st.floats(
    1e-9, 1e9
)
any_quanta = quanta | st.floats(min_value=0, exclude_min=True, allow_infinity=False)
numbers = st.floats(-1e9, 1e9)
decimals = st.decimals(-1000, 1000, places=4).map(float)
any_numbers = numbers | decimals | st.floats(allow_nan=False, allow_infinity=False)


def exact(number: float) -> Fraction:
    """Return what the shortest text of a float stands for."""
    return Fraction(Decimal(repr(number)))


def is_near(count: Fraction, whole: int) -> bool:
    """Tell whether a number of quanta is a whole number, within twice the tolerance."""
    return abs(count - whole) <= Fraction(2, 10**12) * abs(whole)


@given(numbers, quanta, modes)
def test_result_is_the_float_nearest_to_a_multiple(number: float, quantum: float, mode: RoundingMode) -> None:
    rounded = round_to(number, quantum, mode)

    count = round(Fraction(rounded) / exact(quantum))
    assert rounded == float(count * exact(quantum))


@given(numbers, quanta)
def test_down_is_the_last_multiple_not_above(number: float, quantum: float) -> None:
    count = exact(number) / exact(quantum)

    whole = round(exact(round_to(number, quantum, "down")) / exact(quantum))

    assert whole <= count < whole + 1 or is_near(count, whole) or is_near(2 * count, 2 * whole + 1)


@given(numbers, quanta)
def test_up_mirrors_down(number: float, quantum: float) -> None:
    is_quarter = (
        4 * exact(number) / exact(quantum)
    ).denominator == 1  # halves above and below are equally near

    if not is_quarter:
        assert round_to(number, quantum, "up") == -round_to(-number, quantum, "down")


@given(decimals, modes)
def test_rounding_of_short_decimals_agrees_with_decimal_arithmetic(number: float, mode: RoundingMode) -> None:
    names = {"down": "ROUND_FLOOR", "up": "ROUND_CEILING", "half-even": "ROUND_HALF_EVEN"}
    if mode == "half-up":
        expected = math.floor(exact(number) * 100 + Fraction(1, 2)) / 100
    else:
        expected = float(Decimal(repr(number)).quantize(Decimal("0.01"), rounding=names[mode])) + 0.0

    assert round_to(number, 0.01, mode) == expected


@given(numbers, quanta, modes)
def test_rounding_twice_is_rounding_once(number: float, quantum: float, mode: RoundingMode) -> None:
    once = round_to(number, quantum, mode)

    assert round_to(once, quantum, mode) == once


@given(st.lists(any_numbers, max_size=20), any_quanta, modes)
def test_array_and_single_numbers_round_to_the_same_bits(
    row: list[float], quantum: float, mode: RoundingMode
) -> None:
    try:
        expected = np.array([round_to(number, quantum, mode) for number in row])
    except ValueError:  # a result beyond the range of floats
        return

    rounded = round_array(np.array(row), quantum, mode)

    assert rounded.tobytes() == expected.tobytes()


@given(st.integers(-(10**6), 10**6), quanta, st.floats(-0.9e-12, 0.9e-12), modes)
def test_noise_below_the_tolerance_changes_nothing(
    halves: int, quantum: float, noise: float, mode: RoundingMode
) -> None:
    clean = float(halves * exact(quantum) / 2)
    noisy = clean * (1 + noise)

    assert round_to(noisy, quantum, mode) == round_to(clean, quantum, mode)


@given(st.lists(st.tuples(st.floats(), st.floats()), max_size=20))
def test_array_and_single_numbers_stand_on_the_same_limits(pairs: list[tuple[float, float]]) -> None:
    column = np.array(pairs, dtype=np.float64).reshape(-1, 2)

    is_on = on_limit_array(column[:, 0], column[:, 1])

    assert is_on.tolist() == [on_limit(number, limit) for number, limit in pairs]
