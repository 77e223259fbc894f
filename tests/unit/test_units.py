"""The unit grammar, the closed registry, exact factors, and the door to pint."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pint
import pytest

import carbonquant.units
from carbonquant.errors import Problem, TextRefusedError
from carbonquant.units import (
    CONSTANTS,
    PURE,
    Conversion,
    Unit,
    conversion,
    digest,
    from_quantity,
    nearest_names,
    parse_unit,
    quantity,
    ratio,
    registry,
)

R410A = frozenset({"R410A"})
DEFINITIONS = Path(carbonquant.units.__file__).with_name("units.txt")


def problem_of(text: str, substances: frozenset[str] = frozenset()) -> Problem:
    with pytest.raises(TextRefusedError, match=r".+") as refused:
        parse_unit(text, substances)
    return refused.value.problem


# ---- what the grammar reads


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("kg CO2e/kg CH4", "(kg CO2e)/(kg CH4)"),
        ("kg CO2e/kg CH4", "kg·CO2e/(kg·CH4)"),
        ("t CO2e/ha/yr", "t CO2e/(ha yr)"),
        ("kg/m·s", "(kg/m)*s"),
        ("kg·m", "kg*m"),
        ("t CO2e ha^-1 yr^-1", "t CO2e/(ha yr)"),
        ("1/yr", "yr^-1"),
        ("m3", "m^3"),
        ("m³", "m^3"),
        ("km²", "km^2"),
        ("m3^2", "m^6"),
        ("s2", "s^2"),
        ("(m s)^2", "m2 s2"),
        ("tCO2e", "t CO2e"),
        ("kgN", "kg N"),
        ("kgCH4", "kg CH4"),
        ("gCO2e", "g CO2e"),
        ("tCO2", "t CO2e"),
        ("MtC", "Mt C"),
        ("吨CO2e", "t CO2e"),
        ("万tCO2e", "万t CO2e"),
        ("万吨", "万t"),
        ("万公顷", "万ha"),
        ("万元", "万CNY"),
        ("万度", "万kWh"),
        ("t\u3000CO2e", "t CO2e"),
        (" t  CO2e / MWh ", "t CO2e/MWh"),
        ("kg/kg", "1"),
        ("km/km", "1"),
    ],
)
def test_unit_written_in_two_ways_is_one_unit(text: str, same: str) -> None:
    assert parse_unit(text) == parse_unit(same)
    assert hash(parse_unit(text)) == hash(parse_unit(same))


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
    ("text", "expected"),
    [
        ("  t  CO2e / MWh ", "t CO2e/MWh"),
        ("tCO2e", "tCO2e"),
        ("亩", "亩"),
        ("m³", "m3"),
        ("kg * ( m  s ) ^2", "kg*(m s)^2"),
        ("kg\u00a0(m s)", "kg (m s)"),
    ],
)
def test_parsed_unit_prints_as_written_without_needless_blanks(text: str, expected: str) -> None:
    assert str(parse_unit(text)) == expected


def test_declared_substance_is_read_alone_and_glued() -> None:
    assert parse_unit("kgR410A", R410A) == parse_unit("kg R410A", R410A)
    assert parse_unit("万tR410A", R410A) == parse_unit("万t R410A", R410A)


def test_declared_substance_named_like_a_base_dimension_does_not_meet_it() -> None:
    unit = parse_unit("kg mass", frozenset({"mass"}))

    assert unit.dimension != parse_unit("kg^2").dimension


# ---- factors and dimensions


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


# ---- arithmetic and printing


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


def test_quotient_of_a_unit_by_itself_is_pure_1() -> None:
    assert parse_unit("万t") / parse_unit("万吨") == PURE


def test_power_with_a_fraction_is_shown_and_not_integral() -> None:
    made = parse_unit("kg") ** Fraction(3, 2)

    assert str(made) == "kg^(3/2)"
    assert not made.is_integral


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


# ---- what the grammar refuses


@pytest.mark.parametrize(
    ("text", "message", "start", "end"),
    [
        ("", "the unit is empty", 0, 0),
        ("   ", "the unit is empty", 3, 3),
        ("t/", "a unit name is missing after '/'", 2, 2),
        ("/yr", "a unit name is missing before '/'", 0, 1),
        ("()", r"a unit name is missing before '\)'", 1, 2),
        ("t ^2 ^3", r"a unit name is missing before '\^3'", 5, 7),
        ("m**2", r"'\*\*' is not used", 2, 3),
        ("(t", r"this '\(' is not closed", 0, 1),
        ("t)", r"this '\)' closes nothing", 1, 2),
        ("kg(1)", r"'kg' and '\(' touch each other", 2, 3),
        ("kg%m", "'kg' and '%' touch each other", 2, 3),
        ("(kg)m", r"'\)' and 'm' touch each other", 4, 5),
        ("m^2kg", "is no exponent", 1, 5),
        ("km^0", r"'\^0' is no exponent", 2, 4),
        ("km^+2", r"'\^\+2' is no exponent", 2, 5),
        ("km^13", r"'\^13' is no exponent", 2, 5),
        ("km^1.5", "is no exponent", 2, 6),
        ("km^(1/2)", r"'\^' is no exponent", 2, 3),
        ("km^02", "is no exponent", 2, 5),
        ("km^١", "is no exponent", 2, 4),
        ("(km^4)^4", "km to the power 16; 12 is the largest", 0, 1),
        ("m^7 m^7", "m to the power 14; 12 is the largest", 4, 5),
        ("m^7·m^7", "m to the power 14; 12 is the largest", 3, 4),
        ("万", "万 does not stand alone", 0, 1),
        ("亿 km", "亿 does not stand alone", 0, 1),
        ("t/万 t", "万 does not stand alone", 2, 3),
        ("万m^2", r"'万m\^2' can be read in two ways because of 万", 0, 2),
        ("万%", "touch each other|万 does not stand alone", 0, 1),
        ("degC/yr", "degC is a point on a scale and stands alone", 0, 4),
        ("(degC)", "degC is a point on a scale and stands alone", 1, 5),
        ("100 km", "a unit holds no number but 1, and here is '100'", 0, 3),
        ("t/1e4", "a unit holds no number but 1, and here is '1e4'", 2, 5),
        ("−5 t", r"U\+2212, MINUS SIGN", 0, 1),
        ("-5 t", r"U\+002D, HYPHEN-MINUS", 0, 1),
        ("t СO2e", r"'С' \(U\+0421, CYRILLIC CAPITAL LETTER ES\)", 2, 3),
        ("t\u200bCO2e", r"the character \(U\+200B, ZERO WIDTH SPACE\)", 1, 2),
        ("t\ud800", r"the character \(U\+D800, a character without a name\)", 1, 2),
        ("CO²", r"U\+00B2, SUPERSCRIPT TWO", 2, 3),
        ("t CO2e/MWH", "unknown unit 'MWH'", 7, 10),
        ("k" * 65, "the unit has 65 characters; 64 is the most", 0, 65),
    ],
)
def test_text_is_refused_at_the_wrong_part(text: str, message: str, start: int, end: int) -> None:
    problem = problem_of(text)

    with pytest.raises(TextRefusedError, match=message):
        parse_unit(text)
    assert problem.code == "CQ208"
    assert (problem.start, problem.end) == (start, end)


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
    ("text", "hint"),
    [
        ("ton", "write t"),
        ("tonne", "write t"),
        ("mt", "write t, or Mt for a million tonnes"),
        ("kt", "write Mt or 万t, which is 10 kt"),
        ("Mwh", "write MWh"),
        ("kwh", "write kWh"),
        ("KM", "write km"),
        ("hm2", "write ha"),
        ("points", "write point"),
        ("year", "write yr"),
        ("tCO2eq", "write tCO2e"),
        ("kgco2", "write kgCO2"),
        ("万千瓦时", "write 万kWh"),
        ("万平方米", "write 万m2"),
        ("吨标准煤", "write tce"),
        ("g per km", "write /"),
        ("pasenger", "did you mean passenger?"),
        ("Nm^3", "write Nm3"),
        ("t（CO2e", "write ("),
        ("t／h", "write /"),
        ("ｋm", "write k"),
        ("㎡", "write m2"),
        ("km×h", "write ·"),
        ("t\u2009h", ""),
        ("℃", "write degC"),
        ("万m^2", "write (万m)^2 for the power of the whole"),
        ("/yr", "write 1/… for 'per …'"),
        ("m**2", "write ^ for a power"),
        ("", 'write "1" for a pure number'),
        ("zzz", ""),
        ("mzzz", ""),
        ("万zzz", ""),
        ("kgkwh", ""),
    ],
)
def test_hint_says_what_is_likely_meant(text: str, hint: str) -> None:
    assert problem_of(text).hint == hint


def test_unknown_unit_like_nothing_known_gets_a_note_on_substances() -> None:
    assert problem_of("kgR32").notes == ("a substance that is not built in is declared under 'substances:'",)


def test_nearest_names_include_declared_substances() -> None:
    assert nearest_names("R410", R410A) == ("R410A",)


# ---- conversions


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


def test_digest_is_of_the_bytes_of_the_definitions() -> None:
    assert digest() == "sha256:" + hashlib.sha256(DEFINITIONS.read_bytes()).hexdigest()


# ---- pint


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


def test_registry_is_made_once() -> None:
    assert registry() is registry()


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


def test_unit_is_found_again_in_a_dictionary() -> None:
    by_unit: dict[Unit, str] = {parse_unit("t CO2e"): "credits"}

    assert by_unit[parse_unit("t") * parse_unit("CO2e")] == "credits"
