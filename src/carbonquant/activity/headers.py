"""The first row of a file, judged by what the activity asks for: whether it is a row of names at all.

One mistake about the whole header is one message, not one for each column.

Does not read files (see `sheets`), does not look for a single column (see `rows`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from carbonquant.activity.findings import RefusedError, listed
from carbonquant.activity.sheets import Sheet

__all__ = ["check_header"]

OTHER_SEPARATORS = ";\t|,"
VALUE = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*|[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?")
"""A number or a date: what stands in a row, and not above it."""


def check_header(sheet: Sheet, wanted: Sequence[str]) -> None:
    """Refuse a header that was taken for one name, or that is a row of data.

    Raises
    ------
    RefusedError
        CQ402, where no column that is asked for has its name there.
    """
    names = sheet.table.column_names
    if set(wanted).intersection(names):
        return
    mark = next((mark for mark in OTHER_SEPARATORS if len(names) == 1 and mark in names[0]), "")
    if mark:
        hint = f'the cells seem to be separated by another character: separator: "{mark}"'
        raise RefusedError("CQ402", f"{sheet.shown} has one column only, '{names[0]}'", hint=hint)
    if any(VALUE.fullmatch(name) for name in names):
        message = f"{sheet.shown} seems to have no header: its first row is {listed(names)}"
        hint = f"write the names of the columns into the first row: {listed(wanted)}"
        raise RefusedError("CQ402", message, hint=hint)
