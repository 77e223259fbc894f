"""The commands about one project: `run`, which quantifies it, and `explain`, which says why a number is what it is.

`run` writes a whole bundle or nothing.

Holds the commands' options; the texts are made in `summary` and in `quantification`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from carbonquant.cli.options import AsJson, Bundle, DataFolder, Lang, Language, Paths, Threads
from carbonquant.cli.terminal import EXIT, paint, say, say_json, tell, tell_diagnostics
from carbonquant.errors import ActivityDataError

__all__ = ["explain", "run"]


def run(  # noqa: PLR0913 - each is an option of the command
    activity: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, metavar="ACTIVITY", help="An activity file.")
    ],
    *,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", file_okay=False, help="Folder to write the bundle to.")
    ] = None,
    data: DataFolder = None,
    path: Paths = None,
    threads: Threads = 1,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier bundle in OUT.")] = False,
    language: Lang = Language.en,
    as_json: AsJson = False,
) -> None:
    """Quantify a project and write its evidence."""
    from carbonquant.activity import read_activity
    from carbonquant.audit import record
    from carbonquant.cli.opening import methodology_of
    from carbonquant.cli.summary import as_dict, as_text
    from carbonquant.cli.words import word
    from carbonquant.quantification import quantify

    project = read_activity(activity, data=data)
    result = quantify(methodology_of(project, path or ()), project, threads=threads)
    kept = record(result)
    if out is not None:
        kept.save(out, overwrite=overwrite)
    tell_diagnostics(result.warnings)
    if as_json:
        say_json(as_dict(result) | {"record": None if out is None else str(out), "id": kept.id})
        return
    head, *lines = as_text(result, language)
    say(paint(head, "bold"), *lines, "", f"{word('record', language)} {kept.id}")
    say(f"  {out}") if out is not None else tell(word("no_bundle", language))


def explain(
    bundle: Bundle,
    step: Annotated[
        str, typer.Argument(metavar="STEP", help="A step, an input, or a role such as reductions.")
    ],
    *,
    at: Annotated[
        list[str] | None, typer.Option("--at", help="Members, such as year=2025,stratum=s1; repeatable.")
    ] = None,
    row: Annotated[
        int | None, typer.Option("--row", min=1, help="A row of the table, the first being 1.")
    ] = None,
    language: Lang = Language.en,
    as_json: AsJson = False,
) -> None:
    """Say why a number of a run is what it is."""
    from carbonquant.cli.opening import reopened
    from carbonquant.quantification import explanation

    members = _members(at or [])
    result = reopened(bundle)
    name = result.methodology.roles.get(step, step)  # type: ignore[call-overload]  # any text may be asked for
    try:
        found = explanation.explain(result.outcome, name, row=None if row is None else row - 1, at=members)
    except ActivityDataError as error:
        tell_diagnostics(error.diagnostics)
        raise typer.Exit(EXIT["usage"]) from error
    if as_json:
        say_json(found.as_dict())
    else:
        say(found.text(language))


def _members(given: list[str]) -> dict[str, str]:
    """Read `year=2025,stratum=s1`."""
    members = {}
    for pair in ",".join(given).split(","):
        dimension, equals, member = pair.partition("=")
        if pair and not (dimension.strip() and equals and member.strip()):
            tell(f"--at: expected DIMENSION=MEMBER, found '{pair}'; for example --at year=2025,stratum=s1")
            raise typer.Exit(EXIT["usage"])
        if pair:
            members[dimension.strip()] = member.strip()
    return members
