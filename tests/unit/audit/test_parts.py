"""The tables of a bundle: every row with its fate, every group with its figures, the same bytes each time."""

from __future__ import annotations

import pyarrow as pa
import pytest

from carbonquant.audit.parts import content_digest, parquet_bytes, parts, read_parquet
from carbonquant.quantification import Quantification

ROWS, REJECTED = "rows/tree/part-00000.parquet", "rejected/tree/part-00000.parquet"
GROUPS = "groups/owner_fruit/part-00000.parquet"


def test_every_row_has_its_number_its_fate_and_its_steps(orchard: Quantification) -> None:
    rows = parts(orchard)[ROWS].to_pylist()

    assert [row["row"] for row in rows] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [row["accepted"] for row in rows] == [True, True, True, False, False, False, False, True]
    assert rows[3]["reasons"] == ["too_thin"]
    assert (rows[0]["half"], rows[0]["is_wide"]) == (6.175, False)


def test_a_rejected_row_has_no_figure(orchard: Quantification) -> None:
    rejected = parts(orchard)[ROWS].to_pylist()[3]

    assert (rejected["half"], rejected["stock"], rejected["is_wide"]) == (None, None, None)


def test_rejected_rows_keep_their_original_columns_and_address(orchard: Quantification) -> None:
    rejected = parts(orchard)[REJECTED].to_pylist()

    assert rejected[0] == {
        "row": 4, "reasons": ["too_thin"],
        "day": "2025-07-02", "owner": "wu", "kind": "apple", "width_mm": "31", "note": "thin",
    }  # fmt: skip


def test_groups_have_their_keys_and_figures(orchard: Quantification) -> None:
    groups = parts(orchard)[GROUPS].to_pylist()

    assert [(group["owner"], group["grown"]) for group in groups][:2] == [("li", "apple"), ("li", "pear")]
    assert groups[0]["of_owner"] == 40.0


def test_a_part_has_the_same_bytes_each_time(orchard: Quantification) -> None:
    assert parquet_bytes(parts(orchard)[ROWS]) == parquet_bytes(parts(orchard)[ROWS])


def test_a_content_digest_survives_being_written_and_read(orchard: Quantification) -> None:
    for table in parts(orchard).values():
        assert content_digest(read_parquet(parquet_bytes(table))) == content_digest(table)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": ["x", "yz"]}, {"a": ["xy", "z"]}),
        ({"a": [None, 0.0]}, {"a": [0.0, None]}),
        ({"a": [["x"], []]}, {"a": [[], ["x"]]}),
        ({"a": [1]}, {"b": [1]}),
        ({"a": [True]}, {"a": [1]}),
    ],
)
def test_tables_of_other_content_have_other_digests(one: dict[str, object], other: dict[str, object]) -> None:
    assert content_digest(pa.table(one)) != content_digest(pa.table(other))


def test_a_cut_file_is_refused() -> None:
    with pytest.raises(ValueError, match="no complete Parquet file"):
        read_parquet(parquet_bytes(pa.table({"a": [1]}))[:-1])
