"""The two commands of a fresh machine: what `dev.py` decides before it installs or runs anything."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SCRIPT = CHECKOUT / "dev.py"


def load_dev() -> ModuleType:
    specification = importlib.util.spec_from_file_location("dev", SCRIPT)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


class Machine:
    """A fresh `dev.py` on a machine where making and installing always work and are only noted."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.dev = load_dev()
        self.done: list[str] = []
        self.stamp = folder / "ready.json"
        self.installing_works = True
        self.library_is_found = True
        monkeypatch.setattr(self.dev, "STAMP", str(self.stamp))
        monkeypatch.setattr(self.dev, "make_venv", self._make)
        monkeypatch.setattr(self.dev, "install", self._install)
        monkeypatch.setattr(self.dev, "can_import_carbonquant", lambda: self.library_is_found)

    def prepare(self, extra: str) -> list[str]:
        """Prepare for a command; return what that took."""
        self.done.clear()
        self.dev.prepare(extra)
        return list(self.done)

    def _make(self) -> bool:
        self.done.append("make")
        return True

    def _install(self, extra: str) -> bool:
        self.done.append(f"install {extra}".strip())
        return self.installing_works


@pytest.fixture
def dev() -> ModuleType:
    return load_dev()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_dev_uses_no_syntax_younger_than_python_3_4() -> None:
    ast.parse(SCRIPT.read_text(encoding="ascii"), feature_version=(3, 4))


def test_old_python_is_told_which_python_is_needed(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "NEEDED", (99, 0))
    monkeypatch.setenv("PATH", "")

    code = dev.main(["test"])

    assert code == 1
    assert "carbonquant needs Python 3.11 or newer; this is Python 3." in capsys.readouterr().out


def test_unknown_command_shows_the_usage(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    code = dev.main(["tset"])

    assert code == 2
    assert "python3 dev.py test" in capsys.readouterr().out


def test_python_without_ensurepip_is_told_which_package_to_install(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "ensurepip" else found(name)
    )

    made = dev.make_venv()

    assert not made
    assert "apt install python3-venv" in capsys.readouterr().out


def test_first_start_makes_and_installs(machine: Machine) -> None:
    assert machine.prepare("") == ["make", "install"]


def test_second_start_does_nothing(machine: Machine) -> None:
    machine.prepare("test")

    assert machine.prepare("test") == []


def test_demo_is_served_by_what_the_tests_installed(machine: Machine) -> None:
    machine.prepare("test")

    assert machine.prepare("") == []


def test_tests_add_to_what_the_demo_installed(machine: Machine) -> None:
    machine.prepare("")

    assert machine.prepare("test") == ["install test"]


def test_environment_without_its_stamp_is_made_again(machine: Machine) -> None:
    machine.prepare("test")
    machine.stamp.unlink()

    assert machine.prepare("test") == ["make", "install test"]


def test_environment_with_half_a_stamp_is_made_again(machine: Machine) -> None:
    machine.prepare("test")
    machine.stamp.write_bytes(machine.stamp.read_bytes()[:-1])

    assert machine.prepare("test") == ["make", "install test"]


def test_environment_that_lost_the_library_is_made_again(machine: Machine) -> None:
    machine.prepare("test")
    machine.library_is_found = False

    assert machine.prepare("test") == ["make", "install test"]


def test_failed_installation_leaves_no_stamp(machine: Machine) -> None:
    machine.prepare("")
    machine.installing_works = False

    machine.prepare("test")

    assert not machine.stamp.exists()


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("constraints.txt", "numpy==", "numpy<="),
        ("pyproject.toml", '"numpy>=', '"numpy>'),
    ],
)
def test_changed_requirements_change_the_fingerprint(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, before: str, after: str
) -> None:
    monkeypatch.setattr(dev, "ROOT", str(tmp_path))
    for name in ("constraints.txt", "pyproject.toml"):
        (tmp_path / name).write_bytes((CHECKOUT / name).read_bytes())
    unchanged = dev.fingerprint()
    text = (tmp_path / file).read_text(encoding="utf-8")

    (tmp_path / file).write_text(text.replace(before, after), encoding="utf-8")

    assert dev.fingerprint() != unchanged


def test_changed_rule_of_a_checker_keeps_the_fingerprint(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "ROOT", str(tmp_path))
    for name in ("constraints.txt", "pyproject.toml"):
        (tmp_path / name).write_bytes((CHECKOUT / name).read_bytes())
    unchanged = dev.fingerprint()
    text = (tmp_path / "pyproject.toml").read_text(encoding="utf-8")

    (tmp_path / "pyproject.toml").write_text(text + "\n[tool.unknown]\nstrict = true\n", encoding="utf-8")

    assert dev.fingerprint() == unchanged


def test_another_interpreter_changes_the_fingerprint(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    unchanged = dev.fingerprint()

    monkeypatch.setattr(dev.sys, "version", "3.99.0 (another)")

    assert dev.fingerprint() != unchanged


@pytest.mark.parametrize(
    "line",
    [
        "=== 12 passed in 3.40s ===",
        "==== 1 failed, 3 passed, 2 skipped in 63.10s (0:01:03) ====",
        "1 error in 0.12s",
        "no tests ran in 0.01s",
    ],
)
def test_closing_line_of_pytest_is_recognised(dev: ModuleType, line: str) -> None:
    assert dev.SUMMARY.search(line)
