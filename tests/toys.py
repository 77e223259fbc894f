"""Small methodologies, written in the tests that need them.

`methodology` adds the head that every file has; `run` quantifies data given as Python values with it.

Not a fixture: nothing here is a real methodology.
"""

from __future__ import annotations

from typing import Any

from carbonquant import sources
from carbonquant.activity import read_activity
from carbonquant.declaration import declare
from carbonquant.methodology import Methodology, check
from carbonquant.quantification import Quantification, quantify

__all__ = ["methodology", "run"]

HEAD = """\
carbonquant: 1
kind: methodology
id: toy
version: 0.1.0
status: draft
basis: demonstration
title: {zh: 示例, en: Toy}
sector: demonstration
scope: project
sources: {made_up: {title: made up for a test}}
"""


def methodology(body: str) -> Methodology:
    """Return a checked methodology of these sections."""
    return check(declare(sources.read_text(HEAD + body)))


def run(body: str, *, threads: int = 1, block_rows: int = 1 << 16, **given: Any) -> Quantification:
    """Quantify data (`members`, `inputs`, `period`; `tables` as columns by name) with these sections."""
    tables = {name: {"columns": columns} for name, columns in given.pop("tables", {}).items()}
    activity = read_activity({"methodology": "toy", "tables": tables, **given})
    return quantify(methodology(body), activity, threads=threads, block_rows=block_rows)
