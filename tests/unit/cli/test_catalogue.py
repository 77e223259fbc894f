"""The commands `list`, `describe` and `error`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carbonquant.codes import CODES

from .conftest import Command


def test_list_names_every_shipped_methodology(command: Command) -> None:
    ran = command("list")

    assert [line.split()[0] for line in ran.out.splitlines()] == [
        "bamboo-afforestation",
        "electricity-for-fuel",
        "greenway-cycling",
        "kitchen-waste-biogas",
    ]


def test_list_of_tools_names_the_tools_alone(command: Command) -> None:
    listed = command("list", "--kind", "tool").out.splitlines()

    assert [line.split()[0] for line in listed] == ["fuel-combustion", "grid-electricity", "solid-waste-fod"]


def test_list_of_factor_sets_shows_basis_and_unit(command: Command) -> None:
    listed = command("list", "--kind", "factors").out.splitlines()

    (line,) = [line for line in listed if line.startswith("cn-grid-average ")]
    assert line.split()[1:5] == ["1.0.0", "average", "kg", "CO2e/kWh"]


def test_list_of_factor_sets_as_json_has_unit_and_keys(command: Command) -> None:
    listed = json.loads(command("list", "--kind", "factors", "--json").out)

    (entry,) = [entry for entry in listed if entry["id"] == "cn-grid-average"]
    assert (entry["unit"], entry["keys"]) == ("kg CO2e/kWh", ["year", "region"])


def test_list_in_chinese_has_chinese_titles(command: Command) -> None:
    assert "绿道骑行碳减排" in command("list", "--lang", "zh").out


def test_list_as_json_has_the_documented_keys(command: Command) -> None:
    entry = json.loads(command("list", "--json").out)[0]

    assert list(entry) == ["id", "version", "status", "basis", "sector", "title", "examples", "path"]
    assert Path(entry["path"]).is_file()


def test_list_of_one_sector_leaves_out_the_others(command: Command) -> None:
    listed = json.loads(command("list", "--sector", "low-carbon-living", "--json").out)

    assert [entry["id"] for entry in listed] == ["greenway-cycling"]


def test_list_of_an_unknown_sector_names_those_there_are(command: Command) -> None:
    ran = command("list", "--sector", "cooking")

    assert (ran.code, ran.out) == (2, "")
    assert "sectors: ecological-protection, energy-substitution, low-carbon-living" in ran.err


def test_list_as_markdown_is_a_table(command: Command) -> None:
    assert (
        "| [`greenway-cycling`](low-carbon-living/greenway-cycling.yaml) |"
        in command("list", "--markdown").out
    )


def test_describe_says_the_basis_at_the_top(command: Command) -> None:
    assert command("describe", "greenway-cycling").out.splitlines()[2].startswith("RECONSTRUCTION")


def test_describe_takes_a_file(command: Command, project: Path) -> None:
    assert command("describe", project.with_name("paper-saving.yaml")).out.startswith("Paper saving · 少用纸")


def test_describe_takes_an_id_of_a_folder(command: Command, project: Path) -> None:
    ran = command("describe", "paper-saving", "--path", project.parent)

    assert ran.code == 0


def test_describe_takes_a_tool(command: Command) -> None:
    lines = command("describe", "solid-waste-fod").out.splitlines()

    assert lines[1] == "solid-waste-fod 1.0.0 · draft · tool"
    assert "  output  BE" in lines


def test_describe_takes_a_factor_set(command: Command) -> None:
    ran = command("describe", "cn-grid-average")

    assert ran.out.splitlines()[1:3] == [
        "cn-grid-average 1.0.0 · factor set · basis average",
        "kg CO2e/kWh  over year, region",
    ]


def test_describe_of_a_factor_set_as_json_has_its_values(command: Command) -> None:
    described = json.loads(command("describe", "gwp-ar5", "--json").out)

    assert {"at": {"gas": "CH4"}, "value": "28"}.items() <= described["values"][0].items()


def test_describe_of_a_factor_set_has_no_code_to_show(command: Command) -> None:
    ran = command("describe", "gwp-ar5", "--kernel")

    assert (ran.code, ran.out) == (2, "")
    assert "'gwp-ar5' is a factor set" in ran.err


def test_describe_as_json_has_every_section(command: Command, project: Path) -> None:
    described = json.loads(command("describe", project.with_name("paper-saving.yaml"), "--json").out)

    assert {"inputs", "parameters", "steps", "rules", "results", "unverified"} <= set(described)


def test_describe_shows_the_generated_code(command: Command) -> None:
    assert "def kernel(" in command("describe", "greenway-cycling", "--kernel").out


def test_describe_of_an_unknown_id_suggests_one(command: Command) -> None:
    ran = command("describe", "greenway-cyclin")

    assert (ran.code, ran.out) == (1, "")
    assert "did you mean 'greenway-cycling'?" in ran.err


def test_error_gives_the_title_of_a_code(command: Command) -> None:
    assert command("error", "cq303").out == f"CQ303  {CODES['CQ303'][0]}\n"


def test_error_speaks_chinese(command: Command) -> None:
    assert command("error", "CQ303", "--lang", "zh").out == f"CQ303  {CODES['CQ303'][1]}\n"


def test_error_as_json_has_both_titles(command: Command) -> None:
    english, chinese = CODES["CQ303"]

    assert json.loads(command("error", "CQ303", "--json").out) == {
        "code": "CQ303",
        "title": {"zh": chinese, "en": english},
    }


@pytest.mark.parametrize("code", ["CQ000", "303"])
def test_error_of_an_unknown_code_is_a_usage_mistake(command: Command, code: str) -> None:
    ran = command("error", code)

    assert (ran.code, ran.out) == (2, "")
    assert f"there is no code '{code}'" in ran.err
