"""The README's commands are commands that exist."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
README = CHECKOUT / "README.md"

CONSOLE_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
TOO_SLOW_TO_ASK = 60.0


def command_lines() -> list[str]:
    """Lines of the README's console blocks that a reader types, without their prompt."""
    text = README.read_text(encoding="utf-8") if README.is_file() else ""
    lines = [line for block in CONSOLE_BLOCK.findall(text) for line in block.splitlines()]
    return [
        line.removeprefix("$ ").strip()
        for line in lines
        if line.startswith(("$ ", "python3 ", "carbonquant "))
    ]


def words_after(program: str) -> list[list[str]]:
    lines = [line for line in command_lines() if line.startswith(program + " ")]
    return [shlex.split(line.removeprefix(program), comments=True) for line in lines]


def test_readme_shows_both_commands_of_a_fresh_machine() -> None:
    shown = command_lines()

    assert {"python3 dev.py demo", "python3 dev.py test"} <= {
        line.partition("#")[0].strip() for line in shown
    }


@pytest.mark.parametrize("words", words_after("carbonquant"), ids=" ".join)
def test_command_of_the_readme_exists(words: list[str]) -> None:
    command = [sys.executable, "-c", "from carbonquant.cli import main; main()", words[0], "--help"]

    help_page = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TOO_SLOW_TO_ASK)

    assert help_page.returncode == 0, help_page.stderr
    unknown = [
        word for word in words[1:] if word.startswith("--") and word.partition("=")[0] not in help_page.stdout
    ]
    assert unknown == []
