"""A file of rows as columns, before any cell has a meaning.

CSV cells stay the text that was written, Parquet columns keep their types. What cannot be read without a guess is
refused with the file and the row: an empty file, a row of another length, a file cut in half, a doubled column name.

Does not know inputs or units (see `rows`), does not read numbers or dates (see `cells`, `dates`).
"""

from __future__ import annotations

import io
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from carbonquant.activity.findings import RefusedError, listed
from carbonquant.activity.records import scan
from carbonquant.sources import digest_of

__all__ = ["Sheet", "sheet_of_columns", "sheet_of_file"]

PARQUET, GZIP, ZIP = b"PAR1", b"\x1f\x8b", b"PK\x03\x04"
UTF8_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
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
        return Sheet(shown, _parquet(data, shown), path, digest)
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
    if not any(lengths.values()):
        raise RefusedError("CQ405", f"{shown} has no row")
    return Sheet(shown, pa.table(arrays))


def _array(values: Any, name: str, shown: str) -> pa.Array:
    try:
        array = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, TypeError) as error:
        message = f"{shown}, column '{name}': the values are not of one kind: {error}"
        raise RefusedError("CQ404", message) from error
    array = pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array
    return array.cast(pa.string()) if pa.types.is_null(array.type) else array


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
    notes = []
    if data.startswith(UTF8_MARK):
        data = data[len(UTF8_MARK) :]
        notes.append(f"{shown} begins with a byte order mark, which was passed over")
    _check_utf8(data, shown)
    records = scan(data, separator, shown)
    cells = _cells(data, records.width, separator, shown)
    names = [str(cells.column(position)[0]) for position in range(records.width)]
    if records.count == 1:
        raise RefusedError("CQ405", f"{shown} has a header but no row", notes=(f"columns: {listed(names)}",))
    if cells.num_rows != records.count:
        raise RefusedError(
            "CQ406", f"{shown} has {records.count} records, of which {cells.num_rows} can be read"
        )
    if records.blank_lines:
        notes.append(f"{shown}: blank lines passed over: {records.blank_lines}")
    if not records.ends_with_line_end:
        notes.append(f"{shown}: the last row has no line end: look whether the file is complete")
    untrimmed = [name for name in names if name != name.strip()]
    if untrimmed:
        notes.append(f"{shown}: blanks round column names were trimmed: {listed(map(repr, untrimmed))}")
    table = cells.slice(1).rename_columns(_checked_names([name.strip() for name in names], shown))
    return table, tuple(notes)


def _check_utf8(data: bytes, shown: str) -> None:
    if data.startswith(UTF16_MARKS):
        raise RefusedError("CQ401", f"{shown} is UTF-16, not UTF-8", hint="save it as CSV UTF-8")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start)
        place = f"row {row}" if row else "the header"
        message = f"{shown}, {place}: not UTF-8 (byte {error.start + 1} of the file)"
        raise RefusedError("CQ401", message, hint="save it as CSV UTF-8; GB18030 is not read yet") from error


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


def _checked_names(names: list[str], shown: str) -> list[str]:
    if "" in names:
        message = f"{shown}: column {names.index('') + 1} has no name in the header"
        raise RefusedError("CQ406", message, notes=(f"header: {listed(names)}",))
    doubled = [name for name, count in Counter(names).items() if count > 1]
    if doubled:
        places = [position + 1 for position, name in enumerate(names) if name == doubled[0]]
        message = (
            f"{shown}: the column name '{doubled[0]}' stands twice, in columns {places[0]} and {places[1]}"
        )
        raise RefusedError("CQ406", message)
    return names


# --- Parquet -------------------------------------------------------------------------------------------------


def _parquet(data: bytes, shown: str) -> pa.Table:
    try:
        table = pyarrow.parquet.read_table(pa.BufferReader(data))
    except (pa.ArrowException, OSError) as error:
        message = f"{shown} is no complete Parquet file: it is cut or damaged, no row can be read"
        raise RefusedError("CQ406", message) from error
    _checked_names(list(table.column_names), shown)
    if not table.num_rows:
        notes = (f"columns: {listed(table.column_names)}",)
        raise RefusedError("CQ405", f"{shown} has columns but no row", notes=notes)
    return table.combine_chunks()
