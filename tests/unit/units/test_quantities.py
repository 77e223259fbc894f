"""Pint quantities, made of our units and taken from any registry."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pint
import pytest

from carbonquant.errors import TextRefusedError
from carbonquant.units import from_quantity, parse_unit, quantity

R410A = frozenset({"R410A"})


@pytest.mark.parametrize("text", ["t CO2e/MWh", "万t", "万m3", "%", "degC", "1/yr", "tce", "kg R410A/pcs"])
def test_quantity_comes_back_with_its_value_and_unit(text: str) -> None:
    unit = parse_unit(text, R410A)

    assert from_quantity(quantity(2.5, unit), R410A) == (2.5, unit)


def test_quantity_of_an_array_converts_to_an_array_of_floats() -> None:
    converted = quantity(np.array([1.0, 2.0]), parse_unit("t")).to("kg")

    value, unit = from_quantity(converted)

    assert value.dtype == np.float64
    np.testing.assert_array_equal(value, [1000.0, 2000.0])
    assert unit == parse_unit("kg")


def test_quantity_with_a_fractional_exponent_is_made_but_not_taken_back() -> None:
    made = quantity(2.0, parse_unit("kg") ** Fraction(1, 2))

    with pytest.raises(TextRefusedError, match=r"kg to the power 0\.5"):
        from_quantity(made)


def test_difference_of_temperatures_comes_back_in_kelvin() -> None:
    difference = quantity(25.0, parse_unit("degC")) - quantity(18.0, parse_unit("degC"))

    assert from_quantity(difference) == (7.0, parse_unit("K"))


@pytest.fixture(scope="module")
def foreign() -> pint.UnitRegistry[float]:
    made: pint.UnitRegistry[float] = pint.UnitRegistry()
    made.define("CO2e = [CO2e]")
    made.define("kgCO2e = 0.001 * CO2e")
    return made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tonne/MWh", "t/MWh"),
        ("kilometer", "km"),
        ("hectare", "ha"),
        ("1/year", "1/yr"),
        ("liter", "L"),
        ("percent", "%"),
        ("kelvin * day", "K d"),
        ("degC", "degC"),
        ("delta_degC", "K"),
        ("tonne * CO2e", "t CO2e"),
        ("dimensionless", "1"),
    ],
)
def test_quantity_of_the_default_registry_is_taken_by_meaning(
    foreign: pint.UnitRegistry[float], text: str, expected: str
) -> None:
    value, unit = from_quantity(foreign.Quantity(3, foreign.Unit(text)))

    assert (value, unit) == (3.0, parse_unit(expected))
    assert isinstance(value, float)


@pytest.mark.parametrize("text", ["coulomb", "newton", "point", "knot", "kgCO2e", "radian", "mole", "ton"])
def test_quantity_in_a_unit_that_is_not_ours_is_refused_by_name(
    foreign: pint.UnitRegistry[float], text: str
) -> None:
    with pytest.raises(TextRefusedError, match=f"the quantity is in '{text}' of its pint registry"):
        from_quantity(foreign.Quantity(3.0, text))


def test_quantity_with_a_temperature_point_in_a_product_is_refused(foreign: pint.UnitRegistry[float]) -> None:
    given = foreign.Quantity(3.0, foreign.UnitsContainer({"degree_Celsius": 1, "meter": 1}))

    with pytest.raises(TextRefusedError, match="degC in a product"):
        from_quantity(given)


def test_decimal_quantity_becomes_a_float() -> None:
    value, _ = from_quantity(quantity(Decimal("0.1"), parse_unit("t")))

    assert value == 0.1
    assert isinstance(value, float)
