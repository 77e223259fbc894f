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

    def reasons(self, root: Typed, bad: Flags) -> tuple[str, ...]:
        """The reasons found in a formula whose value is missing where `bad` says, each once."""
        return tuple(dict.fromkeys(self._found(root, bad)))

    def _found(self, root: Typed, bad: Flags) -> Iterator[str]:
        for node in tree.walk(root):
            if isinstance(node, tree.Band) and self._meets(self._beyond(node), bad):
                yield f"band.{node.table}"
            elif self._is_table(node) and self._meets(np.isnan(self._value(node)), bad):
                name = node.table.name if isinstance(node, tree.Lookup) else node.name  # type: ignore[union-attr]  # a reference else
                yield f"table.{name}"

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

    @staticmethod
    def _meets(found: Flags, bad: Flags) -> bool:
        """Whether what was found is where a value is missing; parts of other dimensions are all taken."""
        return bool((found & bad).any() if found.shape == bad.shape else found.any())
