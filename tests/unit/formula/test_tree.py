"""The typed tree: what its types are called, and how it is walked."""

from __future__ import annotations

from fractions import Fraction

import pytest

from carbonquant.formula.tree import (
    Aggregate,
    Arithmetic,
    Band,
    Choice,
    Compare,
    Dimension,
    DimensionKind,
    IndexBy,
    Link,
    Lookup,
    Member,
    Power,
    Quantity,
    Reference,
    Spread,
    Type,
    Typed,
    children,
    references,
    walk,
)
from carbonquant.units import parse_unit

HERE = (0, 0)


def name(symbol: str) -> Reference:
    return Reference(Type(), HERE, symbol, "input")


def one() -> Quantity:
    return Quantity(Type(), HERE, 1.0, "1")


A, B, C, D = name("a"), name("b"), name("c"), name("d")


@pytest.mark.parametrize(
    ("named", "words"),
    [
        (Type(), "a pure number"),
        (Type(unit=parse_unit("kg CO2e/km")), "kg CO2e/km"),
        (Type("bool"), "yes/no"),
        (Type("category", category="species"), "a member of 'species'"),
        (Type("date"), "a date"),
        (Type("text"), "a text"),
    ],
)
def test_type_is_called_what_an_author_calls_it(named: Type, words: str) -> None:
    assert named.words == words


@pytest.mark.parametrize(
    ("kind", "is_ordered", "is_long"),
    [
        ("category", False, False),
        ("year", True, False),
        ("month", True, False),
        ("date", True, False),
        ("rows", False, True),
        ("group", False, True),
    ],
)
def test_dimension_is_ordered_in_time_and_long_with_rows(
    kind: DimensionKind, *, is_ordered: bool, is_long: bool
) -> None:
    dimension = Dimension("d", kind)

    assert (dimension.is_ordered, dimension.is_long) == (is_ordered, is_long)


def test_lane_of_rows_is_the_dimension_itself() -> None:
    assert Dimension("ride", "rows").lane == "ride"


def test_lane_of_a_group_is_the_rows_it_is_made_from() -> None:
    assert Dimension("user_day", "group", rows="ride", by=("user",)).lane == "ride"


def test_small_dimension_has_no_lane() -> None:
    assert Dimension("year", "year").lane == ""


def test_nodes_at_two_places_of_a_text_are_equal() -> None:
    assert Reference(Type(), (0, 1), "a", "input") == Reference(Type(), (7, 8), "a", "input")


def lookup(*indices: IndexBy) -> Lookup:
    return Lookup(Type(), HERE, A, indices)


@pytest.mark.parametrize(
    ("node", "below"),
    [
        (one(), []),
        (Arithmetic(Type(), HERE, "+", A, B), [A, B]),
        (Power(Type(), HERE, A, Fraction(2)), [A]),
        (Power(Type(), HERE, A, B), [A, B]),
        (lookup(IndexBy("mode", member="car"), IndexBy("fuel", by=B), IndexBy("day", rows="ride")), [A, B]),
        (Choice(Type(), HERE, ((A, B), (C, A)), D), [A, B, C, A, D]),
        (Aggregate(Type(), HERE, "sum", A, ("year",), None, B), [A, B]),
        (Aggregate(Type(), HERE, "sum", A, (), Link("ride", (("zone", "home"),))), [A]),
        (Compare(Type("bool"), HERE, "in", A, (Member(Type(), HERE, "x"), Member(Type(), HERE, "y"))),
         [A, Member(Type(), HERE, "x"), Member(Type(), HERE, "y")]),
    ],
)  # fmt: skip
def test_children_are_the_nodes_directly_below_in_the_order_of_the_text(
    node: Typed, below: list[Typed]
) -> None:
    assert list(children(node)) == below


def test_walk_goes_depth_first() -> None:
    inner = Arithmetic(Type(), HERE, "*", A, B)
    root = Arithmetic(Type(), HERE, "+", inner, C)

    assert list(walk(root)) == [root, inner, A, B, C]


def test_references_are_the_names_and_banded_tables_read_each_once() -> None:
    root = Arithmetic(
        Type(), HERE, "*", Band(Type(), HERE, "discount", B), Arithmetic(Type(), HERE, "+", A, B)
    )

    assert references(root) == ("discount", "b", "a")


def test_what_is_spread_is_a_child() -> None:
    spread = Spread(Type(dims=frozenset({"year"})), (0, 1), name("a"))

    assert list(children(spread)) == [name("a")]
    assert list(references(spread)) == ["a"]
