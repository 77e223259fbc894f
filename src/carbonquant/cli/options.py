"""The options that several commands share, each with the same name, meaning and help everywhere.

Does not act on them (see the commands).
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

__all__ = ["AsJson", "Bundle", "DataFolder", "Kind", "Lang", "Language", "Paths", "Threads"]


class Language(StrEnum):
    """The languages of the words that commands print; messages about mistakes are in English."""

    en = "en"
    zh = "zh"


class Kind(StrEnum):
    """The kinds of files that are shipped."""

    methodology = "methodology"
    tool = "tool"
    factors = "factors"


Lang: TypeAlias = Annotated[Language, typer.Option("--lang", help="Language of the words: zh or en.")]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON value instead of text.")]
DataFolder: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--data", exists=True, file_okay=False, help="Folder of the tables, if not beside the file."
    ),
]
Paths: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--path", exists=True, file_okay=False, help="Folder to look for methodologies in; repeatable."
    ),
]
Threads: TypeAlias = Annotated[
    int,
    typer.Option("--threads", min=1, max=64, help="Threads that share the rows; the figures stay the same."),
]
Bundle: TypeAlias = Annotated[
    Path, typer.Argument(exists=True, file_okay=False, metavar="OUT", help="A folder that `run -o` wrote.")
]
