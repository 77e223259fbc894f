"""Bringing numbers to one unit, and the hint that names a forgotten factor."""

from __future__ import annotations

from fractions import Fraction

import pytest

from carbonquant.formula.conversion import adopt, constant_value, converted, is_zero, missing_factor, near
from carbonquant.formula.syntax import parse
from carbonquant.formula.tree import Arithmetic, Convert, Quantity, Symbol, Type
from carbonquant.formula.typing import Names, infer
from carbonquant.units import parse_unit


def number(value: float, unit: str = "") -> Quantity:
    return Quantity(Type(unit=parse_unit(unit or "1")), (0, 1), value, str(value), unit)


def symbol(name: str, unit: str) -> Symbol:
    return Symbol(name, "parameter", Type(unit=parse_unit(unit)))


def test_only_a_bare_0_is_zero_in_every_unit() -> None:
    assert is_zero(number(0))
    assert not is_zero(number(0, "km"))
    assert not is_zero(number(1))


def test_bare_literal_takes_a_unit_without_an_operation() -> None:
    adopted = adopt(number(0), parse_unit("km"))

    assert adopted == Quantity(Type(unit=parse_unit("km")), (0, 1), 0, "0")


def test_number_in_another_unit_is_one_explicit_operation() -> None:
    made = converted(number(5, "km"), parse_unit("m"))

    assert isinstance(made, Convert)
    assert (made.ratio, str(made.type.unit)) == (Fraction(1000), "m")


def test_number_in_a_unit_of_the_same_size_needs_no_operation() -> None:
    made = converted(number(5, "kW h"), parse_unit("kWh"))

    assert isinstance(made, Quantity)
    assert str(made.type.unit) == "kWh"


@pytest.mark.parametrize(
    ("wanted", "found", "hint"),
    [
        ("t CO2e", "kg C", "multiply by CO2_per_C (44/12)"),
        ("kg C", "t CO2e", "divide by CO2_per_C (44/12)"),
        ("t CO2e", "kg CH4", "multiply by GWP_CH4 (kg CO2e/kg CH4)"),
        ("t CO2e", "km", ""),
    ],
)
def test_hint_names_the_forgotten_factor(wanted: str, found: str, hint: str) -> None:
    symbols = [symbol("share", "%"), symbol("GWP_CH4", "kg CO2e/kg CH4")]

    assert missing_factor(parse_unit(wanted), parse_unit(found), symbols) == hint


@pytest.mark.parametrize(
    ("wanted", "found"), [("t CO2e", "degC"), ("degC", "t CO2e"), ("km^12", "1/km"), ("K", "1")]
)
def test_no_factor_is_named_where_none_can_lead(wanted: str, found: str) -> None:
    symbols = [symbol("T", "degC"), symbol("huge", "km^12")]

    assert missing_factor(parse_unit(wanted), parse_unit(found), symbols) == ""


def test_near_names_the_nearest_known_name() -> None:
    assert near("distanse", ["distance", "duration"]) == "did you mean 'distance'?"
    assert near("x", ["distance"]) == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 + 3 * 4", 14.0),
        ("-(2 - 5)", 3.0),
        ("1 / 4", 0.25),
        ("1 / (1 / 0.5)", 0.5),
        ("1 [km] + 500 [m]", 1.5),
        ("p", None),
        ("-p", None),
        ("2 * p", None),
        ("1 [km] + (p * 1 [m])", None),
    ],
)
def test_constant_value_is_that_of_numbers_alone(text: str, value: float | None) -> None:
    root, _ = infer(parse(text), Names({"p": symbol("p", "1")}, {}))

    assert root is not None
    assert constant_value(root) == value


def test_division_by_zero_has_no_constant_value() -> None:
    zero = number(0, "1")

    assert constant_value(Arithmetic(zero.type, (0, 1), "/", number(1, "1"), zero)) is None
