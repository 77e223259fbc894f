"""Greenway cycling: the engine beside plain loops, on made-up rides and on two files of real ones."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from carbonquant.activity import read_activity
from carbonquant.methodology import load
from carbonquant.methodology.model import Example, Tolerance, Words
from carbonquant.quantification import Quantification, quantify
from carbonquant.worked_examples import run_example
from tests.methodologies.plain_cycling import SHARE_PERCENT, RefusedError, cycling

METHODOLOGY = load("greenway-cycling")
COLUMNS = ("user", "day", "distance", "duration", "zone")
ON_RIDES = ("speed", "PKM", "BE_ride", "PE_ride")
BY_USER_AND_DAY = ("km_day", "km_credited", "part", "ER_day", "points")
NEAR = 1e-12

Ride = dict[str, Any]
Period = tuple[str, str]


# --- between an example and plain data -----------------------------------------------------------------------


def rides_of(example: Example) -> list[Ride]:
    """Return the rides of a worked example, distances in km and durations in min."""
    columns = {name: example.inputs[name] for name in COLUMNS if name in example.inputs}
    rides = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    for ride in rides:
        for name in ("distance", "duration"):
            ride[name] = None if ride[name] is None else float(ride[name])
    return rides


def example_of(rides: list[Ride], period: Period, **choices: Any) -> Example:
    """Return rides as an example that expects what the plain loops give for them, or their refusal."""
    expect: dict[str, Any] = {}
    fails, rejected = frozenset[str](), {}
    try:
        plain = cycling(rides, period, **choices)
    except RefusedError as refused:
        fails = frozenset(refused.reasons)
    else:
        rejected = plain["rejected"]
        expect = {name: plain[name] for name in (*ON_RIDES, "EF_base", "BE", "PE", "ER")}
        expect |= {name: list(plain[name].values()) for name in BY_USER_AND_DAY}
        expect["ER_district_month"] = {
            district: {
                month: plain["ER_district_month"].get((district, month), 0) for month in _months(period)
            }
            for district in SHARE_PERCENT
        }
    inputs: dict[str, Any] = {name: [ride[name] for ride in rides] for name in COLUMNS if name in rides[0]}
    inputs |= {name: str(choice).lower() for name, choice in choices.items()}
    return Example(
        name="plain",
        words=Words(),
        members={},
        period=(dt.date.fromisoformat(period[0]), dt.date.fromisoformat(period[1])),
        inputs=_texts(inputs),
        expect=_texts(expect),
        issued={},
        rejected=rejected,
        warned={},
        fails=fails,
        tolerance={"other": Tolerance(NEAR), "points": Tolerance(0.0)},
        source="",
    )


def _months(period: Period) -> list[str]:
    """Return the months of a period that lies within one year."""
    first, last = (int(day[5:7]) for day in period)
    return [f"{period[0][:4]}-{month:02d}" for month in range(first, last + 1)]


def _texts(nested: Any) -> Any:
    if isinstance(nested, dict):
        return {key: _texts(value) for key, value in nested.items()}
    if isinstance(nested, list):
        return [_texts(value) for value in nested]
    return repr(nested) if isinstance(nested, (int, float)) else nested


# --- made-up rides -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", METHODOLOGY.examples)
def test_engine_agrees_with_plain_loops_on_every_worked_example(name: str) -> None:
    example = METHODOLOGY.examples[name]
    start, end = example.period or (None, None)
    choices = {"walking": example.inputs.get("walking", "kept")}
    choices["survey_on_file"] = example.inputs.get("survey_on_file") == "true"

    result = run_example(METHODOLOGY, example_of(rides_of(example), (str(start), str(end)), **choices))

    assert result.detail == ""


DISTANCES = st.one_of(
    st.none(), st.integers(0, 2600).map(lambda number: number / 100), st.sampled_from([0.5, 199.9, 201.0])
)
DURATIONS = st.one_of(
    st.none(), st.integers(0, 7200).map(lambda number: number / 60), st.sampled_from([0.0, 1441.0])
)
RIDES = st.fixed_dictionaries(
    {
        "user": st.sampled_from(["ann", "bob", "陈", None]),
        "day": st.sampled_from(["2025-06-01", "2025-06-02", "2025-07-31", "2025-08-01", None]),
        "distance": DISTANCES,
        "duration": DURATIONS,
        "zone": st.sampled_from([*SHARE_PERCENT]),
    }
)


def has_a_value_in_each_column(rides: list[Ride]) -> bool:
    """Tell whether a table would be read at all: a column without a single value is refused as a whole."""
    return all(any(ride[name] is not None for ride in rides) for name in COLUMNS)


@given(
    rides=st.lists(RIDES, min_size=1, max_size=25).filter(has_a_value_in_each_column),
    walking=st.sampled_from(["kept", "excluded"]),
    survey=st.sampled_from(["on file", "on file", "on file", "none"]),
)
def test_engine_agrees_with_plain_loops_on_any_rides(rides: list[Ride], walking: str, survey: str) -> None:
    period, choices = (
        ("2025-06-01", "2025-07-31"),
        {"walking": walking, "survey_on_file": survey == "on file"},
    )

    result = run_example(METHODOLOGY, example_of(rides, period, **choices))

    assert result.detail == ""


# --- real rides ----------------------------------------------------------------------------------------------


def activity_file(folder: Path, file: str, period: Period, user: str, zone: str) -> Path:
    """Write an activity file for a table of real rides."""
    path = folder / "activity.yaml"
    path.write_text(
        f"""\
carbonquant: 1
kind: activity
methodology: greenway-cycling
title: {{zh: 真实骑行记录, en: Real rides}}
period: {{from: {period[0]}, to: {period[1]}}}
tables:
  ride:
    file: {file}
    columns:
      user: {user}
      day: {{from: start, as: date, timezone: {zone}}}
      distance: {{from: distance_m, unit: m}}
      duration: {{from: duration_s, unit: s}}
""",
        encoding="utf-8",
    )
    return path


def plain_rides(text: str, user: str, zone: str) -> list[Ride]:
    """Read rides once more: one dictionary a line, days by the standard library."""
    return [
        {
            "user": row[user] or None,
            "day": dt.datetime.fromisoformat(row["start"]).astimezone(ZoneInfo(zone)).date().isoformat(),
            "distance": float(row["distance_m"]) / 1000 if row["distance_m"] else None,
            "duration": float(row["duration_s"]) / 60 if row["duration_s"] else None,
        }
        for row in csv.DictReader(text.splitlines())
    ]


def assert_same(result: Quantification, plain: dict[str, Any]) -> None:
    """Hold a run against the plain loops: every row's reasons, all counts, and the figures."""
    counts, reasons = result.rows["ride"], result.outcome.reasons["ride"]
    assert counts.accepted + counts.rejected == counts.read == plain["read"]
    assert [set(reasons.of_row(row)) for row in range(counts.read)] == [set(why) for why in plain["reasons"]]
    assert counts.reasons == plain["rejected"]
    assert counts.accepted == plain["accepted"]
    assert result.values("points").tolist() == [float(points) for points in plain["points"].values()]
    np.testing.assert_allclose(result.values("km_day"), [*plain["km_day"].values()], rtol=NEAR)
    np.testing.assert_allclose(result.values("ER_day"), [*plain["ER_day"].values()], rtol=NEAR)
    assert result.figures["baseline"].value == pytest.approx(plain["BE"], rel=NEAR)
    assert result.figures["project"].value == pytest.approx(plain["PE"], rel=NEAR)
    assert result.reductions.value * 1000 == pytest.approx(plain["kg"], rel=NEAR)


def test_rides_of_pioneer_valley_add_up_as_in_a_plain_loop(shared_data: Path, tmp_path: Path) -> None:
    period, zone = ("2020-06-01", "2020-10-31"), "America/New_York"
    activity = activity_file(tmp_path, "valleybike.csv", period, "user", zone)
    rides = plain_rides((shared_data / "rides" / "valleybike.csv").read_text(encoding="utf-8"), "user", zone)

    result = quantify(METHODOLOGY, read_activity(activity, data=shared_data / "rides"))

    assert len(rides) == 2605
    assert_same(result, cycling(rides, period))


def test_rides_outside_the_period_are_rejected_for_it_and_keep_their_other_reasons(
    shared_data: Path, tmp_path: Path
) -> None:
    period, zone = ("2020-06-01", "2020-06-25"), "America/New_York"
    activity = activity_file(tmp_path, "valleybike.csv", period, "user", zone)
    rides = plain_rides((shared_data / "rides" / "valleybike.csv").read_text(encoding="utf-8"), "user", zone)

    result = quantify(METHODOLOGY, read_activity(activity, data=shared_data / "rides"))

    assert result.rows["ride"].reasons["period"] > 0
    assert_same(result, cycling(rides, period))


def test_trips_of_singapore_add_up_as_in_a_plain_loop_with_the_bike_as_user(
    shared_data: Path, tmp_path: Path
) -> None:
    file, period, zone = "singapore_2017-09-13.csv.gz", ("2017-09-13", "2017-09-13"), "Asia/Singapore"
    activity = activity_file(tmp_path, file, period, "bike", zone)
    with gzip.open(shared_data / "rides" / file, "rt", encoding="utf-8") as opened:
        rides = plain_rides(opened.read(), "bike", zone)

    result = quantify(METHODOLOGY, read_activity(activity, data=shared_data / "rides"), threads=2)

    assert len(rides) == 40342
    assert_same(result, cycling(rides, period))
