"""Laws of exact sums: they are right, and no order, block, thread or machine changes a bit of them."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from carbonquant.rows.sums import ExactSums, exact_mean_and_sd

GROUPS = 3

floats = st.floats(allow_nan=False, allow_infinity=False)
moderate = st.floats(-1e12, 1e12)
lists = st.lists(floats, max_size=30) | st.lists(moderate, max_size=30)
rows = st.lists(st.tuples(floats | moderate, st.integers(0, GROUPS - 1)), max_size=30)
samples = st.lists(floats, min_size=2, max_size=8) | st.lists(moderate, min_size=2, max_size=8)

Rows = list[tuple[float, int]]


def nearest(exact: Fraction) -> float:
    """Return the float nearest to a rational number."""
    try:
        return float(exact)
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


def sums_of(some: Rows) -> ExactSums:
    sums = ExactSums(GROUPS)
    sums.add(*columns(some))
    return sums


def columns(some: Rows) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    return (
        np.array([value for value, _ in some], dtype=np.float64),
        np.array([code for _, code in some], dtype=np.intp),
    )


@given(st.lists(st.floats(-1e300, 1e300), max_size=30))
def test_total_equals_fsum(values: list[float]) -> None:
    sums = ExactSums()

    sums.add(np.array(values, dtype=np.float64))

    assert sums.totals()[0] == math.fsum(values)


@given(lists)
def test_total_is_the_float_nearest_to_the_rational_sum(values: list[float]) -> None:
    sums = ExactSums()

    sums.add(np.array(values, dtype=np.float64))

    exact = sum(map(Fraction, values), Fraction(0))
    assert sums.fraction() == exact
    assert sums.totals()[0] == nearest(exact)


@given(rows)
def test_each_group_has_the_sum_of_its_own_rows(some: Rows) -> None:
    sums = sums_of(some)

    for group in range(GROUPS):
        own = [Fraction(value) for value, code in some if code == group]
        assert sums.fraction(group) == sum(own, Fraction(0))


@given(rows, st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(some: Rows, random: Random) -> None:
    shuffled = random.sample(some, len(some))

    assert sums_of(shuffled).parts() == sums_of(some).parts()


@given(st.lists(rows, max_size=5))
def test_split_into_parts_and_merge_is_the_sum_of_all_rows(blocks: list[Rows]) -> None:
    merged, streamed = ExactSums(GROUPS), ExactSums(GROUPS)

    for block in blocks:
        merged.merge(sums_of(block))
        streamed.add(*columns(block))

    together = sums_of([row for block in blocks for row in block])
    assert merged.parts() == streamed.parts() == together.parts()
    assert merged.totals().tobytes() == together.totals().tobytes()


@given(rows, rows)
def test_state_written_and_read_goes_on_as_before(some: Rows, more: Rows) -> None:
    sums = sums_of(some)

    back = ExactSums.from_parts(json.loads(json.dumps(sums.parts())))
    back.add(*columns(more))

    assert back.parts() == sums_of(some + more).parts()


@given(rows, st.integers(0, 100))
def test_a_value_and_its_opposite_leave_no_trace(some: Rows, more_groups: int) -> None:
    sums = sums_of(some + [(-value, code) for value, code in some])

    sums.grow(GROUPS + more_groups)

    assert sums.parts() == [["0", 0]] * (GROUPS + more_groups)


@given(samples)
def test_sd_is_the_float_nearest_to_the_true_root(values: list[float]) -> None:
    sd = float(exact_mean_and_sd(np.array(values)).sd[0])

    n = len(values)
    mean = sum(map(Fraction, values), Fraction(0)) / n
    square = sum(((Fraction(value) - mean) ** 2 for value in values), Fraction(0)) / (n - 1)
    assert is_nearest_root(sd, square)


def is_nearest_root(root: float, square: Fraction) -> bool:
    """Tell whether no float is nearer to the root of a rational number."""
    if math.isinf(root):
        return square >= Fraction(2) ** 2047
    below = (Fraction(root) + Fraction(math.nextafter(root, -1))) / 2
    next_up = math.nextafter(root, math.inf)
    above = (Fraction(root) + (Fraction(2) ** 1024 if math.isinf(next_up) else Fraction(next_up))) / 2
    return max(below, Fraction(0)) ** 2 <= square <= above**2


@given(rows, st.randoms(use_true_random=False))
def test_mean_and_sd_do_not_depend_on_the_order_of_rows(some: Rows, random: Random) -> None:
    values, codes = columns(some)
    order = np.array(random.sample(range(len(some)), len(some)), dtype=np.intp)

    first = exact_mean_and_sd(values, codes, GROUPS)
    second = exact_mean_and_sd(values[order], codes[order], GROUPS)

    assert first.mean.tobytes() == second.mean.tobytes()
    assert first.sd.tobytes() == second.sd.tobytes()
