"""Bringing numbers to one unit, and finding the factor that an author forgot.

Every change of unit becomes one explicit `Convert` node; nothing here decides whether two numbers may meet (see
`typing`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from carbonquant.errors import TextRefusedError
from carbonquant.formula.tree import Apply, Arithmetic, Convert, Quantity, Symbol, Typed
from carbonquant.units import CONSTANTS, Unit, ratio

__all__ = ["adopt", "constant_value", "converted", "is_zero", "missing_factor", "near"]

PRINTED = {Fraction(44, 12): "44/12", Fraction(44, 28): "44/28", Fraction(16, 12): "16/12"}
"""The molar masses behind a constant, as documents print them."""


def is_zero(node: Typed) -> bool:
    """Whether a node is the literal 0, which fits every unit."""
    return isinstance(node, Quantity) and node.value == 0 and not node.unit_text


def adopt(node: Typed, unit: Unit) -> Typed:
    """Read a bare literal as a number of a unit."""
    return replace(node, type=replace(node.type, unit=unit))


def converted(node: Typed, unit: Unit) -> Typed:
    """Return a number in another unit of its dimension, as one explicit operation (none where the factor is 1)."""
    factor = ratio(node.type.unit, unit)
    wanted = replace(node.type, unit=unit)
    return replace(node, type=wanted) if factor == 1 else Convert(wanted, node.span, node, factor)


def constant_value(node: Typed) -> float | None:
    """The value of what is written out in numbers alone, None for anything else."""
    if isinstance(node, Quantity):
        return node.value
    if isinstance(node, Convert):
        inner = constant_value(node.operand)
        return None if inner is None else float(Fraction(inner) * node.ratio)
    if isinstance(node, Apply) and node.function == "neg":
        inner = constant_value(node.arguments[0])
        return None if inner is None else -inner
    if isinstance(node, Arithmetic):
        left, right = constant_value(node.left), constant_value(node.right)
        return None if left is None or right is None else _computed(node.operator, left, right)
    return None


def _computed(operator: str, left: float, right: float) -> float | None:
    if operator == "/":
        return left / right if right else None
    return {"+": left + right, "-": left - right, "*": left * right}[operator]


def missing_factor(wanted: Unit, found: Unit, symbols: Iterable[Symbol]) -> str:
    """Look for the factor that was forgotten, among the constants of the language and the file's own factors.

    A parameter may be a factor, and so may an input that is so much of one thing per another (a GWP, say).
    """
    try:
        factor, divisor = wanted / found, found / wanted
    except TextRefusedError:  # a point on a scale, or beyond the bounds: no factor leads there
        return ""
    candidates = [(name, unit, PRINTED.get(value, str(value))) for name, (value, unit) in CONSTANTS.items()]
    candidates += [(s.name, s.type.unit, str(s.type.unit)) for s in symbols if _may_be_factor(s)]
    for name, unit, shown in candidates:
        if unit.is_pure or unit.is_point:
            continue
        if unit.same_dimension(factor):
            return f"multiply by {name} ({shown})"
        if unit.same_dimension(divisor):
            return f"divide by {name} ({shown})"
    return ""


def _may_be_factor(symbol: Symbol) -> bool:
    is_ratio = "/" in str(symbol.type.unit)
    return symbol.type.kind == "number" and (
        symbol.kind == "parameter" or (symbol.kind == "input" and is_ratio)
    )


def near(name: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known name, if one is near."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean '{found[0]}'?" if found else ""
