"""The trace of a run as a record keeps it: every step in the order of evaluation, every row counted, every sum exact.

A step over small dimensions is kept value by value; one over rows or groups as unit, number of members, total and
digest. The class of a step says how it is compared later: E to the last bit, T within a bound.

Does not compute anything anew (see `verify`).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

import numpy as np

from carbonquant.audit.cells import MOST_CELLS, summary, written
from carbonquant.audit.parts import content_digest, parts
from carbonquant.formula import tree
from carbonquant.formula.tree import Typed, references
from carbonquant.methodology.model import Methodology, Step
from carbonquant.plan import Reduction
from carbonquant.quantification import Quantification

__all__ = ["CellClass", "class_of", "inexact_calls", "trace"]

CellClass = Literal["E", "T"]
INEXACT = frozenset({"exp", "ln", "log10"})
"""Functions whose last bits may differ from machine to machine."""
SQUARE_ROOT = Fraction(1, 2)


def trace(result: Quantification) -> dict[str, Any]:
    """Return tables, steps, sums, warnings and parts of a run."""
    calls = inexact_calls(result.methodology)
    return {
        "tables": {name: _counts(name, result) for name in result.binding.tables},
        "steps": [
            {"step": step.name, "class": class_of(step.name, calls), **_values(step, result)}
            for step in result.methodology.steps.values()
        ],
        "sums": [_sums(reduction, result) for reduction in _reductions(result)],
        "warned": dict(result.outcome.warned),
        "outputs": {
            name: {"rows": table.num_rows, "digest": content_digest(table)}
            for name, table in parts(result).items()
        },
    }


def _counts(table: str, result: Quantification) -> dict[str, Any]:
    counts = result.rows[table]
    return {
        "read": counts.read,
        "accepted": counts.accepted,
        "rejected": counts.rejected,
        "reasons": dict(counts.reasons),
    }


def _values(step: Step, result: Quantification) -> dict[str, Any]:
    lane = next((d for d in step.type.dims if result.methodology.dimensions[d].is_long), "")
    if not lane:
        return written(step.name, step.type, result)
    array = np.asarray(result.values(step.name))
    if result.methodology.dimensions[lane].kind == "rows":
        array = array[..., result.outcome.reasons[lane].accepted]
    unit = {"u": str(step.type.unit)} if step.type.kind == "number" else {}
    return {**unit, "over": lane, **summary(array, step.type)}


def _reductions(result: Quantification) -> list[Reduction]:
    found = [reduction for stage in result.outcome.plan.stages for reduction in stage.reductions]
    return [reduction for reduction in found if reduction.name in result.outcome.sums]


def _sums(reduction: Reduction, result: Quantification) -> dict[str, Any]:
    """The exact sums behind a step, as integers times powers of two."""
    sums = result.outcome.sums[reduction.name]
    members = sum(line.groups for line in sums)
    head = {
        "step": reduction.step,
        "name": reduction.name,
        "function": reduction.function,
        "over": reduction.lane,
    }
    if members > MOST_CELLS:
        return {**head, "members": members}
    return {**head, "members": members, "parts": [line.parts() for line in sums]}


# --- classes -------------------------------------------------------------------------------------------------


def class_of(name: str, calls: dict[str, int]) -> CellClass:
    """Return E where a value is the same to the last bit on every machine, else T."""
    return "T" if calls.get(name) else "E"


def inexact_calls(methodology: Methodology) -> dict[str, int]:
    """Count, for each step, the inexact calls in its formula and in all that it reads."""
    counts: dict[str, int] = {}
    for step in methodology.steps.values():
        own = sum(map(_is_inexact, tree.walk(step.root)))
        counts[step.name] = own + sum(counts.get(name, 0) for name in references(step.root))
    return counts


def _is_inexact(node: Typed) -> bool:
    if isinstance(node, tree.Apply):
        return node.function in INEXACT
    if not isinstance(node, tree.Power):
        return False
    exponent = node.exponent
    return not isinstance(exponent, Fraction) or (exponent.denominator != 1 and exponent != SQUARE_ROOT)
