"""Two small projects for the tests of evidence: one of single figures, one with rows, groups, members and powers."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from carbonquant.activity import read_activity
from carbonquant.audit import save
from carbonquant.methodology import load
from carbonquant.quantification import Quantification, quantify

KETTLE = """\
carbonquant: 1
kind: methodology
id: kettle
version: 0.1.0
status: draft
basis: demonstration
title: {zh: 水壶, en: Kettle}
sector: demonstration
scope: project
sources: {made_up: {title: made up for these tests}}
inputs:
  saved: {unit: kWh, range: [0, 1000000]}
parameters:
  EF: {unit: kg CO2e/kWh, value: 0.5000, source: made_up p 1}   # a comment
steps:
  gross: {unit: kg CO2e, formula: saved * EF}
  ER: {unit: t CO2e, formula: gross * 0.5}
results:
  reductions: ER
  identity: none
  rounding: {reductions: {to: 1 t CO2e, mode: down}}
examples:
  half:
    inputs: {saved: 10000}
    expect: {gross: 5000}
    tolerance: 1e-9
"""
KETTLE_ACTIVITY = """\
carbonquant: 1
kind: activity
methodology: kettle
inputs:
  saved: {unit: MWh, value: 12.5}
"""

ORCHARD = """\
carbonquant: 1
kind: methodology
id: orchard
version: 0.1.0
status: draft
basis: demonstration
title: {zh: 果园, en: Orchard}
sector: demonstration
scope: project
sources: {made_up: {title: made up for these tests}}
dimensions:
  slope: category
  fruit: [pear, apple]
  month: month
  tree: rows
  owner_fruit: {group: tree, by: [owner, grown]}
inputs:
  area: {unit: ha, over: slope, range: [0, 100]}
  certified: {type: bool, default: false}
  planted: {type: date, over: tree}
  owner: {type: text, over: tree}
  grown: {type: fruit, over: tree}
  width: {unit: cm, over: tree, range: [0, 200]}
parameters:
  least: {unit: cm, value: 5, source: made_up p 1}
  bonus: {unit: kg CO2e/ha, over: fruit, values: {pear: 2, apple: 3}, source: made_up p 2}
  cap: {unit: kg CO2e, value: 40, source: made_up p 3}
rules:
  too_thin: {over: tree, require: width >= least, else: reject}
  small_area: {over: slope, require: "area >= 1 [ha]", else: warn}
steps:
  gain: {unit: kg CO2e, over: [fruit, slope], formula: area * bonus}
  half: {unit: cm, over: tree, formula: width / 2}
  is_wide: {type: bool, over: tree, formula: "width > 50 [cm]"}
  stock: {unit: kg CO2e, over: tree, formula: "0.25 [kg CO2e] * (half / 1 [cm])^1.5"}
  of_owner: {unit: kg CO2e, over: owner_fruit, formula: "min(sum(stock, to=owner_fruit), cap)"}
  by_month: {unit: kg CO2e, over: month, formula: "sum(stock, to=month)"}
  widths: {unit: cm, formula: "sum(width, over=tree)"}
  RE: {unit: t CO2e, formula: "sum(of_owner, over=owner_fruit) + sum(gain, over=(fruit, slope))"}
results:
  removals: RE
  rounding: {removals: {to: 1 kg CO2e, mode: half-up}}
  also: [by_month, widths]
"""
ORCHARD_ACTIVITY = """\
carbonquant: 1
kind: activity
methodology: orchard
period: {from: 2025-06-01, to: 2025-07-31}
members: {slope: [west, east]}
inputs:
  area: {unit: 亩, values: {west: 96, east: 7.5}}
tables:
  tree:
    file: data/trees.csv
    columns:
      planted: day
      owner: owner
      grown: {from: kind}
      width: {from: width_mm, unit: mm}
"""
TREES = """\
day,owner,kind,width_mm,note
2025-06-03,li,pear,123.5,a
2025-06-04,li,pear,760,b
2025-07-01,"wang, jr",apple,88.25,c
2025-07-02,wu,apple,31,thin
2025-07-03,wu,apple,,no width
2025-08-01,wu,pear,100,late
2025-07-04,wu,plum,100,no such fruit
2025-07-05,li,apple,1299.5,"two
lines"
"""


def made(folder: Path, name: str) -> Quantification:
    """Write one of the two projects and quantify it."""
    methodology, activity = {"kettle": (KETTLE, KETTLE_ACTIVITY), "orchard": (ORCHARD, ORCHARD_ACTIVITY)}[
        name
    ]
    project = folder / name
    (project / "data").mkdir(parents=True)
    (project / f"{name}.yaml").write_text(methodology, encoding="utf-8")
    (project / "activity.yaml").write_text(activity, encoding="utf-8")
    (project / "data" / "trees.csv").write_text(TREES, encoding="utf-8")
    return quantify(load(project / f"{name}.yaml"), read_activity(project / "activity.yaml"))


@pytest.fixture(scope="session")
def kettle(tmp_path_factory: pytest.TempPathFactory) -> Quantification:
    return made(tmp_path_factory.mktemp("kettle"), "kettle")


@pytest.fixture(scope="session")
def orchard(tmp_path_factory: pytest.TempPathFactory) -> Quantification:
    return made(tmp_path_factory.mktemp("orchard"), "orchard")


@pytest.fixture(scope="session")
def saved_bundles(
    kettle: Quantification, orchard: Quantification, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("bundles")
    save(kettle, folder / "kettle")
    save(orchard, folder / "orchard")
    return folder


@pytest.fixture
def bundle_of(saved_bundles: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Return a fresh copy of the bundle of one of the two projects, to be damaged."""

    def copied(name: str) -> Path:
        return Path(shutil.copytree(saved_bundles / name, tmp_path / name))

    return copied
