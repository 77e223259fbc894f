"""What a methodology that is right tells of itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carbonquant.methodology import Methodology
from carbonquant.methodology.model import Words


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        (Words("面积", "area"), "面积", "area"),
        (Words(zh="面积"), "面积", "面积"),
        (Words(en="area"), "area", "area"),
    ],
)
def test_words_in_one_language_stand_in_for_the_other(words: Words, zh: str, en: str) -> None:
    assert (words.in_language("zh"), words.in_language("en")) == (zh, en)


def test_title_is_given_in_either_language(trial: Callable[..., Methodology]) -> None:
    methodology = trial()

    assert (methodology.title(), methodology.title("zh")) == ("Trial", "试")


def test_axes_follow_the_file_with_rows_and_groups_last(trial: Callable[..., Methodology]) -> None:
    assert trial().axes({"year", "user_day", "mode"}) == ("mode", "year", "user_day")


def test_kind_of_a_name_is_that_of_its_values(trial: Callable[..., Methodology]) -> None:
    methodology = trial()

    assert [methodology.kind_of(name) for name in ("user", "EF", "ER", "replaced")] == [
        "text", "number", "number", "category",
    ]  # fmt: skip


def test_kind_of_an_unknown_name_is_a_key_error(trial: Callable[..., Methodology]) -> None:
    with pytest.raises(KeyError, match="nobody"):
        trial().kind_of("nobody")


def test_unverified_names_every_parameter_with_such_a_value(trial: Callable[..., Methodology]) -> None:
    methodology = trial(("{walk: 0, bus: 68}", "{walk: 0, bus: {value: 68, status: unverified}}"))

    assert methodology.unverified == ("EF",)
