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
        "1 000",
        "1\u00a0000",
        "1,000",
        "1.000,5",
        "1'000",
        "12km",
        "12 km",
        "\uff11\uff12",
        "\u22121",
        "一百",
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
        pa.array([Decimal("0.10"), Decimal("123456789.01")], pa.decimal256(60, 8)),
        pa.array(["0.10", "123456789.01"], pa.large_string()),
    ],
    ids=["decimal", "decimal of 256 bits", "large text"],
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


@pytest.mark.parametrize("kind", [pa.float16(), pa.float32()])
def test_narrow_floats_are_widened_exactly(kind: pa.DataType) -> None:
    narrow = np.array([0.1, -2.5, 65504.0], dtype=kind.to_pandas_dtype())

    assert read_numbers(pa.array(narrow, kind)).values.tolist() == [float(value) for value in narrow]


@pytest.mark.parametrize("kind", [pa.decimal128(38, 20), pa.decimal256(70, 20)])
def test_decimal_is_the_double_nearest_to_it_like_its_text(kind: pa.DataType) -> None:
    texts = ["0.1", "0.00000000000000000123", "9007199254740992.5", "123456789.123456789012345"]

    cells = read_numbers(pa.array([Decimal(text) for text in texts], kind))

    assert cells.values.tolist() == [float(text) for text in texts]
    assert not cells.wrong.any()


def test_decimal_in_thousands_is_the_number_it_means() -> None:
    assert read_numbers(pa.array([Decimal("1.5E+6")], pa.decimal128(5, -3))).values.tolist() == [1.5e6]


def test_whole_decimal_above_2_to_the_53_is_wrong() -> None:
    cells = read_numbers(pa.array([Decimal(2**53), Decimal(2**53 + 1)], pa.decimal128(20, 0)))

    assert cells.wrong.tolist() == [False, True]


@pytest.mark.parametrize("kind", [pa.int64(), pa.uint64()])
def test_whole_numbers_beyond_2_to_the_53_are_exact_as_texts(kind: pa.DataType) -> None:
    ids = pa.array([2**53 + 1, 2**63 - 1], kind)

    assert read_texts(ids)[1].tolist() == ["9007199254740993", "9223372036854775807"]


def test_largest_unsigned_number_is_exact_as_text() -> None:
    assert read_texts(pa.array([2**64 - 1], pa.uint64()))[1].tolist() == ["18446744073709551615"]


def test_float_ids_are_refused_with_a_way_out() -> None:
    with pytest.raises(RefusedError, match="is of type double, not text") as caught:
        read_texts(pa.array([9007199254740992.0]))

    assert (
        caught.value.problem.hint == "a float does not keep every id: write them as text or as whole numbers"
    )


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (pa.array([True]), "bool"),
        (pa.array([0], pa.date32()), r"date32\[day\]"),
        (pa.array([0], pa.timestamp("s")), r"timestamp\[s\]"),
        (pa.array([b"x"]), "binary"),
        (pa.array([[1]]), "list<.*int64>"),
        (pa.array([{"a": 1}]), "struct<a: int64>"),
    ],
)
def test_other_columns_are_refused_for_a_text_by_the_name_of_their_type(column: pa.Array, kind: str) -> None:
    with pytest.raises(RefusedError, match=f"is of type {kind}, not text"):
        read_texts(column)


@pytest.mark.parametrize("column", [pa.array([[1.0]]), pa.array([{"a": 1.0}]), pa.array([b"1"])])
def test_nested_and_binary_columns_are_refused_for_a_number(column: pa.Array) -> None:
    with pytest.raises(RefusedError, match=r"is of type (list|struct|binary).*, not numbers"):
        read_numbers(column)
