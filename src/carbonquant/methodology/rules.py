"""The conditions of a file: yes/no formulas on rows, on members of small dimensions, or on the project.

Part of `check`; a rule may not decide which rows count by what those rows add up to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from carbonquant.declaration import RuleDeclaration
from carbonquant.formula import tree
from carbonquant.formula.tree import Type, Typed
from carbonquant.methodology.formulas import Formulas
from carbonquant.methodology.model import Rule, Step, Words
from carbonquant.methodology.scope import Scope
from carbonquant.sources import Path_
from carbonquant.units import PURE

__all__ = ["check_rules"]


def check_rules(scope: Scope, formulas: Formulas, steps: Mapping[str, Step]) -> dict[str, Rule]:
    """Return the rules that are right; note what is wrong with the others."""
    found = {}
    for name, declared in scope.content.rules.items():
        rule = _rule(name, declared, scope, formulas)
        if rule is not None and _is_not_circular(rule, scope, steps):
            found[name] = rule
    return found


def _rule(name: str, declared: RuleDeclaration, scope: Scope, formulas: Formulas) -> Rule | None:
    path: Path_ = ("rules", name)
    is_known = scope.knows(declared.over, path)
    root = formulas.typed(declared.require, (*path, "require"), is_condition=True)
    if not is_known or root is None:
        return None
    wanted = Type("bool", PURE, frozenset(declared.over))
    conformed = formulas.conformed(root, wanted, name, (*path, "require"))
    if conformed is None:
        return None
    _check_action(declared, (*path, "else"), scope)
    words = Words(declared.zh, declared.en, declared.eq, declared.clause, declared.symbol)
    over = tuple(declared.over)
    return Rule(name, over, conformed, declared.require.strip(), declared.action, words)


def _check_action(declared: RuleDeclaration, path: Path_, scope: Scope) -> None:
    on_rows = any(scope.dimensions[name].kind == "rows" for name in declared.over)
    if declared.action == "zero":
        scope.findings.error("CQ207", "not supported yet: else: zero", path)
    elif declared.action == "reject" and not on_rows:
        hint = "write else: fail, or else: warn"
        scope.findings.error("CQ206", "only rows can be rejected", path, hint=hint)


def _is_not_circular(rule: Rule, scope: Scope, steps: Mapping[str, Step]) -> bool:
    rows = {name for name in rule.over if scope.dimensions[name].kind == "rows"}
    for node in _everything_below(rule.root, steps):
        lane = _added_up(node, scope)
        if lane and lane in rows:
            message = f"the rule decides which rows of {lane} count, but reads what they add up to"
            scope.findings.error("CQ316", message, ("rules", rule.name, "require"))
            return False
    return True


def _everything_below(root: Typed, steps: Mapping[str, Step]) -> Iterator[Typed]:
    """Every node of a formula and of the steps that it reads, directly or through others."""
    waiting, seen = [root], set[str]()
    while waiting:
        for node in tree.walk(waiting.pop()):
            yield node
            if isinstance(node, tree.Reference) and node.name in steps and node.name not in seen:
                seen.add(node.name)
                waiting.append(steps[node.name].root)


def _added_up(node: Typed, scope: Scope) -> str:
    """The rows dimension whose rows an aggregate adds up, or ''."""
    if not isinstance(node, tree.Aggregate):
        return ""
    names = (node.link.rows,) if node.link is not None else node.over
    lanes = [scope.dimensions[name].lane for name in names if scope.dimensions[name].is_long]
    return lanes[0] if lanes else ""
