"""The shape of a factor set: one quantity, in one unit, looked up by one or more keys.

Does not look up a unit or a source (see `factors`).
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from carbonquant.declaration.items import Declared, SpanDeclaration, TitleDeclaration, Words
from carbonquant.declaration.models import SourceDeclaration, Status
from carbonquant.declaration.scalars import Date, Id, Name, Nested, Text, Version

__all__ = ["FactorsDeclaration"]


def _form_of(value: object) -> str:
    return "<by key>" if isinstance(value, dict) else "<date>"


Published = Annotated[
    Annotated[Date, Tag("<date>")] | Annotated[dict[str, Date], Tag("<by key>")], Discriminator(_form_of)
]
"""One date, or one for each value of the first key."""


class FactorsDeclaration(Declared):
    """A whole factor file."""

    not_yet: ClassVar[tuple[str, ...]] = ("gwp",)

    carbonquant: Text
    kind: Literal["factors"]
    id: Id
    version: Version
    title: TitleDeclaration
    quantity: Words = ""
    basis: Id
    unit: Text
    keys: list[Name] = Field(min_length=1)
    published: Published | None = None
    valid: SpanDeclaration | None = None
    sources: dict[Name, SourceDeclaration] = {}
    source: Text = ""
    status: Status | None = None
    values: Nested
    notes: Words = ""
