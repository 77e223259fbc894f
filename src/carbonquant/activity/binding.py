"""The bridge from a project's data to a methodology: `bind` returns a `Binding`, or tells everything that is wrong.

After it every value is in its declared unit, every member and every row has its place in an array, and no value is
missing without a reason.

Computes no figure (see `plan`, `rows`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from carbonquant.activity.data import ActivityData, Period
from carbonquant.activity.findings import Findings
from carbonquant.activity.inputs import bind_project, check_ranges
from carbonquant.activity.lookups import check_validity
from carbonquant.activity.members import find_members
from carbonquant.activity.rows import bind_table
from carbonquant.activity.tables import Table
from carbonquant.errors import Diagnostic, Problem
from carbonquant.formula.conversion import near
from carbonquant.methodology.model import Methodology

__all__ = ["Binding", "bind"]


@dataclass(frozen=True)
class Binding:
    """A methodology and the data of one run, laid out as arrays.

    Axes of small dimensions are in the order of `methodology.axes`, members along them sorted.
    """

    methodology: Methodology
    activity: ActivityData
    period: Period | None
    members: Mapping[str, tuple[str, ...]]
    """Members of every small dimension, in the order in which they were declared or given."""
    values: Mapping[str, NDArray[Any]] = field(repr=False)
    """Inputs that are not on rows, and parameters, in declared units; a banded table has one entry a band."""
    cells: Mapping[str, NDArray[np.object_]] = field(repr=False)
    """The `Cell` behind each value of a parameter, None where nothing is published."""
    tables: Mapping[str, Table] = field(repr=False)
    defaults: tuple[str, ...] = ()
    """Inputs that took their default for the whole project or table."""
    notes: tuple[Diagnostic, ...] = ()
    lookups: Mapping[str, NDArray[np.object_]] = field(default_factory=dict, repr=False)
    """For each parameter from a factor set, the `Lookup` behind each of its cells."""


def bind(activity: ActivityData, methodology: Methodology) -> Binding:
    """Bind the data of a project to a methodology.

    Raises
    ------
    ActivityDataError
        With all problems: members, names, units, files and missing values first; ranges only where nothing else is
        wrong. A refused row is no problem: it is kept in its table with its reasons.
    """
    findings = Findings(activity.source)
    findings.notes.extend(activity.notes)
    members = find_members(methodology, activity, findings)
    _check_tables(methodology, activity, findings)
    project = bind_project(methodology, activity, members, findings)
    defaults, tables = list(project.defaults), {}
    for name in _tables_of(methodology):
        if name in activity.tables:
            bound = bind_table(name, methodology, activity, members, findings)
            defaults.extend(bound.defaults)
            members.update(bound.members)
            if bound.table is not None:
                tables[name] = bound.table
    findings.raise_if_wrong()
    check_ranges(methodology, project, members, findings)
    check_validity(methodology, activity.period, findings)
    findings.raise_if_wrong()
    return Binding(
        methodology=methodology,
        activity=activity,
        period=activity.period,
        members=members,
        values=project.values,
        cells=project.cells,
        tables=tables,
        defaults=tuple(defaults),
        notes=tuple(findings.notes),
        lookups=project.lookups,
    )


def _tables_of(methodology: Methodology) -> tuple[str, ...]:
    return tuple(name for name, dimension in methodology.dimensions.items() if dimension.kind == "rows")


def _check_tables(methodology: Methodology, activity: ActivityData, findings: Findings) -> None:
    known = _tables_of(methodology)
    absent = [name for name in known if name not in activity.tables]
    for name in activity.tables:
        if name not in known:
            hint = near(name, absent) or (
                f"tables: {', '.join(known)}" if known else "it has no tables at all"
            )
            meant = [other for other in absent if near(name, [other])]
            absent = [other for other in absent if other not in meant]
            problem = Problem("CQ411", f"the methodology has no table '{name}'", hint=hint)
            reason = f"missing.{meant[0]}" if meant else ""
            findings.error(problem, ("tables", name), is_key=True, reason=reason)
    for name in absent:
        message = f"the table '{name}' is missing"
        problem = Problem("CQ407", message, hint=f"tables: {{{name}: {{file: …, columns: {{…}}}}}}")
        findings.error(problem, ("tables",), is_key=True, reason=f"missing.{name}")
    period = activity.period
    dates = [name for name, declared in methodology.inputs.items() if declared.type.kind == "date"]
    if period is not None and period.on and period.on not in dates:
        problem = Problem("CQ410", f"'{period.on}' is no date input", hint=near(period.on, dates))
        findings.error(problem, ("period", "on"))
