"""What the engine trusts: a methodology whose names, units, dimensions and order are proven.

Made by `check` alone; everything is immutable, and nothing downstream checks it again.

Reads nothing and computes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from carbonquant.declaration import ModuleDeclaration, Printed
from carbonquant.factors import Cell, FactorSet
from carbonquant.formula.rounding import RoundingMode
from carbonquant.formula.tree import Dimension, Kind, Type, Typed
from carbonquant.sources import Source
from carbonquant.units import Unit

__all__ = [
    "ROLES", "Bands", "Cell", "Claims", "Example", "FactorUse", "Input", "Issuance", "Methodology", "MissingPolicy",
    "Nested", "Parameter", "Role", "Rule", "RuleAction", "Step", "Tolerance", "Words",
]  # fmt: skip

Role = Literal["baseline", "project", "leakage", "removals", "reductions"]
ROLES: tuple[Role, ...] = ("baseline", "project", "leakage", "removals", "reductions")
"""Result roles, in the order in which they are shown."""
RuleAction = Literal["reject", "fail", "warn", "zero"]
MissingPolicy = Literal["fail", "reject", "default"]
Nested: TypeAlias = Any
"""Values keyed by member or listed, `Cell` (parameters) or text (data) at the leaves; see `values.arrange`."""


@dataclass(frozen=True, slots=True)
class Words:
    """What an item is called, in both languages, and its place in the official document."""

    zh: str = ""
    en: str = ""
    eq: str = ""
    clause: str = ""
    symbol: str = ""

    def in_language(self, language: str) -> str:
        """The words in `zh` or `en`, or in the other language where one is absent."""
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)


@dataclass(frozen=True, slots=True)
class Input:
    """A datum a project brings along; `low` and `high` are in the declared unit, None where open."""

    name: str
    type: Type
    over: tuple[str, ...]
    low: float | None
    high: float | None
    default: str | None
    missing: MissingPolicy
    words: Words
    measured: str = ""
    frequency: str = ""


@dataclass(frozen=True, slots=True)
class Bands:
    """Upper limits of a banded table, inclusive; the last may be None (no limit). `limits` are in `unit`."""

    unit: Unit
    limits: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class FactorUse:
    """Values taken from a factor set: how each of its keys is chosen.

    A key is the member of a dimension of the parameter, or what an input says; `fallback` is the value of a key to
    take where the set has none for the one asked for.
    """

    set: FactorSet
    by_dimension: Mapping[str, str]
    by_input: Mapping[str, str]
    fallback: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A fixed value, or a table of them, with sources. For a banded table `cells` is a tuple of `Cell`."""

    name: str
    type: Type
    over: tuple[str, ...]
    cells: Nested
    words: Words
    bands: Bands | None = None
    factor: FactorUse | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One equation; `root` is its typed formula, `text` what the author wrote (cases joined)."""

    name: str
    type: Type
    over: tuple[str, ...]
    root: Typed
    text: str
    words: Words


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition on rows, on members of small dimensions, or on the project."""

    name: str
    over: tuple[str, ...]
    root: Typed
    text: str
    action: RuleAction
    words: Words


@dataclass(frozen=True, slots=True)
class Issuance:
    """How the published figure of a role is rounded; `quantum` is in `unit`."""

    unit: Unit
    quantum: float
    mode: RoundingMode
    is_each: bool


@dataclass(frozen=True, slots=True)
class Claims:
    """What may be claimed once: rows or projects with equal keys claim the same thing."""

    key: tuple[str, ...]
    period: str
    exclusive_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How near an expected figure must be: relative, or absolute in a unit."""

    value: float
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """Inputs with the figures somebody worked out for them; values are kept as text until they are run."""

    name: str
    words: Words
    members: Mapping[str, tuple[str, ...]]
    period: tuple[dt.date | None, dt.date | None] | None
    inputs: Mapping[str, Nested]
    expect: Mapping[str, Nested]
    issued: Mapping[str, Printed]
    rejected: Mapping[str, int]
    warned: Mapping[str, int]
    fails: frozenset[str]
    tolerance: Mapping[str, Tolerance]
    """By name of figure; the key `other` holds for all the rest."""
    source: str


@dataclass(frozen=True)
class Methodology:
    """A methodology that has passed every check; `steps` are in the order of evaluation."""

    id: str
    version: str
    declaration: ModuleDeclaration
    source: Source
    dimensions: Mapping[str, Dimension]
    inputs: Mapping[str, Input]
    parameters: Mapping[str, Parameter]
    rules: Mapping[str, Rule]
    steps: Mapping[str, Step]
    roles: Mapping[Role, str]
    """The step or input behind each declared role; a role that is `none` is absent."""
    also: tuple[str, ...]
    by: str
    """The dimension by which results are shown, or ''."""
    rounding: Mapping[Role, Issuance]
    checks_identity: bool
    """Whether the role identity is left to be checked with every run (it is not linear)."""
    claims: Claims | None
    examples: Mapping[str, Example]
    outputs: tuple[str, ...] = ()
    """What a tool gives to those who use it."""
    tools: Mapping[str, Methodology] = field(default_factory=dict)
    """The tools in use, by the names of their uses."""
    sets: Mapping[str, FactorSet] = field(default_factory=dict)
    """The factor sets that this file names, by the names it gives them."""
    warnings: tuple[Any, ...] = field(default=())
    """Diagnostics of severity `warning` that `check` found."""

    def title(self, language: str = "en") -> str:
        """The title in `zh` or `en`."""
        title = self.declaration.title
        return (title.zh or title.en) if language == "zh" else (title.en or title.zh)

    @property
    def named(self) -> dict[str, Source]:
        """The files of all tools and factor sets in use, here and in the tools, by the names they are found by."""
        found = {name: each.source for name, each in self.sets.items()}
        for use, tool in self.tools.items():
            found |= {self.declaration.use[use].tool: tool.source, **tool.named}
        return found

    @property
    def used(self) -> tuple[Source, ...]:
        """The files of all tools and factor sets in use, each once."""
        return tuple({source.digest: source for source in self.named.values()}.values())

    @property
    def unverified(self) -> tuple[str, ...]:
        """Names of the parameters with a value that nobody has verified, in the file or in their factor set."""
        return tuple(p.name for p in self.parameters.values() if any(c.is_unverified for c in _cells_of(p)))

    def axes(self, dims: Iterable[str]) -> tuple[str, ...]:
        """Dimensions in the order of array axes: as the file declares them, rows and groups last."""
        order = list(self.dimensions)
        return tuple(sorted(dims, key=lambda d: (self.dimensions[d].is_long, order.index(d))))

    def kind_of(self, name: str) -> Kind:
        """The kind of an input, parameter or step."""
        for section in (self.inputs, self.parameters, self.steps):
            if name in section:
                return section[name].type.kind
        raise KeyError(name)


def _cells_of(parameter: Parameter) -> list[Cell]:
    return _leaves(parameter.factor.set.values if parameter.factor is not None else parameter.cells)


def _leaves(nested: Nested) -> list[Cell]:
    if nested is None or isinstance(nested, Cell):
        return [] if nested is None else [nested]
    items = nested.values() if isinstance(nested, Mapping) else nested
    return [cell for item in items for cell in _leaves(item)]
