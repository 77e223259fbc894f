from __future__ import annotations

import pytest

from carbonquant.errors import Diagnostic, Position, Problem
from carbonquant.sources import Mapping, Sequence, Source, Text, read_text


def text_at(source: Source, *path: str | int) -> Text:
    node = source.node_at(path)
    assert isinstance(node, Text)
    return node


def places(source: Source, text: Text) -> list[str]:
    """The character of the file that each character of a text is said to stand at."""
    found = [text.position_at(offset) for offset in range(len(text.text))]
    return [source.lines[place.line - 1][place.column - 1 :][:1] for place in found]


# --- plain content ------------------------------------------------------------------------------------------


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


def test_unquoted_formula_with_comma_leaves_a_key_with_an_empty_value() -> None:
    source = read_text("E: {formula: sum(E, over=year)}\n")

    mapping = source.node_at(("E",))

    assert isinstance(mapping, Mapping)
    assert mapping.keys() == ("formula", "over=year)")
    assert mapping.get("over=year)") == Text("", Position("<text>", 1, 31))
    assert mapping.get("over") is None


# --- places -------------------------------------------------------------------------------------------------


def test_places_count_lines_and_code_points_from_one_after_chinese_text() -> None:
    source = read_text("标题: {中文: 单位, 😀: 值}\n乙: 丙\n")

    assert str(source.position_of(("标题", "😀"))) == "<text>:1:17"
    assert str(source.position_of(("标题", "😀"), key=True)) == "<text>:1:14"
    assert str(source.position_of(("乙",))) == "<text>:2:4"


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


# --- looking up ---------------------------------------------------------------------------------------------

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
