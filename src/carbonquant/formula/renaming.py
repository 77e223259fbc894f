"""A typed formula under other names: what happens to the equations of a tool when a methodology uses it.

Names and dimensions change, nothing else: units, conversions and places in the text stay as they were proven.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from carbonquant.formula import tree
from carbonquant.formula.tree import IndexBy, Link, Type, Typed

__all__ = ["Renaming"]


@dataclass(frozen=True, slots=True)
class Renaming:
    """New names of values and of dimensions; what is not listed keeps its name."""

    names: Mapping[str, str]
    dimensions: Mapping[str, str]

    def type(self, old: Type) -> Type:
        """A type over the renamed dimensions."""
        category = self.dimension(old.category)
        return replace(old, dims=frozenset(self.dimension(d) for d in old.dims), category=category)

    def dimension(self, name: str) -> str:
        """The new name of a dimension."""
        return self.dimensions.get(name, name)

    def name(self, name: str) -> str:
        """The new name of a value."""
        return self.names.get(name, name)

    def formula(self, node: Typed) -> Typed:
        """The same formula under the new names."""
        changes = {
            part.name: self._part(getattr(node, part.name)) for part in fields(node) if part.name != "span"
        }
        renamed = replace(node, **changes)
        if isinstance(renamed, tree.Reference):
            return replace(renamed, name=self.name(renamed.name))
        if isinstance(renamed, tree.Band):
            return replace(renamed, table=self.name(renamed.table))
        if isinstance(renamed, tree.MemberValue):
            return replace(renamed, dimension=self.dimension(renamed.dimension))
        if isinstance(renamed, tree.Along):
            return replace(renamed, along=self.dimension(renamed.along))
        if isinstance(renamed, tree.Aggregate):
            return replace(renamed, over=tuple(self.dimension(d) for d in renamed.over))
        return renamed

    def _part(self, value: Any) -> Any:
        if isinstance(value, Type):
            return self.type(value)
        if isinstance(value, IndexBy):
            return self._index(value)
        if isinstance(value, Link):
            targets = tuple((self.dimension(d), self.name(column)) for d, column in value.targets)
            written = tuple(self.name(self.dimension(name)) for name in value.written)
            return replace(value, rows=self.dimension(value.rows), targets=targets, written=written)
        if isinstance(value, tuple):
            return tuple(self._part(item) for item in value)
        return self.formula(value) if hasattr(value, "span") else value

    def _index(self, index: IndexBy) -> IndexBy:
        by = None if index.by is None else self.formula(index.by)
        dimension, along = self.dimension(index.dimension), self.dimension(index.along)
        return replace(index, dimension=dimension, by=by, rows=self.dimension(index.rows), along=along)
