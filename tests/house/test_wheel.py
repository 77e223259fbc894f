"""The wheel, as a user gets it: installed where neither the checkout nor an undeclared package is reached.

The environment is empty but for the wheel itself and for the packages that the wheel's own requirements
name, directly or through each other; these are linked from the environment of the tests: no network needed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).resolve().parents[2]
SHIPPED_FOLDERS = ("examples", "methodologies")

pytestmark = pytest.mark.xdist_group("wheel")


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel, and the folder its commands are run in."""

    programs: Path
    packages: Path
    workplace: Path

    def run(self, program: str, *words: str) -> subprocess.CompletedProcess[str]:
        cleared = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))
        }
        return subprocess.run(
            [self.programs / program, *words],
            cwd=self.workplace,
            env=cleared | {"PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(CHECKOUT))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, symlinks=os.name != "nt")
    paths = sysconfig.get_paths("venv", vars={"base": str(home), "platbase": str(home)})
    here = Installed(Path(paths["scripts"]), Path(paths["purelib"]), tmp_path_factory.mktemp("workplace"))
    pip("--python", str(here.programs / "python"), "install", "--no-deps", str(wheel))
    for name in required_by("carbonquant"):
        link(metadata.distribution(name), here.packages)
    return here


def pip(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--no-input", "--quiet", *words], check=True, timeout=300)


def required_by(name: str) -> set[str]:
    """Names of all packages that a package needs here, directly or through others; extras left out."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for text in metadata.requires(waiting.pop()) or ():
            requirement = Requirement(text)
            needed = canonicalize_name(requirement.name)
            if needed not in found and (
                requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            ):
                found.add(needed)
                waiting.append(needed)
    return found


def link(distribution: metadata.Distribution, packages: Path) -> None:
    """Let an environment see one installed package."""
    tops = {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}
    for top in tops:
        source = Path(str(distribution.locate_file(top)))
        if not (packages / top).exists():
            (packages / top).symlink_to(source, target_is_directory=source.is_dir())


def shipped(folder: str) -> set[str]:
    """Files of a shipped folder of the checkout, as they are named in the wheel."""
    files = (path for path in (CHECKOUT / folder).rglob("[!.]*") if path.is_file())
    return {f"carbonquant/{path.relative_to(CHECKOUT).as_posix()}" for path in files}


@pytest.mark.parametrize("folder", SHIPPED_FOLDERS)
def test_wheel_carries_every_file_of_a_shipped_folder(wheel: Path, folder: str) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())

    assert shipped(folder) <= carried


def test_wheel_carries_types_units_and_licence(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())

    assert {"carbonquant/py.typed", "carbonquant/units/units.txt"} <= carried
    assert any(name.endswith("dist-info/licenses/LICENSE") for name in carried)


def test_wheel_carries_no_tests_and_no_caches(wheel: Path) -> None:
    carried = zipfile.ZipFile(wheel).namelist()

    stray = [name for name in carried if "__pycache__" in name or not name.startswith("carbonquant")]

    assert stray == []


def test_installed_library_is_not_the_checkout(installed: Installed) -> None:
    imported = installed.run("python", "-c", "import carbonquant; print(carbonquant.__file__)")

    assert Path(imported.stdout.strip()).is_relative_to(installed.packages)


def test_installed_library_reaches_only_what_it_declares(installed: Installed) -> None:
    tried = installed.run("python", "-c", "import pytest")

    assert "No module named 'pytest'" in tried.stderr


def test_installed_list_names_every_methodology_of_the_wheel(installed: Installed) -> None:
    listed = installed.run("carbonquant", "list", "--json")

    assert listed.returncode == 0, listed.stderr
    paths = [Path(entry["path"]) for entry in json.loads(listed.stdout)]
    assert paths
    assert all(path.is_relative_to(installed.packages / "carbonquant" / "methodologies") for path in paths)


def test_installed_demo_ends_well(installed: Installed) -> None:
    demo = installed.run("carbonquant", "demo")

    assert demo.returncode == 0, demo.stderr


def test_installed_run_quantifies_a_shipped_example(installed: Installed) -> None:
    examples = sorted((installed.packages / "carbonquant" / "examples").rglob("*.yaml"))
    activities = [path for path in examples if "kind: activity" in path.read_text(encoding="utf-8")]
    assert activities

    ran = installed.run("carbonquant", "run", str(activities[0]), "-o", "out", "--json")

    assert ran.returncode == 0, ran.stderr
    assert "reductions" in json.loads(ran.stdout)["results"]
    assert any((installed.workplace / "out").iterdir())
