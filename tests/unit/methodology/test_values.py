"""How nested values fill the cells of a table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from carbonquant.methodology.values import Fault, arrange, in_order, sorted_members

MEMBERS = {"year": ("2025", "2024"), "mode": ("walk", "bus")}


def filled(nested: Any, *over: str) -> Any:
    cells, faults = arrange(nested, over, MEMBERS)
    assert faults == []
    return cells.tolist()


def faults_of(nested: Any, *over: str) -> list[Fault]:
    return arrange(nested, over, MEMBERS)[1]


def test_mapping_is_laid_out_in_sorted_order() -> None:
    assert filled({"2025": "b", "2024": "a"}, "year") == ["a", "b"]


def test_list_follows_the_order_in_which_members_are_given() -> None:
    assert filled(["b", "a"], "year") == ["a", "b"]


@pytest.mark.parametrize(
    "nested",
    [
        "1",
        {"2024": "1", "2025": "1"},
        [["1", "1"], "1"],
        {"2024": {"walk": "1", "bus": "1"}, "2025": ["1", "1"]},
    ],
)
def test_single_value_at_any_level_stands_for_all_below(nested: Any) -> None:
    assert filled(nested, "year", "mode") == [["1", "1"], ["1", "1"]]


def test_value_without_dimensions_is_one_cell() -> None:
    assert filled("1") == "1"


def test_absent_cell_is_none() -> None:
    cells, _ = arrange({"2024": "1"}, ["year"], MEMBERS)

    assert cells.tolist() == ["1", None]


def test_members_without_a_value_are_listed() -> None:
    assert faults_of({}, "mode") == [Fault((), "no value for 'walk', 'bus' of 'mode'", is_key=True)]


def test_more_than_eight_absent_members_are_cut() -> None:
    members = {"site": tuple("abcdefghij")}

    (fault,) = arrange({}, ["site"], members)[1]

    assert fault.message == "no value for 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h' … of 'site'"


def test_misspelt_member_is_one_fault_with_the_member_that_was_meant() -> None:
    found = faults_of({"walk": "1", "buss": "2"}, "mode")

    assert found == [Fault(("buss",), "'mode' has no member 'buss'", "did you mean 'bus'?", is_key=True)]


def test_surplus_member_that_is_like_none_lists_the_members() -> None:
    found = faults_of({"walk": "1", "bus": "2", "taxi": "3"}, "mode")

    assert found == [Fault(("taxi",), "'mode' has no member 'taxi'", "members: walk, bus", is_key=True)]


def test_fault_below_names_the_keys_that_lead_there() -> None:
    (fault,) = faults_of({"2024": {"walk": "1"}, "2025": "1"}, "year", "mode")

    assert (fault.path, fault.message) == (("2024",), "no value for 'bus' of 'mode'")


def test_fault_below_a_list_names_the_position() -> None:
    (fault,) = faults_of(["1", {"walk": "1"}], "year", "mode")

    assert fault.path == (1,)


def test_list_of_another_length_is_a_fault() -> None:
    assert faults_of(["1"], "mode") == [Fault((), "expected 2 values over mode, found 1")]


def test_several_values_where_one_is_expected_are_a_fault() -> None:
    assert faults_of({"walk": ["1", "2"], "bus": "1"}, "mode") == [
        Fault(("walk",), "expected one value here, found several")
    ]


def test_values_come_back_in_the_order_of_the_members() -> None:
    array = np.array([["a-bus", "a-walk"], ["b-bus", "b-walk"]])

    found = in_order(array, ["year", "mode"], MEMBERS)

    assert found == [["b-walk", "b-bus"], ["a-walk", "a-bus"]]


def test_members_are_laid_out_by_code_point() -> None:
    assert sorted_members(["竹", "b", "B", "10", "9"]) == ("10", "9", "B", "b", "竹")
