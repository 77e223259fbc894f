"""A methodology as text, as JSON and as code."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbonquant.cli import description
from carbonquant.declaration import declare
from carbonquant.methodology import Methodology, check, load
from carbonquant.sources import read_text

from .conftest import METHODOLOGY

WITHOUT_DIMENSIONS = """\
carbonquant: 1
kind: methodology
id: one-number
version: 1.0.0
status: draft
basis: demonstration
title: {zh: 一个数, en: One number}
sector: teaching
scope: project
inputs:
  x: {unit: t CO2e, range: [0, null], default: 2, zh: 数, en: number}
steps:
  ER:
    unit: t CO2e
    eq: eq 1
    cases: [{when: "x > 1 [t CO2e]", then: x}, {otherwise: 0}]
    zh: 数
    en: number
results: {baseline: ER, reductions: ER}
notes: {zh: 无, en: None at all.}
"""


def methodology_of(text: str) -> Methodology:
    return check(declare(read_text(text)))


def lines_of(methodology: Methodology, language: str = "en") -> list[str]:
    return list(description.as_text(methodology, language))


@pytest.fixture(scope="module")
def paper() -> Methodology:
    return methodology_of(METHODOLOGY)


def test_text_says_the_basis_and_what_is_unverified_before_anything_else(paper: Methodology) -> None:
    assert lines_of(paper)[2:4] == ["DEMONSTRATION: for teaching only", "Unverified values: EF"]


def test_text_shows_an_input_with_unit_dimensions_and_range(paper: Methodology) -> None:
    lines = lines_of(paper)

    at = lines.index("  mass  kg  over sheet  range [0, 100]")
    assert lines[at + 1] == "      mass saved"


def test_text_shows_the_category_of_an_input(paper: Methodology) -> None:
    assert "  grade_of  grade  over office" in lines_of(paper)


def test_text_shows_values_as_the_file_prints_them_with_their_source(paper: Methodology) -> None:
    lines = lines_of(paper)

    at = lines.index("  EF  kg CO2e/kg  over grade  (guess) UNVERIFIED")
    assert lines[at + 1 : at + 3] == ["      factor", "      fine: 2.50, rough: 1.20"]


def test_text_shows_the_source_of_each_value_where_they_differ() -> None:
    text = METHODOLOGY.replace("fine: 2.50", "fine: {value: 2.50, source: guess p 7, status: verified}")

    lines = lines_of(methodology_of(text))

    assert "      fine   2.50  (guess p 7)" in lines
    assert "      rough  1.20  (guess) UNVERIFIED" in lines


def test_text_shows_equations_as_they_are_computed(paper: Methodology) -> None:
    lines = lines_of(paper)

    assert lines[lines.index("  BE  t CO2e  over office") + 1] == "      = saved * EF[grade_of]"


def test_text_shows_every_branch_of_an_equation() -> None:
    lines = lines_of(methodology_of(WITHOUT_DIMENSIONS))

    at = lines.index("  ER  t CO2e  (eq 1)")
    assert lines[at + 1 : at + 3] == ["      when x > 1 [t CO2e]: x", "      otherwise: 0"]


def test_text_shows_an_open_range_and_a_default() -> None:
    assert "  x  t CO2e  range [0, …]  default 2" in lines_of(methodology_of(WITHOUT_DIMENSIONS))


def test_text_shows_what_a_rule_does(paper: Methodology) -> None:
    assert "  worth_counting  over sheet  rejects the row" in lines_of(paper)


def test_text_shows_how_a_result_is_rounded(paper: Methodology) -> None:
    assert "  emission reductions  ER     rounding: 0.001 t CO2e, down" in lines_of(paper)


def test_text_in_chinese_uses_the_words_of_the_file(paper: Methodology) -> None:
    lines = lines_of(paper, "zh")

    assert lines[0] == "少用纸 · Paper saving"
    assert "      质量" in lines


def test_text_shows_the_limits_of_bands() -> None:
    lines = lines_of(load("bamboo-afforestation"))

    assert "      ≤ 10 %: 0, ≤ 20 %: 6, ≤ 30 %: 11" in lines


def test_text_shows_the_tools_and_what_they_are_bound_to(heating: Path) -> None:
    lines = lines_of(load(heating.with_name("heat-pump.yaml")))

    at = lines.index("Tools")
    assert lines[at + 1] == "  power  grid-electricity 1.0.0"
    assert lines[at + 3] == "      EC = used, EF = EF, TDL = 0"


def test_text_shows_the_set_the_keys_and_the_fallback_of_a_factor(heating: Path) -> None:
    lines = lines_of(load(heating.with_name("heat-pump.yaml")))

    at = lines.index("  EF  t CO2e/MWh")
    assert lines[at + 1] == (
        "      factor set grid 1.0.0; basis average; kg CO2e/MWh over region (chosen by the input grid_of); "
        "fallback region: national; UNVERIFIED: 1 / 2"
    )


def test_json_has_the_tools_and_the_factor_sets(heating: Path) -> None:
    described = description.as_dict(load(heating.with_name("heat-pump.yaml")))

    assert described["tools"] == [{"use": "power", "id": "grid-electricity", "version": "1.0.0"}]
    assert described["parameters"][0]["factor"] == {
        "set": "grid",
        "version": "1.0.0",
        "basis": "average",
        "unit": "kg CO2e/MWh",
        "at": {"region": "grid_of"},
        "fallback": {"region": "national"},
    }


def test_json_of_a_tool_has_its_outputs_and_no_sector() -> None:
    described = description.as_dict(load("solid-waste-fod"))

    assert (described["kind"], described["outputs"]) == ("tool", ["CH4", "BE"])
    assert "sector" not in described


def test_json_has_values_as_the_file_prints_them(paper: Methodology) -> None:
    parameter = description.as_dict(paper)["parameters"][0]

    assert parameter["values"][0] == {
        "at": "fine",
        "value": "2.50",
        "source": "guess",
        "is_unverified": True,
    }


def test_json_has_the_limits_of_bands() -> None:
    parameters = description.as_dict(load("bamboo-afforestation"))["parameters"]

    discount = next(one for one in parameters if one["name"] == "discount")
    assert discount["bands"] == {"unit": "%", "upto": [10.0, 20.0, 30.0]}


def test_code_is_shown_stage_by_stage(paper: Methodology) -> None:
    code = list(description.kernel_text(paper))

    assert "# level 0, over sheet" in code


def test_code_without_dimensions_is_a_function_of_plain_floats() -> None:
    code = list(description.kernel_text(methodology_of(WITHOUT_DIMENSIONS)))

    assert code[0] == "# one project: plain floats"
