"""The command `verify`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import SHEETS, Command


@pytest.fixture
def out(command: Command, project: Path) -> Path:
    assert command("run", project, "-o", "out").code == 0
    return Path("out")


def change_a_digit(file: Path) -> None:
    data = file.read_text(encoding="utf-8")
    file.write_text(data.replace("10", "11", 1), encoding="utf-8")


def test_verify_of_a_fresh_bundle_ends_well(command: Command, out: Path) -> None:
    ran = command("verify", out)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-1] == "Verdict: OK"


def test_verify_prints_a_line_for_each_check(command: Command, out: Path) -> None:
    lines = command("verify", out).out.splitlines()

    assert all(line.startswith("ok    V") for line in lines[:-1])


def test_verify_of_a_changed_table_names_the_file_and_the_step(command: Command, out: Path) -> None:
    change_a_digit(out / "inputs" / "sheets.csv")

    ran = command("verify", out)

    assert ran.code == 4
    assert ran.out.splitlines()[-1] == "Verdict: FAIL"
    assert "inputs/sheets.csv" in ran.out
    assert "saved" in ran.out


def test_verify_as_json_has_verdict_and_checks(command: Command, out: Path) -> None:
    content = json.loads(command("verify", out, "--json").out)

    assert content["verdict"] == "OK"
    assert {tuple(check) for check in content["checks"]} == {("check", "ok", "detail")}


def test_verify_as_json_of_a_damaged_bundle_ends_with_4(command: Command, out: Path) -> None:
    (out / "record.json").unlink()

    ran = command("verify", out, "--json")

    assert (ran.code, json.loads(ran.out)["verdict"]) == (4, "FAIL")


def test_verify_against_other_tables_fails(command: Command, out: Path) -> None:
    Path("elsewhere").mkdir()
    Path("elsewhere/sheets.csv").write_text(SHEETS.replace("10", "11", 1), encoding="utf-8")

    assert command("verify", out, "--data", "elsewhere").code == 4


def test_verify_speaks_chinese(command: Command, out: Path) -> None:
    assert command("verify", out, "--lang", "zh").out.splitlines()[-1] == "结论: OK"


def test_verify_of_no_folder_is_a_usage_mistake(command: Command) -> None:
    assert command("verify", "nowhere").code == 2
