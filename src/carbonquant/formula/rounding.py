"""Rounding to a multiple of a quantum, and standing on a published limit.

Published limits are decimal and floats are not: `0.29 * 100` is a hair under 29, yet it rounds down to 29. So
a float is read as its shortest decimal text, and it lies on a multiple or a half-multiple of the quantum when
it is within `LIMIT_TOLERANCE` of it. The rest is exact integer arithmetic: the same bits everywhere, and the
same bits for one number (`round_to`) as for an array (`round_array`).

Does not know units, nor which figures a methodology rounds.
"""

from __future__ import annotations

import math
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["LIMIT_TOLERANCE", "RoundingMode", "on_limit", "on_limit_array", "round_array", "round_to"]

RoundingMode = Literal["down", "up", "half-even", "half-up"]
"""`down` is toward minus infinity, `up` toward plus infinity; half-way cases of `half-up` go up."""

LIMIT_TOLERANCE: Final = 1e-12
"""How near to a limit, relative to the limit, a number is taken as lying on it."""

_TOLERANCE_INVERSE: Final = 10**12
_INTEGERS_END: Final = 2.0**53
"""Up to here every whole number is a float."""

_FAST_HALVES: Final = 2.0**37
_FAST_SMALLEST: Final = 1e-200
_GREY_ZONE: Final = 0.01
"""Share of the tolerance, either side of its edge, inside which float64 is not trusted to decide."""


def on_limit(x: float, limit: float) -> bool:
    """Tell whether `x` is taken as lying on `limit`; both in one unit.

    Examples
    --------
    >>> on_limit(2.24 / 22.4, 0.1)
    True
    >>> on_limit(0.1000001, 0.1)
    False
    """
    return abs(x - limit) <= LIMIT_TOLERANCE * abs(limit)


def on_limit_array(x: NDArray[np.float64], limit: NDArray[np.float64] | float) -> NDArray[np.bool_]:
    """Tell for each element whether it is taken as lying on `limit`, exactly as `on_limit` does."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(np.abs(np.subtract(x, limit)) <= LIMIT_TOLERANCE * np.abs(limit), dtype=np.bool_)


def round_to(x: float, quantum: float, mode: RoundingMode) -> float:
    """Round `x` to a multiple of `quantum`; both in one unit.

    Returns
    -------
    float
        The float nearest to the multiple; never minus zero.

    Raises
    ------
    ValueError
        If `quantum` is not above zero, a number is not finite, or the result is beyond the range of a float.

    Examples
    --------
    >>> round_to(0.29 * 100, 1, "down")
    29.0
    >>> round_to(-2.5, 1, "down"), round_to(-2.5, 1, "up"), round_to(2.5, 1, "half-even")
    (-3.0, -2.0, 2.0)
    """
    top, bottom = _quantum_ratio(float(quantum))
    x_top, x_bottom = _decimal_ratio(float(x))
    count = _ROUND_RATIO[mode](*_settled(x_top * bottom, x_bottom * top))
    try:
        return count * top / bottom
    except OverflowError:
        message = f"cannot round {x} to a multiple of {quantum}: the result is beyond the range of a float"
        raise ValueError(message) from None


def round_array(x: NDArray[np.float64], quantum: float, mode: RoundingMode) -> NDArray[np.float64]:
    """Round every element of `x` to a multiple of `quantum`, bit for bit as `round_to` does.

    Returns
    -------
    NDArray
        A new array of the shape of `x`.

    Raises
    ------
    ValueError
        As `round_to`, for any element.
    """
    values = np.asarray(x, dtype=np.float64)
    flat = values.reshape(-1)
    rounded, is_sure = _round_in_floats(flat, float(quantum), mode)
    for index in np.flatnonzero(~is_sure):
        rounded[index] = round_to(float(flat[index]), quantum, mode)
    return rounded.reshape(values.shape)


def _round_in_floats(
    x: NDArray[np.float64], quantum: float, mode: RoundingMode
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Round in float64; return the result and where it is sure to be that of `round_to`.

    The float quotient is within 2^-51 of the decimal one, relatively: far less than the grey zone. The last
    two operations are exact but for the division, which is rounded once.
    """
    top, bottom = _quantum_ratio(quantum)
    if top > _INTEGERS_END or bottom > _INTEGERS_END:
        return np.empty_like(x), np.zeros(x.shape, dtype=np.bool_)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        quotient = x / quantum
        halves = np.rint(2 * quotient)
        distance = np.abs(2 * quotient - halves)
        tolerance = LIMIT_TOLERANCE * np.abs(halves)
        is_on = distance <= tolerance * (1 - _GREY_ZONE)
        is_off = distance > tolerance * (1 + _GREY_ZONE)
        count = _ROUND_FLOATS[mode](np.where(is_on, halves / 2, quotient))
        product = count * float(top)
        is_plain = (np.abs(x) >= _FAST_SMALLEST) | (x == 0)
        is_exact = (np.abs(halves) <= _FAST_HALVES) & (np.abs(product) <= _INTEGERS_END)
        return product / float(bottom) + 0.0, (is_on | is_off) & is_plain & is_exact


def _settled(top: int, bottom: int) -> tuple[int, int]:
    """Put the ratio `top / bottom` on its nearest half, as a ratio, where it is near enough to lie on it.

    A ratio equally near to two halves belongs to the lower one, so that no credit grows.
    """
    halves = -((bottom - 4 * top) // (2 * bottom))
    if abs(2 * top - halves * bottom) * _TOLERANCE_INVERSE <= abs(halves) * bottom:
        return halves, 2
    return top, bottom


def _half_even(top: int, bottom: int) -> int:
    """Round a ratio to the nearest whole number, half-way cases to the even one."""
    below, rest = divmod(top, bottom)
    return below + (2 * rest + below % 2 > bottom)


_ROUND_RATIO: Final[dict[RoundingMode, Callable[[int, int], int]]] = {
    "down": lambda top, bottom: top // bottom,
    "up": lambda top, bottom: -(-top // bottom),
    "half-even": _half_even,
    "half-up": lambda top, bottom: (2 * top + bottom) // (2 * bottom),
}

_ROUND_FLOATS: Final[dict[RoundingMode, Callable[[NDArray[np.float64]], NDArray[np.float64]]]] = {
    "down": np.floor,
    "up": np.ceil,
    "half-even": np.rint,
    "half-up": lambda count: np.floor(count + 0.5),
}


@lru_cache
def _quantum_ratio(quantum: float) -> tuple[int, int]:
    """Return the ratio of a quantum in lowest terms."""
    if not quantum > 0 or math.isinf(quantum):
        message = f"cannot round to a multiple of {quantum}: the quantum must be a number above zero"
        raise ValueError(message)
    return _decimal_ratio(quantum)


def _decimal_ratio(x: float) -> tuple[int, int]:
    """Return the ratio, in lowest terms, that the shortest decimal text of a float stands for."""
    if not math.isfinite(x):
        message = f"cannot round {x}: it is not a finite number"
        raise ValueError(message)
    return Decimal(repr(x)).as_integer_ratio()
