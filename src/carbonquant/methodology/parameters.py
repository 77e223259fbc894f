"""The fixed values of a methodology: each cell with its number, its source, and whether anyone has verified it.

Part of `check`; refuses a value without a source, and a table that lacks a member.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from carbonquant.declaration import (
    CellDeclaration,
    MethodologyDeclaration,
    ParameterDeclaration,
    Printed,
    read_number,
)
from carbonquant.formula.tree import Dimension, Type
from carbonquant.methodology.findings import Findings
from carbonquant.methodology.model import Bands, Cell, Nested, Parameter, Words
from carbonquant.methodology.values import arrange
from carbonquant.sources import Path_

__all__ = ["check_parameter"]

CELL_KEYS = frozenset(CellDeclaration.model_fields)
BY_DEFINITION = "by definition"


def check_parameter(
    name: str,
    declared: ParameterDeclaration,
    content: MethodologyDeclaration,
    dimensions: Mapping[str, Dimension],
    findings: Findings,
) -> Parameter | None:
    """Check one parameter whose `over:` is known to be right; None where it is wrong."""
    before = findings.count
    path: Path_ = ("parameters", name)
    unit = findings.unit(declared.unit, (*path, "unit"))
    bands = _bands(declared, findings, path)
    over = tuple(declared.over)
    if declared.bands is not None:
        cells: Nested = tuple(_banded_cells(declared, findings, path))
    elif declared.value is not None:
        cells = Cell(
            declared.value, declared.source, declared.status == "unverified", declared.lower, declared.upper
        )
    else:
        cells = _cells(declared.values, declared, findings, (*path, "values"))
        _check_members(cells, over, dimensions, findings, (*path, "values"))
    _check_sources(cells, declared, content, findings, path)
    if unit is None or findings.count > before:
        return None
    words = Words(declared.zh, declared.en, declared.eq, declared.clause, declared.symbol)
    return Parameter(name, Type(unit=unit, dims=frozenset(over)), over, cells, words, bands)


def _bands(declared: ParameterDeclaration, findings: Findings, path: Path_) -> Bands | None:
    if declared.bands is None:
        return None
    unit = findings.unit(declared.bands.unit, (*path, "bands", "unit"))
    limits = tuple(None if limit is None else limit.value for limit in declared.bands.upto)
    finite = [limit for limit in limits if limit is not None]
    if None in limits[:-1]:
        findings.error("CQ214", "only the last band may be open (null)", (*path, "bands", "upto"))
    if finite != sorted(set(finite)):
        findings.error("CQ214", "the limits of the bands do not rise", (*path, "bands", "upto"))
    if declared.over:
        findings.error("CQ207", "not supported yet: bands with over:", (*path, "over"), is_key=True)
    return Bands(unit, limits) if unit is not None else None


def _banded_cells(declared: ParameterDeclaration, findings: Findings, path: Path_) -> Iterator[Cell]:
    values, bands = declared.values, declared.bands
    if not isinstance(values, list) or bands is None:
        findings.error(
            "CQ203", "the values of a banded table are a list, one for each limit", (*path, "values")
        )
        return
    if len(values) != len(bands.upto):
        message = f"{len(bands.upto)} bands but {len(values)} values"
        findings.error("CQ214", message, (*path, "values"))
    for position, value in enumerate(values):
        cell = _cells(value, declared, findings, (*path, "values", position))
        if isinstance(cell, Cell):
            yield cell


def _cells(nested: Any, declared: ParameterDeclaration, findings: Findings, path: Path_) -> Nested:
    """Turn every leaf into a `Cell`, keeping the nesting."""
    if isinstance(nested, Mapping) and "value" in nested and CELL_KEYS.issuperset(nested):
        return _described_cell(nested, declared, findings, path)
    if isinstance(nested, Mapping):
        return {key: _cells(item, declared, findings, (*path, key)) for key, item in nested.items()}
    if isinstance(nested, list):
        return [_cells(item, declared, findings, (*path, position)) for position, item in enumerate(nested)]
    number = _number(nested, findings, path)
    return number and Cell(number, declared.source, declared.status == "unverified")


def _described_cell(
    cell: Mapping[str, Any], declared: ParameterDeclaration, findings: Findings, path: Path_
) -> Cell | None:
    numbers = {
        key: _number(cell[key], findings, (*path, key)) for key in ("value", "lower", "upper") if key in cell
    }
    value = numbers["value"]
    status = cell.get("status", declared.status)
    for key in CellDeclaration.not_yet:
        if key in cell:
            findings.error("CQ207", f"not supported yet: {key}", (*path, key), is_key=True)
    if value is None:
        return None
    source = cell.get("source", declared.source)
    return Cell(value, source, status == "unverified", numbers.get("lower"), numbers.get("upper"))


def _number(leaf: Any, findings: Findings, path: Path_) -> Printed | None:
    if leaf is None:
        findings.error("CQ207", "not supported yet: a table cell without a value (null)", path)
        return None
    try:
        return read_number(leaf)
    except ValueError as error:
        findings.error("CQ204", str(error), path)
        return None


def _check_members(
    cells: Nested, over: tuple[str, ...], dimensions: Mapping[str, Dimension], findings: Findings, path: Path_
) -> None:
    members = {name: dimensions[name].members or () for name in over}
    if not over:
        findings.error("CQ214", "'values' needs 'over:', the dimension they vary over", path, is_key=True)
    if not all(members.values()):
        return
    for fault in arrange(cells, over, members)[1]:
        findings.error("CQ214", fault.message, (*path, *fault.path), hint=fault.hint, is_key=fault.is_key)


def _check_sources(
    cells: Nested,
    declared: ParameterDeclaration,
    content: MethodologyDeclaration,
    findings: Findings,
    path: Path_,
) -> None:
    """Every value names a document of `sources`; one that nobody verified may not stand in an official text."""
    leaves = list(_leaves(cells))
    is_unverified = any(cell.is_unverified for cell in leaves)
    if is_unverified and content.basis == "official":
        findings.error("CQ211", "an official methodology holds an unverified value", path, is_key=True)
    for source in dict.fromkeys(cell.source for cell in leaves):
        _check_source(
            source,
            content,
            is_unverified=is_unverified,
            findings=findings,
            path=path,
            has_own=bool(declared.source),
        )


def _check_source(
    source: str,
    content: MethodologyDeclaration,
    *,
    is_unverified: bool,
    findings: Findings,
    path: Path_,
    has_own: bool,
) -> None:
    place = (*path, "source") if has_own else path
    if not source:
        message = "a value has no source"
        hint = "source: KEY locator, with KEY from 'sources:', or source: by definition"
        if is_unverified and content.basis != "official":
            findings.warning("CQ210", message, place, hint=hint)
        else:
            findings.error("CQ210", message, place, hint=hint, is_key=True)
    elif source != BY_DEFINITION and source.partition(" ")[0] not in content.sources:
        known = ", ".join(content.sources) or "none declared"
        message = f"'{source.partition(' ')[0]}' is no key of 'sources:'"
        findings.error("CQ210", message, place, hint=f"keys: {known}", is_key=not has_own)


def _leaves(cells: Nested) -> Iterator[Cell]:
    if isinstance(cells, Cell):
        yield cells
    elif cells is not None:
        for item in cells.values() if isinstance(cells, Mapping) else cells:
            yield from _leaves(item)
