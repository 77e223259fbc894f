"""The shape of an activity file."""

from __future__ import annotations

import datetime as dt

from carbonquant.declaration.activity import ActivityDeclaration, ColumnDeclaration

WRITTEN = {
    "carbonquant": "1",
    "kind": "activity",
    "methodology": "paper-saving",
    "period": {"from": "2025-01-01", "to": "2025-12-31", "on": "day"},
    "members": {"year": ["2024", "2025"]},
    "inputs": {"area": {"unit": "亩", "values": {"s1": "150"}}},
    "tables": {
        "ride": {"file": "rides.csv", "columns": {"distance": {"from": "m", "unit": "m"}, "user": "u"}}
    },
}


def test_column_is_its_name_in_the_table_alone() -> None:
    assert ColumnDeclaration.model_validate("user_id").column == "user_id"


def test_column_has_a_unit_and_a_time_zone() -> None:
    column = ColumnDeclaration.model_validate({"from": "start", "as": "date", "timezone": "Asia/Shanghai"})

    assert (column.column, column.as_, column.timezone) == ("start", "date", "Asia/Shanghai")


def test_activity_keeps_what_its_author_wrote() -> None:
    activity = ActivityDeclaration.model_validate(WRITTEN)

    assert activity.period is not None
    assert (activity.period.start, activity.period.on) == (dt.date(2025, 1, 1), "day")
    assert activity.inputs == WRITTEN["inputs"]
    assert activity.tables["ride"].columns["distance"].unit == "m"
    assert activity.tables["ride"].separator == ","
