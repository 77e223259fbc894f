"""A quantification as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from carbonquant.activity import read_activity
from carbonquant.audit import cells
from carbonquant.cli import summary
from carbonquant.methodology import load
from carbonquant.quantification import Quantification, quantify
from carbonquant.sources import examples_folder

from .conftest import METHODOLOGY


@pytest.fixture
def paper(project: Path) -> Quantification:
    return quantify(load(project.with_name("paper-saving.yaml")), read_activity(project))


@pytest.fixture(scope="module")
def rides() -> Quantification:
    activity = read_activity(examples_folder() / "greenway-cycling" / "activity.yaml")
    return quantify(load("greenway-cycling"), activity)


@pytest.fixture(scope="module")
def bamboo() -> Quantification:
    activity = read_activity(examples_folder() / "bamboo-afforestation" / "activity.yaml")
    return quantify(load("bamboo-afforestation"), activity)


def lines_of(result: Quantification, language: str = "en") -> list[str]:
    return list(summary.as_text(result, language))


def numbers_in(nested: object) -> Iterator[float]:
    if isinstance(nested, Mapping):
        for value in nested.values():
            yield from numbers_in(value)
    elif nested is not None:
        assert isinstance(nested, float)
        yield nested


def test_text_begins_with_title_and_basis(paper: Quantification) -> None:
    assert lines_of(paper)[:3] == [
        "Paper saving · paper-saving 1.0.0",
        "Two offices",
        "DEMONSTRATION: for teaching only",
    ]


def test_text_names_unverified_values_with_their_source(paper: Quantification) -> None:
    lines = lines_of(paper)

    assert lines[lines.index("Unverified values:") + 1] == "  EF  guess  A guess"


def test_text_names_an_unverified_value_of_a_factor_set_that_was_taken(heating: Path) -> None:
    lines = lines_of(quantify(load(heating.with_name("heat-pump.yaml")), read_activity(heating)))

    assert lines[lines.index("Unverified values:") + 1] == "  EF  grid notice  A made-up notice"


def test_text_says_nothing_of_an_unverified_value_that_was_not_taken(heating: Path) -> None:
    heating.write_text(heating.read_text(encoding="utf-8").replace("south", "north"), encoding="utf-8")

    lines = lines_of(quantify(load(heating.with_name("heat-pump.yaml")), read_activity(heating)))

    assert "Unverified values:" not in lines


def test_text_names_the_fallback_that_was_taken(heating: Path) -> None:
    lines = lines_of(quantify(load(heating.with_name("heat-pump.yaml")), read_activity(heating)))

    assert lines[lines.index("Taken by fallback") + 1] == "  EF  grid 1.0.0  [south] → [national]"


def test_json_names_the_parameters_that_took_a_fallback(heating: Path) -> None:
    result = quantify(load(heating.with_name("heat-pump.yaml")), read_activity(heating))

    assert summary.as_dict(result)["fallbacks"] == ["EF"]
    assert summary.as_dict(result)["unverified"] == ["EF"]


def test_text_says_nothing_unverified_where_all_is_verified(project: Path) -> None:
    file = project.with_name("paper-saving.yaml")
    file.write_text(METHODOLOGY.replace("status: unverified", "status: verified"), encoding="utf-8")

    result = quantify(load(file), read_activity(project))

    assert "Unverified values:" not in lines_of(result)


def test_text_names_the_culm_model_of_each_stratum_and_that_it_is_unverified(bamboo: Quantification) -> None:
    lines = lines_of(bamboo)

    assert "  culm_model  mean_culm (ridge), zhou (slope), zhejiang (valley)" in lines
    assert any(line.startswith("  a, b, c, d, e, f            zhou") for line in lines)


def test_text_names_a_choice_for_the_whole_project(rides: Quantification) -> None:
    assert "  walking  kept" in lines_of(rides)


def test_text_names_what_took_its_default(rides: Quantification) -> None:
    lines = lines_of(rides)

    assert lines[lines.index("Taken by default") + 1] == "  walking, survey_on_file"


def test_text_shows_the_unrounded_figure_beside_what_is_issued(paper: Quantification) -> None:
    assert "  emission reductions   0.062125   0.062" in lines_of(paper)


def test_text_shows_figures_by_member_in_the_order_given(paper: Quantification) -> None:
    lines = lines_of(paper)

    assert [line.split()[0] for line in lines if line.startswith(("  north", "  east"))] == ["north", "east"]


def test_text_counts_the_members_that_do_not_fit(
    paper: Quantification, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "MOST_MEMBERS", 1)

    lines = lines_of(paper)

    assert "  … more: 1" in lines
    assert "  grade_of  fine (north), rough (east)" in lines


def test_text_counts_rows_by_reason(paper: Quantification) -> None:
    assert lines_of(paper)[-3:] == [
        "  sheet: 5 read, 3 accepted, 2 rejected",
        "    missing.mass    1  mass missing",
        "    worth_counting  1  too little",
    ]


def test_text_in_chinese_has_no_english_heading(paper: Quantification) -> None:
    lines = lines_of(paper, "zh")

    assert lines[:3] == ["少用纸 · paper-saving 1.0.0", "两间办公室", "演示：仅供教学"]
    assert "  sheet: 读入 5 行，接受 3 行，剔除 2 行" in lines


def test_choices_of_very_many_members_are_counted(
    paper: Quantification, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "MOST_MEMBERS", 0)

    assert "  grade_of  fine (1), rough (1)" in lines_of(paper)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1e-9, "0.000000001"),
        (123456789012.0, "123456789000"),
        (673.5621133, "673.562113"),
    ],
)
def test_number_is_a_plain_decimal(value: float, shown: str) -> None:
    assert summary.number(value) == shown


def test_json_has_the_documented_keys(paper: Quantification) -> None:
    content = summary.as_dict(paper)

    assert list(content)[:5] == ["methodology", "results", "also", "warnings", "rows"]
    assert content["methodology"] == {"id": "paper-saving", "version": "1.0.0", "basis": "demonstration"}


def test_json_has_each_role_unrounded_rounded_and_by_member(paper: Quantification) -> None:
    assert summary.as_dict(paper)["results"]["reductions"] == {
        "value": 0.062125,
        "unit": "t CO2e",
        "rounded": 0.062,
        "by": {"north": 0.038125, "east": 0.024},
    }


def test_json_has_null_where_nothing_is_issued(paper: Quantification) -> None:
    assert summary.as_dict(paper)["results"]["baseline"]["rounded"] is None


def test_json_has_rows_that_add_up(paper: Quantification) -> None:
    rows = summary.as_dict(paper)["rows"]["sheet"]

    assert rows == {
        "read": 5,
        "accepted": 3,
        "rejected": 2,
        "reasons": {"missing.mass": 1, "worth_counting": 1},
    }


def test_json_has_a_published_step_by_member(paper: Quantification) -> None:
    assert summary.as_dict(paper)["also"]["saved"] == {
        "value": None,
        "unit": "kg",
        "by": {"north": 15.25, "east": 20.0},
    }


def test_json_has_a_step_over_groups_by_their_keys(rides: Quantification) -> None:
    points = summary.as_dict(rides)["also"]["points"]

    assert sum(numbers_in(points["by"])) == rides.values("points").sum()
    assert points["by"]["u01"]["2025-06-03"] == 77.0


def test_json_has_a_step_over_two_dimensions_nested(bamboo: Quantification) -> None:
    stocks = summary.as_dict(bamboo)["also"]["C_tree"]["by"]

    assert list(stocks) == ["ridge", "slope", "valley"]
    assert list(stocks["ridge"]) == ["2023", "2025"]


def test_json_of_very_many_values_is_their_digest(
    paper: Quantification, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "MOST_CELLS", 1)

    described = summary.as_dict(paper)["also"]["saved"]

    assert described == {"unit": "kg"} | cells.summary(
        paper.values("saved"), paper.methodology.steps["saved"].type
    )
    assert described["total"] == "35.25"


def test_json_of_very_many_rows_leaves_out_the_rejected(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "MOST_CELLS", 1)
    file = project.with_name("paper-saving.yaml")
    double = '  double: {formula: "mass * 2", unit: kg, over: sheet, zh: 双, en: double}\nresults:'
    file.write_text(
        METHODOLOGY.replace("results:", double).replace("also: [saved]", "also: [double]"), encoding="utf-8"
    )

    described = summary.as_dict(quantify(load(file), read_activity(project)))["also"]["double"]

    assert (described["members"], described["total"]) == (3, "70.5")


def test_json_of_a_step_without_dimensions_is_its_value(project: Path) -> None:
    file = project.with_name("paper-saving.yaml")
    total = '  whole: {formula: "sum(saved, over=office)", unit: kg, zh: 合计, en: total}\nresults:'
    file.write_text(
        METHODOLOGY.replace("results:", total).replace("also: [saved]", "also: [whole]"), encoding="utf-8"
    )

    result = quantify(load(file), read_activity(project))

    assert summary.as_dict(result)["also"]["whole"] == {"value": 35.25, "unit": "kg", "by": {}}


def test_json_of_a_yes_or_no_is_true_or_false(project: Path) -> None:
    file = project.with_name("paper-saving.yaml")
    big = '  big: {formula: "saved > 16 [kg]", type: bool, over: office, zh: 大, en: big}\nresults:'
    file.write_text(
        METHODOLOGY.replace("results:", big).replace("also: [saved]", "also: [big]"), encoding="utf-8"
    )

    result = quantify(load(file), read_activity(project))

    assert summary.as_dict(result)["also"]["big"]["by"] == {"north": False, "east": True}


def test_json_of_a_step_over_rows_is_by_row_with_null_where_rejected(project: Path) -> None:
    file = project.with_name("paper-saving.yaml")
    double = '  double: {formula: "mass * 2", unit: kg, over: sheet, zh: 双, en: double}\nresults:'
    file.write_text(
        METHODOLOGY.replace("results:", double).replace("also: [saved]", "also: [double]"), encoding="utf-8"
    )

    result = quantify(load(file), read_activity(project))

    assert summary.as_dict(result)["also"]["double"]["by"] == {
        "1": 20.0,
        "2": None,
        "3": 40.0,
        "4": None,
        "5": 10.5,
    }
