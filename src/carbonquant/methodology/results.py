"""Which steps are the figures of a methodology: roles, units, rounding, and the role identity.

Part of `check`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from carbonquant.declaration import ToolDeclaration
from carbonquant.declaration.findings import Findings
from carbonquant.formula.conversion import near
from carbonquant.methodology.identity import judge
from carbonquant.methodology.model import ROLES, Input, Issuance, Role, Step
from carbonquant.methodology.scope import Scope
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
    scope: Scope, inputs: Mapping[str, Input], shown: Mapping[str, Step], steps: Mapping[str, Step]
) -> Results | None:
    """Check the results section; None where a role is wrong.

    `shown` are the steps of the file and the outputs of its tools, `steps` all that figures are made of.
    """
    return _ResultsChecker(scope, {**inputs, **shown}, steps).results()


class _ResultsChecker:
    """The results section and the figures it may speak of."""

    def __init__(self, scope: Scope, figures: Mapping[str, Input | Step], steps: Mapping[str, Step]) -> None:
        self.declared = scope.content.results
        self.scope = scope
        self.findings = scope.findings
        self.figures = figures
        self.steps = steps
        self.by = self.declared.by or ""
        self._is_by_right = "results" not in self.findings.broken
        self._surplus: set[str] = set()

    def results(self) -> Results | None:
        before = self.findings.count
        self._check_by()
        roles: dict[Role, str] = {}
        for role in ROLES:
            name = getattr(self.declared, role)
            if name not in (None, "none") and self._is_role(role, name):
                roles[role] = name
        for key in ("also", "outputs"):
            for position, name in enumerate(getattr(self.declared, key)):
                self._is_known(name, ("results", key, position))
        rounding = self._rounding()
        self._check_some()
        if self.findings.count > before or self._is_doubtful():
            return None
        return Results(roles, tuple(self.declared.also), self.by, rounding, self._checks_identity(roles))

    def _is_doubtful(self) -> bool:
        """Whether something wrong elsewhere stands behind the roles, so that their identity cannot be judged."""
        names = {"results", *(str(getattr(self.declared, role)) for role in ROLES)}
        own = [name for name in self.steps if name in self.scope.content.steps]
        return len(own) < len(self.scope.content.steps) or not names.isdisjoint(self.findings.broken)

    def _check_by(self) -> None:
        dimension = self.scope.dimensions.get(self.by)
        if not self.by or self.by in self.findings.broken or (dimension and not dimension.is_long):
            return
        small = [name for name, each in self.scope.dimensions.items() if not each.is_long]
        message = f"results are shown by a dimension of few members, not by '{self.by}'"
        self.findings.error("CQ306", message, ("results", "by"), hint=near(self.by, small))
        self._is_by_right = False

    def _check_some(self) -> None:
        if isinstance(self.scope.content, ToolDeclaration):
            self._check_outputs()
            return
        wanted = (self.declared.reductions, self.declared.removals)
        if "results" not in self.findings.broken and all(name in (None, "none") for name in wanted):
            message = "results need 'reductions' or 'removals'"
            self.findings.error("CQ202", message, ("results",), is_key=True)

    def _check_outputs(self) -> None:
        """A tool gives outputs, and no role: what they are is said by who uses them."""
        if not self.declared.outputs and "results" not in self.findings.broken:
            self.findings.error("CQ202", "the results of a tool are 'outputs'", ("results",), is_key=True)
        for role in ROLES:
            if getattr(self.declared, role) is not None:
                message = f"a tool has no {role}: list its steps under 'outputs'"
                self.findings.error("CQ201", message, ("results", role), is_key=True)

    def _is_known(self, name: str, path: Path_) -> bool:
        if name in self.figures:
            return True
        if not self.findings.is_broken(name):
            self.findings.error(
                "CQ321", f"'{name}' is no step and no input", path, hint=near(name, self.figures)
            )
        return False

    def _is_role(self, role: Role, name: str) -> bool:
        path: Path_ = ("results", role)
        if not self._is_known(name, path):
            return False
        found = self.figures[name].type
        if found.kind != "number" or not found.unit.same_dimension(TONNE):
            is_measured = found.kind == "number" and not found.unit.is_pure
            words = f"in {found.words}" if is_measured else found.words
            message = f"'{name}' is {words}, but a role is a mass of CO2e"
            self.findings.error("CQ322", message, path)
            return False
        return self._varies_right(name, found.dims, path)

    def _varies_right(self, name: str, dims: frozenset[str], path: Path_) -> bool:
        """A role varies over `by:` alone; of roles with one and the same surplus dimension the first is named."""
        extra = sorted(dims - {self.by})
        if extra and self._is_by_right and extra[0] not in self._surplus:
            message = f"'{name}' varies over {extra[0]}, but a role varies over 'by:' alone"
            is_long = self.scope.dimensions[extra[0]].is_long
            hint = f"sum it over {extra[0]}" + ("" if is_long else f", or write by: {extra[0]}")
            self.findings.error("CQ322", message, path, hint=hint)
            self._surplus.add(extra[0])
        return not extra

    def _checks_identity(self, roles: Mapping[Role, str]) -> bool:
        if "reductions" not in roles or self.declared.identity == "none":
            return False
        if set(roles) == {"reductions"}:
            message = "beside 'reductions' no role is declared, so nothing tells what they are made of"
            hint = (
                "declare baseline: and project:, or say identity: none where the document has no such terms"
            )
            self.findings.error("CQ323", message, ("results", "reductions"), hint=hint)
            return False
        units: dict[str, Unit] = {name: self.figures[name].type.unit for name in roles.values()}
        verdict = judge(roles, units, self.steps)
        if verdict == "broken":
            message = f"'{roles['reductions']}' is not (baseline - project) + removals - leakage"
            hint = "mend the formula, or say identity: none where the document defines it otherwise"
            self.findings.error("CQ323", message, ("results", "reductions"), hint=hint)
        return verdict == "check each run"

    def _rounding(self) -> dict[Role, Issuance]:
        found: dict[Role, Issuance] = {}
        for role, rounding in self.declared.rounding.items():
            path: Path_ = ("results", "rounding", role)
            if role not in ROLES:
                hint = near(role, ROLES) or f"roles: {', '.join(ROLES)}"
                self.findings.error("CQ201", f"unknown role '{role}'", path, is_key=True, hint=hint)
                continue
            if getattr(self.declared, role) in (None, "none") and "results" not in self.findings.broken:
                self.findings.error("CQ321", f"no step has the role '{role}'", path, is_key=True)
            quantum = read_quantity(rounding.to, (*path, "to"), self.findings)
            if quantum is None:
                continue
            value, unit = quantum
            if not unit.same_dimension(TONNE) or value <= 0:
                message = f"a role is rounded to a mass of CO2e above 0, found {rounding.to}"
                self.findings.error("CQ322", message, (*path, "to"))
            found[role] = Issuance(unit, value, rounding.mode, rounding.when == "each")
        return found


def read_quantity(text: str, path: Path_, findings: Findings) -> tuple[float, Unit] | None:
    """Read `1 t CO2e`, or note what is wrong with it."""
    match = QUANTITY.fullmatch(text.strip())
    if match is None:
        findings.error("CQ204", f"expected a number and a unit such as 1 t CO2e, found '{text}'", path)
        return None
    number = findings.number(match["number"], path)
    unit = findings.unit(match["unit"], path, offset=match.start("unit"))
    return None if number is None or unit is None else (number.value, unit)
