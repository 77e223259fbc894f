"""Greenway cycling once more, in plain loops: the second computation beside the engine.

Written from the equations of the methodology, with its numbers typed in again, so that a slip in
the engine or in the file shows as a difference. `cycling` takes rides as dictionaries and gives
every step as a dictionary.

Not a product: no units, no messages, no speed; it knows this one methodology only.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

__all__ = ["RefusedError", "baseline_factor", "cycling", "reasons_of"]

Ride = dict[str, Any]

FACTOR_G_PER_KM = {
    "bus": 67.95,
    "metro": 38.83,
    "taxi": 271.8,
    "car": 271.8,
    "motorcycle": 48.0,
    "ebike": 16.99,
    "walk": 0.0,
}
SHARE_PERCENT = {
    "city": {"bus": 22, "metro": 14, "taxi": 3, "car": 6, "motorcycle": 2, "ebike": 10, "walk": 43},
    "centre": {"bus": 24, "metro": 20, "taxi": 4, "car": 4, "motorcycle": 0, "ebike": 8, "walk": 40},
    "new_area": {"bus": 20, "metro": 14, "taxi": 3, "car": 8, "motorcycle": 2, "ebike": 13, "walk": 40},
    "suburb": {"bus": 22, "metro": 2, "taxi": 2, "car": 8, "motorcycle": 6, "ebike": 16, "walk": 44},
}
BICYCLE_G_PER_KM = 8.7
SHORTEST_KM = 0.5
SLOWEST_KM_PER_H = 4.0
FASTEST_KM_PER_H = 30.0
CAP_KM = 20.0
G_PER_POINT = 10.0
LARGEST = {"distance": 200.0, "duration": 1440.0}


class RefusedError(Exception):
    """The whole run is refused; `reasons` are the names an example lists under `fails`."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


def cycling(
    rides: list[Ride],
    period: tuple[str, str] | None = None,
    *,
    walking: str = "kept",
    survey_on_file: bool = False,
) -> dict[str, Any]:
    """Compute every step for rides of `user, day, distance` (km), `duration` (min) and perhaps `zone`.

    Days are texts `YYYY-MM-DD`; `period` is (first day, last day), both inside.
    Steps over rides are lists (None where rejected), those over a user and day are keyed
    `(user, day)` in sorted order, `ER_district_month` is keyed `(district, month)` and holds only what occurs.
    Beside the steps: `reasons` by ride, `rejected` counts by reason, `accepted`, `read`, `kg`.
    """
    if walking != "kept" and not survey_on_file:
        raise RefusedError(["walking_evidence"])
    reasons = _all_reasons(rides, period)
    factor = {district: baseline_factor(district, walking) for district in SHARE_PERCENT}
    km_day = _distance_by_day(rides, reasons, period)
    km_credited = {day: min(km, CAP_KM) for day, km in km_day.items()}
    part = {day: km_credited[day] / km if km > 0 else 0.0 for day, km in km_day.items()}

    passenger_km: list[float | None] = []
    baseline: list[float | None] = []
    project: list[float | None] = []
    by_day: dict[tuple[str, str], list[float]] = {day: [] for day in km_day}
    by_district_month: dict[tuple[str, str], list[float]] = {}
    for ride, why in zip(rides, reasons, strict=True):
        if why:
            passenger_km.append(None)
            baseline.append(None)
            project.append(None)
            continue
        district = ride.get("zone", "city")
        day = (ride["user"], ride["day"])
        km = ride["distance"] * part[day]
        passenger_km.append(km)
        baseline.append(km * factor[district])
        project.append(km * BICYCLE_G_PER_KM)
        saved = km * factor[district] - km * BICYCLE_G_PER_KM
        by_day[day].append(saved)
        by_district_month.setdefault((district, ride["day"][:7]), []).append(saved)

    baseline_g = math.fsum(g for g in baseline if g is not None)
    project_g = math.fsum(g for g in project if g is not None)
    saved_by_day = {day: math.fsum(grams) for day, grams in by_day.items()}
    return {
        "read": len(rides),
        "accepted": sum(not why for why in reasons),
        "reasons": reasons,
        "rejected": dict(Counter(reason for why in reasons for reason in why)),
        "speed": [None if why else _speed(ride) for ride, why in zip(rides, reasons, strict=True)],
        "EF_base": factor,
        "km_day": km_day,
        "km_credited": km_credited,
        "part": part,
        "PKM": passenger_km,
        "BE_ride": baseline,
        "PE_ride": project,
        "ER_day": saved_by_day,
        "points": {day: math.floor(max(grams, 0.0) / G_PER_POINT) for day, grams in saved_by_day.items()},
        "ER_district_month": {key: math.fsum(grams) / 1e6 for key, grams in by_district_month.items()},
        "BE": baseline_g / 1e6,
        "PE": project_g / 1e6,
        "ER": baseline_g / 1e6 - project_g / 1e6,
        "kg": (baseline_g - project_g) / 1e3,
    }


def reasons_of(ride: Ride, period: tuple[str, str] | None = None) -> list[str]:
    """Every reason for which a ride is rejected; an empty list where it counts.

    A rule that would read a missing value is not judged for that ride.
    """
    reasons = []
    if period and ride["day"] is not None and not period[0] <= ride["day"] <= period[1]:
        reasons.append("period")
    missing = [name for name in ("user", "day", "distance", "duration") if ride[name] is None]
    reasons += [f"missing.{name}" for name in missing]
    for name, largest in LARGEST.items():
        if name not in missing and not 0 <= ride[name] <= largest:
            reasons.append(f"range.{name}")
    if "distance" not in missing and ride["distance"] < SHORTEST_KM:
        reasons.append("too_short")
    if "distance" not in missing and "duration" not in missing:
        speed = _speed(ride)
        if speed is None or speed < SLOWEST_KM_PER_H:
            reasons.append("too_slow")
        if speed is None or speed > FASTEST_KM_PER_H:
            reasons.append("too_fast")
    return reasons


def _all_reasons(rides: list[Ride], period: tuple[str, str] | None) -> list[list[str]]:
    """Reasons by ride; of rides of equal user, day, distance and duration only the first that can be read counts."""
    reasons = [reasons_of(ride, period) for ride in rides]
    seen = set()
    for ride, why in zip(rides, reasons, strict=True):
        if any(reason == "period" or reason.startswith("missing.") for reason in why):
            continue
        key = (ride["user"], ride["day"], ride["distance"], ride["duration"])
        if key in seen:
            why.append("duplicate")
        seen.add(key)
    return reasons


def baseline_factor(district: str, walking: str = "kept") -> float:
    """Grams of CO2e that one passenger-km would have cost in a district, had it not been ridden."""
    shares = SHARE_PERCENT[district]
    factor = math.fsum(shares[mode] * FACTOR_G_PER_KM[mode] for mode in shares) / 100
    if walking == "kept":
        return factor
    return factor / (1 - shares["walk"] / 100)


def _speed(ride: Ride) -> float | None:
    """Average speed in km/h; None where the duration is zero."""
    if ride["duration"] == 0:
        return None
    return float(ride["distance"] / ride["duration"] * 60)


def _distance_by_day(
    rides: list[Ride], reasons: list[list[str]], period: tuple[str, str] | None
) -> dict[tuple[str, str], float]:
    """Add up accepted kilometres by user and day; a day that lost all its rides stays, with 0."""
    distances: dict[tuple[str, str], list[float]] = {}
    for ride, why in zip(rides, reasons, strict=True):
        if ride["user"] is None or ride["day"] is None:
            continue
        if period and not period[0] <= ride["day"] <= period[1]:
            continue
        kept = distances.setdefault((ride["user"], ride["day"]), [])
        if not why:
            kept.append(ride["distance"])
    return {day: math.fsum(distances[day]) for day in sorted(distances)}
