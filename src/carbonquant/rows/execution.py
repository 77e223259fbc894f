"""Runs a plan over bound data: stage by stage, rows in blocks, on one or more threads.

Promises the same bits for any block size, number of threads and order of rows; every row is either accepted or has
at least one reason. What makes a project inadmissible is collected, not raised.

Gives arrays and counts, never a figure with a unit (see `quantification`); reads no file (see `activity`).
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from carbonquant.activity import Binding, Table
from carbonquant.formula.kernel import known_name
from carbonquant.formula.tree import Typed, references
from carbonquant.methodology.values import sorted_members
from carbonquant.plan import Plan, Reduction, Stage, rule_step
from carbonquant.rows.causes import Causes
from carbonquant.rows.context import Context
from carbonquant.rows.reasons import Reasons
from carbonquant.rows.reductions import SUMMING, Places, Tally
from carbonquant.rows.sums import ExactSums

__all__ = ["BLOCK_ROWS", "Outcome", "Refusal", "execute", "run_row"]

BLOCK_ROWS = 1 << 16
"""Rows computed at once: few enough to stay in the processor's cache."""

Values: TypeAlias = dict[str, Any]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a project is refused: a reason, the step or rule it comes from, and the members concerned."""

    reason: str
    name: str
    members: tuple[str, ...] = ()


@dataclass
class Outcome:
    """What running a plan gave.

    `values` holds every step (rows and groups as long arrays), every reduction and every rule's verdict, laid out
    with `Methodology.axes`. `reasons` tells for each table which rows were rejected and why. `sums` holds the exact
    sums behind every `sum` and `mean` over rows or groups, one for each line of leading small dimensions.
    """

    plan: Plan
    binding: Binding
    values: Values
    reasons: dict[str, Reasons]
    refusals: list[Refusal] = field(default_factory=list)
    warned: dict[str, int] = field(default_factory=dict)
    sums: dict[str, tuple[ExactSums, ...]] = field(default_factory=dict)


def execute(plan: Plan, binding: Binding, *, threads: int = 1, block_rows: int = BLOCK_ROWS) -> Outcome:
    """Run all stages of a plan.

    Parameters
    ----------
    plan
        The stages of the methodology that `binding` was bound to.
    binding
        The project's data, in the units of the methodology.
    threads
        How many threads share the rows.
    block_rows
        How many rows a thread computes at once.
    """
    run = _Run(plan, binding, max(1, threads), block_rows)
    for stage in plan.stages:
        run.stage(stage)
    run.judge_rules()
    return run.outcome


def run_row(outcome: Outcome, table: str, row: int) -> Values:
    """Compute all steps of one row again, as a batch of one; returns its values by name."""
    at = Context(outcome.plan, outcome.binding, outcome.binding.tables[table], slice(row, row + 1))
    values = dict(outcome.values)
    values.update({name: column[row : row + 1] for name, column in at.table_columns().items()})
    found: Values = {}
    for stage in outcome.plan.stages:
        if stage.lane == table:
            with np.errstate(all="ignore"):
                results = stage.kernel.run(at, *(values[name] for name in stage.kernel.reads))
            found.update(zip(stage.kernel.writes, results, strict=True))
            values.update(found)
    return found


class _Run:
    """One run: the outcome as it grows."""

    def __init__(self, plan: Plan, binding: Binding, threads: int, block_rows: int) -> None:
        self.plan = plan
        self.methodology = plan.methodology
        self.binding = binding
        self.threads = threads
        self.block_rows = block_rows
        reasons = {name: Reasons.of(plan, table) for name, table in binding.tables.items()}
        self.outcome = Outcome(plan, binding, dict(binding.values), reasons)
        self.tainted: set[str] = set()
        """Names whose missing value has been reported: what reads them is not reported again."""
        reductions = [reduction for stage in plan.stages for reduction in stage.reductions]
        self.conditions = {reduction.operand: reduction.where for reduction in reductions if reduction.where}
        """For what is aggregated only in part, the condition that tells which part."""
        self.unjudged: dict[str, list[tuple[str, Typed]]] = {}
        """Steps over rows, by table, that wait for the last rule: only rows that pass all rules need a value."""

    def stage(self, stage: Stage) -> None:
        lane = self.methodology.dimensions.get(stage.lane)
        if lane is not None and lane.kind == "rows":
            self._rows_stage(stage)
        else:
            self._whole_stage(stage)

    # --- stages without rows -------------------------------------------------------------------------------------

    def _whole_stage(self, stage: Stage) -> None:
        at = Context(self.plan, self.binding)
        with np.errstate(all="ignore"):
            results = stage.kernel.run(at, *(self.outcome.values[name] for name in stage.kernel.reads))
        for name, value in zip(stage.kernel.writes, results, strict=True):
            self.outcome.values[name] = np.asarray(value)
        for name, root in stage.roots.items():
            self._judge_values(name, root)
        for reduction in stage.reductions:
            self._reduce_groups(reduction)

    def _judge_values(self, name: str, root: Typed) -> None:
        """Note the members for which a step has no value, unless what it reads has been noted already."""
        if name.startswith("_rule_"):
            return
        bad = self._without_value(name, root)
        lane = next((d for d in root.type.dims if self.methodology.dimensions[d].is_long), "")
        if lane:
            bad = bad & self._groups_in_use(lane)
        if not bad.any():
            return
        if self.tainted.isdisjoint(references(root)):
            for reason, where in self._causes(name, root, bad).items():
                members = self._members_of(where, root)
                self.outcome.refusals.append(Refusal(reason, self._step_of(name), members))
        self.tainted.add(name)

    def _without_value(self, name: str, root: Typed) -> Flags:
        """Where a value is missing that is needed: of what is aggregated `where=`, only that part."""
        values = self.outcome.values
        if root.type.kind == "bool":
            return np.broadcast_to(np.logical_not(values[known_name(name)]), np.shape(values[name]))
        missing = np.logical_not(np.isfinite(values[name]))
        return missing & self._condition(name, root) if name in self.conditions else np.asarray(missing)

    def _root(self, name: str) -> Typed:
        return next(stage.roots[name] for stage in self.plan.stages if name in stage.roots)

    def _condition(self, operand: str, root: Typed) -> Flags:
        """The condition of an aggregate, with an axis for each axis of its operand."""
        where = self.conditions[operand]
        dims = self._root(where).type.dims
        index = tuple(slice(None) if d in dims else None for d in self.methodology.axes(root.type.dims))
        return np.asarray(self.outcome.values[where])[index]

    def _groups_in_use(self, group: str) -> Flags:
        """Groups with at least one accepted row; the others have no mean, smallest or largest value by nature."""
        dimension = self.methodology.dimensions[group]
        table = self.binding.tables[dimension.rows]
        codes = table.groups[group].codes
        accepted = self.outcome.reasons[dimension.rows].accepted & (codes >= 0)
        return np.asarray(np.bincount(codes[accepted], minlength=table.groups[group].size) > 0)

    def _causes(self, name: str, root: Typed, bad: Flags, table: Table | None = None) -> dict[str, Flags]:
        """The reasons behind missing values: a table or a band that has none, or no finite number."""
        found = Causes(self.plan, self.binding, self.outcome.values, table).reasons(root, bad)
        explained = np.logical_or.reduce([*found.values(), np.zeros_like(bad)])
        others = np.asarray(bad & ~explained)
        return found | ({f"nonfinite.{self._step_of(name)}": others} if others.any() else {})

    def _step_of(self, name: str) -> str:
        owners = (
            r.step for s in self.plan.stages for r in s.reductions if name in (r.name, r.operand, r.where)
        )
        return next(owners, name)

    def _members_of(self, bad: Flags, root: Typed) -> tuple[str, ...]:
        """The first member, by dimension, for which a value is missing."""
        dims = self.methodology.axes(root.type.dims)
        if not dims:
            return ()
        first = np.argwhere(bad)[0].tolist()
        return tuple(self._member(dimension, code) for dimension, code in zip(dims, first, strict=True))

    def _member(self, dimension: str, code: int) -> str:
        declared = self.methodology.dimensions[dimension]
        if declared.kind == "group":
            keys = self.binding.tables[declared.rows].groups[dimension].keys
            return " ".join(str(key[code]) for key in keys)
        return sorted_members(self.binding.members[dimension])[code]

    # --- rows ------------------------------------------------------------------------------------------------

    def _rows_stage(self, stage: Stage) -> None:
        table = self.binding.tables[stage.lane]
        outputs = self._outputs(stage, table)
        inputs = {**self.outcome.values, **table.columns}
        arguments = [(inputs[name], self._is_long(name, stage.lane)) for name in stage.kernel.reads]

        def compute(rows: slice) -> None:
            block = [value[..., rows] if is_long else value for value, is_long in arguments]
            at = Context(self.plan, self.binding, table, rows)
            with np.errstate(all="ignore"):
                results = stage.kernel.run(at, *block)
            for name, result in zip(stage.kernel.writes, results, strict=True):
                outputs[name][..., rows] = result

        self._share_out(compute, table.rows)
        self.outcome.values.update(outputs)
        self._judge_rows(stage, table)
        for reduction in stage.reductions:
            self._reduce_rows(reduction, table)

    def _share_out(self, compute: Any, rows: int) -> None:
        if self.threads == 1:
            for block in self._blocks(rows):
                compute(block)
            return
        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(compute, self._blocks(rows)))

    def _blocks(self, rows: int) -> Iterator[slice]:
        for start in range(0, rows, self.block_rows):
            yield slice(start, min(start + self.block_rows, rows))

    def _outputs(self, stage: Stage, table: Table) -> Values:
        outputs: Values = {}
        for name, root in stage.roots.items():
            shape = tuple(self._size(d, table) for d in self.methodology.axes(root.type.dims))
            is_bool = root.type.kind == "bool"
            outputs[name] = np.empty(shape, dtype=_dtype(root))
            if is_bool:
                outputs[known_name(name)] = np.empty(shape, dtype=np.bool_)
        return outputs

    def _size(self, dimension: str, table: Table) -> int:
        return table.rows if dimension == table.dimension else len(self.binding.members[dimension])

    def _is_long(self, name: str, lane: str) -> bool:
        """Whether a value that a kernel reads varies over the rows of its lane."""
        plain = name.removeprefix("_known_")
        for section in (self.methodology.inputs, self.methodology.steps):
            if plain in section:
                return lane in section[plain].type.dims
        return any(plain in stage.roots for stage in self.plan.stages if stage.lane == lane)

    def _judge_rows(self, stage: Stage, table: Table) -> None:
        """Apply the rules of a stage to its rows, then refuse accepted rows for which a step has no value."""
        reasons = self.outcome.reasons[table.dimension]
        for name in stage.rules:
            rule = self.methodology.rules[name]
            values = self.outcome.values
            passes = values[rule_step(name)] & values[known_name(rule_step(name))]
            failing = ~passes.reshape(-1, table.rows).all(axis=0) & reasons.has_values(rule.root)
            if rule.action == "reject":
                reasons.mark(name, failing)
            elif failing.any():
                self._flag(name, rule.action, int(failing.sum()), table)
        waiting = self.unjudged.setdefault(stage.lane, [])
        waiting.extend((name, root) for name, root in stage.roots.items() if not name.startswith("_rule_"))
        later = (s for s in self.plan.stages if s.lane == stage.lane and s.level > stage.level)
        if not any(further.rules for further in later):
            for name, root in waiting:
                self._refuse_rows(name, root, table)
            waiting.clear()

    def _flag(self, name: str, action: str, count: int, table: Table) -> None:
        if action == "warn":
            self.outcome.warned[name] = count
        else:
            self.outcome.refusals.append(Refusal(name, name, (f"{count} rows of {table.dimension}",)))

    def _refuse_rows(self, name: str, root: Typed, table: Table) -> None:
        reasons = self.outcome.reasons[table.dimension]
        if root.type.kind not in ("number", "bool"):
            return
        missing = self._without_value(name, root)
        missing = missing.reshape(-1, table.rows).any(axis=0) & reasons.accepted
        if missing.any():
            for reason, where in self._causes(name, root, missing, table).items():
                reasons.mark(reason, where)

    def _reduce_rows(self, reduction: Reduction, table: Table) -> None:
        accepted = self.outcome.reasons[table.dimension].accepted
        codes, shape = self._codes(reduction, table)
        self._reduce(reduction, Places.of(codes, shape), accepted)

    def _codes(self, reduction: Reduction, table: Table) -> tuple[list[Any], tuple[int, ...]]:
        """For each axis of the result, the position each row goes to, and the size of the axis."""
        by_dimension = dict(reduction.targets)
        codes, shape = [], []
        for dimension in self.methodology.axes(by_dimension):
            if not by_dimension[dimension]:
                group = table.groups[dimension]
                codes.append(group.codes)
                shape.append(group.size)
            else:
                codes.append(table.links[by_dimension[dimension], dimension])
                shape.append(len(self.binding.members[dimension]))
        return codes, tuple(shape)

    def _reduce_groups(self, reduction: Reduction) -> None:
        """Aggregate groups; a group's place is that of any of its rows, since its columns are the same in all."""
        dimension = self.methodology.dimensions[reduction.lane]
        table = self.binding.tables[dimension.rows]
        group = table.groups[reduction.lane]
        row_codes, shape = self._codes(reduction, table)
        in_group = group.codes >= 0
        codes = []
        for each in row_codes:
            placed = np.zeros(group.size, dtype=np.intp)
            placed[group.codes[in_group]] = each[in_group]
            codes.append(placed)
        self._reduce(reduction, Places.of(codes, shape), np.ones(group.size, dtype=np.bool_))

    def _reduce(self, reduction: Reduction, places: Places, used: Flags) -> None:
        """Aggregate along the last axis; leading axes are small dimensions."""
        operand = np.asarray(self.outcome.values[reduction.operand])
        root = self._root(reduction.operand)
        if reduction.where:
            used = used & self._condition(reduction.operand, root)
        used = np.broadcast_to(used, operand.shape)
        flat = (int(np.prod(operand.shape[:-1])), operand.shape[-1])
        lines = zip(operand.reshape(flat), used.reshape(flat), strict=True)
        tallies = [self._tally(reduction, line, places, in_use) for line, in_use in lines]
        if reduction.function in SUMMING:
            self.outcome.sums[reduction.name] = tuple(tally.sums for tally in tallies)
        stacked = np.array([tally.result() for tally in tallies]).reshape(
            (*operand.shape[:-1], *places.shape)
        )
        leading = self.methodology.axes(root.type.dims)[:-1]
        self.outcome.values[reduction.name] = self._in_axis_order(reduction, leading, stacked)

    def _in_axis_order(self, reduction: Reduction, leading: tuple[str, ...], stacked: Any) -> Any:
        found = (*leading, *self.methodology.axes(dict(reduction.targets)))
        wanted = self.methodology.axes(found)
        return np.transpose(stacked, [found.index(dimension) for dimension in wanted])

    def _tally(self, reduction: Reduction, line: Any, places: Places, used: Flags) -> Tally:
        usable = used & np.isfinite(line) if line.dtype == np.float64 else used
        if places.codes is not None:
            usable = usable & (places.codes >= 0)

        def count(blocks: list[slice]) -> Tally:
            tally = Tally(reduction.function, places.size)
            for rows in blocks:
                chosen = usable[rows]
                codes = places.of_rows(rows)
                tally.add(
                    line[rows][chosen].astype(np.float64, copy=False),
                    None if codes is None else codes[chosen],
                )
            return tally

        blocks = list(self._blocks(len(line)))
        if self.threads == 1 or len(blocks) <= 1:
            return count(blocks)
        with ThreadPoolExecutor(self.threads) as pool:
            tallies = list(pool.map(count, [blocks[start :: self.threads] for start in range(self.threads)]))
        for further in tallies[1:]:
            tallies[0].merge(further)
        return tallies[0]

    # --- rules off rows ------------------------------------------------------------------------------------------

    def judge_rules(self) -> None:
        """Apply the rules that are not about rows. A refused rule comes before a missing value in a later step."""
        found: list[Refusal] = []
        for name, rule in self.methodology.rules.items():
            if any(self.methodology.dimensions[d].kind == "rows" for d in rule.over):
                continue
            failing = self._failing(name, rule.root)
            if not failing.any():
                continue
            if rule.action == "warn":
                self.outcome.warned[name] = int(failing.sum())
            else:
                found.append(Refusal(name, name, self._members_of(failing, rule.root)))
        rules = self.methodology.rules
        if found or any(refusal.reason in rules for refusal in self.outcome.refusals):
            kept = [r for r in self.outcome.refusals if r.reason in rules or self._is_table(r)]
            self.outcome.refusals = kept + found

    @staticmethod
    def _is_table(refusal: Refusal) -> bool:
        return refusal.reason.startswith("table.")

    def _failing(self, rule: str, root: Typed) -> Flags:
        """The members for which a rule does not hold.

        A group that has lost all its rows is not judged by its mean; where a table has no published value, that is
        the reason, and not the rules that read it.
        """
        verdict = np.asarray(self.outcome.values[rule_step(rule)])
        undecided = ~np.broadcast_to(self.outcome.values[known_name(rule_step(rule))], verdict.shape)
        violated = ~verdict & ~undecided
        if any(map(self._is_table, self.outcome.refusals)):
            return np.asarray(violated)
        lane = next((d for d in root.type.dims if self.methodology.dimensions[d].is_long), "")
        return np.asarray(violated | (undecided & self._groups_in_use(lane) if lane else undecided))


def _dtype(root: Typed) -> Any:
    kinds: dict[str, Any] = {"bool": np.bool_, "category": np.intp, "date": np.int64, "text": np.intp}
    return kinds.get(root.type.kind, np.float64)
