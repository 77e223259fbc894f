"""The shipped methodologies at a glance."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbonquant.cli.options import Kind
from carbonquant.cli.shipped import Entry, entries, index_page
from carbonquant.methodology import load
from carbonquant.sources import library

from .conftest import METHODOLOGY

FACTORS = """\
kind: factors
id: some-factors
version: 1.0.0
title: {zh: 因子, en: Some factors}
basis: average
unit: kg CO2e/kWh
keys: [year, region]
"""
TOOL = """\
kind: tool
id: some-tool
version: 2.0.0
status: draft
title: {zh: 工具, en: A tool}
basis: demonstration
"""
OFFICIAL = "official: {title: 节约用纸方法学, number: No. 7, issuer: 某局}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "paper").mkdir()
    (tmp_path / "paper" / "paper-saving.yaml").write_text(METHODOLOGY, encoding="utf-8")
    (tmp_path / "ink.yaml").write_text(
        METHODOLOGY.replace("id: paper-saving", "id: ink-saving") + OFFICIAL, encoding="utf-8"
    )
    (tmp_path / "factors.yaml").write_text(FACTORS, encoding="utf-8")
    (tmp_path / "tool.yaml").write_text(TOOL, encoding="utf-8")
    return tmp_path


def test_entries_are_the_methodologies_by_id(folder: Path) -> None:
    assert [entry.id for entry in entries(folder)] == ["ink-saving", "paper-saving"]


def test_entries_of_a_sector_leave_out_the_others(folder: Path) -> None:
    assert entries(folder, sector="energy-substitution") == []


def test_entries_of_another_kind_are_these_alone(folder: Path) -> None:
    assert [entry.id for entry in entries(folder, Kind.tool)] == ["some-tool"]
    assert [entry.keys for entry in entries(folder, Kind.factors)] == [("year", "region")]


def test_entry_counts_the_examples(folder: Path) -> None:
    assert entries(folder)[1].as_dict()["examples"] == 1


def test_entry_names_the_official_document(folder: Path) -> None:
    assert entries(folder)[0].document == "节约用纸方法学, No. 7, 某局"


def test_entry_without_official_document_says_so(folder: Path) -> None:
    assert entries(folder)[1].document.startswith("none; rebuilt from 1 source")


def test_index_page_links_every_file(folder: Path) -> None:
    page = index_page(folder)

    assert "| [`paper-saving`](paper/paper-saving.yaml) | 1.0.0 | 少用纸 | Paper saving |" in page


def test_index_page_lists_tools_and_factor_sets_after_the_methodologies(folder: Path) -> None:
    methodologies, tools, sets = index_page(folder).split("\n## ")

    assert "paper-saving" in methodologies
    assert tools.endswith("| [`some-tool`](tool.yaml) | 2.0.0 | 工具 | A tool | demonstration |\n")
    assert (
        "| [`some-factors`](factors.yaml) | 1.0.0 | 因子 | Some factors | average | kg CO2e/kWh | year, region |"
        in sets
    )


@pytest.mark.parametrize("entry", entries(library()), ids=lambda entry: entry.id)
def test_entry_of_a_shipped_file_says_what_the_proven_methodology_says(entry: Entry) -> None:
    methodology = load(entry.path)

    assert (entry.id, entry.version, entry.examples) == (
        methodology.id,
        methodology.version,
        len(methodology.examples),
    )
