"""What `check` has found so far in one file: problems and warnings, each at its place.

Knows where things stand in the file; decides nothing about what is wrong.
"""

from __future__ import annotations

from dataclasses import replace

from carbonquant.declaration.reading import Declaration
from carbonquant.declaration.scalars import Printed, try_number
from carbonquant.errors import Diagnostic, MethodologyError, Problem, TextRefusedError
from carbonquant.sources import Path_
from carbonquant.units import Unit, parse_unit

__all__ = ["Findings"]


class Findings:
    """Diagnostics about one file, in the order in which they were found."""

    def __init__(self, declaration: Declaration) -> None:
        self.source = declaration.source
        self.broken: set[str] = set(declaration.broken)
        """Names that exist but are wrong: nothing is concluded from them."""
        self._diagnostics: list[Diagnostic] = list(declaration.problems)

    def error(self, code: str, message: str, path: Path_, *, hint: str = "", is_key: bool = False) -> None:
        """Note a mistake at a key path."""
        position = self.source.position_of(path, key=is_key)
        self._diagnostics.append(self.source.diagnostic(code, message, position, hint=hint))

    def warning(self, code: str, message: str, path: Path_, *, hint: str = "", is_key: bool = True) -> None:
        """Note something that may be right but deserves a look."""
        position = self.source.position_of(path, key=is_key)
        found = self.source.diagnostic(code, message, position, hint=hint, severity="warning")
        self._diagnostics.append(found)

    def problem(self, problem: Problem, path: Path_, offset: int = 0) -> None:
        """Note a mistake inside the text at a key path, `offset` characters into it."""
        moved = replace(problem, start=problem.start + offset, end=problem.end + offset)
        self._diagnostics.append(self.source.problem_at(path, moved))

    def unit(
        self, text: str, path: Path_, substances: frozenset[str] = frozenset(), offset: int = 0
    ) -> Unit | None:
        """Read a unit, or note what is wrong with it."""
        try:
            unit = parse_unit(text, substances)
        except TextRefusedError as refused:
            self.problem(refused.problem, path, offset)
            return None
        if unit.is_point:
            self.error("CQ207", f"not supported yet: {unit}", path)
            return None
        return unit

    def number(self, text: object, path: Path_, *, hint: str = "") -> Printed | None:
        """Read a number, or note what is wrong with it."""
        found = try_number(text)
        if isinstance(found, Printed):
            return found
        self.error(found.code, found.message, path, hint=hint or found.hint)
        return None

    def is_broken(self, name: str) -> bool:
        """Whether a name, or the use of the tool that it is an output of, exists but is wrong."""
        return not self.broken.isdisjoint((name, name.partition(".")[0]))

    @property
    def count(self) -> int:
        """How many errors there are."""
        return sum(diagnostic.severity == "error" for diagnostic in self._diagnostics)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The warnings alone, in the order of the file."""
        return tuple(d for d in self._in_file_order() if d.severity == "warning")

    def raise_if_wrong(self) -> None:
        """Raise one error with everything found, in the order of the file, if there is any mistake."""
        if self.count:
            raise MethodologyError(self._in_file_order())

    def _in_file_order(self) -> list[Diagnostic]:
        unique = dict.fromkeys(self._diagnostics)
        return sorted(unique, key=lambda d: (d.position.line, d.position.column) if d.position else (0, 0))
