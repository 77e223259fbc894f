"""All mistakes of shape come in one run; what only follows from one is not told; the rest is read."""

from __future__ import annotations

import pytest

from carbonquant.declaration import (
    ActivityDeclaration,
    Declaration,
    FactorsDeclaration,
    MethodologyDeclaration,
    ToolDeclaration,
    declare,
)
from carbonquant.sources import read_text

RIGHT = """\
carbonquant: 1
kind: methodology
id: paper-saving
version: 1.0.0
status: draft
basis: demonstration
title: {en: Paper saving}
sector: office
scope: project
sources: {survey: {title: A survey}}
inputs: {a: {unit: km}, b: {unit: km}}
rules: {r: {require: a > 0, else: warn}}
steps:
  BE: {formula: a, unit: km}
  ER: {formula: BE, unit: km}
results: {reductions: ER}
claims: {key: [a]}
"""
ACTIVITY = """\
carbonquant: 1
kind: activity
methodology: paper-saving
tables: {ride: {file: rides.csv, columns: {distance: km}}}
"""
FACTORS = """\
carbonquant: 1
kind: factors
id: paper-factors
version: 1.0.0
title: {en: Paper}
basis: average
unit: kg CO2e/kg
keys: [year]
published: 2024-01-01
source: by definition
status: verified
values: {2023: 1}
"""


def declared(*replacements: tuple[str, str], text: str = RIGHT) -> Declaration:
    for old, new in replacements:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return declare(read_text(text))


def content_of(declaration: Declaration) -> MethodologyDeclaration:
    assert isinstance(declaration.content, MethodologyDeclaration)
    return declaration.content


def told(declaration: Declaration) -> list[tuple[int, str]]:
    return [(problem.position.line, problem.message) for problem in declaration.problems if problem.position]


def test_right_methodology_has_no_problems() -> None:
    declaration = declared()

    assert (declaration.problems, declaration.broken) == ((), frozenset())
    assert list(content_of(declaration).steps) == ["BE", "ER"]


def test_right_activity_has_no_problems() -> None:
    declaration = declared(text=ACTIVITY)

    assert declaration.problems == ()
    assert isinstance(declaration.content, ActivityDeclaration)


def test_mistakes_of_all_sections_come_in_one_run_in_the_order_of_the_file() -> None:
    declaration = declared(
        ("version: 1.0.0", "version: 1.0"),
        ("status: draft", "status: drafty"),
        ("survey: {title: A survey}", "survey: {titel: A survey}"),
        ("a: {unit: km}", "a: km"),
        ("b: {unit: km}", "b: {unit: km, range: [1]}"),
        ("else: warn", "else: shout"),
        ("BE: {formula: a, unit: km}", "BE: {formula: max(a, b), unit: km}"),
        ("reductions: ER", "reductions: [ER]"),
    )

    assert told(declaration) == [
        (4, "expected a version of three numbers such as 1.0.0, found '1.0'"),
        (5, "unknown value for 'status': 'drafty'"),
        (10, "unknown key 'titel'"),
        (11, "expected 'key: value' lines, found 'km'"),
        (11, "a range has two ends, [from, to]"),
        (12, "unknown value for 'else': 'shout'"),
        (14, "YAML ends the text of 'formula' at its comma"),
        (16, "expected a text, found a list"),
    ]


def test_broken_item_is_left_out_and_the_others_are_read() -> None:
    declaration = declared(("BE: {formula: a, unit: km}", "BE: {formula: a, unit: [km]}"))

    assert list(content_of(declaration).steps) == ["ER"]
    assert declaration.broken == {"BE"}


def test_several_mistakes_of_one_item_are_all_told() -> None:
    declaration = declared(("a: {unit: km}", "a: {unit: [km], range: [1], missing: never}"))

    assert [message for _, message in told(declaration)] == [
        "expected a text, found a list",
        "a range has two ends, [from, to]",
        "unknown value for 'missing': 'never'",
    ]


def test_misspelt_key_is_read_as_the_one_that_was_meant() -> None:
    declaration = declared(("BE: {formula: a, unit: km}", "BE: {fromula: a, unit: km}"))

    assert content_of(declaration).steps["BE"].formula == "a"
    assert str(declaration.source.position_of(("steps", "BE", "formula"))) == "<text>:14:17"


def test_misspelt_key_inside_a_list_keeps_its_place() -> None:
    declaration = declared(
        ("{formula: a, unit: km}", "{unit: km, cases: [{when: a, then: b}, {otherwis: c}]}")
    )

    assert [message for _, message in told(declaration)] == ["unknown key 'otherwis'"]
    assert str(declaration.source.position_of(("steps", "BE", "cases", 1, "otherwise"))) == "<text>:14:57"


def test_misspelt_section_is_read_as_the_one_that_was_meant() -> None:
    declaration = declared(("steps:", "stepps:"))

    assert told(declaration) == [(13, "unknown key 'stepps'")]
    assert list(content_of(declaration).steps) == ["BE", "ER"]


def test_key_that_is_misspelt_beside_the_right_one_is_left_out() -> None:
    declaration = declared(("a: {unit: km}", "a: {unit: km, unitt: m}"))

    assert told(declaration) == [(11, "unknown key 'unitt'")]
    assert content_of(declaration).inputs["a"].unit == "km"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("BE: {formula: a, unit: km}", "BE: {equation of it: a, unit: km}", "unknown key 'equation of it'"),
        ("a: {unit: km}", "a: {uncertainty: 5%}", "not supported yet: uncertainty"),
        ("r: {require: a > 0, else: warn}", "r: {require: a > 0, action: warn}", "unknown key 'action'"),
    ],
)
def test_what_an_item_lacks_because_of_an_unknown_key_is_not_told(old: str, new: str, message: str) -> None:
    assert [said for _, said in told(declared((old, new)))] == [message]


def test_unknown_key_at_the_top_does_not_hide_what_is_missing_there() -> None:
    declaration = declared(("version: 1.0.0", "colour: green"))

    assert told(declaration) == [(1, "the key 'version' is missing"), (4, "unknown key 'colour'")]


def test_methodology_that_adapts_another_is_told_that_alone() -> None:
    declaration = declared(
        ("steps:\n  BE: {formula: a, unit: km}\n  ER: {formula: BE, unit: km}\n", "adapts: other@1.0.0\n")
    )

    assert told(declaration) == [(13, "not supported yet: adapts")]
    assert declaration.content is None


@pytest.mark.parametrize("key", ["id", "version", "status", "basis", "title", "sector", "scope", "results"])
def test_file_without_a_compulsory_key_is_read_all_the_same(key: str) -> None:
    lines = [line for line in RIGHT.splitlines() if not line.startswith(f"{key}:")]

    declaration = declare(read_text("\n".join(lines)))

    assert [message for _, message in told(declaration)] == [f"the key '{key}' is missing"]
    assert list(content_of(declaration).steps) == ["BE", "ER"]
    assert declaration.broken == {key}


@pytest.mark.parametrize("section", ["claims: {key: a}", "claims: {period: once}", "claims: [a]"])
def test_wrong_optional_section_is_left_out(section: str) -> None:
    declaration = declared(("claims: {key: [a]}", section))

    assert len(declaration.problems) == 1
    assert content_of(declaration).claims is None
    assert declaration.broken == {"claims"}


def test_role_that_is_no_name_is_left_out_and_the_section_is_marked() -> None:
    declaration = declared(("reductions: ER", "reductions: E R"))

    assert told(declaration) == [(16, "expected a name, found 'E R'")]
    assert declaration.broken == {"results"}


@pytest.mark.parametrize("section", ["inputs: []", "inputs: nothing"])
def test_nothing_is_concluded_where_a_whole_section_cannot_be_read(section: str) -> None:
    declaration = declared(("inputs: {a: {unit: km}, b: {unit: km}}", section))

    assert declaration.content is None
    assert len(declaration.problems) == 1


def test_language_of_another_version_is_told() -> None:
    declaration = declared(("carbonquant: 1", "carbonquant: 2"))

    [problem] = declaration.problems
    assert (problem.code, problem.hint) == ("CQ204", "carbonquant: 1")
    assert problem.message == "this engine reads version 1 of the language, found '2'"


def test_text_cut_at_a_comma_between_sections_leaves_the_section() -> None:
    declaration = declared(("title: {en: Paper saving}", "title: {en: Paper, saved}"))

    assert told(declaration) == [(7, "YAML ends the text of 'en' at its comma")]
    assert content_of(declaration).title.en == "Paper"


def test_two_texts_cut_in_one_item_are_both_told() -> None:
    declaration = declared(("BE: {formula: a, unit: km}", "BE: {formula: f(a, b), unit: km, en: one, two}"))

    assert [line for line, _ in told(declaration)] == [14, 14]


# --- the kind of file ----------------------------------------------------------------------------------------


def test_tool_is_read_as_a_tool() -> None:
    text = RIGHT.replace("kind: methodology", "kind: tool").replace("sector: office\nscope: project\n", "")

    assert isinstance(declare(read_text(text)).content, ToolDeclaration)


def test_tool_has_neither_sector_nor_scope() -> None:
    declaration = declared(("kind: methodology", "kind: tool"))

    assert [message for _, message in told(declaration)] == ["unknown key 'sector'", "unknown key 'scope'"]


def test_factor_set_is_read_as_a_factor_set() -> None:
    declaration = declared(text=FACTORS)

    assert declaration.problems == ()
    assert isinstance(declaration.content, FactorsDeclaration)


def test_factor_set_that_does_not_say_its_kind_is_read_as_what_it_looks_like() -> None:
    declaration = declared(("kind: factors\n", ""), text=FACTORS)

    assert [message for _, message in told(declaration)] == ["the key 'kind' is missing"]
    assert isinstance(declaration.content, FactorsDeclaration)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("keys: [year]", "keys: [1x]", "expected a name, found '1x'"),
        ("keys: [year]", "keys: [[a]]", "expected a text, found a list"),
        ("keys: [year]", "keys: []", "expected at least one item, found an empty list"),
        ("status: verified", "status: maybe", "unknown value for 'status': 'maybe'"),
        ("values: {2023: 1}", "notes: {en: none}", "the key 'values' is missing"),
        (
            "published: 2024-01-01",
            "published: {2023: soon}",
            "expected a date such as 2025-06-30, found 'soon'",
        ),
        ("status: verified", "gwp: AR5", "not supported yet: gwp"),
    ],
)
def test_mistake_of_shape_in_a_factor_set_is_told_once(old: str, new: str, message: str) -> None:
    assert [found for _, found in told(declared((old, new), text=FACTORS))] == [message]


@pytest.mark.parametrize("kind", ["methodology", "tool", "factors", "activity"])
@pytest.mark.parametrize("text", ["RIGHT", "ACTIVITY", "FACTORS"])
def test_file_of_one_kind_that_says_another_is_read_to_its_end(kind: str, text: str) -> None:
    lines = {"RIGHT": RIGHT, "ACTIVITY": ACTIVITY, "FACTORS": FACTORS}[text].splitlines()
    lines[1] = f"kind: {kind}"

    assert declare(read_text("\n".join(lines))).source is not None


@pytest.mark.parametrize(
    ("kind", "message"), [("recipe", "unknown kind 'recipe'"), ("[methodology]", "'kind' is one word")]
)
def test_unknown_kind_is_told_and_the_file_is_read_as_what_it_looks_like(kind: str, message: str) -> None:
    declaration = declared(("kind: methodology", f"kind: {kind}"), ("version: 1.0.0", "version: 1.0"))

    assert [line for line, _ in told(declaration)] == [2, 4]
    assert told(declaration)[0] == (2, message)


def test_file_that_does_not_say_its_kind_is_read_as_what_it_looks_like() -> None:
    declaration = declared(("kind: activity\n", ""), text=ACTIVITY)

    [problem] = declaration.problems
    assert (problem.code, problem.message) == ("CQ202", "the key 'kind' is missing")
    assert isinstance(declaration.content, ActivityDeclaration)


def test_misspelt_kind_is_one_mistake() -> None:
    assert told(declared(("kind: methodology", "knid: methodology"))) == [(2, "unknown key 'knid'")]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("a: 1", "CQ202", "the key 'kind' is missing"),
        ("kind: recipe", "CQ206", "unknown kind 'recipe'"),
    ],
)
def test_file_that_looks_like_nothing_known_is_not_read(text: str, code: str, message: str) -> None:
    declaration = declare(read_text(text))

    [problem] = declaration.problems
    assert (problem.code, problem.message) == (code, message)
    assert problem.hint == "kind: methodology, or kind: tool, or kind: factors, or kind: activity"
    assert declaration.content is None


def test_table_of_an_activity_is_judged_by_its_own_keys() -> None:
    [problem] = declared(("file: rides.csv", "fil: rides.csv"), text=ACTIVITY).problems

    assert (problem.message, problem.hint) == ("unknown key 'fil'", "did you mean 'file'?")
