"""Writing a bundle: whole or not at all, never over anything that is no bundle."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from carbonquant.audit import record, save
from carbonquant.audit.bundle import Bundle
from carbonquant.quantification import Quantification
from carbonquant.sources import digest_of


def names_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_bundle_holds_everything_and_lists_it(orchard: Quantification, tmp_path: Path) -> None:
    save(orchard, tmp_path / "out")

    found = names_in(tmp_path / "out")
    assert found == [
        "groups/owner_fruit/part-00000.parquet", "inputs/activity.yaml", "inputs/data/trees.csv", "manifest.json",
        "methodology/orchard.yaml", "record.json", "rejected/tree/part-00000.parquet", "rows/tree/part-00000.parquet",
    ]  # fmt: skip
    manifest = json.loads((tmp_path / "out/manifest.json").read_bytes())
    assert sorted([*manifest["files"], "manifest.json"]) == found
    data = (tmp_path / "out/record.json").read_bytes()
    assert manifest["files"]["record.json"] == {"digest": digest_of(data), "size": len(data)}


def test_nothing_is_left_beside_the_bundle(kettle: Quantification, tmp_path: Path) -> None:
    save(kettle, tmp_path / "out")

    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_is_filled(kettle: Quantification, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()

    save(kettle, tmp_path / "out")

    assert (tmp_path / "out/manifest.json").is_file()


def test_a_folder_with_other_things_is_never_touched(kettle: Quantification, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/thesis.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(FileExistsError, match="is not empty and is no bundle"):
        save(kettle, tmp_path / "out", overwrite=True)

    assert names_in(tmp_path) == ["out/thesis.txt"]


def test_an_earlier_bundle_is_kept_unless_asked(kettle: Quantification, tmp_path: Path) -> None:
    save(kettle, tmp_path / "out")
    before = (tmp_path / "out/record.json").read_bytes()

    with pytest.raises(FileExistsError, match="holds a bundle already"):
        save(kettle, tmp_path / "out")

    assert (tmp_path / "out/record.json").read_bytes() == before


def test_an_earlier_bundle_is_replaced_whole_when_asked(
    kettle: Quantification, orchard: Quantification, tmp_path: Path
) -> None:
    save(orchard, tmp_path / "out")

    save(kettle, tmp_path / "out", overwrite=True)

    assert names_in(tmp_path / "out") == [
        "inputs/activity.yaml", "manifest.json", "methodology/kettle.yaml", "record.json",
    ]  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_link_or_a_file_in_the_way_is_refused(kettle: Quantification, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").write_text("x", encoding="utf-8")

    for name in ("link", "file"):
        with pytest.raises(FileExistsError, match="is no folder"):
            save(kettle, tmp_path / name, overwrite=True)


def test_a_missing_parent_folder_is_said(kettle: Quantification, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        save(kettle, tmp_path / "no/such/out")


@pytest.mark.parametrize("function", ["fsync", "replace"])
def test_a_failing_write_leaves_nothing_behind(
    kettle: Quantification, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, function, full)

    with pytest.raises(OSError, match="No space left on device"):
        save(kettle, tmp_path / "out")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failing", range(1, 6))
def test_a_write_that_fails_at_any_file_leaves_nothing_behind(
    kettle: Quantification, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    opened = []
    real = Path.open

    def limited(path: Path, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if mode == "xb":
            opened.append(path)
            if len(opened) == failing:
                raise OSError(errno.EACCES, "Permission denied")
        return real(path, mode, *arguments, **options)

    monkeypatch.setattr(Path, "open", limited)

    if failing > len(["record", "methodology", "activity", "manifest"]):
        save(kettle, tmp_path / "out")
        return
    with pytest.raises(OSError, match="Permission denied"):
        save(kettle, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_failing_replacement_brings_the_earlier_bundle_back(
    kettle: Quantification, orchard: Quantification, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(orchard, tmp_path / "out")
    before = names_in(tmp_path)

    def failing(*_: Any) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(OSError, match="Input/output error"):
        save(kettle, tmp_path / "out", overwrite=True)

    assert names_in(tmp_path) == before


def test_an_interrupted_write_leaves_nothing_behind(
    kettle: Quantification, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)

    with pytest.raises(KeyboardInterrupt):
        save(kettle, tmp_path / "out")

    assert list(tmp_path.iterdir()) == []


def test_two_bundles_of_one_run_differ_in_their_environment_only(
    orchard: Quantification, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        save(orchard, tmp_path / name)

    for name in names_in(tmp_path / "one"):
        if name not in ("record.json", "manifest.json"):
            assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_record_of_a_bundle_is_the_record_of_its_run(kettle: Quantification, tmp_path: Path) -> None:
    assert save(kettle, tmp_path / "out").id == record(kettle).id


def test_a_file_longer_than_asked_for_is_refused(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_bytes(b"0123456789")

    with pytest.raises(ValueError, match=r"long\.txt is longer than 9 bytes"):
        Bundle.open(tmp_path).read("long.txt", 9)


def test_a_link_that_appears_later_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    bundle = Bundle.open(tmp_path)
    (tmp_path / "a.txt").unlink()
    (tmp_path / "a.txt").symlink_to("/etc/hostname")

    with pytest.raises(ValueError, match=r"a\.txt cannot be read"):
        bundle.read("a.txt")
