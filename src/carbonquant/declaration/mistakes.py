"""What is wrong with the shape of a file, in its author's words.

`diagnose` turns one error of pydantic into one diagnostic at the place in the file that it is about.

Does not decide what to leave out (see `reading`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic_core import ErrorDetails

from carbonquant.declaration.items import Declared
from carbonquant.declaration.scalars import REFUSED, kind_of
from carbonquant.errors import Diagnostic
from carbonquant.sources import Path_, Source

__all__ = ["diagnose", "model_at", "nearest", "path_of", "unknown_key"]

SHAPES = {
    "dict_type": "'key: value' lines",
    "model_type": "'key: value' lines",
    "list_type": "a list, [a, b] or lines that begin with '- '",
    "too_short": "at least one item",
}
SAMPLES = {
    "carbonquant": "write carbonquant: 1",
    "version": "write version: 0.1.0, for example",
    "tolerance": "write tolerance: 0.01%, 1e-9 or 1 t CO2e, for example",
    "unit": 'a pure number has unit: "1"',
}


def path_of(details: ErrorDetails) -> Path_:
    """Return where in the file an error is, without what pydantic adds to a path."""
    return tuple(
        part
        for part in details["loc"]
        if isinstance(part, int) or not (part.startswith("<") or part == "[key]")
    )


def diagnose(model: type[Declared], source: Source, details: ErrorDetails) -> Diagnostic:
    """Say in the author's words what pydantic found; an unknown key is told by `unknown_key`."""
    path = path_of(details)
    kind = details["type"]
    if kind == REFUSED:
        return _refused(source, details, path)
    if kind == "missing":
        return _missing(model_at(model, path[:-1]), source, path)
    if kind == "literal_error":
        return _unknown_choice(source, path, details)
    message = f"expected {SHAPES[kind]}, found {_found(details['input'])}"
    below = model_at(model, path)
    hint = f"its keys: {', '.join(below.written_keys())}" if kind == "model_type" and below else ""
    return source.diagnostic("CQ203", message, source.position_of(path), hint=hint)


def unknown_key(model: type[Declared], source: Source, path: Path_, known: Iterable[str]) -> Diagnostic:
    """Say that a key is not known, or not yet; `known` are the keys it may be a misspelling of."""
    key = str(path[-1])
    position = source.position_of(path, key=True)
    if key in model.not_yet:
        return source.diagnostic("CQ207", f"not supported yet: {key}", position)
    near = nearest(key, known)
    hint = f"did you mean '{near}'?" if near else f"known keys: {', '.join(model.written_keys())}"
    return source.diagnostic("CQ201", f"unknown key '{key}'", position, hint=hint)


def nearest(text: str, known: Iterable[str]) -> str:
    """Return the known text that a text is most likely a misspelling of, or an empty text.

    >>> nearest("Fromula", ["formula", "unit"])
    'formula'
    """
    folded = {one.casefold(): one for one in known}
    found = difflib.get_close_matches(text.strip().casefold(), folded, n=1, cutoff=0.7)
    return folded[found[0]] if found else ""


def model_at(model: type[Declared], path: Path_) -> type[Declared] | None:
    """Return the model of the mapping at a path, if it is one of ours."""
    current: Any = model
    for key in path:
        if isinstance(current, type) and issubclass(current, Declared):
            fields = {info.alias or name: info.annotation for name, info in current.model_fields.items()}
            current = _without_none(fields.get(str(key)))
        else:
            current = _without_none(get_args(current)[-1]) if get_args(current) else None
    return current if isinstance(current, type) and issubclass(current, Declared) else None


def _without_none(annotation: Any) -> Any:
    """Return what stands in an optional field; other annotations stay as they are."""
    if get_origin(annotation) not in (UnionType, Union):
        return annotation
    return next(option for option in get_args(annotation) if option is not NoneType)


def _refused(source: Source, details: ErrorDetails, path: Path_) -> Diagnostic:
    facts = details["ctx"]
    is_key = facts["code"] == "CQ202" or details["loc"][-1] == "[key]"
    place = source.position_of(path, key=is_key)
    return source.diagnostic(facts["code"], facts["message"], place, hint=facts["hint"])


def _missing(model: type[Declared] | None, source: Source, path: Path_) -> Diagnostic:
    key = str(path[-1])
    hint = SAMPLES.get(key, "")
    for name, info in model.model_fields.items() if model else ():
        if (info.alias or name) == key and get_origin(info.annotation) is Literal:
            hint = f"write {key}: {' | '.join(get_args(info.annotation))}"
    return source.diagnostic(
        "CQ202", f"the key '{key}' is missing", source.position_of(path[:-1], key=True), hint=hint
    )


def _unknown_choice(source: Source, path: Path_, details: ErrorDetails) -> Diagnostic:
    choices = re.findall(r"'([^']*)'", details["ctx"]["expected"])
    near = nearest(str(details["input"]), choices)
    hint = f"did you mean '{near}'?" if near else f"one of: {', '.join(choices)}"
    message = f"unknown value for '{path[-1]}': {_found(details['input'])}"
    return source.diagnostic("CQ206", message, source.position_of(path), hint=hint)


def _found(value: object) -> str:
    return "an empty list" if value == [] else kind_of(value)
