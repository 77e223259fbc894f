"""Every kind of mistake of shape, with its code, place, message and hint."""

from __future__ import annotations

import pytest

from carbonquant.declaration.activity import ActivityDeclaration
from carbonquant.declaration.items import SpanDeclaration
from carbonquant.declaration.mistakes import model_at, nearest
from carbonquant.declaration.models import (
    BandsDeclaration,
    CaseDeclaration,
    DimensionDeclaration,
    MethodologyDeclaration,
    StepDeclaration,
)
from carbonquant.declaration.reading import declare
from carbonquant.errors import Diagnostic
from carbonquant.sources import Path_, read_text

HEAD = """\
carbonquant: 1
kind: methodology
id: paper-saving
version: 1.0.0
status: draft
basis: demonstration
title: {en: Paper saving}
sector: office
scope: project
"""
TAIL = """
steps: {ER: {formula: a, unit: t CO2e}}
results: {reductions: ER}
"""
INPUT_KEYS = (
    "its keys: unit, type, over, range, default, missing, measured, frequency, who, qa, "
    "zh, en, eq, clause, symbol"
)


def problems_of(lines: str) -> tuple[Diagnostic, ...]:
    """The problems of a methodology that holds some lines, from line 10 on."""
    return declare(read_text(HEAD + lines + TAIL)).problems


@pytest.mark.parametrize(
    ("lines", "place", "code", "message", "hint"),
    [
        ("inputs: {a: {unt: km}}", "10:14", "CQ201", "unknown key 'unt'", "did you mean 'unit'?"),
        ("inputs: {a: {Unit: km}}", "10:14", "CQ201", "unknown key 'Unit'", "did you mean 'unit'?"),
        (
            "official: {valid: {since: 2025-01-01}}",
            "10:20",
            "CQ201",
            "unknown key 'since'",
            "known keys: from, to",
        ),
        (
            "dimensions: {m: {kind: category}}",
            "10:18",
            "CQ201",
            "unknown key 'kind'",
            "known keys: group, by, alias",
        ),
        ("colour: green", "10:1", "CQ201", "unknown key 'colour'", None),
        ("adapts: other", "10:1", "CQ207", "not supported yet: adapts", ""),
        (
            "gwp: AR9",
            "10:6",
            "CQ206",
            "unknown value for 'gwp': 'AR9'",
            "one of: SAR, AR4, AR5, AR6",
        ),
        ("inputs: {a: {unit: km, uncertainty: 5%}}", "10:24", "CQ207", "not supported yet: uncertainty", ""),
        (
            "parameters: {p: {unit: km, points: [1]}}",
            "10:28",
            "CQ207",
            "not supported yet: points",
            "",
        ),
        (
            "parameters: {p: {unit: km, factor: grid}}",
            "10:14",
            "CQ202",
            "a parameter from a factor set names the 'basis' it wants",
            "basis: average",
        ),
        (
            "use: {power: {tol: grid}}",
            "10:15",
            "CQ201",
            "unknown key 'tol'",
            "did you mean 'tool'?",
        ),
        (
            "dimensions: {m: {alias: year, by: [a]}}",
            "10:17",
            "CQ204",
            "an alias has no other key",
            "x: {alias: year}",
        ),
        (
            "parameters: {p: {value: 1}}",
            "10:14",
            "CQ202",
            "the key 'unit' is missing",
            'a pure number has unit: "1"',
        ),
        (
            "rules: {r: {require: a > 0}}",
            "10:9",
            "CQ202",
            "the key 'else' is missing",
            "write else: reject | fail | warn | zero",
        ),
        ("claims: {}", "10:1", "CQ202", "the key 'key' is missing", ""),
        (
            "inputs: {a: {}}",
            "10:10",
            "CQ202",
            "an input has either 'unit' or 'type'",
            'unit: for a number (unit: "1" where it is pure), type: for anything else',
        ),
        (
            "inputs: {a: km}",
            "10:13",
            "CQ203",
            "expected 'key: value' lines, found 'km'",
            INPUT_KEYS,
        ),
        ("sources: [a]", "10:10", "CQ203", "expected 'key: value' lines, found a list", ""),
        (
            "inputs: {a: {unit: km, range: 5}}",
            "10:31",
            "CQ204",
            "a range has two ends, [from, to]",
            "write range: [0, 100], for example; an open end is null",
        ),
        (
            "claims: {key: a}",
            "10:15",
            "CQ203",
            "expected a list, [a, b] or lines that begin with '- ', found 'a'",
            "",
        ),
        ("claims: {key: []}", "10:15", "CQ203", "expected at least one item, found an empty list", ""),
        ("dimensions: {m: []}", "10:17", "CQ203", "expected at least one item, found an empty list", ""),
        ("inputs: {a: {unit: [km]}}", "10:20", "CQ203", "expected a text, found a list", ""),
        ("notes: [a]", "10:8", "CQ203", "expected a text, found a list", ""),
        (
            "inputs: {a: {unit: km, range: [5, 1]}}",
            "10:31",
            "CQ204",
            "the range is reversed",
            "write [1, 5]",
        ),
        (
            "parameters: {p: {unit: km, value: 5 km}}",
            "10:35",
            "CQ204",
            "expected a number such as 0.55 or 1.2e-3, found '5 km'",
            "write the number alone; its unit stands in 'unit:'",
        ),
        (
            "official: {valid: {from: 2025-13-01}}",
            "10:26",
            "CQ204",
            "there is no day '2025-13-01' in the calendar",
            "",
        ),
        ("inputs: {行程: {unit: km}}", "10:10", "CQ204", "expected a name, found '行程'", None),
        (
            "inputs: {a: {unit: km, over: 1x}}",
            "10:30",
            "CQ204",
            "expected a name, found '1x'",
            None,
        ),
        (
            "inputs: {a: {unit: km, missing: ignore}}",
            "10:33",
            "CQ206",
            "unknown value for 'missing': 'ignore'",
            "one of: fail, reject, default",
        ),
        (
            "inputs: {a: {unit: km, missing: rejected}}",
            "10:33",
            "CQ206",
            "unknown value for 'missing': 'rejected'",
            "did you mean 'reject'?",
        ),
        (
            "dimensions: {m: years}",
            "10:17",
            "CQ206",
            "unknown kind of dimension 'years'",
            "one of: category, year, month, date, rows, a list of members, {alias: …}, or {group: …, by: […]}",
        ),
        (
            "examples: {e: {expect: {ER: 1}, tolerance: [1]}}",
            "10:44",
            "CQ203",
            "expected a text, found a list",
            "",
        ),
        (
            "rules: {r: {require: f(a, b), else: warn}}",
            "10:22",
            "CQ103",
            "YAML ends the text of 'require' at its comma",
            "quote it: require: 'f(a, b)'",
        ),
    ],
)
def test_mistake_of_shape_is_told_once_at_its_place(
    lines: str, place: str, code: str, message: str, hint: str | None
) -> None:
    [problem] = problems_of(lines)

    assert str(problem.position) == f"<text>:{place}"
    assert (problem.code, problem.message) == (code, message)
    assert hint is None or problem.hint == hint


def test_unknown_key_of_a_case_is_compared_with_the_keys_of_a_case() -> None:
    [problem] = declare(
        read_text(
            HEAD
            + "steps: {ER: {unit: t, cases: [{when: a, than: b}, {otherwise: c}]}}\nresults: {reductions: ER}"
        )
    ).problems

    assert (problem.message, problem.hint) == ("unknown key 'than'", "did you mean 'then'?")


def test_unknown_key_below_a_step_is_compared_with_the_keys_of_a_step() -> None:
    [problem] = declare(
        read_text(HEAD + "steps: {BE: {fromula: a, unit: t}}\nresults: {reductions: BE}")
    ).problems

    assert (problem.message, problem.hint) == ("unknown key 'fromula'", "did you mean 'formula'?")


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ((), MethodologyDeclaration),
        (("steps", "BE"), StepDeclaration),
        (("steps", "BE", "cases", 0), CaseDeclaration),
        (("dimensions", "d"), DimensionDeclaration),
        (("parameters", "p", "bands"), BandsDeclaration),
        (("official", "valid"), SpanDeclaration),
        (("steps",), None),
        (("steps", "BE", "formula"), None),
        (("colour", "deep"), None),
        (("id", "deeper", "still"), None),
    ],
)
def test_model_of_a_mapping_is_found_through_sections_lists_and_options(
    path: Path_, model: type | None
) -> None:
    assert model_at(MethodologyDeclaration, path) is model


def test_model_of_a_table_is_found_in_an_activity() -> None:
    found = model_at(ActivityDeclaration, ("tables", "ride", "columns", "distance"))

    assert found is not None
    assert found.written_keys() == ["from", "unit", "as", "timezone"]


@pytest.mark.parametrize(("text", "near"), [("Formul", "formula"), ("UNIT ", "unit"), ("zzz", "")])
def test_nearest_text_is_found_whatever_its_capitals(text: str, near: str) -> None:
    assert nearest(text, ["formula", "unit"]) == near
