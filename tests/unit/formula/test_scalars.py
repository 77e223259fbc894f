"""What compiled formulas call on plain floats: the same as over arrays, absent values as errors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from carbonquant.formula import arrays, scalars


def test_settled_lets_only_finite_numbers_pass() -> None:
    assert scalars.settled(1.5) == 1.5
    for value in (math.inf, -math.inf, math.nan):
        with pytest.raises(ArithmeticError):
            scalars.settled(value)


@pytest.mark.parametrize("exponent", [-3, -1, 0, 1, 2, 7])
def test_whole_power_has_the_bits_of_the_array(exponent: int) -> None:
    for x in (1.1, -0.3, 12345.678):
        assert scalars.whole_power(x, exponent) == arrays.whole_power(np.asarray(x), exponent)


def test_clamp_refuses_reversed_limits() -> None:
    assert [scalars.clamp(x, 0.0, 3.0) for x in (-1.0, 2.0, 5.0)] == [0.0, 2.0, 3.0]
    with pytest.raises(ValueError, match=r"^$"):
        scalars.clamp(1.0, 3.0, 0.0)


def test_rounded_is_decided_in_decimal() -> None:
    assert scalars.rounded(0.29 * 100, 1.0, "down") == 29.0


def test_band_is_the_first_whose_limit_is_not_below() -> None:
    limits, values = (10.0, 20.0), (1.0, 2.0)

    assert [scalars.band(x, limits, values) for x in (-5.0, 10.0, 10 * (1 + 1e-13), 10.1, 20.0)] == [
        1,
        1,
        1,
        2,
        2,
    ]
    with pytest.raises(ValueError, match=r"^$"):
        scalars.band(20.1, limits, values)


@pytest.mark.parametrize("name", ["equal", "unequal", "less", "more", "at_most", "at_least"])
@pytest.mark.parametrize("b", [1.0, 1 + 1e-13, 1 - 1e-13, 2.0, 0.5, 0.0, -1.0])
def test_comparison_decides_as_over_arrays(name: str, b: float) -> None:
    assert getattr(scalars, name)(1.0, b) is bool(getattr(arrays, name)(np.asarray(1.0), np.asarray(b)))
