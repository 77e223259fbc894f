"""The commands that only show: `list`, `describe`, `error`.

They change nothing and compute no figure.

Holds the commands' options; the texts are made in `shipped` and `description`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from carbonquant.cli.options import AsJson, Lang, Language, Paths
from carbonquant.cli.terminal import EXIT, aligned, paint, say, say_json, tell

__all__ = ["describe", "error", "list_methodologies"]


def list_methodologies(
    *,
    sector: Annotated[str, typer.Option("--sector", help="Only this sector.")] = "",
    language: Lang = Language.en,
    as_json: AsJson = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the index page.")] = False,
) -> None:
    """List the shipped methodologies."""
    from carbonquant import sources
    from carbonquant.cli.shipped import entries, index_page

    listed = entries(sources.library(), sector)
    if as_json:
        say_json([entry.as_dict() for entry in listed])
    elif as_markdown:
        say(index_page(listed, sources.library()).removesuffix("\n"))
    else:
        columns = ("id", "version", "status", "basis", "sector")
        rows = [[getattr(one, name) for name in columns] + [one.title[language]] for one in listed]
        say(*aligned(rows))
    if sector and not listed:
        known = ", ".join(sorted({entry.sector for entry in entries(sources.library())}))
        tell(f"no methodology has the sector '{sector}'; sectors: {known}")
        raise typer.Exit(EXIT["usage"])


def describe(
    name: Annotated[str, typer.Argument(metavar="ID", help="An id, or the path of a methodology file.")],
    *,
    language: Lang = Language.en,
    as_json: AsJson = False,
    kernel: Annotated[bool, typer.Option("--kernel", help="Show the generated code instead.")] = False,
    path: Paths = None,
) -> None:
    """Show a methodology: inputs, sources, equations."""
    from carbonquant import sources
    from carbonquant.cli.description import as_dict, as_text, kernel_text
    from carbonquant.methodology import load

    methodology = load(sources.find(name, path=path or ()))
    if kernel:
        say(*kernel_text(methodology))
    elif as_json:
        say_json(as_dict(methodology))
    else:
        head, *lines = as_text(methodology, language)
        say(paint(head, "bold"), *lines)


def error(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A code such as CQ303.")],
    *,
    language: Lang = Language.en,
    as_json: AsJson = False,
) -> None:
    """Say what the code of a message means."""
    from carbonquant.codes import CODES

    asked = code.upper()
    if asked not in CODES:
        tell(f"there is no code '{code}'; codes are CQ and three digits, such as {min(CODES)}")
        raise typer.Exit(EXIT["usage"])
    english, chinese = CODES[asked]
    if as_json:
        say_json({"code": asked, "title": {"zh": chinese, "en": english}})
    else:
        say(f"{asked}  {chinese if language is Language.zh else english}")
