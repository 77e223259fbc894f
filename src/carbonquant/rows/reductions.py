"""From rows to figures: exact aggregates of the rows in use, by the members they lead to.

Sums are exact whatever the order of rows, blocks and threads (see `sums`); the other aggregates do not depend on
order by their nature. An aggregate without any row is 0 for `sum` and `count`, otherwise NaN.

Does not decide which rows are in use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from carbonquant.rows.sums import ExactSums, exact_mean_and_sd

__all__ = ["SUMMING", "Places", "Tally"]

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Codes: TypeAlias = NDArray[np.intp]

SUMMING = ("sum", "mean")
"""Functions that are made from exact sums."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where rows go: the shape of the result, and for each row the position in it (None: a single figure)."""

    shape: tuple[int, ...]
    codes: Codes | None

    @classmethod
    def of(cls, codes: Sequence[Codes], shape: tuple[int, ...]) -> Places:
        """Join one array of member positions for each axis of the result; -1 where a row has no member."""
        if not codes:
            return cls((), None)
        joined, is_placed = codes[0], codes[0] >= 0
        for size, further in zip(shape[1:], codes[1:], strict=True):
            joined, is_placed = joined * size + further, is_placed & (further >= 0)
        return cls(shape, np.where(is_placed, joined, -1))

    @property
    def size(self) -> int:
        """Number of figures."""
        return int(np.prod(self.shape, dtype=np.int64))

    def of_rows(self, rows: slice | Codes | Flags) -> Codes | None:
        """The positions of some rows."""
        return None if self.codes is None else self.codes[rows]


@dataclass(slots=True)
class Tally:
    """An aggregate while its rows come in, block by block."""

    function: str
    size: int
    sums: ExactSums = field(init=False)
    counts: NDArray[np.int64] = field(init=False)
    extremes: Floats = field(init=False)
    kept: list[tuple[Floats, Codes | None]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.sums = ExactSums(self.size)
        self.counts = np.zeros(self.size, dtype=np.int64)
        self.extremes = np.full(self.size, np.inf if self.function == "min" else -np.inf)

    def add(self, values: Floats, codes: Codes | None) -> None:
        """Take in some rows that are in use."""
        if codes is None:
            self.counts[0] += len(values)
        else:
            self.counts += np.bincount(codes, minlength=self.size)
        if self.function in SUMMING:
            self.sums.add(values, codes)
        elif self.function in ("min", "max"):
            operation: Callable[..., Any] = np.minimum if self.function == "min" else np.maximum
            operation.at(self.extremes, np.zeros(len(values), np.intp) if codes is None else codes, values)  # type: ignore[attr-defined]  # a ufunc
        elif self.function == "sd":
            self.kept.append((values, codes))

    def merge(self, other: Tally) -> None:
        """Take in what another tally of the same aggregate has seen."""
        self.counts += other.counts
        self.sums.merge(other.sums)
        self.extremes = (np.minimum if self.function == "min" else np.maximum)(self.extremes, other.extremes)
        self.kept.extend(other.kept)

    def result(self) -> Floats:
        """The figures; NaN where an aggregate has no value."""
        if self.function == "count":
            return self.counts.astype(np.float64)
        if self.function == "sum":
            return self.sums.totals()
        if self.function in ("min", "max"):
            return np.where(self.counts > 0, self.extremes, np.nan)
        if self.function == "mean":
            with np.errstate(invalid="ignore", divide="ignore"):
                return np.where(self.counts > 0, self.sums.totals() / self.counts, np.nan)
        return self._spread()

    def _spread(self) -> Floats:
        values = np.concatenate([v for v, _ in self.kept] or [np.zeros(0)])
        has_codes = any(codes is not None for _, codes in self.kept)
        codes = np.concatenate([c for _, c in self.kept if c is not None]) if has_codes else None
        return exact_mean_and_sd(values, codes, self.size).sd
