"""Columns of dates: the local day of each cell, as days since 1970-01-01.

`YYYY-MM-DD`, or a timestamp `YYYY-MM-DD HH:MM[:SS[.f]]` (also with `T`), with or without `Z` or `±HH:MM`. A timestamp
with an offset is an instant and has a day only in a time zone, which must be named; one without is local time already.
The rules of the zones are those of the tzdata package, never the machine's own.

Does not know the period or the members of a run (see `rows`).
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from carbonquant.activity.cells import Cells, is_text, mask, trimmed
from carbonquant.activity.findings import RefusedError
from carbonquant.formula.conversion import near

__all__ = ["NO_DATE", "days_of", "read_dates", "zone_named"]

NO_DATE = int(np.iinfo(np.int64).min)
"""Stands where a row has no date; numpy shows it as NaT."""
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
DAY, QUARTER = 86_400, 900
FIRST_YEAR, LAST_YEAR = 2, 9998
"""Years in which every instant has a day in every zone."""
FIELDS = ("year", "month", "day", "hour", "minute", "second", "offset_hour", "offset_minute")
LAST = {"month": 12, "hour": 23, "minute": 59, "second": 59, "offset_hour": 23, "offset_minute": 59}
STAMP = (
    r"\A(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
    r"(?P<sign>[Z+-])?(?P<offset_hour>[0-9]{2})?(?::(?P<offset_minute>[0-9]{2}))?)?\z"
)


def days_of(date: dt.date) -> int:
    """Return the days from 1970-01-01 to a date.

    >>> days_of(dt.date(1970, 1, 2))
    1
    """
    return date.toordinal() - EPOCH.toordinal()


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """Return a time zone of the tzdata package.

    Raises
    ------
    RefusedError
        CQ410 if there is no zone of that name.
    """
    names = _zone_names()
    if name not in names:
        hint = near(name, names) or "a name such as Asia/Shanghai or America/New_York"
        raise RefusedError("CQ410", f"unknown time zone '{name}'", hint=hint)
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@lru_cache(maxsize=1)
def _zone_names() -> tuple[str, ...]:
    return tuple(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def read_dates(column: pa.Array, zone: ZoneInfo | None = None) -> Cells:
    """Read the local day of every cell.

    Raises
    ------
    RefusedError
        CQ404 if the column holds no dates and no texts; CQ410 if a cell has an offset and there is no zone.

    Examples
    --------
    >>> zone = zone_named("America/New_York")
    >>> read_dates(pa.array(["2020-06-21T01:17:37Z"]), zone).values.astype("datetime64[D]").tolist()
    [datetime.date(2020, 6, 20)]
    """
    if pa.types.is_date32(column.type):
        return _dated(_integers(column.cast(pa.int32())), mask(pc.is_null(column)))
    if pa.types.is_date64(column.type):
        return _typed_stamps(column.cast(pa.timestamp("ms")), zone)
    if pa.types.is_timestamp(column.type):
        return _typed_stamps(column, zone)
    if not is_text(column.type):
        raise RefusedError("CQ404", f"is of type {column.type}, not dates")
    encoded = trimmed(column).dictionary_encode()
    days, wrong = _text_days(encoded, zone)
    absent = mask(pc.is_null(encoded.indices))
    codes = _integers(encoded.indices)
    return _cells(np.append(days, 0)[codes], absent, np.append(wrong, [False])[codes] & ~absent)


def _cells(days: NDArray[np.int64], absent: NDArray[np.bool_], wrong: NDArray[np.bool_]) -> Cells:
    return Cells(np.where(absent | wrong, NO_DATE, days), absent, wrong)


def _dated(days: NDArray[np.int64], absent: NDArray[np.bool_]) -> Cells:
    """Days of a typed column; those that no date of four-digit years can tell are wrong."""
    wrong = (days < days_of(dt.date.min)) | (days > days_of(dt.date.max))
    return _cells(days, absent, wrong & ~absent)


def _integers(array: pa.Array, absent: int = -1) -> NDArray[np.int64]:
    return np.asarray(
        pc.fill_null(array.cast(pa.int64()), absent).to_numpy(zero_copy_only=False), dtype=np.int64
    )


def _typed_stamps(column: pa.Array, zone: ZoneInfo | None) -> Cells:
    per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[column.type.unit]
    absent = mask(pc.is_null(column))
    seconds = _integers(column.cast(pa.timestamp(column.type.unit)).cast(pa.int64()), 0) // per_second
    if column.type.tz is None:
        return _dated(seconds // DAY, absent)
    wrong = _beyond(seconds) & ~absent
    return _cells(
        _local_days(np.where(wrong, 0, seconds), _needed(zone, "are instants (UTC)")), absent, wrong
    )


def _needed(zone: ZoneInfo | None, what: str) -> ZoneInfo:
    if zone is None:
        hint = "name the zone whose days count: {from: …, as: date, timezone: Asia/Shanghai}"
        raise RefusedError("CQ410", f"the timestamps {what}, so their day depends on a time zone", hint=hint)
    return zone


def _beyond(seconds: NDArray[np.int64]) -> NDArray[np.bool_]:
    low = days_of(dt.date(FIRST_YEAR, 1, 1)) * DAY
    high = days_of(dt.date(LAST_YEAR, 12, 31)) * DAY
    return (seconds < low) | (seconds > high)


def _text_days(
    encoded: pa.DictionaryArray, zone: ZoneInfo | None
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the day of each distinct text, and which texts are no date."""
    found = pc.extract_regex(encoded.dictionary, STAMP)
    parts = {name: _part(found, name) for name in FIELDS}
    days, wrong = _calendar_days(parts)
    wrong |= mask(pc.is_null(found)) | _wrong_offset(found)
    sign = pc.struct_field(found, "sign")
    has_offset = mask(pc.not_equal(sign, "")) & ~wrong
    if has_offset.any():
        zone = _needed_for(encoded, has_offset, zone)
        shift = np.where(mask(pc.equal(sign, "-")), -1, 1) * (
            parts["offset_hour"] * 60 + parts["offset_minute"]
        )
        seconds = days * DAY + parts["hour"] * 3600 + parts["minute"] * 60 + parts["second"] - shift * 60
        wrong |= has_offset & _beyond(seconds)
        usable = has_offset & ~wrong
        days[usable] = _local_days(seconds[usable], zone)
    return days, wrong


def _needed_for(
    encoded: pa.DictionaryArray, has_offset: NDArray[np.bool_], zone: ZoneInfo | None
) -> ZoneInfo:
    first = int(np.flatnonzero(has_offset)[0])
    row = int(np.flatnonzero(_integers(encoded.indices) == first)[0]) + 1
    return _needed(zone, f"have an offset from UTC (row {row}: '{encoded.dictionary[first]}')")


def _part(found: pa.StructArray, name: str) -> NDArray[np.int64]:
    texts = pc.struct_field(found, name)
    return _integers(pc.if_else(pc.equal(texts, ""), "0", texts).cast(pa.int64()), 0)


def _calendar_days(parts: dict[str, NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the days of calendar dates, and which of them are on no calendar or no clock."""
    year, month, day = parts["year"], parts["month"], parts["day"]
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    dates = months.astype("datetime64[D]") + (day - 1)
    wrong = (year < 1) | (month < 1) | (day < 1) | (dates.astype("datetime64[M]") != months)
    for name, last in LAST.items():
        wrong |= parts[name] > last
    return dates.astype(np.int64), wrong


def _wrong_offset(found: pa.StructArray) -> NDArray[np.bool_]:
    """Which texts have half an offset: a sign without hours and minutes, or hours without a sign."""
    sign = pc.struct_field(found, "sign")
    has_hour = mask(pc.not_equal(pc.struct_field(found, "offset_hour"), ""))
    has_minute = mask(pc.not_equal(pc.struct_field(found, "offset_minute"), ""))
    is_signed = mask(pc.is_in(sign, value_set=pa.array(["+", "-"])))
    return np.asarray((has_hour != is_signed) | (has_minute != is_signed), dtype=bool)


def _local_days(seconds: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.int64]:
    """Return the day in a zone of instants given in seconds since 1970-01-01 UTC."""
    quarters, place = np.unique(seconds // QUARTER, return_inverse=True)
    offsets = _offsets(quarters * QUARTER, zone)
    is_steady = offsets == _offsets(quarters * QUARTER + QUARTER - 1, zone)
    offset = offsets[place]
    odd = ~is_steady[place]
    if odd.any():
        instants, which = np.unique(seconds[odd], return_inverse=True)
        offset[odd] = _offsets(instants, zone)[which]
    return (seconds + offset) // DAY


def _offsets(seconds: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.int64]:
    instants = (EPOCH + dt.timedelta(seconds=second) for second in seconds.tolist())
    found = [instant.astimezone(zone).utcoffset() or dt.timedelta() for instant in instants]
    return np.array([round(offset.total_seconds()) for offset in found], dtype=np.int64)
