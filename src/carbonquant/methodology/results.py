"""Which steps are the figures of a methodology: roles, units, rounding, and the role identity.

Part of `check`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from carbonquant.declaration import MethodologyDeclaration, RoundingDeclaration, read_number
from carbonquant.formula.conversion import near
from carbonquant.formula.tree import Dimension
from carbonquant.methodology.findings import Findings
from carbonquant.methodology.identity import judge
from carbonquant.methodology.model import ROLES, Input, Issuance, Role, Step
from carbonquant.sources import Path_
from carbonquant.units import Unit, parse_unit

__all__ = ["Results", "check_results", "read_quantity"]

TONNE = parse_unit("t CO2e")
QUANTITY = re.compile(r"(?P<number>\S+)\s+(?P<unit>\S.*)")


@dataclass(frozen=True, slots=True)
class Results:
    """The results section of a methodology, proven."""

    roles: Mapping[Role, str]
    also: tuple[str, ...]
    by: str
    rounding: Mapping[Role, Issuance]
    checks_identity: bool


def check_results(
    content: MethodologyDeclaration,
    dimensions: Mapping[str, Dimension],
    inputs: Mapping[str, Input],
    steps: Mapping[str, Step],
    findings: Findings,
) -> Results | None:
    """Check the results section; None where a role is wrong."""
    declared = content.results
    before = findings.count
    figures: dict[str, Input | Step] = {**inputs, **steps}
    by = declared.by or ""
    if by and (by not in dimensions or dimensions[by].is_long):
        findings.error("CQ306", f"'{by}' is no small dimension", ("results", "by"), hint=near(by, dimensions))
    roles: dict[Role, str] = {}
    for role in ROLES:
        name = getattr(declared, role)
        if name not in (None, "none") and _is_role(role, name, figures, by, findings):
            roles[role] = name
    for position, name in enumerate(declared.also):
        _is_known(name, figures, ("results", "also", position), findings)
    rounding = _rounding(declared.rounding, roles, findings)
    _check_some(content, findings)
    if findings.count > before or findings.broken & set(steps):
        return None
    checks_identity = _check_identity(content, roles, figures, steps, findings)
    return Results(roles, tuple(declared.also), by, rounding, checks_identity)


def _check_some(content: MethodologyDeclaration, findings: Findings) -> None:
    if content.results.reductions in (None, "none") and content.results.removals in (None, "none"):
        findings.error("CQ202", "results need 'reductions' or 'removals'", ("results",), is_key=True)


def _is_known(name: str, figures: Mapping[str, Input | Step], path: Path_, findings: Findings) -> bool:
    if name in figures:
        return True
    if name not in findings.broken:
        findings.error("CQ321", f"'{name}' is no step and no input", path, hint=near(name, figures))
    return False


def _is_role(role: Role, name: str, figures: Mapping[str, Input | Step], by: str, findings: Findings) -> bool:
    path: Path_ = ("results", role)
    if not _is_known(name, figures, path, findings):
        return False
    found = figures[name].type
    if found.kind != "number" or not found.unit.same_dimension(TONNE):
        findings.error("CQ322", f"'{name}' is in {found.words}, but a role is a mass of CO2e", path)
        return False
    if found.dims - {by}:
        extra = min(found.dims - {by})
        hint = f"sum it over {extra}, or write by: {extra}"
        findings.error(
            "CQ322", f"'{name}' varies over {extra}, but a role varies over 'by:' alone", path, hint=hint
        )
        return False
    return True


def _check_identity(
    content: MethodologyDeclaration,
    roles: Mapping[Role, str],
    figures: Mapping[str, Input | Step],
    steps: Mapping[str, Step],
    findings: Findings,
) -> bool:
    if "reductions" not in roles or content.results.identity == "none":
        return False
    units: dict[str, Unit] = {name: figures[name].type.unit for name in roles.values()}
    verdict = judge(roles, units, steps)
    if verdict == "broken":
        message = f"'{roles['reductions']}' is not (baseline - project) + removals - leakage"
        hint = "mend the formula, or say identity: none where the document defines it otherwise"
        findings.error("CQ323", message, ("results", "reductions"), hint=hint)
    return verdict == "check each run"


def _rounding(
    declared: Mapping[str, RoundingDeclaration], roles: Mapping[Role, str], findings: Findings
) -> dict[Role, Issuance]:
    found: dict[Role, Issuance] = {}
    for role, rounding in declared.items():
        path: Path_ = ("results", "rounding", role)
        if role not in ROLES:
            findings.error("CQ201", f"unknown role '{role}'", path, is_key=True, hint=near(role, ROLES))
            continue
        if role not in roles:
            findings.error("CQ321", f"no step has the role '{role}'", path, is_key=True)
            continue
        quantum = read_quantity(rounding.to, (*path, "to"), findings)
        if quantum is None:
            continue
        value, unit = quantum
        if not unit.same_dimension(TONNE) or value <= 0:
            findings.error(
                "CQ322", f"a role is rounded to a mass of CO2e above 0, found {rounding.to}", (*path, "to")
            )
            continue
        found[role] = Issuance(unit, value, rounding.mode, rounding.when == "each")
    return found


def read_quantity(text: str, path: Path_, findings: Findings) -> tuple[float, Unit] | None:
    """Read `1 t CO2e`, or note what is wrong with it."""
    match = QUANTITY.fullmatch(text.strip())
    if match is None:
        findings.error("CQ204", f"expected a number and a unit such as 1 t CO2e, found '{text}'", path)
        return None
    try:
        number = read_number(match["number"])
    except ValueError as error:
        findings.error("CQ204", str(error), path)
        return None
    unit = findings.unit(match["unit"], path, offset=match.start("unit"))
    return None if unit is None else (number.value, unit)
