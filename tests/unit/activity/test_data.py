from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from carbonquant.activity.data import ColumnsTable, ColumnUse, FileTable, read_activity
from carbonquant.errors import ActivityDataError
from carbonquant.units import parse_unit, quantity


def test_activity_file_names_its_tables_beside_itself(folder: Path) -> None:
    activity = read_activity(folder / "activity.yaml")

    assert activity.methodology == "trial"
    assert activity.period == (dt.date(2025, 6, 1), dt.date(2025, 6, 30), "")
    table = activity.tables["ride"]
    assert isinstance(table, FileTable)
    assert table.path == folder / "rides.csv"
    assert table.columns["distance"] == ColumnUse("metres", "m")
    assert table.columns["day"] == ColumnUse("start", None, is_date=True, timezone="Asia/Shanghai")


def test_tables_may_lie_in_another_folder(folder: Path, tmp_path: Path) -> None:
    activity = read_activity(folder / "activity.yaml", data=tmp_path / "elsewhere")

    table = activity.tables["ride"]
    assert isinstance(table, FileTable)
    assert table.path == tmp_path / "elsewhere" / "rides.csv"


def test_wrong_activity_file_is_an_error_of_the_data(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("carbonquant: 1\nkind: activity\nmethodology: m\nperio: {}\n", encoding="utf-8")

    with pytest.raises(ActivityDataError, match=r":4:1: CQ201 unknown key 'perio'"):
        read_activity(path)


def test_text_that_is_no_yaml_is_an_error_of_the_data(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: [1\n", encoding="utf-8")

    with pytest.raises(ActivityDataError, match="CQ103"):
        read_activity(path)


def test_methodology_file_is_no_activity() -> None:
    with pytest.raises(ActivityDataError, match="no activity file but a methodology"):
        read_activity(
            Path(__file__).parents[3] / "methodologies" / "low-carbon-living" / "greenway-cycling.yaml"
        )


def test_dict_may_hold_columns_with_or_without_a_unit() -> None:
    columns = {"distance": [1.5], "duration": {"values": ["3"], "unit": "min"}}

    table = read_activity({"tables": {"ride": {"columns": columns}}}).tables["ride"]

    assert isinstance(table, ColumnsTable)
    assert table.values == {"distance": [1.5], "duration": ["3"]}
    assert table.columns == {"distance": ColumnUse("distance"), "duration": ColumnUse("duration", "min")}


def test_dict_may_hold_a_column_with_its_unit_as_a_quantity() -> None:
    metres = quantity([1500.0], parse_unit("m"))

    table = read_activity({"tables": {"ride": {"columns": {"distance": metres}}}}).tables["ride"]

    assert isinstance(table, ColumnsTable)
    assert table.columns["distance"].unit == "m"


def test_dict_may_name_a_file(tmp_path: Path) -> None:
    given = {"tables": {"ride": {"file": "r.csv", "columns": {"user": "rider"}}}}

    table = read_activity(given, data=tmp_path).tables["ride"]

    assert isinstance(table, FileTable)
    assert (table.path, table.columns["user"]) == (tmp_path / "r.csv", ColumnUse("rider"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"input": {}}, "unknown key 'input'"),
        ({"inputs": [1]}, "inputs: expected a mapping, found list"),
        ({"period": {"from": "2025-6-1x"}}, r"period\.from: expected a date"),
        ({"period": {"from": "2025-06-02", "to": dt.date(2025, 6, 1)}}, "ends before it begins"),
        ({"members": {"year": "2025"}}, r"members\.year: expected a list"),
        ({"tables": {"ride": {"columns": {"a": {"unit": "m"}}}}}, "the key 'values' is missing"),
        ({"tables": {"ride": {"duplicates": "drop"}}}, "CQ206 .*unknown value 'drop' for 'duplicates'"),
        ({"tables": {"ride": {"file": "r.csv", "table": 1}}}, "CQ201 .*unknown key 'table'"),
        ({"tables": {"ride": {"file": "r.csv", "columns": {"a": [1]}}}}, "expected the name of a column"),
        ({"tables": {"ride": [1]}}, r"tables\.ride: expected a mapping"),
    ],
)
def test_dict_of_another_shape_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ActivityDataError, match=message):
        read_activity(given)


def test_activity_file_says_what_becomes_of_duplicates(folder: Path) -> None:
    path = folder / "activity.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    file:", "    duplicates: report\n    file:"), encoding="utf-8")

    assert read_activity(path).tables["ride"].duplicates == "report"


def test_other_word_for_duplicates_is_refused_in_a_file(folder: Path) -> None:
    path = folder / "activity.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    file:", "    duplicates: drop\n    file:"), encoding="utf-8")

    with pytest.raises(
        ActivityDataError, match=r"CQ206 unknown value for 'duplicates'.*\n(.*\n)*.*reject, report"
    ):
        read_activity(path)
