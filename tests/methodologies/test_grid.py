"""The published grid factors: each as typed in a second time, none for Tibet, none for a year not published."""

from __future__ import annotations

from typing import Any

import pytest

from carbonquant.declaration import declare
from carbonquant.errors import MethodologyError, NotApplicableError
from carbonquant.factors import read_factors
from carbonquant.methodology import check
from carbonquant.quantification import Quantification
from carbonquant.sources import read_text
from tests.methodologies.plain_grid import NONE, PROVINCES
from tests.toys import HEAD, run

GRID = read_factors("cn-grid-average")
PLACES = [(region, year) for region, by_year in PROVINCES.items() for year in by_year]
POWER = """
dimensions:
  year: year
  province: [{members}]
inputs:
  region: {{type: province}}
  taken: {{unit: MWh, over: year}}
parameters:
  EF:
    unit: t CO2e/MWh
    factor: cn-grid-average
    basis: {basis}
    over: year
    at: {{region: region}}
{fallback}
steps:
  E: {{unit: t CO2e, over: year, formula: taken * EF}}
  ER: {{unit: t CO2e, over: year, formula: E * 1}}
results: {{reductions: ER, by: year, identity: none}}
"""


def body(members: str = "sichuan, tibet", basis: str = "average", fallback: str = "") -> str:
    line = f"    fallback: {{{fallback}}}" if fallback else ""
    return POWER.format(members=members, basis=basis, fallback=line)


def power(region: str, year: str, **changes: Any) -> Quantification:
    return run(
        body(**changes),
        members={"year": [year]},
        inputs={"region": region, "taken": {year: 1000}},
        period={"from": f"{year}-01-01", "to": f"{year}-12-31"},
    )


@pytest.mark.parametrize(("region", "year"), PLACES)
def test_factor_of_a_province_is_the_one_published(region: str, year: str) -> None:
    cell = GRID.lookup({"year": year, "region": region})

    assert cell is not None
    assert cell.number.value == PROVINCES[region][year]
    assert cell.number.text == f"{PROVINCES[region][year]:.4f}"


def test_set_has_a_value_for_no_other_region() -> None:
    above = {"national", "north", "northeast", "east", "central", "northwest", "south", "southwest"}
    published = {
        region
        for region in GRID.known("region")
        for year in GRID.known("year")
        if GRID.lookup({"year": year, "region": region}) is not None
    }

    assert published - above == set(PROVINCES)
    assert set(NONE) <= set(GRID.known("region"))


def test_emissions_take_the_factor_of_the_region_and_the_year() -> None:
    result = power("sichuan", "2023")

    assert result.values("E").tolist() == [156.4]


def test_region_without_a_published_factor_is_refused() -> None:
    with pytest.raises(NotApplicableError, match=r"CQ504.*EF") as caught:
        power("tibet", "2023")

    assert caught.value.reasons == ("table.EF",)


def test_year_that_is_not_published_is_refused() -> None:
    with pytest.raises(NotApplicableError, match=r"CQ504.*EF") as caught:
        power("sichuan", "1999")

    assert caught.value.reasons == ("table.EF",)


def test_fallback_stands_in_where_it_is_declared_and_the_explanation_says_so() -> None:
    result = power("tibet", "2023", fallback="region: southwest")

    assert result.values("E").tolist() != []
    assert "cn-grid-average 1.0.0 [2023, southwest] as fallback for tibet" in result.explain("E").text()


def test_fallback_does_not_stand_in_where_a_value_is_published() -> None:
    result = power("sichuan", "2023", fallback="region: southwest")

    assert result.values("E").tolist() == [156.4]
    assert "fallback" not in result.explain("E").text()


@pytest.mark.parametrize(
    ("changes", "code", "message", "hint"),
    [
        (
            {"members": "sichuan, sichaun"},
            "CQ214",
            "'cn-grid-average' does not know the region 'sichaun'",
            "did you mean 'sichuan'?",
        ),
        ({"basis": "footprint"}, "CQ216", "'cn-grid-average' is of basis average, not footprint", ""),
        (
            {"fallback": "region: south_west"},
            "CQ214",
            "'cn-grid-average' has no region 'south_west'",
            "did you mean 'southwest'?",
        ),
    ],
)
def test_wrong_region_basis_or_fallback_is_found_by_check(
    changes: dict[str, Any], code: str, message: str, hint: str
) -> None:
    with pytest.raises(MethodologyError) as caught:
        check(declare(read_text(HEAD + body(**changes))))

    (found,) = caught.value.diagnostics
    assert (found.code, found.message, found.hint) == (code, message, hint)
