"""From a methodology and a project's data to figures.

`quantify` gives figures by role with their units, every step behind them, and what became of each row; or it raises
one error that lists every reason why the project is refused. Nothing is rounded that no rule rounds.

Does not read files (see `activity`), does not keep evidence (see `audit`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from carbonquant.activity import ActivityData, Binding, bind
from carbonquant.errors import Diagnostic, NotApplicableError
from carbonquant.formula import scalars
from carbonquant.methodology.identity import SIGNS
from carbonquant.methodology.model import Methodology, Role, Words
from carbonquant.methodology.values import sorted_members
from carbonquant.plan import Plan, plan
from carbonquant.quantification.explanation import Explanation, explain
from carbonquant.quantification.figures import Figure, RowCounts, figures_by_role
from carbonquant.rows.execution import BLOCK_ROWS, Outcome, Refusal, execute
from carbonquant.units import quantity

__all__ = ["Explanation", "Figure", "Quantification", "RowCounts", "quantify"]

IDENTITY_TOLERANCE = 1e-9
MOST_GAPS = 3
"""Gaps of a factor set that a message lists."""
CODE_OF_REASON = {"band": "CQ504", "nonfinite": "CQ505", "table": "CQ504"}


@dataclass(frozen=True)
class Quantification:
    """The figures of one project and everything they were made of."""

    methodology: Methodology
    activity: ActivityData
    outcome: Outcome
    figures: Mapping[Role, Figure]
    warnings: tuple[Diagnostic, ...]

    @property
    def reductions(self) -> Figure:
        """Emission reductions, t CO2e; `KeyError` where the methodology declares none."""
        return self.figures["reductions"]

    @property
    def removals(self) -> Figure:
        """Removals, t CO2e; `KeyError` where the methodology declares none."""
        return self.figures["removals"]

    @property
    def binding(self) -> Binding:
        """The project's data as the methodology reads them."""
        return self.outcome.binding

    @cached_property
    def rows(self) -> Mapping[str, RowCounts]:
        """What became of the rows of each table."""
        return {
            name: RowCounts(reasons.table.rows, int(reasons.accepted.sum()), reasons.counts())
            for name, reasons in self.outcome.reasons.items()
        }

    def values(self, name: str) -> Any:
        """All values of an input, a parameter or a step in its declared unit.

        Returns
        -------
        Array
            Float64 (or bool, or member codes), axes in the order of `Methodology.axes`, members sorted.
        """
        if name in self.outcome.values:
            return self.outcome.values[name]
        (table,) = self.methodology.inputs[name].over
        return self.binding.tables[table].columns[name]

    def quantity(self, name: str) -> Any:
        """All values of a step as one pint quantity."""
        return quantity(self.values(name), self.methodology.steps[name].type.unit)

    def members(self, dimension: str) -> tuple[str, ...]:
        """The members of a small dimension in the order of array axes."""
        return sorted_members(self.binding.members[dimension])

    def explain(self, name: str, *, row: int | None = None, **at: str | int) -> Explanation:
        """Why a step has its value: formula, numbers, units, sources, down to the inputs.

        Parameters
        ----------
        name
            A step, or a role such as `reductions`.
        row
            A row of the table the step varies over, counted from 0.
        **at
            A member for every other dimension the step varies over, such as `year=2025`.
        """
        step = self.methodology.roles.get(name, name)  # type: ignore[call-overload]  # any text may be asked for
        return explain(self.outcome, step, row=row, at={key: str(member) for key, member in at.items()})

    def __str__(self) -> str:
        head = f"{self.methodology.title()} ({self.methodology.id} {self.methodology.version})"
        return "\n".join([head, *(f"  {role}: {figure}" for role, figure in self.figures.items())])


def quantify(
    methodology: Methodology, activity: ActivityData, *, threads: int = 1, block_rows: int = BLOCK_ROWS
) -> Quantification:
    """Quantify a project.

    Parameters
    ----------
    methodology
        What `load` gave.
    activity
        What `read_activity` gave.
    threads, block_rows
        How rows are shared out; the figures do not depend on either, to the last bit.

    Raises
    ------
    ActivityDataError
        If the data do not fit the methodology; all reasons at once.
    NotApplicableError
        If the project breaks a rule, or a step has no finite value for it; all reasons at once.
    """
    laid_out = plan(methodology)
    binding = bind(activity, methodology)
    outcome = _scalar_outcome(laid_out, binding) or execute(
        laid_out, binding, threads=threads, block_rows=block_rows
    )
    if outcome.refusals:
        raise NotApplicableError(_refused(refusal, binding) for refusal in _once(outcome.refusals))
    figures = figures_by_role(methodology, outcome.values, binding.members)
    if methodology.checks_identity:
        _check_identity(methodology, figures)
    return Quantification(methodology, activity, outcome, figures, (*binding.notes, *_warned(outcome)))


def _scalar_outcome(laid_out: Plan, binding: Binding) -> Outcome | None:
    """Compute a methodology without dimensions in plain floats; None where a value or a rule needs a closer look."""
    kernel = laid_out.scalar_kernel
    if kernel is None:
        return None
    at = _ScalarContext(laid_out.methodology)
    try:
        results = kernel.run(at, *(binding.values[name].item() for name in kernel.reads))
    except (ArithmeticError, ValueError):
        return None
    values = dict(zip(kernel.writes, results, strict=True))
    if not all(
        np.isfinite(value) and (value or not name.startswith("_rule_")) for name, value in values.items()
    ):
        return None
    return Outcome(
        laid_out, binding, {**binding.values, **{name: np.asarray(v) for name, v in values.items()}}, {}
    )


class _ScalarContext:
    """What the scalar function asks of its surroundings."""

    def __init__(self, methodology: Methodology) -> None:
        self.methodology = methodology

    def band(self, table: str, x: float) -> float:
        parameter = self.methodology.parameters[table]
        if parameter.bands is None:
            raise AssertionError(table)
        limits = tuple(float("inf") if limit is None else limit for limit in parameter.bands.limits)
        return scalars.band(x, limits, tuple(cell.number.value for cell in parameter.cells))

    def day(self, date: str) -> int:
        return int(np.datetime64(date, "D").astype(np.int64))


def _once(refusals: Iterable[Refusal]) -> Iterator[Refusal]:
    """Leave out what says again that a table has no value: one gap is told where it is met first."""
    told: set[str] = set()
    for refusal in refusals:
        if not (refusal.reason.startswith("table.") and refusal.reason in told):
            yield refusal
        told.add(refusal.reason)


def _refused(refusal: Refusal, binding: Binding) -> Diagnostic:
    """Say why a project is refused, at the place in the methodology that says so."""
    methodology = binding.methodology
    source = methodology.source
    where = f" for {', '.join(refusal.members)}" if refusal.members else ""
    if refusal.reason in methodology.rules:
        rule = methodology.rules[refusal.reason]
        message = (
            f"the project does not meet '{rule.name}'{where}: {rule.words.in_language('en') or rule.text}"
        )
        position = source.position_of(_place("rules", rule.name, "require"))
        return _with_reason(
            source.diagnostic("CQ501", message, position, notes=_also_in_chinese(rule.words)), refusal
        )
    kind, _, name = refusal.reason.partition(".")
    notes: tuple[str, ...] = ()
    if kind == "table":
        message, hint = f"'{name}' has no published value{where}", ""
        notes = tuple(_gaps(name, binding))
    elif kind == "band":
        bands = methodology.parameters[name].bands
        message = f"'{name}' has no band for the value{where}"
        hint = f"its last limit is {bands.limits[-1]:g} {bands.unit}" if bands and bands.limits[-1] else ""
    else:
        message = f"'{name}' has no finite value{where}"
        hint = "look for a division by 0, or a number that is far too large"
    position = source.position_of(_place("steps", refusal.name, "formula"))
    found = source.diagnostic(CODE_OF_REASON[kind], message, position, notes=notes, hint=hint)
    return _with_reason(found, refusal)


def _place(section: str, name: str, key: str) -> tuple[str, ...]:
    """Where an item stands in the file; what a tool brings along stands where the tool is used."""
    use, dot, own = name.partition(".")
    return ("use", use, "with", own) if dot else (section, name, key)


def _gaps(parameter: str, binding: Binding) -> Iterator[str]:
    """Tell the first keys for which a factor set has no value."""
    lookups = binding.lookups.get(parameter)
    gaps = [] if lookups is None else [one for one in lookups.ravel().tolist() if one.cell is None]
    for gap in gaps[:MOST_GAPS]:
        asked = ", ".join(f"{key} {gap.asked[key]}" for key in gap.set.keys)
        yield f"'{gap.set.id}' {gap.set.version} publishes nothing for {asked}"


def _also_in_chinese(words: Words) -> tuple[str, ...]:
    return (words.zh,) if words.zh and words.en else ()


def _with_reason(diagnostic: Diagnostic, refusal: Refusal) -> Diagnostic:
    return replace(diagnostic, reason=refusal.reason)


def _warned(outcome: Outcome) -> list[Diagnostic]:
    methodology = outcome.plan.methodology
    found = []
    for name, count in outcome.warned.items():
        rule = methodology.rules[name]
        message = f"'{name}' does not hold {count} time(s): {rule.words.in_language('en') or rule.text}"
        position = methodology.source.position_of(("rules", name, "require"))
        found.append(methodology.source.diagnostic("CQ502", message, position, severity="warning"))
    return found


def _check_identity(methodology: Methodology, figures: Mapping[Role, Figure]) -> None:
    """Check reductions = (baseline - project) + removals - leakage, where the formulas could not prove it."""
    parts = [SIGNS[role] * figure.value for role, figure in figures.items() if role != "reductions"]
    expected, found = sum(parts), figures["reductions"].value
    if abs(expected - found) > IDENTITY_TOLERANCE * max(abs(expected), abs(found)):
        source = methodology.source
        message = f"reductions are {found!r} t CO2e, but the roles add up to {expected!r} t CO2e"
        position = source.position_of(("results", "reductions"))
        raise NotApplicableError([source.diagnostic("CQ503", message, position)])
