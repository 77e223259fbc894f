"""The role identity, proven from formulas where they are linear."""

from __future__ import annotations

import pytest

from carbonquant.declaration import declare
from carbonquant.errors import MethodologyError
from carbonquant.methodology import Methodology, check
from carbonquant.sources import read_text

TEXT = """\
carbonquant: 1
kind: methodology
id: roles
version: 0.1.0
status: draft
basis: demonstration
title: {{zh: 角色, en: Roles}}
sector: low-carbon-living
scope: project
inputs:
  a: {{unit: t CO2e, default: 0}}
  b: {{unit: kg CO2e, default: 0}}
  c: {{unit: t CO2e, default: 0}}
  share: {{unit: "1", default: 0}}
steps:
{steps}
results: {{{results}}}
"""


def checked(results: str, **steps: str) -> Methodology:
    lines = (
        f"  {name}: {{unit: {'kg' if name.endswith('_kg') else 't'} CO2e, formula: '{text}'}}"
        for name, text in steps.items()
    )
    return check(declare(read_text(TEXT.format(steps="\n".join(lines), results=results))))


@pytest.mark.parametrize(
    ("results", "steps"),
    [
        pytest.param("baseline: a, project: b, reductions: ER", {"ER": "a - b"}, id="direct, t and kg"),
        pytest.param("baseline: a, project: b, reductions: ER_kg", {"ER_kg": "a - b"}, id="reductions in kg"),
        pytest.param("baseline: a, project: none, reductions: ER", {"ER": "a + 0"}, id="a role that is none"),
        pytest.param(
            "baseline: a, project: b, leakage: c, reductions: ER",
            {"ER": "net - c", "net": "-(b - a)"},
            id="through a step and a minus sign",
        ),
        pytest.param(
            "baseline: BE, project: b, reductions: ER",
            {"BE": "a + c", "ER": "a - b + c"},
            id="through the parts of a role",
        ),
        pytest.param(
            "baseline: BE, removals: c, reductions: ER",
            {"BE": "a * share", "ER": "a * share + c"},
            id="not linear, alike",
        ),
        pytest.param(
            "baseline: a, project: none, reductions: a", {"x": "a + b + c"}, id="the baseline itself"
        ),
        pytest.param(
            "baseline: a, project: b, reductions: ER", {"ER": "(2 * a - 2 * b) / 2"}, id="factors that cancel"
        ),
        pytest.param(
            "baseline: a, project: b, reductions: ER", {"ER": "a * 2 - a - b"}, id="a role read twice"
        ),
    ],
)
def test_identity_that_formulas_show_is_proven(results: str, steps: dict[str, str]) -> None:
    assert not checked(results, **steps).checks_identity


@pytest.mark.parametrize(
    ("results", "steps"),
    [
        pytest.param("baseline: a, project: b, reductions: ER", {"ER": "a + b"}, id="a sign is wrong"),
        pytest.param("baseline: a, project: b, reductions: ER", {"ER": "a"}, id="a role is left out"),
        pytest.param("baseline: a, leakage: c, reductions: ER", {"ER": "a + c"}, id="leakage is added"),
        pytest.param(
            "baseline: a, removals: c, reductions: ER", {"ER": "a - c"}, id="removals are subtracted"
        ),
        pytest.param("baseline: a, project: b, reductions: ER", {"ER": "0.9 * a - b"}, id="a factor"),
    ],
)
def test_identity_that_formulas_break_is_refused(results: str, steps: dict[str, str]) -> None:
    with pytest.raises(MethodologyError, match="CQ323 'ER' is not"):
        checked(results, **steps)


@pytest.mark.parametrize(
    ("results", "steps"),
    [
        pytest.param("baseline: a, project: b, reductions: ER", {"ER": "max(a - b, 0)"}, id="not linear"),
        pytest.param(
            "baseline: a, project: b, reductions: ER", {"ER": "(a - b) * share"}, id="a computed share"
        ),
        pytest.param("baseline: a, project: b, reductions: a", {"x": "a + b + c"}, id="a role named twice"),
        pytest.param("baseline: a, project: none, reductions: c", {"x": "a + b + c"}, id="an input"),
    ],
)
def test_identity_that_formulas_leave_open_is_checked_with_each_run(
    results: str, steps: dict[str, str]
) -> None:
    assert checked(results, **steps).checks_identity


def test_removals_alone_have_no_identity() -> None:
    assert not checked("removals: c", x="a + b").checks_identity
