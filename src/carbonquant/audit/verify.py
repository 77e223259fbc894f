"""Proving a bundle again: every digest checked, the methodology reloaded, every figure recomputed and compared.

Offline and read-only; nothing outside the bundle is opened, except the folder of data that the caller names. A
damaged bundle never raises: whatever is wrong with it is a failed check that names the file and the step.

Does not repair or rewrite anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from carbonquant.activity import read_activity
from carbonquant.audit.bundle import INPUTS, MANIFEST_FILE, MANIFEST_TYPE, Bundle, manifest_digest
from carbonquant.audit.canonical import canonical, read_json
from carbonquant.audit.differences import Comparison, compare_cores, compare_parts
from carbonquant.audit.issuance import issuance_faults
from carbonquant.audit.parts import content_digest, parts, read_parquet
from carbonquant.audit.provided import is_plain_name
from carbonquant.audit.record import (
    RECORD_FILE,
    AuditRecord,
    methodology_facts,
    methodology_file,
    parts_of,
    record,
    record_id,
)
from carbonquant.audit.reloading import methodology_name, reload_methodology
from carbonquant.audit.trace import inexact_calls
from carbonquant.errors import AuditError, CarbonQuantError, Diagnostic, Position
from carbonquant.methodology import Methodology
from carbonquant.quantification import quantify
from carbonquant.worked_examples import run_examples

__all__ = ["Check", "Verdict", "Verification", "verify"]

Verdict = Literal["OK", "OK WITHIN TOLERANCE", "FAIL"]
MOST_PART_BYTES = 2**32
MEANING_UNCHANGED = "meaning unchanged: the id of its core is the recorded one"


@dataclass(frozen=True, slots=True)
class Check:
    """One question about a bundle and its answer; `code` is that of its error, `file` the file it is about."""

    name: str
    ok: bool
    detail: str
    code: str = ""
    file: str = ""
    is_exact: bool = True
    """Whether nothing differed at all; differences within the bound are told in `detail`."""


@dataclass(frozen=True, slots=True)
class Verification:
    """All checks of a bundle, in order, and what they come to."""

    checks: tuple[Check, ...]

    @property
    def verdict(self) -> Verdict:
        """OK, OK WITHIN TOLERANCE (differences are listed in the checks) or FAIL."""
        if not all(check.ok for check in self.checks):
            return "FAIL"
        return "OK" if all(check.is_exact for check in self.checks) else "OK WITHIN TOLERANCE"

    def raise_if_failed(self) -> None:
        """Raise one error that lists every failed check.

        Raises
        ------
        AuditError
            CQ601 to CQ608, by check.
        """
        failed = [check for check in self.checks if not check.ok]
        if failed:
            raise AuditError(_diagnostic(check) for check in failed)

    def __str__(self) -> str:
        marks = {True: "ok  ", False: "FAIL"}
        lines = [f"{marks[check.ok]} {check.name}: {check.detail}" for check in self.checks]
        return "\n".join([*lines, self.verdict])


def _diagnostic(check: Check) -> Diagnostic:
    first, *rest = check.detail.split("\n")
    position = Position(check.file, 1, 1) if check.file else None
    return Diagnostic(check.code, f"{check.name}: {first}", position, notes=tuple(rest))


def verify(folder: str | Path, data: str | Path | None = None) -> Verification:
    """Verify a bundle.

    Parameters
    ----------
    folder
        The bundle.
    data
        A folder to read the tables from instead of the bundle's own: are these the same data?

    Returns
    -------
    Verification
        Its `verdict` is OK, OK WITHIN TOLERANCE or FAIL.
    """
    verifier = _Verifier(Path(folder), None if data is None else Path(data))
    questions: tuple[tuple[str, str, Callable[[], list[str]]], ...] = (
        ("V1 strict JSON", "CQ601", verifier.read),
        ("V2 canonical form and id", "CQ602", verifier.check_form),
        ("V4 digests", "CQ604", verifier.check_digests),
        ("V5 methodology and its examples", "CQ605", verifier.check_methodology),
        ("V6 every step recomputed", "CQ606", verifier.check_figures),
        ("V7 counts add up", "CQ607", verifier.check_counts),
        ("V8 issuance", "CQ608", verifier.check_issuance),
    )
    return Verification(tuple(verifier.answer(*question) for question in questions))


@dataclass
class _Verifier:
    """One verification: what has been read so far, and the file that the present check is about."""

    folder: Path
    data: Path | None
    bundle: Bundle | None = None
    texts: dict[str, bytes] = field(default_factory=dict)
    manifest: dict[str, Any] | None = None
    stated_id: str = ""
    core: dict[str, Any] | None = None
    env: dict[str, Any] = field(default_factory=dict)
    methodology: Methodology | None = None
    said: list[str] = field(default_factory=list)
    """What there is to say about a check that holds."""
    near: list[str] = field(default_factory=list)
    file: str = ""

    def answer(self, name: str, code: str, question: Callable[[], list[str]]) -> Check:
        """Ask one question; whatever a damaged bundle makes go wrong is the answer no."""
        self.said, self.near, self.file = [], [], ""
        try:
            wrong = question()
        except CarbonQuantError as error:
            wrong = [str(error)]
        except Exception as error:  # noqa: BLE001 - a forged file may break anything; that is a failed check
            wrong = [
                str(error)
                if type(error) is ValueError
                else f"cannot be judged: {type(error).__name__}: {error}"
            ]
        detail = "\n".join(wrong or [*self.said, *self.near])
        shown = str(self.folder / self.file) if self.file else str(self.folder)
        return Check(name, not wrong, detail, code if wrong else "", shown if wrong else "", not self.near)

    # --- V1, V2: the record's own form -----------------------------------------------------------------------

    def read(self) -> list[str]:
        """V1: record and manifest are strict JSON of the right shape."""
        self.bundle = Bundle.open(self.folder)
        wrong: list[str] = []
        for name, keep in ((RECORD_FILE, self._keep_record), (MANIFEST_FILE, self._keep_manifest)):
            try:
                self.texts[name] = self.bundle.read(name)
                keep(read_json(self.texts[name]))
            except ValueError as error:
                self.file = self.file or name
                wrong.append(f"{name}: {error}")
        self.said = [f"{RECORD_FILE} and {MANIFEST_FILE} are read strictly"]
        return wrong

    def _keep_record(self, value: Any) -> None:
        self.core, self.env, self.stated_id = parts_of(value)

    def _keep_manifest(self, value: Any) -> None:
        match value:
            case {"type": str(kind), "id": str(), "files": dict(files), "digest": str()} if (
                kind == MANIFEST_TYPE
            ):
                if all(_is_listed(entry) for entry in files.values()):
                    self.manifest = value
                    return
        raise ValueError("it is no manifest of a bundle")

    def check_form(self) -> list[str]:
        """V2: the record is in canonical form, and its id is the digest of its core."""
        self.file = RECORD_FILE
        core = self._core()
        wrong = []
        found = record_id(core)
        if found != self.stated_id:
            wrong.append(
                f"{RECORD_FILE}: its core has the id {found}, not {self.stated_id}: the core was changed"
            )
        whole = canonical({"core": core, "env": self.env, "id": self.stated_id})
        if whole != self.texts[RECORD_FILE]:
            meaning = "" if wrong else f" ({MEANING_UNCHANGED})"
            wrong.append(
                f"{RECORD_FILE} is not in canonical form: it was written again by something else{meaning}"
            )
        self.said = [self.stated_id]
        return wrong

    def _core(self) -> dict[str, Any]:
        if self.core is None:
            raise ValueError(f"{RECORD_FILE} cannot be read, so there is nothing to compare with")
        return self.core

    def _bundle(self) -> Bundle:
        if self.bundle is None:
            raise ValueError(f"there is no bundle in '{self.folder}'")
        return self.bundle

    # --- V4: digests -----------------------------------------------------------------------------------------

    def check_digests(self) -> list[str]:
        """V4: every file is the one in the manifest; none is missing, none is extra."""
        bundle = self._bundle()
        wrong = [f"{name} is a link or a device, not a file" for name in bundle.strange]
        if self.manifest is None:
            self.file = MANIFEST_FILE
            return [*wrong, f"{MANIFEST_FILE} cannot be read, so no file can be checked against it"]
        wrong += self._manifest_faults(self.manifest)
        listed: Mapping[str, Any] = self.manifest["files"]
        for name, entry in sorted(listed.items()):
            wrong.extend(self._file_faults(bundle, name, entry))
        extra = sorted(set(bundle.files).difference(listed, [MANIFEST_FILE]))
        wrong += [f"{name} is not in {MANIFEST_FILE}: it was added" for name in extra]
        self.file = self.file or next((sentence.split(" ")[0] for sentence in wrong), "")
        self.said = [f"{len(listed)} files are the ones in {MANIFEST_FILE}"]
        return wrong

    def _manifest_faults(self, manifest: dict[str, Any]) -> list[str]:
        wrong = []
        if manifest_digest(manifest) != manifest["digest"]:
            wrong.append(f"{MANIFEST_FILE} was changed: its own digest does not fit")
        elif canonical(manifest) != self.texts[MANIFEST_FILE]:
            wrong.append(f"{MANIFEST_FILE} is not in canonical form (meaning unchanged: its own digest fits)")
        if self.core is not None and manifest["id"] != self.stated_id:
            wrong.append(
                f"{MANIFEST_FILE} names the record {manifest['id']}, {RECORD_FILE} says {self.stated_id}"
            )
        return wrong

    def _file_faults(self, bundle: Bundle, name: str, entry: Mapping[str, Any]) -> list[str]:
        if not is_plain_name(name):
            return [f"{MANIFEST_FILE} lists '{name}', which is no name inside the bundle"]
        if name not in bundle.files:
            return [f"{name} is missing"]
        if bundle.digest(name) == (entry["digest"], entry["size"]):
            return []
        return [f"{name} was changed: it is not the file that {MANIFEST_FILE} names"]

    # --- V5: the methodology ---------------------------------------------------------------------------------

    def check_methodology(self) -> list[str]:
        """V5: the methodology reloads from the bundle, says what it said, and its examples pass."""
        bundle = self._bundle()
        self.file = methodology_name(bundle, self.core)
        self.methodology = reload_methodology(bundle, self.core)
        failed = [each for each in run_examples(self.methodology) if not each.passed]
        wrong = [f"{self.file}: example '{each.name}': {each.detail}" for each in failed]
        if self.core is not None:
            wrong += _strangers(self.core["methodology"], self.methodology)
        self.said = [
            f"{self.methodology.id} {self.methodology.version}, {len(self.methodology.examples)} examples pass"
        ]
        if self.methodology.used:
            self.said[0] += (
                f"; it uses {len(self.methodology.used)} other files of this bundle and nothing else"
            )
        return wrong

    # --- V6: every figure ------------------------------------------------------------------------------------

    def check_figures(self) -> list[str]:
        """V6: the run is made again from the bundle alone; every step, count, sum, result and part is compared."""
        core = self._core()
        self.file = RECORD_FILE
        again = self._again(core)
        if again.result is None:
            raise AssertionError
        comparison = compare_cores(core, again.core, inexact_calls(again.result.methodology))
        self._compare_outputs(core["trace"]["outputs"], again, comparison)
        self.near = [f"within the bound, or of no consequence: {sentence}" for sentence in comparison.near]
        steps = len(again.result.methodology.steps)
        self.said = [
            f"{steps} steps, {len(core['results'])} results and {len(core['trace']['outputs'])} parts are the same"
        ]
        return comparison.wrong

    def _again(self, core: Mapping[str, Any]) -> AuditRecord:
        """Run the bundle's own inputs through its own methodology."""
        if self.methodology is None:
            raise ValueError("the methodology cannot be loaded, so nothing can be computed again")
        name = core["inputs"]["activity"]["file"]
        if not is_plain_name(name):
            raise ValueError(f"{RECORD_FILE} names the activity file '{name}', which is outside the bundle")
        path = self._bundle().path(f"{INPUTS}/{name}")
        try:
            return record(quantify(self.methodology, read_activity(path, data=self.data)))
        except CarbonQuantError as error:
            raise ValueError(f"the figures cannot be computed again from {INPUTS}/:\n{error}") from error

    def _compare_outputs(
        self, recorded: Mapping[str, Any], again: AuditRecord, comparison: Comparison
    ) -> None:
        if again.result is None:
            raise AssertionError
        made = parts(again.result)
        comparison.wrong.extend(
            f"{name} is recorded, but no such part is made" for name in recorded if name not in made
        )
        for name, table in made.items():
            if name not in recorded:
                comparison.wrong.append(f"{name} is not recorded")
                continue
            try:
                kept = read_parquet(self._bundle().read(name, MOST_PART_BYTES))
            except ValueError as error:
                comparison.wrong.append(f"{name}: {error}")
                continue
            stated = recorded[name]
            if stated["digest"] != content_digest(kept) or stated["rows"] != kept.num_rows:
                comparison.wrong.append(
                    f"{name} does not hold what {RECORD_FILE} says: its content has another digest"
                )
            compare_parts(name, kept, table, comparison)

    # --- V7, V8: what the record says of itself ----------------------------------------------------------------

    def check_counts(self) -> list[str]:
        """V7: accepted and rejected rows add up to the rows read; every rejected row has a reason."""
        core = self._core()
        self.file = RECORD_FILE
        wrong: list[str] = []
        read = 0
        for name, counts in core["trace"]["tables"].items():
            read += counts["read"]
            wrong.extend(f"table '{name}': {fault}" for fault in _count_faults(counts))
            rows = core["inputs"]["tables"][name]["rows"]
            if rows != counts["read"]:
                wrong.append(f"table '{name}': its files have {rows} rows, but {counts['read']} were read")
        self.said = [f"{read} rows read, each accepted or rejected with a reason"]
        return wrong

    def check_issuance(self) -> list[str]:
        """V8: rounded figures follow their rule, and value less rounded is the remainder."""
        core = self._core()
        self.file = RECORD_FILE
        rounded = len(core["options"]["rounding"])
        self.said = [f"{rounded} rounded figures follow their rule, nothing is lost"]
        return list(issuance_faults(core))


def _strangers(recorded: Mapping[str, Any], found: Methodology) -> list[str]:
    """What the bundle's own files say otherwise than the methodology, the tools and the sets that were recorded."""
    again = methodology_facts(found)
    wrong = []
    main = methodology_file(found.id)
    if (recorded["id"], recorded["version"]) != (found.id, found.version):
        wrong.append(f"{main} is {found.id} {found.version}, not the one recorded")
    if recorded["digest"] != again["digest"]:
        wrong.append(f"{main} does not say what it said when the figures were made (normal digest)")
    for part in ("tools", "sets"):
        for lock in again[part]:
            if lock not in recorded[part]:
                file = methodology_file(lock["id"])
                wrong.append(f"{file} does not say what it said when the figures were made (normal digest)")
    return list(dict.fromkeys(wrong))


def _is_listed(entry: Any) -> bool:
    match entry:
        case {"digest": str(), "size": int()}:
            return True
        case _:
            return False


def _count_faults(counts: Mapping[str, Any]) -> list[str]:
    read, accepted, rejected = counts["read"], counts["accepted"], counts["rejected"]
    reasons: Mapping[str, int] = counts["reasons"]
    wrong: list[str] = []
    if accepted + rejected != read or min(accepted, rejected) < 0:
        wrong.append(f"{accepted} accepted and {rejected} rejected are not {read} read")
    if sum(reasons.values()) < rejected or any(not 0 < count <= rejected for count in reasons.values()):
        wrong.append(f"the reasons {dict(reasons)} do not fit {rejected} rejected rows")
    return wrong
