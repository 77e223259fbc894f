"""`python -m carbonquant`."""

from __future__ import annotations

import subprocess
import sys


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "carbonquant", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_module_runs_the_same_command() -> None:
    ran = run("--help")

    assert (ran.returncode, "verify" in ran.stdout) == (0, True)


def test_module_ends_with_the_exit_code_of_the_command() -> None:
    assert run("no-such-command").returncode == 2


def test_reader_that_goes_away_is_no_mistake() -> None:
    program = f"{sys.executable} -m carbonquant describe bamboo-afforestation | true"

    ran = subprocess.run(["/bin/sh", "-c", program], capture_output=True, text=True, check=False)

    assert ran.stderr == ""


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys; from carbonquant.cli import run; run(['--help']);"
        "print(*({'numpy', 'pint', 'pyarrow', 'pydantic', 'rich', 'yaml'} & set(sys.modules)), file=sys.stderr)"
    )

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stderr.split() == []
