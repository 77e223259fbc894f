"""Quantifying a project: figures or a refusal with all reasons, and what a result can be asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carbonquant.activity import read_activity
from carbonquant.errors import NotApplicableError
from carbonquant.methodology import load
from carbonquant.quantification import quantify
from carbonquant.sources import examples_folder
from tests.toys import run

PROJECT = """\
inputs:
  x: {unit: t CO2e}
  kept: {type: bool, default: false}
parameters:
  off: {unit: "%", bands: {unit: t CO2e, upto: [10, null]}, values: [10, 20], source: made_up p 1}
  top: {unit: t CO2e, bands: {unit: t CO2e, upto: [100]}, values: [1], source: made_up p 1}
rules:
  some: {require: "x > 0 [t CO2e] or kept", else: fail, zh: 须为正, en: must be positive}
  modest: {require: "x < 50 [t CO2e]", else: warn, zh: 偏大, en: rather large}
steps:
  less: {unit: t CO2e, formula: "x * (1 - off[x])"}
  ratio: {unit: "1", formula: "10 [t CO2e] / (x - 20 [t CO2e])"}
  total: {unit: t CO2e, formula: "less + 0 [t CO2e] * ratio + 0 * top[x]"}
results: {removals: total}
"""


def test_methodology_without_dimensions_is_computed_in_plain_floats() -> None:
    result = run(PROJECT, inputs={"x": 10})

    assert result.removals.value == 9.0
    assert result.outcome.values["total"].shape == ()
    assert "_known__rule_some" not in result.outcome.values


def test_broken_rule_is_told_in_both_languages_at_its_place() -> None:
    with pytest.raises(
        NotApplicableError, match="CQ501 the project does not meet 'some': must be positive"
    ) as refused:
        run(PROJECT, inputs={"x": 0})

    (diagnostic,) = refused.value.diagnostics
    assert diagnostic.notes == ("须为正",)
    assert diagnostic.line_text.strip().startswith("some:")


def test_rule_that_warns_is_a_warning_with_its_count() -> None:
    result = run(PROJECT, inputs={"x": 60})

    assert ["CQ502" in str(warning) and "rather large" in str(warning) for warning in result.warnings] == [
        True
    ]


def test_division_by_zero_refuses_the_project_with_the_step() -> None:
    with pytest.raises(NotApplicableError, match="CQ505 'ratio' has no finite value") as refused:
        run(PROJECT, inputs={"x": 20})

    assert refused.value.reasons == ("nonfinite.ratio",)


def test_value_above_all_bands_refuses_the_project_with_the_table() -> None:
    with pytest.raises(NotApplicableError, match="CQ504") as refused:
        run(PROJECT, inputs={"x": 101})

    assert refused.value.reasons == ("band.top",)


ROLES = """\
dimensions: {ride: rows, zone: [n, s]}
inputs:
  x: {unit: km, over: ride}
  p: {unit: t CO2e}
parameters:
  EF: {unit: t CO2e/km, over: zone, values: {n: 2, s: 1}, source: made_up p 1}
steps:
  by_zone: {unit: t CO2e, over: zone, formula: "EF * sum(x, over=ride)"}
  BE: {unit: t CO2e, formula: "sum(by_zone, over=zone)"}
  ER: {unit: t CO2e, formula: FORMULA}
results: {baseline: BE, project: p, reductions: ER}
"""


def test_result_gives_values_quantities_members_and_a_summary() -> None:
    result = run(
        ROLES.replace("FORMULA", "BE - p"),
        inputs={"p": 1},
        tables={"ride": {"x": {"unit": "m", "values": [1000, 2000]}}},
    )

    assert result.reductions.value == 8.0
    assert result.values("x").tolist() == [1.0, 2.0]
    assert result.values("p") == 1.0
    assert result.quantity("BE").magnitude == 9.0
    assert result.members("zone") == ("n", "s")
    assert str(result).splitlines() == [
        "Toy (toy 0.1.0)",
        "  baseline: 9 t CO2e",
        "  project: 1 t CO2e",
        "  reductions: 8 t CO2e",
    ]
    assert result.explain("reductions").as_dict()
    with pytest.raises(KeyError):
        _ = result.removals


def test_roles_that_do_not_add_up_refuse_the_project() -> None:
    body = ROLES.replace("FORMULA", '"max(BE - p, 5 [t CO2e])"')
    table = {"ride": {"x": [1, 2]}}

    assert run(body, inputs={"p": 1}, tables=table).reductions.value == 8.0
    with pytest.raises(
        NotApplicableError, match=r"CQ503 reductions are 5\.0 t CO2e, but the roles add up to 1\.0"
    ):
        run(body, inputs={"p": 8}, tables=table)


def test_gap_of_a_factor_set_is_told_once_with_its_keys() -> None:
    activity = read_activity(examples_folder() / "kitchen-waste-biogas" / "activity.yaml")
    tibet = replace(activity, inputs={**activity.inputs, "region": {"values": "tibet"}})

    with pytest.raises(NotApplicableError) as refused:
        quantify(load("kitchen-waste-biogas"), tibet)

    (told,) = refused.value.diagnostics
    assert (told.code, told.reason) == ("CQ504", "table.EF_grid")
    assert told.message == "'EF_grid' has no published value for 2022"
    assert told.notes[0] == "'cn-grid-average' 1.0.0 publishes nothing for year 2022, region tibet"
