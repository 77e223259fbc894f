"""The only bridge from what an author wrote to what the engine trusts.

`check` reports every problem of a file in one run, in the order of the file, or returns a `Methodology` that nothing
downstream checks again. An item that is wrong is set aside: what depends on it is not judged.

Reads no file and computes no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import cast

from carbonquant.declaration import Declaration, InputDeclaration, MethodologyDeclaration, StepDeclaration
from carbonquant.errors import TextRefusedError
from carbonquant.formula import calls, tree
from carbonquant.formula.conversion import near
from carbonquant.formula.functions import FUNCTIONS, NOT_YET
from carbonquant.formula.syntax import RESERVED, parse
from carbonquant.formula.tree import Dimension, Symbol, Type, Typed, references
from carbonquant.formula.typing import Inference, Names, conform
from carbonquant.methodology.examples import check_examples
from carbonquant.methodology.findings import Findings
from carbonquant.methodology.model import Claims, Input, Methodology, Parameter, Rule, Step, Words
from carbonquant.methodology.order import in_dependency_order
from carbonquant.methodology.parameters import check_parameter
from carbonquant.methodology.results import Results, check_results
from carbonquant.sources import Path_
from carbonquant.units import CONSTANTS, PURE

__all__ = ["check"]

OTHER_TYPES = ("text", "date", "bool")
NOT_YET_TYPES = ("time",)
CELSIUS = "degC"


def check(declaration: Declaration) -> Methodology:
    """Prove a declaration, or raise one `MethodologyError` that lists every problem found.

    Raises
    ------
    MethodologyError
        With all problems of the file, each at its line and column.
    """
    findings = Findings(declaration)
    if not isinstance(declaration.content, MethodologyDeclaration):
        if declaration.content is not None:
            findings.error("CQ206", "this is no methodology but an activity file", ("kind",))
        findings.raise_if_wrong()
    content = cast("MethodologyDeclaration", declaration.content)
    return _Checker(content, findings).methodology()


class _Checker:
    """The passes over one file: each section is judged with what the sections before it have proven."""

    def __init__(self, content: MethodologyDeclaration, findings: Findings) -> None:
        self.content = content
        self.findings = findings
        self.dimensions: dict[str, Dimension] = {}
        self.inputs: dict[str, Input] = {}
        self.parameters: dict[str, Parameter] = {}
        self.steps: dict[str, Step] = {}
        self.rules: dict[str, Rule] = {}
        self.symbols: dict[str, Symbol] = {}

    def methodology(self) -> Methodology:
        self._check_names()
        self._check_words()
        self._check_dimensions()
        self._check_inputs()
        self._check_parameters()
        self._check_groups()
        self._check_steps()
        self._check_rules()
        self._check_unused()
        results = check_results(self.content, self.dimensions, self.inputs, self.steps, self.findings)
        claims = self._claims()
        examples = check_examples(
            self.content, self.dimensions, {**self.inputs, **self.parameters, **self.steps}, self.findings
        )
        self.findings.raise_if_wrong()
        return self._assembled(cast("Results", results), claims, examples)

    def _assembled(self, results: Results, claims: Claims | None, examples: object) -> Methodology:
        return Methodology(
            id=self.content.id,
            version=self.content.version,
            declaration=self.content,
            source=self.findings.source,
            dimensions=self.dimensions,
            inputs=self.inputs,
            parameters=self.parameters,
            rules=self.rules,
            steps=self.steps,
            roles=results.roles,
            also=results.also,
            by=results.by,
            rounding=results.rounding,
            checks_identity=results.checks_identity,
            claims=claims,
            examples=examples,  # type: ignore[arg-type]  # check_examples gives Mapping[str, Example]
            warnings=self.findings.warnings,
        )

    # --- names and words -------------------------------------------------------------------------------------

    def _check_names(self) -> None:
        """One name space for dimensions, inputs, parameters and steps; words of the language are taken."""
        seen: dict[str, str] = {}
        for section in ("dimensions", "inputs", "parameters", "steps"):
            for name in getattr(self.content, section):
                path: Path_ = (section, name)
                if name in seen:
                    self.findings.error(
                        "CQ205", f"'{name}' is defined twice, also in {seen[name]}", path, is_key=True
                    )
                elif (
                    name in RESERVED
                    or name in FUNCTIONS
                    or name in NOT_YET
                    or name in CONSTANTS
                    or name == "pi"
                ):
                    self.findings.error("CQ212", f"'{name}' is a word of the language", path, is_key=True)
                seen.setdefault(name, section)

    def _check_words(self) -> None:
        """An active methodology speaks both languages and has an example that is not its author's."""
        if self.content.status != "active":
            return
        titled: list[tuple[Path_, object]] = [(("title",), self.content.title)]
        for section in ("inputs", "parameters", "rules", "steps"):
            titled += [((section, name), item) for name, item in getattr(self.content, section).items()]
        for path, item in titled:
            absent = [language for language in ("zh", "en") if not getattr(item, language)]
            if absent:
                message = (
                    f"an active methodology needs words in both languages: '{path[-1]}' has no {absent[0]}:"
                )
                self.findings.error("CQ213", message, path, is_key=True)
        if not any(example.source for example in self.content.examples.values()):
            message = "an active methodology needs an example whose source: is not its author"
            self.findings.error("CQ213", message, ("status",), is_key=True)

    # --- dimensions, inputs, parameters ------------------------------------------------------------------------

    def _check_dimensions(self) -> None:
        for name, declared in self.content.dimensions.items():
            members = None if declared.members is None else tuple(declared.members)
            doubled = [m for m in members or () if (members or ()).count(m) > 1]
            if doubled:
                self.findings.error(
                    "CQ214", f"'{name}' has the member '{doubled[0]}' twice", ("dimensions", name)
                )
            self.dimensions[name] = Dimension(
                name, declared.kind, members, declared.group or "", tuple(declared.by)
            )

    def _check_groups(self) -> None:
        for name, dimension in list(self.dimensions.items()):
            if dimension.kind != "group":
                continue
            path: Path_ = ("dimensions", name)
            rows = self.dimensions.get(dimension.rows)
            if rows is None or rows.kind != "rows":
                self.findings.error("CQ306", f"'{dimension.rows}' is no rows dimension", (*path, "group"))
                self._set_aside(name)
                continue
            columns = [column.name for column in self._names().columns(rows.name)]
            for position, column in enumerate(dimension.by):
                if column not in columns and column not in self.findings.broken:
                    message = f"'{column}' is no input over {rows.name}"
                    self.findings.error("CQ306", message, (*path, "by", position), hint=near(column, columns))
            if not dimension.by:
                self.findings.error(
                    "CQ202", "a group needs 'by:', the columns that make it", path, is_key=True
                )

    def _set_aside(self, name: str) -> None:
        self.findings.broken.add(name)
        for section in (self.dimensions, self.symbols, self.inputs, self.parameters, self.steps):
            section.pop(name, None)

    def _over(self, over: Iterable[str], path: Path_) -> bool:
        """Whether every dimension of an `over:` exists."""
        is_known = True
        for position, name in enumerate(over):
            if name in self.dimensions:
                continue
            is_known = False
            if name not in self.findings.broken:
                node_path = (*path, "over", position)
                hint = near(name, self.dimensions)
                self.findings.error("CQ306", f"unknown dimension '{name}'", node_path, hint=hint)
        return is_known

    def _check_inputs(self) -> None:
        for name, declared in self.content.inputs.items():
            found = self._input(name, declared)
            if found is None:
                self.findings.broken.add(name)
            else:
                self.inputs[name] = found
                self.symbols[name] = Symbol(name, "input", found.type)

    def _input(self, name: str, declared: InputDeclaration) -> Input | None:
        path: Path_ = ("inputs", name)
        kind = self._input_type(declared, path)
        if not self._over(declared.over, path) or kind is None:
            return None
        dims = frozenset(declared.over)
        low, high = ((None if end is None else end.value) for end in declared.range or (None, None))
        on_rows = any(self.dimensions[d].kind == "rows" for d in dims)
        missing = declared.missing or ("reject" if on_rows else "fail")
        if on_rows and len(dims) > 1:
            self.findings.error(
                "CQ207", "not supported yet: an input over rows and another dimension", (*path, "over")
            )
            return None
        if any(self.dimensions[d].kind == "group" for d in dims):
            self.findings.error(
                "CQ204", "an input cannot vary over a group: groups are made from rows", (*path, "over")
            )
            return None
        if missing == "reject" and not on_rows:
            self.findings.error(
                "CQ206", "only rows can be rejected: missing: fail or default", (*path, "missing")
            )
        if missing == "default" and declared.default is None:
            self.findings.error("CQ202", "missing: default needs 'default:'", (*path, "missing"))
        words = Words(declared.zh, declared.en, declared.eq, declared.clause, declared.symbol)
        result = replace(kind, dims=dims)
        over = tuple(declared.over)
        return Input(
            name,
            result,
            over,
            low,
            high,
            declared.default,
            missing,
            words,
            declared.measured,
            declared.frequency,
        )

    def _input_type(self, declared: InputDeclaration, path: Path_) -> Type | None:
        if (declared.unit is None) == (declared.type is None):
            message = "an input has either 'unit' or 'type'"
            self.findings.error("CQ202", message, path, is_key=True, hint='a pure number has unit: "1"')
            return None
        if declared.unit is not None:
            if declared.unit == CELSIUS:
                self.findings.error("CQ207", "not supported yet: degC", (*path, "unit"))
                return None
            unit = self.findings.unit(declared.unit, (*path, "unit"))
            return None if unit is None else Type(unit=unit)
        return self._other_type(str(declared.type), (*path, "type"))

    def _other_type(self, name: str, path: Path_) -> Type | None:
        if name in OTHER_TYPES:
            return Type(name)  # type: ignore[arg-type]  # the three names are kinds
        dimension = self.dimensions.get(name)
        if name in NOT_YET_TYPES:
            self.findings.error("CQ207", f"not supported yet: type: {name}", path)
        elif name in self.findings.broken:
            pass
        elif dimension is None:
            known = [*OTHER_TYPES, *self.dimensions]
            self.findings.error("CQ306", f"unknown type '{name}'", path, hint=near(name, known))
        elif dimension.kind not in ("category", "year"):
            message = (
                f"'{name}' is a dimension of kind {dimension.kind}; a type is that of a category or a year"
            )
            self.findings.error("CQ309", message, path)
        else:
            return Type("category", PURE, category=name)
        return None

    def _check_parameters(self) -> None:
        for name, declared in self.content.parameters.items():
            is_known = self._over(declared.over, ("parameters", name))
            long = [d for d in declared.over if d in self.dimensions and self.dimensions[d].is_long]
            if long:
                self.findings.error(
                    "CQ204", f"a parameter cannot vary over {long[0]}", ("parameters", name, "over")
                )
            found = None
            if is_known and not long:
                found = check_parameter(name, declared, self.content, self.dimensions, self.findings)
            if found is None:
                self.findings.broken.add(name)
                continue
            self.parameters[name] = found
            kind: tree.SymbolKind = "parameter" if found.bands is None else "bands"
            band_unit = None if found.bands is None else found.bands.unit
            self.symbols[name] = Symbol(name, kind, found.type, band_unit)

    # --- steps and rules -----------------------------------------------------------------------------------------

    def _names(self) -> Names:
        return Names(self.symbols, self.dimensions, self.findings.broken)

    def _check_steps(self) -> None:
        declared_types = {name: self._step_type(name, step) for name, step in self.content.steps.items()}
        for name, declared_type in declared_types.items():
            if declared_type is None:
                self.findings.broken.add(name)
            else:
                self.symbols[name] = Symbol(name, "step", declared_type)
        found: dict[str, Step] = {}
        for name, declared_type in declared_types.items():
            step = declared_type and self._step(name, self.content.steps[name], declared_type)
            if step:
                found[name] = step
        order, cycles = in_dependency_order({name: references(step.root) for name, step in found.items()})
        for cycle in cycles:
            path: Path_ = ("steps", cycle[0], "formula")
            self.findings.error("CQ319", f"a step reads itself: {' → '.join(cycle)}", path)
        self.steps = {name: found[name] for name in order}

    def _step_type(self, name: str, declared: StepDeclaration) -> Type | None:
        path: Path_ = ("steps", name)
        is_known = self._over(declared.over, path)
        if (declared.unit is None) == (declared.type is None):
            self.findings.error("CQ202", "a step has either 'unit' or 'type'", path, is_key=True)
            return None
        dims = frozenset(declared.over)
        if declared.unit is not None:
            unit = self.findings.unit(declared.unit, (*path, "unit"))
            return Type(unit=unit, dims=dims) if unit is not None and is_known else None
        if declared.type != "bool":
            self.findings.error(
                "CQ207", f"not supported yet: a step of type {declared.type}", (*path, "type")
            )
            return None
        return Type("bool", PURE, dims) if is_known else None

    def _step(self, name: str, declared: StepDeclaration, declared_type: Type) -> Step | None:
        path: Path_ = ("steps", name)
        if declared.formula is not None:
            root = self._typed(declared.formula, (*path, "formula"))
            text, place = declared.formula, (*path, "formula")
        else:
            root, text, place = self._cases(name, declared), _joined(declared), (*path, "cases")
        if root is None:
            return None
        conformed, problem = conform(root, declared_type, name, self._names())
        if problem is not None:
            whole = replace(problem, start=0, end=0) if declared.cases else problem
            self.findings.problem(
                whole, (*place, len(declared.cases) - 1, "otherwise") if declared.cases else place
            )
        if conformed is None:
            return None
        words = Words(declared.zh, declared.en, declared.eq, declared.clause, declared.symbol)
        return Step(name, declared_type, tuple(declared.over), conformed, text.strip(), words)

    def _typed(self, text: str, path: Path_, *, is_condition: bool = False) -> Typed | None:
        inference = Inference(self._names())
        try:
            expression = parse(text)
        except TextRefusedError as refused:
            self.findings.problem(refused.problem, path)
            return None
        root = inference.condition(expression) if is_condition else inference.visit(expression)
        self._add_problems(inference, path)
        return None if inference.problems or inference.is_blocked else root

    def _add_problems(self, inference: Inference, path: Path_) -> None:
        for problem in inference.problems:
            self.findings.problem(problem, path)

    def _cases(self, name: str, declared: StepDeclaration) -> Typed | None:
        """Type the branches of a step one by one, then together."""
        path: Path_ = ("steps", name, "cases")
        cases = declared.cases or []
        if not cases or cases[-1].otherwise is None:
            self.findings.error("CQ317", "the last case must be 'otherwise'", path, is_key=True)
            return None
        if any(case.otherwise is not None for case in cases[:-1]):
            self.findings.error("CQ317", "only the last case is 'otherwise'", path, is_key=True)
            return None
        branches = []
        for position, case in enumerate(cases[:-1]):
            when = self._typed(case.when or "", (*path, position, "when"), is_condition=True)
            then = self._typed(case.then or "", (*path, position, "then"))
            branches.append((when, then))
        last: Path_ = (*path, len(cases) - 1, "otherwise")
        otherwise = self._typed(cases[-1].otherwise, last)
        if otherwise is None or any(when is None or then is None for when, then in branches):
            return None
        inference = Inference(self._names())
        typed = tuple(cast("tuple[Typed, Typed]", branch) for branch in branches)
        root = calls.choice(inference, typed, otherwise, otherwise.span, is_cases=True)
        for problem in inference.problems:
            self.findings.problem(replace(problem, start=0, end=0), last)
        return root

    def _check_rules(self) -> None:
        for name, declared in self.content.rules.items():
            path: Path_ = ("rules", name)
            is_known = self._over(declared.over, path)
            root = self._typed(declared.require, (*path, "require"), is_condition=True)
            if not is_known or root is None:
                continue
            conformed, problem = conform(
                root, Type("bool", PURE, frozenset(declared.over)), name, self._names()
            )
            if problem is not None:
                self.findings.problem(problem, (*path, "require"))
            self._check_action(name, declared.over, declared.action)
            self._check_not_circular(name, declared.over, root)
            if conformed is not None:
                words = Words(declared.zh, declared.en, declared.eq, declared.clause, declared.symbol)
                over = tuple(declared.over)
                self.rules[name] = Rule(
                    name, over, conformed, declared.require.strip(), declared.action, words
                )

    def _check_action(self, name: str, over: list[str], action: str) -> None:
        on_rows = any(self.dimensions[d].kind == "rows" for d in over)
        if action == "zero":
            self.findings.error("CQ207", "not supported yet: else: zero", ("rules", name, "else"))
        elif action == "reject" and not on_rows:
            self.findings.error(
                "CQ206", "only rows can be rejected: else: fail or warn", ("rules", name, "else")
            )

    def _check_not_circular(self, name: str, over: list[str], root: Typed) -> None:
        """A rule on rows may not read what those rows add up to."""
        rows = {d for d in over if self.dimensions[d].kind == "rows"}
        for node in self._everything_below(root):
            lane = _lane_of(node, self.dimensions)
            if lane and lane in rows:
                message = f"the rule decides which rows of {lane} count, but reads what they add up to"
                self.findings.error("CQ316", message, ("rules", name, "require"))
                return

    def _everything_below(self, root: Typed) -> Iterator[Typed]:
        waiting, seen = [root], set[str]()
        while waiting:
            for node in tree.walk(waiting.pop()):
                yield node
                if isinstance(node, tree.Reference) and node.name in self.steps and node.name not in seen:
                    seen.add(node.name)
                    waiting.append(self.steps[node.name].root)

    # --- the rest ------------------------------------------------------------------------------------------------

    def _check_unused(self) -> None:
        """Warn of inputs and parameters that nothing reads."""
        if self.findings.broken or self.findings.count:
            return
        roots = [*(s.root for s in self.steps.values()), *(r.root for r in self.rules.values())]
        used = {name for root in roots for name in references(root)}
        used |= {column for dimension in self.dimensions.values() for column in dimension.by}
        for root in roots:
            for node in tree.walk(root):
                if isinstance(node, tree.Aggregate) and node.link is not None:
                    used.update(column for _, column in node.link.targets)
        results = self.content.results
        used |= {results.leakage or "", results.project or "", results.baseline or "", results.removals or ""}
        used |= set(self.content.claims.key) if self.content.claims else set()
        for section in ("inputs", "parameters"):
            for name in getattr(self.content, section):
                if name not in used:
                    self.findings.warning("CQ290", f"nothing reads '{name}'", (section, name))

    def _claims(self) -> Claims | None:
        declared = self.content.claims
        if declared is None:
            return None
        known = [*self.inputs, *self.dimensions]
        for position, name in enumerate(declared.key):
            if name not in known and name not in self.findings.broken:
                path: Path_ = ("claims", "key", position)
                message = f"'{name}' is no input and no dimension"
                self.findings.error("CQ306", message, path, hint=near(name, known))
        return Claims(tuple(declared.key), declared.period, tuple(declared.exclusive_with))


def _joined(declared: StepDeclaration) -> str:
    """The branches of a step as one text."""
    lines = [f"when {case.when}: {case.then}" for case in declared.cases or () if case.when is not None]
    lines += [f"otherwise: {case.otherwise}" for case in declared.cases or () if case.otherwise is not None]
    return "\n".join(lines)


def _lane_of(node: Typed, dimensions: Mapping[str, Dimension]) -> str:
    """The rows dimension whose rows an aggregate adds up, or ''."""
    if not isinstance(node, tree.Aggregate):
        return ""
    names = (node.link.rows,) if node.link is not None else node.over
    lanes = [dimensions[name].lane for name in names if dimensions[name].is_long]
    return lanes[0] if lanes else ""
