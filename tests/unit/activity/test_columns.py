from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from carbonquant.activity.columns import check_any_value, check_use, constant_column, filled, read_column
from carbonquant.activity.data import ColumnUse
from carbonquant.activity.findings import RefusedError
from carbonquant.methodology import Methodology


def test_column_is_read_by_the_kind_of_its_input(trial: Methodology) -> None:
    inputs, use = trial.inputs, ColumnUse("c")

    assert read_column(pa.array(["7"]), inputs["distance"], use, (), None).cells.values.tolist() == [7.0]
    assert read_column(pa.array(["bus"]), inputs["replaced"], use, ("bus",), None).cells.values.tolist() == [
        0
    ]
    assert read_column(pa.array(["true"]), inputs["shared"], use, (), None).cells.values.tolist() == [True]
    assert read_column(pa.array(["1970-01-02"]), inputs["day"], use, (), None).cells.values.tolist() == [1]
    texts = read_column(pa.array(["ann"]), inputs["user"], use, (), None).texts
    assert texts is not None
    assert texts.tolist() == ["ann"]


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (ColumnUse("c", unit="m"), "CQ403 'user' is a text: it has no unit"),
        (ColumnUse("c", is_date=True), "CQ410 'user' is a text: as: and timezone: are for dates"),
        (ColumnUse("c", timezone="UTC"), "CQ410 'user' is a text: as: and timezone: are for dates"),
    ],
)
def test_use_that_does_not_fit_the_kind_is_refused(trial: Methodology, use: ColumnUse, message: str) -> None:
    with pytest.raises(RefusedError, match=r".") as caught:
        check_use(trial.inputs["user"], use)

    assert f"{caught.value.problem.code} {caught.value}" == message


def test_blank_column_of_texts_is_no_wrong_column(trial: Methodology) -> None:
    array = pa.array(["", None])
    column = read_column(array, trial.inputs["user"], ColumnUse("c"), (), None)

    check_any_value(column.cells, array, trial.inputs["user"])


@pytest.mark.parametrize("name", ["distance", "shared", "day"])
def test_blank_column_of_values_is_refused(trial: Methodology, name: str) -> None:
    array = pa.array(["", None])
    column = read_column(array, trial.inputs[name], ColumnUse("c"), (), None)

    with pytest.raises(RefusedError, match="all 2 cells are blank"):
        check_any_value(column.cells, array, trial.inputs[name])


def test_blank_column_is_right_where_blanks_take_the_default(varied: Methodology) -> None:
    array = pa.array(["", None])
    column = read_column(array, varied.inputs["size"], ColumnUse("c"), (), None)

    check_any_value(column.cells, array, varied.inputs["size"])


def test_column_without_a_number_is_refused_by_its_first_wrong_cell(varied: Methodology) -> None:
    array = pa.array(["", "many", "few"])
    column = read_column(array, varied.inputs["size"], ColumnUse("c"), (), None)

    with pytest.raises(RefusedError, match=r"no cell is a number such as 12\.5 \(row 2: 'many'\)"):
        check_any_value(column.cells, array, varied.inputs["size"])


def test_constant_is_on_every_row(trial: Methodology) -> None:
    assert constant_column(trial.inputs["distance"], 2.5, 2).cells.values.tolist() == [2.5, 2.5]
    assert constant_column(trial.inputs["user"], "x", 2).texts == np.array(["x"], dtype=object)


def test_blank_texts_are_filled_and_the_others_stay(trial: Methodology) -> None:
    column = read_column(pa.array(["b", None, "z"]), trial.inputs["user"], ColumnUse("c"), (), None)

    found = filled(column, "m")

    assert found.texts is not None
    assert found.texts[found.cells.values].tolist() == ["b", "m", "z"]
    assert not found.cells.absent.any()


def test_column_of_blank_texts_alone_is_filled(trial: Methodology) -> None:
    column = read_column(pa.array(["", None]), trial.inputs["user"], ColumnUse("c"), (), None)

    found = filled(column, "m")

    assert found.texts is not None
    assert found.texts[found.cells.values].tolist() == ["m", "m"]
