"""`rows.sums`: exact sums by group, their state, and the mean and standard deviation made of them."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from carbonquant.rows.sums import BLOCK_ROWS, ExactSums, exact_mean_and_sd


def sum_of(*values: float) -> float:
    """Return the exact sum of some numbers as one group."""
    sums = ExactSums()
    sums.add(np.array(values))
    return float(sums.totals()[0])


def test_sum_of_nothing_is_zero() -> None:
    assert ExactSums(3).totals().tolist() == [0.0, 0.0, 0.0]
    assert sum_of() == 0.0


def test_sum_keeps_what_large_values_that_cancel_would_hide() -> None:
    assert sum_of(1e100, 1.0, -1e100) == 1.0


def test_sum_is_rounded_once() -> None:
    assert sum_of(*[0.1] * 10) == 1.0


def test_sum_of_minus_zeros_is_zero() -> None:
    assert math.copysign(1, sum_of(-0.0, -0.0)) == 1.0


@pytest.mark.parametrize(
    "values",
    [
        [5e-324, 5e-324],
        [1.7976931348623157e308, -1.7976931348623157e308, 5e-324],
        [1.7976931348623157e308, 1.0, -1e292, 2.0**-1000],
        [1.7976931348623157e308] * 3 + [-1.7976931348623157e308] * 2,
        [2.0**980, 2.0**-980],
        [2.0**54 + 4, 2.0, 5e-324],
    ],
)
def test_sum_is_exact_from_end_to_end_of_the_floats(values: list[float]) -> None:
    assert sum_of(*values) == float(sum(map(Fraction, values)))


def test_sum_beyond_the_range_of_floats_is_an_infinity() -> None:
    assert sum_of(1.7e308, 1.7e308) == math.inf
    assert sum_of(-1.7e308, -1.7e308) == -math.inf


def test_groups_are_summed_apart() -> None:
    sums = ExactSums(3)

    sums.add(np.array([0.1, 5.0, 0.2]), np.array([0, 2, 0]))

    assert sums.totals().tolist() == [math.fsum([0.1, 0.2]), 0.0, 5.0]


def test_many_more_groups_than_rows_are_summed_too() -> None:
    sums = ExactSums(1000)

    sums.add(np.array([0.1, 0.2, 0.7]), np.array([999, 999, 5]))

    assert sums.totals()[[999, 5]].tolist() == [math.fsum([0.1, 0.2]), 0.7]
    assert np.count_nonzero(sums.totals()) == 2


def test_rows_of_several_blocks_are_all_summed() -> None:
    values = np.random.default_rng(5).normal(size=2 * BLOCK_ROWS + 3)
    codes = np.arange(len(values)) % 2
    sums = ExactSums(2)

    sums.add(values, codes)

    assert sums.totals().tolist() == [math.fsum(values[0::2]), math.fsum(values[1::2])]


def test_block_of_the_largest_folds_is_exact() -> None:
    values = np.full(BLOCK_ROWS, math.nextafter(2.0**36, 0))
    sums = ExactSums()

    sums.add(values)

    assert sums.fraction() == BLOCK_ROWS * Fraction(values[0])


def test_sum_doubled_beyond_64_bits_does_not_wrap() -> None:
    sums = ExactSums()
    sums.add(np.array([-math.pi, 1e-20]))
    exact = sums.fraction()

    for _ in range(100):
        sums.merge(sums)

    assert sums.fraction() == exact * 2**100


def test_values_of_a_narrower_type_are_widened_first() -> None:
    values: Any = np.array([0.1, 0.2, 0.3], dtype=np.float32)
    sums = ExactSums()

    sums.add(values)

    assert sums.totals()[0] == math.fsum(values.tolist())


def test_given_values_are_not_written_to() -> None:
    values = np.array([1.1, 2.2, 1e300])
    before = values.copy()

    ExactSums().add(values)

    assert values.tolist() == before.tolist()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_value_that_is_not_finite_is_refused_and_nothing_is_added(value: float) -> None:
    sums = ExactSums()
    values = np.ones(BLOCK_ROWS + 1)
    values[-1] = value

    with pytest.raises(ValueError, match="not finite"):
        sums.add(values)

    assert sums.totals().tolist() == [0.0]


@pytest.mark.parametrize("code", [-1, 2])
def test_code_of_no_group_is_refused(code: int) -> None:
    with pytest.raises(ValueError, match="a group code lies outside 0 to 1"):
        ExactSums(2).add(np.array([1.0]), np.array([code]))


def test_codes_of_another_number_of_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="2 values have 1 group codes"):
        ExactSums(2).add(np.array([1.0, 2.0]), np.array([0]))


def test_several_groups_without_codes_are_refused() -> None:
    with pytest.raises(ValueError, match="sums of 2 groups need the group of each row"):
        ExactSums(2).add(np.array([1.0]))


def test_merging_adds_and_leaves_the_other_as_it_was() -> None:
    first, second = ExactSums(2), ExactSums(2)
    first.add(np.array([0.1, 1e30]), np.array([0, 1]))
    second.add(np.array([0.2, -1e-30]), np.array([0, 1]))
    before = second.parts()

    first.merge(second)

    assert first.totals()[0] == math.fsum([0.1, 0.2])
    assert first.fraction(1) == Fraction(1e30) - Fraction(1e-30)
    assert second.parts() == before


def test_merging_another_number_of_groups_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot merge sums of 3 groups into sums of 2 groups"):
        ExactSums(2).merge(ExactSums(3))


def test_growing_keeps_sums_and_adds_groups_of_zero() -> None:
    sums = ExactSums()
    sums.add(np.array([1.5]))

    sums.grow(3)
    sums.add(np.array([2.0]), np.array([2]))

    assert sums.groups == 3
    assert sums.totals().tolist() == [1.5, 0.0, 2.0]


def test_shrinking_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot shrink sums of 3 groups to 2 groups"):
        ExactSums(3).grow(2)


def test_parts_are_odd_integers_and_powers_of_two() -> None:
    sums = ExactSums(4)

    sums.add(np.array([12.0, -0.75, 5e-324]), np.array([0, 1, 3]))

    assert sums.parts() == [["3", 2], ["-3", -2], ["0", 0], ["1", -1074]]


def test_sums_come_back_from_parts_written_as_json() -> None:
    sums = ExactSums(3)
    sums.add(np.array([0.1, -1e300, 1e-300, 7.0]), np.array([0, 1, 1, 1]))

    back = ExactSums.from_parts(json.loads(json.dumps(sums.parts())))

    assert back.parts() == sums.parts()
    assert back.totals().tolist() == sums.totals().tolist()


@pytest.mark.parametrize(
    "part",
    [
        ["1"],
        ["1", 0, 0],
        ["0x1", 0],
        ["1.5", 0],
        ["", 0],
        ["٣", 0],
        [1, 0],
        ["1", "0"],
        ["1", -1075],
        ["1", 10**9],
    ],
)
def test_part_that_is_no_sum_of_floats_is_refused(part: list[str | int]) -> None:
    with pytest.raises(ValueError, match="is not the text of an integer and a power of two"):
        ExactSums.from_parts([part])


def test_mean_and_sd_of_a_small_sample() -> None:
    statistics = exact_mean_and_sd(np.array([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]))

    assert statistics.count.tolist() == [8]
    assert statistics.mean.tolist() == [5.0]
    assert statistics.sd.tolist() == [math.sqrt(32 / 7)]


def test_sd_of_equal_values_is_exactly_zero() -> None:
    assert exact_mean_and_sd(np.array([0.1, 0.1, 0.1])).sd.tolist() == [0.0]


def test_sd_is_not_lost_beside_a_large_mean() -> None:
    statistics = exact_mean_and_sd(np.array([1e9 + 1, 1e9 + 2, 1e9 + 3]))

    assert statistics.sd.tolist() == [1.0]


def test_groups_without_enough_values_have_no_statistic() -> None:
    statistics = exact_mean_and_sd(np.array([1.5, 2.0, 4.0]), np.array([0, 2, 2]), groups=3)

    assert statistics.count.tolist() == [1, 0, 2]
    np.testing.assert_array_equal(statistics.mean, [1.5, np.nan, 3.0])
    np.testing.assert_array_equal(statistics.sd, [np.nan, np.nan, math.sqrt(2)])


def test_statistics_of_no_values_are_empty() -> None:
    statistics = exact_mean_and_sd(np.array([]))

    assert statistics.count.tolist() == [0]
    assert np.isnan(statistics.mean).all()
    assert np.isnan(statistics.sd).all()


@pytest.mark.parametrize("values", [[1e300, 1e-300], [1e-310, 3e-310], [5e-324, 0.0], [1e308, 1e308, -1e308]])
def test_sd_of_extreme_values_neither_overflows_nor_vanishes(values: list[float]) -> None:
    statistics = exact_mean_and_sd(np.array(values))

    deviations = [Fraction(value) - sum(map(Fraction, values)) / len(values) for value in values]
    square = sum(deviation**2 for deviation in deviations) / (len(values) - 1)
    sd = Fraction(float(statistics.sd[0]))
    below, above = (Fraction(math.nextafter(float(sd), side)) for side in (0, math.inf))
    assert ((below + sd) / 2) ** 2 <= square <= ((above + sd) / 2) ** 2


def test_sd_beyond_the_range_of_floats_is_an_infinity() -> None:
    assert exact_mean_and_sd(np.array([1.7e308, -1.7e308])).sd.tolist() == [math.inf]


def test_statistics_refuse_a_value_that_is_not_finite() -> None:
    with pytest.raises(ValueError, match="not finite"):
        exact_mean_and_sd(np.array([1.0, math.nan]))
