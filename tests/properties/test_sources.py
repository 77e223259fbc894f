"""Laws of reading: any text is read or refused, and what was written comes back from where it stands."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from carbonquant.errors import Diagnostic, MethodologyError
from carbonquant.sources import Mapping, Node, Sequence, Source, Text, read_text
from carbonquant.sources.reading import FORBIDDEN

PIECES = st.sampled_from(
    [": ", "- ", "? ", "\n", "\r\n", "\r", "\t", "  ", "    ", "{", "}", "[", "]", ",", "'", '"', "|", ">", "|2-",
     "#", " #", "&a", "*a", "!", "!!x", "<<", "%", "%YAML 1.1", "---", "...", "@", "`", "~", "null", "：", "单位",
     "a", "b", "0.5", "\\", "\\u202e", "\\x41", "\ufeff", "\u2028", "\x85", "\x00", "😀"]
)  # fmt: skip
YAML_LIKE = st.lists(PIECES | st.text(max_size=3), max_size=40).map("".join)

LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]).filter(
    lambda char: not FORBIDDEN.match(char)
)
PROSE = st.text(LETTERS, max_size=12)
LINES = st.lists(PROSE, min_size=1, max_size=4).map("\n".join)
PLAIN = st.from_regex(r"[a-z][a-z0-9_+*/ ]{0,10}[a-z0-9]", fullmatch=True).filter(lambda text: text != "null")
SCALARS = (
    st.tuples(st.just("plain"), PLAIN)
    | st.tuples(st.just("single"), PROSE)
    | st.tuples(st.just("double"), LINES)
    | st.tuples(st.just("literal"), LINES.filter(lambda text: text.strip() != "" and text[0] not in " \n"))
)
KEYS = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True)
TREES = st.dictionaries(
    KEYS,
    st.recursive(
        SCALARS,
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3) | st.dictionaries(KEYS, inner, min_size=1, max_size=3)
        ),
        max_leaves=8,
    ),
    min_size=1,
    max_size=4,
)


@given(YAML_LIKE | st.text(max_size=200) | st.binary(max_size=200))
@example("[" * 5000)
@example('a: "\\UFFFFFFFF"')
@settings(max_examples=300, deadline=1000)
def test_any_text_is_read_or_refused(text: str | bytes) -> None:
    source, problems = read_or_refused(text)

    assert all(found.code.startswith("CQ10") and found.position for found in problems)
    assert (
        all(one.position_at(0).line <= len(source.lines) for one in texts(source.root))
        if source
        else problems
    )


@given(TREES)
@settings(max_examples=60, deadline=1000)
def test_tree_that_was_written_is_read_back(tree: dict[str, Any]) -> None:
    source = read_text("\n".join(written(tree, 0)) + "\n")

    assert source.plain() == plain(tree)


@given(TREES)
@settings(max_examples=60, deadline=1000)
def test_places_point_at_what_is_written_there(tree: dict[str, Any]) -> None:
    source = read_text("\n".join(written(tree, 0)) + "\n")

    for text in texts(source.root):
        for offset, char in enumerate(text.text):
            assert char == read_at(source, text, offset)


def read_or_refused(text: str | bytes) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    try:
        return read_text(text), ()
    except MethodologyError as error:
        return None, error.diagnostics


def read_at(source: Source, text: Text, offset: int) -> str:
    """Read one character of a text in the file, at the place where it is said to stand."""
    place = text.position_at(offset)
    rest = source.lines[place.line - 1][place.column - 1 :]
    if text.style == "double" and rest.startswith("\\"):
        return str(json.loads(f'"{rest[:2]}"'))
    return rest[:1] or "\n"


def texts(node: Node) -> list[Text]:
    if isinstance(node, Mapping):
        return [text for key, value in node.entries for text in (key, *texts(value))]
    if isinstance(node, Sequence):
        return [text for item in node.items for text in texts(item)]
    return [node]


def plain(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: plain(value) for key, value in tree.items()}
    return [plain(value) for value in tree] if isinstance(tree, list) else tree[1]


def written(tree: Any, depth: int) -> list[str]:
    """Write a tree as the lines of a block of YAML."""
    blank = "  " * depth
    heads = [f"{blank}{key}:" for key in tree] if isinstance(tree, dict) else [f"{blank}-" for _ in tree]
    lines = []
    for head, value in zip(heads, tree.values() if isinstance(tree, dict) else tree, strict=True):
        if isinstance(value, tuple):
            first, *rest = scalar(*value)
            lines += [f"{head} {first}", *("  " * (depth + 1) + line for line in rest)]
        else:
            lines += [head, *written(value, depth + 1)]
    return lines


def scalar(style: str, text: str) -> list[str]:
    if style == "plain":
        return [text]
    if style == "single":
        return ["'" + text.replace("'", "''") + "'"]
    if style == "double":
        return ['"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"']
    ending = len(text) - len(text.rstrip("\n"))
    return ["|" + "-+"[ending > 0], *(text[:-1] if ending else text).split("\n")]
