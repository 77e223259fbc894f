"""A methodology of three lines with its project, and a way to run a command inside the test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from carbonquant import cli

METHODOLOGY = """\
carbonquant: 1
kind: methodology
id: paper-saving
version: 1.0.0
status: draft
basis: demonstration
title: {zh: 少用纸, en: Paper saving}
sector: resource-conservation
scope: project
sources: {guess: {title: A guess}}
dimensions: {office: category, grade: [fine, rough], sheet: rows}
inputs:
  grade_of: {type: grade, over: office, zh: 纸种, en: grade of the office}
  office_of: {type: office, over: sheet, zh: 办公室, en: office of the sheet}
  mass: {unit: kg, over: sheet, range: [0, 100], zh: 质量, en: mass saved}
parameters:
  EF:
    unit: kg CO2e/kg
    over: grade
    values: {fine: 2.50, rough: 1.20}
    source: guess
    status: unverified
    zh: 因子
    en: factor
rules:
  worth_counting: {over: sheet, require: "mass >= 1 [kg]", else: reject, zh: 太少, en: too little}
steps:
  saved: {formula: "sum(mass, to=office)", unit: kg, over: office, zh: 节约, en: paper saved}
  BE: {formula: "saved * EF[grade_of]", unit: t CO2e, over: office, zh: 基准线, en: baseline}
  ER: {formula: BE, unit: t CO2e, over: office, zh: 减排量, en: reductions}
results:
  baseline: BE
  reductions: ER
  by: office
  also: [saved]
  rounding: {reductions: {to: 0.001 t CO2e, mode: down}}
examples:
  one_office:
    members: {office: [a]}
    inputs: {grade_of: [fine], office_of: [a, a], mass: [4, 0.5]}
    expect: {saved: [4], ER: [0.01]}
    rejected: {worth_counting: 1}
    tolerance: 1e-9
"""

ACTIVITY = """\
carbonquant: 1
kind: activity
methodology: paper-saving
title: {zh: 两间办公室, en: Two offices}
members: {office: [north, east]}
inputs:
  grade_of: {values: {north: fine, east: rough}}
tables:
  sheet:
    file: sheets.csv
    columns: {office_of: office, mass: {from: mass_kg, unit: kg}}
"""

SHEETS = "office,mass_kg\nnorth,10\nnorth,0.5\neast,20\neast,\nnorth,5.25\n"


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Command = Callable[..., Ran]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command of the tool; its words may be paths."""

    def run(*words: object) -> Ran:
        capsys.readouterr()
        code = cli.run([str(word) for word in words])
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return run


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The activity file of a project with its table and its methodology beside it, in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "paper-saving.yaml").write_text(METHODOLOGY, encoding="utf-8")
    (tmp_path / "activity.yaml").write_text(ACTIVITY, encoding="utf-8")
    (tmp_path / "sheets.csv").write_text(SHEETS, encoding="utf-8")
    return Path("activity.yaml")


GRID = """\
carbonquant: 1
kind: factors
id: grid
version: 1.0.0
title: {zh: 电网, en: Grid}
basis: average
unit: kg CO2e/MWh
keys: [region]
sources: {notice: {title: A made-up notice}}
source: notice table 1
values: {north: 550.50, south: null, national: {value: 500, source: notice table 2, status: unverified}}
"""

HEAT_PUMP = """\
carbonquant: 1
kind: methodology
id: heat-pump
version: 1.0.0
status: draft
basis: demonstration
title: {zh: 热泵, en: Heat pump}
sector: demonstration
scope: project
dimensions: {year: year, meter: category, region: [north, south]}
inputs:
  used: {unit: MWh, over: [meter, year]}
  grid_of: {type: region}
parameters:
  EF: {unit: t CO2e/MWh, factor: grid, basis: average, at: {region: grid_of}, fallback: {region: national}}
use:
  power: {tool: grid-electricity, with: {EC: used, EF: EF, TDL: "0"}, dims: {supply: meter}}
steps:
  ER: {unit: t CO2e, over: year, formula: power.E}
results: {reductions: ER, identity: none, by: year}
"""

HEATING = """\
carbonquant: 1
kind: activity
methodology: heat-pump
members: {year: [2022], meter: [a]}
inputs:
  used: {unit: MWh, value: 10}
  grid_of: {value: south}
"""


@pytest.fixture
def heating(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The activity file of a project whose methodology uses a tool and a factor set, in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "heat-pump.yaml").write_text(HEAT_PUMP, encoding="utf-8")
    (tmp_path / "grid.yaml").write_text(GRID, encoding="utf-8")
    (tmp_path / "activity.yaml").write_text(HEATING, encoding="utf-8")
    return Path("activity.yaml")
