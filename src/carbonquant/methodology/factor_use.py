"""Parameters that take their values from a factor set: whether the set is what they ask for.

Part of `check`; finds the set, but looks up no value (see `activity.lookups`).
"""

from __future__ import annotations

from collections.abc import Iterable

from carbonquant.declaration import ParameterDeclaration
from carbonquant.errors import MethodologyError
from carbonquant.factors import FactorSet
from carbonquant.formula.conversion import near
from carbonquant.methodology.model import FactorUse
from carbonquant.methodology.scope import Scope
from carbonquant.sources import Path_
from carbonquant.units import Unit

__all__ = ["check_factor_use"]


def check_factor_use(
    declared: ParameterDeclaration, unit: Unit | None, path: Path_, scope: Scope
) -> FactorUse | None:
    """Check a parameter that names a factor set; None where something about it is wrong."""
    found = _set(str(declared.factor), (*path, "factor"), scope)
    if found is None:
        return None
    findings = scope.findings
    before = findings.count
    if declared.basis != found.basis:
        message = f"'{found.id}' is of basis {found.basis}, not {declared.basis}"
        findings.error("CQ216", message, (*path, "basis"))
        return None
    _check_keys(declared.at, found, (*path, "at"), scope)
    _check_keys(declared.fallback, found, (*path, "fallback"), scope)
    if findings.count > before:
        return None
    if unit is not None and not unit.same_dimension(found.unit):
        message = f"'{found.id}' is in {found.unit}, which cannot be given in {unit}"
        findings.error("CQ302", message, (*path, "unit"))
    by_input = {key: name for key, name in declared.at.items() if _is_chooser(name, key, path, scope)}
    by_dimension = {key: key for key in found.keys if key not in declared.at}
    _check_over(declared, found, by_dimension, by_input, path, scope)
    for key, value in declared.fallback.items():
        if value not in found.known(key):
            hint = near(value, found.known(key))
            findings.error(
                "CQ214", f"'{found.id}' has no {key} '{value}'", (*path, "fallback", key), hint=hint
            )
    if findings.count > before:
        return None
    return FactorUse(found, by_dimension, by_input, dict(declared.fallback))


def _set(name: str, path: Path_, scope: Scope) -> FactorSet | None:
    try:
        return scope.factors(name)
    except MethodologyError as error:
        first = error.diagnostics[0]
        notes = "" if first.position is None else f" ({first.position})"
        scope.findings.error(first.code, f"{first.message}{notes}", path, hint=first.hint)
        return None


def _check_keys(keys: Iterable[str], found: FactorSet, path: Path_, scope: Scope) -> None:
    for key in keys:
        if key not in found.keys:
            hint = near(key, found.keys) or f"keys of '{found.id}': {', '.join(found.keys)}"
            scope.findings.error(
                "CQ201", f"'{found.id}' has no key '{key}'", (*path, key), hint=hint, is_key=True
            )


def _is_chooser(name: str, key: str, path: Path_, scope: Scope) -> bool:
    """Whether an input can say which value of a key to take."""
    symbol = scope.symbols.get(name)
    place = (*path, "at", key)
    if name in scope.findings.broken:
        return False
    if symbol is None or symbol.kind != "input":
        scope.findings.error("CQ306", f"'{name}' is no input", place, hint=near(name, scope.content.inputs))
        return False
    long = [d for d in symbol.type.dims if scope.dimensions[d].is_long]
    if symbol.type.kind != "category" or long:
        what = f"varies over {long[0]}" if long else f"is {symbol.type.words}"
        message = f"'{name}' {what}: a key is chosen by an input whose type is a category"
        scope.findings.error("CQ309", message, place)
        return False
    return True


def _check_over(
    declared: ParameterDeclaration,
    found: FactorSet,
    by_dimension: dict[str, str],
    by_input: dict[str, str],
    path: Path_,
    scope: Scope,
) -> None:
    """Every key is chosen, by an input or by a dimension of `over:`; `over:` has nothing else."""
    for key in by_dimension:
        if key not in declared.over:
            hint = f"at: {{{key}: an input}}, or over: with a dimension '{key}'"
            message = f"nothing says which {key} of '{found.id}' to take"
            scope.findings.error("CQ217", message, (*path, "factor"), hint=hint)
    needed = set(by_dimension)
    for name in by_input.values():
        needed |= scope.symbols[name].type.dims
    idle = [d for d in declared.over if d not in needed and d in scope.dimensions]
    absent = sorted(d for d in needed if d not in declared.over and d not in by_dimension)
    if idle:
        message = f"no key of '{found.id}' depends on {idle[0]}"
        scope.findings.error("CQ311", message, (*path, "over"), hint=f"remove '{idle[0]}' from over:")
    if absent:
        message = f"the inputs of 'at:' vary over {absent[0]}, 'over:' does not"
        scope.findings.error("CQ311", message, (*path, "at"), hint=f"add '{absent[0]}' to over:")
    for key in by_dimension:
        _check_members(key, scope.dimensions.get(key), found, path, scope)
    for key, name in by_input.items():
        _check_members(key, scope.dimensions[scope.symbols[name].type.category], found, path, scope)


def _check_members(key: str, dimension: object, found: FactorSet, path: Path_, scope: Scope) -> None:
    """Every declared member is one that the set speaks of, be it only to say that nothing is published."""
    members = getattr(dimension, "members", None) or ()
    known = found.known(key)
    for member in members:
        if member not in known:
            hint = near(member, known)
            message = f"'{found.id}' does not know the {key} '{member}'"
            scope.findings.error("CQ214", message, (*path, "factor"), hint=hint)
