"""Where a methodology is found: by its path, or by its id in the folders that may hold it.

A file is known by what its lines `id:` and `version:` state, without its YAML being read. Never looks in the
current folder unasked, never runs code of an installed package.

Does not read what it finds (see `reading`).
"""

from __future__ import annotations

import difflib
import importlib.util
import re
from collections.abc import Iterator
from collections.abc import Sequence as Items
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from carbonquant.sources.reading import FORBIDDEN, MAX_BYTES, existing_file, is_file, not_found, shown_name

__all__ = ["examples_folder", "find", "library"]

PACKAGE = Path(__file__).resolve().parents[1]
ENTRY_POINTS = "carbonquant.methodologies"

STATED = re.compile(r"""^(id|version):[ \t]+(['"]?)([^\s'"#]+)\2[ \t]*(?:#.*)?\r?$""", re.MULTILINE)


class _Entry(NamedTuple):
    """A methodology file, which of the places looked in it stands in, and what it calls itself."""

    file: Path
    place: int
    id: str
    version: str

    @property
    def last(self) -> str:
        return self.id.rpartition(".")[2]

    def is_called(self, name: str) -> bool:
        folder = self.file.parent.name
        return name in (self.id, f"{folder}/{self.id}", f"{folder}/{self.last}")


def library() -> Path:
    """Return the folder of the shipped methodologies, of the installed package or of this checkout."""
    return _shipped(PACKAGE, "methodologies")


def examples_folder() -> Path:
    """Return the folder of the shipped example projects, of the installed package or of this checkout."""
    return _shipped(PACKAGE, "examples")


def _shipped(package: Path, folder: str) -> Path:
    inside = package / folder
    return inside if inside.is_dir() else package.parents[1] / folder


def find(name: str | Path, beside: Path | None = None, path: Items[Path] = ()) -> Path:
    """Find a methodology, tool or factor set by its path or its id: `cycling`, `acme.cycling@1.0.0`, `a/cycling`.

    It is looked for beside the file that names it (`beside`, that file or its folder, which a path may not
    lead out of), in and below the folders of `path`, then in the library and in installed packages.

    Raises
    ------
    MethodologyError
        CQ106: nothing, or more than one file, is called so.
    """
    text = str(name)
    folder = beside if beside is None or beside.is_dir() else beside.parent
    if FORBIDDEN.search(text):
        raise not_found(f"the name {text!a} has a character that is not allowed")
    file = (folder or Path()) / text
    is_path = isinstance(name, Path) or text.endswith((".yaml", ".yml"))
    if is_path or (re.search(r"[/\\]", text) and is_file(file)):
        if folder is not None and not file.resolve().is_relative_to(folder.resolve()):
            raise not_found(f"'{text}' is outside the folder of the file that names it")
        return existing_file(file)
    places = [(folder, "*.yaml")] if folder else []
    places += [(below, "**/*.yaml") for below in (*path, library(), *_installed())]
    return _chosen(text, places)


def _chosen(text: str, places: list[tuple[Path, str]]) -> Path:
    """Choose the one methodology that is meant, the nearest of one id, or say why there is none."""
    name, _, version = text.partition("@")
    known = _known(places)
    called = [one for one in known if one.is_called(name)] or [one for one in known if one.last == name]
    fitting = [one for one in called if version in ("", one.version)]
    if len({one.id for one in fitting}) == 1:
        fitting = [one for one in fitting if one.place == fitting[0].place]
    if len(fitting) == 1:
        return fitting[0].file
    if fitting:
        notes = tuple(f"{one.id}@{one.version} in {shown_name(one.file)}" for one in fitting)
        hint = "write the whole id, the id with @version, or the path"
        raise not_found(f"'{text}' may be more than one file", notes, hint)
    if called:
        there = ", ".join(dict.fromkeys(one.version for one in called))
        raise not_found(f"'{name}' is there in version {there}, not in version {version}")
    near = difflib.get_close_matches(name, {part for one in known for part in (one.id, one.last)}, n=1)
    looked = "looked in " + ", ".join(dict.fromkeys(shown_name(folder) for folder, _ in places))
    hint = f"did you mean '{near[0]}'?" if near else ""
    raise not_found(f"no file has the id '{name}'", (looked,), hint)


def _known(places: list[tuple[Path, str]]) -> list[_Entry]:
    """List every methodology of some folders, each file once, the nearest first."""
    found: dict[Path, _Entry] = {}
    for place, (folder, pattern) in enumerate(places):
        for file in filter(is_file, sorted(folder.glob(pattern))):
            with suppress(OSError):  # gone since, or not ours to read
                state = file.stat()
                stated = _stated(file, state.st_mtime_ns, state.st_size)
                found.setdefault(file.resolve(), _Entry(file, place, *stated))
    return [entry for entry in found.values() if entry.id]


@lru_cache(maxsize=4096)
def _stated(file: Path, changed: int, size: int) -> tuple[str, str]:  # noqa: ARG001 - read anew when changed
    """Return id and version as their lines state them, without reading the YAML; empty if none."""
    with file.open("rb") as stream:
        text = stream.read(MAX_BYTES).decode("utf-8-sig", "replace")
    stated = {key: value for key, _, value in reversed(STATED.findall(text))}
    return stated.get("id", ""), stated.get("version", "")


def _installed() -> Iterator[Path]:
    """Yield the folders that installed packages offer by an entry point; their code is not run."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow to import, seldom needed

    for point in entry_points(group=ENTRY_POINTS):
        package, *inside = point.value.partition(":")[0].strip().split(".")
        spec = importlib.util.find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            yield Path(folder, *inside)
