"""The commands `check` and `test`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import METHODOLOGY, Command


@pytest.fixture
def methodology(project: Path) -> Path:
    return project.with_name("paper-saving.yaml")


def write(file: Path, old: str, new: str) -> None:
    assert old in METHODOLOGY
    file.write_text(METHODOLOGY.replace(old, new), encoding="utf-8")


def test_check_of_right_files_ends_well(command: Command, project: Path, methodology: Path) -> None:
    ran = command("check", methodology, project)

    assert (ran.code, ran.out, ran.err) == (0, "", "2 files checked: 0 errors, 0 warnings\n")


def test_check_prints_problems_as_data_and_the_summary_as_a_message(
    command: Command, methodology: Path
) -> None:
    write(methodology, "saved * EF[", "saved * EG[")

    ran = command("check", methodology)

    assert ran.code == 1
    assert ran.out.startswith("paper-saving.yaml:29:")
    assert ran.err == "1 file checked: 1 error, 0 warnings\n"


def test_check_looks_at_every_file(command: Command, project: Path, methodology: Path) -> None:
    write(methodology, "saved * EF[", "saved * EG[")
    project.write_text("kind: activity\n", encoding="utf-8")

    found = json.loads(command("check", project, methodology, "--json").out)

    assert {problem["file"] for problem in found} == {"activity.yaml", "paper-saving.yaml"}


@pytest.mark.parametrize("words", [("--json",), ("--format", "json")])
def test_check_of_a_right_file_as_json_is_an_empty_list(
    command: Command, methodology: Path, words: tuple[str, ...]
) -> None:
    assert json.loads(command("check", methodology, *words).out) == []


def test_check_speaks_to_github(command: Command, methodology: Path) -> None:
    write(methodology, "saved * EF[", "saved * EG[")

    ran = command("check", methodology, "--format", "github")

    assert ran.out.startswith("::error file=paper-saving.yaml,line=29,col=")


def test_warnings_alone_end_well(command: Command, methodology: Path) -> None:
    write(methodology, "rules:\n", "  idle: {unit: t, value: 3, source: guess, zh: 闲, en: idle}\nrules:\n")

    assert command("check", methodology).code == 0


def test_warnings_are_findings_where_they_are_asked_to_be(command: Command, methodology: Path) -> None:
    write(methodology, "rules:\n", "  idle: {unit: t, value: 3, source: guess, zh: 闲, en: idle}\nrules:\n")

    assert command("check", methodology, "--strict").code == 1


def test_check_of_a_file_that_is_not_there_is_a_usage_mistake(command: Command) -> None:
    assert command("check", "nowhere.yaml").code == 2


def test_test_of_no_name_runs_all_that_are_shipped(command: Command) -> None:
    ran = command("test", "--json")

    results = json.loads(ran.out)
    assert ran.code == 0
    assert {"greenway-cycling", "kitchen-waste-biogas", "solid-waste-fod"} <= {
        one["methodology"] for one in results
    }
    assert list(results[0]) == ["methodology", "example", "passed", "detail"]


def test_test_names_each_example(command: Command, methodology: Path) -> None:
    ran = command("test", methodology)

    assert (ran.out, ran.err) == ("ok    paper-saving/one_office\n", "1 example: 1 passed, 0 failed\n")


def test_test_tells_what_an_example_expected(command: Command, methodology: Path) -> None:
    write(methodology, "ER: [0.01]", "ER: [0.02]")

    ran = command("test", methodology)

    assert ran.code == 1
    assert ran.out.startswith("FAIL  paper-saving/one_office\n        ")
    assert "0.02" in ran.out


def test_methodology_without_an_example_fails(command: Command, methodology: Path) -> None:
    methodology.write_text(METHODOLOGY.partition("examples:")[0], encoding="utf-8")

    ran = command("test", methodology)

    assert (ran.code, ran.out) == (1, "FAIL  paper-saving\n        has no example\n")


def test_wrong_methodology_does_not_hide_the_others(command: Command, methodology: Path) -> None:
    write(methodology, "saved * EF[", "saved * EG[")

    ran = command("test", methodology, "greenway-cycling")

    assert ran.code == 1
    assert "ok    greenway-cycling/two_riders" in ran.out
    assert ran.err.startswith("paper-saving.yaml:29:")
