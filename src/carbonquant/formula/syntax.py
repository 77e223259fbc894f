"""The formula language: the tree of a formula, `parse` to read one, `to_text` to write it back.

`parse` gives nodes that know their place in the text, or refuses the text with one `Problem` at its
smallest wrong place. Its work is bounded: 2,000 characters, 500 nodes, depth 50.

Does not know which names, functions or units exist (see `typing`), and computes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, TypeVar

from carbonquant.formula.text import MARKS, RESERVED, UNIT_AFTER_NAME, Span, Token, Tokens, refused, too_large

__all__ = ["MARKS", "RESERVED", "UNIT_AFTER_NAME", "Binary", "Call", "Comparison", "Expression", "Index",
           "Name", "NameList", "Number", "Quoted", "QuotedList", "Span", "Unary", "parse",
           "to_text"]  # fmt: skip

MAX_NODES: Final = 500
MAX_DEPTH: Final = 50

LEVELS: Final = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6}
"""How tightly these bind: `not` is 3, a comparison 4, a minus sign 7, a power 8, the rest 9."""

COMPARISONS: Final = ("<", "<=", ">", ">=", "==", "!=", "in")
NAME_OPTIONS: Final = frozenset({"over", "to", "along", "by"})
"""Options whose value is one name or several; the others take an expression."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written (`0.50`) and the text between its unit brackets, if any."""

    text: str
    unit: str | None = None
    unit_start: int = field(default=0, compare=False)
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A member, a date or another text between quotes, NFC."""

    text: str
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A symbol of the file, or `tool.output`."""

    name: str
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Index:
    """A table with an index: `W[x]`, `EF['coal']`, `discount[u]`."""

    name: str
    indices: tuple[Expression, ...]
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its plain arguments, then its `key=value` options in the order written."""

    function: str
    arguments: tuple[Expression, ...]
    options: tuple[tuple[str, Expression], ...] = ()
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class NameList:
    """The value of `over=`, `to=`, `along=` or `by=`: one name, or several in parentheses."""

    names: tuple[str, ...]
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class QuotedList:
    """What stands after `in`: `('a', 'b')`."""

    texts: tuple[str, ...]
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """A minus sign or `not`, and what it applies to."""

    operator: Literal["-", "not"]
    operand: Expression
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands joined by one of `+ - * / ^ and or`."""

    operator: str
    left: Expression
    right: Expression
    operator_start: int = field(default=0, compare=False)
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison, kept whole where it is a chain: `4 <= speed <= 30`."""

    operands: tuple[Expression, ...]
    operators: tuple[str, ...]
    operator_starts: tuple[int, ...] = field(default=(), compare=False)
    span: Span = field(default=(0, 0), compare=False)


Expression: TypeAlias = (
    Number | Quoted | Name | Index | Call | NameList | QuotedList | Unary | Binary | Comparison
)
_Node = TypeVar("_Node", bound=Expression)


def parse(text: str) -> Expression:
    """Read a formula.

    Raises
    ------
    TextRefusedError
        With code CQ301 where the text is no formula, CQ320 where it is larger than the language allows.

    Examples
    --------
    >>> parse("A × 2").operator
    '*'
    """
    return _Parser(Tokens(text)).formula()


class _Parser:
    """One method a rule of the grammar; the rule is the method's docstring."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._nodes, self._depth = 0, 1

    def formula(self) -> Expression:
        """Read `formula = expr`."""
        expression = self._expression()
        if self._tokens.at(")", "]"):
            raise refused(f"this {self._tokens.current.text} closes nothing", self._tokens.current.span)
        if self._tokens.current.kind != "end":
            raise self._tokens.unexpected_after_value("the end of the formula")
        return expression

    def _expression(self) -> Expression:
        """Read `expr = and { "or" and }`."""
        start = self._tokens.start
        left = self._conjunction()
        while operator := self._tokens.take("or"):
            left = self._binary(operator, left, self._conjunction(), start)
        return left

    def _conjunction(self) -> Expression:
        """Read `and = not { "and" not }`."""
        start = self._tokens.start
        left = self._negation()
        while operator := self._tokens.take("and"):
            left = self._binary(operator, left, self._negation(), start)
        return left

    def _negation(self) -> Expression:
        """Read `not = [ "not" ] cmp`."""
        start = self._tokens.start
        if self._tokens.take("not"):
            return self._counted(Unary("not", self._comparison(), self._tokens.since(start)))
        return self._comparison()

    def _comparison(self) -> Expression:
        """Read `cmp = sum { ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) sum | "in" ( members | sum ) }`."""
        start = self._tokens.start
        operands, operators = [self._sum()], list[Token]()
        while operator := self._tokens.take(*COMPARISONS):
            is_list = operator.text == "in" and self._tokens.starts_quoted_list()
            operands.append(self._members() if is_list else self._sum())
            operators.append(operator)
        if not operators:
            return operands[0]
        signs, places = zip(*((sign.text, sign.span[0]) for sign in operators), strict=True)
        return self._counted(Comparison(tuple(operands), signs, places, self._tokens.since(start)))

    def _members(self) -> QuotedList:
        """Read `members = "(" 'text' { "," 'text' } ")"`."""
        opening = self._enter()
        texts: list[str] = []
        while not texts or self._tokens.take(","):
            if self._tokens.current.kind != "quoted":
                raise self._tokens.unexpected("a quoted text", "each member has quotes: ('a', 'b')")
            texts.append(self._tokens.advance().text)
        self._close(opening, "',' or ')'")
        return self._counted(QuotedList(tuple(texts), self._tokens.since(opening.span[0])))

    def _sum(self) -> Expression:
        """Read `sum = prod { ( "+" | "-" ) prod }`."""
        start = self._tokens.start
        left = self._product()
        while operator := self._tokens.take("+", "-"):
            left = self._binary(operator, left, self._product(), start)
        return left

    def _product(self) -> Expression:
        """Read `prod = neg { ( "*" | "/" ) neg }`."""
        start = self._tokens.start
        left = self._signed()
        while operator := self._tokens.take("*", "/"):
            left = self._binary(operator, left, self._signed(), start)
        return left

    def _signed(self) -> Expression:
        """Read `neg = [ "-" ] pow`."""
        start = self._tokens.start
        if self._tokens.take("-"):
            return self._counted(Unary("-", self._power(), self._tokens.since(start)))
        return self._power()

    def _power(self) -> Expression:
        """Read `pow = atom [ "^" neg ]`."""
        start = self._tokens.start
        base = self._atom()
        if self._tokens.at("^"):
            operator = self._enter()
            base = self._binary(operator, base, self._signed(), start)
            self._depth -= 1
        return base

    def _atom(self) -> Expression:
        """Read `atom = number [ "[" unit "]" ] | 'text' | named | "(" expr ")"`."""
        token = self._tokens.current
        if token.kind == "number":
            return self._number()
        if token.kind == "name":
            return self._named()
        if token.kind == "quoted":
            return self._counted(Quoted(self._tokens.advance().text, token.span))
        if not self._tokens.at("("):
            raise self._tokens.unexpected("a value")
        opening = self._enter()
        inside = self._expression()
        self._close(opening, "')'")
        return inside

    def _number(self) -> Number:
        """Read `number [ "[" unit "]" ]`."""
        token = self._tokens.advance()
        if not self._tokens.at("["):
            return self._counted(Number(token.text, None, token.span[1], token.span))
        unit = self._tokens.take_unit()
        return self._counted(Number(token.text, unit.text, unit.span[0], self._tokens.since(token.span[0])))

    def _named(self) -> Name | Index | Call:
        """Read `named = name | name "[" sum { "," sum } "]" | func "(" args ")"`."""
        token = self._name()
        if self._tokens.at("("):
            return self._call(token)
        if token.text == "if":
            raise refused("'if' is a function: if(condition, value, other value)", token.span)
        if not self._tokens.at("["):
            return self._counted(Name(token.text, token.span))
        opening = self._enter()
        indices = [self._sum()]
        while self._tokens.take(","):
            indices.append(self._sum())
        self._close(opening, "',' or ']'", UNIT_AFTER_NAME)
        return self._counted(Index(token.text, tuple(indices), self._tokens.since(token.span[0])))

    def _call(self, function: Token) -> Call:
        """Read `args = [ argument { "," argument } ]`."""
        if "." in function.text:
            raise refused(f"'{function.text}' is no function: a function has no dot", function.span)
        arguments: list[Expression] = []
        options: dict[str, Expression] = {}
        opening = self._enter()
        if not self._tokens.at(")"):
            self._argument(arguments, options)
            while self._tokens.take(","):
                self._argument(arguments, options)
        self._close(opening, "',' or ')'")
        span = self._tokens.since(function.span[0])
        return self._counted(Call(function.text, tuple(arguments), tuple(options.items()), span))

    def _argument(self, arguments: list[Expression], options: dict[str, Expression]) -> None:
        """Read `argument = expr | key "=" ( expr | names )`, every expr without a key before the keys."""
        key = self._tokens.take_key()
        if key is None and options:
            last = list(options)[-1]
            raise self._tokens.unexpected("another key=value", f"a value without a key stands before {last}=")
        if key is None:
            arguments.append(self._expression())
        elif key.text in options:
            raise refused(f"{key.text}= is given twice", key.span)
        else:
            options[key.text] = self._names(key) if key.text in NAME_OPTIONS else self._expression()

    def _names(self, key: Token) -> NameList:
        """Read `names = name | "(" name { "," name } ")"`."""
        start = self._tokens.start
        opening = self._enter() if self._tokens.at("(") else None
        names: list[str] = []
        while not names or (opening and self._tokens.take(",")):
            if self._tokens.current.kind != "name":
                raise self._tokens.unexpected("a name", f"write {key.text}=a or {key.text}=(a, b)")
            names.append(self._name().text)
        if opening:
            self._close(opening, "',' or ')'")
        return self._counted(NameList(tuple(names), self._tokens.since(start)))

    def _name(self) -> Token:
        """Move past a name, other than a word of the language; `if` and `last` are read like names."""
        token = self._tokens.current
        for part in token.text.split("."):
            if part in RESERVED and part not in {"if", "last"}:
                raise refused(f"'{part}' is a word of the language and cannot be a name", token.span)
        return self._tokens.advance()

    def _binary(self, operator: Token, left: Expression, right: Expression, start: int) -> Binary:
        return self._counted(Binary(operator.text, left, right, operator.span[0], self._tokens.since(start)))

    def _counted(self, node: _Node) -> _Node:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise too_large(f"the formula has more than {MAX_NODES} parts", self._tokens.previous.span)
        return node

    def _enter(self) -> Token:
        """Move past a sign that nests: a bracket or `^`."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise too_large(f"brackets and powers nest more than {MAX_DEPTH} deep", self._tokens.current.span)
        return self._tokens.advance()

    def _close(self, opening: Token, expected: str, *hint: str) -> None:
        if self._tokens.current.kind == "end":
            raise refused(f"this {opening.text} is not closed", opening.span)
        if not self._tokens.take({"(": ")", "[": "]"}[opening.text]):
            raise self._tokens.unexpected_after_value(expected, *hint)
        self._depth -= 1


def to_text(expression: Expression) -> str:
    """Write a tree as its canonical formula, with no more parentheses than it needs.

    >>> to_text(parse("(A×2)^(1/2)  ≤ (B+C)"))
    '(A * 2)^(1 / 2) <= B + C'
    """
    return _written(expression, 0)


def _written(expression: Expression, level: int) -> str:
    """Write a tree, in parentheses if it binds less tightly than its place asks."""
    match expression:
        case Unary("not", operand):
            own, text = 3, f"not {_written(operand, 4)}"
        case Unary(_, operand):
            own, text = 7, f"-{_written(operand, 8)}"
        case Binary("^", base, exponent):
            own, text = 8, f"{_written(base, 9)}^{_written(exponent, 7)}"
        case Binary(operator, left, right):
            own = LEVELS[operator]
            text = f"{_written(left, own)} {operator} {_written(right, own + 1)}"
        case Comparison(operands, operators):
            first, *others = [_written(operand, 5) for operand in operands]
            own, text = 4, " ".join([first, *map("{} {}".format, operators, others)])
        case _:
            own, text = 9, _atom_text(expression)
    return f"({text})" if own < level else text


def _atom_text(atom: Number | Quoted | Name | Index | Call | NameList | QuotedList) -> str:
    match atom:
        case Number(number, unit):
            text = number if unit is None else f"{number} [{unit}]"
        case Quoted(quoted):
            text = f"'{quoted}'"
        case Name(name):
            text = name
        case Index(name, indices):
            text = f"{name}[{', '.join(_written(index, 5) for index in indices)}]"
        case Call(function, arguments, options):
            keyed = (f"{key}={to_text(value)}" for key, value in options)
            text = f"{function}({', '.join([*map(to_text, arguments), *keyed])})"
        case NameList(names):
            text = names[0] if len(names) == 1 else f"({', '.join(names)})"
        case _:
            text = f"({', '.join(_atom_text(Quoted(member)) for member in atom.texts)})"
    return text
