"""Every worked example of every shipped methodology is one test; each methodology stands where its id says."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbonquant import sources
from carbonquant.methodology import Methodology, load
from carbonquant.worked_examples import run_example

FILES = sorted(sources.library().rglob("*.yaml"))
METHODOLOGIES = {methodology.id: methodology for methodology in map(load, FILES)}
EXAMPLES = [
    pytest.param(methodology, name, id=f"{methodology.id}/{name}")
    for methodology in METHODOLOGIES.values()
    for name in methodology.examples
]


@pytest.mark.parametrize(("methodology", "name"), EXAMPLES)
def test_worked_example_holds(methodology: Methodology, name: str) -> None:
    result = run_example(methodology, methodology.examples[name])

    assert result.detail == ""
    assert result.passed


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_is_named_by_its_id_and_its_folder_by_its_sector(path: Path) -> None:
    methodology = load(path)

    assert methodology.id.rpartition(".")[2] == path.stem
    assert methodology.declaration.sector == path.parent.name


@pytest.mark.parametrize("methodology", METHODOLOGIES.values(), ids=METHODOLOGIES)
def test_methodology_has_no_warning_and_words_in_both_languages(methodology: Methodology) -> None:
    words = {
        name: item.words
        for section in (methodology.inputs, methodology.parameters, methodology.rules, methodology.steps)
        for name, item in section.items()
    }

    assert methodology.warnings == ()
    assert [name for name, both in words.items() if not (both.zh and both.en)] == []


@pytest.mark.parametrize("methodology", METHODOLOGIES.values(), ids=METHODOLOGIES)
def test_every_rule_rejects_or_refuses_something_in_an_example(methodology: Methodology) -> None:
    examples = methodology.examples.values()
    reasons = {
        reason for example in examples for reason in (*example.fails, *example.rejected, *example.warned)
    }
    unseen = set(methodology.rules) - reasons

    assert unseen <= {"shares_complete"}, "the shares of the file are complete: no data can break that rule"
