"""Units: their grammar, their closed registry, their exact factors; the only door for pint.

`parse_unit` reads a unit text by a grammar of its own and refuses whatever is not in `units.txt`
by name. Units multiply, divide and compare exactly; `ratio` gives the rational between two of them.

Does not convert arrays, does not know which operations a formula allows (see `formula`).
"""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cached_property, lru_cache
from numbers import Real
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NoReturn

import pint
from pint.util import UnitsContainer

from carbonquant.errors import Problem, TextRefusedError

__all__ = [
    "CONSTANTS",
    "PURE",
    "Conversion",
    "Dimension",
    "Unit",
    "conversion",
    "digest",
    "from_quantity",
    "nearest_names",
    "parse_unit",
    "quantity",
    "ratio",
    "registry",
]

LONGEST_TEXT = 64
LARGEST_EXPONENT = 12
LARGEST_RATIO = Fraction(10) ** 300
"""A factor beyond this has no faithful float64."""

Powers = tuple[tuple[str, Fraction], ...]
"""Names with their exponents, none of them 0, sorted by name."""


@dataclass(frozen=True, slots=True)
class _Definition:
    """One line of `units.txt`: how a unit is shown, and where it stands."""

    shown: str
    section: str
    rank: int


def _read_names(text: str) -> tuple[dict[str, str], dict[str, _Definition], dict[str, int]]:
    """Return spelling -> name, name -> definition, base dimension -> rank."""
    spellings: dict[str, str] = {}
    definitions: dict[str, _Definition] = {}
    dimensions: dict[str, int] = {}
    section = ""
    for rank, line in enumerate(text.splitlines()):
        name, *values = (part.strip() for part in line.split("="))
        if name.startswith("@group "):
            section = name.removeprefix("@group ")
        elif values and name[0] != "#" and name[-1] != "-":
            shown = values[1] if len(values) > 1 and values[1] != "_" else name
            definitions[name] = _Definition(shown, section, rank)
            spellings |= dict.fromkeys([name, shown, *values[2:]], name)
            dimensions |= {values[0]: rank} if values[0].startswith("[") else {}
    return spellings, definitions, dimensions


_TEXT = Path(__file__).with_name("units.txt").read_bytes()
_SPELLINGS, _KNOWN, _DIMENSIONS = _read_names(_TEXT.decode("utf-8"))
_COUNTING_WORDS = "万亿"
_UNRAISED = frozenset({"substance", "tag", "pure", "scale"})
"""Sections whose units take no counting word, and no digit as a power: N2 is not N squared."""
_SUBSTANCES = frozenset(text for text, name in _SPELLINGS.items() if _KNOWN[name].section == "substance")
_MASSES = tuple(text for text, name in _SPELLINGS.items() if _KNOWN[name].section == "mass")


def _made_registry(number: type) -> pint.UnitRegistry[Any]:
    made: pint.UnitRegistry[Any] = pint.UnitRegistry(None, non_int_type=number)
    made.load_definitions(_TEXT.decode("utf-8").splitlines())
    return made


@lru_cache(maxsize=1)
def registry() -> pint.UnitRegistry[Any]:
    """Return the pint registry of `units.txt`, the one in which `quantity` makes quantities.

    pint's own reading of a unit text differs from ours: make units with `parse_unit`.
    """
    return _made_registry(float)


@lru_cache(maxsize=1)
def _exact_registry() -> pint.UnitRegistry[Any]:
    """Return the same with rational factors, which would turn arrays into objects."""
    return _made_registry(Fraction)


def digest() -> str:
    """Return the digest of the unit definitions, as records quote it.

    >>> digest()[:7]
    'sha256:'
    """
    return "sha256:" + hashlib.sha256(_TEXT).hexdigest()


def _described(name: str) -> _Definition:
    """Return the definition of a name; a counting word changes none, a declared substance has its own."""
    known = _KNOWN.get(name) or (_KNOWN.get(name[1:]) if name[0] in _COUNTING_WORDS else None)
    return known or _Definition(name, "substance", _KNOWN["bioCO2"].rank)


def _is_declared(name: str) -> bool:
    return name not in _KNOWN and name[0] not in _COUNTING_WORDS


def _rank(name: str) -> tuple[int, str]:
    return (_DIMENSIONS.get(name, _described(name).rank), name)


def _is_point(powers: Powers) -> bool:
    return any(_described(name).section == "scale" for name, _ in powers)


@lru_cache(maxsize=1024)
def _base(name: str) -> tuple[Fraction, Powers]:
    """Return the exact factor to base units and the dimension of one name."""
    if _is_declared(name):
        return Fraction(1), ((name, Fraction(1)),)
    container = UnitsContainer({name: 1}, non_int_type=Fraction)
    factor, _ = _exact_registry().get_root_units(container, check_nonmult=False)
    return Fraction(str(factor)), _powers(_exact_registry().get_dimensionality(container))


def _powers(exponents: Mapping[str, Any]) -> Powers:
    return tuple(sorted((name, Fraction(power)) for name, power in exponents.items() if power))


def _joined(left: Powers, right: Powers, sign: int | Fraction = 1) -> Powers:
    """Return the product of one container and a power of another."""
    exponents = dict(left)
    for name, power in right:
        exponents[name] = exponents.get(name, Fraction(0)) + sign * power
    return _powers(exponents)


def _beyond_bounds(powers: Powers) -> str:
    """Return what is too large among the exponents, or an empty text."""
    for name, power in powers:
        if abs(power) > LARGEST_EXPONENT or power.denominator > LARGEST_EXPONENT:
            return f"{_shown(name)} to the power {power}; {LARGEST_EXPONENT} is the largest"
    return ""


@dataclass(frozen=True, slots=True)
class Dimension:
    """What a unit measures, whatever its size: `mass·CO2e/energy`."""

    powers: Powers

    def __str__(self) -> str:
        return _fraction(*_halves(self.powers), "·").replace("[", "").replace("]", "")


@dataclass(frozen=True, repr=False)
class Unit:
    """A unit of measure; two are equal when they are the same powers of the same names.

    `text` is the unit as it was written, or a canonical form where arithmetic made it; it does
    not count in comparison. A product that would exceed the bounds of the language, or holds a
    point such as `degC`, raises `TextRefusedError`.

    Examples
    --------
    >>> print(parse_unit("t CO2e/MWh") * parse_unit("MWh"))
    t CO2e
    >>> parse_unit("tCO2e") == parse_unit("t CO2e"), parse_unit("km") == parse_unit("m")
    (True, False)
    """

    text: str = field(compare=False)
    powers: Powers

    @cached_property
    def dimension(self) -> Dimension:
        """What the unit measures."""
        powers: Powers = ()
        for name, exponent in self.powers:
            powers = _joined(powers, _base(name)[1], exponent)
        return Dimension(powers)

    @cached_property
    def factor(self) -> Fraction:
        """Size in base units; exact, and to 60 digits where a root is irrational.

        >>> parse_unit("mu").factor
        Fraction(2000, 3)
        """
        factor = Fraction(1)
        for name, exponent in self.powers:
            base, degree = _base(name)[0], exponent.denominator
            root = _root(base.numerator, degree) / _root(base.denominator, degree)
            factor *= root**exponent.numerator
        return factor

    @property
    def is_pure(self) -> bool:
        """Whether the unit has no dimension; its factor may differ from 1 (`%`, `g/kg`)."""
        return not self.dimension.powers

    @property
    def is_integral(self) -> bool:
        """Whether all exponents are whole."""
        return all(power.denominator == 1 for _, power in self.powers)

    @property
    def is_point(self) -> bool:
        """Whether values are points on a scale with an offset (`degC`), not amounts."""
        return _is_point(self.powers)

    def same_dimension(self, other: Unit) -> bool:
        """Return whether both units measure the same thing."""
        return self.dimension == other.dimension

    def __mul__(self, other: Unit) -> Unit:
        return _product(self, other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        return _product(self, other, -1)

    def __pow__(self, exponent: int | Fraction) -> Unit:
        return _product(PURE, self, exponent)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Unit({self.text!r})"


def _root(number: int, degree: int) -> Fraction:
    """Return the root of a positive integer: exact where it is whole, else to 60 digits."""
    if degree == 1:
        return Fraction(number)
    with localcontext() as context:
        context.prec = 64
        root = Decimal(number) ** (1 / Decimal(degree))
        nearest = int(root.to_integral_value())
    return Fraction(nearest) if nearest**degree == number else Fraction(root)


@lru_cache(maxsize=4096)
def _product(left: Unit, right: Unit, exponent: int | Fraction) -> Unit:
    """Return the left unit times a power of the right one."""
    for unit in (left, right):
        if unit.is_point:
            message = f"{unit} is a point on a scale and takes part in no product; a difference is in K"
            raise TextRefusedError(Problem("CQ208", message))
    return _made(_joined(left.powers, right.powers, exponent))


def _made(powers: Powers) -> Unit:
    beyond = _beyond_bounds(powers)
    if beyond:
        raise TextRefusedError(Problem("CQ208", f"the unit of the result would have {beyond}"))
    return Unit(_canonical(powers), powers)


def _halves(powers: Powers) -> tuple[list[str], list[str]]:
    """Return the printed factors above and below the stroke, each in natural order."""
    ordered = sorted(powers, key=lambda power: _rank(power[0]))
    above = [_name_text(name, power) for name, power in ordered if power > 0]
    below = [_name_text(name, -power) for name, power in ordered if power < 0]
    return above, below


def _fraction(above: list[str], below: list[str], blank: str) -> str:
    over, under = blank.join(above) or "1", blank.join(below)
    if not below:
        return over
    is_mass_of_substance = below[0] in _MASSES and "".join(below[1:]) in _SUBSTANCES
    return f"{over}/{under}" if len(below) == 1 or is_mass_of_substance else f"{over}/({under})"


def _canonical(powers: Powers) -> str:
    """Return the text of a unit that nobody wrote, such as `t CO2e/(ha yr)`.

    A substance never stands without a mass: CO2e/CH4 is printed `kg CO2e/kg CH4`.
    """
    above, below = _halves(powers)
    sections = {_described(name).section for name, _ in powers}
    if "substance" in sections and "mass" not in sections:
        above, below = ["kg", *above], ["kg", *below]
    return _fraction(above, below, " ")


def _shown(name: str) -> str:
    return _KNOWN[name].shown if name in _KNOWN else name


def _name_text(name: str, power: Fraction) -> str:
    shown = _shown(name)
    if power == 1:
        return shown
    if name[0] in _COUNTING_WORDS:
        shown = f"({shown})"
    if _described(name).section == "length" and power in {2, 3} and shown == name:
        return f"{shown}{power}"
    return f"{shown}^{power}" if power.denominator == 1 else f"{shown}^({power})"


def _table(text: str) -> Mapping[str, str]:
    """Read `meant: spelling spelling | meant: spelling …` as spelling -> meant."""
    entries = [entry.strip().partition(": ") for entry in text.replace("\n", "|").split("|")]
    return MappingProxyType(
        {spelling: meant for meant, _, several in entries for spelling in several.split()}
    )


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
_REPLACEMENTS = _table("""
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
            powers = _bounded(_joined(powers, self.term(), -1 if sign.text == "/" else 1), sign)
        return powers

    def term(self) -> Powers:
        """Read factors side by side, with a blank between them."""
        powers = self.factor()
        while self.here.kind in {"name", "number", "power"} or self.here.text == "(":
            before, token = self.tokens[self.at - 1], self.here
            if before.end == token.start:
                message = f"'{before.text}' and '{token.text}' touch each other"
                _refuse(token, message, "put a blank, '·' or '/' between them")
            powers = _bounded(_joined(powers, self.factor()), token)
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
        return _bounded(_joined((), powers, _exponent(token, self.advance())), token)

    def advance(self) -> _Token:
        """Return the token to be read next and step over it."""
        self.at += 1
        return self.tokens[self.at - 1]

    def name(self, token: _Token) -> Powers:
        """Read a name."""
        powers = _powers(_resolved(token.text, self.substances))
        if not powers:
            _refuse_name(token, self.substances)
        if _is_point(powers) and self.tokens[1].kind != "end":
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
    beyond = _beyond_bounds(powers)
    if beyond:
        _refuse(token, f"the unit has {beyond}")
    return powers


def _exponent(raised: _Token, power: _Token) -> int:
    """Return the exponent that a token such as `^-2` writes on another."""
    found = _POWER.fullmatch(power.text)
    if found is None or abs(int(found[1])) > LARGEST_EXPONENT:
        _refuse(power, f"{power.text!r} is no exponent: whole numbers from -12 to 12 are, 0 is not")
    word = raised.text[0]
    if word in _COUNTING_WORDS and raised.text not in _SPELLINGS:
        hint = f"write ({raised.text}){power.text} for the power of the whole"
        _refuse(raised, f"'{raised.text}{power.text}' can be read in two ways because of {word}", hint)
    return int(found[1])


def _resolved(name: str, substances: frozenset[str]) -> dict[str, int]:
    """Return the powers that one written name stands for; none if it is no unit."""
    if name in _SPELLINGS or name in substances:
        return {_SPELLINGS.get(name, name): 1}
    return _counted(name) or _glued(name, substances) or _with_digit(name)


def _counted(name: str) -> dict[str, int]:
    """万kWh: a counting word and a unit."""
    known = _SPELLINGS.get(name[1:], "")
    is_countable = known and known[0] not in _COUNTING_WORDS
    if name[0] not in _COUNTING_WORDS or not is_countable or _described(known).section in _UNRAISED:
        return {}
    return {name[0] + known: 1}


def _glued(name: str, substances: frozenset[str]) -> dict[str, int]:
    """tCO2e: a mass, perhaps with a counting word, and a substance."""
    word = name[0] if name[0] in _COUNTING_WORDS else ""
    for mass in _MASSES:
        substance = name.removeprefix(word + mass)
        if substance != name and substance in _SUBSTANCES | substances:
            return {word + _SPELLINGS[mass]: 1, _SPELLINGS.get(substance, substance): 1}
    return {}


def _with_digit(name: str) -> dict[str, int]:
    """m3: a unit and its power."""
    known = _SPELLINGS.get(name[:-1], "")
    is_raised = name.isascii() and known.isalpha() and name[-1] in "23456789"
    if not is_raised or _described(known).section in _UNRAISED:
        return {}
    return {known: int(name[-1])}


_MISNOMERS = _table("""
    t: ton tons tonne tonnes Mg 公吨 | t, or Mt for a million tonnes: mt MT mT
    Mt or 万t, which is 10 kt: kt Kt KT kT | kg: kilogram kilograms 千克 公斤 | g: gram grams 克
    CO2e: CO2eq CO2_e CO2_eq co2eq CO2equivalent | km: kilometer kilometre 千米 公里 | m: meter metre 米
    m2: sqm 平方米 平米 | m3: cbm 立方米 立方 | Nm3: Nm 标准立方米 标方 | ha: hm2 hectare hectares
    L: liter litre liters litres 升 | yr: year years y a annum | month: months 月 | wk: week weeks 周
    d: day days 天 日 | h: hr hrs hour hours 小时 | min: minute minutes 分钟 | s: sec second seconds 秒
    kWh: 千瓦时 | MWh: 兆瓦时 | kW: 千瓦 | MJ: 兆焦 | GJ: 吉焦 | tce: 吨标准煤 吨标煤
    kgce: 千克标准煤 千克标煤 | degC for a temperature, K for a difference: Celsius celsius deg degree 摄氏度
    point: points pts credits | person: persons people capita 人次 | passenger: passengers pax
    passenger km: pkm 人公里 | t km: tkm 吨公里 | pcs: piece pieces unit units item items 件 台 辆 个 只
    stem: stems culm culms tree trees 棵 | CNY: RMB yuan Yuan | /: per Per 每 | 1: dimensionless none unitless
""")
"""What to write for names that are wrong in a way we know. Only ever a hint."""

_FOLDED = MappingProxyType({name.casefold(): name for name in _SPELLINGS})


def _refuse_name(token: _Token, substances: frozenset[str]) -> NoReturn:
    name = token.text
    if name in _COUNTING_WORDS:
        _refuse(token, f"{name} does not stand alone", f"write it directly before a unit, such as {name}t")
    meant, near = _meant(name), nearest_names(name, substances)
    if meant:
        _refuse(token, f"unknown unit '{name}'", f"write {meant}")
    if near:
        _refuse(token, f"unknown unit '{name}'", f"did you mean {' or '.join(near)}?")
    note = "a substance that is not built in is declared under 'substances:'"
    _refuse(token, f"unknown unit '{name}'", notes=(note,))


def _meant(name: str) -> str:
    """Return what a known wrong name stands for, also after a counting word or a mass."""
    whole = _MISNOMERS.get(name) or _FOLDED.get(name.casefold(), "")
    if whole:
        return whole
    for before in ("万", "亿", *_MASSES):
        meant = _meant(name.removeprefix(before)) if name.startswith(before) else ""
        if meant and (before in _COUNTING_WORDS or meant in _SUBSTANCES):
            return before + meant
    return ""


def nearest_names(name: str, substances: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return up to three known names that are spelt nearly like an unknown one.

    >>> nearest_names("pasenger")
    ('passenger',)
    """
    return tuple(difflib.get_close_matches(name, sorted({*_SPELLINGS, *substances}), n=3, cutoff=0.7))


@dataclass(frozen=True, slots=True)
class Conversion:
    """The one float operation that converts a value: multiply or divide by `number`."""

    operator: Literal["*", "/"]
    number: float


@lru_cache(maxsize=4096)
def ratio(from_: Unit, to: Unit) -> Fraction:
    """Return the exact factor that turns a value in one unit into a value in another.

    Raises
    ------
    ValueError
        If the units differ in dimension, or one of two different units is a point.

    Examples
    --------
    >>> ratio(parse_unit("ha"), parse_unit("mu"))
    Fraction(15, 1)
    """
    if not from_.same_dimension(to):
        raise ValueError(f"{from_} measures {from_.dimension}, {to} measures {to.dimension}")
    if from_ != to and (from_.is_point or to.is_point):
        raise ValueError(f"no factor converts {from_} to {to}: one of them is a point on a scale")
    return from_.factor / to.factor


def conversion(ratio: Fraction) -> Conversion | None:
    """Return the operation that multiplies a float by a positive rational, None for 1.

    By 1/q it divides, by a whole number it multiplies, otherwise it multiplies by the nearest
    float. A ratio beyond 1e300 or below 1e-300 raises `TextRefusedError`.

    >>> conversion(Fraction(1, 1000))
    Conversion(operator='/', number=1000.0)
    """
    if ratio == 1:
        return None
    if not 1 / LARGEST_RATIO < ratio < LARGEST_RATIO:
        raise TextRefusedError(
            Problem("CQ208", "the factor between the units is beyond 1e300 or below 1e-300")
        )
    return Conversion("/", float(1 / ratio)) if ratio.numerator == 1 else Conversion("*", float(ratio))


_PINT_NAMES = _table("""
    g: gram | kg: kilogram | mg: milligram | t: metric_ton megagram | Mt: megametric_ton | m: meter
    cm: centimeter | mm: millimeter | km: kilometer | ha: hectare | L: liter | s: second | min: minute
    h: hour | d: day | wk: week | month: month | yr: year | J: joule | kJ: kilojoule | MJ: megajoule
    GJ: gigajoule | TJ: terajoule | PJ: petajoule | Wh: watt_hour | kWh: kilowatt_hour | MWh: megawatt_hour
    GWh: gigawatt_hour | W: watt | kW: kilowatt | MW: megawatt | GW: gigawatt | %: percent | ppm: ppm
    K: kelvin delta_degree_Celsius delta_degC | degC: degree_Celsius
""")
"""Names of pint's default registry that mean a unit of ours."""

_PHYSICAL = frozenset(
    {"[mass]", "[length]", "[time]", "[current]", "[temperature]", "[substance]", "[luminosity]"}
)


def quantity(value: Any, unit: Unit) -> pint.Quantity[Any]:
    """Return a pint quantity of `registry()`: a number or an array with a unit."""
    for name, _ in unit.powers:
        if _is_declared(name):
            _define_substance(name)
    exponents = {name: int(power) if power.denominator == 1 else float(power) for name, power in unit.powers}
    return registry().Quantity(value, UnitsContainer(exponents))


@lru_cache(maxsize=1024)
def _define_substance(name: str) -> None:
    registry().define(f"{name} = [substance_{name}]")


def from_quantity(given: Any, substances: frozenset[str] = frozenset()) -> tuple[Any, Unit]:
    """Return the value (a float or the array) and the unit of a pint quantity of any registry.

    Names of pint's default registry are taken by their meaning (`metric_ton`). A name that a
    user defined there counts when it is ours and is a base dimension there too, so that a
    coulomb is never read as carbon. Anything else raises `TextRefusedError`.
    """
    powers: Powers = ()
    for name, exponent in given.unit_items():
        if exponent != int(exponent):
            raise TextRefusedError(Problem("CQ208", f"the quantity has {name} to the power {exponent}"))
        powers = _joined(powers, _ours(given, name, substances), int(exponent))
    if _is_point(powers) and powers != (("degC", Fraction(1)),):
        raise TextRefusedError(Problem("CQ208", "the quantity has degC in a product; a difference is in K"))
    value = given.magnitude
    return float(value) if isinstance(value, Real | Decimal) else value, _made(powers)


def _ours(given: Any, name: str, substances: frozenset[str]) -> Powers:
    """Return what a name of the quantity's registry is in ours."""
    if isinstance(given, registry().Quantity) or _is_own_base(given, name):
        spelling = "K" if name == "delta_degC" else name
    else:
        spelling = _PINT_NAMES.get(name, "")
    powers = _powers(_resolved(spelling, substances)) if spelling else ()
    if not powers:
        message = f"the quantity is in '{name}' of its pint registry, which is not a unit of this library"
        hint = "make the quantity with carbonquant.units.quantity(value, parse_unit('…'))"
        raise TextRefusedError(Problem("CQ208", message, hint=hint))
    return powers


def _is_own_base(given: Any, name: str) -> bool:
    """Whether a foreign registry knows a name as a base dimension that is not one of physics."""
    one = type(given)(1, UnitsContainer({name: 1}))
    is_base = dict(one.to_root_units().unit_items()) == {name: 1}
    return is_base and not _PHYSICAL & dict(one.dimensionality).keys()


PURE = parse_unit("1")

CONSTANTS: Mapping[str, tuple[Fraction, Unit]] = MappingProxyType(
    {
        "CO2_per_C": (Fraction(44, 12), parse_unit("t CO2e/t C")),
        "N2O_per_N2ON": (Fraction(44, 28), parse_unit("t N2O/t N2ON")),
        "CH4_per_C": (Fraction(16, 12), parse_unit("t CH4/t C")),
    }
)
"""Ratios of molar masses that the language knows by name."""
