"""Exact ratios between units, the one float operation that converts, and the constants."""

from __future__ import annotations

from fractions import Fraction

import pytest

from carbonquant.errors import TextRefusedError
from carbonquant.units import CONSTANTS, Conversion, conversion, parse_unit, ratio


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("t", "kg", Fraction(1000)),
        ("Mt", "万t", Fraction(100)),
        ("t", "mg", Fraction(10**9)),
        ("ha", "mu", Fraction(15)),
        ("km2", "ha", Fraction(100)),
        ("m3", "L", Fraction(1000)),
        ("kWh", "MJ", Fraction(18, 5)),
        ("GWh", "TJ", Fraction(18, 5)),
        ("kW h", "kWh", Fraction(1)),
        ("tce", "GJ NCV", Fraction(293076, 10000)),
        ("kgce", "MJ NCV", Fraction(293076, 10000)),
        ("yr", "month", Fraction(12)),
        ("wk", "d", Fraction(7)),
        ("d", "min", Fraction(1440)),
        ("%", "ppm", Fraction(10000)),
        ("亿km", "km", Fraction(10**8)),
        ("万kWh", "MWh", Fraction(10)),
        ("万m2", "ha", Fraction(1)),
        ("亿m2", "km2", Fraction(100)),
        ("万km2", "km2", Fraction(10**4)),
        ("万m3", "m3", Fraction(10**4)),
        ("亿m3", "m3", Fraction(10**8)),
        ("t C/ha", "kg C/m2", Fraction(1, 10)),
        ("g CO2e/(passenger km)", "kg CO2e/(passenger km)", Fraction(1, 1000)),
        ("degC", "degC", Fraction(1)),
    ],
)
def test_ratio_between_units_is_the_exact_published_one(one: str, other: str, expected: Fraction) -> None:
    assert ratio(parse_unit(one), parse_unit(other)) == expected


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ("km", "kWh", "km measures length, kWh measures energy"),
        ("t CH4", "t CO2e", "mass·CH4"),
        ("yr", "d", "yr measures year, d measures time"),
        ("tce", "GJ", "tce measures energy·NCV"),
        ("degC", "K", "point on a scale"),
        ("K", "degC", "point on a scale"),
    ],
)
def test_ratio_refuses_units_that_no_factor_joins(one: str, other: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ratio(parse_unit(one), parse_unit(other))


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (Fraction(1), None),
        (Fraction(1, 1000), Conversion("/", 1000.0)),
        (Fraction(1000), Conversion("*", 1000.0)),
        (Fraction(18, 5), Conversion("*", 3.6)),
        (Fraction(5, 18), Conversion("*", 5 / 18)),
    ],
)
def test_conversion_is_one_operation(factor: Fraction, expected: Conversion | None) -> None:
    assert conversion(factor) == expected


@pytest.mark.parametrize("factor", [Fraction(10) ** 301, Fraction(10) ** -301])
def test_conversion_beyond_float_is_refused(factor: Fraction) -> None:
    with pytest.raises(TextRefusedError, match="beyond 1e300"):
        conversion(factor)


def test_constants_are_ratios_of_molar_masses() -> None:
    shown = {name: (value, str(unit)) for name, (value, unit) in CONSTANTS.items()}

    assert shown == {
        "CO2_per_C": (Fraction(11, 3), "t CO2e/t C"),
        "N2O_per_N2ON": (Fraction(11, 7), "t N2O/t N2ON"),
        "CH4_per_C": (Fraction(4, 3), "t CH4/t C"),
    }
