"""The encoding of a text file: UTF-8, or GB18030 where the bytes are that and cannot be UTF-8.

`as_utf8` hands on UTF-8 bytes and says what was done to get them. Bytes of which nobody can say what they mean are
refused: UTF-16, a UTF-8 file with damaged places, a Western encoding that happens to be readable as Chinese.

Does not know rows and cells (see `records`, `sheets`).
"""

from __future__ import annotations

import re

import numpy as np

from carbonquant.activity.findings import RefusedError

__all__ = ["as_utf8"]

UTF8_MARK = b"\xef\xbb\xbf"
WIDE_MARKS = {
    b"\xff\xfe\0\0": "UTF-32", b"\0\0\xfe\xff": "UTF-32", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16",
}  # fmt: skip
ASCII_END = 0x80
CHINESE = re.compile(r"[^\x00-\x7f]{1,12}")
BYTES_OF_CHINESE = 1.5
"""Bytes above ASCII for each character above it: 2 in Chinese, 1 in a Western text that is misread as Chinese."""
SAVE_AS = "save it as CSV UTF-8"


def as_utf8(data: bytes, shown: str) -> tuple[bytes, tuple[str, ...]]:
    """Return a text as UTF-8 without a byte order mark, and notes on what was not UTF-8 already.

    Raises
    ------
    RefusedError
        CQ401 where the encoding is another one or cannot be told; names the file and the row.

    Examples
    --------
    >>> as_utf8("城市".encode("gb18030"), "t.csv")[0].decode()
    '城市'
    """
    for mark, name in WIDE_MARKS.items():
        if data.startswith(mark):
            raise RefusedError("CQ401", f"{shown} is {name}, not UTF-8", hint=SAVE_AS)
    if b"\0" in data:
        place = _place(data, data.index(0))
        message = f"{shown}, {place}: a NUL character: the file is damaged, or UTF-16, or no text at all"
        raise RefusedError("CQ401", message, hint=SAVE_AS)
    notes = []
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        data, sample = _from_gb18030(data, shown, error)
        notes.append(f"{shown} is not UTF-8; it was read as GB18030: look whether '{sample}' is right")
    if data.startswith(UTF8_MARK):
        data = data[len(UTF8_MARK) :]
        notes.append(f"{shown} begins with a byte order mark, which was passed over")
    return data, tuple(notes)


def _place(data: bytes, offset: int) -> str:
    row = data.count(b"\n", 0, offset)
    return f"row {row}" if row else "the header"


def _from_gb18030(data: bytes, shown: str, error: UnicodeDecodeError) -> tuple[bytes, str]:
    """Return the text as UTF-8, and its first Chinese characters."""
    message = f"{shown}, {_place(data, error.start)}: not UTF-8 (byte {error.start + 1} of the file)"
    refusal = RefusedError("CQ401", message, hint=SAVE_AS)
    if _is_damaged_utf8(data):
        raise refusal from error
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        raise refusal from error
    found = text.encode()
    characters = len(text) - (len(found) - _count_above_ascii(found))
    sample = CHINESE.search(text)
    if sample is None or _count_above_ascii(data) < BYTES_OF_CHINESE * characters:
        raise refusal from error
    return found, sample.group()


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether most of what is not ASCII is UTF-8 all the same."""
    kept = data.decode("utf-8", errors="ignore").encode()
    return 2 * _count_above_ascii(kept) > _count_above_ascii(data)


def _count_above_ascii(data: bytes) -> int:
    return int(np.count_nonzero(np.frombuffer(data, dtype=np.uint8) >= ASCII_END))
