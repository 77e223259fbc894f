"""What generated scalar code calls: the operations of the language on plain Python floats, without numpy.

Bit for bit what `arrays` does with one element. A value that cannot be computed raises ArithmeticError or
ValueError, or is not finite; who calls turns it into an error.

Knows nothing of dimensions: methodologies that have some run through `arrays`.
"""

from __future__ import annotations

import math
from math import exp, log10, sqrt
from math import log as ln

from carbonquant.formula.quantiles import normal_value, t_value
from carbonquant.formula.rounding import RoundingMode, on_limit, round_to

__all__ = [
    "at_least", "at_most", "band", "clamp", "equal", "exp", "larger", "less", "ln", "log10", "more", "normal_value",
    "power", "rounded", "settled", "smaller", "sqrt", "t_value", "unequal", "whole_power",
]  # fmt: skip

larger = max
smaller = min
power = math.pow


def settled(x: float) -> float:
    """The value itself; refused where it is not finite, so that no later operation can hide it."""
    if math.isfinite(x):
        return x
    raise ArithmeticError


def whole_power(x: float, exponent: int) -> float:
    """A power by repeated multiplication."""
    result = 1.0
    for _ in range(abs(exponent)):
        result = result * x
    return result if exponent >= 0 else 1.0 / result


def clamp(x: float, low: float, high: float) -> float:
    """`x`, but not below `low` or above `high`."""
    if not low <= high:
        raise ValueError
    return min(max(x, low), high)


def rounded(x: float, quantum: float, mode: RoundingMode) -> float:
    """A multiple of the quantum, decided in decimal."""
    return round_to(x, quantum, mode)


def band(x: float, limits: tuple[float, ...], values: tuple[float, ...]) -> float:
    """The value of the first band whose upper limit is not below x."""
    for limit, value in zip(limits, values, strict=True):
        if x <= limit or on_limit(x, limit):
            return value
    raise ValueError


def equal(a: float, b: float) -> bool:
    """Whether two numbers are equal but for their last bits."""
    return a == b or abs(a - b) <= 1e-12 * max(abs(a), abs(b))


def unequal(a: float, b: float) -> bool:
    """Whether two numbers differ by more than their last bits."""
    return not equal(a, b)


def less(a: float, b: float) -> bool:
    """Whether a is below b by more than the last bits."""
    return a < b and not equal(a, b)


def more(a: float, b: float) -> bool:
    """Whether a is above b by more than the last bits."""
    return a > b and not equal(a, b)


def at_most(a: float, b: float) -> bool:
    """Whether a is not above b."""
    return a < b or equal(a, b)


def at_least(a: float, b: float) -> bool:
    """Whether a is not below b."""
    return a > b or equal(a, b)
