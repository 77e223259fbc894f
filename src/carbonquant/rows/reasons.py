"""Why rows are rejected: one bit a reason, all reasons of a row kept.

A row is accepted when it has no reason; accepted and rejected rows always add up to the rows read.

Does not judge rules or values itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from carbonquant.activity import Table
from carbonquant.formula.tree import Typed, references
from carbonquant.plan import Plan

__all__ = ["MOST_REASONS", "Reasons"]

Flags: TypeAlias = NDArray[np.bool_]

MOST_REASONS = 64
"""A reason is a bit of a 64-bit number."""


@dataclass
class Reasons:
    """The reasons of every row of one table; `names` are in the order of their bits."""

    plan: Plan
    table: Table
    names: list[str]
    failed: NDArray[np.uint64]

    @classmethod
    def of(cls, plan: Plan, table: Table) -> Reasons:
        """Begin with what binding found, then judge the ranges of the values that are there."""
        reasons = cls(plan, table, [], np.zeros(table.rows, dtype=np.uint64))
        for name, rows in table.refused.items():
            reasons.mark(name, rows)
        for name, rows in reasons._out_of_range():
            reasons.mark(name, rows)
        return reasons

    def _out_of_range(self) -> list[tuple[str, Flags]]:
        found = []
        for name, declared in self.plan.methodology.inputs.items():
            if declared.over != (self.table.dimension,) or (declared.low is None and declared.high is None):
                continue
            values = self.table.columns[name]
            low = -np.inf if declared.low is None else declared.low
            high = np.inf if declared.high is None else declared.high
            with np.errstate(invalid="ignore"):
                inside = (values >= low) & (values <= high)
            found.append((f"range.{name}", ~inside & ~np.isnan(values)))
        return found

    def mark(self, name: str, rows: Flags) -> None:
        """Add a reason to some rows."""
        if not rows.any():
            return
        if name not in self.names:
            if len(self.names) == MOST_REASONS:
                raise OverflowError(f"more than {MOST_REASONS} reasons in table {self.table.dimension}")
            self.names.append(name)
        bit = np.uint64(1) << np.uint64(self.names.index(name))
        self.failed[rows] |= bit

    @property
    def accepted(self) -> Flags:
        """The rows without any reason."""
        return np.asarray(self.failed == 0)

    def rows(self, name: str) -> Flags:
        """The rows that have a reason."""
        return np.asarray(self.failed & (np.uint64(1) << np.uint64(self.names.index(name))) != 0)

    def counts(self) -> dict[str, int]:
        """How many rows have each reason; a row with several is counted in each of them."""
        return {name: int(self.rows(name).sum()) for name in sorted(self.names)}

    def of_row(self, row: int) -> tuple[str, ...]:
        """All reasons of one row."""
        bits = int(self.failed[row])
        return tuple(name for position, name in enumerate(self.names) if bits >> position & 1)

    def has_values(self, root: Typed) -> Flags:
        """The rows in which every input that a formula reads, directly or through steps, has a value."""
        complete = np.ones(self.table.rows, dtype=np.bool_)
        for name in self._inputs_of(root):
            for reason in (f"missing.{name}", f"type.{name}", f"member.{name}"):
                if reason in self.table.refused:
                    complete &= ~self.table.refused[reason]
        return complete

    def _inputs_of(self, root: Typed) -> set[str]:
        steps, found = self.plan.methodology.steps, set[str]()
        waiting = list(references(root))
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(references(steps[name].root) if name in steps else ())
        return found
