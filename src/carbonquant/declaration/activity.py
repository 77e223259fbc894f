"""The shape of an activity file: the period, members and inputs of one project, and where its tables are.

Does not open a table (see the package `carbonquant.activity`), does not know what a methodology asks for.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from carbonquant.declaration.items import Declared, SpanDeclaration, TitleDeclaration
from carbonquant.declaration.scalars import Member, Name, Nested, Text

__all__ = ["ActivityDeclaration", "ColumnDeclaration", "PeriodDeclaration", "TableDeclaration"]


class PeriodDeclaration(SpanDeclaration):
    """The monitoring period of an activity file."""

    on: Name | None = None


class ColumnDeclaration(Declared):
    """Where an input stands in a table."""

    column: Annotated[Text, Field(alias="from")]
    unit: Text | None = None
    as_: Annotated[Literal["date"] | None, Field(alias="as")] = None
    timezone: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, value: object) -> object:
        return {"from": value} if isinstance(value, str) else value


class TableDeclaration(Declared):
    """The file of a rows dimension and the columns it is bound to."""

    file: Text
    separator: Text = ","
    duplicates: Literal["reject", "report"] = "reject"
    """Whether rows that claim what an earlier row claims are rejected, or only reported."""
    columns: dict[Name, ColumnDeclaration]


class ActivityDeclaration(Declared):
    """A whole activity file."""

    carbonquant: Text
    kind: Literal["activity"]
    methodology: Text
    title: TitleDeclaration = TitleDeclaration()
    period: PeriodDeclaration | None = None
    members: dict[Name, list[Member]] = {}
    inputs: dict[Name, Nested] = {}
    tables: dict[Name, TableDeclaration] = {}
