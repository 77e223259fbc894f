"""Parameters whose values come from a factor set: each cell looked up by the members and inputs of the run.

A combination of keys for which the set has no value gives no cell: a run that reads it is refused, with the keys.
Another value is taken only where the methodology declares a fallback, and the cell then says so.

Knows the published values and not what they are used for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from carbonquant.declaration import Printed
from carbonquant.factors import Cell
from carbonquant.formula.printing import number_text
from carbonquant.methodology.model import FactorUse, Methodology, Parameter
from carbonquant.methodology.values import sorted_members
from carbonquant.units import conversion, ratio

__all__ = ["cells_from_set", "keys_of"]

Members = Mapping[str, Sequence[str]]


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


def cells_from_set(
    parameter: Parameter,
    use: FactorUse,
    methodology: Methodology,
    members: Members,
    values: Mapping[str, Any],
) -> NDArray[np.object_]:
    """Look up every cell of a parameter; None where the set has none.

    Parameters
    ----------
    parameter, use
        The parameter and its factor set.
    members
        The members of every dimension.
    values
        The inputs of the run, categories as codes into sorted members.
    """
    keys = keys_of(parameter, use, methodology, members, values)
    shape = [len(members[dimension]) for dimension in keys.axes]
    cells = np.full(shape, None, dtype=object)
    for place in np.ndindex(*shape):
        cells[place] = _converted(_found(use, keys.at(place)), use, parameter)
    return cells


def keys_of(
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


def _found(use: FactorUse, keys: Mapping[str, str]) -> Cell | None:
    for attempt, note in _attempts(use, keys):
        cell = use.set.lookup(attempt)
        if cell is not None:
            shown = ", ".join(attempt[key] for key in use.set.keys)
            return replace(cell, source=f"{use.set.id} {use.set.version} [{shown}]{note}: {cell.source}")
    return None


def _attempts(use: FactorUse, keys: Mapping[str, str]) -> Iterator[tuple[Mapping[str, str], str]]:
    yield keys, ""
    if use.fallback:
        asked = ", ".join(keys[key] for key in use.fallback)
        yield {**keys, **use.fallback}, f" as fallback for {asked}"


def _converted(cell: Cell | None, use: FactorUse, parameter: Parameter) -> Cell | None:
    """Give a cell the unit of the parameter; the printed digits are kept where the number stays the same."""
    operation = conversion(ratio(use.set.unit, parameter.type.unit))
    if cell is None or operation is None:
        return cell
    value = cell.number.value
    changed = value / operation.number if operation.operator == "/" else value * operation.number
    printed = f"{cell.source} ({cell.number.text} {use.set.unit})"
    return replace(cell, number=Printed(number_text(changed), changed), source=printed)
