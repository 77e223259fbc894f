"""What the unit grammar reads, what it refuses, and where in the text it says so."""

from __future__ import annotations

import pytest

from carbonquant.errors import Problem, TextRefusedError
from carbonquant.units import parse_unit

R410A = frozenset({"R410A"})


def problem_of(text: str, substances: frozenset[str] = frozenset()) -> Problem:
    with pytest.raises(TextRefusedError, match=r".+") as refused:
        parse_unit(text, substances)
    return refused.value.problem


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
