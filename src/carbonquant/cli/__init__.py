"""The command `carbonquant`: every command by its name, in the order of the help page.

`main` runs one and ends the process with its exit code: 0 ok, 1 findings or a wrong methodology, 2 usage, 3 data
refused, 4 verification failed, 130 interrupted.

Imports nothing heavy: each command fetches what it needs when it is run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from carbonquant.cli import authors, catalogue, demonstration, evidence, projects
from carbonquant.cli.terminal import EXIT, be_tolerant, code_of, tell, tell_diagnostics
from carbonquant.errors import CarbonQuantError

__all__ = ["app", "main", "run"]

app = typer.Typer(
    name="carbonquant",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demonstration.demo)
app.command("list")(catalogue.list_methodologies)
app.command("describe")(catalogue.describe)
app.command("check")(authors.check)
app.command("test")(authors.try_examples)
app.command("run")(projects.run)
app.command("explain")(projects.explain)
app.command("verify")(evidence.verify)
app.command("error")(catalogue.error)


def _version(is_asked: bool) -> None:  # noqa: FBT001 - typer hands it over by position
    if is_asked:
        import carbonquant

        print(f"carbonquant {carbonquant.__version__}")
        raise typer.Exit


@app.callback()
def overview(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Quantify carbon reductions from methodologies written in YAML."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and end the process."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments
        The words after `carbonquant`; those of the process unless given.
    """
    be_tolerant()
    code = _run(arguments)
    try:
        sys.stdout.flush()
    except OSError:  # whoever read our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _run(arguments: Sequence[str] | None) -> int:
    try:
        app(arguments, prog_name="carbonquant")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else EXIT["ok"]
    except CarbonQuantError as error:
        tell_diagnostics(error.diagnostics)
        return code_of(error)
    except KeyboardInterrupt:
        return EXIT["interrupted"]
    except OSError as error:
        tell(_in_one_line(error))
        return EXIT["usage"]
    return EXIT["ok"]


def _in_one_line(error: OSError) -> str:
    """Say what the system refused: a full disk, a folder closed to us, a name too long."""
    if not error.errno:
        return str(error)
    return f"{error.filename or 'the system refuses'}: {os.strerror(error.errno)}"
