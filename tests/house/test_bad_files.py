"""Every code has a wrong file in `tests/bad`, and every wrong file its exact message beside it.

`CQ303.yaml` is a methodology with one mistake and `CQ303.txt` what its author reads; where a code is about data, the
folder `CQ402/` holds a methodology, an activity and its tables. Where a code is about evidence, the folder also
holds `change.json`: what is changed in the tables after the run, or in the bundle (`bundle/…`) after it was saved;
with `seal` as a forger would, who makes all digests fit. After a deliberate change of a message:

    pytest tests/house/test_bad_files.py --regenerate-bad

and read the difference as somebody who never saw Python would.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from carbonquant.activity import read_activity
from carbonquant.audit import record, verify
from carbonquant.audit.bundle import manifest_digest
from carbonquant.audit.canonical import canonical
from carbonquant.audit.record import record_id
from carbonquant.codes import CODES
from carbonquant.declaration import declare
from carbonquant.errors import CarbonQuantError, Diagnostic
from carbonquant.methodology import check
from carbonquant.quantification import Quantification, quantify
from carbonquant.sources import digest_of, find, read

CHECKOUT = Path(__file__).resolve().parents[2]
BAD = Path("tests/bad")
SOURCES = sorted((CHECKOUT / "src" / "carbonquant").rglob("*.py"))
CODE = re.compile(r"^(?:\S+: )?(CQ\d{3}) ", re.MULTILINE)
CASES = sorted(path.name for path in (CHECKOUT / BAD).glob("CQ*") if path.suffix != ".txt")


def messages_of(case: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterable[Diagnostic]:
    place = BAD / case
    if place.is_file():
        return methodology_messages(place)
    if not (place / "change.json").exists():
        return quantified(place).warnings
    shutil.copytree(place, folder / case)
    monkeypatch.chdir(folder)
    return evidence_messages(Path(case))


def methodology_messages(file: Path) -> Iterable[Diagnostic]:
    return check(declare(read(file))).warnings


def quantified(folder: Path) -> Quantification:
    activity = read_activity(folder / "activity.yaml")
    methodology = check(declare(read(find(activity.methodology, beside=folder))))
    return quantify(methodology, activity)


def evidence_messages(folder: Path) -> Iterable[Diagnostic]:
    change = json.loads((folder / "change.json").read_text(encoding="utf-8"))
    file, bundle = folder / change["file"], folder / "bundle"
    result = quantified(folder)
    if bundle in file.parents:
        record(result).save(bundle)
    text = file.read_text(encoding="utf-8")
    assert change["old"] in text
    file.write_text(text.replace(change["old"], change["new"], 1), encoding="utf-8")
    if bundle not in file.parents:
        record(result).save(bundle)
    if change["seal"]:
        seal(bundle)
    verify(bundle).raise_if_failed()
    return ()


def seal(bundle: Path) -> None:
    """Make the id and all digests fit the changed files."""
    changed = json.loads((bundle / "record.json").read_bytes())
    changed["id"] = record_id(changed["core"])
    (bundle / "record.json").write_bytes(canonical(changed))
    manifest = json.loads((bundle / "manifest.json").read_bytes())
    manifest["id"] = changed["id"]
    for name in manifest["files"]:
        data = (bundle / name).read_bytes()
        manifest["files"][name] = {"digest": digest_of(data), "size": len(data)}
    manifest["digest"] = manifest_digest(manifest)
    (bundle / "manifest.json").write_bytes(canonical(manifest))


def rendered(messages: Callable[[], Iterable[Diagnostic]]) -> str:
    try:
        found = tuple(messages())
    except CarbonQuantError as error:
        found = error.diagnostics
    text = "".join(f"{diagnostic}\n" for diagnostic in found)
    return re.sub(r"sha256:[0-9a-f]{64}", "sha256:…", text)


def assert_says(found: str, case: str, *, rewrite: bool) -> None:
    golden = CHECKOUT / BAD / f"{case.removesuffix('.yaml')}.txt"
    if rewrite:
        assert os.environ.get("CI") != "true", "messages are never rewritten where nobody reads them"
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages name files as seen from the current folder."""
    monkeypatch.chdir(CHECKOUT)


@pytest.mark.parametrize("case", CASES)
def test_wrong_file_gives_exactly_its_message(
    case: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = rendered(lambda: messages_of(case, tmp_path, monkeypatch))

    assert_says(found, case, rewrite=request.config.getoption("--regenerate-bad"))


@pytest.mark.parametrize("case", [case for case in CASES if not case.startswith("CQ6")])
def test_one_mistake_gives_messages_of_one_code_alone(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = rendered(lambda: messages_of(case, tmp_path, monkeypatch))

    assert set(CODE.findall(found)) == {case[:5]}


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith("CQ6")])
def test_changed_evidence_fails_the_check_that_it_is_about(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = rendered(lambda: messages_of(case, tmp_path, monkeypatch))

    assert case[:5] in CODE.findall(found)


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
