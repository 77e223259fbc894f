"""Which formulas mean something: units, kinds and dimensions of every sub-expression, before any data is seen.

`infer` turns an `Expression` into a typed tree in which each unit conversion is a node of its own, or says what is
wrong, at the smallest wrong place. One mistake gives one problem: what hangs on it is not judged.

Does not parse (see `syntax`), does not know rules or results (see `methodology`), computes nothing (see `kernel`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, TypeAlias

from carbonquant.errors import Problem, TextRefusedError
from carbonquant.formula import calls, syntax, tree
from carbonquant.formula.conversion import adopt, constant_value, converted, is_zero, missing_factor, near
from carbonquant.formula.tree import Dimension, Symbol, Type, Typed
from carbonquant.units import CONSTANTS, PURE, parse_unit

__all__ = ["Inference", "Names", "conform", "infer"]

PI = 3.141592653589793
LARGEST_EXPONENT = 100
ROOTS = (1, 2, 3, 4)
"""Denominators of the exponents that a quantity with a unit may be raised to."""
WORDS_OF_OPERATOR = {"+": "add", "-": "subtract"}


@dataclass(frozen=True)
class Names:
    """What the formulas of one file may speak of; nothing is concluded about names in `broken`."""

    symbols: Mapping[str, Symbol]
    dimensions: Mapping[str, Dimension]
    broken: AbstractSet[str] = frozenset()
    substances: frozenset[str] = frozenset()

    def columns(self, rows: str) -> tuple[Symbol, ...]:
        """The inputs that every row of a rows dimension brings along."""
        return tuple(s for s in self.symbols.values() if s.kind == "input" and s.type.dims == {rows})


def infer(expression: syntax.Expression, names: Names) -> tuple[Typed | None, tuple[Problem, ...]]:
    """Type an expression; returns the typed tree (None where something is wrong) and all problems found."""
    inference = Inference(names)
    root = inference.visit(expression)
    is_wrong = inference.problems or inference.is_blocked
    return (None if is_wrong else root), tuple(inference.problems)


def conform(root: Typed, declared: Type, name: str, names: Names) -> tuple[Typed | None, Problem | None]:
    """Give a formula the type its step declares, converting its unit; or say why that is impossible."""
    start, end = root.span
    found = root.type
    if found.kind != declared.kind or (found.kind == "category" and found.category != declared.category):
        message = f"'{name}' is declared as {declared.words} but the formula gives {found.words}"
        return None, Problem("CQ309", message, start, end)
    if found.dims != declared.dims:
        return None, _wrong_dims(found.dims, declared.dims, name, start, end)
    if found.kind != "number":
        return root, None
    if is_zero(root):
        return adopt(root, declared.unit), None
    if not found.unit.same_dimension(declared.unit):
        message = f"'{name}' is declared in {declared.unit} but the formula gives {found.words}"
        hint = missing_factor(declared.unit, found.unit, names.symbols.values())
        return None, Problem("CQ302", message, start, end, hint=hint)
    return converted(root, declared.unit), None


def _wrong_dims(found: frozenset[str], declared: frozenset[str], name: str, start: int, end: int) -> Problem:
    extra, absent = sorted(found - declared), sorted(declared - found)
    head = (
        f"'{name}' is declared over ({', '.join(sorted(declared))})"
        if declared
        else f"'{name}' has no 'over:'"
    )
    if extra:
        message = f"{head} but the formula also varies over ({', '.join(extra)})"
        joined = extra[0] if len(extra) == 1 else f"({', '.join(extra)})"
        added = " and ".join(f"'{dimension}'" for dimension in extra)
        return Problem(
            "CQ311", message, start, end, hint=f"wrap it in sum(…, over={joined}) or add {added} to over:"
        )
    message = f"{head} but the formula does not vary over ({', '.join(absent)})"
    removed = " and ".join(f"'{dimension}'" for dimension in absent)
    return Problem("CQ311", message, start, end, hint=f"remove {removed} from over:")


# --- inference -----------------------------------------------------------------------------------------------

Result: TypeAlias = Typed | None


class Inference:
    """One pass over one formula; `problems` fills as it goes, `is_blocked` tells that it reads a broken name."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.problems: list[Problem] = []
        self.is_blocked = False
        self._visitors: dict[type, Callable[[Any], Result]] = {
            syntax.Number: self._number,
            syntax.Name: self._name,
            syntax.Index: self._index,
            syntax.Call: self._call,
            syntax.Unary: self._unary,
            syntax.Binary: self._binary,
            syntax.Comparison: self._comparison,
            syntax.Quoted: self._quoted,
            syntax.NameList: self._list,
            syntax.QuotedList: self._list,
        }

    def visit(self, node: syntax.Expression) -> Result:
        """Type a node; None where it, or something below it, is wrong."""
        visited: Result = self._visitors[type(node)](node)
        return visited

    def _index(self, node: syntax.Index) -> Result:
        return calls.index(self, node)

    def _call(self, node: syntax.Call) -> Result:
        return calls.call(self, node)

    def _quoted(self, node: syntax.Quoted) -> Result:
        message = "a quoted text stands only beside == or != or in, or as an index"
        return self.refuse("CQ309", message, node.span)

    def _list(self, node: syntax.NameList | syntax.QuotedList) -> Result:
        return self.refuse("CQ308", "a list stands only behind over=, to= or in", node.span)

    def _binary(self, node: syntax.Binary) -> Result:
        if node.operator == "^":
            return self._power(node)
        return self._logic(node) if node.operator in ("and", "or") else self._arithmetic(node)

    def refuse(
        self, code: str, message: str, span: tree.Span, *, hint: str = "", notes: tuple[str, ...] = ()
    ) -> None:
        """Note a problem at a span."""
        self.problems.append(Problem(code, message, span[0], span[1], notes, hint))

    def number(self, node: syntax.Expression) -> Result:
        """Type a node that must be a number."""
        typed = self.visit(node)
        if typed is not None and typed.type.kind != "number":
            hint = ""
            if typed.type.kind == "category" and isinstance(typed, tree.Reference):
                hint = f"write table[{typed.name}] for the value that a table has for it"
            return self.refuse("CQ309", f"expected a number, found {typed.type.words}", node.span, hint=hint)
        return typed

    def condition(self, node: syntax.Expression) -> Result:
        """Type a node that must be a yes/no."""
        typed = self.visit(node)
        if typed is not None and typed.type.kind != "bool":
            hint = "a condition compares, as in x > 0"
            return self.refuse("CQ309", f"expected a yes/no, found {typed.type.words}", node.span, hint=hint)
        return typed

    def pure(self, node: syntax.Expression, why: str) -> Result:
        """Type a node that must be a pure number, and bring it to the unit 1."""
        typed = self.number(node)
        if typed is None:
            return None
        if not typed.type.unit.is_pure:
            return self.refuse(
                "CQ305", f"{why}, found {typed.type.words}", node.span, hint=_strip_hint(typed)
            )
        return converted(typed, PURE)

    def together(self, types: Iterable[Type], span: tree.Span) -> frozenset[str] | None:
        """The union of dimensions, refused where rows meet their groups or other rows."""
        dims: frozenset[str] = frozenset().union(*(t.dims for t in types))
        long = sorted(d for d in dims if self.names.dimensions[d].is_long)
        if len(long) > 1:
            group = next((d for d in long if self.names.dimensions[d].kind == "group"), "")
            hint = f"write name[{group}] to read at each row the value of its group" if group else ""
            return self.refuse(
                "CQ315", f"the expression varies over {long[0]} and {long[1]} at once", span, hint=hint
            )
        return dims

    def _number(self, node: syntax.Number) -> Result:
        value = float(node.text)
        if value == float("inf"):
            return self.refuse("CQ301", f"{node.text} is too large for a number", node.span)
        if node.unit is None:
            return tree.Quantity(Type(), node.span, value, node.text)
        try:
            unit = parse_unit(node.unit, self.names.substances)
        except TextRefusedError as refused:
            found = refused.problem
            place = (node.unit_start + found.start, node.unit_start + found.end)
            return self.refuse(found.code, found.message, place, hint=found.hint, notes=found.notes)
        if unit.is_point:
            place = (node.unit_start, node.unit_start + len(node.unit))
            hint = "a difference of temperatures is in K"
            return self.refuse("CQ208", f"'{unit}' stands on inputs and parameters only", place, hint=hint)
        return tree.Quantity(Type(unit=unit), node.span, value, node.text, node.unit)

    def _name(self, node: syntax.Name) -> Result:
        name, span = node.name, node.span
        symbol = self.names.symbols.get(name)
        if symbol is not None and symbol.kind == "bands":
            hint = f"write {name}[x], with the number that chooses the band"
            return self.refuse("CQ318", f"'{name}' is a banded table", span, hint=hint)
        if symbol is not None:
            return tree.Reference(symbol.type, span, name, symbol.kind)
        if name in self.names.dimensions:
            return self._dimension(name, span)
        if name in CONSTANTS:
            value, unit = CONSTANTS[name]
            return tree.Constant(Type(unit=unit), span, name, float(value))
        if name == "pi":
            return tree.Constant(Type(), span, name, PI)
        return self.unknown(name, span)

    def unknown(self, name: str, span: tree.Span) -> None:
        """Refuse a name that nothing in the file declares."""
        if not self.names.broken.isdisjoint((name, name.partition(".")[0])):
            self.is_blocked = True
            return
        known = [*self.names.symbols, *self.names.dimensions, *CONSTANTS]
        self.refuse("CQ306", f"unknown name '{name}'", span, hint=near(name, known))

    def _dimension(self, name: str, span: tree.Span) -> Result:
        dimension = self.names.dimensions[name]
        if dimension.kind == "year":
            return tree.MemberValue(Type(unit=parse_unit("yr"), dims=frozenset({name})), span, name)
        if dimension.kind == "category":
            return tree.MemberValue(Type("category", PURE, frozenset({name}), name), span, name)
        return self.refuse("CQ309", f"the dimension '{name}' has no value of its own", span)

    def _unary(self, node: syntax.Unary) -> Result:
        if node.operator == "not":
            operand = self.condition(node.operand)
            return operand and tree.Not(operand.type, node.span, operand)
        operand = self.number(node.operand)
        return operand and tree.Apply(operand.type, node.span, "neg", (operand,))

    def _logic(self, node: syntax.Binary) -> Result:
        left, right = self.condition(node.left), self.condition(node.right)
        if left is None or right is None:
            return None
        dims = self.together((left.type, right.type), node.span)
        if dims is None:
            return None
        result = Type("bool", PURE, dims)
        return tree.Logic(result, node.span, node.operator, left, right)  # type: ignore[arg-type]  # and or or here

    def _arithmetic(self, node: syntax.Binary) -> Result:
        left, right = self.number(node.left), self.number(node.right)
        if left is None or right is None:
            return None
        dims = self.together((left.type, right.type), node.span)
        if dims is None:
            return None
        if node.operator in ("*", "/"):
            return self._product(node, left, right, dims)
        verb = WORDS_OF_OPERATOR[node.operator]
        pair = self.alike(left, right, verb, (node.operator_start, node.operator_start + 1))
        if pair is None:
            return None
        left, right = pair
        result = Type(unit=left.type.unit, dims=dims)
        return tree.Arithmetic(result, node.span, node.operator, left, right)  # type: ignore[arg-type]  # + or - here

    def _product(self, node: syntax.Binary, left: Typed, right: Typed, dims: frozenset[str]) -> Result:
        try:
            unit = (
                left.type.unit * right.type.unit if node.operator == "*" else left.type.unit / right.type.unit
            )
        except TextRefusedError as refused:
            return self.refuse(refused.problem.code, refused.problem.message, node.span)
        if node.operator == "/" and constant_value(right) == 0:
            return self.refuse("CQ308", "division by zero", right.span)
        result = Type(unit=unit, dims=dims)
        return tree.Arithmetic(result, node.span, node.operator, left, right)  # type: ignore[arg-type]  # * or / here

    def alike(self, left: Typed, right: Typed, verb: str, span: tree.Span) -> tuple[Typed, Typed] | None:
        """Bring two numbers to the unit of the left one; a literal 0 takes the other's unit."""
        if is_zero(right):
            return left, adopt(right, left.type.unit)
        if is_zero(left):
            return adopt(left, right.type.unit), right
        left, right = _year_literal(left, right), _year_literal(right, left)
        if not left.type.unit.same_dimension(right.type.unit):
            hint = _unit_hint(left, right) or missing_factor(
                left.type.unit, right.type.unit, self.names.symbols.values()
            )
            message = f"cannot {verb} {left.type.words} and {right.type.words}"
            self.refuse("CQ303", message, span, hint=hint)
            return None
        return left, converted(right, left.type.unit)

    def _power(self, node: syntax.Binary) -> Result:
        exponent = constant(node.right)
        if exponent is None:
            base = self.pure(node.left, "the base of a power with a computed exponent must be a pure number")
            raised = self.pure(node.right, "an exponent must be a pure number")
            if base is None or raised is None:
                return None
            dims = self.together((base.type, raised.type), node.span)
            return None if dims is None else tree.Power(Type(dims=dims), node.span, base, raised)
        if abs(exponent) > LARGEST_EXPONENT:
            message = f"an exponent lies between -{LARGEST_EXPONENT} and {LARGEST_EXPONENT}"
            return self.refuse("CQ308", message, node.right.span)
        base = self.number(node.left)
        if base is None:
            return None
        if base.type.unit.is_pure and exponent.denominator != 1:
            base = converted(base, PURE)
        if exponent.denominator not in ROOTS and not base.type.unit.is_pure:
            message = (
                f"only a pure number can be raised to {syntax_text(node.right)}, found {base.type.words}"
            )
            return self.refuse("CQ305", message, node.left.span, hint=_strip_hint(base))
        try:
            unit = PURE if base.type.unit == PURE else base.type.unit**exponent
        except TextRefusedError as refused:
            return self.refuse(refused.problem.code, refused.problem.message, node.span)
        return tree.Power(replace(base.type, unit=unit), node.span, base, exponent)

    def _comparison(self, node: syntax.Comparison) -> Result:
        parts = []
        for i, operator in enumerate(node.operators):
            start = node.operator_starts[i]
            part = self._compare(
                operator, node.operands[i], node.operands[i + 1], (start, start + len(operator))
            )
            if part is None:
                return None
            parts.append(replace(part, span=(node.operands[i].span[0], node.operands[i + 1].span[1])))
        result: Typed = parts[0]
        for part in parts[1:]:
            dims = self.together((result.type, part.type), node.span)
            if dims is None:
                return None
            result = tree.Logic(Type("bool", PURE, dims), node.span, "and", result, part, chained=True)
        return result

    def _compare(
        self, operator: str, left: syntax.Expression, right: syntax.Expression, span: tree.Span
    ) -> Result:
        if isinstance(left, syntax.Quoted) and operator in ("==", "!="):
            left, right = right, left
        first = self.visit(left)
        if first is None:
            return None
        if first.type.kind in ("category", "date"):
            return self._compare_members(operator, first, right, span)
        if first.type.kind != "number" or operator == "in":
            return self.refuse("CQ309", f"cannot compare {first.type.words} with '{operator}'", span)
        second = self.number(right)
        if second is None:
            return None
        dims = self.together((first.type, second.type), span)
        pair = self.alike(first, second, "compare", span)
        if dims is None or pair is None:
            return None
        return tree.Compare(Type("bool", PURE, dims), span, operator, pair[0], pair[1])  # type: ignore[arg-type]  # the parser gives only these operators

    def _compare_members(
        self, operator: str, left: Typed, right: syntax.Expression, span: tree.Span
    ) -> Result:
        result = Type("bool", PURE, left.type.dims)
        if operator == "in" and isinstance(right, syntax.QuotedList):
            chosen = [self._member(text, left.type, right.span) for text in right.texts]
            members = tuple(member for member in chosen if member is not None)
            return None if len(members) < len(chosen) else tree.Compare(result, span, "in", left, members)
        if not isinstance(right, syntax.Quoted):
            return self.refuse("CQ309", f"{left.type.words} is compared with a quoted member", right.span)
        if operator not in ("==", "!=") and left.type.kind != "date":
            return self.refuse("CQ309", f"members have no order: '{operator}' cannot compare them", span)
        member = self._member(right.text, left.type, right.span)
        return member and tree.Compare(result, span, operator, left, member)  # type: ignore[arg-type]  # the parser gives only these operators

    def _member(self, text: str, kind: Type, span: tree.Span) -> tree.Member | None:
        if kind.kind == "date":
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
                return self.refuse("CQ310", f"'{text}' is no date such as '2025-06-30'", span)
            return tree.Member(Type("date"), span, text)
        known = self.names.dimensions[kind.category].members
        if known is not None and text not in known:
            hint = near(text, known)
            return self.refuse("CQ310", f"'{kind.category}' has no member '{text}'", span, hint=hint)
        return tree.Member(Type("category", category=kind.category), span, text)


def _unit_hint(left: Typed, right: Typed) -> str:
    """Suggest a unit for a number that is written without one."""
    for number, other in ((right, left), (left, right)):
        if isinstance(number, tree.Quantity) and not number.unit_text and not other.type.unit.is_pure:
            return f"write {number.text} [{other.type.unit}] if that is its unit"
    return ""


def constant(node: syntax.Expression) -> Fraction | None:
    """The exact value of an exponent that is written out: a number, its negative, or a quotient of two."""
    match node:
        case syntax.Number(unit=None):
            return Fraction(node.text)
        case syntax.Unary(operator="-"):
            inner = constant(node.operand)
            return None if inner is None else -inner
        case syntax.Binary(operator="/"):
            top, bottom = constant(node.left), constant(node.right)
            return top / bottom if top is not None and bottom else None
        case _:
            return None


def syntax_text(node: syntax.Expression) -> str:
    """An exponent as a message shows it."""
    return str(constant(node))


def _strip_hint(node: Typed) -> str:
    unit = str(node.type.unit)
    return f"divide by 1 [{unit}]" if unit != "1" else ""


def _year_literal(node: Typed, other: Typed) -> Typed:
    is_year = isinstance(other, tree.MemberValue) and other.type.kind == "number"
    if (
        is_year
        and isinstance(node, tree.Quantity)
        and not node.unit_text
        and re.fullmatch(r"\d{4}", node.text)
    ):
        return adopt(node, other.type.unit)
    return node
