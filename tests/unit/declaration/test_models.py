"""The short forms of a methodology file, and what each item needs to be whole."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from carbonquant.declaration.items import Declared
from carbonquant.declaration.models import (
    CaseDeclaration,
    DimensionDeclaration,
    ExampleDeclaration,
    InputDeclaration,
    ParameterDeclaration,
    RuleDeclaration,
    StepDeclaration,
    UseDeclaration,
)


def reason(model: type[Declared], written: object) -> str:
    with pytest.raises(ValidationError, match=r".+") as error:
        model.model_validate(written)
    return str(error.value.errors()[0]["msg"])


@pytest.mark.parametrize("kind", ["category", "year", "month", "date", "rows"])
def test_dimension_is_one_word(kind: str) -> None:
    declared = DimensionDeclaration.model_validate(kind)

    assert (declared.kind, declared.members) == (kind, None)


def test_dimension_is_a_list_of_members() -> None:
    declared = DimensionDeclaration.model_validate(["bus", "car"])

    assert (declared.kind, declared.members) == ("category", ["bus", "car"])


def test_dimension_is_derived_from_columns_of_rows() -> None:
    declared = DimensionDeclaration.model_validate({"group": "ride", "by": ["user", "day"]})

    assert (declared.kind, declared.group, declared.by) == ("group", "ride", ["user", "day"])


def test_dimension_is_a_second_index_over_another() -> None:
    declared = DimensionDeclaration.model_validate({"alias": "year"})

    assert (declared.kind, declared.alias, declared.members) == ("alias", "year", None)


def test_use_binds_inputs_with_the_key_with() -> None:
    use = UseDeclaration.model_validate(
        {"tool": "grid", "with": {"EC": "taken"}, "dims": {"supply": "meter"}}
    )

    assert (use.tool, use.version, use.inputs, use.dims) == ("grid", "", {"EC": "taken"}, {"supply": "meter"})


@pytest.mark.parametrize("written", ["group", "alias", "years", None])
def test_dimension_of_an_unknown_kind_is_refused(written: object) -> None:
    assert reason(DimensionDeclaration, written).startswith("unknown kind of dimension")


@pytest.mark.parametrize("written", [{"group": "ride"}, {"by": ["user"]}, {}])
def test_derived_dimension_has_rows_and_columns(written: object) -> None:
    assert reason(DimensionDeclaration, written).startswith("a derived dimension has 'group'")


@pytest.mark.parametrize(
    ("model", "written", "message"),
    [
        (InputDeclaration, {}, "an input has either 'unit' or 'type'"),
        (InputDeclaration, {"unit": "km", "type": "text"}, "an input has either 'unit' or 'type'"),
        (ParameterDeclaration, {"unit": "km"}, "a parameter has one of 'value', 'values' and 'factor'"),
        (
            ParameterDeclaration,
            {"unit": "km", "value": "1", "values": ["1"]},
            "a parameter has one of 'value', 'values' and 'factor'",
        ),
        (
            ParameterDeclaration,
            {"unit": "km", "value": "1", "factor": "grid", "basis": "average"},
            "a parameter has one of 'value', 'values' and 'factor'",
        ),
        (
            ParameterDeclaration,
            {"unit": "km", "factor": "grid"},
            "a parameter from a factor set names the 'basis' it wants",
        ),
        (DimensionDeclaration, {"alias": "year", "by": ["day"]}, "an alias has no other key"),
        (StepDeclaration, {"unit": "t"}, "a step has either 'formula' or 'cases'"),
        (StepDeclaration, {"formula": "a"}, "a step has either 'unit' or 'type'"),
        (CaseDeclaration, {"when": "a"}, "a case has 'when' and 'then', the last one only 'otherwise'"),
        (
            CaseDeclaration,
            {"when": "a", "then": "b", "otherwise": "c"},
            "a case has 'when' and 'then', the last one only 'otherwise'",
        ),
    ],
)
def test_item_that_is_not_whole_says_what_it_needs(
    model: type[Declared], written: object, message: str
) -> None:
    assert reason(model, written) == message


def test_rule_writes_its_action_as_else() -> None:
    rule = RuleDeclaration.model_validate({"require": "a > 0", "else": "warn"})

    assert rule.action == "warn"


@pytest.mark.parametrize("tolerance", ["1e-9", {"BE": "1 t CO2e", "other": "1e-9"}])
def test_tolerance_is_one_for_all_or_by_name(tolerance: object) -> None:
    assert ExampleDeclaration.model_validate({"tolerance": tolerance}).tolerance == tolerance
