"""How the modules of the library are kept: small, named by a noun, introduced, and each with its tests."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGE = CHECKOUT / "src" / "carbonquant"
UNIT_TESTS = CHECKOUT / "tests" / "unit"

LINES_ALLOWED = 600
EMPTY_NAMES = {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}

MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
WITH_CODE = [path for path in MODULES if path.name != "__init__.py"]


def syntax_of(module: Path) -> ast.Module:
    return ast.parse((PACKAGE / module).read_text(encoding="utf-8"))


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_module_is_at_most_600_lines(module: Path) -> None:
    lines = (PACKAGE / module).read_text(encoding="utf-8").splitlines()

    assert len(lines) <= LINES_ALLOWED


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_module_is_named_by_what_it_holds(module: Path) -> None:
    names = {word for part in module.with_suffix("").parts for word in part.split("_")}

    assert not names & EMPTY_NAMES


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_module_begins_with_a_docstring(module: Path) -> None:
    assert ast.get_docstring(syntax_of(module))


@pytest.mark.parametrize("module", WITH_CODE, ids=str)
def test_module_has_a_test_file_of_its_own_name(module: Path) -> None:
    test_file = UNIT_TESTS / module.with_name(f"test_{module.name}")

    assert test_file.is_file()


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_module_outside_cli_does_not_print(module: Path) -> None:
    if module.parts[0] in ("cli", "cli.py"):
        return
    calls = (node for node in ast.walk(syntax_of(module)) if isinstance(node, ast.Call))

    lines = [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]

    assert lines == []
