"""Worked examples: what passes, what does not, and what the report of a difference says."""

from __future__ import annotations

import sys
import textwrap

import pytest

from carbonquant import sources
from carbonquant.declaration import declare
from carbonquant.methodology import Methodology, check
from carbonquant.worked_examples import ExampleResult, run_examples

ORCHARD = """\
carbonquant: 1
kind: methodology
id: orchard
version: 0.1.0
status: draft
basis: demonstration
title: {zh: 果园, en: Orchard}
sector: demonstration
scope: project
sources: {made_up: {title: made up for these tests}}
dimensions:
  slope: category
  fruit: [pear, apple]
  tree: rows
  owner_fruit: {group: tree, by: [owner, grown]}
inputs:
  area: {unit: ha, over: slope, range: [0, 100]}
  planted: {type: date}
  owner: {type: text, over: tree}
  grown: {type: fruit, over: tree}
  stock: {unit: kg CO2e, over: tree, range: [0, 1000]}
parameters:
  least: {unit: kg CO2e, value: 5, source: made_up p 1}
  bonus: {unit: t CO2e/ha, over: fruit, values: {pear: 2, apple: 3}, source: made_up p 2}
rules:
  too_small: {over: tree, require: stock >= least, else: reject}
  small_area: {over: slope, require: "area >= 1 [ha]", else: warn}
  some_area: {require: "sum(area, over=slope) > 0 [ha]", else: fail}
steps:
  gain: {unit: t CO2e, over: [fruit, slope], formula: area * bonus}
  is_wide: {type: bool, over: slope, formula: "area > 5 [ha]"}
  half: {unit: kg CO2e, over: tree, formula: stock / 2}
  heavy: {type: bool, over: tree, formula: "stock > 50 [kg CO2e]"}
  trees: {unit: "1", over: fruit, formula: "count(stock, to=fruit)"}
  largest: {unit: kg CO2e, over: owner_fruit, formula: "max(stock, to=owner_fruit)"}
  RE: {unit: t CO2e, formula: "sum(stock, over=tree) + sum(gain, over=(fruit, slope))"}
results:
  removals: RE
  rounding: {removals: {to: 1 t CO2e, mode: down}}
examples:
"""

INPUTS = """\
members: {slope: [west, east]}
inputs:
  area: [6, 0.5]
  planted: 2024-03-01
  owner: [li, li, wu, wu]
  grown: [pear, apple, pear, pear]
  stock: [100, 40, 4, 60]
rejected: {too_small: 1}
tolerance: 1e-9
"""


def orchard(example: str) -> Methodology:
    """Return the orchard with one example of these lines."""
    text = ORCHARD + "  ours:\n" + textwrap.indent(example, "    ")
    return check(declare(sources.read_text(text)))


def outcome(example: str) -> ExampleResult:
    (result,) = run_examples(orchard(example))
    return result


def detail(expectation: str, inputs: str = INPUTS) -> str:
    return outcome(inputs + expectation).detail


def test_example_passes_when_every_expected_value_is_found() -> None:
    expectation = """\
expect:
  gain: {pear: {west: 12, east: 1}, apple: [18, 1.5]}
  is_wide: [true, false]
  half: [50, 20, null, 30]
  heavy: [true, false, null, true]
  trees: {pear: 2, apple: 1}
  largest: [40, 100, 60]
  RE: 32.7
issued: {removals: 32}
warned: {small_area: 1}
"""

    result = outcome(INPUTS + expectation)

    assert result == ExampleResult("ours", passed=True, detail="")


def test_inputs_of_every_kind_may_be_expected() -> None:
    expectation = """\
expect:
  area: {west: 6, east: 0.5}
  planted: 2024-03-01
  owner: [li, li, null, wu]
  grown: [pear, apple, null, pear]
  stock: [100, 40, null, 60]
"""

    assert detail(expectation) == ""


def test_difference_names_step_members_expected_and_found() -> None:
    assert detail("expect: {gain: {pear: [12, 2], apple: [18, 1.5]}}") == (
        "gain for pear, east: expected 2 t CO2e, found 1.0 t CO2e"
    )


def test_difference_of_a_row_names_its_number() -> None:
    assert detail("expect: {half: [50, 20, null, 31]}") == (
        "half for tree 4: expected 31 kg CO2e, found 30.0 kg CO2e"
    )


def test_value_expected_of_a_rejected_row_is_answered_with_its_reasons() -> None:
    assert detail("expect: {half: [50, 20, 2, 30]}") == (
        "half for tree 3: expected 2 kg CO2e, found no value (null), rejected for too_small"
    )


def test_null_expected_of_an_accepted_row_is_a_difference() -> None:
    assert detail("expect: {half: [50, 20, null, null]}") == (
        "half for tree 4: expected no value (null), found 30.0 kg CO2e"
    )


def test_group_that_lost_all_its_rows_has_no_largest_value() -> None:
    inputs = INPUTS.replace("[100, 40, 4, 60]", "[100, 40, 4, 4]").replace("too_small: 1", "too_small: 2")

    assert detail("expect: {largest: [40, 100, null]}", inputs) == ""


def test_groups_are_named_by_the_values_that_make_them() -> None:
    assert detail("expect: {largest: {li apple: 40, li pear: 99, wu pear: 60}}") == (
        "largest for li pear: expected 99 kg CO2e, found 100.0 kg CO2e"
    )


def test_list_of_another_length_than_the_rows_is_told_with_both() -> None:
    assert detail("expect: {half: [50, 20]}") == "half: expected 2 value(s), found 4: 1, 2, 3, 4"


def test_single_expected_value_stands_for_all_members() -> None:
    assert detail("expect: {gain: {pear: [12, 1], apple: 18}}") == (
        "gain for apple, east: expected 18 t CO2e, found 1.5 t CO2e"
    )


def test_expected_values_may_be_in_another_unit() -> None:
    assert (
        detail(
            "expect: {RE: {unit: kg CO2e, value: 32700}, half: {unit: g CO2e, values: [5e4, 2e4, null, 3e4]}}"
        )
        == ""
    )


def test_tolerance_for_all_in_a_unit_of_another_dimension_is_a_difference() -> None:
    inputs = INPUTS.replace("1e-9", "1 ha")

    assert detail("expect: {area: [6, 0.5], RE: 32.7}", inputs) == "RE is in t CO2e, but its tolerance in ha"


@pytest.mark.parametrize(
    ("tolerance", "expected", "agrees"),
    [
        ("0.1%", "32.7327", True),
        ("0.1%", "32.74", False),
        ("1e-3", "32.7327", True),
        ("0.3 t CO2e", "33", True),
        ("0.3 t CO2e", "33.01", False),
        ("300 kg CO2e", "33", True),
        ("{RE: 0.3 t CO2e, other: 1e-9}", "33", True),
        ("{other: 1%}", "33", True),
        ("{gain: 1%}", "32.7", True),
        ("{gain: 1%}", "32.70000001", False),
    ],
)
def test_tolerance_decides_at_its_very_limit(tolerance: str, expected: str, agrees: bool) -> None:  # noqa: FBT001 - a column of the table above
    inputs = INPUTS.replace("1e-9", tolerance)

    assert (detail(f"expect: {{RE: {expected}}}", inputs) == "") is agrees


def test_expected_zero_must_be_exactly_zero_under_a_relative_tolerance() -> None:
    inputs = INPUTS.replace("[6, 0.5]", "[6, 1e-300]").replace("1e-9", "50%")

    assert detail("expect: {gain: {pear: [12, 0], apple: [18, 3e-300]}}", inputs) == (
        "gain for pear, east: expected 0 t CO2e, found 2e-300 t CO2e"
    )


def test_counts_are_compared_exactly_whatever_the_tolerance() -> None:
    inputs = INPUTS.replace("1e-9", "60%")

    assert detail("expect: {trees: {pear: 3, apple: 1}}", inputs) == "trees for pear: expected 3, found 2.0"


def test_yes_or_no_is_compared_exactly() -> None:
    assert detail("expect: {is_wide: [true, true]}") == "is_wide for east: expected true, found false"


def test_issued_figure_is_compared_after_rounding_and_exactly() -> None:
    inputs = INPUTS.replace("1e-9", "10%")

    assert (
        detail("issued: {removals: 33}", inputs) == "issued removals: expected 33 t CO2e, found 32.0 t CO2e"
    )


def test_issued_role_without_rounding_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        sys.modules[__name__],
        "ORCHARD",
        ORCHARD.replace("  rounding: {removals: {to: 1 t CO2e, mode: down}}\n", ""),
    )

    assert detail("issued: {removals: 33}") == (
        "issued removals: expected 33 t CO2e, but the methodology rounds no such role"
    )


def test_rejected_rows_that_the_example_does_not_list_are_a_difference() -> None:
    inputs = INPUTS.replace("rejected: {too_small: 1}\n", "")

    assert detail("expect: {RE: 32.7}", inputs) == (
        "rejected too_small: expected 0, found 1 (the example does not list it under rejected:)"
    )


def test_wrong_count_of_rejected_rows_is_a_difference() -> None:
    inputs = INPUTS.replace("too_small: 1", "too_small: 2, range.stock: 1")

    assert detail("expect: {RE: 32.7}", inputs).splitlines() == [
        "rejected too_small: expected 2, found 1",
        "rejected range.stock: expected 1, found 0",
    ]


def test_warnings_are_compared_only_where_the_example_lists_any() -> None:
    assert detail("expect: {RE: 32.7}") == ""
    assert detail("warned: {small_area: 2}\nexpect: {RE: 32.7}") == "warned small_area: expected 2, found 1"


def test_refusal_with_exactly_the_expected_reasons_passes() -> None:
    inputs = INPUTS.replace("[6, 0.5]", "[0, 0]")

    assert detail("fails: [some_area]", inputs) == ""


def test_refusal_for_another_reason_names_both() -> None:
    inputs = INPUTS.replace("[6, 0.5]", "[600, 0]")

    assert detail("fails: [some_area]", inputs) == (
        "expected to be refused for some_area, but it was refused for range.area"
    )


def test_refusal_that_was_expected_but_did_not_happen_is_a_difference() -> None:
    assert detail("fails: [some_area]") == "expected to be refused for some_area, but it was not refused"


def test_refusal_that_was_not_expected_is_told_in_its_own_words() -> None:
    inputs = INPUTS.replace("[6, 0.5]", "[0, 0]")

    found = detail("expect: {RE: 0.2}", inputs).splitlines()

    assert found[0] == "the run was refused:"
    assert "CQ501" in found[1]
    assert "some_area" in found[1]


def test_refusal_without_a_reason_does_not_meet_an_expected_one() -> None:
    inputs = INPUTS.replace("members: {slope: [west, east]}", "members: {}")

    assert detail("fails: [some_area]", inputs).startswith("the run was refused:\n")


def test_missing_input_may_be_the_expected_reason() -> None:
    inputs = INPUTS.replace("  planted: 2024-03-01\n", "")

    assert detail("fails: [missing.planted]", inputs) == ""


def test_single_row_value_and_unit_stand_for_every_row() -> None:
    inputs = INPUTS.replace("[100, 40, 4, 60]", "{unit: g CO2e, value: 8000}").replace("too_small: 1", "")

    assert detail("expect: {half: 4}", inputs) == ""


def test_null_among_the_rows_is_a_missing_value() -> None:
    inputs = INPUTS.replace("[100, 40, 4, 60]", "[100, 40, 4, null]").replace(
        "too_small: 1", "too_small: 1, missing.stock: 1"
    )

    assert detail("expect: {half: [50, 20, null, null]}", inputs) == ""


def test_rows_outside_the_period_of_an_example_are_not_checked_without_a_date_column() -> None:
    assert detail("period: {from: 2024-01-01, to: 2024-12-31}\nexpect: {RE: 32.7}") == ""


def test_long_list_of_differences_is_cut_and_counted() -> None:
    rows = 40
    inputs = INPUTS.replace("[li, li, wu, wu]", "li").replace("[pear, apple, pear, pear]", "pear")
    inputs = inputs.replace("[100, 40, 4, 60]", str(["10"] * rows).replace("'", "")).replace(
        "too_small: 1", ""
    )

    found = detail("expect: {half: 4}", inputs).splitlines()

    assert found[0] == "half for tree 1: expected 4 kg CO2e, found 5.0 kg CO2e"
    assert found[-1] == "… and 28 more"
    assert len(found) == 13
