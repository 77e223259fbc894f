"""The text of a file, read strictly, every value with its place.

`read` returns a `Source`, in which every scalar is the text its author wrote, or raises one
`MethodologyError` with all problems it could find. No object is ever built by YAML: only its events are
read, and their number and depth are limited while they arrive.

Knows YAML and nothing else: what a key or a value means is said in `declaration`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import yaml

from carbonquant.errors import Diagnostic, MethodologyError, Position
from carbonquant.sources.complaints import FULL_WIDTH_COLON, NO_DIRECTIVE, QUOTE_FORMULA, explain
from carbonquant.sources.nodes import Mapping, Node, Sequence, Source, Style, Text

__all__ = [
    "FORBIDDEN", "MAX_BYTES",
    "digest_of", "existing_file", "is_file", "not_found", "read", "read_text", "shown_name",
]  # fmt: skip

MAX_BYTES = 2**20
MAX_DEPTH = 20
MAX_NODES = 20_000
MAX_OPEN_BRACKETS = 1_000
"""More are refused before the YAML parser sees them, whatever its version would do."""
MAX_PROBLEMS = 50
"""Reading ends there: whoever meets more has one cause to find, not a list to read."""

PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
STYLES: dict[str | None, Style] = {"'": "single", '"': "double", "|": "literal", ">": "folded"}

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Control, bidirectional and invisible characters, and line ends that are not LF or CRLF."""

BRACKETS = re.compile(r"""(?<![^\s\[{,:])(?:'[^'\n]*'|"(?:\\.|[^"\\\n])*")|(?<!\S)#[^\n]*|[\[\]{}]""")
"""Quoted texts and comments, which are passed over, and brackets."""


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
    path = existing_file(Path(path))
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise not_found(f"the file '{path}' cannot be opened: {error.strerror}") from error
    return _source(path, shown_name(path), data)


def read_text(text: str | bytes, shown: str = "<text>") -> Source:
    """Read a text that stands in no file; `shown` is what messages call it. Raises as `read` does."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return _source(Path(shown), shown, data)


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


def shown_name(path: Path) -> str:
    """Name a file as seen from the current folder, if it is inside it."""
    here, full = Path.cwd(), path.absolute()
    return (full.relative_to(here) if full.is_relative_to(here) else path).as_posix()


def existing_file(file: Path) -> Path:
    """Return a path as it is; raises CQ106 where no file is there."""
    if not is_file(file):
        raise not_found(f"there is no file '{file}'")
    return file


def is_file(file: Path) -> bool:
    """Whether a file is there, as far as may be seen."""
    try:
        return file.is_file()
    except OSError:  # a name too long, a folder closed to us
        return False


def not_found(message: str, notes: tuple[str, ...] = (), hint: str = "") -> MethodologyError:
    """Return the error of a file or an id that was looked for in vain."""
    return MethodologyError([Diagnostic("CQ106", message, None, "", notes, hint)])


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
            message, place, hint, code = explain(error, self.lines)
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
