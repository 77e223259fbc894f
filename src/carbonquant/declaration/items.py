"""What items of both kinds of file have in common: closed keys, words for readers, titles and spans of dates.

An item is frozen after reading, and refuses a key that it does not know.

Knows nothing of the sections of a file (see `models` and `activity`).
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from carbonquant.declaration.scalars import Date, Text, refused

__all__ = ["Declared", "Described", "SpanDeclaration", "TitleDeclaration", "Words"]


class Declared(BaseModel):
    """Base of every item an author writes: closed keys, never changed after reading."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=False, arbitrary_types_allowed=True
    )

    not_yet: ClassVar[tuple[str, ...]] = ()
    """Keys of the language that this engine refuses by name, since it cannot honour them yet."""

    @classmethod
    def written_keys(cls) -> list[str]:
        """Return the keys an author may write, those of this very item before those that all items have."""
        common = {name for base in cls.__mro__[1:] for name in vars(base).get("__annotations__", {})}
        names = sorted(cls.model_fields, key=lambda name: name in common)
        return [cls.model_fields[name].alias or name for name in names]


class Described(Declared):
    """An item with words for its readers and its place in the official document."""

    zh: Text = ""
    en: Text = ""
    eq: Text = ""
    clause: Text = ""
    symbol: Text = ""


class TitleDeclaration(Declared):
    """A title in both languages."""

    zh: Text = ""
    en: Text = ""


def _form_of(value: object) -> str:
    return "<both>" if isinstance(value, dict) else "<text>"


Words = Annotated[
    Annotated[Text, Tag("<text>")] | Annotated[TitleDeclaration, Tag("<both>")], Discriminator(_form_of)
]
"""One text, or one in each language."""


class SpanDeclaration(Declared):
    """A span of dates; either end may be open."""

    start: Annotated[Date | None, Field(alias="from")] = None
    end: Annotated[Date | None, Field(alias="to")] = None

    @model_validator(mode="after")
    def _in_order(self) -> SpanDeclaration:
        if self.start and self.end and self.start > self.end:
            raise refused("the span ends before it begins", hint=f"from: {self.end}, to: {self.start}")
        return self
