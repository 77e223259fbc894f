"""One factor set: what it looks up and knows, and every mistake of its file in one run."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from carbonquant.declaration import declare
from carbonquant.errors import Diagnostic, MethodologyError
from carbonquant.factors import FactorSet, check_factors, read_factors
from carbonquant.sources import read_text
from tests.toys import HEAD

GRID = """\
carbonquant: 1
kind: factors
id: grid
version: 1.2.0
title: {zh: 电网, en: Grid}
basis: average
unit: kg CO2e/kWh
keys: [year, region]
valid: {from: 2023-01-01, to: 2024-12-31}
sources: {mee: {title: 公告}}
source: mee 表3
status: verified
values:
  2023:
    sichuan: 0.1560
    tibet: null
  2024:
    sichuan: {value: 0.15, source: mee 表4, status: unverified}
    yunnan: 0.1
"""
SICHUAN = {"year": "2023", "region": "sichuan"}


def checked(old: str = "", new: str = "") -> FactorSet:
    assert not old or GRID.count(old) == 1
    return check_factors(declare(read_text(GRID.replace(old, new) if old else GRID)))


def refusals(old: str, new: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(MethodologyError) as caught:
        checked(old, new)
    return caught.value.diagnostics


def test_value_is_looked_up_by_one_value_of_each_key() -> None:
    cell = checked().lookup(SICHUAN)

    assert cell is not None
    assert (cell.number.text, cell.number.value, cell.source, cell.is_unverified) == (
        "0.1560",
        0.156,
        "mee 表3",
        False,
    )


def test_value_may_have_a_source_and_a_status_of_its_own() -> None:
    cell = checked().lookup({"year": "2024", "region": "sichuan"})

    assert cell is not None
    assert (cell.source, cell.is_unverified) == ("mee 表4", True)


@pytest.mark.parametrize(
    ("year", "region"), [("2023", "tibet"), ("2023", "yunnan"), ("2022", "sichuan"), ("2023", "nowhere")]
)
def test_nothing_is_found_where_nothing_is_published(year: str, region: str) -> None:
    assert checked().lookup({"year": year, "region": region}) is None


def test_keys_know_every_value_once_be_it_without_a_published_number() -> None:
    grid = checked()

    assert grid.known("year") == ("2023", "2024")
    assert grid.known("region") == ("sichuan", "tibet", "yunnan")


def test_cells_are_the_published_values_alone() -> None:
    assert [cell.number.text for cell in checked().cells()] == ["0.1560", "0.15", "0.1"]


def test_set_tells_its_head() -> None:
    grid = checked()

    assert (grid.id, grid.version, grid.basis, grid.keys) == ("grid", "1.2.0", "average", ("year", "region"))
    assert str(grid.unit) == "kg CO2e/kWh"
    assert grid.valid == (dt.date(2023, 1, 1), dt.date(2024, 12, 31))
    assert grid.declaration.title.en == "Grid"


def test_set_without_a_validity_is_always_valid() -> None:
    assert checked("valid: {from: 2023-01-01, to: 2024-12-31}\n", "").valid is None


@pytest.mark.parametrize(
    ("old", "new", "title"),
    [
        ("", "", ("电网", "Grid")),
        ("{zh: 电网, en: Grid}", "{en: Grid}", ("Grid", "Grid")),
        ("{zh: 电网, en: Grid}", "{zh: 电网}", ("电网", "电网")),
    ],
)
def test_title_is_in_the_language_asked_for_if_there_is_one(
    old: str, new: str, title: tuple[str, str]
) -> None:
    grid = checked(old, new)

    assert (grid.title("zh"), grid.title("en")) == title


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("unit: kg CO2e/kWh", "unit: kg CO2e/kWhh", "CQ208", "unknown unit 'kWhh'"),
        (
            "    sichuan: 0.1560\n",
            "    sichuan: {a: 0.1}\n",
            "CQ203",
            "expected one value here, found several",
        ),
        ("    sichuan: 0.1560\n", "    sichuan: [0.1]\n", "CQ203", "expected one value here, found several"),
        ("    sichuan: 0.1560\n    tibet: null\n", "    - 0.1\n", "CQ203", "expected a mapping by 'region'"),
        (
            "    sichuan: 0.1560\n",
            "    sichuan: much\n",
            "CQ204",
            "expected a number such as 0.55 or 1.2e-3, found 'much'",
        ),
        ("source: mee 表3", "source: moe 表3", "CQ210", "'moe' is no key of 'sources:'"),
        ("status: verified", "status: verified\ncolour: red", "CQ201", "unknown key 'colour'"),
    ],
)
def test_mistake_of_a_factor_file_is_refused(old: str, new: str, code: str, message: str) -> None:
    found = refusals(old, new)

    assert [(each.code, each.message) for each in found] == [(code, message)]


def test_value_without_a_source_is_told_at_its_place() -> None:
    found = refusals("source: mee 表3\n", "")

    assert [(each.code, each.message, each.position and each.position.line) for each in found] == [
        ("CQ210", "a value of 'sichuan' has no source", 14),
        ("CQ210", "a value of 'yunnan' has no source", 18),
    ]


def test_year_without_any_value_is_refused() -> None:
    found = refusals("  2023:\n    sichuan: 0.1560\n    tibet: null\n", "  2023: null\n")

    assert [(each.code, each.message) for each in found] == [("CQ203", "expected a mapping by 'region'")]


def test_all_mistakes_come_in_one_run() -> None:
    found = refusals("unit: kg CO2e/kWh\nkeys: [year, region]", "unit: kgg\nkeys: [year]")

    assert [each.code for each in found] == ["CQ208", "CQ203", "CQ203"]


def test_file_of_another_kind_is_no_factor_set() -> None:
    text = (
        HEAD
        + "inputs: {a: {unit: t CO2e}}\nsteps: {E: {unit: t CO2e, formula: a}}\nresults: {reductions: E}\n"
    )

    with pytest.raises(MethodologyError, match="CQ206 this is no factor set"):
        check_factors(declare(read_text(text)))


def test_file_of_no_kind_says_so_once() -> None:
    with pytest.raises(MethodologyError) as caught:
        check_factors(declare(read_text("kind: recipe")))

    assert [each.code for each in caught.value.diagnostics] == ["CQ206"]


def test_set_is_found_by_its_id_beside_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "any.yaml").write_text(GRID, encoding="utf-8")

    found = read_factors("grid", beside=tmp_path)

    assert found.source.path == tmp_path / "any.yaml"
