"""What one written name stands for: a unit, a counted unit (`万kWh`), a mass of a substance (`tCO2e`), a power (`m3`).

A name that stands for nothing gets the likeliest meaning as a hint, never as its meaning.

Does not read a whole unit (see `grammar`).
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import MappingProxyType

from carbonquant.units.definitions import (
    COUNTING_WORDS,
    MASSES,
    SPELLINGS,
    SUBSTANCES,
    UNRAISED,
    described,
)

__all__ = ["likely_meaning", "nearest_names", "resolved", "table"]


def table(text: str) -> Mapping[str, str]:
    """Read `meant: spelling spelling | meant: spelling …` as spelling -> meant."""
    entries = [entry.strip().partition(": ") for entry in text.replace("\n", "|").split("|")]
    return MappingProxyType(
        {spelling: meant for meant, _, several in entries for spelling in several.split()}
    )


def resolved(name: str, substances: frozenset[str]) -> dict[str, int]:
    """Return the powers that one written name stands for; none if it is no unit."""
    if name in SPELLINGS or name in substances:
        return {SPELLINGS.get(name, name): 1}
    return _counted(name) or _glued(name, substances) or _with_digit(name)


def _counted(name: str) -> dict[str, int]:
    """万kWh: a counting word and a unit."""
    known = SPELLINGS.get(name[1:], "")
    is_countable = known and known[0] not in COUNTING_WORDS
    if name[0] not in COUNTING_WORDS or not is_countable or described(known).section in UNRAISED:
        return {}
    return {name[0] + known: 1}


def _glued(name: str, substances: frozenset[str]) -> dict[str, int]:
    """tCO2e: a mass, perhaps with a counting word, and a substance."""
    word = name[0] if name[0] in COUNTING_WORDS else ""
    for mass in MASSES:
        substance = name.removeprefix(word + mass)
        if substance != name and substance in SUBSTANCES | substances:
            return {word + SPELLINGS[mass]: 1, SPELLINGS.get(substance, substance): 1}
    return {}


def _with_digit(name: str) -> dict[str, int]:
    """m3: a unit and its power."""
    known = SPELLINGS.get(name[:-1], "")
    is_raised = name.isascii() and known.isalpha() and name[-1] in "23456789"
    if not is_raised or described(known).section in UNRAISED:
        return {}
    return {known: int(name[-1])}


_MISNOMERS = table("""
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

_FOLDED = MappingProxyType({name.casefold(): name for name in SPELLINGS})


def likely_meaning(name: str) -> str:
    """Return what a known wrong name stands for, also after a counting word or a mass."""
    whole = _MISNOMERS.get(name) or _FOLDED.get(name.casefold(), "")
    if whole:
        return whole
    for before in ("万", "亿", *MASSES):
        meant = likely_meaning(name.removeprefix(before)) if name.startswith(before) else ""
        if meant and (before in COUNTING_WORDS or meant in SUBSTANCES):
            return before + meant
    return ""


def nearest_names(name: str, substances: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return up to three known names that are spelt nearly like an unknown one.

    >>> nearest_names("pasenger")
    ('passenger',)
    """
    return tuple(difflib.get_close_matches(name, sorted({*SPELLINGS, *substances}), n=3, cutoff=0.7))
