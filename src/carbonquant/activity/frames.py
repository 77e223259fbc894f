"""Tables of other libraries, taken over by the Arrow PyCapsule interface, and columns brought to types all code knows.

polars, pandas, DuckDB and pyarrow offer the interface; nothing of them is imported. After `settled` a column is what
it was, but text is plain text, encoded columns are written out, and every text is proven to be one.

Does not give a column a meaning (see `cells`, `dates`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from carbonquant.activity.findings import RefusedError

__all__ = ["is_frame", "settled", "table_of_frame"]

OFFERS = ("__arrow_c_stream__", "__arrow_c_array__")


def is_frame(given: object) -> bool:
    """Whether an object offers itself as a table by the Arrow PyCapsule interface.

    >>> is_frame(pa.table({"a": [1]})), is_frame({"a": [1]})
    (True, False)
    """
    return not isinstance(given, Mapping) and any(hasattr(given, offer) for offer in OFFERS)


def table_of_frame(given: Any) -> pa.Table:
    """Take a table over, once and whole; a stream is used up by this.

    Raises
    ------
    RefusedError
        CQ404 if it is no table, or a column of it is of several kinds.
    """
    try:
        return pa.table(given)
    except (pa.ArrowException, TypeError, ValueError) as error:
        hint = "give a whole table; one column goes under columns: {input: …}"
        raise RefusedError("CQ404", f"this is no table that can be read: {error}", hint=hint) from error


def settled(table: pa.Table, shown: str) -> pa.Table:
    """Return the same columns in types that every operation knows.

    Raises
    ------
    RefusedError
        CQ404 for a column of a type that nothing can be read from, CQ406 for one that is damaged.
    """
    try:
        table.validate(full=True)
    except pa.ArrowInvalid as error:
        raise RefusedError("CQ406", f"{shown} is damaged: {error}") from error
    named = zip(table.column_names, table.columns, strict=True)
    columns = [_settled(column, f"{shown}, column '{name}'") for name, column in named]
    return pa.table(columns, names=table.column_names) if columns else table


def _settled(column: pa.ChunkedArray, place: str) -> pa.ChunkedArray:
    try:
        found = pa.chunked_array([_written_out(chunk) for chunk in column.chunks], _known(column.type))
        found.take(pa.array([], pa.int64()))
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as error:
        raise RefusedError("CQ404", f"{place}: a column of type {column.type} cannot be read") from error
    if pa.types.is_string(found.type) or pa.types.is_large_string(found.type):
        row = pc.index(pc.match_substring(found, "\0"), True).as_py()
        if row >= 0:
            raise RefusedError("CQ406", f"{place}, row {row + 1}: a NUL character stands in a text")
    return found


def _written_out(chunk: pa.Array) -> pa.Array:
    """Write out a column that is stored as codes or as runs, and give it a known type."""
    if pa.types.is_dictionary(chunk.type):
        return _written_out(chunk.dictionary).take(chunk.indices)
    if pa.types.is_run_end_encoded(chunk.type):
        return _written_out(pc.run_end_decode(chunk))
    wanted = _known(chunk.type)
    return chunk if wanted == chunk.type else chunk.cast(wanted)


def _known(kind: pa.DataType) -> pa.DataType:
    """Return the type that stands for another one: without views, codes or runs; a column of nothing is text."""
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return _known(kind.value_type)
    if pa.types.is_null(kind):
        return pa.string()
    if pa.types.is_string_view(kind):
        return pa.large_string()
    if pa.types.is_binary_view(kind):
        return pa.large_binary()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        items = _known(kind.value_type)
        return kind if items == kind.value_type else pa.large_list(items)
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_known(field.type)) for field in kind])
    return kind
