"""Numbers with a unit as other libraries carry them: pint quantities, made and taken.

Names of pint's default registry are taken by their meaning; whatever is not a unit of ours is refused by name.

Does not decide which unit a value should have.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from numbers import Real
from typing import Any

import pint
from pint.util import UnitsContainer

from carbonquant.errors import Problem, TextRefusedError
from carbonquant.units.definitions import is_declared
from carbonquant.units.names import resolved, table
from carbonquant.units.powers import Powers, holds_point, joined, powers_of
from carbonquant.units.registries import define_substance, registry
from carbonquant.units.unit import Unit, made_unit

__all__ = ["from_quantity", "quantity"]

_PINT_NAMES = table("""
    g: gram | kg: kilogram | mg: milligram | t: metric_ton megagram | Mt: megametric_ton | m: meter
    cm: centimeter | mm: millimeter | km: kilometer | ha: hectare | L: liter | s: second | min: minute
    h: hour | d: day | wk: week | month: month | yr: year | J: joule | kJ: kilojoule | MJ: megajoule
    GJ: gigajoule | TJ: terajoule | PJ: petajoule | Wh: watt_hour | kWh: kilowatt_hour | MWh: megawatt_hour
    GWh: gigawatt_hour | W: watt | kW: kilowatt | MW: megawatt | GW: gigawatt | %: percent | ppm: ppm
    K: kelvin delta_degree_Celsius delta_degC | degC: degree_Celsius
""")
"""Names of pint's default registry that mean a unit of ours."""

_PHYSICAL = frozenset(
    {"[mass]", "[length]", "[time]", "[current]", "[temperature]", "[substance]", "[luminosity]"}
)


def quantity(value: Any, unit: Unit) -> pint.Quantity[Any]:
    """Return a pint quantity of `registry()`: a number or an array with a unit."""
    for name, _ in unit.powers:
        if is_declared(name):
            define_substance(name)
    exponents = {name: int(power) if power.denominator == 1 else float(power) for name, power in unit.powers}
    return registry().Quantity(value, UnitsContainer(exponents))


def from_quantity(given: Any, substances: frozenset[str] = frozenset()) -> tuple[Any, Unit]:
    """Return the value (a float or the array) and the unit of a pint quantity of any registry.

    Names of pint's default registry are taken by their meaning (`metric_ton`). A name that a
    user defined there counts when it is ours and is a base dimension there too, so that a
    coulomb is never read as carbon. Anything else raises `TextRefusedError`.
    """
    powers: Powers = ()
    for name, exponent in given.unit_items():
        if exponent != int(exponent):
            raise TextRefusedError(Problem("CQ208", f"the quantity has {name} to the power {exponent}"))
        powers = joined(powers, _ours(given, name, substances), int(exponent))
    if holds_point(powers) and powers != (("degC", Fraction(1)),):
        raise TextRefusedError(Problem("CQ208", "the quantity has degC in a product; a difference is in K"))
    value = given.magnitude
    return float(value) if isinstance(value, Real | Decimal) else value, made_unit(powers)


def _ours(given: Any, name: str, substances: frozenset[str]) -> Powers:
    """Return what a name of the quantity's registry is in ours."""
    if isinstance(given, registry().Quantity) or _is_own_base(given, name):
        spelling = "K" if name == "delta_degC" else name
    else:
        spelling = _PINT_NAMES.get(name, "")
    powers = powers_of(resolved(spelling, substances)) if spelling else ()
    if not powers:
        message = f"the quantity is in '{name}' of its pint registry, which is not a unit of this library"
        hint = "make the quantity with carbonquant.units.quantity(value, parse_unit('…'))"
        raise TextRefusedError(Problem("CQ208", message, hint=hint))
    return powers


def _is_own_base(given: Any, name: str) -> bool:
    """Whether a foreign registry knows a name as a base dimension that is not one of physics."""
    one = type(given)(1, UnitsContainer({name: 1}))
    is_base = dict(one.to_root_units().unit_items()) == {name: 1}
    return is_base and not _PHYSICAL & dict(one.dimensionality).keys()
