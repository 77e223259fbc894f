"""The bridge from a declaration to a methodology: everything in one run, in the order of the file."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carbonquant.declaration import declare
from carbonquant.errors import Diagnostic, MethodologyError
from carbonquant.methodology import Methodology, check
from carbonquant.sources import read_text

ACTIVITY = "carbonquant: 1\nkind: activity\nmethodology: trial\n"


def test_methodology_that_is_right_is_returned_with_its_parts(trial: Callable[..., Methodology]) -> None:
    methodology = trial()

    assert (methodology.id, methodology.version, methodology.warnings) == ("trial", "0.1.0", ())
    assert list(methodology.rules) == ["too_short", "has_area", "is_audited"]
    assert methodology.claims is not None
    assert methodology.claims.key == ("user", "day")


def test_methodology_needs_no_claims(trial: Callable[..., Methodology]) -> None:
    assert trial(("claims: {key: [user, day]}\n", "")).claims is None


def test_activity_file_is_no_methodology() -> None:
    with pytest.raises(MethodologyError, match=r"2:7: CQ206 this is no methodology but an activity file"):
        check(declare(read_text(ACTIVITY)))


def test_file_of_another_kind_is_refused_for_its_kind_alone() -> None:
    with pytest.raises(MethodologyError, match="CQ206 unknown") as caught:
        check(declare(read_text("carbonquant: 1\nkind: method\n")))

    assert len(caught.value.diagnostics) == 1


def test_problems_of_all_sections_come_in_one_run_in_the_order_of_the_file(
    refusals: Callable[..., tuple[Diagnostic, ...]],
) -> None:
    found = refusals(
        ("area: {unit: ha", "area: {unit: haa"),
        ("source: survey p 3", "source: book"),
        ("audited or begun < '2030-01-01'", "audited or begun < 'soon'"),
        ("BE - burnt + CR", "BE - burned + CR"),
        ("also: [credited]", "also: [credit]"),
        ("tolerance: 1e-9", "tolerance: exact"),
        ("key: [user, day]", "key: [user, dey]"),
    )

    codes = [problem.code for problem in found]
    lines = [problem.position.line for problem in found if problem.position]
    assert codes == ["CQ208", "CQ210", "CQ310", "CQ306", "CQ321", "CQ306", "CQ204"]
    assert lines == sorted(lines)


def test_broken_shape_of_one_item_does_not_hide_the_problems_of_others(
    refusals: Callable[..., tuple[Diagnostic, ...]],
) -> None:
    found = refusals(
        ("cap: {unit: km, value: 20", "cap: {unit: km, value: twenty"), ("BE - burnt", "BE - burned")
    )

    assert [problem.code for problem in found] == ["CQ204", "CQ306"]


def test_claim_key_that_is_neither_input_nor_dimension_is_refused(
    assert_refused: Callable[..., None],
) -> None:
    edit = ("key: [user, day]", "key: [user, «dey»]")

    assert_refused(edit, "CQ306", "'dey' is no input and no dimension", "did you mean 'day'?")


def test_claim_key_that_is_wrong_itself_gives_no_second_message(assert_refused: Callable[..., None]) -> None:
    hint = "text, date, bool, or a dimension of the file; a number has 'unit' instead"

    assert_refused(("user: {type: text", "user: {type: «string»"), "CQ306", "unknown type 'string'", hint)


@pytest.mark.parametrize(
    ("edit", "name"),
    [
        (("parameters:\n", "parameters:\n  idle: {unit: km, value: 1, source: by definition}\n"), "idle"),
        (("inputs:\n", "inputs:\n  idle: {unit: km, default: 1}\n"), "idle"),
    ],
)
def test_input_or_parameter_that_nothing_reads_is_warned_of(
    edit: tuple[str, str], name: str, warnings: Callable[..., list[tuple[str, str]]]
) -> None:
    assert warnings(edit) == [("CQ290", f"nothing reads '{name}'")]


def test_input_that_is_a_result_a_claim_or_a_column_is_used(
    warnings: Callable[..., list[tuple[str, str]]],
) -> None:
    found = warnings(
        ("inputs:\n", "inputs:\n  kept: {unit: km, default: 1}\n  card: {type: text, over: ride}\n"),
        ("also: [credited]", "also: [credited, kept]"),
        ("key: [user, day]", "key: [user, day, card]"),
        ("distance: [5]", "distance: [5], card: [x]"),
    )

    assert found == []


def test_column_by_which_rows_are_summed_is_used(warnings: Callable[..., list[tuple[str, str]]]) -> None:
    found = warnings(
        ("inputs:\n", "inputs:\n  zone: {type: stratum, over: ride}\n"),
        ("steps:\n", 'steps:\n  km: {unit: km, over: stratum, formula: "sum(distance, to=stratum)"}\n'),
        ("distance: [5]", "distance: [5], zone: [s1]"),
    )

    assert found == []


def test_unused_names_are_not_warned_of_where_something_is_wrong(
    refusals: Callable[..., tuple[Diagnostic, ...]],
) -> None:
    found = refusals(("BE - burnt + CR", "BE - burned + CR"))

    assert [problem.code for problem in found] == ["CQ306"]
