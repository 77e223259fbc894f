"""The shipped files at a glance: what each methodology, tool and factor set says of itself, as a list and an index.

Reads the files' text only: a list must not wait for formulas to be proven (the tests prove them).

Does not look into folders of a user (see `sources.find`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from carbonquant import sources
from carbonquant.cli.options import Kind

__all__ = ["Entry", "entries", "index_page"]

HEADING = """\
# Methodologies · 方法学

Every file reads beside its official document: symbols, equation numbers, tables, conditions. A methodology on the basis
`reconstruction` is rebuilt from secondary sources and is not an official text; each file says what is unverified.

Written by `carbonquant list --markdown`.

| id | version | 名称 | title | sector | basis | source document |
|---|---|---|---|---|---|---|
"""
TOOLS = """
## Tools · 工具

Equations that methodologies share: `use: {name: {tool: id, with: {…}}}`.

| id | version | 名称 | title | basis |
|---|---|---|---|---|
"""
SETS = """
## Factor sets · 因子集

Published values with their sources: `factor: id` and `basis: …` of a parameter. A gap stays a gap.

| id | version | 名称 | title | basis | unit | keys |
|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one file says of itself; only a methodology has a sector, only a factor set `unit` and `keys`."""

    id: str
    version: str
    status: str
    basis: str
    sector: str
    title: Mapping[str, str]
    examples: int
    document: str
    path: Path
    unit: str = ""
    keys: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The entry as `list --json` prints it."""
        of_set = {"unit": self.unit, "keys": list(self.keys)} if self.keys else {}
        return {
            "id": self.id,
            "version": self.version,
            "status": self.status,
            "basis": self.basis,
            "sector": self.sector,
            "title": dict(self.title),
            "examples": self.examples,
            "path": str(self.path),
            **of_set,
        }


def entries(folder: Path, kind: Kind = Kind.methodology, sector: str = "") -> list[Entry]:
    """List the files of a kind in and below a folder, by id; those of one sector if one is named."""
    read = ((path, sources.read(path).plain()) for path in sorted(folder.rglob("*.yaml")))
    found = [_entry(path, content) for path, content in read if content.get("kind") == kind]
    return sorted((entry for entry in found if sector in ("", entry.sector)), key=lambda entry: entry.id)


def _entry(path: Path, content: Mapping[str, Any]) -> Entry:
    title = content.get("title") or {}
    return Entry(
        id=content["id"],
        version=content["version"],
        status=content.get("status") or "",
        basis=content["basis"],
        sector=content.get("sector") or "",
        title={language: title.get(language) or "" for language in ("zh", "en")},
        examples=len(content.get("examples") or {}),
        document=_document(content),
        path=path,
        unit=content.get("unit") or "",
        keys=tuple(content.get("keys") or ()),
    )


def _document(content: Mapping[str, Any]) -> str:
    """Name the official document, or say from how many sources the file was rebuilt."""
    official = content.get("official")
    if official:
        named = (official.get(key) for key in ("title", "number", "issuer"))
        return ", ".join(part for part in named if part)
    return f"none; rebuilt from {len(content.get('sources') or {})} sources named in the file"


def index_page(folder: Path) -> str:
    """Return the index page of a methodologies folder."""
    methodologies = (
        [*_head(one, folder), one.sector, one.basis, one.document]
        for one in entries(folder, Kind.methodology)
    )
    tools = ([*_head(one, folder), one.basis] for one in entries(folder, Kind.tool))
    sets = (
        [*_head(one, folder), one.basis, one.unit, ", ".join(one.keys)]
        for one in entries(folder, Kind.factors)
    )
    parts = ((HEADING, methodologies), (TOOLS, tools), (SETS, sets))
    return "".join(heading + "".join(f"| {' | '.join(row)} |\n" for row in rows) for heading, rows in parts)


def _head(one: Entry, folder: Path) -> list[str]:
    """The columns that every table begins with."""
    return [
        f"[`{one.id}`]({one.path.relative_to(folder).as_posix()})",
        one.version,
        one.title["zh"],
        one.title["en"],
    ]
