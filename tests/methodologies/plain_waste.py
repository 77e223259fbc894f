"""First-order decay and kitchen-waste biogas once more, in plain loops: the second computation beside the engine.

`first_order_decay` is the double sum of the tool as two loops; `kitchen_waste` is the methodology that uses it.
Written from the equations, with their numbers typed in again, so that a slip in the engine, in a file or in a
factor set shows as a difference.

Not a product: no units, no messages, no speed; it knows this tool and this methodology only.
"""

from __future__ import annotations

import math
from typing import Any

from tests.methodologies.plain_grid import RefusedError, grid_factor

__all__ = ["CLIMATES", "DECAY", "DEGRADABLE", "SITES", "RefusedError", "first_order_decay", "kitchen_waste"]

Inputs = dict[str, Any]
Steps = dict[str, Any]

DEGRADABLE = {"food": 0.15, "garden": 0.20, "paper": 0.40}
CLIMATES = ("boreal_temperate_dry", "boreal_temperate_wet", "tropical_dry", "tropical_wet")
DECAY = {
    "food": (0.06, 0.185, 0.085, 0.40),
    "garden": (0.05, 0.10, 0.065, 0.17),
    "paper": (0.04, 0.06, 0.045, 0.07),
}
"""Decay rates a year, in the order of `CLIMATES`."""
MODEL_CORRECTION = (0.80, 0.85, 0.80, 0.85)
"""Disposal avoided (use B of the tool), in the order of `CLIMATES`."""
SITES = {
    "managed_anaerobic": 1.0,
    "semi_aerobic_well": 0.5,
    "semi_aerobic_poor": 0.7,
    "active_aeration_well": 0.4,
    "active_aeration_poor": 0.7,
    "unmanaged_deep": 0.8,
    "unmanaged_shallow": 0.4,
    "uncategorised": 0.6,
}
LEAK = {"sealed": 0.028, "floating": 0.05, "unlined": 0.10}
METHANE_T_PER_SM3 = 0.00067
GWP_METHANE = 28.0
LOSSES = 0.20
METHANE_SHARE_PERCENT = (40.0, 75.0)


def first_order_decay(
    disposed: dict[str, dict[str, float]],
    degradable: dict[str, float],
    decay: dict[str, float],
    factors: dict[str, Any],
) -> Steps:
    """Methane of a disposal site by year: `decayed` (t C), `CH4` (t CH4) and `BE` (t CO2e).

    `disposed[waste][year]` in t; `factors` holds `MCF`, `phi`, `GWP_CH4` and perhaps `f` (0) and `OX` (0.1).
    """
    years = sorted({year for by_year in disposed.values() for year in by_year})
    steps: Steps = {"decayed": {}, "CH4": {}, "BE": {}}
    for emitted in years:
        carbon = 0.0
        for waste, by_year in disposed.items():
            for buried in years:
                if int(buried) > int(emitted):
                    continue
                age = int(emitted) - int(buried)
                left = by_year[buried] * degradable[waste] * math.exp(-decay[waste] * age)
                carbon += left * (1 - math.exp(-decay[waste]))
        uncaptured = (1 - factors.get("f", 0.0)) * (1 - factors.get("OX", 0.1))
        methane = factors["phi"] * uncaptured * 16 / 12 * 0.5 * 0.5 * factors["MCF"] * carbon
        steps["decayed"][emitted] = carbon
        steps["CH4"][emitted] = methane
        steps["BE"][emitted] = methane * factors["GWP_CH4"]
    return steps


def kitchen_waste(inputs: Inputs) -> Steps:
    """Compute every step of a project, and `biogas_plausible`, the number of years warned about.

    `inputs` holds `years` (a list) and the inputs of the methodology nested by member.
    """
    reasons = _reasons(inputs)
    if reasons:
        raise RefusedError(reasons)
    years, climate = inputs["years"], CLIMATES.index(inputs["climate"])
    decay = {waste: rates[climate] for waste, rates in DECAY.items()}
    factors = {"MCF": SITES[inputs["site"]], "phi": MODEL_CORRECTION[climate], "GWP_CH4": GWP_METHANE}
    site = first_order_decay(inputs["treated"], DEGRADABLE, decay, factors)
    names = ("BE_power", "BE", "CH4_made", "CH4_possible", "CH4_leak", "PE_leak", "PE", "ER", "power.E")
    steps: Steps = {name: {} for name in names} | {f"landfill.{name}": site[name] for name in ("CH4", "BE")}
    warned = 0
    for year in years:
        factor = grid_factor(inputs["region"], year)
        used = math.fsum(taken[year] for taken in inputs["power_used"].values())
        made = inputs["biogas"][year] * inputs["x_CH4"][year] / 100 * METHANE_T_PER_SM3
        possible = (
            math.fsum(inputs["treated"][waste][year] * DEGRADABLE[waste] for waste in DEGRADABLE) * 16 / 12
        )
        leak = made * LEAK[inputs["digester"]]
        warned += made > possible
        steps["power.E"][year] = used * factor * (1 + LOSSES)
        steps["BE_power"][year] = inputs["power_sold"][year] * factor
        before_law = site["BE"][year] + steps["BE_power"][year]
        steps["BE"][year] = before_law * (1 - inputs["compliance"][year] / 100)
        steps["CH4_made"][year] = made
        steps["CH4_possible"][year] = possible
        steps["CH4_leak"][year] = leak
        steps["PE_leak"][year] = leak * GWP_METHANE
        steps["PE"][year] = steps["power.E"][year] + steps["PE_leak"][year] + inputs["PE_other"][year]
        steps["ER"][year] = steps["BE"][year] - steps["PE"][year]
    return steps | {"biogas_plausible": warned}


def _reasons(inputs: Inputs) -> list[str]:
    """Name what refuses a project: first a value out of range, then the broken conditions."""
    low, high = METHANE_SHARE_PERCENT
    if any(not low <= share <= high for share in inputs["x_CH4"].values()):
        return ["range.x_CH4"]
    broken = []
    if inputs["claimed_elsewhere"]:
        broken.append("not_claimed_elsewhere")
    if inputs["stored_without_air"]:
        broken.append("digestate_with_air")
    return broken
