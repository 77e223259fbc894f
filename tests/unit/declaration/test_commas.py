"""Texts that YAML ended at a comma are found and told as one mistake each."""

from __future__ import annotations

import pytest

from carbonquant.declaration.commas import cut_texts
from carbonquant.errors import Diagnostic
from carbonquant.sources import Path_, read_text


def found_in(text: str) -> list[tuple[Path_, tuple[str, ...], Diagnostic]]:
    return list(cut_texts(read_text(text)))


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        (
            "BE: {formula: sum(E, over=year), unit: t}",
            "<text>:1:15",
            "YAML ends the text of 'formula' at its comma",
            "quote it: formula: 'sum(E, over=year)'",
        ),
        (
            "a: {zh: 公里, km, en: x}",
            "<text>:1:9",
            "YAML ends the text of 'zh' at its comma",
            "quote it: zh: '公里, km'",
        ),
        (
            "a: {en: the users' share, or part}",
            "<text>:1:9",
            "YAML ends the text of 'en' at its comma",
            'quote it: en: "the users\' share, or part"',
        ),
        (
            "r: {also: BE, PE}",
            "<text>:1:11",
            "YAML ends the text of 'also' at its comma",
            "a list stands between [ and ]: also: [BE, PE]; a text that has a comma must be quoted",
        ),
        (
            "p: {value: 0,55}",
            "<text>:1:12",
            "the number of 'value' has a comma",
            "a number has '.' and no ',': value: 0.55",
        ),
        (
            "p: {value: 1,234,567}",
            "<text>:1:12",
            "the number of 'value' has a comma",
            "a number has '.' and no ',': value: 1234567",
        ),
        (
            "d: {bus, car}",
            "<text>:1:5",
            "'bus' has no value",
            "between { and } stand 'key: value' pairs; a list stands between [ and ]",
        ),
        (
            "d: {by: [a], b}",
            "<text>:1:14",
            "'b' has no value",
            "between { and } stand 'key: value' pairs; a list stands between [ and ]",
        ),
    ],
)
def test_text_cut_at_its_comma_is_told_at_its_beginning(
    text: str, place: str, message: str, hint: str
) -> None:
    [(_, _, problem)] = found_in(text)

    assert (problem.code, str(problem.position)) == ("CQ103", place)
    assert (problem.message, problem.hint) == (message, hint)


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        (
            "values: {步行：0, bus: 68}",
            "<text>:1:10",
            "'步行：0' has no value",
            "write an ASCII colon and a blank: 步行: 0",
        ),
        (
            "BE: {over: [a], unit:t}",
            "<text>:1:17",
            "'unit:t' has no value",
            "write an ASCII colon and a blank: unit: t",
        ),
        ("x: {zh：, en: y}", "<text>:1:5", "'zh：' has no value", "write an ASCII colon and a blank: zh: …"),
        (
            "BE: {formula：max(a, b), unit: t}",
            "<text>:1:6",
            "'formula：max(a' has no value",
            "write an ASCII colon and a blank: formula: 'max(a, b)'",
        ),
        (
            "a: {zh: 见表, 注：乙}",
            "<text>:1:13",
            "'注：乙' has no value",
            "write an ASCII colon and a blank: 注: 乙; a text that has a comma must be quoted",
        ),
    ],
)
def test_key_whose_colon_yaml_does_not_see_is_told_to_be_written_with_a_blank(
    text: str, place: str, message: str, hint: str
) -> None:
    [(_, _, problem)] = found_in(text)

    assert (problem.code, str(problem.position)) == ("CQ103", place)
    assert (problem.message, problem.hint) == (message, hint)


def test_every_key_whose_colon_yaml_does_not_see_is_a_mistake_of_its_own() -> None:
    found = found_in("x: {a: f(1, 2), b：1, c:2}")

    assert [pieces for _, pieces, _ in found] == [("2)",), ("b：1",), ("c:2",)]


def test_address_after_a_comma_is_part_of_the_text_before_it() -> None:
    [(_, _, problem)] = found_in("x: {url: see, https://example.org}")

    assert problem.hint == "quote it: url: 'see, https://example.org'"


def test_path_leads_to_the_mapping_and_the_pieces_are_named() -> None:
    [(path, pieces, _)] = found_in("steps:\n  - BE: {formula: f(a, b, c), unit: t}")

    assert path == ("steps", 0, "BE")
    assert pieces == ("b", "c)")


def test_two_cut_texts_of_one_mapping_are_two_mistakes() -> None:
    found = found_in("x: {a: f(1, 2), b: g(3, 4)}")

    assert [pieces for _, pieces, _ in found] == [("2)",), ("4)",)]


@pytest.mark.parametrize(
    "text", ["a:\nb: 1", "x: {a: , b: 1}", "x: {a: 'p, q'}", "x: {'a', b: 1}", "x: {a: 1}"]
)
def test_key_with_a_colon_or_quotes_is_no_piece(text: str) -> None:
    assert found_in(text) == []
