"""The formulas of a file: parsed, typed with the names of the file, every problem at its place in it.

A formula that reads a step whose own formula is not what it declares is judged by its names alone: which of the two
is mistaken cannot be told.

Part of `check`; does not know what a formula is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace

from carbonquant.declaration import StepDeclaration
from carbonquant.declaration.models import CaseDeclaration
from carbonquant.errors import Problem, TextRefusedError
from carbonquant.formula import calls, syntax
from carbonquant.formula.syntax import Expression, parse
from carbonquant.formula.tree import Type, Typed, references
from carbonquant.formula.typing import Inference, conform
from carbonquant.methodology.scope import Scope
from carbonquant.sources import Path_

__all__ = ["Formulas"]

OF_NAMES = ("CQ207", "CQ208", "CQ301", "CQ306", "CQ307")
"""Problems that no declared type can have caused."""


class Formulas:
    """Types formulas; `misfits` are the steps whose formula is not what it is declared as, or cannot be judged."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.misfits: set[str] = set()
        self._parsed: dict[Path_, Expression | None] = {}

    def names_in(self, text: str, path: Path_) -> tuple[str, ...]:
        """The names that the formula at a path reads, each once."""
        expression = self._parse(text, path)
        return () if expression is None else tuple(dict.fromkeys(_names(expression)))

    def typed(self, text: str, path: Path_, *, is_condition: bool = False) -> Typed | None:
        """Type the formula at a path; None where it, or something it reads, is wrong."""
        expression = self._parse(text, path)
        if expression is None:
            return None
        inference = Inference(self.scope.names())
        root = inference.condition(expression) if is_condition else inference.visit(expression)
        self._note(inference.problems, path, self.names_in(text, path))
        return None if inference.problems or inference.is_blocked else root

    def conformed(
        self, root: Typed, declared: Type, name: str, path: Path_, *, is_whole: bool = False
    ) -> Typed | None:
        """Give a formula its declared type, or note why it has another, at the text as a whole or inside it."""
        conformed, problem = conform(root, declared, name, self.scope.names())
        if problem is not None:
            placed = replace(problem, start=0, end=0) if is_whole else problem
            self._note([placed], path, references(root))
        return conformed

    def cases(self, declared: StepDeclaration, path: Path_) -> Typed | None:
        """Type the branches of a step one by one, then together."""
        cases = declared.cases or []
        if not self._ends_right(cases, path):
            return None
        branches = []
        for position, case in enumerate(cases[:-1]):
            when = self.typed(case.when or "", (*path, position, "when"), is_condition=True)
            then = self.typed(case.then or "", (*path, position, "then"))
            branches.append((when, then))
        last: Path_ = (*path, len(cases) - 1, "otherwise")
        otherwise = self.typed(cases[-1].otherwise or "", last)
        typed = tuple((when, then) for when, then in branches if when is not None and then is not None)
        if otherwise is None or len(typed) < len(branches):
            return None
        inference = Inference(self.scope.names())
        root = calls.choice(inference, typed, otherwise, otherwise.span, is_cases=True)
        whole = [replace(problem, start=0, end=0) for problem in inference.problems]
        parts = [*(part for branch in typed for part in branch), otherwise]
        self._note(whole, last, [name for part in parts for name in references(part)])
        return root

    def _ends_right(self, cases: Sequence[CaseDeclaration], path: Path_) -> bool:
        if not cases or cases[-1].otherwise is None:
            hint = "- otherwise: the value where no condition holds"
            message = "the last case must be 'otherwise'"
            self.scope.findings.error("CQ317", message, path, is_key=True, hint=hint)
            return False
        early = [position for position, case in enumerate(cases[:-1]) if case.otherwise is not None]
        if early:
            place = (*path, early[0], "otherwise")
            self.scope.findings.error("CQ317", "only the last case is 'otherwise'", place, is_key=True)
        return not early

    def _parse(self, text: str, path: Path_) -> Expression | None:
        """Parse the formula at a path once, or note why it is none."""
        if path not in self._parsed:
            try:
                self._parsed[path] = parse(text)
            except TextRefusedError as refused:
                self._parsed[path] = None
                self.scope.findings.problem(refused.problem, path)
        return self._parsed[path]

    def _note(self, problems: Iterable[Problem], path: Path_, reads: Iterable[str]) -> None:
        is_doubtful = not self.misfits.isdisjoint(reads)
        for problem in problems:
            if not is_doubtful or problem.code in OF_NAMES:
                self.scope.findings.problem(problem, path)


def _names(node: object) -> Iterator[str]:
    """Every name in a parsed formula: of values, tables and functions' arguments."""
    if isinstance(node, (syntax.Name, syntax.Index)):
        yield node.name
    if isinstance(node, tuple):
        for item in node:
            yield from _names(item)
    elif is_dataclass(node):
        for part in fields(node):
            yield from _names(getattr(node, part.name))
