"""The grammar of unit texts: `parse_unit` reads one by rules of its own.

Whatever is not in `units.txt` is refused by name, at its place in the text, with a hint where one is likely.

Does not know what a name stands for (see `names`); pint's own reader is never called.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

from carbonquant.errors import Problem, TextRefusedError
from carbonquant.units.definitions import COUNTING_WORDS, SPELLINGS
from carbonquant.units.names import likely_meaning, nearest_names, resolved, table
from carbonquant.units.powers import LARGEST_EXPONENT, Powers, beyond_bounds, holds_point, joined, powers_of
from carbonquant.units.unit import Unit

__all__ = ["parse_unit"]

LONGEST_TEXT = 64

_BLANKS = "[ \\t\\r\\n\u00a0\u3000]+"
_TOKEN = re.compile(
    f"(?P<blank>{_BLANKS})"
    "|(?P<name>%|[A-Za-z_\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff]*)"
    "|(?P<number>[0-9][A-Za-z0-9.]*)"
    "|(?P<power>\\^[^\\s/·*()]*)"
    "|(?P<sign>[/·*()])"
)
_POWER = re.compile(r"\^(-?[1-9][0-9]?)")
_SUPERSCRIPT = re.compile("(?<=m)[²³]")
_REPLACEMENTS = table("""
    ·: × ⋅ • ∙ ・ . | /: ÷ ∕ ⁄ | degC: ℃ ° | CNY: ¥ ￥ | ^2: ² | ^3: ³
    /, or an exponent such as ^-1: - − – — ⁻ | an exponent without a sign, such as ^2: +
""")


@lru_cache(maxsize=4096)
def parse_unit(text: str, substances: frozenset[str] = frozenset()) -> Unit:
    """Read a unit by the grammar of the language; `substances` are those that the file declares.

        unit   = term { ("/" | "·" | "*") term } ;      left-associative
        term   = factor { factor } ;                    a blank binds tighter than "/"
        factor = ( name | "1" | "(" unit ")" ) [ "^" int ] ;

    Raises
    ------
    TextRefusedError
        With a problem CQ208 at the wrong part, and a hint where there is a likely meaning.

    Examples
    --------
    >>> parse_unit("kg CO2e/kg CH4") == parse_unit("(kg CO2e)/(kg CH4)")
    True
    >>> parse_unit("kwh")
    Traceback (most recent call last):
    ...
    carbonquant.errors.TextRefusedError: unknown unit 'kwh'
    """
    if len(text) > LONGEST_TEXT:
        message = f"the unit has {len(text)} characters; {LONGEST_TEXT} is the most"
        raise TextRefusedError(Problem("CQ208", message, 0, len(text)))
    plain = _SUPERSCRIPT.sub(lambda found: "2" if found[0] == "²" else "3", text)
    powers = _Reader(plain, substances).read()
    single = re.sub(_BLANKS, " ", plain).strip(" ")
    return Unit(re.sub(r" (?=[/·*)^])|(?<=[/·*(]) ", "", single), powers)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def _tokens(text: str) -> list[_Token]:
    tokens = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            _refuse_character(_Token("character", text[at], at, at + 1))
        if found.lastgroup != "blank":
            tokens.append(_Token(str(found.lastgroup), found[0], at, found.end()))
        at = found.end()
    return [*tokens, _Token("end", "", at, at)]


def _refuse(token: _Token, message: str, hint: str = "", notes: tuple[str, ...] = ()) -> NoReturn:
    raise TextRefusedError(Problem("CQ208", message, token.start, token.end, notes, hint))


def _refuse_character(token: _Token) -> NoReturn:
    char = token.text
    shown = f"'{char}' " if char.isprintable() else ""
    plain = unicodedata.normalize("NFKC", char)
    meant = _REPLACEMENTS.get(char) or (plain if plain != char and plain.isascii() else "")
    name = unicodedata.name(char, "a character without a name")
    message = f"the character {shown}(U+{ord(char):04X}, {name}) does not belong in a unit"
    _refuse(token, message, f"write {meant}" if meant.strip() else "")


def _refuse_name(token: _Token, substances: frozenset[str]) -> NoReturn:
    name = token.text
    if name in COUNTING_WORDS:
        _refuse(token, f"{name} does not stand alone", f"write it directly before a unit, such as {name}t")
    meant, near = likely_meaning(name), nearest_names(name, substances)
    if meant:
        _refuse(token, f"unknown unit '{name}'", f"write {meant}")
    if near:
        _refuse(token, f"unknown unit '{name}'", f"did you mean {' or '.join(near)}?")
    note = "a substance that is not built in is declared under 'substances:'"
    _refuse(token, f"unknown unit '{name}'", notes=(note,))


class _Reader:
    """A recursive-descent reader of one unit text, whose length bounds the depth."""

    def __init__(self, text: str, substances: frozenset[str]) -> None:
        self.tokens = _tokens(text)
        self.substances = substances
        self.at = 0

    @property
    def here(self) -> _Token:
        """The token to be read next."""
        return self.tokens[self.at]

    def read(self) -> Powers:
        """Read the whole text."""
        if self.here.kind == "end":
            _refuse(self.here, "the unit is empty", 'write "1" for a pure number')
        powers = self.unit()
        if self.here.kind != "end":
            _refuse(self.here, "this ')' closes nothing")
        return powers

    def unit(self) -> Powers:
        """Read terms joined by strokes and dots, from the left."""
        powers = self.term()
        while self.here.text in {"/", "·", "*"}:
            sign = self.advance()
            powers = _bounded(joined(powers, self.term(), -1 if sign.text == "/" else 1), sign)
        return powers

    def term(self) -> Powers:
        """Read factors side by side, with a blank between them."""
        powers = self.factor()
        while self.here.kind in {"name", "number", "power"} or self.here.text == "(":
            before, token = self.tokens[self.at - 1], self.here
            if before.end == token.start:
                message = f"'{before.text}' and '{token.text}' touch each other"
                _refuse(token, message, "put a blank, '·' or '/' between them")
            powers = _bounded(joined(powers, self.factor()), token)
        return powers

    def factor(self) -> Powers:
        """Read a name, 1 or a unit in parentheses, and its exponent."""
        token = self.advance()
        if token.text == "(":
            powers = self.unit()
            if self.here.text != ")":
                _refuse(token, "this '(' is not closed")
            self.advance()
        elif token.kind == "name":
            powers = self.name(token)
        elif token.text == "1":
            powers = ()
        else:
            self.refuse_factor(token)
        if self.here.kind != "power":
            return powers
        return _bounded(joined((), powers, _exponent(token, self.advance())), token)

    def advance(self) -> _Token:
        """Return the token to be read next and step over it."""
        self.at += 1
        return self.tokens[self.at - 1]

    def name(self, token: _Token) -> Powers:
        """Read a name."""
        powers = powers_of(resolved(token.text, self.substances))
        if not powers:
            _refuse_name(token, self.substances)
        if holds_point(powers) and self.tokens[1].kind != "end":
            _refuse(token, f"{token.text} is a point on a scale and stands alone", "write K for a difference")
        return powers

    def refuse_factor(self, token: _Token) -> NoReturn:
        """Say what stands where a unit name should."""
        before = self.tokens[max(self.at - 2, 0)]
        if token.kind == "number":
            hint = "put the number into the value; 万 and 亿 may stand before a unit"
            _refuse(token, f"a unit holds no number but 1, and here is '{token.text}'", hint)
        if before.text == token.text == "*":
            _refuse(token, "'**' is not used in a unit", "write ^ for a power")
        place = f"before '{token.text}'" if token.text else f"after '{before.text}'"
        _refuse(token, f"a unit name is missing {place}", "write 1/… for 'per …'" if token is before else "")


def _bounded(powers: Powers, token: _Token) -> Powers:
    beyond = beyond_bounds(powers)
    if beyond:
        _refuse(token, f"the unit has {beyond}")
    return powers


def _exponent(raised: _Token, power: _Token) -> int:
    """Return the exponent that a token such as `^-2` writes on another."""
    found = _POWER.fullmatch(power.text)
    if found is None or abs(int(found[1])) > LARGEST_EXPONENT:
        _refuse(power, f"{power.text!r} is no exponent: whole numbers from -12 to 12 are, 0 is not")
    word = raised.text[0]
    if word in COUNTING_WORDS and raised.text not in SPELLINGS:
        hint = f"write ({raised.text}){power.text} for the power of the whole"
        _refuse(raised, f"'{raised.text}{power.text}' can be read in two ways because of {word}", hint)
    return int(found[1])
