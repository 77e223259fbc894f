"""Values from a factor set: looked up by members and inputs, converted, and never another than asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from carbonquant.activity import read_activity
from carbonquant.activity.binding import bind
from carbonquant.activity.lookups import Lookup
from carbonquant.declaration import declare
from carbonquant.errors import ActivityDataError, NotApplicableError
from carbonquant.factors import Cell
from carbonquant.methodology import check
from carbonquant.quantification import quantify
from carbonquant.sources import read
from carbonquant.units import parse_unit
from tests.toys import HEAD

SET = """\
carbonquant: 1
kind: factors
id: made-up
version: 2.1.0
basis: average
title: {en: Made up}
unit: kg CO2e/kWh
keys: [year, region]
valid: {from: 2022-01-01, to: 2024-12-31}
sources: {book: {title: A book}}
source: book p 7
values:
  2022: {north: 0.50, south: 0.25, all: {value: 0.3, lower: 0.2, upper: 0.4, status: unverified}}
  2023: {north: 0.450, south: null, all: 0.35}
"""
BODY = """
dimensions:
  year: year
  meter: [first, second]
  place: [north, south]
inputs:
  region: {type: place, over: meter}
  taken: {unit: MWh, over: [meter, year], default: 100}
parameters:
  EF: {unit: UNIT, factor: made-up, basis: average, over: [meter, year], at: {region: region}FALLBACK}
steps:
  E: {unit: t CO2e, over: year, formula: "sum(taken * EF, over=meter)"}
results: {reductions: E, by: year, identity: none}
"""


@pytest.fixture
def bound(tmp_path: Path) -> Callable[..., Any]:
    """What a project is bound to, by the unit of the factor and its fallback."""

    def made(unit: str = "kg CO2e/kWh", fallback: str = "", **given: Any) -> Any:
        (tmp_path / "made-up.yaml").write_text(SET, encoding="utf-8")
        text = BODY.replace("UNIT", unit).replace("FALLBACK", f", fallback: {fallback}" if fallback else "")
        file = tmp_path / "methodology.yaml"
        file.write_text(HEAD + text, encoding="utf-8")
        project = {
            "methodology": "toy",
            "members": {"year": ["2023", "2022"]},
            "inputs": {"region": {"first": "south", "second": "north"}},
            **given,
        }
        return bind(read_activity(project), check(declare(read(file))))

    return made


def cells(binding: Any) -> list[list[Cell | None]]:
    """The cells of each meter, its years in their order."""
    found: list[list[Cell | None]] = binding.cells["EF"].T.tolist()
    return found


def test_every_cell_is_looked_up_by_its_members_and_what_the_inputs_choose(bound: Callable[..., Any]) -> None:
    # the first meter is in the south, the second in the north
    (south, north) = cells(bound())

    assert [cell and cell.number.text for cell in south] == ["0.25", None]
    assert [cell and cell.number.text for cell in north] == ["0.50", "0.450"]


def test_cell_tells_set_version_keys_and_source(bound: Callable[..., Any]) -> None:
    cell = cells(bound())[1][1]

    assert cell is not None
    assert cell.source == "made-up 2.1.0 [2023, north]: book p 7"


def test_values_are_those_of_the_cells_and_none_where_nothing_is_published(bound: Callable[..., Any]) -> None:
    values = bound().values["EF"].T

    assert values[1].tolist() == [0.5, 0.45]
    assert values[0, 0] == 0.25
    assert values[0, 1] != values[0, 1]


def test_value_in_another_unit_keeps_the_printed_digits_in_its_source(bound: Callable[..., Any]) -> None:
    cell = cells(bound(unit="g CO2e/kWh"))[1][1]

    assert cell is not None
    assert (cell.number.text, cell.number.value) == ("450", 450.0)
    assert cell.source == "made-up 2.1.0 [2023, north]: book p 7 (0.450 kg CO2e/kWh)"


def test_unit_of_the_same_size_keeps_the_printed_digits(bound: Callable[..., Any]) -> None:
    cell = cells(bound(unit="t CO2e/MWh"))[1][1]

    assert cell is not None
    assert cell.number.text == "0.450"


def test_value_in_a_larger_unit_is_divided(bound: Callable[..., Any]) -> None:
    cell = cells(bound(unit="t CO2e/kWh"))[1][1]

    assert cell is not None
    assert cell.number.value == 0.00045


def test_fallback_is_taken_only_where_nothing_is_published_and_says_so(bound: Callable[..., Any]) -> None:
    (south, north) = cells(bound(fallback="{region: all}"))

    assert south[1] is not None
    assert south[1].number.text == "0.35"
    assert south[1].source == "made-up 2.1.0 [2023, all] as fallback for south: book p 7"
    assert [cell and "fallback" in cell.source for cell in (south[0], *north)] == [False, False, False]


def test_year_that_the_set_does_not_hold_has_no_value(bound: Callable[..., Any]) -> None:
    (south, north) = cells(bound(members={"year": ["2019"]}))

    assert (south, north) == ([None], [None])


def test_run_that_reads_a_gap_is_refused_with_the_keys(bound: Callable[..., Any]) -> None:
    binding = bound()

    with pytest.raises(NotApplicableError, match="publishes nothing for year 2023, region south") as caught:
        quantify(binding.methodology, binding.activity)

    assert caught.value.reasons == ("table.EF",)


def test_set_that_is_not_valid_on_the_first_day_of_the_period_is_refused(bound: Callable[..., Any]) -> None:
    with pytest.raises(
        ActivityDataError,
        match=r"CQ414 .*'made-up' is valid from 2022-01-01 to 2024-12-31; the period begins on 2025-01-01",
    ):
        bound(period={"from": "2025-01-01", "to": "2025-12-31"})


def test_set_is_valid_on_both_of_its_last_days(bound: Callable[..., Any]) -> None:
    assert bound(period={"from": "2022-01-01", "to": "2022-12-31"})
    assert bound(period={"from": "2024-12-31", "to": "2025-12-31"})


def test_bounds_of_a_value_are_converted_with_it(bound: Callable[..., Any]) -> None:
    use = bound().methodology.parameters["EF"].factor
    asked = {"year": "2022", "region": "all"}

    cell = Lookup(use.set, asked, asked, use.set.lookup(asked)).in_unit(parse_unit("g CO2e/kWh"))

    assert cell is not None
    assert cell.lower is not None
    assert cell.upper is not None
    assert (cell.lower.value, cell.number.value, cell.upper.value) == (200.0, 300.0, 400.0)
    assert cell.is_unverified


def test_what_is_not_published_has_no_cell_in_any_unit(bound: Callable[..., Any]) -> None:
    use = bound().methodology.parameters["EF"].factor

    assert Lookup(use.set, {}, {}, None).in_unit(parse_unit("g CO2e/kWh")) is None
