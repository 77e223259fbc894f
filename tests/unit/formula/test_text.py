"""Tokens of a formula: what is read, and the explanation of what cannot be read.

In the tables of mistakes «» marks the place that the message must point to.
"""

from __future__ import annotations

import re
import unicodedata

import pytest

from carbonquant.errors import Problem, TextRefusedError
from carbonquant.formula.text import MARKS, UNIT_AFTER_NAME, Token, Tokens


def read(text: str) -> list[Token]:
    tokens = Tokens(text)
    found = [tokens.current]
    while tokens.current.kind != "end":
        tokens.advance()
        found.append(tokens.current)
    return found


def texts(text: str) -> list[str]:
    return [token.text for token in read(text)[:-1]]


def refusal(marked: str, message: str) -> Problem:
    """Read a text whose mistake stands between « and », and return its problem."""
    start, end = marked.index("«"), marked.index("»") - 1
    with pytest.raises(TextRefusedError, match=re.escape(message)) as caught:
        read(marked.replace("«", "").replace("»", ""))
    problem = caught.value.problem
    assert (problem.start, problem.end) == (start, end)
    return problem


def test_tokens_carry_kind_text_and_place() -> None:
    tokens = read("EF_2 <= 0.50")

    assert tokens == [
        Token("name", "EF_2", (0, 4)),
        Token("sign", "<=", (5, 7)),
        Token("number", "0.50", (8, 12)),
        Token("end", "", (12, 12)),
    ]


@pytest.mark.parametrize(("mark", "sign"), MARKS.items())
def test_mark_of_printed_mathematics_is_read_as_its_sign(mark: str, sign: str) -> None:
    tokens = Tokens(f"a {mark} b" if mark != "＝" else "a ＝＝ b")

    tokens.advance()

    assert tokens.current.text == (sign if mark != "＝" else "==")
    assert tokens.current.span[0] == 2


@pytest.mark.parametrize("blank", [" ", "\t", "\n", "\r\n", "\u00a0", "\u3000"])
def test_blank_of_any_kind_separates_tokens(blank: str) -> None:
    assert texts(f"{blank}a{blank}+{blank}b{blank}") == ["a", "+", "b"]


@pytest.mark.parametrize("number", ["0", "7", "0.7", "10", "1.50", "1e5", "2.5e-3", "1e+06", "0e0", "0.0"])
def test_number_keeps_the_text_as_written(number: str) -> None:
    assert read(number)[0] == Token("number", number, (0, len(number)))


def test_largest_whole_number_that_float64_keeps_is_read() -> None:
    assert texts("9007199254740992") == ["9007199254740992"]


def test_words_of_operators_are_signs() -> None:
    assert [token.kind for token in read("and or not in android")] == ["sign"] * 4 + ["name", "end"]


def test_name_of_a_tool_output_is_one_token() -> None:
    assert texts("landfill.BE + x") == ["landfill.BE", "+", "x"]


def test_quoted_text_keeps_its_characters() -> None:
    assert texts("'毛竹（×）　a'") == ["毛竹（×）　a"]


def test_quoted_text_is_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "é")

    assert texts(f"'{decomposed}'") == ["é"]


def test_unit_is_trimmed_and_placed() -> None:
    tokens = Tokens("5 [\u3000kg\u00a0CO2e/m³ ] + x")
    tokens.advance()

    unit = tokens.take_unit()

    assert unit == Token("unit", "kg CO2e/m³", (4, 14))
    assert tokens.previous.span == (2, 16)
    assert tokens.current.text == "+"


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("5 [km", "CQ301", "this [ is not closed"),
        ("5 [km * W[x]", "CQ301", "this [ is not closed"),
        ("5 [ ]", "CQ301", "no unit stands between [ and ]"),
        (f"5 [{'k' * 65}]", "CQ320", "this unit has 65 characters"),
    ],
)
def test_wrong_unit_brackets_are_refused(text: str, code: str, message: str) -> None:
    tokens = Tokens(text)
    tokens.advance()

    with pytest.raises(TextRefusedError, match=re.escape(message)) as caught:
        tokens.take_unit()

    assert caught.value.problem.code == code


def test_unit_of_64_characters_is_read() -> None:
    tokens = Tokens(f"5 [{'k' * 64}]")
    tokens.advance()

    assert tokens.take_unit().text == "k" * 64


@pytest.mark.parametrize(
    ("marked", "hint"),
    [
        ("a «**» b", "write ^ for a power"),
        ("a «=» b", "write == to compare"),
        ("a «＝» b", "write == to compare"),
        ("a «===» b", "write =="),
        ("a «<>» b", "write !="),
        ("a «=<» b", "write <="),
        ("a «=>» b", "write >="),
        ("«!»a", "write 'not' before a condition, != between two values"),
        ("a «&&» b", "write and"),
        ("a «&» b", "write and"),
        ("a «||» b", "write or"),
        ("a «|» b", "write or"),
        ("«{»a}", "write ("),
        ("a«}»", "write )"),
        ("60«%»", "a percentage is a number with a unit, such as 60 [%]"),
        ("60 «％»", "a percentage is a number with a unit, such as 60 [%]"),
        ("a «–» b", "write -"),
        ("f(a«、»b)", "write a comma: ,"),
        ('EF[«"»coal"]', "a text stands between straight single quotes: 'text'"),
        ("«“»a”", "a text stands between straight single quotes: 'text'"),
        ("«_»_class__", "a name begins with a letter"),
        ("a «;» b", ""),
        ("a[0«:»1]", ""),
    ],
)
def test_sign_of_another_language_is_refused_with_the_sign_of_this_one(marked: str, hint: str) -> None:
    problem = refusal(marked, "has no meaning here")

    assert problem.hint == hint


@pytest.mark.parametrize(
    ("marked", "named", "hint"),
    [
        ("«Ｅ»F", "'Ｅ' (U+FF25 FULLWIDTH LATIN CAPITAL LETTER E)", "write E"),
        ("«１»2", "'１' (U+FF11 FULLWIDTH DIGIT ONE)", "write 1"),
        ("x«²»", "'²' (U+00B2 SUPERSCRIPT TWO)", "write ^2"),
        ("x«₂»", "'₂' (U+2082 SUBSCRIPT TWO)", "write 2"),
        ("a«\u2009»b", "U+2009 THIN SPACE", "write a blank"),
        ("a «√» b", "'√' (U+221A SQUARE ROOT)", ""),
        ("a«\u200b»b", "U+200B ZERO WIDTH SPACE", ""),
        ("a«\x00»", "U+0000 has", ""),
    ],
)
def test_character_outside_the_language_is_named(marked: str, named: str, hint: str) -> None:
    problem = refusal(marked, named)

    assert problem.hint == hint


@pytest.mark.parametrize("marked", ["B«Е»_y", "«а»", "«排»放量 * 2", "x + «β»"])
def test_letter_of_another_script_is_refused_with_the_letters_of_names(marked: str) -> None:
    problem = refusal(marked, "U+")

    assert problem.hint == "a name has the letters A-Z and a-z, digits and _; a text has quotes: 'text'"


@pytest.mark.parametrize("marked", ["x [«%»]", "x [m«²»]", "T [«℃»]"])
def test_sign_of_units_in_an_index_is_refused_with_the_place_of_units(marked: str) -> None:
    problem = refusal(marked, "has no meaning in an index")

    assert problem.hint == UNIT_AFTER_NAME


def test_percent_sign_after_a_closed_index_is_not_taken_for_a_unit_in_it() -> None:
    refusal("W[x] «%» 2", "has no meaning here")


@pytest.mark.parametrize(
    ("marked", "hint"),
    [
        ("«1_000»", "write 1000"),
        ("«010»", "write 10"),
        ("«007.5»", "write 7.5"),
        ("«.5»", "write 0.5"),
        ("«5.»", "write 5"),
        ("«1E5»", "write 1e5"),
        ("«0x10»", "write the number with decimal digits"),
        ("«2x»", "write 2 * x for a product, 2 [x] for a unit"),
        ("«50km» + 1", "write 50 * km for a product, 50 [km] for a unit"),
        ("«1.2.3»", ""),
        ("max(1,«000», x)", "write 1000"),
        ("max(12,345,«067»)", "write 12345067"),
    ],
)
def test_wrong_number_is_refused_whole_with_the_right_one(marked: str, hint: str) -> None:
    problem = refusal(marked, "is not a number")

    assert problem.hint == hint


@pytest.mark.parametrize("marked", ["«1e400»", "«1e-400»", "«0.1e-400»", "«9007199254740993»"])
def test_number_that_float64_cannot_keep_is_refused(marked: str) -> None:
    refusal(marked, "too large, or too close to 0")


@pytest.mark.parametrize("marked", ["a.b«.»c", "a«.»5", "a«.»", "a«.»_b"])
def test_second_or_dangling_dot_of_a_name_is_refused(marked: str) -> None:
    refusal(marked, "a name has at most one dot")


def test_name_longer_than_64_characters_is_refused() -> None:
    assert refusal(f"tool.{'a' * 64} + «tool.{'a' * 65}»", "longer than 64 characters").code == "CQ320"


def test_open_quote_is_refused_where_it_opens() -> None:
    refusal("a == «'»coal", "this ' is not closed")


@pytest.mark.parametrize("character", ["\n", "\u200b", "\u202e", "\u2028"])
def test_invisible_character_in_a_quoted_text_is_refused(character: str) -> None:
    refusal(f"a == 'co«{character}»al'", "cannot stand in a quoted text")


def test_text_longer_than_2000_characters_is_refused_at_the_first_one_too_many() -> None:
    assert refusal("a" + " " * 1999 + "« »", "has 2001 characters").code == "CQ320"


@pytest.mark.parametrize("text", ["", " ", "\n \u3000"])
def test_empty_formula_is_refused(text: str) -> None:
    with pytest.raises(TextRefusedError, match="the formula is empty") as caught:
        Tokens(text)

    assert (caught.value.problem.start, caught.value.problem.end) == (0, len(text))
