"""What stands for each name when the numbers of a run are put into a formula.

Gives the printer of formulas values with their units, the places that an aggregate adds up, and where a look-up reads.

Does not print formulas (see `formula.printing`), computes nothing but what `evaluation` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from carbonquant.formula import tree
from carbonquant.formula.printing import Place, number_text
from carbonquant.formula.tree import Typed
from carbonquant.plan import Reduction
from carbonquant.quantification.evaluation import Evaluation
from carbonquant.units import Unit

__all__ = ["Substitution", "with_unit"]

SHOWN_DIGITS = 10
"""Significant digits of the numbers in a substituted formula; the value of a step is shown in full."""
NO_VALUE = "no value"


class Substitution:
    """Gives the printer of formulas the numbers of a run."""

    def __init__(self, evaluation: Evaluation, reductions: Mapping[str, Reduction]) -> None:
        self.evaluation = evaluation
        self.reductions = reductions

    def shown(self, node: Typed, at: Place, *, is_full: bool = False) -> str:
        """The value of a node with its unit."""
        value = self.evaluation.value(node, at)
        if value is None:
            return NO_VALUE
        if node.type.kind == "bool":
            return "yes" if value else "no"
        if node.type.kind != "number":
            return f"'{value}'"
        return with_unit(number_text(value, None if is_full else SHOWN_DIGITS), node.type.unit)

    def terms(self, node: tree.Aggregate, at: Place) -> Sequence[Place] | int:
        """The places whose values an aggregate over small dimensions takes."""
        places: list[Place] = [at]
        for dimension in self.evaluation.methodology.axes(node.over):
            members = self.evaluation.members(dimension)
            places = [{**place, dimension: member} for place in places for member in members]
        if node.where is not None:
            places = [place for place in places if self.evaluation.value(node.where, place)]
        return places

    def before(self, dimension: str, at: Place) -> Sequence[Place]:
        """The places before this one along an ordered dimension."""
        members = self.evaluation.members(dimension)
        return [{**at, dimension: member} for member in members[: members.index(at[dimension])]]

    def table_place(self, node: tree.Lookup, place: Place) -> Place | None:
        """Where in its table a look-up reads; None where a row has no group or no category to look up."""
        at: dict[str, str | None] = dict(place)
        for index in node.indices:
            at[index.dimension] = self._indexed(index, place)
        found = {dimension: name for dimension, name in at.items() if name is not None}
        return found if len(found) == len(at) else None

    def _indexed(self, index: tree.IndexBy, place: Place) -> str | None:
        if index.by is not None:
            member: str | None = self.evaluation.value(index.by, place)
            return member
        if index.rows:
            return self.evaluation.group_of(index.dimension, int(place[index.rows]))
        return index.member or place[index.along]

    def reduced(self, reduction: Reduction, place: Place) -> str:
        """The value of an aggregate over rows."""
        root = self.evaluation.roots[reduction.operand]
        dims = frozenset(place)
        pure = reduction.function == "count"
        kind = tree.Type(dims=dims) if pure else tree.Type(unit=root.type.unit, dims=dims)
        return self.shown(tree.Reference(kind, (0, 0), reduction.name, "step"), place, is_full=True)

    def counted(self, reduction: Reduction, place: Place) -> str:
        """How many accepted rows an aggregate draws on."""
        outcome = self.evaluation.outcome
        dimension = self.evaluation.methodology.dimensions[reduction.lane]
        table = outcome.binding.tables[dimension.lane]
        used = outcome.reasons[dimension.lane].accepted
        if reduction.where and dimension.kind == "rows":
            used = used & outcome.values[reduction.where]
        for target, column in reduction.targets:
            codes = table.links[column, target] if column else table.groups[target].codes
            used = used & (codes == self.evaluation.position(target, place[target]))
        return f"{int(used.sum())} accepted rows of {dimension.lane}"


def with_unit(number: str, unit: Unit) -> str:
    """A number and its unit, which is left out where it is 1."""
    return number if str(unit) == "1" else f"{number} {unit}"
