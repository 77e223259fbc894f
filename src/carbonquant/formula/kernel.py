"""Compiled formulas: ordered typed steps become readable Python source, once as a scalar function, once over arrays.

Both are printed from the same typed tree, keep the symbols of the methodology, and give the same bits for
`+ - * /`, square roots and whole powers. A value that cannot be computed comes out as NaN (arrays) or as an
ArithmeticError or ValueError (scalars); a yes/no step that cannot be decided is told by a second array beside it.

Does not run stages or rows (see `rows`), knows no values.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Protocol, cast

import numpy as np

from carbonquant.formula import arrays, scalars, tree
from carbonquant.formula.functions import ROUNDING_MODES
from carbonquant.formula.tree import Typed, children, references
from carbonquant.units import conversion

__all__ = ["Context", "Kernel", "KernelStep", "compile_arrays", "compile_scalars"]

HALF = Fraction(1, 2)
OFF_ROWS = {"<": "less", "<=": "at_most", ">": "more", ">=": "at_least", "==": "equal", "!=": "unequal"}
NUMPY_NAMES = {"exp": "np.exp", "ln": "np.log", "log10": "np.log10", "sqrt": "np.sqrt", "abs": "np.abs"}
PLAIN_NAMES = {
    "min": "smaller",
    "max": "larger",
    "clamp": "clamp",
    "t_value": "t_value",
    "normal_value": "normal_value",
}
CANNOT_HIDE = frozenset({"sqrt", "abs", "neg", "exp", "ln", "log10"})
"""Functions of one argument that give no number where the argument is none (exp and 1/inf are settled apart)."""


class Context(Protocol):
    """What an array kernel asks of its surroundings, by dimension."""

    def index(self, dimension: str) -> Any:
        """The positions 0, 1, … of the members."""

    def size(self, dimension: str) -> int:
        """The number of members."""

    def value(self, dimension: str) -> Any:
        """The members as numbers (years)."""

    def code(self, dimension: str, member: str) -> int:
        """The position of one member."""

    def group(self, dimension: str) -> Any:
        """For each row, the position of its group."""

    def day(self, date: str) -> int:
        """A date as days since 1970-01-01."""

    def band(self, table: str, x: Any) -> Any:
        """The value of the band that each number falls in."""


@dataclass(frozen=True, slots=True)
class KernelStep:
    """A value to compute, under the name by which later steps read it."""

    name: str
    root: Typed


@dataclass(frozen=True, slots=True)
class Kernel:
    """Compiled steps.

    `run(context, *values of reads)` returns one value for each name in `writes`. For a yes/no that may be
    undecided, `writes` also has the name with `_known_` before it.
    """

    source: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    run: Callable[..., tuple[Any, ...]]


def known_name(name: str) -> str:
    """The name of the array that tells where a yes/no could be decided."""
    return f"_known_{name}"


def compile_arrays(
    steps: Sequence[KernelStep], axes: Callable[[Iterable[str]], tuple[str, ...]], lane: str
) -> Kernel:
    """Compile steps to a function over numpy arrays.

    Parameters
    ----------
    steps
        In dependency order.
    axes
        Puts a set of dimensions in the order of array axes.
    lane
        The rows dimension that the steps run over, or ''. On rows, comparisons are plain float64.
    """
    printer = _ArrayPrinter(axes, is_on_rows=bool(lane))
    writes: list[str] = []
    for step in steps:
        writes.extend(printer.step(step))
    return _compiled("arrays", steps, printer.lines, writes, {"np": np, "op": arrays})


def compile_scalars(steps: Sequence[KernelStep]) -> Kernel:
    """Compile steps without dimensions to a function over Python floats."""
    printer = _ScalarPrinter()
    lines = [f"{identifier(step.name)} = {printer.text(step.root)}" for step in steps]
    return _compiled("scalars", steps, lines, [step.name for step in steps], {"op": scalars})


def identifier(name: str) -> str:
    """A symbol as a Python name; the author's symbols are kept, words of Python get an underscore before them."""
    taken = keyword.iskeyword(name) or name in ("np", "op", "at")
    return f"_{name}" if taken else name.replace(".", "·")


def _compiled(
    kind: str,
    steps: Sequence[KernelStep],
    lines: Sequence[str],
    writes: Sequence[str],
    names: Mapping[str, Any],
) -> Kernel:
    made = {name for step in steps for name in (step.name, known_name(step.name))}
    reads = tuple(dict.fromkeys(n for s in steps for n in _read_names(s.root) if n not in made))
    arguments = ", ".join(["at", *map(identifier, reads)])
    result = ", ".join(map(identifier, writes))
    body = "\n    ".join([*lines, f"return ({result}{',' if len(writes) == 1 else ''})"])
    source = f"def kernel({arguments}):\n    {body}\n"
    space: dict[str, Any] = dict(names)
    exec(compile(source, f"<kernel {kind}>", "exec"), space)  # noqa: S102 - printed from a typed tree, never from text
    return Kernel(source, reads, tuple(writes), space["kernel"])


def _read_names(root: Typed) -> Iterable[str]:
    """The names a formula reads; a yes/no comes with the array that tells where it is decided."""
    for name in references(root):
        if not any(isinstance(node, tree.Band) and node.table == name for node in tree.walk(root)):
            yield name
    for node in tree.walk(root):
        if isinstance(node, tree.Reference) and node.type.kind == "bool" and node.kind == "step":
            yield known_name(node.name)


# --- arrays --------------------------------------------------------------------------------------------------


class _ArrayPrinter:
    """Prints steps as numpy source; each printed value has exactly the axes of its node's dimensions."""

    def __init__(self, axes: Callable[[Iterable[str]], tuple[str, ...]], *, is_on_rows: bool) -> None:
        self.axes = axes
        self.is_on_rows = is_on_rows
        self.lines: list[str] = []
        self._count = 0
        self._printers: dict[type, Callable[[Any], str]] = {
            tree.Quantity: self._literal,
            tree.Constant: self._literal,
            tree.Reference: self._reference,
            tree.MemberValue: self._member_value,
            tree.Lookup: self._lookup,
            tree.Band: self._band,
            tree.Convert: self._converted,
            tree.Spread: self._spread,
            tree.Arithmetic: self._arithmetic,
            tree.Power: self._power,
            tree.Apply: self._applied,
            tree.Choice: self._choice,
            tree.Aggregate: self._aggregate,
            tree.Along: self._along,
        }

    def step(self, step: KernelStep) -> list[str]:
        """Print one step; returns the names it writes."""
        name = identifier(step.name)
        if step.root.type.kind != "bool":
            self.lines.append(f"{name} = {self.number(step.root)}")
            return [step.name]
        value, known = self.condition(step.root)
        self.lines.append(f"{name} = {value}")
        self.lines.append(
            f"{identifier(known_name(step.name))} = {known or f'np.full(np.shape({name}), True)'}"
        )
        return [step.name, known_name(step.name)]

    # numbers

    def number(self, node: Typed) -> str:
        """Print a number (or the codes of a category, the days of a date)."""
        printed: str = self._printers[type(node)](node)
        return printed

    @staticmethod
    def _literal(node: tree.Quantity | tree.Constant) -> str:
        return repr(node.value)

    @staticmethod
    def _reference(node: tree.Reference) -> str:
        return identifier(node.name)

    @staticmethod
    def _member_value(node: tree.MemberValue) -> str:
        return f"at.{'value' if node.type.kind == 'number' else 'index'}({node.dimension!r})"

    def _band(self, node: tree.Band) -> str:
        return f"at.band({node.table!r}, {self.settled(node.argument)})"

    def settled(self, node: Typed) -> str:
        """Print a number so that an infinite one becomes NaN, where the next operation could hide it."""
        return f"op.settled({self.number(node)})" if _may_overflow(node) else self.number(node)

    def aligned(self, printed: str, node: Typed, dims: Iterable[str]) -> str:
        """Give a printed value the axes of a wider set of dimensions."""
        target = self.axes(dims)
        own = node.type.dims
        index = [":" if dimension in own else "None" for dimension in target]
        while index and index[0] == "None":
            index.pop(0)
        return printed if not own or set(index) == {":"} else f"{_atom(printed)}[{', '.join(index)}]"

    def _part(self, node: Typed, dims: Iterable[str], *, settle: bool = False) -> str:
        return self.aligned(self.settled(node) if settle else self.number(node), node, dims)

    def _converted(self, node: tree.Convert) -> str:
        operation = conversion(node.ratio)
        operand = self.number(node.operand)
        return f"({operand} {operation.operator} {operation.number!r})" if operation else operand

    def _spread(self, node: tree.Spread) -> str:
        sizes = "".join(f"at.size({dimension!r}), " for dimension in self.axes(node.type.dims))
        return f"np.broadcast_to({self._part(node.operand, node.type.dims)}, ({sizes}))"

    def _arithmetic(self, node: tree.Arithmetic) -> str:
        dims = node.type.dims
        left = self._part(node.left, dims)
        right = self._part(node.right, dims, settle=node.operator == "/")
        if node.operator == "/":
            return f"np.divide({left}, {right})"
        return f"({left} {node.operator} {right})"

    def _power(self, node: tree.Power) -> str:
        dims = node.type.dims
        base = self._part(node.base, dims, settle=True)
        if not isinstance(node.exponent, Fraction):
            return f"op.power({base}, {self._part(node.exponent, dims, settle=True)})"
        if node.exponent.denominator == 1:
            return f"op.whole_power({base}, {node.exponent.numerator})"
        return f"np.sqrt({base})" if node.exponent == HALF else f"op.power({base}, {float(node.exponent)!r})"

    def _applied(self, node: tree.Apply) -> str:
        dims = node.type.dims
        if node.function == "neg":
            return f"(-{_atom(self.number(node.arguments[0]))})"
        parts = [self._part(argument, dims, settle=True) for argument in node.arguments]
        if node.function in ROUNDING_MODES:
            return f"op.rounded({', '.join(parts)}, {ROUNDING_MODES[node.function]!r})"
        if node.function in NUMPY_NAMES:
            return f"{NUMPY_NAMES[node.function]}({', '.join(parts)})"
        return f"op.{PLAIN_NAMES[node.function]}({', '.join(parts)})"

    def _choice(self, node: tree.Choice) -> str:
        dims = node.type.dims
        printed = self._part(node.otherwise, dims)
        for when, then in reversed(node.branches):
            value, known = self.condition(when)
            condition = self.aligned(value, when, dims)
            printed = f"np.where({condition}, {self._part(then, dims)}, {printed})"
            if known:
                printed = f"np.where({self.aligned(known, when, dims)}, {printed}, np.nan)"
        return printed

    def _lookup(self, node: tree.Lookup) -> str:
        """Print a table read at positions: one index for each of the table's axes, all of the result's shape."""
        by_dimension = {index.dimension: index for index in node.indices}
        places = [
            self._place(d, by_dimension.get(d), node.type.dims) for d in self.axes(node.table.type.dims)
        ]
        table = identifier(node.table.name)
        if any(index.rows for index in node.indices):
            return f"op.of_group({table}, {', '.join(places)})"
        return f"{table}[{', '.join(places)}]"

    def _place(self, dimension: str, index: tree.IndexBy | None, dims: frozenset[str]) -> str:
        if index is None:
            return self._axis(f"at.index({dimension!r})", dimension, dims)
        if index.member:
            return f"at.code({dimension!r}, {index.member!r})"
        if index.along:
            return self._axis(f"at.index({index.along!r})", index.along, dims)
        if index.by is not None:
            return self.aligned(self.number(index.by), index.by, dims)
        return self._axis(f"at.group({dimension!r})", index.rows, dims)

    def _axis(self, printed: str, dimension: str, dims: frozenset[str]) -> str:
        target = self.axes(dims)
        index = [":" if name == dimension else "None" for name in target[target.index(dimension) :]]
        return printed if len(index) == 1 else f"{printed}[{', '.join(index)}]"

    def _aggregate(self, node: tree.Aggregate) -> str:
        """Print an aggregate over small dimensions (those over rows were taken out by the plan)."""
        operand_dims = node.operand.type.dims
        axes = tuple(self.axes(operand_dims).index(dimension) for dimension in self.axes(node.over))
        operand, where, known = self._masked(node, operand_dims)
        printed = {
            "sum": f"op.total(np.where({where}, {operand}, 0.0), {axes})"
            if where
            else f"op.total({operand}, {axes})",
            "count": f"op.count({where or f'np.ones(np.shape({operand}))'}, {axes})",
            "mean": f"op.mean({operand}, {where or 'True'}, {axes})",
            "min": f"op.smallest({operand}, {where or 'True'}, {axes})",
            "max": f"op.largest({operand}, {where or 'True'}, {axes})",
            "sd": f"op.sd({operand}, {where or 'True'}, {axes})",
        }[node.function]
        if not known:
            return printed
        left_out = f"op.count(np.logical_not({known}), {axes})"
        return f"np.where({left_out} > 0.0, np.nan, {printed})"

    def _masked(self, node: tree.Aggregate, dims: frozenset[str]) -> tuple[str, str, str]:
        operand = self._part(node.operand, dims, settle=node.function in ("min", "max", "count"))
        if node.where is None:
            return operand, "", ""
        value, known = self.condition(node.where)
        whole = f"np.broadcast_to({{}}, np.shape({operand}))"
        where = whole.format(self.aligned(value, node.where, dims))
        return operand, where, whole.format(self.aligned(known, node.where, dims)) if known else ""

    def _along(self, node: tree.Along) -> str:
        axis = self.axes(node.type.dims).index(node.along)
        start = "0.0" if node.start is None else self._part(node.start, node.type.dims - {node.along})
        return f"op.{node.function}({self.number(node.operand)}, {axis}, {start})"

    # yes or no

    def condition(self, node: Typed) -> tuple[str, str]:
        """Print a yes/no, and where it can be decided ('' where always)."""
        match node:
            case tree.Reference(kind="step"):
                return identifier(node.name), identifier(known_name(node.name))
            case tree.Reference():
                return identifier(node.name), ""
            case tree.Lookup():
                beside = replace(node, table=replace(node.table, name=known_name(node.table.name)))
                return self._lookup(node), self._lookup(beside) if node.table.kind == "step" else ""
            case tree.Not():
                value, known = self.condition(node.operand)
                return f"np.logical_not({value})", known
            case tree.Logic():
                return self._logic(node)
            case _:
                return self._compare(cast("tree.Compare", node))  # typing lets nothing else be a yes/no

    def _logic(self, node: tree.Logic) -> tuple[str, str]:
        """The second side counts only where the first does not decide."""
        dims = node.type.dims
        sides = []
        for side in (node.left, node.right):
            value, known = self.condition(side)
            sides.append((self.aligned(value, side, dims), self.aligned(known, side, dims) if known else ""))
        (left, left_known), (right, right_known) = sides
        operator = "&" if node.operator == "and" else "|"
        value = f"({left} {operator} {right})"
        if not right_known:
            return value, left_known
        decides = f"np.logical_not({left})" if node.operator == "and" else left
        known = f"({decides} | {right_known})"
        return value, f"({left_known} & {known})" if left_known else known

    def _compare(self, node: tree.Compare) -> tuple[str, str]:
        dims = node.type.dims
        if node.left.type.kind != "number":
            return self._compare_members(node), ""
        parts, known = [], []
        for side in children(node):
            printed = self.number(side)
            if not _is_always_finite(side):
                printed = self._named(printed)
                known.append(self.aligned(f"op.finite({printed})", side, dims))
            parts.append(self.aligned(printed, side, dims))
        if self.is_on_rows:
            value = f"({parts[0]} {node.operator} {parts[1]})"
        else:
            value = f"op.{OFF_ROWS[node.operator]}({parts[0]}, {parts[1]})"
        return value, " & ".join(known) if len(known) <= 1 else f"({' & '.join(known)})"

    def _compare_members(self, node: tree.Compare) -> str:
        left = self.number(node.left)
        members = [
            self._member(child, node.left) for child in children(node) if isinstance(child, tree.Member)
        ]
        operator = "==" if node.operator == "in" else node.operator
        tests = [f"({left} {operator} {member})" for member in members]
        return tests[0] if len(tests) == 1 else f"({' | '.join(tests)})"

    def _member(self, member: tree.Member, left: Typed) -> str:
        if left.type.kind == "date":
            return f"at.day({member.text!r})"
        return f"at.code({left.type.category!r}, {member.text!r})"

    def _named(self, printed: str) -> str:
        """Compute a value once, under a name of its own."""
        if printed.isidentifier():
            return printed
        self._count += 1
        self.lines.append(f"_x{self._count} = {printed}")
        return f"_x{self._count}"


def _atom(printed: str) -> str:
    """A printed value that can be indexed or negated."""
    return printed if printed.endswith(")") or printed.replace("_", "a").isalnum() else f"({printed})"


def _is_always_finite(node: Typed) -> bool:
    """Whether a value is a number wherever its data are present: data are checked when they are bound."""
    if isinstance(node, (tree.Convert, tree.Lookup)):
        return _is_always_finite(node.operand if isinstance(node, tree.Convert) else node.table)
    is_leaf = isinstance(node, (tree.Quantity, tree.Constant, tree.MemberValue))
    return is_leaf or (isinstance(node, tree.Reference) and node.kind in ("input", "parameter"))


def _may_overflow(node: Typed) -> bool:
    """Whether a computed value could be infinite where it is used (a step of its own is judged by itself)."""
    return not (_is_always_finite(node) or isinstance(node, (tree.Reference, tree.Lookup, tree.Band)))


# --- scalars -------------------------------------------------------------------------------------------------


class _ScalarPrinter:
    """Prints a formula without dimensions as plain Python; `and`, `or` and choices are lazy there by themselves."""

    def text(self, node: Typed) -> str:
        """Print any node."""
        match node:
            case tree.Quantity() | tree.Constant():
                return repr(node.value)
            case tree.Reference():
                return identifier(node.name)
            case tree.Band():
                return f"at.band({node.table!r}, {self.settled(node.argument)})"
            case tree.Convert():
                operation = conversion(node.ratio)
                operand = self.text(node.operand)
                return f"({operand} {operation.operator} {operation.number!r})" if operation else operand
            case tree.Arithmetic(operator="/"):
                return f"({self.text(node.left)} / {self.settled(node.right)})"
            case tree.Arithmetic():
                return f"({self.text(node.left)} {node.operator} {self.text(node.right)})"
            case tree.Power():
                return self._power(node)
            case tree.Apply():
                return self._applied(node)
            case tree.Choice():
                return self._choice(node)
            case _:
                return self._condition(node)

    def settled(self, node: Typed) -> str:
        """Print a number that must be finite before it is used."""
        return f"op.settled({self.text(node)})" if _may_overflow(node) else self.text(node)

    def _power(self, node: tree.Power) -> str:
        base = self.settled(node.base)
        if not isinstance(node.exponent, Fraction):
            return f"op.power({base}, {self.settled(node.exponent)})"
        if node.exponent.denominator == 1:
            return f"op.whole_power({base}, {node.exponent.numerator})"
        return f"op.sqrt({base})" if node.exponent == HALF else f"op.power({base}, {float(node.exponent)!r})"

    def _applied(self, node: tree.Apply) -> str:
        if node.function == "neg":
            return f"(-{self.text(node.arguments[0])})"
        arguments = ", ".join(self.settled(argument) for argument in node.arguments)
        if node.function in ROUNDING_MODES:
            return f"op.rounded({arguments}, {ROUNDING_MODES[node.function]!r})"
        if node.function == "abs":
            return f"abs({arguments})"
        return f"op.{PLAIN_NAMES.get(node.function, node.function)}({arguments})"

    def _choice(self, node: tree.Choice) -> str:
        printed = self.text(node.otherwise)
        for when, then in reversed(node.branches):
            printed = f"({self.text(then)} if {self.text(when)} else {printed})"
        return printed

    def _condition(self, node: Typed) -> str:
        match node:
            case tree.Not():
                return f"(not {self.text(node.operand)})"
            case tree.Logic():
                return f"({self.text(node.left)} {node.operator} {self.text(node.right)})"
            case tree.Compare(right=tree.Member() as member):
                return f"({self.text(node.left)} {node.operator} {self._member(member)})"
            case tree.Compare(right=tuple() as members):
                chosen = ", ".join(self._member(member) for member in members)
                return f"({self.text(node.left)} in ({chosen},))"
            case _:
                compare = cast("tree.Compare", node)  # typing lets nothing else be a yes/no
                left, right = (self.settled(side) for side in children(compare))
                return f"op.{OFF_ROWS[compare.operator]}({left}, {right})"

    @staticmethod
    def _member(member: tree.Member) -> str:
        """Print a date: without dimensions there are no categories."""
        return f"at.day({member.text!r})"
