"""Figures: values that have their units back, by role, with what is issued of them.

The unrounded value is always kept beside the rounded one, and what rounding leaves over is recorded.

Does not run a methodology (see `quantify`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from carbonquant.formula import arrays
from carbonquant.formula.rounding import round_array, round_to
from carbonquant.methodology.model import Issuance, Methodology, Role
from carbonquant.methodology.values import sorted_members
from carbonquant.units import Unit, conversion, parse_unit, quantity, ratio

__all__ = ["TONNE", "Figure", "RowCounts", "figures_by_role", "in_unit"]

TONNE = parse_unit("t CO2e")
"""The unit in which every role is reported."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One reported figure.

    `value` is unrounded, in `unit`; `by` splits it by member where results do. `rounded` is what is issued (None
    where the methodology declares no rounding) and `remainder` what rounding left over.
    """

    name: str
    value: float
    unit: Unit
    by: Mapping[str, float]
    rounded: float | None = None
    remainder: float | None = None

    @property
    def quantity(self) -> Any:
        """The unrounded value as a pint quantity."""
        return quantity(self.value, self.unit)

    def __str__(self) -> str:
        shown = self.value if self.rounded is None else self.rounded
        return f"{_plain(shown)} {self.unit}"


@dataclass(frozen=True, slots=True)
class RowCounts:
    """What became of the rows of a table: `accepted + rejected = read`, always."""

    read: int
    accepted: int
    reasons: Mapping[str, int]

    @property
    def rejected(self) -> int:
        """Rows with at least one reason."""
        return self.read - self.accepted


def _plain(value: float) -> str:
    return f"{Decimal(repr(value)):f}".removesuffix(".0")


def in_unit(values: Any, from_: Unit, to: Unit) -> Any:
    """Convert numbers from one unit to another by one operation."""
    operation = conversion(ratio(from_, to))
    if operation is None:
        return values
    return values / operation.number if operation.operator == "/" else values * operation.number


def figures_by_role(
    methodology: Methodology, values: Mapping[str, Any], members: Mapping[str, tuple[str, ...]]
) -> dict[Role, Figure]:
    """The figure of every declared role, in t CO2e."""
    return {
        role: _figure(role, name, methodology, values, members) for role, name in methodology.roles.items()
    }


def _figure(
    role: Role,
    name: str,
    methodology: Methodology,
    values: Mapping[str, Any],
    members: Mapping[str, tuple[str, ...]],
) -> Figure:
    source = methodology.steps.get(name) or methodology.inputs[name]
    cells = (
        in_unit(np.asarray(values[name], dtype=np.float64), source.type.unit, TONNE) + 0.0
    )  # minus zero is 0
    names = sorted_members(members[methodology.by]) if source.type.dims else ()
    by_sorted = dict(zip(names, cells.tolist(), strict=True)) if names else {}
    by = {member: by_sorted[member] for member in members[methodology.by]} if names else {}
    total = float(arrays.total(cells, (0,))) if names else float(cells)
    issuance = methodology.rounding.get(role)
    if issuance is None:
        return Figure(role, total, TONNE, by)
    rounded = _rounded(total, cells, issuance)
    remainder = float(Decimal(repr(total)) - Decimal(repr(rounded)))
    return Figure(role, total, TONNE, by, rounded, remainder)


def _rounded(total: float, cells: Any, issuance: Issuance) -> float:
    """Round the total once, or each member before adding them up; the result is in t CO2e."""
    if issuance.is_each and cells.ndim:
        parts = round_array(in_unit(cells, TONNE, issuance.unit), issuance.quantum, issuance.mode)
        exact = sum((Decimal(repr(part)) for part in parts.tolist()), Decimal(0))
        return float(in_unit(float(exact), issuance.unit, TONNE))
    rounded = round_to(float(in_unit(total, TONNE, issuance.unit)), issuance.quantum, issuance.mode)
    return float(in_unit(rounded, issuance.unit, TONNE))
