"""A unit of measure and its dimension: exact arithmetic, comparison by meaning, printing.

Products and powers stay within the bounds of the language or are refused.

Does not read a text (see `grammar`), does not turn one unit into another (see `conversions`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cached_property, lru_cache

from carbonquant.errors import Problem, TextRefusedError
from carbonquant.units.powers import Powers, beyond_bounds, holds_point, joined
from carbonquant.units.printing import canonical, fraction, halves
from carbonquant.units.registries import base_of

__all__ = ["PURE", "Dimension", "Unit", "made_unit"]


@dataclass(frozen=True, slots=True)
class Dimension:
    """What a unit measures, whatever its size: `mass·CO2e/energy`."""

    powers: Powers

    def __str__(self) -> str:
        return fraction(*halves(self.powers), "·").replace("[", "").replace("]", "")


@dataclass(frozen=True, repr=False)
class Unit:
    """A unit of measure; two are equal when they are the same powers of the same names.

    `text` is the unit as it was written, or a canonical form where arithmetic made it; it does
    not count in comparison. A product that would exceed the bounds of the language, or holds a
    point such as `degC`, raises `TextRefusedError`.

    Examples
    --------
    >>> from carbonquant.units import parse_unit
    >>> print(parse_unit("t CO2e/MWh") * parse_unit("MWh"))
    t CO2e
    >>> parse_unit("tCO2e") == parse_unit("t CO2e"), parse_unit("km") == parse_unit("m")
    (True, False)
    """

    text: str = field(compare=False)
    powers: Powers

    @cached_property
    def dimension(self) -> Dimension:
        """What the unit measures."""
        powers: Powers = ()
        for name, exponent in self.powers:
            powers = joined(powers, base_of(name)[1], exponent)
        return Dimension(powers)

    @cached_property
    def factor(self) -> Fraction:
        """Size in base units; exact, and to 60 digits where a root is irrational.

            >>> from carbonquant.units import parse_unit
        >>> parse_unit("mu").factor
            Fraction(2000, 3)
        """
        factor = Fraction(1)
        for name, exponent in self.powers:
            base, degree = base_of(name)[0], exponent.denominator
            root = _root(base.numerator, degree) / _root(base.denominator, degree)
            factor *= root**exponent.numerator
        return factor

    @property
    def is_pure(self) -> bool:
        """Whether the unit has no dimension; its factor may differ from 1 (`%`, `g/kg`)."""
        return not self.dimension.powers

    @property
    def is_integral(self) -> bool:
        """Whether all exponents are whole."""
        return all(power.denominator == 1 for _, power in self.powers)

    @property
    def is_point(self) -> bool:
        """Whether values are points on a scale with an offset (`degC`), not amounts."""
        return holds_point(self.powers)

    def same_dimension(self, other: Unit) -> bool:
        """Return whether both units measure the same thing."""
        return self.dimension == other.dimension

    def __mul__(self, other: Unit) -> Unit:
        return _product(self, other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        return _product(self, other, -1)

    def __pow__(self, exponent: int | Fraction) -> Unit:
        return _product(PURE, self, exponent)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Unit({self.text!r})"


def _root(number: int, degree: int) -> Fraction:
    """Return the root of a positive integer: exact where it is whole, else to 60 digits."""
    if degree == 1:
        return Fraction(number)
    with localcontext() as context:
        context.prec = 64
        root = Decimal(number) ** (1 / Decimal(degree))
        nearest = int(root.to_integral_value())
    return Fraction(nearest) if nearest**degree == number else Fraction(root)


@lru_cache(maxsize=4096)
def _product(left: Unit, right: Unit, exponent: int | Fraction) -> Unit:
    """Return the left unit times a power of the right one."""
    for unit in (left, right):
        if unit.is_point:
            message = f"{unit} is a point on a scale and takes part in no product; a difference is in K"
            raise TextRefusedError(Problem("CQ208", message))
    return made_unit(joined(left.powers, right.powers, exponent))


def made_unit(powers: Powers) -> Unit:
    """Return the unit of a container, in canonical words; refused beyond the bounds."""
    beyond = beyond_bounds(powers)
    if beyond:
        raise TextRefusedError(Problem("CQ208", f"the unit of the result would have {beyond}"))
    return Unit(canonical(powers), powers)


PURE = Unit("1", ())
"""The unit of a pure number."""
