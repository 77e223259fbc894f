"""A project whose methodology uses a tool by its path and factor sets by their ids, for the tests of evidence."""

from __future__ import annotations

from pathlib import Path

from carbonquant.activity import read_activity
from carbonquant.methodology import load
from carbonquant.quantification import Quantification, quantify

__all__ = ["heated"]

HEAD = "carbonquant: 1\nversion: 1.0.0\nsources: {notice: {title: A made-up notice}}\n"
MODULE = "status: draft\nbasis: demonstration\n"
GRID = """\
kind: factors
id: grid
title: {zh: 电网, en: Grid}
basis: average
unit: kg CO2e/MWh
keys: [year, region]
source: notice table 1
values:
  2022: {north: 550.50, south: null, national: {value: 500.0, status: unverified}}   # a comment
  2023: {north: 540.00, south: null, national: {value: 490.0, status: unverified}}
"""
LOSSES = """\
kind: factors
id: losses
title: {zh: 线损, en: Losses}
basis: loss
unit: "%"
keys: [voltage]
source: notice table 2
values: {low: 6.0, high: 3.0}
"""
TOOL = """\
kind: tool
id: power
title: {zh: 用电, en: Power}
dimensions: {year: year, voltage: [low, high]}
inputs:
  used: {unit: MWh, over: year}
  EF: {unit: t CO2e/MWh, over: year}
  line: {type: voltage}
parameters:
  TDL: {unit: "%", factor: losses, basis: loss, at: {voltage: line}}
steps:
  E: {unit: t CO2e, over: year, formula: used * EF * (1 + TDL)}
results: {outputs: [E]}
"""
METHODOLOGY = """\
kind: methodology
id: heat-pump
title: {zh: 热泵, en: Heat pump}
sector: demonstration
scope: project
dimensions: {year: year, region: [north, south], voltage: [low, high]}
inputs:
  used: {unit: MWh, over: year}
  grid_of: {type: region}
  line: {type: voltage}
parameters:
  EF: {unit: t CO2e/MWh, factor: grid, basis: average, over: year, at: {region: grid_of}, fallback: {region: national}}
use:
  supply: {tool: shared/power.yaml, version: "^1.0", with: {used: used, EF: EF, line: line}}
steps:
  ER: {unit: t CO2e, over: year, formula: supply.E}
results: {reductions: ER, identity: none, by: year}
examples:
  one_year:
    members: {year: [2022]}
    inputs: {used: 100, grid_of: north, line: high}
    expect: {supply.E: 56.7015}
    tolerance: 1e-9
"""
ACTIVITY = """\
carbonquant: 1
kind: activity
methodology: heat-pump
members: {year: [2022, 2023]}
inputs:
  used: {unit: MWh, value: 1000}
  grid_of: {value: south}
  line: {value: low}
"""


def heated(folder: Path) -> Quantification:
    """Write the project into a folder and quantify it."""
    (folder / "shared").mkdir(parents=True)
    (folder / "heat-pump.yaml").write_text(HEAD + MODULE + METHODOLOGY, encoding="utf-8")
    (folder / "shared" / "power.yaml").write_text(HEAD + MODULE + TOOL, encoding="utf-8")
    (folder / "shared" / "losses.yaml").write_text(HEAD + LOSSES, encoding="utf-8")
    (folder / "grid.yaml").write_text(HEAD + GRID, encoding="utf-8")
    (folder / "activity.yaml").write_text(ACTIVITY, encoding="utf-8")
    return quantify(load(folder / "heat-pump.yaml"), read_activity(folder / "activity.yaml"))
