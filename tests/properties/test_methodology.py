"""Laws of checking: a wrong file is refused by `MethodologyError` alone, each mistake with its place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbonquant import sources
from carbonquant.declaration import FactorsDeclaration, declare
from carbonquant.errors import MethodologyError
from carbonquant.factors import FactorSet, check_factors
from carbonquant.methodology import Methodology, check

SHIPPED = {path.stem: path.read_text(encoding="utf-8") for path in sorted(sources.library().rglob("*.yaml"))}
TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|\d+(?:\.\d+)?|[^\sA-Za-z0-9_]")
KEY = re.compile(r"\b[A-Za-z_0-9]+:(?=\s)")
INTRUDERS = (
    "", "x", "1", "-1", "0", "null", "~", "[", "[]", "{}", "'", '"', "%", "- ", "#", "|", "true", "year", "ride", "sum",
    "stratum", "t CO2e", "9" * 400,
)  # fmt: skip


def checked(text: str) -> Methodology | FactorSet | MethodologyError:
    try:
        declaration = declare(sources.read_text(text))
        if isinstance(declaration.content, FactorsDeclaration):
            return check_factors(declaration)
        return check(declaration)
    except MethodologyError as error:
        return error


def assert_refused_by_place(text: str) -> None:
    """Whatever is wrong is told with its file and line, and can be shown."""
    found = checked(text)

    if isinstance(found, MethodologyError):
        assert found.diagnostics
        assert all(problem.position and problem.position.line >= 1 for problem in found.diagnostics)
        assert all(line.strip() for line in str(found).splitlines())


files = st.sampled_from(sorted(SHIPPED)).map(SHIPPED.__getitem__)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_file_is_right(name: str) -> None:
    assert isinstance(checked(SHIPPED[name]), (Methodology, FactorSet))


@given(files, st.data())
def test_file_without_one_of_its_lines_is_right_or_refused_by_place(text: str, data: st.DataObject) -> None:
    lines = text.splitlines()
    del lines[data.draw(st.integers(0, len(lines) - 1))]

    assert_refused_by_place("\n".join(lines))


@given(files, st.data())
def test_file_with_one_line_twice_is_right_or_refused_by_place(text: str, data: st.DataObject) -> None:
    lines = text.splitlines()
    line = lines[data.draw(st.integers(0, len(lines) - 1))]
    lines.insert(data.draw(st.integers(0, len(lines))), line)

    assert_refused_by_place("\n".join(lines))


@given(files, st.data(), st.sampled_from(INTRUDERS))
def test_file_with_one_token_changed_is_right_or_refused_by_place(
    text: str, data: st.DataObject, intruder: str
) -> None:
    tokens = list(TOKEN.finditer(text))
    token = tokens[data.draw(st.integers(0, len(tokens) - 1))]

    assert_refused_by_place(text[: token.start()] + intruder + text[token.end() :])


@given(files, st.data())
def test_file_with_two_tokens_swapped_is_right_or_refused_by_place(text: str, data: st.DataObject) -> None:
    tokens = list(TOKEN.finditer(text))
    places = data.draw(
        st.lists(st.integers(0, len(tokens) - 1), min_size=2, max_size=2, unique=True).map(sorted)
    )
    first, second = (tokens[place] for place in places)
    between = text[first.end() : second.start()]

    assert_refused_by_place(text[: first.start()] + second[0] + between + first[0] + text[second.end() :])


@given(files, st.data())
def test_file_without_one_of_its_keys_is_right_or_refused_by_place(text: str, data: st.DataObject) -> None:
    keys = list(KEY.finditer(text))
    key = keys[data.draw(st.integers(0, len(keys) - 1))]

    assert_refused_by_place(text[: key.start()] + text[key.end() :])
