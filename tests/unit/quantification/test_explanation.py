"""Why a figure has its value: formula, numbers, value, source, down to the data."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from carbonquant.errors import ActivityDataError
from carbonquant.methodology import load
from carbonquant.quantification import Explanation, Quantification, quantify
from carbonquant.worked_examples import activity_of
from tests.toys import run

BODY = """\
dimensions:
  ride: rows
  user_day: {group: ride, by: [user, day]}
  mode: [walk, bus]
  year: year
inputs:
  user: {type: text, over: ride, zh: 用户, en: user}
  day: {type: date, over: ride}
  distance: {unit: km, over: ride, zh: 距离, en: distance}
  replaced: {type: mode, over: ride}
  is_new: {type: bool, over: ride, default: false}
  yearly: {unit: t CO2e, over: year, default: 0}
  first: {unit: t CO2e, default: 1}
  main_mode: {type: mode, default: bus}
  begun: {type: date, default: 2020-01-01}
parameters:
  EF:
    unit: g CO2e/km
    over: mode
    values: {walk: 0, bus: {value: 68.0, source: made_up p 4, status: unverified}}
    source: made_up p 3
    zh: 排放因子
    en: emission factor
  cap: {unit: km, value: 20, source: by definition}
  off:
    unit: "%"
    bands: {unit: t CO2e, upto: [10, null]}
    values: [0, {value: 5, source: made_up p 6, status: unverified}]
    source: made_up p 5
rules:
  far_enough: {over: ride, require: "distance >= 1 [km]", else: reject}
steps:
  km_day: {unit: km, over: user_day, formula: "sum(distance, to=user_day, where=not is_new)"}
  part: {unit: "1", over: user_day, formula: "if(km_day > 0, min(km_day, cap) / km_day, 0)"}
  ride_E: {unit: g CO2e, over: ride, formula: "distance * part[user_day] * EF[replaced]", eq: (3)}
  by_mode: {unit: t CO2e, over: mode, formula: "sum(ride_E, to=mode)"}
  rides: {unit: "1", formula: "count(distance, over=ride)"}
  mean_E: {unit: g CO2e, formula: "mean(ride_E, over=ride)"}
  stock: {unit: t CO2e, over: year, formula: "cumulate(yearly, along=year, start=first)"}
  growth: {unit: t CO2e, over: year, formula: "change(stock, along=year, start=first)"}
  long_ago: {unit: t CO2e, over: year, formula: "prev(yearly, along=year, start=first)"}
  late: {type: bool, over: year, formula: year >= 2025}
  chosen:
    unit: t CO2e
    over: year
    cases:
      - when: yearly > 100 [t CO2e]
        then: "yearly * (1 - off[yearly])"
      - when: late
        then: yearly * 2
      - otherwise: "yearly * EF[main_mode] / 1 [g CO2e/km]"
  farthest: {unit: g CO2e, formula: "cap * EF['bus']"}
  early: {type: bool, formula: "begun < '2025-01-01'"}
  total: {unit: t CO2e, formula: "sum(chosen, over=year) + sum(by_mode, over=mode)"}
  kept: {unit: t CO2e, formula: "sum(chosen, over=year, where=late)"}
results: {removals: total}
"""
RIDES: dict[str, list[Any]] = {
    "user": ["ann", "ann", "bob", None, "bob"],
    "day": ["2025-06-01", "2025-06-01", "2025-06-01", "2025-06-01", "2025-06-02"],
    "distance": [15, 25, 6, 5, 0.5],
    "replaced": ["bus", "bus", "walk", "bus", None],
    "is_new": ["false", "false", "false", "false", "false"],
}


@cache
def result() -> Quantification:
    years = [str(year) for year in range(2020, 2035)]
    yearly = {year: str(int(year) - 2020) for year in years} | {"2034": "200"}
    return run(BODY, members={"year": years}, inputs={"yearly": yearly}, tables={"ride": RIDES})


def explained(name: str, **at: Any) -> Explanation:
    return result().explain(name, **at)


def parts(explanation: Explanation) -> list[tuple[str, str]]:
    return [(part.name, part.value) for part in explanation.parts]


# --- what is shown -------------------------------------------------------------------------------------------


def test_step_on_a_row_shows_formula_numbers_and_value() -> None:
    found = explained("ride_E", row=0)

    assert found.formula == "distance * part[user_day] * EF[replaced]"
    assert found.numbers == "15 km × 0.5 × 68 g CO2e/km"
    assert found.value == "510 g CO2e"
    assert found.at == {"ride": "table ride:1"}


def test_step_on_a_row_is_made_of_what_its_row_its_group_and_its_table_give() -> None:
    assert parts(explained("ride_E", row=0)) == [
        ("distance", "15 km"),
        ("part", "0.5"),
        ("replaced", "'bus'"),
        ("EF", "68.0 g CO2e/km"),
    ]


def test_group_is_named_by_its_columns() -> None:
    assert explained("part", row=0).at == {"user_day": "ann 2025-06-01"}


def test_parameter_cell_shows_the_printed_text_its_own_source_and_that_nobody_verified_it() -> None:
    found = explained("EF", mode="bus")

    assert (found.value, found.source, found.is_unverified) == ("68.0 g CO2e/km", "made_up p 4", True)
    assert str(found) == "EF [bus] = 68.0 g CO2e/km  (made_up p 4, unverified)  emission factor"
    assert found.text("zh") == "EF [bus] = 68.0 g CO2e/km  (made_up p 4, 未核实)  排放因子"


def test_cell_without_a_source_of_its_own_shows_that_of_the_parameter() -> None:
    assert str(explained("EF", mode="walk")) == "EF [walk] = 0 g CO2e/km  (made_up p 3)  emission factor"


def test_datum_comes_from_the_project() -> None:
    assert (
        str(explained("distance", row=0)) == "distance [table ride:1] = 15 km  (the project's data)  distance"
    )
    assert explained("distance", row=0).text("zh") == "distance [table ride:1] = 15 km  (项目数据)  距离"


@pytest.mark.parametrize(
    ("name", "at", "value"),
    [
        ("user", {"row": 0}, "'ann'"),
        ("day", {"row": 0}, "'2025-06-01'"),
        ("is_new", {"row": 0}, "no"),
        ("begun", {}, "'2020-01-01'"),
        ("main_mode", {}, "'bus'"),
        ("early", {}, "yes"),
        ("late", {"year": 2024}, "no"),
    ],
)
def test_values_that_are_no_numbers_are_shown_in_words(name: str, at: dict[str, Any], value: str) -> None:
    assert explained(name, **at).value == value


def test_default_says_that_it_is_one() -> None:
    assert str(explained("first")) == "first = 1 t CO2e  (default of the methodology)"


def test_sum_over_rows_tells_how_many_rows_it_adds_up() -> None:
    (total,) = explained("by_mode", mode="bus").parts

    assert (total.name, total.value, total.source) == (
        "sum(ride_E, to=mode)",
        "1360 g CO2e",
        "2 accepted rows of ride",
    )
    assert total.at == {"mode": "bus"}


def test_count_and_mean_of_all_rows_are_explained() -> None:
    assert parts(explained("rides")) == [("count(distance, over=ride)", "3")]
    assert explained("mean_E").parts[0].source == "3 accepted rows of ride"


def test_rows_left_out_by_where_are_not_counted() -> None:
    (total,) = explained("km_day", row=0).parts

    assert total.source == "2 accepted rows of ride"
    assert total.at == {"user_day": "ann 2025-06-01"}


def test_cases_show_the_branch_taken_and_the_conditions_looked_at() -> None:
    found = explained("chosen", year=2026)

    assert found.numbers == "6 t CO2e × 2"
    assert parts(found) == [("yearly", "6 t CO2e"), ("late", "yes")]


def test_cases_that_end_otherwise_show_the_last_branch() -> None:
    found = explained("chosen", year=2024)

    assert found.numbers == "4 t CO2e × 68 g CO2e/km ÷ 1 g CO2e/km"
    assert [name for name, _ in parts(found)] == ["yearly", "late", "main_mode", "EF"]


def test_banded_table_is_shown_whole_with_the_value_that_was_read() -> None:
    found = explained("chosen", year=2034)

    assert found.numbers == "200 t CO2e × (1 − 5 % ÷ 100)"
    assert ("off", "≤ 10 t CO2e: 0 %; …: 5 %") in parts(found)
    assert (explained("off").source, explained("off").is_unverified) == ("made_up p 5; made_up p 6", True)


def test_cell_of_a_quoted_member_is_read() -> None:
    assert parts(explained("farthest")) == [("cap", "20 km"), ("EF", "68.0 g CO2e/km")]


def test_sum_of_many_members_is_not_written_out() -> None:
    found = explained("total")

    assert [name for name, _ in parts(found)] == ["by_mode", "by_mode"]
    assert found.numbers.count("+") == 2


def test_sum_over_chosen_members_shows_those_alone() -> None:
    assert [part.at["year"] for part in explained("kept").parts] == [str(year) for year in range(2025, 2035)]


def test_cumulation_shows_start_and_the_members_so_far() -> None:
    found = explained("stock", year=2022)

    assert parts(found) == [
        ("first", "1 t CO2e"),
        ("yearly", "0 t CO2e"),
        ("yearly", "1 t CO2e"),
        ("yearly", "2 t CO2e"),
    ]


def test_first_member_of_a_change_is_taken_from_its_start() -> None:
    assert parts(explained("growth", year=2020)) == [("first", "1 t CO2e"), ("stock", "1 t CO2e")]


def test_later_member_of_a_change_is_taken_from_the_one_before() -> None:
    assert parts(explained("growth", year=2022)) == [("stock", "2 t CO2e"), ("stock", "4 t CO2e")]


def test_role_is_explained_as_its_step() -> None:
    assert explained("removals").name == "total"


def test_only_member_of_a_dimension_need_not_be_named() -> None:
    found = run(BODY, members={"year": ["2025"]}, inputs={"yearly": 3}, tables={"ride": RIDES})

    assert found.explain("chosen").at == {"year": "2025"}


# --- rows that are rejected ----------------------------------------------------------------------------------


def test_rejected_row_is_explained_and_says_why_it_is_rejected() -> None:
    found = explained("ride_E", row=4)

    assert found.rejected == ("missing.replaced", "far_enough")
    assert str(found).splitlines()[0] == "this row is rejected: missing.replaced, far_enough"
    assert found.text("zh").splitlines()[0] == "此行被拒绝: missing.replaced, far_enough"


def test_row_without_a_category_reads_no_other_rows_value() -> None:
    found = explained("ride_E", row=4)

    assert ("replaced", "no value") in parts(found)
    assert "EF" not in dict(parts(found))


def test_row_without_a_group_reads_no_other_groups_value() -> None:
    found = explained("ride_E", row=3)

    assert found.numbers == "5 km × no value × 68 g CO2e/km"
    assert found.value == "no value"
    assert "part" not in dict(parts(found))


@pytest.mark.parametrize("name", ["user", "day", "distance", "replaced"])
def test_missing_datum_has_no_value(name: str) -> None:
    empty = {**RIDES, name: [None, *RIDES[name][1:]]}

    found = run(BODY, members={"year": ["2025"]}, inputs={"yearly": 3}, tables={"ride": empty})

    assert found.explain(name, row=0).value == "no value"


def test_group_of_a_row_that_has_none_is_refused() -> None:
    with pytest.raises(ActivityDataError, match="row 3 of 'ride' is in no 'user_day'") as caught:
        explained("part", row=3)

    assert caught.value.diagnostics[0].hint == "it is rejected: missing.user"


# --- text and data -------------------------------------------------------------------------------------------


def test_text_has_three_lines_a_step_and_its_parts_indented() -> None:
    lines = explained("by_mode", mode="bus").text().splitlines()

    assert lines == [
        "by_mode [bus] = sum(ride_E, to=mode)",
        "  = 1360 g CO2e ÷ 1000000",
        "  = 0.00136 t CO2e",
        "    sum(ride_E, to=mode) [bus] = 1360 g CO2e  (2 accepted rows of ride)",
    ]


def test_text_shows_the_number_of_the_equation() -> None:
    assert explained("ride_E", row=0).text(depth=1).splitlines()[0].endswith("EF[replaced]  (3)")


def test_depth_limits_how_far_the_text_goes() -> None:
    found = explained("ride_E", row=0)

    lengths = [len(found.text(depth=depth).splitlines()) for depth in (1, 2, 3)]
    assert lengths[0] == 3
    assert lengths[0] < lengths[1] < lengths[2] <= len(found.text().splitlines())


def test_step_that_was_shown_already_is_not_taken_apart_again() -> None:
    text = explained("ride_E", row=0).text()

    assert text.count("km_day [ann 2025-06-01] = sum") == 1


def test_step_that_is_read_twice_is_referred_to() -> None:
    assert load_points().count("(↑)") == 1


def test_cases_are_one_line_of_text() -> None:
    line = explained("chosen", year=2024).text(depth=1).splitlines()[0]

    assert "; when late: yearly * 2; otherwise:" in line


def test_data_form_is_json_and_holds_every_part() -> None:
    data = json.loads(json.dumps(explained("ride_E", row=4).as_dict(), ensure_ascii=False))

    assert data["name"] == "ride_E"
    assert data["eq"] == "(3)"
    assert data["rejected"] == ["missing.replaced", "far_enough"]
    assert [part["name"] for part in data["parts"]][:2] == ["distance", "part"]
    assert data["parts"][0]["title"] == {"zh": "距离", "en": "distance"}


# --- what cannot be explained --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "at", "message", "hint"),
    [
        ("totl", {}, "there is no step 'totl'", "did you mean 'total'?"),
        ("chosen", {}, "say which year", "year=2020 or 2021 or 2022 or 2023 or 2024 or 2025 or 2026 or 2027"),
        ("by_mode", {"mode": "car"}, "'mode' has no member 'car'", "mode=bus or walk"),
        ("total", {"year": 2025}, "'total' does not vary over year", "it varies over: nothing"),
        (
            "by_mode",
            {"mode": "bus", "year": 2025},
            "'by_mode' does not vary over year",
            "it varies over: mode",
        ),
        ("ride_E", {}, "say which row of 'ride'", "row 0 to 4"),
        ("part", {}, "say which row of 'ride'", "row 0 to 4"),
        ("ride_E", {"row": 5}, "say which row of 'ride'", "row 0 to 4"),
        ("ride_E", {"row": -1}, "say which row of 'ride'", "row 0 to 4"),
        ("total", {"row": 0}, "'total' does not vary over rows", "leave the row out"),
    ],
)
def test_place_that_is_not_there_is_refused_with_what_there_is(
    name: str, at: dict[str, Any], message: str, hint: str
) -> None:
    with pytest.raises(ActivityDataError) as caught:
        explained(name, **at)

    (problem,) = caught.value.diagnostics
    assert (problem.code, problem.message, problem.hint) == ("CQ411", message, hint)


def test_name_that_is_like_none_gets_the_list_of_steps() -> None:
    with pytest.raises(ActivityDataError, match=r"hint: steps: .*km_day"):
        explained("zzzz")


def load_points() -> str:
    methodology = load("greenway-cycling")
    found = quantify(methodology, activity_of(methodology, methodology.examples["districts_and_months"]))
    return found.explain("PKM", row=1).text()


def test_value_that_is_not_published_says_so() -> None:
    body = """
dimensions: {kind: [a, b]}
inputs: {of: {type: kind}}
parameters: {EF: {unit: t CO2e, over: kind, values: {a: 1, b: null}, source: made_up}}
steps: {ER: {unit: t CO2e, formula: "EF[of]"}}
results: {reductions: ER, identity: none}
"""
    result = run(body, inputs={"of": "a"})

    assert str(result.explain("EF", kind="b")) == "EF [b] = no value  (nothing is published)"
