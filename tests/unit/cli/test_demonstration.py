"""The command `demo`."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Command

pytestmark = pytest.mark.usefixtures("project")


def test_demo_says_first_that_the_data_are_made_up(command: Command) -> None:
    first = command("demo").out.splitlines()[0]

    assert "made up" in first
    assert "reconstructions" in first


def test_demo_shows_both_figures(command: Command) -> None:
    ran = command("demo")

    assert (ran.code, ran.err) == (0, "")
    assert [line for line in ran.out.splitlines() if "emission reductions:" in line] == [
        "  emission reductions: 673 t CO2e",
        "  emission reductions: 0.054 t CO2e",
    ]


def test_demo_explains_a_number_in_three_lines(command: Command) -> None:
    lines = command("demo").out.splitlines()

    at = lines.index("Why this number")
    assert lines[at + 1].startswith("  ER [2025] = BE - GHG_E + CR - LK")
    assert [line.startswith("    = ") for line in lines[at + 2 : at + 5]] == [True, True, False]


def test_demo_leaves_bundles_that_verify(command: Command) -> None:
    command("demo")

    codes = [command("verify", bundle).code for bundle in sorted(Path("carbonquant-demo").iterdir())]
    assert codes == [0, 0]


def test_demo_replaces_an_earlier_demo(command: Command) -> None:
    first = command("demo", "-o", "shown/here").out

    assert command("demo", "-o", "shown/here").out == first


def test_demo_never_replaces_what_is_no_bundle(command: Command) -> None:
    Path("carbonquant-demo/greenway-cycling").mkdir(parents=True)
    Path("carbonquant-demo/greenway-cycling/diary.txt").write_text("dear", encoding="utf-8")

    ran = command("demo")

    assert ran.code == 2
    assert Path("carbonquant-demo/greenway-cycling/diary.txt").is_file()


def test_demo_speaks_chinese(command: Command) -> None:
    assert "减排量: 673 t CO2e" in command("demo", "--lang", "zh").out
