"""What a project provided, as files of a bundle: the activity file and its tables, byte for byte.

Data given in Python, or under names that cannot be kept inside a folder, are written as an activity file and CSV
tables that bind to the very same values: numbers by their shortest decimals, in the units they were given in.

Writes nothing to disk (see `bundle`).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from carbonquant.activity import ColumnUse, FileTable, Table
from carbonquant.audit.canonical import decimal_text
from carbonquant.audit.cells import by_member, value_text
from carbonquant.audit.parts import as_text
from carbonquant.errors import ActivityDataError, Diagnostic, Position
from carbonquant.methodology.model import Input
from carbonquant.methodology.values import sorted_members
from carbonquant.quantification import Quantification
from carbonquant.sources import digest_of

__all__ = [
    "ACTIVITY_FILE",
    "Provided",
    "ProvidedFile",
    "ProvidedTable",
    "binding_of",
    "is_plain_name",
    "provided",
]

ACTIVITY_FILE = "activity.yaml"
FORBIDDEN_IN_NAMES = frozenset('\\:*?"<>|') | {chr(code) for code in range(32)}


@dataclass(frozen=True, slots=True)
class ProvidedFile:
    """One file: its name inside `inputs/`, its digest, and its bytes, or the path where they still are."""

    name: str
    digest: str
    data: bytes | None
    path: Path | None = None

    def read(self) -> bytes:
        """Return the bytes.

        Raises
        ------
        ActivityDataError
            CQ611 if the file has changed since the figures were made from it.
        """
        if self.data is not None:
            return self.data
        data = Path(self.path or self.name).read_bytes()
        if digest_of(data) != self.digest:
            message = f"{self.name} has changed since the figures were made from it: run again"
            raise ActivityDataError([Diagnostic("CQ611", message, Position(str(self.path), 1, 1))])
        return data


@dataclass(frozen=True, slots=True)
class ProvidedTable:
    """A table: its file, and which column each input was read from."""

    file: ProvidedFile
    rows: int
    columns: Mapping[str, ColumnUse]
    separator: str = ","
    duplicates: str = "reject"


@dataclass(frozen=True, slots=True)
class Provided:
    """The activity file and the tables of one run."""

    activity: ProvidedFile
    tables: Mapping[str, ProvidedTable]

    def files(self) -> tuple[ProvidedFile, ...]:
        """All files, each once."""
        files = (self.activity, *(table.file for table in self.tables.values()))
        return tuple({file.name: file for file in files}.values())


def provided(result: Quantification) -> Provided:
    """Return what a run was made from."""
    source = result.activity.source
    if source is not None and _has_plain_names(source.path.name, result):
        activity = ProvidedFile(source.path.name, source.digest, source.data)
        tables = {name: _read_table(name, result) for name in result.binding.tables}
        return Provided(activity, tables)
    tables = {name: _written_table(name, result) for name in result.binding.tables}
    data = "".join(_lines(_activity(result, tables), 0)).encode()
    return Provided(ProvidedFile(ACTIVITY_FILE, digest_of(data), data), tables)


def is_plain_name(name: str) -> bool:
    """Whether a name stays inside the folder it is relative to, on every system.

    >>> is_plain_name("2025/rides.csv"), is_plain_name("../rides.csv"), is_plain_name("/etc/passwd")
    (True, False, False)
    """
    parts = name.split("/")
    is_clean = not FORBIDDEN_IN_NAMES.intersection(name)
    return is_clean and all(part not in ("", ".", "..") for part in parts)


def _has_plain_names(activity: str, result: Quantification) -> bool:
    tables = [table for table in result.activity.tables.values() if isinstance(table, FileTable)]
    names = [activity, *(table.shown for table in tables)]
    above = {str(parent) for name in names for parent in PurePosixPath(name).parents}
    is_apart = activity not in names[1:] and above.isdisjoint(names)
    return is_apart and len(tables) == len(result.activity.tables) and all(map(is_plain_name, names))


# --- tables --------------------------------------------------------------------------------------------------


def _read_table(name: str, result: Quantification) -> ProvidedTable:
    """A table whose file keeps its name."""
    given, read = result.activity.tables[name], result.binding.tables[name].files[0]
    if not isinstance(given, FileTable):
        raise AssertionError(name)  # noqa: TRY004 - cannot happen: only tables in files have plain names
    file = ProvidedFile(given.shown, read.digest, None, Path(read.path))
    return ProvidedTable(file, read.rows, given.columns, given.separator, given.duplicates)


def _written_table(name: str, result: Quantification) -> ProvidedTable:
    """A table given in Python as CSV, or a file under a name of its own."""
    given, table = result.activity.tables[name], result.binding.tables[name]
    read = table.files[0]
    if isinstance(given, FileTable):
        suffix = "".join(PurePosixPath(read.path).suffixes[-2:])
        file = ProvidedFile(f"{name}{suffix}", read.digest, None, Path(read.path))
        return ProvidedTable(file, read.rows, given.columns, given.separator, given.duplicates)
    data = _csv(table)
    columns = {name: _with_unit(use, result.methodology.inputs[name]) for name, use in table.uses.items()}
    file = ProvidedFile(f"{name}.csv", digest_of(data), data)
    return ProvidedTable(file, table.rows, columns, duplicates=given.duplicates)


def _with_unit(use: ColumnUse, declared: Input) -> ColumnUse:
    """A column that took the declared unit says so in a file."""
    if declared.type.kind != "number" or use.unit is not None:
        return use
    return ColumnUse(use.column, str(declared.type.unit), use.is_date, use.timezone)


def _csv(table: Table) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.read.column_names)
    texts = as_text(table, np.arange(table.rows))
    writer.writerows(zip(*(column.to_pylist() for column in texts.columns), strict=True))
    return stream.getvalue().encode()


# --- the activity file ---------------------------------------------------------------------------------------


def _activity(result: Quantification, tables: Mapping[str, ProvidedTable]) -> dict[str, Any]:
    methodology, binding = result.methodology, result.binding
    given = {
        "carbonquant": "1",
        "kind": "activity",
        "methodology": f"{methodology.id}@{methodology.version}",
        "title": {language: str(text) for language, text in result.activity.title.items() if text},
        "period": _period(result),
        "members": {
            name: list(binding.members[name])
            for name, dimension in methodology.dimensions.items()
            if not dimension.is_long and dimension.members is None
        },
        "inputs": {
            name: _input(declared, result)
            for name, declared in methodology.inputs.items()
            if name in binding.values and name not in binding.defaults
        },
        "tables": {name: _table(table) for name, table in tables.items()},
    }
    return {key: value for key, value in given.items() if value}


def _period(result: Quantification) -> dict[str, str]:
    period = result.binding.period
    if period is None:
        return {}
    ends = {"from": period.start, "to": period.end}
    dates = {key: end.isoformat() for key, end in ends.items() if end is not None}
    return {**dates, "on": period.on} if period.on else dates


def _input(declared: Input, result: Quantification) -> dict[str, Any]:
    axes = result.methodology.axes(declared.over)
    array = np.asarray(result.binding.values[declared.name])
    array = array.transpose([axes.index(dimension) for dimension in declared.over])
    members = [sorted_members(result.binding.members[dimension]) for dimension in declared.over]

    def text(value: Any) -> str:
        return (
            decimal_text(value)
            if declared.type.kind == "number"
            else value_text(value, declared.type, result)
        )

    unit = {"unit": str(declared.type.unit)} if declared.type.kind == "number" else {}
    return {**unit, "values" if members else "value": by_member(array, members, text)}


def _table(table: ProvidedTable) -> dict[str, Any]:
    return {
        "file": table.file.name,
        "separator": table.separator,
        "duplicates": table.duplicates,
        "columns": binding_of(table),
    }


def binding_of(table: ProvidedTable) -> dict[str, dict[str, str]]:
    """Return which column each input was read from, and how, with the keys of an activity file."""
    return {
        name: {
            "from": use.column,
            **({"unit": use.unit} if use.unit is not None else {}),
            **({"as": "date"} if use.is_date else {}),
            **({"timezone": use.timezone} if use.timezone is not None else {}),
        }
        for name, use in table.columns.items()
    }


def _lines(mapping: Mapping[str, Any], depth: int) -> Iterator[str]:
    """Print a mapping of texts, lists of texts and mappings as YAML, every text in quotation marks."""
    for key, value in mapping.items():
        head = "  " * depth + json.dumps(key, ensure_ascii=False) + ":"
        if isinstance(value, Mapping) and value:
            yield head + "\n"
            yield from _lines(value, depth + 1)
        else:
            yield f"{head} {json.dumps(value, ensure_ascii=False)}\n"
