"""What a single text may be, and what is said of one that may not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from carbonquant.declaration.scalars import (
    Count,
    Date,
    Flag,
    Id,
    Member,
    Name,
    Names,
    Printed,
    Range,
    Text,
    Version,
    kind_of,
    read_number,
    refused,
    shown,
    try_number,
)
from carbonquant.errors import Problem


def reason(type_: Any, value: object) -> tuple[str, str]:
    """The message and the hint with which a value is refused."""
    with pytest.raises(ValidationError, match=r".+") as error:
        TypeAdapter(type_).validate_python(value)
    facts = error.value.errors()[0]["ctx"]
    return facts["message"], facts["hint"]


# --- numbers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.5500", 0.55), ("-3", -3.0), ("+2.5", 2.5), ("1.2e-3", 0.0012), ("0", 0.0), ("0e5", 0.0)],
)
def test_number_keeps_its_printed_text_beside_its_value(text: str, value: float) -> None:
    assert read_number(text) == Printed(text, value)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("010", "write 10"),
        ("-007.5", "write -7.5"),
        (".5", "write 0.5"),
        ("5.", "write 5"),
        ("1E3", "write 1e3"),
        ("1_000", "write 1000"),
        ("0,55", "write 0.55"),
        ("1,234,567.8", "write 1234567.8, without ',' between the digits"),
        ("１２", "write 12"),
        ("−5", "write -5"),
        ("5 t", "write the number alone; its unit stands in 'unit:'"),
        ("50%", "write the number alone; its unit stands in 'unit:'"),
        ("0x1F", "write the number alone; its unit stands in 'unit:'"),
        ("abc", ""),
        (".inf", ""),
        ("1:30", "write the number alone; its unit stands in 'unit:'"),
    ],
)
def test_text_that_is_no_number_is_refused_with_what_to_write(text: str, hint: str) -> None:
    assert try_number(text) == Problem(
        "CQ204", f"expected a number such as 0.55 or 1.2e-3, found '{text}'", hint=hint
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("9007199254740993", "too large to be kept exactly: 9007199254740992 is the largest whole number"),
        ("1e400", "1e400 is too large: about 1.8e308 is the largest number"),
        ("1e-400", "1e-400 is too small: it would become 0"),
    ],
)
def test_number_that_would_become_another_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_number(text)


def test_what_is_no_text_is_no_number() -> None:
    found = try_number(["1"])

    assert isinstance(found, Problem)
    assert found.message == "expected a number such as 0.55 or 1.2e-3, found a list"


def test_number_that_is_one_is_not_a_problem() -> None:
    assert try_number("2.5") == Printed("2.5", 2.5)


@pytest.mark.parametrize("text", ["1.5", "-1"])
def test_count_is_a_whole_number(text: str) -> None:
    message, _ = reason(Count, text)

    assert message == f"expected how many there are, a whole number, found '{text}'"
    assert TypeAdapter(Count).validate_python("3") == Printed("3", 3.0)


def test_range_has_two_ends_in_order() -> None:
    assert reason(Range, ["0"])[0] == "a range has two ends, [from, to]"
    assert reason(Range, ["5", "1"]) == ("the range is reversed", "write [1, 5]")


def test_open_end_of_a_range_is_null() -> None:
    assert TypeAdapter(Range).validate_python(["0", None]) == [Printed("0", 0.0), None]


# --- other scalars -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("2025-6-1", "expected a date such as 2025-06-30, found '2025-6-1'"),
        ("2025-02-30", "there is no day '2025-02-30' in the calendar"),
        (None, "expected a date such as 2025-06-30, found nothing"),
    ],
)
def test_date_is_a_day_of_the_calendar(value: object, message: str) -> None:
    assert reason(Date, value)[0] == message


def test_date_is_read_as_year_month_day() -> None:
    assert TypeAdapter(Date).validate_python("2025-06-30").isoformat() == "2025-06-30"


@pytest.mark.parametrize(
    ("text", "hint"),
    [("yes", "write true"), ("Off", "write false"), ("TRUE", "write true"), ("perhaps", "")],
)
def test_flag_is_true_or_false(text: str, hint: str) -> None:
    assert reason(Flag, text) == (f"expected true or false, found '{text}'", hint)


def test_flag_is_read_from_its_word() -> None:
    assert TypeAdapter(Flag).validate_python("true") is True
    assert TypeAdapter(Flag).validate_python("false") is False


def test_text_in_another_unicode_form_is_refused() -> None:
    message, hint = reason(Text, "e\u0301tude")

    assert message == "'e\u0301tude' is not in the Unicode form NFC"
    assert "anew" in hint


def test_list_is_no_text() -> None:
    assert reason(Text, ["a"])[0] == "expected a text, found a list"


@pytest.mark.parametrize("text", ["2x", "a-b", "行程", "a" * 65, ""])
def test_name_is_made_of_ascii_letters_digits_and_underscores(text: str) -> None:
    message, hint = reason(Name, text)

    assert message == f"expected a name, found {shown(text)}"
    assert "begins with a letter" in hint


def test_one_name_stands_for_a_list_of_one() -> None:
    assert TypeAdapter(Names).validate_python("year") == ["year"]
    assert TypeAdapter(Names).validate_python(["year", "mode"]) == ["year", "mode"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Green_Way", "write green-way"),
        ("paper saving", "write paper-saving"),
        ("少用纸", "an id is made of small letters, digits and -, such as greenway-cycling"),
    ],
)
def test_id_that_is_none_is_refused_with_what_to_write(text: str, hint: str) -> None:
    assert reason(Id, text) == (f"expected an id, found '{text}'", hint)


def test_id_may_have_a_publisher() -> None:
    assert TypeAdapter(Id).validate_python("acme.greenway-cycling") == "acme.greenway-cycling"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1.10", "write 1.10.0"),
        ("1", "write 1.0.0"),
        ("v1.2.3", "write 1.2.3"),
        ("1.2.3.4", "three numbers, such as 1.0.0"),
        ("new", "three numbers, such as 1.0.0"),
    ],
)
def test_version_has_three_numbers(text: str, hint: str) -> None:
    assert reason(Version, text) == (
        f"expected a version of three numbers such as 1.0.0, found '{text}'",
        hint,
    )


def test_version_may_name_a_pre_release() -> None:
    assert TypeAdapter(Version).validate_python("1.0.0-rc.1") == "1.0.0-rc.1"


@pytest.mark.parametrize("text", ["it's", "", "x" * 65])
def test_member_is_short_and_has_no_quotes(text: str) -> None:
    assert reason(Member, text)[0] == f"{shown(text)} cannot be a member"


def test_member_may_be_in_any_language() -> None:
    assert TypeAdapter(Member).validate_python("中心城区") == "中心城区"


# --- words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"), [({}, "a mapping"), ([], "a list"), (None, "nothing"), ("x", "'x'"), (3, "'3'")]
)
def test_value_is_named_as_its_author_wrote_it(value: object, words: str) -> None:
    assert kind_of(value) == words


def test_of_a_long_text_the_beginning_is_shown() -> None:
    assert shown("x" * 41) == "'" + "x" * 40 + "…'"


def test_refusal_speaks_its_message() -> None:
    assert str(refused("a {b} c")) == "a {b} c"
