"""A methodology as text and as JSON: what it reads, the values it holds with their sources, its equations and rules.

What is printed is what is computed: formulas are those the engine runs, values are the texts of the file. The basis is
said at the top, and every unverified value is marked.

Computes no figure (see `summary`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from textwrap import indent
from typing import Any, TypeAlias

from carbonquant.cli.terminal import aligned
from carbonquant.cli.words import banner, word
from carbonquant.declaration import (
    MethodologyDeclaration,
    ModuleDeclaration,
    SourceDeclaration,
    TitleDeclaration,
)
from carbonquant.factors import Cell
from carbonquant.formula.tree import Type
from carbonquant.methodology.model import Bands, FactorUse, Input, Methodology, Parameter, Rule, Step
from carbonquant.plan import plan

__all__ = ["as_dict", "as_text", "cells_of", "described_sources", "in_language", "kernel_text"]

Nested: TypeAlias = Any


def as_text(methodology: Methodology, language: str) -> Iterator[str]:
    """Yield the lines that `describe` prints; the first is the title."""
    other = "en" if language == "zh" else "zh"
    yield f"{methodology.title(language)} · {methodology.title(other)}"
    declared = methodology.declaration
    yield " · ".join(
        (f"{methodology.id} {methodology.version}", declared.status, *_kinds(declared, language))
    )
    yield banner(declared.basis, language)
    if methodology.unverified:
        yield f"{word('unverified', language)}: {', '.join(methodology.unverified)}"
    yield from _section("tools", language, _tool_lines(methodology, language))
    yield from _section("inputs", language, _input_lines(methodology, language))
    yield from _section("parameters", language, _parameter_lines(methodology, language))
    yield from _section("equations", language, _equation_lines(methodology, language))
    yield from _section("rules", language, _rule_lines(methodology, language))
    yield from _section("results", language, _result_lines(methodology, language))
    yield from _section("sources", language, described_sources(declared.sources))
    yield from _section("examples", language, (f"  {name}" for name in methodology.examples))
    yield from _section("notes", language, indent(in_language(declared.notes, language), "  ").splitlines())


def _section(heading: str, language: str, lines: Any) -> Iterator[str]:
    found = list(lines)
    if found:
        yield from ("", word(heading, language), *found)


def _kinds(declared: ModuleDeclaration, language: str) -> tuple[str, ...]:
    """The sector and the scope of a methodology; a tool has neither."""
    if isinstance(declared, MethodologyDeclaration):
        return declared.sector, declared.scope
    return (word("tool", language),)


def _tool_lines(methodology: Methodology, language: str) -> Iterator[str]:
    for use, tool in methodology.tools.items():
        bound = [f"{name} = {text}" for name, text in methodology.declaration.use[use].inputs.items()]
        yield from _item_lines([use, f"{tool.id} {tool.version}"], tool.title(language), ", ".join(bound))


def _input_lines(methodology: Methodology, language: str) -> Iterator[str]:
    for one in methodology.inputs.values():
        told = [
            one.name,
            _kind(one.type),
            _over(one.over, language),
            _limits(one, language),
            _default(one, language),
        ]
        yield from _item_lines(told, one.words.in_language(language))


def _item_lines(told: Iterable[str], *below: str) -> Iterator[str]:
    """Yield one line of facts and, below it, what else there is to say."""
    yield "  " + "  ".join(fact for fact in told if fact)
    for text in below:
        yield from indent(text, "      ").splitlines()


def _kind(declared: Type) -> str:
    """The unit of a number, the set of a category, or the kind of anything else."""
    return str(declared.unit) if declared.kind == "number" else declared.category or declared.kind


def _over(over: tuple[str, ...], language: str) -> str:
    return f"{word('over', language)} {', '.join(over)}" if over else ""


def _limits(one: Input, language: str) -> str:
    if one.low is None and one.high is None:
        return ""
    ends = ("…" if end is None else f"{end:.15g}" for end in (one.low, one.high))
    return f"{word('range', language)} [{', '.join(ends)}]"


def _default(one: Input, language: str) -> str:
    return "" if one.default is None else f"{word('default', language)} {one.default}"


def _parameter_lines(methodology: Methodology, language: str) -> Iterator[str]:
    for one in methodology.parameters.values():
        if one.factor is not None:
            head = [one.name, str(one.type.unit), _over(one.over, language)]
            yield from _item_lines(head, one.words.in_language(language), _factor(one.factor, language))
            continue
        cells = list(cells_of(one.cells))
        if one.bands is not None:
            cells = list(zip(_band_keys(one.bands, language), (cell for _, cell in cells), strict=True))
        shared = {(cell.source, cell.is_unverified) for _, cell in cells}
        is_single = len(cells) == 1 and not cells[0][0]
        name = f"{one.name} = {cells[0][1].number.text}" if is_single else one.name
        head = [name, str(one.type.unit), _over(one.over, language)]
        below = [one.words.in_language(language)]
        if len(shared) == 1:
            head.append(_source(cells[0][1], language))
            below += [] if is_single else [", ".join(f"{key}: {cell.number.text}" for key, cell in cells)]
        else:
            below += aligned([key, cell.number.text, _source(cell, language)] for key, cell in cells)
        yield from _item_lines(head, *below)


def _factor(use: FactorUse, language: str) -> str:
    """Which set a parameter is taken from, how each key is chosen, and how many of its values are unverified."""
    found = use.set
    keys = [
        use.by_dimension.get(key) or f"{key} ({word('by_input', language)} {use.by_input[key]})"
        for key in found.keys
    ]
    told = [
        f"{word('set', language)} {found.id} {found.version}",
        f"{word('basis', language)} {found.basis}",
        f"{found.unit} {word('over', language)} {', '.join(keys)}",
    ]
    told += [f"{word('fallback', language)} {key}: {value}" for key, value in use.fallback.items()]
    unverified = sum(cell.is_unverified for cell in found.cells())
    if unverified:
        told.append(f"{word('is_unverified', language)}: {unverified} / {len(found.cells())}")
    return "; ".join(told)


def _source(cell: Cell, language: str) -> str:
    mark = f" {word('is_unverified', language)}" if cell.is_unverified else ""
    return f"({cell.source}){mark}"


def _band_keys(bands: Bands, language: str) -> tuple[str, ...]:
    none = word("no_limit", language)
    return tuple(none if limit is None else f"≤ {limit:.15g} {bands.unit}" for limit in bands.limits)


def cells_of(nested: Nested, keys: tuple[str, ...] = ()) -> Iterator[tuple[str, Cell]]:
    """Yield every value of a table with the members it stands for; there is none where nothing is published."""
    if nested is None:
        return
    if isinstance(nested, Cell):
        yield " ".join(keys), nested
        return
    items = nested.items() if isinstance(nested, Mapping) else enumerate(nested, start=1)
    for key, value in items:
        yield from cells_of(value, (*keys, str(key)))


def _equation_lines(methodology: Methodology, language: str) -> Iterator[str]:
    for one in methodology.steps.values():
        eq = f"({one.words.eq.strip('()')})" if one.words.eq else ""
        formula = one.text if "\n" in one.text else f"= {one.text}"
        head = [one.name, _kind(one.type), _over(one.over, language), eq]
        yield from _item_lines(head, formula, one.words.in_language(language))


def _rule_lines(methodology: Methodology, language: str) -> Iterator[str]:
    for one in methodology.rules.values():
        head = [one.name, _over(one.over, language), word(one.action, language)]
        yield from _item_lines(head, one.text, one.words.in_language(language))


def _result_lines(methodology: Methodology, language: str) -> list[str]:
    rows = [
        ["  " + word(role, language), name, _rounding(methodology, role, language)]
        for role, name in methodology.roles.items()
    ]
    rows += [["  " + word("also", language), name, ""] for name in methodology.also]
    rows += [["  " + word("output", language), name, ""] for name in methodology.outputs]
    return aligned(rows)


def _rounding(methodology: Methodology, role: Any, language: str) -> str:
    issuance = methodology.rounding.get(role)
    if issuance is None:
        return ""
    return f"{word('rounding', language)}: {issuance.quantum:.15g} {issuance.unit}, {issuance.mode}"


def described_sources(declared: Mapping[str, SourceDeclaration]) -> list[str]:
    """Return a line for each document, with the key that values name it by."""
    rows = []
    for key, source in declared.items():
        told = [source.author, source.title, source.publisher, source.number, source.year, source.url]
        rows.append(["  " + key, ". ".join(part for part in told if part)])
    return aligned(rows)


def in_language(words: str | TitleDeclaration, language: str) -> str:
    """Return words that are given once, or in each language."""
    if isinstance(words, str):
        return words
    return (words.zh or words.en) if language == "zh" else (words.en or words.zh)


# --- code and JSON -------------------------------------------------------------------------------------------


def kernel_text(methodology: Methodology) -> Iterator[str]:
    """Yield the code that the engine has generated from the formulas, stage by stage."""
    laid_out = plan(methodology)
    if laid_out.scalar_kernel is not None:
        yield from ("# one project: plain floats", laid_out.scalar_kernel.source)
    for stage in laid_out.stages:
        yield from (f"# level {stage.level}, over {stage.lane or 'small dimensions'}", stage.kernel.source)


def as_dict(methodology: Methodology) -> dict[str, Any]:
    """The methodology as `describe --json` prints it."""
    declared = methodology.declaration
    return {
        "id": methodology.id,
        "version": methodology.version,
        "kind": "methodology" if isinstance(declared, MethodologyDeclaration) else "tool",
        "status": declared.status,
        "basis": declared.basis,
        **_kinds_dict(declared),
        "title": {language: methodology.title(language) for language in ("zh", "en")},
        "unverified": list(methodology.unverified),
        "tools": [
            {"use": use, "id": tool.id, "version": tool.version} for use, tool in methodology.tools.items()
        ],
        "inputs": [_input_dict(one) for one in methodology.inputs.values()],
        "parameters": [_parameter_dict(one) for one in methodology.parameters.values()],
        "steps": [_step_dict(one) for one in methodology.steps.values()],
        "rules": [_rule_dict(one) for one in methodology.rules.values()],
        "results": dict(methodology.roles),
        "also": list(methodology.also),
        "outputs": list(methodology.outputs),
        "sources": {key: source.title for key, source in declared.sources.items()},
        "examples": list(methodology.examples),
        "path": str(methodology.source.path),
    }


def _kinds_dict(declared: ModuleDeclaration) -> dict[str, str]:
    if not isinstance(declared, MethodologyDeclaration):
        return {}
    return {"sector": declared.sector, "scope": declared.scope}


def _item(one: Input | Parameter | Step | Rule) -> dict[str, Any]:
    return {"name": one.name, "over": list(one.over), "zh": one.words.zh, "en": one.words.en}


def _input_dict(one: Input) -> dict[str, Any]:
    limits = {"range": [one.low, one.high], "default": one.default, "missing": one.missing}
    return _item(one) | _type_dict(one.type) | limits


def _type_dict(declared: Type) -> dict[str, Any]:
    return {"type": declared.category or declared.kind, "unit": str(declared.unit)}


def _parameter_dict(one: Parameter) -> dict[str, Any]:
    values = [
        {"at": key, "value": cell.number.text, "source": cell.source, "is_unverified": cell.is_unverified}
        for key, cell in cells_of(one.cells)
    ]
    bands = None if one.bands is None else {"unit": str(one.bands.unit), "upto": list(one.bands.limits)}
    return (
        _item(one)
        | _type_dict(one.type)
        | {"values": values, "bands": bands, "factor": _factor_dict(one.factor)}
    )


def _factor_dict(use: FactorUse | None) -> dict[str, Any] | None:
    if use is None:
        return None
    head = {"set": use.set.id, "version": use.set.version, "basis": use.set.basis, "unit": str(use.set.unit)}
    return head | {"at": {**use.by_dimension, **use.by_input}, "fallback": dict(use.fallback)}


def _step_dict(one: Step) -> dict[str, Any]:
    return _item(one) | _type_dict(one.type) | {"formula": one.text, "eq": one.words.eq}


def _rule_dict(one: Rule) -> dict[str, Any]:
    return _item(one) | {"require": one.text, "else": one.action, "clause": one.words.clause}
