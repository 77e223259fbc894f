"""How a unit that nobody wrote is written."""

from __future__ import annotations

from fractions import Fraction

import pytest

from carbonquant.units import parse_unit


@pytest.mark.parametrize(
    ("left", "right", "product"),
    [
        ("t CO2e/MWh", "MWh", "t CO2e"),
        ("t C/ha", "ha", "t C"),
        ("kg CO2e/kg CH4", "t CH4", "t CO2e"),
        ("t CO2e/t CH4", "1", "kg CO2e/kg CH4"),
        ("1", "t C/t", "kg C/kg"),
        ("km", "passenger", "passenger km"),
        ("CO2e", "kg", "kg CO2e"),
        ("yr^-1", "t CO2e/ha", "t CO2e/(ha yr)"),
        ("km", "km", "km2"),
        ("kg", "kg", "kg^2"),
        ("m", "m^3", "m^4"),
        ("万t", "万t", "(万t)^2"),
        ("万t", "1/t", "万t/t"),
        ("1/yr", "1", "1/yr"),
        ("亩", "1", "mu"),
        ("%", "1", "%"),
        ("kg/kg", "1", "1"),
        ("d", "K", "K d"),
        ("NCV/Sm3", "GJ", "GJ NCV/Sm3"),
    ],
)
def test_product_prints_in_natural_order(left: str, right: str, product: str) -> None:
    made = parse_unit(left) * parse_unit(right)

    assert str(made) == product
    assert made == parse_unit(product)


def test_power_with_a_fraction_is_shown_and_not_integral() -> None:
    made = parse_unit("kg") ** Fraction(3, 2)

    assert str(made) == "kg^(3/2)"
    assert not made.is_integral
