from __future__ import annotations

import pyarrow as pa
import pytest

from carbonquant.activity.findings import RefusedError
from carbonquant.activity.headers import check_header
from carbonquant.activity.sheets import Sheet


def sheet(*names: str) -> Sheet:
    return Sheet("t.csv", pa.table({name: ["1"] for name in names}))


@pytest.mark.parametrize("names", [("user", "2025"), ("rider", "metres")])
def test_row_of_names_is_a_header_whether_they_are_those_wanted_or_not(names: tuple[str, ...]) -> None:
    check_header(sheet(*names), ["user", "distance"])


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_one_name_with_a_separator_in_it_asks_for_that_separator(mark: str) -> None:
    with pytest.raises(RefusedError, match="has one column only") as caught:
        check_header(sheet(f"user{mark}day"), ["user"])

    assert caught.value.problem.hint.endswith(f'separator: "{mark}"')


@pytest.mark.parametrize("value", ["12.5", "-3", "1,5", "2025-06-01", "2025-06-01T08:00"])
def test_row_of_data_in_the_place_of_the_header_is_refused(value: str) -> None:
    with pytest.raises(RefusedError, match=rf"t\.csv seems to have no header: its first row is ann, {value}"):
        check_header(sheet("ann", value), ["user", "distance"])
