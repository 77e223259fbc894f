"""A small methodology that is right, and what `check` says when one piece of it is written otherwise.

In the pieces «» marks the place that the message must point to.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carbonquant.declaration import declare
from carbonquant.errors import Diagnostic, MethodologyError
from carbonquant.methodology import Methodology, check
from carbonquant.sources import read_text

TRIAL = """\
carbonquant: 1
kind: methodology
id: trial
version: 0.1.0
status: draft
basis: demonstration
title: {zh: 试, en: Trial}
sector: low-carbon-living
scope: project
sources:
  survey: {title: 调查}
dimensions:
  ride: rows
  user_day: {group: ride, by: [user, day]}
  mode: [walk, bus]
  stratum: category
  year: year
inputs:
  user: {type: text, over: ride}
  day: {type: date, over: ride}
  distance: {unit: km, over: ride, range: [0, 100]}
  replaced: {type: mode, over: ride}
  area: {unit: ha, over: stratum, zh: 面积}
  begun: {type: date, default: 2020-01-01}
  audited: {type: bool, default: false}
  burnt: {unit: t CO2e, default: 0}
parameters:
  EF: {unit: g CO2e/km, over: mode, values: {walk: 0, bus: 68}, source: survey p 3, zh: 排放因子}
  cap: {unit: km, value: 20, source: by definition}
  growth: {unit: t CO2e/ha, value: 3, source: by definition}
  discount: {unit: "%", bands: {unit: ha, upto: [10, null]}, values: [0, 5], source: survey}
rules:
  too_short: {over: ride, require: "distance >= 0.5 [km]", else: reject}
  has_area: {over: stratum, require: area > 0, else: fail}
  is_audited: {require: "audited or begun < '2030-01-01'", else: warn}
steps:
  credited: {unit: km, over: user_day, formula: "min(sum(distance, to=user_day), cap)"}
  BE_ride: {unit: g CO2e, over: ride, formula: "distance * EF[replaced]"}
  BE: {unit: t CO2e, formula: "sum(BE_ride, over=ride)"}
  CR:
    unit: t CO2e
    cases:
      - when: audited
        then: "grown * (1 - discount[sum(area, over=stratum)])"
      - otherwise: grown / 2
  grown: {unit: t CO2e, formula: "sum(area, over=stratum) * growth"}
  ER: {unit: t CO2e, formula: BE - burnt + CR}
results: {baseline: BE, project: burnt, removals: CR, reductions: ER, also: [credited]}
claims: {key: [user, day]}
examples:
  plain:
    members: {stratum: [s1, s2]}
    inputs: {user: [ann], day: [2025-06-01], distance: [5], replaced: [bus], area: {s1: 1, s2: 2}}
    expect: {BE: 0.00034}
    tolerance: 1e-9
"""

Edit = tuple[str, str]


def edited(*edits: Edit) -> str:
    text = TRIAL
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture
def trial() -> Callable[..., Methodology]:
    """The trial methodology with pieces of it replaced; it must be right."""

    def checked(*edits: Edit) -> Methodology:
        return check(declare(read_text(edited(*edits))))

    return checked


@pytest.fixture
def refusals() -> Callable[..., tuple[Diagnostic, ...]]:
    """Everything that is said about the trial methodology with pieces of it replaced."""

    def refused(*edits: Edit) -> tuple[Diagnostic, ...]:
        with pytest.raises(MethodologyError) as caught:
            check(declare(read_text(edited(*edits))))
        return caught.value.diagnostics

    return refused


@pytest.fixture
def assert_refused(refusals: Callable[..., tuple[Diagnostic, ...]]) -> Callable[..., None]:
    """Assert that one piece, marked «» at the mistake, is refused by one message and no other."""

    def asserted(edit: Edit, code: str, message: str, hint: str = "", *more: Edit) -> None:
        marked = edited(edit, *more)
        before = marked[: marked.index("«")].split("\n")
        old, new = edit

        (found,) = refusals((old, new.replace("«", "").replace("»", "")), *more)

        assert (found.code, found.message, found.hint) == (code, message, hint)
        assert found.position is not None
        assert (found.position.line, found.position.column) == (len(before), len(before[-1]) + 1)

    return asserted


@pytest.fixture
def warnings(trial: Callable[..., Methodology]) -> Callable[..., list[tuple[str, str]]]:
    """Code and message of each warning about the trial methodology with pieces of it replaced."""

    def warned(*edits: Edit) -> list[tuple[str, str]]:
        return [(found.code, found.message) for found in trial(*edits).warnings]

    return warned
