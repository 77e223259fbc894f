"""A factor set as text and as JSON: what it measures, by which keys, and every value as its document prints it.

Every value stands with its source; unverified ones are marked, and where nothing is published it says so.

Chooses no value for anybody (see `activity`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import indent
from typing import Any, TypeAlias

from carbonquant.cli.description import described_sources, in_language
from carbonquant.cli.terminal import aligned
from carbonquant.cli.words import word
from carbonquant.factors import Cell, FactorSet

__all__ = ["as_dict", "as_text"]

Nested: TypeAlias = Any


def as_text(found: FactorSet, language: str) -> Iterator[str]:
    """Yield the lines that `describe` prints; the first is the title."""
    other = "en" if language == "zh" else "zh"
    yield f"{found.title(language)} · {found.title(other)}"
    yield f"{found.id} {found.version} · {word('set', language)} · {word('basis', language)} {found.basis}"
    yield f"{found.unit}  {word('over', language)} {', '.join(found.keys)}"
    yield from _dates(found, language)
    unverified = sum(cell.is_unverified for cell in found.cells())
    if unverified:
        yield f"{word('unverified', language)}: {unverified} / {len(found.cells())}"
    yield from ("", word("values", language))
    yield from aligned(
        [f"  {keys[0]}", *keys[1:], *_told(cell, language)] for keys, cell in _flat(found.values)
    )
    yield from ("", word("sources", language), *described_sources(found.declaration.sources))
    notes = in_language(found.declaration.notes, language)
    if notes:
        yield from ("", word("notes", language), *indent(notes, "  ").splitlines())


def _dates(found: FactorSet, language: str) -> Iterator[str]:
    published = found.declaration.published
    if published is not None:
        by_key = published if isinstance(published, dict) else {"": published}
        told = ", ".join(f"{key} {date}".strip() for key, date in by_key.items())
        yield f"{word('published', language)}: {told}"
    if found.valid is not None:
        start, end = ("…" if day is None else str(day) for day in found.valid)
        yield f"{word('valid', language)}: {start} – {end}"


def _flat(values: Nested, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Cell | None]]:
    for key, below in values.items():
        if isinstance(below, Mapping):
            yield from _flat(below, (*keys, str(key)))
        else:
            yield (*keys, str(key)), below


def _told(cell: Cell | None, language: str) -> list[str]:
    """The digits of a value, its bounds, and its source."""
    if cell is None:
        return [word("not_published", language), "", ""]
    low, high = ("…" if bound is None else bound.text for bound in (cell.lower, cell.upper))
    bounds = "" if cell.lower is None and cell.upper is None else f"[{low}, {high}]"
    mark = f" {word('is_unverified', language)}" if cell.is_unverified else ""
    return [cell.number.text, bounds, f"({cell.source}){mark}"]


def as_dict(found: FactorSet) -> dict[str, Any]:
    """The factor set as `describe --json` prints it; the value is null where nothing is published."""
    start, end = (None if day is None else day.isoformat() for day in found.valid or (None, None))
    return {
        "id": found.id,
        "version": found.version,
        "kind": "factors",
        "basis": found.basis,
        "title": {language: found.title(language) for language in ("zh", "en")},
        "unit": str(found.unit),
        "keys": list(found.keys),
        "valid": {"from": start, "to": end} if found.valid else None,
        "values": [_value_dict(found, keys, cell) for keys, cell in _flat(found.values)],
        "sources": {key: source.title for key, source in found.declaration.sources.items()},
        "path": str(found.source.path),
    }


def _value_dict(found: FactorSet, keys: tuple[str, ...], cell: Cell | None) -> dict[str, Any]:
    at = dict(zip(found.keys, keys, strict=True))
    if cell is None:
        return {"at": at, "value": None}
    bounds = {"lower": cell.lower, "upper": cell.upper}
    told = {name: bound.text for name, bound in bounds.items() if bound is not None}
    status = {"source": cell.source, "is_unverified": cell.is_unverified}
    return {"at": at, "value": cell.number.text, **told, **status}
