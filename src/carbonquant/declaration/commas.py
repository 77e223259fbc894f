"""Texts that YAML ended at a comma: `{formula: sum(E, over=year)}` is two keys to it, and no error.

Every such text of a file is found, told as one mistake at its beginning, with the quoted text to write.
A key whose colon is no `: ` to YAML (`{unit：t, over:year}`) is such a text to it, too, and told as what it is.

Looks at places, commas and colons only, not at what a key means (see `models`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from carbonquant.declaration.scalars import NAME
from carbonquant.errors import Diagnostic
from carbonquant.sources import Mapping, Node, Path_, Sequence, Source, Text

__all__ = ["cut_texts"]

WITHOUT_BLANK = re.compile(r"""([^\s:：()\[\]'"]+)[:：](?!//)\s*(.*)""")
"""A key with a full-width colon, or with one that no blank follows, and its value; no address on the web."""
AND_QUOTED = "; a text that has a comma must be quoted"


def cut_texts(source: Source) -> Iterator[tuple[Path_, tuple[str, ...], Diagnostic]]:
    """Yield, for each mapping with such a text, its path, the pieces that are no keys, and what to say."""
    for path, mapping in _mappings(source.root, ()):
        for owner, pieces in _groups(mapping, source):
            yield path, _texts(pieces), _told(source, owner, pieces)


def _groups(mapping: Mapping, source: Source) -> Iterator[tuple[tuple[Text, Node] | None, list[Text]]]:
    """Yield the pieces that follow each other, with the key and the value before them."""
    owner: tuple[Text, Node] | None = None
    pieces: list[Text] = []
    for key, value in mapping.entries:
        is_piece = _is_piece(key, value, source)
        if is_piece and not WITHOUT_BLANK.fullmatch(key.text):
            pieces.append(key)
            continue
        if pieces:
            yield owner, pieces
        pieces = [key] if is_piece else []
        owner = owner if is_piece else (key, value)
    if pieces:
        yield owner, pieces


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
    before = owner[1].text if owner and isinstance(owner[1], Text) else ""
    if found := WITHOUT_BLANK.fullmatch(pieces[0].text):
        return _without_blank(source, pieces, found, also=AND_QUOTED if before else "")
    if owner is None or not before:
        message = f"'{pieces[0].text}' has no value"
        hint = "between { and } stand 'key: value' pairs; a list stands between [ and ]"
        return source.diagnostic("CQ103", message, pieces[0].position, hint=hint)
    key, place = owner[0].text, owner[1].position
    parts = [before, *_texts(pieces)]
    if all(part.isdigit() for part in parts):
        hint = f"a number has '.' and no ',': {key}: {_number(parts)}"
        return source.diagnostic("CQ103", f"the number of '{key}' has a comma", place, hint=hint)
    whole = ", ".join(parts)
    quote = '"' if "'" in whole else "'"
    hint = f"quote it: {key}: {quote}{whole}{quote}"
    if all(NAME.fullmatch(part) for part in parts):
        hint = f"a list stands between [ and ]: {key}: [{whole}]{AND_QUOTED}"
    return source.diagnostic("CQ103", f"YAML ends the text of '{key}' at its comma", place, hint=hint)


def _without_blank(source: Source, pieces: list[Text], found: re.Match[str], also: str) -> Diagnostic:
    whole = ", ".join([found[2] or "…", *_texts(pieces[1:])])
    value = f"'{whole}'" if pieces[1:] else whole
    hint = f"write an ASCII colon and a blank: {found[1]}: {value}{also}"
    return source.diagnostic("CQ103", f"'{pieces[0].text}' has no value", pieces[0].position, hint=hint)


def _number(parts: list[str]) -> str:
    """Write a number without its commas: groups of three digits are thousands, else one comma was a point."""
    is_grouped = all(len(part) == 3 for part in parts[1:])  # noqa: PLR2004 - digits of a group
    return "".join(parts) if is_grouped else ".".join(parts)
