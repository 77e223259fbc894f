"""The record: what it holds, what its id depends on, and how strictly it is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carbonquant import sources
from carbonquant.audit import AuditRecord, record
from carbonquant.audit.canonical import canonical
from carbonquant.audit.record import normal_digest
from carbonquant.declaration import declare
from carbonquant.errors import AuditError
from carbonquant.methodology import Methodology, check
from carbonquant.quantification import Quantification


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

    assert normal_digest(checked("\r\n".join(lines) + "\r\n")) == normal_digest(kettle.methodology)


def test_the_normal_digest_sees_a_digit(kettle: Quantification) -> None:
    text = kettle.methodology.source.data.decode()

    assert normal_digest(checked(text.replace("0.5000", "0.5001"))) != normal_digest(kettle.methodology)
