"""The manners of every command: data on stdout, messages on stderr, colour only where it can be seen.

A user's mistake ends in one screen of diagnostics and an exit code, never in a traceback.

Knows no command.
"""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from io import TextIOWrapper
from typing import Any, TextIO

from carbonquant.errors import (
    ActivityDataError,
    AuditError,
    CarbonQuantError,
    Diagnostic,
    NotApplicableError,
)

__all__ = [
    "EXIT",
    "aligned",
    "be_tolerant",
    "code_of",
    "paint",
    "say",
    "say_json",
    "tell",
    "tell_diagnostics",
]

EXIT = {"ok": 0, "findings": 1, "usage": 2, "refused": 3, "unproven": 4, "interrupted": 130}
"""Exit codes by what they mean."""

COLOURS = {"bold": "1", "red": "31", "green": "32", "yellow": "33"}
MOST_DIAGNOSTICS = 20
"""More do not fit a screen; the rest are counted."""


def say(*lines: str) -> None:
    """Print data."""
    for line in lines:
        print(line)


def say_json(value: Any) -> None:
    """Print one JSON value; NaN never gets here."""
    is_unicode = (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")
    print(json.dumps(value, ensure_ascii=not is_unicode, indent=2, allow_nan=False))


def tell(*lines: str) -> None:
    """Print messages."""
    for line in lines:
        print(line, file=sys.stderr)


def tell_diagnostics(diagnostics: Sequence[Diagnostic]) -> None:
    """Print diagnostics as messages, as many as fit a screen."""
    for diagnostic in diagnostics[:MOST_DIAGNOSTICS]:
        head, *rest = str(diagnostic).split("\n")
        colour = "yellow" if diagnostic.severity == "warning" else "red"
        tell(paint(head, colour, sys.stderr), *rest)
    if len(diagnostics) > MOST_DIAGNOSTICS:
        tell(f"… and {len(diagnostics) - MOST_DIAGNOSTICS} more")


def code_of(error: CarbonQuantError) -> int:
    """Return the exit code that belongs to an error: who must act."""
    if isinstance(error, AuditError):
        return EXIT["unproven"]
    return EXIT["refused" if isinstance(error, (ActivityDataError, NotApplicableError)) else "findings"]


def paint(text: str, colour: str, stream: TextIO | None = None) -> str:
    """Colour a text if the stream (stdout unless given) is a terminal that shows colours."""
    shown_on = sys.stdout if stream is None else stream
    if not shown_on.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m"


def be_tolerant() -> None:
    """Let characters that a terminal cannot show be written as escapes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            with suppress(ValueError, OSError):
                stream.reconfigure(errors="backslashreplace")


def aligned(rows: Iterable[Sequence[str]], *, numbers_from: int | None = None) -> list[str]:
    """Lay out rows as columns two blanks apart; columns from `numbers_from` on are aligned to the right.

    Chinese characters take two places. The last column is not padded on its right.

    >>> aligned([["a", "1"], ["竹子", "12"]], numbers_from=1)
    ['a      1', '竹子  12']
    """
    table = [list(row) for row in rows]
    length = max((len(row) for row in table), default=0)
    widths = [max((_width(row[at]) for row in table if at < len(row)), default=0) for at in range(length)]
    lines = []
    for row in table:
        cells = [
            _padded(cell, widths[at], to_right=numbers_from is not None and at >= numbers_from)
            for at, cell in enumerate(row)
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def _padded(cell: str, width: int, *, to_right: bool) -> str:
    blanks = " " * (width - _width(cell))
    return blanks + cell if to_right else cell + blanks


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
