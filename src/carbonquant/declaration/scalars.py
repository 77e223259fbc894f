"""What a single text may be: a number, a date, a name, an id, a version; each read by one strict rule.

A text is typed by the field it stands in, never by YAML. What is refused is refused with what was expected,
what was found and, where it is safe, what to write instead.

Does not know which field has which type (see `models` and `activity`).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, PlainValidator
from pydantic_core import PydanticCustomError

from carbonquant.errors import Problem

__all__ = [
    "LARGEST_WHOLE",
    "REFUSED",
    "Count",
    "Date",
    "Flag",
    "Id",
    "Member",
    "Name",
    "Names",
    "Nested",
    "Number",
    "Printed",
    "Range",
    "Text",
    "Version",
    "kind_of",
    "read_number",
    "refused",
    "shown",
    "try_number",
]

REFUSED = "refused"
"""The type that pydantic gives to the errors made by `refused`."""

LARGEST_WHOLE = 2**53
"""Above this not every whole number is a float64."""
LONGEST_SHOWN = 40
"""Characters of a wrong text that a message quotes."""
LONGEST_MEMBER = 64

NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?", re.ASCII)
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)
ID = re.compile(r"([a-z][a-z0-9-]*\.)*[a-z][a-z0-9-]*", re.ASCII)
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?", re.ASCII)
QUOTES = re.compile(r"['\"\n\t]")

NAME_HINT = "a name is made of A-Z, a-z, 0-9 and _, begins with a letter and has at most 64 characters"
ID_HINT = "an id is made of small letters, digits and -, such as greenway-cycling"
UNIT_HINT = "write the number alone; its unit stands in 'unit:'"


def refused(message: str, *, hint: str = "", code: str = "CQ204", at: str = "") -> PydanticCustomError:
    """Return the error with which a validator refuses a value; `at` is the key below it that is wrong."""
    facts = {"message": message, "hint": hint, "code": code, "at": at}
    return PydanticCustomError(REFUSED, "{message}", facts)


def kind_of(value: object) -> str:
    """Name what an author wrote: `a list`, `nothing`, or the text in quotes.

    >>> kind_of([1]), kind_of("abc")
    ('a list', "'abc'")
    """
    kinds = {dict: "a mapping", list: "a list", type(None): "nothing"}
    return kinds.get(type(value)) or shown(str(value))


def shown(text: str) -> str:
    """Quote a text; of a long one only its beginning."""
    return f"'{text}'" if len(text) <= LONGEST_SHOWN else f"'{text[:LONGEST_SHOWN]}…'"


# --- numbers -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Printed:
    """A number and the text in which its document prints it (`0.5500`)."""

    text: str
    value: float


def read_number(text: object) -> Printed:
    """Read a number of the language: `[+-]?digits[.digits][e[+-]digits]`, nothing else.

    Raises
    ------
    ValueError
        If the text is no such number, or the nearest float64 would be another one.

    Examples
    --------
    >>> read_number("0.5500")
    Printed(text='0.5500', value=0.55)
    """
    if not isinstance(text, str) or not NUMBER.fullmatch(text):
        hint = _number_hint(text) if isinstance(text, str) else ""
        raise refused(f"expected a number such as 0.55 or 1.2e-3, found {kind_of(text)}", hint=hint)
    value = float(text)
    is_whole = "." not in text and "e" not in text
    if is_whole and abs(int(text)) > LARGEST_WHOLE:
        raise refused(f"{text} is too large to be kept exactly: {LARGEST_WHOLE} is the largest whole number")
    if value in (float("inf"), float("-inf")):
        raise refused(f"{text} is too large: about 1.8e308 is the largest number")
    if value == 0 and re.search(r"[1-9]", text.split("e")[0]):
        raise refused(f"{text} is too small: it would become 0")
    return Printed(text, value)


def try_number(text: object) -> Printed | Problem:
    """Read a number as `read_number` does; what is wrong with it is returned, not raised."""
    try:
        return read_number(text)
    except PydanticCustomError as error:
        facts = error.context or {}
        return Problem(facts["code"], facts["message"], hint=facts["hint"])


def _number_hint(text: str) -> str:
    """Say what was likely meant by a text that is nearly a number."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-").replace("_", "").lower()
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", plain, re.ASCII):
        return f"write {plain.replace(',', '')}, without ',' between the digits"
    if re.fullmatch(r"[+-]?\d+,\d+", plain, re.ASCII):
        plain = plain.replace(",", ".")
    sign, digits = (plain[:1], plain[1:]) if plain[:1] in ("+", "-") else ("", plain)
    digits = re.sub(r"^0+(?=\d)", "", digits)
    digits = re.sub(r"\.(?=e|$)", "", "0" + digits if digits.startswith(".") else digits)
    if NUMBER.fullmatch(sign + digits):
        return f"write {sign}{digits}"
    return UNIT_HINT if re.match(r"[+-]?\d[\d.]*\s*[^\s\d.,]", plain) else ""


def _read_count(value: object) -> Printed:
    number = read_number(value)
    if number.value < 0 or number.value != int(number.value):
        raise refused(f"expected how many there are, a whole number, found '{number.text}'")
    return number


def _has_two_ends(value: object) -> object:
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - two ends
        hint = "write range: [0, 100], for example; an open end is null"
        raise refused("a range has two ends, [from, to]", hint=hint)
    return value


def _is_ordered(ends: list[Printed | None]) -> list[Printed | None]:
    low, high = ends
    if low and high and low.value > high.value:
        raise refused("the range is reversed", hint=f"write [{high.text}, {low.text}]")
    return ends


# --- other scalars -------------------------------------------------------------------------------------------


def _read_date(text: object) -> dt.date:
    if isinstance(text, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        try:
            return dt.date.fromisoformat(text)
        except ValueError as error:
            raise refused(f"there is no day '{text}' in the calendar") from error
    raise refused(f"expected a date such as 2025-06-30, found {kind_of(text)}")


def _read_flag(text: object) -> bool:
    if text in ("true", "false"):
        return text == "true"
    likely = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(str(text).lower(), "")
    likely = likely or (str(text).lower() if str(text).lower() in ("true", "false") else "")
    raise refused(f"expected true or false, found {kind_of(text)}", hint=f"write {likely}" if likely else "")


def _read_text(text: object) -> str:
    if not isinstance(text, str):
        raise refused(f"expected a text, found {kind_of(text)}", code="CQ203")
    if unicodedata.normalize("NFC", text) != text:
        hint = "type the letters with accents anew, or paste them from another program"
        raise refused(f"{shown(text)} is not in the Unicode form NFC", hint=hint)
    return text


def _read_name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise refused(f"expected a name, found {shown(text)}", hint=NAME_HINT)
    return text


def _read_output(text: str) -> str:
    tool, _, name = text.rpartition(".")
    for part in (tool, name) if tool else (name,):
        _read_name(part)
    return text


def _read_id(text: str) -> str:
    if not ID.fullmatch(text):
        likely = re.sub(r"[\s_]+", "-", text.strip().lower())
        raise refused(
            f"expected an id, found {shown(text)}",
            hint=f"write {likely}" if ID.fullmatch(likely) else ID_HINT,
        )
    return text


def _read_version(text: str) -> str:
    if not VERSION.fullmatch(text):
        parts = text.strip().lower().removeprefix("v").split(".")
        likely = ".".join([*parts, "0", "0"][:3]) if len(parts) <= 3 else ""  # noqa: PLR2004 - three parts
        hint = f"write {likely}" if VERSION.fullmatch(likely) else "three numbers, such as 1.0.0"
        raise refused(f"expected a version of three numbers such as 1.0.0, found {shown(text)}", hint=hint)
    return text


def _read_member(text: str) -> str:
    if not 0 < len(text) <= LONGEST_MEMBER or QUOTES.search(text):
        hint = f"a member has 1 to {LONGEST_MEMBER} characters and no quotes"
        raise refused(f"{shown(text)} cannot be a member", hint=hint)
    return text


def _list_of_names(value: object) -> object:
    return [value] if isinstance(value, str) else value


Number: TypeAlias = Annotated[Printed, PlainValidator(read_number)]
Count: TypeAlias = Annotated[Printed, PlainValidator(_read_count)]
Date: TypeAlias = Annotated[dt.date, PlainValidator(_read_date)]
Flag: TypeAlias = Annotated[bool, PlainValidator(_read_flag)]
Text: TypeAlias = Annotated[str, BeforeValidator(_read_text)]
Name: TypeAlias = Annotated[Text, AfterValidator(_read_name)]
Id: TypeAlias = Annotated[Text, AfterValidator(_read_id)]
Version: TypeAlias = Annotated[Text, AfterValidator(_read_version)]
Member: TypeAlias = Annotated[Text, AfterValidator(_read_member)]
Names: TypeAlias = Annotated[list[Name], BeforeValidator(_list_of_names)]
Output: TypeAlias = Annotated[Text, AfterValidator(_read_output)]
"""A name, or the output of a tool: `landfill.BE`."""
Outputs: TypeAlias = Annotated[list[Output], BeforeValidator(_list_of_names)]
Range: TypeAlias = Annotated[list[Number | None], BeforeValidator(_has_two_ends), AfterValidator(_is_ordered)]
Nested: TypeAlias = Any
"""Values keyed by member (nested mappings), listed (nested lists) or one scalar; cells are text until `check`."""
