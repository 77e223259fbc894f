"""Every worked example of every shipped methodology and tool is one test; each file stands where its id says."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbonquant import sources
from carbonquant.declaration import MethodologyDeclaration, ModuleDeclaration, ToolDeclaration, declare
from carbonquant.factors import read_factors
from carbonquant.methodology import Methodology, load
from carbonquant.worked_examples import run_example

FILES = sorted(sources.library().rglob("*.yaml"))
CONTENTS = {path: declare(sources.read(path)).content for path in FILES}
MODULES = [path for path, content in CONTENTS.items() if isinstance(content, ModuleDeclaration)]
METHODOLOGIES = {methodology.id: methodology for methodology in map(load, MODULES)}
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
def test_file_is_named_by_its_id_and_its_folder_by_its_sector_or_kind(path: Path) -> None:
    content = CONTENTS[path]

    assert content is not None
    assert getattr(content, "id", "").rpartition(".")[2] == path.stem
    if isinstance(content, MethodologyDeclaration):
        assert path.parent.name == content.sector
    else:
        assert path.parent.name == ("tools" if isinstance(content, ToolDeclaration) else "factors")


@pytest.mark.parametrize("methodology", METHODOLOGIES.values(), ids=METHODOLOGIES)
def test_methodology_has_no_warning_and_words_in_both_languages(methodology: Methodology) -> None:
    own = methodology.declaration
    words = {
        name: item
        for section in (own.inputs, own.parameters, own.rules, own.steps)
        for name, item in section.items()
    }

    assert methodology.warnings == ()
    assert [name for name, both in words.items() if not (both.zh and both.en)] == []


@pytest.mark.parametrize("methodology", METHODOLOGIES.values(), ids=METHODOLOGIES)
def test_every_rule_of_a_file_rejects_or_refuses_something_in_an_example(methodology: Methodology) -> None:
    examples = methodology.examples.values()
    reasons = {
        reason for example in examples for reason in (*example.fails, *example.rejected, *example.warned)
    }
    unseen = set(methodology.declaration.rules) - reasons

    assert unseen <= {"shares_complete"}, "the shares of the file are complete: no data can break that rule"


@pytest.mark.parametrize("methodology", METHODOLOGIES.values(), ids=METHODOLOGIES)
def test_every_file_in_use_is_named_once_among_what_is_used(methodology: Methodology) -> None:
    own = methodology.declaration
    named = {declared.tool for declared in own.use.values()}
    named |= {declared.factor for declared in own.parameters.values() if declared.factor is not None}
    used = [source.path.stem for source in methodology.used]

    assert named <= set(used)
    assert len(used) == len(set(used))


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.parent.name == "factors"], ids=lambda path: path.stem
)
def test_factor_set_is_right_and_every_value_has_its_source(path: Path) -> None:
    found = read_factors(str(path))

    assert found.cells()
    assert [cell for cell in found.cells() if not cell.source] == []
    assert found.title("zh")
    assert found.title("en")
