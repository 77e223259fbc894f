"""The worked examples of a methodology, checked by name and shape but not evaluated.

Part of `check`; running them is `worked_examples`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from carbonquant.declaration import ExampleDeclaration
from carbonquant.formula.conversion import near
from carbonquant.methodology.model import ROLES, Example, Input, Parameter, Step, Tolerance, Words
from carbonquant.methodology.scope import Scope
from carbonquant.methodology.values import arrange
from carbonquant.sources import Path_
from carbonquant.units import Unit

__all__ = ["check_examples"]

Figure = Input | Parameter | Step
REASONS_OF_INPUTS = ("range", "missing", "type", "member")
"""Reasons that name an input after a dot."""
WHOLE_REASONS = ("period", "duplicate")
TOLERANCE = re.compile(r"(?P<number>\S+?)(?P<percent>\s*%)?(?:\s+(?P<unit>[^%].*))?")
TOLERANCE_HINT = "tolerance: 1e-9, 0.01%, or 1 t CO2e"
VALUE_KEYS = frozenset({"unit", "value", "values"})


def check_examples(
    scope: Scope,
    inputs: Mapping[str, Input],
    parameters: Mapping[str, Parameter],
    steps: Mapping[str, Step],
    reasons: Iterable[str],
) -> dict[str, Example]:
    """Check the names, members, shapes and tolerances of all examples.

    `reasons` are those of the tools in use, beside the ones of the file itself.
    """
    figures: dict[str, Figure] = {**inputs, **parameters, **steps}
    found = {}
    for name, declared in scope.content.examples.items():
        found[name] = _ExampleChecker(name, declared, scope, figures, frozenset(reasons)).example()
    return found


class _ExampleChecker:
    """One example and what it may speak of."""

    def __init__(
        self,
        name: str,
        declared: ExampleDeclaration,
        scope: Scope,
        figures: Mapping[str, Figure],
        reasons: frozenset[str],
    ) -> None:
        self.name = name
        self.declared = declared
        self.scope = scope
        self.dimensions = scope.dimensions
        self.figures = figures
        self.reasons = reasons
        self.findings = scope.findings
        self.path: Path_ = ("examples", name)
        closed = {
            name: dimension.members for name, dimension in scope.dimensions.items() if dimension.members
        }
        self.members = {**{name: tuple(given) for name, given in declared.members.items()}, **closed}

    def example(self) -> Example:
        self._check_names()
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

    # --- names -----------------------------------------------------------------------------------------------

    def _check_names(self) -> None:
        self._check_members()
        inputs = [name for name, figure in self.figures.items() if isinstance(figure, Input)]
        self._check_section("inputs", self.declared.inputs, inputs)
        self._check_given(inputs)
        expected = [name for name, figure in self.figures.items() if not isinstance(figure, Parameter)]
        self._check_section("expect", self.declared.expect, expected)
        results = self.scope.content.results
        roles = [role for role in ROLES if getattr(results, role) not in (None, "none")]
        if "results" not in self.findings.broken:
            self._check_known("issued", self.declared.issued, roles)
        self._check_known("warned", self.declared.warned, self.scope.content.rules)
        for reason in self.declared.rejected:
            self._check_reason(reason, (*self.path, "rejected", reason), is_key=True)
        for position, reason in enumerate(self.declared.fails):
            self._check_reason(reason, (*self.path, "fails", position), is_key=False)
        if not (self.declared.expect or self.declared.issued or self.declared.fails):
            message = "an example says what it expects: expect:, issued: or fails:"
            self.findings.error("CQ202", message, self.path, is_key=True)

    def _check_members(self) -> None:
        for name, members in self.declared.members.items():
            path: Path_ = (*self.path, "members", name)
            dimension = self.dimensions.get(name)
            if dimension is not None and (dimension.members is not None or dimension.is_long):
                message = f"the members of '{name}' do not come with the data"
                self.findings.error("CQ214", message, path, is_key=True)
            elif dimension is None and name not in self.findings.broken:
                hint = near(name, self.dimensions)
                self.findings.error("CQ306", f"unknown dimension '{name}'", path, is_key=True, hint=hint)
            for position, member in enumerate(members):
                if member in members[:position]:
                    message = f"'{name}' has the member '{member}' twice"
                    self.findings.error("CQ214", message, (*path, position))

    def _check_known(self, section: str, found: Iterable[str], known: Iterable[str]) -> None:
        for name in found:
            if name not in known and not self.findings.is_broken(name):
                path: Path_ = (*self.path, section, name)
                figure = self.figures.get(name)
                message = f"unknown name '{name}'" if figure is None else _misplaced(figure, section)
                self.findings.error("CQ306", message, path, is_key=True, hint=near(name, known))

    def _check_given(self, inputs: Iterable[str]) -> None:
        """Every input without a default has a value, unless the example is about its being missing."""
        unknown = [name for name in self.declared.inputs if name not in self.figures]
        for name in inputs:
            figure = self.figures[name]
            if near(name, unknown):
                continue
            is_needed = isinstance(figure, Input) and figure.default is None
            if (
                is_needed
                and name not in self.declared.inputs
                and f"missing.{name}" not in self.declared.fails
            ):
                message = f"the example gives no value for '{name}', which has no default"
                self.findings.error("CQ214", message, (*self.path, "inputs"), is_key=True)

    def _check_reason(self, reason: str, path: Path_, *, is_key: bool) -> None:
        """A reason is a rule, a reason of the engine's own, or a kind of reason with the name it is about."""
        if reason in self.reasons or reason.removeprefix("table.").partition(".")[0] in self.scope.tools:
            return
        kind, dot, name = reason.partition(".")
        content = self.scope.content
        of_kind: dict[str, Iterable[str]] = {
            **dict.fromkeys(REASONS_OF_INPUTS, content.inputs),
            **dict.fromkeys(("band", "table"), content.parameters),
            "nonfinite": content.steps,
        }
        is_known = name in of_kind.get(kind, ()) if dot else reason in (*content.rules, *WHOLE_REASONS)
        if is_known or self.findings.is_broken(name) or self.findings.is_broken(reason):
            return
        known = (
            [f"{kind}.{each}" for each in of_kind.get(kind, ())] if dot else [*content.rules, *WHOLE_REASONS]
        )
        hint = near(reason, known) or f"a rule's name, {'.…, '.join(of_kind)}.…, {' or '.join(WHOLE_REASONS)}"
        self.findings.error("CQ306", f"unknown reason '{reason}'", path, is_key=is_key, hint=hint)

    # --- values ----------------------------------------------------------------------------------------------

    def _check_section(self, section: str, found: Mapping[str, Any], known: Iterable[str]) -> None:
        self._check_known(section, found, known)
        for name, nested in found.items():
            figure = self.figures.get(name)
            if figure is not None and name in known and name not in self.findings.broken:
                self._check_shape(nested, figure, (*self.path, section, name))

    def _check_shape(self, nested: Any, figure: Figure, path: Path_) -> None:
        """Values over small dimensions whose members are known have the right members; every value is of its kind."""
        if isinstance(nested, Mapping) and nested and VALUE_KEYS.issuperset(nested):
            inner = "values" if "values" in nested else "value"
            self._check_unit(nested, figure, path)
            nested, path = nested.get(inner), (*path, inner)
        if all(not self.dimensions[d].is_long and d in self.members for d in figure.over):
            faults = arrange(nested, figure.over, self.members)[1]
            for fault in faults:
                place = (*path, *fault.path)
                self.findings.error("CQ214", fault.message, place, hint=fault.hint, is_key=fault.is_key)
            if faults:
                return
        for below, leaf in _leaves(nested):
            self._check_leaf(leaf, figure, (*path, *below))

    def _check_unit(self, nested: Mapping[str, Any], figure: Figure, path: Path_) -> None:
        if nested.get("unit") is None:
            return
        unit = self.findings.unit(str(nested["unit"]), (*path, "unit"))
        if unit is not None and not unit.same_dimension(figure.type.unit):
            message = f"'{figure.name}' is declared in {figure.type.words}, found {unit}"
            self.findings.error("CQ303", message, (*path, "unit"))

    def _check_leaf(self, leaf: Any, figure: Figure, path: Path_) -> None:
        kind = figure.type.kind
        if kind == "number":
            self.findings.number(leaf, path)
        elif kind == "bool" and leaf not in ("true", "false"):
            self.findings.error("CQ204", f"expected true or false, found '{leaf}'", path)
        elif kind == "category":
            members = self.members.get(figure.type.category)
            if members is not None and leaf not in members:
                message = f"'{figure.type.category}' has no member '{leaf}'"
                self.findings.error("CQ214", message, path, hint=near(str(leaf), members))

    # --- tolerance -------------------------------------------------------------------------------------------

    def _tolerance(self) -> dict[str, Tolerance]:
        declared = self.declared.tolerance
        if not isinstance(declared, dict):
            tolerance = self._one_tolerance(declared, (*self.path, "tolerance"))
            return {} if tolerance is None else {"other": tolerance}
        self._check_known("tolerance", declared, [*self.figures, *ROLES, "other"])
        found = {}
        for name, text in declared.items():
            path: Path_ = (*self.path, "tolerance", name)
            tolerance = self._one_tolerance(text, path)
            figure = self.figures.get(name)
            if tolerance is not None:
                found[name] = tolerance
                if figure is not None and tolerance.unit is not None:
                    self._check_tolerance_unit(tolerance.unit, figure, path)
        return found

    def _check_tolerance_unit(self, unit: Unit, figure: Figure, path: Path_) -> None:
        if not unit.same_dimension(figure.type.unit):
            message = f"'{figure.name}' is in {figure.type.words}, but its tolerance in {unit}"
            self.findings.error("CQ303", message, path)

    def _one_tolerance(self, text: str, path: Path_) -> Tolerance | None:
        match = TOLERANCE.fullmatch(text.strip())
        number = self.findings.number(match["number"] if match else text, path, hint=TOLERANCE_HINT)
        if number is None or match is None:
            return None
        if number.value < 0:
            self.findings.error("CQ204", f"a tolerance is not negative, found {text}", path)
        if match["unit"]:
            unit = self.findings.unit(match["unit"], path, offset=match.start("unit"))
            return None if unit is None else Tolerance(number.value, unit)
        return Tolerance(number.value / 100 if match["percent"] else number.value)


def _misplaced(figure: Figure, section: str) -> str:
    kind = {Input: "an input", Parameter: "a parameter", Step: "a step"}[type(figure)]
    wanted = "inputs" if section == "inputs" else "inputs and steps"
    return f"'{figure.name}' is {kind}: here stand {wanted} alone"


def _leaves(nested: Any) -> Iterator[tuple[Path_, Any]]:
    """Every value of nested mappings and lists that is there, with the keys that lead to it."""
    if isinstance(nested, Mapping | list):
        for key, item in nested.items() if isinstance(nested, Mapping) else enumerate(nested):
            for path, leaf in _leaves(item):
                yield (key, *path), leaf
    elif nested is not None:
        yield (), nested
