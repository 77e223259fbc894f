"""Why a step has no value: a band that does not reach far enough, a table without a published value, or neither.

Asked only where a value is missing: the parts of the formula that can be the cause are computed once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from carbonquant.activity import Binding, Table
from carbonquant.formula import tree
from carbonquant.formula.kernel import KernelStep, compile_arrays
from carbonquant.formula.rounding import on_limit_array
from carbonquant.formula.tree import Typed
from carbonquant.plan import Plan
from carbonquant.rows.context import Context, band_arrays

__all__ = ["Causes"]

Flags = NDArray[np.bool_]


class Causes:
    """What a run has computed so far, and the rows (if any) of the step that is asked about."""

    def __init__(self, plan: Plan, binding: Binding, values: Mapping[str, Any], table: Table | None) -> None:
        self.methodology = plan.methodology
        self.lane = "" if table is None else table.dimension
        self.context = Context(plan, binding, table)
        self.values = {**values, **self.context.table_columns()}

    def reasons(self, root: Typed, bad: Flags) -> dict[str, Flags]:
        """The reasons found in a formula whose value is missing where `bad` says, each with where it is one."""
        found: dict[str, Flags] = {}
        for reason, node, flags in self._found(root):
            where = self._within(flags, node, bad)
            if where.any():
                found[reason] = found.get(reason, False) | where
        return found

    def _found(self, node: Typed) -> Iterator[tuple[str, Typed, Flags]]:
        """Bands and tables of a formula, and where they have no value; what a table is read from is none by itself."""
        if isinstance(node, tree.Band):
            yield f"band.{node.table}", node, self._beyond(node)
        elif self._is_table(node):
            name = node.table.name if isinstance(node, tree.Lookup) else node.name  # type: ignore[union-attr]  # a reference else
            yield f"table.{name}", node, np.isnan(self._value(node))
        for child in tree.children(node):
            if not (isinstance(node, tree.Lookup) and child is node.table):
                yield from self._found(child)

    def _is_table(self, node: Typed) -> bool:
        source = node.table if isinstance(node, tree.Lookup) else node
        is_parameter = isinstance(source, tree.Reference) and source.kind == "parameter"
        return is_parameter and node.type.kind == "number"

    def _beyond(self, node: tree.Band) -> Flags:
        argument = self._value(node.argument)
        last = band_arrays(self.methodology, node.table)[0][-1]
        return np.asarray((argument > last) & ~on_limit_array(argument, last))

    def _value(self, node: Typed) -> Any:
        kernel = compile_arrays([KernelStep("value", node)], self.methodology.axes, self.lane)
        with np.errstate(all="ignore"):
            (value,) = kernel.run(self.context, *(self.values[name] for name in kernel.reads))
        return np.asarray(value)

    def _within(self, found: Flags, node: Typed, bad: Flags) -> Flags:
        """Where a value is missing for what was found; what has other dimensions is taken for all of it."""
        if self.lane in node.type.dims and bad.ndim == 1:
            found = np.asarray(found.reshape(-1, bad.size).any(axis=0))
        return np.asarray(found & bad if found.shape == bad.shape else bad & found.any())
