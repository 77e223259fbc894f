"""Units: their grammar, their closed registry, their exact factors; the only door for pint.

`parse_unit` reads a unit text by a grammar of its own and refuses whatever is not in `units.txt`
by name. Units multiply, divide and compare exactly; `ratio` gives the rational between two of them.

Does not convert arrays, does not know which operations a formula allows (see `formula`).
"""

from __future__ import annotations

from carbonquant.units.conversions import CONSTANTS, Conversion, conversion, ratio
from carbonquant.units.definitions import digest
from carbonquant.units.grammar import parse_unit
from carbonquant.units.names import nearest_names
from carbonquant.units.quantities import from_quantity, quantity
from carbonquant.units.registries import registry
from carbonquant.units.unit import PURE, Dimension, Unit

__all__ = [
    "CONSTANTS",
    "PURE",
    "Conversion",
    "Dimension",
    "Unit",
    "conversion",
    "digest",
    "from_quantity",
    "nearest_names",
    "parse_unit",
    "quantity",
    "ratio",
    "registry",
]
