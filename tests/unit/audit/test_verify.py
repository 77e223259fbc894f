"""Verification: OK on what was just made; after any tampering FAIL, naming the file and the step."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from carbonquant.audit import Verification, verify
from carbonquant.audit.bundle import manifest_digest
from carbonquant.audit.canonical import canonical
from carbonquant.audit.parts import parquet_bytes, read_parquet
from carbonquant.audit.record import record_id
from carbonquant.errors import AuditError
from carbonquant.sources import digest_of

BundleOf = Callable[[str], Path]
ROWS = "rows/tree/part-00000.parquet"


def replaced(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def sealed(folder: Path) -> None:
    """Do what a forger would: make id and digests fit the changed files."""
    record = json.loads((folder / "record.json").read_bytes())
    record["id"] = record_id(record["core"])
    (folder / "record.json").write_bytes(canonical(record))
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["id"] = record["id"]
    for name in manifest["files"]:
        data = (folder / name).read_bytes()
        manifest["files"][name] = {"digest": digest_of(data), "size": len(data)}
    manifest["digest"] = manifest_digest(manifest)
    (folder / "manifest.json").write_bytes(canonical(manifest))


def details(found: Verification) -> dict[str, str]:
    """The details of failed checks by their number."""
    return {check.name[:2]: check.detail for check in found.checks if not check.ok}


@pytest.mark.parametrize("name", ["kettle", "orchard"])
def test_a_fresh_bundle_is_verified(bundle_of: BundleOf, name: str) -> None:
    found = verify(bundle_of(name))

    assert found.verdict == "OK", str(found)
    assert [check.name[:2] for check in found.checks] == ["V1", "V2", "V4", "V5", "V6", "V7", "V8"]
    found.raise_if_failed()


def test_a_moved_bundle_is_verified_from_another_folder(
    bundle_of: BundleOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = bundle_of("orchard").rename(tmp_path / "elsewhere")
    monkeypatch.chdir("/")

    assert verify(folder).verdict == "OK"


def test_a_digit_of_an_input_names_the_file_and_the_first_step_that_changes(bundle_of: BundleOf) -> None:
    folder = bundle_of("orchard")
    replaced(folder / "inputs/activity.yaml", "west: 96", "west: 97")

    found = details(verify(folder))

    assert "inputs/activity.yaml was changed" in found["V4"]
    assert found["V6"].startswith(
        "step 'gain' for west, apple: recorded 19.200000000000003 kg CO2e, recomputed 19.4 kg CO2e"
    )
    assert "the first of 2 steps that differ" in found["V6"]


def test_a_digit_of_a_row_names_the_file_the_step_and_the_row(bundle_of: BundleOf) -> None:
    folder = bundle_of("orchard")
    replaced(folder / "inputs/data/trees.csv", "88.25", "88.35")

    found = details(verify(folder))

    assert "inputs/data/trees.csv was changed" in found["V4"]
    assert found["V6"].startswith("step 'half' over tree: total recorded ")
    assert f"{ROWS}, row 3, 'half': the bundle has 4.4125, recomputed 4.417" in found["V6"]


def test_a_digit_of_a_parameter_names_the_methodology_and_the_step(bundle_of: BundleOf) -> None:
    folder = bundle_of("kettle")
    replaced(folder / "methodology/kettle.yaml", "0.5000", "0.5100")

    found = details(verify(folder))

    assert "methodology/kettle.yaml was changed" in found["V4"]
    assert "example 'half'" in found["V5"]
    assert "methodology/kettle.yaml does not say what it said" in found["V5"]
    assert found["V6"].startswith("step 'gross': recorded 6250 kg CO2e, recomputed 6375")


def test_a_digit_of_a_comment_fails_on_its_bytes_alone(bundle_of: BundleOf) -> None:
    folder = bundle_of("kettle")
    replaced(folder / "methodology/kettle.yaml", "# a comment", "# 7 comment")

    found = details(verify(folder))

    assert set(found) == {"V4", "V6"}
    assert "methodology.files.methodology/kettle.yaml" in found["V6"]


def test_a_digit_of_a_recorded_figure_names_the_record_and_the_step(bundle_of: BundleOf) -> None:
    folder = bundle_of("kettle")
    replaced(folder / "record.json", '"v":"6250"', '"v":"6350"')

    found = details(verify(folder))

    assert "record.json: its core has the id" in found["V2"]
    assert "record.json was changed" in found["V4"]
    assert found["V6"] == "step 'gross': recorded 6350 kg CO2e, recomputed 6250 kg CO2e"


def test_a_forged_figure_with_fitting_digests_is_found_by_recomputing(bundle_of: BundleOf) -> None:
    folder = bundle_of("kettle")
    replaced(folder / "record.json", '"v":"6250"', '"v":"6350"')
    sealed(folder)

    assert details(verify(folder)) == {"V6": "step 'gross': recorded 6350 kg CO2e, recomputed 6250 kg CO2e"}


def test_a_forged_exact_sum_is_found_by_recomputing(bundle_of: BundleOf) -> None:
    folder = bundle_of("orchard")
    record = json.loads((folder / "record.json").read_bytes())
    widths = next(entry for entry in record["core"]["trace"]["sums"] if entry["step"] == "widths")
    widths["parts"] = [[["1", 3]]]
    (folder / "record.json").write_bytes(canonical(record))
    sealed(folder)

    assert "exact sum behind step 'widths'" in details(verify(folder))["V6"]


def test_a_forged_issuance_is_found_by_its_arithmetic(bundle_of: BundleOf) -> None:
    folder = bundle_of("kettle")
    replaced(folder / "record.json", '"rounded":{"u":"t CO2e","v":"3"}', '"rounded":{"u":"t CO2e","v":"4"}')
    sealed(folder)

    found = details(verify(folder))

    assert "'reductions': 3.125 less 4 is not 0.125" in found["V8"]
    assert "rounded to 1 t CO2e, down, total, 3.125 gives 3, not 4" in found["V8"]
    assert "result 'reductions', rounded: recorded 4, recomputed 3" in found["V6"]


def test_forged_counts_do_not_add_up(bundle_of: BundleOf) -> None:
    folder = bundle_of("orchard")
    replaced(folder / "record.json", '"accepted":4', '"accepted":5')
    sealed(folder)

    found = details(verify(folder))

    assert found["V7"] == "table 'tree': 5 accepted and 4 rejected are not 8 read"
    assert "tables.tree.accepted: recorded 5, recomputed 4" in found["V6"]


def test_a_forged_row_with_fitting_digests_names_row_and_column(bundle_of: BundleOf) -> None:
    folder = bundle_of("orchard")
    table = read_parquet((folder / ROWS).read_bytes())
    halves = [None if half is None else half + 1 for half in table.column("half").to_pylist()]
    position = table.column_names.index("half")
    forged = table.set_column(position, "half", pa.array(halves, pa.float64()))
    (folder / ROWS).write_bytes(parquet_bytes(forged))
    sealed(folder)

    found = details(verify(folder))

    assert set(found) == {"V6"}
    assert f"{ROWS}, row 1, 'half': the bundle has 7.175, recomputed 6.175" in found["V6"]


def test_a_damaged_part_is_a_failed_check(bundle_of: BundleOf) -> None:
    folder = bundle_of("orchard")
    (folder / ROWS).write_bytes((folder / ROWS).read_bytes()[:-9])

    found = details(verify(folder))

    assert f"{ROWS} was changed" in found["V4"]
    assert f"{ROWS}: it is no complete Parquet file" in found["V6"]


def test_a_difference_in_the_last_place_of_a_power_is_within_tolerance(bundle_of: BundleOf) -> None:
    folder = bundle_of("orchard")
    record = json.loads((folder / "record.json").read_bytes())
    months = next(entry for entry in record["core"]["trace"]["steps"] if entry["step"] == "by_month")
    months["values"]["2025-06"] = repr(float(months["values"]["2025-06"]) * (1 + 2**-52))
    (folder / "record.json").write_bytes(canonical(record))
    sealed(folder)

    found = verify(folder)

    assert found.verdict == "OK WITHIN TOLERANCE"
    assert "within the bound, or of no consequence: step 'by_month' for 2025-06: recorded" in str(found)


def test_the_same_difference_in_a_product_is_a_failure(bundle_of: BundleOf) -> None:
    folder = bundle_of("kettle")
    replaced(folder / "record.json", '"v":"6250"', '"v":"6250.000000000001"')
    sealed(folder)

    assert "step 'gross'" in details(verify(folder))["V6"]


def test_another_key_order_fails_on_form_with_its_meaning_unchanged(bundle_of: BundleOf) -> None:
    folder = bundle_of("kettle")
    record = json.loads((folder / "record.json").read_bytes())
    reordered = json.dumps(dict(reversed(record.items())), ensure_ascii=False, separators=(",", ":"))
    (folder / "record.json").write_text(reordered, encoding="utf-8")

    found = details(verify(folder))

    assert set(found) == {"V2", "V4"}
    assert "record.json is not in canonical form" in found["V2"]
    assert "meaning unchanged" in found["V2"]


def test_a_newer_engine_is_told_and_changes_no_verdict_on_figures(bundle_of: BundleOf) -> None:
    folder = bundle_of("kettle")
    record = json.loads((folder / "record.json").read_bytes())
    record["core"]["engine"]["version"] = "0.0.1"
    (folder / "record.json").write_bytes(canonical(record))
    sealed(folder)

    found = verify(folder)

    assert found.verdict == "OK WITHIN TOLERANCE"
    assert "engine.version: recorded 0.0.1" in str(found)


@pytest.mark.parametrize(
    "name",
    [
        "record.json",
        "manifest.json",
        "methodology/orchard.yaml",
        "inputs/activity.yaml",
        "inputs/data/trees.csv",
        ROWS,
    ],
)
def test_a_missing_file_is_named(bundle_of: BundleOf, name: str) -> None:
    folder = bundle_of("orchard")
    (folder / name).unlink()

    found = verify(folder)

    assert found.verdict == "FAIL"
    assert f"{name}" in details(found)["V4"]


def test_an_added_file_is_named(bundle_of: BundleOf) -> None:
    folder = bundle_of("kettle")
    (folder / "inputs/second.csv").write_text("a\n1\n", encoding="utf-8")

    assert details(verify(folder)) == {"V4": "inputs/second.csv is not in manifest.json: it was added"}


def test_a_changed_manifest_is_named(bundle_of: BundleOf) -> None:
    folder = bundle_of("kettle")
    size = (folder / "record.json").stat().st_size
    replaced(folder / "manifest.json", f'"size":{size}', f'"size":{size + 1}')

    found = details(verify(folder))

    assert "manifest.json was changed: its own digest does not fit" in found["V4"]


def test_a_doubled_key_is_refused(bundle_of: BundleOf) -> None:
    folder = bundle_of("kettle")
    replaced(folder / "record.json", '{"core":', '{"id":"x","core":')

    assert "record.json: the key 'id' stands twice" in details(verify(folder))["V1"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "NaN", "[" * 100_000, '{"core":{},"env":{},"id":"x"}', "\ufeff{}", "1e5"]
)
@pytest.mark.parametrize("name", ["record.json", "manifest.json"])
def test_a_file_that_is_no_record_or_manifest_is_a_failed_check(
    bundle_of: BundleOf, name: str, text: str
) -> None:
    folder = bundle_of("kettle")
    (folder / name).write_text(text, encoding="utf-8")

    found = verify(folder)

    assert found.verdict == "FAIL"
    assert name in details(found)["V1"]


@pytest.mark.parametrize("part", ["trace", "results", "inputs", "options", "methodology", "warnings"])
@pytest.mark.parametrize("forged", [None, 7, "text", {}, [[]], {"steps": 1}])
def test_a_record_of_a_forged_shape_is_a_failed_check(bundle_of: BundleOf, part: str, forged: object) -> None:
    folder = bundle_of("kettle")
    record = json.loads((folder / "record.json").read_bytes())
    record["core"][part] = forged
    (folder / "record.json").write_bytes(canonical(record))
    sealed(folder)

    assert verify(folder).verdict == "FAIL"


def test_a_link_in_a_bundle_is_never_followed(bundle_of: BundleOf, tmp_path: Path) -> None:
    folder = bundle_of("orchard")
    table = folder / "inputs/data/trees.csv"
    outside = tmp_path / "outside.csv"
    table.rename(outside)
    table.symlink_to(outside)

    found = details(verify(folder))

    assert "inputs/data/trees.csv is a link or a device" in found["V4"]
    assert "nothing is computed from a folder with links or devices in it" in found["V5"]
    assert "nothing can be computed again" in found["V6"]


def test_a_folder_that_is_a_link_is_never_entered(bundle_of: BundleOf, tmp_path: Path) -> None:
    folder = bundle_of("orchard")
    (folder / "inputs").rename(tmp_path / "inputs")
    (folder / "inputs").symlink_to(tmp_path / "inputs")

    found = details(verify(folder))

    assert "inputs is a link or a device" in found["V4"]
    assert "nothing can be computed again" in found["V6"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_a_bundle_does_not_hang_the_verification(bundle_of: BundleOf) -> None:
    folder = bundle_of("kettle")
    (folder / "record.json").unlink()
    os.mkfifo(folder / "record.json")

    assert "record.json is missing" in details(verify(folder))["V1"]


@pytest.mark.parametrize("name", ["../activity.yaml", "/etc/passwd", "data/../../x.yaml"])
def test_a_name_outside_the_bundle_is_refused(bundle_of: BundleOf, name: str) -> None:
    folder = bundle_of("kettle")
    record = json.loads((folder / "record.json").read_bytes())
    record["core"]["inputs"]["activity"]["file"] = name
    (folder / "record.json").write_bytes(canonical(record))
    sealed(folder)

    assert f"names the activity file '{name}', which is outside the bundle" in details(verify(folder))["V6"]


@pytest.mark.parametrize("name", ["../trees.csv", "/etc/hostname"])
def test_a_table_outside_the_bundle_is_refused(bundle_of: BundleOf, name: str, tmp_path: Path) -> None:
    folder = bundle_of("orchard")
    (folder / "inputs/data/trees.csv").rename(tmp_path / "trees.csv")
    replaced(folder / "inputs/activity.yaml", "data/trees.csv", name)

    found = details(verify(folder))

    assert "the figures cannot be computed again" in found["V6"]
    assert "outside the folder" in found["V6"]


def test_a_manifest_that_lists_names_outside_is_refused(bundle_of: BundleOf) -> None:
    folder = bundle_of("kettle")
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["files"]["../../secret"] = {"digest": "sha256:0", "size": 1}
    manifest["digest"] = manifest_digest(manifest)
    (folder / "manifest.json").write_bytes(canonical(manifest))

    assert "lists '../../secret', which is no name inside the bundle" in details(verify(folder))["V4"]


def test_data_that_the_methodology_refuses_are_a_failed_check(bundle_of: BundleOf) -> None:
    folder = bundle_of("kettle")
    replaced(folder / "inputs/activity.yaml", "value: 12.5", "value: -12.5")

    found = details(verify(folder))

    assert "the figures cannot be computed again" in found["V6"]
    assert "CQ408" in found["V6"]


def test_the_same_data_from_another_folder_are_verified(bundle_of: BundleOf, tmp_path: Path) -> None:
    folder = bundle_of("orchard")
    (tmp_path / "own/data").mkdir(parents=True)
    (tmp_path / "own/data/trees.csv").write_bytes((folder / "inputs/data/trees.csv").read_bytes())

    assert verify(folder, tmp_path / "own").verdict == "OK"


def test_other_data_from_another_folder_are_found(bundle_of: BundleOf, tmp_path: Path) -> None:
    folder = bundle_of("orchard")
    (tmp_path / "own/data").mkdir(parents=True)
    text = (folder / "inputs/data/trees.csv").read_text(encoding="utf-8")
    (tmp_path / "own/data/trees.csv").write_text(text.replace("123.5", "124.5"), encoding="utf-8")

    found = details(verify(folder, tmp_path / "own"))

    assert set(found) == {"V6"}
    assert "step 'half'" in found["V6"]


def test_a_folder_that_is_not_there_fails(tmp_path: Path) -> None:
    found = verify(tmp_path / "nowhere")

    assert found.verdict == "FAIL"
    assert "there is no folder" in details(found)["V1"]


def test_failed_checks_are_raised_together_with_file_and_code(bundle_of: BundleOf) -> None:
    folder = bundle_of("kettle")
    replaced(folder / "record.json", '"v":"6250"', '"v":"6350"')

    with pytest.raises(AuditError, match=r"record\.json:1:1: CQ602 .*step 'gross'|CQ606") as caught:
        verify(folder).raise_if_failed()

    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["CQ602", "CQ604", "CQ606"]
