"""How a mistake is shown: a line for tools, the source line with a caret, notes and a hint, in 80 columns."""

from __future__ import annotations

import unicodedata

import pytest

from carbonquant.errors import (
    CarbonQuantError,
    Diagnostic,
    MethodologyError,
    NotApplicableError,
    Position,
    Problem,
    TextRefusedError,
)


def shown(line: str, column: int, number: int = 7) -> tuple[str, str]:
    """The quoted line and the line of the caret, without the line numbers."""
    position = Position("m.yaml", number, column)
    _, quoted, caret = str(Diagnostic("CQ301", "wrong", position, line)).split("\n")
    gutter = len(str(number)) + 3
    return quoted[gutter:], caret[gutter:]


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def test_position_is_file_line_and_column() -> None:
    assert str(Position("a/b.yaml", 41, 32)) == "a/b.yaml:41:32"


def test_diagnostic_shows_place_code_message_line_notes_and_hint() -> None:
    diagnostic = Diagnostic(
        "CQ303",
        "cannot add km and kWh",
        Position("m.yaml", 41, 17),
        "    formula: km + electricity",
        ("km is km, electricity is kWh",),
        "multiply by EF (kWh/km)",
    )

    assert str(diagnostic) == (
        "m.yaml:41:17: CQ303 cannot add km and kWh\n"
        "41 |     formula: km + electricity\n"
        "   |                 ^\n"
        "  note: km is km, electricity is kWh\n"
        "  hint: multiply by EF (kWh/km)"
    )


def test_diagnostic_without_a_place_is_code_and_message() -> None:
    assert str(Diagnostic("CQ601", "no such record")) == "CQ601 no such record"


def test_warning_says_that_it_is_one() -> None:
    assert (
        str(Diagnostic("CQ290", "unread", Position("m", 1, 1), severity="warning"))
        == "m:1:1: CQ290 warning: unread"
    )


def test_blank_line_is_not_quoted() -> None:
    assert str(Diagnostic("CQ202", "absent", Position("m", 3, 1), "   ")) == "m:3:1: CQ202 absent"


def test_caret_stands_under_its_column() -> None:
    assert shown("    unit: kgg", 11) == ("    unit: kgg", "          ^")


def test_wide_characters_count_two_columns() -> None:
    line, caret = shown("zh: 竹子造林, unit: kgg", 17)

    assert line[16:] == "gg"[:0] + line[16:]
    assert len(caret) - 1 == columns(line[:16]) == 20


def test_caret_behind_the_end_of_a_line_stands_behind_its_last_character() -> None:
    assert shown("unit:", 99)[1] == "     ^"


def test_tab_is_one_blank_so_that_the_caret_stands_right() -> None:
    assert shown("a:\tkgg", 4) == ("a: kgg", "   ^")


def test_line_end_is_not_quoted() -> None:
    assert shown("unit: kgg\n", 7)[0] == "unit: kgg"


@pytest.mark.parametrize("unit", ["x", "竹"])
@pytest.mark.parametrize("column", [1, 2, 30, 150, 300, 301])
def test_long_line_is_cut_around_its_column_to_fit_the_screen(unit: str, column: int) -> None:
    line = (unit * (column - 1) + "!" + unit * 300)[:300]

    quoted, caret = shown(line, column, number=1234)

    assert columns(quoted) + len("1234 | ") <= 80
    if column <= 300:
        at = quoted.index("!")
        assert columns(quoted[:at]) == len(caret) - 1
    assert quoted.startswith("…") == (column >= 30 and columns(line[:column]) > 36)
    assert quoted.endswith("…") == (column < 290)


def test_refused_text_carries_its_problem() -> None:
    problem = Problem("CQ208", "unknown unit 'kgg'", 0, 3)

    assert TextRefusedError(problem).problem is problem
    assert str(TextRefusedError(problem)) == "unknown unit 'kgg'"


def test_error_shows_all_its_diagnostics() -> None:
    error = MethodologyError([Diagnostic("CQ201", "one"), Diagnostic("CQ202", "two")])

    assert str(error) == "CQ201 one\nCQ202 two"
    assert isinstance(error, CarbonQuantError)


def test_reasons_are_those_of_the_diagnostics_each_once() -> None:
    found = [Diagnostic("CQ501", "a", reason="too_small"), Diagnostic("CQ501", "b", reason="too_small")]

    error = NotApplicableError(
        [*found, Diagnostic("CQ505", "c"), Diagnostic("CQ505", "d", reason="nonfinite.ER")]
    )

    assert error.reasons == ("too_small", "nonfinite.ER")
