"""Columns of cells as columns of values: numbers, yes/no, texts and members, all by array operations.

A cell is there and right, there and wrong, or absent; the three are never mixed, and no cell becomes a value by a
guess. Text is trimmed; a blank is absent; `NA` is a text like any other.

Columns come as `frames` leaves them, without codes, runs and views. Does not read dates (see `dates`), does not know
units or rules (see `rows`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from carbonquant.activity.findings import RefusedError
from carbonquant.declaration import LARGEST_WHOLE

__all__ = ["Cells", "is_text", "mask", "read_flags", "read_members", "read_numbers", "read_texts", "trimmed"]

NUMBER = r"\A[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-]?[0-9]+)?\z"
WHOLE = r"\A[+-]?[0-9]+\z"
NOT_ZERO = r"\A[+-]?[0.]*[1-9]"


@dataclass(frozen=True, slots=True)
class Cells:
    """The values of a column; where a cell is `absent` or `wrong` its value means nothing."""

    values: NDArray[Any]
    absent: NDArray[np.bool_]
    wrong: NDArray[np.bool_]

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which cells hold a value."""
        return ~(self.absent | self.wrong)


def mask(array: pa.Array) -> NDArray[np.bool_]:
    """Return a yes/no array of Arrow for numpy; an absent answer is no."""
    return np.asarray(pc.fill_null(array, False).to_numpy(zero_copy_only=False), dtype=bool)  # noqa: FBT003 - Arrow's own order


def trimmed(column: pa.Array) -> pa.Array:
    """Return texts without blanks round them; a blank text is null. Whole numbers become their decimal text.

    Raises
    ------
    RefusedError
        CQ404 if the column holds neither text nor whole numbers.
    """
    if pa.types.is_integer(column.type):
        return column.cast(pa.string())
    if not is_text(column.type):
        is_float = pa.types.is_floating(column.type)
        hint = "a float does not keep every id: write them as text or as whole numbers" if is_float else ""
        raise RefusedError("CQ404", f"is of type {column.type}, not text", hint=hint)
    texts = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def read_numbers(column: pa.Array) -> Cells:
    """Read numbers of the language's grammar, or the numbers of a typed column; NaN and inf are wrong.

    Values are correctly rounded, those of decimals like their text; a whole number above 2^53 and a text that would
    become 0 or inf are wrong.

    >>> read_numbers(pa.array(["0.5", " 7 ", "1:30", ""])).values.tolist()
    [0.5, 7.0, nan, nan]
    """
    if is_text(column.type):
        return _numbers_of_text(trimmed(column))
    if pa.types.is_decimal(column.type):
        return _numbers_of_text(pc.ascii_lower(column.cast(pa.string())))
    if pa.types.is_integer(column.type):
        numbers = column.cast(pa.float64(), safe=False)
    elif pa.types.is_floating(column.type):
        numbers = column.cast(pa.float64())
    else:
        raise RefusedError("CQ404", f"is of type {column.type}, not numbers")
    return _numbers(numbers, mask(pc.is_null(column)), _too_large(column))


def _too_large(column: pa.Array) -> NDArray[np.bool_]:
    if not pa.types.is_integer(column.type):
        return np.zeros(len(column), dtype=bool)
    if column.type.bit_width < LARGEST_WHOLE.bit_length():
        return np.zeros(len(column), dtype=bool)
    limit = pa.scalar(LARGEST_WHOLE, column.type)
    above = mask(pc.greater(column, limit))
    if pa.types.is_signed_integer(column.type):
        above |= mask(pc.less(column, pa.scalar(-LARGEST_WHOLE, column.type)))
    return above


def _numbers_of_text(texts: pa.Array) -> Cells:
    is_number = pc.match_substring_regex(texts, NUMBER)
    absent = mask(pc.is_null(texts))
    matching = pc.if_else(is_number, texts, pa.scalar(None, pa.string()))
    numbers = matching.cast(pa.float64())
    values = numbers.to_numpy(zero_copy_only=False)
    wrong = ~absent & ~mask(is_number)
    wrong |= (values == 0) & mask(pc.match_substring_regex(matching, NOT_ZERO))
    if (np.abs(values) >= LARGEST_WHOLE).any():
        digits = pc.utf8_ltrim(matching, characters="+-")
        is_whole = mask(pc.match_substring_regex(matching, WHOLE))
        wrong |= is_whole & (np.abs(values) >= LARGEST_WHOLE) & mask(pc.not_equal(digits, str(LARGEST_WHOLE)))
    return _numbers(numbers, absent, wrong)


def _numbers(numbers: pa.Array, absent: NDArray[np.bool_], wrong: NDArray[np.bool_]) -> Cells:
    values = np.array(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)
    wrong = wrong | (~absent & ~np.isfinite(values))
    values[absent | wrong] = np.nan
    return Cells(values + 0.0, absent, wrong)


def read_flags(column: pa.Array) -> Cells:
    """Read `true` and `false`, nothing else.

    >>> read_flags(pa.array(["true", "yes"])).wrong.tolist()
    [False, True]
    """
    if pa.types.is_boolean(column.type):
        return Cells(mask(column), mask(pc.is_null(column)), np.zeros(len(column), dtype=bool))
    if not is_text(column.type):
        raise RefusedError("CQ404", f"is of type {column.type}, not true and false")
    texts = trimmed(column)
    values, absent = mask(pc.equal(texts, "true")), mask(pc.is_null(texts))
    return Cells(values, absent, ~absent & ~values & ~mask(pc.equal(texts, "false")))


def read_texts(column: pa.Array) -> tuple[Cells, NDArray[np.object_]]:
    """Read texts as codes into the distinct texts, which are sorted by code point; -1 is absent.

    >>> read_texts(pa.array(["b", "a", "b", None]))[0].values.tolist()
    [1, 0, 1, -1]
    """
    encoded = trimmed(column).dictionary_encode()
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    codes, absent = _codes(encoded.indices)
    codes[~absent] = rank[codes[~absent]]
    texts = np.array(encoded.dictionary.take(pa.array(order)).to_pylist(), dtype=object)
    return Cells(codes, absent, np.zeros(len(codes), dtype=bool)), texts


def read_members(column: pa.Array, members: Sequence[str]) -> Cells:
    """Read texts as codes into `members`; a text that is no member is wrong, and its code is -1.

    >>> read_members(pa.array(["bus", "plane"]), ["bus", "car"]).values.tolist()
    [0, -1]
    """
    texts = trimmed(column)
    codes, unknown = _codes(pc.index_in(texts, value_set=pa.array(list(members), pa.string())))
    absent = mask(pc.is_null(texts))
    return Cells(codes, absent, unknown & ~absent)


def _codes(indices: pa.Array) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    filled = pc.fill_null(indices.cast(pa.int64()), -1)
    codes = np.array(filled.to_numpy(zero_copy_only=False), dtype=np.intp)
    return codes, codes < 0


def is_text(kind: pa.DataType) -> bool:
    """Whether a column of this type holds text."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
