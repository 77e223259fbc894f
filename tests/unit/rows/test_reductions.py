"""Aggregates of rows: where a row goes, and what an aggregate is before and after its rows came in."""

from __future__ import annotations

import numpy as np
import pytest

from carbonquant.rows.reductions import Places, Tally

VALUES = np.array([4.0, 1.0, 7.0, 2.0])
CODES = np.array([0, 2, 0, 2])
FIGURES = {
    "sum": [11, 0, 3],
    "count": [2, 0, 2],
    "mean": [5.5, np.nan, 1.5],
    "min": [4, np.nan, 1],
    "max": [7, np.nan, 2],
    "sd": [4.5**0.5, np.nan, 0.5**0.5],
}


@pytest.mark.parametrize("function", FIGURES)
def test_aggregate_by_member_has_no_value_where_no_row_goes(function: str) -> None:
    tally = Tally(function, 3)

    tally.add(VALUES, CODES)

    np.testing.assert_array_equal(tally.result(), FIGURES[function])


@pytest.mark.parametrize("function", FIGURES)
def test_rows_in_two_tallies_merge_to_the_same_figures(function: str) -> None:
    first, second = Tally(function, 3), Tally(function, 3)
    first.add(VALUES[:1], CODES[:1])
    second.add(VALUES[1:], CODES[1:])

    second.merge(first)

    np.testing.assert_array_equal(second.result(), FIGURES[function])


@pytest.mark.parametrize(
    ("function", "expected"),
    [("sum", 14), ("count", 4), ("mean", 3.5), ("min", 1), ("max", 7), ("sd", 7**0.5)],
)
def test_aggregate_to_a_single_figure_needs_no_codes(function: str, expected: float) -> None:
    tally = Tally(function, 1)

    tally.add(VALUES, None)

    assert tally.result().tolist() == [expected]


@pytest.mark.parametrize(
    ("function", "expected"), [("sum", 0), ("count", 0), ("mean", np.nan), ("max", np.nan), ("sd", np.nan)]
)
def test_aggregate_without_any_row_is_zero_or_no_value(function: str, expected: float) -> None:
    np.testing.assert_array_equal(Tally(function, 1).result(), [expected])


def test_rows_go_to_the_place_of_all_their_members_and_nowhere_without_one() -> None:
    places = Places.of([np.array([0, 1, -1, 1]), np.array([2, 0, 1, -1])], (2, 3))

    assert places.codes is not None
    assert places.codes.tolist() == [2, 3, -1, -1]
    assert places.size == 6
    assert places.of_rows(slice(1, 2)) == [3]


def test_single_figure_has_one_place_and_no_codes() -> None:
    places = Places.of([], ())

    assert (places.size, places.codes, places.of_rows(slice(0, 2))) == (1, None, None)
