"""One column of a table as the values of one input: read by its kind, brought to the declared unit, filled by default.

A column that as a whole cannot be what the input asks for is refused, with the reason; a cell that cannot is marked.

Does not know files and keeps no account of mistakes (see `rows`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from carbonquant.activity.cells import Cells, read_flags, read_members, read_numbers, read_texts
from carbonquant.activity.data import ColumnUse
from carbonquant.activity.dates import NO_DATE, read_dates, zone_named
from carbonquant.activity.findings import RefusedError
from carbonquant.activity.inputs import converted
from carbonquant.methodology.model import Input
from carbonquant.units import Conversion

__all__ = ["Column", "check_any_value", "check_use", "constant_column", "filled", "read_column"]

NOTHING: Mapping[str, Any] = {"number": np.nan, "bool": False, "category": -1, "text": -1, "date": NO_DATE}
WANTED = {"number": "number such as 12.5", "bool": "true or false", "date": "date such as 2025-06-30"}
KEPT_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Column:
    """One input on every row, in its declared unit."""

    cells: Cells
    texts: NDArray[np.object_] | None = None


def check_use(declared: Input, use: ColumnUse) -> None:
    """Refuse what is said of a column but cannot be said of this kind of input.

    Raises
    ------
    RefusedError
        CQ410 for `as:` and `timezone:`, CQ403 for a unit.
    """
    kind, words = declared.type.kind, declared.type.words
    if kind != "date" and (use.is_date or use.timezone):
        raise RefusedError("CQ410", f"'{declared.name}' is {words}: as: and timezone: are for dates")
    if kind != "number" and use.unit is not None:
        raise RefusedError("CQ403", f"'{declared.name}' is {words}: it has no unit")


def read_column(
    array: pa.Array, declared: Input, use: ColumnUse, members: Sequence[str], by: Conversion | None
) -> Column:
    """Read a column by the kind of its input; `by` brings its numbers to the declared unit.

    Raises
    ------
    RefusedError
        CQ404 if the column is of another type, CQ410 if its dates need a time zone.
    """
    kind = declared.type.kind
    if kind == "number":
        return Column(_numbers(array, by))
    if kind == "date":
        return Column(read_dates(array, None if use.timezone is None else zone_named(use.timezone)))
    if kind == "category":
        return Column(read_members(array, members))
    if kind == "text":
        return Column(*read_texts(array))
    return Column(read_flags(array))


def _numbers(array: pa.Array, by: Conversion | None) -> Cells:
    cells = read_numbers(array)
    with np.errstate(over="ignore"):
        values = converted(cells.values, by)
    beyond = cells.present & ~np.isfinite(values)
    return Cells(np.where(beyond, np.nan, values), cells.absent, cells.wrong | beyond)


def check_any_value(cells: Cells, array: pa.Array, declared: Input) -> None:
    """Refuse a column without a single number (yes/no, date): it is bound to the wrong input, or unreadable.

    A column that is blank throughout is right where blanks take the default.

    Raises
    ------
    RefusedError
        CQ404, with the first cell that is wrong.
    """
    kind = declared.type.kind
    is_all_blank = bool(cells.absent.all())
    if kind not in WANTED or cells.present.any() or (is_all_blank and declared.missing == "default"):
        return
    if is_all_blank:
        raise RefusedError("CQ404", f"all {len(cells.absent)} cells are blank")
    row = int(np.flatnonzero(cells.wrong)[0])
    found = str(array[row])
    message = f"no cell is a {WANTED[kind]} (row {row + 1}: '{found[:KEPT_CHARACTERS]}')"
    has_digit = kind == "number" and any(character.isdigit() for character in found)
    hint = "a number stands alone in its cell: 1234.5, without a unit or a sign between thousands"
    raise RefusedError("CQ404", message, hint=hint if has_digit else "")


def constant_column(declared: Input, value: Any, rows: int) -> Column:
    """Return one value on every row."""
    nothing = np.zeros(rows, dtype=bool)
    if declared.type.kind == "text":
        codes = np.zeros(rows, dtype=np.intp)
        return Column(Cells(codes, nothing, nothing), np.array([value], dtype=object))
    dtype = np.asarray(NOTHING[declared.type.kind]).dtype
    return Column(Cells(np.full(rows, value, dtype=dtype), nothing, nothing))


def filled(column: Column, value: Any) -> Column:
    """Return the column with a value where it had none."""
    cells, texts = column.cells, column.texts
    values = cells.values.copy()
    if texts is not None:
        known = np.union1d(texts, [value])
        values = np.where(values >= 0, np.searchsorted(known, texts)[values] if len(texts) else 0, values)
        value, texts = int(np.searchsorted(known, value)), known.astype(object)
    values[cells.absent] = value
    return Column(Cells(values, np.zeros(len(values), dtype=bool), cells.wrong), texts)
