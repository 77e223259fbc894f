"""Which formulas mean something: kinds, units and dimensions, and what is said about those that do not.

In the tables of mistakes «» marks the place that the message must point to.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from carbonquant.errors import Problem
from carbonquant.formula.syntax import Number, parse
from carbonquant.formula.tree import (
    Apply,
    Arithmetic,
    Compare,
    Constant,
    Convert,
    Dimension,
    Logic,
    Member,
    MemberValue,
    Not,
    Power,
    Quantity,
    Reference,
    Symbol,
    SymbolKind,
    Type,
    Typed,
)
from carbonquant.formula.typing import Names, conform, infer
from carbonquant.units import PURE, parse_unit

COMPARE = "a condition compares, as in x > 0"


def number(name: str, unit: str, *dims: str, kind: SymbolKind = "input") -> Symbol:
    return Symbol(name, kind, Type(unit=parse_unit(unit), dims=frozenset(dims)))


def member_of(name: str, category: str, *dims: str) -> Symbol:
    return Symbol(name, "input", Type("category", PURE, frozenset(dims), category))


SYMBOLS = (
    number("p", "1"),
    number("share", "%"),
    number("D", "cm"),
    number("L", "m"),
    number("t", "h"),
    number("C_tree", "t C", "stratum", "year"),
    number("E", "t CO2e"),
    number("E_CH4", "t CH4"),
    number("GWP_CH4", "kg CO2e/kg CH4", kind="parameter"),
    number("distance", "km", "ride"),
    number("km_day", "km", "user_day"),
    number("price", "CNY", "sale"),
    Symbol("ok", "input", Type("bool", dims=frozenset({"stratum"}))),
    Symbol("is_new", "step", Type("bool", dims=frozenset({"year"}))),
    Symbol("ride_ok", "input", Type("bool", dims=frozenset({"ride"}))),
    Symbol("sale_ok", "input", Type("bool", dims=frozenset({"sale"}))),
    Symbol("day", "input", Type("date", dims=frozenset({"ride"}))),
    Symbol("note", "input", Type("text")),
    member_of("species_of", "species", "stratum"),
    member_of("site_of", "site", "stratum"),
    Symbol("discount", "bands", Type(unit=parse_unit("%")), parse_unit("%")),
)
DIMENSIONS = (
    Dimension("stratum", "category"),
    Dimension("species", "category", ("moso", "lei")),
    Dimension("site", "category"),
    Dimension("year", "year"),
    Dimension("month", "month"),
    Dimension("ride", "rows"),
    Dimension("sale", "rows"),
    Dimension("user_day", "group", rows="ride", by=("user", "day")),
)
NAMES = Names(
    {symbol.name: symbol for symbol in SYMBOLS},
    {dimension.name: dimension for dimension in DIMENSIONS},
    broken=frozenset({"half_declared"}),
    substances=frozenset({"R410A"}),
)


def typed(text: str) -> Typed:
    """Type a formula that is right."""
    root, problems = infer(parse(text), NAMES)
    assert problems == ()
    assert root is not None
    return root


def refusal(marked: str) -> Problem:
    """Type a formula whose one mistake stands between « and », and return its problem."""
    root, problems = infer(parse(marked.replace("«", "").replace("»", "")), NAMES)
    assert root is None
    (problem,) = problems
    assert (problem.start, problem.end) == (marked.index("«"), marked.index("»") - 1)
    return problem


def assert_refused(marked: str, code: str, message: str, hint: str = "") -> None:
    problem = refusal(marked)

    assert (problem.code, problem.message, problem.hint) == (code, message, hint)


# --- values --------------------------------------------------------------------------------------------------


def test_number_without_unit_is_pure() -> None:
    assert typed("0.50") == Quantity(Type(), (0, 4), 0.5, "0.50")


def test_number_with_unit_keeps_both_texts() -> None:
    assert typed("0.50 [km]") == Quantity(Type(unit=parse_unit("km")), (0, 9), 0.5, "0.50", "km")


def test_unit_may_hold_a_substance_of_the_file() -> None:
    assert typed("2 [kg R410A]").type.words == "kg R410A"


def test_name_has_the_type_of_its_symbol() -> None:
    symbol = NAMES.symbols["C_tree"]

    assert typed("C_tree") == Reference(symbol.type, (0, 6), "C_tree", "input")


def test_constant_of_the_language_has_its_value_and_unit() -> None:
    unit = parse_unit("t CO2e/t C")

    assert typed("CO2_per_C") == Constant(Type(unit=unit), (0, 9), "CO2_per_C", 44 / 12)


def test_pi_is_a_pure_constant() -> None:
    assert typed("pi") == Constant(Type(), (0, 2), "pi", 3.141592653589793)


def test_symbol_of_the_file_comes_before_a_constant_of_its_name() -> None:
    names = Names({"pi": number("pi", "point")}, {})

    root, _ = infer(parse("pi"), names)

    assert isinstance(root, Reference)


def test_year_dimension_is_a_number_of_years_that_varies_over_itself() -> None:
    wanted = Type(unit=parse_unit("yr"), dims=frozenset({"year"}))

    assert typed("year") == MemberValue(wanted, (0, 4), "year")


def test_category_dimension_is_its_own_member() -> None:
    wanted = Type("category", PURE, frozenset({"species"}), "species")

    assert typed("species") == MemberValue(wanted, (0, 7), "species")


@pytest.mark.parametrize(
    ("marked", "code", "message", "hint"),
    [
        ("2 * «C_three»", "CQ306", "unknown name 'C_three'", "did you mean 'C_tree'?"),
        ("«stratums»", "CQ306", "unknown name 'stratums'", "did you mean 'stratum'?"),
        ("«CO2_per_CC»", "CQ306", "unknown name 'CO2_per_CC'", "did you mean 'CO2_per_C'?"),
        ("«zzzzzz»", "CQ306", "unknown name 'zzzzzz'", ""),
        ("E + «landfill.BE»", "CQ306", "unknown name 'landfill.BE'", ""),
        ("«discount» * E", "CQ318", "'discount' is a banded table",
         "write discount[x], with the number that chooses the band"),
        ("p * «month»", "CQ309", "the dimension 'month' has no value of its own", ""),
        ("«ride» + 1", "CQ309", "the dimension 'ride' has no value of its own", ""),
        ("p * «'coal'»", "CQ309", "a quoted text stands only beside == or != or in, or as an index", ""),
    ],
)  # fmt: skip
def test_value_that_means_nothing_is_refused(marked: str, code: str, message: str, hint: str) -> None:
    assert_refused(marked, code, message, hint)


def test_unknown_unit_is_refused_at_its_own_place_inside_the_brackets() -> None:
    problem = refusal("p * 2 [kg «pasenger»]")

    assert problem.code == "CQ208"
    assert problem.hint == "did you mean passenger?"


def test_number_too_large_for_a_float_is_refused_wherever_it_comes_from() -> None:
    _, (problem,) = infer(Number("1e999", span=(0, 5)), NAMES)

    assert problem == Problem("CQ301", "1e999 is too large for a number", 0, 5)


def test_nothing_is_said_about_a_name_whose_declaration_is_wrong() -> None:
    root, problems = infer(parse("half_declared + 1 [km]"), NAMES)

    assert (root, problems) == (None, ())


def test_every_mistake_of_a_formula_is_found_in_one_run() -> None:
    _, problems = infer(parse("unknown1 * unknown2"), NAMES)

    assert [problem.start for problem in problems] == [0, 11]


def test_what_hangs_on_a_mistake_is_not_judged() -> None:
    _, problems = infer(parse("(D + t) * unknown1 < 3 [km]"), NAMES)

    assert [problem.code for problem in problems] == ["CQ303", "CQ306"]


# --- sums, products, signs -----------------------------------------------------------------------------------


def test_sum_takes_the_unit_of_its_left_side_and_converts_the_right() -> None:
    root = typed("L + D")

    assert isinstance(root, Arithmetic)
    assert root.type.words == "m"
    assert root.right == Convert(root.type, (4, 5), typed("D"), Fraction(1, 100))


def test_sum_of_one_unit_converts_nothing() -> None:
    root = typed("D - D")

    assert isinstance(root, Arithmetic)
    assert isinstance(root.right, Reference)


@pytest.mark.parametrize("text", ["0 + E", "E + 0"])
def test_zero_fits_every_unit(text: str) -> None:
    assert typed(text).type.words == "t CO2e"


def test_zero_with_a_unit_fits_only_that_unit() -> None:
    assert_refused("E «+» 0 [km]", "CQ303", "cannot add t CO2e and km")


def test_product_multiplies_units() -> None:
    assert typed("E_CH4 * GWP_CH4").type.unit.same_dimension(parse_unit("t CO2e"))


def test_quotient_divides_units() -> None:
    assert typed("distance / t").type.words == "km/h"


def test_operation_varies_over_whatever_its_sides_vary_over() -> None:
    assert typed("C_tree * E").type.dims == {"stratum", "year"}


def test_minus_sign_keeps_the_type() -> None:
    assert typed("-L") == Apply(typed("L").type, (0, 2), "neg", (typed("L"),))


def test_four_digits_beside_a_year_are_a_year() -> None:
    root = typed("year - 2020")

    assert isinstance(root, Arithmetic)
    assert root.right.type.words == "yr"


@pytest.mark.parametrize("marked", ["year «-» p", "year «-» p * 2"])
def test_other_pure_numbers_beside_a_year_are_none(marked: str) -> None:
    assert_refused(marked, "CQ303", "cannot subtract yr and a pure number")


def test_number_without_a_unit_is_suggested_one() -> None:
    hint = "write 20 [yr] if that is its unit"

    assert_refused("year «-» 20", "CQ303", "cannot subtract yr and a pure number", hint)


def test_four_digits_with_a_unit_beside_a_year_keep_it() -> None:
    assert_refused("year «-» 2020 [1]", "CQ303", "cannot subtract yr and a pure number")


@pytest.mark.parametrize(
    ("marked", "code", "message", "hint"),
    [
        ("E «+» E_CH4", "CQ303", "cannot add t CO2e and t CH4", "multiply by GWP_CH4 (kg CO2e/kg CH4)"),
        ("E «-» C_tree", "CQ303", "cannot subtract t CO2e and t C", "multiply by CO2_per_C (44/12)"),
        ("D * 2 «−» t", "CQ303", "cannot subtract cm and h", ""),
        ("p / «0»", "CQ308", "division by zero", ""),
        ("1 + «ok»", "CQ309", "expected a number, found yes/no", ""),
        ("«species_of» * 2", "CQ309", "expected a number, found a member of 'species'",
         "write table[species_of] for the value that a table has for it"),
        ("2 - «day»", "CQ309", "expected a number, found a date", ""),
        ("-«note»", "CQ309", "expected a number, found a text", ""),
        ("«distance * price»", "CQ315", "the expression varies over ride and sale at once", ""),
        ("«distance + price»", "CQ315", "the expression varies over ride and sale at once", ""),
        ("«distance / km_day»", "CQ315", "the expression varies over ride and user_day at once",
         "write name[user_day] to read at each row the value of its group"),
    ],
)  # fmt: skip
def test_operands_that_do_not_fit_are_refused(marked: str, code: str, message: str, hint: str) -> None:
    assert_refused(marked, code, message, hint)


@pytest.mark.parametrize("text", ["L^12 * L", "1 / L^12 / L"])
def test_product_beyond_the_bounds_of_units_is_refused(text: str) -> None:
    _, (problem,) = infer(parse(text), NAMES)

    assert (problem.code, problem.start, problem.end) == ("CQ208", 0, len(text))


# --- powers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "exponent"),
    [
        ("p^2", Fraction(2)),
        ("p^0.5518", Fraction(5518, 10000)),
        ("p^(1/3)", Fraction(1, 3)),
        ("p^-1", Fraction(-1)),
        ("p^-(2/4)", Fraction(-1, 2)),
    ],
)
def test_exponent_that_is_written_out_is_exact(text: str, exponent: Fraction) -> None:
    root = typed(text)

    assert isinstance(root, Power)
    assert root.exponent == exponent


def test_power_raises_the_unit() -> None:
    assert typed("L^2").type.unit == parse_unit("m2")


def test_root_of_a_quantity_roots_the_unit() -> None:
    assert typed("(L^2)^(1/2)").type.words == "m"


def test_power_of_a_pure_number_is_pure_even_to_a_long_decimal() -> None:
    assert typed("(D / 1 [cm])^0.55183").type == Type()


def test_fractional_power_of_a_percentage_is_taken_of_the_plain_number() -> None:
    root = typed("share^0.5")

    assert isinstance(root, Power)
    assert root.type == Type()
    assert isinstance(root.base, Convert)


def test_whole_power_of_a_percentage_keeps_it() -> None:
    assert typed("share^2").type.unit == parse_unit("%") ** 2


def test_computed_exponent_takes_pure_numbers_and_converts_them() -> None:
    root = typed("share^p")

    assert isinstance(root, Power)
    assert isinstance(root.base, Convert)
    assert isinstance(root.exponent, Reference)


@pytest.mark.parametrize(
    ("marked", "code", "message", "hint"),
    [
        ("«D»^0.55", "CQ305", "only a pure number can be raised to 11/20, found cm", "divide by 1 [cm]"),
        ("«D»^p", "CQ305", "the base of a power with a computed exponent must be a pure number, found cm",
         "divide by 1 [cm]"),
        ("p^«D»", "CQ305", "an exponent must be a pure number, found cm", "divide by 1 [cm]"),
        ("p^(1 / «0»)", "CQ308", "division by zero", ""),
        ("«L^13»", "CQ208", "the unit of the result would have m to the power 13; 12 is the largest", ""),
        ("«ok»^2", "CQ309", "expected a number, found yes/no", ""),
        ("«ok»^p", "CQ309", "expected a number, found yes/no", ""),
        ("«(distance / 1 [km])^(price / 1 [CNY])»",
         "CQ315", "the expression varies over ride and sale at once", ""),
    ],
)  # fmt: skip
def test_power_without_a_meaning_is_refused(marked: str, code: str, message: str, hint: str) -> None:
    assert_refused(marked, code, message, hint)


# --- yes and no ----------------------------------------------------------------------------------------------


def test_comparison_converts_its_right_side() -> None:
    root = typed("L <= D")

    assert isinstance(root, Compare)
    assert root.type.kind == "bool"
    assert isinstance(root.right, Convert)


def test_chain_becomes_marked_comparisons_joined_by_and() -> None:
    root = typed("1 [m] < L <= 4 [m]")

    assert isinstance(root, Logic)
    assert (root.operator, root.chained) == ("and", True)
    assert isinstance(root.left, Compare)
    assert isinstance(root.right, Compare)
    assert (root.left.span, root.right.span) == ((0, 9), (8, 18))


def test_logic_varies_over_whatever_its_sides_vary_over() -> None:
    root = typed("ok or is_new")

    assert isinstance(root, Logic)
    assert (root.operator, root.chained) == ("or", False)
    assert root.type == Type("bool", dims=frozenset({"stratum", "year"}))


def test_not_turns_a_yes_no() -> None:
    assert typed("not ok") == Not(typed("ok").type, (0, 6), typed("ok"))


@pytest.mark.parametrize("text", ["species_of == 'moso'", "'moso' == species_of"])
def test_category_compares_with_a_quoted_member_on_either_side(text: str) -> None:
    root = typed(text)

    assert isinstance(root, Compare)
    assert isinstance(root.left, Reference)
    assert isinstance(root.right, Member)


def test_category_may_be_one_of_several_members() -> None:
    root = typed("species_of in ('moso', 'lei')")

    assert isinstance(root, Compare)
    assert isinstance(root.right, tuple)
    assert [member.text for member in root.right] == ["moso", "lei"]


def test_members_that_come_with_the_data_are_not_judged() -> None:
    assert typed("site_of == 'anywhere'").type.kind == "bool"


def test_date_compares_in_order_with_a_quoted_date() -> None:
    root = typed("day <= '2025-06-30'")

    assert isinstance(root, Compare)
    assert root.right == Member(Type("date"), (7, 19), "2025-06-30")


@pytest.mark.parametrize(
    ("marked", "code", "message", "hint"),
    [
        ("L «<» t", "CQ303", "cannot compare m and h", ""),
        ("1 [m] < L «<=» t", "CQ303", "cannot compare m and h", ""),
        ("distance «<» 1 [km] * price / 1 [CNY]", "CQ315",
         "the expression varies over ride and sale at once", ""),
        ("«ride_ok and sale_ok»", "CQ315", "the expression varies over ride and sale at once", ""),
        ("«distance / 1 [km] < 3 < price / 1 [CNY]»", "CQ315",
         "the expression varies over ride and sale at once", ""),
        ("«L» or ok", "CQ309", "expected a yes/no, found m", COMPARE),
        ("ok and «p»", "CQ309", "expected a yes/no, found a pure number", COMPARE),
        ("not «E»", "CQ309", "expected a yes/no, found t CO2e", COMPARE),
        ("ok «==» is_new", "CQ309", "cannot compare yes/no with '=='", ""),
        ("note «==» 'a'", "CQ309", "cannot compare a text with '=='", ""),
        ("L «in» ('a', 'b')", "CQ309", "cannot compare m with 'in'", ""),
        ("L < «ok»", "CQ309", "expected a number, found yes/no", ""),
        ("species_of == «p»", "CQ309", "a member of 'species' is compared with a quoted member", ""),
        ("species_of «<» 'moso'", "CQ309", "members have no order: '<' cannot compare them", ""),
        ("species_of == «'mosso'»", "CQ310", "'species' has no member 'mosso'", "did you mean 'moso'?"),
        ("species_of in «('moso', 'x')»", "CQ310", "'species' has no member 'x'", ""),
        ("day > «'30/06/2025'»", "CQ310", "'30/06/2025' is no date such as '2025-06-30'", ""),
        ("«zzzzzz» < 1", "CQ306", "unknown name 'zzzzzz'", ""),
        ("1 < «zzzzzz» < 2", "CQ306", "unknown name 'zzzzzz'", ""),
    ],
)  # fmt: skip
def test_condition_without_a_meaning_is_refused(marked: str, code: str, message: str, hint: str) -> None:
    assert_refused(marked, code, message, hint)


def test_list_stands_only_where_one_is_expected() -> None:
    _, (problem,) = infer(parse("p in ('a')").operands[1], NAMES)  # type: ignore[union-attr]  # it is a comparison

    assert problem == Problem("CQ308", "a list stands only behind over=, to= or in", 5, 10)


# --- the declared type of a step -----------------------------------------------------------------------------


def conformed(text: str, declared: Type) -> tuple[Typed | None, Problem | None]:
    return conform(typed(text), declared, "S", NAMES)


def test_formula_of_the_declared_type_stays_as_it_is() -> None:
    assert conformed("E", Type(unit=parse_unit("t CO2e"))) == (typed("E"), None)


def test_formula_of_another_unit_is_converted_to_the_declared_one() -> None:
    kilograms = Type(unit=parse_unit("kg CO2e"))

    root, problem = conformed("E", kilograms)

    assert (root, problem) == (Convert(kilograms, (0, 1), typed("E"), Fraction(1000)), None)


def test_zero_takes_the_declared_unit() -> None:
    root, problem = conformed("0", Type(unit=parse_unit("t CO2e")))

    assert problem is None
    assert root is not None
    assert root.type.words == "t CO2e"


def test_condition_conforms_to_yes_no() -> None:
    assert conformed("ok", Type("bool", dims=frozenset({"stratum"}))) == (typed("ok"), None)


KNOWN = frozenset({"stratum", "year"})


@pytest.mark.parametrize(
    ("text", "declared", "code", "message", "hint"),
    [
        ("C_tree", Type(unit=parse_unit("t CO2e"), dims=KNOWN), "CQ302",
         "'S' is declared in t CO2e but the formula gives t C", "multiply by CO2_per_C (44/12)"),
        ("ok", Type(unit=parse_unit("km")), "CQ309", "'S' is declared as km but the formula gives yes/no", ""),
        ("species_of", Type("category", category="site"), "CQ309",
         "'S' is declared as a member of 'site' but the formula gives a member of 'species'", ""),
        ("C_tree", Type(unit=parse_unit("t C"), dims=frozenset({"year"})), "CQ311",
         "'S' is declared over (year) but the formula also varies over (stratum)",
         "wrap it in sum(…, over=stratum) or add 'stratum' to over:"),
        ("C_tree", Type(unit=parse_unit("t C")), "CQ311",
         "'S' has no 'over:' but the formula also varies over (stratum, year)",
         "wrap it in sum(…, over=(stratum, year)) or add 'stratum' and 'year' to over:"),
        ("E", Type(unit=parse_unit("t CO2e"), dims=KNOWN), "CQ311",
         "'S' is declared over (stratum, year) but the formula does not vary over (stratum, year)",
         "remove 'stratum' and 'year' from over:"),
    ],
)  # fmt: skip
def test_formula_that_differs_from_its_declaration_is_refused(
    text: str, declared: Type, code: str, message: str, hint: str
) -> None:
    root, problem = conformed(text, declared)

    assert root is None
    assert problem == Problem(code, message, 0, len(text), hint=hint)
