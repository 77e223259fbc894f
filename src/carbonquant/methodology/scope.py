"""What has been proven of a file so far, for whoever judges the next item of it.

An item that is wrong is set aside: it has a name, but nothing is concluded from it, so that one mistake gives one
message.

Judges `over:` and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from carbonquant import sources
from carbonquant.declaration import ModuleDeclaration
from carbonquant.declaration.findings import Findings
from carbonquant.errors import Diagnostic, MethodologyError
from carbonquant.factors import FactorSet, read_factors
from carbonquant.formula.conversion import near
from carbonquant.formula.tree import Dimension, Symbol
from carbonquant.formula.typing import Names
from carbonquant.methodology.model import Methodology
from carbonquant.sources import Path_

__all__ = ["Scope"]


@dataclass
class Scope:
    """The dimensions and symbols of one file, and what was found wrong with it."""

    content: ModuleDeclaration
    findings: Findings
    path: Sequence[Path] = ()
    """Folders in which tools and factor sets are looked for, before the library."""
    files: Mapping[str, Path] | None = None
    """Where each tool and factor set is, by name; where given, nothing is looked for anywhere else."""
    users: frozenset[str] = frozenset()
    """Digests of the file and of those that use it, which it may not use in turn."""
    dimensions: dict[str, Dimension] = field(default_factory=dict)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    sets: dict[str, FactorSet] = field(default_factory=dict)
    tools: dict[str, Methodology] = field(default_factory=dict)
    """The tools in use, by the names of their uses."""

    def factors(self, name: str) -> FactorSet:
        """The factor set of a name; read once. Raises `MethodologyError` where there is none, or it is wrong."""
        if name not in self.sets:
            self.sets[name] = read_factors(self.find(name))
        return self.sets[name]

    def find(self, name: str) -> Path:
        """The file of a tool or a factor set. Raises `MethodologyError` where there is none."""
        if self.files is None:
            return sources.find(name, self.beside, self.path)
        if name not in self.files:
            raise MethodologyError([Diagnostic("CQ106", f"'{name}' is not among the files given")])
        return self.files[name]

    @property
    def beside(self) -> Path | None:
        """The file being checked, if it is one."""
        return self.findings.source.path if self.findings.source.path.is_file() else None

    def names(self) -> Names:
        """What formulas may speak of."""
        return Names(self.symbols, self.dimensions, self.findings.broken)

    def enter(self, symbol: Symbol) -> None:
        """Let formulas speak of a name, unless something is wrong with it."""
        if symbol.name not in self.findings.broken:
            self.symbols[symbol.name] = symbol

    def set_aside(self, name: str) -> None:
        """Conclude nothing from a name any more."""
        self.findings.broken.add(name)
        self.dimensions.pop(name, None)
        self.symbols.pop(name, None)

    def knows(self, over: Iterable[str], path: Path_) -> bool:
        """Whether every dimension of an `over:` exists and stands there once."""
        before = self.findings.count
        names = list(over)
        for position, name in enumerate(names):
            place = (*path, "over", position)
            if name in names[:position]:
                self.findings.error("CQ205", f"'{name}' stands twice in 'over:'", place)
            elif name not in self.dimensions and name not in self.findings.broken:
                hint = near(name, self.dimensions)
                self.findings.error("CQ306", f"unknown dimension '{name}'", place, hint=hint)
        return self.findings.count == before and not self.findings.broken.intersection(names)
