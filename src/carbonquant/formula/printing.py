"""A typed formula in words for people: as its author wrote it, or with numbers in the place of names.

`to_text` gives the canonical text, which parses to the formula again; conversions of units do not show in it.
`substituted` gives what was computed at one place, every conversion an explicit factor, so that a reader can
redo it with a pocket calculator. Both walk the tree that is executed.

Computes nothing: values come from the caller (see `Values`); generated code is printed by `kernel`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import IntEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from carbonquant.formula import tree
from carbonquant.formula.conversion import PRINTED
from carbonquant.formula.tree import Typed, children
from carbonquant.units import CONSTANTS, conversion

__all__ = ["MOST_TERMS", "Place", "Values", "number_text", "substituted", "to_text"]

MOST_TERMS: Final = 12
"""How many terms of an aggregate are written out; of more, only their number and the result."""

SIGNS: Final = MappingProxyType({"*": "×", "/": "÷", "-": "−", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠"})
"""The operators as a document prints them. `/` is left to units and fractions, `-` to negative numbers."""

Place: TypeAlias = Mapping[str, str]
"""Where a value stands: the member of each dimension that it varies over."""


class Values(Protocol):
    """What `substituted` asks of those who have the numbers."""

    def shown(self, node: Typed, at: Place) -> str:
        """The value of a node at a place with its unit, such as `8.2 cm`, `yes` or `'coal'`.

        The node is a leaf (`Reference`, `MemberValue`, `Lookup`, `Band`), or an `Aggregate` or `Along` of too
        many terms to be written out.
        """

    def terms(self, node: tree.Aggregate, at: Place) -> Sequence[Place] | int:
        """The places whose values are aggregated, where `where=` holds; or only their number if they are many."""

    def before(self, dimension: str, at: Place) -> Sequence[Place]:
        """The places before this one along an ordered dimension, in order."""


def to_text(root: Typed) -> str:
    """The formula as its author wrote it, with no more parentheses than it needs.

    Cases have one line for each branch. What means the same is written in one way: `over=` and `along=` stand
    before other options, an exponent is a decimal (`x^0.5`) wherever it is one, and `to=` names dimensions.
    """
    return _AuthorPrinter().text(root)


def substituted(root: Typed, values: Values, at: Place = MappingProxyType({})) -> str:
    """The formula with numbers for names, as computed at one place: `4 km × 58.7 g CO2e/(passenger km) ÷ 1000`.

    `×` and `÷` are operations; a `/` belongs to a unit or to a fraction, both of which bind tighter.
    """
    return _NumberPrinter(values, at).text(root)


def number_text(number: float, digits: int | None = None) -> str:
    """The shortest text of a number that reads back as the same float, or rounded to significant digits.

    >>> number_text(1234.0), number_text(0.1 + 0.2), number_text(0.1 + 0.2, digits=6), number_text(1e22)
    ('1234', '0.30000000000000004', '0.3', '1e22')
    """
    kept = number if digits is None else float(f"{number:.{digits}g}")
    mantissa, _, exponent = repr(kept + 0.0).partition("e")
    return mantissa.removesuffix(".0") + (f"e{int(exponent)}" if exponent else "")


# --- what all printers share ---------------------------------------------------------------------------------


class Level(IntEnum):
    """How tightly a piece of text holds together; it needs parentheses where its place asks for more."""

    LOOSE = 0
    OR = 1
    AND = 2
    NOT = 3
    COMPARISON = 4
    SUM = 5
    PRODUCT = 6
    SIGN = 7
    POWER = 8
    ATOM = 9


LEVELS: Final = MappingProxyType(
    {
        "or": Level.OR,
        "and": Level.AND,
        "+": Level.SUM,
        "-": Level.SUM,
        "*": Level.PRODUCT,
        "/": Level.PRODUCT,
    }
)


class Piece(NamedTuple):
    """The text of a node, and how tightly it holds together."""

    text: str
    level: Level = Level.ATOM

    def within(self, level: Level) -> str:
        """The text where at least `level` is asked for."""
        return self.text if self.level >= level else f"({self.text})"


class _Printer(ABC):
    """Prints what has the same form for every reader; what differs is abstract."""

    signs: Mapping[str, str] = MappingProxyType({})

    def __init__(self) -> None:
        self._printers: dict[type, Callable[[Any], Piece]] = {
            tree.Quantity: self._quantity,
            tree.Constant: self._constant,
            tree.Reference: self._leaf,
            tree.MemberValue: self._leaf,
            tree.Lookup: self._leaf,
            tree.Band: self._leaf,
            tree.Member: self._member,
            tree.Convert: self._converted,
            tree.Spread: self._spread,
            tree.Arithmetic: self._binary,
            tree.Power: self._power,
            tree.Compare: self._compared,
            tree.Logic: self._logic,
            tree.Not: self._not,
            tree.Apply: self._applied,
            tree.Choice: self._choice,
            tree.Aggregate: self._aggregate,
            tree.Along: self._along,
        }

    def piece(self, node: Typed) -> Piece:
        """Print a node."""
        return self._printers[type(node)](node)

    def text(self, node: Typed, level: Level = Level.LOOSE) -> str:
        """Print a node where at least `level` is asked for."""
        return self.piece(node).within(level)

    @abstractmethod
    def _quantity(self, node: tree.Quantity) -> Piece: ...

    @abstractmethod
    def _constant(self, node: tree.Constant) -> Piece: ...

    @abstractmethod
    def _leaf(self, node: Any) -> Piece: ...

    @abstractmethod
    def _converted(self, node: tree.Convert) -> Piece: ...

    @abstractmethod
    def _aggregate(self, node: tree.Aggregate) -> Piece: ...

    @abstractmethod
    def _along(self, node: tree.Along) -> Piece: ...

    @staticmethod
    def _member(node: tree.Member) -> Piece:
        return Piece(f"'{node.text}'")

    def _sign(self, operator: str) -> str:
        return self.signs.get(operator, operator)

    def _binary(self, node: tree.Arithmetic | tree.Logic) -> Piece:
        own = LEVELS[node.operator]
        left, right = self.text(node.left, own), self.text(node.right, Level(own + 1))
        return Piece(f"{left} {self._sign(node.operator)} {right}", own)

    def _power(self, node: tree.Power) -> Piece:
        if isinstance(node.exponent, Fraction):
            exponent = _exponent_text(node.exponent)
        else:
            exponent = self.text(node.exponent, Level.SIGN)
        return Piece(f"{self.text(node.base, Level.ATOM)}^{exponent}", Level.POWER)

    def _logic(self, node: tree.Logic) -> Piece:
        return self._chain(list(_comparisons(node))) if node.chained else self._binary(node)

    def _compared(self, node: tree.Compare) -> Piece:
        return self._chain([node])

    def _chain(self, comparisons: Iterable[tree.Compare]) -> Piece:
        """Print comparisons as `a < b < c`, as far as what two of them share is printed alike."""
        text, level, shared = "", Level.COMPARISON, ""
        for comparison in comparisons:
            left, right = self._sides(comparison)
            if text and left != shared:
                text, level = f"{text} and {left}", Level.AND
            text = f"{text or left} {self._sign(comparison.operator)} {right}"
            shared = right
        return Piece(text, level)

    def _sides(self, node: tree.Compare) -> tuple[str, str]:
        left = self.text(node.left, Level.SUM)
        if isinstance(node.right, tuple):
            return left, f"({', '.join(map(self.text, node.right))})"
        right = self.text(node.right, Level.SUM)
        is_member_first = isinstance(node.right, tree.Member) and node.right.span < node.left.span
        return (right, left) if is_member_first else (left, right)

    def _spread(self, node: tree.Spread) -> Piece:
        return self.piece(node.operand)

    def _not(self, node: tree.Not) -> Piece:
        return Piece(f"not {self.text(node.operand, Level.COMPARISON)}", Level.NOT)

    def _applied(self, node: tree.Apply) -> Piece:
        if node.function == "neg":
            return Piece(f"-{self.text(node.arguments[0], Level.POWER)}", Level.SIGN)
        return _called(node.function, map(self.text, node.arguments))

    def _choice(self, node: tree.Choice) -> Piece:
        branches = [(self.text(when), self.text(then)) for when, then in node.branches]
        otherwise = self.text(node.otherwise)
        if not node.is_cases:
            return _called("if", [*branches[0], otherwise])
        lines = [f"when {when}: {then}" for when, then in branches]
        return Piece("\n".join([*lines, f"otherwise: {otherwise}"]), Level.LOOSE)


def _called(function: str, arguments: Iterable[str]) -> Piece:
    return Piece(f"{function}({', '.join(arguments)})")


def _exponent_text(exponent: Fraction) -> str:
    decimal = number_text(float(exponent))
    return decimal if Fraction(decimal) == exponent else f"({exponent.numerator} / {exponent.denominator})"


def _comparisons(node: Typed) -> Iterator[tree.Compare]:
    """The comparisons of a chain, from left to right."""
    if isinstance(node, tree.Compare):
        yield node
    else:
        for part in children(node):
            yield from _comparisons(part)


# --- as the author wrote it ----------------------------------------------------------------------------------


class _AuthorPrinter(_Printer):
    """Prints the language that `syntax.parse` reads."""

    def _quantity(self, node: tree.Quantity) -> Piece:
        return Piece(f"{node.text} [{node.unit_text}]" if node.unit_text else node.text)

    def _constant(self, node: tree.Constant) -> Piece:
        return Piece(node.name)

    def _leaf(self, node: tree.Reference | tree.MemberValue | tree.Lookup | tree.Band) -> Piece:
        match node:
            case tree.Reference(name=name) | tree.MemberValue(dimension=name):
                return Piece(name)
            case tree.Lookup():
                return Piece(f"{node.table.name}[{', '.join(map(self._index, node.indices))}]")
            case _:
                return Piece(f"{node.table}[{self.text(node.argument, Level.SUM)}]")

    def _index(self, index: tree.IndexBy) -> str:
        if index.by is not None:
            return self.text(index.by, Level.SUM)
        return f"'{index.member}'" if index.member else index.along or index.dimension

    def _converted(self, node: tree.Convert) -> Piece:
        return self.piece(node.operand)

    def _aggregate(self, node: tree.Aggregate) -> Piece:
        arguments = [self.text(node.operand)]
        arguments.append(
            f"to={_names(node.link.written or node.link.dims)}" if node.link else f"over={_names(node.over)}"
        )
        if node.where is not None:
            arguments.append(f"where={self.text(node.where)}")
        return _called(node.function, arguments)

    def _along(self, node: tree.Along) -> Piece:
        arguments = [self.text(node.operand), f"along={node.along}"]
        if node.start is not None:
            arguments.append(f"start={self.text(node.start)}")
        return _called(node.function, arguments)


def _names(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"({', '.join(names)})"


# --- with numbers for names ----------------------------------------------------------------------------------


class _NumberPrinter(_Printer):
    """Prints what is computed at one place."""

    signs = SIGNS

    def __init__(self, values: Values, at: Place) -> None:
        super().__init__()
        self._values = values
        self._at = at

    def _elsewhere(self, node: Typed, places: Iterable[Place]) -> list[Piece]:
        """Print a node at other places."""
        return [_NumberPrinter(self._values, place).piece(node) for place in places]

    def _quantity(self, node: tree.Quantity) -> Piece:
        return _value(f"{node.text} {node.unit_text}" if node.unit_text not in ("", "1") else node.text)

    def _constant(self, node: tree.Constant) -> Piece:
        if node.name not in CONSTANTS:
            return Piece(number_text(node.value))
        exact, unit = CONSTANTS[node.name]
        return _value(f"{PRINTED[exact]} {unit}")

    def _leaf(self, node: tree.Reference | tree.MemberValue | tree.Lookup | tree.Band) -> Piece:
        return _value(self._values.shown(node, self._at))

    def _converted(self, node: tree.Convert) -> Piece:
        if isinstance(node.operand, tree.Choice) and node.operand.is_cases:
            return self._choice(_converted_branches(node, node.operand))
        return Piece(f"{self.text(node.operand, Level.PRODUCT)}{_factor_text(node.ratio)}", Level.PRODUCT)

    def _aggregate(self, node: tree.Aggregate) -> Piece:
        places = self._values.terms(node, self._at)
        number = places if isinstance(places, int) else len(places)
        if node.function == "count":
            return Piece(str(number))
        if isinstance(places, int) or number > MOST_TERMS:
            reduced = (node.link.rows,) if node.link else node.over
            return self._many(node, node.function, reduced, number)
        terms = self._elsewhere(node.operand, places)
        return _added(terms) if node.function == "sum" else _called(node.function, [t.text for t in terms])

    def _along(self, node: tree.Along) -> Piece:
        places = self._values.before(node.along, self._at)
        start = [] if node.start is None else [self.piece(node.start)]
        if node.function == "cumulate":
            terms = [*start, *self._elsewhere(node.operand, places), self.piece(node.operand)]
            is_short = len(terms) <= MOST_TERMS
            return _added(terms) if is_short else self._many(node, "sum", (node.along,), len(terms))
        previous = [*start, *self._elsewhere(node.operand, places[-1:])][-1]
        if node.function == "prev":
            return previous
        return Piece(f"{self.text(node.operand, Level.SUM)} − {previous.within(Level.PRODUCT)}", Level.SUM)

    def _many(
        self, node: tree.Aggregate | tree.Along, function: str, reduced: Sequence[str], number: int
    ) -> Piece:
        """Print `Σ over stratum (40 terms) = 340 t`."""
        name = "Σ" if function == "sum" else function
        value = self._values.shown(node, self._at)
        return Piece(f"{name} over {', '.join(reduced)} ({number} terms) = {value}", Level.LOOSE)


def _value(text: str) -> Piece:
    """A number with its unit stands in parentheses under a power, a negative one in all but the first place."""
    if text.startswith("-"):
        return Piece(text, Level.SUM)
    return Piece(text, Level.POWER if " " in text else Level.ATOM)


def _added(terms: Sequence[Piece]) -> Piece:
    if len(terms) == 1:
        return terms[0]
    return Piece(" + ".join(term.within(Level.PRODUCT) for term in terms) or "0", Level.SUM)


def _converted_branches(node: tree.Convert, cases: tree.Choice) -> tree.Choice:
    """Cases in another unit: each branch is converted by itself."""
    branches = tuple((when, replace(node, operand=then)) for when, then in cases.branches)
    return replace(cases, branches=branches, otherwise=replace(node, operand=cases.otherwise))


def _factor_text(ratio: Fraction) -> str:
    """Return ` ÷ 1000`, ` × 3.6`, ` × 11/3`: exact wherever that is short."""
    operation = conversion(ratio)
    if operation is None:
        return ""
    number, fraction = number_text(operation.number), str(ratio)
    is_fraction_better = (
        operation.operator == "*" and Fraction(number) != ratio and len(fraction) < len(number)
    )
    return f" {SIGNS[operation.operator]} {fraction if is_fraction_better else number}"
