"""What went wrong, where, and who must act.

A `Problem` is a mistake inside one short text (a unit, a formula), by offset.
A `Diagnostic` is a mistake with its file, line and column, ready to be printed.
The exceptions carry facts and build their own sentence; there is one per person who must act.

Does not decide what is a mistake (see `sources`, `formula`, `methodology`, `activity`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "ActivityDataError",
    "AuditError",
    "CarbonQuantError",
    "Diagnostic",
    "MethodologyError",
    "NotApplicableError",
    "Position",
    "Problem",
    "Severity",
    "TextRefusedError",
]

Severity = Literal["error", "warning"]

SHOWN_COLUMNS = 72
"""Widest piece of a source line that a message quotes, so that it fits a screen of 80 columns."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file: line and column are 1-based and count code points."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake inside one text whose place in a file is not known here.

    `start` and `end` are 0-based offsets in code points, `end` exclusive.
    """

    code: str
    message: str
    start: int = 0
    end: int = 0
    notes: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A mistake with everything its reader needs to mend it.

    `position` is absent where a mistake has no place in a file (a command-line option, say);
    `line_text` is the whole source line that `position` points into; `reason` is the short code
    under which data or projects are refused (`missing.area`, `range.D`, a rule's name).
    """

    code: str
    message: str
    position: Position | None = None
    line_text: str = ""
    notes: tuple[str, ...] = ()
    hint: str = ""
    severity: Severity = "error"
    reason: str = ""

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterable[str]:
        where = f"{self.position}: " if self.position else ""
        kind = "warning: " if self.severity == "warning" else ""
        yield f"{where}{self.code} {kind}{self.message}"
        if self.position and self.line_text.strip():
            yield from _quoted(self.position, self.line_text)
        yield from (f"  note: {note}" for note in self.notes)
        if self.hint:
            yield f"  hint: {self.hint}"


def _quoted(position: Position, line_text: str) -> tuple[str, str]:
    """Return the source line and the line with a caret under its column."""
    line = line_text.rstrip("\n")
    line, at = _window(line, min(position.column - 1, len(line)))
    line = line.replace("\t", " ")
    gutter = f"{position.line} | "
    return gutter + line, " " * (len(gutter) - 2) + "| " + " " * _width(line[:at]) + "^"


def _window(line: str, at: int) -> tuple[str, int]:
    """Cut a long line to the part around offset `at`; return it and the offset in it."""
    is_short = len(line) <= SHOWN_COLUMNS  # asked first: of a very long line only the window is measured
    if is_short and _width(line) <= SHOWN_COLUMNS:
        return line, at
    start = at
    while start > 0 and _width(line[start - 1 : at]) <= SHOWN_COLUMNS // 2:
        start -= 1
    end = at
    while end < len(line) and _width(line[start : end + 1]) <= SHOWN_COLUMNS - 2:
        end += 1
    left = "…" if start else ""
    right = "…" if end < len(line) else ""
    return left + line[start:end] + right, at - start + len(left)


def _width(text: str) -> int:
    """Columns that a terminal gives to a text; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


class TextRefusedError(ValueError):
    """One short text (a unit, a formula) cannot be read; its place is added by the caller.

    Never reaches a user: `sources.Source` gives it a position and makes a `Diagnostic` of it.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class CarbonQuantError(Exception):
    """Base of every error this library raises on purpose; `diagnostics` lists all its reasons."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(str(diagnostic) for diagnostic in self.diagnostics))

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons of refusal among the diagnostics, in their order, each once."""
        return tuple(dict.fromkeys(d.reason for d in self.diagnostics if d.reason))


class MethodologyError(CarbonQuantError):
    """The methodology file is wrong; its author must change it."""


class ActivityDataError(CarbonQuantError):
    """The activity data do not fit the methodology; the project must change them."""


class NotApplicableError(CarbonQuantError):
    """The project does not meet an applicability condition."""


class AuditError(CarbonQuantError):
    """A recorded figure could not be reproduced."""
