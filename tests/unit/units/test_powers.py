"""Containers of names with exponents: products, scales, bounds."""

from __future__ import annotations

from fractions import Fraction

from carbonquant.units.powers import beyond_bounds, holds_point, joined, powers_of


def test_container_is_sorted_and_holds_no_exponent_0() -> None:
    assert powers_of({"t": 1, "km": 0, "ha": -1}) == (("ha", Fraction(-1)), ("t", Fraction(1)))


def test_product_with_the_inverse_is_empty() -> None:
    powers = powers_of({"t": 1, "ha": -1})

    assert joined(powers, powers, -1) == ()


def test_container_with_a_temperature_scale_holds_a_point() -> None:
    assert holds_point(powers_of({"degC": 1}))
    assert not holds_point(powers_of({"K": 1}))


def test_exponent_beyond_the_bounds_is_named_as_it_is_shown() -> None:
    assert beyond_bounds(powers_of({"km": 13})) == "km to the power 13; 12 is the largest"
    assert beyond_bounds(powers_of({"km": 12})) == ""
