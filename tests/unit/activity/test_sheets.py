from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from carbonquant.activity.findings import RefusedError
from carbonquant.activity.sheets import sheet_of_columns, sheet_of_file, sheet_of_frame
from carbonquant.sources import digest_of


def written(folder: Path, data: bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def refusal(folder: Path, data: bytes, name: str = "t.csv") -> str:
    with pytest.raises(RefusedError, match=r".") as caught:
        sheet_of_file(written(folder, data, name), name)
    return f"{caught.value.problem.code} {caught.value}"


def test_cells_of_csv_stay_the_text_that_was_written(tmp_path: Path) -> None:
    sheet = sheet_of_file(written(tmp_path, b'a,b\n007,"x, y"\n 1.50 ,\n'), "t.csv")

    assert sheet.table.to_pydict() == {"a": ["007", " 1.50 "], "b": ["x, y", ""]}


def test_digest_is_that_of_the_file_as_it_lies_there(tmp_path: Path) -> None:
    data = gzip.compress(b"a\n1\n")

    assert sheet_of_file(written(tmp_path, data, "t.csv.gz"), "t.csv.gz").digest == digest_of(data)


def test_gzip_of_two_members_is_one_text(tmp_path: Path) -> None:
    data = gzip.compress(b"a\n1\n") + gzip.compress(b"2\n")

    assert sheet_of_file(written(tmp_path, data, "t.csv.gz"), "t.csv.gz").table.num_rows == 2


def test_what_was_read_with_indulgence_is_noted(tmp_path: Path) -> None:
    sheet = sheet_of_file(written(tmp_path, "\ufeff a ,b\n\n1,2".encode()), "t.csv")

    assert sheet.table.column_names == ["a", "b"]
    assert [note.split(" ", 1)[1][:18] for note in sheet.notes] == [
        "begins with a byte",
        "blank lines passed",
        "the last row has n",
        "blanks round colum",
    ]


def test_separator_may_be_another_character(tmp_path: Path) -> None:
    sheet = sheet_of_file(written(tmp_path, b"a;b\n1,5;2\n"), "t.csv", ";")

    assert sheet.table.to_pydict() == {"a": ["1,5"], "b": ["2"]}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "CQ405 t.csv is empty"),
        (b"a,b\n", "CQ405 t.csv has a header but no row"),
        (b"a,a\n1,2\n", "CQ406 t.csv: the column name 'a' stands twice, in columns 1 and 2"),
        (b"a, \n1,2\n", "CQ406 t.csv: column 2 has no name in the header"),
        (b"a, a \n1,2\n", "CQ406 t.csv: the column name 'a' stands twice, in columns 1 and 2"),
        (b'a," "\n1,2\n', "CQ406 t.csv: column 2 has no name in the header"),
        (b",a\n1,2\n", "CQ406 t.csv: column 1 has no name in the header"),
        (b"a,b\n1,2,\n", "CQ406 t.csv, row 1: 3 cells, but the header has 2"),
        (
            b'a,b\n1,2\n3,"4\n5,6\n',
            "CQ406 t.csv, row 2: a quotation mark is never closed: the file is cut or damaged there",
        ),
        (b"a\n1\n\xff\n", "CQ401 t.csv, row 2: not UTF-8 (byte 5 of the file)"),
        ("a\n1\n".encode("utf-16"), "CQ401 t.csv is UTF-16, not UTF-8"),
        (b"PK\x03\x04rest", "CQ401 t.csv is an Excel workbook or a zip archive, not CSV or Parquet"),
        (
            gzip.compress(b"a\n" + b"1\n" * 9, mtime=0)[:-9],
            "CQ406 t.csv, row 10: the gzip file is cut or damaged there",
        ),
    ],
)
def test_damaged_file_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    assert refusal(tmp_path, data) == message


def test_file_that_is_not_there_lists_those_that_are(tmp_path: Path) -> None:
    written(tmp_path, b"a\n1\n", "rides.csv")

    with pytest.raises(RefusedError, match=r"there is no file 'ride.csv'") as caught:
        sheet_of_file(tmp_path / "ride.csv", "ride.csv")
    assert caught.value.problem.notes == ("files there: rides.csv",)


def test_folder_and_pattern_of_files_are_not_supported_yet(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "*.csv"):
        with pytest.raises(RefusedError, match=r"not supported yet: a (folder|pattern) of files"):
            sheet_of_file(path, path.name)


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1, 2], "b": [0.5, None]}), tmp_path / "t.parquet")

    sheet = sheet_of_file(tmp_path / "t.parquet", "t.parquet")

    assert sheet.column("a").type == pa.int64()
    assert sheet.column("b").to_pylist() == [0.5, None]


def test_parquet_file_cut_in_half_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": list(range(1000))}), tmp_path / "t.parquet")
    data = (tmp_path / "t.parquet").read_bytes()

    assert refusal(tmp_path, data[: len(data) // 2], "cut.parquet").startswith(
        "CQ406 cut.parquet is no complete"
    )


def test_parquet_file_without_rows_is_empty(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": pa.array([], pa.int64())}), tmp_path / "t.parquet")

    assert refusal(tmp_path, (tmp_path / "t.parquet").read_bytes()) == "CQ405 t.csv has no row"


def test_columns_of_python_become_arrays() -> None:
    sheet = sheet_of_columns({"a": np.array([1.5]), "b": [None]}, "table t")

    assert sheet.table.to_pydict() == {"a": [1.5], "b": [None]}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"a": [1], "b": [1, 2]}, "different numbers of rows: a 1, b 2"),
        ({"a": [1, "x"]}, "column 'a': the values are not of one kind"),
        ({"a": []}, "table t has no row"),
        ({}, "table t has no row"),
        ({"a": "ann"}, "column 'a': expected a list or an array, found str"),
        ({"a": {"x"}}, "column 'a': expected a list or an array, found set"),
        ({"a": [2**64]}, "column 'a': the values are not of one kind: .*too large"),
        ({"a": ["\ud800"]}, "column 'a': the values are not of one kind: .*surrogates not allowed"),
        ({"a": np.zeros((2, 2))}, "column 'a': the values are not of one kind: .*1-dimensional"),
    ],
)
def test_columns_that_make_no_table_are_refused(columns: dict[str, Any], message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        sheet_of_columns(columns, "table t")


def test_quoted_names_with_blanks_are_trimmed_with_a_note(tmp_path: Path) -> None:
    sheet = sheet_of_file(written(tmp_path, '" a ","b\u3000"\n1,2\n'.encode()), "t.csv")

    assert sheet.table.column_names == ["a", "b"]
    assert sheet.notes == ("t.csv: blanks round column names were trimmed: ' a ', 'b\\u3000'",)


def test_names_of_typed_columns_are_trimmed_too(tmp_path: Path) -> None:
    pq.write_table(pa.table({" a": [1]}), tmp_path / "t.parquet")

    sheet = sheet_of_file(tmp_path / "t.parquet", "t.parquet")

    assert sheet.table.column_names == ["a"]
    assert sheet.notes == ("t.parquet: blanks round column names were trimmed: ' a'",)


def test_name_that_stands_twice_shows_the_first_row(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="stands twice") as caught:
        sheet_of_file(written(tmp_path, b"5,5\n6,6\n"), "t.csv")

    assert caught.value.problem.notes == ("the first row, which names the columns, is: 5, 5",)


def test_gb18030_is_read_with_a_note(tmp_path: Path) -> None:
    sheet = sheet_of_file(written(tmp_path, "用户|区\n张三|成都\n".encode("gb18030")), "t.csv", "|")

    assert sheet.table.to_pydict() == {"用户": ["张三"], "区": ["成都"]}
    assert sheet.notes == ("t.csv is not UTF-8; it was read as GB18030: look whether '用户' is right",)


def test_row_groups_follow_one_another(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": list(range(10))}), tmp_path / "t.parquet", row_group_size=3)

    sheet = sheet_of_file(tmp_path / "t.parquet", "t.parquet")

    assert sheet.column("a").to_pylist() == list(range(10))


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["x", None]).dictionary_encode(),
        pa.array([1.5, None]).dictionary_encode(),
        pa.array(["x", None], pa.large_string()),
        pa.array(["x", None], pa.string_view()),
        pa.nulls(2),
    ],
    ids=["codes of texts", "codes of numbers", "large texts", "views", "nothing"],
)
def test_encoded_columns_of_parquet_are_written_out(tmp_path: Path, column: pa.Array) -> None:
    pq.write_table(pa.table({"a": column}), tmp_path / "t.parquet")

    sheet = sheet_of_file(tmp_path / "t.parquet", "t.parquet")

    assert sheet.column("a").to_pylist() == column.to_pylist()
    assert sheet.column("a").type in (pa.string(), pa.large_string(), pa.float64())


def test_parquet_page_that_does_not_fit_its_checksum_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(
        pa.table({"a": [12345.5]}),
        path,
        compression="none",
        use_dictionary=False,
        write_statistics=False,
        write_page_checksum=True,
    )
    data = bytearray(path.read_bytes())
    data[data.index(np.float64(12345.5).tobytes())] ^= 1

    assert refusal(tmp_path, bytes(data), "t.parquet").startswith(
        "CQ406 t.parquet is no complete Parquet file"
    )


def test_file_that_is_parquet_by_its_name_alone_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"a\n1\n", "t.parquet").startswith("CQ406 t.parquet is no complete Parquet file")


def test_columns_without_a_name_are_refused_in_parquet_too(tmp_path: Path) -> None:
    pq.write_table(pa.table({" ": [1]}), tmp_path / "t.parquet")

    assert refusal(tmp_path, (tmp_path / "t.parquet").read_bytes(), "u.parquet") == (
        "CQ406 u.parquet: column 1 has no name in the header"
    )


def test_table_of_another_library_is_a_sheet() -> None:
    sheet = sheet_of_frame(pa.table({"a": ["x"]}), "table t")

    assert (sheet.shown, sheet.digest, sheet.column("a").to_pylist()) == ("table t", "", ["x"])


def test_masked_and_missing_values_of_python_are_missing() -> None:
    sheet = sheet_of_columns({"a": np.ma.array([1.0, 2.0], mask=[False, True]), "b": [None, "x"]}, "table t")

    assert sheet.table.to_pydict() == {"a": [1.0, None], "b": [None, "x"]}
