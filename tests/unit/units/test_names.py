"""What one written name stands for, and what a wrong one is likely to mean."""

from __future__ import annotations

import pytest

from carbonquant.errors import TextRefusedError
from carbonquant.units import nearest_names, parse_unit
from carbonquant.units.names import likely_meaning, resolved

R410A = frozenset({"R410A"})


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("年", "yr"),
        ("元", "CNY"),
        ("人", "person"),
        ("积分", "point"),
        ("株", "stem"),
        ("吨", "t"),
        ("公顷", "ha"),
        ("亩", "mu"),
        ("度", "kWh"),
        ("度电", "kWh"),
        ("CO2", "CO2e"),
        ("percent", "%"),
    ],
)
def test_alias_is_the_unit_it_names(alias: str, name: str) -> None:
    assert parse_unit(alias) == parse_unit(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("km", "m"),
        ("t CH4", "t CO2e"),
        ("du", "度"),
        ("%", "1"),
        ("Nm3", "m3"),
        ("person", "passenger"),
        ("yr", "d"),
    ],
)
def test_units_of_different_names_are_different(one: str, other: str) -> None:
    assert parse_unit(one) != parse_unit(other)


@pytest.mark.parametrize(
    "text",
    [
        "N2",
        "CO2e2",
        "NCV2",
        "m1",
        "m12",
        "m22",
        "degC2",
        "ppm2",
        "亩2",
        "万CO2e",
        "万NCV",
        "万degC",
        "万ppm",
        "万万t",
        "万万m2",
        "万t2",
        "kgdegC",
        "tt",
        "kgR410A",
        "_",
        "μ",
        "Nm^3",
        "mol",
        "mN2",
        "knot",
    ],
)
def test_text_that_names_no_unit_is_refused(text: str) -> None:
    with pytest.raises(TextRefusedError, match=r"unknown unit|does not belong"):
        parse_unit(text)


@pytest.mark.parametrize(
    ("name", "powers"),
    [
        ("kWh", {"kWh": 1}),
        ("亩", {"mu": 1}),
        ("万t", {"万t": 1}),
        ("万tCO2", {"万t": 1, "CO2e": 1}),
        ("m3", {"m": 3}),
        ("kgR410A", {"kg": 1, "R410A": 1}),
        ("N2", {}),
    ],
)
def test_name_stands_for_powers_of_known_names(name: str, powers: dict[str, int]) -> None:
    assert resolved(name, R410A) == powers


@pytest.mark.parametrize(
    ("name", "meaning"), [("tonne", "t"), ("万千瓦时", "万kWh"), ("kwh", "kWh"), ("zzz", "")]
)
def test_likely_meaning_of_a_wrong_name_is_a_unit_to_write(name: str, meaning: str) -> None:
    assert likely_meaning(name) == meaning


def test_nearest_names_include_declared_substances() -> None:
    assert nearest_names("R410", R410A) == ("R410A",)
