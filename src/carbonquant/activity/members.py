"""The members of every small dimension in one run.

Declared members stand in the methodology. Those of an open dimension come from `members:`; of a year, month or date
dimension else from the period; else from the keys of the inputs, where all of them agree. A year, month or date
dimension that only the dates of one table lead to has the members in which that table has rows (see `rows`).

Knows no values (see `inputs`).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from carbonquant.activity.data import ActivityData, Period
from carbonquant.activity.findings import Findings, listed
from carbonquant.errors import Problem
from carbonquant.formula.conversion import near
from carbonquant.formula.tree import Dimension
from carbonquant.methodology.model import Input, Methodology

__all__ = ["find_members", "is_made_by_rows", "unwrapped"]

LONGEST_MEMBER = 64
FORMS = {"year": r"\d{4}", "month": r"\d{4}-(0[1-9]|1[0-2])", "date": r"\d{4}-\d{2}-\d{2}"}
EXAMPLES = {"year": "2025", "month": "2025-06", "date": "2025-06-30"}
WIDTH = {"year": 4, "month": 7, "date": 10}
"""Characters of a date that name its year, month or day."""
VALUE_KEYS = frozenset({"unit", "value", "values"})


def find_members(
    methodology: Methodology, activity: ActivityData, findings: Findings
) -> dict[str, tuple[str, ...]]:
    """Return the members of every small dimension, in the order in which lists of data follow them.

    A dimension whose members cannot be told is noted as CQ409 and has none.
    """
    small = {name: dimension for name, dimension in methodology.dimensions.items() if not dimension.is_long}
    _check_given(activity.members, small, findings)
    return {name: _members(dimension, methodology, activity, findings) for name, dimension in small.items()}


def unwrapped(given: Any) -> tuple[Any, str | None, str]:
    """Return the values of an input, their unit if one is written, and the key they stand under.

    >>> unwrapped({"unit": "ha", "values": {"s1": "2"}})
    ({'s1': '2'}, 'ha', 'values')
    """
    if isinstance(given, Mapping) and given and VALUE_KEYS.issuperset(given):
        key = "values" if "values" in given else "value"
        unit = given.get("unit")
        return given.get(key), None if unit is None else str(unit), key
    return given, None, ""


def _check_given(
    given: Mapping[str, Sequence[str]], small: Mapping[str, Dimension], findings: Findings
) -> None:
    for name, members in given.items():
        dimension = small.get(name)
        path = ("members", name)
        if dimension is None:
            problem = Problem("CQ411", f"unknown dimension '{name}'", hint=near(name, small))
            findings.error(problem, path, is_key=True)
        elif dimension.members is not None and tuple(members) != dimension.members:
            hint = f"leave it out; its members are: {listed(dimension.members)}"
            findings.error(
                Problem("CQ409", f"the methodology itself names the members of '{name}'", hint=hint), path
            )
        else:
            for message, hint in _wrong_members(members, dimension):
                findings.error(Problem("CQ409", message, hint=hint), path)


def _wrong_members(members: Sequence[str], dimension: Dimension) -> Iterator[tuple[str, str]]:
    if not members:
        yield f"'{dimension.name}' has no member", ""
    for position, member in enumerate(members):
        if member in members[:position]:
            yield f"'{dimension.name}' has the member '{member}' twice", ""
        elif not _is_member(member, dimension):
            form = EXAMPLES.get(dimension.kind)
            hint = f"a {dimension.kind} such as {form}" if form else "1 to 64 characters, no quotation marks"
            yield f"'{member}' cannot be a member of '{dimension.name}'", hint


def _is_member(member: str, dimension: Dimension) -> bool:
    if dimension.kind in FORMS:
        return re.fullmatch(FORMS[dimension.kind], member, re.ASCII) is not None and _is_date(member)
    is_short = 1 <= len(member) <= LONGEST_MEMBER
    is_clean = not any(char in "'\"" or unicodedata.category(char) == "Cc" for char in member)
    return is_short and is_clean and unicodedata.normalize("NFC", member) == member


def _is_date(member: str) -> bool:
    try:
        dt.date.fromisoformat(member + "0001-01-01"[len(member) :])
    except ValueError:
        return False
    return True


def _members(
    dimension: Dimension, methodology: Methodology, activity: ActivityData, findings: Findings
) -> tuple[str, ...]:
    name = dimension.name
    if dimension.members is not None:
        return dimension.members
    if name in activity.members:
        return activity.members[name]
    members = _of_period(dimension, activity.period) or _of_keys(name, methodology, activity.inputs, findings)
    if not members and not is_made_by_rows(dimension, methodology):
        hint = f"members: {{{name}: [{EXAMPLES.get(dimension.kind, 'a, b')}]}}"
        if dimension.is_ordered:
            hint += ", or period: {from: …, to: …}"
        findings.error(Problem("CQ409", f"the members of '{name}' are not given", hint=hint), ("members",))
    return members


def is_made_by_rows(dimension: Dimension, methodology: Methodology) -> bool:
    """Whether the dates of one table's rows, and nothing else, lead to a year, month or date dimension."""
    name = dimension.name
    types = [
        *(i.type for i in methodology.inputs.values()),
        *(p.type for p in methodology.parameters.values()),
    ]
    is_described = any(name in each.dims or each.category == name for each in types)
    tables = {
        declared.over
        for declared in methodology.inputs.values()
        if declared.type.kind == "date" and declared.over
    }
    return dimension.is_ordered and len(tables) == 1 and not is_described


def _of_period(dimension: Dimension, period: Period | None) -> tuple[str, ...]:
    if not dimension.is_ordered or period is None or period.start is None or period.end is None:
        return ()
    width = WIDTH[dimension.kind]
    days = range(period.start.toordinal(), period.end.toordinal() + 1)
    return tuple(dict.fromkeys(dt.date.fromordinal(day).isoformat()[:width] for day in days))


def _of_keys(
    name: str, methodology: Methodology, inputs: Mapping[str, Any], findings: Findings
) -> tuple[str, ...]:
    """Return the keys under which all inputs over a dimension give their values."""
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for declared in methodology.inputs.values():
        if name in declared.over and declared.name in inputs:
            for keys in _keys(declared, name, inputs[declared.name]):
                found.setdefault(frozenset(keys), keys)
    if len(found) > 1:
        one, other = list(found.values())[:2]
        notes = (f"one input has: {listed(one)}", f"another has: {listed(other)}")
        hint = f"members: {{{name}: [{', '.join(one)}]}}"
        problem = Problem(
            "CQ409", f"the inputs do not agree on the members of '{name}'", notes=notes, hint=hint
        )
        findings.error(problem, ("inputs",), is_key=True)
    return next(iter(found.values()), ())


def _keys(declared: Input, name: str, given: Any) -> Iterator[tuple[str, ...]]:
    levels = [unwrapped(given)[0]]
    for _ in range(declared.over.index(name)):
        levels = [item for level in levels for item in _items(level)]
    for level in levels:
        if isinstance(level, Mapping):
            yield tuple(str(key) for key in level)


def _items(level: Any) -> list[Any]:
    if isinstance(level, Mapping):
        return list(level.values())
    return list(level) if isinstance(level, (list, tuple)) else []
