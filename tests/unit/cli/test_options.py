"""The options that several commands share."""

from __future__ import annotations

import pytest

from .conftest import Command

SPOKEN = ["demo", "list", "describe", "run", "explain", "verify", "error"]
AS_JSON = ["list", "describe", "check", "test", "run", "explain", "verify", "error"]


@pytest.mark.parametrize("name", SPOKEN)
def test_command_that_prints_words_takes_a_language(command: Command, name: str) -> None:
    assert "--lang" in command(name, "--help").out


@pytest.mark.parametrize("name", AS_JSON)
def test_command_that_prints_data_takes_json(command: Command, name: str) -> None:
    assert "--json" in command(name, "--help").out


def test_unknown_language_is_a_usage_mistake(command: Command) -> None:
    ran = command("list", "--lang", "fr")

    assert ran.code == 2
    assert "--lang" in ran.err
