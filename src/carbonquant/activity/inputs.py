"""The values of a run that no row brings along: inputs of the project and parameters, laid out as arrays.

Every input is brought to its declared unit by one operation. Missing values come first: ranges are judged only where
every value is there, so that a project is refused by the first stage that finds a reason, with all its reasons.

Knows no rows (see `rows`).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from carbonquant import units
from carbonquant.activity.data import ActivityData
from carbonquant.activity.dates import days_of
from carbonquant.activity.findings import Findings
from carbonquant.activity.lookups import cells_of, look_up
from carbonquant.activity.members import unwrapped
from carbonquant.declaration import read_number
from carbonquant.errors import Problem, TextRefusedError
from carbonquant.factors import Cell
from carbonquant.formula.conversion import near
from carbonquant.methodology.model import Input, Methodology, Parameter
from carbonquant.methodology.values import arrange, sorted_members
from carbonquant.sources import Path_
from carbonquant.units import Conversion, Unit, conversion, ratio

__all__ = ["Project", "bind_project", "check_ranges", "converted", "is_on_rows", "operation", "read_leaf"]

SAME = 1e-12
"""Off rows, two numbers nearer than this (relative) are equal."""
DTYPES: Mapping[str, type] = {
    "number": np.float64, "bool": np.bool_, "category": np.intp, "date": np.int64, "text": object,
}  # fmt: skip

MOST_SHOWN = 3
"""Values of one input that are listed one by one; the others are counted."""

Members = Mapping[str, Sequence[str]]


@dataclass
class Project:
    """Values by input and parameter, in the order of axes; `defaults` are the inputs that took their default.

    `lookups` tells what was taken from factor sets, in the layout of `cells`.
    """

    values: dict[str, NDArray[Any]] = field(default_factory=dict)
    cells: dict[str, NDArray[np.object_]] = field(default_factory=dict)
    lookups: dict[str, NDArray[np.object_]] = field(default_factory=dict)
    defaults: list[str] = field(default_factory=list)


def is_on_rows(declared: Input, methodology: Methodology) -> bool:
    """Whether every row of a table brings a value of this input."""
    return any(methodology.dimensions[name].is_long for name in declared.over)


def operation(given: Unit, wanted: Unit, name: str) -> Conversion | None:
    """Return the one operation that brings a value to the unit of an input; None where nothing is to be done.

    Raises
    ------
    TextRefusedError
        CQ403 if the units are of different dimensions.
    """
    if not given.same_dimension(wanted):
        message = f"'{name}' is asked for in {wanted}, and {given} measures something else"
        notes = (f"{wanted} measures {wanted.dimension}, {given} measures {given.dimension}",)
        raise TextRefusedError(Problem("CQ403", message, notes=notes))
    return conversion(ratio(given, wanted))


def converted(values: Any, by: Conversion | None) -> Any:
    """Apply the operation of a conversion to a number or to an array of numbers."""
    if by is None:
        return values
    return values * by.number if by.operator == "*" else values / by.number


def read_leaf(given: Any, declared: Input, members: Members) -> Any:
    """Return one value of an input: a number, yes/no, days since 1970-01-01, a text, or the code of a member.

    Raises
    ------
    ValueError
        With what was expected and what was found.
    """
    kind = declared.type.kind
    if kind == "number":
        return _number(given)
    if kind == "bool":
        if isinstance(given, bool) or given in ("true", "false"):
            return given in (True, "true")
        raise ValueError(f"expected true or false, found '{given}'")
    if kind == "date":
        return _date(given)
    if kind == "category":
        return _code(str(given), declared.type.category, members[declared.type.category])
    return str(given)


def _number(given: Any) -> float:
    if isinstance(given, (int, float, np.number)) and not isinstance(given, bool):
        value = float(given)
        if not math.isfinite(value):
            raise ValueError(f"expected a number, found {value}")
        return value + 0.0
    return read_number(given).value + 0.0


def _date(given: Any) -> int:
    if type(given) is dt.date:
        return days_of(given)
    try:
        date = dt.date.fromisoformat(str(given))
    except ValueError:
        date = None
    if date is None or date.isoformat() != given:
        raise ValueError(f"expected a date such as 2025-06-30, found '{given}'")
    return days_of(date)


def _code(member: str, category: str, members: Sequence[str]) -> int:
    if member not in members:
        raise ValueError(f"'{category}' has no member '{member}'; its members are {', '.join(members)}")
    return sorted_members(members).index(member)


# --- inputs --------------------------------------------------------------------------------------------------


def bind_project(
    methodology: Methodology, activity: ActivityData, members: Members, findings: Findings
) -> Project:
    """Lay out the values of all inputs that are not on rows, and of all parameters."""
    project = Project()
    _check_names(methodology, activity, findings)
    for declared in methodology.inputs.values():
        is_missing = activity.inputs.get(declared.name) is None and declared.default is None
        if not is_on_rows(declared, methodology) and (is_missing or _is_known(declared, members)):
            _InputReader(declared, methodology, members, findings).bind(activity.inputs, project)
    for parameter in methodology.parameters.values():
        if parameter.factor is None and all(members[name] for name in parameter.over):
            _bind_parameter(parameter, methodology, members, project, findings)
        elif parameter.factor is not None and not findings.count:
            found = look_up(parameter, parameter.factor, methodology, members, project.values)
            project.lookups[parameter.name] = found
            _keep(parameter.name, cells_of(found, parameter.type.unit), project)
    return project


def _is_known(declared: Input, members: Members) -> bool:
    """Whether the members that an input needs could be told; where not, that is the mistake to mend."""
    needed = [*declared.over, *([declared.type.category] if declared.type.category else [])]
    return all(members[name] for name in needed)


def _check_names(methodology: Methodology, activity: ActivityData, findings: Findings) -> None:
    for name in activity.inputs:
        declared = methodology.inputs.get(name)
        path: Path_ = ("inputs", name)
        if declared is None:
            hint = near(name, methodology.inputs)
            findings.error(
                Problem("CQ411", f"the methodology has no input '{name}'", hint=hint), path, is_key=True
            )
        elif is_on_rows(declared, methodology):
            hint = f"tables: {{{declared.over[0]}: {{file: …, columns: {{{name}: …}}}}}}"
            message = f"every row of '{declared.over[0]}' has its own '{name}': it is a column of that table"
            findings.error(Problem("CQ411", message, hint=hint), path, is_key=True)


class _InputReader:
    """One input and where it stands."""

    def __init__(
        self, declared: Input, methodology: Methodology, members: Members, findings: Findings
    ) -> None:
        self.declared = declared
        self.methodology = methodology
        self.members = members
        self.findings = findings
        self.reason = f"missing.{declared.name}"
        self.path: Path_ = ("inputs", declared.name)
        self.noted = 0
        """Values noted as missing or wrong."""

    def bind(self, inputs: Mapping[str, Any], project: Project) -> None:
        name = self.declared.name
        if inputs.get(name) is None:
            default = self._default()
            if default is None:
                problem = Problem("CQ407", f"the input '{name}' is missing", hint=self._sample())
                self.findings.error(problem, ("inputs",), is_key=True, reason=self.reason)
                return
            project.defaults.append(name)
            shape = tuple(len(self.members[d]) for d in self.methodology.axes(self.declared.over))
            project.values[name] = np.full(shape, default, dtype=DTYPES[self.declared.type.kind])
            return
        values = self._values(inputs[name])
        if values is not None:
            project.values[name] = _in_axes(values, self.declared.over, self.methodology)

    def _sample(self) -> str:
        """Where the input is written, in which unit, and what it means."""
        words = " / ".join(word for word in (self.declared.words.zh, self.declared.words.en) if word)
        unit = self.declared.type.unit
        asked = f", in {unit}" if self.declared.type.kind == "number" and str(unit) != "1" else ""
        return f"inputs: {{{self.declared.name}: …}}{asked}" + (f" ({words})" if words else "")

    def _default(self) -> Any:
        if self.declared.default is None:
            return None
        try:
            return read_leaf(self.declared.default, self.declared, self.members)
        except ValueError as error:
            message = f"the default of '{self.declared.name}' in the methodology cannot be used: {error}"
            self.findings.error(Problem("CQ412", message), self.path)
            return None

    def _values(self, given: Any) -> NDArray[Any] | None:
        before = self.findings.count
        nested, by = self._in_declared_unit(given)
        cells, faults = arrange(nested, self.declared.over, self.members)
        for fault in faults:
            problem = Problem("CQ409", f"'{self.declared.name}': {fault.message}", hint=fault.hint)
            self.findings.error(problem, (*self.path, *fault.path), is_key=fault.is_key)
        if self.findings.count > before:
            return None
        values: NDArray[Any] = np.zeros(cells.shape, dtype=DTYPES[self.declared.type.kind])
        for index in np.ndindex(cells.shape):
            values[index] = self._value(cells[index], index, nested, by)
        if self.noted > MOST_SHOWN:
            message = f"'{self.declared.name}': {self.noted - MOST_SHOWN} more values are missing or wrong"
            self.findings.error(Problem("CQ412", message), self.path)
        return values if self.findings.count == before else None

    def _in_declared_unit(self, given: Any) -> tuple[Any, Conversion | None]:
        """Return the nested values and the operation that brings each to the declared unit."""
        if hasattr(given, "unit_items"):
            return self._quantity(given)
        nested, text, key = unwrapped(given)
        nested = nested.tolist() if isinstance(nested, (np.ndarray, np.generic)) else nested
        path = self.path
        self.path = (*path, key) if key else path
        if text is None:
            return nested, None
        unit = self.findings.unit(text, (*path, "unit"))
        return nested, None if unit is None else self._operation(unit, (*path, "unit"))

    def _quantity(self, given: Any) -> tuple[Any, Conversion | None]:
        try:
            value, unit = units.from_quantity(given)
        except TextRefusedError as refused:
            self.findings.error(refused.problem, self.path)
            return 0.0, None
        return np.asarray(value).tolist(), self._operation(unit, self.path)

    def _operation(self, unit: Unit, path: Path_) -> Conversion | None:
        name = self.declared.name
        if self.declared.type.kind != "number":
            message = f"'{name}' is {self.declared.type.words}: it has no unit"
            self.findings.error(Problem("CQ403", message), path)
            return None
        try:
            return operation(unit, self.declared.type.unit, name)
        except TextRefusedError as refused:
            self.findings.error(refused.problem, path)
            return None

    def _value(self, leaf: Any, index: tuple[int, ...], nested: Any, by: Conversion | None) -> Any:
        """Return one value, 0 where it is wrong (and noted)."""
        if leaf is None and self.declared.missing == "default":
            default = self._default()
            return 0 if default is None else default
        names = _names_at(index, self.declared.over, self.members)
        path = (*self.path, *_path_to(nested, names, self.declared.over, self.members))
        place = f" for {', '.join(names)}" if names else ""
        if leaf is None:
            self._note(Problem("CQ407", f"no value of '{self.declared.name}'{place}"), path, self.reason)
            return 0
        try:
            return converted(read_leaf(leaf, self.declared, self.members), by)
        except ValueError as error:
            self._note(Problem("CQ412", f"'{self.declared.name}'{place}: {error}"), path)
            return 0

    def _note(self, problem: Problem, path: Path_, reason: str = "") -> None:
        self.noted += 1
        if self.noted <= MOST_SHOWN:
            self.findings.error(problem, path, reason=reason)


def _names_at(index: tuple[int, ...], over: Sequence[str], members: Members) -> tuple[str, ...]:
    return tuple(sorted_members(members[d])[position] for d, position in zip(over, index, strict=True))


def _path_to(nested: Any, names: Sequence[str], over: Sequence[str], members: Members) -> Iterator[str | int]:
    """Yield the keys and positions under which the value of some members was written."""
    for name, dimension in zip(names, over, strict=True):
        if isinstance(nested, Mapping):
            yield name
            nested = nested.get(name)
        elif isinstance(nested, (list, tuple)):
            position = list(members[dimension]).index(name)
            yield position
            nested = nested[position]
        else:
            return


def _in_axes(values: NDArray[Any], over: Sequence[str], methodology: Methodology) -> NDArray[Any]:
    return values.transpose([list(over).index(name) for name in methodology.axes(over)])


# --- parameters ----------------------------------------------------------------------------------------------


def _bind_parameter(
    parameter: Parameter, methodology: Methodology, members: Members, project: Project, findings: Findings
) -> None:
    name = parameter.name
    if parameter.bands is not None:
        cells = np.empty(len(parameter.cells), dtype=object)
        cells[:] = parameter.cells
    else:
        found, faults = arrange(parameter.cells, parameter.over, members)
        for fault in faults:
            path: Path_ = ("parameters", name, "values", *fault.path)
            source = methodology.source
            position = source.position_of(path, fault.is_key)
            message = f"the methodology's '{name}': {fault.message}"
            findings.add(source.diagnostic("CQ409", message, position, hint=fault.hint))
        if faults:
            return
        cells = _in_axes(found, parameter.over, methodology)
    _keep(name, cells, project)


def _keep(name: str, cells: NDArray[np.object_], project: Project) -> None:
    """Lay out cells and their numbers; a cell that nothing is published for has none."""
    project.cells[name] = cells
    numbers = [cell.number.value + 0.0 if isinstance(cell, Cell) else np.nan for cell in cells.ravel()]
    project.values[name] = np.array(numbers, dtype=np.float64).reshape(cells.shape)


# --- ranges --------------------------------------------------------------------------------------------------


def check_ranges(methodology: Methodology, project: Project, members: Members, findings: Findings) -> None:
    """Note every value of the project outside the range of its input (CQ408, reason `range.<input>`)."""
    for declared in methodology.inputs.values():
        values = project.values.get(declared.name)
        if values is None or declared.type.kind != "number":
            continue
        outside = np.zeros(values.shape, dtype=bool)
        if declared.low is not None:
            outside |= (values < declared.low) & ~_is_same(values, declared.low)
        if declared.high is not None:
            outside |= (values > declared.high) & ~_is_same(values, declared.high)
        if outside.any():
            first = tuple(np.argwhere(outside)[0].tolist())
            names = _names_at(first, methodology.axes(declared.over), members)
            _note_outside(declared, float(values[first]), names, int(outside.sum()), findings)


def _is_same(values: NDArray[np.float64], limit: float) -> NDArray[np.bool_]:
    return np.asarray(np.abs(values - limit) <= SAME * np.maximum(np.abs(values), abs(limit)))


def _note_outside(
    declared: Input, value: float, names: Sequence[str], count: int, findings: Findings
) -> None:
    place = f" for {', '.join(names)}" if names else ""
    unit = "" if str(declared.type.unit) == "1" else f" {declared.type.unit}"
    low = "any" if declared.low is None else f"{declared.low:g}"
    high = "any" if declared.high is None else f"{declared.high:g}"
    message = f"'{declared.name}'{place} is {value:.12g}{unit}; its range is {low} to {high}{unit}"
    notes = (f"values outside the range: {count}",) if count > 1 else ()
    findings.error(
        Problem("CQ408", message, notes=notes), ("inputs", declared.name), reason=f"range.{declared.name}"
    )
