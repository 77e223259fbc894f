"""The YAML parser's complaints, in an author's words: what is wrong, where, and what to do.

`explain` understands what libyaml says and what PyYAML's own parser says, and gives the same advice for both.

Does not parse (see `reading`): it sees an error and the lines of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

__all__ = ["FULL_WIDTH_COLON", "NO_DIRECTIVE", "QUOTE_FORMULA", "Advice", "explain"]

NO_DIRECTIVE = "a YAML directive (a line that begins with %) is not allowed"
FULL_WIDTH_COLON = "write an ASCII colon and a blank, ': ', after a key, not the full-width '：'"
QUOTE_FORMULA = "a formula inside {…} that has [ or , must be quoted"
QUOTE_TEXT = "put the whole value in quotes; inside '…' write '' for one quote"
NO_BLANK = re.compile(r"\s*(?:- )?[^\s:'\"]+:(?=\S)")
LONGEST_KEY = 1024


class Advice(NamedTuple):
    """What is wrong, where (0-based row, column), and what to do."""

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


def explain(error: Exception, lines: tuple[str, ...]) -> Advice:
    """Say what an error of the YAML parser means, where, and what to do."""
    marks = (getattr(error, name, None) for name in ("problem_mark", "context_mark"))
    end = len(lines) - 1, len(lines[-1])  # a mark may stand on the line after the last
    at, opened = (min((mark.line, mark.column), end) if mark else None for mark in marks)
    said = f"{getattr(error, 'context', '')} {getattr(error, 'problem', error)}"
    trouble = _Trouble(at or (0, 0), opened or at or (0, 0), lines)
    advise = next((advise for pattern, advise in COMPLAINTS if re.search(pattern, said)), None)
    return advise(trouble) if advise else Advice(f"this is not YAML: {said}", trouble.place, "")


def _in_brackets(at: _Trouble) -> Advice:
    opening, closing = at.opening, {"{": "}"}.get(at.opening, "]")
    if at.char and at.char in "[{":
        hint = QUOTE_FORMULA if opening == "{" else QUOTE_TEXT
        return Advice(f"found '{at.char}' inside a text between {opening} and {closing}", at.place, hint)
    if at.char == ":" and ": " in at.before:
        return _second_colon(at)
    if at.char in ("", ":"):
        hint = f"close it with {closing}; a text that has {opening}, or a blank and #, must be quoted"
        return Advice(f"'{opening}' is never closed", at.opened, hint)
    message = f"found '{at.char}' where ',' or '{closing}' must come"
    if at.opened[0] < at.place[0] and not at.before.strip():
        return Advice(
            message, at.place, f"close the '{opening}' of line {at.opened[0] + 1} with {closing} before this"
        )
    return Advice(message, at.place)


def _second_colon(at: _Trouble) -> Advice:
    if ": " in at.before:
        return Advice("found a second ': ' inside a text that is not quoted", at.place)
    if len(at.before) > LONGEST_KEY:
        return Advice(f"a key is longer than {LONGEST_KEY:,} characters", at.place, "")
    above = max((row for row in range(at.place[0]) if at.lines[row].strip()), default=at.place[0])
    if ": " not in at.lines[above]:
        return _without_colon(at, above)
    hint = "begin a key below its neighbours; a text over several lines that has ': ' must be quoted"
    return Advice("this line is indented too far: the key above has its value", at.place, hint)


def _without_colon(at: _Trouble, row: int) -> Advice:
    line = at.lines[row]
    if "：" in line:
        return Advice("found the full-width '：' after a key", (row, line.index("：")), FULL_WIDTH_COLON)
    if found := NO_BLANK.match(line):
        return Advice("a blank is missing after ':'", (row, found.end() - 1), "write 'key: value'")
    place = (row, len(line) - len(line.lstrip()))
    return Advice("found a line that is no 'key: value'", place, "add ': ' and a value, or indent the line")


def _after_value(at: _Trouble) -> Advice:
    for row, line in enumerate(at.lines[: at.place[0] + 1]):
        if line.startswith("%"):
            return Advice(NO_DIRECTIVE, (row, 0), "delete the line", "CQ104")
        if line.startswith("..."):
            return Advice("nothing may follow the line '...'", at.place, "delete the line '...'", "CQ104")
    if at.char == ":":
        return Advice("a key is missing before ':'", at.place, "")
    if at.before.strip() in ("", "-"):
        hint = "begin it in the same column as the key it belongs beside; indent with blanks"
        return Advice("this line is indented like none of the lines above", at.place, hint)
    if at.before.rstrip()[-1] in "'\"":
        return Advice("found text after a closing quote", at.place)
    return Advice(f"found '{at.char}' after the end of a value", at.place)


def _wrong_start(at: _Trouble) -> Advice:
    if at.char == "\t":
        return Advice("a tab stands in the indentation", at.place, "indent with blanks")
    return Advice(f"a text cannot begin with {at.char}", at.place, f"quote it: '{at.char}'")


def _opened(message: str, hint: str = QUOTE_TEXT, code: str = "CQ103") -> Callable[[_Trouble], Advice]:
    return lambda at: Advice(message.format(at.opening), at.opened, hint, code)


COMPLAINTS: tuple[tuple[str, Callable[[_Trouble], Advice]], ...] = (
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
    ("unexpected ':'", lambda at: Advice("a blank is missing after ':'", at.place, "write 'key: value'")),
)
"""What to advise, by what libyaml or PyYAML's own parser says."""
