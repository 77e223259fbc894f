"""The documents in step with the code: every figure of the README is executed, every index is what is printed."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

import carbonquant
from carbonquant import cli

CHECKOUT = Path(__file__).resolve().parents[2]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
PUBLIC_NAMES = (CHECKOUT / "docs" / "why.md").read_text(encoding="utf-8").partition("## Public names")[2]
ARCHITECTURE = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
DOCUMENTS = [
    *CHECKOUT.glob("*.md"),
    *(CHECKOUT / "docs").glob("*.md"),
    CHECKOUT / "methodologies" / "README.md",
]

PROMISED = re.compile(r"^print\(.*\)  # (.*)$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
MODULE = re.compile(r"`((?:\w+/)*\w+(?:\.py|/|\.txt))`")


def block(language: str) -> str:
    """The only block of the README in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the shipped files of the checkout, as the current folder."""
    for folder in ("examples", "methodologies"):
        (tmp_path / folder).symlink_to(CHECKOUT / folder, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed_by(*words: str) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        assert cli.run(words) == 0
    return printed.getvalue()


@pytest.mark.usefixtures("workplace")
def test_python_of_the_readme_prints_what_its_comments_say() -> None:
    program = block("python")

    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(program, "README.md", "exec"), {})  # noqa: S102 - the README's own ten lines

    assert PROMISED.findall(program)
    assert printed.getvalue().splitlines() == PROMISED.findall(program)


def test_python_of_the_readme_is_short() -> None:
    statements = [line for line in block("python").splitlines() if line.strip()]

    assert len(statements) <= 12


@pytest.mark.usefixtures("workplace")
def test_readme_shows_what_the_demo_prints() -> None:
    command, *shown = block("text").splitlines()

    printed = printed_by(*command.split()[2:]).splitlines()

    assert len(printed) == len(shown)
    for line, promised in zip(printed, shown, strict=True):
        is_cut = promised.endswith("…")
        assert line.startswith(promised[:-1]) if is_cut else line == promised


@pytest.mark.usefixtures("workplace")
def test_commands_of_the_readme_end_well_in_their_order() -> None:
    codes = {
        line: cli.run(shlex.split(line)[2:])
        for line in README.splitlines()
        if line.startswith("$ carbonquant")
    }

    assert set(codes.values()) == {0}, codes


def test_index_of_methodologies_is_what_the_list_prints() -> None:
    index = (CHECKOUT / "methodologies" / "README.md").read_text(encoding="utf-8")

    assert index == printed_by("list", "--markdown")


def test_every_public_name_has_its_reason() -> None:
    rows = [line.split("|")[1] for line in PUBLIC_NAMES.splitlines() if line.startswith("| `")]

    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(carbonquant.__all__)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(CHECKOUT).as_posix())
def test_link_of_a_document_leads_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text(encoding="utf-8"))

    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("name", sorted(set(MODULE.findall(ARCHITECTURE))))
def test_path_in_the_architecture_exists(name: str) -> None:
    assert any((folder / name).exists() for folder in (CHECKOUT, CHECKOUT / "src" / "carbonquant"))
