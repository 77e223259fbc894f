"""Why a figure has its value: formula, numbers with units, value, sources, down to the inputs.

An explanation is made on demand from what a run has kept; a batch pays nothing for it. What is shown is what was
executed, for one figure, one member, or one row.

Does not compute figures of its own (see `evaluation`) and does not lay out pages (see `reports`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from carbonquant.errors import ActivityDataError, Diagnostic
from carbonquant.formula import tree
from carbonquant.formula.conversion import near
from carbonquant.formula.printing import MOST_TERMS, Place, number_text, substituted, to_text
from carbonquant.formula.tree import Typed
from carbonquant.factors import Cell
from carbonquant.methodology.model import Words
from carbonquant.plan import Reduction
from carbonquant.quantification.evaluation import Evaluation
from carbonquant.rows.execution import Outcome
from carbonquant.units import Unit

__all__ = ["Explanation", "explain"]

SHOWN_DIGITS = 10
"""Significant digits of the numbers in a substituted formula; the value of a step is shown in full."""
UNVERIFIED = {"zh": "未核实", "en": "unverified"}
BY_DEFAULT = "default of the methodology"
FROM_PROJECT = {"zh": "项目数据", "en": "the project's data"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One value and, in `parts`, the values it was made of.

    `formula` and `numbers` are empty for data and parameters, `source` is empty for steps. `at` names the members
    (or the row) that the value is for.
    """

    name: str
    words: Words
    at: Mapping[str, str]
    formula: str
    numbers: str
    value: str
    source: str = ""
    is_unverified: bool = False
    parts: tuple[Explanation, ...] = ()

    def text(self, language: str = "en", depth: int | None = None) -> str:
        """The explanation as indented text, three lines a step; `depth` 1 shows the step alone."""
        return "\n".join(self._lines(language, depth, set()))

    def __str__(self) -> str:
        return self.text()

    def as_dict(self) -> dict[str, Any]:
        """The explanation as JSON data."""
        return {
            "name": self.name,
            "title": {"zh": self.words.zh, "en": self.words.en},
            "eq": self.words.eq,
            "at": dict(self.at),
            "formula": self.formula,
            "numbers": self.numbers,
            "value": self.value,
            "source": self.source,
            "unverified": self.is_unverified,
            "parts": [part.as_dict() for part in self.parts],
        }

    def _lines(self, language: str, depth: int | None, seen: set[tuple[str, str]]) -> Iterator[str]:
        where = f" [{', '.join(self.at.values())}]" if self.at else ""
        words = self.words.in_language(language)
        title = f"  {words}" if words else ""
        equation = f"  {self.words.eq}" if self.words.eq else ""
        if not self.formula:
            status = f", {UNVERIFIED[language]}" if self.is_unverified else ""
            yield f"{self.name}{where} = {self.value}  ({self.source or FROM_PROJECT[language]}{status}){title}"
            return
        if (self.name, where) in seen:
            yield f"{self.name}{where} = {self.value}  (↑)"
            return
        seen.add((self.name, where))
        yield f"{self.name}{where} = {self._one_line(self.formula)}{equation}{title}"
        yield f"  = {self._one_line(self.numbers)}"
        yield f"  = {self.value}"
        if depth is None or depth > 1:
            for part in self.parts:
                lines = part._lines(language, None if depth is None else depth - 1, seen)  # noqa: SLF001 - its own class
                yield from (f"    {line}" for line in lines)

    @staticmethod
    def _one_line(text: str) -> str:
        return "; ".join(line.strip() for line in text.splitlines())


def explain(outcome: Outcome, name: str, *, row: int | None, at: Mapping[str, str]) -> Explanation:
    """Explain the value of a step, an input or a parameter.

    Parameters
    ----------
    outcome
        A finished run.
    name
        The step.
    row
        A row of the table that the step varies over, counted from 0.
    at
        A member for every small dimension that the step varies over.

    Raises
    ------
    ActivityDataError
        If there is no such step, member or row; says what there is.
    """
    explainer = _Explainer(outcome)
    place = explainer.place(name, row, at)
    return explainer.explanation(name, place)


class _Explainer:
    """Makes explanations of one run; every place is explained once."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.methodology = outcome.plan.methodology
        self.evaluation = Evaluation(outcome)
        self.reductions = {r.name: r for stage in outcome.plan.stages for r in stage.reductions}
        self._made: dict[tuple[str, tuple[tuple[str, str], ...]], Explanation] = {}

    # --- the place asked for ---------------------------------------------------------------------------------

    def place(self, name: str, row: int | None, at: Mapping[str, str]) -> Place:
        """Check that a step and a member for each of its dimensions are named."""
        sections = (self.methodology.steps, self.methodology.inputs, self.methodology.parameters)
        known = [each for section in sections for each in section]
        if name not in known:
            raise _unknown(
                f"there is no step '{name}'",
                near(name, known) or f"steps: {', '.join(self.methodology.steps)}",
            )
        dims = next(section[name].type.dims for section in sections if name in section)
        place = {d: self._member(d, row, at) for d in self.methodology.axes(dims)}
        idle = [d for d in at if d not in place]
        if idle:
            raise _unknown(
                f"'{name}' does not vary over {idle[0]}", f"it varies over: {', '.join(place) or 'nothing'}"
            )
        return place

    def _member(self, dimension: str, row: int | None, at: Mapping[str, str]) -> str:
        declared = self.methodology.dimensions[dimension]
        if declared.is_long:
            return self._row_or_group(dimension, row)
        members = self.evaluation.members(dimension)
        if dimension not in at and len(members) == 1:
            return members[0]
        if at.get(dimension) not in members:
            said = (
                f"'{dimension}' has no member '{at[dimension]}'"
                if dimension in at
                else f"say which {dimension}"
            )
            raise _unknown(said, f"{dimension}=" + " or ".join(members[:8]))
        return at[dimension]

    def _row_or_group(self, dimension: str, row: int | None) -> str:
        declared = self.methodology.dimensions[dimension]
        rows = self.outcome.binding.tables[declared.lane].rows
        if row is None or not 0 <= row < rows:
            raise _unknown(f"say which row of '{declared.lane}'", f"row 0 to {rows - 1}")
        return str(row) if declared.kind == "rows" else self.evaluation.group_of(dimension, row)

    # --- explanations ------------------------------------------------------------------------------------------

    def explanation(self, name: str, place: Place) -> Explanation:
        """Explain a name at a place."""
        key = (name, tuple(sorted(place.items())))
        if key not in self._made:
            self._made[key] = self._explained(name, place)
        return self._made[key]

    def _explained(self, name: str, place: Place) -> Explanation:
        if name in self.reductions:
            return self._reduction(self.reductions[name], place)
        if name in self.methodology.parameters:
            return self._parameter(name, place)
        if name in self.methodology.inputs:
            return self._input(name, place)
        step = self.methodology.steps[name]
        root = self.evaluation.roots[name]
        shown = _Shown(self.evaluation, self.reductions)
        numbers = substituted(self._decided(root, place)[1], shown, place)
        value = shown.shown(tree.Reference(step.type, (0, 0), name, "step"), place, is_full=True)
        parts = tuple(self.explanation(part, at) for part, at in self._parts(root, place))
        return Explanation(name, step.words, self._at(place), to_text(step.root), numbers, value, parts=parts)

    def _at(self, place: Place) -> dict[str, str]:
        return {dimension: self.evaluation.name(dimension, place) for dimension in place}

    def _input(self, name: str, place: Place) -> Explanation:
        declared = self.methodology.inputs[name]
        shown = _Shown(self.evaluation, self.reductions)
        value = shown.shown(tree.Reference(declared.type, (0, 0), name, "input"), place, is_full=True)
        source = BY_DEFAULT if name in self.outcome.binding.defaults else ""
        return Explanation(name, declared.words, self._at(place), "", "", value, source)

    def _parameter(self, name: str, place: Place) -> Explanation:
        parameter = self.methodology.parameters[name]
        if parameter.bands is not None:
            return self._bands(name)
        cells = self.outcome.binding.cells[name]
        cell: Cell = cells[tuple(self.evaluation.position(d, place[d]) for d in self.methodology.axes(place))]
        value = _with_unit(cell.number.text, parameter.type.unit)
        return Explanation(
            name, parameter.words, self._at(place), "", "", value, cell.source, cell.is_unverified
        )

    def _bands(self, name: str) -> Explanation:
        parameter = self.methodology.parameters[name]
        if parameter.bands is None:
            raise AssertionError(name)
        unit = parameter.bands.unit
        limits = [
            "…" if limit is None else f"≤ {number_text(limit)} {unit}" for limit in parameter.bands.limits
        ]
        values = [_with_unit(cell.number.text, parameter.type.unit) for cell in parameter.cells]
        table = "; ".join(f"{limit}: {value}" for limit, value in zip(limits, values, strict=True))
        cell: Cell = parameter.cells[0]
        return Explanation(name, parameter.words, {}, "", "", table, cell.source, cell.is_unverified)

    def _reduction(self, reduction: Reduction, place: Place) -> Explanation:
        """An aggregate over rows: what was added up, over how many rows; a row of it can be asked for."""
        root = self.evaluation.roots[reduction.operand]
        to = [dimension for dimension, _ in reduction.targets]
        target = (
            f"to={to[0] if len(to) == 1 else '(' + ', '.join(to) + ')'}" if to else f"over={reduction.lane}"
        )
        formula = f"{reduction.function}({to_text(root)}, {target})"
        shown = _Shown(self.evaluation, self.reductions)
        value = shown.reduced(reduction, place)
        return Explanation(formula, Words(), self._at(place), "", "", value, shown.counted(reduction, place))

    # --- what a formula reads at a place -------------------------------------------------------------------------

    def _decided(self, root: Typed, place: Place) -> tuple[tuple[Typed, ...], Typed]:
        """The conditions that were looked at and what was computed then; of cases, only the branch taken."""
        if isinstance(root, tree.Convert):
            conditions, taken = self._decided(root.operand, place)
            return conditions, replace(root, operand=taken)
        if not (isinstance(root, tree.Choice) and root.is_cases):
            return (), root
        for position, (when, then) in enumerate(root.branches, start=1):
            if self.evaluation.value(when, place):
                return tuple(condition for condition, _ in root.branches[:position]), then
        return tuple(condition for condition, _ in root.branches), root.otherwise

    def _parts(self, node: Typed, place: Place) -> Iterator[tuple[str, Place]]:
        """The names that a formula reads and the places it reads them at, each once."""
        seen = set()
        conditions, taken = self._decided(node, place)
        for name, at in chain.from_iterable(self._reads(each, place) for each in (*conditions, taken)):
            own = {dimension: at[dimension] for dimension in self._dims(name)}
            key = (name, tuple(own.items()))
            if key not in seen:
                seen.add(key)
                yield name, own

    def _dims(self, name: str) -> tuple[str, ...]:
        sections: Sequence[Mapping[str, Any]] = (
            self.methodology.steps,
            self.methodology.inputs,
            self.methodology.parameters,
        )
        for section in sections:
            if name in section:
                return self.methodology.axes(section[name].type.dims)
        reduction = self.reductions[name]
        own = self.evaluation.roots[reduction.operand].type.dims - {reduction.lane}
        return self.methodology.axes({*own, *(dimension for dimension, _ in reduction.targets)})

    def _reads(self, node: Typed, place: Place) -> Iterator[tuple[str, Place]]:
        if isinstance(node, tree.Reference):
            yield node.name, place
        elif isinstance(node, tree.Lookup):
            for index in node.indices:
                if index.by is not None:
                    yield from self._reads(index.by, place)
            yield node.table.name, _Shown(self.evaluation, self.reductions).table_place(node, place)
        elif isinstance(node, (tree.Aggregate, tree.Along)):
            yield from self._reads_at_places(node, place)
        else:
            if isinstance(node, tree.Band):
                yield node.table, place
            for child in tree.children(node):
                yield from self._reads(child, place)

    def _reads_at_places(
        self, node: tree.Aggregate | tree.Along, place: Place
    ) -> Iterator[tuple[str, Place]]:
        shown = _Shown(self.evaluation, self.reductions)
        places: Sequence[Place] | int
        if isinstance(node, tree.Aggregate):
            places = shown.terms(node, place)
        else:
            before = list(shown.before(node.along, place))
            if node.start is not None and (not before or node.function == "cumulate"):
                yield from self._reads(node.start, place)
            places = [*(before if node.function == "cumulate" else before[-1:]), place]
        if not isinstance(places, int) and len(places) <= MOST_TERMS:
            for at in places:
                yield from self._reads(node.operand, at)


class _Shown:
    """Gives the printer of formulas the numbers of a run."""

    def __init__(self, evaluation: Evaluation, reductions: Mapping[str, Reduction]) -> None:
        self.evaluation = evaluation
        self.reductions = reductions

    def shown(self, node: Typed, at: Place, *, is_full: bool = False) -> str:
        """The value of a node with its unit."""
        value = self.evaluation.value(node, at)
        if node.type.kind == "bool":
            return "yes" if value else "no"
        if node.type.kind != "number":
            return f"'{value}'"
        return _with_unit(number_text(value, None if is_full else SHOWN_DIGITS), node.type.unit)

    def terms(self, node: tree.Aggregate, at: Place) -> Sequence[Place] | int:
        """The places whose values an aggregate over small dimensions takes."""
        places: list[Place] = [at]
        for dimension in self.evaluation.methodology.axes(node.over):
            members = self.evaluation.members(dimension)
            places = [{**place, dimension: member} for place in places for member in members]
        if node.where is not None:
            places = [place for place in places if self.evaluation.value(node.where, place)]
        return places

    def before(self, dimension: str, at: Place) -> Sequence[Place]:
        """The places before this one along an ordered dimension."""
        members = self.evaluation.members(dimension)
        return [{**at, dimension: member} for member in members[: members.index(at[dimension])]]

    def table_place(self, node: tree.Lookup, place: Place) -> Place:
        """Where in its table a look-up reads."""
        at = dict(place)
        for index in node.indices:
            if index.member:
                at[index.dimension] = index.member
            elif index.along:
                at[index.dimension] = place[index.along]
            elif index.rows:
                at[index.dimension] = self.evaluation.group_of(index.dimension, int(place[index.rows]))
            elif index.by is not None:
                at[index.dimension] = self.evaluation.value(index.by, place)
        return at

    def reduced(self, reduction: Reduction, place: Place) -> str:
        """The value of an aggregate over rows."""
        root = self.evaluation.roots[reduction.operand]
        dims = frozenset(place)
        pure = reduction.function == "count"
        kind = tree.Type(dims=dims) if pure else tree.Type(unit=root.type.unit, dims=dims)
        return self.shown(tree.Reference(kind, (0, 0), reduction.name, "step"), place, is_full=True)

    def counted(self, reduction: Reduction, place: Place) -> str:
        """How many accepted rows an aggregate draws on."""
        outcome = self.evaluation.outcome
        dimension = self.evaluation.methodology.dimensions[reduction.lane]
        table = outcome.binding.tables[dimension.lane]
        used = outcome.reasons[dimension.lane].accepted
        if reduction.where and dimension.kind == "rows":
            used = used & outcome.values[reduction.where]
        for target, column in reduction.targets:
            codes = table.links[column, target] if column else table.groups[target].codes
            used = used & (codes == self.evaluation.position(target, place[target]))
        return f"{int(used.sum())} accepted rows of {dimension.lane}"


def _with_unit(number: str, unit: Unit) -> str:
    return number if str(unit) == "1" else f"{number} {unit}"


def _unknown(message: str, hint: str) -> ActivityDataError:
    return ActivityDataError([Diagnostic("CQ411", message, hint=hint)])
