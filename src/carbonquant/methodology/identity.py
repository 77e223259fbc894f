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
    found = _forms(steps, stops).get(reductions, {reductions: Fraction(1)})
    if all(name in stops for name in found):
        return "holds" if _same(found, wanted) else "broken"
    forms = _forms(steps, frozenset())
    atoms: Form = {}
    for name, scale in wanted.items():
        _add(atoms, forms.get(str(name), {name: Fraction(1)}), scale)
    return "holds" if _same(forms.get(reductions, {}), atoms) else "check each run"


def _forms(steps: Mapping[str, Step], stops: frozenset[str]) -> dict[str, Form]:
    """The linear form of every step, in names that are no steps, in `stops`, and in what is not linear.

    Steps come after what they read, so that one pass is enough, however long a chain of them is.
    """
    forms: dict[str, Form] = {}
    for name, step in steps.items():
        forms[name] = {name: Fraction(1)} if name in stops else _expand(step.root, forms)
    return forms


def _same(left: Form, right: Form) -> bool:
    names = {*left, *right}
    return all(left.get(name, Fraction(0)) == right.get(name, Fraction(0)) for name in names)


def _expand(node: Typed, forms: Mapping[str, Form]) -> Form:
    match node:
        case tree.Reference():
            return forms.get(node.name, {node.name: Fraction(1)})
        case tree.Arithmetic(operator="+" | "-"):
            form = dict(_expand(node.left, forms))
            _add(form, _expand(node.right, forms), Fraction(1 if node.operator == "+" else -1))
            return form
        case tree.Arithmetic(operator="*", left=tree.Quantity(text=factor)):
            return _times(node.right, Fraction(factor), forms)
        case tree.Arithmetic(operator="*", right=tree.Quantity(text=factor)):
            return _times(node.left, Fraction(factor), forms)
        case tree.Arithmetic(operator="/", right=tree.Quantity(text=divisor)):
            return _times(node.left, 1 / Fraction(divisor), forms)
        case tree.Apply(function="neg"):
            return _times(node.arguments[0], Fraction(-1), forms)
        case tree.Convert():
            return _times(node.operand, node.ratio, forms)
        case tree.Quantity(value=0.0):
            return {}
        case _:
            return {node: Fraction(1)}


def _times(node: Typed, scale: Fraction, forms: Mapping[str, Form]) -> Form:
    form: Form = {}
    _add(form, _expand(node, forms), scale)
    return form


def _add(form: Form, other: Form, scale: Fraction) -> None:
    for name, coefficient in other.items():
        form[name] = form.get(name, Fraction(0)) + scale * coefficient
