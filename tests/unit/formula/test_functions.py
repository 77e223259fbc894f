"""The allow-list of functions: what every entry promises to those who type, compute and explain formulas."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from carbonquant.formula.functions import FUNCTIONS, NOT_YET, ROUNDING_MODES, Function
from carbonquant.formula.rounding import RoundingMode
from carbonquant.formula.syntax import RESERVED

EVERY = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)


def test_function_is_found_under_its_own_name() -> None:
    assert all(function.name == name for name, function in FUNCTIONS.items())


def test_list_of_functions_cannot_be_changed() -> None:
    with pytest.raises(TypeError, match="does not support item assignment"):
        FUNCTIONS["floor"] = FUNCTIONS["abs"]  # type: ignore[index]  # what the test is about


@EVERY
def test_function_is_explained_in_both_languages(function: Function) -> None:
    assert function.en
    assert re.search(r"[\u4e00-\u9fff]", function.zh)


@EVERY
def test_compulsory_option_is_an_option(function: Function) -> None:
    assert set(function.required) <= set(function.options)


@EVERY
def test_function_takes_at_least_one_argument_and_no_fewer_than_at_most(function: Function) -> None:
    assert 1 <= function.least <= (function.most or function.least)


@EVERY
def test_only_functions_of_a_dimension_take_options(function: Function) -> None:
    assert bool(function.options) == (function.form in ("aggregate", "along"))


def test_start_is_compulsory_where_the_first_member_has_nothing_before_it() -> None:
    needing = {name for name, function in FUNCTIONS.items() if "start" in function.required}

    assert needing == {"prev", "change"}


def test_function_that_is_not_here_yet_is_not_in_the_list() -> None:
    assert not NOT_YET & set(FUNCTIONS)


def test_every_rounding_function_has_a_mode_and_every_mode_a_function() -> None:
    quanta = {name for name, function in FUNCTIONS.items() if function.units == "quantum"}

    assert set(ROUNDING_MODES) == quanta
    assert set(ROUNDING_MODES.values()) == set(get_args(RoundingMode))


@pytest.mark.parametrize("absent", ["floor", "eval", "sin", "round"])
def test_function_that_would_hide_a_unit_or_do_more_than_count_does_not_exist(absent: str) -> None:
    assert absent not in FUNCTIONS


def test_if_is_the_only_function_whose_name_is_a_word_of_the_language() -> None:
    assert RESERVED & set(FUNCTIONS) == {"if"}
