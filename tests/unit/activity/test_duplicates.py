from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from carbonquant.activity import Binding, bind, read_activity
from carbonquant.activity.duplicates import key_columns, repeats
from carbonquant.declaration import declare
from carbonquant.methodology import Methodology, check, load
from carbonquant.sources import read_text

TRIAL = """
carbonquant: 1
kind: methodology
id: trial
version: 0.1.0
status: draft
basis: demonstration
title: {zh: 试, en: Trial}
sector: low-carbon-living
scope: project
dimensions:
  ride: rows
  user_day: {group: ride, by: [user, day]}
  month: month
inputs:
  site: {type: text}
  user: {type: text, over: ride}
  day: {type: date, over: ride}
  distance: {unit: km, over: ride}
  note: {type: text, over: ride, default: none, missing: default}
steps:
  total: {unit: t CO2e, formula: "sum(distance, over=ride) * 1 [t CO2e/km]"}
results: {baseline: total, project: none, leakage: none, reductions: total}
claims: {key: KEY}
"""
ACTIVITY = """
carbonquant: 1
kind: activity
methodology: trial
inputs: {site: hill}
members: {month: [2025-06]}
tables:
  ride:
    file: r.csv
    duplicates: report
    columns: {user: user, day: day, distance: {from: km, unit: km}}
"""
RIDES: dict[str, Any] = {
    "user": ["ann", "bob", "ann", "ann", "ann"],
    "day": ["2025-06-01", "2025-06-01", "2025-06-01", "2025-07-01", "2025-06-01"],
    "distance": [1.5, 1.5, 1.5, 1.5, 2.0],
}


def keyed(key: str) -> Methodology:
    return check(declare(read_text(TRIAL.replace("KEY", key))))


def bound(methodology: Methodology, columns: dict[str, Any] = RIDES, **table: Any) -> Binding:
    given = {
        "period": {"from": "2025-06-01", "to": "2025-07-31"},
        "inputs": {"site": "hill"},
        "tables": {"ride": {"columns": columns, **table}},
    }
    return bind(read_activity(given), methodology)


def duplicates(binding: Binding) -> list[int]:
    table = binding.tables["ride"]
    return np.flatnonzero(table.refused.get("duplicate", np.zeros(table.rows, dtype=bool))).tolist()


def test_row_that_repeats_the_whole_key_is_rejected_and_the_first_stays() -> None:
    assert duplicates(bound(keyed("[user, day, distance]"))) == [2]


def test_repeats_are_only_counted_where_the_activity_says_report() -> None:
    binding = bound(keyed("[user, day, distance]"), duplicates="report")

    assert duplicates(binding) == []
    (note,) = binding.notes
    assert str(note).splitlines() == [
        "CQ413 warning: table ride: rows that count although they repeat the claim key of an earlier row: 1",
        "  note: table ride:3 has the same user, day, distance as table ride:1",
        "  hint: duplicates: reject leaves them out",
    ]


def test_activity_file_says_whether_repeats_are_rejected(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("user,day,km\nann,2025-06-01,1\nann,2025-06-01,1\n", encoding="utf-8")
    for choice, found in (("report", []), ("reject", [1])):
        (tmp_path / "a.yaml").write_text(ACTIVITY.replace("report", choice), encoding="utf-8")

        binding = bind(read_activity(tmp_path / "a.yaml"), keyed("[user, day]"))

        assert duplicates(binding) == found


def test_row_that_is_refused_already_neither_repeats_nor_is_repeated() -> None:
    columns = {
        "user": ["ann", "ann", "ann", None, None],
        "day": ["2025-08-01", "2025-06-01", "2025-06-01", "2025-06-02", "2025-06-02"],
        "distance": ["1", "far", "1", "1", "1"],
    }

    binding = bound(keyed("[user, distance]"), columns)

    assert {
        reason: np.flatnonzero(rows).tolist() for reason, rows in binding.tables["ride"].refused.items()
    } == {
        "missing.user": [3, 4],
        "type.distance": [1],
        "period": [0],
    }


def test_equal_values_written_in_different_ways_are_one_key() -> None:
    columns = {"user": ["7", " 7"], "day": ["2025-06-01", "2025-06-01 08:00"], "distance": ["1.50", "1.5"]}

    assert duplicates(bound(keyed("[user, day, distance]"), columns)) == [1]


def test_key_that_names_no_column_of_the_table_compares_nothing() -> None:
    assert duplicates(bound(keyed("[site, month]"))) == []


def test_what_is_the_same_for_the_whole_run_does_not_matter() -> None:
    assert duplicates(bound(keyed("[site, user, day]"))) == [2, 4]


def test_rows_of_different_months_do_not_repeat_each_other_where_the_key_names_the_month() -> None:
    assert duplicates(bound(keyed("[user]"))) == [2, 3, 4]
    assert duplicates(bound(keyed("[user, month]"))) == [2, 4]


def test_group_in_the_key_stands_for_its_columns() -> None:
    assert key_columns(keyed("[user_day, distance]"), "ride") == ("user", "day", "distance")


def test_table_itself_in_the_key_makes_every_row_a_claim_of_its_own() -> None:
    assert key_columns(keyed("[ride, user]"), "ride") == ()


def test_methodology_without_a_claim_key_compares_nothing() -> None:
    methodology = check(declare(read_text(TRIAL.replace("claims: {key: KEY}", ""))))

    assert duplicates(bound(methodology)) == []


def test_plots_are_not_compared_by_the_stratum_and_year_of_a_forest() -> None:
    methodology = load("bamboo-afforestation")
    (plots,) = (name for name, dimension in methodology.dimensions.items() if dimension.kind == "rows")

    assert key_columns(methodology, plots) == ()


def test_every_later_row_is_told_with_the_first_row_of_its_key() -> None:
    found = repeats([np.array([9, 4, 9, 4, 9])], np.array([False, True, True, True, True]))

    assert found.rows.tolist() == [3, 4]
    assert found.firsts.tolist() == [1, 2]


@pytest.mark.parametrize("choice", ["drop", "", None])
def test_other_choice_for_duplicates_is_refused(choice: object) -> None:
    with pytest.raises(Exception, match=r"CQ206 tables\.ride: unknown value .* for 'duplicates'"):
        bound(keyed("[user]"), duplicates=choice)
