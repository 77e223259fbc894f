"""The commands `run` and `explain`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carbonquant.audit import AuditRecord, bundle

from .conftest import ACTIVITY, METHODOLOGY, SHEETS, Command


@pytest.fixture
def out(command: Command, project: Path) -> Path:
    assert command("run", project, "-o", "out").code == 0
    return Path("out")


def test_run_writes_a_bundle_and_says_where(command: Command, project: Path) -> None:
    ran = command("run", project, "-o", "out")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-2:] == [f"Record {AuditRecord.read(Path('out/record.json')).id}", "  out"]


def test_run_without_a_folder_writes_nothing_and_says_so(command: Command, project: Path) -> None:
    before = set(Path().iterdir())

    ran = command("run", project)

    assert ran.code == 0
    assert "nothing was written" in ran.err
    assert set(Path().iterdir()) == before


def test_run_as_json_has_figures_and_record(command: Command, project: Path) -> None:
    content = json.loads(command("run", project, "-o", "out", "--json").out)

    assert content["results"]["reductions"]["rounded"] == 0.062
    assert (content["record"], content["id"]) == ("out", AuditRecord.read(Path("out/record.json")).id)


def test_run_without_a_folder_as_json_has_the_same_id(command: Command, project: Path) -> None:
    kept = json.loads(command("run", project, "-o", "out", "--json").out)
    unkept = json.loads(command("run", project, "--json").out)

    assert (unkept["record"], unkept["id"]) == (None, kept["id"])


def test_run_with_more_threads_gives_the_same_record(command: Command, project: Path) -> None:
    one, two = (json.loads(command("run", project, "--json", "--threads", n).out) for n in (1, 2))

    assert one == two


def test_run_reads_tables_from_another_folder(command: Command, project: Path) -> None:
    Path("elsewhere").mkdir()
    project.with_name("sheets.csv").unlink()
    Path("elsewhere/sheets.csv").write_text(SHEETS.replace("10", "11", 1), encoding="utf-8")

    content = json.loads(command("run", project, "--data", "elsewhere", "--json").out)

    assert content["also"]["saved"]["by"]["north"] == 16.25


def test_run_finds_the_methodology_in_another_folder(command: Command, project: Path) -> None:
    Path("mine").mkdir()
    project.with_name("paper-saving.yaml").rename("mine/paper-saving.yaml")

    assert command("run", project, "--path", "mine").code == 0


def test_run_does_not_replace_a_bundle_unasked(command: Command, out: Path, project: Path) -> None:
    before = (out / "record.json").read_bytes()

    ran = command("run", project, "-o", out)

    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert (out / "record.json").read_bytes() == before


def test_run_replaces_a_bundle_where_asked(command: Command, out: Path, project: Path) -> None:
    project.with_name("sheets.csv").write_text(SHEETS.replace("10", "11", 1), encoding="utf-8")

    ran = command("run", project, "-o", out, "--overwrite")

    assert ran.code == 0
    assert command("verify", out).code == 0


def test_run_never_replaces_what_is_no_bundle(command: Command, project: Path) -> None:
    Path("papers").mkdir()
    Path("papers/thesis.txt").write_text("dear", encoding="utf-8")

    ran = command("run", project, "-o", "papers", "--overwrite")

    assert ran.code == 2
    assert Path("papers/thesis.txt").read_text(encoding="utf-8") == "dear"


def test_run_that_cannot_write_leaves_nothing_behind(
    command: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "out")

    monkeypatch.setattr(bundle, "_write_files", full)
    before = set(Path().iterdir())

    ran = command("run", project, "-o", "out")

    assert (ran.code, ran.out, ran.err) == (2, "", "out: No space left on device\n")
    assert set(Path().iterdir()) == before


def test_run_warns_on_the_side(command: Command, project: Path) -> None:
    project.with_name("sheets.csv").write_text(
        SHEETS.replace("office,", "who,office,")
        .replace("\nnorth", "\nx,north")
        .replace("\neast", "\nx,east"),
        encoding="utf-8",
    )

    ran = command("run", project, "--json")

    assert "columns that no input asks for: who" in ran.err
    assert json.loads(ran.out)["warnings"][0]["severity"] == "warning"


def test_run_of_data_that_do_not_fit_lists_every_reason(command: Command, project: Path) -> None:
    project.write_text(ACTIVITY.replace("unit: kg", "unit: km").replace("rough", "gold"), encoding="utf-8")

    ran = command("run", project, "-o", "out")

    assert (ran.code, ran.out) == (3, "")
    assert "activity.yaml:7:" in ran.err
    assert "activity.yaml:11:" in ran.err
    assert not Path("out").exists()


def test_run_of_a_project_that_breaks_a_rule_is_refused(command: Command, project: Path) -> None:
    rule = 'rules:\n  enough: {over: office, require: "saved >= 16 [kg]", else: fail, zh: 不足, en: not enough}\n'
    project.with_name("paper-saving.yaml").write_text(
        METHODOLOGY.replace("rules:\n", rule).partition("examples:")[0], encoding="utf-8"
    )

    ran = command("run", project)

    assert ran.code == 3
    assert "the project does not meet 'enough' for north: not enough" in ran.err


def test_run_with_a_wrong_methodology_blames_its_author(command: Command, project: Path) -> None:
    project.with_name("paper-saving.yaml").write_text(
        METHODOLOGY.replace("saved * EF[", "saved * EG["), encoding="utf-8"
    )

    assert command("run", project).code == 1


def test_run_of_no_file_is_a_usage_mistake(command: Command) -> None:
    assert command("run", "nowhere.yaml").code == 2


@pytest.mark.parametrize("option", ["--draws", "--engine", "--set", "--rows", "--resume"])
def test_run_does_not_accept_what_is_not_built(command: Command, project: Path, option: str) -> None:
    ran = command("run", project, option, "1")

    assert ran.code == 2
    assert option in ran.err


def test_explain_shows_formula_numbers_and_value(command: Command, out: Path) -> None:
    ran = command("explain", out, "BE", "--at", "office=north")

    assert ran.out.splitlines()[:3] == [
        "BE [north] = saved * EF[grade_of]  baseline",
        "  = 15.25 kg × 2.5 kg CO2e/kg ÷ 1000",
        "  = 0.038125 t CO2e",
    ]


def test_explain_takes_a_role(command: Command, out: Path) -> None:
    ran = command("explain", out, "reductions", "--at", "office=east", "--json")

    explained = json.loads(ran.out)
    assert (explained["name"], explained["value"]) == ("ER", "0.024 t CO2e")


def test_explain_in_chinese_uses_the_words_of_the_file(command: Command, out: Path) -> None:
    assert "基准线" in command("explain", out, "BE", "--at", "office=north", "--lang", "zh").out


def test_explain_counts_rows_from_one(command: Command, out: Path) -> None:
    ran = command("explain", out, "mass", "--row", 5, "--json")

    assert json.loads(ran.out)["value"] == "5.25 kg"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("saves", "--at", "office=north"), "did you mean 'saved'?"),
        (("BE",), "say which office"),
        (("BE", "--at", "office=south"), "office=east or north"),
        (("BE", "--at", "office"), "expected DIMENSION=MEMBER, found 'office'"),
        (("mass",), "say which row"),
        (("mass", "--row", 9), "say which row"),
    ],
)
def test_explain_says_what_there_is_instead(
    command: Command, out: Path, words: tuple[object, ...], hint: str
) -> None:
    ran = command("explain", out, *words)

    assert (ran.code, ran.out) == (2, "")
    assert hint in ran.err


def test_explain_of_a_folder_that_is_no_bundle_is_refused(command: Command, project: Path) -> None:
    ran = command("explain", project.parent, "BE")

    assert (ran.code, ran.out) == (4, "")
    assert "carbonquant run -o" in ran.err
