"""The titles of the codes; that they are exactly the codes in use is tested in `tests/house`."""

from __future__ import annotations

import re

from carbonquant.codes import CODES


def test_codes_are_listed_in_their_order() -> None:
    assert list(CODES) == sorted(CODES)


def test_code_is_cq_and_three_digits() -> None:
    assert all(re.fullmatch(r"CQ[1-7]\d\d", code) for code in CODES)


def test_title_is_short_and_says_no_more_than_one_line() -> None:
    assert all(len(english) <= 60 and len(chinese) <= 30 for english, chinese in CODES.values())


def test_chinese_title_is_chinese() -> None:
    assert all(re.search(r"[\u4e00-\u9fff]", chinese) for _, chinese in CODES.values())


def test_no_two_codes_have_the_same_title() -> None:
    titles = [english for english, _ in CODES.values()]

    assert sorted(set(titles)) == sorted(titles)
