"""Everything that is wrong in one file, whatever its kind, and the forms in which `check` prints it.

A methodology, a tool or a factor set is proven; an activity file is read, its methodology found and, where its tables
are there, bound to it.
A wrong file gives diagnostics, never an exception.

Computes no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from carbonquant import sources
from carbonquant.declaration import declare
from carbonquant.errors import CarbonQuantError, Diagnostic
from carbonquant.factors import check_factors
from carbonquant.methodology import check

__all__ = ["as_dicts", "as_github", "problems_of"]


def problems_of(file: Path, path: Sequence[Path] = ()) -> tuple[Diagnostic, ...]:
    """Return all errors and warnings of a file: a methodology, a tool, a factor set or an activity."""
    try:
        source = sources.read(file)
        kind = source.plain().get("kind")
        if kind == "activity":
            return _of_activity(file, path)
        if kind == "factors":
            check_factors(declare(source))
            return ()
        return check(declare(source), path).warnings
    except CarbonQuantError as error:
        return error.diagnostics


def _of_activity(file: Path, path: Sequence[Path]) -> tuple[Diagnostic, ...]:
    """The findings of an activity file; only these need what reads tables."""
    from carbonquant.activity import FileTable, bind, read_activity
    from carbonquant.cli.opening import methodology_of

    activity = read_activity(file)
    methodology = methodology_of(activity, path)
    files = [table.path for table in activity.tables.values() if isinstance(table, FileTable)]
    if all(file.exists() for file in files):
        return bind(activity, methodology).notes
    absent = [table.shown for table in activity.tables.values() if isinstance(table, FileTable)]
    note = f"only the shape was checked: not all tables are here yet ({', '.join(absent)})"
    return (*activity.notes, Diagnostic("CQ491", note, severity="warning"))


def as_dicts(found: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """The findings as `check --json` prints them."""
    return [
        {
            "file": one.position.file if one.position else None,
            "line": one.position.line if one.position else None,
            "column": one.position.column if one.position else None,
            "code": one.code,
            "severity": one.severity,
            "message": one.message,
            "hint": one.hint,
        }
        for one in found
    ]


def as_github(found: Iterable[Diagnostic]) -> Iterator[str]:
    """Yield the findings as GitHub's workflow commands."""
    for one in found:
        place = {"title": one.code}
        if one.position:
            at = one.position
            place = {"file": at.file, "line": str(at.line), "col": str(at.column)} | place
        properties = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in place.items())
        text = f"{one.message}\nhint: {one.hint}" if one.hint else one.message
        yield f"::{one.severity} {properties}::{_escaped(text)}"


def _escaped(text: str, others: str = "") -> str:
    for char in "%\r\n" + others:
        text = text.replace(char, f"%{ord(char):02X}")
    return text
