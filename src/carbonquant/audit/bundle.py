"""A folder that proves a figure by itself: record, methodology, inputs, rows, groups, and a manifest of their digests.

A bundle is written whole or not at all: into a folder beside, then renamed. Reading one never follows a link and
never leaves the folder.

Does not judge what it reads (see `verify`).
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from carbonquant.audit.canonical import MOST_BYTES, canonical, tagged_digest
from carbonquant.audit.parts import parquet_bytes, parts
from carbonquant.audit.provided import provided
from carbonquant.audit.record import RECORD_FILE, AuditRecord, methodology_files, record
from carbonquant.quantification import Quantification
from carbonquant.sources import digest_of

__all__ = ["INPUTS", "MANIFEST_FILE", "Bundle", "manifest_digest", "save", "write"]

MANIFEST_FILE = "manifest.json"
MANIFEST_TYPE = "carbonquant/manifest/1"
INPUTS = "inputs"
MOST_FILES = 100_000
PIECE_BYTES = 2**20


def save(result: Quantification, folder: str | Path, *, overwrite: bool = False) -> AuditRecord:
    """Record a run and write its bundle; see `AuditRecord.save` for what may be in the way."""
    recorded = record(result)
    recorded.save(folder, overwrite=overwrite)
    return recorded


def write(recorded: AuditRecord, folder: Path, *, overwrite: bool) -> Path:
    """Write the bundle of a record that still has its run; returns the folder."""
    if recorded.result is None:
        raise ValueError(
            "a record that was read has no run: only the one from record(…) can be saved as a bundle"
        )
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - a link at the end must be seen, not followed
    _check_target(folder, overwrite=overwrite)
    partial = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.partial")
    try:
        partial.mkdir()
        _write_files(recorded, recorded.result, partial)
        _put_in_place(partial, folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return folder


def _check_target(folder: Path, *, overwrite: bool) -> None:
    if not folder.parent.is_dir():
        raise FileNotFoundError(f"there is no folder '{folder.parent}' to write the bundle into")
    if not os.path.lexists(folder):
        return
    if folder.is_symlink() or not folder.is_dir():
        raise FileExistsError(f"'{folder}' is there already, and is no folder")
    if not any(folder.iterdir()):
        return
    if not (folder / MANIFEST_FILE).is_file():
        raise FileExistsError(f"'{folder}' is not empty and is no bundle: nothing was written")
    if not overwrite:
        raise FileExistsError(
            f"'{folder}' holds a bundle already: name another folder, or ask to overwrite it"
        )


def _write_files(recorded: AuditRecord, result: Quantification, folder: Path) -> None:
    listed: dict[str, Any] = {}
    for name, data in _contents(recorded, result):
        _write_file(folder / name, data)
        listed[name] = {"digest": digest_of(data), "size": len(data)}
    manifest = {"type": MANIFEST_TYPE, "id": recorded.id, "files": listed}
    _write_file(folder / MANIFEST_FILE, canonical({**manifest, "digest": manifest_digest(manifest)}))
    for path in (*(path for path in folder.rglob("*") if path.is_dir()), folder):
        _sync_folder(path)


def _contents(recorded: AuditRecord, result: Quantification) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of every file but the manifest."""
    yield RECORD_FILE, recorded.text.encode()
    for name, source in methodology_files(result.methodology).items():
        yield name, source.data
    for file in provided(result).files():
        yield f"{INPUTS}/{file.name}", file.read()
    for name, table in parts(result).items():
        yield name, parquet_bytes(table)


def manifest_digest(manifest: dict[str, Any]) -> str:
    """Return the digest of a manifest, that of its own digest left out."""
    return tagged_digest(
        MANIFEST_TYPE, canonical({key: manifest[key] for key in manifest if key != "digest"})
    )


def _write_file(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # some systems cannot open a folder
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _put_in_place(partial: Path, folder: Path) -> None:
    """Rename the finished folder to its final name; a bundle that is replaced comes back if that fails."""
    if not folder.exists() or not any(folder.iterdir()):
        os.replace(partial, folder)  # noqa: PTH105 - replaces an empty folder, too
        _sync_folder(folder.parent)
        return
    earlier = partial.with_suffix(".earlier")
    folder.rename(earlier)
    try:
        os.replace(partial, folder)  # noqa: PTH105 - as above
    except BaseException:
        earlier.rename(folder)
        raise
    _sync_folder(folder.parent)
    shutil.rmtree(earlier, ignore_errors=True)


# --- reading -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bundle:
    """The files of a folder, by their names inside it; `strange` is what is neither file nor folder (links)."""

    folder: Path
    files: tuple[str, ...]
    strange: tuple[str, ...]

    @classmethod
    def open(cls, folder: str | Path) -> Bundle:
        """List a folder without following any link in it.

        Raises
        ------
        ValueError
            If there is no folder, or it holds far more files than a bundle.
        """
        root = Path(folder)
        if not root.is_dir():
            raise ValueError(f"there is no folder '{folder}'")
        files: list[str] = []
        strange: list[str] = []
        for entry in _entries(root):
            name = Path(entry.path).relative_to(root).as_posix()
            is_file = stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)
            (files if is_file else strange).append(name)
            if len(files) + len(strange) > MOST_FILES:
                raise ValueError(f"'{folder}' holds more than {MOST_FILES:,} files")
        return cls(root, tuple(sorted(files)), tuple(sorted(strange)))

    def read(self, name: str, most: int = MOST_BYTES) -> bytes:
        """Return the bytes of a file of the bundle, at most so many.

        Raises
        ------
        ValueError
            If it is not there, cannot be read, or is too long.
        """
        with self._opened(name) as stream:
            if os.fstat(stream.fileno()).st_size > most:
                raise ValueError(f"{name} is longer than {most:,} bytes")
            return stream.read()

    def digest(self, name: str) -> tuple[str, int]:
        """Return digest and size of a file of the bundle; raises as `read` does."""
        hashed, size = hashlib.sha256(), 0
        with self._opened(name) as stream:
            while piece := stream.read(PIECE_BYTES):
                hashed.update(piece)
                size += len(piece)
        return f"sha256:{hashed.hexdigest()}", size

    @contextmanager
    def _opened(self, name: str) -> Iterator[BinaryIO]:
        """Open a file for reading, following no link."""
        if name not in self.files:
            raise ValueError(f"{name} is missing")
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        try:
            with os.fdopen(os.open(self.folder / name, flags), "rb") as stream:
                yield stream
        except OSError as error:
            raise ValueError(f"{name} cannot be read: {error.strerror}") from error

    def path(self, name: str) -> Path:
        """Return where a file of the bundle is; `ValueError` where a link could lead elsewhere."""
        if self.strange:
            raise ValueError(
                f"nothing is computed from a folder with links or devices in it: {self.strange[0]}"
            )
        if name not in self.files:
            raise ValueError(f"{name} is missing")
        return self.folder / name


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield everything below a folder that is no folder itself."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(Path(entry.path))
        else:
            yield entry
