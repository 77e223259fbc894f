from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from carbonquant.activity.cells import read_flags, read_members, read_numbers, read_texts
from carbonquant.activity.findings import RefusedError


@pytest.mark.parametrize(
    "text", ["0.1", "+5", "-0.50", "1.2e-3", "9007199254740992", " 7 ", "\u30007\u00a0", "-0"]
)
def test_text_of_the_number_grammar_is_a_number(text: str) -> None:
    cells = read_numbers(pa.array([text]))

    assert cells.values.tolist() == [float(text)]
    assert cells.present.all()


@pytest.mark.parametrize(
    "text",
    [
        "NA",
        "null",
        "1:30",
        "1,5",
        "1_000",
        "0x10",
        ".5",
        "5.",
        "007",
        "1E5",
        "inf",
        "NaN",
        "１",
        "5\n6",
        "1 2",
        "12km",
    ],
)
def test_other_text_is_no_number(text: str) -> None:
    assert read_numbers(pa.array([text, "1"])).wrong.tolist() == [True, False]


@pytest.mark.parametrize(
    "text", ["9007199254740993", "-9007199254740993", "1e400", "1" * 400 + ".5", "1e-400"]
)
def test_number_that_a_float64_cannot_keep_is_wrong(text: str) -> None:
    assert read_numbers(pa.array([text])).wrong.tolist() == [True]


def test_blank_cells_are_absent_and_not_wrong() -> None:
    cells = read_numbers(pa.array(["", "  ", None, "0"]))

    assert cells.absent.tolist() == [True, True, True, False]
    assert not cells.wrong.any()
    np.testing.assert_array_equal(cells.values, [np.nan, np.nan, np.nan, 0.0])


def test_minus_zero_is_zero() -> None:
    assert not np.signbit(read_numbers(pa.array(["-0", "-0.0"])).values).any()


def test_infinite_and_undefined_floats_are_wrong() -> None:
    cells = read_numbers(pa.array([np.inf, -np.inf, np.nan, None, 1.0]))

    assert cells.wrong.tolist() == [True, True, True, False, False]
    assert cells.absent.tolist() == [False, False, False, True, False]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([Decimal("0.10"), Decimal("123456789.01")]),
        pa.array(["0.10", "123456789.01"]).dictionary_encode(),
        pa.array(["0.10", "123456789.01"], pa.large_string()),
    ],
    ids=["decimal", "dictionary", "large text"],
)
def test_numbers_of_other_column_types_are_exact(column: pa.Array) -> None:
    assert read_numbers(column).values.tolist() == [0.1, 123456789.01]


def test_whole_number_above_2_to_the_53_is_wrong() -> None:
    whole = pa.array([2**53, 2**53 + 1, -(2**53) - 1, None], pa.int64())

    assert read_numbers(whole).wrong.tolist() == [False, True, True, False]
    assert read_numbers(pa.array([2**64 - 1], pa.uint64())).wrong.tolist() == [True]
    assert read_numbers(pa.array([7], pa.int8())).values.tolist() == [7.0]


def test_column_of_yes_and_no_is_refused_for_a_number() -> None:
    with pytest.raises(RefusedError, match="is of type bool, not numbers"):
        read_numbers(pa.array([True]))


def test_only_true_and_false_are_flags() -> None:
    cells = read_flags(pa.array(["true", "false", "yes", "True", ""]))

    assert cells.values.tolist() == [True, False, False, False, False]
    assert cells.wrong.tolist() == [False, False, True, True, False]
    assert cells.absent.tolist() == [False, False, False, False, True]
    assert read_flags(pa.array([True, None])).absent.tolist() == [False, True]


def test_column_of_numbers_is_refused_for_a_flag() -> None:
    with pytest.raises(RefusedError, match="is of type int64, not true and false"):
        read_flags(pa.array([1]))


def test_texts_are_sorted_by_code_point() -> None:
    cells, texts = read_texts(pa.array(["b", "中", "", "a", "Z", "b"]))

    assert texts.tolist() == ["Z", "a", "b", "中"]
    assert cells.values.tolist() == [2, 3, -1, 1, 0, 2]
    assert cells.absent.tolist() == [False, False, True, False, False, False]


def test_whole_numbers_may_stand_for_text_but_floats_may_not() -> None:
    assert read_texts(pa.array([10, 9]))[1].tolist() == ["10", "9"]
    with pytest.raises(RefusedError, match="is of type double, not text"):
        read_texts(pa.array([1.5]))


def test_text_that_is_no_member_is_wrong() -> None:
    cells = read_members(pa.array(["bus", " walk", "Bus", None]), ["bus", "walk"])

    assert cells.values.tolist() == [0, 1, -1, -1]
    assert cells.wrong.tolist() == [False, False, True, False]
    assert cells.absent.tolist() == [False, False, False, True]
