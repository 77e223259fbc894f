"""What compiled formulas call over arrays: one behaviour each, absent values as NaN."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from carbonquant.formula import arrays

NAN, INF = np.nan, np.inf


@pytest.fixture(autouse=True)
def _as_kernels_run() -> Iterator[None]:
    """Leave what cannot be computed to the results, as whoever runs a kernel does."""
    with np.errstate(all="ignore"):
        yield


def floats(*values: float) -> Any:
    return np.array(values, dtype=np.float64)


def test_settled_makes_what_is_not_finite_nan() -> None:
    np.testing.assert_array_equal(arrays.settled(floats(1, INF, -INF, NAN)), [1, NAN, NAN, NAN])


def test_finite_tells_numbers_that_can_be_used() -> None:
    assert arrays.finite(floats(1, INF, NAN)).tolist() == [True, False, False]


def test_whole_power_is_repeated_multiplication() -> None:
    x = floats(1.1, -3.0)

    assert arrays.whole_power(x, 3).tolist() == [1.1 * 1.1 * 1.1, -27.0]
    assert arrays.whole_power(x, 0).tolist() == [1.0, 1.0]
    assert arrays.whole_power(x, -2).tolist() == [1 / (1.1 * 1.1), 1 / 9]


def test_power_is_not_hidden_by_an_exponent_of_zero_or_a_base_of_one() -> None:
    np.testing.assert_array_equal(arrays.power(floats(4, NAN, 1), floats(0.5, 0, NAN)), [2, NAN, NAN])


def test_smaller_and_larger_fold_several_values_element_by_element() -> None:
    assert arrays.smaller(floats(1, 5), floats(2, 4), floats(3, 3)).tolist() == [1, 3]
    assert arrays.larger(floats(1, 5), floats(2, 4), floats(3, 3)).tolist() == [3, 5]


def test_clamp_holds_a_value_between_limits_and_refuses_reversed_ones() -> None:
    found = arrays.clamp(floats(-1, 5, 2, 2), floats(0, 0, 0, 3), floats(3, 3, 3, 1))

    np.testing.assert_array_equal(found, [0, 3, 2, NAN])


def test_rounded_leaves_out_what_is_no_number() -> None:
    np.testing.assert_array_equal(arrays.rounded(floats(1.26, NAN, INF), 0.1, "down"), [1.2, NAN, NAN])


def test_quantiles_are_nan_where_they_do_not_exist() -> None:
    found = arrays.t_value(floats(0.9, 0.9, 2.0), floats(2, 0.5, 2))

    np.testing.assert_allclose(found, [2.919986, NAN, NAN], rtol=1e-6)
    np.testing.assert_allclose(arrays.normal_value(floats(0.9, 1.0)), [1.644854, NAN], rtol=1e-6)


def test_band_is_the_first_whose_limit_is_not_below() -> None:
    limits, values = floats(10, 20), floats(1, 2)

    found = arrays.band(floats(-5, 10, 10.1, 20, 20.1, NAN, INF), limits, values)

    np.testing.assert_array_equal(found, [1, 1, 2, 2, NAN, NAN, NAN])


def test_number_on_a_limit_but_for_its_last_bits_stays_in_the_band() -> None:
    assert arrays.band(floats(10 * (1 + 1e-13)), floats(10, 20), floats(1, 2)).tolist() == [1]


def test_comparisons_take_numbers_within_the_last_bits_as_equal() -> None:
    a, b = floats(1, 1, 1, 0), floats(1 + 1e-13, 2, 0.5, 0)

    assert arrays.equal(a, b).tolist() == [True, False, False, True]
    assert arrays.unequal(a, b).tolist() == [False, True, True, False]
    assert arrays.less(a, b).tolist() == [False, True, False, False]
    assert arrays.more(a, b).tolist() == [False, False, True, False]
    assert arrays.at_most(a, b).tolist() == [True, True, False, True]
    assert arrays.at_least(a, b).tolist() == [True, False, True, True]


# --- groups --------------------------------------------------------------------------------------------------


def test_group_value_is_nan_for_a_row_of_no_group() -> None:
    np.testing.assert_array_equal(arrays.of_group(floats(5, 6), np.array([1, -1, 0])), [6, NAN, 5])


def test_group_value_with_small_dimensions_is_read_along_them() -> None:
    table = np.array([[1.0, 2.0], [3.0, 4.0]])

    found = arrays.of_group(table, np.arange(2)[:, None], np.array([1, -1]))

    np.testing.assert_array_equal(found, [[2, NAN], [4, NAN]])


def test_table_without_groups_gives_nothing_for_every_row() -> None:
    table = np.zeros((2, 0))

    found = arrays.of_group(table, np.arange(2)[:, None], np.array([-1, -1, -1]))

    assert found.shape == (2, 3)
    assert np.isnan(found).all()


def test_yes_or_no_of_no_group_is_no() -> None:
    assert arrays.of_group(np.array([True]), np.array([0, -1])).tolist() == [True, False]


# --- over small dimensions -----------------------------------------------------------------------------------

GRID = np.array([[1.0, 2.0, 4.0], [8.0, 16.0, 32.0]])


def test_total_adds_from_left_to_right_with_the_first_axis_outermost() -> None:
    tiny = np.array([[1.0, 1e-16], [1e-16, 1e-16]])

    assert arrays.total(tiny, (0, 1)) == 1.0
    assert arrays.total(GRID, (1,)).tolist() == [7, 56]
    assert arrays.total(np.zeros((0, 2)), (0,)).tolist() == [0, 0]


def test_mean_smallest_largest_and_sd_look_only_at_members_in_use() -> None:
    used = GRID < 10

    assert arrays.count(used, (1,)).tolist() == [3, 1]
    assert arrays.mean(GRID, used, (1,)).tolist() == [7 / 3, 8]
    assert arrays.smallest(GRID, used, (1,)).tolist() == [1, 8]
    assert arrays.largest(GRID, used, (1,)).tolist() == [4, 8]
    np.testing.assert_allclose(np.asarray(arrays.sd(GRID, used, (1,))), floats((7 / 3) ** 0.5, NAN))


def test_extremes_and_mean_of_no_member_are_nan() -> None:
    used = np.zeros_like(GRID, dtype=bool)

    assert np.isnan(arrays.mean(GRID, used, (1,))).all()
    assert np.isnan(arrays.smallest(GRID, used, (1,))).all()
    assert np.isnan(arrays.largest(GRID, used, (1,))).all()


# --- along an ordered dimension ------------------------------------------------------------------------------


@pytest.mark.parametrize(("axis", "expected"), [(0, [[0, 0, 0], [1, 2, 4]]), (1, [[0, 1, 2], [0, 8, 16]])])
def test_prev_begins_with_start_and_never_wraps_around(axis: int, expected: list[list[float]]) -> None:
    assert arrays.prev(GRID, axis, 0.0).tolist() == expected


def test_prev_begins_each_line_with_its_own_start() -> None:
    assert arrays.prev(GRID, 1, floats(-1, -2)).tolist() == [[-1, 1, 2], [-2, 8, 16]]


def test_change_is_the_value_less_the_one_before() -> None:
    assert arrays.change(GRID, 1, 1.0).tolist() == [[0, 1, 2], [7, 8, 16]]


def test_cumulate_adds_up_to_and_including_each_member() -> None:
    assert arrays.cumulate(GRID, 1, 0.0).tolist() == [[1, 3, 7], [8, 24, 56]]
    assert arrays.cumulate(GRID, 0, floats(1, 0, 0)).tolist() == [[2, 2, 4], [10, 18, 36]]
