"""What generated array code calls: the element-wise and small-dimension operations of the language on float64.

Results have the same bits whatever the blocks: additions over a small dimension run left to right, whole powers are
repeated multiplications. A value that cannot be computed is NaN; who calls turns it into an error.

Knows nothing of units, names or rows (sums over rows are exact, see `rows.sums`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from carbonquant.formula import quantiles
from carbonquant.formula.rounding import RoundingMode, on_limit_array, round_array

__all__ = [
    "at_least", "at_most", "band", "change", "clamp", "count", "cumulate", "equal", "finite", "larger",
    "largest", "less", "mean", "more", "normal_value", "of_group", "power", "prev", "rounded", "sd", "settled",
    "smaller", "smallest", "t_value", "total", "unequal", "whole_power",
]  # fmt: skip

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Axes: TypeAlias = tuple[int, ...]


# --- element by element --------------------------------------------------------------------------------------


def finite(x: Floats) -> Flags:
    """Whether each value is a number that can be used."""
    return np.isfinite(x)


def settled(x: Floats) -> Floats:
    """Values with the infinite ones made NaN, so that no later operation can hide them (1/inf is 0)."""
    return np.where(np.isfinite(x), x, np.nan)


def of_group(table: Any, *places: Any) -> Any:
    """For each row the value of its group (the last of `places`, -1 for a row of no group: nothing, NaN)."""
    nothing = np.nan if table.dtype == np.float64 else table.dtype.type(0)
    if table.shape[-1] == 0:
        return np.full(np.broadcast_shapes(*map(np.shape, places)), nothing)
    return np.where(places[-1] >= 0, table[places], nothing)


def whole_power(x: Floats, exponent: int) -> Floats:
    """A power by repeated multiplication, so that its bits are the same on every machine."""
    result = np.ones_like(x)
    for _ in range(abs(exponent)):
        result = result * x
    return result if exponent >= 0 else 1.0 / result


def power(x: Floats, exponent: Floats | float) -> Floats:
    """A power; NaN where either side is none, also where 1 or the exponent 0 would hide it."""
    raised = np.power(x, exponent)
    return np.where(np.isnan(x) | np.isnan(exponent), np.nan, raised)


def smaller(*values: Floats) -> Floats:
    """The smallest of several values, element by element."""
    return _folded(np.minimum, values)


def larger(*values: Floats) -> Floats:
    """The largest of several values, element by element."""
    return _folded(np.maximum, values)


def _folded(operation: Callable[..., Any], values: tuple[Floats, ...]) -> Floats:
    result = values[0]
    for value in values[1:]:
        result = operation(result, value)
    return result


def clamp(x: Floats, low: Floats, high: Floats) -> Floats:
    """`x`, but not below `low` or above `high`; NaN where the limits are reversed."""
    held = np.minimum(np.maximum(x, low), high)
    return np.where(np.asarray(low) <= high, held, np.nan)


def rounded(x: Floats, quantum: float, mode: RoundingMode) -> Floats:
    """Multiples of the quantum, decided in decimal; NaN where there is no number to round."""
    result = np.full(np.shape(x), np.nan)
    usable = np.isfinite(x)
    result[usable] = round_array(np.asarray(x)[usable], quantum, mode)
    return result


def t_value(confidence: Floats, df: Floats) -> Floats:
    """Two-sided Student t; NaN where the degrees of freedom are below 1 or the confidence is no share."""
    return _looked_up(quantiles.t_value, confidence, df)


def normal_value(confidence: Floats) -> Floats:
    """Two-sided normal quantile; NaN where the confidence is no share."""
    return _looked_up(quantiles.normal_value, confidence)


def _looked_up(function: Callable[..., float], *arguments: Floats) -> Floats:
    cells = np.broadcast_arrays(*(np.asarray(argument, dtype=np.float64) for argument in arguments))
    found = [_or_nan(function, *cell) for cell in zip(*(c.ravel().tolist() for c in cells), strict=True)]
    return np.array(found, dtype=np.float64).reshape(cells[0].shape)


def _or_nan(function: Callable[..., float], *arguments: float) -> float:
    try:
        return function(*arguments)
    except ValueError:
        return float("nan")


def band(x: Floats, limits: Floats, values: Floats) -> Floats:
    """The value of the first band whose upper limit is not below x; NaN beyond the last one.

    Parameters
    ----------
    x
        Numbers in the unit of the limits.
    limits
        Rising upper limits; the last may be infinite.
    values
        One value for each limit.
    """
    x = np.asarray(x, dtype=np.float64)
    place = np.searchsorted(limits, x, side="left")
    below = np.clip(place - 1, 0, None)
    place = np.where((place > 0) & on_limit_array(x, limits[below]), below, place)
    found = np.append(values, np.nan)[np.minimum(place, len(limits))]
    return np.where(np.isfinite(x), found, np.nan)


# --- comparisons off rows: two numbers within 1e-12 relative are equal ---------------------------------------


def _close(a: Floats, b: Floats) -> Flags:
    return np.abs(np.subtract(a, b)) <= 1e-12 * np.maximum(np.abs(a), np.abs(b))


def equal(a: Floats, b: Floats) -> Flags:
    """Whether two numbers are equal but for their last bits."""
    return np.equal(a, b) | _close(a, b)


def unequal(a: Floats, b: Floats) -> Flags:
    """Whether two numbers differ by more than their last bits."""
    return ~equal(a, b)


def less(a: Floats, b: Floats) -> Flags:
    """Whether a is below b by more than the last bits."""
    return np.less(a, b) & ~equal(a, b)


def more(a: Floats, b: Floats) -> Flags:
    """Whether a is above b by more than the last bits."""
    return np.greater(a, b) & ~equal(a, b)


def at_most(a: Floats, b: Floats) -> Flags:
    """Whether a is not above b."""
    return np.less(a, b) | equal(a, b)


def at_least(a: Floats, b: Floats) -> Flags:
    """Whether a is not below b."""
    return np.greater(a, b) | equal(a, b)


# --- over small dimensions -----------------------------------------------------------------------------------


def _leading(x: Any, axes: Axes) -> Any:
    """Move the axes to the front and make one of them, the first listed outermost."""
    moved = np.moveaxis(np.asarray(x), axes, range(len(axes)))
    return moved.reshape((-1, *moved.shape[len(axes) :]))


def total(x: Floats, axes: Axes) -> Floats:
    """Sum from left to right; 0 where there are no members."""
    lines = _leading(x, axes)
    result = np.zeros(lines.shape[1:])
    for line in lines:
        result = result + line
    return result


def count(x: Any, axes: Axes) -> Floats:
    """Number of members that are not left out (`x` is a mask)."""
    return total(np.asarray(x, dtype=np.float64), axes)


def mean(x: Floats, used: Flags, axes: Axes) -> Floats:
    """Arithmetic mean of the members in use; NaN where there are none."""
    return total(np.where(used, x, 0.0), axes) / count(np.broadcast_to(used, np.shape(x)), axes)


def smallest(x: Floats, used: Flags, axes: Axes) -> Floats:
    """Smallest member in use; NaN where there are none."""
    return _extreme(np.minimum, x, used, axes, np.inf)


def largest(x: Floats, used: Flags, axes: Axes) -> Floats:
    """Largest member in use; NaN where there are none."""
    return _extreme(np.maximum, x, used, axes, -np.inf)


def _extreme(operation: Callable[..., Any], x: Floats, used: Flags, axes: Axes, start: float) -> Floats:
    lines = _leading(np.where(used, x, start), axes)
    result = np.full(lines.shape[1:], start)
    for line in lines:
        result = operation(result, line)
    return settled(result)


def sd(x: Floats, used: Flags, axes: Axes) -> Floats:
    """Standard deviation of the members in use, divided by n - 1; NaN where there are fewer than two."""
    members = count(np.broadcast_to(used, np.shape(x)), axes)
    center = np.expand_dims(mean(x, used, axes), axes)
    squares = np.where(used, (x - center) * (x - center), 0.0)
    spread = np.sqrt(total(squares, axes) / (members - 1.0))
    return np.where(members > 1.0, spread, np.nan)


# --- along an ordered dimension ------------------------------------------------------------------------------


def prev(x: Floats, axis: int, start: Floats | float) -> Floats:
    """The value of the member before; `start` for the first one."""
    first = np.broadcast_to(np.expand_dims(start, axis), _one_wide(x, axis)) if np.ndim(start) else start
    head = np.full(_one_wide(x, axis), first)
    return np.concatenate([head, np.take(x, range(x.shape[axis] - 1), axis=axis)], axis=axis)


def _one_wide(x: Floats, axis: int) -> tuple[int, ...]:
    return (*x.shape[:axis], 1, *x.shape[axis + 1 :])


def change(x: Floats, axis: int, start: Floats | float) -> Floats:
    """The value less that of the member before."""
    return x - prev(x, axis, start)


def cumulate(x: Floats, axis: int, start: Floats | float) -> Floats:
    """The sum up to and including each member, from left to right, beginning with `start`."""
    running = np.zeros(np.take(x, 0, axis=axis).shape) + start
    lines = []
    for line in np.moveaxis(x, axis, 0):
        running = running + line
        lines.append(running)
    return np.stack(lines, axis=axis)
