"""Parameters from a factor set: the basis, the unit, the keys and the members they ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbonquant.declaration import declare
from carbonquant.errors import Diagnostic, MethodologyError
from carbonquant.methodology import Methodology, check
from carbonquant.sources import read
from tests.toys import HEAD

SET = """\
carbonquant: 1
kind: factors
id: made-up
version: 2.1.0
title: {zh: 示例, en: Made up}
basis: average
unit: kg CO2e/kWh
keys: [year, region]
source: by definition
values:
  2023: {north: 0.5, south: 0.25, island: null}
  2024: {north: 0.4, south: 0.2}
"""
BODY = """
dimensions:
  year: year
  place: [north, south]
  meter: [first, second]
inputs:
  region: {type: place}
  regions: {type: place, over: meter}
  taken: {unit: MWh, over: [meter, year]}
  begun: {type: date}
parameters:
  EF: {unit: t CO2e/MWh, factor: made-up, basis: average, over: year, at: {region: region}}
steps:
  E: {unit: t CO2e, over: year, formula: "sum(taken * EF, over=meter)"}
results: {reductions: E, by: year, identity: none}
"""
EF = "{unit: t CO2e/MWh, factor: made-up, basis: average, over: year, at: {region: region}}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "made-up.yaml").write_text(SET, encoding="utf-8")
    return tmp_path / "methodology.yaml"


def checked(file: Path, old: str = "", new: str = "") -> Methodology:
    text = HEAD + BODY
    assert not old or text.count(old) == 1
    file.write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return check(declare(read(file)))


def refusal(file: Path, old: str, new: str) -> Diagnostic:
    with pytest.raises(MethodologyError) as caught:
        checked(file, old, new)
    (found,) = caught.value.diagnostics
    return found


def test_keys_are_chosen_by_dimensions_and_by_inputs(file: Path) -> None:
    use = checked(file).parameters["EF"].factor

    assert use is not None
    assert (use.set.id, use.set.version) == ("made-up", "2.1.0")
    assert (use.by_dimension, use.by_input, use.fallback) == ({"year": "year"}, {"region": "region"}, {})


def test_keys_are_chosen_by_an_input_that_varies(file: Path) -> None:
    wanted = EF.replace("over: year", "over: [meter, year]").replace("region: region", "region: regions")

    found = checked(file, EF, wanted).parameters["EF"]

    assert found.over == ("meter", "year")
    assert found.factor is not None
    assert found.factor.by_input == {"region": "regions"}


def test_fallback_is_kept(file: Path) -> None:
    found = checked(file, EF, EF.replace("at:", "fallback: {region: south}, at:")).parameters["EF"]

    assert found.factor is not None
    assert found.factor.fallback == {"region": "south"}


@pytest.mark.parametrize(
    ("old", "new", "code", "message", "hint"),
    [
        (
            "basis: average, over",
            "basis: baseline, over",
            "CQ216",
            "'made-up' is of basis average, not baseline",
            "",
        ),
        (
            "unit: t CO2e/MWh",
            "unit: t CO2e/t",
            "CQ302",
            "'made-up' is in kg CO2e/kWh, which cannot be given in t CO2e/t",
            "",
        ),
        (
            "{region: region}",
            "{regio: region}",
            "CQ201",
            "'made-up' has no key 'regio'",
            "did you mean 'region'?",
        ),
        (
            "{region: region}",
            "{zone: region}",
            "CQ201",
            "'made-up' has no key 'zone'",
            "keys of 'made-up': year, region",
        ),
        ("{region: region}", "{region: regoin}", "CQ306", "'regoin' is no input", "did you mean 'region'?"),
        (
            "{region: region}",
            "{region: begun}",
            "CQ309",
            "'begun' is a date: a key is chosen by an input whose type is a category",
            "",
        ),
        (
            "at: {region: region}",
            "fallback: {region: sout}, at: {region: region}",
            "CQ214",
            "'made-up' has no region 'sout'",
            "did you mean 'south'?",
        ),
        (
            ", at: {region: region}",
            "",
            "CQ217",
            "nothing says which region of 'made-up' to take",
            "at: {region: an input}, or over: with a dimension 'region'",
        ),
        (
            "over: year, at",
            "over: [meter, year], at",
            "CQ311",
            "no key of 'made-up' depends on meter",
            "remove 'meter' from over:",
        ),
        (
            "{region: region}",
            "{region: regions}",
            "CQ311",
            "the inputs of 'at:' vary over meter, 'over:' does not",
            "add 'meter' to over:",
        ),
        (
            "place: [north, south]",
            "place: [nort, south]",
            "CQ214",
            "'made-up' does not know the region 'nort'",
            "did you mean 'north'?",
        ),
        (
            "factor: made-up",
            "factor: made-upp",
            "CQ106",
            "no file has the id 'made-upp'",
            "did you mean 'made-up'?",
        ),
        (
            "factor: made-up",
            "factor: ../made-up.yaml",
            "CQ106",
            "'../made-up.yaml' is outside the folder of the file that names it",
            "",
        ),
    ],
)
def test_use_that_does_not_fit_its_set_is_refused(
    file: Path, old: str, new: str, code: str, message: str, hint: str
) -> None:
    found = refusal(file, old, new)

    assert (found.code, found.message, found.hint) == (code, message, hint)


def test_member_of_which_nothing_is_published_is_known_to_the_set(file: Path) -> None:
    found = checked(file, "place: [north, south]", "place: [north, island]")

    assert "EF" in found.parameters


def test_column_of_rows_chooses_no_key(file: Path) -> None:
    found = refusal(file, "regions: {type: place, over: meter}", "region_of: {type: place, over: ride}")

    assert found.code == "CQ306"


def test_mistake_in_the_set_is_told_with_its_place(file: Path) -> None:
    (file.parent / "made-up.yaml").write_text(SET.replace("0.25", "much"), encoding="utf-8")

    found = refusal(file, "steps:", "steps: ")

    assert found.position is not None
    assert found.position.file.endswith("methodology.yaml")
    assert found.message.startswith("expected a number such as 0.55 or 1.2e-3, found 'much' (")
    assert "made-up.yaml:11:29" in found.message


def test_file_that_is_no_factor_set_is_refused(file: Path) -> None:
    (file.parent / "made-up.yaml").write_text(
        (HEAD + BODY).replace("id: toy", "id: made-up"), encoding="utf-8"
    )

    found = refusal(file, "begun: {type: date}", "begun: {type:  date}")

    assert (found.code, found.message.partition(" (")[0]) == ("CQ206", "this is no factor set")


def test_official_methodology_takes_no_unverified_factor(file: Path) -> None:
    unverified = SET.replace("source: by definition", "source: by definition\nstatus: unverified")
    (file.parent / "made-up.yaml").write_text(unverified, encoding="utf-8")

    found = refusal(file, "basis: demonstration", "basis: official")

    assert (found.code, found.message) == ("CQ211", "an official methodology holds an unverified value")


def test_input_that_is_wrong_itself_is_not_told_again(file: Path) -> None:
    found = refusal(file, "region: {type: place}", "region: {type: plase}")

    assert "plase" in found.message


def test_set_that_two_parameters_name_is_read_once(file: Path) -> None:
    second = EF.replace("}}", "}, zh: 另一个}")

    found = checked(
        file,
        "steps:",
        f'  EF2: {second}\nsteps:\n  F: {{unit: t CO2e, over: year, formula: "sum(taken * EF2, over=meter)"}}',
    )

    assert found.parameters["EF"].factor is not None
    assert found.parameters["EF2"].factor is not None
    assert found.parameters["EF"].factor.set is found.parameters["EF2"].factor.set
