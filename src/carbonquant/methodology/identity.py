"""The role identity: reductions = (baseline - project) + removals - leakage.

`judge` proves it from the formulas where they are linear, finds it broken where they are linear with other
coefficients, and otherwise leaves it to be checked with every run.

Knows no values.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, TypeAlias

from carbonquant.formula import tree
from carbonquant.formula.tree import Typed
from carbonquant.methodology.model import ROLES, Role, Step
from carbonquant.units import Unit, ratio

__all__ = ["SIGNS", "judge"]

SIGNS: Mapping[Role, int] = {"baseline": 1, "project": -1, "leakage": -1, "removals": 1}
"""How each role enters the reductions."""

Verdict = Literal["holds", "broken", "check each run"]
Form: TypeAlias = dict[Typed | str, Fraction]
"""A linear form: coefficients of names, or of sub-formulas that are not linear."""


def judge(roles: Mapping[Role, str], units: Mapping[str, Unit], steps: Mapping[str, Step]) -> Verdict:
    """Decide whether the formulas obey the role identity.

    Parameters
    ----------
    roles
        The step or input of each declared role; an absent role counts as 0.
    units
        The unit of each of these names.
    steps
        All steps by name.
    """
    reductions = roles["reductions"]
    wanted: Form = {}
    for role in ROLES[:-1]:
        if role in roles:
            scale = SIGNS[role] * ratio(units[roles[role]], units[reductions])
            wanted[roles[role]] = wanted.get(roles[role], Fraction(0)) + scale
    stops = frozenset(roles[role] for role in ROLES[:-1] if role in roles)
    if reductions in stops:
        return "holds" if wanted == {reductions: Fraction(1)} else "check each run"
    found = _expand_name(reductions, steps, stops)
    if all(name in stops for name in found):
        return "holds" if _same(found, wanted) else "broken"
    atoms: Form = {}
    for name, scale in wanted.items():
        _add(atoms, _expand_name(str(name), steps, frozenset()), scale)
    return "holds" if _same(_expand_name(reductions, steps, frozenset()), atoms) else "check each run"


def _same(left: Form, right: Form) -> bool:
    names = {*left, *right}
    return all(left.get(name, Fraction(0)) == right.get(name, Fraction(0)) for name in names)


def _expand_name(name: str, steps: Mapping[str, Step], stops: frozenset[str]) -> Form:
    return _expand(steps[name].root, steps, stops) if name in steps else {name: Fraction(1)}


def _expand(node: Typed, steps: Mapping[str, Step], stops: frozenset[str]) -> Form:
    match node:
        case tree.Reference() if node.name in stops or node.name not in steps:
            return {node.name: Fraction(1)}
        case tree.Reference():
            return _expand(steps[node.name].root, steps, stops)
        case tree.Arithmetic(operator="+" | "-"):
            form = dict(_expand(node.left, steps, stops))
            _add(form, _expand(node.right, steps, stops), Fraction(1 if node.operator == "+" else -1))
            return form
        case tree.Apply(function="neg"):
            form = {}
            _add(form, _expand(node.arguments[0], steps, stops), Fraction(-1))
            return form
        case tree.Convert():
            form = {}
            _add(form, _expand(node.operand, steps, stops), node.ratio)
            return form
        case tree.Quantity(value=0.0):
            return {}
        case _:
            return {node: Fraction(1)}


def _add(form: Form, other: Form, scale: Fraction) -> None:
    for name, coefficient in other.items():
        form[name] = form.get(name, Fraction(0)) + scale * coefficient
