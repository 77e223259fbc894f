"""Binding one table: its columns to the inputs of a rows dimension, cell by cell into values or reasons.

A column that cannot be used refuses the table, with file, column and row; a cell that cannot be used refuses its row,
and every reason of a row is kept.

Does not judge ranges and rules of rows (see `plan`), does not open files (see `sheets`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from carbonquant.activity.columns import (
    Column,
    check_any_value,
    check_use,
    constant_column,
    filled,
    read_column,
)
from carbonquant.activity.data import ActivityData, ColumnsTable, ColumnUse, FileTable, FrameTable
from carbonquant.activity.dates import days_of
from carbonquant.activity.duplicates import key_columns, key_parts, repeats
from carbonquant.activity.findings import Findings, RefusedError, listed
from carbonquant.activity.headers import check_header
from carbonquant.activity.inputs import operation, read_leaf
from carbonquant.activity.sheets import Sheet, sheet_of_columns, sheet_of_file, sheet_of_frame
from carbonquant.activity.tables import FileRead, Group, Table, calendar_members, group_rows, link_dates
from carbonquant.errors import Problem, TextRefusedError
from carbonquant.formula import tree
from carbonquant.formula.conversion import near
from carbonquant.methodology.model import Input, Methodology
from carbonquant.methodology.values import sorted_members
from carbonquant.sources import Path_
from carbonquant.units import Conversion

__all__ = ["BoundTable", "bind_table"]

Members = Mapping[str, Sequence[str]]
Links = Mapping[tuple[str, str], NDArray[np.intp]]
Flags = NDArray[np.bool_]


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
        self.uses: Mapping[str, ColumnUse] = self.given.columns or {}

    def table(self) -> Table | None:
        before = self.findings.count
        self._check_names()
        sheet = self._sheet()
        if sheet is None:
            return None
        bound = {name: self._column(declared, sheet) for name, declared in self.inputs.items()}
        if self.findings.count > before:
            return None
        columns = {name: column for name, column in bound.items() if column is not None}
        self._note_sheet(sheet)
        inside = self._inside_period(columns, sheet.table.num_rows)
        links = self._links(columns, inside)
        self._judge_repeats(columns, links, inside, sheet.shown)
        return self._assembled(sheet, columns, links, inside)

    def _assembled(self, sheet: Sheet, columns: Mapping[str, Column], links: Links, inside: Flags) -> Table:
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
            uses={name: use for name, use in self.uses.items() if name in columns},
        )

    # --- the table as a whole --------------------------------------------------------------------------------

    def _wrong(self, problem: Problem, path: Path_, *, is_key: bool = False, reason: str = "") -> None:
        self.findings.error(problem, (*self.path, *path), is_key=is_key, reason=reason)

    def _check_names(self) -> None:
        for name in self.uses:
            if name in self.inputs:
                continue
            hint = near(name, self.inputs) or f"inputs over {self.dimension}: {listed(self.inputs)}"
            message = f"the methodology has no input '{name}' over {self.dimension}"
            self._wrong(Problem("CQ411", message, hint=hint), ("columns", name), is_key=True)

    def _sheet(self) -> Sheet | None:
        """Open the table; a table whose names speak for themselves is bound by them."""
        try:
            sheet = _opened(self.given, f"table {self.dimension}")
            if isinstance(self.given, FrameTable) and self.given.columns is None:
                names = sheet.table.column_names
                self.uses = {name: ColumnUse(name) for name in self.inputs if name in names}
            if isinstance(self.given, FileTable):
                check_header(sheet, [use.column for use in self.uses.values()])
        except RefusedError as refused:
            self._wrong(refused.problem, ("file",))
            return None
        return sheet

    def _note_sheet(self, sheet: Sheet) -> None:
        for note in sheet.notes:
            self.findings.note("CQ491", note)
        used = {use.column for use in self.uses.values()}
        unused = [name for name in sheet.table.column_names if name not in used]
        if unused:
            self.findings.note("CQ490", f"{sheet.shown}: columns that no input asks for: {listed(unused)}")

    # --- one column ------------------------------------------------------------------------------------------

    def _column(self, declared: Input, sheet: Sheet) -> Column | None:
        name = declared.name
        use = self.uses.get(name)
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
        array = sheet.column(use.column)
        try:
            check_use(declared, use)
            by = self._conversion(declared, use)
            column = read_column(array, declared, use, self.members.get(declared.type.category, ()), by)
            check_any_value(column.cells, array, declared)
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
        return constant_column(declared, value, sheet.table.num_rows)

    def _default(self, declared: Input) -> Any:
        try:
            return read_leaf(declared.default, declared, self.members)
        except ValueError as error:
            message = f"the default of '{declared.name}' in the methodology cannot be used: {error}"
            self._wrong(Problem("CQ412", message), ("columns",), is_key=True)
            return None

    def _conversion(self, declared: Input, use: ColumnUse) -> Conversion | None:
        """The operation that brings the numbers of a column to the declared unit."""
        if declared.type.kind != "number":
            return None
        wanted = declared.type.unit
        if use.unit is None:
            is_named = isinstance(self.given, ColumnsTable) or self.given.columns is None
            if is_named or not _needs_unit(declared):
                return None
            hint = f"{declared.name}: {{from: {use.column}, unit: {wanted}}}"
            message = f"'{declared.name}' is asked for in {wanted}: name the column's unit"
            raise RefusedError("CQ403", message, hint=hint)
        unit = self.findings.unit(use.unit, (*self.path, "columns", declared.name, "unit"))
        return None if unit is None else operation(unit, wanted, declared.name)

    def _judged(self, declared: Input, column: Column, sheet: Sheet, use: ColumnUse) -> Column | None:
        """Give every cell without a value its reason, or the default."""
        name, cells = declared.name, column.cells
        is_category = declared.type.kind == "category"
        absent = cells.absent
        self.refused[f"{'member' if is_category else 'type'}.{name}"] = cells.wrong
        if not absent.any():
            return column
        if declared.missing == "default":
            value = self._default(declared)
            return None if value is None else filled(column, value)
        if declared.missing == "fail":
            row = int(np.flatnonzero(absent)[0]) + 1
            count = int(absent.sum())
            place = f"{sheet.shown}, column '{use.column}', row {row}"
            message = f"{place}: no value of '{name}' (rows without one: {count})"
            self._wrong(Problem("CQ407", message), ("columns", name), reason=f"missing.{name}")
            return None
        self.refused[f"missing.{name}"] = absent
        return column

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

    def _judge_repeats(self, columns: Mapping[str, Column], links: Links, inside: Flags, shown: str) -> None:
        """Refuse or report the rows, otherwise usable, that claim what an earlier row claims."""
        key = key_columns(self.methodology, self.dimension)
        if not key:
            return
        eligible = inside.copy()
        for rows in self.refused.values():
            eligible &= ~rows
        values = {name: columns[name].cells.values for name in key}
        found = repeats(key_parts(self.methodology, values, links), eligible)
        if not len(found.rows):
            return
        if self.given.duplicates == "reject":
            is_repeat = np.zeros(len(inside), dtype=bool)
            is_repeat[found.rows] = True
            self._refuse("duplicate", is_repeat)
            return
        count = len(found.rows)
        message = f"{shown}: rows that count although they repeat the claim key of an earlier row: {count}"
        later, first = (f"{shown}:{rows[0] + 1}" for rows in found)
        example = f"{later} has the same {', '.join(key)} as {first}"
        self.findings.note("CQ413", message, notes=(example,), hint="duplicates: reject leaves them out")

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


def _opened(given: FileTable | ColumnsTable | FrameTable, shown: str) -> Sheet:
    if isinstance(given, ColumnsTable):
        return sheet_of_columns(given.values, shown)
    if isinstance(given, FrameTable):
        return sheet_of_frame(given.table, shown)
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
