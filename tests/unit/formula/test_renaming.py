"""A typed formula under other names: every name and dimension in it changes, and nothing else."""

from __future__ import annotations

import pytest

from carbonquant.formula import tree
from carbonquant.formula.printing import to_text
from carbonquant.formula.renaming import Renaming
from carbonquant.formula.syntax import parse
from carbonquant.formula.tree import Dimension, Symbol, Type, Typed, references, walk
from carbonquant.formula.typing import Names, infer
from carbonquant.units import PURE, parse_unit

SYMBOLS = (
    Symbol("a", "input", Type(unit=parse_unit("km"))),
    Symbol("W", "input", Type(unit=parse_unit("t"), dims=frozenset({"waste", "year"}))),
    Symbol("k", "parameter", Type(unit=parse_unit("1/yr"), dims=frozenset({"waste"}))),
    Symbol("sort", "input", Type("category", PURE, frozenset(), "waste")),
    Symbol("ok", "input", Type("bool", dims=frozenset({"waste"}))),
    Symbol("off", "bands", Type(unit=parse_unit("%")), parse_unit("km")),
    Symbol("distance", "input", Type(unit=parse_unit("km"), dims=frozenset({"ride"}))),
    Symbol("waste_of", "input", Type("category", PURE, frozenset({"ride"}), "waste")),
)
DIMENSIONS = (
    Dimension("waste", "category", ("food", "paper")),
    Dimension("year", "year"),
    Dimension("x", "year", base="year"),
    Dimension("ride", "rows"),
)
NAMES = Names({s.name: s for s in SYMBOLS}, {d.name: d for d in DIMENSIONS})
RENAMING = Renaming(
    {name.name: f"use.{name.name}" for name in SYMBOLS},
    {"waste": "stream", "year": "time", "x": "use.x", "ride": "trip"},
)


def typed(text: str) -> Typed:
    root, problems = infer(parse(text), NAMES)
    assert problems == ()
    assert root is not None
    return root


@pytest.mark.parametrize(
    ("written", "renamed"),
    [
        ("a + 1 [km]", "use.a + 1 [km]"),
        ("a^2", "use.a^2"),
        ("sqrt(a^2)", "sqrt(use.a^2)"),
        ("off[a]", "use.off[use.a]"),
        ("k[sort]", "use.k[use.sort]"),
        ("k['food']", "use.k['food']"),
        ("W[x]", "use.W[use.x]"),
        ("sum(W, over=waste)", "sum(use.W, over=stream)"),
        ("sum(W[x] * (year - x), over=(waste, x), where=x <= year)",
         "sum(use.W[use.x] * (time - use.x), over=(stream, use.x), where=use.x <= time)"),
        ("cumulate(sum(W, over=waste), along=year)", "cumulate(sum(use.W, over=stream), along=time)"),
        ("if(not ok and k > 0, k, -k)", "if(not use.ok and use.k > 0, use.k, -use.k)"),
        ("sum(distance, over=ride)", "sum(use.distance, over=trip)"),
        ("sum(distance, to=waste)", "sum(use.distance, to=stream)"),
        ("min(a, 3 [km])", "min(use.a, 3 [km])"),
        ("sort == 'food'", "use.sort == 'food'"),
        ("CO2_per_C * a", "CO2_per_C * use.a"),
    ],
)  # fmt: skip
def test_formula_reads_the_same_under_its_new_names(written: str, renamed: str) -> None:
    assert to_text(RENAMING.formula(typed(written))) == renamed


def test_no_old_name_is_left_in_any_part() -> None:
    root = RENAMING.formula(typed("sum(W[x] * exp(-k * (year - x)), over=(waste, x), where=x <= year)"))

    dims = {dimension for node in walk(root) for dimension in node.type.dims}
    assert dims <= {"stream", "time", "use.x"}
    assert set(references(root)) == {"use.W", "use.k"}


def test_columns_that_lead_to_a_dimension_are_renamed() -> None:
    root = RENAMING.formula(typed("sum(distance, to=waste)"))

    (link,) = [node.link for node in walk(root) if isinstance(node, tree.Aggregate) and node.link]
    assert (link.rows, link.targets) == ("trip", (("stream", "use.waste_of"),))


def test_category_of_a_type_is_renamed() -> None:
    kind = Type("category", PURE, frozenset({"year"}), "waste")

    assert RENAMING.type(kind) == Type("category", PURE, frozenset({"time"}), "stream")


def test_places_units_and_what_is_not_listed_stay() -> None:
    root = typed("a + 1 [km]")

    same = Renaming({}, {}).formula(root)

    assert same == root
    assert [node.span for node in walk(same)] == [node.span for node in walk(root)]


@pytest.mark.parametrize(("old", "new"), [("a", "use.a"), ("other", "other")])
def test_name_that_is_not_listed_keeps_its_name(old: str, new: str) -> None:
    assert RENAMING.name(old) == new
    assert RENAMING.dimension(old) == old
