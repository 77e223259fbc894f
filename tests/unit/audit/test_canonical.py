"""Canonical JSON: one text for one meaning, and nothing that could be read in two ways."""

from __future__ import annotations

import pytest

from carbonquant.audit import canonical as canonical_module
from carbonquant.audit.canonical import canonical, decimal_text, read_json, tagged_digest


def test_keys_are_sorted_and_blanks_left_out() -> None:
    assert (
        canonical({"b": ["竹", True, None], "a": {"y": 1, "x": "2"}})
        == '{"a":{"x":"2","y":1},"b":["竹",true,null]}'.encode()
    )


@pytest.mark.parametrize("value", [1.5, [1.0], {"a": {"b": float("nan")}}, ({"c": float("inf")},)])
def test_a_float_is_refused_wherever_it_stands(value: object) -> None:
    with pytest.raises(ValueError, match="JSON float"):
        canonical(value)


def test_a_whole_number_beyond_javascript_is_refused() -> None:
    with pytest.raises(ValueError, match="9007199254740993"):
        canonical({"rows": 2**53 + 1})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (96.0, "96"),
        (-0.0, "0"),
        (1e22, "1e+22"),
        (5e-324, "5e-324"),
        (0.1 + 0.2, "0.30000000000000004"),
    ],
)
def test_a_number_is_its_shortest_decimal(value: float, text: str) -> None:
    assert decimal_text(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_not_finite_is_never_written(value: float) -> None:
    with pytest.raises(ValueError, match="is no figure"):
        decimal_text(value)


def test_facts_of_two_kinds_never_share_a_digest() -> None:
    assert tagged_digest("record", b"{}") != tagged_digest("manifest", b"{}")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"a": 1, "a": 1}', "the key 'a' stands twice"),
        (b'{"a": {"b": 1, "b": 2}}', "the key 'b' stands twice"),
        (b'{"a": 1.5}', "1.5 is no whole number"),
        (b'{"a": NaN}', "NaN is no whole number"),
        (b'{"a": -Infinity}', "-Infinity is no whole number"),
        (b'{"a": 12345678901234567}', "is too long"),
        (b'{"a": 012}', "it is no JSON: line 1, column 8"),
        (b'{"a": "\xff"}', r"it is not UTF-8 \(byte 8\)"),
        (b"\xef\xbb\xbf{}", "it is no JSON"),
        (b"[" * 41 + b"]" * 41, "deeper than 40 levels"),
        (b"[" * 200_000, "nested too deeply"),
    ],
)
def test_what_is_not_strict_json_is_refused_by_name(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_json(data)


def test_a_text_beyond_the_limit_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canonical_module, "MOST_BYTES", 10)

    with pytest.raises(ValueError, match="longer than 10 bytes"):
        read_json(b'{"a": "0123456789"}')
