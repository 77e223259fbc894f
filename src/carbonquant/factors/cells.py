"""Published values: each a number as its document prints it, with where it stands and who checked it.

Refuses a value without a source, and an unverified one in an official text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from carbonquant.declaration import CellDeclaration, Printed
from carbonquant.declaration.findings import Findings
from carbonquant.declaration.scalars import kind_of
from carbonquant.formula.conversion import near
from carbonquant.sources import Path_

__all__ = ["Cell", "Cells", "Nested", "Origin"]

Nested = Any
"""Cells keyed by member or listed."""
KEYS = tuple(CellDeclaration.model_fields)
STATUSES = ("verified", "unverified")
BY_DEFINITION = "by definition"
SOURCE_HINT = "source: KEY locator, with KEY from 'sources:', or source: by definition"


@dataclass(frozen=True, slots=True)
class Cell:
    """A published value: the text its document prints, the float64, and where it stands."""

    number: Printed
    source: str
    is_unverified: bool
    lower: Printed | None = None
    upper: Printed | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What holds for every value that does not say otherwise, and the documents that may be named."""

    source: str
    status: str | None
    documents: Collection[str]
    is_official: bool = False


class Cells:
    """Reads the cells of one item; a member called `value` is told from the key by `members`."""

    def __init__(
        self, origin: Origin, path: Path_, findings: Findings, members: Collection[str] = ()
    ) -> None:
        self.origin = origin
        self.path = path
        self.findings = findings
        self._members = members

    def single(self, value: Printed, lower: Printed | None, upper: Printed | None) -> Cell:
        """The cell of an item that is one value."""
        return self._cell(value, lower, upper, {}, self.path)

    def nested(self, nested: Any, path: Path_) -> Nested:
        """Turn every leaf into a `Cell`, keeping the nesting; null says that nothing is published, and stays None.

        What is wrong becomes None too, and is noted.
        """
        if nested is None:
            return None
        if isinstance(nested, Mapping) and "value" in nested and "value" not in self._members:
            return self._described(nested, path)
        if isinstance(nested, Mapping):
            return {key: self.nested(item, (*path, key)) for key, item in nested.items()}
        if isinstance(nested, list):
            return [self.nested(item, (*path, position)) for position, item in enumerate(nested)]
        number = self.findings.number(nested, path)
        return number and self._cell(number, None, None, {}, path)

    def _described(self, written: Mapping[str, Any], path: Path_) -> Cell | None:
        for key in written:
            if key in CellDeclaration.not_yet:
                self.findings.error("CQ207", f"not supported yet: {key}", (*path, key), is_key=True)
            elif key not in KEYS:
                hint = near(key, KEYS) or f"known keys: {', '.join(KEYS)}"
                self.findings.error("CQ201", f"unknown key '{key}'", (*path, key), hint=hint, is_key=True)
        numbers = {k: self.findings.number(written[k], (*path, k)) for k in KEYS[:3] if k in written}
        value = numbers["value"]
        if value is None:
            return None
        return self._cell(value, numbers.get("lower"), numbers.get("upper"), written, path)

    def _cell(
        self,
        value: Printed,
        lower: Printed | None,
        upper: Printed | None,
        written: Mapping[str, Any],
        path: Path_,
    ) -> Cell:
        if lower is not None and lower.value > value.value:
            message = f"the lower bound {lower.text} is above the value {value.text}"
            self.findings.error("CQ204", message, (*path, "lower"))
        if upper is not None and upper.value < value.value:
            message = f"the upper bound {upper.text} is below the value {value.text}"
            self.findings.error("CQ204", message, (*path, "upper"))
        is_unverified = self._is_unverified(written, path)
        return Cell(
            value, self._source(written, path, is_unverified=is_unverified), is_unverified, lower, upper
        )

    def _is_unverified(self, written: Mapping[str, Any], path: Path_) -> bool:
        place = path if "status" in written else self.path
        status = written.get("status", self.origin.status)
        if status not in (None, *STATUSES):
            message, hint = f"unknown value '{status}' for 'status'", f"one of: {', '.join(STATUSES)}"
            self.findings.error("CQ206", message, (*place, "status"), hint=hint)
        if status == "unverified" and self.origin.is_official:
            message = "an official methodology holds an unverified value"
            self.findings.error("CQ211", message, (*place, "status"))
        return bool(status == "unverified")

    def _source(self, written: Mapping[str, Any], path: Path_, *, is_unverified: bool) -> str:
        source = written.get("source", self.origin.source)
        place = (*(path if "source" in written else self.path), "source")
        if not isinstance(source, str):
            self.findings.error("CQ203", f"expected a text, found {kind_of(source)}", place)
            return ""
        if not source.strip():
            self._refuse_absent(path, place, is_unverified=is_unverified)
            return ""
        key = source.split()[0]
        known = self.origin.documents
        if source != BY_DEFINITION and key not in known and key not in self.findings.broken:
            hint = near(key, known) or f"keys: {', '.join(known) or 'none declared'}"
            self.findings.error("CQ210", f"'{key}' is no key of 'sources:'", place, hint=hint)
        return source

    def _refuse_absent(self, path: Path_, place: Path_, *, is_unverified: bool) -> None:
        """Where it says so itself, a value without a source is only warned of."""
        message = f"a value of '{(self.path or path)[-1]}' has no source"
        place = place if self.path else (*path, "source")
        if is_unverified and not self.origin.is_official:
            self.findings.warning("CQ210", message, place, hint=SOURCE_HINT)
        else:
            self.findings.error("CQ210", message, place, hint=SOURCE_HINT, is_key=True)
