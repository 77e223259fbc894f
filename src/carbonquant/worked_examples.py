"""The worked examples of a methodology: figures somebody worked out, held against the figures of the engine.

Every example goes through the same door as a project's data (`read_activity`, `quantify`). All rejected rows must be
listed by the example, warnings only where it lists any; a refusal must have exactly the reasons that it names.

Does not judge the shape of an example (see `methodology`), prints nothing (see `cli`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from carbonquant.activity import ActivityData, Table, read_activity
from carbonquant.errors import CarbonQuantError
from carbonquant.formula import tree
from carbonquant.formula.kernel import known_name
from carbonquant.methodology.model import Example, Input, Methodology, Step, Tolerance
from carbonquant.methodology.values import sorted_members
from carbonquant.quantification import Quantification, quantify
from carbonquant.quantification.figures import TONNE, in_unit
from carbonquant.units import Unit, parse_unit, ratio

__all__ = ["ExampleResult", "activity_of", "run_example", "run_examples"]

Nested: TypeAlias = Any
SHOWN_DIFFERENCES = 12
"""A detail quotes this many differences and counts the rest."""


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """Whether an example holds; `detail` says where it does not, one difference a line, and is '' where it does."""

    name: str
    passed: bool
    detail: str


def run_examples(methodology: Methodology) -> list[ExampleResult]:
    """Run every example of a methodology, in the order of the file.

    Examples
    --------
    >>> from carbonquant.methodology import load
    >>> all(result.passed for result in run_examples(load("greenway-cycling")))
    True
    """
    return [run_example(methodology, example) for example in methodology.examples.values()]


def run_example(methodology: Methodology, example: Example) -> ExampleResult:
    """Run one example and compare everything that it expects."""
    differences = list(_differences(methodology, example))
    shown = differences[:SHOWN_DIFFERENCES]
    if len(differences) > len(shown):
        shown.append(f"… and {len(differences) - len(shown)} more")
    return ExampleResult(example.name, not differences, "\n".join(shown))


def _differences(methodology: Methodology, example: Example) -> Iterator[str]:
    try:
        result = quantify(methodology, activity_of(methodology, example))
    except CarbonQuantError as error:
        yield from _unlike_refusal(example, error)
        return
    if example.fails:
        yield f"expected to be refused for {_listed(example.fails)}, but it was not refused"
        return
    for name, nested in example.expect.items():
        yield from _unlike_expected(name, nested, result, example)
    yield from _unlike_issued(example, result)
    yield from _unlike_counts(example, result)


def _unlike_refusal(example: Example, error: CarbonQuantError) -> Iterator[str]:
    """Compare the reasons of a refusal; where none was expected, or it has none, its messages say it all."""
    found = frozenset(error.reasons)
    if not example.fails or not found:
        yield from ("the run was refused:", *filter(None, str(error).splitlines()))
    elif found != example.fails:
        yield f"expected to be refused for {_listed(example.fails)}, but it was refused for {_listed(found)}"


def _listed(reasons: frozenset[str]) -> str:
    return ", ".join(sorted(reasons))


# --- what goes in --------------------------------------------------------------------------------------------


def activity_of(methodology: Methodology, example: Example) -> ActivityData:
    """Return the inputs of an example as the data of a project; inputs over rows become the columns of a table."""
    inputs: dict[str, Nested] = {}
    columns: dict[str, dict[str, Nested]] = {}
    for name, nested in example.inputs.items():
        over = methodology.inputs[name].over
        table = next((dimension for dimension in over if methodology.dimensions[dimension].is_long), "")
        section = columns.setdefault(table, {}) if table else inputs
        section[name] = nested
    given: dict[str, Any] = {
        "methodology": methodology.id,
        "members": dict(example.members),
        "inputs": inputs,
        "tables": {table: {"columns": _columns(found)} for table, found in columns.items()},
    }
    if example.period is not None:
        given["period"] = dict(zip(("from", "to"), example.period, strict=True))
    return read_activity(given)


def _columns(found: Mapping[str, Nested]) -> dict[str, Nested]:
    """Columns of equal length: a single value stands for every row."""
    parts = {name: _without_unit(nested) for name, nested in found.items()}
    rows = max((len(values) for values, _ in parts.values() if isinstance(values, list)), default=1)
    columns: dict[str, Nested] = {}
    for name, (values, unit) in parts.items():
        columns[name] = {"values": values if isinstance(values, list) else [values] * rows}
        if unit:
            columns[name]["unit"] = unit
    return columns


def _without_unit(nested: Nested) -> tuple[Nested, str]:
    """The values of `{unit, value}` or `{unit, values}` and the unit; '' where they are in the declared one."""
    if isinstance(nested, Mapping) and "unit" in nested:
        return nested.get("values", nested.get("value")), str(nested["unit"])
    return nested, ""


# --- what comes out ------------------------------------------------------------------------------------------


def _unlike_expected(name: str, nested: Nested, result: Quantification, example: Example) -> Iterator[str]:
    """Compare one step or input with what the example expects of it."""
    nested, stated = _without_unit(nested)
    figure = _Figure.of(name, result, stated)
    tolerance = _tolerance(name, figure.declared, example)
    declared = figure.declared.type.unit
    if tolerance.unit is not None and not tolerance.unit.same_dimension(declared):
        yield f"{name} is in {declared}, but its tolerance in {tolerance.unit}"
        return
    yield from _unlike(nested, figure.cells(), figure, tolerance, ())


def _tolerance(name: str, declared: Step | Input, example: Example) -> Tolerance:
    root = declared.root if isinstance(declared, Step) else None
    exact = Tolerance(0.0)
    if isinstance(root, tree.Aggregate) and root.function == "count":
        return exact
    return example.tolerance.get(name) or example.tolerance.get("other") or exact


def _unlike(
    nested: Nested, found: Any, figure: _Figure, tolerance: Tolerance, at: tuple[str, ...]
) -> Iterator[str]:
    """Compare from the outermost dimension inwards; a single value stands for all members below it."""
    if len(at) == len(figure.declared.over):
        if not _agree(nested, found, figure.unit, tolerance):
            expectation = f"{figure.place(at)}: expected {figure.shown(nested)}"
            yield f"{expectation}, found {figure.shown(found)}{figure.remark(at, found)}"
        return
    members = figure.members(figure.declared.over[len(at)])
    expected = _by_member(nested, members)
    if expected is None:
        yield f"{figure.place(at)}: expected {len(nested)} value(s), found {len(members)}: {', '.join(members)}"
        return
    for member, below in zip(members, found, strict=True):
        yield from _unlike(expected[member], below, figure, tolerance, (*at, member))


def _by_member(nested: Nested, members: Sequence[str]) -> Mapping[str, Nested] | None:
    """What is expected of each member; None where other members are listed than there are."""
    if isinstance(nested, Mapping):
        return nested if set(nested) == set(members) else None
    if isinstance(nested, list):
        return dict(zip(members, nested, strict=True)) if len(nested) == len(members) else None
    return dict.fromkeys(members, nested)


def _agree(expected: Any, found: Any, unit: Unit, tolerance: Tolerance) -> bool:
    if expected is None or found is None:
        return expected is None and found is None
    if isinstance(found, str):
        return found == str(expected)
    wanted = Fraction(str(expected))
    limit = Fraction(repr(tolerance.value))
    limit *= abs(wanted) if tolerance.unit is None else ratio(tolerance.unit, unit)
    return abs(Fraction(repr(found)) - wanted) <= limit


@dataclass(frozen=True, slots=True)
class _Figure:
    """One step or input of a run, as an example writes it down."""

    name: str
    declared: Step | Input
    unit: Unit
    result: Quantification

    @classmethod
    def of(cls, name: str, result: Quantification, stated: str) -> _Figure:
        """The figure of a name, in the unit that the example states, else in the declared one."""
        declared = result.methodology.steps.get(name) or result.methodology.inputs[name]
        return cls(name, declared, parse_unit(stated) if stated else declared.type.unit, result)

    def cells(self) -> Any:
        """Return numbers and texts nested along `over`, members in their order; None where there is no value."""
        over = self.declared.over
        axes = self.result.methodology.axes(over)
        values = np.asarray(self.result.values(self.name))
        if self.declared.type.kind == "number":
            values = np.asarray(in_unit(values, self.declared.type.unit, self.unit))
        cells = np.full(values.shape, None, dtype=object)
        for place in np.argwhere(self._has_value(values)).tolist():
            cells[tuple(place)] = self._plain(values[tuple(place)])
        cells = np.transpose(cells, [axes.index(dimension) for dimension in over])
        for axis, dimension in enumerate(over):
            if not self.result.methodology.dimensions[dimension].is_long:
                names = self.result.binding.members[dimension]
                cells = np.take(cells, [sorted_members(names).index(name) for name in names], axis=axis)
        return cells.tolist()

    def _has_value(self, values: Any) -> Any:
        """Where a value stands: not on rejected rows, nor in groups that have no mean, smallest or largest value."""
        present = np.ones(values.shape, dtype=np.bool_)
        if values.dtype == np.float64:
            present &= np.isfinite(values)
        if self.declared.type.kind == "bool":
            present &= self.result.outcome.values.get(known_name(self.name), True)
        table = self._table()
        if table is not None and table.dimension in self.declared.over:
            present &= self.result.outcome.reasons[table.dimension].accepted
        return present

    def _plain(self, value: Any) -> float | str:
        kind = self.declared.type.kind
        if kind == "number":
            return float(value)
        if kind == "bool":
            return "true" if value else "false"
        if kind == "category":
            return str(self.result.members(self.declared.type.category)[value])
        if kind == "date":
            return str(np.datetime64(int(value), "D"))
        table = self._table()
        return str(value) if table is None else str(table.texts[self.name][value])

    def _table(self) -> Table | None:
        """The table whose rows the figure varies over, directly or by groups."""
        dimensions = self.result.methodology.dimensions
        lanes = [dimensions[name].lane for name in self.declared.over if dimensions[name].is_long]
        return self.result.binding.tables[lanes[0]] if lanes else None

    def members(self, dimension: str) -> Sequence[str]:
        """What the cells along a dimension are called, in the order in which examples list them."""
        declared = self.result.methodology.dimensions[dimension]
        table = self._table()
        if table is None or not declared.is_long:
            return self.result.binding.members[dimension]
        if declared.kind == "rows":
            return [str(row) for row in range(1, table.rows + 1)]
        return [" ".join(map(str, keys)) for keys in zip(*table.groups[dimension].keys, strict=True)]

    def place(self, at: Sequence[str]) -> str:
        """Name the figure and the members: `m_whole for s1, 2024, du1`, `PKM for ride 4`."""
        dimensions = self.result.methodology.dimensions
        named = [
            f"{dimension} {member}" if dimensions[dimension].kind == "rows" else member
            for dimension, member in zip(self.declared.over, at, strict=False)
        ]
        return f"{self.name} for {', '.join(named)}" if named else self.name

    def shown(self, value: Any) -> str:
        """A value with its unit."""
        if value is None:
            return "no value (null)"
        unit = f" {self.unit}" if self.declared.type.kind == "number" and str(self.unit) != "1" else ""
        return f"{value}{unit}"

    def remark(self, at: Sequence[str], found: Any) -> str:
        """Why a row has no value."""
        table = self._table()
        if found is not None or table is None or table.dimension not in self.declared.over:
            return ""
        row = int(at[self.declared.over.index(table.dimension)]) - 1
        reasons = self.result.outcome.reasons[table.dimension].of_row(row)
        return f", rejected for {', '.join(reasons)}" if reasons else ""


def _unlike_issued(example: Example, result: Quantification) -> Iterator[str]:
    """Compare what is issued of the roles, exactly: rounding leaves nothing to tolerate."""
    for role, expected in example.issued.items():
        figure = result.figures.get(role)  # type: ignore[call-overload]  # the roles of an example are checked
        found = None if figure is None else figure.rounded
        if found is None:
            yield f"issued {role}: expected {expected.text} {TONNE}, but the methodology rounds no such role"
        elif Fraction(repr(found)) != Fraction(expected.text):
            yield f"issued {role}: expected {expected.text} {TONNE}, found {found} {TONNE}"


def _unlike_counts(example: Example, result: Quantification) -> Iterator[str]:
    """Compare the counts of rejected rows by reason, and of warnings where the example lists any."""
    rejected: dict[str, int] = {}
    for counts in result.rows.values():
        for reason, count in counts.reasons.items():
            rejected[reason] = rejected.get(reason, 0) + count
    yield from _unlike_count("rejected", example.rejected, rejected)
    if example.warned:
        yield from _unlike_count("warned", example.warned, result.outcome.warned)


def _unlike_count(section: str, expected: Mapping[str, int], found: Mapping[str, int]) -> Iterator[str]:
    for reason in dict.fromkeys([*expected, *found]):
        if expected.get(reason, 0) != found.get(reason, 0):
            hint = "" if reason in expected else f" (the example does not list it under {section}:)"
            yield f"{section} {reason}: expected {expected.get(reason, 0)}, found {found.get(reason, 0)}{hint}"
