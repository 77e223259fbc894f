"""What the engine trusts: a methodology whose names, units and order are proven.

`check` turns a `Declaration` into a `Methodology` or raises one `MethodologyError`
that lists every problem found. Nothing after this package checks a unit again.

Does not read files (see `sources`), does not compute figures (see `quantification`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from carbonquant import sources
from carbonquant.declaration import declare
from carbonquant.methodology.checking import check
from carbonquant.methodology.model import ROLES, Methodology, Role

__all__ = ["ROLES", "Methodology", "Role", "check", "load"]


def load(name_or_path: str | Path, path: Sequence[Path] = ()) -> Methodology:
    """Find, read, declare and check a methodology.

    Parameters
    ----------
    name_or_path
        An id (`greenway-cycling`, `acme.greenway-cycling`), `folder/name`, or the path of a YAML file.
    path
        Folders to look in before the library, for the methodology and for what it uses.

    Raises
    ------
    MethodologyError
        With every problem of the file, each at its line and column.
    """
    source = sources.read(sources.find(name_or_path, path=path))
    declaration = declare(source)
    return check(declaration, path)
