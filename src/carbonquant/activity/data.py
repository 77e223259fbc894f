"""What a project provides, before it is bound to a methodology.

`read_activity` takes an activity file, or the same as Python dicts and arrays, and returns one `ActivityData`. Tables
are named here and opened when they are bound.

Does not know what the methodology asks for (see `binding`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

import pyarrow as pa

from carbonquant import sources, units
from carbonquant.activity.findings import Findings, RefusedError
from carbonquant.activity.frames import is_frame, table_of_frame
from carbonquant.declaration import ActivityDeclaration, ColumnDeclaration, TableDeclaration, declare
from carbonquant.errors import ActivityDataError, Diagnostic, MethodologyError, Problem, TextRefusedError
from carbonquant.formula.conversion import near
from carbonquant.sources import Path_, Source

__all__ = [
    "ActivityData",
    "AnyTable",
    "ColumnUse",
    "ColumnsTable",
    "FileTable",
    "FrameTable",
    "Period",
    "read_activity",
]

Nested: TypeAlias = Any
Duplicates: TypeAlias = Literal["reject", "report"]
AnyTable: TypeAlias = "FileTable | ColumnsTable | FrameTable"
KEYS = ("carbonquant", "kind", "methodology", "title", "period", "members", "inputs", "tables")
FILE_KEYS = ("file", "separator", "columns", "duplicates")
FRAME_KEYS = ("table", "columns", "duplicates")
COLUMNS_KEYS = ("columns", "duplicates")
DUPLICATES = ("reject", "report")
COLUMN_KEYS = ("from", "unit", "as", "timezone")


class Period(NamedTuple):
    """The monitoring period, both days included; `on` names the date input that counts, '' where there is one."""

    start: dt.date | None
    end: dt.date | None
    on: str = ""


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """Where an input stands in a table; `unit` None is the declared unit (given in Python) or none at all (files)."""

    column: str
    unit: str | None = None
    is_date: bool = False
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class FileTable:
    """A table in a file; `inside` is the folder that it may not leave.

    `duplicates` says of every kind of table whether rows that repeat a claim are rejected or only reported.
    """

    path: Path
    shown: str
    columns: Mapping[str, ColumnUse]
    separator: str = ","
    inside: Path | None = None
    duplicates: Duplicates = "reject"


@dataclass(frozen=True, slots=True)
class ColumnsTable:
    """A table of lists or arrays given in Python, by input."""

    values: Mapping[str, Any] = field(repr=False)
    columns: Mapping[str, ColumnUse]
    duplicates: Duplicates = "reject"


@dataclass(frozen=True, slots=True)
class FrameTable:
    """A table that another library holds, taken over whole.

    `columns` None binds every input to the column of its own name, in the declared unit.
    """

    table: pa.Table = field(repr=False)
    columns: Mapping[str, ColumnUse] | None = None
    duplicates: Duplicates = "reject"


@dataclass(frozen=True)
class ActivityData:
    """The data of one project and the methodology they are meant for."""

    methodology: str
    title: Mapping[str, str]
    period: Period | None
    members: Mapping[str, tuple[str, ...]]
    inputs: Mapping[str, Nested]
    tables: Mapping[str, AnyTable]
    source: Source | None = None
    notes: tuple[Diagnostic, ...] = ()


def read_activity(source: str | Path | Mapping[str, Any], *, data: Path | None = None) -> ActivityData:
    """Read an activity file, or take the same as a dict.

    Parameters
    ----------
    source
        The path of an activity file, or a mapping with its keys. In a mapping a table may also hold
        `columns: {input: list or array}` or `{input: {values: …, unit: …}}`; a column without a unit is then in the
        unit that the methodology declares. A table may also be anything that offers the Arrow PyCapsule interface, such
        as a table of polars, pandas, DuckDB or pyarrow: by itself where its columns are named like the inputs and are
        in the declared units, or as `{table: …, columns: {input: {from: …, unit: …}}}`.
    data
        The folder that tables are in; by default that of the activity file.

    Raises
    ------
    ActivityDataError
        With every problem of the file, each at its line and column.

    Examples
    --------
    >>> read_activity({"methodology": "m", "tables": {"ride": {"columns": {"distance": [1.5]}}}}).methodology
    'm'
    """
    if isinstance(source, Mapping):
        return _GivenActivity(source, data or Path()).activity()
    return _from_file(Path(source), data)


# --- from a file ---------------------------------------------------------------------------------------------


def _from_file(path: Path, data: Path | None) -> ActivityData:
    try:
        source = sources.read(path)
    except MethodologyError as error:
        raise ActivityDataError(error.diagnostics) from error
    declaration = declare(source)
    content = declaration.content
    if declaration.problems:
        raise ActivityDataError(declaration.problems)
    if not isinstance(content, ActivityDeclaration):
        position = source.position_of(("kind",))
        message = "this is no activity file but a methodology"
        raise ActivityDataError([source.diagnostic("CQ206", message, position, hint="kind: activity")])
    folder = path.parent if data is None else data
    period = content.period
    return ActivityData(
        methodology=content.methodology,
        title={"zh": content.title.zh, "en": content.title.en},
        period=None if period is None else Period(period.start, period.end, period.on or ""),
        members={name: tuple(members) for name, members in content.members.items()},
        inputs=content.inputs,
        tables={name: _file_table(table, folder) for name, table in content.tables.items()},
        source=source,
        notes=tuple(Diagnostic("CQ491", note, severity="warning") for note in source.notes),
    )


def _file_table(declared: TableDeclaration, folder: Path) -> FileTable:
    columns = {name: _column_use(column) for name, column in declared.columns.items()}
    return FileTable(
        folder / declared.file, declared.file, columns, declared.separator, folder, declared.duplicates
    )


def _column_use(declared: ColumnDeclaration) -> ColumnUse:
    return ColumnUse(declared.column, declared.unit, declared.as_ == "date", declared.timezone)


# --- from Python ---------------------------------------------------------------------------------------------


class _GivenActivity:
    """An activity given as a mapping, judged key by key as a file would be."""

    def __init__(self, given: Mapping[str, Any], folder: Path) -> None:
        self.given = given
        self.folder = folder
        self.findings = Findings(None)

    def activity(self) -> ActivityData:
        self._check_keys(self.given, KEYS, ())
        activity = ActivityData(
            methodology=str(self.given.get("methodology", "")),
            title=dict(self._mapping(self.given, "title")),
            period=self._period(),
            members=dict(self._members()),
            inputs=dict(self._mapping(self.given, "inputs")),
            tables=dict(self._tables()),
        )
        self.findings.raise_if_wrong()
        return activity

    def _wrong(self, code: str, message: str, path: Path_, hint: str = "") -> None:
        self.findings.error(Problem(code, message, hint=hint), path)

    def _check_keys(self, given: Mapping[str, Any], known: tuple[str, ...], path: Path_) -> None:
        for key in given:
            if key not in known:
                hint = near(str(key), known) or f"known keys: {', '.join(known)}"
                self._wrong("CQ201", f"unknown key '{key}'", path, hint)

    def _mapping(self, given: Mapping[str, Any], key: str, path: Path_ = ()) -> Mapping[str, Any]:
        found = given.get(key) or {}
        if isinstance(found, Mapping):
            return found
        self._wrong("CQ203", f"expected a mapping, found {type(found).__name__}", (*path, key))
        return {}

    def _period(self) -> Period | None:
        if self.given.get("period") is None:
            return None
        period = self._mapping(self.given, "period")
        self._check_keys(period, ("from", "to", "on"), ("period",))
        start, end = self._date(period, "from"), self._date(period, "to")
        if start and end and start > end:
            self._wrong("CQ204", "the span ends before it begins", ("period",))
        return Period(start, end, str(period.get("on") or ""))

    def _date(self, period: Mapping[str, Any], key: str) -> dt.date | None:
        given = period.get(key)
        if given is None or type(given) is dt.date:
            return given
        try:
            return dt.datetime.strptime(str(given), "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
        except ValueError:
            self._wrong("CQ204", f"expected a date such as 2025-06-30, found '{given}'", ("period", key))
            return None

    def _members(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for name, members in self._mapping(self.given, "members").items():
            if isinstance(members, str) or not hasattr(members, "__iter__"):
                self._wrong("CQ203", "expected a list of members", ("members", name))
            else:
                yield name, tuple(str(member) for member in members)

    def _tables(self) -> Iterator[tuple[str, AnyTable]]:
        for name, table in self._mapping(self.given, "tables").items():
            path: Path_ = ("tables", name)
            found: AnyTable | None = None
            if is_frame(table):
                found = self._frame({"table": table}, path)
            elif not isinstance(table, Mapping):
                message = f"expected a mapping or a table, found {type(table).__name__}"
                hint = "a table of polars, pandas, DuckDB or pyarrow; a LazyFrame must be collected first"
                self._wrong("CQ203", message, path, hint)
            elif "file" in table:
                found = self._file(table, path)
            elif "table" in table:
                found = self._frame(table, path)
            else:
                found = self._columns(table, path)
            if found is not None:
                yield name, found

    def _file(self, table: Mapping[str, Any], path: Path_) -> FileTable:
        self._check_keys(table, FILE_KEYS, path)
        file, separator = str(table["file"]), str(table.get("separator", ","))
        return FileTable(
            self.folder / file,
            file,
            self._uses(table, path),
            separator,
            duplicates=self._duplicates(table, path),
        )

    def _frame(self, table: Mapping[str, Any], path: Path_) -> FrameTable | None:
        self._check_keys(table, FRAME_KEYS, path)
        uses = self._uses(table, path) if "columns" in table else None
        duplicates = self._duplicates(table, path)
        if not is_frame(table["table"]):
            message = f"expected a table, found {type(table['table']).__name__}"
            self._wrong("CQ203", message, (*path, "table"))
            return None
        try:
            return FrameTable(table_of_frame(table["table"]), uses, duplicates)
        except RefusedError as refused:
            self.findings.error(refused.problem, path)
            return None

    def _duplicates(self, table: Mapping[str, Any], path: Path_) -> Duplicates:
        given = table.get("duplicates", "reject")
        if given not in DUPLICATES:
            self._wrong("CQ206", f"unknown value '{given}' for 'duplicates'", path, "one of: reject, report")
        return "report" if given == "report" else "reject"

    def _uses(self, table: Mapping[str, Any], path: Path_) -> dict[str, ColumnUse]:
        columns = self._mapping(table, "columns", path)
        return {name: self._use(use, (*path, "columns", name)) for name, use in columns.items()}

    def _use(self, given: object, path: Path_) -> ColumnUse:
        if isinstance(given, str):
            return ColumnUse(given)
        if not isinstance(given, Mapping) or "from" not in given:
            self._wrong("CQ203", "expected the name of a column, or a mapping with 'from'", path)
            return ColumnUse("")
        self._check_keys(given, COLUMN_KEYS, path)
        return _use_of(given, str(given["from"]), path, self.findings)

    def _columns(self, table: Mapping[str, Any], path: Path_) -> ColumnsTable:
        self._check_keys(table, COLUMNS_KEYS, path)
        values, uses = {}, {}
        for name, given in self._mapping(table, "columns", path).items():
            place: Path_ = (*path, "columns", name)
            uses[name] = ColumnUse(name)
            if hasattr(given, "unit_items"):
                values[name], uses[name] = self._quantity(given, name, place)
                continue
            if not isinstance(given, Mapping):
                values[name] = given
                continue
            self._check_keys(given, ("values", *COLUMN_KEYS[1:]), place)
            if "values" not in given:
                self._wrong("CQ202", "the key 'values' is missing", place)
                continue
            values[name] = given["values"]
            uses[name] = _use_of(given, name, place, self.findings)
        return ColumnsTable(values, uses, self._duplicates(table, path))

    def _quantity(self, given: Any, name: str, path: Path_) -> tuple[Any, ColumnUse]:
        """Take a pint quantity apart into its numbers and its unit."""
        try:
            values, unit = units.from_quantity(given)
        except TextRefusedError as refused:
            self.findings.error(refused.problem, path)
            return [], ColumnUse(name)
        return values, ColumnUse(name, str(unit))


def _use_of(given: Mapping[str, Any], column: str, path: Path_, findings: Findings) -> ColumnUse:
    form = given.get("as")
    if form not in (None, "date"):
        findings.error(Problem("CQ206", f"unknown value '{form}' for 'as'", hint="as: date"), path)
    unit, zone = given.get("unit"), given.get("timezone")
    return ColumnUse(
        column, None if unit is None else str(unit), form == "date", None if zone is None else str(zone)
    )
