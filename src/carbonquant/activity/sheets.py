"""A file of rows as columns, before any cell has a meaning.

CSV cells stay the text that was written, typed columns keep their types. What cannot be read without a guess is
refused with the file and the row: an empty file, a row of another length, a file cut in half, a doubled column name.

Does not know inputs or units (see `rows`), does not read numbers or dates (see `cells`, `dates`).
"""

from __future__ import annotations

import io
import zlib
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from carbonquant.activity.encodings import as_utf8
from carbonquant.activity.findings import RefusedError, listed
from carbonquant.activity.frames import settled
from carbonquant.activity.records import scan
from carbonquant.sources import digest_of

__all__ = ["Sheet", "sheet_of_columns", "sheet_of_file", "sheet_of_frame"]

PARQUET, GZIP, ZIP = b"PAR1", b"\x1f\x8b", b"PK\x03\x04"
BLOCK_BYTES = 64 * 2**20
PIECE_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Sheet:
    """Named columns of equal length, and where they come from."""

    shown: str
    """How messages name it."""
    table: pa.Table
    path: Path | None = None
    digest: str = ""
    notes: tuple[str, ...] = ()
    """What was read with indulgence."""

    def column(self, name: str) -> pa.Array:
        """Return one column as one array."""
        column = self.table.column(name)
        if column.num_chunks == 1:
            return column.chunk(0)
        return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def sheet_of_file(path: Path, shown: str, separator: str = ",") -> Sheet:
    """Read a CSV file (also gzip) or a Parquet file; which of them it is, its first bytes say.

    Raises
    ------
    RefusedError
        CQ401 where the file cannot be read, CQ405 where it is empty, CQ406 where it is damaged.
    """
    data = _bytes(path, shown)
    digest = digest_of(data)
    if data.startswith(PARQUET) or path.suffix.lower() in (".parquet", ".pq"):
        return _typed_sheet(_parquet(data, shown), shown, path, digest)
    if data.startswith(GZIP) or path.suffix.lower() == ".gz":
        data = _unpacked(data, shown)
    if data.startswith(ZIP):
        hint = "save the sheet as CSV UTF-8"
        raise RefusedError(
            "CQ401", f"{shown} is an Excel workbook or a zip archive, not CSV or Parquet", hint=hint
        )
    table, notes = _csv(data, shown, separator)
    return Sheet(shown, table, path, digest, notes)


def sheet_of_columns(columns: Mapping[str, Any], shown: str) -> Sheet:
    """Make a sheet of lists or arrays given in Python.

    Raises
    ------
    RefusedError
        CQ404 where a list mixes kinds, CQ412 where lengths differ, CQ405 where there is no row.
    """
    arrays = {name: _array(values, name, shown) for name, values in columns.items()}
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        counts = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise RefusedError("CQ412", f"{shown}: the columns have different numbers of rows: {counts}")
    return _typed_sheet(pa.table(arrays), shown)


def sheet_of_frame(table: pa.Table, shown: str) -> Sheet:
    """Make a sheet of a table that another library has handed over.

    Raises
    ------
    RefusedError
        CQ404, CQ406 for a column that cannot be read or names that do not tell columns apart, CQ405 without a row.
    """
    return _typed_sheet(table, shown)


def _typed_sheet(table: pa.Table, shown: str, path: Path | None = None, digest: str = "") -> Sheet:
    names, notes = _names(list(map(str, table.column_names)), shown)
    if not table.num_rows:
        found = (f"columns: {listed(names)}",) if names else ()
        raise RefusedError("CQ405", f"{shown} has no row", notes=found)
    table = settled(table.rename_columns(names), shown).combine_chunks()
    return Sheet(shown, table, path, digest, notes)


def _array(values: Any, name: str, shown: str) -> pa.Array:
    if isinstance(values, (str, bytes, Mapping, AbstractSet)):
        message = f"{shown}, column '{name}': expected a list or an array, found {type(values).__name__}"
        raise RefusedError("CQ404", message)
    try:
        array = pa.array(values)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        message = f"{shown}, column '{name}': the values are not of one kind: {error}"
        raise RefusedError("CQ404", message) from error
    return pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array


def _bytes(path: Path, shown: str) -> bytes:
    if path.is_dir():
        raise RefusedError("CQ207", f"not supported yet: a folder of files ({shown})", hint="name one file")
    if any(mark in path.name for mark in "*?[") and not path.exists():
        raise RefusedError("CQ207", f"not supported yet: a pattern of files ({shown})", hint="name one file")
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        notes = (f"files there: {listed(sorted(_files_beside(path)))}",) if path.parent.is_dir() else ()
        raise RefusedError("CQ401", f"there is no file '{shown}'", notes=notes) from error
    except OSError as error:
        raise RefusedError("CQ401", f"cannot read '{shown}': {error.strerror}") from error
    if not data:
        raise RefusedError("CQ405", f"{shown} is empty")
    return data


def _files_beside(path: Path) -> list[str]:
    return [found.name for found in path.parent.iterdir() if found.is_file()]


def _unpacked(data: bytes, shown: str) -> bytes:
    """Unpack gzip; several members one after another are one text."""
    found, rest = bytearray(), data
    while rest:
        packed = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            for start in range(0, len(rest), PIECE_BYTES):
                found += packed.decompress(rest[start : start + PIECE_BYTES])
        except zlib.error as error:
            raise _damaged_archive(shown, found) from error
        if not packed.eof:
            raise _damaged_archive(shown, found)
        rest = packed.unused_data.lstrip(b"\0")
    return bytes(found)


def _damaged_archive(shown: str, found: bytearray) -> RefusedError:
    row = found.count(b"\n")
    place = f"row {row}" if row else "the header"
    return RefusedError("CQ406", f"{shown}, {place}: the gzip file is cut or damaged there")


# --- CSV -----------------------------------------------------------------------------------------------------


def _csv(data: bytes, shown: str, separator: str) -> tuple[pa.Table, tuple[str, ...]]:
    data, read_as = as_utf8(data, shown)
    records = scan(data, separator, shown)
    cells = _cells(data, records.width, separator, shown)
    names = [str(cells.column(position)[0]) for position in range(records.width)]
    if records.count == 1:
        raise RefusedError("CQ405", f"{shown} has a header but no row", notes=(f"columns: {listed(names)}",))
    if cells.num_rows != records.count:
        raise RefusedError(
            "CQ406", f"{shown} has {records.count} records, of which {cells.num_rows} can be read"
        )
    notes = list(read_as)
    if records.blank_lines:
        notes.append(f"{shown}: blank lines passed over: {records.blank_lines}")
    if not records.ends_with_line_end:
        notes.append(f"{shown}: the last row has no line end: look whether the file is complete")
    names, trimmed = _names(names, shown)
    return cells.slice(1).rename_columns(names), (*notes, *trimmed)


def _cells(data: bytes, width: int, separator: str, shown: str) -> pa.Table:
    """Read every record, the header too, as text."""
    names = [str(position) for position in range(width)]
    try:
        return pyarrow.csv.read_csv(
            io.BytesIO(data),
            pyarrow.csv.ReadOptions(column_names=names, block_size=min(len(data) + 1, BLOCK_BYTES)),
            pyarrow.csv.ParseOptions(delimiter=separator, newlines_in_values=b'"' in data),
            pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise RefusedError("CQ406", f"{shown} cannot be read: {error}") from error


# --- names of columns ----------------------------------------------------------------------------------------


def _names(written: list[str], shown: str) -> tuple[list[str], tuple[str, ...]]:
    """Trim the names of columns, with a note; refuse names that do not tell every column from the others."""
    names = [name.strip() for name in written]
    header = (f"the first row, which names the columns, is: {listed(names)}",)
    if "" in names:
        message = f"{shown}: column {names.index('') + 1} has no name in the header"
        raise RefusedError("CQ406", message, notes=header)
    doubled = [name for name, count in Counter(names).items() if count > 1]
    if doubled:
        first, second = [position + 1 for position, name in enumerate(names) if name == doubled[0]][:2]
        message = f"{shown}: the column name '{doubled[0]}' stands twice, in columns {first} and {second}"
        raise RefusedError("CQ406", message, notes=header)
    untrimmed = [repr(name) for name, trimmed in zip(written, names, strict=True) if name != trimmed]
    if not untrimmed:
        return names, ()
    return names, (f"{shown}: blanks round column names were trimmed: {listed(untrimmed)}",)


# --- Parquet -------------------------------------------------------------------------------------------------


def _parquet(data: bytes, shown: str) -> pa.Table:
    """Read a Parquet file by one thread, every checksum that it has proven."""
    try:
        file = pyarrow.parquet.ParquetFile(pa.BufferReader(data), page_checksum_verification=True)
        return file.read(use_threads=False)
    except (pa.ArrowException, OSError) as error:
        message = f"{shown} is no complete Parquet file: it is cut or damaged, no row can be read"
        raise RefusedError("CQ406", message) from error
