"""The value of any part of a formula for given members, or for one row, after a run.

What is shown is what was executed: sub-formulas are compiled and run by the same kernels over the same data.

Does not decide what to show (see `explanation`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from carbonquant.activity.dates import NO_DATE
from carbonquant.formula import tree
from carbonquant.formula.kernel import Kernel, KernelStep, compile_arrays
from carbonquant.formula.printing import Place
from carbonquant.formula.tree import Typed
from carbonquant.methodology.values import sorted_members
from carbonquant.rows.context import Context
from carbonquant.rows.execution import Outcome, run_row

__all__ = ["Evaluation"]


class Evaluation:
    """Values of a finished run, by place.

    A place names the member of a small dimension; a row or a group is named by its position, counted from 0.
    """

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.methodology = outcome.plan.methodology
        self.roots: dict[str, Typed] = {}
        """The formula behind every computed name, with aggregates over rows taken out."""
        for stage in outcome.plan.stages:
            self.roots.update(stage.roots)
        self._kernels: dict[Typed, Kernel] = {}
        self._rows: dict[tuple[str, int], Mapping[str, Any]] = {}

    def value(self, node: Typed, place: Place) -> Any:
        """The value of a node as a Python number, yes/no, date, text or member name; None where there is none."""
        lane = next((d for d in node.type.dims if self.methodology.dimensions[d].kind == "rows"), "")
        row = int(place[lane]) if lane else 0
        kernel = self._kernel(node, lane)
        table = self.outcome.binding.tables[lane] if lane else None
        values = self._row_values(lane, row) if lane else self.outcome.values
        context = Context(
            self.outcome.plan, self.outcome.binding, table, slice(row, row + 1) if lane else slice(None)
        )
        with np.errstate(all="ignore"):
            result = np.asarray(kernel.run(context, *(values[name] for name in kernel.reads))[0])
        at = tuple(
            0 if d == lane else self.position(d, place[d]) for d in self.methodology.axes(node.type.dims)
        )
        return self._in_words(np.asarray(result[at]).item(), node)

    def members(self, dimension: str) -> tuple[str, ...]:
        """The members of a small dimension in the order in which they are added up."""
        return sorted_members(self.outcome.binding.members[dimension])

    def position(self, dimension: str, name: str) -> int:
        """Where a member, a group or a row stands along its axis."""
        is_long = self.methodology.dimensions[dimension].is_long
        return int(name) if is_long else self.members(dimension).index(name)

    def group_of(self, group: str, row: int) -> str | None:
        """The position of the group that a row belongs to; None for a row that has none."""
        table = self.outcome.binding.tables[self.methodology.dimensions[group].rows]
        code = int(table.groups[group].codes[row])
        return str(code) if code >= 0 else None

    def name(self, dimension: str, place: Place) -> str:
        """How a reader knows a member: its name, the columns of a group, the address of a row."""
        declared = self.methodology.dimensions[dimension]
        if not declared.is_long:
            return place[dimension]
        table = self.outcome.binding.tables[declared.lane]
        position = int(place[dimension])
        if declared.kind == "rows":
            return table.address(position)
        return " ".join(str(key[position]) for key in table.groups[dimension].keys)

    def _kernel(self, node: Typed, lane: str) -> Kernel:
        if node not in self._kernels:
            self._kernels[node] = compile_arrays([KernelStep("value", node)], self.methodology.axes, lane)
        return self._kernels[node]

    def _row_values(self, table: str, row: int) -> Mapping[str, Any]:
        if (table, row) not in self._rows:
            columns = self.outcome.binding.tables[table].columns
            one_row = {name: column[row : row + 1] for name, column in columns.items()}
            self._rows[table, row] = {**self.outcome.values, **one_row, **run_row(self.outcome, table, row)}
        return self._rows[table, row]

    def _in_words(self, value: Any, node: Typed) -> Any:
        match node.type.kind:
            case "number":
                return None if math.isnan(value) else value
            case "category":
                return self.members(node.type.category)[value] if value >= 0 else None
            case "date":
                return str(np.datetime64(value, "D")) if value != NO_DATE else None
            case "text" if isinstance(node, tree.Reference) and node.type.dims:
                (lane,) = node.type.dims
                return str(self.outcome.binding.tables[lane].texts[node.name][value]) if value >= 0 else None
        return value
