"""The project's data: an activity file, CSV, Parquet or Python values, bound to a methodology.

`read_activity` returns what a project provides, `bind` brings it to the units, members and rows that a methodology
asks for, or raises one `ActivityDataError` that lists everything wrong with file, column and row.

Computes no figure (see `quantification`), judges no rule (see `plan`).
"""

from __future__ import annotations

from carbonquant.activity.binding import Binding, bind
from carbonquant.activity.data import (
    ActivityData,
    ColumnsTable,
    ColumnUse,
    FileTable,
    FrameTable,
    Period,
    read_activity,
)
from carbonquant.activity.dates import NO_DATE
from carbonquant.activity.lookups import Lookup
from carbonquant.activity.tables import FileRead, Group, Table

__all__ = [
    "NO_DATE",
    "ActivityData",
    "Binding",
    "ColumnUse",
    "ColumnsTable",
    "FileRead",
    "FileTable",
    "FrameTable",
    "Group",
    "Lookup",
    "Period",
    "Table",
    "bind",
    "read_activity",
]
