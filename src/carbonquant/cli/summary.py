"""A quantification as text and as JSON: figures by role, rows by reason, and what must be known to judge them.

The basis is said at the top, unverified values are named, and every figure is shown unrounded beside what is issued.

Computes no figure and writes no file (see `quantification`, `audit`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from carbonquant.audit.cells import MOST_CELLS, summary
from carbonquant.cli.findings import as_dicts
from carbonquant.cli.terminal import aligned
from carbonquant.cli.words import WORDS, banner, word
from carbonquant.declaration import FactorsDeclaration, ModuleDeclaration
from carbonquant.factors import Cell
from carbonquant.formula.tree import Type
from carbonquant.methodology.values import sorted_members
from carbonquant.quantification import Figure, Quantification

__all__ = ["as_dict", "as_text", "figure_line", "number", "row_line", "unverified_lines"]

Nested: TypeAlias = Any
MOST_MEMBERS = 20
"""Lines of a table that are printed; JSON has them all."""
SHOWN_DIGITS = 9
"""Significant digits of an unrounded figure as text; JSON and the record have all of them."""


def as_text(result: Quantification, language: str) -> Iterator[str]:
    """Yield the lines that `run` prints; the first is the title."""
    methodology = result.methodology
    title = result.activity.title.get(language) or ""
    yield f"{methodology.title(language)} · {methodology.id} {methodology.version}"
    yield from (line for line in (title, banner(methodology.declaration.basis, language)) if line)
    yield from unverified_lines(result, language)
    yield from _section("choices", language, _choice_lines(result))
    yield from _section("defaults", language, _listed(result.binding.defaults))
    yield from _section("fallbacks", language, _fallback_lines(result))
    yield ""
    yield f"{word('figures', language)}, t CO2e"
    yield from aligned(_figure_rows(result, language), numbers_from=1)
    yield from _by_lines(result, language)
    yield from _section("rows", language, _row_lines(result, language))


def figure_line(result: Quantification, role: str, language: str) -> str:
    """Return the issued figure of a role (or the unrounded one where none is issued) in one line."""
    figure: Figure = result.figures[role]  # type: ignore[index]  # the caller names a role
    return f"{word(role, language)}: {figure}"


def row_line(result: Quantification, table: str, language: str) -> str:
    """Return what became of the rows of a table in one line."""
    counts = result.rows[table]
    told = word("row_counts", language).format(counts.read, counts.accepted, counts.rejected)
    return f"{table}: {told}"


def number(value: float) -> str:
    """Write a figure in plain decimals with `SHOWN_DIGITS` significant digits.

    >>> number(0.1 + 0.2), number(1234567.0), number(-0.0)
    ('0.3', '1234567', '0')
    """
    shown = f"{Decimal(f'{value + 0.0:.{SHOWN_DIGITS}g}'):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


# --- text ----------------------------------------------------------------------------------------------------


def _section(heading: str, language: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from ("", word(heading, language), *lines)


def _listed(names: Sequence[str]) -> list[str]:
    return [f"  {', '.join(names)}"] if names else []


def unverified_lines(result: Quantification, language: str) -> list[str]:
    """Name the parameters with a value in this run that nobody has verified, by the document it is taken from."""
    by_document: dict[tuple[str, str], list[str]] = {}
    for name in _unverified(result):
        for document in _documents(name, result):
            by_document.setdefault(document, []).append(name)
    if not by_document:
        return []
    rows = [[f"  {', '.join(names)}", key, title] for (key, title), names in by_document.items()]
    return [f"{word('unverified', language)}:", *aligned(rows)]


def _unverified(result: Quantification) -> list[str]:
    """The parameters of which this run has an unverified value, from the file or from a factor set."""
    cells = result.binding.cells
    return [name for name in cells if any(cell.is_unverified for cell in _listed_of(cells[name]))]


def _documents(name: str, result: Quantification) -> dict[tuple[str, str], None]:
    """The keys and titles of the documents behind the unverified values of a parameter, each once."""
    lookups = result.binding.lookups.get(name)
    if lookups is not None:
        found = [one for one in _listed_of(lookups) if one.cell is not None and one.cell.is_unverified]
        pairs = [(f"{one.set.id} {_key(one.cell)}", _title(one.set.declaration, one.cell)) for one in found]
        return dict.fromkeys(pairs)
    owner = result.methodology
    for use in name.split(".")[:-1]:
        owner = owner.tools[use]
    unverified = [cell for cell in _listed_of(result.binding.cells[name]) if cell.is_unverified]
    return dict.fromkeys((_key(cell), _title(owner.declaration, cell)) for cell in unverified)


def _listed_of(cells: NDArray[np.object_]) -> list[Any]:
    """What an array of cells or look-ups holds; None is left out."""
    return [each for each in np.ravel(cells).tolist() if each is not None]


def _key(cell: Cell) -> str:
    return cell.source.partition(" ")[0]


def _title(declared: ModuleDeclaration | FactorsDeclaration, cell: Cell) -> str:
    source = declared.sources.get(_key(cell))
    return "" if source is None else source.title


def _fallback_lines(result: Quantification) -> list[str]:
    """Tell which values of factor sets stand in for others that are not published."""
    rows = []
    for name, lookups in result.binding.lookups.items():
        for one in _listed_of(lookups):
            if one.is_fallback:
                asked, taken = (
                    ", ".join(keys[key] for key in one.set.keys) for keys in (one.asked, one.taken)
                )
                rows.append([f"  {name}", f"{one.set.id} {one.set.version}", f"[{asked}] → [{taken}]"])
    return aligned(rows)


def _choice_lines(result: Quantification) -> list[str]:
    """Tell which members the project chose, such as the model of each stratum."""
    rows = []
    for name, declared in result.methodology.inputs.items():
        is_small = not any(result.methodology.dimensions[each].is_long for each in declared.over)
        if declared.type.kind == "category" and is_small:
            cells = _nested(result, name, declared.type)
            rows.append([f"  {name}", ", ".join(_chosen(cells))])
    return aligned(rows)


def _chosen(cells: Nested) -> Iterator[str]:
    """Yield each choice with the members that made it, or how many did."""
    if not isinstance(cells, Mapping):
        yield cells
        return
    made: dict[str, list[str]] = {}
    for keys, choice in _flat(cells):
        made.setdefault(choice, []).append(" ".join(keys))
    for choice, members in made.items():
        yield f"{choice} ({' '.join(members) if len(members) <= MOST_MEMBERS else len(members)})"


def _flat(cells: Nested, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not isinstance(cells, Mapping):
        yield keys, cells
        return
    for key, below in cells.items():
        yield from _flat(below, (*keys, key))


def _figure_rows(result: Quantification, language: str) -> Iterator[list[str]]:
    yield ["", word("unrounded", language), word("issued", language)]
    for role, figure in result.figures.items():
        issued = "" if figure.rounded is None else str(figure).removesuffix(f" {figure.unit}")
        yield [f"  {word(role, language)}", number(figure.value), issued]


def _by_lines(result: Quantification, language: str) -> Iterator[str]:
    """Yield the roles side by side, a line for each member by which results are shown."""
    split = {role: figure.by for role, figure in result.figures.items() if figure.by}
    if not split:
        return
    members = list(next(iter(split.values())))
    head = [f"  {word('by', language)} {result.methodology.by}", *(word(role, language) for role in split)]
    rows = [
        [f"  {member}", *(number(by[member]) for by in split.values())] for member in members[:MOST_MEMBERS]
    ]
    yield from ("", *aligned([head, *rows], numbers_from=1))
    if len(members) > MOST_MEMBERS:
        yield f"  … {word('more', language)}: {len(members) - MOST_MEMBERS}"


def _row_lines(result: Quantification, language: str) -> list[str]:
    lines = []
    for table, counts in result.rows.items():
        lines.append(f"  {row_line(result, table, language)}")
        reasons = sorted(counts.reasons.items(), key=lambda item: -item[1])
        rows = [
            [f"    {reason}", str(count), _meaning(reason, result, language)] for reason, count in reasons
        ]
        lines += aligned(rows)
    return lines


def _meaning(reason: str, result: Quantification, language: str) -> str:
    rule = result.methodology.rules.get(reason)
    if rule is not None:
        return rule.words.in_language(language)
    kind, _, name = reason.partition(".")
    known = f"reason.{kind}"
    return f"{name} {word(known, language)}".strip() if known in WORDS else ""


# --- JSON ----------------------------------------------------------------------------------------------------


def as_dict(result: Quantification) -> dict[str, Any]:
    """The quantification as `run --json` prints it, without the record."""
    methodology = result.methodology
    return {
        "methodology": {
            "id": methodology.id,
            "version": methodology.version,
            "basis": methodology.declaration.basis,
        },
        "results": {role: _figure_dict(figure) for role, figure in result.figures.items()},
        "also": {name: _also(result, name) for name in methodology.also},
        "warnings": as_dicts(result.warnings),
        "rows": {
            table: {
                "read": counts.read,
                "accepted": counts.accepted,
                "rejected": counts.rejected,
                "reasons": dict(counts.reasons),
            }
            for table, counts in result.rows.items()
        },
        "unverified": _unverified(result),
        "defaults": list(result.binding.defaults),
        "fallbacks": [
            name
            for name, found in result.binding.lookups.items()
            if any(one.is_fallback for one in _listed_of(found))
        ],
    }


def _figure_dict(figure: Figure) -> dict[str, Any]:
    return {
        "value": figure.value + 0.0,
        "unit": str(figure.unit),
        "rounded": figure.rounded,
        "by": dict(figure.by),
    }


def _also(result: Quantification, name: str) -> dict[str, Any]:
    """A published step: its value, its values by member, or, for very many, what identifies them."""
    declared = result.methodology.steps[name].type
    array = np.asarray(result.values(name))
    if array.size > MOST_CELLS:
        accepted = _accepted(result, declared)
        shown = array if accepted is None else array[..., accepted]
        return {"unit": str(declared.unit), **summary(shown, declared)}
    nested = _nested(result, name, declared)
    is_single = not declared.dims
    return {
        "value": nested if is_single else None,
        "unit": str(declared.unit),
        "by": {} if is_single else nested,
    }


def _nested(result: Quantification, name: str, declared: Type) -> Nested:
    """All values of a name as nested mappings keyed by member, in the order in which members were given."""
    keys = [_keys(result, dimension) for dimension in result.methodology.axes(declared.dims)]
    array = np.asarray(result.values(name))
    accepted = _accepted(result, declared)
    if accepted is not None:
        array = array.astype(object)
        array[..., ~accepted] = None
    return _keyed(array, keys, lambda value: _plain(value, result, declared))


def _accepted(result: Quantification, declared: Type) -> Any:
    """Which rows were accepted, for what varies over rows; None for anything else."""
    tables = [each for each in declared.dims if result.methodology.dimensions[each].kind == "rows"]
    return result.outcome.reasons[tables[0]].accepted if tables else None


def _keys(result: Quantification, dimension: str) -> list[tuple[tuple[str, ...], int]]:
    """The keys of each member of a dimension (a group has one for each column) and its place on the array's axis."""
    declared = result.methodology.dimensions[dimension]
    if declared.kind == "rows":
        return [((str(row + 1),), row) for row in range(result.binding.tables[dimension].rows)]
    if declared.kind == "group":
        group = result.binding.tables[declared.rows].groups[dimension]
        columns = [[str(key) for key in column] for column in group.keys]
        return [(keys, place) for place, keys in enumerate(zip(*columns, strict=True))]
    members = result.binding.members[dimension]
    place_of = {member: place for place, member in enumerate(sorted_members(members))}
    return [((member,), place_of[member]) for member in members]


def _keyed(array: Any, keys: Sequence[Sequence[tuple[tuple[str, ...], int]]], plain: Any) -> Nested:
    if not keys:
        return plain(array.item() if hasattr(array, "item") else array)
    found: dict[str, Any] = {}
    for (*outer, last), place in keys[0]:
        below = found
        for key in outer:
            below = below.setdefault(key, {})
        below[last] = _keyed(array[place], keys[1:], plain)
    return found


def _plain(value: Any, result: Quantification, declared: Type) -> Any:
    """One value as JSON has it: null where there is none."""
    if value is None:
        return None
    if declared.kind == "number":
        return value + 0.0 if np.isfinite(value) else None
    if declared.kind == "category":
        return sorted_members(result.binding.members[declared.category])[value]
    return value
