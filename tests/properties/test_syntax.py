"""Laws of the formula language: text and tree say the same, and reading is bounded whatever the text."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from carbonquant.errors import TextRefusedError
from carbonquant.formula.syntax import (
    MARKS,
    RESERVED,
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
    to_text,
)

names = st.sampled_from(["a", "EF_2", "C_tree", "Android", "nothing", "e1", "last"])
dotted = st.one_of(names, st.tuples(names, names).map(".".join))
numbers = st.from_regex(r"(0|[1-9][0-9]{0,2})(\.[0-9]{1,2})?(e[+-]?[0-9]{1,2})?", fullmatch=True)
units = st.sampled_from([None, "km", "kg/kg CH4", "%", "m²", "万t", "1"])
members = st.sampled_from(["coal", "毛竹", "a b", "(", "×", ")", ","])
name_lists = st.builds(NameList, st.lists(names, min_size=1, max_size=2).map(tuple))
member_lists = st.builds(QuotedList, st.lists(members, min_size=1, max_size=2).map(tuple))

PLAIN_ATOMS = st.one_of(st.builds(Number, numbers), st.builds(Name, dotted))
ATOMS = st.one_of(PLAIN_ATOMS, st.builds(Number, numbers, units), st.builds(Quoted, members))
KINDS = ("atom", "index", "call", "sign", "operation", "operation", "comparison")
OPERATORS = ("+", "-", "*", "/", "^", "and", "or")
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=", "in")


@st.composite
def trees(draw: st.DrawFn, atoms: st.SearchStrategy[Expression] = ATOMS, depth: int = 3) -> Expression:
    parts = trees(atoms, depth - 1)
    strategies: dict[str, st.SearchStrategy[Expression]] = {
        "atom": atoms,
        "index": st.builds(Index, dotted, st.lists(parts, min_size=1, max_size=2).map(tuple)),
        "call": calls(parts),
        "sign": st.builds(Unary, st.sampled_from(["-", "not"]), parts),
        "operation": st.builds(Binary, st.sampled_from(OPERATORS), parts, parts),
        "comparison": comparisons(parts, parts if atoms is PLAIN_ATOMS else member_lists),
    }
    return draw(strategies[draw(st.sampled_from(KINDS)) if depth else "atom"])


@st.composite
def calls(draw: st.DrawFn, parts: st.SearchStrategy[Expression]) -> Call:
    keys = draw(st.lists(st.sampled_from(["over", "to", "by", "where", "start"]), max_size=2, unique=True))
    options = [(key, draw(name_lists if key in {"over", "to", "by"} else parts)) for key in keys]
    arguments = draw(st.lists(parts, max_size=2))
    return Call(draw(st.sampled_from(["sum", "if", "f2"])), tuple(arguments), tuple(options))


@st.composite
def comparisons(
    draw: st.DrawFn, parts: st.SearchStrategy[Expression], after_in: st.SearchStrategy[Expression]
) -> Comparison:
    signs = draw(st.lists(st.sampled_from(COMPARISONS), min_size=1, max_size=2))
    others = [draw(after_in if sign == "in" else parts) for sign in signs]
    return Comparison((draw(parts), *others), tuple(signs))


words = st.sampled_from(
    [
        *MARKS, *RESERVED, *"()[],'+-*/^<>=!%\".&|_ \n排Е２²", "==", "<=", "a", "a.b", "x1", "sum", "f(",
        "over=",
        "(a, b)", "where=", "1", "0.5", "1e5", "010", "[km]", "'coal'", "in ('a')", "**", "\u3000", "\u200b",
    ]
)  # fmt: skip
scribbles = st.one_of(st.text(max_size=60), st.lists(words, max_size=40).map("".join))


def nodes(value: object) -> Iterator[Expression]:
    """All nodes of a tree, or of what a field of a node holds."""
    if isinstance(value, tuple):
        for item in value:
            yield from nodes(item)
    elif isinstance(value, Expression):
        yield value
        for field in dataclasses.fields(value):
            yield from nodes(getattr(value, field.name))


@given(trees())
def test_text_of_a_tree_parses_to_the_same_tree(tree: Expression) -> None:
    assert parse(to_text(tree)) == tree


@given(trees())
def test_span_of_every_node_lies_in_its_parent_and_parses_to_the_node(tree: Expression) -> None:
    text = to_text(tree)
    root = parse(text)

    for node in nodes(root):
        start, end = node.span
        assert 0 <= start < end <= len(text)
        if not isinstance(node, NameList | QuotedList):
            assert parse(text[start:end]) == node
        assert all(start <= child.span[0] and child.span[1] <= end for child in nodes(node))


@given(trees(PLAIN_ATOMS))
def test_full_width_and_mathematical_signs_change_no_tree(tree: Expression) -> None:
    written = to_text(tree)
    for mark, sign in sorted(MARKS.items(), key=lambda pair: -len(pair[1])):
        written = written.replace(sign, mark)

    assert parse(written) == tree


@given(trees(), st.sampled_from([" ", "\n", "\u00a0", "\u3000"]))
def test_blanks_and_needless_parentheses_change_no_tree(tree: Expression, blank: str) -> None:
    text = f"{blank}({blank}{to_text(tree)}{blank}){blank}"

    assert parse(text) == tree


@given(scribbles)
@settings(max_examples=300)
def test_any_text_is_refused_with_a_place_inside_it_or_means_its_canonical_text(text: str) -> None:
    try:
        tree = parse(text)
    except TextRefusedError as refused:
        problem = refused.problem
        assert problem.code in {"CQ301", "CQ320"}
        assert 0 <= problem.start < max(problem.end, 1) <= max(len(text), 1)
    else:
        assert parse(to_text(tree)) == tree


OPENINGS = ("(", "[", "a[", "f(", "f(k=", "-", "- ", "not ", "a^", "a^-", "-(", "not(", "'", "((a)", "1 [")


@given(st.sampled_from(OPENINGS), st.integers(1, 50_000), st.sampled_from(["", "a", ")"]))
@settings(deadline=2000, max_examples=60)
def test_deep_nesting_is_read_or_refused_in_bounded_time(opening: str, times: int, end: str) -> None:
    with contextlib.suppress(TextRefusedError):
        parse(opening * times + end)
