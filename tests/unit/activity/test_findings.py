from __future__ import annotations

import pytest

from carbonquant.activity.findings import Findings, listed
from carbonquant.errors import ActivityDataError, Problem
from carbonquant.sources import read_text


def test_error_of_a_file_has_line_and_column_of_its_key_path() -> None:
    findings = Findings(read_text("inputs:\n  area: 3"))

    findings.error(Problem("CQ408", "too large"), ("inputs", "area"))

    with pytest.raises(ActivityDataError, match="<text>:2:9: CQ408 too large"):
        findings.raise_if_wrong()


def test_error_of_python_data_names_the_key_path_in_its_message() -> None:
    findings = Findings(None)

    findings.error(Problem("CQ408", "too large"), ("inputs", "area"), reason="range.area")

    with pytest.raises(ActivityDataError, match=r"inputs\.area: too large") as caught:
        findings.raise_if_wrong()
    assert caught.value.reasons == ("range.area",)


def test_unknown_unit_of_a_file_points_at_the_unit() -> None:
    findings = Findings(read_text("unit: furlong"))

    assert findings.unit("furlong", ("unit",)) is None
    with pytest.raises(ActivityDataError, match="<text>:1:7: CQ208 unknown unit 'furlong'"):
        findings.raise_if_wrong()


def test_notes_alone_are_no_mistake() -> None:
    findings = Findings(None)

    findings.note("CQ490", "columns that no input asks for: a")

    findings.raise_if_wrong()
    assert [note.severity for note in findings.notes] == ["warning"]


def test_long_list_of_names_is_cut_and_counted() -> None:
    assert listed(range(100)).endswith("11 … (100 in all)")
