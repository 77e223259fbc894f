"""Every code has a wrong file in `tests/bad`, and every wrong file its exact message beside it.

`CQ303.yaml` is a methodology with one mistake and `CQ303.txt` what its author reads; where a code is about data, the
folder `CQ402/` holds a methodology, an activity and its tables. After a deliberate change of a message:

    pytest tests/house/test_bad_files.py --regenerate-bad

and read the difference as somebody who never saw Python would.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from carbonquant.activity import read_activity
from carbonquant.codes import CODES
from carbonquant.declaration import declare
from carbonquant.errors import CarbonQuantError, Diagnostic
from carbonquant.methodology import check
from carbonquant.quantification import quantify
from carbonquant.sources import find, read

CHECKOUT = Path(__file__).resolve().parents[2]
BAD = Path("tests/bad")
SOURCES = sorted((CHECKOUT / "src" / "carbonquant").rglob("*.py"))
CASES = sorted(path.name for path in (CHECKOUT / BAD).glob("CQ*") if path.suffix != ".txt")


def messages_of(case: str) -> Iterable[Diagnostic]:
    place = BAD / case
    return methodology_messages(place) if place.is_file() else project_messages(place)


def methodology_messages(file: Path) -> Iterable[Diagnostic]:
    return check(declare(read(file))).warnings


def project_messages(folder: Path) -> Iterable[Diagnostic]:
    activity = read_activity(folder / "activity.yaml")
    methodology = check(declare(read(find(activity.methodology, beside=folder))))
    return quantify(methodology, activity).warnings


def rendered(messages: Callable[[], Iterable[Diagnostic]]) -> str:
    try:
        found = tuple(messages())
    except CarbonQuantError as error:
        found = error.diagnostics
    return "".join(f"{diagnostic}\n" for diagnostic in found)


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages name files as seen from the current folder."""
    monkeypatch.chdir(CHECKOUT)


@pytest.mark.parametrize("case", CASES)
def test_wrong_file_gives_exactly_its_message(case: str, request: pytest.FixtureRequest) -> None:
    golden = BAD / f"{case.removesuffix('.yaml')}.txt"

    found = rendered(lambda: messages_of(case))

    if request.config.getoption("--regenerate-bad"):
        assert os.environ.get("CI") != "true", "messages are never rewritten where nobody reads them"
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_one_mistake_gives_messages_of_one_code_alone(case: str) -> None:
    found = rendered(lambda: messages_of(case))

    assert set(re.findall(r"^(?:\S+: )?(CQ\d{3}) ", found, re.MULTILINE)) == {case[:5]}


def test_every_code_of_the_library_has_a_wrong_file() -> None:
    used = {code for path in SOURCES for code in re.findall(r"CQ\d{3}", path.read_text(encoding="utf-8"))}

    assert {case[:5] for case in CASES} == used


def test_every_code_of_the_library_has_a_title_in_two_languages() -> None:
    used = {
        code
        for path in SOURCES
        if path.name != "codes.py"
        for code in re.findall(r"CQ\d{3}", path.read_text(encoding="utf-8"))
    }

    assert set(CODES) == used
    assert all(english and chinese for english, chinese in CODES.values())


def test_every_message_belongs_to_a_wrong_file() -> None:
    stems = {path.stem for path in (CHECKOUT / BAD).glob("CQ*.txt")}

    assert stems == {case.removesuffix(".yaml") for case in CASES}
