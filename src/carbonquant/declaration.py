"""What an author writes, by shape: which keys a file may have and what kind of text stands in each.

`declare` turns a `Source` into a `Declaration` that may still be wrong in meaning. Every scalar is typed here,
by the field it stands in, from the text that was written. Problems of shape are kept with the declaration, and the
items they concern are left out, so that `methodology.check` can report everything about a file in one run.

Does not look up a name, a unit or a formula (see `methodology`), does not read files (see `sources`).
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from carbonquant.errors import Diagnostic
from carbonquant.sources import Path_, Source

__all__ = [
    "LANGUAGE",
    "ActivityDeclaration",
    "CellDeclaration",
    "Declaration",
    "ExampleDeclaration",
    "InputDeclaration",
    "MethodologyDeclaration",
    "ParameterDeclaration",
    "Printed",
    "RuleDeclaration",
    "StepDeclaration",
    "declare",
    "read_number",
]

LANGUAGE = 1
"""The version of the methodology language that this engine speaks."""

NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?", re.ASCII)
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)
ID = re.compile(r"([a-z][a-z0-9-]*\.)*[a-z][a-z0-9-]*", re.ASCII)
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?", re.ASCII)
LARGEST_WHOLE = 2**53
"""Above this not every whole number is a float64."""


# --- scalars -----------------------------------------------------------------------------------------------


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
    if not isinstance(text, str):
        raise _wrong("number", "expected a number, found {found}", _kind_of(text))
    if not NUMBER.fullmatch(text):
        raise _wrong("number", "expected a number such as 0.55 or 1.2e-3, found {found}", _shown(text))
    value = float(text)
    whole = "." not in text and "e" not in text
    if whole and abs(int(text)) > LARGEST_WHOLE:
        raise _wrong("number", "{found} is too large to be kept exactly", text)
    if value in (float("inf"), float("-inf")):
        raise _wrong("number", "{found} is too large for a float64", text)
    if value == 0 and re.search(r"[1-9]", text.split("e")[0]):
        raise _wrong("number", "{found} is too small for a float64: it would become 0", text)
    return Printed(text, value)


def _read_date(text: object) -> dt.date:
    if isinstance(text, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            pass
    raise _wrong("date", "expected a date such as 2025-06-30, found {found}", _shown(text))


def _read_flag(text: object) -> bool:
    if text in ("true", "false"):
        return text == "true"
    raise _wrong("flag", "expected true or false, found {found}", _shown(text))


def _read_text(text: object) -> str:
    if not isinstance(text, str):
        raise _wrong("text", "expected text, found {found}", _kind_of(text))
    if unicodedata.normalize("NFC", text) != text:
        raise _wrong("text", "{found} is not in Unicode normal form NFC", _shown(text))
    return text


def _pattern(pattern: re.Pattern[str], what: str, hint: str) -> AfterValidator:
    def matches(text: str) -> str:
        if not pattern.fullmatch(text):
            raise PydanticCustomError("cq_text", "expected {what}, found '{found}'", {"what": what, "found": text, "hint": hint})
        return text

    return AfterValidator(matches)


def _version_hint(text: str) -> str:
    if not VERSION.fullmatch(text):
        hint = f"write {text}.0" if re.fullmatch(r"\d+\.\d+", text) else "three numbers, such as 1.0.0"
        raise PydanticCustomError("cq_text", "expected a version such as 1.0.0, found '{found}'", {"found": text, "hint": hint})
    return text


def _list_of_names(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _wrong(kind: str, message: str, found: str) -> PydanticCustomError:
    return PydanticCustomError(f"cq_{kind}", message, {"found": found})  # type: ignore[arg-type]  # the message is a template, not a literal


def _shown(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else _kind_of(value)


def _kind_of(value: object) -> str:
    kinds = {dict: "a mapping", list: "a list", type(None): "nothing"}
    return kinds.get(type(value), f"'{value}'")


Number: TypeAlias = Annotated[Printed, PlainValidator(read_number)]
Date: TypeAlias = Annotated[dt.date, PlainValidator(_read_date)]
Flag: TypeAlias = Annotated[bool, PlainValidator(_read_flag)]
Text: TypeAlias = Annotated[str, BeforeValidator(_read_text)]
Name: TypeAlias = Annotated[Text, _pattern(NAME, "a name", "letters, digits and _, beginning with a letter")]
Id: TypeAlias = Annotated[Text, _pattern(ID, "an id", "small letters, digits and -, such as greenway-cycling")]
Version: TypeAlias = Annotated[Text, AfterValidator(_version_hint)]
Names: TypeAlias = Annotated[list[Name], BeforeValidator(_list_of_names)]
Nested: TypeAlias = Any
"""Values keyed by member (nested mappings), listed (nested lists) or one scalar; cells are text until `check`."""


# --- what every item has -------------------------------------------------------------------------------------


class Declared(BaseModel):
    """Base of every item an author writes: closed keys, never changed after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False, arbitrary_types_allowed=True)

    not_yet: ClassVar[tuple[str, ...]] = ()
    """Keys of the language that this engine refuses by name, since it cannot honour them yet."""


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


class SpanDeclaration(Declared):
    """A span of dates; either end may be open."""

    start: Annotated[Date | None, Field(alias="from")] = None
    end: Annotated[Date | None, Field(alias="to")] = None

    @model_validator(mode="after")
    def _in_order(self) -> SpanDeclaration:
        if self.start and self.end and self.start > self.end:
            raise PydanticCustomError("cq_span", "the span ends before it begins")
        return self


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


# --- the sections --------------------------------------------------------------------------------------------

DimensionKind = Literal["category", "year", "month", "date", "rows", "group"]


class DimensionDeclaration(Declared):
    """What figures vary over."""

    not_yet: ClassVar[tuple[str, ...]] = ("alias", "from", "to", "unit")

    kind: DimensionKind
    members: list[Text] | None = None
    group: Name | None = None
    by: list[Name] = []

    @model_validator(mode="before")
    @classmethod
    def _from_short_forms(cls, value: object) -> object:
        if isinstance(value, str):
            if value not in get_args(DimensionKind) or value == "group":
                kinds = "category, year, month, date, rows, a list of members, or {group: …, by: […]}"
                raise PydanticCustomError("cq_choice", "unknown kind of dimension '{found}'", {"found": value, "hint": kinds})
            return {"kind": value}
        if isinstance(value, list):
            return {"kind": "category", "members": value}
        if isinstance(value, dict) and "group" in value:
            return {**value, "kind": "group"}
        if isinstance(value, dict):
            return {**value, "kind": "category"}
        return value


class InputDeclaration(Described):
    """A datum that a project or a row brings along."""

    not_yet: ClassVar[tuple[str, ...]] = ("uncertainty",)

    unit: Text | None = None
    type: Name | None = None
    over: Names = []
    range: list[Number | None] | None = None
    default: Text | None = None
    missing: Literal["fail", "reject", "default"] | None = None
    measured: Text = ""
    frequency: Text = ""
    who: Text = ""
    qa: Text = ""

    @model_validator(mode="before")
    @classmethod
    def _open_range(cls, value: object) -> object:
        if isinstance(value, dict) and isinstance(value.get("range"), list) and len(value["range"]) != 2:
            raise PydanticCustomError("cq_range", "a range has two ends, [from, to]; an open end is null")
        return value

    @model_validator(mode="after")
    def _ordered_range(self) -> InputDeclaration:
        low, high = self.range or (None, None)
        if low and high and low.value > high.value:
            raise PydanticCustomError("cq_range", "the range is reversed")
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
        "factor", "basis", "at", "between", "beyond", "fallback", "points", "uncertainty", "valid",
        "shared", "independent",
    )  # fmt: skip

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
    def _one_form(self) -> ParameterDeclaration:
        if (self.value is None) == (self.values is None):
            raise PydanticCustomError("cq_missing", "a parameter has either 'value' or 'values'")
        return self


class CaseDeclaration(Declared):
    """One branch of `cases`: `when` and `then`, or `otherwise`."""

    when: Text | None = None
    then: Text | None = None
    otherwise: Text | None = None

    @model_validator(mode="after")
    def _one_form(self) -> CaseDeclaration:
        is_branch = self.when is not None and self.then is not None and self.otherwise is None
        is_last = self.otherwise is not None and self.when is None and self.then is None
        if not (is_branch or is_last):
            raise PydanticCustomError("cq_missing", "a case has 'when' and 'then', the last one only 'otherwise'")
        return self


class StepDeclaration(Described):
    """One equation."""

    unit: Text | None = None
    type: Name | None = None
    over: Names = []
    formula: Text | None = None
    cases: list[CaseDeclaration] | None = None

    @model_validator(mode="before")
    @classmethod
    def _not_cut_at_comma(cls, value: object) -> object:
        cut = [key for key, item in value.items() if item is None and ")" in key] if isinstance(value, dict) else []
        if cut and "formula" in value:  # type: ignore[operator]  # `cut` is only filled from a mapping
            raise PydanticCustomError("cq_quote", "YAML ended the formula at a comma: quote the formula")
        return value

    @model_validator(mode="after")
    def _one_form(self) -> StepDeclaration:
        if (self.formula is None) == (self.cases is None):
            raise PydanticCustomError("cq_missing", "a step has either 'formula' or 'cases'")
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
    also: list[Name] = []
    identity: Literal["none"] | None = None
    rounding: dict[str, RoundingDeclaration] = {}


class ClaimsDeclaration(Declared):
    """What may be claimed once."""

    key: list[Name] = Field(min_length=1)
    period: Text = ""
    exclusive_with: list[Text] = []


class ExampleDeclaration(Described):
    """Inputs with the figures that a person worked out for them."""

    members: dict[str, list[Text]] = {}
    period: SpanDeclaration | None = None
    inputs: dict[str, Nested] = {}
    expect: dict[str, Nested] = {}
    issued: dict[str, Number] = {}
    rejected: dict[str, Number] = {}
    warned: dict[str, Number] = {}
    fails: list[Text] = []
    tolerance: Text | dict[str, Text]
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
    notes: TitleDeclaration | Text = ""


# --- the activity file ---------------------------------------------------------------------------------------


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

    not_yet: ClassVar[tuple[str, ...]] = ("duplicates",)

    file: Text
    separator: Text = ","
    columns: dict[Name, ColumnDeclaration]


class ActivityDeclaration(Declared):
    """A whole activity file."""

    carbonquant: Text
    kind: Literal["activity"]
    methodology: Text
    title: TitleDeclaration = TitleDeclaration()
    period: PeriodDeclaration | None = None
    members: dict[Name, list[Text]] = {}
    inputs: dict[Name, Nested] = {}
    tables: dict[Name, TableDeclaration] = {}


MODELS: dict[str, type[Declared]] = {"methodology": MethodologyDeclaration, "activity": ActivityDeclaration}


# --- from a source to a declaration --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Declaration:
    """A file whose shape has been read; `problems` lists what is wrong with it.

    `content` is None where so much is wrong that nothing else can be said. Items named in `broken` are left out of
    `content`: they exist, but nothing may be concluded from them.
    """

    source: Source
    content: MethodologyDeclaration | ActivityDeclaration | None
    problems: tuple[Diagnostic, ...] = ()
    broken: frozenset[str] = field(default_factory=frozenset)


def declare(source: Source) -> Declaration:
    """Read the shape of a file; never raises for what an author wrote, but keeps the problems."""
    plain = source.plain()
    kind = plain.get("kind")
    if kind not in MODELS:
        return Declaration(source, None, (_unknown_kind(source, kind),))
    return _declare_as(MODELS[kind], source, plain)


def _declare_as(model: type[Declared], source: Source, plain: dict[str, Any]) -> Declaration:
    problems: list[Diagnostic] = []
    broken: set[str] = set()
    while True:
        try:
            content = model.model_validate(plain)
        except ValidationError as error:
            found = error.errors(include_url=False)
            problems.extend(diagnostic for details in found for diagnostic in _diagnose(model, source, details))
            if not all([_leave_out(plain, details, broken) for details in found]):
                return Declaration(source, None, tuple(problems), frozenset(broken))
        else:
            problems.extend(_wrong_language(source, content))
            return Declaration(source, content, tuple(problems), frozenset(broken))  # type: ignore[arg-type]  # MODELS holds only these two


def _unknown_kind(source: Source, kind: object) -> Diagnostic:
    if kind in ("tool", "factors"):
        return source.diagnostic("CQ207", f"not supported yet: kind: {kind}", source.position_of(("kind",)))
    hint = "kind: methodology, or kind: activity"
    message = f"unknown kind '{kind}'" if kind else "the key 'kind' is missing"
    return source.diagnostic("CQ206" if kind else "CQ202", message, source.position_of(("kind",)), hint=hint)


def _wrong_language(source: Source, content: Any) -> Iterator[Diagnostic]:
    if content.carbonquant != str(LANGUAGE):
        message = f"this file is written in version '{content.carbonquant}' of the language; this engine speaks {LANGUAGE}"
        yield source.diagnostic("CQ204", message, source.position_of(("carbonquant",)))


def _leave_out(plain: dict[str, Any], details: ErrorDetails, broken: set[str]) -> bool:
    """Remove what an error is about, so that the rest can be read; False where that is impossible."""
    path = details["loc"]
    parent: Any = plain
    depth = len(path) if details["type"] == "extra_forbidden" else min(len(path), 2)
    if not path or (depth == 1 and details["type"] != "extra_forbidden"):
        return False
    for key in path[: depth - 1]:
        parent = parent[key] if isinstance(parent, dict) else None
    if not isinstance(parent, dict):
        return False
    parent.pop(path[depth - 1], None)
    if details["type"] != "extra_forbidden":
        broken.add(str(path[1]))
    return True


def _diagnose(model: type[Declared], source: Source, details: ErrorDetails) -> Iterator[Diagnostic]:
    """Say in the author's words what pydantic found."""
    path: Path_ = details["loc"]
    context = details.get("ctx", {})
    kind = details["type"]
    if kind == "extra_forbidden":
        yield _unknown_key(_model_at(model, path[:-1]), source, path)
    elif kind == "missing":
        message = f"the key '{path[-1]}' is missing"
        yield source.diagnostic("CQ202", message, source.position_of(path[:-1], key=True))
    elif kind == "literal_error":
        yield _unknown_choice(source, path, details["input"], context.get("expected", ""))
    elif kind in CODE_OF_PROBLEM:
        hint = context.get("hint", "")
        position = source.position_of(path, key=kind in ("cq_missing", "cq_quote"))
        yield source.diagnostic(CODE_OF_PROBLEM[kind], details["msg"], position, hint=hint)
    else:
        expected = SHAPES.get(kind, "another shape")
        message = f"expected {expected}, found {_kind_of(details['input'])}"
        yield source.diagnostic("CQ203", message, source.position_of(path))


CODE_OF_PROBLEM = {
    "cq_number": "CQ204", "cq_date": "CQ204", "cq_flag": "CQ204", "cq_text": "CQ204", "cq_span": "CQ204",
    "cq_range": "CQ204", "cq_choice": "CQ206", "cq_missing": "CQ202", "cq_quote": "CQ107",
}  # fmt: skip
SHAPES = {"dict_type": "a mapping", "model_type": "a mapping", "list_type": "a list", "string_type": "text",
          "too_short": "at least one item"}  # fmt: skip


def _unknown_key(model: type[Declared] | None, source: Source, path: Path_) -> Diagnostic:
    key = str(path[-1])
    position = source.position_of(path, key=True)
    if model is not None and key in model.not_yet:
        return source.diagnostic("CQ207", f"not supported yet: {key}", position)
    known = _keys_of(model) if model is not None else []
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    hint = f"did you mean '{near[0]}'?" if near else f"known keys: {', '.join(known)}" if known else ""
    return source.diagnostic("CQ201", f"unknown key '{key}'", position, hint=hint)


def _unknown_choice(source: Source, path: Path_, found: object, expected: str) -> Diagnostic:
    choices = re.findall(r"'([^']*)'", expected)
    near = difflib.get_close_matches(str(found), choices, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"one of: {', '.join(choices)}"
    return source.diagnostic("CQ206", f"unknown value '{found}' for '{path[-1]}'", source.position_of(path), hint=hint)


def _keys_of(model: type[Declared]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def _model_at(model: type[Declared], path: Path_) -> type[Declared] | None:
    """Return the model of the mapping at a path, if it is one of ours."""
    current: Any = model
    for key in path:
        if isinstance(current, type) and issubclass(current, Declared):
            fields = {info.alias or name: info for name, info in current.model_fields.items()}
            current = fields[str(key)].annotation if key in fields else None
        else:
            current = next(iter(_item_types(current)), None)
        current = _declared_in(current) or current
    return current if isinstance(current, type) and issubclass(current, Declared) else None


def _item_types(annotation: Any) -> Iterator[Any]:
    yield from reversed(get_args(annotation))


def _declared_in(annotation: Any) -> type[Declared] | None:
    """Return the model inside an optional annotation (`SpanDeclaration | None`)."""
    for option in get_args(annotation):
        if isinstance(option, type) and issubclass(option, Declared) and not isinstance(annotation, Mapping):
            return option
    return None
