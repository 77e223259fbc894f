"""The typed formula: what every printer, kernel and witness walks.

Each node knows its type (kind, unit, dimensions) and its place in the text; every unit conversion is a node of its
own, so that whoever evaluates the tree needs plain float64 and no units.

Holds no rule about what is well typed (see `typing`) and computes nothing (see `kernel`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from carbonquant.units import PURE, Unit

__all__ = [
    "Aggregate", "Along", "Apply", "Arithmetic", "Band", "Choice", "Compare", "Constant", "Convert", "Dimension",
    "DimensionKind", "Formula", "IndexBy", "Kind", "Link", "Logic", "Lookup", "Member", "MemberValue", "Not", "Power",
    "Quantity", "Reference", "Span", "Spread", "Symbol", "SymbolKind", "Type", "Typed", "children", "references",
    "walk",
]  # fmt: skip

Span: TypeAlias = tuple[int, int]
Kind = Literal["number", "bool", "category", "date", "text"]
DimensionKind = Literal["category", "year", "month", "date", "rows", "group"]
SymbolKind = Literal["input", "parameter", "bands", "step"]


@dataclass(frozen=True, slots=True)
class Type:
    """What a value is: its kind, its unit (numbers), its set (categories), and what it varies over."""

    kind: Kind = "number"
    unit: Unit = PURE
    dims: frozenset[str] = frozenset()
    category: str = ""

    @property
    def words(self) -> str:
        """The type as a message names it."""
        if self.kind == "number":
            return str(self.unit) if str(self.unit) != "1" else "a pure number"
        return {"bool": "yes/no", "category": f"a member of '{self.category}'"}.get(
            self.kind, f"a {self.kind}"
        )


@dataclass(frozen=True, slots=True)
class Dimension:
    """What figures vary over; `members` are known here only where the file declares them."""

    name: str
    kind: DimensionKind
    members: tuple[str, ...] | None = None
    rows: str = ""
    """The rows dimension that a group is made from."""
    by: tuple[str, ...] = ()
    """The columns whose values make a member of a group."""
    base: str = ""
    """The dimension whose members a second index runs over, for an alias."""

    @property
    def is_ordered(self) -> bool:
        """Whether `along=` has a meaning for it."""
        return self.kind in ("year", "month", "date")

    @property
    def is_long(self) -> bool:
        """Whether its members come with the rows of a table, possibly millions of them."""
        return self.kind in ("rows", "group")

    @property
    def lane(self) -> str:
        """The rows dimension its members come from, if any."""
        return self.name if self.kind == "rows" else self.rows


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name that formulas may use."""

    name: str
    kind: SymbolKind
    type: Type
    band_unit: Unit | None = None
    """The unit of the limits of a banded table."""


# --- nodes ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Node:
    type: Type
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Quantity(_Node):
    """A number of the text, with its unit if one is written."""

    value: float
    text: str
    unit_text: str = ""


@dataclass(frozen=True, slots=True)
class Constant(_Node):
    """A constant of the language, such as `CO2_per_C`."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Reference(_Node):
    """The value of an input, a parameter or a step."""

    name: str
    kind: SymbolKind


@dataclass(frozen=True, slots=True)
class MemberValue(_Node):
    """A dimension used as a value: `year` is the year of the member, in yr."""

    dimension: str


@dataclass(frozen=True, slots=True)
class Member(_Node):
    """A quoted member of a category, or a quoted date."""

    text: str


@dataclass(frozen=True, slots=True)
class IndexBy:
    """How one dimension of a table is chosen: a fixed member, a category value, or a row's group."""

    dimension: str
    member: str = ""
    by: Typed | None = None
    rows: str = ""
    """Set where `dimension` is a group and each row reads the value of its own group."""
    along: str = ""
    """Set where the table is read along another index over the same members (`W[x]`)."""


@dataclass(frozen=True, slots=True)
class Lookup(_Node):
    """A table read at indices."""

    table: Reference
    indices: tuple[IndexBy, ...]


@dataclass(frozen=True, slots=True)
class Band(_Node):
    """A banded table read at a number; the argument is in the unit of the limits."""

    table: str
    argument: Typed


@dataclass(frozen=True, slots=True)
class Convert(_Node):
    """A change of unit: the operand times `ratio`."""

    operand: Typed
    ratio: Fraction


@dataclass(frozen=True, slots=True)
class Spread(_Node):
    """The same value for every member of further dimensions."""

    operand: Typed


@dataclass(frozen=True, slots=True)
class Arithmetic(_Node):
    """`+ - * /` of two numbers; a negation is `0 - x` written with operator `neg` and the same operand twice."""

    operator: Literal["+", "-", "*", "/"]
    left: Typed
    right: Typed


@dataclass(frozen=True, slots=True)
class Power(_Node):
    """A power; `exponent` is a fraction where it is written out, else a pure number."""

    base: Typed
    exponent: Fraction | Typed


@dataclass(frozen=True, slots=True)
class Compare(_Node):
    """`< <= > >= == !=` of two values of one type, or `in` (`right` holds the members)."""

    operator: Literal["<", "<=", ">", ">=", "==", "!=", "in"]
    left: Typed
    right: Typed | tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Logic(_Node):
    """`and`, `or`, lazy from left to right; `chained` marks the comparisons of `a < b < c`."""

    operator: Literal["and", "or"]
    left: Typed
    right: Typed
    chained: bool = False


@dataclass(frozen=True, slots=True)
class Not(_Node):
    """The opposite of a yes/no."""

    operand: Typed


@dataclass(frozen=True, slots=True)
class Apply(_Node):
    """A function of plain arguments, element by element (`neg` is the minus sign before a value)."""

    function: str
    arguments: tuple[Typed, ...]


@dataclass(frozen=True, slots=True)
class Choice(_Node):
    """`if(c, a, b)` or the cases of a step: the first branch whose condition holds, else `otherwise`."""

    branches: tuple[tuple[Typed, Typed], ...]
    otherwise: Typed
    is_cases: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """How rows (or groups) find their place in other dimensions: `(dimension, column)` pairs."""

    rows: str
    targets: tuple[tuple[str, str], ...]
    written: tuple[str, ...] = field(default=(), compare=False)
    """The dimensions or columns that the author named."""

    @property
    def dims(self) -> tuple[str, ...]:
        """The dimensions aggregated to."""
        return tuple(dimension for dimension, _ in self.targets)


@dataclass(frozen=True, slots=True)
class Aggregate(_Node):
    """`sum mean min max count sd` over dimensions, or from rows to the dimensions of `link`."""

    function: str
    operand: Typed
    over: tuple[str, ...] = ()
    link: Link | None = None
    where: Typed | None = None


@dataclass(frozen=True, slots=True)
class Along(_Node):
    """`prev change cumulate` along an ordered dimension."""

    function: str
    operand: Typed
    along: str
    start: Typed | None = None


Typed: TypeAlias = (
    Quantity | Constant | Reference | MemberValue | Member | Lookup | Band | Convert | Arithmetic | Power | Compare
    | Logic | Not | Apply | Choice | Aggregate | Along | Spread
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Formula:
    """The right-hand side of a step or a rule, with the text it was written in (for cases: all texts)."""

    text: str
    root: Typed


# --- walking -------------------------------------------------------------------------------------------------


def children(node: Typed) -> Iterator[Typed]:
    """Return the nodes directly below a node, in the order of the text."""
    for part in fields(node):
        if part.name not in ("type", "span"):
            yield from _typed_in(getattr(node, part.name))


def _typed_in(value: object) -> Iterator[Typed]:
    if isinstance(value, _Node):
        yield value  # type: ignore[misc]  # every subclass of _Node is a Typed
    elif isinstance(value, tuple):
        for item in value:
            yield from _typed_in(item)
    elif isinstance(value, IndexBy) and value.by is not None:
        yield value.by
    elif is_dataclass(value) and not isinstance(value, (Unit, type)):
        return


def walk(node: Typed) -> Iterator[Typed]:
    """Return a node and everything below it, depth first."""
    yield node
    for child in children(node):
        yield from walk(child)


def references(node: Typed) -> tuple[str, ...]:
    """Return the names of inputs, parameters and steps that a formula reads, each once, in order."""
    names = (
        n.name if isinstance(n, Reference) else n.table if isinstance(n, Band) else "" for n in walk(node)
    )
    return tuple(dict.fromkeys(name for name in names if name))
