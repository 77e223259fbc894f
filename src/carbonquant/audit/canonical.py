"""Facts as bytes: canonical JSON (RFC 8785) without floats, read strictly, and digests of it.

One meaning has one text: keys sorted, no blanks, numbers as shortest decimals inside texts. What could be read in two
ways (a doubled key, NaN, a float) is refused.

Does not know what the facts are about (see `record`).
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any, NoReturn

import rfc8785

__all__ = ["MOST_BYTES", "canonical", "decimal_text", "read_json", "tagged_digest"]

MOST_BYTES = 32 * 2**20
"""Longest text that is read."""
MOST_DEPTH = 40
LONGEST_INTEGER = 16
"""Digits of the whole numbers that JSON can hold everywhere."""


def canonical(value: Any) -> bytes:
    """Return the RFC 8785 form of mappings, lists, texts, whole numbers, yes/no and null.

    Raises
    ------
    ValueError
        If there is anything else in it, such as a float.

    Examples
    --------
    >>> canonical({"b": 1, "a": ["x", None]})
    b'{"a":["x",null],"b":1}'
    """
    _refuse_floats(value)
    return rfc8785.dumps(value)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError(f"{value!r} is a JSON float: write it as the text of its shortest decimal")  # noqa: TRY004 - one error for all that is refused
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    for part in parts:
        _refuse_floats(part)


def decimal_text(value: float) -> str:
    """Return the shortest decimal that reads back as the same float64; minus zero is 0.

    Raises
    ------
    ValueError
        If the number is not finite: NaN and infinity are never figures.

    Examples
    --------
    >>> decimal_text(96.0), decimal_text(0.1), decimal_text(-0.0)
    ('96', '0.1', '0')
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} is no figure")
    return repr(float(value) + 0.0).removesuffix(".0")


def tagged_digest(tag: str, data: bytes) -> str:
    """Return the SHA-256 of bytes under a tag, so that facts of two kinds never share a digest.

    >>> tagged_digest("a", b"x") == tagged_digest("b", b"x")
    False
    """
    return "sha256:" + hashlib.sha256(b"carbonquant/" + tag.encode() + b"\0" + data).hexdigest()


def read_json(data: bytes) -> Any:
    """Read JSON strictly.

    Raises
    ------
    ValueError
        With what is wrong: not UTF-8, no JSON, a doubled key, a float, NaN, too long or too deep.

    Examples
    --------
    >>> read_json(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ValueError: the key 'a' stands twice
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"it is longer than {MOST_BYTES:,} bytes")
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_without_doubled_keys,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_whole,
        )
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 (byte {error.start + 1})") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON: line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    _refuse_depth(value, MOST_DEPTH)
    return value


def _without_doubled_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key '{key}' stands twice")
        found[key] = value
    return found


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"{text[:40]} is no whole number: figures stand in texts")


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > LONGEST_INTEGER:
        raise ValueError(f"the whole number {text[:40]} is too long")
    return int(text)


def _refuse_depth(value: Any, left: int) -> None:
    if not left:
        raise ValueError(f"it is nested deeper than {MOST_DEPTH} levels")
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        _refuse_depth(part, left - 1)
