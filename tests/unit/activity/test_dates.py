from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from carbonquant.activity.dates import NO_DATE, read_dates, zone_named
from carbonquant.activity.findings import RefusedError


def days(column: pa.Array, zone: str = "") -> list[str]:
    cells = read_dates(column, zone_named(zone) if zone else None)
    return [str(day) for day in cells.values.view("datetime64[D]")]


@pytest.mark.parametrize(
    "text",
    ["2024-02-29", "2024-02-29 23:59", "2024-02-29T00:00:00", "2024-02-29 12:00:00.123456"],
)
def test_date_and_local_timestamp_are_their_own_day(text: str) -> None:
    assert days(pa.array([text])) == ["2024-02-29"]


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "0000-01-01", "24-01-01", "2024/01/01", "20240101",
        "2024-01-01T24:00", "2024-01-01 12:60", "2024-01-01 12:00:60", "2024-01-01 12", "2024-01-01Z", "NA",
        "2024-01-01 12:00+08", "2024-01-01 12:00+0800", "2024-01-01 12:00Z08:00", "2024-01-01 12:00+08:60",
    ],
)  # fmt: skip
def test_text_that_is_no_date_is_wrong(text: str) -> None:
    cells = read_dates(pa.array([text, "2024-01-01"]), zone_named("UTC"))

    assert cells.wrong.tolist() == [True, False]
    assert cells.values[0] == NO_DATE


def test_blank_cell_is_absent() -> None:
    cells = read_dates(pa.array(["", None, "2024-01-01"]))

    assert cells.absent.tolist() == [True, True, False]
    assert not cells.wrong.any()


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("2025-06-01T16:00:00Z", "Asia/Shanghai", "2025-06-02"),
        ("2025-06-01T15:59:59.9Z", "Asia/Shanghai", "2025-06-01"),
        ("2025-03-09T04:59Z", "America/New_York", "2025-03-08"),
        ("2025-03-10T04:00Z", "America/New_York", "2025-03-10"),
        ("2025-06-02T01:00:00+09:00", "Asia/Shanghai", "2025-06-02"),
        ("2025-06-01 23:00-01:00", "UTC", "2025-06-02"),
        ("1969-12-31T23:59:59Z", "UTC", "1969-12-31"),
        ("2025-06-01T18:15:00Z", "Asia/Kathmandu", "2025-06-02"),
    ],
)
def test_instant_falls_on_the_day_of_its_zone(text: str, zone: str, day: str) -> None:
    assert days(pa.array([text]), zone) == [day]


def test_zone_that_changes_within_a_quarter_hour_is_followed_to_the_second() -> None:
    instants = np.array([dt.datetime(1972, 1, 7, 0, 44, second, tzinfo=dt.UTC) for second in (29, 30)])
    texts = [instant.strftime("%Y-%m-%dT%H:%M:%SZ") for instant in instants]
    zone = zone_named("Africa/Monrovia")

    assert days(pa.array(texts), "Africa/Monrovia") == [str(i.astimezone(zone).date()) for i in instants]


def test_instant_without_a_zone_asks_for_one_and_names_the_row() -> None:
    column = pa.array(["2025-06-01", "2025-06-01T12:00Z"])

    with pytest.raises(RefusedError, match=r"row 2: '2025-06-01T12:00Z'.*depends on a time zone"):
        read_dates(column)


def test_instant_at_the_end_of_time_is_wrong_and_no_crash() -> None:
    cells = read_dates(pa.array(["9999-12-31T23:59Z", "0001-01-01T00:00Z"]), zone_named("Asia/Shanghai"))

    assert cells.wrong.tolist() == [True, True]


def test_typed_dates_and_timestamps_are_read() -> None:
    instant = dt.datetime(2025, 6, 1, 23, tzinfo=dt.UTC)

    assert days(pa.array([dt.date(2025, 6, 1), None])) == ["2025-06-01", "NaT"]
    assert days(pa.array([instant.replace(tzinfo=None)])) == ["2025-06-01"]
    assert days(pa.array([instant], pa.timestamp("ns", "UTC")), "Asia/Shanghai") == ["2025-06-02"]


def test_typed_instants_without_a_zone_ask_for_one() -> None:
    with pytest.raises(RefusedError, match=r"instants \(UTC\)"):
        read_dates(pa.array([0], pa.timestamp("s", "UTC")))


def test_column_of_numbers_is_refused_for_dates() -> None:
    with pytest.raises(RefusedError, match="is of type int64, not dates"):
        read_dates(pa.array([20250601]))


@pytest.mark.parametrize("name", ["America/NewYork", "", "../../etc/passwd", "/etc/localtime", "CST8"])
def test_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(RefusedError, match="unknown time zone"):
        zone_named(name)


def test_misspelt_zone_gets_the_nearest_one_as_hint() -> None:
    with pytest.raises(RefusedError, match="unknown") as caught:
        zone_named("America/NewYork")

    assert caught.value.problem.hint == "did you mean 'America/New_York'?"


@pytest.mark.parametrize("column", [pa.array([1.5]), pa.array([True]), pa.array([[1]])])
def test_column_of_another_type_is_refused_for_dates_by_name(column: pa.Array) -> None:
    with pytest.raises(RefusedError, match=rf"is of type {column.type}, not dates".replace("[", r"\[")):
        read_dates(column)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_instants_of_every_precision_fall_on_the_day_of_the_zone(unit: str) -> None:
    stamps = pa.array([dt.datetime(2025, 6, 1, 16, tzinfo=dt.UTC)], pa.timestamp(unit, "+02:00"))

    assert days(stamps, "Asia/Shanghai") == ["2025-06-02"]


def test_date_of_64_bits_that_holds_a_time_is_that_day() -> None:
    a_minute_before_1970 = pa.array([-60_000], pa.int64()).view(pa.date64())

    assert days(a_minute_before_1970) == ["1969-12-31"]


@pytest.mark.parametrize(
    "column", [pa.array([2**30], pa.date32()), pa.array([-(2**55)], pa.timestamp("s"))], ids=["date", "stamp"]
)
def test_typed_date_that_no_four_digit_year_can_tell_is_wrong(column: pa.Array) -> None:
    cells = read_dates(column)

    assert cells.wrong.tolist() == [True]
    assert cells.values.tolist() == [NO_DATE]


@pytest.mark.parametrize(
    ("zone", "gap"),
    [("America/New_York", "2025-03-09 02:30"), ("America/Sao_Paulo", "2018-11-04 00:30")],
    ids=["at night", "at midnight"],
)
def test_local_time_that_clocks_jump_over_stays_on_its_day(zone: str, gap: str) -> None:
    assert days(pa.array([gap]), zone) == [gap[:10]]


def test_local_time_that_comes_twice_stays_on_its_day() -> None:
    assert days(pa.array(["2025-11-02 01:30", "2018-02-17 23:30"]), "America/Sao_Paulo") == [
        "2025-11-02",
        "2018-02-17",
    ]


def test_both_instants_of_a_local_time_that_comes_twice_are_told_apart() -> None:
    instants = ["2018-02-18T01:30:00Z", "2018-02-18T02:30:00Z", "2018-02-18T03:30:00Z"]

    assert days(pa.array(instants), "America/Sao_Paulo") == ["2018-02-17", "2018-02-17", "2018-02-18"]


def test_instants_before_and_after_a_gap_have_the_offsets_of_their_side() -> None:
    instants = ["2018-11-04T02:59:59Z", "2018-11-04T03:00:00Z"]

    assert days(pa.array(instants), "America/Sao_Paulo") == ["2018-11-03", "2018-11-04"]
