"""Where the records of a CSV text begin and end, and how many cells each has.

`scan` reads RFC 4180 to the letter and finds what a lenient reader would guess about: a row with too few or too many
cells, a quotation mark that is never closed. Nothing is copied; the whole text is looked at with array operations.

Does not decode a cell (see `sheets`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from carbonquant.activity.findings import RefusedError

__all__ = ["Records", "scan"]

QUOTE, LINE_FEED, RETURN = b'"\n\r'
SHOWN_BYTES = 80


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a CSV text: the first is the header, record `n` is row `n`."""

    count: int
    width: int
    """Cells in every record."""
    blank_lines: int
    ends_with_line_end: bool


def scan(data: bytes, separator: str, shown: str) -> Records:
    r"""Find the records of a CSV text and prove that each has as many cells as the header.

    Raises
    ------
    RefusedError
        CQ405 where there is no record, CQ406 where a row is damaged; names the file and the row.

    Examples
    --------
    >>> scan(b'a,b\n1,"x, y"\n\n', ",", "t.csv")
    Records(count=2, width=2, blank_lines=1, ends_with_line_end=True)
    """
    raw = np.frombuffer(data, dtype=np.uint8)
    quoted = _quoted(raw)
    is_end = ((raw == LINE_FEED) | (raw == RETURN)) & ~quoted
    ends = np.flatnonzero(is_end)
    starts = np.concatenate([[0], ends + 1])
    stops = np.concatenate([ends, [len(raw)]])
    is_record = stops > starts
    if not is_record.any():
        raise RefusedError("CQ405", f"{shown} is empty")
    pairs = int((is_end[1:] & (raw[1:] == LINE_FEED) & is_end[:-1] & (raw[:-1] == RETURN)).sum())
    has_line_end = not is_record[-1]
    blank_lines = int((~is_record).sum()) - int(has_line_end) - pairs
    starts, stops = starts[is_record], stops[is_record]
    _check_quotes(raw, quoted, ord(separator), starts, shown)
    separators = np.flatnonzero((raw == ord(separator)) & ~quoted)
    cells = np.searchsorted(separators, stops) - np.searchsorted(separators, starts) + 1
    _check_width(data, cells, starts, stops, shown)
    return Records(len(starts), int(cells[0]), blank_lines, has_line_end)


def _quoted(raw: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which bytes stand inside quotation marks (an opening mark does, a closing one does not)."""
    is_quote = raw == QUOTE
    if not is_quote.any():
        return np.zeros(len(raw), dtype=bool)
    return (np.cumsum(is_quote, dtype=np.uint8) & 1).astype(bool)


def _check_quotes(
    raw: NDArray[np.uint8],
    quoted: NDArray[np.bool_],
    separator: int,
    starts: NDArray[np.intp],
    shown: str,
) -> None:
    marks = np.flatnonzero(raw == QUOTE)
    if not len(marks):
        return
    edges = np.array([separator, LINE_FEED, RETURN, QUOTE], dtype=np.uint8)
    padded = np.concatenate([[LINE_FEED], raw, [LINE_FEED]]).astype(np.uint8)
    beside = np.where(quoted[marks], padded[marks], padded[marks + 2])
    stray = marks[~np.isin(beside, edges)]
    if len(stray):
        row = _row_at(int(stray[0]), starts)
        hint = 'a cell with a quotation mark is written "12 "" pipe"'
        message = f"{shown}, {row}: a quotation mark stands in the middle of a cell"
        raise RefusedError("CQ406", message, hint=hint)
    if quoted[-1]:
        row = _row_at(int(marks[-1]), starts)
        raise RefusedError(
            "CQ406", f"{shown}, {row}: a quotation mark is never closed: the file is cut or damaged there"
        )


def _row_at(offset: int, starts: NDArray[np.intp]) -> str:
    record = int(np.searchsorted(starts, offset, side="right")) - 1
    return f"row {record}" if record > 0 else "the header"


def _check_width(
    data: bytes,
    cells: NDArray[np.intp],
    starts: NDArray[np.intp],
    stops: NDArray[np.intp],
    shown: str,
) -> None:
    wrong = np.flatnonzero(cells != cells[0])
    if not len(wrong):
        return
    row = int(wrong[0])
    text = data[starts[row] : min(stops[row], starts[row] + SHOWN_BYTES)].decode("utf-8", errors="ignore")
    notes = [f"row {row} is: {text}"]
    if len(wrong) > 1:
        notes.append(f"{len(wrong)} rows differ from the header")
    is_cut = row == len(cells) - 1 and cells[row] < cells[0]
    cut = ": the file is cut there" if is_cut else ""
    message = f"{shown}, row {row}: {cells[row]} {_cells(cells[row])}, but the header has {cells[0]}{cut}"
    raise RefusedError("CQ406", message, notes=tuple(notes))


def _cells(count: int) -> str:
    return "cell" if count == 1 else "cells"
