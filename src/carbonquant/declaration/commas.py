"""Texts that YAML ended at a comma: `{formula: sum(E, over=year)}` is two keys to it, and no error.

Every such text of a file is found, told as one mistake at its beginning, with the quoted text to write.

Looks at places and commas only, not at what a key means (see `models`).
"""

from __future__ import annotations

from collections.abc import Iterator

from carbonquant.declaration.scalars import NAME
from carbonquant.errors import Diagnostic
from carbonquant.sources import Mapping, Node, Path_, Sequence, Source, Text

__all__ = ["cut_texts"]


def cut_texts(source: Source) -> Iterator[tuple[Path_, tuple[str, ...], Diagnostic]]:
    """Yield, for each mapping with such a text, its path, the pieces that are no keys, and what to say."""
    for path, mapping in _mappings(source.root, ()):
        owner: tuple[Text, Node] | None = None
        pieces: list[Text] = []
        for key, value in mapping.entries:
            if _is_piece(key, value, source):
                pieces.append(key)
                continue
            if pieces:
                yield path, _texts(pieces), _told(source, owner, pieces)
            owner, pieces = (key, value), []
        if pieces:
            yield path, _texts(pieces), _told(source, owner, pieces)


def _texts(pieces: list[Text]) -> tuple[str, ...]:
    return tuple(piece.text for piece in pieces)


def _mappings(node: Node, path: Path_) -> Iterator[tuple[Path_, Mapping]]:
    if isinstance(node, Mapping):
        yield path, node
        for key, value in node.entries:
            yield from _mappings(value, (*path, key.text))
    elif isinstance(node, Sequence):
        for position, item in enumerate(node.items):
            yield from _mappings(item, (*path, position))


def _is_piece(key: Text, value: Node, source: Source) -> bool:
    """Whether a key has neither a value nor a colon, as only a text after a comma has."""
    if key.style != "plain" or not isinstance(value, Text) or value.style != "plain" or value.text:
        return False
    line = source.lines[key.position.line - 1][key.position.column - 1 :]
    return line.startswith(key.text) and line[len(key.text) :].lstrip()[:1] in (",", "}")


def _told(source: Source, owner: tuple[Text, Node] | None, pieces: list[Text]) -> Diagnostic:
    if owner is None or not isinstance(owner[1], Text) or not owner[1].text:
        message = f"'{pieces[0].text}' has no value"
        hint = "between { and } stand 'key: value' pairs; a list stands between [ and ]"
        return source.diagnostic("CQ103", message, pieces[0].position, hint=hint)
    key, value = owner[0].text, owner[1]
    parts = [value.text, *(piece.text for piece in pieces)]
    if all(part.isdigit() for part in parts):
        hint = f"a number has '.' and no ',': {key}: {_number(parts)}"
        return source.diagnostic("CQ103", f"the number of '{key}' has a comma", value.position, hint=hint)
    whole = ", ".join(parts)
    quote = '"' if "'" in whole else "'"
    hint = f"quote it: {key}: {quote}{whole}{quote}"
    if all(NAME.fullmatch(part) for part in parts):
        hint = f"a list stands between [ and ]: {key}: [{whole}]; a text that has a comma must be quoted"
    return source.diagnostic(
        "CQ103", f"YAML ends the text of '{key}' at its comma", value.position, hint=hint
    )


def _number(parts: list[str]) -> str:
    """Write a number without its commas: groups of three digits are thousands, else one comma was a point."""
    is_grouped = all(len(part) == 3 for part in parts[1:])  # noqa: PLR2004 - digits of a group
    return "".join(parts) if is_grouped else ".".join(parts)
