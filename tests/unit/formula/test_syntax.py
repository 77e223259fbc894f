"""The grammar: which tree a formula is, what is refused and where, and the formula of a tree.

In the tables of mistakes «» marks the place that the message must point to.
"""

from __future__ import annotations

import re

import pytest

from carbonquant.errors import Problem, TextRefusedError
from carbonquant.formula.syntax import (
    RESERVED,
    UNIT_AFTER_NAME,
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

A, B, C = Name("a"), Name("b"), Name("c")


def refusal(marked: str, message: str) -> Problem:
    """Parse a text whose mistake stands between « and », and return its problem."""
    start, end = marked.index("«"), marked.index("»") - 1
    with pytest.raises(TextRefusedError, match=re.escape(message)) as caught:
        parse(marked.replace("«", "").replace("»", ""))
    problem = caught.value.problem
    assert (problem.start, problem.end) == (start, end)
    return problem


# --- trees


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("landfill.BE", Name("landfill.BE")),
        ("last", Name("last")),
        ("0.50", Number("0.50")),
        ("0.50 [km]", Number("0.50", "km")),
        ("60 [%]", Number("60", "%")),
        ("'毛竹'", Quoted("毛竹")),
        ("(((a)))", A),
        ("a[b]", Index("a", (B,))),
        ("a['b', c]", Index("a", (Quoted("b"), C))),
        ("a[12 [yr]]", Index("a", (Number("12", "yr"),))),
        ("a[b - c]", Index("a", (Binary("-", B, C),))),
        ("landfill.BE[b]", Index("landfill.BE", (B,))),
        ("-a", Unary("-", A)),
        ("not a", Unary("not", A)),
    ],
)
def test_atom_or_sign_is_its_node(text: str, tree: Expression) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a - b - c", Binary("-", Binary("-", A, B), C)),
        ("a / b * c", Binary("*", Binary("/", A, B), C)),
        ("a + b * c", Binary("+", A, Binary("*", B, C))),
        ("(a + b) * c", Binary("*", Binary("+", A, B), C)),
        ("a^b^c", Binary("^", A, Binary("^", B, C))),
        ("-a^b", Unary("-", Binary("^", A, B))),
        ("a^-b * c", Binary("*", Binary("^", A, Unary("-", B)), C)),
        ("-a * b", Binary("*", Unary("-", A), B)),
        ("a - -b", Binary("-", A, Unary("-", B))),
        ("2 [m]^b", Binary("^", Number("2", "m"), B)),
        ("a or b and c", Binary("or", A, Binary("and", B, C))),
        ("a and b and c", Binary("and", Binary("and", A, B), C)),
        ("not a and b", Binary("and", Unary("not", A), B)),
        ("not a < b", Unary("not", Comparison((A, B), ("<",)))),
        ("a + b < c", Comparison((Binary("+", A, B), C), ("<",))),
    ],
)
def test_operators_bind_as_in_mathematics(text: str, tree: Expression) -> None:
    assert parse(text) == tree


def test_chain_of_comparisons_is_kept_whole() -> None:
    assert parse("4 <= a < b != c") == Comparison((Number("4"), A, B, C), ("<=", "<", "!="))


def test_comparison_in_parentheses_is_no_chain() -> None:
    assert parse("(a < b) == c") == Comparison((Comparison((A, B), ("<",)), C), ("==",))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("a in ('x', 'y')", QuotedList(("x", "y"))),
        ("a in ( 'x' )", QuotedList(("x",))),
        ("a in b", B),
        ("a in ('x' + b)", Binary("+", Quoted("x"), B)),
    ],
)
def test_in_takes_a_list_or_a_value(text: str, right: Expression) -> None:
    assert parse(text) == Comparison((A, right), ("in",))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("f()", Call("f", ())),
        ("f(a, b + c)", Call("f", (A, Binary("+", B, C)))),
        ("if(a, b, c)", Call("if", (A, B, C))),
        ("sum(a, over=b)", Call("sum", (A,), (("over", NameList(("b",))),))),
        ("sum(a, over=(b, c))", Call("sum", (A,), (("over", NameList(("b", "c"))),))),
        ("sum(a, over=(b))", Call("sum", (A,), (("over", NameList(("b",))),))),
        (
            "sum(a, over=b, where=b <= c)",
            Call("sum", (A,), (("over", NameList(("b",))), ("where", Comparison((B, C), ("<=",))))),
        ),
        (
            "interval(along=date, start='2012-01-01')",
            Call("interval", (), (("along", NameList(("date",))), ("start", Quoted("2012-01-01")))),
        ),
        (
            "cumulative_until(a, by=b, share=20 [%])",
            Call("cumulative_until", (A,), (("by", NameList(("b",))), ("share", Number("20", "%")))),
        ),
        ("f(a == b)", Call("f", (Comparison((A, B), ("==",)),))),
        ("f(empty＝0)", Call("f", (), (("empty", Number("0")),))),
    ],
)
def test_call_has_arguments_then_options_in_order(text: str, tree: Expression) -> None:
    assert parse(text) == tree


def test_full_width_signs_make_the_same_tree() -> None:
    assert parse("sum（a × b，over＝c） ≤ −2 ÷ 3") == parse("sum(a * b, over=c) <= -2 / 3")


def test_block_of_several_lines_is_one_formula() -> None:
    assert parse("sum(a * b,\n    over=c)\n") == parse("sum(a * b, over=c)")


def test_node_knows_its_span_and_the_place_of_its_operator() -> None:
    tree = parse("(a + b) * 2 [ km ]")

    assert isinstance(tree, Binary)
    assert isinstance(tree.right, Number)
    assert (tree.span, tree.operator_start) == ((0, 18), 8)
    assert tree.left.span == (1, 6)
    assert (tree.right.span, tree.right.unit_start) == ((10, 18), 14)


def test_comparison_knows_the_places_of_its_operators() -> None:
    tree = parse("a ≤ b < c")

    assert isinstance(tree, Comparison)
    assert tree.operator_starts == (2, 6)


# --- mistakes


@pytest.mark.parametrize(
    ("marked", "message", "hint"),
    [
        ("a «b»", "found 'b', expected an operator or the end", "put an operator such as * here"),
        ("2«(»a)", "found '(', expected an operator", "put an operator such as * here"),
        ("a «'('»", "found '(', expected an operator", "put an operator such as * here"),
        ("(a «b»)", "found 'b', expected an operator or ')'", "put an operator such as * here"),
        ("a «if» b else c", "found 'if'", "write if(condition, value, other value)"),
        ("a «AND» b", "found 'AND'", "write and"),
        ("a «not» in ('x')", "found 'not'", "put 'not' before the whole condition: not x in ('a', 'b')"),
        ("(a + b) «[»km]", "found '['", "a unit stands after a number, an index after a name"),
        ("x [kg «CO2e»]", "found 'CO2e'", UNIT_AFTER_NAME),
        ("1«,»000 * a", "found ',', expected the end of the formula", "write 1000"),
        ("a«,» b", "found ',', expected the end of the formula", ""),
        ("a in ('x') «+» b", "found '+', expected the end of the formula", ""),
        ("sum(a, over=b «+» c)", "found '+', expected ',' or ')'", ""),
    ],
)
def test_what_cannot_follow_a_value_is_refused(marked: str, message: str, hint: str) -> None:
    assert refusal(marked, message).hint == hint


@pytest.mark.parametrize(
    ("marked", "message", "hint"),
    [
        ("a * «/» b", "found '/', expected a value", ""),
        ("f(a, «)»", "found ')', expected a value", ""),
        ("-«-»a", "found '-', expected a value", "put the inner minus in parentheses: -(-x)"),
        ("«+»a", "found '+', expected a value", "leave this + out"),
        ("a == «not» b", "found 'not', expected a value", "put the condition in parentheses: (not x)"),
        ("a in «[»'x']", "found '[', expected a value", "a list in parentheses: ('a', 'b')"),
        ("a «+»", "a value is missing after '+'", ""),
        ("a «+»\n", "a value is missing after '+'", ""),
        ("a «and» ", "a value is missing after 'and'", ""),
        ("f(a«,»", "a value is missing after ','", ""),
        ("sum(a, over«=»", "a name is missing after '='", ""),
    ],
)
def test_what_is_no_value_is_refused(marked: str, message: str, hint: str) -> None:
    assert hint in refusal(marked, message).hint


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        ("a * «(»b + c", "this ( is not closed"),
        ("f«(»", "this ( is not closed"),
        ("f«(»g(a)", "this ( is not closed"),
        ("W«[»x", "this [ is not closed"),
        ("W«[»", "this [ is not closed"),
        ("5 «[»km", "this [ is not closed"),
        ("(a + b«]»", "found ']', expected ')'"),
        ("a«)» + b", "this ) closes nothing"),
        ("a«]»", "this ] closes nothing"),
    ],
)
def test_bracket_without_its_partner_is_refused(marked: str, message: str) -> None:
    refusal(marked, message)


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        ("sum(a, over=b, «c»)", "found 'c', expected another key=value"),
        ("sum(a, over=b, «over»=c)", "over= is given twice"),
        ("sum(a, over=«'b'»)", "found 'b', expected a name"),
        ("sum(a, over=(b, «2»))", "found '2', expected a name"),
        ("a in ('x', «b»)", "found 'b', expected a quoted text"),
        ("f(a «=>» 3)", "'=>' has no meaning here"),
        ("f(a=b «=» c)", "'=' has no meaning here"),
        ("f(not«=»3)", "'=' has no meaning here"),
    ],
)
def test_wrong_option_or_list_is_refused(marked: str, message: str) -> None:
    refusal(marked, message)


@pytest.mark.parametrize("word", sorted(RESERVED - {"if", "last", "and", "or", "not", "in"}))
def test_reserved_word_is_refused_as_a_name(word: str) -> None:
    refusal(f"a + «{word}»", f"'{word}' is a word of the language")


def test_reserved_word_is_refused_as_an_output_of_a_tool() -> None:
    refusal("a + «tool.over»", "'over' is a word of the language")


@pytest.mark.parametrize("marked", ["«if» a", "«if»[b]"])
def test_if_without_parentheses_is_refused(marked: str) -> None:
    refusal(marked, "'if' is a function: if(condition, value, other value)")


def test_function_with_a_dot_is_refused() -> None:
    refusal("1 + «np.exp»(a)", "a function has no dot")


def test_leftmost_mistake_is_the_one_reported() -> None:
    refusal("a «b» ** c = d", "found 'b'")


# --- limits


@pytest.mark.parametrize(
    ("opening", "inside", "closing"),
    [
        ("(", "a", ")"),
        ("f(", "a", ")"),
        ("f(a, k=", "a", ")"),
        ("a[", "b", "]"),
        ("-(", "a", ")"),
        ("not (", "a", ")"),
        ("a^", "a", ""),
        ("a^-", "a", ""),
    ],
)
def test_nesting_is_allowed_to_depth_50_and_refused_beyond(opening: str, inside: str, closing: str) -> None:
    deepest = opening * 49 + inside + closing * 49

    assert to_text(parse(deepest))
    with pytest.raises(TextRefusedError, match="nest more than 50 deep") as caught:
        parse(opening + deepest + closing)
    assert caught.value.problem.code == "CQ320"


def test_flat_sum_of_200_terms_is_no_nesting() -> None:
    assert to_text(parse("+".join("a" * 200))) == " + ".join("a" * 200)


def test_depth_is_left_again_when_a_bracket_or_power_ends() -> None:
    many = " and ".join(["(a) * f(b[c]^2, over=(d)) in ('x')"] * 30)

    assert isinstance(parse(many), Binary)


def test_formula_of_more_than_500_nodes_is_refused() -> None:
    problem = refusal("+".join("a" * 250) + "+«a»", "more than 500 parts")

    assert problem.code == "CQ320"


def test_formula_of_500_nodes_is_read() -> None:
    assert isinstance(parse("+".join("a" * 249) + "+-a"), Binary)


# --- back to text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("((a))", "a"),
        ("a+b*c", "a + b * c"),
        ("(a*b)+c", "a * b + c"),
        ("a-(b-c)", "a - (b - c)"),
        ("a*(b+c)/2", "a * (b + c) / 2"),
        ("(a^b)^c", "(a^b)^c"),
        ("a^(b^c)", "a^b^c"),
        ("a^(-b)", "a^-b"),
        ("(-a)^2", "(-a)^2"),
        ("-(a^2)", "-a^2"),
        ("-(-a)", "-(-a)"),
        ("x^(1/2)", "x^(1 / 2)"),
        ("not (a and b)", "not (a and b)"),
        ("(not a) and b", "not a and b"),
        ("not (not a)", "not (not a)"),
        ("(a or b) and c", "(a or b) and c"),
        ("(a<b)==c", "(a < b) == c"),
        ("a≤b≠c", "a <= b != c"),
        ("0.50[km]", "0.50 [km]"),
        ("W[x,'a']", "W[x, 'a']"),
        ("W[(a<b)]", "W[(a < b)]"),
        ("a in('x','y')", "a in ('x', 'y')"),
        ("a in ('x')", "a in ('x')"),
        ("sum(a,over=(c,d),where=x<=year,empty=0)", "sum(a, over=(c, d), where=x <= year, empty=0)"),
        ("sum(a,over=(b))", "sum(a, over=b)"),
        ("pi()", "pi()"),
    ],
)
def test_text_of_a_tree_is_canonical(text: str, canonical: str) -> None:
    assert to_text(parse(text)) == canonical
