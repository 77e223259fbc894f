"""The worked examples of a methodology, checked by name and shape but not evaluated.

Part of `check`; running them is `worked_examples`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from carbonquant.declaration import ExampleDeclaration, MethodologyDeclaration, read_number
from carbonquant.formula.conversion import near
from carbonquant.formula.tree import Dimension
from carbonquant.methodology.findings import Findings
from carbonquant.methodology.model import ROLES, Example, Input, Parameter, Step, Tolerance, Words
from carbonquant.methodology.values import arrange
from carbonquant.sources import Path_

__all__ = ["check_examples"]

Figure = Input | Parameter | Step


def check_examples(
    content: MethodologyDeclaration,
    dimensions: Mapping[str, Dimension],
    figures: Mapping[str, Figure],
    findings: Findings,
) -> dict[str, Example]:
    """Check the names, members, shapes and tolerances of all examples."""
    return {
        name: _ExampleChecker(name, declared, dimensions, figures, findings).example(content)
        for name, declared in content.examples.items()
    }


class _ExampleChecker:
    """One example and what it may speak of."""

    def __init__(
        self,
        name: str,
        declared: ExampleDeclaration,
        dimensions: Mapping[str, Dimension],
        figures: Mapping[str, Figure],
        findings: Findings,
    ) -> None:
        self.name = name
        self.declared = declared
        self.dimensions = dimensions
        self.figures = figures
        self.findings = findings
        self.path: Path_ = ("examples", name)
        closed = {name: dimension.members for name, dimension in dimensions.items() if dimension.members}
        self.members = {**closed, **{name: tuple(given) for name, given in declared.members.items()}}

    def example(self, content: MethodologyDeclaration) -> Example:
        self._check_members()
        inputs = [name for name, figure in self.figures.items() if isinstance(figure, Input)]
        self._check_section("inputs", self.declared.inputs, inputs)
        expected = [name for name, figure in self.figures.items() if not isinstance(figure, Parameter)]
        self._check_section("expect", self.declared.expect, expected)
        self._check_known("issued", self.declared.issued, ROLES)
        self._check_known("warned", self.declared.warned, content.rules)
        if not (self.declared.expect or self.declared.issued or self.declared.fails):
            message = "an example says what it expects: expect:, issued: or fails:"
            self.findings.error("CQ202", message, self.path, is_key=True)
        period = self.declared.period
        words = Words(self.declared.zh, self.declared.en, self.declared.eq, self.declared.clause)
        return Example(
            name=self.name,
            words=words,
            members={name: tuple(given) for name, given in self.declared.members.items()},
            period=None if period is None else (period.start, period.end),
            inputs=self.declared.inputs,
            expect=self.declared.expect,
            issued=self.declared.issued,
            rejected={reason: int(count.value) for reason, count in self.declared.rejected.items()},
            warned={rule: int(count.value) for rule, count in self.declared.warned.items()},
            fails=frozenset(self.declared.fails),
            tolerance=self._tolerance(),
            source=self.declared.source,
        )

    def _check_members(self) -> None:
        for name in self.declared.members:
            path: Path_ = (*self.path, "members", name)
            dimension = self.dimensions.get(name)
            if dimension is None:
                hint = near(name, self.dimensions)
                self.findings.error("CQ306", f"unknown dimension '{name}'", path, is_key=True, hint=hint)
            elif dimension.members is not None or dimension.is_long:
                message = f"the members of '{name}' do not come with the data"
                self.findings.error("CQ214", message, path, is_key=True)

    def _check_known(self, section: str, found: Iterable[str], known: Iterable[str]) -> None:
        for name in found:
            if name not in known and name not in self.findings.broken:
                path: Path_ = (*self.path, section, name)
                hint = near(name, known)
                self.findings.error("CQ306", f"unknown name '{name}'", path, is_key=True, hint=hint)

    def _check_section(self, section: str, found: Mapping[str, Any], known: Iterable[str]) -> None:
        self._check_known(section, found, known)
        for name, nested in found.items():
            figure = self.figures.get(name)
            if figure is not None and name in known:
                self._check_shape(nested, figure, (*self.path, section, name))

    def _check_shape(self, nested: Any, figure: Figure, path: Path_) -> None:
        """Values over small dimensions whose members are known have the right members and are numbers."""
        if isinstance(nested, Mapping) and "unit" in nested:
            inner = "values" if "values" in nested else "value"
            self.findings.unit(str(nested["unit"]), (*path, "unit"))
            nested, path = nested.get(inner), (*path, inner)
        if any(self.dimensions[d].is_long or d not in self.members for d in figure.over):
            return
        cells, faults = arrange(nested, figure.over, self.members)
        for fault in faults:
            place = (*path, *fault.path)
            self.findings.error("CQ214", fault.message, place, hint=fault.hint, is_key=fault.is_key)
        if faults or figure.type.kind != "number":
            return
        for leaf in dict.fromkeys(cells.ravel().tolist()):
            if leaf is not None:
                self._check_number(leaf, path)

    def _check_number(self, leaf: object, path: Path_) -> None:
        try:
            read_number(leaf)
        except ValueError as error:
            self.findings.error("CQ204", str(error), path)

    def _tolerance(self) -> dict[str, Tolerance]:
        declared = self.declared.tolerance
        by_name = declared if isinstance(declared, dict) else {"other": declared}
        found = {}
        for name, text in by_name.items():
            path: Path_ = (*self.path, "tolerance", *([name] if isinstance(declared, dict) else []))
            tolerance = self._one_tolerance(text, path)
            if tolerance is not None:
                found[name] = tolerance
        return found

    def _one_tolerance(self, text: str, path: Path_) -> Tolerance | None:
        match = re.fullmatch(r"(?P<number>\S+?)(?P<percent>\s*%)?(?:\s+(?P<unit>[^%].*))?", text.strip())
        try:
            number = read_number(match["number"] if match else text).value
        except ValueError as error:
            self.findings.error("CQ204", str(error), path, hint="tolerance: 1e-9, 0.01%, or 1 t CO2e")
            return None
        if match and match["unit"]:
            unit = self.findings.unit(match["unit"], path, offset=match.start("unit"))
            return None if unit is None else Tolerance(number, unit)
        return Tolerance(number / 100 if match and match["percent"] else number)
