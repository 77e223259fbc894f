"""The characters of a formula, and the tokens they form.

`Tokens` hands out numbers, names, quoted texts and signs with their place, full-width and mathematical
signs already normalised. What is no token is refused with the hint that its writer most likely needs.

Does not know the grammar (see `syntax`).
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Final, NamedTuple, TypeAlias

from carbonquant.errors import Problem, TextRefusedError

__all__ = ["MARKS", "RESERVED", "UNIT_AFTER_NAME", "Span", "Token", "Tokens", "refused", "too_large"]

Span: TypeAlias = tuple[int, int]
"""Start and end of a piece of a formula, in code points, end exclusive."""

MAX_CHARACTERS: Final = 2000
MAX_NAME: Final = 64
MAX_UNIT: Final = 64
MAX_INTEGER: Final = 2**53
"""Largest whole number up to which float64 keeps every whole number."""

OPERATOR_WORDS: Final = frozenset({"and", "or", "not", "in"})
"""Words that are signs to the grammar."""

RESERVED: Final = OPERATOR_WORDS | {"if", "last", "over", "to", "where", "along", "start", "otherwise"}
"""Words that no author may take as a name; the names of functions are reserved too (see `functions`)."""

MARKS: Final = {
    "×": "*", "·": "*", "÷": "/", "−": "-", "≤": "<=", "≥": ">=", "≠": "!=",
    "（": "(", "）": ")", "，": ",", "＋": "+", "－": "-", "＝": "=",
}  # fmt: skip
"""Signs of printed mathematics and of Chinese input methods, and what they mean in a formula."""

BLANKS: Final = str.maketrans(dict.fromkeys("\t\n\r\u00a0\u3000", " "))
ONE_TO_ONE: Final = BLANKS | str.maketrans({mark: sign for mark, sign in MARKS.items() if len(sign) == 1})
"""What can be normalised without moving an offset; `≤ ≥ ≠` become two characters in their token only."""

NUMBER: Final = r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?"
NAME: Final = r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)?"
TOKEN: Final = re.compile(
    rf"[ ]*(?:(?P<number>{NUMBER}(?![A-Za-z0-9_.]))|(?P<name>{NAME}(?![A-Za-z0-9_.]))|(?P<quoted>'[^']*')"
    r"|(?P<sign><=|>=|==(?!=)|!=|\*(?!\*)|<(?!>)|[-+/^>(),\[\]≤≥≠])|(?P<end>\Z))"
)
KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]* *=(?![=<>])")
QUOTED_LIST: Final = re.compile(r"\( *'[^']*' *[,)]")
UNIT: Final = re.compile(r"\[([^\[\]']*)\]")

WRONG_NUMBER: Final = re.compile(r"\.?[0-9][A-Za-z0-9_.]*")
THOUSANDS: Final = re.compile(r"(?<![A-Za-z0-9_.,])[0-9]{1,3}(?:,[0-9]{3})+(?![A-Za-z0-9_])")
WRONG_SIGNS: Final = {
    "**": "write ^ for a power",
    "=": "write == to compare",
    "===": "write ==",
    "<>": "write !=",
    "=<": "write <=",
    "=>": "write >=",
    "!": "write 'not' before a condition, != between two values",
    "&&": "write and",
    "&": "write and",
    "||": "write or",
    "|": "write or",
    "{": "write (",
    "}": "write )",
    "%": "a percentage is a number with a unit, such as 60 [%]",
    "_": "a name begins with a letter",
    "–": "write -",
    "—": "write -",
    "、": "write a comma: ,",
} | dict.fromkeys('"“”‘’', "a text stands between straight single quotes: 'text'")
"""Signs of other languages and keyboards, and what to write instead."""

IF_CALL: Final = "write if(condition, value, other value)"
WRONG_STARTS: Final = {
    "+": "leave this + out",
    "-": "put the inner minus in parentheses: -(-x)",
    "not": "put the condition in parentheses: (not x)",
    "[": "a unit stands after a number, an index after a name, a list in parentheses: ('a', 'b')",
}
"""Signs that begin no value, and what to write instead."""

WRONG_FOLLOWERS: Final = {
    "'if'": IF_CALL,
    "'and'": "write and",
    "'or'": "write or",
    "'in'": "write in",
    "'not'": "put 'not' before the whole condition: not x in ('a', 'b')",
    "'['": "a unit stands after a number, an index after a name",
}
"""What cannot follow a value, in small letters, and what to write instead."""

UNIT_AFTER_NAME: Final = (
    "a unit stands after a number, a name has its unit already; a member in an index has quotes: W['coal']"
)
"""The hint for `x [km]`; what can be read as an index is found wrong only where names are known."""

UNIT_SIGNS: Final = frozenset("%²³°℃")
"""Signs of units that no index has."""


class Token(NamedTuple):
    """One word or sign of a formula; `text` is normalised, without the quotes of a quoted text."""

    kind: str
    """One of number, name, quoted, sign (also `and or not in`), unit, end."""
    text: str
    span: Span


class Tokens:
    """The tokens of a formula, read only one ahead, so that the leftmost mistake is the one reported."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_CHARACTERS:
            message = f"the formula has {len(text)} characters, at most {MAX_CHARACTERS} are allowed"
            raise too_large(message, (MAX_CHARACTERS, len(text)))
        self._text = text
        self._plain = text.translate(ONE_TO_ONE)
        self.previous = Token("sign", "", (0, 0))
        self.current = self._read(0)
        if self.current.kind == "end":
            raise refused("the formula is empty", (0, len(text)))

    @property
    def start(self) -> int:
        """Where the current token begins."""
        return self.current.span[0]

    def since(self, start: int) -> Span:
        """Span from an offset to the end of the last token that was read."""
        return start, self.previous.span[1]

    def advance(self) -> Token:
        """Move past the current token and return it."""
        self.previous, self.current = self.current, self._read(self.current.span[1])
        return self.previous

    def at(self, *signs: str) -> bool:
        """Whether the current token is one of these signs."""
        return self.current.kind == "sign" and self.current.text in signs

    def take(self, *signs: str) -> Token | None:
        """Move past the current token if it is one of these signs."""
        return self.advance() if self.at(*signs) else None

    def take_key(self) -> Token | None:
        """Move past `key=` if it stands here, and return the key."""
        key = self.current
        match = KEY.match(self._plain, key.span[0]) if key.kind == "name" else None
        if match is None:
            return None
        self.previous = Token("sign", "=", (match.end() - 1, match.end()))
        self.current = self._read(match.end())
        return key

    def take_unit(self) -> Token:
        """Move past `[unit]`, whose inside follows a grammar of its own, and return the unit."""
        start = self.start
        match = UNIT.match(self._text, start)
        if match is None:
            raise refused("this [ is not closed", (start, start + 1), "a unit stands between [ and ]")
        text = match[1].translate(BLANKS).strip(" ")
        if not text:
            raise refused("no unit stands between [ and ]", match.span())
        unit_start = start + 1 + len(match[1]) - len(match[1].translate(BLANKS).lstrip(" "))
        unit = Token("unit", text, (unit_start, unit_start + len(text)))
        if len(text) > MAX_UNIT:
            raise too_large(f"this unit has {len(text)} characters, at most {MAX_UNIT} fit", unit.span, "")
        self.previous, self.current = unit._replace(span=match.span()), self._read(match.end())
        return unit

    def starts_quoted_list(self) -> bool:
        """Whether `('a')` or `('a', …` stands here."""
        return QUOTED_LIST.match(self._plain, self.start) is not None

    def unexpected(self, expected: str, hint: str = "") -> TextRefusedError:
        """Explain that something else stands here than what is expected."""
        found, before = self.current, self.previous
        if found.kind != "end":
            hint = hint or (WRONG_STARTS.get(found.text, "") if expected == "a value" else "")
            return refused(f"found {self._shown(found)}, expected {expected}", found.span, hint)
        if before.kind == "sign" and before.text in {"(", "["}:
            return refused(f"this {before.text} is not closed", before.span)
        return refused(f"{expected} is missing after {self._shown(before)}", before.span)

    def unexpected_after_value(
        self, expected: str, hint: str = "put an operator such as * here"
    ) -> TextRefusedError:
        """Explain that what follows a complete value cannot follow it; the hint is for another value."""
        shown = self._shown(self.current)
        known = WRONG_FOLLOWERS.get(shown.lower(), "") or self._without_commas(self.start)
        if self.current.kind == "sign" and not self.at("(", "["):
            return self.unexpected(expected, known)
        return self.unexpected(f"an operator or {expected}", known or hint)

    def _read(self, at: int) -> Token:
        match = TOKEN.match(self._plain, at)
        if match is None:
            raise self._unreadable(len(self._plain) - len(self._plain[at:].lstrip(" ")))
        kind = str(match.lastgroup)
        span = match.span(kind)
        if kind == "quoted":
            return Token(kind, self._inside_quotes(span), span)
        text = MARKS.get(match[kind], match[kind])
        if kind == "number" and not _is_kept(text):
            raise refused(f"{text} is too large, or too close to 0, to be kept as a number", span)
        if kind == "name" and max(map(len, text.split("."))) > MAX_NAME:
            raise too_large(f"this name is longer than {MAX_NAME} characters", span, "")
        return Token("sign" if text in OPERATOR_WORDS else kind, text, span)

    def _shown(self, token: Token) -> str:
        written = self._text[slice(*token.span)]
        return written if token.kind == "quoted" else f"'{written}'"

    def _without_commas(self, at: int) -> str:
        """Hint at `1000` if the offset is inside a number such as `1,000`."""
        around = (match[0] for match in THOUSANDS.finditer(self._plain) if match.start() < at < match.end())
        return next((f"write {number.replace(',', '')}" for number in around), "")

    def _inside_quotes(self, span: Span) -> str:
        text = self._text[span[0] + 1 : span[1] - 1]
        for at, character in enumerate(text, span[0] + 1):
            if _is_invisible(character):
                raise refused(f"{_described(character)} cannot stand in a quoted text", (at, at + 1))
        return unicodedata.normalize("NFC", text)

    def _unreadable(self, at: int) -> TextRefusedError:
        """Explain why no token begins at an offset."""
        if number := WRONG_NUMBER.match(self._plain, at):
            hint = self._without_commas(at) or _mended(number[0])
            return refused(f"'{number[0]}' is not a number", number.span(), hint)
        if name := re.compile(NAME).match(self._plain, at):
            dot = name.end(), name.end() + 1
            return refused("a name has at most one dot, between a tool and its output", dot)
        if self._plain[at] == "'":
            return refused("this ' is not closed", (at, at + 1), "a text stands between two quotes: 'text'")
        if self._plain[at] in UNIT_SIGNS and self._plain.rfind("[", 0, at) > self._plain.rfind("]", 0, at):
            return refused(f"'{self._plain[at]}' has no meaning in an index", (at, at + 1), UNIT_AFTER_NAME)
        sign = next((sign for sign in _longest_first(self._plain, at) if sign in WRONG_SIGNS), "")
        if sign:
            return refused(f"'{sign}' has no meaning here", (at, at + len(sign)), WRONG_SIGNS[sign])
        character = self._text[at]
        return refused(f"{_described(character)} has no meaning here", (at, at + 1), _replacement(character))


def refused(message: str, span: Span, hint: str = "") -> TextRefusedError:
    """Build the error for what is no formula."""
    return TextRefusedError(Problem("CQ301", message, *span, hint=hint))


def too_large(message: str, span: Span, hint: str = "split it into several steps") -> TextRefusedError:
    """Build the error for what is larger than the language allows."""
    return TextRefusedError(Problem("CQ320", message, *span, hint=hint))


def _is_kept(number: str) -> bool:
    """Whether float64 holds a number without losing whole units, overflow or underflow."""
    if number.isdigit():
        return int(number) <= MAX_INTEGER
    digits = number.partition("e")[0]
    return math.isfinite(float(number)) and (float(number) != 0 or not digits.strip("0."))


def _longest_first(text: str, at: int) -> tuple[str, str, str]:
    return text[at : at + 3], text[at : at + 2], text[at : at + 1]


def _mended(wrong: str) -> str:
    """Hint at the number that `1_000`, `010`, `.5`, `5.` or `1E5` stands for, or at what `2x` can mean."""
    if re.match("0[xXbBoO]", wrong):
        return "write the number with decimal digits"
    whole, dot, fraction = wrong.lower().replace("_", "").partition(".")
    mended = (whole.lstrip("0") or "0") + (dot + fraction if fraction else "")
    if re.fullmatch(NUMBER, mended):
        return f"write {mended}"
    glued = re.fullmatch(f"({NUMBER})({NAME})", wrong)
    return f"write {glued[1]} * {glued[2]} for a product, {glued[1]} [{glued[2]}] for a unit" if glued else ""


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _described(character: str) -> str:
    """Name a character so that its look-alikes are told apart: `'Е' (U+0415 CYRILLIC CAPITAL LETTER IE)`."""
    if character.isascii() and character.isprintable():
        return f"'{character}'"
    number = f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
    return f"'{character}' ({number})" if character.isprintable() else number


def _replacement(character: str) -> str:
    """Hint at the ASCII text that a character of Unicode stands for, if it is safe to tell."""
    plain = unicodedata.normalize("NFKC", character).strip()
    if plain in WRONG_SIGNS:
        return WRONG_SIGNS[plain]
    if unicodedata.decomposition(character).startswith("<super>"):
        return f"write ^{plain}"
    if plain != character and plain.isascii():
        return f"write {plain}" if plain else "write a blank"
    if character.isalpha():
        return "a name has the letters A-Z and a-z, digits and _; a text has quotes: 'text'"
    return ""
