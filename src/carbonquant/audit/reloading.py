"""The methodology of a bundle, loaded from the bundle's own files: its file, and those of its tools and factor sets.

Whatever the methodology uses is where the record says it is, inside the bundle; the library is never looked into.

Does not judge whether these are the files that were recorded (see `verify`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carbonquant import sources
from carbonquant.audit.bundle import Bundle
from carbonquant.audit.provided import is_plain_name
from carbonquant.audit.record import METHODOLOGY_FOLDER, methodology_file
from carbonquant.declaration import declare
from carbonquant.methodology import Methodology, check

__all__ = ["methodology_name", "reload_methodology"]


def reload_methodology(bundle: Bundle, core: Mapping[str, Any] | None) -> Methodology:
    """Load and check the methodology of a bundle.

    Parameters
    ----------
    bundle
        The bundle.
    core
        The core of its record, None where it cannot be read: a methodology that uses nothing else is loaded still.

    Raises
    ------
    ValueError
        If one of its files is missing, or named outside the bundle.
    MethodologyError
        If one of its files is wrong.
    """
    names = {} if core is None else core["methodology"]["names"]
    files = {str(name): bundle.path(_inside(file)) for name, file in names.items()}
    main = bundle.path(methodology_name(bundle, core))
    return check(declare(sources.read(main)), files=files)


def methodology_name(bundle: Bundle, core: Mapping[str, Any] | None) -> str:
    """Return which file of a bundle is its methodology, by the record or by its folder; `ValueError` if none is."""
    if core is not None:
        return _inside(methodology_file(core["methodology"]["id"]))
    found = [name for name in bundle.files if name.startswith(METHODOLOGY_FOLDER)]
    if len(found) != 1:
        raise ValueError(f"expected one file in {METHODOLOGY_FOLDER}, found {len(found)}")
    return found[0]


def _inside(name: object) -> str:
    if not (isinstance(name, str) and name.startswith(METHODOLOGY_FOLDER) and is_plain_name(name)):
        raise ValueError(f"'{name}' is no file in {METHODOLOGY_FOLDER}")
    return name
