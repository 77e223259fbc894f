from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pyarrow as pa

from carbonquant.activity.dates import NO_DATE
from carbonquant.activity.tables import FileRead, Table, group_rows, link_dates


def test_days_lead_to_their_year_month_and_date() -> None:
    days = np.array(["2024-12-31", "2025-01-01"], dtype="datetime64[D]").astype(np.int64)

    assert link_dates(days, "year", ["2024", "2025"]).tolist() == [0, 1]
    assert link_dates(days, "month", ["2025-01"]).tolist() == [-1, 0]
    assert link_dates(days, "date", ["2024-12-31", "2025-01-02"]).tolist() == [0, -1]


def test_row_without_a_date_leads_nowhere() -> None:
    assert link_dates(np.array([NO_DATE]), "month", ["1970-01"]).tolist() == [-1]


def test_groups_are_in_the_order_of_their_values() -> None:
    users, days = np.array([1, 0, 1, 1]), np.array([5, 9, 5, 3])

    group = group_rows([users, days], np.array([True, True, True, True]), lambda _, values: values)

    assert group.codes.tolist() == [2, 0, 2, 1]
    assert [key.tolist() for key in group.keys] == [[0, 1, 1], [9, 3, 5]]
    assert group.first_rows.tolist() == [1, 3, 0]


def test_rows_that_are_not_eligible_are_in_no_group() -> None:
    group = group_rows([np.array([4, 4])], np.array([False, False]), lambda _, values: values)

    assert (group.size, group.codes.tolist()) == (0, [-1, -1])


def test_many_columns_of_many_values_do_not_overflow() -> None:
    values = np.arange(3000)

    group = group_rows([values] * 6, np.ones(3000, dtype=bool), lambda _, values: values)

    assert group.codes.tolist() == values.tolist()


def test_rows_are_given_back_as_they_were_read() -> None:
    read = pa.table({"a": ["x", "y"], "b": [1.5, None]})
    table = Table("ride", 2, {}, {}, {}, {}, {}, {}, (FileRead("r.csv", "r.csv", "", 2),), read)

    assert table.original(np.array([1, 0])).to_pydict() == {"a": ["y", "x"], "b": [None, "1.5"]}
    assert table.address(1) == "r.csv:2"


def test_cells_are_given_back_as_texts_that_read_as_the_same_values() -> None:
    instant = dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC)
    read = pa.table(
        {
            "at": pa.array([instant], pa.timestamp("s", "Asia/Shanghai")),
            "small": pa.array([Decimal("1.5E-9")], pa.decimal128(20, 10)),
            "nested": pa.array([[1, 2]]),
        }
    )
    table = Table("ride", 1, {}, {}, {}, {}, {}, {}, (FileRead("r.csv", "r.csv", "", 1),), read)

    assert table.original(np.array([0])).to_pydict() == {
        "at": ["2025-06-01 12:00:00Z"],
        "small": ["1.5e-9"],
        "nested": ["[1, 2]"],
    }
