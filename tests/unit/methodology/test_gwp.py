"""Global warming potentials: one named set in a file, and no value that is not in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from carbonquant.declaration import declare
from carbonquant.methodology import Methodology, check
from carbonquant.sources import read
from tests.toys import HEAD

Edit = tuple[str, str]
NAMED: Edit = ("scope: project\n", "scope: project\ngwp: AR5\n")
GROWTH = "  growth: {unit: t CO2e/ha"


def potential(rest: str, unit: str = "kg CO2e/kg CH4") -> Edit:
    return (GROWTH, f"  GWP: {{unit: {unit}, {rest}, source: survey p 9}}\n{GROWTH}")


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ("value: «25»", "25 is CH4 in AR4; this file says AR5: 28 or 30"),
        ("value: «21»", "21 is CH4 in SAR; this file says AR5: 28 or 30"),
        ("value: «26»", "26 is CH4 in no set; this file says AR5: 28 or 30"),
    ],
)
def test_potential_of_another_set_is_refused(
    assert_refused: Callable[..., None], rest: str, message: str
) -> None:
    assert_refused(potential(rest), "CQ215", message, "", NAMED)


def test_potential_in_a_file_that_names_no_set_is_refused(assert_refused: Callable[..., None]) -> None:
    hint = "gwp: AR4 or AR5 or AR6, at the top of the file"

    assert_refused(
        potential("value: 28", unit="«kg CO2e/kg CH4»"),
        "CQ215",
        "'GWP' is a GWP of CH4: the file names no set",
        hint,
    )


@pytest.mark.parametrize("value", ["28", "30", "28.0"])
def test_potential_of_the_set_is_right_whatever_the_origin_of_the_gas(
    trial: Callable[..., Methodology], value: str
) -> None:
    checked = trial(potential(f"value: {value}"), NAMED)

    assert "GWP" in checked.parameters


@pytest.mark.parametrize(("unit", "value"), [("t CO2e/t CH4", "28"), ("t CO2e/kg CH4", "0.028")])
def test_potential_may_be_written_in_another_unit(
    trial: Callable[..., Methodology], unit: str, value: str
) -> None:
    checked = trial(potential(f"value: {value}", unit), NAMED)

    assert str(checked.parameters["GWP"].type.unit) == unit


def test_every_value_of_a_table_is_judged(refusals: Callable[..., tuple[object, ...]]) -> None:
    found = refusals(potential("over: mode, values: {walk: 28, bus: 25}"), NAMED)

    assert [str(each).split("\n")[0].partition(" ")[2] for each in found] == [
        "CQ215 25 is CH4 in AR4; this file says AR5: 28 or 30"
    ]


def test_value_that_is_not_published_is_not_judged(trial: Callable[..., Methodology]) -> None:
    checked = trial(potential("over: mode, values: {walk: 28, bus: null}"), NAMED)

    assert "GWP" in checked.parameters


def test_factor_of_carbon_dioxide_itself_is_no_potential(trial: Callable[..., Methodology]) -> None:
    assert "EF" in trial().parameters


@pytest.mark.parametrize(("named", "value"), [("SAR", "310"), ("AR4", "298"), ("AR5", "265"), ("AR6", "273")])
def test_nitrous_oxide_has_one_value_in_each_set(
    trial: Callable[..., Methodology], named: str, value: str
) -> None:
    edit = ("scope: project\n", f"scope: project\ngwp: {named}\n")

    checked = trial(potential(f"value: {value}", "kg CO2e/kg N2O"), edit)

    assert "GWP" in checked.parameters


OWN_SET = """\
carbonquant: 1
kind: factors
id: gwp-ar5
version: 1.0.0
title: {en: A set of one's own}
basis: gwp
unit: kg CO2e/kg
keys: [gas]
source: by definition
values: {CH4: null, CH4_fossil: 29}
"""
BODY = """
gwp: AR5
inputs: {leak: {unit: t CH4}}
parameters: {GWP: {unit: t CO2e/t CH4, value: 29, source: by definition}}
steps: {E: {unit: t CO2e, formula: leak * GWP}}
results: {reductions: E, identity: none}
"""


@pytest.mark.parametrize("text", [OWN_SET, OWN_SET.replace("29", "many")])
def test_set_beside_the_file_is_the_one_that_counts_as_far_as_it_can_be_read(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "gwp-ar5.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "methodology.yaml").write_text(HEAD + BODY, encoding="utf-8")

    found = check(declare(read(tmp_path / "methodology.yaml")))

    assert "GWP" in found.parameters
