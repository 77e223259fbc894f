"""What has been proven of a file so far, for whoever judges the next item of it.

An item that is wrong is set aside: it has a name, but nothing is concluded from it, so that one mistake gives one
message.

Judges `over:` and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from carbonquant.declaration import MethodologyDeclaration
from carbonquant.formula.conversion import near
from carbonquant.formula.tree import Dimension, Symbol
from carbonquant.formula.typing import Names
from carbonquant.declaration.findings import Findings
from carbonquant.sources import Path_

__all__ = ["Scope"]


@dataclass
class Scope:
    """The dimensions and symbols of one file, and what was found wrong with it."""

    content: MethodologyDeclaration
    findings: Findings
    dimensions: dict[str, Dimension] = field(default_factory=dict)
    symbols: dict[str, Symbol] = field(default_factory=dict)

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
