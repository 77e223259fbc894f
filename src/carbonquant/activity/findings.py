"""What is wrong with a project's data, collected so that one run reports all of it.

Every finding of the activity file has its line and column; every finding of a table names its file, column and row.

Decides nothing about what is wrong (see the modules that read and bind).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from carbonquant.errors import ActivityDataError, Diagnostic, Problem, TextRefusedError
from carbonquant.sources import Path_, Source
from carbonquant.units import Unit, parse_unit

__all__ = ["Findings", "RefusedError", "listed"]

SHOWN_NAMES = 12


class RefusedError(ValueError):
    """A file or a column cannot be used at all; the caller adds its place and goes on with the next one."""

    def __init__(self, code: str, message: str, *, hint: str = "", notes: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.problem = Problem(code, message, hint=hint, notes=notes)


class Findings:
    """Mistakes and notes about one activity, in the order in which they were found."""

    def __init__(self, source: Source | None) -> None:
        self.source = source
        self.notes: list[Diagnostic] = []
        self._errors: list[Diagnostic] = []

    def error(self, problem: Problem, path: Path_, *, is_key: bool = False, reason: str = "") -> None:
        """Note a mistake whose place is a key path of the activity."""
        self._errors.append(replace(self._diagnostic(problem, path, is_key=is_key), reason=reason))

    def note(self, code: str, message: str, *, notes: tuple[str, ...] = (), hint: str = "") -> None:
        """Note something that was read all the same, but that the project should know."""
        self.notes.append(Diagnostic(code, message, notes=notes, hint=hint, severity="warning"))

    def add(self, diagnostic: Diagnostic) -> None:
        """Note a mistake that already has its place."""
        self._errors.append(diagnostic)

    def unit(self, text: str, path: Path_) -> Unit | None:
        """Read a unit, or note what is wrong with it."""
        try:
            return parse_unit(text)
        except TextRefusedError as refused:
            problem = refused.problem
            if self.source is None:
                self.error(problem, path)
            else:
                self._errors.append(self.source.problem_at(path, problem))
            return None

    @property
    def count(self) -> int:
        """How many mistakes there are."""
        return len(self._errors)

    def raise_if_wrong(self) -> None:
        """Raise one error with everything found, if there is any mistake."""
        if self._errors:
            raise ActivityDataError(dict.fromkeys(self._errors))

    def _diagnostic(self, problem: Problem, path: Path_, *, is_key: bool) -> Diagnostic:
        if self.source is None:
            place = ".".join(str(component) for component in path)
            message = f"{place}: {problem.message}" if place else problem.message
            return Diagnostic(problem.code, message, notes=problem.notes, hint=problem.hint)
        position = self.source.position_of(path, is_key)
        return self.source.diagnostic(
            problem.code, problem.message, position, notes=problem.notes, hint=problem.hint
        )


def listed(names: Iterable[object]) -> str:
    """Return the first names of a list, as a message shows them.

    >>> listed(["a", "b"])
    'a, b'
    """
    shown = [str(name) for name in names]
    more = f" … ({len(shown)} in all)" if len(shown) > SHOWN_NAMES else ""
    return ", ".join(shown[:SHOWN_NAMES]) + more
