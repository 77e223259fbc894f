"""The single values of a parameter: each a number as its document prints it, with where it stands and who checked it.

Part of `check`; refuses a value without a source, and an unverified one in an official text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carbonquant.declaration import CellDeclaration, ParameterDeclaration, Printed
from carbonquant.declaration.scalars import kind_of
from carbonquant.formula.conversion import near
from carbonquant.methodology.model import Cell, Nested
from carbonquant.methodology.scope import Scope
from carbonquant.sources import Path_

__all__ = ["Cells"]

KEYS = tuple(CellDeclaration.model_fields)
STATUSES = ("verified", "unverified")
BY_DEFINITION = "by definition"
SOURCE_HINT = "source: KEY locator, with KEY from 'sources:', or source: by definition"


class Cells:
    """Reads the cells of one parameter, whose own `source:` and `status:` hold for cells that have none."""

    def __init__(self, declared: ParameterDeclaration, path: Path_, scope: Scope) -> None:
        self.declared = declared
        self.path = path
        self.scope = scope
        self.findings = scope.findings
        dimensions = [scope.dimensions[name] for name in declared.over if name in scope.dimensions]
        self._members = {member for dimension in dimensions for member in dimension.members or ()}

    def single(self, value: Printed) -> Cell:
        """The cell of a parameter that is one value."""
        return self._cell(value, self.declared.lower, self.declared.upper, {}, self.path)

    def nested(self, nested: Any, path: Path_) -> Nested:
        """Turn every leaf into a `Cell`, keeping the nesting; what is wrong becomes None."""
        if isinstance(nested, Mapping) and "value" in nested and "value" not in self._members:
            return self._described(nested, path)
        if isinstance(nested, Mapping):
            return {key: self.nested(item, (*path, key)) for key, item in nested.items()}
        if isinstance(nested, list):
            return [self.nested(item, (*path, position)) for position, item in enumerate(nested)]
        number = self._number(nested, path)
        return number and self._cell(number, None, None, {}, path)

    def _described(self, written: Mapping[str, Any], path: Path_) -> Cell | None:
        for key in written:
            if key in CellDeclaration.not_yet:
                self.findings.error("CQ207", f"not supported yet: {key}", (*path, key), is_key=True)
            elif key not in KEYS:
                hint = near(key, KEYS) or f"known keys: {', '.join(KEYS)}"
                self.findings.error("CQ201", f"unknown key '{key}'", (*path, key), hint=hint, is_key=True)
        numbers = {key: self._number(written[key], (*path, key)) for key in KEYS[:3] if key in written}
        value = numbers["value"]
        if value is None:
            return None
        return self._cell(value, numbers.get("lower"), numbers.get("upper"), written, path)

    def _number(self, leaf: Any, path: Path_) -> Printed | None:
        if leaf is None:
            self.findings.error("CQ207", "not supported yet: a table cell without a value (null)", path)
            return None
        return self.findings.number(leaf, path)

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
        status = written.get("status", self.declared.status)
        if status not in (None, *STATUSES):
            message, hint = f"unknown value '{status}' for 'status'", f"one of: {', '.join(STATUSES)}"
            self.findings.error("CQ206", message, (*place, "status"), hint=hint)
        if status == "unverified" and self.scope.content.basis == "official":
            message = "an official methodology holds an unverified value"
            self.findings.error("CQ211", message, (*place, "status"))
        return bool(status == "unverified")

    def _source(self, written: Mapping[str, Any], path: Path_, *, is_unverified: bool) -> str:
        source = written.get("source", self.declared.source)
        place = (*(path if "source" in written else self.path), "source")
        if not isinstance(source, str):
            self.findings.error("CQ203", f"expected a text, found {kind_of(source)}", place)
            return ""
        if not source.strip():
            self._refuse_absent(place, is_unverified=is_unverified)
            return ""
        key = source.split()[0]
        known = self.scope.content.sources
        if source != BY_DEFINITION and key not in known and key not in self.findings.broken:
            hint = near(key, known) or f"keys: {', '.join(known) or 'none declared'}"
            self.findings.error("CQ210", f"'{key}' is no key of 'sources:'", place, hint=hint)
        return source

    def _refuse_absent(self, place: Path_, *, is_unverified: bool) -> None:
        """Where it says so itself, a value without a source is only warned of."""
        message = f"a value of '{self.path[-1]}' has no source"
        if is_unverified and self.scope.content.basis != "official":
            self.findings.warning("CQ210", message, place, hint=SOURCE_HINT)
        else:
            self.findings.error("CQ210", message, place, hint=SOURCE_HINT, is_key=True)
