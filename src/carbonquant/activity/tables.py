"""Rows as the engine sees them: arrays by input, refused rows with every reason, links to members, groups of rows.

A `Table` is made once and never changed; arrays have one entry for every row of the file, refused or not, so that
accepted and refused rows always add up to the rows read.

Reads no file (see `sheets`) and judges no cell (see `rows`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from carbonquant.activity.data import ColumnUse
from carbonquant.activity.dates import NO_DATE

__all__ = ["FileRead", "Group", "Table", "calendar_members", "group_rows", "link_dates"]

LARGEST_CODE = 2**62
Names: TypeAlias = Callable[[int, NDArray[Any]], NDArray[Any]]
TICKS = {"year": "Y", "month": "M", "date": "D"}


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file of a table: its name in messages, its path ('' for data given in Python), digest and rows."""

    shown: str
    path: str
    digest: str
    rows: int


@dataclass(frozen=True, slots=True)
class Group:
    """A derived dimension: which group each row is in (-1: none), and what each group stands for."""

    codes: NDArray[np.intp]
    keys: tuple[NDArray[Any], ...]
    """For each `by:` column, the text that names its value in each group."""
    size: int
    first_rows: NDArray[np.intp]
    """The first row of each group."""


@dataclass(frozen=True)
class Table:
    """The rows of one rows dimension, bound to the inputs of a methodology."""

    dimension: str
    rows: int
    columns: Mapping[str, NDArray[Any]]
    """Numbers in the declared unit (NaN: none), yes/no, codes (-1: none), days since 1970-01-01 (`NO_DATE`: none)."""
    absent: Mapping[str, NDArray[np.bool_]]
    """Rows without a usable value, for the inputs that have any."""
    texts: Mapping[str, NDArray[np.object_]]
    """The distinct texts that the codes of a text input stand for, by code point."""
    refused: Mapping[str, NDArray[np.bool_]]
    """Rows refused while binding, by reason."""
    links: Mapping[tuple[str, str], NDArray[np.intp]]
    """Codes (-1: none) of the member that a column leads to, by column and dimension; members are sorted."""
    groups: Mapping[str, Group]
    files: tuple[FileRead, ...]
    read: pa.Table = field(repr=False)
    """The columns as they were read."""
    uses: Mapping[str, ColumnUse] = field(default_factory=dict)
    """The column that each input was read from; an input that took its default has none."""

    def address(self, row: int) -> str:
        """Return `file:row` of a row, the first row of a file being 1."""
        return f"{self.files[0].shown}:{row + 1}"

    def original(self, rows: NDArray[np.intp]) -> pa.Table:
        """Return some rows, all columns, as text."""
        part = self.read.take(pa.array(rows))
        return pa.table({name: _as_text(part.column(name)) for name in part.column_names})


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write cells so that they read as the same values again: instants end in `Z`, exponents begin with `e`."""
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        column = column.cast(pa.timestamp(column.type.unit, "UTC"))
    if pa.types.is_decimal(column.type):
        return pc.ascii_lower(column.cast(pa.string()))
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        texts = [None if value is None else str(value) for value in column.to_pylist()]
        return pa.chunked_array([pa.array(texts, pa.string())])


def calendar_members(days: NDArray[np.int64], kind: str) -> tuple[str, ...]:
    """Return the years, months or dates that days lie in, sorted.

    >>> calendar_members(np.array([40, 0, 31]), "month")
    ('1970-01', '1970-02')
    """
    ticks = days.view("datetime64[D]").astype(f"datetime64[{TICKS[kind]}]")
    return tuple(np.unique(ticks).astype(str).tolist())


def link_dates(days: NDArray[np.int64], kind: str, members: Sequence[str]) -> NDArray[np.intp]:
    """Return, for each day, the code of its year, month or date among sorted members; -1 for none.

    >>> link_dates(np.array([0, 31]), "month", ["1970-02"]).tolist()
    [-1, 0]
    """
    tick = TICKS[kind]
    places = np.array(members, dtype=f"datetime64[{tick}]").astype(np.int64)
    found = days.view("datetime64[D]").astype(f"datetime64[{tick}]").astype(np.int64)
    codes = np.minimum(np.searchsorted(places, found), len(places) - 1)
    is_member = (
        (days != NO_DATE) & (places[codes] == found) if len(places) else np.zeros(len(days), dtype=bool)
    )
    return np.where(is_member, codes, -1).astype(np.intp)


def group_rows(keys: Sequence[NDArray[Any]], eligible: NDArray[np.bool_], name: Names) -> Group:
    """Group rows by the values of some columns.

    Parameters
    ----------
    keys
        For each column a value in each row; groups are in the order of these values.
    eligible
        Rows that make groups; the others are in none.
    name
        Returns the texts that name the values of a column (by its position).

    Examples
    --------
    >>> group_rows([np.array([7, 5, 7])], np.array([True, True, True]), lambda _, values: values).codes.tolist()
    [1, 0, 1]
    """
    rows = np.flatnonzero(eligible)
    codes = np.zeros(len(rows), dtype=np.int64)
    size = 1
    for key in keys:
        distinct, inverse = np.unique(key[rows], return_inverse=True)
        if size * max(len(distinct), 1) > LARGEST_CODE:
            codes = np.unique(codes, return_inverse=True)[1]
            size = len(rows)
        codes = codes * len(distinct) + inverse
        size *= len(distinct)
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    everyone = np.full(len(eligible), -1, dtype=np.intp)
    everyone[rows] = inverse
    names = tuple(name(position, key[rows[first]]) for position, key in enumerate(keys))
    return Group(everyone, names, len(first), rows[first])
