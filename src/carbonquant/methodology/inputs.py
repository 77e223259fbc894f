"""What a project brings along: the type of each input, what it varies over, and what stands in where it is missing.

Part of `check`; reads no data.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from carbonquant.declaration import InputDeclaration
from carbonquant.formula.conversion import near
from carbonquant.formula.tree import Symbol, Type
from carbonquant.methodology.model import Input, MissingPolicy, Words
from carbonquant.methodology.scope import Scope
from carbonquant.sources import Path_
from carbonquant.units import PURE

__all__ = ["check_inputs"]

OTHER_TYPES = ("text", "date", "bool")
NOT_YET_TYPES = ("time",)


def check_inputs(scope: Scope) -> dict[str, Input]:
    """Enter the inputs into the scope; those that are wrong are set aside."""
    inputs: dict[str, Input] = {}
    for name, declared in scope.content.inputs.items():
        found = _input(name, declared, scope)
        if found is None:
            scope.set_aside(name)
        else:
            inputs[name] = found
            scope.enter(Symbol(name, "input", found.type))
    return inputs


def _input(name: str, declared: InputDeclaration, scope: Scope) -> Input | None:
    path: Path_ = ("inputs", name)
    kind = _type(declared, path, scope)
    if not scope.knows(declared.over, path) or not _may_vary(declared, path, scope) or kind is None:
        return None
    low, high = ((None if end is None else end.value) for end in declared.range or (None, None))
    if declared.range is not None and kind.kind != "number":
        scope.findings.error("CQ204", f"only a number has a range, not {kind.words}", (*path, "range"))
    missing = _missing(declared, path, scope)
    _check_default(declared, kind, path, scope)
    words = Words(declared.zh, declared.en, declared.eq, declared.clause, declared.symbol)
    return Input(
        name=name,
        type=replace(kind, dims=frozenset(declared.over)),
        over=tuple(declared.over),
        low=low,
        high=high,
        default=declared.default,
        missing=missing,
        words=words,
        measured=declared.measured,
        frequency=declared.frequency,
    )


# --- the type ------------------------------------------------------------------------------------------------


def _type(declared: InputDeclaration, path: Path_, scope: Scope) -> Type | None:
    if declared.unit is not None:
        unit = scope.findings.unit(declared.unit, (*path, "unit"))
        return None if unit is None else Type(unit=unit)
    return _other_type(str(declared.type), (*path, "type"), scope)


def _other_type(name: str, path: Path_, scope: Scope) -> Type | None:
    if name in OTHER_TYPES:
        return Type(name)  # type: ignore[arg-type]  # the three names are kinds
    dimension = scope.dimensions.get(name)
    if dimension is not None and dimension.kind in ("category", "year"):
        return Type("category", PURE, category=name)
    if name in NOT_YET_TYPES:
        scope.findings.error("CQ207", f"not supported yet: type: {name}", path)
    elif dimension is not None:
        message = f"'{name}' is a dimension of kind {dimension.kind}; a type is that of a category or a year"
        scope.findings.error("CQ309", message, path)
    elif name not in scope.findings.broken:
        known = [*OTHER_TYPES, *scope.dimensions]
        hint = (
            near(name, known) or "text, date, bool, or a dimension of the file; a number has 'unit' instead"
        )
        scope.findings.error("CQ306", f"unknown type '{name}'", path, hint=hint)
    return None


# --- what it varies over, and what stands in -----------------------------------------------------------------


def _may_vary(declared: InputDeclaration, path: Path_, scope: Scope) -> bool:
    kinds = [scope.dimensions[name].kind for name in declared.over]
    place = (*path, "over")
    if "group" in kinds:
        scope.findings.error("CQ204", "an input cannot vary over a group: groups are made from rows", place)
        return False
    if "rows" in kinds and len(kinds) > 1:
        scope.findings.error("CQ207", "not supported yet: an input over rows and another dimension", place)
        return False
    return True


def _missing(declared: InputDeclaration, path: Path_, scope: Scope) -> MissingPolicy:
    on_rows = any(scope.dimensions[name].kind == "rows" for name in declared.over)
    missing = declared.missing or ("reject" if on_rows else "fail")
    if missing == "reject" and not on_rows:
        hint = "write missing: fail, or missing: default"
        scope.findings.error("CQ206", "only rows can be rejected", (*path, "missing"), hint=hint)
    if missing == "default" and declared.default is None:
        scope.findings.error("CQ202", "missing: default needs 'default:'", (*path, "missing"))
    return missing


def _check_default(declared: InputDeclaration, kind: Type, path: Path_, scope: Scope) -> None:
    """A default is a value that the project itself could have given."""
    if declared.default is None:
        return
    place = (*path, "default")
    if kind.kind == "number":
        _check_number(declared, place, scope)
        return
    members = scope.dimensions[kind.category].members if kind.kind == "category" else None
    if members is not None and declared.default not in members:
        message = f"'{kind.category}' has no member '{declared.default}'"
        scope.findings.error("CQ214", message, place, hint=near(declared.default, members))
    if kind.kind == "bool" and declared.default not in ("true", "false"):
        scope.findings.error("CQ204", f"expected true or false, found '{declared.default}'", place)
    if kind.kind == "date" and not _is_date(declared.default):
        message = f"expected a date such as 2025-06-30, found '{declared.default}'"
        scope.findings.error("CQ204", message, place)


def _check_number(declared: InputDeclaration, place: Path_, scope: Scope) -> None:
    number = scope.findings.number(declared.default, place)
    low, high = declared.range or (None, None)
    if number and ((low and number.value < low.value) or (high and number.value > high.value)):
        scope.findings.error("CQ204", f"the default {number.text} lies outside the range", place)


def _is_date(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
