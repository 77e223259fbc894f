from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path
from typing import Any

import pytest

import carbonquant
from carbonquant.errors import MethodologyError
from carbonquant.sources import examples_folder, find, finding, library


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
    return file


def deny_opening(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of two methodologies in the place of the shipped one."""
    folder = tmp_path / "library"
    write(folder, "living/cycling.yaml", "carbonquant: 1\nid: cycling\nversion: 1.0.0\n")
    write(folder, "forest/bamboo.yaml", "id: acme.bamboo  # c\r\nversion: '2.0.0'\r\n")
    write(folder, "factors/notes.yaml", "title: no id\n  id: nested\n")
    monkeypatch.setattr(finding, "library", lambda: folder)
    return folder


@pytest.mark.parametrize("name", ["cycling", "living/cycling", "cycling@1.0.0"])
def test_find_knows_an_id_with_its_folder_and_version(name: str, shipped: Path) -> None:
    assert find(name) == shipped / "living" / "cycling.yaml"


@pytest.mark.parametrize(
    "name", ["bamboo", "acme.bamboo", "forest/bamboo", "forest/acme.bamboo", "bamboo@2.0.0"]
)
def test_find_knows_an_id_of_a_publisher_by_its_last_part(name: str, shipped: Path) -> None:
    assert find(name) == shipped / "forest" / "bamboo.yaml"


def test_find_takes_a_path_as_it_is(tmp_path: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "here/mine.yaml", "id: cycling\n")
    write(tmp_path, "here/plain", "id: cycling\n")
    monkeypatch.chdir(tmp_path)

    assert find("here/mine.yaml") == Path("here/mine.yaml")
    assert find("here/plain") == Path("here/plain")
    assert find(Path("here") / "plain") == Path("here/plain")
    assert find("living/cycling") == shipped / "living" / "cycling.yaml"


@pytest.mark.parametrize("name", ["missing.yaml", "folder/missing.yml", Path("missing")])
def test_find_refuses_a_path_to_nothing(name: str | Path) -> None:
    with pytest.raises(MethodologyError, match=r"CQ106 there is no file '.*missing"):
        find(name)


def test_find_takes_a_path_relative_to_the_file_that_names_it(tmp_path: Path) -> None:
    activity = write(tmp_path, "project/activity.yaml", "kind: activity\n")
    wanted = write(tmp_path, "project/tools/fod.yaml", "id: fod\n")

    assert find("tools/fod.yaml", beside=activity) == wanted
    assert find("tools/fod.yaml", beside=activity.parent) == wanted


@pytest.mark.parametrize("name", ["../secret.yaml", "/secret.yaml", "tools/../../secret.yaml"])
def test_find_refuses_a_path_out_of_the_folder_that_names_it(name: str, tmp_path: Path) -> None:
    activity = write(tmp_path, "project/activity.yaml", "kind: activity\n")
    write(tmp_path, "secret.yaml", "id: secret\n")

    with pytest.raises(MethodologyError, match=r"CQ106 .* is outside the folder of the file that names it"):
        find(name, beside=activity)


def test_find_refuses_a_link_out_of_the_folder_that_names_it(tmp_path: Path) -> None:
    activity = write(tmp_path, "project/activity.yaml", "kind: activity\n")
    (tmp_path / "project" / "link.yaml").symlink_to(write(tmp_path, "secret.yaml", "id: secret\n"))

    with pytest.raises(MethodologyError, match="is outside the folder"):
        find("link.yaml", beside=activity)


def test_find_looks_beside_first_then_in_the_given_folders_then_in_the_library(
    tmp_path: Path, shipped: Path
) -> None:
    given = write(tmp_path, "given/deep/own.yaml", "id: cycling\n")
    activity = write(tmp_path, "project/activity.yaml", "kind: activity\n")

    assert find("cycling", beside=activity, path=[tmp_path / "given"]) == given
    beside = write(tmp_path, "project/own.yaml", "id: cycling\n")
    assert find("cycling", beside=activity, path=[tmp_path / "given"]) == beside
    assert find("cycling", beside=activity, path=[shipped]) == beside


def test_find_does_not_look_below_the_folder_of_the_file_that_names_it(tmp_path: Path, shipped: Path) -> None:
    activity = write(tmp_path, "project/activity.yaml", "kind: activity\n")
    write(tmp_path, "project/old/cycling.yaml", "id: cycling\n")

    assert find("cycling", beside=activity) == shipped / "living" / "cycling.yaml"


def test_find_prefers_the_nearest_file_of_the_wanted_version(tmp_path: Path, shipped: Path) -> None:
    write(tmp_path, "given/own.yaml", "id: cycling\nversion: 3.0.0\n")

    assert find("cycling@1.0.0", path=[tmp_path / "given"]) == shipped / "living" / "cycling.yaml"


def test_find_counts_a_file_once_that_stands_in_two_places(shipped: Path) -> None:
    assert find("cycling", path=[shipped, shipped / "living"]) == shipped / "living" / "cycling.yaml"


def test_find_prefers_a_whole_id_to_a_last_part(tmp_path: Path, shipped: Path) -> None:
    write(tmp_path, "given/own.yaml", "id: acme.cycling\nversion: 1.0.0\n")

    assert find("cycling", path=[tmp_path / "given"]) == shipped / "living" / "cycling.yaml"


def test_find_refuses_a_last_part_of_two_ids_and_lists_both_files(tmp_path: Path, shipped: Path) -> None:
    own = write(tmp_path, "given/own.yaml", "id: beta.bamboo\nversion: 1.0.0\n")

    with pytest.raises(MethodologyError, match="CQ106 'bamboo' may be more than one file") as caught:
        find("bamboo", path=[tmp_path / "given"])

    (found,) = caught.value.diagnostics
    assert found.notes == (
        f"beta.bamboo@1.0.0 in {own.as_posix()}",
        f"acme.bamboo@2.0.0 in {(shipped / 'forest' / 'bamboo.yaml').as_posix()}",
    )
    assert found.hint == "write the whole id, the id with @version, or the path"


def test_find_refuses_one_id_in_two_files_of_one_place(shipped: Path) -> None:
    write(shipped, "living/copy.yaml", "id: cycling\nversion: 1.1.0\n")

    with pytest.raises(MethodologyError, match="'cycling' may be more than one"):
        find("cycling")
    assert find("cycling@1.1.0") == shipped / "living" / "copy.yaml"


def test_find_tells_the_version_that_is_there(shipped: Path) -> None:
    assert shipped.is_dir()

    with pytest.raises(
        MethodologyError, match=r"'cycling' is there in version 1\.0\.0, not in version 9\.0\.0"
    ):
        find("cycling@9.0.0")


def test_find_tells_near_ids_and_where_it_looked(tmp_path: Path, shipped: Path) -> None:
    with pytest.raises(MethodologyError, match="CQ106 no file has the id 'cyclin'") as caught:
        find("cyclin", path=[tmp_path / "absent"])

    (found,) = caught.value.diagnostics
    assert found.notes == (f"looked in {(tmp_path / 'absent').as_posix()}, {shipped.as_posix()}",)
    assert found.hint == "did you mean 'cycling'?"


@pytest.mark.parametrize("name", ["zzzz", "", "@1.0.0", "nested", "x" * 5000, "a/" + "b" * 300])
def test_find_refuses_an_unknown_id_without_a_suggestion(name: str, shipped: Path) -> None:
    assert shipped.is_dir()

    with pytest.raises(MethodologyError, match="CQ106 no file has the id") as caught:
        find(name)

    assert caught.value.diagnostics[0].hint == ""


def test_find_refuses_a_name_with_an_invisible_character() -> None:
    with pytest.raises(MethodologyError, match=r"CQ106 the name 'cyc\\u200bling' has a character"):
        find("cyc\u200bling")


def test_find_sees_that_a_file_has_changed(shipped: Path) -> None:
    assert find("cycling") == shipped / "living" / "cycling.yaml"

    write(shipped, "living/cycling.yaml", "id: greenway\n")

    assert find("greenway") == shipped / "living" / "cycling.yaml"


def test_find_passes_over_files_that_it_may_not_open(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shipped.is_dir()
    deny_opening(monkeypatch)

    with pytest.raises(MethodologyError, match="no file has the id 'cycling'"):
        find("cycling")


def test_find_looks_in_installed_packages_without_running_them(
    tmp_path: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shipped.is_dir()
    wanted = write(tmp_path, "site/acme_methods/files/solar.yaml", "id: acme.solar\n")
    write(tmp_path, "site/acme_methods/__init__.py", "raise AssertionError\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    points = [
        importlib.metadata.EntryPoint("acme", "acme_methods.files", finding.ENTRY_POINTS),
        importlib.metadata.EntryPoint("gone", "package_that_is_not_there", finding.ENTRY_POINTS),
    ]
    monkeypatch.setattr(
        importlib.metadata, "entry_points", lambda group: points if group == finding.ENTRY_POINTS else []
    )

    assert find("solar") == wanted
    assert "acme_methods" not in sys.modules


def test_library_is_that_of_the_checkout() -> None:
    assert library() == Path(carbonquant.__file__).resolve().parents[2] / "methodologies"


def test_library_is_inside_an_installed_package(tmp_path: Path) -> None:
    package = tmp_path / "site" / "carbonquant"
    (package / "methodologies").mkdir(parents=True)

    shipped = finding._shipped(package, "methodologies")  # noqa: SLF001 - no wheel is built for this

    assert shipped == package / "methodologies"


def test_examples_folder_is_that_of_the_checkout() -> None:
    assert examples_folder() == library().with_name("examples")
