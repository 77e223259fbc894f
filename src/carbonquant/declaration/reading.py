"""From a source to a declaration: the shape of a file is read, and what is wrong with it is kept.

What a mistake is about is left out, a misspelt key is read as the one that was meant, and the rest is read again,
so that all mistakes of a file come in one run. A mistake that only follows from another is not told.

Does not word the mistakes (see `mistakes`), does not judge the meaning of anything (see `methodology`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from carbonquant.declaration.activity import ActivityDeclaration
from carbonquant.declaration.commas import cut_texts
from carbonquant.declaration.factors import FactorsDeclaration
from carbonquant.declaration.items import Declared
from carbonquant.declaration.mistakes import diagnose, model_at, nearest, path_of, unknown_key
from carbonquant.declaration.models import MethodologyDeclaration, ToolDeclaration
from carbonquant.declaration.scalars import REFUSED
from carbonquant.errors import Diagnostic
from carbonquant.sources import Mapping, Node, Path_, Sequence, Source, Text

__all__ = ["LANGUAGE", "Declaration", "declare"]

LANGUAGE = 1
"""The version of the methodology language that this engine speaks."""

MODELS: dict[str, type[Declared]] = {
    "methodology": MethodologyDeclaration,
    "tool": ToolDeclaration,
    "factors": FactorsDeclaration,
    "activity": ActivityDeclaration,
}
STAND_INS: dict[str, Any] = {
    "carbonquant": str(LANGUAGE),
    "id": "unknown",
    "version": "0.0.0",
    "status": "draft",
    "basis": "demonstration",
    "title": {},
    "sector": "unknown",
    "scope": "project",
    "results": {},
    "methodology": "unknown",
    "unit": "1",
    "keys": ["unknown"],
    "values": {},
}
"""What is read in the place of a key without which nothing could be read; only ever beside a problem."""
LEVEL_OF_ITEMS = 2
NAMED_BY_OTHERS = frozenset({"sources", "dimensions", "inputs", "parameters", "steps"})
"""Sections of which all is said in vain where they are wrong as a whole."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A file whose shape has been read; `problems` lists what is wrong with it.

    `content` is None where so much is wrong that nothing else can be said. Items named in `broken` are left out of
    `content`: they exist, but nothing may be concluded from them. A key of the file is in `broken` where something
    below it was left out that has no name.
    """

    source: Source
    content: MethodologyDeclaration | ToolDeclaration | FactorsDeclaration | ActivityDeclaration | None
    problems: tuple[Diagnostic, ...] = ()
    broken: frozenset[str] = field(default_factory=frozenset)


def declare(source: Source) -> Declaration:
    """Read the shape of a file; never raises for what an author wrote, but keeps the problems.

    >>> from carbonquant.sources import read_text
    >>> [problem.message for problem in declare(read_text("kind: recipe")).problems]
    ["unknown kind 'recipe'"]
    """
    written = source.plain().get("kind")
    kind = str(written) if written in [*MODELS] else _likely_kind(source)
    if kind not in MODELS:
        return Declaration(source, None, (_unknown_kind(source, written),))
    reading = _Reading(source, kind)
    if written is not None and written != kind:
        reading.problems.append(_unknown_kind(source, written))
        reading.plain["kind"] = kind
    return reading.declaration()


def _likely_kind(source: Source) -> str:
    """Guess what kind of file it is that does not say so, by the sections it has."""
    keys = source.root.keys()
    if "steps" in keys:
        return "methodology"
    if "values" in keys:
        return "factors"
    return "activity" if "tables" in keys or "methodology" in keys else ""


def _unknown_kind(source: Source, kind: object) -> Diagnostic:
    position = source.position_of(("kind",))
    hint = f"kind: {', or kind: '.join(MODELS)}"
    if kind is None:
        return source.diagnostic("CQ202", "the key 'kind' is missing", position, hint=hint)
    shown = f"unknown kind '{kind}'" if isinstance(kind, str) else "'kind' is one word"
    return source.diagnostic("CQ206", shown, position, hint=hint)


class _Reading:
    """One file on its way to a declaration; `plain` shrinks to what can be read."""

    def __init__(self, source: Source, kind: str) -> None:
        self.source = source
        self.model = MODELS[kind]
        self.stand_ins = {**STAND_INS, "kind": kind}
        self.plain = source.plain()
        self.problems: list[Diagnostic] = []
        self.broken: set[str] = set()
        self.thinned: set[Path_] = set()
        """Mappings from which a key was taken: that they lack something says nothing."""

    def declaration(self) -> Declaration:
        self._take_out_cut_texts()
        while True:
            try:
                content = self.model.model_validate(self.plain)
            except ValidationError as error:
                if not self._take_out(error.errors(include_url=False)):
                    return self._made(None)
            else:
                self._check_language(content)
                return self._made(content)

    def _made(self, content: Any) -> Declaration:
        ordered = sorted(self.problems, key=_place)
        return Declaration(self.source, content, tuple(ordered), frozenset(self.broken))

    def _check_language(self, content: Any) -> None:
        if content.carbonquant != str(LANGUAGE):
            message = f"this engine reads version {LANGUAGE} of the language, found '{content.carbonquant}'"
            position = self.source.position_of(("carbonquant",))
            self.problems.append(
                self.source.diagnostic("CQ204", message, position, hint=f"carbonquant: {LANGUAGE}")
            )

    def _take_out_cut_texts(self) -> None:
        cut = list(cut_texts(self.source))
        for path, pieces, problem in cut:
            self.problems.append(problem)
            mapping = self._at(path)
            for piece in pieces:
                mapping.pop(piece)
            self.thinned.add(path)
        for path, _, _ in cut:
            if len(path) > 1:
                self._leave_out_item(path)

    def _take_out(self, found: list[ErrorDetails]) -> bool:
        """Note what was found and leave it out; False where nothing readable remains.

        Unknown keys go first: what else is wrong beside one may come of it.
        """
        unknown = [path_of(details) for details in found if details["type"] == "extra_forbidden"]
        for path in unknown:
            self._take_out_key(path)
        if unknown:
            return True
        told = [details for details in found if not self._is_consequence(details)]
        self.problems += [diagnose(self.model, self.source, details) for details in told]
        for details in found:
            path = path_of(details)
            lacks_key = details["type"] == "missing" and len(path) == LEVEL_OF_ITEMS
            if len(path) < LEVEL_OF_ITEMS or lacks_key:
                self._replace_section(str(path[0]))
            else:
                self._leave_out_item(path)
        return not self.broken & NAMED_BY_OTHERS

    def _is_consequence(self, details: ErrorDetails) -> bool:
        path = path_of(details)
        if details["type"] == "missing":
            return path[:-1] in self.thinned
        return details["type"] == REFUSED and details["ctx"]["code"] == "CQ202" and path in self.thinned

    def _take_out_key(self, path: Path_) -> None:
        """Tell an unknown key; read it as the one that was meant, if that is not there, or leave it out."""
        *above, key = path
        mapping = self._at(tuple(above))
        model = model_at(self.model, tuple(above)) or self.model
        free = [known for known in model.written_keys() if known not in mapping]
        self.problems.append(unknown_key(model, self.source, path, free))
        value = mapping.pop(key)
        meant = "" if key in model.not_yet else nearest(str(key), free)
        if meant:
            mapping[meant] = value
            self.source = replace(self.source, root=_renamed(self.source.root, path, meant))
        elif above or key in model.not_yet:
            self.thinned.add(tuple(above))

    def _at(self, path: Path_) -> Any:
        found: Any = self.plain
        for key in path:
            found = found[key]
        return found

    def _leave_out_item(self, path: Path_) -> None:
        """Leave out what stands at the second level of a file: an item with a name, or a key of a section."""
        top, name = str(path[0]), str(path[1])
        section = self.plain.get(top, {})
        if isinstance(section, list):
            self._replace_section(top)
            return
        section.pop(name, None)
        self.thinned.add((top,))
        self.broken.add(name if self._names_items(top) else top)

    def _replace_section(self, top: str) -> None:
        """Leave out a whole section; where a file cannot be without it, something stands in its place."""
        self.broken.add(top)
        self.plain.pop(top, None)
        if top in self.stand_ins and self.model.model_fields[top].is_required():
            self.plain[top] = self.stand_ins[top]

    def _names_items(self, top: str) -> bool:
        return get_origin(self.model.model_fields[top].annotation) is dict


def _place(problem: Diagnostic) -> tuple[int, int]:
    return (problem.position.line, problem.position.column) if problem.position else (0, 0)


def _renamed(node: Any, path: Path_, new: str) -> Any:
    """Return a node in which the last key of a path has another name, in the same place of the file."""
    first, *rest = path
    if isinstance(node, Sequence):
        items = [
            _renamed(item, tuple(rest), new) if i == first else item for i, item in enumerate(node.items)
        ]
        return replace(node, items=tuple(items))
    entries: list[tuple[Text, Node]] = []
    for key, value in node.entries:
        if key.text != first:
            entries.append((key, value))
        elif rest:
            entries.append((key, _renamed(value, tuple(rest), new)))
        else:
            entries.append((replace(key, text=new), value))
    return Mapping(node.position, tuple(entries))
