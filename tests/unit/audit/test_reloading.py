"""A methodology with tools and factor sets: recorded, kept and loaded again from the bundle's own files alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from carbonquant.audit import AuditRecord, Verification, record, save, verify
from carbonquant.audit.bundle import Bundle
from carbonquant.audit.reloading import methodology_name, reload_methodology
from carbonquant.errors import MethodologyError
from carbonquant.methodology import load
from carbonquant.quantification import Quantification, quantify

from .projects import heated

Change = Callable[[str, str, str], Verification]


@pytest.fixture(scope="module")
def heat_pump(tmp_path_factory: pytest.TempPathFactory) -> Quantification:
    return heated(tmp_path_factory.mktemp("heated") / "project")


@pytest.fixture
def bundle(heat_pump: Quantification, tmp_path: Path) -> Path:
    save(heat_pump, tmp_path / "bundle")
    return tmp_path / "bundle"


@pytest.fixture
def verified_after(bundle: Path) -> Change:
    """Change a text in a file of the bundle and verify it."""

    def change(name: str, old: str, new: str) -> Verification:
        edit(bundle / name, old, new)
        return verify(bundle)

    return change


def failed(verification: Verification) -> dict[str, str]:
    return {check.name[:2]: check.detail for check in verification.checks if not check.ok}


# --- the record ----------------------------------------------------------------------------------------------


def test_record_lists_the_files_of_tools_and_factor_sets(heat_pump: Quantification) -> None:
    files = record(heat_pump).core["methodology"]["files"]

    assert sorted(files) == [f"methodology/{name}.yaml" for name in ("grid", "heat-pump", "losses", "power")]
    assert files["methodology/power.yaml"] == heat_pump.methodology.tools["supply"].source.digest


def test_record_locks_every_tool_and_factor_set(heat_pump: Quantification) -> None:
    facts = record(heat_pump).core["methodology"]

    assert [(lock["use"], lock["id"], lock["version"]) for lock in facts["tools"]] == [
        ("supply", "power", "1.0.0")
    ]
    assert [(lock["id"], lock["basis"]) for lock in facts["sets"]] == [
        ("grid", "average"),
        ("losses", "loss"),
    ]


def test_record_tells_the_keys_the_printed_digits_and_the_fallback_of_a_factor(
    heat_pump: Quantification,
) -> None:
    factor = record(heat_pump).core["factors"][0]

    assert (factor["name"], factor["set"], factor["version"]) == ("EF", "grid", "1.0.0")
    assert factor["values"]["2022"] == {
        "printed": "500.0",
        "printed_u": "kg CO2e/MWh",
        "v": "0.5",
        "source": "notice table 1",
        "status": "unverified",
        "keys": {"year": "2022", "region": "national"},
        "fallback_for": {"year": "2022", "region": "south"},
    }


def test_record_tells_the_factors_that_a_tool_takes(heat_pump: Quantification) -> None:
    factor = record(heat_pump).core["factors"][1]

    assert (factor["name"], factor["value"]["printed"], factor["value"]["keys"]) == (
        "supply.TDL", "6.0", {"voltage": "low"},
    )  # fmt: skip


# --- the bundle ----------------------------------------------------------------------------------------------


def test_bundle_keeps_every_file_flat_beside_the_methodology(bundle: Path) -> None:
    kept = sorted(path.name for path in (bundle / "methodology").iterdir())

    assert kept == ["grid.yaml", "heat-pump.yaml", "losses.yaml", "power.yaml"]


def test_bundle_is_verified_where_the_project_is_gone(tmp_path: Path) -> None:
    save(heated(tmp_path / "project"), tmp_path / "bundle")
    shutil.rmtree(tmp_path / "project")

    assert verify(tmp_path / "bundle").verdict == "OK", str(verify(tmp_path / "bundle"))


def test_methodology_is_reloaded_with_the_files_of_the_bundle(bundle: Path) -> None:
    core = AuditRecord.read(bundle / "record.json").core

    again = reload_methodology(Bundle.open(bundle), core)

    assert {source.path.parent for source in again.used} == {bundle / "methodology"}


def test_reloaded_methodology_gives_the_same_record(heat_pump: Quantification, bundle: Path) -> None:
    recorded = record(heat_pump)

    again = reload_methodology(Bundle.open(bundle), recorded.core)

    assert record(quantify(again, heat_pump.activity)).id == recorded.id


@pytest.mark.parametrize("name", ["grid", "power", "losses"])
def test_missing_file_fails_the_methodology_by_its_name(bundle: Path, name: str) -> None:
    (bundle / "methodology" / f"{name}.yaml").unlink()

    wrong = failed(verify(bundle))

    assert wrong["V4"] == f"methodology/{name}.yaml is missing"
    assert wrong["V5"] == f"methodology/{name}.yaml is missing"


def test_changed_digit_of_a_factor_names_the_file_and_the_step(verified_after: Change) -> None:
    wrong = failed(verified_after("methodology/grid.yaml", "500.0", "501.0"))

    assert wrong["V4"].startswith("methodology/grid.yaml was changed")
    assert wrong["V5"].startswith("methodology/grid.yaml does not say what it said")
    assert wrong["V6"].startswith("step 'supply.EF' for 2022: recorded 0.5 t CO2e/MWh, recomputed 0.501")


def test_changed_formula_of_a_tool_names_the_file_and_the_step(verified_after: Change) -> None:
    wrong = failed(verified_after("methodology/power.yaml", "(1 + TDL)", "(1 + 2 * TDL)"))

    assert wrong["V4"].startswith("methodology/power.yaml was changed")
    assert "methodology/power.yaml does not say what it said" in wrong["V5"]
    assert wrong["V6"].startswith("step 'supply.E'")


def test_changed_comment_of_a_factor_set_changes_no_figure(verified_after: Change) -> None:
    wrong = failed(verified_after("methodology/grid.yaml", "# a comment", "# another"))

    assert wrong["V4"].startswith("methodology/grid.yaml was changed")
    assert "V5" not in wrong


@pytest.mark.parametrize("place", ["../grid.yaml", "inputs/activity.yaml", "/etc/passwd", 5])
def test_file_outside_the_methodology_folder_is_never_opened(bundle: Path, place: object) -> None:
    facts = {"id": "heat-pump", "names": {"grid": place}}

    with pytest.raises(ValueError, match="is no file in methodology/"):
        reload_methodology(Bundle.open(bundle), {"methodology": facts})


def test_name_that_the_record_does_not_give_is_not_looked_for_elsewhere(bundle: Path) -> None:
    facts = {"id": "heat-pump", "names": {"shared/power.yaml": "methodology/power.yaml"}}

    with pytest.raises(MethodologyError, match="CQ106 'grid' is not among the files given"):
        reload_methodology(Bundle.open(bundle), {"methodology": facts})


def test_without_a_record_the_one_file_is_the_methodology(bundle: Path) -> None:
    with pytest.raises(ValueError, match="expected one file in methodology/, found 4"):
        methodology_name(Bundle.open(bundle), None)


# --- one name, one file --------------------------------------------------------------------------------------


def test_id_of_two_different_files_is_refused_before_anything_is_recorded(tmp_path: Path) -> None:
    project = tmp_path / "project"
    heated(project)
    edit(project / "heat-pump.yaml", "[north, south]", "[north]")
    edit(project / "heat-pump.yaml", "  line: {type", "  place: {type: region}\n  line: {type")
    edit(project / "heat-pump.yaml", "line: line}", "line: line, place: place}")
    edit(project / "shared" / "power.yaml", "[low, high]}", "[low, high], region: [north]}")
    edit(project / "shared" / "power.yaml", "  line:", "  place: {type: region}\n  line:")
    own = "  own: {unit: t CO2e/MWh, factor: grid, basis: average, over: year, at: {region: place}}\nsteps:"
    edit(project / "shared" / "power.yaml", "steps:", own)
    edit(project / "shared" / "power.yaml", "used * EF *", "used * (EF + own) *")
    shutil.copy(project / "grid.yaml", project / "shared")
    edit(project / "shared" / "grid.yaml", "550.50", "551.50")

    with pytest.raises(MethodologyError, match="CQ106 'grid' is two different files"):
        load(project / "heat-pump.yaml")


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
