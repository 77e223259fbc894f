"""Between the worked examples of a methodology and the plain dictionaries that the plain computations take.

`project_of` writes out every value that an example leaves to be spread over members; `example_of` makes an example
that expects what plain loops gave, or their refusal.

Knows no equation; projects here have no rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from carbonquant.methodology import Methodology
from carbonquant.methodology.model import Example, Tolerance, Words
from tests.methodologies.plain_grid import RefusedError

__all__ = ["example_of", "nested", "project_of"]

Project = dict[str, Any]


def project_of(methodology: Methodology, example: Example) -> Project:
    """Return the inputs of a worked example as nested dictionaries of numbers and texts, and its `years`."""
    project: Project = {"years": list(example.members["year"]), "members": dict(example.members)}
    for name, written in example.inputs.items():
        levels = [
            methodology.dimensions[dimension].members or example.members[dimension]
            for dimension in methodology.inputs[name].over
        ]
        project[name] = _spread(written, levels)
    return project


def _spread(written: Any, levels: Sequence[Sequence[str]]) -> Any:
    if not levels:
        return _plain(written)
    by_member = written if isinstance(written, Mapping) else dict.fromkeys(levels[0], written)
    return {key: _spread(value, levels[1:]) for key, value in by_member.items()}


def _plain(written: Any) -> Any:
    if written in ("true", "false"):
        return written == "true"
    try:
        return float(written)
    except ValueError:
        return written


def example_of(
    methodology: Methodology,
    project: Project,
    plain: Callable[[Project], dict[str, Any]],
    near: Mapping[str, Tolerance],
) -> Example:
    """Return the project as an example that expects what the plain loops give for it, or their refusal."""
    expect: dict[str, Any] = {}
    fails: frozenset[str] = frozenset()
    try:
        found = plain(project)
    except RefusedError as refused:
        fails = frozenset(refused.reasons)
    else:
        expect = {name: values for name, values in found.items() if name not in methodology.rules}
    warned = {name: found[name] for name in methodology.rules if not fails and found.get(name)}
    return Example(
        name="plain",
        words=Words(),
        members={dimension: tuple(members) for dimension, members in project["members"].items()},
        period=None,
        inputs=_texts({name: project[name] for name in methodology.inputs if name in project}),
        expect=_texts(expect),
        issued={},
        rejected={},
        warned=warned,
        fails=fails,
        tolerance=near,
        source="",
    )


def _texts(values: Any) -> Any:
    if isinstance(values, dict):
        return {key: _texts(value) for key, value in values.items()}
    if isinstance(values, bool):
        return "true" if values else "false"
    return repr(values) if isinstance(values, (int, float)) else values


def nested(cells: Mapping[tuple[str, ...], Any]) -> dict[str, Any]:
    """Return values keyed by several members as dictionaries in each other."""
    found: dict[str, Any] = {}
    for (*outer, last), value in cells.items():
        level = found
        for key in outer:
            level = level.setdefault(key, {})
        level[last] = value
    return found
