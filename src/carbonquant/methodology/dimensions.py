"""What figures vary over: closed sets and their members, and groups made from rows.

Part of `check`; members that come with the data are judged when they come (see `activity`).
"""

from __future__ import annotations

from dataclasses import replace

from carbonquant.formula.conversion import near
from carbonquant.formula.tree import Dimension
from carbonquant.methodology.scope import Scope
from carbonquant.sources import Path_

__all__ = ["check_dimensions", "check_groups"]


def check_dimensions(scope: Scope) -> None:
    """Enter the dimensions into the scope, and judge declared members."""
    for name, declared in scope.content.dimensions.items():
        members = None if declared.members is None else tuple(declared.members)
        for position, member in enumerate(members or ()):
            if member in (members or ())[:position]:
                message = f"'{name}' has the member '{member}' twice"
                scope.findings.error("CQ214", message, ("dimensions", name, position))
        if name in scope.findings.broken or declared.kind == "alias":
            continue
        group, by = declared.group or "", tuple(declared.by)
        scope.dimensions[name] = Dimension(name, declared.kind, members, group, by)
    for name, declared in scope.content.dimensions.items():
        if declared.alias is not None and name not in scope.findings.broken:
            _enter_alias(name, declared.alias, scope)


def _enter_alias(name: str, base: str, scope: Scope) -> None:
    """Let a second index run over the members of a dimension."""
    dimension = scope.dimensions.get(base)
    if dimension is None or dimension.is_long or dimension.base:
        if base not in scope.findings.broken:
            named = [each for each, found in scope.dimensions.items() if not found.is_long and not found.base]
            message = f"'{base}' is no dimension of few members"
            scope.findings.error("CQ306", message, ("dimensions", name, "alias"), hint=near(base, named))
        scope.set_aside(name)
        return
    scope.dimensions[name] = replace(dimension, name=name, base=base)


def check_groups(scope: Scope) -> None:
    """Judge the groups, once the inputs are known that make them."""
    for dimension in list(scope.dimensions.values()):
        if dimension.kind == "group":
            _check_group(dimension, scope)


def _check_group(dimension: Dimension, scope: Scope) -> None:
    findings = scope.findings
    path: Path_ = ("dimensions", dimension.name)
    rows = scope.dimensions.get(dimension.rows)
    if rows is None or rows.kind != "rows":
        if dimension.rows not in findings.broken:
            known = [name for name, each in scope.dimensions.items() if each.kind == "rows"]
            message = f"'{dimension.rows}' is no rows dimension"
            findings.error("CQ306", message, (*path, "group"), hint=near(dimension.rows, known))
        scope.set_aside(dimension.name)
        return
    columns = [column.name for column in scope.names().columns(rows.name)]
    for position, column in enumerate(dimension.by):
        if column not in columns and column not in findings.broken:
            message = f"'{column}' is no input over {rows.name}"
            findings.error("CQ306", message, (*path, "by", position), hint=near(column, columns))
