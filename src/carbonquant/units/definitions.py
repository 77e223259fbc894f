"""What `units.txt` says of each name: how it is shown, where it stands, which spellings mean it.

The file is read once, at import; its order is the order in which units are printed.

Does not know how large a unit is (see `registries`) nor how names combine (see `names`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "COUNTING_WORDS",
    "DIMENSIONS",
    "KNOWN",
    "MASSES",
    "SPELLINGS",
    "SUBSTANCES",
    "TEXT",
    "UNRAISED",
    "Definition",
    "described",
    "digest",
    "is_declared",
    "rank_of",
    "shown_name",
]


@dataclass(frozen=True, slots=True)
class Definition:
    """One line of `units.txt`: how a unit is shown, and where it stands."""

    shown: str
    section: str
    rank: int


def _read_names(text: str) -> tuple[dict[str, str], dict[str, Definition], dict[str, int]]:
    """Return spelling -> name, name -> definition, base dimension -> rank."""
    spellings: dict[str, str] = {}
    definitions: dict[str, Definition] = {}
    dimensions: dict[str, int] = {}
    section = ""
    for rank, line in enumerate(text.splitlines()):
        name, *values = (part.strip() for part in line.split("="))
        if name.startswith("@group "):
            section = name.removeprefix("@group ")
        elif values and name[0] != "#" and name[-1] != "-":
            shown = values[1] if len(values) > 1 and values[1] != "_" else name
            definitions[name] = Definition(shown, section, rank)
            spellings |= dict.fromkeys([name, shown, *values[2:]], name)
            dimensions |= {values[0]: rank} if values[0].startswith("[") else {}
    return spellings, definitions, dimensions


TEXT = Path(__file__).with_name("units.txt").read_bytes()
SPELLINGS, KNOWN, DIMENSIONS = _read_names(TEXT.decode("utf-8"))
COUNTING_WORDS = "万亿"
UNRAISED = frozenset({"substance", "tag", "pure", "scale"})
"""Sections whose units take no counting word, and no digit as a power: N2 is not N squared."""
SUBSTANCES = frozenset(text for text, name in SPELLINGS.items() if KNOWN[name].section == "substance")
MASSES = tuple(text for text, name in SPELLINGS.items() if KNOWN[name].section == "mass")


def digest() -> str:
    """Return the digest of the unit definitions, as records quote it.

    >>> digest()[:7]
    'sha256:'
    """
    return "sha256:" + hashlib.sha256(TEXT).hexdigest()


def described(name: str) -> Definition:
    """Return the definition of a name; a counting word changes none, a declared substance has its own."""
    known = KNOWN.get(name) or (KNOWN.get(name[1:]) if name[0] in COUNTING_WORDS else None)
    return known or Definition(name, "substance", KNOWN["bioCO2"].rank)


def is_declared(name: str) -> bool:
    """Whether a name is a substance that a file declares, not one of ours."""
    return name not in KNOWN and name[0] not in COUNTING_WORDS


def rank_of(name: str) -> tuple[int, str]:
    """Return the place of a name, or of a base dimension, in the order of printing."""
    return (DIMENSIONS.get(name, described(name).rank), name)


def shown_name(name: str) -> str:
    """Return the name as it is printed."""
    return KNOWN[name].shown if name in KNOWN else name
