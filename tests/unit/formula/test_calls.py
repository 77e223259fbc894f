"""What has brackets (look-ups, functions, aggregates, `along=`): what it gives, and what is said where it is wrong.

In the tables of mistakes «» marks the place that the message must point to.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from carbonquant.errors import Problem
from carbonquant.formula.calls import choice
from carbonquant.formula.functions import FUNCTIONS, NOT_YET
from carbonquant.formula.syntax import Call, Name, parse
from carbonquant.formula.tree import (
    Aggregate,
    Along,
    Apply,
    Band,
    Choice,
    Convert,
    Dimension,
    IndexBy,
    Link,
    Lookup,
    Quantity,
    Symbol,
    SymbolKind,
    Type,
    Typed,
)
from carbonquant.formula.typing import Inference, Names, infer
from carbonquant.units import PURE, parse_unit

ORDERED = "dimensions of kind year, month and date have one"


def number(name: str, unit: str, *dims: str, kind: SymbolKind = "input") -> Symbol:
    return Symbol(name, kind, Type(unit=parse_unit(unit), dims=frozenset(dims)))


def member_of(name: str, category: str, *dims: str) -> Symbol:
    return Symbol(name, "input", Type("category", PURE, frozenset(dims), category))


SYMBOLS = (
    number("p", "1"),
    number("share", "%", "mode"),
    number("area", "ha"),
    number("D", "cm"),
    number("L", "m"),
    number("E", "t CO2e"),
    number("heat", "GJ"),
    number("EF", "g CO2e/km", "mode", "fuel", kind="parameter"),
    number("R", "1", "species", kind="parameter"),
    number("part", "1", "user_day", kind="step"),
    number("stock", "t C", "stratum", "year"),
    number("first_stock", "t C", "stratum"),
    number("by_month", "t C", "month"),
    number("distance", "km", "ride"),
    number("km_day", "km", "user_day", kind="step"),
    number("price", "CNY", "sale"),
    number("weight", "kg", "user_day", kind="step"),
    Symbol("ok", "input", Type("bool")),
    Symbol("ok_stratum", "input", Type("bool", dims=frozenset({"stratum"}))),
    Symbol("ok_site", "input", Type("bool", dims=frozenset({"site"}))),
    Symbol("ride_ok", "input", Type("bool", dims=frozenset({"ride"}))),
    Symbol("day", "input", Type("date", dims=frozenset({"ride"}))),
    Symbol("user", "input", Type("text", dims=frozenset({"ride"}))),
    member_of("mode_of", "mode", "ride"),
    member_of("species_of", "species", "stratum"),
    member_of("home", "zone", "ride"),
    member_of("work", "zone", "ride"),
    member_of("sold_in", "zone", "sale"),
    Symbol("discount", "bands", Type(unit=parse_unit("%")), parse_unit("%")),
)
DIMENSIONS = (
    Dimension("mode", "category", ("walk", "car", "other")),
    Dimension("fuel", "category", ("petrol", "diesel", "other")),
    Dimension("species", "category"),
    Dimension("stratum", "category"),
    Dimension("site", "category"),
    Dimension("zone", "category"),
    Dimension("year", "year"),
    Dimension("x", "year", base="year"),
    Dimension("month", "month"),
    Dimension("date", "date"),
    Dimension("ride", "rows"),
    Dimension("sale", "rows"),
    Dimension("user_day", "group", rows="ride", by=("user", "day")),
    Dimension("commute", "group", rows="ride", by=("home", "mode_of")),
)
NAMES = Names(
    {symbol.name: symbol for symbol in SYMBOLS},
    {dimension.name: dimension for dimension in DIMENSIONS},
    broken=frozenset({"half_declared"}),
)


def typed(text: str) -> Typed:
    """Type a formula that is right."""
    root, problems = infer(parse(text), NAMES)
    assert problems == ()
    assert root is not None
    return root


def refusal(marked: str) -> Problem:
    """Type a formula whose one mistake stands between « and », where no other name is broken; return its problem."""
    names = replace(NAMES, broken=frozenset())
    root, problems = infer(parse(marked.replace("«", "").replace("»", "")), names)
    assert root is None
    (problem,) = problems
    assert (problem.start, problem.end) == (marked.index("«"), marked.index("»") - 1)
    return problem


def assert_refused(marked: str, code: str, message: str, hint: str = "") -> None:
    problem = refusal(marked)

    assert (problem.code, problem.message, problem.hint) == (code, message, hint)


@pytest.mark.parametrize(
    "text",
    ["sum(distance, to=species)", "sum(distance, to=half_declared)", "sum(stock, over=half_declared)"],
)
def test_nothing_is_said_where_a_broken_name_may_be_the_cause(text: str) -> None:
    assert infer(parse(text), NAMES) == (None, ())


# --- look-ups ------------------------------------------------------------------------------------------------


def test_quoted_member_chooses_the_dimension_it_belongs_to() -> None:
    root = typed("EF['walk']")

    assert isinstance(root, Lookup)
    assert root.indices == (IndexBy("mode", member="walk"),)
    assert root.type.dims == {"fuel"}


def test_indices_may_stand_in_any_order() -> None:
    root = typed("EF['diesel', mode_of]")

    assert isinstance(root, Lookup)
    assert root.indices == (IndexBy("fuel", member="diesel"), IndexBy("mode", by=typed("mode_of")))
    assert root.type.dims == {"ride"}
    assert root.type.unit == parse_unit("g CO2e/km")


def test_second_index_may_choose_what_the_first_has_left_over() -> None:
    root = typed("EF['walk', 'other']")

    assert isinstance(root, Lookup)
    assert root.type.dims == frozenset()


def test_row_reads_the_value_of_its_group() -> None:
    root = typed("distance * part[user_day]")

    assert root.type.dims == {"ride"}


def test_second_index_over_the_same_members_reads_along_itself() -> None:
    root = typed("stock[x]")

    assert isinstance(root, Lookup)
    assert root.indices == (IndexBy("year", along="x"),)
    assert root.type.dims == {"stratum", "x"}


def test_banded_table_is_read_in_the_unit_of_its_limits() -> None:
    root = typed("discount[p]")

    assert isinstance(root, Band)
    assert isinstance(root.argument, Convert)
    assert (root.argument.type.words, root.type.words) == ("%", "%")


def test_banded_table_may_be_read_at_zero() -> None:
    root = typed("discount[0]")

    assert isinstance(root, Band)
    assert isinstance(root.argument, Quantity)


def test_banded_table_varies_over_what_its_argument_varies_over() -> None:
    assert typed("discount[share]").type.dims == {"mode"}


def test_nothing_is_said_about_a_table_whose_declaration_is_wrong() -> None:
    assert infer(parse("half_declared[mode_of]"), NAMES) == (None, ())


@pytest.mark.parametrize(
    ("marked", "code", "message", "hint"),
    [
        ("«EFs»['walk']", "CQ306", "unknown name 'EFs'", "did you mean 'EF'?"),
        ("«mode['walk']»", "CQ318", "'mode' is a dimension, not a table", ""),
        ("EF[«'wlak'»]", "CQ310", "'EF' has no member 'wlak'", "did you mean 'walk'?"),
        ("EF[«'other'»]", "CQ310", "'other' is a member of fuel and of mode", ""),
        ("EF['walk', «'car'»]", "CQ310", "'EF' has no member 'car'", ""),
        ("area[«'walk'»]", "CQ310", "'area' has no member 'walk'", ""),
        ("EF[«mode»]", "CQ318",
         "'mode' is a dimension: a table is indexed by a category variable or a quoted member", ""),
        ("area * EF[«p»]", "CQ318", "a table is not indexed by a pure number",
         "an index is a quoted member, or an input whose type is one of: fuel, mode"),
        ("EF[«zzzzzz»]", "CQ306", "unknown name 'zzzzzz'", ""),
        ("EF[«species_of»]", "CQ318", "'EF' does not vary over species", ""),
        ("EF[mode_of, «mode_of»]", "CQ318", "'EF' does not vary over mode", ""),
        ("share[«user_day»]", "CQ318", "'share' does not vary over user_day", ""),
        ("«discount[p, p]»", "CQ318", "the banded table 'discount' takes one number", ""),
        ("discount[«D»]", "CQ303", "the bands of 'discount' are in %, found cm", ""),
        ("discount[«ok»]", "CQ309", "expected a number, found yes/no", ""),
        ("«part[user_day] * price»", "CQ315", "the expression varies over ride and sale at once", ""),
    ],
)  # fmt: skip
def test_lookup_without_a_meaning_is_refused(marked: str, code: str, message: str, hint: str) -> None:
    assert_refused(marked, code, message, hint)


def test_lookup_by_columns_of_two_tables_is_refused() -> None:
    table = number("T", "1", "mode", "zone", kind="parameter")
    names = Names({**NAMES.symbols, "T": table}, NAMES.dimensions)

    _, (problem,) = infer(parse("T[mode_of, sold_in]"), names)

    assert (problem.code, problem.start, problem.end) == ("CQ315", 0, 19)


# --- calls in general ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "code", "message", "hint"),
    [
        ("«summ»(p)", "CQ307", "unknown function 'summ'", "did you mean 'sum'?"),
        ("1 + «frobnicate»(p)", "CQ307", "unknown function 'frobnicate'",
         f"functions: {', '.join(FUNCTIONS)}"),
        ("«exp(p, p)»", "CQ308", "exp takes 1 argument(s), found 2", ""),
        ("«clamp(p)»", "CQ308", "clamp takes 3 argument(s), found 1", ""),
        ("«t_value()»", "CQ308", "t_value takes 2 argument(s), found 0", ""),
        ("«min()»", "CQ308", "min takes 1 argument(s), found 0", ""),
        ("exp(p, over=«mode»)", "CQ308", "exp has no option over=", "its options: none"),
        ("sum(share, over=mode, along=«mode»)", "CQ308", "sum has no option along=",
         "its options: over=, to=, where="),
        ("«prev(stock, start=0)»", "CQ308", "prev needs along=", ""),
        ("«change(stock, along=year)»", "CQ308", "change needs start=", ""),
        ("«cumulate(stock)»", "CQ308", "cumulate needs along=", ""),
    ],
)  # fmt: skip
def test_call_of_another_form_than_the_function_has_is_refused(
    marked: str, code: str, message: str, hint: str
) -> None:
    assert_refused(marked, code, message, hint)


@pytest.mark.parametrize("function", sorted(NOT_YET))
def test_function_that_this_engine_lacks_is_refused_by_name(function: str) -> None:
    assert_refused(f"p * «{function}»(p)", "CQ207", f"not supported yet: {function}")


# --- functions of plain arguments ----------------------------------------------------------------------------


@pytest.mark.parametrize("function", ["exp", "ln", "log10", "normal_value"])
def test_function_of_pure_numbers_takes_a_percentage_as_a_plain_number(function: str) -> None:
    root = typed(f"{function}(90 [%])")

    assert isinstance(root, Apply)
    assert root.type == Type()
    assert isinstance(root.arguments[0], Convert)


def test_square_root_roots_the_unit() -> None:
    assert typed("sqrt(L^2)").type.words == "m"


def test_absolute_value_keeps_the_unit() -> None:
    assert typed("abs(D)").type.words == "cm"


@pytest.mark.parametrize("text", ["min(L, D)", "max(L, D)", "clamp(L, D, 3 [m])", "min(0, L, D)"])
def test_arguments_of_one_dimension_take_the_unit_of_the_first(text: str) -> None:
    root = typed(text)

    assert isinstance(root, Apply)
    assert {argument.type.words for argument in root.arguments} == {"m"}


def test_extremes_of_nothing_but_zeros_are_pure() -> None:
    assert typed("min(0, 0)").type == Type()


def test_rounding_gives_multiples_of_the_quantum_in_its_unit() -> None:
    root = typed("round_down(L, 5 [cm])")

    assert isinstance(root, Apply)
    assert root.type.words == "cm"
    assert root.arguments[0] == Convert(Type(unit=parse_unit("cm")), (0, 0), typed("L"), Fraction(100))


def test_zero_may_be_rounded_to_any_quantum() -> None:
    assert typed("round_up(0, 1 [point])").type.words == "point"


def test_function_varies_over_whatever_its_arguments_vary_over() -> None:
    assert typed("min(share, p)").type.dims == {"mode"}


def test_if_takes_the_unit_of_its_first_value_and_varies_over_its_condition_too() -> None:
    root = typed("if(ok_stratum, 0, L)")

    assert isinstance(root, Choice)
    assert (root.type.words, set(root.type.dims), root.is_cases) == ("m", {"stratum"}, False)


def test_values_of_cases_are_brought_to_one_unit() -> None:
    branches = ((typed("ok"), typed("L")), (typed("ok_site"), typed("D")))

    root = choice(Inference(NAMES), branches, typed("0"), (0, 0), is_cases=True)

    assert isinstance(root, Choice)
    assert [value.type.words for _, value in root.branches] == ["m", "m"]
    assert root.otherwise.type.words == "m"
    assert root.is_cases


@pytest.mark.parametrize(
    ("marked", "code", "message", "hint"),
    [
        ("exp(«D»)", "CQ305", "exp takes pure numbers, found cm", "divide by 1 [cm]"),
        ("ln(«ok»)", "CQ309", "expected a number, found yes/no", ""),
        ("abs(«ok»)", "CQ309", "expected a number, found yes/no", ""),
        ("min(L, «heat»)", "CQ303", "cannot take the min of m and GJ", ""),
        ("max(0, L, «heat»)", "CQ303", "cannot take the max of m and GJ", ""),
        ("clamp(L, «heat», 3 [m])", "CQ303", "cannot clamp m and GJ", ""),
        ("min(L, «ok»)", "CQ309", "expected a number, found yes/no", ""),
        ("«min(distance, price * 1 [km/CNY])»", "CQ315", "the expression varies over ride and sale at once", ""),
        ("t_value(90 [%], «L»)", "CQ305", "t_value takes pure numbers, found m", "divide by 1 [m]"),
        ("«t_value(90 [%], distance / 1 [km])»", "CQ308", "t_value cannot be called for every member of ride", ""),
        ("«t_value(distance / 1 [km], price / 1 [CNY])»", "CQ315",
         "the expression varies over ride and sale at once", ""),
        ("round_down(L, «D»)", "CQ308", "the quantum is a written quantity above 0, such as 1 [point]", ""),
        ("round_down(L, «0 [m]»)", "CQ308", "the quantum is a written quantity above 0, such as 1 [point]", ""),
        ("round_down(L, «-1 [m]»)", "CQ308", "the quantum is a written quantity above 0, such as 1 [point]", ""),
        ("round_down(L, «1»)", "CQ303", "cannot round m to a pure number", ""),
        ("round_half_up(«ok», 1)", "CQ309", "expected a number, found yes/no", ""),
        ("round_half_even(L, «ok»)", "CQ309", "expected a number, found yes/no", ""),
        ("if(«p», 1, 2)", "CQ309", "expected a yes/no, found a pure number",
         "a condition compares, as in x > 0"),
        ("if(ok, «ok», 2)", "CQ309", "expected a number, found yes/no", ""),
        ("if(ok, 1, «ok»)", "CQ309", "expected a number, found yes/no", ""),
        ("if(ok, L, «heat»)", "CQ303", "cannot choose between m and GJ", ""),
        ("«if(ride_ok, price, 0)»", "CQ315", "the expression varies over ride and sale at once", ""),
    ],
)  # fmt: skip
def test_arguments_that_do_not_fit_are_refused(marked: str, code: str, message: str, hint: str) -> None:
    assert_refused(marked, code, message, hint)


# --- aggregates ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", ["sum", "mean", "min", "max", "sd"])
def test_aggregate_removes_its_dimension_and_keeps_the_unit(function: str) -> None:
    root = typed(f"{function}(stock, over=stratum)")

    assert isinstance(root, Aggregate)
    assert (root.function, root.over, root.link) == (function, ("stratum",), None)
    assert (root.type.words, set(root.type.dims)) == ("t C", {"year"})


def test_several_small_dimensions_may_be_removed_at_once() -> None:
    root = typed("sum(stock, over=(stratum, year))")

    assert isinstance(root, Aggregate)
    assert root.over == ("stratum", "year")
    assert root.type.dims == frozenset()


@pytest.mark.parametrize("counted", ["stock", "species_of", "ok_stratum"])
def test_count_takes_anything_and_is_a_pure_number(counted: str) -> None:
    assert typed(f"count({counted}, over=stratum)").type.unit == PURE


def test_condition_of_an_aggregate_may_vary_over_what_is_removed() -> None:
    root = typed("sum(stock, over=stratum, where=ok_stratum)")

    assert isinstance(root, Aggregate)
    assert root.where == typed("ok_stratum")


@pytest.mark.parametrize(
    ("text", "targets", "dims"),
    [
        ("sum(distance, to=mode)", (("mode", "mode_of"),), {"mode"}),
        ("sum(distance, to=home)", (("zone", "home"),), {"zone"}),
        ("sum(distance, to=(mode, month))", (("mode", "mode_of"), ("month", "day")), {"mode", "month"}),
        ("sum(distance, to=year)", (("year", "day"),), {"year"}),
        ("sum(distance, to=date)", (("date", "day"),), {"date"}),
        ("sum(distance, to=user_day)", (("user_day", ""),), {"user_day"}),
        ("sum(km_day, to=month)", (("month", "day"),), {"month"}),
        ("sum(distance * stock, to=mode)", (("mode", "mode_of"),), {"mode", "stratum", "year"}),
    ],
)
def test_rows_are_grouped_by_the_column_that_leads_to_a_dimension(
    text: str, targets: tuple[tuple[str, str], ...], dims: set[str]
) -> None:
    root = typed(text)

    assert isinstance(root, Aggregate)
    assert root.link is not None
    assert root.link.targets == targets
    assert root.type.dims == dims


def test_group_leads_only_where_its_own_columns_lead() -> None:
    names = Names({**NAMES.symbols, "c": number("c", "km", "commute")}, NAMES.dimensions)

    root, _ = infer(parse("sum(c, to=zone)"), names)

    assert isinstance(root, Aggregate)
    assert root.link == Link("commute", (("zone", "home"),))


def test_group_may_be_removed() -> None:
    assert typed("sum(km_day, over=user_day)").type.dims == frozenset()


OVER_OR_TO = "sum(…, over=dimension) or sum(…, to=dimension)"


@pytest.mark.parametrize(
    ("marked", "code", "message", "hint"),
    [
        ("«sum(stock)»", "CQ308", "sum needs over= or to=", OVER_OR_TO),
        ("«sum(distance, over=ride, to=mode)»", "CQ308", "sum needs over= or to=", OVER_OR_TO),
        ("sum(«ok», over=stratum)", "CQ309", "expected a number, found yes/no", ""),
        ("count(«zzzzzz», over=stratum)", "CQ306", "unknown name 'zzzzzz'", ""),
        ("sum(stock, over=stratum, where=«p»)", "CQ309", "expected a yes/no, found a pure number",
         "a condition compares, as in x > 0"),
        ("sum(stock, over=«strata»)", "CQ306", "unknown dimension 'strata'", "did you mean 'stratum'?"),
        ("sum(stock, over=«mode»)", "CQ312", "the expression does not vary over mode, but over stratum, year", ""),
        ("sum(p, over=«year»)", "CQ312", "the expression does not vary over year, but over nothing", ""),
        ("sum(distance * p * stock, over=«(ride, year)»)", "CQ207",
         "not supported yet: over=(ride, year) in one call", ""),
        ("sum(stock, over=stratum, where=«ok_site»)", "CQ312",
         "where= varies over site, which the expression does not", ""),
        ("sum(stock, to=«mode»)", "CQ312", "to= groups rows, but the expression does not vary over rows", ""),
        ("sum(distance, to=«moode»)", "CQ306", "unknown dimension 'moode'", "did you mean 'mode'?"),
        ("sum(distance, to=«species»)", "CQ313", "no column of 'ride' leads to 'species'",
         "add an input with type: species and over: ride"),
        ("sum(distance, to=«zone»)", "CQ313", "several columns of 'ride' lead to 'zone': home, work",
         "name the column: to=home"),
        ("sum(km_day, to=«mode»)", "CQ313", "no column of 'user_day' leads to 'mode'",
         "add an input with type: mode and over: ride"),
        ("sum(distance * share, to=«mode»)", "CQ312", "the expression varies over mode already", ""),
        ("sum(distance, to=mode, where=«ok_site»)", "CQ312",
         "where= varies over site, which the expression does not", ""),
    ],
)  # fmt: skip
def test_aggregate_without_a_meaning_is_refused(marked: str, code: str, message: str, hint: str) -> None:
    assert_refused(marked, code, message, hint)


# --- along ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", ["prev", "change", "cumulate"])
def test_function_along_an_ordered_dimension_keeps_the_type(function: str) -> None:
    root = typed(f"{function}(stock, along=year, start=first_stock)")

    assert isinstance(root, Along)
    assert (root.function, root.along) == (function, "year")
    assert root.start == typed("first_stock")
    assert root.type == typed("stock").type


def test_start_is_converted_to_the_unit_of_the_expression() -> None:
    root = typed("change(stock, along=year, start=5 [kg C])")

    assert isinstance(root, Along)
    assert isinstance(root.start, Convert)


def test_function_goes_along_a_name_only() -> None:
    along = Call("cumulate", (Name("stock"),), (("along", Name("year", span=(22, 26))),))

    _, (problem,) = infer(along, NAMES)

    assert problem == Problem("CQ308", "cumulate goes along one dimension", 22, 26)


def test_sum_up_to_each_member_needs_no_start() -> None:
    root = typed("cumulate(by_month, along=month)")

    assert isinstance(root, Along)
    assert root.start is None


@pytest.mark.parametrize(
    ("marked", "code", "message", "hint"),
    [
        ("cumulate(«ok», along=year)", "CQ309", "expected a number, found yes/no", ""),
        ("prev(stock, along=year, start=«ok»)", "CQ309", "expected a number, found yes/no", ""),
        ("cumulate(stock, along=«(year, month)»)", "CQ308", "cumulate goes along one dimension", ""),
        ("cumulate(stock, along=«yaer»)", "CQ306", "unknown dimension 'yaer'", "did you mean 'year'?"),
        ("cumulate(stock, along=«stratum»)", "CQ314", "'stratum' has no order to go along", ORDERED),
        ("cumulate(distance, along=«ride»)", "CQ314", "'ride' has no order to go along", ORDERED),
        ("cumulate(stock, along=«month»)", "CQ312", "the expression does not vary over month", ""),
        ("prev(stock, along=year, start=«stock»)", "CQ312",
         "start= varies over year, which the expression does not", ""),
        ("prev(stock, along=year, start=«by_month»)", "CQ312",
         "start= varies over month, which the expression does not", ""),
        ("prev(stock, along=year, start=«E»)", "CQ303", "cannot start from t C and t CO2e",
         "divide by CO2_per_C (44/12)"),
    ],
)  # fmt: skip
def test_function_along_a_dimension_without_a_meaning_is_refused(
    marked: str, code: str, message: str, hint: str
) -> None:
    assert_refused(marked, code, message, hint)


# --- mistakes met before, each kept from coming back ---------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "code", "message"),
    [
        ("sum(EF, «over=(mode, mode)»)".replace("«over=", "over=«"), "CQ312", "mode is named twice"),
        ("sum(distance, to=«(home, work)»)", "CQ312", "zone is named twice"),
        ("sum(distance, to=«user»)", "CQ313", "the text column 'user' leads to no dimension"),
        ("clamp(p, «3», 2)", "CQ308", "the limits of clamp are reversed"),
        ("p / («1 - 1»)", "CQ308", "division by zero"),
        ("p^«1e300»", "CQ308", "an exponent lies between -100 and 100"),
        ("5 [«degC»] + 1", "CQ208", "'degC' stands on inputs and parameters only"),
    ],
)
def test_call_that_once_slipped_through_is_refused(marked: str, code: str, message: str) -> None:
    problem = refusal(marked)

    assert (problem.code, problem.message) == (code, message)


def test_abs_of_a_number_does_not_root_its_unit() -> None:
    assert typed("abs(E)").type.unit == parse_unit("t CO2e")


def test_column_that_the_author_named_is_shown_again() -> None:
    root = typed("sum(distance, to=home)")

    assert isinstance(root, Aggregate)
    assert root.link is not None
    assert root.link.written == ("home",)


def test_hint_offers_a_factor_but_no_plain_quantity() -> None:
    _, problems = infer(parse("E + area"), NAMES)

    assert [problem.hint for problem in problems] == [""]
