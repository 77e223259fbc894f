"""From the names on a command line to what they name: the methodology of an activity, the project of a bundle.

A methodology is looked for beside the activity file, then in the folders given, then in the library; a mistake is
shown at the line that names it. A bundle is opened with its own files alone.

Proves nothing about a bundle (see `audit`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from carbonquant import sources
from carbonquant.activity import ActivityData, read_activity
from carbonquant.audit import AuditRecord
from carbonquant.audit.bundle import INPUTS, Bundle
from carbonquant.audit.record import RECORD_FILE
from carbonquant.audit.reloading import reload_methodology
from carbonquant.errors import AuditError, Diagnostic, MethodologyError
from carbonquant.methodology import Methodology, load
from carbonquant.quantification import Quantification, quantify

__all__ = ["methodology_of", "reopened"]


def methodology_of(activity: ActivityData, path: Sequence[Path] = ()) -> Methodology:
    """Find and load the methodology that an activity names: beside its file, in the folders given, in the library.

    Raises
    ------
    MethodologyError
        If there is none of that name and version, at the line that names it; or if it is wrong.
    """
    source = activity.source
    beside = None if source is None else source.path
    try:
        found = sources.find(activity.methodology, beside=beside, path=path)
    except MethodologyError as error:
        raise MethodologyError(_placed(one, activity) for one in error.diagnostics) from error
    return load(found, path)


def _placed(diagnostic: Diagnostic, activity: ActivityData) -> Diagnostic:
    """Give a diagnostic that has no place the line of the activity file that names the methodology."""
    source = activity.source
    if source is None or diagnostic.position is not None:
        return diagnostic
    position = source.position_of(("methodology",))
    return replace(diagnostic, position=position, line_text=source.lines[position.line - 1])


def reopened(bundle: Path) -> Quantification:
    """Quantify again what a bundle holds, from its own activity file, tables and methodology.

    Raises
    ------
    AuditError
        If the folder is no bundle.
    """
    try:
        opened = Bundle.open(bundle)
        core = AuditRecord.read(opened.path(RECORD_FILE)).core
        methodology = reload_methodology(opened, core)
        activity_path = opened.path(f"{INPUTS}/{core['inputs']['activity']['file']}")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{bundle} cannot be read as a bundle: {error}"
        hint = "give the folder that `carbonquant run -o` wrote; `carbonquant verify` says what is wrong with one"
        raise AuditError([Diagnostic("CQ601", message, hint=hint)]) from error
    return quantify(methodology, read_activity(activity_path))
