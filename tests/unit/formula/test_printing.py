"""How formulas are shown: as their authors wrote them, and with numbers that a reader can recompute."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest

from carbonquant.formula import calls, tree
from carbonquant.formula.printing import MOST_TERMS, Place, number_text, substituted, to_text
from carbonquant.formula.syntax import parse
from carbonquant.formula.tree import Convert, Dimension, Symbol, SymbolKind, Type, Typed
from carbonquant.formula.typing import Inference, Names, conform, infer
from carbonquant.units import PURE, parse_unit


def number(name: str, unit: str, *dims: str, kind: SymbolKind = "input") -> Symbol:
    return Symbol(name, kind, Type(unit=parse_unit(unit), dims=frozenset(dims)))


SYMBOLS = (
    number("a", "1"),
    number("b", "1"),
    number("share", "%"),
    number("distance", "km", "ride"),
    number("D", "cm"),
    number("L", "m"),
    number("v", "km/h"),
    number("speed", "m/s"),
    number("mass", "kg"),
    number("stock", "t C", "stratum", "year"),
    number("first", "t C", "stratum"),
    number("EF", "g CO2e/km", "mode", "fuel", kind="parameter"),
    number("part", "1", "user_day", kind="step"),
    Symbol("ok", "input", Type("bool")),
    Symbol("dense", "input", Type("bool", dims=frozenset({"stratum"}))),
    Symbol("day", "input", Type("date", dims=frozenset({"ride"}))),
    Symbol("mode_of", "input", Type("category", PURE, frozenset({"ride"}), "mode")),
    Symbol("discount", "bands", Type(unit=parse_unit("%")), parse_unit("%")),
)
DIMENSIONS = (
    Dimension("mode", "category", ("walk", "car")),
    Dimension("fuel", "category", ("petrol",)),
    Dimension("stratum", "category", ("s1", "s2")),
    Dimension("year", "year"),
    Dimension("x", "year", base="year"),
    Dimension("ride", "rows"),
    Dimension("user_day", "group", rows="ride", by=("day",)),
)
NAMES = Names({s.name: s for s in SYMBOLS}, {d.name: d for d in DIMENSIONS})


def typed(text: str) -> Typed:
    root, problems = infer(parse(text), NAMES)
    assert problems == ()
    assert root is not None
    return root


def cases(*branches: tuple[str, str], otherwise: str) -> Typed:
    """Type the cases of a step."""
    pairs = tuple((typed(when), typed(then)) for when, then in branches)
    root = calls.choice(Inference(NAMES), pairs, typed(otherwise), (0, 0), is_cases=True)
    assert root is not None
    return root


class Numbers:
    """Values by the text of the node; where a node varies, by the members of its place in order of dimension."""

    members: Mapping[str, tuple[str, ...]] = {"stratum": ("s1", "s2"), "year": ("2024", "2025", "2026")}

    def __init__(self, values: Mapping[str, Any], rows: int = 0) -> None:
        self.values = values
        self.rows = rows

    def shown(self, node: Typed, at: Place) -> str:
        value: str | Mapping[str, str] = self.values[to_text(node)]
        return value if isinstance(value, str) else value[" ".join(at[d] for d in sorted(node.type.dims))]

    def terms(self, node: tree.Aggregate, at: Place) -> Sequence[Place] | int:
        if node.link or node.over == ("ride",):
            return self.rows
        members = itertools.product(*(self.members[dimension] for dimension in node.over))
        places = [{**at, **dict(zip(node.over, chosen, strict=True))} for chosen in members]
        return [place for place in places if node.where is None or self.shown(node.where, place) == "yes"]

    def before(self, dimension: str, at: Place) -> Sequence[Place]:
        members = self.members[dimension]
        return [{**at, dimension: member} for member in members[: members.index(at[dimension])]]


class ManyStrata(Numbers):
    members: Mapping[str, tuple[str, ...]] = {
        "stratum": tuple(f"s{i}" for i in range(MOST_TERMS + 1)),
        "year": tuple(str(2000 + i) for i in range(MOST_TERMS + 1)),
    }


def shown(text: str, at: Place = MappingProxyType({}), /, **values: str | Mapping[str, str]) -> str:
    return substituted(typed(text), Numbers(values), at)


# --- the text of the author ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "0.50",
        "0.5 [km]",
        "2 [1]",
        "CO2_per_C",
        "pi",
        "year",
        "a + b - (a - b) + 2",
        "a * b / (a * b) * 2",
        "(a + b) * (a - b)",
        "-a^2",
        "(-a)^2",
        "a^-2",
        "(a^2)^3",
        "a^(1 / 3)",
        "a^0.5518",
        "a^b^a",
        "a^(b + 1)",
        "a^-b",
        "a - -b",
        "-(-a)",
        "-(a + b)",
        "D + L",
        "a + share",
        "year >= 2025",
        "1 [m] < L <= 4 [m]",
        "1 [m] < D <= 4 [m] and D < L",
        "(ok or dense) and not (ok and dense)",
        "ok or (dense or ok)",
        "not L < D",
        "not (not ok)",
        "mode_of == 'car'",
        "'car' != mode_of",
        "mode_of in ('car', 'walk')",
        "mode_of in ('car')",
        "day >= '2025-01-01'",
        "EF['car']",
        "EF['petrol', mode_of]",
        "part[user_day] * a",
        "discount[share + 1 [%]]",
        "discount[0]",
        "sum(stock[x] * (year - x), over=x, where=x <= year)",
        "min(a, b, share)",
        "clamp(D, L, 3 [m])",
        "exp(5 [%])",
        "round_down(L, 1 [cm])",
        "if(a < b, L, 0)",
        "sum(stock, over=stratum)",
        "sum(stock, over=(stratum, year), where=dense)",
        "count(distance, to=mode)",
        "mean(distance, to=(mode, year), where=distance > 1 [m])",
        "min(stock, over=year)",
        "change(stock, along=year, start=first)",
        "cumulate(stock, along=year)",
    ],
)
def test_formula_in_canonical_form_is_shown_as_it_was_written(text: str) -> None:
    assert to_text(typed(text)) == text


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("(a×b)÷2", "a * b / 2"),
        ("((a))", "a"),
        ("a^(1/2)", "a^0.5"),
        ("a^2.0", "a^2"),
        ("a^-(2/3)", "a^(-2 / 3)"),
        ("not (L < D)", "not L < D"),
        ("min((a), b)", "min(a, b)"),
        ("sum(stock, where=dense, over=stratum)", "sum(stock, over=stratum, where=dense)"),
        ("prev(stock, start=first, along=(year))", "prev(stock, along=year, start=first)"),
    ],
)
def test_what_means_the_same_is_written_in_one_way(written: str, canonical: str) -> None:
    assert to_text(typed(written)) == canonical


def test_value_spread_over_further_dimensions_is_shown_as_it_is() -> None:
    root = typed("a + 1")

    spread = tree.Spread(Type(dims=frozenset({"year"})), root.span, root)

    assert to_text(spread) == "a + 1"


def test_conversion_to_the_declared_unit_does_not_show() -> None:
    root, _ = conform(typed("L"), Type(unit=parse_unit("km")), "S", NAMES)

    assert isinstance(root, Convert)
    assert to_text(root) == "L"


def test_cases_have_a_line_for_each_branch() -> None:
    root = cases(("L > 2 [m]", "L"), ("ok", "D * 2"), otherwise="0")

    assert to_text(root) == "when L > 2 [m]: L\nwhen ok: D * 2\notherwise: 0"


# --- with numbers --------------------------------------------------------------------------------------------


def test_names_become_values_with_units_and_signs_those_of_print() -> None:
    text = shown("v * 2 - v / b", v="12.5 km/h", b="4")

    assert text == "12.5 km/h × 2 − 12.5 km/h ÷ 4"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2 [km/h]", "2 km/h"),
        ("2 [1]", "2"),
        ("pi", "3.141592653589793"),
        ("mass * CO2_per_C", "5 kg × 44/12 t CO2e/t C"),
        ("L > 2 [m]", "3 m > 2 m"),
        ("L == 2 [m]", "3 m = 2 m"),
        ("ok and not ok", "yes and not yes"),
        ("if(ok, L, 0)", "if(yes, 3 m, 0)"),
        ("discount[a]", "11 %"),
        ("exp(-a)", "exp(-0.2)"),
    ],
)
def test_each_part_of_a_formula_has_its_own_look(text: str, numbers: str) -> None:
    values = {"mass": "5 kg", "L": "3 m", "ok": "yes", "discount[a]": "11 %", "a": "0.2"}

    assert substituted(typed(text), Numbers(values)) == numbers


def test_value_is_asked_for_at_its_place() -> None:
    at = {"stratum": "s2", "year": "2025"}

    assert (
        shown("stock - first", at, stock={"s2 2025": "30 t C"}, first={"s2": "10 t C"}) == "30 t C − 10 t C"
    )


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("L^2", "(3 m)^2"),
        ("a^2", "7^2"),
        ("b^2", "(-7)^2"),
        ("a^b", "7^(-7)"),
        ("a - b", "7 − (-7)"),
        ("b - a", "-7 − 7"),
        ("a * b", "7 × (-7)"),
        ("-b", "-(-7)"),
        ("-L", "-3 m"),
        ("b < a", "-7 < 7"),
        ("a^(1/3)", "7^(1 / 3)"),
    ],
)
def test_value_stands_in_parentheses_where_its_unit_or_sign_would_be_misread(text: str, numbers: str) -> None:
    assert shown(text, L="3 m", a="7", b="-7") == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("L + D", "3 m + 8 cm ÷ 100"),
        ("D + L", "8 cm + 3 m × 100"),
        ("D + (L + L)", "8 cm + (3 m + 3 m) × 100"),
        ("v + speed", "9 km/h + 2 m/s × 3.6"),
        ("speed + v", "2 m/s + 9 km/h × 5/18"),
        ("a^share", "7^(40 % ÷ 100)"),
        ("share^0.5", "(40 % ÷ 100)^0.5"),
    ],
)
def test_conversion_is_an_explicit_factor(text: str, numbers: str) -> None:
    assert shown(text, L="3 m", D="8 cm", v="9 km/h", speed="2 m/s", a="7", share="40 %") == numbers


@pytest.mark.parametrize(
    ("ratio", "factor"),
    [
        (Fraction(1), ""),
        (Fraction(1, 15), " ÷ 15"),
        (Fraction(44, 12), " × 11/3"),
        (Fraction(10) ** 20, " × 1e20"),
        (Fraction(123456789012345678, 7654321098765431), " × 16.12903187877212"),
    ],
)
def test_factor_is_exact_wherever_that_is_short(ratio: Fraction, factor: str) -> None:
    root = Convert(Type(), (0, 0), typed("a"), ratio)

    assert substituted(root, Numbers({"a": "7"})) == "7" + factor


def test_chain_stays_a_chain_where_its_middle_is_one_number() -> None:
    assert shown("1 [m] < L <= 4 [m]", L="3 m") == "1 m < 3 m ≤ 4 m"


def test_chain_is_taken_apart_where_its_middle_is_converted() -> None:
    assert shown("not 1 [m] < D <= L", D="8 cm", L="3 m") == "not (1 m < 8 cm ÷ 100 and 8 cm ≤ 3 m × 100)"


def test_members_and_dates_keep_their_quotes() -> None:
    at = {"ride": "7"}

    assert shown("mode_of in ('car', 'walk')", at, mode_of={"7": "'car'"}) == "'car' in ('car', 'walk')"
    assert shown("day >= '2025-01-01'", at, day={"7": "2025-06-30"}) == "2025-06-30 ≥ '2025-01-01'"


def test_cases_in_another_unit_are_converted_branch_by_branch() -> None:
    root, _ = conform(cases(("ok", "L"), otherwise="0"), Type(unit=parse_unit("cm")), "S", NAMES)
    assert root is not None

    text = substituted(root, Numbers({"ok": "yes", "L": "3 m"}))

    assert text == "when yes: 3 m × 100\notherwise: 0 × 100"


# --- sums and other aggregates -------------------------------------------------------------------------------

STOCK = {"s1 2025": "30 t C", "s2 2025": "-4 t C"}
IN_2025 = {"year": "2025"}


def test_small_sum_prints_its_terms() -> None:
    text = shown("sum(stock * a, over=stratum)", IN_2025, stock=STOCK, a="7")

    assert text == "30 t C × 7 + (-4 t C) × 7"


def test_terms_of_a_sum_stand_in_parentheses_where_something_is_done_to_it() -> None:
    assert shown("a * sum(stock, over=stratum)", IN_2025, stock=STOCK, a="7") == "7 × (30 t C + (-4 t C))"


def test_sum_has_no_terms_but_those_that_its_condition_lets_in() -> None:
    dense = {"s1": "no", "s2": "yes"}

    text = shown("a * sum(stock, over=stratum, where=dense)", IN_2025, stock=STOCK, dense=dense, a="7")

    assert text == "7 × (-4 t C)"


def test_sum_of_nothing_is_0() -> None:
    dense = {"s1": "no", "s2": "no"}

    assert shown("sum(stock, over=stratum, where=dense)", IN_2025, stock=STOCK, dense=dense) == "0"


@pytest.mark.parametrize("function", ["mean", "min", "max", "sd"])
def test_other_small_aggregate_lists_its_terms(function: str) -> None:
    assert shown(f"{function}(stock, over=stratum)", IN_2025, stock=STOCK) == f"{function}(30 t C, -4 t C)"


def test_count_is_the_number_of_its_terms() -> None:
    assert shown("count(stock, over=stratum)", IN_2025) == "2"


def test_long_sum_prints_the_number_of_its_terms_and_its_value() -> None:
    values = {"sum(stock, over=stratum)": {"2025": "340 t C"}, "a": "7"}
    numbers = ManyStrata(values)

    assert substituted(typed("sum(stock, over=stratum)"), numbers, IN_2025) == (
        f"Σ over stratum ({MOST_TERMS + 1} terms) = 340 t C"
    )
    assert substituted(typed("a * sum(stock, over=stratum)"), numbers, IN_2025) == (
        f"7 × (Σ over stratum ({MOST_TERMS + 1} terms) = 340 t C)"
    )


def test_other_long_aggregate_is_named() -> None:
    numbers = ManyStrata({"mean(stock, over=(stratum, year))": "5 t C"})

    text = substituted(typed("mean(stock, over=(stratum, year))"), numbers)

    assert text == f"mean over stratum, year ({(MOST_TERMS + 1) ** 2} terms) = 5 t C"


def test_rows_are_not_listed() -> None:
    numbers = Numbers({"sum(distance, to=mode)": {"car": "9 km"}}, rows=120_000)

    text = substituted(typed("sum(distance, to=mode)"), numbers, {"mode": "car"})

    assert text == "Σ over ride (120000 terms) = 9 km"


# --- along time ----------------------------------------------------------------------------------------------

YEARS = {"s1 2024": "10 t C", "s1 2025": "30 t C", "s1 2026": "-4 t C"}


def along(text: str, year: str) -> str:
    return shown(text, {"stratum": "s1", "year": year}, stock=YEARS, first={"s1": "5 t C"}, a="7")


@pytest.mark.parametrize(
    ("text", "year", "numbers"),
    [
        ("prev(stock, along=year, start=first)", "2024", "5 t C"),
        ("prev(stock, along=year, start=first)", "2026", "30 t C"),
        ("change(stock, along=year, start=first)", "2024", "10 t C − 5 t C"),
        ("change(stock, along=year, start=first)", "2026", "-4 t C − 30 t C"),
        ("a * change(-stock, along=year, start=0)", "2026", "7 × (-(-4 t C) − -30 t C)"),
        ("cumulate(stock, along=year)", "2024", "10 t C"),
        ("cumulate(stock, along=year)", "2026", "10 t C + 30 t C + (-4 t C)"),
        ("cumulate(stock, along=year, start=first)", "2025", "5 t C + 10 t C + 30 t C"),
    ],
)
def test_function_along_years_shows_the_years_it_reads(text: str, year: str, numbers: str) -> None:
    assert along(text, year) == numbers


def test_long_sum_along_years_prints_the_number_of_its_terms_and_its_value() -> None:
    last = ManyStrata.members["year"][-1]
    stock = {f"s1 {year}": "1 t C" for year in ManyStrata.members["year"]}
    total = {f"s1 {last}": f"{MOST_TERMS + 1} t C"}
    numbers = ManyStrata({"stock": stock, "cumulate(stock, along=year)": total})

    text = substituted(typed("cumulate(stock, along=year)"), numbers, {"stratum": "s1", "year": last})

    assert text == f"Σ over year ({MOST_TERMS + 1} terms) = {MOST_TERMS + 1} t C"


# --- numbers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1234567.0, "1234567"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.30000000000000004"),
        (-2.5, "-2.5"),
        (1e22, "1e22"),
        (1.5e-7, "1.5e-7"),
        (math.inf, "inf"),
        (math.nan, "nan"),
    ],
)
def test_number_has_its_shortest_text(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(("digits", "text"), [(3, "1230"), (6, "1234.57"), (17, "1234.5678")])
def test_number_may_be_rounded_to_significant_digits(digits: int, text: str) -> None:
    assert number_text(1234.5678, digits) == text
