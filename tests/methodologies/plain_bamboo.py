"""Bamboo afforestation once more, in plain loops: the second computation beside the engine.

Written from the equations of the methodology, with its numbers typed in again, so that a slip in
the engine or in the file shows as a difference. `bamboo` takes nested dictionaries keyed by
member and gives every step as a nested dictionary.

Not a product: no units, no messages, no speed; it knows this one methodology only.
"""

from __future__ import annotations

import math
from typing import Any

__all__ = ["RefusedError", "bamboo", "culm_kg", "t_value"]

Inputs = dict[str, Any]
Steps = dict[str, Any]

AGE_DU = {"du1": 1.0, "du2": 2.0, "du3": 3.0, "du4": 4.0}
ROOT_TO_SHOOT = {
    "huitong": 0.649,
    "linan": 0.606,
    "wuyishan": 0.560,
    "changning": 0.525,
    "shunan": 0.480,
    "dagangshan": 0.387,
    "yongchun": 0.384,
    "tianmu": 0.331,
    "taojiang": 0.196,
}
CARBON_FRACTION = {"moso": 0.466, "kuzhu": 0.436, "mazhu": 0.454}
FITTED = {("zhou", "moso"), ("zhejiang", "moso"), ("zhejiang", "kuzhu"), ("mean_culm", "moso")}
DIAMETER_CM = {"zhou": (5.0, 16.0), "zhejiang": (5.0, 16.0), "mean_culm": (7.0, 13.0)}
MEAN_CULM_KG = 10.44
CO2_PER_C = 44 / 12
BOARD = 0.2225
IN_USE_AFTER_30_YEARS = 0.35
CONFIDENCE = 0.90
DISCOUNT = ((10.0, 0.0), (20.0, 6.0), (30.0, 11.0))


class RefusedError(Exception):
    """The project is refused; `reasons` are the names an example lists under `fails`."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


def bamboo(inputs: Inputs) -> Steps:
    """Compute every step of a project.

    `inputs` holds `strata` and `years` (lists), the inputs of the methodology nested by member
    (`density[stratum][year][age]`), and `plots`, a list of dictionaries `plot_stratum, plot_year, plot_C`.
    `H`, `L`, `harvest`, `root_site` and `LK` may be left out, as in the methodology.
    """
    strata, years = inputs["strata"], inputs["years"]
    plots = _plots_by_stratum(inputs)
    reasons = _broken_rules(inputs, plots)
    if reasons:
        raise RefusedError(reasons)

    steps: Steps = {"m_whole": {}, "C_tree": {}, "dC_stratum": {}}
    for stratum in strata:
        steps["m_whole"][stratum] = {}
        steps["C_tree"][stratum] = {}
        steps["dC_stratum"][stratum] = {}
        before = inputs["C0"][stratum]
        for year in years:
            culms = {age: culm_kg(inputs, stratum, year, age) for age in AGE_DU}
            kg_per_ha = math.fsum(culms[age] * inputs["density"][stratum][year][age] for age in AGE_DU)
            fraction = CARBON_FRACTION[inputs["species_of"][stratum]]
            stock = kg_per_ha / 1000 * inputs["area"][stratum] * fraction * CO2_PER_C
            steps["m_whole"][stratum][year] = culms
            steps["C_tree"][stratum][year] = stock
            steps["dC_stratum"][stratum][year] = stock - before
            before = stock
    steps["dC_tree"] = {year: math.fsum(steps["dC_stratum"][s][year] for s in strata) for year in years}
    steps["dC_hwp"] = {year: _products(inputs, year) for year in years}
    steps |= _precision(inputs, plots)
    steps |= _account(inputs, steps)
    return steps


def culm_kg(inputs: Inputs, stratum: str, year: str, age: str) -> float:
    """Dry matter of one whole culm with its roots, kg, by the model chosen for its stratum."""
    model = inputs["culm_model"][stratum]
    if model == "mean_culm":
        return MEAN_CULM_KG
    diameter = inputs["D"][stratum][year][age]
    if model == "zhou":
        du = AGE_DU[age]
        above = 747.787 * diameter**2.771 * (0.148 * du / (0.028 + du)) ** 5.555 + 3.772
        site = inputs.get("root_site", {}).get(stratum, "taojiang")
        return float(above * (1 + ROOT_TO_SHOOT[site]))
    height = _optional(inputs, "H", stratum, year, age)
    crown = _optional(inputs, "L", stratum, year, age)
    root = 0.3710 * height**0.1357 * diameter**0.9817
    leaves = 0.2800 * diameter**0.8357 * crown**0.2740
    stem = 0.0398 * height**0.5779 * diameter**1.8540
    return float(root + leaves + stem)


def t_value(confidence: float, df: int) -> float:
    """Two-sided Student quantile for whole degrees of freedom, by bisection of the closed form."""
    low, high = 0.0, 1.0
    while _t_coverage(high, df) < confidence:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if _t_coverage(middle, df) < confidence:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _t_coverage(t: float, df: int) -> float:
    """Probability that a Student variable lies within -t and t (Abramowitz and Stegun 26.7.3, 26.7.4)."""
    angle = math.atan(t / math.sqrt(df))
    cosine = math.cos(angle)
    if df == 1:
        return 2 * angle / math.pi
    term = cosine if df % 2 else 1.0
    total = term
    for k in range(3 if df % 2 else 2, df - 1, 2):
        term *= (k - 1) / k * cosine**2
        total += term
    if df % 2:
        return 2 / math.pi * (angle + math.sin(angle) * total)
    return math.sin(angle) * total


def _optional(inputs: Inputs, name: str, stratum: str, year: str, age: str) -> float:
    """Read an input by stratum, year and age; 0 where the project did not measure it."""
    return float(inputs.get(name, {}).get(stratum, {}).get(year, {}).get(age, 0.0))


def _plots_by_stratum(inputs: Inputs) -> dict[str, dict[str, list[float]]]:
    """Carbon of the accepted sample plots, t C/ha, by stratum and year."""
    plots: dict[str, dict[str, list[float]]] = {
        stratum: {year: [] for year in inputs["years"]} for stratum in inputs["strata"]
    }
    for plot in inputs["plots"]:
        if plot["plot_C"] is not None and 0 <= plot["plot_C"] <= 500:
            plots[plot["plot_stratum"]][plot["plot_year"]].append(plot["plot_C"])
    return plots


def _broken_rules(inputs: Inputs, plots: dict[str, dict[str, list[float]]]) -> list[str]:
    """Names of the applicability rules that fail anywhere."""
    broken = set()
    for stratum in inputs["strata"]:
        model = inputs["culm_model"][stratum]
        if (model, inputs["species_of"][stratum]) not in FITTED:
            broken.add("model_fits_species")
        for year in inputs["years"]:
            if len(plots[stratum][year]) < 2:
                broken.add("enough_plots")
            for age in AGE_DU:
                if inputs["density"][stratum][year][age] == 0:
                    continue
                smallest, largest = DIAMETER_CM[model]
                if not smallest <= inputs["D"][stratum][year][age] <= largest:
                    broken.add("diameter_in_domain")
                height = _optional(inputs, "H", stratum, year, age)
                crown = _optional(inputs, "L", stratum, year, age)
                if model == "zhejiang" and not 0 < crown <= height:
                    broken.add("height_measured")
    return sorted(broken)


def _products(inputs: Inputs, year: str) -> float:
    """Carbon of harvested culms still in use after 30 years, t CO2e."""
    harvested = math.fsum(
        inputs.get("harvest", {}).get(stratum, {}).get(year, 0.0)
        * CARBON_FRACTION[inputs["species_of"][stratum]]
        for stratum in inputs["strata"]
    )
    return harvested * CO2_PER_C * BOARD * IN_USE_AFTER_30_YEARS


def _precision(inputs: Inputs, plots: dict[str, dict[str, list[float]]]) -> Steps:
    """Estimate the stratified mean of each year and its relative half-width u, in %."""
    strata, years = inputs["strata"], inputs["years"]
    whole = math.fsum(inputs["area"][stratum] for stratum in strata)
    weight = {stratum: inputs["area"][stratum] / whole for stratum in strata}
    mean: dict[str, dict[str, float]] = {stratum: {} for stratum in strata}
    spread: dict[str, dict[str, float]] = {stratum: {} for stratum in strata}
    half_width = {}
    for year in years:
        for stratum in strata:
            values = plots[stratum][year]
            mean[stratum][year] = math.fsum(values) / len(values)
            squares = math.fsum((value - mean[stratum][year]) ** 2 for value in values)
            spread[stratum][year] = math.sqrt(squares / (len(values) - 1))
        df = sum(len(plots[stratum][year]) - 1 for stratum in strata)
        variance = math.fsum(weight[s] ** 2 * spread[s][year] ** 2 / len(plots[s][year]) for s in strata)
        estimate = math.fsum(weight[s] * mean[s][year] for s in strata)
        half_width[year] = t_value(CONFIDENCE, df) * math.sqrt(variance) / estimate * 100
    count = {stratum: {year: len(plots[stratum][year]) for year in years} for stratum in strata}
    return {"w": weight, "n": count, "m": mean, "s": spread, "u": half_width}


def _account(inputs: Inputs, steps: Steps) -> Steps:
    """Discount, removals and reductions of each year."""
    deduct: dict[str, float] = {}
    removals: dict[str, float] = {}
    baseline: dict[str, float] = {}
    reductions: dict[str, float] = {}
    for year in inputs["years"]:
        change = steps["dC_tree"][year]
        rate = next((rate for upto, rate in DISCOUNT if steps["u"][year] <= upto), None)
        if rate is None:
            raise RefusedError(["band.discount"])
        deduct[year] = rate if change >= 0 else 0.0 - rate
        removals[year] = change * (1 - deduct[year] / 100) + steps["dC_hwp"][year]
        baseline[year] = 0.0 - inputs["dC_bsl"][year]
        leakage = inputs.get("LK", {}).get(year, 0.0)
        reductions[year] = baseline[year] - inputs["GHG_E"][year] + removals[year] - leakage
    return {"deduct": deduct, "CR": removals, "BE": baseline, "ER": reductions}
