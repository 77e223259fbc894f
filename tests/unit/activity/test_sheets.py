from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from carbonquant.activity.findings import RefusedError
from carbonquant.activity.sheets import sheet_of_columns, sheet_of_file
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
        (b"a\n1\n\xb3\xc9\n", "CQ401 t.csv, row 2: not UTF-8 (byte 5 of the file)"),
        ("a\n1\n".encode("utf-16"), "CQ401 t.csv is UTF-16, not UTF-8"),
        (b"PK\x03\x04rest", "CQ401 t.csv is an Excel workbook or a zip archive, not CSV or Parquet"),
        (
            gzip.compress(b"a\n" + b"1\n" * 9)[:-9],
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

    assert refusal(tmp_path, (tmp_path / "t.parquet").read_bytes()) == "CQ405 t.csv has columns but no row"


def test_columns_of_python_become_arrays() -> None:
    sheet = sheet_of_columns({"a": np.array([1.5]), "b": [None]}, "table t")

    assert sheet.table.to_pydict() == {"a": [1.5], "b": [None]}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"a": [1], "b": [1, 2]}, "different numbers of rows: a 1, b 2"),
        ({"a": [1, "x"]}, "column 'a': the values are not of one kind"),
        ({"a": []}, "table t has no row"),
    ],
)
def test_columns_that_make_no_table_are_refused(columns: dict[str, list[object]], message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        sheet_of_columns(columns, "table t")
