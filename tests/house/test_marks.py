"""Marks that may not stay in the code: work put off, and checks silenced without a reason."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
FILES = sorted(
    [
        CHECKOUT / "dev.py",
        *(path for folder in ("src", "tests", "examples") for path in (CHECKOUT / folder).rglob("*.py")),
    ]
)

PUT_OFF = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
SILENCED = re.compile(r"#\s*(noqa|type:\s*ignore|pragma:\s*no|ruff:\s*noqa|mypy:)")
WITH_A_REASON = re.compile(
    r"# (noqa: [A-Z0-9, ]+ - |type: ignore\[[a-z, -]+\]  # |pragma: no (cover|branch) - )\S"
)
"""mypy takes a reason only as a comment of its own, after a second `#`."""


def comments(text: str) -> list[tuple[int, str]]:
    """Line and text of each comment; what stands in a string is none."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]


def put_off(text: str) -> list[tuple[int, str]]:
    return [(line, comment) for line, comment in comments(text) if PUT_OFF.search(comment)]


def silenced_without_reason(text: str) -> list[tuple[int, str]]:
    return [
        (line, comment)
        for line, comment in comments(text)
        if SILENCED.search(comment) and not WITH_A_REASON.search(comment)
    ]


def shown(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_code_puts_no_work_off(path: Path) -> None:
    assert put_off(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_silenced_check_tells_its_reason(path: Path) -> None:
    assert silenced_without_reason(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # noqa",
        "x = 1  # noqa: E501",
        "x = 1  # type: ignore",
        "x = 1  # type: ignore[arg-type]",
        "x = 1  # type: ignore[arg-type]  #",
        "x = 1  # pragma: no cover",
        "# mypy: ignore-errors",
    ],
)
def test_silencing_without_a_reason_is_noticed(line: str) -> None:
    assert len(silenced_without_reason(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # noqa: E501, N801 - the table reads best in one line",
        "x = 1  # type: ignore[arg-type]  # pint has no type here",
        "x = '# noqa'",
    ],
)
def test_silencing_with_a_reason_is_allowed(line: str) -> None:
    assert silenced_without_reason(line) == []
