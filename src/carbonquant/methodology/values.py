"""Values keyed by member: how nested mappings, lists and single values fill the cells of a table.

A single value at any level stands for all members below; otherwise every member has exactly one value. Lists follow
the order in which members are declared or given; arrays are always laid out in sorted member order.

Knows nothing of units or kinds: leaves are handed on as they are.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fault", "arrange", "in_order", "sorted_members"]

SHOWN_MEMBERS = 8
"""How many members a message lists."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in nested values, and the keys that lead there."""

    path: tuple[str | int, ...]
    message: str
    hint: str = ""
    is_key: bool = False


def sorted_members(members: Sequence[str]) -> tuple[str, ...]:
    """The order in which members are laid out in arrays and added up."""
    return tuple(sorted(members))


def arrange(
    nested: Any, over: Sequence[str], members: Mapping[str, Sequence[str]]
) -> tuple[NDArray[np.object_], list[Fault]]:
    """Fill an array over `over` (axes in that order, members sorted) from nested values.

    Parameters
    ----------
    nested
        Mappings keyed by member, lists in the order of `members`, or a leaf (anything else, also a mapping of which
        no key is a member).
    over
        The dimensions, outermost first.
    members
        The members of each dimension, in the order that lists follow.

    Returns
    -------
    tuple
        An object array of leaves, None where a cell is absent, and the faults found.

    Examples
    --------
    >>> arrange({"b": "2", "a": "1"}, ["mode"], {"mode": ("b", "a")})[0].tolist()
    ['1', '2']
    """
    cells = np.full([len(members[dimension]) for dimension in over], None, dtype=object)
    faults: list[Fault] = []
    _fill(cells, nested, list(over), members, (), faults)
    return cells, faults


def _fill(
    cells: Any,
    nested: Any,
    over: list[str],
    members: Mapping[str, Sequence[str]],
    path: tuple[str | int, ...],
    faults: list[Fault],
) -> None:
    if not over or not _is_branch(nested):
        cells[...] = nested
        if _is_branch(nested):
            faults.append(Fault(path, "expected one value here, found several"))
        return
    names = list(members[over[0]])
    found: Mapping[Any, Any]
    if isinstance(nested, Mapping):
        found = nested
        faults.extend(_wrong_keys(nested, over[0], names, path))
    else:
        found = dict(zip(names, nested, strict=False))
        if len(nested) != len(names):
            message = f"expected {len(names)} values over {over[0]}, found {len(nested)}"
            faults.append(Fault(path, message))
    for position, name in enumerate(sorted_members(names)):
        if name in found:
            key: str | int = name if isinstance(nested, Mapping) else names.index(name)
            _fill(_part(cells, position), found[name], over[1:], members, (*path, key), faults)


def _part(cells: Any, position: int) -> Any:
    """The cells of one member, as a view."""
    return cells[position : position + 1].reshape(cells.shape[1:])


def _is_branch(value: Any) -> bool:
    return isinstance(value, (Mapping, list, tuple))


def _wrong_keys(
    nested: Mapping[Any, Any], dimension: str, names: Sequence[str], path: tuple[str | int, ...]
) -> list[Fault]:
    faults = []
    absent = [name for name in names if name not in nested]
    for key in nested:
        if key not in names:
            near = difflib.get_close_matches(str(key), absent, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"members: {', '.join(names[:SHOWN_MEMBERS])}"
            faults.append(Fault((*path, key), f"'{dimension}' has no member '{key}'", hint, is_key=True))
            absent = [name for name in absent if name not in near]
    if absent:
        quoted = [f"'{name}'" for name in absent[:SHOWN_MEMBERS]]
        shown = ", ".join(quoted) + (" …" if len(absent) > SHOWN_MEMBERS else "")
        faults.append(Fault(path, f"no value for {shown} of '{dimension}'", is_key=True))
    return faults


def in_order(array: NDArray[Any], over: Sequence[str], members: Mapping[str, Sequence[str]]) -> Any:
    """Turn an array in sorted layout into nested lists in the order of `members`."""
    for axis, dimension in enumerate(over):
        names = list(members[dimension])
        order = [sorted_members(names).index(name) for name in names]
        array = np.take(array, order, axis=axis)
    return array.tolist()
