"""What `units.txt` says of each name."""

from __future__ import annotations

import hashlib
from pathlib import Path

import carbonquant.units
from carbonquant.units import digest
from carbonquant.units.definitions import SPELLINGS, described, is_declared, rank_of, shown_name

DEFINITIONS = Path(carbonquant.units.__file__).with_name("units.txt")


def test_digest_is_of_the_bytes_of_the_definitions() -> None:
    assert digest() == "sha256:" + hashlib.sha256(DEFINITIONS.read_bytes()).hexdigest()


def test_every_spelling_leads_to_the_name_it_means() -> None:
    assert SPELLINGS["亩"] == SPELLINGS["mu"] == "mu"


def test_counting_word_changes_nothing_of_a_definition() -> None:
    assert described("万kWh") == described("kWh")


def test_name_that_is_not_in_the_file_is_a_declared_substance() -> None:
    assert is_declared("R410A")
    assert described("R410A").section == "substance"
    assert not is_declared("万t")


def test_mass_is_printed_before_its_substance() -> None:
    assert rank_of("t") < rank_of("CO2e") < rank_of("R410A")


def test_name_is_shown_as_the_file_says() -> None:
    assert (shown_name("kWh"), shown_name("R410A")) == ("kWh", "R410A")
