"""The arithmetic of what is issued, judged from a record alone: rounded by its rule, and nothing lost or won.

Everything is exact: values are decimals, units are rationals. A figure within 1e-12 of a multiple or half-multiple of
the quantum is taken as lying on it, as the language says.

Does not run a methodology (see `verify`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from carbonquant.audit.canonical import decimal_text
from carbonquant.audit.cells import nested_texts
from carbonquant.formula.rounding import LIMIT_TOLERANCE
from carbonquant.quantification.figures import TONNE
from carbonquant.units import parse_unit, ratio

__all__ = ["exact", "issuance_faults", "rounded_exactly"]

HALF = Fraction(1, 2)
FIGURE = re.compile(r"-?[0-9]{1,400}(\.[0-9]{1,1200})?(e[+-][0-9]{1,3})?", re.ASCII)
TOLERANCE = Fraction(Decimal(repr(LIMIT_TOLERANCE)))


def issuance_faults(core: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each result whose rounded figure or remainder is not what its rule gives."""
    rules = core["options"]["rounding"]
    for result in core["results"]:
        role = result["role"]
        if (role in rules) != (result["rounded"] is not None):
            yield f"'{role}' has a rounding rule without a rounded figure, or the other way round"
        elif role in rules:
            yield from _faults(role, result, rules[role])


def _faults(role: str, result: Mapping[str, Any], rule: Mapping[str, Any]) -> Iterator[str]:
    value, rounded, remainder = (exact(result[key]["v"]) for key in ("value", "rounded", "remainder"))
    if value - rounded != remainder:
        yield f"'{role}': {result['value']['v']} less {result['rounded']['v']} is not {result['remainder']['v']}"
    is_each = rule["when"] == "each" and result["by"] is not None
    parts = map(exact, nested_texts(result["by"]["values"]).values()) if is_each else [value]
    quantum = exact(rule["to"]["v"]) * ratio(parse_unit(rule["to"]["u"]), TONNE)
    expected = sum(rounded_exactly(part, quantum, rule["mode"]) for part in parts)
    if decimal_text(float(expected)) != result["rounded"]["v"]:
        how = f"{rule['to']['v']} {rule['to']['u']}, {rule['mode']}, {rule['when']}"
        given, stated = decimal_text(float(expected)), result["rounded"]["v"]
        yield f"'{role}': rounded to {how}, {result['value']['v']} gives {given}, not {stated}"


def exact(text: str) -> Fraction:
    """Return the rational number that a decimal stands for; `ValueError` where it is none.

    >>> exact("0.1")
    Fraction(1, 10)
    """
    if not FIGURE.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no figure")
    return Fraction(Decimal(text))


def rounded_exactly(value: Fraction, quantum: Fraction, mode: str) -> Fraction:
    """Round to a multiple of a quantum.

    >>> rounded_exactly(Fraction(29, 10), Fraction(1), "down")
    Fraction(2, 1)
    """
    count = value / quantum
    nearest = Fraction(round(2 * count), 2)
    if abs(count - nearest) <= TOLERANCE * abs(nearest):
        count = nearest
    whole = {
        "down": math.floor(count),
        "up": math.ceil(count),
        "half-even": round(count),
        "half-up": math.floor(count + HALF),
    }[mode]
    return whole * quantum
