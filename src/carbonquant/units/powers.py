"""Products of named units: names with their exponents, multiplied, raised and kept within bounds.

A container holds no exponent 0 and is sorted by name, so that equal products are equal tuples.

Does not know what a name measures (see `registries`) nor how a product is printed (see `printing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from carbonquant.units.definitions import described, shown_name

__all__ = ["LARGEST_EXPONENT", "Powers", "beyond_bounds", "holds_point", "joined", "powers_of"]

LARGEST_EXPONENT = 12

Powers: TypeAlias = tuple[tuple[str, Fraction], ...]
"""Names with their exponents, none of them 0, sorted by name."""


def powers_of(exponents: Mapping[str, Any]) -> Powers:
    """Return exponents by name as a container."""
    return tuple(sorted((name, Fraction(power)) for name, power in exponents.items() if power))


def joined(left: Powers, right: Powers, sign: int | Fraction = 1) -> Powers:
    """Return the product of one container and a power of another."""
    exponents = dict(left)
    for name, power in right:
        exponents[name] = exponents.get(name, Fraction(0)) + sign * power
    return powers_of(exponents)


def holds_point(powers: Powers) -> bool:
    """Whether a name among them is a scale with an offset, such as `degC`."""
    return any(described(name).section == "scale" for name, _ in powers)


def beyond_bounds(powers: Powers) -> str:
    """Return what is too large among the exponents, or an empty text."""
    for name, power in powers:
        if abs(power) > LARGEST_EXPONENT or power.denominator > LARGEST_EXPONENT:
            return f"{shown_name(name)} to the power {power}; {LARGEST_EXPONENT} is the largest"
    return ""
