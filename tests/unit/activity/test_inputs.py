from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from carbonquant.activity.data import read_activity
from carbonquant.activity.findings import Findings
from carbonquant.activity.inputs import Project, bind_project, check_ranges
from carbonquant.errors import ActivityDataError
from carbonquant.methodology import Methodology
from carbonquant.units import parse_unit, quantity

MEMBERS = {"mode": ("walk", "bus"), "stratum": ("s2", "s1"), "month": ("2025-06",)}


def project(trial: Methodology, inputs: dict[str, Any]) -> Project:
    findings = Findings(None)
    found = bind_project(trial, read_activity({"inputs": inputs}), MEMBERS, findings)
    findings.raise_if_wrong()
    check_ranges(trial, found, MEMBERS, findings)
    findings.raise_if_wrong()
    return found


@pytest.mark.parametrize(
    "given",
    [
        {"unit": "亩", "values": {"s1": 150, "s2": "90"}},
        {"unit": "亩", "values": ["90", 150]},
        {"s1": 10, "s2": 6},
        [6, 10.0],
        np.array([6, 10]),
        quantity([6e4, 1e5], parse_unit("m2")),
    ],
    ids=["keyed", "listed", "keyed in declared unit", "listed in declared unit", "array", "quantity"],
)
def test_values_are_brought_to_the_declared_unit_in_sorted_order(trial: Methodology, given: Any) -> None:
    assert project(trial, {"area": given}).values["area"].tolist() == [10.0, 6.0]


def test_axes_follow_the_order_of_the_methodology(trial: Methodology) -> None:
    density = {"s1": {"walk": 1, "bus": 2}, "s2": 5}

    values = project(trial, {"area": 1, "density": density}).values["density"]

    assert trial.axes(["stratum", "mode"]) == ("mode", "stratum")
    assert values.tolist() == [[2.0, 5.0], [1.0, 5.0]]


def test_absent_inputs_take_their_default_and_are_named(trial: Methodology) -> None:
    found = project(trial, {"area": 1})

    assert found.defaults == ["density", "host", "audited"]
    assert found.values["density"].tolist() == [[400.0, 400.0], [400.0, 400.0]]
    assert (int(found.values["host"]), bool(found.values["audited"])) == (0, False)


def test_categories_are_codes_of_sorted_members(trial: Methodology) -> None:
    found = project(trial, {"area": 1, "host": "walk", "audited": True})

    assert (int(found.values["host"]), bool(found.values["audited"])) == (1, True)


def test_parameters_are_arrays_with_the_cell_behind_each_value(trial: Methodology) -> None:
    found = project(trial, {"area": 1})

    assert found.values["EF"].tolist() == [68.0, 0.0]
    assert [cell.number.text for cell in found.cells["EF"]] == ["68", "0"]


@pytest.mark.parametrize("given", [None, {"s1": 1, "s2": None}])
def test_missing_value_gives_its_reason(trial: Methodology, given: Any) -> None:
    with pytest.raises(ActivityDataError, match="CQ407") as caught:
        project(trial, {"area": given})

    assert caught.value.reasons == ("missing.area",)


def test_message_about_a_missing_input_says_what_it_is(trial: Methodology) -> None:
    with pytest.raises(ActivityDataError, match=r"inputs: {area: …}, in ha \(面积 / area\)"):
        project(trial, {})


def test_range_is_judged_only_where_no_value_is_missing(trial: Methodology) -> None:
    with pytest.raises(ActivityDataError, match="CQ407") as caught:
        project(trial, {"area": {"s1": 11, "s2": None}})

    assert caught.value.reasons == ("missing.area",)


@pytest.mark.parametrize("area", [10.001, -1, "-0.001"])
def test_value_outside_the_range_gives_its_reason(trial: Methodology, area: Any) -> None:
    with pytest.raises(ActivityDataError, match="its range is 0 to 10 ha") as caught:
        project(trial, {"area": area})

    assert caught.value.reasons == ("range.area",)


def test_value_on_the_limit_but_for_rounding_is_inside(trial: Methodology) -> None:
    assert project(trial, {"area": 10 * (1 + 1e-15)}).values["area"][0] > 10


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"area": 1, "areas": 1}, "no input 'areas'.*\n.*did you mean 'area'"),
        ({"area": 1, "distance": 1}, "every row of 'ride' has its own 'distance'"),
        ({"area": {"unit": "kg", "value": 1}}, "CQ403 .*asked for in ha, and kg measures something else"),
        ({"area": {"unit": "furlong", "value": 1}}, "CQ208 .*unknown unit 'furlong'"),
        ({"area": "1,5"}, "CQ412 .*expected a number"),
        ({"area": float("nan")}, "CQ412 .*expected a number, found nan"),
        ({"area": True}, "CQ412"),
        ({"area": {"s1": 1}}, "CQ409 .*no value for 's2' of 'stratum'"),
        ({"area": {"s1": 1, "s2": 1, "s3": 1}}, "CQ409 .*'stratum' has no member 's3'"),
        ({"area": [1]}, "CQ409 .*expected 2 values over stratum, found 1"),
        ({"area": 1, "host": "car"}, "CQ412 .*'mode' has no member 'car'"),
        ({"area": 1, "host": {"unit": "m", "value": "bus"}}, "CQ403 .*it has no unit"),
        ({"area": 1, "audited": "yes"}, "expected true or false"),
    ],
)
def test_value_that_cannot_be_used_is_refused(
    trial: Methodology, inputs: dict[str, Any], message: str
) -> None:
    with pytest.raises(ActivityDataError, match=message):
        project(trial, inputs)


def test_many_wrong_values_of_one_input_fit_one_screen(trial: Methodology) -> None:
    density = {"s1": {"walk": "a", "bus": "b"}, "s2": {"walk": "c", "bus": "d"}}

    with pytest.raises(ActivityDataError, match="1 more values are missing or wrong") as caught:
        project(trial, {"area": 1, "density": density})

    assert len(caught.value.diagnostics) == 4


def test_wrong_value_in_a_file_has_its_line_and_column(trial: Methodology, folder: Path) -> None:
    path = folder / "activity.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("s2: 90", "s2: 9O"), encoding="utf-8")
    activity = read_activity(path)
    findings = Findings(activity.source)

    bind_project(trial, activity, MEMBERS, findings)

    with pytest.raises(ActivityDataError, match=r":6:41: CQ412 'area' for s2"):
        findings.raise_if_wrong()
