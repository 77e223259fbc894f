"""The shape of a methodology file: its sections, the keys of their items, what kind of text stands in each.

Every key set is closed; keys of the language that this engine cannot honour yet are refused by name.

Does not look up a name, a unit or a formula (see `methodology`).
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Discriminator, Field, Tag, model_validator

from carbonquant.declaration.items import Declared, Described, SpanDeclaration, TitleDeclaration, Words
from carbonquant.declaration.scalars import (
    Count,
    Flag,
    Id,
    Member,
    Name,
    Names,
    Nested,
    Number,
    Range,
    Text,
    Version,
    kind_of,
    refused,
)

__all__ = [
    "BandsDeclaration",
    "CaseDeclaration",
    "CellDeclaration",
    "ClaimsDeclaration",
    "DimensionDeclaration",
    "ExampleDeclaration",
    "InputDeclaration",
    "MethodologyDeclaration",
    "ParameterDeclaration",
    "ResultsDeclaration",
    "RoundingDeclaration",
    "RuleDeclaration",
    "StepDeclaration",
]


class SourceDeclaration(Declared):
    """A document that values are taken from."""

    title: Text
    author: Text = ""
    publisher: Text = ""
    number: Text = ""
    year: Text = ""
    url: Text = ""
    licence: Text = ""
    retrieved: Text = ""
    digest: Text = ""


class OfficialDeclaration(Declared):
    """The official document behind a methodology."""

    title: Text = ""
    number: Text = ""
    issuer: Text = ""
    url: Text = ""
    valid: SpanDeclaration | None = None


class CreditingDeclaration(Declared):
    """How long a project may be credited."""

    period: Text = ""
    renewable: Flag = False


DimensionKind = Literal["category", "year", "month", "date", "rows", "group"]
WORDS_FOR_KINDS = tuple(kind for kind in get_args(DimensionKind) if kind != "group")
DIMENSION_FORMS = f"{', '.join(WORDS_FOR_KINDS)}, a list of members, or {{group: …, by: […]}}"


class DimensionDeclaration(Declared):
    """What figures vary over."""

    not_yet: ClassVar[tuple[str, ...]] = ("alias", "from", "to", "unit")

    group: Name | None = None
    by: Names = []
    kind: Annotated[DimensionKind, Field(alias="<kind>")]
    members: Annotated[list[Member] | None, Field(alias="<members>", min_length=1)] = None

    @classmethod
    def written_keys(cls) -> list[str]:
        """Return the keys of a derived dimension; the other forms have none."""
        return ["group", "by"]

    @model_validator(mode="before")
    @classmethod
    def _from_forms(cls, value: object) -> object:
        if isinstance(value, str) and value in WORDS_FOR_KINDS:
            return {"<kind>": value}
        if isinstance(value, list):
            return {"<kind>": "category", "<members>": value}
        if isinstance(value, dict):
            return {**value, "<kind>": "group"}
        message = f"unknown kind of dimension {kind_of(value)}"
        raise refused(message, code="CQ206", hint=f"one of: {DIMENSION_FORMS}")

    @model_validator(mode="after")
    def _is_whole_group(self) -> DimensionDeclaration:
        if self.kind == "group" and not (self.group and self.by):
            message = "a derived dimension has 'group', a rows dimension, and 'by', the columns that make it"
            raise refused(message, code="CQ202", hint="user_day: {group: ride, by: [user, day]}")
        return self


class InputDeclaration(Described):
    """A datum that a project or a row brings along."""

    not_yet: ClassVar[tuple[str, ...]] = ("uncertainty",)

    unit: Text | None = None
    type: Name | None = None
    over: Names = []
    range: Range | None = None
    default: Text | None = None
    missing: Literal["fail", "reject", "default"] | None = None
    measured: Text = ""
    frequency: Text = ""
    who: Text = ""
    qa: Text = ""

    @model_validator(mode="after")
    def _has_unit_or_type(self) -> InputDeclaration:
        if (self.unit is None) == (self.type is None):
            hint = 'unit: for a number (unit: "1" where it is pure), type: for anything else'
            raise refused("an input has either 'unit' or 'type'", code="CQ202", hint=hint)
        return self


Status = Literal["verified", "unverified"]


class CellDeclaration(Declared):
    """One value with what is known of it."""

    not_yet: ClassVar[tuple[str, ...]] = ("uncertainty", "valid")

    value: Number
    lower: Number | None = None
    upper: Number | None = None
    level: Text = ""
    source: Text = ""
    status: Status | None = None


class BandsDeclaration(Declared):
    """Upper limits, inclusive, of the bands of a table."""

    unit: Text
    upto: list[Number | None] = Field(min_length=1)
    beyond: Literal["fail"] = "fail"


class ParameterDeclaration(Described):
    """A fixed value with the document it comes from."""

    not_yet: ClassVar[tuple[str, ...]] = (
        "factor",
        "basis",
        "at",
        "between",
        "beyond",
        "fallback",
        "points",
        "uncertainty",
        "valid",
        "shared",
        "independent",
    )

    unit: Text
    over: Names = []
    value: Number | None = None
    values: Nested = None
    bands: BandsDeclaration | None = None
    lower: Number | None = None
    upper: Number | None = None
    level: Text = ""
    source: Text = ""
    status: Status | None = None

    @model_validator(mode="after")
    def _has_value_or_values(self) -> ParameterDeclaration:
        if (self.value is None) == (self.values is None):
            hint = "value: for one number, values: for a table with 'over:' or 'bands:'"
            raise refused("a parameter has either 'value' or 'values'", code="CQ202", hint=hint)
        return self


class CaseDeclaration(Declared):
    """One branch of `cases`: `when` and `then`, or `otherwise`."""

    when: Text | None = None
    then: Text | None = None
    otherwise: Text | None = None

    @model_validator(mode="after")
    def _is_branch_or_last(self) -> CaseDeclaration:
        is_branch = self.when is not None and self.then is not None and self.otherwise is None
        is_last = self.otherwise is not None and self.when is None and self.then is None
        if not (is_branch or is_last):
            message = "a case has 'when' and 'then', the last one only 'otherwise'"
            raise refused(message, code="CQ202")
        return self


class StepDeclaration(Described):
    """One equation."""

    formula: Text | None = None
    cases: list[CaseDeclaration] | None = None
    unit: Text | None = None
    type: Name | None = None
    over: Names = []

    @model_validator(mode="after")
    def _is_whole(self) -> StepDeclaration:
        if (self.formula is None) == (self.cases is None):
            raise refused("a step has either 'formula' or 'cases'", code="CQ202")
        if (self.unit is None) == (self.type is None):
            hint = 'unit: for a number (unit: "1" where it is pure), type: bool for yes or no'
            raise refused("a step has either 'unit' or 'type'", code="CQ202", hint=hint)
        return self


class RuleDeclaration(Described):
    """A condition that a row or a project must meet."""

    over: Names = []
    require: Text
    action: Annotated[Literal["reject", "fail", "warn", "zero"], Field(alias="else")]


class RoundingDeclaration(Declared):
    """How a published figure is rounded."""

    to: Text
    mode: Literal["down", "half-even", "half-up", "up"] = "down"
    when: Literal["total", "each"] = "total"


class ResultsDeclaration(Declared):
    """Which steps are the figures of a methodology, by role."""

    not_yet: ClassVar[tuple[str, ...]] = ("outputs", "expect_range")

    baseline: Name | None = None
    project: Name | None = None
    leakage: Name | None = None
    removals: Name | None = None
    reductions: Name | None = None
    by: Name | None = None
    also: Names = []
    identity: Literal["none"] | None = None
    rounding: dict[str, RoundingDeclaration] = {}


class ClaimsDeclaration(Declared):
    """What may be claimed once."""

    key: list[Name] = Field(min_length=1)
    period: Text = ""
    exclusive_with: list[Text] = []


def _form_of(value: object) -> str:
    return "<by name>" if isinstance(value, dict) else "<text>"


class ExampleDeclaration(Described):
    """Inputs with the figures that a person worked out for them."""

    members: dict[str, list[Member]] = {}
    period: SpanDeclaration | None = None
    inputs: dict[str, Nested] = {}
    expect: dict[str, Nested] = {}
    issued: dict[str, Number] = {}
    rejected: dict[str, Count] = {}
    warned: dict[str, Count] = {}
    fails: list[Text] = []
    tolerance: Annotated[
        Annotated[Text, Tag("<text>")] | Annotated[dict[str, Text], Tag("<by name>")], Discriminator(_form_of)
    ]
    source: Text = ""


class MethodologyDeclaration(Declared):
    """A whole methodology file."""

    not_yet: ClassVar[tuple[str, ...]] = ("use", "adapts", "gwp", "substances")

    carbonquant: Text
    kind: Literal["methodology"]
    id: Id
    version: Version
    status: Literal["draft", "active", "withdrawn"]
    basis: Literal["official", "reconstruction", "demonstration"]
    title: TitleDeclaration
    sector: Text
    scope: Literal["individual", "project"]
    official: OfficialDeclaration | None = None
    crediting: CreditingDeclaration | None = None
    sources: dict[Name, SourceDeclaration] = {}
    dimensions: dict[Name, DimensionDeclaration] = {}
    inputs: dict[Name, InputDeclaration] = {}
    parameters: dict[Name, ParameterDeclaration] = {}
    rules: dict[Name, RuleDeclaration] = {}
    steps: dict[Name, StepDeclaration]
    results: ResultsDeclaration
    claims: ClaimsDeclaration | None = None
    examples: dict[Name, ExampleDeclaration] = {}
    notes: Words = ""
