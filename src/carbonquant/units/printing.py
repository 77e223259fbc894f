"""How a unit that nobody wrote is written: `t CO2e/(ha yr)`, in the order of `units.txt`.

What is printed reads back as the same unit.

Does not read (see `grammar`).
"""

from __future__ import annotations

from fractions import Fraction

from carbonquant.units.definitions import COUNTING_WORDS, MASSES, SUBSTANCES, described, rank_of, shown_name
from carbonquant.units.powers import Powers

__all__ = ["canonical", "fraction", "halves"]


def halves(powers: Powers) -> tuple[list[str], list[str]]:
    """Return the printed factors above and below the stroke, each in natural order."""
    ordered = sorted(powers, key=lambda power: rank_of(power[0]))
    above = [_name_text(name, power) for name, power in ordered if power > 0]
    below = [_name_text(name, -power) for name, power in ordered if power < 0]
    return above, below


def fraction(above: list[str], below: list[str], blank: str) -> str:
    """Join factors above and below a stroke; several below it stand in parentheses."""
    over, under = blank.join(above) or "1", blank.join(below)
    if not below:
        return over
    is_mass_of_substance = below[0] in MASSES and "".join(below[1:]) in SUBSTANCES
    return f"{over}/{under}" if len(below) == 1 or is_mass_of_substance else f"{over}/({under})"


def canonical(powers: Powers) -> str:
    """Return the text of a unit that nobody wrote, such as `t CO2e/(ha yr)`.

    A substance never stands without a mass: CO2e/CH4 is printed `kg CO2e/kg CH4`.
    """
    above, below = halves(powers)
    sections = {described(name).section for name, _ in powers}
    if "substance" in sections and "mass" not in sections:
        above, below = ["kg", *above], ["kg", *below]
    return fraction(above, below, " ")


def _name_text(name: str, power: Fraction) -> str:
    shown = shown_name(name)
    if power == 1:
        return shown
    if name[0] in COUNTING_WORDS:
        shown = f"({shown})"
    if described(name).section == "length" and power in {2, 3} and shown == name:
        return f"{shown}{power}"
    return f"{shown}^{power}" if power.denominator == 1 else f"{shown}^({power})"
