"""Tools in use: the equations of a shared module, bound to the names of the methodology that uses it.

A tool is checked by itself, once; here its inputs are bound, its dimensions are told apart from others, and its steps,
parameters and rules join those of the methodology, under the name of the use (`landfill.BE`).

Part of `check`; a tool may use other tools, in no circle.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from carbonquant import sources
from carbonquant.declaration import Declaration, UseDeclaration, declare
from carbonquant.errors import MethodologyError
from carbonquant.formula import tree
from carbonquant.formula.conversion import near
from carbonquant.formula.renaming import Renaming
from carbonquant.formula.tree import Dimension, Symbol, Type, Typed
from carbonquant.methodology.formulas import Formulas
from carbonquant.methodology.model import Input, Methodology, Parameter, Rule, Step, Words
from carbonquant.methodology.scope import Scope
from carbonquant.sources import Path_
from carbonquant.units import PURE

__all__ = ["Tools", "check_uses"]

CARET = re.compile(r"\^(\d+)\.(\d+)(?:\.(\d+))?")
Check = Callable[[Declaration, Scope], Methodology]


@dataclass
class Tools:
    """What the tools in use add to a methodology; steps are complete once `bind` has run."""

    parameters: dict[str, Parameter] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    uses: list[_Use] = field(default_factory=list)

    def bind(self, formulas: Formulas) -> None:
        """Type what the inputs of every tool are bound to, now that all names are known."""
        for use in self.uses:
            use.bind(formulas, self)


def check_uses(scope: Scope, inputs: Mapping[str, Input], check: Check) -> Tools:
    """Find and check the tools of a file, and let formulas speak of their outputs."""
    tools = Tools()
    for name, declared in scope.content.use.items():
        tool = _tool(name, declared, scope, check)
        if tool is None:
            scope.set_aside(name)
            continue
        scope.tools[name] = tool
        use = _Use(name, declared, tool, scope, inputs)
        if use.enter():
            tools.uses.append(use)
            use.join(tools)
        else:
            scope.set_aside(name)
    return tools


def _tool(name: str, declared: UseDeclaration, scope: Scope, check: Check) -> Methodology | None:
    place: Path_ = ("use", name, "tool")
    try:
        source = sources.read(scope.find(declared.tool))
        if source.digest in scope.users:
            scope.findings.error("CQ319", f"the tool '{declared.tool}' uses itself", place)
            return None
        tool = check(declare(source), scope)
    except MethodologyError as error:
        first = error.diagnostics[0]
        where = "" if first.position is None else f" ({first.position})"
        scope.findings.error(first.code, f"{first.message}{where}", place, hint=first.hint)
        return None
    if not tool.outputs:
        hint = "kind: tool, with results: {outputs: […]}"
        scope.findings.error("CQ206", f"'{tool.id}' is no tool", place, hint=hint)
        return None
    if declared.version and not _is_wanted(declared.version, tool.version):
        message = f"'{tool.id}' has version {tool.version}, wanted is {declared.version}"
        scope.findings.error("CQ218", message, ("use", name, "version"))
        return None
    return tool


def _is_wanted(wanted: str, found: str) -> bool:
    """Whether a version is the one named, or of the same major version and not older (`^1.2`)."""
    caret = CARET.fullmatch(wanted)
    if caret is None:
        return wanted == found
    lowest = tuple(int(part or 0) for part in caret.groups())
    have = tuple(int(part) for part in found.split("-", maxsplit=1)[0].split("."))
    return have[0] == lowest[0] and have >= lowest


class _Use:
    """One use of a tool."""

    def __init__(
        self,
        name: str,
        declared: UseDeclaration,
        tool: Methodology,
        scope: Scope,
        inputs: Mapping[str, Input],
    ) -> None:
        self.name = name
        self.declared = declared
        self.tool = tool
        self.scope = scope
        self.inputs = inputs
        self.path: Path_ = ("use", name)
        self.dimensions: dict[str, str] = {}
        self.direct: dict[str, str] = {}
        """Inputs of the tool that stand for an input of the methodology, and not for a computed value."""
        self.renaming = Renaming({}, {})

    def _own(self, name: str) -> str:
        return f"{self.name}.{name}"

    # --- before formulas are typed -----------------------------------------------------------------------------

    def enter(self) -> bool:
        """Match dimensions and inputs, and enter the outputs; False where something is wrong."""
        before = self.scope.findings.count
        self._check_keys(self.declared.inputs, self.tool.inputs, "with", "input")
        self._check_keys(self.declared.dims, self.tool.dimensions, "dims", "dimension")
        if self.scope.findings.count == before:
            for dimension in self.tool.dimensions.values():
                self._match(dimension)
        if self.scope.findings.count > before:
            return False
        for declared in self.tool.inputs.values():
            self._check_bound(declared)
        names = {name: self._own(name) for section in self._sections() for name in section}
        self.renaming = Renaming({**names, **self.direct}, self.dimensions)
        for name in self.tool.outputs:
            self.scope.enter(Symbol(self._own(name), "step", self.renaming.type(self.tool.steps[name].type)))
        return self.scope.findings.count == before

    def _sections(self) -> tuple[Mapping[str, object], ...]:
        return self.tool.inputs, self.tool.parameters, self.tool.steps

    def _check_keys(self, given: Mapping[str, str], known: Mapping[str, object], key: str, what: str) -> None:
        for name in given:
            if name not in known:
                hint = near(name, known) or f"it has: {', '.join(known)}"
                message = f"'{self.tool.id}' has no {what} '{name}'"
                self.scope.findings.error("CQ201", message, (*self.path, key, name), hint=hint, is_key=True)

    def _match(self, dimension: Dimension) -> None:
        """Find what a dimension of the tool is called here, or give a second index a name of its own."""
        findings, name = self.scope.findings, dimension.name
        if dimension.base:
            own = self._own(name)
            base = self.dimensions.get(dimension.base, dimension.base)
            if base in self.scope.dimensions:
                self.dimensions[name] = own
                self.scope.dimensions[own] = replace(self.scope.dimensions[base], name=own, base=base)
            return
        mine = self.declared.dims.get(name, name)
        place: Path_ = (*self.path, "dims", name) if name in self.declared.dims else (*self.path, "tool")
        found = self.scope.dimensions.get(mine)
        if dimension.is_long:
            findings.error("CQ207", "not supported yet: a tool with rows", (*self.path, "tool"))
        elif found is None:
            hint = f"dims: {{{name}: one of yours}}"
            findings.error("CQ306", f"nothing stands for the tool's dimension '{name}'", place, hint=hint)
        elif found.kind != dimension.kind or found.is_long:
            findings.error(
                "CQ309", f"'{mine}' is a {found.kind}, the tool's '{name}' a {dimension.kind}", place
            )
        elif dimension.members is not None and found.members != dimension.members:
            message = (
                f"'{mine}' has other members than the tool's '{name}': {', '.join(dimension.members[:8])}"
            )
            findings.error("CQ214", message, place)
        else:
            self.dimensions[name] = mine

    def _check_bound(self, declared: Input) -> None:
        """An input of the tool is bound or has a default; one that is no number stands for an input."""
        findings, name = self.scope.findings, declared.name
        text = self.declared.inputs.get(name)
        if text is None:
            if declared.default is None or declared.type.kind != "number":
                unit = "" if declared.type.kind != "number" else f" ({declared.type.unit})"
                message = f"the tool's input '{name}'{unit} is not bound"
                findings.error(
                    "CQ219", message, (*self.path, "with"), is_key=True, hint=f"with: {{{name}: …}}"
                )
            return
        if declared.type.kind == "number":
            return
        mine = self.inputs.get(text)
        wanted = Renaming({}, self.dimensions).type(declared.type)
        if mine is None or mine.type != wanted:
            message = f"'{name}' is bound to an input of the same type and dimensions, not to '{text}'"
            findings.error("CQ309", message, (*self.path, "with", name))
            return
        self.direct[name] = text

    # --- what the tool adds --------------------------------------------------------------------------------------

    def join(self, tools: Tools) -> None:
        """Add the tool's parameters, steps and rules under their new names."""
        for parameter in self.tool.parameters.values():
            tools.parameters[self._own(parameter.name)] = self._parameter(parameter)
        for step in self.tool.steps.values():
            name = self._own(step.name)
            over = tuple(self.renaming.dimension(d) for d in step.over)
            root = self.renaming.formula(step.root)
            tools.steps[name] = replace(step, name=name, type=root.type, over=over, root=root)
        for rule in self.tool.rules.values():
            name = self._own(rule.name)
            over = tuple(self.renaming.dimension(d) for d in rule.over)
            tools.rules[name] = replace(rule, name=name, over=over, root=self.renaming.formula(rule.root))

    def _parameter(self, parameter: Parameter) -> Parameter:
        over = tuple(self.renaming.dimension(d) for d in parameter.over)
        use = parameter.factor
        if use is not None:
            by_dimension = {key: self.renaming.dimension(d) for key, d in use.by_dimension.items()}
            by_input = {key: self.direct[name] for key, name in use.by_input.items()}
            use = replace(use, by_dimension=by_dimension, by_input=by_input)
        kind = self.renaming.type(parameter.type)
        return replace(parameter, name=self._own(parameter.name), type=kind, over=over, factor=use)

    # --- once all names are known --------------------------------------------------------------------------------

    def bind(self, formulas: Formulas, tools: Tools) -> None:
        """Make a step of every bound number, and a rule of its range."""
        for declared in self.tool.inputs.values():
            if declared.name in self.direct:
                continue
            text = self.declared.inputs.get(declared.name)
            wanted = self.renaming.type(declared.type)
            root = (
                _default(declared, wanted) if text is None else self._bound(declared, text, wanted, formulas)
            )
            if root is None:
                continue
            name = self._own(declared.name)
            over = tuple(self.renaming.dimension(d) for d in declared.over)
            tools.steps[name] = Step(name, wanted, over, root, text or str(declared.default), declared.words)
            self._add_range(declared, wanted, over, tools)

    def _bound(self, declared: Input, text: str, wanted: Type, formulas: Formulas) -> Typed | None:
        path: Path_ = (*self.path, "with", declared.name)
        root = formulas.typed(text, path)
        if root is None:
            return None
        narrow = replace(wanted, dims=wanted.dims & root.type.dims)
        conformed = formulas.conformed(root, narrow, self._own(declared.name), path)
        return conformed and _spread(conformed, wanted)

    def _add_range(self, declared: Input, wanted: Type, over: tuple[str, ...], tools: Tools) -> None:
        """What a project may not bring along, a methodology may not bind to either."""
        if declared.low is None and declared.high is None:
            return
        name = self._own(declared.name)
        value = tree.Reference(wanted, (0, 0), name, "step")
        is_inside = Type("bool", PURE, wanted.dims)
        tests: list[Typed] = []
        for limit, operator in ((declared.low, ">="), (declared.high, "<=")):
            if limit is not None:
                edge = tree.Quantity(Type(unit=wanted.unit), (0, 0), limit, repr(limit), str(wanted.unit))
                tests.append(tree.Compare(is_inside, (0, 0), operator, value, edge))  # type: ignore[arg-type]  # >= or <=
        root = tests[0] if len(tests) == 1 else tree.Logic(is_inside, (0, 0), "and", tests[0], tests[1])
        words = Words(zh=f"{declared.words.zh}：超出范围", en=f"out of range: {declared.words.en}")
        rule = self._own(f"range.{declared.name}")
        tools.rules[rule] = Rule(rule, over, root, name, "fail", words)


def _default(declared: Input, wanted: Type) -> Typed:
    text = str(declared.default)
    number = tree.Quantity(Type(unit=wanted.unit), (0, 0), float(text), text, str(wanted.unit))
    return _spread(number, wanted)


def _spread(node: Typed, wanted: Type) -> Typed:
    return node if node.type.dims == wanted.dims else tree.Spread(wanted, node.span, node)
