"""The fixed words in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from carbonquant import cli
from carbonquant.cli.words import BANNERS, WORDS, banner, word
from carbonquant.methodology import ROLES

SOURCES = Path(cli.__file__).parent.glob("*.py")
USED = {key for path in SOURCES for key in re.findall(r'word\("(\w+)"', path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("key", WORDS)
def test_every_word_is_there_in_both_languages(key: str) -> None:
    assert all(WORDS[key])


@pytest.mark.parametrize("key", sorted(USED))
def test_every_word_that_commands_use_is_in_the_table(key: str) -> None:
    assert key in WORDS


def test_every_role_has_its_words() -> None:
    assert set(ROLES) <= set(WORDS)


def test_word_is_chosen_by_language() -> None:
    assert (word("leakage", "en"), word("leakage", "zh")) == ("leakage", "泄漏")


@pytest.mark.parametrize("basis", BANNERS)
def test_banner_of_every_basis_is_there_in_both_languages(basis: str) -> None:
    assert banner(basis, "en") != banner(basis, "zh")
