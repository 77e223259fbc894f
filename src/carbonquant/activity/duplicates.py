"""Rows that claim again what an earlier row claims: the claim key of a methodology, compared row by row.

What a key names beside columns counts as far as rows lead to it: a group by its `by:` columns, a year, month or
category by its member. What is the same for the whole run tells no rows apart.

Does not decide whether such rows are rejected or only reported (see `rows`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from carbonquant.activity.tables import group_rows
from carbonquant.methodology.model import Methodology

__all__ = ["Repeats", "key_columns", "key_parts", "repeats"]


class Repeats(NamedTuple):
    """Rows that repeat the key of an earlier row, in order, and for each of them that earlier row."""

    rows: NDArray[np.intp]
    firsts: NDArray[np.intp]


def key_columns(methodology: Methodology, dimension: str) -> tuple[str, ...]:
    """Return the columns of a table that the claim key names; none where it cannot tell rows apart."""
    key = methodology.claims.key if methodology.claims else ()
    if dimension in key:
        return ()
    names: list[str] = []
    for name in key:
        declared = methodology.dimensions.get(name)
        if declared is not None and declared.kind == "group" and declared.rows == dimension:
            names.extend(declared.by)
        elif name in methodology.inputs and methodology.inputs[name].over == (dimension,):
            names.append(name)
    return tuple(dict.fromkeys(names))


def key_parts(
    methodology: Methodology,
    columns: Mapping[str, NDArray[Any]],
    links: Mapping[tuple[str, str], NDArray[np.intp]],
) -> tuple[NDArray[Any], ...]:
    """Return what is compared: the columns of the key, and the members that rows have in its dimensions."""
    key = methodology.claims.key if methodology.claims else ()
    return (*columns.values(), *(codes for (_, dimension), codes in links.items() if dimension in key))


def repeats(parts: Sequence[NDArray[Any]], eligible: NDArray[np.bool_]) -> Repeats:
    """Find the rows whose parts all equal those of an earlier row; only eligible rows are looked at.

    >>> repeats([np.array([7, 5, 7, 7])], np.array([True, True, True, False])).rows.tolist()
    [2]
    """
    group = group_rows(parts, eligible, lambda _, values: values)
    is_later = group.codes >= 0
    is_later[group.first_rows] = False
    rows = np.flatnonzero(is_later)
    return Repeats(rows, group.first_rows[group.codes[rows]])
