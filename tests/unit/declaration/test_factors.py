"""The keys of a factor file, and the two ways to say when its values were published."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from carbonquant.declaration.factors import FactorsDeclaration

WRITTEN = {
    "carbonquant": "1",
    "kind": "factors",
    "id": "grid",
    "version": "1.0.0",
    "title": {"en": "Grid"},
    "basis": "average",
    "unit": "kg CO2e/kWh",
    "keys": ["year", "region"],
    "values": {"2023": {"sichuan": "0.1564"}},
}


def test_values_are_left_as_written() -> None:
    declared = FactorsDeclaration.model_validate(WRITTEN)

    assert declared.values == {"2023": {"sichuan": "0.1564"}}


def test_set_says_nothing_of_its_validity_unless_it_is_written() -> None:
    declared = FactorsDeclaration.model_validate(WRITTEN)

    assert (declared.published, declared.valid, declared.status, declared.source) == (None, None, None, "")


def test_values_are_published_on_one_date() -> None:
    declared = FactorsDeclaration.model_validate({**WRITTEN, "published": "2024-12-20"})

    assert declared.published == dt.date(2024, 12, 20)


def test_values_are_published_on_a_date_for_each_value_of_the_first_key() -> None:
    dates = {"2022": "2024-12-20", "2023": "2025-12-31"}

    declared = FactorsDeclaration.model_validate({**WRITTEN, "published": dates})

    assert declared.published == {"2022": dt.date(2024, 12, 20), "2023": dt.date(2025, 12, 31)}


@pytest.mark.parametrize("key", ["id", "version", "title", "basis", "unit", "keys", "values"])
def test_set_is_not_whole_without_a_key(key: str) -> None:
    written = {name: value for name, value in WRITTEN.items() if name != key}

    with pytest.raises(ValidationError, match="missing"):
        FactorsDeclaration.model_validate(written)


def test_set_has_at_least_one_key_to_look_up_by() -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        FactorsDeclaration.model_validate({**WRITTEN, "keys": []})
