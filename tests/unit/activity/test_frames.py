from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from carbonquant.activity import Binding, bind, read_activity
from carbonquant.activity.findings import RefusedError
from carbonquant.activity.frames import is_frame, settled, table_of_frame
from carbonquant.audit import record, verify
from carbonquant.errors import ActivityDataError
from carbonquant.methodology import Methodology, load
from carbonquant.quantification import quantify

RIDES: dict[str, Any] = {
    "rider": ["ann", "bob", None],
    "date": [dt.date(2025, 6, 1), dt.date(2025, 6, 2), dt.date(2025, 6, 3)],
    "metres": [1500.5, 800.0, None],
}
COLUMNS = {"user": "rider", "day": "date", "distance": {"from": "metres", "unit": "m"}}


def duckdb_rides() -> Any:
    rides = pa.table(RIDES)
    return duckdb.connect().from_arrow(rides)


FRAMES: dict[str, Callable[[], Any]] = {
    "polars": lambda: pl.DataFrame(RIDES),
    "pandas": lambda: pd.DataFrame(RIDES),
    "duckdb": duckdb_rides,
    "pyarrow table": lambda: pa.table(RIDES),
    "pyarrow batch": lambda: pa.record_batch(RIDES),
    "pyarrow reader": lambda: pa.table(RIDES).to_reader(),
}


def bound(table: Any, trial: Methodology) -> Binding:
    given = {
        "period": {"from": "2025-06-01", "to": "2025-06-30"},
        "inputs": {"area": {"s1": 1}},
        "tables": {"ride": table},
    }
    return bind(read_activity(given), trial)


@pytest.mark.parametrize("library", FRAMES)
def test_table_of_another_library_binds_like_lists(library: str, trial: Methodology) -> None:
    found = bound({"table": FRAMES[library](), "columns": COLUMNS}, trial).tables["ride"]

    np.testing.assert_array_equal(found.columns["distance"], [1.5005, 0.8, np.nan])
    assert found.texts["user"].tolist() == ["ann", "bob"]
    assert found.columns["day"].view("datetime64[D]").astype(str).tolist() == [
        "2025-06-01",
        "2025-06-02",
        "2025-06-03",
    ]
    assert {reason: rows.tolist() for reason, rows in found.refused.items()} == {
        "missing.user": [False, False, True],
        "missing.distance": [False, False, True],
    }


@pytest.mark.parametrize("library", FRAMES)
def test_run_on_a_table_of_another_library_verifies(library: str, tmp_path: Path) -> None:
    columns = {**COLUMNS, "duration": {"from": "metres", "unit": "s"}}
    given = {
        "methodology": "greenway-cycling",
        "period": {"from": "2025-06-01", "to": "2025-06-30"},
        "tables": {"ride": {"table": FRAMES[library](), "columns": columns}},
    }
    record(quantify(load("greenway-cycling"), read_activity(given))).save(tmp_path / "bundle")

    verification = verify(tmp_path / "bundle")

    verification.raise_if_failed()


def test_frame_by_itself_is_bound_by_names_in_declared_units(trial: Methodology) -> None:
    named = pl.DataFrame(RIDES).rename({"rider": "user", "date": "day", "metres": "distance"})

    binding = bound(named.with_columns(weather=pl.lit("sun")), trial)

    np.testing.assert_array_equal(binding.tables["ride"].columns["distance"], [1500.5, 800.0, np.nan])
    assert [note.message for note in binding.notes] == ["table ride: columns that no input asks for: weather"]


def test_run_on_a_frame_by_itself_verifies(tmp_path: Path) -> None:
    named = pl.DataFrame(RIDES).rename({"rider": "user", "date": "day", "metres": "distance"})
    frame = named.with_columns(
        duration=pl.lit(9.5).cast(pl.Decimal(10, 7)),
        user=pl.col("user").cast(pl.Categorical),
        nested=pl.struct("user", "day"),
        stamped=pl.lit(dt.datetime(2025, 6, 1, tzinfo=dt.UTC)),
    )
    given = {
        "methodology": "greenway-cycling",
        "period": {"from": "2025-06-01", "to": "2025-06-30"},
        "tables": {"ride": frame},
    }
    record(quantify(load("greenway-cycling"), read_activity(given))).save(tmp_path / "bundle")

    verify(tmp_path / "bundle").raise_if_failed()


def test_reported_duplicates_verify(tmp_path: Path) -> None:
    columns = {**COLUMNS, "duration": {"from": "metres", "unit": "s"}}
    twice = pl.concat([pl.DataFrame(RIDES), pl.DataFrame(RIDES)])
    given = {
        "methodology": "greenway-cycling",
        "tables": {"ride": {"table": twice, "columns": columns, "duplicates": "report"}},
    }
    result = quantify(load("greenway-cycling"), read_activity(given))
    record(result).save(tmp_path / "bundle")

    verify(tmp_path / "bundle").raise_if_failed()
    assert "duplicate" not in result.rows["ride"].reasons


def test_instants_of_a_frame_verify_in_their_time_zone(tmp_path: Path) -> None:
    instant = dt.datetime(2025, 6, 1, 16, 30, tzinfo=dt.UTC)
    frame = pa.table(
        {"u": ["ann"], "d": pa.array([instant], pa.timestamp("us", "Etc/UTC")), "km": [5.0], "min": [20]}
    )
    columns = {
        "user": "u",
        "day": {"from": "d", "as": "date", "timezone": "Asia/Shanghai"},
        "distance": {"from": "km", "unit": "km"},
        "duration": {"from": "min", "unit": "min"},
    }
    given = {"methodology": "greenway-cycling", "tables": {"ride": {"table": frame, "columns": columns}}}
    result = quantify(load("greenway-cycling"), read_activity(given))
    record(result).save(tmp_path / "bundle")

    verify(tmp_path / "bundle").raise_if_failed()
    assert result.binding.tables["ride"].groups["user_day"].keys[1].tolist() == ["2025-06-02"]


def test_stream_is_read_once_and_bound_as_often_as_wanted(trial: Methodology) -> None:
    given = {
        "inputs": {"area": {"s1": 1}},
        "tables": {"ride": {"table": pa.table(RIDES).to_reader(), "columns": COLUMNS}},
    }
    activity = read_activity(given)

    assert [bind(activity, trial).tables["ride"].rows for _ in range(2)] == [3, 3]


def test_named_column_without_its_unit_is_refused_as_in_a_file(trial: Methodology) -> None:
    columns = {**COLUMNS, "distance": "metres"}

    with pytest.raises(ActivityDataError, match=r"CQ403 .*name the column's unit\n.*from: metres, unit: km"):
        bound({"table": pl.DataFrame(RIDES), "columns": columns}, trial)


def test_column_that_is_not_in_the_frame_is_told_with_those_that_are(trial: Methodology) -> None:
    columns = {**COLUMNS, "user": "ridr"}

    with pytest.raises(ActivityDataError, match=r"CQ402 .*table ride has no column 'ridr'") as caught:
        bound({"table": pl.DataFrame(RIDES), "columns": columns}, trial)

    assert "note: columns: rider, date, metres" in str(caught.value)


def test_frame_by_itself_without_a_column_asks_for_it(trial: Methodology) -> None:
    with pytest.raises(ActivityDataError, match=r"CQ402 .*no column is bound to 'distance'"):
        bound(pl.DataFrame({"user": ["ann"], "day": ["2025-06-01"]}), trial)


def test_lazy_frame_is_refused_with_a_hint() -> None:
    with pytest.raises(ActivityDataError, match=r"CQ203 .*found LazyFrame\n.*must be collected first"):
        read_activity({"tables": {"ride": pl.DataFrame(RIDES).lazy()}})


def test_something_else_under_table_is_refused() -> None:
    with pytest.raises(ActivityDataError, match=r"CQ203 tables\.ride\.table: expected a table, found list"):
        read_activity({"tables": {"ride": {"table": [1], "columns": {}}}})


def test_single_column_is_no_table() -> None:
    with pytest.raises(ActivityDataError, match=r"CQ404 tables\.ride: this is no table that can be read"):
        read_activity({"tables": {"ride": pl.Series([1, 2])}})


def test_frame_that_mixes_kinds_in_a_column_is_refused() -> None:
    with pytest.raises(RefusedError, match="Conversion failed for column a"):
        table_of_frame(pd.DataFrame({"a": [1, "x"]}))


def test_frame_with_a_column_twice_is_refused() -> None:
    with pytest.raises(RefusedError, match="Duplicate column names"):
        table_of_frame(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_frame_without_a_row_is_empty(trial: Methodology) -> None:
    with pytest.raises(ActivityDataError, match=r"CQ405 .*table ride has no row"):
        bound({"table": pl.DataFrame(RIDES).clear(), "columns": COLUMNS}, trial)


def test_missing_marks_of_pandas_are_missing_values(trial: Methodology) -> None:
    frame = pd.DataFrame(
        {"user": ["ann", pd.NA], "day": [pd.Timestamp(2025, 6, 1), pd.NaT], "distance": [np.nan, 1]}
    )

    found = bound(frame, trial).tables["ride"]

    assert {reason: rows.tolist() for reason, rows in found.refused.items()} == {
        "missing.user": [False, True],
        "missing.day": [False, True],
        "missing.distance": [True, False],
    }


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["a", None, "a"]).dictionary_encode(),
        pa.array(["a", None, "a"], pa.string_view()),
        pa.DictionaryArray.from_arrays(pa.array([0, None, 0]), pa.array(["a"], pa.string_view())),
        pc.run_end_encode(pa.array(["a", None, "a"])),
    ],
    ids=["codes", "views", "codes of views", "runs"],
)
def test_encoded_texts_are_written_out(column: pa.Array) -> None:
    found = settled(pa.table({"t": column}), "t").column("t")

    assert pa.types.is_string(found.type) or pa.types.is_large_string(found.type)
    assert found.to_pylist() == ["a", None, "a"]


def test_column_of_nothing_is_a_column_of_blanks() -> None:
    assert settled(pa.table({"n": pa.nulls(2)}), "t").column("n").type == pa.string()


def test_views_inside_lists_and_structs_are_written_out() -> None:
    views = pa.array(["a"], pa.string_view())
    table = pa.table(
        {
            "s": pa.StructArray.from_arrays([views], ["x"]),
            "l": pa.ListArray.from_arrays([0, 1], views),
            "b": pa.array([b"x"], pa.binary_view()),
        }
    )

    assert settled(table, "t").take(pa.array([0])).to_pydict() == {
        "s": [{"x": "a"}],
        "l": [["a"]],
        "b": [b"x"],
    }


def test_column_of_a_type_that_rows_cannot_be_taken_from_is_refused_by_name() -> None:
    views = pa.array(["a"], pa.string_view())
    mapped = pa.MapArray.from_arrays(pa.array([0, 1], pa.int32()), views, views)

    with pytest.raises(
        RefusedError, match=r"t, column 'm': a column of type map<string_view.* cannot be read"
    ):
        settled(pa.table({"m": mapped}), "t")


def test_text_that_is_no_text_is_damage() -> None:
    stray = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff\xfe"]).buffers())

    with pytest.raises(RefusedError, match=r"t is damaged: .*Invalid UTF8"):
        settled(pa.table({"a": stray}), "t")


def test_nul_character_in_a_text_is_refused_by_its_row() -> None:
    with pytest.raises(RefusedError, match=r"t, column 'a', row 2: a NUL character"):
        settled(pa.table({"a": ["x", "y\0"]}), "t")


def test_mapping_of_columns_is_no_frame() -> None:
    assert not is_frame({"a": pa.array([1])})
