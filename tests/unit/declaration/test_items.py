"""What all items have in common: closed keys, words for readers, titles and spans of dates."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import TypeAdapter, ValidationError

from carbonquant.declaration.items import Declared, Described, SpanDeclaration, TitleDeclaration, Words


class Item(Described):
    unit: str = ""


def test_keys_of_an_item_come_before_those_that_all_items_have() -> None:
    assert Item.written_keys() == ["unit", "zh", "en", "eq", "clause", "symbol"]


def test_keys_are_named_as_authors_write_them() -> None:
    assert SpanDeclaration.written_keys() == ["from", "to"]


def test_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Declared.model_validate({"colour": "green"})


def test_item_cannot_be_changed() -> None:
    title = TitleDeclaration(zh="甲")

    with pytest.raises(ValidationError, match="frozen"):
        title.zh = "乙"  # what must fail


def test_words_are_one_text_or_one_in_each_language() -> None:
    words: TypeAdapter[object] = TypeAdapter(Words)

    assert words.validate_python("both") == "both"
    assert words.validate_python({"en": "one"}) == TitleDeclaration(en="one")


def test_span_may_be_open() -> None:
    span = SpanDeclaration.model_validate({"from": "2025-01-01"})

    assert (span.start, span.end) == (dt.date(2025, 1, 1), None)


def test_span_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValidationError, match="the span ends before it begins") as error:
        SpanDeclaration.model_validate({"from": "2025-02-01", "to": "2025-01-01"})

    assert error.value.errors()[0]["ctx"]["hint"] == "from: 2025-01-01, to: 2025-02-01"
