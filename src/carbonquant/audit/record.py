"""The record of a run: everything a figure was made from and every step to it, as one canonical JSON object.

`core` holds facts that are the same wherever the run is made again; its digest is the record's id. `env` says when
and with what the run was made, outside the digest. No path, clock or float is in the core.

Does not write a bundle (see `bundle`), does not judge a record (see `verify`).
"""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from carbonquant import units
from carbonquant.activity import Lookup
from carbonquant.audit.canonical import canonical, decimal_text, read_json, tagged_digest
from carbonquant.audit.cells import by_member, written
from carbonquant.audit.provided import Provided, binding_of, provided
from carbonquant.audit.trace import class_of, inexact_calls, trace
from carbonquant.declaration import LANGUAGE
from carbonquant.errors import AuditError, Diagnostic, Position
from carbonquant.factors import Cell, FactorSet
from carbonquant.methodology.model import Methodology, Parameter
from carbonquant.quantification import Figure, Quantification
from carbonquant.sources import Source
from carbonquant.units import Unit

__all__ = [
    "METHODOLOGY_FOLDER",
    "RECORD_FILE",
    "AuditRecord",
    "methodology_facts",
    "methodology_file",
    "methodology_files",
    "normal_digest",
    "parts_of",
    "record",
    "record_id",
]

RECORD_FILE = "record.json"
METHODOLOGY_FOLDER = "methodology/"
TYPE = "carbonquant/quantification/1"
EXACT = Context(prec=2000)
"""Digits enough for the difference of any two float64."""


@dataclass(frozen=True)
class AuditRecord:
    """What was computed, from what, step by step.

    >>> AuditRecord({"type": "example"}, {}).id[:7]
    'sha256:'
    """

    core: Mapping[str, Any]
    env: Mapping[str, Any]
    result: Quantification | None = field(default=None, repr=False, compare=False)
    """The run itself, None where the record was read."""

    @property
    def id(self) -> str:
        """The digest of the core: the same for the same run on any machine."""
        return record_id(self.core)

    @property
    def text(self) -> str:
        """The record as canonical JSON."""
        return canonical({"core": self.core, "env": self.env, "id": self.id}).decode()

    def save(self, folder: str | Path, *, overwrite: bool = False) -> Path:
        """Write the bundle of this run: record, methodology, inputs, rows, groups, manifest.

        Parameters
        ----------
        folder
            A folder that does not exist yet, or is empty.
        overwrite
            Whether a folder that is itself a bundle may be replaced.

        Raises
        ------
        FileExistsError
            If there is something in the folder that may not be replaced.
        ActivityDataError
            CQ611 if a table has changed since it was read.
        """
        from carbonquant.audit.bundle import write  # noqa: PLC0415 - a bundle is written from a record

        return write(self, Path(folder), overwrite=overwrite)

    @classmethod
    def read(cls, source: str | Path) -> AuditRecord:
        """Read a record from a file (a path) or from its text.

        Raises
        ------
        AuditError
            CQ601 if it is no strict JSON object of a record, CQ602 if its id is not that of its core.
        """
        is_text = isinstance(source, str) and source.lstrip().startswith("{")
        shown = "<text>" if is_text else str(source)
        data = str(source).encode("utf-8", "surrogatepass") if is_text else Path(source).read_bytes()
        try:
            core, env, stated = parts_of(read_json(data))
            found = record_id(core)
        except ValueError as error:
            raise _refused("CQ601", f"this is no record: {error}", shown) from error
        if stated != found:
            message = f"the record says its id is {stated}, but its core has the id {found}"
            raise _refused("CQ602", message, shown)
        return cls(core, env)


def _refused(code: str, message: str, shown: str) -> AuditError:
    return AuditError([Diagnostic(code, message, Position(shown, 1, 1))])


def parts_of(value: Any) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Return core, env and the stated id of a record that was read.

    Raises
    ------
    ValueError
        If it has not exactly these parts, or is of another type.
    """
    match value:
        case {"core": dict(core), "env": dict(env), "id": str(stated)} if len(value) == len(
            ("core", "env", "id")
        ):
            if core.get("type") != TYPE:
                raise ValueError(f"its type is {str(core.get('type'))[:60]!r}, not '{TYPE}'")
            return core, env, stated
    raise ValueError("it has not exactly the keys core, env and id")


def record_id(core: Mapping[str, Any]) -> str:
    """Return the id of a record's core; `ValueError` where it holds what canonical JSON cannot."""
    return tagged_digest(TYPE, canonical(core))


def record(result: Quantification) -> AuditRecord:
    """Record a run.

    Parameters
    ----------
    result
        What `quantify` gave.
    """
    files = provided(result)
    core = {
        "type": TYPE,
        "methodology": methodology_facts(result.methodology),
        "units": units.digest(),
        "period": _period(result),
        "members": {name: list(members) for name, members in result.binding.members.items()},
        "factors": [_factor(parameter, result) for parameter in result.methodology.parameters.values()],
        "inputs": _inputs(result, files),
        "claims": _claims(result.methodology),
        "options": {"rounding": _rounding(result.methodology), "overrides": {}},
        "trace": trace(result),
        "results": _results(result),
        "also": list(result.methodology.also),
        "warnings": [{"code": found.code, "message": found.message} for found in result.warnings],
        "engine": {"name": "carbonquant", "version": _version("carbonquant"), "language": LANGUAGE},
    }
    return AuditRecord(core, _environment(), result)


# --- what the figures were made with -------------------------------------------------------------------------


def methodology_file(id_: str) -> str:
    """Return the name that the file of a methodology, a tool or a factor set has in a bundle.

    >>> methodology_file("greenway-cycling")
    'methodology/greenway-cycling.yaml'
    """
    return f"{METHODOLOGY_FOLDER}{id_}.yaml"


def methodology_files(methodology: Methodology) -> dict[str, Source]:
    """Return the files of a methodology, of its tools and of its factor sets by their names in a bundle."""
    found = (methodology.source, *methodology.used)
    return {_file_of(source): source for source in found}


def normal_digest(source: Source) -> str:
    """Return a digest of what a file says: comments, order of keys and line ends do not count."""
    return tagged_digest("methodology", canonical(source.plain()))


def _file_of(source: Source) -> str:
    return methodology_file(str(source.plain()["id"]))


def methodology_facts(methodology: Methodology) -> dict[str, Any]:
    """Return what a record says of a methodology: its files, and the locks of its tools and factor sets."""
    files = methodology_files(methodology)
    return {
        "id": methodology.id,
        "version": methodology.version,
        "basis": methodology.declaration.basis,
        "digest": normal_digest(methodology.source),
        "files": {name: source.digest for name, source in files.items()},
        "names": {name: _file_of(source) for name, source in methodology.named.items()},
        "tools": list(_tools(methodology)),
        "sets": [_set(found) for found in {found.id: found for found in _sets(methodology)}.values()],
    }


def _tools(methodology: Methodology, prefix: str = "") -> Iterator[dict[str, str]]:
    """The lock of every tool in use, those that tools use in turn after them."""
    for use, tool in methodology.tools.items():
        head = {"use": f"{prefix}{use}", "id": tool.id, "version": tool.version}
        yield {**head, "digest": normal_digest(tool.source)}
        yield from _tools(tool, f"{prefix}{use}.")


def _sets(methodology: Methodology) -> Iterator[FactorSet]:
    yield from methodology.sets.values()
    for tool in methodology.tools.values():
        yield from _sets(tool)


def _set(found: FactorSet) -> dict[str, Any]:
    """The lock of a factor set."""
    start, end = (None if day is None else day.isoformat() for day in found.valid or (None, None))
    return {
        "id": found.id,
        "version": found.version,
        "basis": found.basis,
        "valid": {"from": start, "to": end} if found.valid else None,
        "digest": normal_digest(found.source),
    }


def _period(result: Quantification) -> dict[str, Any] | None:
    period = result.binding.period
    if period is None:
        return None
    start, end = (None if day is None else day.isoformat() for day in (period.start, period.end))
    return {"from": start, "to": end, "on": period.on}


def _factor(parameter: Parameter, result: Quantification) -> dict[str, Any]:
    """A parameter: every value as it is printed and as it is used, with source and status."""
    cells = result.binding.cells[parameter.name]
    head: dict[str, Any] = {"name": parameter.name, "u": str(parameter.type.unit)}
    if parameter.bands is not None:
        limits = [None if limit is None else decimal_text(limit) for limit in parameter.bands.limits]
        bands = {"u": str(parameter.bands.unit), "upto": limits}
        return {**head, "bands": bands, "values": [_cell(cell) for cell in cells.tolist()]}
    members = [result.members(dimension) for dimension in result.methodology.axes(parameter.over)]
    if parameter.factor is not None:
        head |= {"set": parameter.factor.set.id, "version": parameter.factor.set.version}
        unit = parameter.type.unit
        values = by_member(result.binding.lookups[parameter.name], members, lambda one: _looked_up(one, unit))
    else:
        values = by_member(cells, members, _cell)
    return {**head, "values": values} if members else {**head, "value": values}


def _looked_up(lookup: Lookup, unit: Unit) -> dict[str, Any]:
    """A value of a factor set: its keys, the digits and the unit it is published in, the number that was used."""
    cell = lookup.in_unit(unit)
    if cell is None:
        return {"keys": dict(lookup.asked), "printed": None}
    used = {"printed_u": str(lookup.set.unit), "v": decimal_text(cell.number.value)}
    asked = {"fallback_for": dict(lookup.asked)} if lookup.is_fallback else {}
    return {**(_cell(lookup.cell) or {}), **used, "keys": dict(lookup.taken), **asked}


def _cell(cell: Cell | None) -> dict[str, str] | None:
    if cell is None:
        return None
    number = cell.number
    written_cell = {"printed": number.text, "v": decimal_text(number.value), "source": cell.source}
    bounds = {"lower": cell.lower, "upper": cell.upper}
    written_cell |= {key: bound.text for key, bound in bounds.items() if bound is not None}
    return {**written_cell, "status": "unverified" if cell.is_unverified else "verified"}


def _inputs(result: Quantification, files: Provided) -> dict[str, Any]:
    values = {
        name: {**written(name, declared.type, result), "default": name in result.binding.defaults}
        for name, declared in result.methodology.inputs.items()
        if name in result.binding.values
    }
    tables = {
        name: {
            "file": table.file.name,
            "digest": table.file.digest,
            "rows": table.rows,
            "separator": table.separator,
            "columns": binding_of(table),
            "defaults": sorted(
                set(result.binding.defaults).intersection(result.binding.tables[name].columns)
            ),
        }
        for name, table in files.tables.items()
    }
    activity = {"file": files.activity.name, "digest": files.activity.digest}
    return {"activity": activity, "values": values, "tables": tables}


def _claims(methodology: Methodology) -> dict[str, Any] | None:
    claims = methodology.claims
    if claims is None:
        return None
    return {"key": list(claims.key), "period": claims.period, "exclusive_with": list(claims.exclusive_with)}


def _rounding(methodology: Methodology) -> dict[str, Any]:
    return {
        role: {
            "to": {"v": decimal_text(rule.quantum), "u": str(rule.unit)},
            "mode": rule.mode,
            "when": "each" if rule.is_each else "total",
        }
        for role, rule in methodology.rounding.items()
    }


# --- results -------------------------------------------------------------------------------------------------


def _results(result: Quantification) -> list[dict[str, Any]]:
    calls = inexact_calls(result.methodology)
    return [_result(role, figure, result, calls) for role, figure in result.figures.items()]


def _result(role: str, figure: Figure, result: Quantification, calls: dict[str, int]) -> dict[str, Any]:
    name = result.methodology.roles[role]  # type: ignore[index]  # figures are keyed by role
    unit = str(figure.unit)

    def quantity(text: str) -> dict[str, str]:
        return {"v": text, "u": unit}

    rounded = None if figure.rounded is None else decimal_text(figure.rounded)
    value = decimal_text(figure.value)
    return {
        "role": role,
        "name": name,
        "class": class_of(name, calls),
        "value": quantity(value),
        "by": {"dimension": result.methodology.by, "u": unit, "values": _by(figure)} if figure.by else None,
        "rounded": None if rounded is None else quantity(rounded),
        "remainder": None if rounded is None else quantity(_difference(value, rounded)),
    }


def _by(figure: Figure) -> dict[str, str]:
    return {member: decimal_text(value) for member, value in figure.by.items()}


def _difference(value: str, rounded: str) -> str:
    """Return the exact difference of two decimals, written out."""
    difference = EXACT.subtract(Decimal(value), Decimal(rounded))
    return f"{EXACT.normalize(difference):f}" if difference else "0"


# --- with what -----------------------------------------------------------------------------------------------


def _environment() -> dict[str, str]:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    return {
        "time": now.isoformat().replace("+00:00", "Z"),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "pyarrow": _version("pyarrow"),
        "tzdata": _version("tzdata"),
        "platform": platform.platform(),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
