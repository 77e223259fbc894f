"""Laws of evidence: what is recorded verifies; any digit changed anywhere is found and its file named."""

from __future__ import annotations

import shutil
import string
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from carbonquant.activity import read_activity
from carbonquant.audit import AuditRecord, record, save, verify
from carbonquant.audit.canonical import canonical, decimal_text, read_json
from carbonquant.errors import ActivityDataError
from carbonquant.methodology import load
from carbonquant.quantification import quantify

METHODOLOGY = """\
carbonquant: 1
kind: methodology
id: sales
version: 0.1.0
status: draft
basis: demonstration
title: {zh: 销售, en: Sales}   # 2 languages
sector: demonstration
scope: project
sources: {made_up: {title: made up for these tests}}
dimensions:
  sale: rows
  shop_sales: {group: sale, by: [shop]}
inputs:
  rate: {unit: "%", range: [0, 100]}
  shop: {type: text, over: sale}
  mass: {unit: kg CO2e, over: sale, range: [0, 1000]}
parameters:
  cap: {unit: kg CO2e, value: 1200, source: made_up p 1}
steps:
  kept: {unit: kg CO2e, over: sale, formula: mass * rate}
  of_shop: {unit: kg CO2e, over: shop_sales, formula: "min(sum(kept, to=shop_sales), cap)"}
  RE: {unit: t CO2e, formula: "sum(of_shop, over=shop_sales)"}
results:
  removals: RE
  rounding: {removals: {to: 0.01 t CO2e, mode: down}}
"""
ACTIVITY = """\
carbonquant: 1
kind: activity
methodology: sales
inputs: {rate: {unit: "%", value: 62.5}}
tables:
  sale:
    file: sales.csv
    columns: {shop: shop, mass: {from: kg, unit: kg CO2e}}
"""
SALES = "shop,kg\nA1,12.5\nB2,830.25\nA1,910\nB2,1001\nA1,\n"
FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.fixture(scope="module")
def methodology(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sales") / "sales.yaml"
    path.write_text(METHODOLOGY, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def bundle(methodology: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    (folder / "activity.yaml").write_text(ACTIVITY, encoding="utf-8")
    (folder / "sales.csv").write_text(SALES, encoding="utf-8")
    save(quantify(load(methodology), read_activity(folder / "activity.yaml")), folder / "bundle")
    return folder / "bundle"


def text_files(bundle: Path) -> Iterator[Path]:
    return (path for path in sorted(bundle.rglob("*")) if path.suffix in (".json", ".yaml", ".csv"))


@settings(max_examples=40)
@given(data=st.data())
def test_any_digit_changed_in_any_text_file_fails_and_names_the_file(
    bundle: Path, data: st.DataObject
) -> None:
    file = data.draw(st.sampled_from([path.relative_to(bundle) for path in text_files(bundle)]))
    text = bytearray((bundle / file).read_bytes())
    places = [place for place, byte in enumerate(text) if chr(byte) in string.digits]
    place = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([ord(each) for each in string.digits if ord(each) != text[place]]))
    text[place] = digit

    with TemporaryDirectory() as folder:
        copied = shutil.copytree(bundle, Path(folder) / "bundle")
        (copied / file).write_bytes(text)
        found = verify(copied)

    assert found.verdict == "FAIL"
    assert file.as_posix() in "\n".join(check.detail for check in found.checks if not check.ok)


@settings(max_examples=40)
@given(data=st.data())
def test_any_byte_changed_in_any_file_fails_and_never_raises(bundle: Path, data: st.DataObject) -> None:
    file = data.draw(
        st.sampled_from(sorted(path for path in bundle.rglob("*") if path.is_file()))
    ).relative_to(bundle)
    content = bytearray((bundle / file).read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))

    with TemporaryDirectory() as folder:
        copied = shutil.copytree(bundle, Path(folder) / "bundle")
        (copied / file).write_bytes(content)
        found = verify(copied)

    assert found.verdict == "FAIL"
    assert file.as_posix() in "\n".join(check.detail for check in found.checks if not check.ok)


@settings(max_examples=25)
@given(
    rate=st.floats(0, 100),
    rows=st.lists(
        st.tuples(
            st.one_of(
                st.none(), st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)
            ),
            st.one_of(st.none(), st.floats(0, 2000), st.just(float("nan"))),
        ),
        min_size=1,
        max_size=12,
    ),
)
def test_whatever_was_given_in_python_is_recorded_and_verified(
    methodology: Path, rate: float, rows: list[tuple[str | None, float | None]]
) -> None:
    columns: dict[str, Any] = {
        "shop": [shop for shop, _ in rows] or None,
        "mass": {"values": [float("nan") if mass is None else mass for _, mass in rows], "unit": "kg CO2e"},
    }
    activity = read_activity(
        {"methodology": "sales", "inputs": {"rate": rate}, "tables": {"sale": {"columns": columns}}}
    )

    try:
        result = quantify(load(methodology), activity)
    except ActivityDataError:  # no cell of a column is a number: there is no figure to record
        assume(condition=False)

    with TemporaryDirectory() as folder:
        recorded = save(result, Path(folder) / "bundle")
        found = verify(Path(folder) / "bundle")

    assert found.verdict == "OK", str(found)
    assert AuditRecord.read(recorded.text).id == recorded.id


@given(value=FINITE)
def test_a_recorded_number_reads_back_as_the_same_float(value: float) -> None:
    assert float(decimal_text(value)) == value


@given(
    value=st.recursive(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-(2**53) + 1, 2**53 - 1),
            st.text(st.characters(codec="utf-8")),
        ),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3),
        ),
        max_leaves=8,
    )
)
def test_canonical_json_reads_back_and_has_one_form(value: Any) -> None:
    assert read_json(canonical(value)) == value
    assert canonical(read_json(canonical(value))) == canonical(value)


def test_the_record_of_a_bundle_is_that_of_its_run_made_again(methodology: Path, bundle: Path) -> None:
    again = quantify(load(methodology), read_activity(bundle / "inputs/activity.yaml"))

    assert record(again).id == AuditRecord.read(bundle / "record.json").id
