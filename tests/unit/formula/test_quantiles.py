"""`quantiles`: Student's t and the normal distribution, against published tables and closed forms."""

from __future__ import annotations

from decimal import Decimal, localcontext
from itertools import pairwise

import pytest

from carbonquant.formula.quantiles import normal_value, t_value

# NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.2, "Critical Values of the Student's t
# Distribution", columns 0.95, 0.975 and 0.995: two-sided 90 %, 95 % and 99 %.
STUDENT_TABLE = """
    1 6.314 12.706 63.657
    2 2.920  4.303  9.925
    3 2.353  3.182  5.841
    4 2.132  2.776  4.604
    5 2.015  2.571  4.032
    6 1.943  2.447  3.707
    7 1.895  2.365  3.499
    8 1.860  2.306  3.355
    9 1.833  2.262  3.250
   10 1.812  2.228  3.169
   11 1.796  2.201  3.106
   12 1.782  2.179  3.055
   13 1.771  2.160  3.012
   14 1.761  2.145  2.977
   15 1.753  2.131  2.947
   16 1.746  2.120  2.921
   17 1.740  2.110  2.898
   18 1.734  2.101  2.878
   19 1.729  2.093  2.861
   20 1.725  2.086  2.845
   21 1.721  2.080  2.831
   22 1.717  2.074  2.819
   23 1.714  2.069  2.807
   24 1.711  2.064  2.797
   25 1.708  2.060  2.787
   26 1.706  2.056  2.779
   27 1.703  2.052  2.771
   28 1.701  2.048  2.763
   29 1.699  2.045  2.756
   30 1.697  2.042  2.750
   40 1.684  2.021  2.704
   60 1.671  2.000  2.660
  100 1.660  1.984  2.626
"""
STUDENT_ROWS = [line.split() for line in STUDENT_TABLE.strip().splitlines()]

# The On-Line Encyclopedia of Integer Sequences, A329281, A220510 and A329283.
NORMAL_DIGITS = [
    (0.90, "1.644853626951472714863848907991632136083195744275"),
    (0.95, "1.959963984540054235524594430520551527955550077869"),
    (0.99, "2.575829303548900760978576748603814117306017634276"),
]

LEVELS = [1e-9, 0.1, 0.5, 0.6827, 0.8, 0.9, 0.95, 0.99, 0.999, 0.999999]


@pytest.mark.parametrize(("df", "at_90", "at_95", "at_99"), STUDENT_ROWS)
def test_t_value_agrees_with_the_published_table(df: str, at_90: str, at_95: str, at_99: str) -> None:
    values = [t_value(level, float(df)) for level in (0.90, 0.95, 0.99)]

    assert [f"{value:.3f}" for value in values] == [at_90, at_95, at_99]


@pytest.mark.parametrize(("level", "digits"), NORMAL_DIGITS)
def test_normal_value_is_the_float_nearest_to_the_published_digits(level: float, digits: str) -> None:
    assert normal_value(level) == float(digits)


@pytest.mark.parametrize("level", LEVELS)
def test_t_value_of_two_degrees_of_freedom_is_its_closed_form(level: float) -> None:
    with localcontext(prec=60):
        share = Decimal(repr(level))
        expected = float(share * (2 / (1 - share * share)).sqrt())

    assert t_value(level, 2) == expected


def test_t_value_of_one_degree_of_freedom_is_a_tangent() -> None:
    with localcontext(prec=60):
        root_2, root_5 = Decimal(2).sqrt(), Decimal(5).sqrt()
        tangents = {  # tan(π · level / 2)
            0.2: (1 - 2 / root_5).sqrt(),
            0.25: root_2 - 1,
            0.5: Decimal(1),
            0.75: root_2 + 1,
            0.8: (5 + 2 * root_5).sqrt(),
        }

    values = {level: t_value(level, 1) for level in tangents}

    assert values == {level: float(tangent) for level, tangent in tangents.items()}


@pytest.mark.parametrize("level", LEVELS)
def test_t_value_of_four_degrees_of_freedom_solves_its_closed_form(level: float) -> None:
    with localcontext(prec=60):
        value = t_value(level, 4)
        below, above = (Decimal(value) * (1 + side * Decimal(2) ** -52) for side in (-1, 1))

        assert central_share_of_four(below) < Decimal(repr(level)) < central_share_of_four(above)


def central_share_of_four(t: Decimal) -> Decimal:
    """Return the probability between -t and t with four degrees of freedom."""
    sine = t / (4 + t * t).sqrt()
    return sine * (3 - sine * sine) / 2


def test_t_value_takes_a_fraction_of_a_degree_of_freedom() -> None:
    assert t_value(0.95, 3) < t_value(0.95, 2.5) < t_value(0.95, 2)


@pytest.mark.parametrize("level", LEVELS)
def test_t_value_falls_toward_the_normal_value_as_degrees_of_freedom_grow(level: float) -> None:
    values = [t_value(level, df) for df in (1, 1.5, 2, 5, 30, 1000, 1e6, 1e12)]

    assert all(later < earlier for earlier, later in pairwise(values))
    assert values[-1] >= normal_value(level)


@pytest.mark.parametrize("df", [1e20, 1e60, 1e300])
def test_t_value_of_huge_degrees_of_freedom_is_the_normal_value(df: float) -> None:
    assert t_value(0.95, df) == normal_value(0.95)


@pytest.mark.parametrize("df", [1, 2.5, 30, 1e6])
def test_t_value_grows_with_the_confidence(df: float) -> None:
    values = [t_value(level, df) for level in LEVELS]

    assert all(earlier < later for earlier, later in pairwise(values))


def test_normal_value_grows_with_the_confidence() -> None:
    values = [normal_value(level) for level in LEVELS]

    assert all(earlier < later for earlier, later in pairwise(values))


def test_normal_value_of_a_tiny_confidence_is_proportional_to_it() -> None:
    half_root_of_two_pi = 1.2533141373155003  # 1 / (2 · density at 0)

    assert normal_value(1e-300) == pytest.approx(half_root_of_two_pi * 1e-300, rel=1e-15)


def test_t_value_of_the_highest_confidence_is_reached() -> None:
    level = 0.9999999999999999  # 1 - level is 1e-16, and tan(π/2 - x) = 1/x - x/3

    assert t_value(level, 1) == pytest.approx(6366197723675813.4, rel=1e-15)


def test_value_does_not_depend_on_the_decimal_context_of_the_caller() -> None:
    with localcontext(prec=3):
        value = t_value(0.42, 2)

    with localcontext(prec=60):
        share = Decimal("0.42")
        assert value == float(share * (2 / (1 - share * share)).sqrt())


@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, 95.0, float("nan"), float("inf")])
def test_confidence_outside_0_to_1_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="a confidence level must lie between 0 and 1"):
        normal_value(level)
    with pytest.raises(ValueError, match="a confidence level must lie between 0 and 1"):
        t_value(level, 10)


@pytest.mark.parametrize("df", [0.0, 0.999, -3.0, float("nan"), float("inf")])
def test_degrees_of_freedom_below_one_or_not_finite_are_refused(df: float) -> None:
    with pytest.raises(ValueError, match="degrees of freedom must be a finite number of 1 or more"):
        t_value(0.95, df)
