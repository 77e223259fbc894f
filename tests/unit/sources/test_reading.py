from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from carbonquant.errors import Diagnostic, MethodologyError, Problem
from carbonquant.sources import Text, read, read_text
from carbonquant.sources.reading import FORBIDDEN


def refused(text: str | bytes) -> tuple[Diagnostic, ...]:
    with pytest.raises(MethodologyError, match="CQ10") as caught:
        read_text(text)
    return caught.value.diagnostics


def refused_once(text: str | bytes) -> tuple[str, str, str, str]:
    """Code, line:column, message and hint of the only problem of a text."""
    (found,) = refused(text)
    assert found.position is not None
    return found.code, f"{found.position.line}:{found.position.column}", found.message, found.hint


# --- scalars stay the text that was written -----------------------------------------------------------------


@pytest.mark.parametrize(
    "written", ["NO", "on", "1.10", "0x1F", "1:30", ".inf", "1_000", "2020-06-01", "0.5500", "Null"]
)
def test_plain_scalar_stays_the_text_that_was_written(written: str) -> None:
    source = read_text(f"a: {written}\n")

    assert source.plain() == {"a": written}


@pytest.mark.parametrize(
    ("written", "style"),
    [("x", "plain"), ("'x'", "single"), ('"x"', "double"), ("|\n  x", "literal"), (">-\n  x", "folded")],
)
def test_scalar_tells_the_style_it_was_written_in(written: str, style: str) -> None:
    source = read_text(f"a: {written}\n")

    node = source.root.get("a")
    assert isinstance(node, Text)
    assert node.style == style


# --- line ends and the mark at the start --------------------------------------------------------------------


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
    assert str(source.problem_at(("c",), Problem("CQ301", "bad", 2, 3)).position) == "<text>:4:3"


# --- characters ---------------------------------------------------------------------------------------------


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
    allowed = "".join(char for char in chars if not FORBIDDEN.match(char) and char != "'")
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


# --- limits -------------------------------------------------------------------------------------------------


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


# --- features of YAML that are not allowed ------------------------------------------------------------------


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


# --- keys ---------------------------------------------------------------------------------------------------


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


# --- syntax errors among other problems ---------------------------------------------------------------------


def test_syntax_error_is_reported_after_the_problems_before_it() -> None:
    found = refused("a: 1\na: 2\nb: see: this\n")

    assert [(one.code, one.position and one.position.line) for one in found] == [("CQ105", 2), ("CQ103", 3)]


def test_one_mistake_on_a_line_gives_one_message() -> None:
    assert refused_once("a: *b + c\n")[:2] == ("CQ104", "1:4")


# --- files --------------------------------------------------------------------------------------------------


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
