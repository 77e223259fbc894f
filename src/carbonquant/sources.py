"""The text of a methodology: found by its id, read strictly, every value with its place in the file.

`read` returns a `Source`, in which every scalar is the text its author wrote, or raises one
`MethodologyError` with all problems it could find. No object is ever built by YAML: only its events are
read, and their number and depth are limited while they arrive.

Knows YAML and nothing else: what a key or a value means is said in `declaration`.
"""

from __future__ import annotations

import difflib
import hashlib
import importlib.util
import re
import unicodedata
from collections.abc import Callable, Iterator
from collections.abc import Sequence as Items
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, NoReturn

import yaml

from carbonquant.errors import Diagnostic, MethodologyError, Position, Problem, Severity

__all__ = [
    "Mapping", "Node", "Path_", "Sequence", "Source", "Style", "Text",
    "digest_of", "examples_folder", "find", "library", "read", "read_text",
]  # fmt: skip

MAX_BYTES = 2**20
MAX_DEPTH = 20
MAX_NODES = 20_000
MAX_OPEN_BRACKETS = 1_000
"""More are refused before the YAML parser sees them, whatever its version would do."""
MAX_PROBLEMS = 50
"""Reading ends there: whoever meets more has one cause to find, not a list to read."""

ENTRY_POINTS = "carbonquant.methodologies"
PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path_ = tuple[str | int, ...]
Style = Literal["plain", "single", "double", "literal", "folded"]
STYLES: dict[str | None, Style] = {"'": "single", '"': "double", "|": "literal", ">": "folded"}


# --- what a source is made of -------------------------------------------------------------------------------

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


# --- reading ------------------------------------------------------------------------------------------------

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Control, bidirectional and invisible characters, and line ends that are not LF or CRLF."""

BRACKETS = re.compile(r"""(?<![^\s\[{,:])(?:'[^'\n]*'|"(?:\\.|[^"\\\n])*")|(?<!\S)#[^\n]*|[\[\]{}]""")
"""Quoted texts and comments, which are passed over, and brackets."""

QUOTE_FORMULA = "a formula inside {…} that has [ or , must be quoted"


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of bytes as `sha256:` and 64 hexadecimal digits."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def read(path: str | Path) -> Source:
    """Read a file strictly.

    Raises
    ------
    MethodologyError
        With every problem that could be found: CQ106 for the file; CQ101 to CQ105 and CQ107 for its text.
    """
    path = _existing(Path(path))
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _lost(f"the file '{path}' cannot be opened: {error.strerror}") from error
    return _source(path, _shown(path), data)


def read_text(text: str | bytes, shown: str = "<text>") -> Source:
    """Read a text that stands in no file; `shown` is what messages call it. Raises as `read` does."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return _source(Path(shown), shown, data)


def _shown(path: Path) -> str:
    """Name a file as seen from the current folder, if it is inside it."""
    here, full = Path.cwd(), path.absolute()
    return (full.relative_to(here) if full.is_relative_to(here) else path).as_posix()


def _source(path: Path, shown: str, data: bytes) -> Source:
    if len(data) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES:,} bytes (1 MiB)"
        raise MethodologyError([Diagnostic("CQ102", message, Position(shown, 1, 1))])
    text = _decoded(data, shown)
    notes = ("BOM at the start",) if text.startswith("\ufeff") else ()
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    reader = _Reader(shown, tuple(text.split("\n")))
    reader.guard(text)
    return Source(path, shown, data, digest_of(data), reader.root(text), reader.lines, notes)


def _decoded(data: bytes, shown: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode().removeprefix("\ufeff").split("\n")
        place = Position(shown, len(before), len(before[-1]) + 1)
        message = f"the file is not UTF-8: byte 0x{data[error.start]:02X} cannot stand here"
        hint = "save the file with the encoding UTF-8 (not GBK, GB18030 or UTF-16)"
        raise MethodologyError([Diagnostic("CQ101", message, place, before[-1], hint=hint)]) from error


class _Reader:
    """Builds located values from the events of one text, and keeps what is wrong with it."""

    def __init__(self, shown: str, lines: tuple[str, ...]) -> None:
        self.shown = shown
        self.lines = lines
        self.problems: list[Diagnostic] = []
        self._nodes = 0
        self._events: Iterator[Any] = iter(())

    def guard(self, text: str) -> None:
        """Refuse what the YAML parser must never see: forbidden characters, towers of brackets."""
        for found in FORBIDDEN.finditer(text):
            self._refuse_character(found.group(), self._place_in(text, found.start()))
        if self.problems:
            raise MethodologyError(self.problems)
        if text.count("[") + text.count("{") <= MAX_OPEN_BRACKETS:
            return
        opened = 0
        for found in BRACKETS.finditer(text):
            opened = max(0, opened + (found.group() in "[{") - (found.group() in "]}"))
            if opened > MAX_OPEN_BRACKETS:
                place = self._place_in(text, found.start())
                self._stop(f"more than {MAX_OPEN_BRACKETS:,} brackets are open", place)

    def root(self, text: str) -> Mapping:
        """Read the one document of the text, or raise everything that is wrong with it."""
        root: Node | None = None
        self._events = yaml.parse(text, Loader=PARSER)
        try:
            root = self._document()
        except (yaml.YAMLError, ValueError, OverflowError) as error:  # the last two: PyYAML's own parser
            message, place, hint, code = _explain(error, self.lines)
            if all(problem.position and problem.position.line != place[0] + 1 for problem in self.problems):
                self._refuse(code, message, self._place(*place), hint)
        if not isinstance(root, Mapping) and not self.problems:
            self._refuse_top(root)
        if isinstance(root, Mapping) and not self.problems:
            return root
        raise MethodologyError(self.problems)

    def _document(self) -> Node | None:
        root: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                root = self._node(event, 0)
            elif isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self._refuse("CQ104", "a file holds one document: a second '---' is not allowed", event)
                    break
                if event.version or event.tags:
                    self._refuse("CQ104", NO_DIRECTIVE, event, "delete the line")
        return root

    def _node(self, event: Any, depth: int) -> Node:
        place = self._place_of(event)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._stop(f"the file has more than {MAX_NODES:,} keys and values", place)
        self._refuse_marks(event)
        if isinstance(event, yaml.AliasEvent):
            return Text("", place)
        if isinstance(event, yaml.ScalarEvent):
            return self._text(event, place)
        if depth >= MAX_DEPTH:
            self._stop(f"the file is nested deeper than {MAX_DEPTH} levels", place)
        if isinstance(event, yaml.SequenceStartEvent):
            items = self._until(yaml.SequenceEndEvent)
            return Sequence(place, tuple(self._node(item, depth + 1) for item in items))
        return Mapping(place, tuple(self._entries(depth + 1)))

    def _text(self, event: Any, place: Position) -> Text:
        text = Text(event.value, place, STYLES.get(event.style, "plain"), self.lines)
        if text.style == "double":  # the only one with escapes, such as "\u200b"
            for found in FORBIDDEN.finditer(text.text):
                self._refuse_character(found.group(), text.position_at(found.start()))
        return text

    def _entries(self, depth: int) -> Iterator[tuple[Text, Node]]:
        first: dict[str, Text] = {}
        for event in self._until(yaml.MappingEndEvent):
            key, value = self._node(event, depth), self._node(next(self._events), depth)
            if isinstance(event, yaml.AliasEvent):
                continue
            if not isinstance(key, Text) or (key.style == "plain" and not key.text):
                self._refuse("CQ107", "a key must be a text", event)
            elif key.style == "plain" and key.text == "<<":
                self._refuse("CQ104", "a merge key (<<) is not allowed", event, "write the keys out")
            elif key.text in first:
                hint = QUOTE_FORMULA if isinstance(value, Text) and value.text == "" else ""
                note = f"it stands first at {first[key.text].position}"
                self._refuse("CQ105", f"the key '{key.text}' is written twice", event, hint, note)
            else:
                first[key.text] = key
                yield key, value

    def _until(self, end: type) -> Iterator[Any]:
        while not isinstance(event := next(self._events), end):
            yield event

    def _refuse_marks(self, event: Any) -> None:
        hint = "write the value out; a text that begins with * & or ! must be quoted"
        if event.anchor is not None:
            what = "an alias (*…)" if isinstance(event, yaml.AliasEvent) else "an anchor (&…)"
            self._refuse("CQ104", f"{what} is not allowed", event, hint)
        if getattr(event, "tag", None) is not None:
            self._refuse("CQ104", "a tag (!…) is not allowed", event, hint)

    def _refuse_top(self, root: Node | None) -> None:
        if root is None or (isinstance(root, Text) and root.is_null):
            self._refuse("CQ107", "the file is empty", self._place(0, 0))
        else:
            hint = FULL_WIDTH_COLON if isinstance(root, Text) and "：" in root.text else ""
            self._refuse("CQ107", "the file must be a mapping, 'key: value' lines", root.position, hint)

    def _refuse_character(self, char: str, place: Position) -> None:
        name = unicodedata.name(char, "carriage return" if char == "\r" else "control character")
        hint = "end lines with LF or CRLF" if char == "\r" else "delete it"
        self._refuse("CQ101", f"the character U+{ord(char):04X} {name} is not allowed", place, hint)

    def _refuse(self, code: str, message: str, at: Any, hint: str = "", note: str = "") -> None:
        """Note a mistake at a position or an event; raise where they become too many."""
        place = at if isinstance(at, Position) else self._place_of(at)
        line = self.lines[place.line - 1]
        self.problems.append(Diagnostic(code, message, place, line, (note,) if note else (), hint))
        if len(self.problems) >= MAX_PROBLEMS:
            raise MethodologyError(self.problems)

    def _stop(self, message: str, place: Position) -> NoReturn:
        self._refuse("CQ102", message, place)
        raise MethodologyError(self.problems)

    def _place(self, row: int, column: int) -> Position:
        return Position(self.shown, row + 1, column + 1)

    def _place_of(self, event: Any) -> Position:
        return self._place(event.start_mark.line, event.start_mark.column)

    def _place_in(self, text: str, offset: int) -> Position:
        return self._place(text.count("\n", 0, offset), offset - text.rfind("\n", 0, offset) - 1)


# --- the YAML parser's complaints, in an author's words -----------------------------------------------------

NO_DIRECTIVE = "a YAML directive (a line that begins with %) is not allowed"
FULL_WIDTH_COLON = "write an ASCII colon and a blank, ': ', after a key, not the full-width '：'"
QUOTE_TEXT = "put the whole value in quotes; inside '…' write '' for one quote"
NO_BLANK = re.compile(r"\s*(?:- )?[^\s:'\"]+:(?=\S)")
LONGEST_KEY = 1024


class _Advice(NamedTuple):
    message: str
    place: tuple[int, int]
    hint: str = QUOTE_TEXT
    code: str = "CQ103"


class _Trouble(NamedTuple):
    """Where the YAML parser stopped (0-based row, column), and where the value that it was reading began."""

    place: tuple[int, int]
    opened: tuple[int, int]
    lines: tuple[str, ...]

    @property
    def char(self) -> str:
        return self.lines[self.place[0]][self.place[1] :][:1]

    @property
    def before(self) -> str:
        return self.lines[self.place[0]][: self.place[1]]

    @property
    def opening(self) -> str:
        return self.lines[self.opened[0]][self.opened[1] :][:1]


def _explain(error: Exception, lines: tuple[str, ...]) -> _Advice:
    """Say what an error of the YAML parser means, where, and what to do."""
    marks = (getattr(error, name, None) for name in ("problem_mark", "context_mark"))
    end = len(lines) - 1, len(lines[-1])  # a mark may stand on the line after the last
    at, opened = (min((mark.line, mark.column), end) if mark else None for mark in marks)
    said = f"{getattr(error, 'context', '')} {getattr(error, 'problem', error)}"
    trouble = _Trouble(at or (0, 0), opened or at or (0, 0), lines)
    advise = next((advise for pattern, advise in COMPLAINTS if re.search(pattern, said)), None)
    return advise(trouble) if advise else _Advice(f"this is not YAML: {said}", trouble.place, "")


def _in_brackets(at: _Trouble) -> _Advice:
    opening, closing = at.opening, {"{": "}"}.get(at.opening, "]")
    if at.char and at.char in "[{":
        hint = QUOTE_FORMULA if opening == "{" else QUOTE_TEXT
        return _Advice(f"found '{at.char}' inside a text between {opening} and {closing}", at.place, hint)
    if at.char == ":" and ": " in at.before:
        return _second_colon(at)
    if at.char in ("", ":"):
        hint = f"close it with {closing}; a text that has {opening}, or a blank and #, must be quoted"
        return _Advice(f"'{opening}' is never closed", at.opened, hint)
    return _Advice(f"found '{at.char}' where ',' or '{closing}' must come", at.place)


def _second_colon(at: _Trouble) -> _Advice:
    if ": " in at.before:
        return _Advice("found a second ': ' inside a text that is not quoted", at.place)
    if len(at.before) > LONGEST_KEY:
        return _Advice(f"a key is longer than {LONGEST_KEY:,} characters", at.place, "")
    above = max((row for row in range(at.place[0]) if at.lines[row].strip()), default=at.place[0])
    if ": " not in at.lines[above]:
        return _without_colon(at, above)
    hint = "begin a key below its neighbours; a text over several lines that has ': ' must be quoted"
    return _Advice("this line is indented too far: the key above has its value", at.place, hint)


def _without_colon(at: _Trouble, row: int) -> _Advice:
    line = at.lines[row]
    if "：" in line:
        return _Advice("found the full-width '：' after a key", (row, line.index("：")), FULL_WIDTH_COLON)
    if found := NO_BLANK.match(line):
        return _Advice("a blank is missing after ':'", (row, found.end() - 1), "write 'key: value'")
    place = (row, len(line) - len(line.lstrip()))
    return _Advice("found a line that is no 'key: value'", place, "add ': ' and a value, or indent the line")


def _after_value(at: _Trouble) -> _Advice:
    for row, line in enumerate(at.lines[: at.place[0] + 1]):
        if line.startswith("%"):
            return _Advice(NO_DIRECTIVE, (row, 0), "delete the line", "CQ104")
        if line.startswith("..."):
            return _Advice("nothing may follow the line '...'", at.place, "delete the line '...'", "CQ104")
    if at.char == ":":
        return _Advice("a key is missing before ':'", at.place, "")
    if at.before.strip() in ("", "-"):
        hint = "begin it in the same column as the key it belongs beside; indent with blanks"
        return _Advice("this line is indented like none of the lines above", at.place, hint)
    if at.before.rstrip()[-1] in "'\"":
        return _Advice("found text after a closing quote", at.place)
    return _Advice(f"found '{at.char}' after the end of a value", at.place)


def _wrong_start(at: _Trouble) -> _Advice:
    if at.char == "\t":
        return _Advice("a tab stands in the indentation", at.place, "indent with blanks")
    return _Advice(f"a text cannot begin with {at.char}", at.place, f"quote it: '{at.char}'")


def _opened(message: str, hint: str = QUOTE_TEXT, code: str = "CQ103") -> Callable[[_Trouble], _Advice]:
    return lambda at: _Advice(message.format(at.opening), at.opened, hint, code)


COMPLAINTS: tuple[tuple[str, Callable[[_Trouble], _Advice]], ...] = (
    ("expected ',' or", _in_brackets),
    ("mapping values", _second_colon),
    ("could not find expected ':'", lambda at: _without_colon(at, at.opened[0])),
    (
        "quoted scalar.*(end of stream|document)",
        _opened("the quote {} is never closed", "add the same quote"),
    ),
    (
        "escape|hexa?decimal",
        _opened('a text in "…" has a \\ that YAML cannot read', "write \\\\, or use '…'"),
    ),
    ("an (alias|anchor)", _opened("a text cannot begin with {}")),
    ("block scalar", _opened("found text after {} on its line")),
    ("directive|incompatible", _opened(NO_DIRECTIVE, "delete the line", "CQ104")),
    (" tag", _opened("a tag (!…) is not allowed", code="CQ104")),
    ("tab character|start any token|not allowed|node content", _wrong_start),
    ("document start|expected key|expected '-'|block end", _after_value),
    ("unexpected ':'", lambda at: _Advice("a blank is missing after ':'", at.place, "write 'key: value'")),
)
"""What to advise, by what libyaml or PyYAML's own parser says."""


# --- finding ------------------------------------------------------------------------------------------------

STATED = re.compile(r"""^(id|version):[ \t]+(['"]?)([^\s'"#]+)\2[ \t]*(?:#.*)?\r?$""", re.MULTILINE)


class _Entry(NamedTuple):
    """A methodology file, which of the places looked in it stands in, and what it calls itself."""

    file: Path
    place: int
    id: str
    version: str

    @property
    def last(self) -> str:
        return self.id.rpartition(".")[2]

    def is_called(self, name: str) -> bool:
        folder = self.file.parent.name
        return name in (self.id, f"{folder}/{self.id}", f"{folder}/{self.last}")


def library() -> Path:
    """Return the folder of the shipped methodologies, of the installed package or of this checkout."""
    return _shipped(Path(__file__).resolve().parent, "methodologies")


def examples_folder() -> Path:
    """Return the folder of the shipped example projects, of the installed package or of this checkout."""
    return _shipped(Path(__file__).resolve().parent, "examples")


def _shipped(package: Path, folder: str) -> Path:
    inside = package / folder
    return inside if inside.is_dir() else package.parents[1] / folder


def find(name: str | Path, beside: Path | None = None, path: Items[Path] = ()) -> Path:
    """Find the file of a methodology by its path or its id: `cycling`, `acme.cycling@1.0.0`, `a/cycling`.

    It is looked for beside the file that names it (`beside`, that file or its folder, which a path may not
    lead out of), in and below the folders of `path`, then in the library and in installed packages.

    Raises
    ------
    MethodologyError
        CQ106: nothing, or more than one methodology, is called so.
    """
    text = str(name)
    folder = beside if beside is None or beside.is_dir() else beside.parent
    if FORBIDDEN.search(text):
        raise _lost(f"the name {text!a} has a character that is not allowed")
    file = (folder or Path()) / text
    is_path = isinstance(name, Path) or text.endswith((".yaml", ".yml"))
    if is_path or (re.search(r"[/\\]", text) and _is_file(file)):
        if folder is not None and not file.resolve().is_relative_to(folder.resolve()):
            raise _lost(f"'{text}' is outside the folder of the file that names it")
        return _existing(file)
    places = [(folder, "*.yaml")] if folder else []
    places += [(below, "**/*.yaml") for below in (*path, library(), *_installed())]
    return _chosen(text, places)


def _chosen(text: str, places: list[tuple[Path, str]]) -> Path:
    """Choose the one methodology that is meant, the nearest of one id, or say why there is none."""
    name, _, version = text.partition("@")
    known = _known(places)
    called = [one for one in known if one.is_called(name)] or [one for one in known if one.last == name]
    fitting = [one for one in called if version in ("", one.version)]
    if len({one.id for one in fitting}) == 1:
        fitting = [one for one in fitting if one.place == fitting[0].place]
    if len(fitting) == 1:
        return fitting[0].file
    if fitting:
        notes = tuple(f"{one.id}@{one.version} in {_shown(one.file)}" for one in fitting)
        hint = "write the whole id, the id with @version, or the path"
        raise _lost(f"'{text}' may be more than one methodology", notes, hint)
    if called:
        there = ", ".join(dict.fromkeys(one.version for one in called))
        raise _lost(f"'{name}' is there in version {there}, not in version {version}")
    near = difflib.get_close_matches(name, {part for one in known for part in (one.id, one.last)}, n=1)
    looked = "looked in " + ", ".join(dict.fromkeys(_shown(folder) for folder, _ in places))
    hint = f"did you mean '{near[0]}'?" if near else ""
    raise _lost(f"no methodology has the id '{name}'", (looked,), hint)


def _known(places: list[tuple[Path, str]]) -> list[_Entry]:
    """List every methodology of some folders, each file once, the nearest first."""
    found: dict[Path, _Entry] = {}
    for place, (folder, pattern) in enumerate(places):
        for file in filter(_is_file, sorted(folder.glob(pattern))):
            with suppress(OSError):  # gone since, or not ours to read
                state = file.stat()
                stated = _stated(file, state.st_mtime_ns, state.st_size)
                found.setdefault(file.resolve(), _Entry(file, place, *stated))
    return [entry for entry in found.values() if entry.id]


@lru_cache(maxsize=4096)
def _stated(file: Path, changed: int, size: int) -> tuple[str, str]:  # noqa: ARG001 - read anew when changed
    """Return id and version as their lines state them, without reading the YAML; empty if none."""
    with file.open("rb") as stream:
        text = stream.read(MAX_BYTES).decode("utf-8-sig", "replace")
    stated = {key: value for key, _, value in reversed(STATED.findall(text))}
    return stated.get("id", ""), stated.get("version", "")


def _installed() -> Iterator[Path]:
    """Yield the folders that installed packages offer by an entry point; their code is not run."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow to import, seldom needed

    for point in entry_points(group=ENTRY_POINTS):
        package, *inside = point.value.partition(":")[0].strip().split(".")
        spec = importlib.util.find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            yield Path(folder, *inside)


def _existing(file: Path) -> Path:
    if not _is_file(file):
        raise _lost(f"there is no file '{file}'")
    return file


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:  # a name too long, a folder closed to us
        return False


def _lost(message: str, notes: tuple[str, ...] = (), hint: str = "") -> MethodologyError:
    return MethodologyError([Diagnostic("CQ106", message, None, "", notes, hint)])
