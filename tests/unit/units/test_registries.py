"""The two pint registries of `units.txt`."""

from __future__ import annotations

from fractions import Fraction

from carbonquant.units import registry
from carbonquant.units.registries import base_of, define_substance


def test_registry_is_made_once() -> None:
    assert registry() is registry()


def test_base_of_a_name_is_its_exact_factor_and_its_dimension() -> None:
    assert base_of("kWh") == (Fraction(3_600_000), (("[energy]", Fraction(1)),))


def test_declared_substance_is_a_base_of_its_own() -> None:
    assert base_of("R32") == (Fraction(1), (("R32", Fraction(1)),))


def test_declared_substance_becomes_known_to_the_registry_once() -> None:
    define_substance("R32")
    define_substance("R32")

    assert dict(registry().Quantity(1, "R32").dimensionality) == {"[substance_R32]": 1}
