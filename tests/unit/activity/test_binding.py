from __future__ import annotations

import datetime as dt
import gzip
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from carbonquant.activity import Binding, bind, read_activity
from carbonquant.errors import ActivityDataError
from carbonquant.methodology import Methodology, load


def bound(folder: Path, trial: Methodology, *, rides: str = "", swap: tuple[str, str] = ("", "")) -> Binding:
    """Bind the activity file of a folder after changing its table or one text of it."""
    path = folder / "activity.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(*swap), encoding="utf-8")
    if rides:
        (folder / "rides.csv").write_text(rides, encoding="utf-8")
    return bind(read_activity(path), trial)


def test_binding_has_members_values_and_tables(folder: Path, trial: Methodology) -> None:
    binding = bound(folder, trial)

    assert binding.members == {"mode": ("walk", "bus"), "stratum": ("s1", "s2"), "month": ("2025-06",)}
    assert binding.values["area"].tolist() == [10.0, 6.0]
    assert binding.tables["ride"].columns["distance"].tolist() == [1.5, 0.8]
    assert binding.tables["ride"].groups["user_day"].keys[1].tolist() == ["2025-06-02", "2025-06-02"]
    assert binding.defaults == ("density", "host", "audited", "replaced", "shared")
    assert binding.notes == ()


def test_columns_that_no_input_asks_for_are_noted(folder: Path, trial: Methodology) -> None:
    binding = bound(folder, trial, rides="user,start,metres,bike\nann,2025-06-01,1,7\n")

    assert [str(note) for note in binding.notes] == [
        "CQ490 warning: rides.csv: columns that no input asks for: bike"
    ]


def test_missing_column_names_file_column_and_the_columns_there(folder: Path, trial: Methodology) -> None:
    with pytest.raises(ActivityDataError, match=r":13:24: CQ402 rides\.csv has no column 'metres'") as caught:
        bound(folder, trial, rides="user,start,metre\nann,2025-06-01,1\n")

    assert "note: columns: user, start, metre" in str(caught.value)
    assert "hint: did you mean 'metre'?" in str(caught.value)


def test_column_without_its_unit_is_refused(folder: Path, trial: Methodology) -> None:
    with pytest.raises(
        ActivityDataError, match=r"CQ403 rides.csv, column 'metres': .*name the column's unit"
    ):
        bound(folder, trial, swap=(", unit: m}", "}"))


def test_blank_column_of_a_file_is_refused(folder: Path, trial: Methodology) -> None:
    with pytest.raises(ActivityDataError, match=r"CQ404 rides.csv, column 'metres': all 1 cells are blank"):
        bound(folder, trial, rides="user,start,metres\nann,2025-06-01,\n")


def test_undeclared_separator_is_one_mistake(folder: Path, trial: Methodology) -> None:
    with pytest.raises(ActivityDataError, match=r'hint: .*separator: ";"') as caught:
        bound(folder, trial, rides="user;start;metres\nann;2025-06-01;1\n")

    assert len(caught.value.diagnostics) == 1


def test_declared_separator_is_used(folder: Path, trial: Methodology) -> None:
    swap = ("    file: rides.csv", '    file: rides.csv\n    separator: ";"')

    binding = bound(folder, trial, rides="user;start;metres\nann;2025-06-01;1\n", swap=swap)

    assert binding.tables["ride"].rows == 1


def test_separator_of_two_characters_is_refused(folder: Path, trial: Methodology) -> None:
    with pytest.raises(ActivityDataError, match=r"CQ412 the separator ';;' is not one character"):
        bound(folder, trial, swap=("    file: rides.csv", '    file: rides.csv\n    separator: ";;"'))


def test_file_outside_the_folder_is_refused(folder: Path, trial: Methodology) -> None:
    with pytest.raises(ActivityDataError, match=r"CQ401 '../rides.csv' is outside the folder"):
        bound(folder, trial, swap=("rides.csv", "../rides.csv"))


def test_all_mistakes_are_reported_in_one_run(folder: Path, trial: Methodology) -> None:
    with pytest.raises(ActivityDataError) as caught:
        bound(
            folder, trial, rides="user,start\nann,2025-06-01\n", swap=("area: {unit: 亩", "aera: {unit: 亩")
        )

    assert sorted(d.code for d in caught.value.diagnostics) == ["CQ402", "CQ407", "CQ409", "CQ411"]


def test_missing_and_unknown_tables_are_refused(trial: Methodology) -> None:
    given = {"inputs": {"area": {"s": 1}}, "tables": {"rides": {}}, "members": {"month": ["2025-06"]}}

    with pytest.raises(ActivityDataError, match="no table 'rides'") as caught:
        bind(read_activity(given), trial)

    assert caught.value.reasons == ("missing.ride",)


def test_period_on_an_unknown_date_is_refused(folder: Path, trial: Methodology) -> None:
    with pytest.raises(
        ActivityDataError, match=r"CQ410 'days' is no date input\n(.*\n)*.*did you mean 'day'"
    ):
        bound(folder, trial, swap=("to: 2025-06-30}", "to: 2025-06-30, on: days}"))


def test_same_rows_in_csv_gzip_and_parquet_bind_alike(folder: Path, trial: Methodology) -> None:
    plain = bound(folder, trial).tables["ride"]
    (folder / "rides.csv.gz").write_bytes(gzip.compress((folder / "rides.csv").read_bytes()))
    packed = bound(folder, trial, swap=("rides.csv", "rides.csv.gz")).tables["ride"]
    read = {
        "user": ["ann", "bob"],
        "start": ["2025-06-01T23:30:00Z", "2025-06-02 08:00"],
        "metres": [1500, 800],
    }
    pq.write_table(pa.table(read), folder / "rides.parquet")
    typed = bound(folder, trial, swap=("rides.csv.gz", "rides.parquet")).tables["ride"]

    for table in (packed, typed):
        for name, values in plain.columns.items():
            np.testing.assert_array_equal(table.columns[name], values)


def test_text_column_of_parquet_bound_to_numbers_is_refused(folder: Path, trial: Methodology) -> None:
    read = pa.table({"user": ["ann"], "start": ["2025-06-01"], "metres": ["far"]})
    pq.write_table(read, folder / "rides.parquet")

    with pytest.raises(ActivityDataError, match=r"CQ404 rides.parquet, column 'metres'"):
        bound(folder, trial, swap=("rides.csv", "rides.parquet"))


@pytest.mark.parametrize(
    ("file", "user", "zone", "rows", "refused"),
    [
        ("valleybike.csv", "user", "America/New_York", 2605, {"period": 1129, "duplicate": 34}),
        ("singapore_2017-09-13.csv.gz", "bike", "Asia/Singapore", 40_342, {"period": 40_342}),
    ],
)
def test_real_rides_are_read_to_the_last_row(
    shared_data: Path, file: str, user: str, zone: str, rows: int, refused: dict[str, int]
) -> None:
    columns: dict[str, Any] = {
        "user": user,
        "day": {"from": "start", "as": "date", "timezone": zone},
        "distance": {"from": "distance_m", "unit": "m"},
        "duration": {"from": "duration_s", "unit": "s"},
    }
    given = {
        "period": {"from": "2020-06-01", "to": "2020-06-30"},
        "tables": {"ride": {"file": file, "columns": columns}},
    }

    table = bind(read_activity(given, data=shared_data / "rides"), load("greenway-cycling")).tables["ride"]

    assert table.rows == rows
    assert {reason: int(flags.sum()) for reason, flags in table.refused.items()} == refused


SALES: dict[str, Any] = {
    "grade": ["b", "a", "b"],
    "batch": ["x", None, "x"],
    "size": [2, None, 2],
    "sold": ["2024-12-31", "2025-01-01", "2025-06-30"],
    "paid": ["2025-01-31", "2025-01-31", None],
    "mass": [1.0, 2.0, 3.0],
}


def varied_activity(**changed: Any) -> dict[str, Any]:
    return {
        "period": {"from": "2024-01-01", "to": "2025-12-31", "on": "sold"},
        "members": {"grade_set": ["b", "a"]},
        "inputs": {"begun": "2024-02-29", "site": "hill"},
        "tables": {"sale": {"columns": SALES}},
    } | changed


def test_dates_and_texts_of_the_project_are_values(varied: Methodology) -> None:
    values = bind(read_activity(varied_activity()), varied).values

    assert str(values["begun"].astype("datetime64[D]")) == "2024-02-29"
    assert str(values["site"]) == "hill"


def test_banded_table_has_one_value_a_band(varied: Methodology) -> None:
    binding = bind(read_activity(varied_activity()), varied)

    assert binding.values["price"].tolist() == [1.0, 2.0]
    assert binding.values["loss"].tolist() == [1.0, 2.0]


def test_group_of_text_category_and_number_is_named_by_its_values(varied: Methodology) -> None:
    group = bind(read_activity(varied_activity()), varied).tables["sale"].groups["by_batch"]

    assert [key.tolist() for key in group.keys] == [["none", "x"], ["a", "b"], ["1.0", "2.0"]]


def test_table_of_the_methodology_must_hold_the_years_of_the_run(varied: Methodology) -> None:
    late = varied_activity(period={"from": "2024-01-01", "to": "2026-12-31", "on": "sold"})

    with pytest.raises(
        ActivityDataError, match=r"CQ409 the methodology's 'loss': no value for '2026' of 'year'"
    ):
        bind(read_activity(late), varied)


def test_period_asks_which_of_two_dates_it_is_about(varied: Methodology) -> None:
    vague = varied_activity(period={"from": "2024-01-01", "to": "2025-12-31"})

    with pytest.raises(ActivityDataError, match=r"CQ410 .*several dates \(sold, paid\)"):
        bind(read_activity(vague), varied)


def test_blank_cell_stops_the_run_where_missing_values_fail(varied: Methodology) -> None:
    columns = {**SALES, "grade": ["b", None, "a"]}

    with pytest.raises(ActivityDataError, match="column 'grade', row 2: no value of 'grade'") as caught:
        bind(read_activity(varied_activity(tables={"sale": {"columns": columns}})), varied)

    assert caught.value.reasons == ("missing.grade",)


def test_wrong_date_of_the_project_is_refused(varied: Methodology) -> None:
    wrong = varied_activity(inputs={"begun": "29/02/2024", "site": "hill"})

    with pytest.raises(
        ActivityDataError, match=r"CQ412 .*expected a date such as 2025-06-30, found '29/02/2024'"
    ):
        bind(read_activity(wrong), varied)


def test_months_without_a_period_are_those_with_rows(folder: Path, trial: Methodology) -> None:
    text = (folder / "activity.yaml").read_text(encoding="utf-8")
    without = "\n".join(line for line in text.splitlines() if not line.startswith("period"))
    (folder / "activity.yaml").write_text(without, encoding="utf-8")

    binding = bind(read_activity(folder / "activity.yaml"), trial)

    assert binding.members["month"] == ("2025-06",)


def test_file_without_a_header_is_one_mistake(folder: Path, trial: Methodology) -> None:
    with pytest.raises(ActivityDataError, match=r"CQ402 rides\.csv seems to have no header") as caught:
        bound(folder, trial, rides="ann,2025-06-01,1500\nbob,2025-06-02,800\n")

    assert len(caught.value.diagnostics) == 1


def test_text_in_gb18030_binds_like_utf8(folder: Path, trial: Methodology) -> None:
    rides = "user,start,metres\n张三,2025-06-01,1500\n李四,2025-06-02,800\n"
    (folder / "rides.csv").write_bytes(rides.encode("gb18030"))

    binding = bound(folder, trial)

    assert binding.tables["ride"].texts["user"].tolist() == ["张三", "李四"]
    assert [note.code for note in binding.notes] == ["CQ491"]


PARQUET_COLUMNS = {
    "codes": pa.array(["ann", "bob"]).dictionary_encode(),
    "large": pa.array(["ann", "bob"], pa.large_string()),
    "view": pa.array(["ann", "bob"], pa.string_view()),
}
PARQUET_DAYS = {
    "date32": pa.array([dt.date(2025, 6, 2)] * 2, pa.date32()),
    "date64": pa.array([dt.date(2025, 6, 2)] * 2, pa.date64()),
    "local": pa.array([dt.datetime(2025, 6, 2, 7, 30)] * 2, pa.timestamp("ns")),  # noqa: DTZ001 - a local time
    "instant": pa.array([dt.datetime(2025, 6, 1, 23, 30, tzinfo=dt.UTC)] * 2, pa.timestamp("us", "UTC")),
    "codes of texts": pa.array(["2025-06-02", "2025-06-02"]).dictionary_encode(),
}
PARQUET_NUMBERS = {
    "int8": pa.array([100, 50], pa.int8()),
    "uint16": pa.array([100, 50], pa.uint16()),
    "float16": pa.array(np.array([100, 50], dtype=np.float16)),
    "float32": pa.array([100, 50], pa.float32()),
    "decimal128": pa.array([Decimal("100.0"), Decimal(50)], pa.decimal128(10, 3)),
    "decimal256": pa.array([Decimal("100.0"), Decimal(50)], pa.decimal256(60, 3)),
    "codes of numbers": pa.array([100.0, 50.0]).dictionary_encode(),
}


@pytest.mark.parametrize("user", PARQUET_COLUMNS)
@pytest.mark.parametrize("start", PARQUET_DAYS)
def test_texts_and_dates_of_parquet_bind_alike(
    folder: Path, trial: Methodology, user: str, start: str
) -> None:
    read = {"user": PARQUET_COLUMNS[user], "start": PARQUET_DAYS[start], "metres": [100, 50]}
    pq.write_table(pa.table(read), folder / "rides.parquet")

    table = bound(folder, trial, swap=("rides.csv", "rides.parquet")).tables["ride"]

    assert not table.refused
    assert table.texts["user"].tolist() == ["ann", "bob"]
    assert set(table.groups["user_day"].keys[1].tolist()) == {"2025-06-02"}


@pytest.mark.parametrize("metres", PARQUET_NUMBERS)
def test_numbers_of_parquet_bind_alike(folder: Path, trial: Methodology, metres: str) -> None:
    read = {"user": ["ann", "bob"], "start": ["2025-06-01"] * 2, "metres": PARQUET_NUMBERS[metres]}
    pq.write_table(pa.table(read), folder / "rides.parquet")

    table = bound(folder, trial, swap=("rides.csv", "rides.parquet")).tables["ride"]

    assert table.columns["distance"].tolist() == [0.1, 0.05]


def test_column_of_nothing_in_parquet_is_a_column_of_blanks(folder: Path, trial: Methodology) -> None:
    read = {"user": pa.nulls(2), "start": ["2025-06-01"] * 2, "metres": [1, 2]}
    pq.write_table(pa.table(read), folder / "rides.parquet")

    table = bound(folder, trial, swap=("rides.csv", "rides.parquet")).tables["ride"]

    assert {reason: rows.tolist() for reason, rows in table.refused.items()} == {"missing.user": [True, True]}


def test_nested_column_of_parquet_is_refused_by_name(folder: Path, trial: Methodology) -> None:
    read = {"user": ["ann"], "start": ["2025-06-01"], "metres": [[1.0, 2.0]]}
    pq.write_table(pa.table(read), folder / "rides.parquet")

    with pytest.raises(
        ActivityDataError, match=r"CQ404 .*column 'metres': is of type list<.*double>, not numbers"
    ):
        bound(folder, trial, swap=("rides.csv", "rides.parquet"))
