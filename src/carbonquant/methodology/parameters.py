"""The fixed values of a methodology: single ones, tables over members, and banded tables.

Part of `check`; refuses a table that lacks a member. What is said of a single value is in `cells`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carbonquant.declaration import ParameterDeclaration
from carbonquant.declaration.findings import Findings
from carbonquant.factors import Cell, Cells, Origin
from carbonquant.formula.tree import Symbol, SymbolKind, Type
from carbonquant.methodology.factor_use import check_factor_use
from carbonquant.methodology.model import Bands, Nested, Parameter, Words
from carbonquant.methodology.scope import Scope
from carbonquant.methodology.values import arrange
from carbonquant.sources import Path_
from carbonquant.units import Unit

__all__ = ["check_parameters"]


def check_parameters(scope: Scope) -> dict[str, Parameter]:
    """Enter the parameters into the scope; those that are wrong are set aside."""
    parameters: dict[str, Parameter] = {}
    for name, declared in scope.content.parameters.items():
        found = _parameter(name, declared, scope)
        if found is None:
            scope.set_aside(name)
            continue
        parameters[name] = found
        kind: SymbolKind = "parameter" if found.bands is None else "bands"
        band_unit = None if found.bands is None else found.bands.unit
        scope.enter(Symbol(name, kind, found.type, band_unit))
    return parameters


def _parameter(name: str, declared: ParameterDeclaration, scope: Scope) -> Parameter | None:
    findings, over = scope.findings, tuple(declared.over)
    before = findings.count
    path: Path_ = ("parameters", name)
    is_known = scope.knows(over, path) and _may_vary(declared, scope, path)
    unit = findings.unit(declared.unit, (*path, "unit"))
    if declared.factor is not None:
        return _from_set(name, declared, unit if is_known else None, scope)
    bands = _bands(declared, findings, path)
    cells = _cells(declared, scope, path)
    if is_known and declared.bands is None and declared.value is None:
        _check_members(cells, declared, scope, (*path, "values"))
    if unit is None or not is_known or findings.count > before:
        return None
    words = Words(declared.zh, declared.en, declared.eq, declared.clause, declared.symbol)
    return Parameter(name, Type(unit=unit, dims=frozenset(over)), over, cells, words, bands)


def _from_set(name: str, declared: ParameterDeclaration, unit: Unit | None, scope: Scope) -> Parameter | None:
    """A parameter whose values come from a factor set, looked up when its data are there."""
    path: Path_ = ("parameters", name)
    use = check_factor_use(declared, unit, path, scope)
    if use is None or unit is None:
        return None
    if scope.content.basis == "official" and any(cell.is_unverified for cell in use.set.cells()):
        scope.findings.error("CQ211", "an official methodology holds an unverified value", (*path, "factor"))
    words = Words(declared.zh, declared.en, declared.eq, declared.clause, declared.symbol)
    over = tuple(declared.over)
    return Parameter(name, Type(unit=unit, dims=frozenset(over)), over, None, words, factor=use)


def _may_vary(declared: ParameterDeclaration, scope: Scope, path: Path_) -> bool:
    long = [name for name in declared.over if scope.dimensions[name].is_long]
    if long:
        message = f"a parameter cannot vary over {long[0]}, whose members come with the data"
        scope.findings.error("CQ204", message, (*path, "over"))
    elif declared.over and declared.value is not None:
        message = "'over:' needs 'values:', one for each member"
        scope.findings.error("CQ202", message, (*path, "over"), is_key=True)
        return False
    return not long


def _cells(declared: ParameterDeclaration, scope: Scope, path: Path_) -> Nested:
    content, place = scope.content, (*path, "values")
    origin = Origin(declared.source, declared.status, content.sources, content.basis == "official")
    dimensions = [scope.dimensions[name] for name in declared.over if name in scope.dimensions]
    members = {member for dimension in dimensions for member in dimension.members or ()}
    cells = Cells(origin, path, scope.findings, members)
    if declared.value is not None:
        return cells.single(declared.value, declared.lower, declared.upper)
    if declared.bands is None:
        return cells.nested(declared.values, place)
    values, bands = declared.values, declared.bands
    if not isinstance(values, list):
        scope.findings.error("CQ203", "the values of a banded table are a list, one for each limit", place)
        return ()
    if len(values) != len(bands.upto):
        scope.findings.error("CQ214", f"{len(bands.upto)} bands but {len(values)} values", place)
    for position, value in enumerate(values):
        if value is None:
            message = "not supported yet: a band without a value (null)"
            scope.findings.error("CQ207", message, (*place, position))
    return tuple(cells.nested(value, (*place, position)) for position, value in enumerate(values))


def _bands(declared: ParameterDeclaration, findings: Findings, path: Path_) -> Bands | None:
    if declared.bands is None:
        return None
    unit = findings.unit(declared.bands.unit, (*path, "bands", "unit"))
    limits = tuple(None if limit is None else limit.value for limit in declared.bands.upto)
    finite = [limit for limit in limits if limit is not None]
    place = (*path, "bands", "upto")
    if None in limits[:-1]:
        findings.error("CQ214", "only the last band may be open (null)", place)
    elif finite != sorted(set(finite)):
        findings.error("CQ214", "the limits of the bands do not rise", place)
    if declared.over:
        findings.error("CQ207", "not supported yet: bands with over:", (*path, "over"), is_key=True)
    if declared.value is not None:
        findings.error("CQ202", "'bands:' needs 'values:', one for each limit", (*path, "bands"), is_key=True)
    return Bands(unit, limits) if unit is not None else None


def _check_members(cells: Nested, declared: ParameterDeclaration, scope: Scope, path: Path_) -> None:
    """Every member has its value; those of an open dimension are known by their keys."""
    if not declared.over:
        message = "'values' needs 'over:', the dimension they vary over"
        scope.findings.error("CQ214", message, path, is_key=True)
        return
    members = {name: scope.dimensions[name].members or () for name in declared.over}
    for depth, name in enumerate(declared.over):
        members[name] = members[name] or _keys(cells, depth)
    if all(members.values()):
        for fault in arrange(cells, declared.over, members)[1]:
            place = (*path, *fault.path)
            scope.findings.error("CQ214", fault.message, place, hint=fault.hint, is_key=fault.is_key)


def _keys(cells: Nested, depth: int) -> tuple[str, ...]:
    """The keys that nested values have at a depth, each once."""
    levels: list[Any] = [cells]
    for _ in range(depth):
        levels = [item for level in levels for item in _items(level)]
    return tuple(dict.fromkeys(key for level in levels if isinstance(level, Mapping) for key in level))


def _items(level: Any) -> list[Any]:
    if isinstance(level, Mapping):
        return list(level.values())
    return [] if isinstance(level, Cell) or level is None else list(level)
