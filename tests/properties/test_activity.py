"""Laws of reading data: numbers, dates, records and groups agree with what Python itself makes of them."""

from __future__ import annotations

import csv
import datetime as dt
import io

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from carbonquant.activity.cells import read_numbers
from carbonquant.activity.dates import read_dates, zone_named
from carbonquant.activity.findings import RefusedError
from carbonquant.activity.records import scan
from carbonquant.activity.tables import group_rows
from carbonquant.declaration import read_number

ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
number_like = st.from_regex(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
instants = st.datetimes(dt.datetime(1930, 1, 1), dt.datetime(2037, 12, 31), timezones=st.just(dt.UTC))  # noqa: DTZ001 - hypothesis wants bounds without a zone
cell = st.text(st.sampled_from('ab, "\n中'), max_size=5)


@given(st.lists(number_like | st.text(max_size=4), min_size=1, max_size=20))
def test_cells_are_numbers_exactly_where_the_language_reads_one(texts: list[str]) -> None:
    cells = read_numbers(pa.array(texts, pa.string()))

    for position, text in enumerate(texts):
        try:
            expected: float | None = read_number(text.strip()).value
        except ValueError:
            expected = None
        assert bool(cells.present[position]) == (expected is not None), text
        if expected is not None:
            assert cells.values[position] == expected


@given(st.lists(instants, min_size=1, max_size=20), st.sampled_from(ZONES))
def test_day_of_an_instant_is_that_of_the_standard_library(moments: list[dt.datetime], name: str) -> None:
    zone = zone_named(name)

    cells = read_dates(pa.array([moment.isoformat() for moment in moments]), zone)

    expected = [moment.astimezone(zone).date() for moment in moments]
    assert cells.values.view("datetime64[D]").tolist() == expected


@given(
    st.lists(st.lists(cell, min_size=2, max_size=2), min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"])
)
def test_scan_counts_the_records_that_a_writer_wrote(rows: list[list[str]], line_end: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator=line_end).writerows(rows)

    records = scan(written.getvalue().encode(), ",", "t.csv")

    assert (records.count, records.width, records.blank_lines) == (len(rows), 2, 0)


@given(st.binary(max_size=40))
def test_scan_of_any_bytes_counts_or_refuses(data: bytes) -> None:
    try:
        records = scan(data, ",", "t.csv")
    except RefusedError:
        return

    assert records.count >= 1


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans()), min_size=1, max_size=30))
def test_groups_are_the_sorted_distinct_keys(rows: list[tuple[int, int, bool]]) -> None:
    first, second, eligible = (np.array(part) for part in zip(*rows, strict=True))

    group = group_rows([first, second], eligible, lambda _, values: values)

    distinct = sorted({(a, b) for a, b, is_in in rows if is_in})
    assert list(zip(*(key.tolist() for key in group.keys), strict=True)) == distinct
    expected = [distinct.index((a, b)) if is_in else -1 for a, b, is_in in rows]
    assert group.codes.tolist() == expected
