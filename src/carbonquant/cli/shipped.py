"""The shipped methodologies at a glance: what each file says of itself, as a list and as the index page.

Reads the files' text only: a list must not wait for formulas to be proven (the tests prove them).

Does not look into folders of a user (see `sources.find`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from carbonquant import sources

__all__ = ["Entry", "entries", "index_page"]

HEADING = """\
# Methodologies · 方法学

Every file reads beside its official document: symbols, equation numbers, tables, conditions. A methodology on the basis
`reconstruction` is rebuilt from secondary sources and is not an official text; each file says what is unverified.

Written by `carbonquant list --markdown`.

| id | version | 名称 | title | sector | basis | source document |
|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one methodology file says of itself."""

    id: str
    version: str
    status: str
    basis: str
    sector: str
    title: Mapping[str, str]
    examples: int
    document: str
    path: Path

    def as_dict(self) -> dict[str, Any]:
        """The entry as `list --json` prints it."""
        return {
            "id": self.id,
            "version": self.version,
            "status": self.status,
            "basis": self.basis,
            "sector": self.sector,
            "title": dict(self.title),
            "examples": self.examples,
            "path": str(self.path),
        }


def entries(folder: Path, sector: str = "") -> list[Entry]:
    """List the methodologies in and below a folder, by id; those of one sector if one is named."""
    read = (_entry(path, sources.read(path).plain()) for path in sorted(folder.rglob("*.yaml")))
    found = [entry for entry in read if entry is not None and sector in ("", entry.sector)]
    return sorted(found, key=lambda entry: entry.id)


def _entry(path: Path, content: Mapping[str, Any]) -> Entry | None:
    if content.get("kind") != "methodology":
        return None
    title = content.get("title") or {}
    return Entry(
        id=content["id"],
        version=content["version"],
        status=content["status"],
        basis=content["basis"],
        sector=content["sector"],
        title={language: title.get(language) or "" for language in ("zh", "en")},
        examples=len(content.get("examples") or {}),
        document=_document(content),
        path=path,
    )


def _document(content: Mapping[str, Any]) -> str:
    """Name the official document, or say from how many sources the file was rebuilt."""
    official = content.get("official")
    if official:
        named = (official.get(key) for key in ("title", "number", "issuer"))
        return ", ".join(part for part in named if part)
    return f"none; rebuilt from {len(content.get('sources') or {})} sources named in the file"


def index_page(listed: Iterable[Entry], folder: Path) -> str:
    """Return the index page of a methodologies folder."""
    rows = [
        f"| [`{one.id}`]({one.path.relative_to(folder).as_posix()}) | {one.version} | {one.title['zh']} "
        f"| {one.title['en']} | {one.sector} | {one.basis} | {one.document} |\n"
        for one in listed
    ]
    return HEADING + "".join(rows)
