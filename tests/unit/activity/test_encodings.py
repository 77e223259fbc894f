from __future__ import annotations

import pytest

from carbonquant.activity.encodings import as_utf8
from carbonquant.activity.findings import RefusedError

CHINESE = "用户,区\n张三,成都\n"


def test_utf8_is_handed_on_as_it_is() -> None:
    assert as_utf8(CHINESE.encode(), "t.csv") == (CHINESE.encode(), ())


def test_byte_order_mark_is_passed_over_with_a_note() -> None:
    data, notes = as_utf8(CHINESE.encode("utf-8-sig"), "t.csv")

    assert data == CHINESE.encode()
    assert notes == ("t.csv begins with a byte order mark, which was passed over",)


@pytest.mark.parametrize("encoding", ["gb2312", "gbk", "gb18030"])
def test_gb18030_is_read_with_a_note_that_shows_a_text(encoding: str) -> None:
    data, notes = as_utf8(CHINESE.encode(encoding), "t.csv")

    assert data.decode() == CHINESE
    assert notes == ("t.csv is not UTF-8; it was read as GB18030: look whether '用户' is right",)


def test_byte_order_mark_of_gb18030_is_passed_over_too() -> None:
    data, notes = as_utf8(("\ufeff" + CHINESE).encode("gb18030"), "t.csv")

    assert data.decode() == CHINESE
    assert len(notes) == 2


def test_rare_characters_of_four_bytes_are_read() -> None:
    assert as_utf8("名\n㐀张\n".encode("gb18030"), "t.csv")[0].decode() == "名\n㐀张\n"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-16", "UTF-16"), ("utf-16-be", "UTF-16"), ("utf-32", "UTF-32"), ("utf-32-be", "UTF-32")],
)
def test_wide_encodings_are_refused_by_name(encoding: str, name: str) -> None:
    data = ("" if encoding in ("utf-16", "utf-32") else "\ufeff").encode(encoding) + "a\n1\n".encode(encoding)

    with pytest.raises(RefusedError, match=rf"t\.csv is {name}, not UTF-8"):
        as_utf8(data, "t.csv")


@pytest.mark.parametrize(
    ("data", "place"),
    [("a,b\n1,2\n".encode("utf-16-le"), "the header"), (b"a,b\n1,2\n\0\0\0\0\n", "row 2")],
    ids=["UTF-16 without a mark", "zeros in the middle"],
)
def test_text_with_nul_characters_is_refused_by_its_row(data: bytes, place: str) -> None:
    with pytest.raises(RefusedError, match=rf"t\.csv, {place}: a NUL character"):
        as_utf8(data, "t.csv")


def test_western_text_is_not_taken_for_chinese() -> None:
    data = "name\nMüller\nJosé Pérez\n".encode("latin-1")

    with pytest.raises(RefusedError, match=r"t\.csv, row 1: not UTF-8 \(byte 7 of the file\)"):
        as_utf8(data, "t.csv")


def test_damaged_utf8_is_not_taken_for_gb18030() -> None:
    data = "区\n成都\n成都\n".encode() + "成都\n".encode()[:2] + b"\n"

    with pytest.raises(RefusedError, match=r"row 3: not UTF-8"):
        as_utf8(data, "t.csv")


def test_western_text_that_could_be_chinese_byte_by_byte_is_refused() -> None:
    data = "name\nMüller\nKöhler\n".encode("latin-1")
    assert data.decode("gb18030")

    with pytest.raises(RefusedError, match="not UTF-8"):
        as_utf8(data, "t.csv")
