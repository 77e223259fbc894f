from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from carbonquant.activity.data import read_activity
from carbonquant.activity.findings import Findings
from carbonquant.activity.members import find_members, is_made_by_rows
from carbonquant.errors import ActivityDataError
from carbonquant.formula.tree import Type
from carbonquant.methodology import Methodology

JUNE = {"from": "2025-05-31", "to": "2025-07-01"}


def members(trial: Methodology, **given: Any) -> dict[str, tuple[str, ...]]:
    findings = Findings(None)
    found = find_members(trial, read_activity(given), findings)
    findings.raise_if_wrong()
    return found


def test_declared_members_are_those_of_the_methodology(trial: Methodology) -> None:
    assert members(trial, period=JUNE, members={"stratum": ["s"]})["mode"] == ("walk", "bus")


def test_given_members_keep_their_order(trial: Methodology) -> None:
    assert members(trial, period=JUNE, members={"stratum": ["s2", "s1"]})["stratum"] == ("s2", "s1")


def test_months_are_all_that_the_period_touches(trial: Methodology) -> None:
    found = members(trial, period=JUNE, members={"stratum": ["s"]})

    assert found["month"] == ("2025-05", "2025-06", "2025-07")


def test_members_are_inferred_from_keyed_inputs(trial: Methodology) -> None:
    inputs = {
        "area": {"unit": "ha", "values": {"b": 1, "a": 2}},
        "density": {"a": 5, "b": {"walk": 1, "bus": 2}},
    }

    assert members(trial, period=JUNE, inputs=inputs)["stratum"] == ("b", "a")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"inputs": {"area": {"a": 1}, "density": {"b": 1}}}, "do not agree on the members of 'stratum'"),
        ({"inputs": {"area": 1}}, "the members of 'stratum' are not given"),
        ({"members": {"strata": ["a"]}}, "unknown dimension 'strata'"),
        ({"members": {"ride": ["a"]}}, "unknown dimension 'ride'"),
        ({"members": {"mode": ["car"]}}, "the methodology itself names the members of 'mode'"),
        ({"members": {"stratum": ["a", "a"]}}, "has the member 'a' twice"),
        ({"members": {"stratum": []}}, "'stratum' has no member"),
        ({"members": {"stratum": ["it's"]}}, "cannot be a member of 'stratum'"),
        ({"members": {"month": ["2025-13"]}}, "'2025-13' cannot be a member of 'month'"),
    ],
)
def test_members_that_cannot_be_used_are_refused(
    trial: Methodology, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(ActivityDataError, match=message):
        members(trial, period=JUNE, **given)


def test_months_without_a_period_are_left_to_the_dates_of_the_rows(trial: Methodology) -> None:
    assert members(trial, members={"stratum": ["a"]})["month"] == ()


def test_year_that_inputs_vary_over_is_asked_for(trial: Methodology) -> None:
    month = trial.dimensions["month"]
    by_month = replace(trial.inputs["distance"], type=Type(dims=frozenset({"month"})), over=("month",))
    described = replace(trial, inputs={**trial.inputs, "by_month": by_month})

    assert is_made_by_rows(month, trial)
    assert not is_made_by_rows(month, described)


def test_alias_has_the_members_of_its_dimension(trial: Methodology) -> None:
    alias = replace(trial.dimensions["stratum"], name="other", base="stratum")
    described = replace(trial, dimensions={**trial.dimensions, "other": alias})

    found = members(described, period=JUNE, members={"stratum": ["b", "a"]})

    assert found["other"] == found["stratum"] == ("b", "a")


def test_members_of_an_alias_are_not_given_on_their_own(trial: Methodology) -> None:
    alias = replace(trial.dimensions["stratum"], name="other", base="stratum")
    described = replace(trial, dimensions={**trial.dimensions, "other": alias})

    with pytest.raises(ActivityDataError, match="'other' has the members of 'stratum'"):
        members(described, period=JUNE, members={"stratum": ["a"], "other": ["a"]})
