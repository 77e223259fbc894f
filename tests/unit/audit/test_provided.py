"""What a project provided: files as they were, or data of Python in files that bind to the same values."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from carbonquant.activity import read_activity
from carbonquant.audit import record, save, verify
from carbonquant.audit.provided import is_plain_name, provided
from carbonquant.errors import ActivityDataError
from carbonquant.methodology import load
from carbonquant.quantification import Quantification, quantify


def from_python(orchard: Quantification) -> Quantification:
    return quantify(
        orchard.methodology,
        read_activity(
            {
                "methodology": "orchard",
                "title": {"zh": "果园"},
                "period": {"from": "2025-06-01", "to": dt.date(2025, 7, 31)},
                "members": {"slope": ["west", "east"]},
                "inputs": {"area": {"unit": "ha", "values": {"west": 1 / 3, "east": 7}}},
                "tables": {
                    "tree": {
                        "columns": {
                            "planted": [dt.date(2025, 6, 3), None, dt.date(2025, 7, 1), dt.date(2025, 7, 2)],
                            "owner": ['li "x"', "wu\nwu", "wang, jr", None],
                            "grown": ["pear", "pear", "apple", "plum"],
                            "width": {
                                "values": np.array([0.1 + 0.2, 1e-7, np.nan, 0.123456789012345678]),
                                "unit": "m",
                            },
                        }
                    }
                },
            }
        ),
    )


def test_files_are_kept_byte_for_byte_under_their_own_names(orchard: Quantification) -> None:
    files = {file.name: file for file in provided(orchard).files()}

    assert set(files) == {"activity.yaml", "data/trees.csv"}
    assert orchard.activity.source is not None
    assert files["activity.yaml"].read() == orchard.activity.source.data


def test_data_of_python_are_written_as_files_that_give_the_same_record(
    orchard: Quantification, tmp_path: Path
) -> None:
    result = from_python(orchard)

    recorded = save(result, tmp_path / "bundle")

    assert verify(tmp_path / "bundle").verdict == "OK", str(verify(tmp_path / "bundle"))
    again = quantify(orchard.methodology, read_activity(tmp_path / "bundle/inputs/activity.yaml"))
    assert record(again).id == recorded.id


def test_rows_of_python_keep_their_values_and_reasons(orchard: Quantification, tmp_path: Path) -> None:
    result = from_python(orchard)

    save(result, tmp_path / "bundle")

    again = quantify(orchard.methodology, read_activity(tmp_path / "bundle/inputs/activity.yaml"))
    assert dict(again.rows["tree"].reasons) == dict(result.rows["tree"].reasons)
    np.testing.assert_array_equal(
        again.binding.tables["tree"].columns["width"], result.binding.tables["tree"].columns["width"]
    )
    assert (
        again.binding.tables["tree"].texts["owner"].tolist()
        == result.binding.tables["tree"].texts["owner"].tolist()
    )


def test_a_single_column_with_a_blank_cell_keeps_all_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "single.yaml"
    path.write_text(
        "carbonquant: 1\nkind: methodology\nid: single\nversion: 0.1.0\nstatus: draft\nbasis: demonstration\n"
        "title: {zh: 单, en: Single}\nsector: demonstration\nscope: project\ndimensions: {sale: rows}\n"
        "inputs:\n  mass: {unit: t CO2e, over: sale}\n"
        "steps:\n  RE: {unit: t CO2e, formula: 'sum(mass, over=sale)'}\nresults: {removals: RE}\n",
        encoding="utf-8",
    )
    activity = read_activity(
        {"methodology": "single", "tables": {"sale": {"columns": {"mass": [1.5, None, 2.0]}}}}
    )

    recorded = save(quantify(load(path), activity), tmp_path / "bundle")

    assert recorded.core["trace"]["tables"]["sale"]["read"] == 3
    assert verify(tmp_path / "bundle").verdict == "OK"


def test_a_table_under_an_absolute_path_gets_a_name_of_its_own(
    orchard: Quantification, tmp_path: Path
) -> None:
    source = orchard.activity.source
    assert source is not None
    table = tmp_path / "trees.csv"
    table.write_bytes((source.path.parent / "data/trees.csv").read_bytes())
    (tmp_path / "activity.yaml").write_text(
        source.data.decode().replace("data/trees.csv", str(table)), encoding="utf-8"
    )
    result = quantify(orchard.methodology, read_activity(tmp_path / "activity.yaml"))

    save(result, tmp_path / "bundle")

    assert (tmp_path / "bundle/inputs/tree.csv").read_bytes() == table.read_bytes()
    assert verify(tmp_path / "bundle").verdict == "OK", str(verify(tmp_path / "bundle"))


def test_a_table_that_changed_after_the_run_is_refused(orchard: Quantification, tmp_path: Path) -> None:
    source = orchard.activity.source
    assert source is not None
    (tmp_path / "data").mkdir()
    table = tmp_path / "data/trees.csv"
    table.write_bytes((source.path.parent / "data/trees.csv").read_bytes())
    (tmp_path / "activity.yaml").write_bytes(source.data)
    result = quantify(orchard.methodology, read_activity(tmp_path / "activity.yaml"))
    table.write_text("day\n2025-06-03\n", encoding="utf-8")

    with pytest.raises(ActivityDataError, match=r"CQ611 data/trees.csv has changed"):
        save(result, tmp_path / "bundle")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["activity.yaml", "data"]


@pytest.mark.parametrize("name", ["", ".", "..", "a/../b", "/a", "a//b", "a\\b", "c:a", "a\nb", "a/"])
def test_a_name_that_could_leave_a_folder_is_not_plain(name: str) -> None:
    assert not is_plain_name(name)
