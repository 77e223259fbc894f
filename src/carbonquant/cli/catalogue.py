"""The commands that only show: `list`, `describe`, `error`.

They change nothing and compute no figure.

Holds the commands' options; the texts are made in `shipped` and `description`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from carbonquant.cli.options import AsJson, Kind, Lang, Language, Paths
from carbonquant.cli.terminal import EXIT, aligned, paint, say, say_json, tell

__all__ = ["describe", "error", "list_methodologies"]

COLUMNS = {
    Kind.methodology: ("id", "version", "status", "basis", "sector"),
    Kind.tool: ("id", "version", "status", "basis"),
    Kind.factors: ("id", "version", "basis", "unit"),
}
"""What `list` says of each file, before its title."""


def list_methodologies(
    *,
    kind: Annotated[Kind, typer.Option("--kind", help="methodology, tool or factors.")] = Kind.methodology,
    sector: Annotated[str, typer.Option("--sector", help="Only this sector.")] = "",
    language: Lang = Language.en,
    as_json: AsJson = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the index page.")] = False,
) -> None:
    """List the shipped methodologies, tools or factor sets."""
    from carbonquant import sources
    from carbonquant.cli.shipped import entries, index_page

    listed = entries(sources.library(), kind, sector)
    if as_json:
        say_json([entry.as_dict() for entry in listed])
    elif as_markdown:
        say(index_page(sources.library()).removesuffix("\n"))
    else:
        columns = COLUMNS[kind]
        rows = [[getattr(one, name) for name in columns] + [one.title[language]] for one in listed]
        say(*aligned(rows))
    if sector and not listed:
        known = ", ".join(sorted({entry.sector for entry in entries(sources.library()) if entry.sector}))
        tell(f"no methodology has the sector '{sector}'; sectors: {known}")
        raise typer.Exit(EXIT["usage"])


def describe(
    name: Annotated[str, typer.Argument(metavar="ID", help="An id, or the path of a file.")],
    *,
    language: Lang = Language.en,
    as_json: AsJson = False,
    kernel: Annotated[bool, typer.Option("--kernel", help="Show the generated code instead.")] = False,
    path: Paths = None,
) -> None:
    """Show a methodology, a tool or a factor set."""
    from carbonquant import sources
    from carbonquant.cli import description, factor_text
    from carbonquant.declaration import declare
    from carbonquant.factors import check_factors
    from carbonquant.methodology import check

    source = sources.read(sources.find(name, path=path or ()))
    is_set = source.plain().get("kind") == Kind.factors
    if is_set and kernel:
        tell(f"'{name}' is a factor set: it has values and no code")
        raise typer.Exit(EXIT["usage"])
    if is_set:
        found = check_factors(declare(source))
        _show(factor_text.as_dict(found) if as_json else factor_text.as_text(found, language))
        return
    methodology = check(declare(source), path or ())
    if kernel:
        say(*description.kernel_text(methodology))
    else:
        _show(description.as_dict(methodology) if as_json else description.as_text(methodology, language))


def _show(described: dict[str, Any] | Iterator[str]) -> None:
    """Print a description: as JSON, or as lines of which the first is the title."""
    if isinstance(described, dict):
        say_json(described)
        return
    head, *lines = described
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
