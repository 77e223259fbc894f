"""Electricity for fuel once more, in plain loops: the second computation beside the engine.

Written from the equations of the methodology and of its two tools, with their numbers typed in again, so that a
slip in the engine, in a file or in a factor set shows as a difference. `electricity_for_fuel` takes nested
dictionaries keyed by member and gives every step and tool output as a nested dictionary.

Not a product: no units, no messages, no speed; it knows this one methodology only.
"""

from __future__ import annotations

import math
from typing import Any

from tests.methodologies.plain_grid import RefusedError, grid_factor

__all__ = ["FUELS", "GASES", "RefusedError", "burning", "electricity_for_fuel"]

Inputs = dict[str, Any]
Steps = dict[str, Any]

FUELS = {
    # GJ/t, t C/GJ
    "anthracite": (22.867, 0.02749),
    "bituminous": (23.076, 0.02308),
    "lignite": (14.759, 0.02797),
    "fuel_oil": (41.816, 0.02110),
    "gasoline": (43.070, 0.01890),
    "diesel": (42.652, 0.02020),
    "kerosene": (43.070, 0.01960),
    "lng": (51.498, 0.01720),
    "lpg": (50.179, 0.01720),
}
COALS = ("anthracite", "bituminous", "lignite")
COAL_OXIDISED = {"cement_kiln": 0.99, "power_boiler": 0.95, "industrial_boiler": 0.85}
OIL_OXIDISED = 0.98
GASES = {
    # GJ per 10,000 Nm3, t C/GJ, oxidised share
    "natural_gas": (389.310, 0.01532, 0.99),
    "coke_oven_gas": (173.854, 0.01210, 0.99),
}
GJ_PER_MWH = 3.6
INDUSTRIAL_BOILER = "industrial_boiler"
GAS_DEFAULTS = {"eta_gas": 100.0, "COP_gas": 1.0, "FC_gas_before": 0.0}


def burning(amount: float, calorific_value: float, carbon: float, oxidised: float) -> float:
    """Return the t CO2 of an amount of fuel: FC · NCV · CC · OF · 44/12."""
    return amount * calorific_value * carbon * oxidised * 44 / 12


def electricity_for_fuel(inputs: Inputs) -> Steps:
    """Compute every step of a project.

    `inputs` holds `years` (a list), `region`, `claimed_elsewhere` and the inputs of the methodology nested by
    member (`EC[fuel][year]`, `COP[fuel]`); `furnace_of` and those of `GAS_DEFAULTS` may be left out, as there.
    """
    if inputs["claimed_elsewhere"]:
        raise RefusedError(["not_claimed_elsewhere"])
    years = inputs["years"]
    steps = _by_weight(inputs) | _by_volume(inputs)
    for use, fuels in (("combustion", FUELS), ("combustion_gas", GASES)):
        each = steps[f"{use}.E_fuel"]
        steps[f"{use}.E"] = {year: math.fsum(each[fuel][year] for fuel in fuels) for year in years}
    for use, name in (("power", "EC"), ("power_gas", "EC_gas")):
        steps[f"{use}.E"] = {
            year: math.fsum(taken[year] for taken in inputs[name].values())
            * grid_factor(inputs["region"], year)
            for year in years
        }
    steps["BE"] = {year: steps["combustion.E"][year] + steps["combustion_gas.E"][year] for year in years}
    steps["PE"] = {year: steps["power.E"][year] + steps["power_gas.E"][year] for year in years}
    steps["ER"] = {year: steps["BE"][year] - steps["PE"][year] for year in years}
    return steps


def _by_weight(inputs: Inputs) -> Steps:
    """Fuels in tonnes: heat, fuel needed for it, fuel credited, emissions; each by fuel and year."""
    steps: Steps = {
        name: {fuel: {} for fuel in FUELS} for name in ("heat", "FC_needed", "FC", "combustion.E_fuel")
    }
    warned = 0
    for fuel, (calorific_value, carbon) in FUELS.items():
        furnace = inputs.get("furnace_of", {}).get(fuel, INDUSTRIAL_BOILER)
        oxidised = COAL_OXIDISED[furnace] if fuel in COALS else OIL_OXIDISED
        for year in inputs["years"]:
            heat = inputs["EC"][fuel][year] * inputs["COP"][fuel] * GJ_PER_MWH
            needed = heat / (inputs["eta"][fuel] / 100 * calorific_value)
            credited = min(needed, inputs["FC_before"][fuel])
            warned += needed > inputs["FC_before"][fuel]
            steps["heat"][fuel][year] = heat
            steps["FC_needed"][fuel][year] = needed
            steps["FC"][fuel][year] = credited
            steps["combustion.E_fuel"][fuel][year] = burning(credited, calorific_value, carbon, oxidised)
    return steps | {"demand_grew": warned}


def _by_volume(inputs: Inputs) -> Steps:
    """Gases in Nm3: the same steps; each by gas and year."""
    names = ("heat_gas", "FC_gas_needed", "FC_gas", "combustion_gas.E_fuel")
    steps: Steps = {name: {gas: {} for gas in GASES} for name in names}
    warned = 0
    for gas, (per_10000, carbon, oxidised) in GASES.items():
        efficiency = inputs.get("eta_gas", {}).get(gas, GAS_DEFAULTS["eta_gas"]) / 100
        ratio = inputs.get("COP_gas", {}).get(gas, GAS_DEFAULTS["COP_gas"])
        before = inputs.get("FC_gas_before", {}).get(gas, GAS_DEFAULTS["FC_gas_before"])
        for year in inputs["years"]:
            heat = inputs["EC_gas"][gas][year] * ratio * GJ_PER_MWH
            needed = heat / (efficiency * per_10000 / 10_000)
            credited = min(needed, before)
            warned += needed > before
            steps["heat_gas"][gas][year] = heat
            steps["FC_gas_needed"][gas][year] = needed
            steps["FC_gas"][gas][year] = credited
            steps["combustion_gas.E_fuel"][gas][year] = burning(
                credited / 10_000, per_10000, carbon, oxidised
            )
    return steps | {"gas_demand_grew": warned}
