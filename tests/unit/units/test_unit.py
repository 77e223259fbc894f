"""Units multiply, divide and compare exactly; what they measure and how large they are."""

from __future__ import annotations

from fractions import Fraction

import pytest

from carbonquant.errors import TextRefusedError
from carbonquant.units import PURE, Unit, parse_unit

R410A = frozenset({"R410A"})


def test_declared_substance_named_like_a_base_dimension_does_not_meet_it() -> None:
    unit = parse_unit("kg mass", frozenset({"mass"}))

    assert unit.dimension != parse_unit("kg^2").dimension


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t CO2e/MWh", "mass·CO2e/energy"),
        ("t CO2e/(ha yr)", "mass·CO2e/(length^2·year)"),
        ("kg CO2e/kg CH4", "CO2e/CH4"),
        ("kW", "energy/time"),
        ("1/yr", "1/year"),
        ("%", "1"),
        ("t R410A", "mass·R410A"),
    ],
)
def test_dimension_prints_mass_before_substance(text: str, expected: str) -> None:
    assert str(parse_unit(text, R410A).dimension) == expected


@pytest.mark.parametrize(("text", "expected"), [("1", True), ("%", True), ("g/kg", True), ("pcs", False)])
def test_unit_is_pure_when_it_has_no_dimension(text: str, *, expected: bool) -> None:
    assert parse_unit(text).is_pure is expected


def test_same_dimension_compares_what_is_measured() -> None:
    assert parse_unit("mu").same_dimension(parse_unit("km2"))
    assert not parse_unit("N").same_dimension(parse_unit("N2ON"))


@pytest.mark.parametrize(
    ("text", "exponent", "factor"),
    [
        ("ha", Fraction(1, 2), Fraction(100)),
        ("km", Fraction(2, 3), Fraction(100)),
        ("mg", Fraction(1, 3), Fraction(1, 100)),
    ],
)
def test_factor_of_a_root_is_exact_where_the_root_is_rational(
    text: str, exponent: Fraction, factor: Fraction
) -> None:
    assert (parse_unit(text) ** exponent).factor == factor


def test_factor_of_an_irrational_root_has_60_digits() -> None:
    factor = (parse_unit("km") ** Fraction(1, 2)).factor

    assert abs(factor**2 / 1000 - 1) < Fraction(1, 10**60)


def test_quotient_of_a_unit_by_itself_is_pure_1() -> None:
    assert parse_unit("万t") / parse_unit("万吨") == PURE


def test_root_of_a_square_is_integral_again() -> None:
    made = (parse_unit("km") ** Fraction(1, 2)) ** 2

    assert made.is_integral
    assert made == parse_unit("km")


def test_power_0_is_pure() -> None:
    assert parse_unit("km") ** 0 == PURE


def test_repr_of_a_unit_quotes_its_text() -> None:
    assert repr(parse_unit("t CO2e")) == "Unit('t CO2e')"


@pytest.mark.parametrize("exponent", [13, -13, 10**9, Fraction(1, 13)])
def test_power_beyond_the_bounds_is_refused(exponent: int | Fraction) -> None:
    with pytest.raises(TextRefusedError, match=r"km to the power .*; 12 is the largest"):
        parse_unit("km") ** exponent


def test_product_beyond_the_bounds_is_refused() -> None:
    with pytest.raises(TextRefusedError, match="km to the power 13"):
        parse_unit("km^12") * parse_unit("km")


def test_point_takes_part_in_no_product() -> None:
    with pytest.raises(TextRefusedError, match=r"degC is a point on a scale"):
        parse_unit("degC") / parse_unit("d")


def test_point_is_marked_and_shares_the_dimension_of_its_differences() -> None:
    assert parse_unit("degC").is_point
    assert not parse_unit("K").is_point
    assert parse_unit("degC").same_dimension(parse_unit("K"))


def test_unit_is_found_again_in_a_dictionary() -> None:
    by_unit: dict[Unit, str] = {parse_unit("t CO2e"): "credits"}

    assert by_unit[parse_unit("t") * parse_unit("CO2e")] == "credits"
