"""From names on a command line to what they name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from carbonquant.activity import read_activity
from carbonquant.audit import record
from carbonquant.cli.opening import methodology_of, reopened
from carbonquant.errors import AuditError, MethodologyError
from carbonquant.quantification import quantify

from .conftest import ACTIVITY, METHODOLOGY, Command


def test_methodology_beside_the_activity_is_found(project: Path) -> None:
    assert methodology_of(read_activity(project)).id == "paper-saving"


def test_methodology_in_a_given_folder_is_found(project: Path) -> None:
    (project.parent / "mine").mkdir()
    project.with_name("paper-saving.yaml").rename(project.parent / "mine" / "paper-saving.yaml")

    assert methodology_of(read_activity(project), [Path("mine")]).id == "paper-saving"


def test_shipped_methodology_is_found_for_data_given_in_python() -> None:
    assert methodology_of(read_activity({"methodology": "greenway-cycling"})).id == "greenway-cycling"


def test_unknown_methodology_for_data_given_in_python_is_refused() -> None:
    with pytest.raises(MethodologyError, match="no file has the id 'nowhere'"):
        methodology_of(read_activity({"methodology": "nowhere"}))


def test_methodology_of_another_version_is_refused_at_its_line(project: Path) -> None:
    project.write_text(ACTIVITY.replace("paper-saving", "paper-saving@2.0.0"), encoding="utf-8")

    with pytest.raises(MethodologyError, match=r"^activity\.yaml:3:14: CQ106 .* not in version 2\.0\.0"):
        methodology_of(read_activity(project))


@pytest.fixture
def bundle(project: Path) -> Path:
    activity = read_activity(project)
    record(quantify(methodology_of(activity), activity)).save("out")
    return Path("out")


def test_bundle_is_opened_with_its_own_files_alone(bundle: Path, project: Path) -> None:
    project.unlink()
    project.with_name("paper-saving.yaml").write_text(METHODOLOGY.replace("2.50", "9"), encoding="utf-8")

    assert reopened(bundle).reductions.rounded == 0.062


def without_record(bundle: Path) -> None:
    (bundle / "record.json").unlink()


def with_another_shape(bundle: Path) -> None:
    (bundle / "record.json").write_text("[]", encoding="utf-8")


def with_another_id(bundle: Path) -> None:
    kept = json.loads((bundle / "record.json").read_text(encoding="utf-8"))
    (bundle / "record.json").write_text(json.dumps(kept | {"id": "sha256:0"}), encoding="utf-8")


def without_activity(bundle: Path) -> None:
    (bundle / "inputs" / "activity.yaml").unlink()


@pytest.mark.parametrize(
    "damage",
    [without_record, with_another_shape, with_another_id, without_activity],
    ids=lambda do: do.__name__,
)
def test_damaged_bundle_is_refused(bundle: Path, damage: Callable[[Path], None]) -> None:
    damage(bundle)

    with pytest.raises(AuditError, match="CQ60"):
        reopened(bundle)


def test_bundle_with_tools_and_factor_sets_is_opened_with_its_own_files_alone(
    heating: Path, command: Command
) -> None:
    assert command("run", heating, "-o", "out").code == 0
    for name in ("grid.yaml", "heat-pump.yaml", "activity.yaml"):
        heating.with_name(name).unlink()

    ran = command("explain", "out", "EF")

    assert ran.out == (
        "EF = 0.5 t CO2e/MWh  (grid 1.0.0 [national] as fallback for south: notice table 2 (500 kg CO2e/MWh), "
        "unverified)\n"
    )
