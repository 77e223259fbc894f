"""One name space, no word of the language, both languages where a methodology is active.

In the tables «» marks the place that the message must point to.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carbonquant.declaration import declare
from carbonquant.errors import Diagnostic, MethodologyError
from carbonquant.methodology import Methodology, check
from carbonquant.sources import read_text

Edit = tuple[str, str]


@pytest.mark.parametrize("name", ["sum", "if", "and", "pi", "CO2_per_C", "interp"])
def test_word_of_the_language_is_no_name(name: str, assert_refused: Callable[..., None]) -> None:
    edit = ("parameters:\n", f"parameters:\n  «{name}»: {{unit: km, value: 1, source: by definition}}\n")

    assert_refused(
        edit, "CQ212", f"'{name}' is a word of the language", f"choose another name, such as {name}_total"
    )


def test_name_that_is_defined_twice_is_refused_once_however_often_it_is_read(
    assert_refused: Callable[..., None],
) -> None:
    edit = ("parameters:\n", "parameters:\n  «area»: {unit: km, value: 1, source: by definition}\n")

    assert_refused(
        edit, "CQ205", "'area' is defined twice, also in inputs", "give one of the two another name"
    )


@pytest.mark.parametrize("name", ["distance", "ride"])
def test_step_may_not_take_the_name_of_an_input_or_a_dimension(
    name: str, refusals: Callable[..., tuple[Diagnostic, ...]]
) -> None:
    found = refusals(("steps:\n", f"steps:\n  {name}: {{unit: km, formula: cap}}\n"))

    assert [(problem.code, problem.hint) for problem in found] == [
        ("CQ205", "give one of the two another name")
    ]


@pytest.mark.parametrize("name", ["period", "duplicate"])
def test_rule_may_not_take_the_name_of_a_reason_of_the_engine(
    name: str, assert_refused: Callable[..., None]
) -> None:
    message = f"'{name}' is a reason that the engine gives itself: a rule needs another name"

    assert_refused(("too_short:", f"«{name}»:"), "CQ212", message)


def test_rule_may_share_the_name_of_a_step(trial: Callable[..., Methodology]) -> None:
    assert "BE" in trial(("too_short:", "BE:")).rules


def test_active_methodology_needs_words_in_both_languages_and_an_independent_example(
    refusals: Callable[..., tuple[Diagnostic, ...]],
) -> None:
    messages = [problem.message for problem in refusals(("status: draft", "status: active"))]

    head = "an active methodology needs words in both languages: "
    assert messages[0] == "an active methodology needs an example with a 'source:' that is not its author"
    assert f"{head}'user' has no zh: and no en:" in messages
    assert f"{head}'area' has no en:" in messages
    assert f"{head}'too_short' has no zh: and no en:" in messages


def test_active_methodology_needs_both_titles(refusals: Callable[..., tuple[Diagnostic, ...]]) -> None:
    found = refusals(("status: draft", "status: active"), ("title: {zh: 试, en: Trial}", "title: {zh: 试}"))

    assert "an active methodology needs words in both languages: 'title' has no en:" in [
        problem.message for problem in found
    ]


def test_active_methodology_with_words_and_a_foreign_example_is_accepted() -> None:
    text = ACTIVE.replace("BY", "source: 第三方, ")

    assert check(declare(read_text(text))).declaration.status == "active"


def test_active_methodology_whose_examples_are_all_its_authors_is_refused() -> None:
    with pytest.raises(MethodologyError, match="CQ213 an active methodology needs an example") as caught:
        check(declare(read_text(ACTIVE.replace("BY", ""))))

    assert len(caught.value.diagnostics) == 1


ACTIVE = """\
carbonquant: 1
kind: methodology
id: small
version: 1.0.0
status: active
basis: demonstration
title: {zh: 小, en: Small}
sector: low-carbon-living
scope: project
inputs: {saved: {unit: t CO2e, zh: 省下, en: saved}}
steps: {ER: {unit: t CO2e, formula: saved, zh: 减排量, en: reductions}}
results: {baseline: saved, reductions: ER}
examples: {one: {BYinputs: {saved: 1}, expect: {ER: 1}, tolerance: 1e-9}}
"""
