"""The two pint registries of `units.txt`: one of floats for quantities, one of rationals for factors.

`base_of` gives the exact factor and the dimension of one name; pint does the arithmetic, never the reading.

Does not parse a unit text (see `grammar`) nor make quantities (see `quantities`).
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

import pint
from pint.util import UnitsContainer

from carbonquant.units.definitions import TEXT, is_declared
from carbonquant.units.powers import Powers, powers_of

__all__ = ["base_of", "define_substance", "registry"]


def _made_registry(number: type) -> pint.UnitRegistry[Any]:
    made: pint.UnitRegistry[Any] = pint.UnitRegistry(None, non_int_type=number)
    made.load_definitions(TEXT.decode("utf-8").splitlines())
    return made


@lru_cache(maxsize=1)
def registry() -> pint.UnitRegistry[Any]:
    """Return the pint registry of `units.txt`, the one in which `quantity` makes quantities.

    pint's own reading of a unit text differs from ours: make units with `parse_unit`.
    """
    return _made_registry(float)


@lru_cache(maxsize=1)
def _exact_registry() -> pint.UnitRegistry[Any]:
    """Return the same with rational factors, which would turn arrays into objects."""
    return _made_registry(Fraction)


@lru_cache(maxsize=1024)
def base_of(name: str) -> tuple[Fraction, Powers]:
    """Return the exact factor to base units and the dimension of one name."""
    if is_declared(name):
        return Fraction(1), ((name, Fraction(1)),)
    container = UnitsContainer({name: 1}, non_int_type=Fraction)
    factor, _ = _exact_registry().get_root_units(container, check_nonmult=False)
    return Fraction(str(factor)), powers_of(_exact_registry().get_dimensionality(container))


@lru_cache(maxsize=1024)
def define_substance(name: str) -> None:
    """Make a declared substance known to `registry()`, once, as a dimension of its own."""
    registry().define(f"{name} = [substance_{name}]")
