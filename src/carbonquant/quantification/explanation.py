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
from carbonquant.factors import Cell
from carbonquant.formula import tree
from carbonquant.formula.conversion import near
from carbonquant.formula.printing import MOST_TERMS, Place, number_text, substituted, to_text
from carbonquant.formula.tree import Typed
from carbonquant.methodology.model import Bands, Parameter, Words
from carbonquant.plan import Reduction
from carbonquant.quantification.evaluation import Evaluation
from carbonquant.quantification.substitution import NO_VALUE, Substitution, with_unit
from carbonquant.rows.execution import Outcome

__all__ = ["Explanation", "explain"]

UNVERIFIED = {"zh": "未核实", "en": "unverified"}
BY_DEFAULT = "default of the methodology"
NOT_PUBLISHED = "nothing is published"
REJECTED = {"zh": "此行被拒绝", "en": "this row is rejected"}
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
    rejected: tuple[str, ...] = ()
    """Why the row asked for is rejected: its value is shown, but nothing is summed from it."""

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
            "rejected": list(self.rejected),
            "parts": [part.as_dict() for part in self.parts],
        }

    def _lines(self, language: str, depth: int | None, seen: set[tuple[str, str]]) -> Iterator[str]:
        where = f" [{', '.join(self.at.values())}]" if self.at else ""
        if self.rejected:
            yield f"{REJECTED[language]}: {', '.join(self.rejected)}"
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
    explanation = explainer.explanation(name, place)
    reasons = explainer.rejected(place)
    return replace(explanation, rejected=reasons) if reasons else explanation


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
        if row is not None and not any(self.methodology.dimensions[d].is_long for d in place):
            raise _unknown(f"'{name}' does not vary over rows", "leave the row out")
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
        if declared.kind == "rows":
            return str(row)
        group = self.evaluation.group_of(dimension, row)
        if group is None:
            reasons = ", ".join(self.outcome.reasons[declared.lane].of_row(row))
            raise _unknown(
                f"row {row} of '{declared.lane}' is in no '{dimension}'", f"it is rejected: {reasons}"
            )
        return group

    def rejected(self, place: Place) -> tuple[str, ...]:
        """The reasons why the row of a place is rejected, if it is one."""
        lanes = [d for d in place if self.methodology.dimensions[d].kind == "rows"]
        return self.outcome.reasons[lanes[0]].of_row(int(place[lanes[0]])) if lanes else ()

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
        shown = Substitution(self.evaluation, self.reductions)
        numbers = substituted(self._decided(root, place)[1], shown, place)
        value = shown.shown(tree.Reference(step.type, (0, 0), name, "step"), place, is_full=True)
        parts = tuple(self.explanation(part, at) for part, at in self._parts(root, place))
        return Explanation(name, step.words, self._at(place), to_text(step.root), numbers, value, parts=parts)

    def _at(self, place: Place) -> dict[str, str]:
        return {dimension: self.evaluation.name(dimension, place) for dimension in place}

    def _input(self, name: str, place: Place) -> Explanation:
        declared = self.methodology.inputs[name]
        shown = Substitution(self.evaluation, self.reductions)
        value = shown.shown(tree.Reference(declared.type, (0, 0), name, "input"), place, is_full=True)
        source = BY_DEFAULT if name in self.outcome.binding.defaults else ""
        return Explanation(name, declared.words, self._at(place), "", "", value, source)

    def _parameter(self, name: str, place: Place) -> Explanation:
        parameter = self.methodology.parameters[name]
        if parameter.bands is not None:
            return self._banded(parameter, parameter.bands)
        cells = self.outcome.binding.cells[name]
        cell: Cell | None = cells[
            tuple(self.evaluation.position(d, place[d]) for d in self.methodology.axes(place))
        ]
        if cell is None:
            source = (
                NOT_PUBLISHED if parameter.factor is None else f"{NOT_PUBLISHED} in {parameter.factor.set.id}"
            )
            return Explanation(name, parameter.words, self._at(place), "", "", NO_VALUE, source)
        value = with_unit(cell.number.text, parameter.type.unit)
        return Explanation(
            name, parameter.words, self._at(place), "", "", value, cell.source, cell.is_unverified
        )

    def _banded(self, parameter: Parameter, bands: Bands) -> Explanation:
        """A banded table as a whole; it is unverified where one of its values is."""
        cells: Sequence[Cell] = parameter.cells
        limits = ["…" if limit is None else f"≤ {number_text(limit)} {bands.unit}" for limit in bands.limits]
        values = [with_unit(cell.number.text, parameter.type.unit) for cell in cells]
        table = "; ".join(f"{limit}: {value}" for limit, value in zip(limits, values, strict=True))
        sources = "; ".join(dict.fromkeys(cell.source for cell in cells))
        is_unverified = any(cell.is_unverified for cell in cells)
        return Explanation(parameter.name, parameter.words, {}, "", "", table, sources, is_unverified)

    def _reduction(self, reduction: Reduction, place: Place) -> Explanation:
        """An aggregate over rows: what was added up, over how many rows; a row of it can be asked for."""
        root = self.evaluation.roots[reduction.operand]
        to = [dimension for dimension, _ in reduction.targets]
        target = (
            f"to={to[0] if len(to) == 1 else '(' + ', '.join(to) + ')'}" if to else f"over={reduction.lane}"
        )
        formula = f"{reduction.function}({to_text(root)}, {target})"
        shown = Substitution(self.evaluation, self.reductions)
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
            at = Substitution(self.evaluation, self.reductions).table_place(node, place)
            if at is not None:
                yield node.table.name, at
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
        shown = Substitution(self.evaluation, self.reductions)
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


def _unknown(message: str, hint: str) -> ActivityDataError:
    return ActivityDataError([Diagnostic("CQ411", message, hint=hint)])
