"""The record: what it holds, what its id depends on, and how strictly it is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carbonquant import sources
from carbonquant.activity import read_activity
from carbonquant.audit import AuditRecord, record, verify
from carbonquant.audit.canonical import canonical
from carbonquant.audit.record import normal_digest
from carbonquant.declaration import declare
from carbonquant.errors import AuditError
from carbonquant.methodology import Methodology, check
from carbonquant.quantification import Quantification, quantify


def checked(text: str) -> Methodology:
    return check(declare(sources.read_text(text)))


def test_a_record_holds_every_kind_of_fact(orchard: Quantification) -> None:
    core = record(orchard).core

    assert core["methodology"]["id"] == "orchard"
    assert core["period"] == {"from": "2025-06-01", "to": "2025-07-31", "on": ""}
    assert core["members"]["slope"] == ["west", "east"]
    assert core["inputs"]["values"]["area"] == {
        "u": "ha", "values": {"east": "0.5", "west": "6.4"}, "default": False,
    }  # fmt: skip
    assert core["inputs"]["tables"]["tree"]["columns"]["width"] == {"from": "width_mm", "unit": "mm"}
    assert core["options"]["rounding"]["removals"]["mode"] == "half-up"


def test_a_factor_keeps_its_printed_digits_and_its_source(kettle: Quantification) -> None:
    assert record(kettle).core["factors"] == [
        {
            "name": "EF",
            "u": "kg CO2e/kWh",
            "value": {"printed": "0.5000", "v": "0.5", "source": "made_up p 1", "status": "verified"},
        }
    ]


def test_a_result_keeps_value_rounded_and_remainder(kettle: Quantification) -> None:
    assert record(kettle).core["results"] == [
        {
            "role": "reductions",
            "name": "ER",
            "class": "E",
            "value": {"v": "3.125", "u": "t CO2e"},
            "by": None,
            "rounded": {"v": "3", "u": "t CO2e"},
            "remainder": {"v": "0.125", "u": "t CO2e"},
        }
    ]


def test_the_id_is_the_same_for_the_same_run(orchard: Quantification) -> None:
    assert record(orchard).id == record(orchard).id


def test_the_id_does_not_depend_on_the_environment(kettle: Quantification) -> None:
    recorded = record(kettle)

    assert AuditRecord(recorded.core, {"time": "another"}).id == recorded.id


def test_the_record_names_no_folder_of_this_machine(orchard: Quantification) -> None:
    source = orchard.activity.source

    assert source is not None
    assert str(source.path.parent) not in record(orchard).text


def test_a_record_is_read_as_it_was_written(kettle: Quantification, tmp_path: Path) -> None:
    recorded = record(kettle)
    (tmp_path / "record.json").write_text(recorded.text, encoding="utf-8")

    assert AuditRecord.read(recorded.text) == recorded
    assert AuditRecord.read(tmp_path / "record.json").id == recorded.id


def test_a_detached_record_may_be_written_in_another_order(kettle: Quantification) -> None:
    recorded = record(kettle)
    pretty = json.dumps(json.loads(recorded.text), indent=2)

    assert AuditRecord.read(pretty).text == recorded.text


def test_a_record_with_a_changed_figure_is_refused(kettle: Quantification) -> None:
    text = record(kettle).text.replace('"v":"6250"', '"v":"6251"')

    with pytest.raises(AuditError, match="CQ602 the record says its id is sha256:"):
        AuditRecord.read(text)


@pytest.mark.parametrize(
    "text", ["{}", '{"core": {}}', '{"core": {}, "env": {}, "id": "x", "more": 1}', '{"core": 1.5}', "{"]
)
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(AuditError, match="CQ601 this is no record"):
        AuditRecord.read(text)


def test_a_record_of_another_type_is_refused() -> None:
    text = canonical({"core": {"type": "other/2"}, "env": {}, "id": "x"}).decode()

    with pytest.raises(AuditError, match="its type is 'other/2'"):
        AuditRecord.read(text)


def test_a_record_that_was_read_cannot_be_saved_as_a_bundle(kettle: Quantification, tmp_path: Path) -> None:
    read = AuditRecord.read(record(kettle).text)

    with pytest.raises(ValueError, match="has no run"):
        read.save(tmp_path / "bundle")


def test_the_normal_digest_ignores_comments_key_order_and_line_ends(kettle: Quantification) -> None:
    text = kettle.methodology.source.data.decode()
    lines = text.replace("# a comment", "# another").splitlines()
    lines[1], lines[2] = lines[2], lines[1]

    assert normal_digest(checked("\r\n".join(lines) + "\r\n").source) == normal_digest(
        kettle.methodology.source
    )


def test_the_normal_digest_sees_a_digit(kettle: Quantification) -> None:
    text = kettle.methodology.source.data.decode()

    assert normal_digest(checked(text.replace("0.5000", "0.5001")).source) != normal_digest(
        kettle.methodology.source
    )


STALL = """\
carbonquant: 1
kind: methodology
id: stall
version: 0.1.0
status: draft
basis: demonstration
title: {zh: 摊位, en: Stall}
sector: demonstration
scope: project
sources: {made_up: {title: made up for these tests}}
dimensions: {year: year, stove: [gas, coal]}
inputs:
  used: {type: stove}
  opened: {type: date}
  heat: {unit: MJ, over: year}
parameters:
  EF: {unit: kg CO2e/MJ, over: stove, source: made_up, values: {
    gas: 0.05, coal: {value: 0.1, lower: 0.09, upper: 0.11}}}
  bonus: {unit: "1", bands: {unit: MJ, upto: [100, null]}, values: [1, 2], source: made_up}
steps:
  RE: {unit: kg CO2e, over: year, formula: "heat * EF[used] * bonus[heat]"}
results: {removals: RE, by: year, rounding: {removals: {to: 1 kg CO2e, mode: down, when: each}}}
claims: {key: [year], period: year}
"""


@pytest.fixture
def stall() -> Quantification:
    activity = {
        "methodology": "stall",
        "members": {"year": ["2025", "2024"]},
        "inputs": {"used": "coal", "opened": "2024-02-29", "heat": {"2024": 15, "2025": 455}},
    }
    return quantify(checked(STALL), read_activity(activity))


def test_members_dates_and_bands_are_written_in_words(stall: Quantification) -> None:
    core = record(stall).core

    assert core["inputs"]["values"]["used"] == {"v": "coal", "default": False}
    assert core["inputs"]["values"]["opened"] == {"v": "2024-02-29", "default": False}
    assert core["factors"][0]["values"]["coal"] == {
        "printed": "0.1", "v": "0.1", "lower": "0.09", "upper": "0.11", "source": "made_up", "status": "verified",
    }  # fmt: skip
    assert core["factors"][1]["bands"] == {"u": "MJ", "upto": ["100", None]}
    assert core["claims"] == {"key": ["year"], "period": "year", "exclusive_with": []}


def test_a_result_by_member_keeps_each(stall: Quantification) -> None:
    result = record(stall).core["results"][0]

    assert result["by"]["values"] == {"2024": "0.0015", "2025": "0.091"}
    assert (result["rounded"]["v"], result["remainder"]["v"]) == ("0.092", "0.0005")


def test_a_bundle_of_members_dates_and_bands_is_verified(stall: Quantification, tmp_path: Path) -> None:
    record(stall).save(tmp_path / "bundle")

    assert verify(tmp_path / "bundle").verdict == "OK", str(verify(tmp_path / "bundle"))
