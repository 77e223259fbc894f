"""What compiled steps ask of their surroundings: members, groups of rows, and the values of bands.

Knows the data of one run and, on rows, which block of them is being computed; computes no step itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from carbonquant.activity import Binding, Table
from carbonquant.formula import arrays
from carbonquant.methodology import Methodology
from carbonquant.methodology.values import sorted_members
from carbonquant.plan import Plan

__all__ = ["Context", "band_arrays"]


class Context:
    """What kernels ask of their surroundings: members and, on rows, the rows of the block."""

    def __init__(
        self, plan: Plan, binding: Binding, table: Table | None = None, rows: slice = slice(None)
    ) -> None:
        self.methodology = plan.methodology
        self.binding = binding
        self.table = table
        self.rows = rows

    def table_columns(self) -> Mapping[str, Any]:
        """The columns of the table, if there is one."""
        return {} if self.table is None else self.table.columns

    def index(self, dimension: str) -> Any:
        """The positions 0, 1, … of the members; on rows, those within the block."""
        declared = self.methodology.dimensions[dimension]
        if declared.kind == "group":
            return np.arange(self.binding.tables[declared.rows].groups[dimension].size)
        if declared.kind == "rows":
            return np.arange(len(range(self.binding.tables[dimension].rows)[self.rows]))
        return np.arange(len(self.binding.members[dimension]))

    def size(self, dimension: str) -> int:
        """The number of members."""
        return len(self.binding.members[dimension])

    def value(self, dimension: str) -> Any:
        """The members as numbers (years)."""
        return np.array([float(member) for member in sorted_members(self.binding.members[dimension])])

    def code(self, dimension: str, member: str) -> int:
        """The position of one member."""
        return sorted_members(self.binding.members[dimension]).index(member)

    def group(self, dimension: str) -> Any:
        """For each row, the position of its group."""
        if self.table is None:
            raise AssertionError(dimension)
        return self.table.groups[dimension].codes[self.rows]

    def day(self, date: str) -> int:
        """A date as days since 1970-01-01."""
        return int(np.datetime64(date, "D").astype(np.int64))

    def band(self, table: str, x: Any) -> Any:
        """The value of the band that each number falls in."""
        limits, values = band_arrays(self.methodology, table)
        return arrays.band(x, limits, values)


def band_arrays(methodology: Methodology, table: str) -> tuple[Any, Any]:
    """The upper limits (infinite where open) and the values of a banded table."""
    parameter = methodology.parameters[table]
    limits = (
        [np.inf if limit is None else limit for limit in parameter.bands.limits] if parameter.bands else []
    )
    values = [np.nan if cell is None else cell.number.value for cell in parameter.cells]
    return np.array(limits), np.array(values)
