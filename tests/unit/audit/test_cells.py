"""Values as a record writes them: by member with their unit, or as a digest where they are many."""

from __future__ import annotations

import numpy as np
import pytest

from carbonquant.audit import cells
from carbonquant.audit.cells import digest_of_cells, nested_texts, summary, written
from carbonquant.formula.tree import Type
from carbonquant.quantification import Quantification


def test_a_single_number_has_value_and_unit(kettle: Quantification) -> None:
    step = kettle.methodology.steps["gross"]

    assert written("gross", step.type, kettle) == {"v": "6250", "u": "kg CO2e"}


def test_a_table_is_keyed_by_member_in_the_order_of_axes(orchard: Quantification) -> None:
    step = orchard.methodology.steps["by_month"]

    found = written("by_month", step.type, orchard)

    assert found["u"] == "kg CO2e"
    assert list(found["values"]) == ["2025-06", "2025-07"]


def test_a_yes_or_no_is_a_word(orchard: Quantification) -> None:
    assert written("certified", orchard.methodology.inputs["certified"].type, orchard) == {"v": "false"}


def test_a_table_beyond_the_limit_is_a_digest(
    orchard: Quantification, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "MOST_CELLS", 3)

    found = written("gain", orchard.methodology.steps["gain"].type, orchard)

    assert set(found) == {"u", "members", "total", "digest"}
    assert found["members"] == 4


def test_a_member_without_a_value_is_counted_but_not_added() -> None:
    found = summary(np.array([1.5, np.nan, np.inf]), Type())

    assert found["members"] == 3
    assert found["total"] == "1.5"


def test_the_total_of_huge_values_is_never_infinite() -> None:
    assert summary(np.array([1.7e308, 1.7e308]), Type())["total"] == "beyond the range of a float64"


def test_a_digest_depends_on_the_order_of_values_and_not_on_the_sign_of_zero() -> None:
    assert digest_of_cells(np.array([1.0, 2.0])) != digest_of_cells(np.array([2.0, 1.0]))
    assert summary(np.array([0.0]), Type()) == summary(np.array([-0.0]), Type())


def test_a_digest_of_texts_keeps_them_apart() -> None:
    one, other = np.array(["ab", "c"], dtype=object), np.array(["a", "bc"], dtype=object)

    assert digest_of_cells(one) != digest_of_cells(other)


def test_nested_values_are_found_by_their_members() -> None:
    assert nested_texts({"a": {"x": "1", "y": "2"}}) == {("a", "x"): "1", ("a", "y"): "2"}
