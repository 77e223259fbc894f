"""Sums of float64 by group that are exact, and so do not depend on the order of the rows.

The total of a group is the float nearest to the true sum of its values, whatever the order of rows, the size
of blocks, the number of threads or machines. How: a block is cut into *folds*, whole multiples of a power of
two that are few enough bits wide to be added without any error; each fold is added in integers, group by
group; a total is rounded once, at the end.

Does not filter: a value that is not finite is refused. Does not know rows that were rejected.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Codes = NDArray[np.intp]

__all__ = ["BLOCK_ROWS", "ExactSums", "GroupStatistics", "exact_mean_and_sd"]

BLOCK_ROWS: Final = 1 << 16
"""Rows cut at once. A fold of a row is at most 2^36, that of a block at most 2^52: exact in a float."""

_FOLD_BITS: Final = 36
_UNIT_BITS: Final = 4
"""The unit of fold `f` is 2^(4f): fine enough steps for the first fold of a block to be well filled."""

_NEXT_FOLD: Final = _FOLD_BITS // _UNIT_BITS
_PENDING_ROWS: Final = 1 << 26
"""Rows whose folds, of at most 2^36 each, an int64 certainly holds; then carries are made."""

_HUGE: Final = 2.0**980
_LARGE: Final = 2.0**300
_LARGE_FOLDS: Final = 50
"""Blocks with a huge value have their large values scaled by this many folds, lest anything overflow."""

_HIGHEST_FLOAT_FOLD: Final = 240
_FEW: Final = 4
"""What is left of a block is packed when it is less than one row in so many."""

_DENSE: Final = 2
"""Up to so many groups a row, a table of all groups is added; beyond, row by row."""

_EXPONENTS: Final = range(-1074, 1100)
_INTEGER: Final = re.compile(r"-?[0-9]{1,700}", re.ASCII)
_SQUARE_BITS: Final = 480
_SPLITTER: Final = 2.0**27 + 1


class ExactSums:
    """Exact running sums of float64 values, one for each group.

    Examples
    --------
    >>> sums = ExactSums(2)
    >>> sums.add(np.array([1e100, 0.1, 1.0, -1e100]), np.array([0, 1, 0, 0]))
    >>> sums.totals()
    array([1. , 0.1])
    """

    __slots__ = ("_folds", "_groups", "_pending")

    def __init__(self, groups: int = 1) -> None:
        self._groups = groups
        self._folds: dict[int, Integers] = {}
        self._pending = 0

    @property
    def groups(self) -> int:
        """Number of groups."""
        return self._groups

    def add(self, values: Floats, codes: Codes | None = None) -> None:
        """Add each value to the sum of its group.

        Parameters
        ----------
        values
            Any finite numbers, one a row.
        codes
            Group of each row, from 0; None where there is only one group.

        Raises
        ------
        ValueError
            If a value is not finite, or the codes do not fit. Nothing is added then.
        """
        values = np.asarray(values, dtype=np.float64)
        self._check(values, codes)
        for start in range(0, len(values), BLOCK_ROWS):
            rows = slice(start, start + BLOCK_ROWS)
            self._add_block(values[rows], None if codes is None else codes[rows])

    def merge(self, other: ExactSums) -> None:
        """Add the sums of `other`, group by group; `other` is left as it is.

        Raises
        ------
        ValueError
            If the numbers of groups differ.
        """
        if other.groups != self.groups:
            message = f"cannot merge sums of {other.groups} groups into sums of {self.groups} groups"
            raise ValueError(message)
        self._make_room(other._pending + 1)  # what carries have left over counts as one row
        for fold, digits in list(other._folds.items()):
            self._fold(fold)[:] += digits

    def grow(self, groups: int) -> None:
        """Extend to a larger number of groups; the new ones have the sum 0.

        Raises
        ------
        ValueError
            If `groups` is less than there are.
        """
        if groups < self.groups:
            message = f"cannot shrink sums of {self.groups} groups to {groups} groups"
            raise ValueError(message)
        for fold, digits in self._folds.items():
            self._folds[fold] = np.concatenate([digits, np.zeros(groups - self.groups, dtype=np.int64)])
        self._groups = groups

    def totals(self) -> Floats:
        """Return the float nearest to each sum; an infinity where a sum is beyond the range of a float."""
        self._carry()
        if max(self._folds, default=0) > _HIGHEST_FLOAT_FOLD:
            return np.array([_nearest_float(self.fraction(group)) for group in range(self.groups)])
        if not self._folds:
            return np.zeros(self.groups)
        terms = [_scaled(digits, fold).tolist() for fold, digits in self._folds.items()]
        by_group = zip(*terms, strict=True)
        return np.fromiter(map(math.fsum, by_group), dtype=np.float64, count=self.groups)

    def fraction(self, group: int = 0) -> Fraction:
        """Return the exact sum of one group."""
        lowest = min(self._folds, default=0)
        whole = 0
        for fold, digits in self._folds.items():
            whole += int(digits[group]) << (_UNIT_BITS * (fold - lowest))
        return whole * Fraction(2) ** (_UNIT_BITS * lowest)

    def parts(self) -> list[list[str | int]]:
        """Return the exact sums in a form for JSON: for each group an integer, as text, and a power of two.

        The integer is odd, or the part is `["0", 0]`: equal sums have equal parts.

        Examples
        --------
        >>> sums = ExactSums()
        >>> sums.add(np.array([12.0, 0.5]))
        >>> sums.parts()
        [['25', -1]]
        """
        return [_part(self.fraction(group)) for group in range(self.groups)]

    @classmethod
    def from_parts(cls, parts: Sequence[Sequence[str | int]]) -> Self:
        """Return the sums that `parts` wrote.

        Raises
        ------
        ValueError
            If a part is not the text of an integer and the exponent of a sum of floats.
        """
        sums = cls(len(parts))
        for group, part in enumerate(parts):
            whole, exponent = _read_part(part)
            fold, shift = divmod(exponent, _UNIT_BITS)
            sign, rest = (-1 if whole < 0 else 1), abs(whole) << shift
            while rest:
                sums._fold(fold)[group] = sign * (rest & ((1 << _FOLD_BITS) - 1))
                rest >>= _FOLD_BITS
                fold += _NEXT_FOLD
        return sums

    def _check(self, values: Floats, codes: Codes | None) -> None:
        """Refuse what cannot be added."""
        if not math.isfinite(_largest(values)):
            message = "cannot add a value that is not finite (NaN or infinity)"
            raise ValueError(message)
        if codes is None:
            if self.groups != 1:
                message = f"sums of {self.groups} groups need the group of each row"
                raise ValueError(message)
        elif codes.shape != values.shape:
            message = f"{len(values)} values have {len(codes)} group codes"
            raise ValueError(message)
        elif codes.size and not 0 <= codes.min() <= codes.max() < self.groups:
            message = f"a group code lies outside 0 to {self.groups - 1}"
            raise ValueError(message)

    def _add_block(self, values: Floats, codes: Codes | None) -> None:
        """Add a block of checked values."""
        self._make_room(len(values))
        if _largest(values) >= _HUGE:
            is_large = np.abs(values) >= _LARGE
            scaled = np.where(is_large, values, 0.0) * 2.0 ** (-_UNIT_BITS * _LARGE_FOLDS)
            self._cut(scaled, codes, _LARGE_FOLDS)
            values = np.where(is_large, 0.0, values)
        self._cut(values, codes)

    def _cut(self, values: Floats, codes: Codes | None, raised: int = 0) -> None:
        """Cut values into folds, from the highest down, until nothing is left; add each, `raised` so far.

        Adding and subtracting 1.5 · 2^52 units rounds a value to whole units, and what it leaves is exact.
        """
        fold = _top_fold(_largest(values))
        left = len(values)
        while left:
            anchor = math.ldexp(1.5, 52 + _UNIT_BITS * fold)
            piece = values + anchor
            np.subtract(piece, anchor, out=piece)
            values = values - piece
            self._add_fold(fold, raised, piece, codes)
            fold -= _NEXT_FOLD
            is_left = values != 0
            left = int(np.count_nonzero(is_left))
            if left * _FEW < len(values):
                values, codes = values[is_left], None if codes is None else codes[is_left]
                fold = _top_fold(_largest(values))

    def _add_fold(self, fold: int, raised: int, piece: Floats, codes: Codes | None) -> None:
        """Add whole units of a fold, by group, to the fold `raised` above it."""
        digits = self._fold(fold + raised)
        root = 2.0 ** (-_UNIT_BITS // 2 * fold)  # used twice: the whole factor might overflow
        if codes is None:
            digits += int(piece.sum() * root * root)
        elif self.groups <= _DENSE * len(piece):
            sums = np.bincount(codes, weights=piece, minlength=self.groups)
            digits += (sums * root * root).astype(np.int64)
        else:
            np.add.at(digits, codes, (piece * root * root).astype(np.int64))

    def _fold(self, fold: int) -> Integers:
        """Return the digits of one fold, a number for each group."""
        if fold not in self._folds:
            self._folds[fold] = np.zeros(self.groups, dtype=np.int64)
        return self._folds[fold]

    def _make_room(self, rows: int) -> None:
        """Count rows that are about to be added; carry first if an int64 might not hold them."""
        if self._pending + rows > _PENDING_ROWS:
            self._carry()
        self._pending += rows

    def _carry(self) -> None:
        """Bring the digits of every fold to at most 2^35 either side of 0; the rest goes 36 bits up."""
        for fold in sorted(self._folds):
            digits = self._folds[fold]
            carry = (digits + (1 << (_FOLD_BITS - 1))) >> _FOLD_BITS
            if carry.any():
                digits -= carry << _FOLD_BITS
                self._fold(fold + _NEXT_FOLD)[:] += carry
        self._pending = 0


@dataclass(frozen=True, slots=True)
class GroupStatistics:
    """Number of values, mean and standard deviation of each group; NaN where a group has no such value."""

    count: Integers
    mean: Floats
    sd: Floats


def exact_mean_and_sd(values: Floats, codes: Codes | None = None, groups: int = 1) -> GroupStatistics:
    """Return the statistics of each group; they do not depend on the order of the values.

    Parameters
    ----------
    values
        Finite numbers, one a row.
    codes
        Group of each row, from 0; None where there is only one group.
    groups
        Number of groups.

    Returns
    -------
    GroupStatistics
        The mean is the exact sum, rounded, over the number of values. The standard deviation (with n - 1 in
        the denominator) is the float nearest to its true value. A group without values has no mean (NaN), one
        with fewer than two values no standard deviation (NaN).

    Raises
    ------
    ValueError
        If a value is not finite, or the codes do not fit.

    Examples
    --------
    >>> exact_mean_and_sd(np.array([2.0, 4.0, 6.0]))
    GroupStatistics(count=array([3]), mean=array([4.]), sd=array([2.]))
    """
    values = np.asarray(values, dtype=np.float64)
    sums = ExactSums(groups)
    sums.add(values, codes)
    squares = _sums_of_squares(values, codes, groups)
    count = np.array([len(values)]) if codes is None else np.bincount(codes, minlength=groups)
    mean = np.full(groups, np.nan)
    np.divide(sums.totals(), count, out=mean, where=count > 0)
    sd = np.full(groups, np.nan)
    for group in np.flatnonzero(count > 1).tolist():
        n = int(count[group])
        spread = n * squares[group] - sums.fraction(group) ** 2
        sd[group] = _nearest_root(spread / (n * (n - 1)))
    return GroupStatistics(count.astype(np.int64), mean, sd)


def _sums_of_squares(values: Floats, codes: Codes | None, groups: int) -> list[Fraction]:
    """Return the exact sum of squares of each group.

    A value is cut into two halves of 26 bits, so that the products of halves are exact floats. Values very
    much smaller than the largest are scaled and added apart, lest their products underflow.
    """
    totals = [Fraction(0)] * groups
    while largest := _largest(values):
        exponent = math.frexp(largest)[1]
        is_near = np.abs(values) >= math.ldexp(1.0, exponent - _SQUARE_BITS)
        scaled = np.ldexp(np.where(is_near, values, 0.0), -exponent)
        values = np.where(is_near, 0.0, values)
        lifted = scaled * _SPLITTER
        high = lifted - (lifted - scaled)
        low = scaled - high
        sums = ExactSums(groups)
        for product in (high * high, 2 * high * low, low * low):
            sums.add(product, codes)
        unit = Fraction(4) ** exponent
        totals = [total + sums.fraction(group) * unit for group, total in enumerate(totals)]
    return totals


def _scaled(digits: Integers, fold: int) -> Floats:
    """Return the numbers that the digits of a fold stand for; all are floats after a carry."""
    return np.ldexp(digits.astype(np.float64), _UNIT_BITS * fold)


def _top_fold(largest: float) -> int:
    """Return the lowest fold of whose units `largest` is at most 2^36."""
    return -((_FOLD_BITS - math.frexp(largest)[1]) // _UNIT_BITS)


def _largest(values: Floats) -> float:
    """Return the largest magnitude; NaN where there is a NaN."""
    return max(float(values.max()), -float(values.min())) if values.size else 0.0


def _part(total: Fraction) -> list[str | int]:
    """Return a sum as an odd integer, in text, and a power of two."""
    whole, exponent = total.numerator, 1 - total.denominator.bit_length()
    twos = (whole & -whole).bit_length() - 1 if whole else 0
    return [str(whole >> twos), exponent + twos]


def _read_part(part: Sequence[str | int]) -> tuple[int, int]:
    """Return the integer and the exponent of one part, or refuse it."""
    match part:
        case [str(text), int(exponent)] if _INTEGER.fullmatch(text) and exponent in _EXPONENTS:
            return int(text), exponent
    message = f"{part!r} is not the text of an integer and a power of two, like ['25', -1]"
    raise ValueError(message)


def _nearest_float(exact: Fraction) -> float:
    """Return the float nearest to a rational number; an infinity beyond the range of floats."""
    try:
        return exact.numerator / exact.denominator
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


def _nearest_root(square: Fraction) -> float:
    """Return the float nearest to the square root of a rational number.

    The root is taken to 64 bits or more; a last bit of 1 then says that something was cut off.
    """
    shift = 65 - (square.numerator.bit_length() - square.denominator.bit_length()) // 2
    scaled = square * Fraction(4) ** shift
    root = math.isqrt(scaled.numerator // scaled.denominator)
    if root * root != scaled:
        root |= 1
    return _nearest_float(root / Fraction(2) ** shift)
