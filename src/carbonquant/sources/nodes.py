"""What a file is made of once it is read: texts, mappings and lists, each with its place in the file.

A `Text` is what its author wrote, and knows the place of each of its characters as far as there is one.
A `Source` finds the value at a key path, and makes diagnostics that point at it.

Does not read (see `reading`); what a key or a value means is said in `declaration`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Sequence as Items
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from carbonquant.errors import Diagnostic, Position, Problem, Severity

__all__ = ["Mapping", "Node", "Path_", "Sequence", "Source", "Style", "Text"]

Path_ = tuple[str | int, ...]
"""The keys and indices that lead to a value."""
Style = Literal["plain", "single", "double", "literal", "folded"]

SINGLE = re.compile(r"'(?:''|[^'])*(')?"), re.compile(r"''|[^']")
DOUBLE = (
    re.compile(r'"(?:\\.|[^"\\])*(")?'),
    re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|[^\\]"),
)
"""A quoted text as far as it stands on one line, and one character of it."""


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar as it was written, with the place of its first character (of its quote, of its `|`)."""

    text: str
    position: Position
    style: Style = "plain"
    lines: tuple[str, ...] = field(default=(), repr=False, compare=False)
    """The lines of the whole file."""

    @property
    def is_null(self) -> bool:
        """True where nothing is written, or a plain `null` or `~`."""
        return self.style == "plain" and self.text in ("", "null", "~")

    def position_at(self, offset: int) -> Position:
        """Return the place in the file of the character at a 0-based offset in code points.

        It is the start of the text where the place is not known: in a folded `>` text, and after the first
        line of a plain or quoted text of several lines.
        """
        file, line = self.position.file, self.position.line
        if self.lines and self.style == "literal" and self.text.strip("\n"):
            return self._in_block(max(0, min(offset, len(self.text.rstrip("\n")))))
        columns = self._columns() if self.lines and self.style not in ("literal", "folded") else ()
        offset = max(0, min(offset, len(self.text)))
        return Position(file, line, columns[offset]) if offset < len(columns) else self.position

    def _in_block(self, offset: int) -> Position:
        """Find a place in a `|` block: each of its lines ends as it ends in the file, only indented."""
        row = self.text.count("\n", 0, offset)
        start = self.text.rfind("\n", 0, offset) + 1
        indent = len(self.lines[self.position.line + row]) - len(self.text.split("\n")[row])
        return Position(self.position.file, self.position.line + row + 1, indent + offset - start + 1)

    def _columns(self) -> Items[int]:
        """Return the column of each character on the first line, and of the end if that is on it, too."""
        line, first = self.lines[self.position.line - 1], self.position.column
        if self.style == "plain":
            same = [line[first - 1 + i : first + i] == char for i, char in enumerate(self.text)]
            return range(first, first + ([*same, False].index(False) if False in same else len(same) + 1))
        whole, one = SINGLE if self.style == "single" else DOUBLE
        found = whole.match(line, first - 1)
        end = found.end() if found else first
        if found and found[1]:
            return [*(char.start() + 1 for char in one.finditer(line, first, end - 1)), end]
        end = len(line[:end].rstrip(" \t")) if end == len(line) else end
        return [char.start() + 1 for char in one.finditer(line, first, end)]


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and their values in the order of the file; a key without a value has an empty `Text`."""

    position: Position
    entries: tuple[tuple[Text, Node], ...]

    def get(self, key: str) -> Node | None:
        """Return the value of a key, None where the key is not there."""
        return next((value for written, value in self.entries if written.text == key), None)

    def keys(self) -> tuple[str, ...]:
        """Return the text of every key."""
        return tuple(written.text for written, _ in self.entries)


@dataclass(frozen=True, slots=True)
class Sequence:
    """The items of a list."""

    position: Position
    items: tuple[Node, ...]


Node = Text | Mapping | Sequence


@dataclass(frozen=True)
class Source:
    """One file as it was read: its bytes, their digest, and its values with their places.

    `shown` is how messages name the file; `notes` tells what was read with indulgence (a BOM).

    >>> from carbonquant.sources import read_text
    >>> source = read_text("steps: {BE: {formula: a * b, unit: t CO2e}}")
    >>> source.plain()
    {'steps': {'BE': {'formula': 'a * b', 'unit': 't CO2e'}}}
    >>> str(source.position_of(("steps", "BE", "formula")))
    '<text>:1:23'
    """

    path: Path
    shown: str
    data: bytes = field(repr=False)
    digest: str
    root: Mapping = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)
    notes: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return new dicts, lists and texts; a key with nothing, a plain `null` and `~` are None."""
        content: dict[str, Any] = _plain(self.root)
        return content

    def node_at(self, path: Path_) -> Node:
        """Return the value at a key path; components that are not in the file are passed over."""
        return list(self._walk(path))[-1][1]

    def key_at(self, path: Path_) -> Text | None:
        """Return the key that is the last component of a path, None where that is no key of the file."""
        return _child(self.node_at(path[:-1]), path[-1])[0] if path else None

    def position_of(self, path: Path_, key: bool = False) -> Position:  # noqa: FBT001, FBT002 - one word
        """Return the place of the value at a path, or of its key; of the nearest one above if absent."""
        found = list(self._walk(path))
        keys = [written for written, _ in found if written is not None]
        return keys[-1].position if key and keys else found[-1][1].position

    def diagnostic(
        self,
        code: str,
        message: str,
        position: Position | None,
        *,
        notes: tuple[str, ...] = (),
        hint: str = "",
        severity: Severity = "error",
    ) -> Diagnostic:
        """Return a diagnostic that quotes the line of this file it is about."""
        line = self.lines[position.line - 1] if position and position.file == self.shown else ""
        return Diagnostic(code, message, position, line, notes, hint, severity)

    def problem_at(self, path: Path_, problem: Problem) -> Diagnostic:
        """Return a mistake inside the text at a path with its true place."""
        node = self.node_at(path)
        place = node.position_at(problem.start) if isinstance(node, Text) else node.position
        return self.diagnostic(problem.code, problem.message, place, notes=problem.notes, hint=problem.hint)

    def _walk(self, path: Path_) -> Iterator[tuple[Text | None, Node]]:
        """Yield the root and each value that a path leads through, with its key."""
        node: Node = self.root
        yield None, node
        for component in path:
            key, value = _child(node, component)
            if value is not None:
                node = value
                yield key, node


def _child(node: Node, component: str | int) -> tuple[Text | None, Node | None]:
    if isinstance(node, Mapping):
        return next((entry for entry in node.entries if entry[0].text == str(component)), (None, None))
    if isinstance(node, Sequence) and isinstance(component, int) and 0 <= component < len(node.items):
        return None, node.items[component]
    return None, None


def _plain(node: Node) -> Any:
    if isinstance(node, Mapping):
        return {key.text: _plain(value) for key, value in node.entries}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return None if node.is_null else node.text
