"""Binding one table: its columns to the inputs of a rows dimension, cell by cell into values or reasons.

A column that cannot be used refuses the table, with file, column and row; a cell that cannot be used refuses its row,
and every reason of a row is kept.

Does not judge ranges and rules of rows (see `plan`), does not open files (see `sheets`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from carbonquant.activity.cells import Cells, read_flags, read_members, read_numbers, read_texts
from carbonquant.activity.data import ActivityData, ColumnsTable, ColumnUse, FileTable
from carbonquant.activity.dates import NO_DATE, days_of, read_dates, zone_named
from carbonquant.activity.findings import Findings, RefusedError, listed
from carbonquant.activity.inputs import converted, operation, read_leaf
from carbonquant.activity.sheets import Sheet, sheet_of_columns, sheet_of_file
from carbonquant.activity.tables import FileRead, Group, Table, calendar_members, group_rows, link_dates
from carbonquant.errors import Problem, TextRefusedError
from carbonquant.formula import tree
from carbonquant.formula.conversion import near
from carbonquant.methodology.model import Input, Methodology
from carbonquant.methodology.values import sorted_members
from carbonquant.sources import Path_

__all__ = ["BoundTable", "bind_table"]

NOTHING: Mapping[str, Any] = {"number": np.nan, "bool": False, "category": -1, "text": -1, "date": NO_DATE}
WANTED = {"number": "number such as 12.5", "bool": "true or false", "date": "date such as 2025-06-30"}
KEPT_CHARACTERS = 40
OTHER_SEPARATORS = ";\t|,"

Members = Mapping[str, Sequence[str]]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Column:
    """One input on every row, in its declared unit."""

    cells: Cells
    texts: NDArray[np.object_] | None = None


class BoundTable(NamedTuple):
    """A table, None where it cannot be used.

    `defaults` are the inputs that took their default on all rows, `members` those of the dimensions that the dates
    of the rows have made.
    """

    table: Table | None
    defaults: tuple[str, ...]
    members: Mapping[str, tuple[str, ...]]


def bind_table(
    dimension: str, methodology: Methodology, activity: ActivityData, members: Members, findings: Findings
) -> BoundTable:
    """Bind the table of a rows dimension; where it cannot be used, what is wrong is in `findings`."""
    binder = _TableBinder(dimension, methodology, activity, members, findings)
    table = binder.table()
    return BoundTable(table, tuple(binder.defaults), binder.made)


class _TableBinder:
    """One table on its way from columns to values."""

    def __init__(
        self,
        dimension: str,
        methodology: Methodology,
        activity: ActivityData,
        members: Members,
        findings: Findings,
    ) -> None:
        self.dimension = dimension
        self.methodology = methodology
        self.activity = activity
        self.members = {name: sorted_members(names) for name, names in members.items()}
        self.findings = findings
        self.given = activity.tables[dimension]
        self.path: Path_ = ("tables", dimension)
        self.defaults: list[str] = []
        self.made: dict[str, tuple[str, ...]] = {}
        self.refused: dict[str, Flags] = {}
        self.inputs = {name: i for name, i in methodology.inputs.items() if i.over == (dimension,)}

    def table(self) -> Table | None:
        before = self.findings.count
        self._check_names()
        sheet = self._sheet()
        if sheet is None or self._is_misread(sheet):
            return None
        bound = {name: self._column(declared, sheet) for name, declared in self.inputs.items()}
        if self.findings.count > before:
            return None
        columns = {name: column for name, column in bound.items() if column is not None}
        self._note_sheet(sheet)
        inside = self._inside_period(columns, sheet.table.num_rows)
        links = self._links(columns, inside)
        return self._assembled(sheet, columns, links, inside)

    def _assembled(
        self, sheet: Sheet, columns: Mapping[str, Column], links: Mapping[tuple[str, str], Any], inside: Flags
    ) -> Table:
        unusable = {name: ~column.cells.present for name, column in columns.items()}
        groups = {
            name: self._group(dimension, columns, inside)
            for name, dimension in self.methodology.dimensions.items()
            if dimension.kind == "group" and dimension.rows == self.dimension
        }
        path = "" if sheet.path is None else str(sheet.path)
        return Table(
            dimension=self.dimension,
            rows=sheet.table.num_rows,
            columns={name: column.cells.values for name, column in columns.items()},
            absent={name: rows for name, rows in unusable.items() if rows.any()},
            texts={name: column.texts for name, column in columns.items() if column.texts is not None},
            refused={reason: rows for reason, rows in self.refused.items() if rows.any()},
            links=links,
            groups=groups,
            files=(FileRead(sheet.shown, path, sheet.digest, sheet.table.num_rows),),
            read=sheet.table,
        )

    # --- the table as a whole --------------------------------------------------------------------------------

    def _wrong(self, problem: Problem, path: Path_, *, is_key: bool = False, reason: str = "") -> None:
        self.findings.error(problem, (*self.path, *path), is_key=is_key, reason=reason)

    def _check_names(self) -> None:
        for name in self.given.columns:
            if name in self.inputs:
                continue
            hint = near(name, self.inputs) or f"inputs over {self.dimension}: {listed(self.inputs)}"
            message = f"the methodology has no input '{name}' over {self.dimension}"
            self._wrong(Problem("CQ411", message, hint=hint), ("columns", name), is_key=True)

    def _sheet(self) -> Sheet | None:
        try:
            if isinstance(self.given, ColumnsTable):
                return sheet_of_columns(self.given.values, f"table {self.dimension}")
            return _opened(self.given)
        except RefusedError as refused:
            self._wrong(refused.problem, ("file",))
            return None

    def _is_misread(self, sheet: Sheet) -> bool:
        """Whether the whole header was taken for one name, which is one mistake and not one for each column."""
        names = sheet.table.column_names
        found = next((mark for mark in OTHER_SEPARATORS if len(names) == 1 and mark in names[0]), "")
        if not found or any(use.column in names for use in self.given.columns.values()):
            return False
        message = f"{sheet.shown} has one column only, '{names[0]}'"
        hint = f'the cells seem to be separated by another character: separator: "{found}"'
        self._wrong(Problem("CQ402", message, hint=hint), ("file",))
        return True

    def _note_sheet(self, sheet: Sheet) -> None:
        for note in sheet.notes:
            self.findings.note("CQ491", note)
        used = {use.column for use in self.given.columns.values()}
        unused = [name for name in sheet.table.column_names if name not in used]
        if unused:
            self.findings.note("CQ490", f"{sheet.shown}: columns that no input asks for: {listed(unused)}")

    # --- one column ------------------------------------------------------------------------------------------

    def _column(self, declared: Input, sheet: Sheet) -> Column | None:
        name = declared.name
        use = self.given.columns.get(name)
        if use is None:
            return self._absent_column(declared, sheet)
        if use.column not in sheet.table.column_names:
            names = sheet.table.column_names
            message = f"{sheet.shown} has no column '{use.column}'"
            problem = Problem(
                "CQ402", message, hint=near(use.column, names), notes=(f"columns: {listed(names)}",)
            )
            self._wrong(problem, ("columns", name, "from"), reason=f"missing.{name}")
            return None
        try:
            column = self._values(declared, use, sheet)
            _check_any_value(column.cells, declared, sheet, use.column)
        except RefusedError as refused:
            self._wrong(_placed(refused.problem, sheet, use), ("columns", name))
            return None
        except TextRefusedError as refused:
            self._wrong(refused.problem, ("columns", name, "unit"))
            return None
        return self._judged(declared, column, sheet, use)

    def _absent_column(self, declared: Input, sheet: Sheet) -> Column | None:
        """The default on every row; without one the table is refused."""
        name = declared.name
        if declared.default is None:
            unit = f", unit: {declared.type.unit}" if _needs_unit(declared) else ""
            columns = sheet.table.column_names
            hint = f"columns: {{{name}: {{from: {_likely(name, columns)}{unit}}}}}"
            notes = (f"columns of {sheet.shown}: {listed(columns)}",) if columns else ()
            problem = Problem("CQ402", f"no column is bound to '{name}'", hint=hint, notes=notes)
            self._wrong(problem, ("columns",), is_key=True, reason=f"missing.{name}")
            return None
        if declared.type.category and not self.members[declared.type.category]:
            return None
        value = self._default(declared)
        if value is None:
            return None
        self.defaults.append(name)
        rows = sheet.table.num_rows
        nothing = np.zeros(rows, dtype=bool)
        if declared.type.kind == "text":
            return Column(
                Cells(np.zeros(rows, dtype=np.intp), nothing, nothing), np.array([value], dtype=object)
            )
        dtype = np.asarray(NOTHING[declared.type.kind]).dtype
        return Column(Cells(np.full(rows, value, dtype=dtype), nothing, nothing))

    def _default(self, declared: Input) -> Any:
        try:
            return read_leaf(declared.default, declared, self.members)
        except ValueError as error:
            message = f"the default of '{declared.name}' in the methodology cannot be used: {error}"
            self._wrong(Problem("CQ412", message), ("columns",), is_key=True)
            return None

    def _values(self, declared: Input, use: ColumnUse, sheet: Sheet) -> Column:
        kind, column = declared.type.kind, sheet.column(use.column)
        if kind != "date" and (use.is_date or use.timezone):
            raise RefusedError(
                "CQ410", f"'{declared.name}' is {declared.type.words}: as: and timezone: are for dates"
            )
        if kind != "number" and use.unit is not None:
            raise RefusedError("CQ403", f"'{declared.name}' is {declared.type.words}: it has no unit")
        if kind == "number":
            return Column(self._numbers(declared, use, column))
        if kind == "date":
            zone = None if use.timezone is None else zone_named(use.timezone)
            return Column(read_dates(column, zone))
        if kind == "category":
            return Column(read_members(column, self.members[declared.type.category]))
        if kind == "text":
            return Column(*read_texts(column))
        return Column(read_flags(column))

    def _numbers(self, declared: Input, use: ColumnUse, column: pa.Array) -> Cells:
        wanted = declared.type.unit
        if use.unit is None and isinstance(self.given, FileTable) and _needs_unit(declared):
            hint = f"{declared.name}: {{from: {use.column}, unit: {wanted}}}"
            message = f"'{declared.name}' is asked for in {wanted}: name the column's unit"
            raise RefusedError("CQ403", message, hint=hint)
        by = None
        if use.unit is not None:
            unit = self.findings.unit(use.unit, (*self.path, "columns", declared.name, "unit"))
            by = None if unit is None else operation(unit, wanted, declared.name)
        cells = read_numbers(column)
        with np.errstate(over="ignore"):
            values = converted(cells.values, by)
        beyond = cells.present & ~np.isfinite(values)
        values = np.where(beyond, np.nan, values)
        return Cells(values, cells.absent, cells.wrong | beyond)

    def _judged(self, declared: Input, column: Column, sheet: Sheet, use: ColumnUse) -> Column | None:
        """Give every cell without a value its reason, or the default."""
        name, cells = declared.name, column.cells
        is_category = declared.type.kind == "category"
        absent = cells.absent
        self.refused[f"{'member' if is_category else 'type'}.{name}"] = cells.wrong
        if not absent.any():
            return column
        if declared.missing == "default":
            return self._filled(declared, column)
        if declared.missing == "fail":
            row = int(np.flatnonzero(absent)[0]) + 1
            count = int(absent.sum())
            place = f"{sheet.shown}, column '{use.column}', row {row}"
            message = f"{place}: no value of '{name}' (rows without one: {count})"
            self._wrong(Problem("CQ407", message), ("columns", name), reason=f"missing.{name}")
            return None
        self.refused[f"missing.{name}"] = absent
        return column

    def _filled(self, declared: Input, column: Column) -> Column | None:
        value = self._default(declared)
        if value is None:
            return None
        cells, texts = column.cells, column.texts
        values = cells.values.copy()
        if texts is not None:
            known = np.union1d(texts, [value])
            values = np.where(values >= 0, np.searchsorted(known, texts)[values] if len(texts) else 0, values)
            value, texts = int(np.searchsorted(known, value)), known.astype(object)
        values[cells.absent] = value
        return Column(Cells(values, np.zeros(len(values), dtype=bool), cells.wrong), texts)

    # --- period, links, groups -------------------------------------------------------------------------------

    def _inside_period(self, columns: Mapping[str, Column], rows: int) -> Flags:
        """Which rows are not outside the period (a row without a date is not)."""
        inside = np.ones(rows, dtype=bool)
        period = self.activity.period
        date = self._period_date()
        if period is None or not date:
            return inside
        cells = columns[date].cells
        if period.start is not None:
            inside &= (cells.values >= days_of(period.start)) | ~cells.present
        if period.end is not None:
            inside &= (cells.values <= days_of(period.end)) | ~cells.present
        self.refused["period"] = ~inside
        return inside

    def _period_date(self) -> str:
        """The date input that the period is about, '' where the table has none."""
        period = self.activity.period
        dates = [name for name, declared in self.inputs.items() if declared.type.kind == "date"]
        if period is None or not dates:
            return ""
        if period.on in dates:
            return period.on
        if len(dates) > 1:
            hint = f"period: {{…, on: {dates[0]}}}"
            message = f"'{self.dimension}' has several dates ({', '.join(dates)}): say which one the period is about"
            self.findings.error(Problem("CQ410", message, hint=hint), ("period",), is_key=True)
            return ""
        return dates[0]

    def _links(self, columns: Mapping[str, Column], inside: Flags) -> dict[tuple[str, str], NDArray[np.intp]]:
        links: dict[tuple[str, str], NDArray[np.intp]] = {}
        used = set(_links_in_use(self.methodology))
        for name, column in columns.items():
            kind = self.inputs[name].type
            if kind.kind == "category":
                links[name, kind.category] = column.cells.values
            elif kind.kind == "date":
                for dimension in self._calendar():
                    if not self.members[dimension.name]:
                        self._make_members(dimension, column, inside)
                    codes = link_dates(column.cells.values, dimension.kind, self.members[dimension.name])
                    links[name, dimension.name] = codes
                    if (name, dimension.name) in used:
                        strangers = (codes < 0) & column.cells.present & inside
                        self._refuse(f"member.{name}", strangers)
        return links

    def _make_members(self, dimension: tree.Dimension, column: Column, inside: Flags) -> None:
        """Take the years, months or dates in which there are rows."""
        days = column.cells.values[column.cells.present & inside]
        self.made[dimension.name] = self.members[dimension.name] = calendar_members(days, dimension.kind)

    def _calendar(self) -> Iterator[tree.Dimension]:
        return (dimension for dimension in self.methodology.dimensions.values() if dimension.is_ordered)

    def _refuse(self, reason: str, rows: Flags) -> None:
        self.refused[reason] = self.refused.get(reason, np.zeros(len(rows), dtype=bool)) | rows

    def _group(self, dimension: tree.Dimension, columns: Mapping[str, Column], inside: Flags) -> Group:
        eligible = inside.copy()
        for name in dimension.by:
            eligible &= columns[name].cells.present
        keys = [columns[name].cells.values for name in dimension.by]

        def names(position: int, values: NDArray[Any]) -> NDArray[Any]:
            return self._shown(dimension.by[position], values, columns)

        return group_rows(keys, eligible, names)

    def _shown(self, name: str, values: NDArray[Any], columns: Mapping[str, Column]) -> NDArray[Any]:
        kind, texts = self.inputs[name].type, columns[name].texts
        if texts is not None:
            return np.asarray(texts[values])
        if kind.kind == "category":
            return np.asarray(np.array(self.members[kind.category], dtype=object)[values])
        if kind.kind == "date":
            return np.asarray(values.view("datetime64[D]").astype(str), dtype=object)
        return np.asarray(values.astype(str), dtype=object)


def _opened(given: FileTable) -> Sheet:
    if given.inside is not None and not given.path.resolve().is_relative_to(given.inside.resolve()):
        hint = "put the file into the folder of the activity file, or name another folder with --data"
        raise RefusedError("CQ401", f"'{given.shown}' is outside the folder of the activity file", hint=hint)
    if len(given.separator) != 1 or not given.separator.isascii() or given.separator in '"\r\n':
        raise RefusedError("CQ412", f"the separator '{given.separator}' is not one character such as ; or ,")
    return sheet_of_file(given.path, given.shown, given.separator)


def _links_in_use(methodology: Methodology) -> Iterator[tuple[str, str]]:
    """Yield (column, dimension) wherever a formula leads rows, or groups of them, to a dimension."""
    roots = [step.root for step in methodology.steps.values()]
    roots += [rule.root for rule in methodology.rules.values()]
    for root in roots:
        for node in tree.walk(root):
            if isinstance(node, tree.Aggregate) and node.link is not None:
                yield from ((column, dimension) for dimension, column in node.link.targets)


def _needs_unit(declared: Input) -> bool:
    unit = declared.type.unit
    return declared.type.kind == "number" and not (unit.is_pure and unit.factor == 1)


def _likely(name: str, columns: Sequence[str]) -> str:
    """The column that is probably meant by an input's name."""
    return next((column for column in columns if name.lower() in column.lower()), "…")


def _placed(problem: Problem, sheet: Sheet, use: ColumnUse) -> Problem:
    return replace(problem, message=f"{sheet.shown}, column '{use.column}': {problem.message}")


def _check_any_value(cells: Cells, declared: Input, sheet: Sheet, column: str) -> None:
    """Refuse a column without a single number (yes/no, date): it is bound to the wrong input, or unreadable."""
    kind = declared.type.kind
    is_all_blank = bool(cells.absent.all())
    is_excused = is_all_blank and (sheet.path is None or declared.missing == "default")
    if kind not in WANTED or cells.present.any() or is_excused:
        return
    if is_all_blank:
        raise RefusedError("CQ404", f"all {len(cells.absent)} cells are blank")
    row = int(np.flatnonzero(cells.wrong)[0])
    found = str(sheet.column(column)[row])[:KEPT_CHARACTERS]
    raise RefusedError("CQ404", f"no cell is a {WANTED[kind]} (row {row + 1}: '{found}')")
