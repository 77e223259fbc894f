"""The command `demo`: the main job on the two shipped examples, in one screen.

It says that the data are made up, and leaves two bundles behind that anybody can verify.

Does nothing that `run`, `explain` and `verify` do not do.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from carbonquant.cli.options import Lang, Language
from carbonquant.cli.terminal import paint, say

if TYPE_CHECKING:
    from carbonquant.quantification import Figure, Quantification

__all__ = ["demo"]

PROJECTS = ("bamboo-afforestation", "greenway-cycling")
EXPLAINED = ("bamboo-afforestation", "ER", {"year": "2025"})
"""The example, the step and the members of the figure that is explained."""
BAR = 32
"""Blocks of the longest bar."""


def demo(
    *,
    out: Annotated[
        Path, typer.Option("-o", "--out", file_okay=False, help="Folder for the two bundles.")
    ] = Path("carbonquant-demo"),
    language: Lang = Language.en,
) -> None:
    """Run the two shipped examples and show the figures."""
    from carbonquant.activity import read_activity
    from carbonquant.audit import record
    from carbonquant.cli.opening import methodology_of
    from carbonquant.cli.words import word
    from carbonquant.quantification import explanation, quantify
    from carbonquant.sources import examples_folder

    say(word("made_up", language))
    out.mkdir(parents=True, exist_ok=True)
    results = {}
    for name in PROJECTS:
        project = read_activity(examples_folder() / name / "activity.yaml")
        results[name] = quantify(methodology_of(project), project)
        kept = record(results[name])
        kept.save(out / name, overwrite=True)
        say("", *_lines(results[name], language), f"  {word('record', language)}  {out / name}")
        say(f"          {kept.id}")
    name, step, at = EXPLAINED
    found = explanation.explain(results[name].outcome, step, row=None, at=at)
    say("", paint(f"{word('why', language)}", "bold"), *_indented(found.text(language, depth=1)))
    say("", word("demo_next", language), *(f"  carbonquant verify {out / name}" for name in PROJECTS))


def _lines(result: Quantification, language: str) -> list[str]:
    """The title of a project, its reductions by member, what is issued of them, and what became of its rows."""
    from carbonquant.cli.summary import figure_line, row_line

    methodology = result.methodology
    title = f"{methodology.title(language)} · {methodology.id} {methodology.version}"
    rows = []
    for table, counts in result.rows.items():
        reasons = ", ".join(f"{reason} {count}" for reason, count in counts.reasons.items())
        rows.append(f"  {row_line(result, table, language)}" + (f" ({reasons})" if reasons else ""))
    return [
        paint(title, "bold"),
        *_bars(result.reductions),
        f"  {figure_line(result, 'reductions', language)}",
        *rows,
    ]


def _bars(figure: Figure) -> list[str]:
    """Draw a figure by member, the largest as `BAR` blocks."""
    from carbonquant.cli.summary import number
    from carbonquant.cli.terminal import aligned

    longest = max(figure.by.values(), default=0.0)
    lengths = {
        member: round(BAR * max(value, 0.0) / longest) if longest > 0 else 0
        for member, value in figure.by.items()
    }
    return aligned(
        [f"  {member}", "█" * lengths[member], f"{number(value)} {figure.unit}"]
        for member, value in figure.by.items()
    )


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.splitlines()]
