"""A factor set as text and as JSON."""

from __future__ import annotations

import pytest

from carbonquant.cli import factor_text
from carbonquant.declaration import declare
from carbonquant.factors import FactorSet, check_factors, read_factors
from carbonquant.sources import read_text

SET = """\
carbonquant: 1
kind: factors
id: grid
version: 1.2.0
title: {zh: 电网, en: Grid}
basis: average
unit: kg CO2e/kWh
keys: [year, region]
published: {2022: 2024-12-20}
valid: {from: 2022-01-01}
sources: {notice: {title: A made-up notice, number: No. 7}}
source: notice table 1
values:
  2022: {north: 0.5500, south: null, national: {value: 0.5, lower: 0.45, status: unverified}}
notes: {zh: 无, en: Nothing to add.}
"""


@pytest.fixture(scope="module")
def grid() -> FactorSet:
    return check_factors(declare(read_text(SET)))


def lines_of(found: FactorSet, language: str = "en") -> list[str]:
    return list(factor_text.as_text(found, language))


def test_text_begins_with_titles_basis_unit_and_keys(grid: FactorSet) -> None:
    assert lines_of(grid)[:3] == [
        "Grid · 电网",
        "grid 1.2.0 · factor set · basis average",
        "kg CO2e/kWh  over year, region",
    ]


def test_text_tells_when_values_were_published_and_hold(grid: FactorSet) -> None:
    lines = lines_of(grid)

    assert "published: 2022 2024-12-20" in lines
    assert "valid: 2022-01-01 – …" in lines


def test_text_shows_the_printed_digits_and_the_source_of_every_value(grid: FactorSet) -> None:
    lines = lines_of(grid)

    assert [line.split() for line in lines[lines.index("Values") + 1 :][:3]] == [
        ["2022", "north", "0.5500", "(notice", "table", "1)"],
        ["2022", "south", "no", "published", "value"],
        ["2022", "national", "0.5", "[0.45,", "…]", "(notice", "table", "1)", "UNVERIFIED"],
    ]


def test_text_counts_the_unverified_values(grid: FactorSet) -> None:
    assert "Unverified values: 1 / 2" in lines_of(grid)


def test_text_ends_with_documents_and_notes(grid: FactorSet) -> None:
    lines = lines_of(grid)

    assert lines[lines.index("Sources") + 1] == "  notice  A made-up notice. No. 7"
    assert lines[-1] == "  Nothing to add."


def test_text_in_chinese_uses_chinese_words(grid: FactorSet) -> None:
    assert lines_of(grid, "zh")[:2] == ["电网 · Grid", "grid 1.2.0 · 因子集 · 口径 average"]


def test_text_of_a_set_without_dates_says_nothing_of_them() -> None:
    lines = lines_of(read_factors("gwp-ar5"))

    assert not [line for line in lines if line.startswith(("published", "valid"))]


def test_json_has_every_value_with_its_keys(grid: FactorSet) -> None:
    described = factor_text.as_dict(grid)

    assert (described["unit"], described["keys"], described["basis"]) == (
        "kg CO2e/kWh",
        ["year", "region"],
        "average",
    )
    assert described["values"][0] == {
        "at": {"year": "2022", "region": "north"},
        "value": "0.5500",
        "source": "notice table 1",
        "is_unverified": False,
    }


def test_json_has_null_where_nothing_is_published(grid: FactorSet) -> None:
    assert factor_text.as_dict(grid)["values"][1] == {
        "at": {"year": "2022", "region": "south"},
        "value": None,
    }


def test_json_has_the_bounds_that_there_are(grid: FactorSet) -> None:
    national = factor_text.as_dict(grid)["values"][2]

    assert (national["lower"], "upper" in national) == ("0.45", False)


def test_json_has_the_span_of_validity(grid: FactorSet) -> None:
    assert factor_text.as_dict(grid)["valid"] == {"from": "2022-01-01", "to": None}
