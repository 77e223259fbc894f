"""Values of inputs and steps as a record writes them: by member, as texts of shortest decimals; long ones as a digest.

A number is `{"v": "96", "u": "t"}`; a table has its unit once and its values keyed by member. What varies over rows or
groups, or has more than `MOST_CELLS` cells, is written as its number of members, exact total and digest.

Does not choose what is recorded (see `record`, `trace`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from carbonquant.audit.canonical import decimal_text, tagged_digest
from carbonquant.formula.tree import Type
from carbonquant.quantification import Quantification
from carbonquant.rows.sums import ExactSums

__all__ = ["MOST_CELLS", "by_member", "digest_of_cells", "nested_texts", "summary", "value_text", "written"]

MOST_CELLS = 10_000
"""A step of more cells is recorded by its digest."""
NOT_A_NUMBER = np.float64("nan")


def written(name: str, kind: Type, result: Quantification) -> dict[str, Any]:
    """Write a value that varies over small dimensions only."""
    array = np.asarray(result.values(name))
    unit = {"u": str(kind.unit)} if kind.kind == "number" else {}
    if array.size > MOST_CELLS:
        return {**unit, **summary(array, kind)}
    members = {dimension: result.members(dimension) for dimension in result.methodology.axes(kind.dims)}
    texts = by_member(array, list(members.values()), lambda value: value_text(value, kind, result))
    return {**unit, "values": texts} if members else {**unit, "v": texts}


def by_member(array: NDArray[Any], members: Sequence[Sequence[str]], text: Callable[[Any], Any]) -> Any:
    """Turn an array into nested mappings keyed by member, outermost axis first.

    >>> by_member(np.array([1.0, 2.0]), [["a", "b"]], decimal_text)
    {'a': '1', 'b': '2'}
    """
    if not members:
        return text(np.asarray(array).item())
    return {name: by_member(array[at], members[1:], text) for at, name in enumerate(members[0])}


def value_text(value: Any, kind: Type, result: Quantification) -> str:
    """Write one value: a shortest decimal, `true`, a member, a date."""
    if kind.kind == "number":
        return decimal_text(value)
    if kind.kind == "bool":
        return "true" if value else "false"
    if kind.kind == "category":
        return str(result.members(kind.category)[value])
    if kind.kind == "date":
        return str(np.datetime64(value, "D"))
    return str(value)


def summary(array: NDArray[Any], kind: Type) -> dict[str, Any]:
    """Describe many values by their number, their exact total and a digest over all of them, in order.

    A group without a value is counted and takes part in the digest, not in the total.
    """
    cells = np.ravel(array)
    described: dict[str, Any] = {"members": int(cells.size)}
    if kind.kind == "number":
        cells = np.where(np.isfinite(cells), cells + 0.0, NOT_A_NUMBER)
        sums = ExactSums()
        sums.add(cells[np.isfinite(cells)])
        total = float(sums.totals()[0])
        described["total"] = decimal_text(total) if np.isfinite(total) else "beyond the range of a float64"
    return {**described, "digest": digest_of_cells(cells)}


def digest_of_cells(cells: NDArray[Any]) -> str:
    """Return a digest of values that is the same on every machine."""
    if cells.dtype == object:
        return tagged_digest("texts", "\0".join(map(str, cells.tolist())).encode())
    form = {"f": "<f8", "i": "<i8", "u": "<u8", "b": "|u1"}[cells.dtype.kind]
    return tagged_digest(f"cells {form}", np.ascontiguousarray(cells, dtype=form).tobytes())


def nested_texts(nested: Any) -> Mapping[tuple[str, ...], str]:
    """Flatten values keyed by member to a mapping from the members to the text.

    >>> nested_texts({"a": {"2024": "1"}})
    {('a', '2024'): '1'}
    """
    if not isinstance(nested, dict):
        return {(): str(nested)}
    return {(key, *rest): text for key, below in nested.items() for rest, text in nested_texts(below).items()}
