"""From the name of a methodology to what the engine trusts."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbonquant.errors import MethodologyError
from carbonquant.methodology import load


def test_load_finds_a_shipped_methodology_by_its_id() -> None:
    assert load("greenway-cycling").id == "greenway-cycling"


def test_load_reads_a_file_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(load("greenway-cycling").source.data)

    assert load(file).source.path == file


def test_load_refuses_a_name_that_no_file_has() -> None:
    with pytest.raises(MethodologyError, match="CQ106"):
        load("greenway-cyclin")


def test_load_names_the_file_in_its_messages(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("kind: methodology\n", encoding="utf-8")

    with pytest.raises(MethodologyError, match=r"mine\.yaml:1:1: CQ202"):
        load(file)
