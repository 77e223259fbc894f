from __future__ import annotations

import pytest

from carbonquant.activity.findings import RefusedError
from carbonquant.activity.records import scan


def test_separators_and_line_ends_inside_quotation_marks_do_not_count() -> None:
    records = scan(b'a,b\n"1,\n2","say ""x"""\n', ",", "t.csv")

    assert (records.count, records.width) == (2, 2)


def test_lines_may_end_as_on_windows() -> None:
    records = scan(b"a,b\r\n1,2\r\n\r\n3,4\r\n", ",", "t.csv")

    assert (records.count, records.blank_lines) == (3, 1)


def test_text_without_last_line_end_is_told_apart() -> None:
    assert scan(b"a\n1", ",", "t.csv").ends_with_line_end is False
    assert scan(b"a\n1\n", ",", "t.csv").ends_with_line_end is True


def test_row_with_too_many_cells_is_refused_by_its_number() -> None:
    with pytest.raises(RefusedError, match=r"t\.csv, row 2: 3 cells, but the header has 2$"):
        scan(b"a,b\n1,2\n1,2,3\n1,2\n", ",", "t.csv")


def test_short_last_row_says_that_the_file_is_cut() -> None:
    with pytest.raises(RefusedError, match="row 2: 1 cell, but the header has 2: the file is cut there"):
        scan(b"a,b\n1,2\n1", ",", "t.csv")


def test_open_quotation_mark_is_refused_by_its_row() -> None:
    with pytest.raises(RefusedError, match="row 2: a quotation mark is never closed"):
        scan(b'a,b\n1,2\n"1,2\n3,4\n', ",", "t.csv")


@pytest.mark.parametrize("cell", [b'5" pipe"', b'"5" pipe'])
def test_quotation_mark_in_the_middle_of_a_cell_is_refused(cell: bytes) -> None:
    with pytest.raises(RefusedError, match="row 1: a quotation mark stands in the middle of a cell"):
        scan(b"a,b\n" + cell + b",2\n", ",", "t.csv")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\r\n"])
def test_text_without_a_record_is_empty(data: bytes) -> None:
    with pytest.raises(RefusedError, match=r"t\.csv is empty"):
        scan(data, ",", "t.csv")
