"""What became of every row and group, as tables: `rows/`, `rejected/` and `groups/` of a bundle.

A part is a pure function of the figures: made again from the same data, it has the same content. Its content has a
digest of its own, since the bytes of a Parquet file change with the version of its writer.

Does not decide what a figure is (see `quantification`).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
from numpy.typing import NDArray

from carbonquant.activity import Table
from carbonquant.methodology.model import Step
from carbonquant.quantification import Quantification

__all__ = ["ROWS", "as_text", "content_digest", "parquet_bytes", "parts", "read_parquet", "step_of_column"]

ROWS = "rows"
PART = "part-00000.parquet"


def parts(result: Quantification) -> dict[str, pa.Table]:
    """Return every part by its name in the bundle, such as `rows/ride/part-00000.parquet`."""
    found: dict[str, pa.Table] = {}
    for name in result.binding.tables:
        found[f"{ROWS}/{name}/{PART}"] = _rows(name, result)
        found[f"rejected/{name}/{PART}"] = _rejected(name, result)
    for name, dimension in result.methodology.dimensions.items():
        if dimension.kind == "group":
            found[f"groups/{name}/{PART}"] = _groups(name, result)
    return found


def _rows(dimension: str, result: Quantification) -> pa.Table:
    """Every row read: its number, whether it counts, why not, and its value of every step where it counts."""
    accepted = result.outcome.reasons[dimension].accepted
    steps = pa.table(dict(_step_columns(dimension, accepted, result)))
    columns = {
        _free_name("row", steps): pa.array(np.arange(1, len(accepted) + 1, dtype=np.int64)),
        _free_name("accepted", steps): pa.array(accepted),
        _free_name("reasons", steps): _reasons(dimension, np.arange(len(accepted)), result),
    }
    return pa.table({**columns, **{name: steps.column(name) for name in steps.column_names}})


def _rejected(dimension: str, result: Quantification) -> pa.Table:
    """Every rejected row as it was read, with its address and its reasons."""
    table = result.binding.tables[dimension]
    rows = np.flatnonzero(~result.outcome.reasons[dimension].accepted)
    original = as_text(table, rows)
    columns = {
        _free_name("row", original): pa.array(rows + 1, pa.int64()),
        _free_name("reasons", original): _reasons(dimension, rows, result),
    }
    return pa.table({**columns, **{name: original.column(name) for name in original.column_names}})


def as_text(table: Table, rows: NDArray[np.intp]) -> pa.Table:
    """Return some rows as they were read, every cell as text; floats by their shortest decimals, blanks as null."""
    texts = table.original(rows)
    read = table.read.take(pa.array(rows))
    return pa.table({name: _texts(read.column(name), texts.column(name)) for name in texts.column_names})


def _texts(read: pa.ChunkedArray, texts: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_floating(read.type):
        numbers = read.cast(pa.float64()).to_pylist()
        return pa.chunked_array([pa.array([None if x is None else repr(x) for x in numbers], pa.string())])
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _groups(dimension: str, result: Quantification) -> pa.Table:
    """Every group: the values it stands for, and its value of every step."""
    declared = result.methodology.dimensions[dimension]
    group = result.binding.tables[declared.rows].groups[dimension]
    steps = pa.table(dict(_step_columns(dimension, np.ones(group.size, dtype=bool), result)))
    keys = {
        name: pa.array([str(key) for key in values], pa.string())
        for name, values in zip(declared.by, group.keys, strict=True)
    }
    return pa.table({**keys, **{name: steps.column(name) for name in steps.column_names}})


def _free_name(name: str, taken: pa.Table) -> str:
    while name in taken.column_names:
        name = f"_{name}"
    return name


def _reasons(dimension: str, rows: NDArray[np.intp], result: Quantification) -> pa.Array:
    """The reasons of some rows, in alphabetical order, as lists of texts."""
    reasons = result.outcome.reasons[dimension]
    kinds, codes = np.unique(reasons.failed[rows], return_inverse=True)
    names = [sorted(name for bit, name in enumerate(reasons.names) if int(kind) >> bit & 1) for kind in kinds]
    return pa.array(names, pa.list_(pa.string())).take(pa.array(codes))


# --- steps ---------------------------------------------------------------------------------------------------


def _step_columns(
    lane: str, used: NDArray[np.bool_], result: Quantification
) -> Iterator[tuple[str, pa.Array]]:
    """One column for each step over a lane, or one for each member where it varies over more; null: no value."""
    for step in result.methodology.steps.values():
        if lane not in step.type.dims:
            continue
        array = np.asarray(result.values(step.name))
        axes = [d for d in result.methodology.axes(step.type.dims) if d != lane]
        members = [result.members(dimension) for dimension in axes]
        for at in product(*(range(len(names)) for names in members)):
            chosen = [names[code] for names, code in zip(members, at, strict=True)]
            yield column_name(step.name, chosen), _column(array[at], step, used)


def column_name(step: str, members: list[str]) -> str:
    """Return the column of a step, for some members.

    >>> column_name("emissions", ["bus", "2025"])
    'emissions[bus,2025]'
    """
    return f"{step}[{','.join(members)}]" if members else step


def step_of_column(column: str) -> str:
    """Return the step that a column belongs to.

    >>> step_of_column("emissions[bus,2025]")
    'emissions'
    """
    return column.partition("[")[0]


def _column(values: NDArray[Any], step: Step, used: NDArray[np.bool_]) -> pa.Array:
    """A step is a number or a yes/no."""
    if step.type.kind == "number":
        is_value = used & np.isfinite(values)
        return pa.array(np.where(is_value, values + 0.0, 0.0), pa.float64(), mask=~is_value)
    return pa.array(np.asarray(values, dtype=bool), pa.bool_(), mask=~used)


# --- bytes and content ---------------------------------------------------------------------------------------


def parquet_bytes(table: pa.Table) -> bytes:
    """Return a table as Parquet: the same bytes for the same content and the same version of the writer."""
    stream = io.BytesIO()
    pyarrow.parquet.write_table(table, stream, compression="zstd", version="2.6")
    return stream.getvalue()


def read_parquet(data: bytes) -> pa.Table:
    """Read a part.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    try:
        return pyarrow.parquet.ParquetFile(pa.BufferReader(data)).read(use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise ValueError("it is no complete Parquet file") from error


def content_digest(table: pa.Table) -> str:
    """Return a digest of names, kinds and values, whatever wrote the table.

    >>> content_digest(pa.table({"a": [1.0]})) == content_digest(pa.table({"a": [1.5]}))
    False
    """
    hashed = hashlib.sha256(b"carbonquant/content\0")
    for name in table.column_names:
        for piece in _pieces(table.column(name).combine_chunks()):
            hashed.update(len(piece).to_bytes(8, "little") + piece)
        hashed.update(f"{name}\0{_kind(table.schema.field(name).type)}\0{table.num_rows}\n".encode())
    return "sha256:" + hashed.hexdigest()


def _kind(kind: pa.DataType) -> str:
    """The name of a type; that of the items of a list is the writer's affair."""
    return f"list<{kind.value_type}>" if pa.types.is_list(kind) else str(kind)


def _pieces(column: Any) -> Iterator[bytes]:
    """Yield the bytes of a column: where it has no value, and the values."""
    column = pa.concat_arrays(column.chunks) if isinstance(column, pa.ChunkedArray) else column
    yield np.packbits(np.asarray(pc.is_null(column).to_numpy(zero_copy_only=False), dtype=bool)).tobytes()
    if pa.types.is_list(column.type):
        yield _whole_numbers(pc.list_value_length(column))
        yield from _pieces(pc.list_flatten(column))
    elif pa.types.is_string(column.type):
        yield _whole_numbers(pc.binary_length(column))
        yield "".join(text for text in column.to_pylist() if text is not None).encode()
    elif pa.types.is_floating(column.type):
        yield pc.fill_null(column, 0.0).to_numpy().astype("<f8").tobytes()
    else:
        yield _whole_numbers(column)


def _whole_numbers(column: Any) -> bytes:
    filled: bytes = pc.fill_null(column.cast(pa.int64()), 0).to_numpy().astype("<i8").tobytes()
    return filled
