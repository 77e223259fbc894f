from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from carbonquant.activity.data import read_activity
from carbonquant.activity.findings import Findings
from carbonquant.activity.rows import bind_table
from carbonquant.activity.tables import Table
from carbonquant.errors import ActivityDataError
from carbonquant.methodology import Methodology

MEMBERS = {"mode": ("walk", "bus"), "stratum": ("s",), "month": ("2025-06",)}
PERIOD = {"from": "2025-06-01", "to": "2025-06-30"}
RIDES: dict[str, Any] = {
    "user": ["bob", "ann", "bob"],
    "day": ["2025-06-01", "2025-06-30", "2025-06-01"],
    "distance": ["1.5", "0.8", "3"],
}


def table(trial: Methodology, columns: dict[str, Any], period: dict[str, str] | None = None) -> Table:
    findings = Findings(None)
    activity = read_activity({"tables": {"ride": {"columns": columns}}, "period": period or PERIOD})
    found, _, _ = bind_table("ride", trial, activity, MEMBERS, findings)
    findings.raise_if_wrong()
    assert found is not None
    return found


def refused(found: Table) -> dict[str, list[int]]:
    return {reason: np.flatnonzero(rows).tolist() for reason, rows in found.refused.items()}


def test_columns_become_arrays_in_declared_units(trial: Methodology) -> None:
    found = table(trial, {**RIDES, "distance": {"values": [1500, 800, 3000], "unit": "m"}})

    assert found.columns["distance"].tolist() == [1.5, 0.8, 3.0]
    assert found.texts["user"].tolist() == ["ann", "bob"]
    assert found.columns["user"].tolist() == [1, 0, 1]
    assert found.columns["day"].view("datetime64[D]").astype(str).tolist() == RIDES["day"]
    assert (refused(found), dict(found.absent)) == ({}, {})


def test_every_reason_of_a_row_is_kept(trial: Methodology) -> None:
    rides = {
        "user": ["bob", None, "", "ann"],
        "day": ["2025-06-31", "2025-06-01", "2025-07-01", None],
        "distance": ["1", "NA", None, "2"],
        "replaced": ["bus", "car", None, "walk"],
        "shared": ["true", "1", "false", "no"],
    }

    found = table(trial, rides)

    assert refused(found) == {
        "missing.user": [1, 2],
        "type.day": [0],
        "missing.day": [3],
        "type.distance": [1],
        "missing.distance": [2],
        "member.replaced": [1],
        "type.shared": [1, 3],
        "period": [2],
    }


def test_blank_cell_takes_the_default_where_the_methodology_says_so(trial: Methodology) -> None:
    found = table(trial, {**RIDES, "replaced": [None, "bus", ""]})

    assert found.columns["replaced"].tolist() == [1, 0, 1]
    assert "replaced" not in found.absent


def test_absent_column_takes_the_default_on_every_row(trial: Methodology) -> None:
    findings = Findings(None)
    activity = read_activity({"tables": {"ride": {"columns": RIDES}}})

    found, defaults, _ = bind_table("ride", trial, activity, MEMBERS, findings)

    assert found is not None
    assert defaults == ("replaced", "shared")
    assert found.columns["shared"].tolist() == [False, False, False]


def test_rows_outside_the_period_have_that_one_reason(trial: Methodology) -> None:
    found = table(trial, {**RIDES, "day": ["2025-05-31", "2025-06-30", "2025-07-01"]})

    assert refused(found) == {"period": [0, 2]}
    assert found.links["day", "month"].tolist() == [-1, 0, -1]


def test_date_inside_the_period_but_in_no_member_is_refused(trial: Methodology) -> None:
    found = table(trial, {**RIDES, "day": ["2025-06-01", "2025-07-01", "2025-06-30"]}, {"from": "2025-01-01"})

    assert refused(found) == {"member.day": [1]}


def test_groups_are_made_by_rows_inside_the_period_with_all_keys(trial: Methodology) -> None:
    rides = {
        "user": ["bob", "ann", None, "bob", "cat"],
        "day": ["2025-06-02", "2025-06-02", "2025-06-02", "2025-06-01", "2025-07-01"],
        "distance": ["1", "NA", "1", "1", "1"],
    }

    group = table(trial, rides).groups["user_day"]

    assert group.codes.tolist() == [2, 0, -1, 1, -1]
    assert [key.tolist() for key in group.keys] == [
        ["ann", "bob", "bob"],
        ["2025-06-02", "2025-06-01", "2025-06-02"],
    ]


def test_undefined_and_infinite_floats_are_no_figures(trial: Methodology) -> None:
    found = table(trial, {**RIDES, "distance": np.array([np.nan, np.inf, 1.0])})

    assert refused(found) == {"type.distance": [0, 1]}
    assert found.absent["distance"].tolist() == [True, True, False]
    np.testing.assert_array_equal(found.columns["distance"], [np.nan, np.nan, 1.0])


def test_number_that_leaves_float64_in_its_conversion_is_refused(trial: Methodology) -> None:
    found = table(trial, {**RIDES, "distance": {"values": [1e308, 1, 2], "unit": "万km"}})

    assert refused(found) == {"type.distance": [0]}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"distance": ["a", "b", "c"]}, r"CQ404 .*column 'distance': no cell is a number .*row 1: 'a'"),
        ({"distance": {"values": ["a", "1", "2"], "unit": "kg"}}, "CQ403 .*asked for in km, and kg"),
        ({"distance": {"values": ["1", "1", "2"], "unit": "furlong"}}, "CQ208 .*unknown unit"),
        ({"distance": [True, False, True]}, "CQ404 .*is of type bool, not numbers"),
        ({"user": [1.5, 2.5, 3.5]}, "CQ404 .*is of type double, not text"),
        ({"user": {"values": ["a", "b", "c"], "unit": "m"}}, "CQ403 .*it has no unit"),
        ({"user": {"values": ["a", "b", "c"], "as": "date"}}, "CQ410 .*are for dates"),
        ({"day": ["1/6/2025", "2/6/2025", "3/6/2025"]}, "CQ404 .*no cell is a date such as 2025-06-30"),
        ({"day": {"values": ["2025-06-01"] * 3, "timezone": "Mars"}}, "CQ410 .*unknown time zone 'Mars'"),
        ({"users": ["a", "b", "c"]}, "CQ411 .*no input 'users' over ride\n.*did you mean 'user'"),
        ({"area": [1, 2, 3]}, "CQ411 .*no input 'area' over ride"),
    ],
)
def test_column_that_cannot_be_used_is_refused(
    trial: Methodology, changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(ActivityDataError, match=message):
        table(trial, {**RIDES, **changed})


def test_column_that_is_not_bound_is_asked_for(trial: Methodology) -> None:
    without = {name: values for name, values in RIDES.items() if name != "distance"}

    with pytest.raises(ActivityDataError, match=r"CQ402 .*no column is bound to 'distance'") as caught:
        table(trial, without)

    assert caught.value.reasons == ("missing.distance",)


@pytest.mark.parametrize("name", ["distance", "day"])
def test_python_column_of_missing_values_alone_is_refused_as_in_a_file(trial: Methodology, name: str) -> None:
    with pytest.raises(ActivityDataError, match=rf"CQ404 .*column '{name}': all 3 cells are blank"):
        table(trial, {**RIDES, name: [None, None, None]})


@pytest.mark.parametrize(
    "cell",
    [
        "1 000", "1,000", "1,5", "12 km", "12km", "1e400", "-1e400", "\uff11", "NaN", "nan", "inf", "#N/A",
        "1/2", "50%", "9007199254740993", "0x1f", "007",
    ],
)  # fmt: skip
def test_cell_that_is_no_number_refuses_its_row_and_no_other(trial: Methodology, cell: str) -> None:
    found = table(trial, {**RIDES, "distance": ["1.5", cell, "3"]})

    assert refused(found) == {"type.distance": [1]}
    assert found.columns["distance"][[0, 2]].tolist() == [1.5, 3.0]


def test_whole_numbers_that_a_float_cannot_keep_refuse_their_rows(trial: Methodology) -> None:
    found = table(trial, {**RIDES, "distance": np.array([2**53, 2**53 + 1, 3])})

    assert refused(found) == {"type.distance": [1]}


def test_column_of_cells_with_units_is_refused_with_a_hint(trial: Methodology) -> None:
    with pytest.raises(
        ActivityDataError,
        match=r"no cell is a number such as 12\.5 \(row 1: '1 km'\)\n.*hint: .*stands alone",
    ):
        table(trial, {**RIDES, "distance": ["1 km", "2 km", "3 km"]})


@pytest.mark.parametrize(
    ("user", "day", "reasons"),
    [
        ("合计", "", {"missing.day": [3]}),
        ("合计", "2025-06-30", {"missing.distance": [3]}),
        ("", "total", {"missing.user": [3], "type.day": [3]}),
        ("", "", {"missing.user": [3], "missing.day": [3]}),
    ],
)
def test_row_of_totals_with_a_required_cell_missing_is_refused(
    trial: Methodology, user: str, day: str, reasons: dict[str, list[int]]
) -> None:
    distance = "" if "missing.distance" in reasons else "5.3"
    rides = {
        "user": [*RIDES["user"], user],
        "day": [*RIDES["day"], day],
        "distance": [*RIDES["distance"], distance],
    }

    assert refused(table(trial, rides)) == reasons


def test_ids_beyond_2_to_the_53_are_kept_exactly(trial: Methodology) -> None:
    found = table(trial, {**RIDES, "user": np.array([2**63 + 1, 2**64 - 1, 2**63], dtype=np.uint64)})

    assert found.texts["user"].tolist() == [
        "18446744073709551615",
        "9223372036854775808",
        "9223372036854775809",
    ]


@pytest.mark.parametrize(
    "values", [[True, False, True], [dt.date(2025, 6, 1)] * 3, [1.0, 2.0, 3.0], [[1], [2], [3]]]
)
def test_ids_of_another_type_are_refused(trial: Methodology, values: list[object]) -> None:
    with pytest.raises(ActivityDataError, match=r"CQ404 .*column 'user': is of type .*, not text"):
        table(trial, {**RIDES, "user": values})


def test_table_remembers_which_column_an_input_was_read_from(trial: Methodology) -> None:
    assert sorted(table(trial, RIDES).uses) == ["day", "distance", "user"]
