"""A small methodology with every kind of input, and a folder in which tests lay out activity files."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbonquant.declaration import declare
from carbonquant.methodology import Methodology, check
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
  mode: [walk, bus]
  stratum: category
  month: month
inputs:
  user: {type: text, over: ride}
  day: {type: date, over: ride}
  distance: {unit: km, over: ride, range: [0, 100]}
  replaced: {type: mode, over: ride, default: walk, missing: default}
  shared: {type: bool, over: ride, default: false}
  area: {unit: ha, over: stratum, range: [0, 10], zh: 面积, en: area}
  density: {unit: stem/ha, over: [stratum, mode], default: 400}
  host: {type: mode, default: bus}
  audited: {type: bool, default: false}
parameters:
  EF: {unit: g CO2e/km, over: mode, values: {walk: 0, bus: 68}, source: by definition}
steps:
  daily: {unit: km, over: user_day, formula: "sum(distance, to=user_day)"}
  km: {unit: km, over: [mode, month], formula: "sum(distance, to=(mode, month))"}
  BE: {unit: t CO2e, over: [mode, month], formula: km * EF}
  total: {unit: t CO2e, formula: "sum(BE, over=(mode, month))"}
  stems: {unit: stem, formula: "sum(area * sum(density, over=mode), over=stratum)"}
results: {baseline: total, project: none, leakage: none, reductions: total, also: [daily, stems]}
"""

ACTIVITY = """\
carbonquant: 1
kind: activity
methodology: trial
period: {from: 2025-06-01, to: 2025-06-30}
inputs:
  area: {unit: 亩, values: {s1: 150, s2: 90}}
tables:
  ride:
    file: rides.csv
    columns:
      user: user
      day: {from: start, as: date, timezone: Asia/Shanghai}
      distance: {from: metres, unit: m}
"""

RIDES = """\
user,start,metres
ann,2025-06-01T23:30:00Z,1500
bob,2025-06-02 08:00,800
"""


@pytest.fixture(scope="session")
def trial() -> Methodology:
    return check(declare(read_text(TRIAL)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an activity file that can be bound to the trial."""
    (tmp_path / "activity.yaml").write_text(ACTIVITY, encoding="utf-8")
    (tmp_path / "rides.csv").write_text(RIDES, encoding="utf-8")
    return tmp_path


VARIED = """
carbonquant: 1
kind: methodology
id: varied
version: 0.1.0
status: draft
basis: demonstration
title: {zh: 杂, en: Varied}
sector: low-carbon-living
scope: project
dimensions:
  sale: rows
  year: year
  by_batch: {group: sale, by: [batch, grade, size]}
  grade_set: category
inputs:
  begun: {type: date}
  site: {type: text}
  grade: {type: grade_set, over: sale, missing: fail}
  batch: {type: text, over: sale, default: none, missing: default}
  size: {unit: "1", over: sale, default: 1, missing: default}
  sold: {type: date, over: sale}
  paid: {type: date, over: sale}
  mass: {unit: t, over: sale}
parameters:
  loss: {unit: "%", over: year, values: {2024: 1, 2025: 2}, source: by definition}
  price: {unit: t, bands: {unit: t, upto: [10, null]}, values: [1, 2], source: by definition}
steps:
  lost: {unit: t CO2e, formula: "sum(mass, over=sale) * 1 [t CO2e/t]"}
results: {baseline: lost, project: none, leakage: none, reductions: lost}
"""


@pytest.fixture(scope="session")
def varied() -> Methodology:
    """Dates and texts of the project, two dates on a row, a table over years that come with the data."""
    return check(declare(read_text(VARIED)))
