"""What is kept of a file's problems, and in which order it is told."""

from __future__ import annotations

import pytest

from carbonquant.declaration import Declaration, Printed
from carbonquant.declaration.findings import Findings
from carbonquant.errors import MethodologyError, Problem
from carbonquant.sources import read_text


@pytest.fixture
def findings() -> Findings:
    return Findings(Declaration(read_text("one: 1 kgg\ntwo: [x]\n"), None))


def said(findings: Findings) -> list[str]:
    with pytest.raises(MethodologyError) as caught:
        findings.raise_if_wrong()
    return [str(problem).split("\n")[0] for problem in caught.value.diagnostics]


def test_nothing_is_raised_for_warnings_alone(findings: Findings) -> None:
    findings.warning("CQ290", "nothing reads it", ("two",))

    findings.raise_if_wrong()

    assert [str(warning).split("\n")[0] for warning in findings.warnings] == [
        "<text>:2:1: CQ290 warning: nothing reads it"
    ]
    assert findings.count == 0


def test_problems_come_in_the_order_of_the_file_each_once(findings: Findings) -> None:
    findings.error("CQ204", "second", ("two", 0))
    findings.error("CQ204", "first", ("one",), is_key=True)
    findings.error("CQ204", "second", ("two", 0))

    assert said(findings) == ["<text>:1:1: CQ204 first", "<text>:2:7: CQ204 second"]


def test_problem_inside_a_text_points_to_its_place(findings: Findings) -> None:
    findings.problem(Problem("CQ208", "no such unit", 0, 3), ("one",), offset=2)

    assert said(findings) == ["<text>:1:8: CQ208 no such unit"]


def test_unit_that_is_wrong_is_noted_at_its_character(findings: Findings) -> None:
    assert findings.unit("kgg", ("one",), offset=2) is None
    assert said(findings) == ["<text>:1:8: CQ208 unknown unit 'kgg'"]


def test_point_on_a_scale_is_not_yet_a_unit(findings: Findings) -> None:
    assert findings.unit("degC", ("one",)) is None
    assert said(findings) == ["<text>:1:6: CQ207 not supported yet: degC"]


def test_number_is_read_or_noted(findings: Findings) -> None:
    assert findings.number("0.50", ("one",)) == Printed("0.50", 0.5)
    assert findings.number("x", ("two", 0), hint="a number") is None
    assert said(findings) == ["<text>:2:7: CQ204 expected a number such as 0.55 or 1.2e-3, found 'x'"]
