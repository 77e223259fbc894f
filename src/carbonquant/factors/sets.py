"""One factor set: what it holds, by which keys, for which dates, and from which documents.

`check_factors` reports every problem of a factor file in one run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from carbonquant import sources
from carbonquant.declaration import Declaration, FactorsDeclaration, declare
from carbonquant.declaration.findings import Findings
from carbonquant.factors.cells import Cell, Cells, Origin
from carbonquant.sources import Source
from carbonquant.units import Unit

__all__ = ["FactorSet", "check_factors", "read_factors"]

Nested = Any


@dataclass(frozen=True, eq=False)
class FactorSet:
    """A proven factor set; `values` are nested by `keys`, outermost first, None where nothing is published."""

    id: str
    version: str
    basis: str
    unit: Unit
    keys: tuple[str, ...]
    values: Nested
    valid: tuple[dt.date | None, dt.date | None] | None
    declaration: FactorsDeclaration
    source: Source

    def lookup(self, chosen: Mapping[str, str]) -> Cell | None:
        """The cell of one value for each key; None where the set has none."""
        found = self.values
        for key in self.keys:
            found = found.get(chosen[key]) if isinstance(found, Mapping) else None
        return cast("Cell | None", found)

    def known(self, key: str) -> tuple[str, ...]:
        """Every value of a key that the set holds something for, each once."""
        return tuple(dict.fromkeys(_at_level(self.values, self.keys.index(key))))

    def cells(self) -> tuple[Cell, ...]:
        """Every published value."""
        return tuple(_leaves(self.values))

    def title(self, language: str = "en") -> str:
        """The title in `zh` or `en`."""
        title = self.declaration.title
        return (title.zh or title.en) if language == "zh" else (title.en or title.zh)


def read_factors(name: str | Path, beside: Path | None = None, path: Sequence[Path] = ()) -> FactorSet:
    """Find, read and check a factor set.

    Raises
    ------
    MethodologyError
        With every problem of the file, each at its line and column.
    """
    return check_factors(declare(sources.read(sources.find(name, beside, path))))


def check_factors(declaration: Declaration) -> FactorSet:
    """Prove a factor file, or raise one `MethodologyError` that lists every problem found."""
    findings = Findings(declaration)
    if not isinstance(declaration.content, FactorsDeclaration):
        if declaration.content is not None:
            findings.error("CQ206", "this is no factor set", ("kind",))
        findings.raise_if_wrong()
    content = cast("FactorsDeclaration", declaration.content)
    unit = findings.unit(content.unit, ("unit",))
    values = _values(content, findings)
    findings.raise_if_wrong()
    return FactorSet(
        id=content.id,
        version=content.version,
        basis=content.basis,
        unit=cast("Unit", unit),
        keys=tuple(content.keys),
        values=values,
        valid=None if content.valid is None else (content.valid.start, content.valid.end),
        declaration=content,
        source=findings.source,
    )


def _values(content: FactorsDeclaration, findings: Findings) -> Nested:
    origin = Origin(content.source, content.status, content.sources)
    cells = Cells(origin, (), findings)
    nested = cells.nested(content.values, ("values",))
    _check_depth(nested, list(content.keys), ("values",), findings)
    return nested


def _check_depth(nested: Nested, keys: list[str], path: tuple[str | int, ...], findings: Findings) -> None:
    """Every value stands below one value of each key."""
    if not keys:
        if isinstance(nested, (Mapping, list)):
            findings.error("CQ203", "expected one value here, found several", path)
        return
    if not isinstance(nested, Mapping):
        findings.error("CQ203", f"expected a mapping by '{keys[0]}'", path)
        return
    for key, item in nested.items():
        if not (item is None and len(keys) == 1):
            _check_depth(item, keys[1:], (*path, key), findings)


def _leaves(nested: Nested) -> Iterator[Cell]:
    for item in nested.values():
        if isinstance(item, Mapping):
            yield from _leaves(item)
        elif item is not None:
            yield item


def _at_level(nested: Nested, level: int) -> Iterator[str]:
    for key, item in nested.items():
        if level:
            yield from _at_level(item, level - 1)
        else:
            yield str(key)
