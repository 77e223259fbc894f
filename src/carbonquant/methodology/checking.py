"""The only bridge from what an author wrote to what the engine trusts.

`check` reports every problem of a file in one run, in the order of the file, or returns a `Methodology` that nothing
downstream checks again. An item that is wrong is set aside: what depends on it is not judged.

Reads the tools and factor sets that a file names, and nothing else; computes no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

from carbonquant.declaration import ActivityDeclaration, Declaration, ModuleDeclaration
from carbonquant.declaration.findings import Findings
from carbonquant.formula import tree
from carbonquant.formula.conversion import near
from carbonquant.formula.tree import Typed, references
from carbonquant.methodology.dimensions import check_dimensions, check_groups
from carbonquant.methodology.examples import check_examples
from carbonquant.methodology.formulas import Formulas
from carbonquant.methodology.gwp import check_gwp
from carbonquant.methodology.inputs import check_inputs
from carbonquant.methodology.model import ROLES, Claims, Methodology, Step
from carbonquant.methodology.names import check_names, check_words
from carbonquant.methodology.order import in_dependency_order
from carbonquant.methodology.parameters import check_parameters
from carbonquant.methodology.results import Results, check_results
from carbonquant.methodology.rules import check_rules
from carbonquant.methodology.scope import Scope
from carbonquant.methodology.steps import check_steps
from carbonquant.methodology.tools import check_uses
from carbonquant.sources import Path_, Source

__all__ = ["check"]


def check(
    declaration: Declaration, path: Sequence[Path] = (), files: Mapping[str, Path] | None = None
) -> Methodology:
    """Prove a declaration, or raise one `MethodologyError` that lists every problem found.

    Parameters
    ----------
    declaration
        What `declare` gave, of a methodology or a tool.
    path
        Folders in which tools and factor sets are looked for, after that of the file and before the library.
    files
        Where each tool and factor set is, by the name under which it is used; nothing else is opened then.

    Raises
    ------
    MethodologyError
        With all problems of the file, each at its line and column.
    """
    return _checked(_scope(declaration, path, files, frozenset()))


def _scope(
    declaration: Declaration, path: Sequence[Path], files: Mapping[str, Path] | None, users: frozenset[str]
) -> Scope:
    findings = Findings(declaration)
    if not isinstance(declaration.content, ModuleDeclaration):
        if declaration.content is not None:
            kind = (
                "an activity file" if isinstance(declaration.content, ActivityDeclaration) else "a factor set"
            )
            findings.error("CQ206", f"this is no methodology but {kind}", ("kind",))
        findings.raise_if_wrong()
    content = cast("ModuleDeclaration", declaration.content)
    return Scope(content, findings, path, files, users | {declaration.source.digest})


def _check_tool(declaration: Declaration, user: Scope) -> Methodology:
    """Prove a tool on its own; `user` tells where to look, and who must not be used again."""
    return _checked(_scope(declaration, user.path, user.files, user.users))


def _checked(scope: Scope) -> Methodology:
    """Judge section after section, each with what the sections before it have proven."""
    content, findings = scope.content, scope.findings
    check_names(content, findings)
    check_words(content, findings)
    check_dimensions(scope)
    inputs = check_inputs(scope)
    parameters = check_parameters(scope)
    for parameter in parameters.values():
        check_gwp(parameter, scope)
    check_groups(scope)
    tools = check_uses(scope, inputs, _check_tool)
    formulas = Formulas(scope)
    own_steps = check_steps(scope, formulas)
    tools.bind(formulas)
    steps = _ordered({**own_steps, **tools.steps}, scope)
    rules = {**check_rules(scope, formulas, steps), **tools.rules}
    findings.broken.update(content.steps.keys() - own_steps.keys())
    shown = {name: step for name, step in steps.items() if name in own_steps or name in scope.symbols}
    results = check_results(scope, inputs, shown, steps)
    claims = _claims(scope)
    examples = check_examples(scope, inputs, parameters, shown, tools.rules)
    roots = [*(step.root for step in steps.values()), *(rule.root for rule in rules.values())]
    _warn_of_unused(scope, roots)
    _check_files(scope)
    findings.raise_if_wrong()
    proven = cast("Results", results)
    return Methodology(
        id=content.id,
        version=content.version,
        declaration=content,
        source=findings.source,
        dimensions=scope.dimensions,
        inputs=inputs,
        parameters={**parameters, **tools.parameters},
        rules=rules,
        steps=steps,
        roles=proven.roles,
        also=proven.also,
        by=proven.by,
        rounding=proven.rounding,
        checks_identity=proven.checks_identity,
        claims=claims,
        examples=examples,
        outputs=tuple(content.results.outputs),
        tools=scope.tools,
        sets=scope.sets,
        warnings=findings.warnings,
    )


def _ordered(steps: Mapping[str, Step], scope: Scope) -> dict[str, Step]:
    """Steps of the file and of its tools, each after those it reads."""
    order, cycles = in_dependency_order({name: references(step.root) for name, step in steps.items()})
    for cycle in cycles:
        use = next(name.partition(".")[0] for name in cycle if "." in name)
        message = f"a step reads itself through a tool: {' → '.join(cycle)}"
        scope.findings.error("CQ319", message, ("use", use), is_key=True)
    return {name: steps[name] for name in order}


def _check_files(scope: Scope) -> None:
    """A name or an id stands for one file, in the methodology and in all of its tools."""
    known = {scope.content.id: scope.findings.source}
    for path, name, source in _named(scope):
        for called in (name, str(source.plain().get("id", name))):
            first = known.setdefault(called, source)
            if first.digest != source.digest:
                message = f"'{called}' is two different files: {first.shown} and {source.shown}"
                scope.findings.error("CQ106", message, path, is_key=True)


def _named(scope: Scope) -> Iterator[tuple[Path_, str, Source]]:
    """The files of all tools and factor sets, the names they are found by, and where the file uses them."""
    for name, found in scope.sets.items():
        yield (), name, found.source
    for use, tool in scope.tools.items():
        yield ("use", use), scope.content.use[use].tool, tool.source
        for name, source in tool.named.items():
            yield ("use", use), name, source


def _claims(scope: Scope) -> Claims | None:
    """A claim is keyed by inputs and dimensions."""
    declared = scope.content.claims
    if declared is None:
        return None
    known = [*scope.content.inputs, *scope.dimensions]
    for position, name in enumerate(declared.key):
        if name not in known and name not in scope.findings.broken:
            path: Path_ = ("claims", "key", position)
            message = f"'{name}' is no input and no dimension"
            scope.findings.error("CQ306", message, path, hint=near(name, known))
    return Claims(tuple(declared.key), declared.period, tuple(declared.exclusive_with))


def _warn_of_unused(scope: Scope, roots: Iterable[Typed]) -> None:
    """Warn of inputs and parameters that nothing reads; where something is wrong, that may be why."""
    if scope.findings.broken or scope.findings.count:
        return
    used = set(_used(scope, roots))
    for section in ("inputs", "parameters"):
        for name in getattr(scope.content, section):
            if name not in used:
                hint = "use it in a formula, or delete it"
                scope.findings.warning("CQ290", f"nothing reads '{name}'", (section, name), hint=hint)


def _used(scope: Scope, roots: Iterable[Typed]) -> Iterator[str]:
    for root in roots:
        yield from references(root)
        for node in tree.walk(root):
            if isinstance(node, tree.Aggregate) and node.link is not None:
                yield from (column for _, column in node.link.targets)
    for dimension in scope.dimensions.values():
        yield from dimension.by
    for declared in scope.content.parameters.values():
        yield from declared.at.values()
    for use in scope.content.use.values():
        yield from use.inputs.values()
    content = scope.content
    yield from (str(getattr(content.results, role)) for role in ROLES)
    yield from content.results.also
    yield from content.claims.key if content.claims else ()
