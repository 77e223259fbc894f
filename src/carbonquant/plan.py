"""How a methodology is run: stages of compiled steps, and the sums between them that go from rows to figures.

A stage has at most one lane (the rows of a table, or groups made from them). Aggregates over a lane are taken out of
their formulas and become reductions of the stage in which their rows live; what reads them comes in a later stage.
Within a level, stages without a lane come first, then groups, then rows. Whatever does not depend on rows is
computed once, before them.

Knows no data and computes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

from carbonquant.formula import tree
from carbonquant.formula.kernel import Kernel, KernelStep, compile_arrays, compile_scalars
from carbonquant.formula.tree import Typed, references
from carbonquant.methodology.model import Methodology, Rule

__all__ = ["Plan", "Reduction", "Stage", "plan", "rule_step"]

LANE_ORDER = {"": 0, "group": 1, "rows": 2}


@dataclass(frozen=True, slots=True)
class Reduction:
    """An aggregate over a lane: `name` is the value it gives, `operand` and `where` are steps of its stage.

    Rows whose `operand` is no number are refused as `nonfinite.<step>`, after the step it stands in.
    """

    name: str
    function: str
    operand: str
    where: str
    lane: str
    targets: tuple[tuple[str, str], ...]
    step: str


@dataclass(frozen=True, slots=True)
class Stage:
    """Steps that run together; `rules` are those decided in it, `steps` those of the methodology."""

    level: int
    lane: str
    steps: tuple[str, ...]
    rules: tuple[str, ...]
    reductions: tuple[Reduction, ...]
    kernel: Kernel
    roots: Mapping[str, Typed]
    """The typed formula behind each computed name, its aggregates over rows taken out."""


@dataclass(frozen=True)
class Plan:
    """The stages of a methodology, in order."""

    methodology: Methodology
    stages: tuple[Stage, ...]

    @cached_property
    def scalar_kernel(self) -> Kernel | None:
        """All steps and rules as one function over floats, for a methodology without dimensions."""
        if self.methodology.dimensions:
            return None
        rules = [KernelStep(rule_step(rule.name), rule.root) for rule in self.methodology.rules.values()]
        steps = [KernelStep(step.name, step.root) for step in self.methodology.steps.values()]
        return compile_scalars([*steps, *rules])


def rule_step(rule: str) -> str:
    """The name under which a rule's verdict is computed."""
    return f"_rule_{rule}"


def plan(methodology: Methodology) -> Plan:
    """Lay out a methodology as stages."""
    layout = _Layout(methodology)
    layout.place_all()
    return Plan(methodology, layout.stages())


@dataclass
class _Draft:
    """A stage while it is being filled."""

    kernel_steps: list[KernelStep]
    steps: list[str]
    rules: list[str]
    reductions: list[Reduction]


class _Layout:
    """Places every step at the lowest level that has all it reads."""

    def __init__(self, methodology: Methodology) -> None:
        self.methodology = methodology
        self.level: dict[str, int] = {}
        self.drafts: dict[tuple[int, str], _Draft] = {}
        self.names_of_reductions: dict[Typed, str] = {}
        self.mask_level: dict[str, int] = {}
        self._owner = ""

    def place_all(self) -> None:
        rules = self.methodology.rules.values()
        on_rows = [rule for rule in rules if self._lane(rule.root) in self._rows()]
        needed = self._needed_by(on_rows)
        for name in needed:
            self._place_step(name)
        for rule in on_rows:
            self._place_rule(rule)
        for name in self.methodology.steps:
            if name not in needed:
                self._place_step(name)
        for rule in rules:
            if rule not in on_rows:
                self._place_rule(rule)

    def stages(self) -> tuple[Stage, ...]:
        kind_of = {name: dimension.kind for name, dimension in self.methodology.dimensions.items()}
        order = sorted(self.drafts, key=lambda at: (at[0], LANE_ORDER[kind_of.get(at[1], "")], at[1]))
        return tuple(self._stage(level, lane, self.drafts[level, lane]) for level, lane in order)

    def _stage(self, level: int, lane: str, draft: _Draft) -> Stage:
        rows_lane = lane if lane in self._rows() else ""
        kernel = compile_arrays(draft.kernel_steps, self.methodology.axes, rows_lane)
        roots = {step.name: step.root for step in draft.kernel_steps}
        return Stage(
            level, lane, tuple(draft.steps), tuple(draft.rules), tuple(draft.reductions), kernel, roots
        )

    def _rows(self) -> frozenset[str]:
        return frozenset(name for name, d in self.methodology.dimensions.items() if d.kind == "rows")

    def _lane(self, root: Typed) -> str:
        long = [d for d in root.type.dims if self.methodology.dimensions[d].is_long]
        return long[0] if long else ""

    def _needed_by(self, rules: Iterable[Rule]) -> tuple[str, ...]:
        """The steps that rules on rows read, directly or through others, in the order of evaluation."""
        needed: set[str] = set()
        waiting = [name for rule in rules for name in references(rule.root)]
        while waiting:
            name = waiting.pop()
            if name in self.methodology.steps and name not in needed:
                needed.add(name)
                waiting.extend(references(self.methodology.steps[name].root))
        return tuple(name for name in self.methodology.steps if name in needed)

    def _place_step(self, name: str) -> None:
        self._owner = name
        root = self._without_reductions(self.methodology.steps[name].root)
        draft = self._add(name, root)
        draft.steps.append(name)

    def _place_rule(self, rule: Rule) -> None:
        self._owner = rule.name
        name = rule_step(rule.name)
        root = self._without_reductions(rule.root)
        draft = self._add(name, root)
        draft.rules.append(rule.name)
        lane = self._lane(rule.root)
        if lane in self._rows():
            self.mask_level[lane] = max(self.mask_level.get(lane, 0), self.level[name])

    def _add(self, name: str, root: Typed, at_least: int = 0) -> _Draft:
        self.level[name] = max([at_least, *(self.level.get(read, 0) for read in references(root))])
        draft = self.drafts.setdefault((self.level[name], self._lane(root)), _Draft([], [], [], []))
        draft.kernel_steps.append(KernelStep(name, root))
        return draft

    def _without_reductions(self, node: Typed) -> Any:
        """Replace every aggregate over a lane by a reference to the reduction that computes it."""
        changes = {}
        for part in fields(node):
            if part.name not in ("type", "span"):
                changes[part.name] = self._inside(getattr(node, part.name))
        rewritten = replace(node, **changes)
        if (
            isinstance(rewritten, tree.Aggregate)
            and self._lane(rewritten.operand)
            and self._reduces_lane(rewritten)
        ):
            return tree.Reference(rewritten.type, rewritten.span, self._reduction(rewritten), "step")
        return rewritten

    def _inside(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self._inside(item) for item in value)
        if isinstance(value, tree.IndexBy):
            return replace(value, by=value.by and self._without_reductions(value.by))
        is_node = hasattr(value, "span") and hasattr(value, "type")
        return self._without_reductions(value) if is_node else value

    def _reduces_lane(self, node: tree.Aggregate) -> bool:
        return node.link is not None or self._lane(node.operand) in node.over

    def _reduction(self, node: tree.Aggregate) -> str:
        """Make (or find again) the reduction of an aggregate; returns the name of its value."""
        if node in self.names_of_reductions:
            return self.names_of_reductions[node]
        name = f"_{node.function}_{len(self.names_of_reductions) + 1}"
        self.names_of_reductions[node] = name
        lane = self._lane(node.operand)
        table = self.methodology.dimensions[lane].lane
        at_least = self.mask_level.get(table, 0)
        operand, where = f"{name}_of", f"{name}_where" if node.where else ""
        parts = [node.operand] if node.where is None else [node.operand, node.where]
        at_least = max(at_least, *(self.level.get(read, 0) for part in parts for read in references(part)), 0)
        draft = self._add(operand, node.operand, at_least)
        if node.where is not None:
            self._add(where, node.where, at_least)
        targets = node.link.targets if node.link is not None else ()
        draft.reductions.append(Reduction(name, node.function, operand, where, lane, targets, self._owner))
        self.level[name] = at_least + 1
        return name
