"""Everything that is wrong in one file, and the forms in which it is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbonquant.cli.findings import as_dicts, as_github, problems_of
from carbonquant.errors import Diagnostic, Position

from .conftest import ACTIVITY, METHODOLOGY

AT = Position("a,b.yaml", 3, 7)


def replaced(file: Path, old: str, new: str) -> Path:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


def codes(file: Path) -> list[str]:
    return [problem.code for problem in problems_of(file)]


def test_right_methodology_has_no_problems(project: Path) -> None:
    assert problems_of(project.with_name("paper-saving.yaml")) == ()


@pytest.mark.parametrize("name", ["grid.yaml", "heat-pump.yaml", "activity.yaml"])
def test_right_files_of_any_kind_have_no_problems(heating: Path, name: str) -> None:
    assert problems_of(heating.with_name(name)) == ()


def test_wrong_factor_set_has_its_problems(heating: Path) -> None:
    file = heating.with_name("grid.yaml")
    file.write_text(file.read_text(encoding="utf-8").replace("550.50", "lots"), encoding="utf-8")

    assert [problem.code for problem in problems_of(file)] == ["CQ204"]


def test_factor_set_is_looked_for_in_the_folders_given(heating: Path, tmp_path: Path) -> None:
    (tmp_path / "sets").mkdir()
    heating.with_name("grid.yaml").rename(tmp_path / "sets" / "grid.yaml")
    file = heating.with_name("heat-pump.yaml")

    assert [problem.code for problem in problems_of(file)] == ["CQ106"]
    assert problems_of(file, [tmp_path / "sets"]) == ()


def test_right_activity_has_no_problems(project: Path) -> None:
    assert problems_of(project) == ()


def test_wrong_methodology_has_all_its_problems(project: Path) -> None:
    file = project.with_name("paper-saving.yaml")
    file.write_text(
        METHODOLOGY.replace("saved * EF[", "saved * EG[").replace(
            "unit: kg, over: sheet", "unit: kq, over: sheet"
        ),
        encoding="utf-8",
    )

    assert {"CQ208", "CQ306"} <= set(codes(file))


def test_file_that_is_no_yaml_has_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "no.yaml"
    file.write_text("{", encoding="utf-8")

    assert codes(file) == ["CQ103"]


def test_activity_is_bound_to_its_methodology(project: Path) -> None:
    (problem,) = problems_of(replaced(project, "unit: kg", "unit: km"))

    assert problem.position is not None
    assert problem.position.line == 11


def test_activity_without_its_tables_is_checked_by_shape(project: Path) -> None:
    project.with_name("sheets.csv").unlink()

    (problem,) = problems_of(project)

    assert problem.severity == "warning"
    assert "not all tables are here yet (sheets.csv)" in problem.message


def test_activity_of_an_unknown_methodology_is_wrong_at_its_line(project: Path) -> None:
    (problem,) = problems_of(replaced(project, "methodology: paper-saving", "methodology: paper-savin"))

    assert str(problem).splitlines()[:2] == [
        "activity.yaml:3:14: CQ106 no file has the id 'paper-savin'",
        "3 | methodology: paper-savin",
    ]


def test_activity_of_another_version_is_wrong(project: Path) -> None:
    replaced(project, "methodology: paper-saving", "methodology: paper-saving@1.0.1")

    assert codes(project) == ["CQ106"]


def test_activity_with_a_wrong_key_is_wrong(project: Path) -> None:
    project.write_text(ACTIVITY + "perio: {}\n", encoding="utf-8")

    assert codes(project) == ["CQ201"]


def test_json_has_the_place_of_a_problem() -> None:
    assert as_dicts([Diagnostic("CQ301", "wrong", AT, hint="mend it")]) == [
        {
            "file": "a,b.yaml",
            "line": 3,
            "column": 7,
            "code": "CQ301",
            "severity": "error",
            "message": "wrong",
            "hint": "mend it",
        }
    ]


def test_json_of_a_problem_without_a_place_has_nulls() -> None:
    (found,) = as_dicts([Diagnostic("CQ106", "lost")])

    assert (found["file"], found["line"], found["column"]) == (None, None, None)


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (
            Diagnostic("CQ301", "100% wrong", AT, hint="mend it"),
            "::error file=a%2Cb.yaml,line=3,col=7,title=CQ301::100%25 wrong%0Ahint: mend it",
        ),
        (Diagnostic("CQ491", "a BOM", severity="warning"), "::warning title=CQ491::a BOM"),
    ],
)
def test_github_form_escapes_what_would_end_it(problem: Diagnostic, line: str) -> None:
    assert list(as_github([problem])) == [line]
