"""Write `greenway-cycling/rides.csv`: made-up rides with the faults that real ones have.

The same seed gives the same file, byte for byte. No ride in it was ever ridden.

Run from anywhere: ``python3 examples/make_rides.py``. Not a model of how people ride.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from random import Random

TARGET = Path(__file__).parent / "greenway-cycling" / "rides.csv"
SEED = 20250601
RIDES = 300
RIDERS = 36
FIRST_DAY = dt.date(2025, 6, 1)
DAYS = 61
ZONES = ("centre", "centre", "centre", "new_area", "new_area", "suburb", "city")
HEADER = ("ride", "user", "day", "distance_m", "duration_s", "zone")


def main() -> None:
    """Write the file."""
    chance = Random(SEED)  # noqa: S311 - made-up data, nothing secret
    rides = sorted(_ride(chance) for _ in range(RIDES))
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(HEADER)
        for number, (day, user, distance, duration, zone) in enumerate(rides, start=1):
            table.writerow((f"r{number:04d}", user, day, distance, duration, zone))


def _ride(chance: Random) -> tuple[str, str, str, str, str]:
    """One ride as the texts of its cells: day, user, distance in m, duration in s, zone."""
    rider = int(RIDERS * chance.random() ** 2)
    day = FIRST_DAY + dt.timedelta(days=int(DAYS * chance.random() ** 1.5))
    metres = 600 + 9000 * chance.random() ** 2
    speed = 8 + 12 * chance.random()
    kind = chance.random()
    if kind < 0.05:
        metres = 400 * chance.random()
    elif kind < 0.08:
        speed = 35 + 30 * chance.random()
    elif kind < 0.11:
        speed = 1 + 2 * chance.random()
    elif kind < 0.17:
        metres = 15000 + 20000 * chance.random()
    seconds = round(metres / 1000 / speed * 3600)
    distance = "" if 0.17 <= kind < 0.18 else f"{metres:.1f}"
    zone = ZONES[int(len(ZONES) * chance.random())]
    return day.isoformat(), f"u{rider + 1:02d}", distance, str(seconds), zone


if __name__ == "__main__":
    main()
