"""The equations of a file: typed, as their declarations say, and in the order in which they can be computed.

Part of `check`; steps may stand in any order in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from carbonquant.declaration import StepDeclaration
from carbonquant.declaration.models import CaseDeclaration
from carbonquant.formula.tree import Symbol, Type
from carbonquant.methodology.formulas import Formulas
from carbonquant.methodology.model import Step, Words
from carbonquant.methodology.order import in_dependency_order
from carbonquant.methodology.scope import Scope
from carbonquant.sources import Path_
from carbonquant.units import PURE

__all__ = ["check_steps"]

MOST_STEPS = 2_000


def check_steps(scope: Scope, formulas: Formulas) -> dict[str, Step]:
    """Enter the steps into the scope; return those that are right, in the order of evaluation."""
    declared = scope.content.steps
    if len(declared) > MOST_STEPS:
        message = f"a methodology has at most {MOST_STEPS:,} steps, found {len(declared):,}"
        scope.findings.error("CQ320", message, ("steps",), is_key=True)
        return {}
    types = {name: _declared_type(name, step, scope) for name, step in declared.items()}
    for name, declared_type in types.items():
        if declared_type is None:
            scope.set_aside(name)
        else:
            scope.enter(Symbol(name, "step", declared_type))
    found: dict[str, Step] = {}
    for name in _ordered(scope, formulas):
        declared_type = types[name]
        step = declared_type and _step(name, declared[name], declared_type, formulas)
        if step:
            found[name] = step
    return found


def _declared_type(name: str, declared: StepDeclaration, scope: Scope) -> Type | None:
    path: Path_ = ("steps", name)
    is_known = scope.knows(declared.over, path)
    dims = frozenset(declared.over)
    if declared.unit is not None:
        unit = scope.findings.unit(declared.unit, (*path, "unit"))
        return Type(unit=unit, dims=dims) if unit is not None and is_known else None
    if declared.type != "bool":
        message = f"not supported yet: a step of type {declared.type}"
        scope.findings.error("CQ207", message, (*path, "type"))
        return None
    return Type("bool", PURE, dims) if is_known else None


def _ordered(scope: Scope, formulas: Formulas) -> tuple[str, ...]:
    """The names of the steps, each after those it reads; those that read themselves are noted and left out."""
    reads = {
        name: [read for text, path in _texts(name, step) for read in formulas.names_in(text, path)]
        for name, step in scope.content.steps.items()
    }
    order, cycles = in_dependency_order(reads)
    for cycle in cycles:
        step = scope.content.steps[cycle[0]]
        message = f"a step reads itself: {' → '.join(cycle)}"
        path: Path_ = ("steps", cycle[0], "formula" if step.cases is None else "cases")
        scope.findings.error("CQ319", message, path, is_key=step.cases is not None)
    circular = {name for cycle in cycles for name in cycle}
    formulas.misfits |= circular
    return tuple(name for name in order if name not in circular)


def _texts(name: str, declared: StepDeclaration) -> Iterator[tuple[str, Path_]]:
    """Every formula of a step with its place."""
    path: Path_ = ("steps", name)
    if declared.formula is not None:
        yield declared.formula, (*path, "formula")
    for position, case in enumerate(declared.cases or ()):
        for key in ("when", "then", "otherwise"):
            text = getattr(case, key)
            if text is not None:
                yield text, (*path, "cases", position, key)


def _step(name: str, declared: StepDeclaration, declared_type: Type, formulas: Formulas) -> Step | None:
    path: Path_ = ("steps", name)
    if declared.formula is not None:
        place: Path_ = (*path, "formula")
        root = formulas.typed(declared.formula, place)
        text = declared.formula
    else:
        place = (*path, "cases", len(declared.cases or ()) - 1, "otherwise")
        root = formulas.cases(declared, (*path, "cases"))
        text = _joined(declared.cases or ())
    if root is None:
        formulas.misfits.add(name)
        return None
    conformed = formulas.conformed(root, declared_type, name, place, is_whole=declared.cases is not None)
    if conformed is None:
        formulas.misfits.add(name)
        return None
    words = Words(declared.zh, declared.en, declared.eq, declared.clause, declared.symbol)
    return Step(name, declared_type, tuple(declared.over), conformed, text.strip(), words)


def _joined(cases: Sequence[CaseDeclaration]) -> str:
    """The branches of a step as one text."""
    lines = [f"when {case.when}: {case.then}" for case in cases if case.when is not None]
    lines += [f"otherwise: {case.otherwise}" for case in cases if case.otherwise is not None]
    return "\n".join(lines)
