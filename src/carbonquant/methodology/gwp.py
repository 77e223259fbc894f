"""Global warming potentials: one named set in a methodology, and no value that is not in it.

Part of `check`.
"""

from __future__ import annotations

from collections.abc import Iterator

from carbonquant.errors import MethodologyError
from carbonquant.factors import Cell, FactorSet
from carbonquant.methodology.model import Nested, Parameter
from carbonquant.methodology.scope import Scope
from carbonquant.sources import Path_
from carbonquant.units import Unit, parse_unit, ratio

__all__ = ["check_gwp"]

GASES = ("CH4", "N2O", "SF6")
SETS = ("SAR", "AR4", "AR5", "AR6")


def check_gwp(parameter: Parameter, scope: Scope) -> None:
    """Judge a parameter whose unit is CO2e per another greenhouse gas; anything else is none of this module."""
    gas = _gas(parameter.type.unit)
    if not gas or parameter.factor is not None:
        return
    path: Path_ = ("parameters", parameter.name)
    named = scope.content.gwp
    if named is None:
        message = f"'{parameter.name}' is a GWP of {gas}: the file names no set"
        hint = f"gwp: {' or '.join(SETS[1:])}, at the top of the file"
        scope.findings.error("CQ215", message, (*path, "unit"), hint=hint)
        return
    published = _published(named, gas, scope)
    for cell in _leaves(parameter.cells):
        value = cell.number.value * float(ratio(parameter.type.unit, _unit(gas)))
        if published and value not in published:
            message = f"{cell.number.text} {_belonging(value, gas, named, scope)}; this file says {named}: "
            message += " or ".join(f"{number:g}" for number in published)
            scope.findings.error("CQ215", message, (*path, "value"))


def _gas(unit: Unit) -> str:
    return next((gas for gas in GASES if unit.same_dimension(_unit(gas))), "")


def _unit(gas: str) -> Unit:
    return parse_unit(f"kg CO2e/kg {gas}")


def _belonging(value: float, gas: str, named: str, scope: Scope) -> str:
    elsewhere = [other for other in SETS if other != named and value in _published(other, gas, scope)]
    return f"is {gas} in {' and '.join(elsewhere)}" if elsewhere else f"is {gas} in no set"


def _published(named: str, gas: str, scope: Scope) -> tuple[float, ...]:
    """The values of a gas in a set, of whatever origin (`CH4`, `CH4_fossil`)."""
    try:
        found = scope.factors(f"gwp-{named.lower()}")
    except MethodologyError:
        return ()
    keys = [key for key in found.known("gas") if key == gas or key.startswith(f"{gas}_")]
    return tuple(cell.number.value for cell in _cells(found, keys))


def _cells(found: FactorSet, keys: list[str]) -> Iterator[Cell]:
    for key in keys:
        cell = found.lookup({"gas": key})
        if cell is not None:
            yield cell


def _leaves(nested: Nested) -> Iterator[Cell]:
    if isinstance(nested, Cell):
        yield nested
    elif nested is not None:
        for item in nested.values() if isinstance(nested, dict) else nested:
            yield from _leaves(item)
