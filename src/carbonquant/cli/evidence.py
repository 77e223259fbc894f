"""The command of who does not believe a figure: `verify`.

It works offline, changes nothing, and ends with 0 or 4.

Holds the command's options; the checks are made in `audit`.
"""

from __future__ import annotations

import typer

from carbonquant.cli.options import AsJson, Bundle, DataFolder, Lang, Language
from carbonquant.cli.terminal import EXIT, paint, say, say_json

__all__ = ["verify"]


def verify(
    bundle: Bundle,
    *,
    data: DataFolder = None,
    language: Lang = Language.en,
    as_json: AsJson = False,
) -> None:
    """Check the evidence of a run, computing all again."""
    from carbonquant import audit
    from carbonquant.cli.words import word

    verification = audit.verify(bundle, data=data)
    checks = verification.checks
    is_sound = verification.verdict != "FAIL"
    if as_json:
        listed = [{"check": one.name, "ok": one.ok, "detail": one.detail} for one in checks]
        say_json({"verdict": verification.verdict, "checks": listed})
    else:
        for one in checks:
            head, *more = one.detail.splitlines() or [""]
            mark = paint("ok  ", "green") if one.ok else paint("FAIL", "red")
            say(f"{mark}  {one.name}" + (f": {head}" if head else ""), *(f"        {line}" for line in more))
        verdict = paint(verification.verdict, "green" if is_sound else "red")
        say(f"{word('verdict', language)}: {verdict}")
    if not is_sound:
        raise typer.Exit(EXIT["unproven"])
