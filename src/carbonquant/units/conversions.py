"""From one unit to another: the exact ratio, the one float operation, the constants between substances.

Carbon never becomes carbon dioxide by itself: `CONSTANTS` are the only ratios between substances.

Does not convert arrays (see `formula`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from carbonquant.errors import Problem, TextRefusedError
from carbonquant.units.grammar import parse_unit
from carbonquant.units.unit import Unit

__all__ = ["CONSTANTS", "Conversion", "conversion", "ratio"]

LARGEST_RATIO = Fraction(10) ** 300
"""A factor beyond this has no faithful float64."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """The one float operation that converts a value: multiply or divide by `number`."""

    operator: Literal["*", "/"]
    number: float


@lru_cache(maxsize=4096)
def ratio(from_: Unit, to: Unit) -> Fraction:
    """Return the exact factor that turns a value in one unit into a value in another.

    Raises
    ------
    ValueError
        If the units differ in dimension, or one of two different units is a point.

    Examples
    --------
    >>> ratio(parse_unit("ha"), parse_unit("mu"))
    Fraction(15, 1)
    """
    if not from_.same_dimension(to):
        raise ValueError(f"{from_} measures {from_.dimension}, {to} measures {to.dimension}")
    if from_ != to and (from_.is_point or to.is_point):
        raise ValueError(f"no factor converts {from_} to {to}: one of them is a point on a scale")
    return from_.factor / to.factor


def conversion(ratio: Fraction) -> Conversion | None:
    """Return the operation that multiplies a float by a positive rational, None for 1.

    By 1/q it divides, by a whole number it multiplies, otherwise it multiplies by the nearest
    float. A ratio beyond 1e300 or below 1e-300 raises `TextRefusedError`.

    >>> conversion(Fraction(1, 1000))
    Conversion(operator='/', number=1000.0)
    """
    if ratio == 1:
        return None
    if not 1 / LARGEST_RATIO < ratio < LARGEST_RATIO:
        raise TextRefusedError(
            Problem("CQ208", "the factor between the units is beyond 1e300 or below 1e-300")
        )
    return Conversion("/", float(1 / ratio)) if ratio.numerator == 1 else Conversion("*", float(ratio))


CONSTANTS: Mapping[str, tuple[Fraction, Unit]] = MappingProxyType(
    {
        "CO2_per_C": (Fraction(44, 12), parse_unit("t CO2e/t C")),
        "N2O_per_N2ON": (Fraction(44, 28), parse_unit("t N2O/t N2ON")),
        "CH4_per_C": (Fraction(16, 12), parse_unit("t CH4/t C")),
    }
)
"""Ratios of molar masses that the language knows by name."""
