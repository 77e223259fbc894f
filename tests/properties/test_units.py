"""Laws of units: reading and printing agree, factors are exact, no text does harm."""

from __future__ import annotations

import re
import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import carbonquant.units
from carbonquant.errors import TextRefusedError
from carbonquant.units import PURE, Unit, conversion, parse_unit, ratio

DEFINITIONS = Path(carbonquant.units.__file__).with_name("units.txt").read_text(encoding="utf-8")
LINES = [line.split("=") for line in DEFINITIONS.splitlines() if re.match(r"\s*[^#\s][^=-]*=", line)]
NAMES = sorted({part.strip() for first, _, *others in LINES for part in [first, *others]} - {"_"})
PRODUCT_NAMES = [name for name in NAMES if name != "degC"]
EXPECTED = {  # base units and plain arithmetic, independent of the registry
    "kg": Fraction(1),
    "g": Fraction(1, 1000),
    "mg": Fraction(1, 10**6),
    "t": Fraction(1000),
    "万t": Fraction(10**7),
    "m": Fraction(1),
    "km": Fraction(1000),
    "ha": Fraction(10**4),
    "mu": Fraction(10**4, 15),
    "L": Fraction(1, 1000),
    "h": Fraction(3600),
    "month": Fraction(1, 12),
    "kWh": Fraction(36 * 10**5),
    "亿kWh": Fraction(36 * 10**13),
    "tce": Fraction(293076 * 10**5),
    "%": Fraction(1, 100),
}

CONVERTIBLE = [
    (one, other)
    for one in PRODUCT_NAMES
    for other in PRODUCT_NAMES
    if parse_unit(one).same_dimension(parse_unit(other))
]

names = st.sampled_from([*PRODUCT_NAMES, "万t", "亿km", "万kWh", "tCO2e", "kgN", "m2", "R410A"])
powers = st.integers(-2, 2)  # so small that no product of two units is beyond the bounds of the language
R410A = frozenset({"R410A"})


@st.composite
def units(draw: st.DrawFn) -> Unit:
    unit = PURE
    for name, power in draw(st.dictionaries(names, powers, max_size=2)).items():
        unit *= parse_unit(name, R410A) ** power
    return unit


written = st.lists(
    st.sampled_from(
        [*PRODUCT_NAMES, "degC", "万", "亿", "1", "(", ")", "/", "·", "*", " ", "^2", "^-1", "^", "²"]
    ),
    max_size=16,
).map("".join)


@pytest.mark.parametrize("name", NAMES)
def test_every_defined_name_parses_to_itself(name: str) -> None:
    unit = parse_unit(name)

    assert str(unit) == name
    assert unit.factor > 0


@given(units())
def test_unit_read_from_its_text_is_the_unit(unit: Unit) -> None:
    assume(len(str(unit)) <= 64)

    assert parse_unit(str(unit), R410A) == unit


@given(written)
def test_parsed_text_parses_again_to_the_same_text(text: str) -> None:
    try:
        unit = parse_unit(text)
    except TextRefusedError:
        return

    assert parse_unit(str(unit)) == unit
    assert str(parse_unit(str(unit))) == str(unit)


@given(st.sampled_from(CONVERTIBLE), units(), powers)
def test_ratio_there_and_back_is_one(pair: tuple[str, str], unit: Unit, power: int) -> None:
    one, other = (parse_unit(name) ** power * unit for name in pair)

    assert ratio(one, other) * ratio(other, one) == 1


@given(units(), units())
def test_factor_of_a_product_is_the_product_of_factors(left: Unit, right: Unit) -> None:
    assert (left * right).factor == left.factor * right.factor
    assert (left / right).factor == left.factor / right.factor


@given(units(), units())
def test_product_does_not_depend_on_order(left: Unit, right: Unit) -> None:
    assert left * right == right * left
    assert str(left * right) == str(right * left)


@given(units(), units())
def test_division_undoes_multiplication(left: Unit, right: Unit) -> None:
    assert left * right / right == left


@given(st.lists(st.tuples(st.sampled_from(sorted(EXPECTED)), powers), max_size=3))
def test_factor_follows_plain_arithmetic_of_fractions(parts: list[tuple[str, int]]) -> None:
    unit, expected = PURE, Fraction(1)
    for name, power in parts:
        unit *= parse_unit(name) ** power
        expected *= EXPECTED[name] ** power

    assert unit.factor == expected


@given(
    st.fractions(min_value=Fraction(1, 10**6), max_value=10**12, max_denominator=10**6),
    st.integers(1, 10**6),
)
def test_conversion_of_a_whole_number_is_within_one_rounding_and_a_half(factor: Fraction, value: int) -> None:
    operation = conversion(factor)

    converted = float(value)
    if operation is not None:
        converted = value * operation.number if operation.operator == "*" else value / operation.number

    assert abs(Fraction(converted) - value * factor) <= value * factor * Fraction(1, 2**52)


@given(st.one_of(st.text(max_size=80), written))
@settings(deadline=None)
def test_any_text_is_parsed_or_refused_in_bounded_time(text: str) -> None:
    begin = time.perf_counter()
    try:
        parse_unit(text)
    except TextRefusedError as refused:
        problem = refused.problem
        assert 0 <= problem.start <= problem.end <= len(text)
    assert time.perf_counter() - begin < 1.0
