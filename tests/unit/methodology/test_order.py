"""The order of evaluation, and cycles."""

from __future__ import annotations

from carbonquant.methodology.order import in_dependency_order


def test_names_come_after_what_they_read_and_else_stay_in_the_order_of_the_file() -> None:
    reads = {"ER": ["BE", "PE"], "BE": ["km"], "points": [], "PE": ["BE"]}

    assert in_dependency_order(reads) == (("BE", "PE", "ER", "points"), ())


def test_names_that_are_no_keys_are_ignored() -> None:
    assert in_dependency_order({"BE": ["distance", "EF"]}) == (("BE",), ())


def test_cycle_is_the_path_that_ends_where_it_begins() -> None:
    _, cycles = in_dependency_order({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]})

    assert cycles == (("a", "b", "c", "a"),)


def test_name_that_reads_itself_is_a_cycle() -> None:
    assert in_dependency_order({"a": ["a"]})[1] == (("a", "a"),)


def test_every_cycle_is_found() -> None:
    _, cycles = in_dependency_order({"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"]})

    assert cycles == (("a", "b", "a"), ("c", "d", "c"))


def test_name_read_twice_gives_one_cycle() -> None:
    assert in_dependency_order({"a": ["b"], "b": ["a", "a"]})[1] == (("a", "b", "a"),)


def test_long_chain_is_sorted() -> None:
    reads = {f"s{i}": [f"s{i + 1}"] for i in range(5_000)}

    assert in_dependency_order({**reads, "s5000": []})[0][0] == "s5000"
