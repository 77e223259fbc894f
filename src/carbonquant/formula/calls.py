"""The typing of what has brackets: look-ups `R[species_of]`, functions, aggregates, and `along=`.

Part of `typing`, which hands it the nodes; it promises the same: a typed node, or a problem at the smallest place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from carbonquant.errors import TextRefusedError
from carbonquant.formula import syntax, tree
from carbonquant.formula.conversion import adopt, constant_value, converted, is_zero, near
from carbonquant.formula.functions import FUNCTIONS, NOT_YET, Function
from carbonquant.formula.tree import Dimension, IndexBy, Link, Type, Typed
from carbonquant.units import PURE, parse_unit

if TYPE_CHECKING:
    from carbonquant.formula.typing import Inference

__all__ = ["call", "index"]


# --- look-ups ------------------------------------------------------------------------------------------------


def index(inference: Inference, node: syntax.Index) -> Typed | None:
    """Type `table[i, j]`: each index selects the table's dimension of its own type."""
    symbol = inference.names.symbols.get(node.name)
    if symbol is None:
        if node.name in inference.names.dimensions:
            return inference.refuse("CQ318", f"'{node.name}' is a dimension, not a table", node.span)
        return inference.unknown(node.name, (node.span[0], node.span[0] + len(node.name)))
    if symbol.band_unit is not None:
        return _band(inference, node, symbol)
    chosen: list[IndexBy] = []
    for position in node.indices:
        free = symbol.type.dims - {done.dimension for done in chosen}
        one = _index_by(inference, node.name, position, free)
        if one is None:
            return None
        chosen.append(one)
    dims = set(symbol.type.dims) - {one.dimension for one in chosen}
    dims.update(*(one.by.type.dims for one in chosen if one.by is not None))
    dims.update(one.rows or one.along for one in chosen if one.rows or one.along)
    if inference.together([Type(dims=frozenset(dims))], node.span) is None:
        return None
    table = tree.Reference(symbol.type, node.span, symbol.name, symbol.kind)
    return tree.Lookup(replace(symbol.type, dims=frozenset(dims)), node.span, table, tuple(chosen))


def _band(inference: Inference, node: syntax.Index, symbol: tree.Symbol) -> Typed | None:
    if len(node.indices) != 1:
        return inference.refuse("CQ318", f"the banded table '{symbol.name}' takes one number", node.span)
    argument = inference.number(node.indices[0])
    if argument is None or symbol.band_unit is None:
        return None
    if is_zero(argument):
        argument = adopt(argument, symbol.band_unit)
    if not argument.type.unit.same_dimension(symbol.band_unit):
        message = f"the bands of '{symbol.name}' are in {symbol.band_unit}, found {argument.type.words}"
        return inference.refuse("CQ303", message, node.indices[0].span)
    result = replace(symbol.type, dims=argument.type.dims)
    return tree.Band(result, node.span, symbol.name, converted(argument, symbol.band_unit))


def _index_by(
    inference: Inference, table: str, node: syntax.Expression, free: frozenset[str]
) -> IndexBy | None:
    if isinstance(node, syntax.Quoted):
        return _by_member(inference, table, node, free)
    if isinstance(node, syntax.Name) and node.name in inference.names.dimensions:
        return _by_dimension(inference, table, node, free)
    if isinstance(node, syntax.Name) and _is_unit(inference, node.name):
        message = f"'{table}' is followed by a unit: [{node.name}]"
        return inference.refuse("CQ301", message, node.span, hint=syntax.UNIT_AFTER_NAME)
    chosen = inference.visit(node)
    if chosen is None:
        return None
    if chosen.type.kind != "category":
        hint = f"an index is a quoted member, or an input whose type is one of: {', '.join(sorted(free))}"
        return inference.refuse(
            "CQ318", f"a table is not indexed by {chosen.type.words}", node.span, hint=hint if free else ""
        )
    if chosen.type.category not in free:
        return inference.refuse("CQ318", f"'{table}' does not vary over {chosen.type.category}", node.span)
    return IndexBy(chosen.type.category, by=chosen)


def _is_unit(inference: Inference, name: str) -> bool:
    """Whether a name that the file does not know is a unit, as in `x [km]`."""
    names = inference.names
    if name in names.symbols or name in names.dimensions or name in names.broken:
        return False
    try:
        parse_unit(name, names.substances)
    except TextRefusedError:
        return False
    return True


def _by_member(inference: Inference, table: str, node: syntax.Quoted, free: frozenset[str]) -> IndexBy | None:
    members = {name: inference.names.dimensions[name].members or () for name in sorted(free)}
    having = [name for name, known in members.items() if node.text in known]
    if len(having) == 1:
        return IndexBy(having[0], member=node.text)
    if having:
        return inference.refuse("CQ310", f"'{node.text}' is a member of {' and of '.join(having)}", node.span)
    known = [member for each in members.values() for member in each]
    message = f"'{table}' has no member '{node.text}'"
    return inference.refuse("CQ310", message, node.span, hint=near(node.text, known))


def _by_dimension(
    inference: Inference, table: str, node: syntax.Name, free: frozenset[str]
) -> IndexBy | None:
    """Read the value of a row's own group, or read along a second index over the same members."""
    dimensions = inference.names.dimensions
    dimension = dimensions[node.name]
    same = [d for d in sorted(free) if (dimensions[d].base or d) == (dimension.base or dimension.name)]
    if same and same != [node.name]:
        return IndexBy(next(d for d in same if d != node.name), along=node.name)
    if dimension.kind != "group":
        message = (
            f"'{node.name}' is a dimension: a table is indexed by a category variable or a quoted member"
        )
        return inference.refuse("CQ318", message, node.span)
    if node.name not in free:
        return inference.refuse("CQ318", f"'{table}' does not vary over {node.name}", node.span)
    return IndexBy(node.name, rows=dimension.rows)


# --- calls ---------------------------------------------------------------------------------------------------


def call(inference: Inference, node: syntax.Call) -> Typed | None:
    """Type a call by the rule of its function."""
    function = FUNCTIONS.get(node.function)
    name_span = (node.span[0], node.span[0] + len(node.function))
    if function is None:
        if node.function in NOT_YET:
            return inference.refuse("CQ207", f"not supported yet: {node.function}", name_span)
        hint = near(node.function, FUNCTIONS) or f"functions: {', '.join(FUNCTIONS)}"
        return inference.refuse("CQ307", f"unknown function '{node.function}'", name_span, hint=hint)
    if function.name in ("min", "max") and not node.options and len(node.arguments) > 1:
        return _same(inference, node, node.arguments, f"take the {function.name} of")
    if not _is_called_right(inference, function, node):
        return None
    forms = {"aggregate": _aggregate, "along": _along, "choice": _choice}
    return forms.get(function.form, _elementwise)(inference, function, node)


def _is_called_right(inference: Inference, function: Function, node: syntax.Call) -> bool:
    found = len(node.arguments)
    span = node.span
    if found < function.least or (function.most is not None and found > function.most):
        wanted = str(function.least) if function.least == function.most else f"{function.least} or more"
        inference.refuse("CQ308", f"{function.name} takes {wanted} argument(s), found {found}", span)
        return False
    given = [key for key, _ in node.options]
    unknown = [key for key in given if key not in function.options]
    if unknown:
        known = ", ".join(f"{key}=" for key in function.options) or "none"
        place = dict(node.options)[unknown[0]].span
        inference.refuse(
            "CQ308", f"{function.name} has no option {unknown[0]}=", place, hint=f"its options: {known}"
        )
        return False
    absent = [key for key in function.required if key not in given]
    if absent:
        inference.refuse("CQ308", f"{function.name} needs {absent[0]}=", span)
        return False
    return True


def _elementwise(inference: Inference, function: Function, node: syntax.Call) -> Typed | None:
    if function.units == "same":
        return _same(inference, node, node.arguments, f"{function.name}")
    if function.units == "quantum":
        return _rounding(inference, node)
    if function.units == "pure":
        why = f"{function.name} takes pure numbers"
        arguments = [inference.pure(argument, why) for argument in node.arguments]
    else:
        arguments = [inference.number(argument) for argument in node.arguments]
    typed = tuple(argument for argument in arguments if argument is not None)
    if len(typed) < len(arguments):
        return None
    dims = inference.together([argument.type for argument in typed], node.span)
    if dims is None or not _is_off_rows(inference, function, dims, node):
        return None
    unit = PURE if function.units == "pure" else typed[0].type.unit
    if function.units == "root":
        unit = unit ** Fraction(1, 2)
    return tree.Apply(Type(unit=unit, dims=dims), node.span, function.name, typed)


def _is_off_rows(inference: Inference, function: Function, dims: frozenset[str], node: syntax.Call) -> bool:
    long = [d for d in sorted(dims) if inference.names.dimensions[d].is_long]
    if function.is_off_rows and long:
        inference.refuse(
            "CQ308", f"{function.name} cannot be called for every member of {long[0]}", node.span
        )
        return False
    return True


def _same(
    inference: Inference, node: syntax.Call, nodes: tuple[syntax.Expression, ...], verb: str
) -> Typed | None:
    arguments = [inference.number(argument) for argument in nodes]
    typed = [argument for argument in arguments if argument is not None]
    if len(typed) < len(arguments):
        return None
    alike = _alike(inference, typed, verb)
    dims = inference.together([argument.type for argument in typed], node.span)
    if alike is None or dims is None:
        return None
    if node.function == "clamp" and _is_reversed(alike[1], alike[2]):
        return inference.refuse("CQ308", "the limits of clamp are reversed", nodes[1].span)
    return tree.Apply(Type(unit=alike[0].type.unit, dims=dims), node.span, node.function, tuple(alike))


def _is_reversed(low: Typed, high: Typed) -> bool:
    lowest, highest = constant_value(low), constant_value(high)
    return lowest is not None and highest is not None and lowest > highest


def _alike(inference: Inference, typed: list[Typed], verb: str) -> list[Typed] | None:
    first = next((argument for argument in typed if not is_zero(argument)), typed[0])
    alike: list[Typed] = []
    for argument in typed:
        pair = inference.alike(first, argument, verb, argument.span)
        if pair is None:
            return None
        alike.append(pair[1])
    return alike


def _rounding(inference: Inference, node: syntax.Call) -> Typed | None:
    operand, quantum = inference.number(node.arguments[0]), inference.number(node.arguments[1])
    if operand is None or quantum is None:
        return None
    if not isinstance(quantum, tree.Quantity) or quantum.value <= 0:
        return inference.refuse(
            "CQ308", "the quantum is a written quantity above 0, such as 1 [point]", quantum.span
        )
    unit = quantum.type.unit
    if is_zero(operand):
        operand = adopt(operand, unit)
    if not operand.type.unit.same_dimension(unit):
        message = f"cannot round {operand.type.words} to {quantum.type.words}"
        return inference.refuse("CQ303", message, quantum.span)
    result = replace(operand.type, unit=unit)
    return tree.Apply(result, node.span, node.function, (converted(operand, unit), quantum))


def _choice(inference: Inference, _: Function, node: syntax.Call) -> Typed | None:
    condition = inference.condition(node.arguments[0])
    branches = [inference.number(argument) for argument in node.arguments[1:]]
    then, otherwise = branches
    if condition is None or then is None or otherwise is None:
        return None
    return choice(inference, ((condition, then),), otherwise, node.span)


def choice(
    inference: Inference,
    branches: tuple[tuple[Typed, Typed], ...],
    otherwise: Typed,
    span: tree.Span,
    *,
    is_cases: bool = False,
) -> Typed | None:
    """Type branches whose values must be of one unit; the result varies over whatever any part varies over."""
    values = [value for _, value in branches] + [otherwise]
    alike = _alike(inference, values, "choose between")
    dims = inference.together([t.type for pair in branches for t in pair] + [otherwise.type], span)
    if alike is None or dims is None:
        return None
    paired = tuple((condition, value) for (condition, _), value in zip(branches, alike[:-1], strict=True))
    return tree.Choice(Type(unit=alike[0].type.unit, dims=dims), span, paired, alike[-1], is_cases)


# --- aggregates ----------------------------------------------------------------------------------------------


def _aggregate(inference: Inference, function: Function, node: syntax.Call) -> Typed | None:
    options = dict(node.options)
    operand = (
        inference.visit(node.arguments[0])
        if function.units == "count"
        else inference.number(node.arguments[0])
    )
    where = inference.condition(options["where"]) if "where" in options else None
    if operand is None or ("where" in options and where is None):
        return None
    if ("over" in options) == ("to" in options):
        hint = f"{function.name}(…, over=dimension) or {function.name}(…, to=dimension)"
        hint += f", or {function.name}(a, b) of plain values" if function.name in ("min", "max") else ""
        return inference.refuse("CQ308", f"{function.name} needs over= or to=", node.span, hint=hint)
    if "over" in options:
        reduced = _reduced(inference, operand, options["over"])
        link = None
    else:
        link = _link(inference, operand, options["to"])
        reduced = None if link is None else (link.rows,)
    if reduced is None or not _is_inside(inference, where, operand, reduced):
        return None
    dims = (operand.type.dims - set(reduced)) | set(link.dims if link else ())
    unit = PURE if function.units == "count" else operand.type.unit
    over = () if link else reduced
    return tree.Aggregate(Type(unit=unit, dims=dims), node.span, function.name, operand, over, link, where)


def _named(node: syntax.Expression) -> Iterator[tuple[str, tree.Span]]:
    if isinstance(node, syntax.NameList):
        for name in node.names:
            yield name, node.span


def _reduced(inference: Inference, operand: Typed, node: syntax.Expression) -> tuple[str, ...] | None:
    names: list[str] = []
    for name, span in _named(node):
        if name not in inference.names.dimensions:
            return _unknown_dimension(inference, name, inference.names.dimensions, span)
        if name not in operand.type.dims:
            over = ", ".join(sorted(operand.type.dims)) or "nothing"
            return inference.refuse(
                "CQ312", f"the expression does not vary over {name}, but over {over}", span
            )
        if name in names:
            return inference.refuse("CQ312", f"{name} is named twice", span)
        names.append(name)
    long = [name for name in names if inference.names.dimensions[name].is_long]
    if long and len(names) > 1:
        return inference.refuse(
            "CQ207", f"not supported yet: over=({', '.join(names)}) in one call", node.span
        )
    return tuple(names)


def _unknown_dimension(inference: Inference, name: str, known: Iterable[str], span: tree.Span) -> None:
    if name in inference.names.broken:
        inference.is_blocked = True
    else:
        inference.refuse("CQ306", f"unknown dimension '{name}'", span, hint=near(name, known))


def _is_inside(inference: Inference, where: Typed | None, operand: Typed, reduced: tuple[str, ...]) -> bool:
    extra = sorted(where.type.dims - operand.type.dims - set(reduced)) if where else []
    if where is not None and extra:
        inference.refuse("CQ312", f"where= varies over {extra[0]}, which the expression does not", where.span)
        return False
    return True


def _link(inference: Inference, operand: Typed, node: syntax.Expression) -> Link | None:
    dimensions = inference.names.dimensions
    long = [dimensions[name] for name in operand.type.dims if dimensions[name].is_long]
    if not long:
        return inference.refuse(
            "CQ312", "to= groups rows, but the expression does not vary over rows", node.span
        )
    targets = [_target(inference, long[0], name, span) for name, span in _named(node)]
    found = tuple(target for target in targets if target is not None)
    if len(found) < len(targets):
        return None
    doubled = sorted(operand.type.dims & {dimension for dimension, _ in found})
    if doubled:
        return inference.refuse("CQ312", f"the expression varies over {doubled[0]} already", node.span)
    named = [dimension for dimension, _ in found]
    if len(set(named)) < len(named):
        return inference.refuse("CQ312", f"{named[0]} is named twice", node.span)
    return Link(long[0].name, found, tuple(name for name, _ in _named(node)))


def _target(inference: Inference, source: Dimension, name: str, span: tree.Span) -> tuple[str, str] | None:
    """Find the column by which rows (or groups) of `source` lead to a dimension."""
    dimensions = inference.names.dimensions
    columns = [
        s for s in inference.names.columns(source.lane) if source.kind == "rows" or s.name in source.by
    ]
    column = next((s for s in columns if s.name == name), None)
    if column is not None and column.type.kind == "category":
        return column.type.category, column.name
    if column is not None and column.type.kind == "text":
        hint = f"a derived dimension groups by it: {{group: {source.lane}, by: [{name}]}}"
        return inference.refuse("CQ313", f"the text column '{name}' leads to no dimension", span, hint=hint)
    if name not in dimensions:
        known = [*dimensions, *(s.name for s in columns)]
        return _unknown_dimension(inference, name, known, span)
    target = dimensions[name]
    if target.kind == "group" and target.rows == source.name:
        return name, ""
    leading = [s.name for s in columns if _leads_to(s, target)]
    if len(leading) == 1:
        return name, leading[0]
    if not leading and inference.names.broken:  # one of the columns that are wrong may be the one
        inference.is_blocked = True
        return None
    if not leading:
        message = f"no column of '{source.name}' leads to '{name}'"
        hint = f"add an input with type: {name} and over: {source.lane}"
        return inference.refuse("CQ313", message, span, hint=hint)
    message = f"several columns of '{source.name}' lead to '{name}': {', '.join(leading)}"
    return inference.refuse("CQ313", message, span, hint=f"name the column: to={leading[0]}")


def _leads_to(column: tree.Symbol, target: Dimension) -> bool:
    if column.type.kind == "category":
        return column.type.category == target.name
    return column.type.kind == "date" and target.kind in ("date", "month", "year")


# --- along ---------------------------------------------------------------------------------------------------


def _along(inference: Inference, function: Function, node: syntax.Call) -> Typed | None:
    options = dict(node.options)
    operand = inference.number(node.arguments[0])
    start = inference.number(options["start"]) if "start" in options else None
    if operand is None or ("start" in options and start is None):
        return None
    names = list(_named(options["along"]))
    if len(names) != 1:
        return inference.refuse("CQ308", f"{function.name} goes along one dimension", options["along"].span)
    name, span = names[0]
    dimension = inference.names.dimensions.get(name)
    if dimension is None:
        return _unknown_dimension(inference, name, inference.names.dimensions, span)
    if not dimension.is_ordered:
        hint = "dimensions of kind year, month and date have one"
        return inference.refuse("CQ314", f"'{name}' has no order to go along", span, hint=hint)
    if name not in operand.type.dims:
        return inference.refuse("CQ312", f"the expression does not vary over {name}", span)
    if start is not None:
        start = _start(inference, operand, start, name)
        if start is None:
            return None
    return tree.Along(operand.type, node.span, function.name, operand, name, start)


def _start(inference: Inference, operand: Typed, start: Typed, along: str) -> Typed | None:
    extra = sorted(start.type.dims - (operand.type.dims - {along}))
    if extra:
        return inference.refuse(
            "CQ312", f"start= varies over {extra[0]}, which the expression does not", start.span
        )
    pair = inference.alike(operand, start, "start from", start.span)
    return None if pair is None else pair[1]
