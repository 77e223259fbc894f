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
    Output,
    Outputs,
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
    "ModuleDeclaration",
    "ParameterDeclaration",
    "ResultsDeclaration",
    "RoundingDeclaration",
    "RuleDeclaration",
    "SourceDeclaration",
    "StepDeclaration",
    "ToolDeclaration",
    "UseDeclaration",
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


DimensionKind = Literal["category", "year", "month", "date", "rows", "group", "alias"]
WORDS_FOR_KINDS = tuple(kind for kind in get_args(DimensionKind) if kind not in ("group", "alias"))
DIMENSION_FORMS = f"{', '.join(WORDS_FOR_KINDS)}, a list of members, {{alias: …}}, or {{group: …, by: […]}}"


class DimensionDeclaration(Declared):
    """What figures vary over."""

    not_yet: ClassVar[tuple[str, ...]] = ("from", "to", "unit")

    alias: Name | None = None
    group: Name | None = None
    by: Names = []
    kind: Annotated[DimensionKind, Field(alias="<kind>")]
    members: Annotated[list[Member] | None, Field(alias="<members>", min_length=1)] = None

    @classmethod
    def written_keys(cls) -> list[str]:
        """Return the keys of a derived dimension and of an alias; the other forms have none."""
        return ["group", "by", "alias"]

    @model_validator(mode="before")
    @classmethod
    def _from_forms(cls, value: object) -> object:
        if isinstance(value, str) and value in WORDS_FOR_KINDS:
            return {"<kind>": value}
        if isinstance(value, list):
            return {"<kind>": "category", "<members>": value}
        if isinstance(value, dict):
            return {**value, "<kind>": "alias" if "alias" in value else "group"}
        message = f"unknown kind of dimension {kind_of(value)}"
        raise refused(message, code="CQ206", hint=f"one of: {DIMENSION_FORMS}")

    @model_validator(mode="after")
    def _is_whole_group(self) -> DimensionDeclaration:
        if self.kind == "alias" and (self.group or self.by):
            raise refused("an alias has no other key", hint="x: {alias: year}")
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
        "between",
        "beyond",
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
    factor: Text | None = None
    basis: Id | None = None
    at: dict[Name, Name] = {}
    fallback: dict[Name, Text] = {}
    lower: Number | None = None
    upper: Number | None = None
    level: Text = ""
    source: Text = ""
    status: Status | None = None

    @model_validator(mode="after")
    def _has_one_origin(self) -> ParameterDeclaration:
        if sum(origin is not None for origin in (self.value, self.values, self.factor)) != 1:
            hint = "value: for one number, values: for a table with 'over:' or 'bands:', factor: for a factor set"
            raise refused("a parameter has one of 'value', 'values' and 'factor'", code="CQ202", hint=hint)
        if self.factor is not None and self.basis is None:
            message = "a parameter from a factor set names the 'basis' it wants"
            raise refused(message, code="CQ202", hint="basis: average")
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

    not_yet: ClassVar[tuple[str, ...]] = ("expect_range",)

    baseline: Output | None = None
    project: Output | None = None
    leakage: Output | None = None
    removals: Output | None = None
    reductions: Output | None = None
    by: Name | None = None
    also: Outputs = []
    outputs: Names = []
    identity: Literal["none"] | None = None
    rounding: dict[str, RoundingDeclaration] = {}


class UseDeclaration(Declared):
    """A tool that is used, what its inputs are bound to, and which dimensions its own stand for."""

    tool: Text
    version: Text = ""
    inputs: Annotated[dict[Name, Text], Field(alias="with")] = {}
    dims: dict[Name, Name] = {}


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


class ModuleDeclaration(Declared):
    """What a methodology and a tool have in common."""

    not_yet: ClassVar[tuple[str, ...]] = ("adapts", "substances")

    carbonquant: Text
    id: Id
    version: Version
    status: Literal["draft", "active", "withdrawn"]
    basis: Literal["official", "reconstruction", "demonstration"]
    title: TitleDeclaration
    official: OfficialDeclaration | None = None
    gwp: Literal["SAR", "AR4", "AR5", "AR6"] | None = None
    sources: dict[Name, SourceDeclaration] = {}
    dimensions: dict[Name, DimensionDeclaration] = {}
    inputs: dict[Name, InputDeclaration] = {}
    parameters: dict[Name, ParameterDeclaration] = {}
    use: dict[Name, UseDeclaration] = {}
    rules: dict[Name, RuleDeclaration] = {}
    steps: dict[Name, StepDeclaration]
    results: ResultsDeclaration
    claims: ClaimsDeclaration | None = None
    examples: dict[Name, ExampleDeclaration] = {}
    notes: Words = ""


class MethodologyDeclaration(ModuleDeclaration):
    """A whole methodology file."""

    kind: Literal["methodology"]
    sector: Text
    scope: Literal["individual", "project"]
    crediting: CreditingDeclaration | None = None


class ToolDeclaration(ModuleDeclaration):
    """A whole tool file: equations that methodologies share."""

    kind: Literal["tool"]
