from __future__ import annotations

import pytest
import yaml

from carbonquant.errors import MethodologyError
from carbonquant.sources import read_text, reading

QUOTE_FORMULA = "a formula inside {…} that has [ or , must be quoted"
QUOTE_TEXT = "put the whole value in quotes; inside '…' write '' for one quote"
ASCII_COLON = "write an ASCII colon and a blank, ': ', after a key, not the full-width '：'"

SYNTAX_ERRORS = [
    ("s: {formula: W[x] * 2, unit: t}", "1:15", "found '[' inside a text between { and }", QUOTE_FORMULA),
    ("单位: {f: x [km]}", "1:11", "found '[' inside a text between { and }", QUOTE_FORMULA),
    ("s: {unit: kg/{x}}", "1:14", "found '{' inside a text between { and }", QUOTE_FORMULA),
    ("s: [a [b]]", "1:7", "found '[' inside a text between [ and ]", QUOTE_TEXT),
    ("s: {a: b: c}", "1:9", "found a second ': ' inside a text that is not quoted", QUOTE_TEXT),
    ("s: {a: 'b' + 'c'}", "1:12", "found '+' where ',' or '}' must come", QUOTE_TEXT),
    (
        "s:\n  {a: 'b'\n  c: 1}",
        "3:3",
        "found 'c' where ',' or '}' must come",
        "close the '{' of line 2 with } before this",
    ),
    ("s: [1}", "1:6", "found '}' where ',' or ']' must come", QUOTE_TEXT),
    ("s: {a: 1\nb: 2\n", "1:4", "'{' is never closed",
     "close it with }; a text that has {, or a blank and #, must be quoted"),
    ("s: [0, 1)\nb: 2\n", "1:4", "'[' is never closed",
     "close it with ]; a text that has [, or a blank and #, must be quoted"),
    ("s: {a: 1 # }", "1:4", "'{' is never closed",
     "close it with }; a text that has {, or a blank and #, must be quoted"),
    ("zh: see: this", "1:8", "found a second ': ' inside a text that is not quoted", QUOTE_TEXT),
    ("a" * 1100 + ": 1", "1:1101", "a key is longer than 1,024 characters", ""),
    ("a:\n  b: 1\n\n   c: 2\n", "4:5", "this line is indented too far: the key above has its value",
     "begin a key below its neighbours; a text over several lines that has ': ' must be quoted"),
    ("b: 2\nid：abc\n", "2:3", "found the full-width '：' after a key", ASCII_COLON),
    ("id：abc\nb: 2\n", "1:3", "found the full-width '：' after a key", ASCII_COLON),
    ("标题：\n  zh: x\n", "1:3", "found the full-width '：' after a key", ASCII_COLON),
    ("a:1\nb: 2\n", "1:2", "a blank is missing after ':'", "write 'key: value'"),
    ("a: 1\nb\nc: 2\n", "2:1", "found a line that is no 'key: value'", "add ': ' and a value, or indent the line"),
    ("a:\n\tb: 1\n", "2:1", "a tab stands in the indentation", "indent with blanks"),
    ("a:\n  b: 1\n\tc: 2\n", "3:1", "a tab stands in the indentation", "indent with blanks"),
    ("unit: %", "1:7", "a text cannot begin with %", "quote it: '%'"),
    ("s: {unit: %}", "1:11", "a text cannot begin with %", "quote it: '%'"),
    ("a: @b", "1:4", "a text cannot begin with @", "quote it: '@'"),
    ("a: ]", "1:4", "a text cannot begin with ]", "quote it: ']'"),
    ("a: - b", "1:4", "a text cannot begin with -", "quote it: '-'"),
    ("a: * b", "1:4", "a text cannot begin with *", QUOTE_TEXT),
    ("a: &", "1:4", "a text cannot begin with &", QUOTE_TEXT),
    ("a: 'b\nc: 1\n", "1:4", "the quote ' is never closed", "add the same quote"),
    ('a: "b', "1:4", 'the quote " is never closed', "add the same quote"),
    (r'a: "\d"', "1:4", r'a text in "…" has a \ that YAML cannot read', r"write \\, or use '…'"),
    (r'a: "\u12"', "1:4", r'a text in "…" has a \ that YAML cannot read', r"write \\, or use '…'"),
    ("a: > b", "1:4", "found text after > on its line", QUOTE_TEXT),
    ("a: 'it's'", "1:8", "found text after a closing quote", QUOTE_TEXT),
    ("a: {f: a}b}", "1:10", "found 'b' after the end of a value", QUOTE_TEXT),
    ("a:\n   b: 1\n  c: 2\n", "3:3", "this line is indented like none of the lines above",
     "begin it in the same column as the key it belongs beside; indent with blanks"),
    ("  a: 1\nb: 2\n", "2:1", "this line is indented like none of the lines above",
     "begin it in the same column as the key it belongs beside; indent with blanks"),
    ("a:\n  - b\n c: 1\n", "3:2", "this line is indented like none of the lines above",
     "begin it in the same column as the key it belongs beside; indent with blanks"),
    (": a", "1:1", "a key is missing before ':'", ""),
]  # fmt: skip


def refused_once(text: str) -> tuple[str, str, str, str]:
    """Code, line:column, message and hint of the only problem of a text."""
    with pytest.raises(MethodologyError, match="CQ10") as caught:
        read_text(text)
    (found,) = caught.value.diagnostics
    assert found.position is not None
    return found.code, f"{found.position.line}:{found.position.column}", found.message, found.hint


@pytest.mark.parametrize("parser", [reading.PARSER, yaml.SafeLoader], ids=["fast", "pure"])
@pytest.mark.parametrize(
    ("text", "place", "message", "hint"), SYNTAX_ERRORS, ids=[row[0][:24] for row in SYNTAX_ERRORS]
)
def test_syntax_error_is_told_in_an_authors_words(
    text: str, place: str, message: str, hint: str, parser: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PARSER", parser)

    assert refused_once(text) == ("CQ103", place, message, hint)


def test_colon_that_touches_a_bracket_gets_the_hint_to_part_them() -> None:
    assert refused_once("s: {a: 1, b:{c: 2}}") == (
        "CQ103",
        "1:12",
        "a blank is missing after ':'",
        "write 'key: value'",
    )


def test_full_width_colon_in_the_only_line_gets_the_same_hint() -> None:
    assert refused_once("id：abc") == (
        "CQ107",
        "1:1",
        "the file must be a mapping, 'key: value' lines",
        ASCII_COLON,
    )


def test_error_of_the_pure_parser_that_is_no_yaml_error_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PARSER", yaml.SafeLoader)

    code, place, message, _ = refused_once('a: "\\UFFFFFFFF"\n')

    assert (code, place) == ("CQ103", "1:1")
    assert message.startswith("this is not YAML: ")


def test_message_quotes_the_line_with_a_caret() -> None:
    with pytest.raises(MethodologyError, match="CQ103") as caught:
        read_text("s: {formula: W[x]}\n", shown="m.yaml")

    assert str(caught.value).splitlines() == [
        "m.yaml:1:15: CQ103 found '[' inside a text between { and }",
        "1 | s: {formula: W[x]}",
        "  |               ^",
        "  hint: a formula inside {…} that has [ or , must be quoted",
    ]
