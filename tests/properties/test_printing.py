"""Laws of shown formulas: the text means the formula, and its numbers give the value that was computed."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from carbonquant.formula import syntax, tree
from carbonquant.formula.kernel import KernelStep, compile_scalars
from carbonquant.formula.printing import Place, number_text, substituted, to_text
from carbonquant.formula.syntax import (
    Binary,
    Call,
    Comparison,
    Expression,
    Index,
    Name,
    NameList,
    Number,
    Quoted,
    QuotedList,
    Unary,
    parse,
)
from carbonquant.formula.tree import Dimension, Symbol, Type, Typed
from carbonquant.formula.typing import Names, constant, infer
from carbonquant.units import PURE, parse_unit

STRATA = frozenset({"stratum"})
SYMBOLS = (
    *(Symbol(name, "input", Type()) for name in ("a", "b")),
    *(Symbol(unit, "input", Type(unit=parse_unit(unit))) for unit in ("m", "cm", "km")),
    Symbol("v", "input", Type(unit=parse_unit("km/h"))),
    Symbol("w", "input", Type(unit=parse_unit("m/s"))),
    Symbol("width", "input", Type(unit=parse_unit("m"), dims=STRATA)),
    Symbol("ok", "input", Type("bool")),
    Symbol("kind", "input", Type("category", PURE, category="species")),
    Symbol("R", "parameter", Type(dims=frozenset({"species"}))),
)
DIMENSIONS = (Dimension("stratum", "category"), Dimension("species", "category", ("moso", "lei")))
NAMES = Names({s.name: s for s in SYMBOLS}, {d.name: d for d in DIMENSIONS})

texts = st.from_regex(r"[1-9][0-9]?(\.[0-9])?", fullmatch=True)
pure_atoms = st.one_of(st.builds(Number, texts), st.sampled_from([Name("a"), Name("b")]))
length_atoms = st.one_of(
    st.builds(Number, texts, st.sampled_from(["m", "km"])),
    st.sampled_from([Name("m"), Name("cm"), Name("km")]),
)
speed_atoms = st.sampled_from([Name("v"), Name("w")])
species = st.sampled_from([Quoted("moso"), Quoted("lei")])
tables = st.one_of(st.just(Index("R", (Name("kind"),))), st.builds(lambda m: Index("R", (m,)), species))
widths = st.sampled_from(["sum", "mean", "max"]).map(
    lambda function: Call(
        function, (Binary("*", Name("width"), Name("a")),), (("over", NameList(("stratum",))),)
    )
)
exponents = st.sampled_from(
    [Number("2"), Number("0.5"), Unary("-", Number("1")), Binary("/", Number("1"), Number("3"))]
)


def calculations(atoms: st.SearchStrategy[Expression], depth: int = 3) -> st.SearchStrategy[Expression]:
    """Formulas of one dimension, made of what a pocket calculator can do."""
    if not depth:
        return atoms
    parts = st.deferred(lambda: calculations(atoms, depth - 1))
    factors = st.deferred(lambda: pures(depth - 1))
    return st.one_of(
        atoms,
        st.builds(Binary, st.sampled_from("+-"), parts, parts),
        st.builds(Binary, st.sampled_from("*/"), parts, factors),
        st.builds(Binary, st.just("*"), factors, parts),
        st.builds(Unary, st.just("-"), parts),
        st.builds(Call, st.sampled_from(["min", "max"]), st.tuples(parts, parts)),
        st.builds(Call, st.just("abs"), st.tuples(parts)),
    )


def pures(depth: int = 3) -> st.SearchStrategy[Expression]:
    if not depth:
        return pure_atoms
    lengths = st.deferred(lambda: calculations(length_atoms, depth - 1))
    speeds = st.deferred(lambda: calculations(speed_atoms, depth - 1))
    parts = st.deferred(lambda: pures(depth - 1))
    return st.one_of(
        calculations(pure_atoms, depth),
        st.builds(Binary, st.just("/"), lengths, lengths),
        st.builds(Binary, st.just("/"), speeds, speeds),
        st.builds(Binary, st.just("^"), parts, exponents),
        st.builds(Binary, st.just("^"), parts, parts.filter(lambda part: constant(part) is None)),
    )


def conditions(depth: int = 2) -> st.SearchStrategy[Expression]:
    parts = st.deferred(lambda: conditions(depth - 1))
    lengths = calculations(st.one_of(length_atoms, widths), depth)
    signs = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    simple = st.one_of(
        st.just(Name("ok")),
        st.builds(lambda s, *of: Comparison(of, (s,)), signs, lengths, lengths),
        st.builds(lambda s, t, *of: Comparison(of, (s, t)), signs, signs, lengths, lengths, lengths),
        st.builds(lambda m: Comparison((Name("kind"), m), ("==",)), species),
        st.builds(lambda m: Comparison((m, Name("kind")), ("!=",)), species),
        st.just(Comparison((Name("kind"), QuotedList(("moso", "lei"))), ("in",))),
    )
    if not depth:
        return simple
    return st.one_of(
        simple,
        st.builds(Unary, st.just("not"), parts),
        st.builds(Binary, st.sampled_from(["and", "or"]), parts, parts),
    )


formulas = st.one_of(
    conditions(),
    calculations(st.one_of(pure_atoms, tables)),
    calculations(st.one_of(length_atoms, widths)),
    st.builds(Call, st.just("if"), st.tuples(conditions(1), pures(2), pures(2))),
)


def typed(expression: Expression) -> Typed:
    """Type a generated formula; those whose units grow beyond the bounds of the language are left out."""
    root, problems = infer(parse(syntax.to_text(expression)), NAMES)
    assume({problem.code for problem in problems} <= {"CQ208"})
    assume(root is not None)
    assert root is not None
    return root


@given(formulas)
def test_text_of_a_typed_formula_is_the_canonical_text_of_what_was_written(expression: Expression) -> None:
    assert parse(to_text(typed(expression))) == expression


@given(formulas)
def test_text_of_a_typed_formula_means_the_same_formula(expression: Expression) -> None:
    root = typed(expression)

    assert infer(parse(to_text(root)), NAMES) == (root, ())


VALUES = {"a": 1.5, "b": -2.25, "m": 3.0, "cm": -40.0, "km": 0.125, "v": 36.0, "w": 7.5}


class Given:
    """The same few numbers for the names, without units."""

    def __init__(self, nudge: float = 0.0) -> None:
        self.nudge = nudge

    def shown(self, node: Typed, at: Place) -> str:
        assert not at
        return number_text(VALUES[to_text(node)] * (1 + self.nudge))

    def terms(self, node: tree.Aggregate, at: Place) -> Sequence[Place] | int:
        raise AssertionError(node, at)

    def before(self, dimension: str, at: Place) -> Sequence[Place]:
        raise AssertionError(dimension, at)


def calculated(text: str) -> Any:
    """Type a substituted formula into a calculator, which knows no units."""
    keys = {"×": "*", "÷": "/", "−": "-", "^": "**"}
    typed_in = re.sub("[×÷−^]", lambda sign: keys[sign[0]], re.sub(r" k?m\b", "", text))
    return eval(typed_in, {"min": min, "max": max, "abs": abs})  # noqa: S307 - a text the test made itself


@given(st.one_of(pures(), calculations(length_atoms), calculations(speed_atoms)))
def test_reader_with_a_calculator_finds_the_value_that_the_engine_computes(expression: Expression) -> None:
    root = typed(expression)
    kernel = compile_scalars([KernelStep("S", root)])
    try:
        (value,) = kernel.run(None, *(VALUES[name] for name in kernel.reads))
        found, nudged = (calculated(substituted(root, Given(nudge))) for nudge in (0.0, 1e-13))
    except (ArithmeticError, ValueError):
        reject()
    assume(math.isfinite(value) and nudged == pytest.approx(found, rel=1e-9))  # else rounding alone decides

    assert found == pytest.approx(value, rel=1e-9)


@given(st.floats(allow_nan=False))
def test_shortest_text_reads_back_as_the_same_number(value: float) -> None:
    assert float(number_text(value)) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_seventeen_digits_are_as_good_as_all(value: float) -> None:
    assert number_text(value, 17) == number_text(value)
