"""Quantiles of the normal and of Student's distribution, for confidence intervals.

Every result is the float nearest to the true value: it is computed with more than 60 decimal digits, so it
has the same bits on every machine and needs no statistical library. A confidence level is read as the
decimal that it is written as: 0.95 is exactly 95 %.

How: a quantile is the root of `central(t) = confidence`, where `central(t)` is the probability between -t and
t. That probability is a series of positive terms (no digits cancel), and the root is found by Halley's
iteration, which triples the number of right digits at each step.

Does not know samples or their sizes, and draws nothing at random.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal, getcontext, localcontext
from functools import lru_cache

__all__ = ["normal_value", "t_value"]

_DIGITS = 80
_SETTLED = Decimal("1e-25")
"""A relative step this small leaves an error below 1e-60, for steps shrink as the cube."""

_LARGEST_DF = Decimal("1e60")
"""From here on Student's and the normal distribution agree in more digits than a result needs."""

_HALF = Decimal("0.5")

_Curve = Callable[[Decimal], tuple[Decimal, Decimal, Decimal]]
"""At t: the probability between -t and t, the density, and minus the slope of the density's logarithm."""


def normal_value(confidence: float) -> float:
    """Return the two-sided quantile of the normal distribution.

    Parameters
    ----------
    confidence
        Probability between minus and plus the value returned; above 0 and below 1 (0.95 for 95 %).

    Raises
    ------
    ValueError
        If `confidence` is not between 0 and 1.

    Examples
    --------
    >>> round(normal_value(0.95), 4)
    1.96
    """
    return _normal_root(_checked_confidence(confidence))


def t_value(confidence: float, df: float) -> float:
    """Return the two-sided quantile of Student's t distribution.

    Parameters
    ----------
    confidence
        Probability between minus and plus the value returned; above 0 and below 1 (0.95 for 95 %).
    df
        Degrees of freedom, 1 or more; a fraction is allowed.

    Raises
    ------
    ValueError
        If `confidence` is not between 0 and 1, or `df` is below 1 or not finite.

    Examples
    --------
    >>> round(t_value(0.90, 9), 3)
    1.833
    """
    level = _checked_confidence(confidence)
    if not 1 <= df < math.inf:
        message = f"degrees of freedom must be a finite number of 1 or more, got {df}"
        raise ValueError(message)
    return _student_root(level, float(df))


def _checked_confidence(confidence: float) -> float:
    """Return the confidence level, or refuse it."""
    if not 0 < confidence < 1:
        message = f"a confidence level must lie between 0 and 1 (0.95 for 95 %), got {confidence}"
        raise ValueError(message)
    return float(confidence)


@lru_cache(maxsize=1024)
def _normal_root(confidence: float) -> float:
    with localcontext(_context(_DIGITS)):
        return float(_root(_normal_curve(), Decimal(repr(confidence))))


@lru_cache(maxsize=1024)
def _student_root(confidence: float, df: float) -> float:
    exact_df = min(Decimal(repr(df)), _LARGEST_DF)
    with localcontext(_context(_DIGITS + exact_df.adjusted())):  # ln(1 + t²/df) loses the digits of df
        return float(_root(_student_curve(exact_df), Decimal(repr(confidence))))


def _context(digits: int) -> Context:
    """Return the arithmetic of this module, whatever the caller's decimal context is."""
    return Context(prec=digits, rounding=ROUND_HALF_EVEN)


def _root(curve: _Curve, confidence: Decimal) -> Decimal:
    """Return t with `confidence` between -t and t, climbing from 0 by Halley's iteration."""
    t = step = Decimal(0)
    while not t or abs(step) > t * _SETTLED:
        central, density, fall = curve(t)
        newton = (confidence - central) / (2 * density)
        step = newton / (1 - newton * fall / 2)
        t += step
    return t


def _normal_curve() -> _Curve:
    """Return the curve of the standard normal distribution."""
    peak = _gamma_ratio(_HALF) / Decimal(2).sqrt()  # 1 / √(2π)

    def curve(t: Decimal) -> tuple[Decimal, Decimal, Decimal]:
        square = t * t
        density = peak * (-square / 2).exp()
        return 2 * t * density * _series(lambda n: square / (2 * n + 3)), density, t

    return curve


def _student_curve(df: Decimal) -> _Curve:
    """Return the curve of Student's distribution.

    The probability is the incomplete beta function I_y(1/2, df/2) at y = t²/(df + t²). Where y is above 1/2
    its series is slow, and the probability outside, I_x(df/2, 1/2) at x = 1 - y, is summed in its place.
    """
    half_df = df / 2
    order = half_df + _HALF
    peak = _gamma_ratio(half_df) * _gamma_ratio(_HALF) / df.sqrt()

    def curve(t: Decimal) -> tuple[Decimal, Decimal, Decimal]:
        square = t * t
        whole = df + square
        density = peak * (-order * (1 + square / df).ln()).exp()
        if square <= df:
            inside = square / whole
            central = 2 * t * density * _series(lambda n: inside * (order + n) / (n + 1 + _HALF))
        else:
            outside = df / whole
            central = 1 - 2 * t * density / df * _series(lambda n: outside * (order + n) / (half_df + n + 1))
        return central, density, t * (df + 1) / whole

    return curve


def _series(ratio: Callable[[int], Decimal]) -> Decimal:
    """Sum 1 + ratio(0) + ratio(0)·ratio(1) + … until the sum no longer changes; all ratios are positive."""
    total = term = Decimal(1)
    before = Decimal(0)
    n = 0
    while total != before:
        before = total
        term *= ratio(n)
        total += term
        n += 1
    return total


def _gamma_ratio(z: Decimal) -> Decimal:
    """Return Γ(z + 1/2) / Γ(z); at z = 1/2 it is 1 / √π.

    The recurrence in z leads to an argument as large as there are digits. There

        ln ratio = ln(z)/2 - T₁/(1·2³·z) + T₂/(3·2⁷·z³) - T₃/(5·2¹¹·z⁵) + …

    with the tangent numbers T = 1, 2, 16, 272, …; it is the difference of Stirling's series at z + 1/2 and z,
    with the Bernoulli numbers written as tangent numbers (DLMF 5.11.8, 24.15.4).
    """
    digits = getcontext().prec
    shift = Decimal(1)
    while z < digits:
        shift *= z / (z + _HALF)
        z += 1
    logarithm = z.ln() / 2
    for n, tangent in enumerate(_tangent_numbers(digits // 2), start=1):
        logarithm += (-1) ** n * Decimal(tangent) / ((2 * n - 1) * 2 ** (4 * n - 1) * z ** (2 * n - 1))
    return shift * logarithm.exp()


@lru_cache
def _tangent_numbers(length: int) -> tuple[int, ...]:
    """Return the first tangent numbers: tan x = Σ Tₙ x^(2n-1) / (2n-1)!.

    Source
    ------
    Brent and Harvey, "Fast computation of Bernoulli, tangent and secant numbers" (2013), TangentNumbers.
    """
    numbers = [math.factorial(n) for n in range(length)]
    for k in range(1, length):
        for j in range(k, length):
            numbers[j] = (j - k) * numbers[j - 1] + (j - k + 2) * numbers[j]
    return tuple(numbers)
