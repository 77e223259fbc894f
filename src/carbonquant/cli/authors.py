"""The commands of who writes files: `check` and `test`.

Both look at every file before they end, and exit with 1 where anything was found.

Holds the commands' options; what is wrong is found by `findings` and by `worked_examples`.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carbonquant.cli.options import AsJson, Kind, Paths
from carbonquant.cli.terminal import EXIT, paint, say, say_json, tell, tell_diagnostics
from carbonquant.errors import CarbonQuantError

if TYPE_CHECKING:
    from carbonquant.errors import Diagnostic
    from carbonquant.worked_examples import ExampleResult

__all__ = ["Format", "check", "try_examples"]


class Format(StrEnum):
    """How findings are printed; `github` is what GitHub shows beside the line."""

    text = "text"
    json = "json"
    github = "github"


def check(
    files: Annotated[
        list[Path],
        typer.Argument(exists=True, dir_okay=False, metavar="FILE", help="Files of any kind."),
    ],
    *,
    form: Annotated[Format, typer.Option("--format", help="text, json or github.")] = Format.text,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as findings, too.")] = False,
    as_json: AsJson = False,
    path: Paths = None,
) -> None:
    """Report every problem of methodologies, tools, factor sets and data."""
    from carbonquant.cli.findings import as_dicts, as_github, problems_of

    found = [problem for file in files for problem in problems_of(file, path or ())]
    if as_json or form is Format.json:
        say_json(as_dicts(found))
    elif form is Format.github:
        say(*as_github(found))
    else:
        say(*(_painted(problem) for problem in found))
    counts = Counter(problem.severity for problem in found)
    tell(_summary(len(files), counts))
    if counts["error"] or (strict and counts["warning"]):
        raise typer.Exit(EXIT["findings"])


def _painted(problem: Diagnostic) -> str:
    head, line_end, rest = str(problem).partition("\n")
    return paint(head, "yellow" if problem.severity == "warning" else "red") + line_end + rest


def _summary(files: int, counts: Counter[Any]) -> str:
    told = [
        _counted(files, "file"),
        _counted(counts["error"], "error"),
        _counted(counts["warning"], "warning"),
    ]
    return f"{told[0]} checked: {told[1]}, {told[2]}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def try_examples(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE|ID", help="Ids or files; all that are shipped if none."),
    ] = None,
    *,
    as_json: AsJson = False,
    path: Paths = None,
) -> None:
    """Run the worked examples of methodologies and tools."""
    from carbonquant import sources
    from carbonquant.cli.shipped import entries
    from carbonquant.methodology import load
    from carbonquant.worked_examples import ExampleResult, run_examples

    results: list[tuple[str, ExampleResult]] = []
    is_wrong = False
    shipped = [
        str(one.path) for kind in (Kind.methodology, Kind.tool) for one in entries(sources.library(), kind)
    ]
    for name in names or shipped:
        try:
            methodology = load(name, path or ())
        except CarbonQuantError as error:
            tell_diagnostics(error.diagnostics)
            is_wrong = True
            continue
        run = run_examples(methodology) or [ExampleResult("", passed=False, detail="has no example")]
        results += [(methodology.id, result) for result in run]
    _show_results(results, as_json=as_json)
    if is_wrong or not all(result.passed for _, result in results):
        raise typer.Exit(EXIT["findings"])


def _show_results(results: list[tuple[str, ExampleResult]], *, as_json: bool) -> None:
    if as_json:
        say_json(
            [
                {"methodology": id_, "example": one.name, "passed": one.passed, "detail": one.detail}
                for id_, one in results
            ]
        )
        return
    for id_, one in results:
        verdict = paint("ok  ", "green") if one.passed else paint("FAIL", "red")
        say(f"{verdict}  {id_}{'/' if one.name else ''}{one.name}")
        say(*(f"        {line}" for line in one.detail.splitlines()))
    passed = sum(one.passed for _, one in results)
    tell(f"{_counted(len(results), 'example')}: {passed} passed, {len(results) - passed} failed")
