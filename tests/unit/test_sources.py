from __future__ import annotations

import hashlib
import importlib.metadata
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from carbonquant import sources
from carbonquant.errors import Diagnostic, MethodologyError, Position, Problem
from carbonquant.sources import Mapping, Sequence, Source, Text, find, library, read, read_text


def refused(text: str | bytes) -> tuple[Diagnostic, ...]:
    with pytest.raises(MethodologyError, match="CQ10") as caught:
        read_text(text)
    return caught.value.diagnostics


def refused_once(text: str | bytes) -> tuple[str, str, str, str]:
    """Code, line:column, message and hint of the only problem of a text."""
    (found,) = refused(text)
    assert found.position is not None
    return found.code, f"{found.position.line}:{found.position.column}", found.message, found.hint


def text_at(source: Source, *path: str | int) -> Text:
    node = source.node_at(path)
    assert isinstance(node, Text)
    return node


def places(source: Source, text: Text) -> list[str]:
    """The character of the file that each character of a text is said to stand at."""
    found = [text.position_at(offset) for offset in range(len(text.text))]
    return [source.lines[place.line - 1][place.column - 1 :][:1] for place in found]


# --- scalars stay the text that was written ------------------------------------------------------------------


@pytest.mark.parametrize(
    "written", ["NO", "on", "1.10", "0x1F", "1:30", ".inf", "1_000", "2020-06-01", "0.5500", "Null"]
)
def test_plain_scalar_stays_the_text_that_was_written(written: str) -> None:
    source = read_text(f"a: {written}\n")

    assert source.plain() == {"a": written}


def test_key_with_nothing_and_plain_null_are_none_but_quoted_ones_are_texts() -> None:
    source = read_text("a:\nb: null\nc: ~\nd: ''\ne: 'null'\nf: \"~\"\n")

    assert source.plain() == {"a": None, "b": None, "c": None, "d": "", "e": "null", "f": "~"}


def test_lists_and_mappings_are_nested_as_written() -> None:
    source = read_text("a: [1, {b: 2}]\nc:\n  - x\n  - - y\n")

    assert source.plain() == {"a": ["1", {"b": "2"}], "c": ["x", ["y"]]}


def test_plain_content_is_new_each_time() -> None:
    source = read_text("a: {b: 1}\n")

    source.plain()["a"].clear()

    assert source.plain() == {"a": {"b": "1"}}


@pytest.mark.parametrize(
    ("written", "style"),
    [("x", "plain"), ("'x'", "single"), ('"x"', "double"), ("|\n  x", "literal"), (">-\n  x", "folded")],
)
def test_scalar_tells_the_style_it_was_written_in(written: str, style: str) -> None:
    source = read_text(f"a: {written}\n")

    assert text_at(source, "a").style == style


def test_unquoted_formula_with_comma_leaves_a_key_with_an_empty_value() -> None:
    source = read_text("E: {formula: sum(E, over=year)}\n")

    mapping = source.node_at(("E",))

    assert isinstance(mapping, Mapping)
    assert mapping.keys() == ("formula", "over=year)")
    assert mapping.get("over=year)") == Text("", Position("<text>", 1, 31))
    assert mapping.get("over") is None


# --- places --------------------------------------------------------------------------------------------------


def test_places_count_lines_and_code_points_from_one_after_chinese_text() -> None:
    source = read_text("标题: {中文: 单位, 😀: 值}\n乙: 丙\n")

    assert str(source.position_of(("标题", "😀"))) == "<text>:1:17"
    assert str(source.position_of(("标题", "😀"), key=True)) == "<text>:1:14"
    assert str(source.position_of(("乙",))) == "<text>:2:4"


def test_bom_at_the_start_is_noted_and_takes_no_column() -> None:
    source = read_text(b"\xef\xbb\xbfa: b\n")

    assert source.notes == ("BOM at the start",)
    assert str(source.position_of(("a",))) == "<text>:1:4"
    assert source.lines[0] == "a: b"


def test_file_without_bom_has_no_notes() -> None:
    assert read_text("a: b").notes == ()


def test_windows_line_ends_count_as_one_line_each() -> None:
    source = read_text("a: b\r\nc: |\r\n  x\r\n  y\r\n")

    assert source.lines == ("a: b", "c: |", "  x", "  y", "")
    assert source.plain() == {"a": "b", "c": "x\ny\n"}
    assert str(text_at(source, "c").position_at(2)) == "<text>:4:3"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a * b + 单位", list("a * b + 单位")),
        ("'it''s x'", list("it's x")),
        (r'"a\"b\\c\n\u5355\x41\U0001F600z"', ["a", "\\", "b", "\\", "c", "\\", "\\", "\\", "\\", "z"]),
        ("|\n    a + b\n\n      * c\n    d", [*"a + b", "", "", *"  * c", "", *"d"]),
        ("|2-\n      a\n    b", [*"  a", "", *"b"]),
    ],
    ids=["plain", "single", "double", "literal", "literal with indicator"],
)
def test_position_of_each_character_points_at_it(written: str, expected: list[str]) -> None:
    source = read_text(f"s:\n  f: {written}\n")
    text = text_at(source, "s", "f")

    found = places(source, text)

    assert found[: len(expected)] == expected


@pytest.mark.parametrize(
    ("written", "column"), [("ab", 6), ("'a''b'", 9), ('"a\\tb"', 9), ("''", 5), ("|\n  ab", 5), ("", 3)]
)
def test_position_after_the_last_character_is_behind_it(written: str, column: int) -> None:
    text = text_at(read_text(f"a: {written}\n"), "a")

    assert text.position_at(len(text.text)).column == column
    assert text.position_at(10_000).column == column


def test_position_before_the_first_character_is_the_first() -> None:
    text = text_at(read_text("a: 'xy'\n"), "a")

    assert text.position_at(-3).column == 5


@pytest.mark.parametrize(
    "written",
    ["ab  \n  cd", "'ab  \n  cd'", '"ab  \n  cd"', '"ab\\\n  cd"'],
    ids=["plain", "single", "double", "escaped"],
)
def test_position_after_the_first_line_of_a_running_text_is_its_start(written: str) -> None:
    text = text_at(read_text(f"k: {written}\n"), "k")

    found = [text.position_at(offset) for offset in range(len(text.text) + 1)]

    assert {place.line for place in found} == {1}
    assert found[1].column == text.position.column + (1 if text.style == "plain" else 2)
    assert set(found[3:]) == {text.position}


def test_position_in_a_folded_text_is_its_start() -> None:
    text = text_at(read_text("a: >\n  b\n  c\n"), "a")

    assert text.position_at(2) == text.position


def test_position_in_an_empty_block_is_its_start() -> None:
    text = text_at(read_text("a: |+\n\n\n"), "a")

    assert text.position_at(1) == text.position


def test_position_in_a_text_of_no_file_is_its_start() -> None:
    text = Text("abc", Position("x", 1, 1))

    assert text.position_at(2) == Position("x", 1, 1)


# --- looking up ----------------------------------------------------------------------------------------------

NESTED = "a:\n  b: {c: d}\n  e: [f, g]\n"


def test_node_at_follows_keys_and_indices() -> None:
    source = read_text(NESTED)

    assert text_at(source, "a", "e", 1).text == "g"
    assert isinstance(source.node_at(("a", "e")), Sequence)


def test_node_at_passes_over_components_that_are_not_there() -> None:
    source = read_text(NESTED)

    assert text_at(source, "a", "function-wrap", "b", "c").text == "d"
    assert source.node_at(("a", "e", 2)) == source.node_at(("a", "e"))
    assert source.node_at(("nothing",)) == source.root


def test_key_at_is_the_key_or_none() -> None:
    source = read_text(NESTED)
    key = source.key_at(("a", "b"))

    assert key is not None
    assert str(key.position) == "<text>:2:3"
    assert source.key_at(("a", "x")) is None
    assert source.key_at(("a", "e", 0)) is None
    assert source.key_at(()) is None


def test_position_of_a_missing_key_is_that_of_the_key_above() -> None:
    source = read_text(NESTED)

    assert str(source.position_of(("a", "b", "missing"), key=True)) == "<text>:2:3"
    assert str(source.position_of(("missing",), key=True)) == "<text>:1:1"


def test_problem_in_a_text_gets_its_true_place_and_line() -> None:
    source = read_text("s:\n  f: 'x''' \n")

    found = source.problem_at(("s", "f"), Problem("CQ301", "bad", 1, 2, ("n",), "h"))

    assert found == Diagnostic("CQ301", "bad", Position("<text>", 2, 8), "  f: 'x''' ", ("n",), "h")


def test_problem_at_a_mapping_is_placed_at_its_start() -> None:
    found = read_text(NESTED).problem_at(("a", "b"), Problem("CQ301", "bad", 5, 6))

    assert str(found.position) == "<text>:2:6"


def test_diagnostic_about_another_file_quotes_no_line_of_this_one() -> None:
    source = read_text(NESTED)

    elsewhere = source.diagnostic("CQ200", "m", Position("other.yaml", 1, 1), severity="warning")

    assert (elsewhere.line_text, elsewhere.severity) == ("", "warning")
    assert source.diagnostic("CQ200", "m", None).line_text == ""


# --- characters ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("char", "named"),
    [
        ("\x00", "U+0000 control character"),
        ("\x1b", "U+001B control character"),
        ("\x85", "U+0085 control character"),
        ("\u2028", "U+2028 LINE SEPARATOR"),
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\u3164", "U+3164 HANGUL FILLER"),
        ("\U000e0041", "U+E0041 TAG LATIN CAPITAL LETTER A"),
    ],
)
def test_forbidden_character_is_refused_by_name_at_its_place(char: str, named: str) -> None:
    found = refused_once(f"a: b\n单位: x{char}y\n")

    assert found == ("CQ101", "2:6", f"the character {named} is not allowed", "delete it")


def test_lone_carriage_return_is_refused() -> None:
    found = refused_once("a: b\rc: d\n")

    assert found == (
        "CQ101", "1:5", "the character U+000D carriage return is not allowed", "end lines with LF or CRLF",
    )  # fmt: skip


def test_forbidden_character_in_a_comment_is_refused() -> None:
    assert refused_once("a: b # \u202e\n")[:2] == ("CQ101", "1:8")


def test_forbidden_character_by_an_escape_is_refused_at_the_escape() -> None:
    assert refused_once('a: "x\\u202Ey"\n')[:2] == ("CQ101", "1:6")


def test_every_forbidden_character_is_listed() -> None:
    assert len(refused("a: \x01\x02\nb: \x03\n")) == 3


@pytest.mark.parametrize(
    "text", ["\x00" * 5000, "a: {" + "b, " * 5000 + "}", 'a: "' + "\\u200b" * 5000 + '"']
)
def test_reading_ends_at_fifty_problems(text: str) -> None:
    assert len(refused(text)) == 50


def test_every_character_that_is_not_forbidden_is_accepted_by_the_yaml_parser() -> None:
    chars = (chr(code) for code in range(0x20, 0x110000) if not 0xD800 <= code < 0xE000)
    allowed = "".join(char for char in chars if not sources.FORBIDDEN.match(char) and char != "'")
    step = 100_000

    pieces = [allowed[start : start + step] for start in range(0, len(allowed), step)]

    assert all(read_text(f"a: '{piece}'").plain() == {"a": piece} for piece in pieces)


def test_tab_is_allowed_between_key_and_value_and_inside_a_text() -> None:
    assert read_text('a:\tb\tc\nd: "e\\tf"\n').plain() == {"a": "b\tc", "d": "e\tf"}


def test_bytes_that_are_not_utf8_are_refused_at_their_place() -> None:
    code, place, message, hint = refused_once(b"\xef\xbb\xbfa: b\n" + "单位: ".encode() + "米".encode("gbk"))

    assert (code, place) == ("CQ101", "2:5")
    assert message == "the file is not UTF-8: byte 0xC3 cannot stand here"
    assert hint == "save the file with the encoding UTF-8 (not GBK, GB18030 or UTF-16)"


def test_lone_surrogate_in_a_python_text_is_refused() -> None:
    assert refused_once("a: \ud800")[:2] == ("CQ101", "1:4")


# --- limits --------------------------------------------------------------------------------------------------


def test_text_of_one_mebibyte_is_read_and_one_byte_more_is_refused() -> None:
    largest = "a: " + "b" * (2**20 - 3)

    assert len(read_text(largest).data) == 2**20
    assert refused_once(largest + "b")[:3] == (
        "CQ102",
        "1:1",
        "the file is larger than 1,048,576 bytes (1 MiB)",
    )


@pytest.mark.parametrize(
    "tower", ["{a: " * 20 + "x" + "}" * 20, "\n" + "\n".join(" " * i + "a:" for i in range(20))]
)
def test_twenty_levels_are_read(tower: str) -> None:
    assert read_text(tower).root.keys() == ("a",)


@pytest.mark.parametrize(
    ("tower", "place"),
    [
        ("{a: " * 21 + "x" + "}" * 21, "1:81"),
        ("a: " + "[" * 20, "1:23"),
        ("\n".join(" " * i + "a:" for i in range(22)), "21:21"),
        ("a:\n " + "- " * 30, "2:40"),
    ],
    ids=["mappings", "lists", "blocks", "dashes"],
)
def test_twenty_one_levels_are_refused_at_the_last(tower: str, place: str) -> None:
    assert refused_once(tower)[:3] == ("CQ102", place, "the file is nested deeper than 20 levels")


def test_brackets_by_the_thousand_are_refused_before_they_are_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "parse", lambda *_, **__: pytest.fail("the parser saw the text"))

    found = refused_once("a: b\nc: " + "[" * 50_000)

    assert found[:3] == ("CQ102", "2:1004", "more than 1,000 brackets are open")


def test_brackets_in_quotes_and_comments_are_not_counted() -> None:
    line = 'a{}: \'[[[[[\' # [[[[[[\nb{}: "[[[\\"[["\nc{}: x ]] }} \n'
    text = "".join(line.replace("{}", str(number)) for number in range(300))

    assert len(read_text(text).root.entries) == 900


def test_many_brackets_that_are_closed_are_read() -> None:
    assert len(read_text("a:\n" + "- [x]\n" * 2000).plain()["a"]) == 2000


def test_twenty_thousand_nodes_are_read_and_one_more_is_refused() -> None:
    most = "a:\n" + "- x\n" * 19_997

    assert len(read_text(most).plain()["a"]) == 19_997
    assert refused_once(most + "- x\n")[:3] == (
        "CQ102", "19999:3", "the file has more than 20,000 keys and values",
    )  # fmt: skip


def test_long_file_is_read_in_a_moment() -> None:
    text = "".join(f"step{n}: {{formula: 'a * b [km]', unit: t, zh: 中文}}\n" for n in range(300))
    read_text(text)
    start = time.perf_counter()

    read_text(text)

    assert time.perf_counter() - start < 0.5


# --- features of YAML that are not allowed -------------------------------------------------------------------


def test_every_anchor_alias_tag_and_merge_key_is_reported_in_one_run() -> None:
    text = "a: &x {k: 1}\nb: *x\nc: !int 5\nd:\n  <<: *x\n*x : 2\n"

    found = [(one.code, one.position and one.position.line, one.message) for one in refused(text)]

    assert found == [
        ("CQ104", 1, "an anchor (&…) is not allowed"),
        ("CQ104", 2, "an alias (*…) is not allowed"),
        ("CQ104", 3, "a tag (!…) is not allowed"),
        ("CQ104", 5, "an alias (*…) is not allowed"),
        ("CQ104", 5, "a merge key (<<) is not allowed"),
        ("CQ104", 6, "an alias (*…) is not allowed"),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: 1\n---\nb: 2\n", "2:1"),
        ("%YAML 1.1\n---\na: 1\n", "1:1"),
        ("# c\n%TAG ! tag:x\n---\na: 1\n", "2:1"),
        ("%YAML 1.1\na: 1\n", "1:1"),
        ("%FOO\n---\na: 1\n", "1:1"),
        ("%YAML 2.0\n---\na: 1\n", "1:1"),
        ("a: 1\n...\nb: 2\n", "3:1"),
        ("a: !x!y z\n", "1:4"),
    ],
)
def test_several_documents_directives_and_tags_are_refused(text: str, place: str) -> None:
    assert refused_once(text)[:2] == ("CQ104", place)


def test_one_document_may_begin_and_end_with_its_marks() -> None:
    assert read_text("---\na: b\n...\n").plain() == {"a": "b"}


def test_quoted_merge_key_is_an_ordinary_key() -> None:
    assert read_text("'<<': a\n").plain() == {"<<": "a"}


# --- keys ----------------------------------------------------------------------------------------------------


def test_every_duplicate_key_is_reported_with_the_place_of_the_first() -> None:
    found = refused("a: 1\nb: {c: 1, 'c': 2}\na: 3\na: 4\n")

    assert [(one.code, str(one.position), one.message, one.notes) for one in found] == [
        ("CQ105", "<text>:2:11", "the key 'c' is written twice", ("it stands first at <text>:2:5",)),
        ("CQ105", "<text>:3:1", "the key 'a' is written twice", ("it stands first at <text>:1:1",)),
        ("CQ105", "<text>:4:1", "the key 'a' is written twice", ("it stands first at <text>:1:1",)),
    ]


def test_duplicate_that_an_unquoted_formula_makes_gets_the_hint_to_quote_it() -> None:
    assert (
        refused_once("s: {formula: max(a, b, b, c)}\n")[3]
        == "a formula inside {…} that has [ or , must be quoted"
    )


def test_duplicate_with_a_value_gets_no_hint() -> None:
    assert refused_once("a: 1\na: [2]\n")[3] == ""


@pytest.mark.parametrize(
    ("text", "place"), [("? [a]\n: b\n", "1:3"), ("{a: 1}: 2\n", "1:1"), ("?\n: b\n", "1:2")]
)
def test_key_that_is_no_text_is_refused(text: str, place: str) -> None:
    assert refused_once(text)[:3] == ("CQ107", place, "a key must be a text")


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "~", "\ufeff"])
def test_empty_file_is_refused(text: str) -> None:
    assert refused_once(text)[:3] == ("CQ107", "1:1", "the file is empty")


@pytest.mark.parametrize("text", ["- a\n", "just a text\n", "''\n", "[]"])
def test_file_that_is_no_mapping_is_refused(text: str) -> None:
    assert refused_once(text)[1:] == ("1:1", "the file must be a mapping, 'key: value' lines", "")


# --- syntax errors in an author's words ----------------------------------------------------------------------

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


@pytest.mark.parametrize("parser", [sources.PARSER, yaml.SafeLoader], ids=["fast", "pure"])
@pytest.mark.parametrize(
    ("text", "place", "message", "hint"), SYNTAX_ERRORS, ids=[row[0][:24] for row in SYNTAX_ERRORS]
)
def test_syntax_error_is_told_in_an_authors_words(
    text: str, place: str, message: str, hint: str, parser: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "PARSER", parser)

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


def test_syntax_error_is_reported_after_the_problems_before_it() -> None:
    found = refused("a: 1\na: 2\nb: see: this\n")

    assert [(one.code, one.position and one.position.line) for one in found] == [("CQ105", 2), ("CQ103", 3)]


def test_one_mistake_on_a_line_gives_one_message() -> None:
    assert refused_once("a: *b + c\n")[:2] == ("CQ104", "1:4")


def test_error_of_the_pure_parser_that_is_no_yaml_error_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "PARSER", yaml.SafeLoader)

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


# --- files ---------------------------------------------------------------------------------------------------


def test_read_keeps_bytes_and_their_digest(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbfa: b\r\n"
    (tmp_path / "m.yaml").write_bytes(data)

    source = read(str(tmp_path / "m.yaml"))

    assert source.data == data
    assert source.digest == "sha256:" + hashlib.sha256(data).hexdigest()


def test_read_names_the_file_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here" / "sub").mkdir(parents=True)
    (tmp_path / "here" / "sub" / "in.yaml").write_text("a: b")
    (tmp_path / "out.yaml").write_text("a: b")
    monkeypatch.chdir(tmp_path / "here")

    assert read(tmp_path / "here" / "sub" / "in.yaml").shown == "sub/in.yaml"
    assert read(Path("sub/in.yaml")).shown == "sub/in.yaml"
    assert read(tmp_path / "out.yaml").shown == (tmp_path / "out.yaml").as_posix()


@pytest.mark.parametrize("name", ["missing.yaml", ".", "x" * 300, "a\0b"])
def test_read_refuses_what_is_no_file(name: str, tmp_path: Path) -> None:
    with pytest.raises(MethodologyError, match="CQ106 there is no file"):
        read(tmp_path / name)


def test_read_refuses_a_file_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m.yaml").write_text("a: b")
    deny_opening(monkeypatch)

    with pytest.raises(
        MethodologyError, match=r"CQ106 the file '.*m\.yaml' cannot be opened: Permission denied"
    ):
        read(tmp_path / "m.yaml")


def test_read_refuses_a_large_file_without_reading_it_whole(tmp_path: Path) -> None:
    with (tmp_path / "m.yaml").open("wb") as stream:
        stream.truncate(2**40)

    with pytest.raises(MethodologyError, match="CQ102 the file is larger than"):
        read(tmp_path / "m.yaml")


def deny_opening(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)


# --- finding -------------------------------------------------------------------------------------------------


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
    return file


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of two methodologies in the place of the shipped one."""
    folder = tmp_path / "library"
    write(folder, "living/cycling.yaml", "carbonquant: 1\nid: cycling\nversion: 1.0.0\n")
    write(folder, "forest/bamboo.yaml", "id: acme.bamboo  # c\r\nversion: '2.0.0'\r\n")
    write(folder, "factors/notes.yaml", "title: no id\n  id: nested\n")
    monkeypatch.setattr(sources, "library", lambda: folder)
    return folder


@pytest.mark.parametrize("name", ["cycling", "living/cycling", "cycling@1.0.0"])
def test_find_knows_an_id_with_its_folder_and_version(name: str, shipped: Path) -> None:
    assert find(name) == shipped / "living" / "cycling.yaml"


@pytest.mark.parametrize(
    "name", ["bamboo", "acme.bamboo", "forest/bamboo", "forest/acme.bamboo", "bamboo@2.0.0"]
)
def test_find_knows_an_id_of_a_publisher_by_its_last_part(name: str, shipped: Path) -> None:
    assert find(name) == shipped / "forest" / "bamboo.yaml"


def test_find_takes_a_path_as_it_is(tmp_path: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "here/mine.yaml", "id: cycling\n")
    write(tmp_path, "here/plain", "id: cycling\n")
    monkeypatch.chdir(tmp_path)

    assert find("here/mine.yaml") == Path("here/mine.yaml")
    assert find("here/plain") == Path("here/plain")
    assert find(Path("here") / "plain") == Path("here/plain")
    assert find("living/cycling") == shipped / "living" / "cycling.yaml"


@pytest.mark.parametrize("name", ["missing.yaml", "folder/missing.yml", Path("missing")])
def test_find_refuses_a_path_to_nothing(name: str | Path) -> None:
    with pytest.raises(MethodologyError, match=r"CQ106 there is no file '.*missing"):
        find(name)


def test_find_takes_a_path_relative_to_the_file_that_names_it(tmp_path: Path) -> None:
    activity = write(tmp_path, "project/activity.yaml", "kind: activity\n")
    wanted = write(tmp_path, "project/tools/fod.yaml", "id: fod\n")

    assert find("tools/fod.yaml", beside=activity) == wanted
    assert find("tools/fod.yaml", beside=activity.parent) == wanted


@pytest.mark.parametrize("name", ["../secret.yaml", "/secret.yaml", "tools/../../secret.yaml"])
def test_find_refuses_a_path_out_of_the_folder_that_names_it(name: str, tmp_path: Path) -> None:
    activity = write(tmp_path, "project/activity.yaml", "kind: activity\n")
    write(tmp_path, "secret.yaml", "id: secret\n")

    with pytest.raises(MethodologyError, match=r"CQ106 .* is outside the folder of the file that names it"):
        find(name, beside=activity)


def test_find_refuses_a_link_out_of_the_folder_that_names_it(tmp_path: Path) -> None:
    activity = write(tmp_path, "project/activity.yaml", "kind: activity\n")
    (tmp_path / "project" / "link.yaml").symlink_to(write(tmp_path, "secret.yaml", "id: secret\n"))

    with pytest.raises(MethodologyError, match="is outside the folder"):
        find("link.yaml", beside=activity)


def test_find_looks_beside_first_then_in_the_given_folders_then_in_the_library(
    tmp_path: Path, shipped: Path
) -> None:
    given = write(tmp_path, "given/deep/own.yaml", "id: cycling\n")
    activity = write(tmp_path, "project/activity.yaml", "kind: activity\n")

    assert find("cycling", beside=activity, path=[tmp_path / "given"]) == given
    beside = write(tmp_path, "project/own.yaml", "id: cycling\n")
    assert find("cycling", beside=activity, path=[tmp_path / "given"]) == beside
    assert find("cycling", beside=activity, path=[shipped]) == beside


def test_find_does_not_look_below_the_folder_of_the_file_that_names_it(tmp_path: Path, shipped: Path) -> None:
    activity = write(tmp_path, "project/activity.yaml", "kind: activity\n")
    write(tmp_path, "project/old/cycling.yaml", "id: cycling\n")

    assert find("cycling", beside=activity) == shipped / "living" / "cycling.yaml"


def test_find_prefers_the_nearest_file_of_the_wanted_version(tmp_path: Path, shipped: Path) -> None:
    write(tmp_path, "given/own.yaml", "id: cycling\nversion: 3.0.0\n")

    assert find("cycling@1.0.0", path=[tmp_path / "given"]) == shipped / "living" / "cycling.yaml"


def test_find_counts_a_file_once_that_stands_in_two_places(shipped: Path) -> None:
    assert find("cycling", path=[shipped, shipped / "living"]) == shipped / "living" / "cycling.yaml"


def test_find_prefers_a_whole_id_to_a_last_part(tmp_path: Path, shipped: Path) -> None:
    write(tmp_path, "given/own.yaml", "id: acme.cycling\nversion: 1.0.0\n")

    assert find("cycling", path=[tmp_path / "given"]) == shipped / "living" / "cycling.yaml"


def test_find_refuses_a_last_part_of_two_ids_and_lists_both_files(tmp_path: Path, shipped: Path) -> None:
    own = write(tmp_path, "given/own.yaml", "id: beta.bamboo\nversion: 1.0.0\n")

    with pytest.raises(MethodologyError, match="CQ106 'bamboo' may be more than one methodology") as caught:
        find("bamboo", path=[tmp_path / "given"])

    (found,) = caught.value.diagnostics
    assert found.notes == (
        f"beta.bamboo@1.0.0 in {own.as_posix()}",
        f"acme.bamboo@2.0.0 in {(shipped / 'forest' / 'bamboo.yaml').as_posix()}",
    )
    assert found.hint == "write the whole id, the id with @version, or the path"


def test_find_refuses_one_id_in_two_files_of_one_place(shipped: Path) -> None:
    write(shipped, "living/copy.yaml", "id: cycling\nversion: 1.1.0\n")

    with pytest.raises(MethodologyError, match="'cycling' may be more than one"):
        find("cycling")
    assert find("cycling@1.1.0") == shipped / "living" / "copy.yaml"


def test_find_tells_the_version_that_is_there(shipped: Path) -> None:
    assert shipped.is_dir()

    with pytest.raises(
        MethodologyError, match=r"'cycling' is there in version 1\.0\.0, not in version 9\.0\.0"
    ):
        find("cycling@9.0.0")


def test_find_tells_near_ids_and_where_it_looked(tmp_path: Path, shipped: Path) -> None:
    with pytest.raises(MethodologyError, match="CQ106 no methodology has the id 'cyclin'") as caught:
        find("cyclin", path=[tmp_path / "absent"])

    (found,) = caught.value.diagnostics
    assert found.notes == (f"looked in {(tmp_path / 'absent').as_posix()}, {shipped.as_posix()}",)
    assert found.hint == "did you mean 'cycling'?"


@pytest.mark.parametrize("name", ["zzzz", "", "@1.0.0", "nested", "x" * 5000, "a/" + "b" * 300])
def test_find_refuses_an_unknown_id_without_a_suggestion(name: str, shipped: Path) -> None:
    assert shipped.is_dir()

    with pytest.raises(MethodologyError, match="CQ106 no methodology has the id") as caught:
        find(name)

    assert caught.value.diagnostics[0].hint == ""


def test_find_refuses_a_name_with_an_invisible_character() -> None:
    with pytest.raises(MethodologyError, match=r"CQ106 the name 'cyc\\u200bling' has a character"):
        find("cyc\u200bling")


def test_find_sees_that_a_file_has_changed(shipped: Path) -> None:
    assert find("cycling") == shipped / "living" / "cycling.yaml"

    write(shipped, "living/cycling.yaml", "id: greenway\n")

    assert find("greenway") == shipped / "living" / "cycling.yaml"


def test_find_passes_over_files_that_it_may_not_open(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shipped.is_dir()
    deny_opening(monkeypatch)

    with pytest.raises(MethodologyError, match="no methodology has the id 'cycling'"):
        find("cycling")


def test_find_looks_in_installed_packages_without_running_them(
    tmp_path: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shipped.is_dir()
    wanted = write(tmp_path, "site/acme_methods/files/solar.yaml", "id: acme.solar\n")
    write(tmp_path, "site/acme_methods/__init__.py", "raise AssertionError\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    points = [
        importlib.metadata.EntryPoint("acme", "acme_methods.files", sources.ENTRY_POINTS),
        importlib.metadata.EntryPoint("gone", "package_that_is_not_there", sources.ENTRY_POINTS),
    ]
    monkeypatch.setattr(
        importlib.metadata, "entry_points", lambda group: points if group == sources.ENTRY_POINTS else []
    )

    assert find("solar") == wanted
    assert "acme_methods" not in sys.modules


def test_library_is_that_of_the_checkout() -> None:
    assert library() == Path(sources.__file__).resolve().parents[2] / "methodologies"


def test_library_is_inside_an_installed_package(tmp_path: Path) -> None:
    package = tmp_path / "site" / "carbonquant"
    (package / "methodologies").mkdir(parents=True)

    shipped = sources._shipped(package, "methodologies")  # noqa: SLF001 - no wheel is built for this

    assert shipped == package / "methodologies"


def test_examples_folder_is_that_of_the_checkout() -> None:
    assert sources.examples_folder() == library().with_name("examples")
