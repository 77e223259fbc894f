"""Parameters whose values come from a factor set: each cell looked up by the members and inputs of the run.

A combination of keys for which the set has no value gives no cell: a run that reads it is refused, with the keys.
Another value is taken only where the methodology declares a fallback, and the cell then says so. A set that is not
valid on the first day of the period is refused.

Knows the published values and not what they are used for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from carbonquant.activity.data import Period
from carbonquant.activity.findings import Findings
from carbonquant.declaration import Printed
from carbonquant.errors import Problem
from carbonquant.factors import Cell, FactorSet
from carbonquant.formula.printing import number_text
from carbonquant.methodology.model import FactorUse, Methodology, Parameter
from carbonquant.methodology.values import sorted_members
from carbonquant.units import Conversion, Unit, conversion, ratio

__all__ = ["Lookup", "cells_of", "check_validity", "look_up"]

Members = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Lookup:
    """What was asked of a factor set and taken from it: the keys asked for, the keys it stands under, the cell.

    `cell` is as published, in the unit of the set; None where the set has no value.
    """

    set: FactorSet
    asked: Mapping[str, str]
    taken: Mapping[str, str]
    cell: Cell | None

    @property
    def is_fallback(self) -> bool:
        """Whether there was no value for the keys asked for, and the declared fallback was taken."""
        return self.asked != self.taken

    def in_unit(self, unit: Unit) -> Cell | None:
        """The cell in another unit; its source tells set, version, keys, and the published digits where they change."""
        cell = self.cell
        if cell is None:
            return None
        keys = ", ".join(self.taken[key] for key in self.set.keys)
        asked = ", ".join(self.asked[key] for key in self.set.keys if self.asked[key] != self.taken[key])
        note = f" as fallback for {asked}" if asked else ""
        source = f"{self.set.id} {self.set.version} [{keys}]{note}: {cell.source}"
        operation = conversion(ratio(self.set.unit, unit))
        if operation is None:
            return replace(cell, source=source)
        numbers = (cell.number, cell.lower, cell.upper)
        number, lower, upper = (number and _converted(number, operation) for number in numbers)
        printed = f"{source} ({cell.number.text} {self.set.unit})"
        return Cell(number or cell.number, printed, cell.is_unverified, lower, upper)


@dataclass(frozen=True, slots=True)
class _Keys:
    """How the keys of a set are chosen for every cell of a parameter."""

    use: FactorUse
    axes: tuple[str, ...]
    members: Mapping[str, tuple[str, ...]]
    chosen: Mapping[str, tuple[tuple[str, ...], NDArray[np.object_]]]
    """For each key that an input chooses: the axes of the input and the member at each place."""

    def at(self, place: tuple[int, ...]) -> dict[str, str]:
        position = dict(zip(self.axes, place, strict=True))
        keys = {key: self.members[d][position[d]] for key, d in self.use.by_dimension.items()}
        for key, (axes, names) in self.chosen.items():
            keys[key] = str(names[tuple(position[axis] for axis in axes)])
        return keys


def look_up(
    parameter: Parameter,
    use: FactorUse,
    methodology: Methodology,
    members: Members,
    values: Mapping[str, Any],
) -> NDArray[np.object_]:
    """Look up every value of a parameter: a `Lookup` each.

    Parameters
    ----------
    parameter, use
        The parameter and its factor set.
    members
        The members of every dimension.
    values
        The inputs of the run, categories as codes into sorted members.
    """
    keys = _keys_of(parameter, use, methodology, members, values)
    shape = [len(members[dimension]) for dimension in keys.axes]
    found = np.full(shape, None, dtype=object)
    for place in np.ndindex(*shape):
        found[place] = _found(use, keys.at(place))
    return found


def cells_of(lookups: NDArray[np.object_], unit: Unit) -> NDArray[np.object_]:
    """The cells of what was looked up, in the unit of the parameter; None where the set has no value."""
    cells = np.full(lookups.shape, None, dtype=object)
    for place in np.ndindex(lookups.shape):
        lookup: Any = lookups[place]
        cells[place] = lookup.in_unit(unit)
    return cells


def check_validity(methodology: Methodology, period: Period | None, findings: Findings) -> None:
    """Refuse every factor set that does not hold on the first day of the period; without one nothing is judged."""
    day = None if period is None else period.start
    sets = {each.factor.set.id: each.factor.set for each in methodology.parameters.values() if each.factor}
    for found in sets.values():
        start, end = found.valid or (None, None)
        if day and ((start and day < start) or (end and day > end)):
            span = " ".join(f"{word} {date}" for word, date in (("from", start), ("to", end)) if date)
            message = f"the factor set '{found.id}' is valid {span}; the period begins on {day}"
            findings.error(Problem("CQ414", message), ("period", "from"))


def _keys_of(
    parameter: Parameter,
    use: FactorUse,
    methodology: Methodology,
    members: Members,
    values: Mapping[str, Any],
) -> _Keys:
    """Find how the keys are chosen in this run."""
    axes = methodology.axes(parameter.type.dims)
    laid_out = {d: sorted_members(members[d]) for d in axes}
    chosen = {}
    for key, name in use.by_input.items():
        declared = methodology.inputs[name]
        names = np.array(sorted_members(members[declared.type.category]), dtype=object)
        chosen[key] = (methodology.axes(declared.type.dims), np.asarray(names[values[name]], dtype=object))
    return _Keys(use, axes, laid_out, chosen)


def _found(use: FactorUse, asked: Mapping[str, str]) -> Lookup:
    attempts = (asked, {**asked, **use.fallback}) if use.fallback else (asked,)
    for taken in attempts:
        cell = use.set.lookup(taken)
        if cell is not None:
            return Lookup(use.set, asked, taken, cell)
    return Lookup(use.set, asked, asked, None)


def _converted(number: Printed, by: Conversion) -> Printed:
    value = number.value / by.number if by.operator == "/" else number.value * by.number
    return Printed(number_text(value), value)
