"""Laws of the engine: what may not change a figure, and what may never become one."""

from __future__ import annotations

import math
from typing import Any

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, reject

from carbonquant.errors import ActivityDataError, MethodologyError, NotApplicableError
from carbonquant.formula.kernel import KernelStep, compile_arrays, compile_scalars
from carbonquant.quantification import Quantification
from tests.toys import methodology, run

ULPS = 4 * np.finfo(np.float64).eps

# --- rows ----------------------------------------------------------------------------------------------------

TRIPS = """\
dimensions:
  zone: [north, south]
  trip: rows
  daily: {group: trip, by: [user, day]}
inputs:
  user: {type: text, over: trip}
  day: {type: date, over: trip}
  place: {type: zone, over: trip}
  distance: {unit: km, over: trip, range: [0, 500]}
  load: {unit: t, over: trip, range: [0, 60]}
  area: {unit: ha, over: zone}
parameters:
  factor: {unit: kg CO2e/km, over: zone, values: {north: 0.113, south: 0.271}, source: made_up p 1}
rules:
  long_enough: {over: trip, require: "distance >= 0.2 [km]", else: reject}
steps:
  per_load: {unit: km/t, over: trip, formula: distance / load}
  driven: {unit: km, over: daily, formula: "sum(distance, to=daily)"}
  counted: {unit: "1", over: daily, formula: "if(driven > 0, min(driven, 100 [km]) / driven, 0)"}
  shown: {unit: kg CO2e, over: trip, formula: "0 [kg CO2e/km] * per_load * 1 [t]"}
  emitted: {unit: kg CO2e, over: trip, formula: "distance * counted[daily] * factor[place] + shown"}
  by_zone: {unit: t CO2e, over: zone, formula: "sum(emitted, to=zone)"}
  spread: {unit: km, over: zone, formula: "sum(distance, to=zone) * (area / sum(area, over=zone))"}
  total: {unit: t CO2e, formula: "sum(by_zone, over=zone) + 0 [t CO2e/km] * sum(spread, over=zone)"}
results:
  removals: total
  rounding: {removals: {to: 0.001 t CO2e, mode: down}}
"""
PERIOD = {"from": "2025-03-01", "to": "2025-03-31"}

USABLE = st.fixed_dictionaries(
    {
        "user": st.sampled_from(["ann", "bob", "云"]),
        "day": st.sampled_from(["2025-03-01", "2025-03-02", "2025-03-31"]),
        "place": st.sampled_from(["north", "south"]),
        "distance": st.integers(0, 200_000).map(lambda metres: metres / 1000),
        "load": st.integers(1, 60_000).map(lambda kilograms: kilograms / 1000),
    }
)
ANY_NUMBER = st.one_of(st.none(), st.floats(), st.floats(0, 600), st.just(0.0))
ANYTHING = st.fixed_dictionaries(
    {
        "user": st.sampled_from(["ann", "bob", None]),
        "day": st.sampled_from(["2025-03-01", "2025-03-31", "2025-04-01", "2025-02-30", None]),
        "place": st.sampled_from(["north", "south", "nowhere", None]),
        "distance": ANY_NUMBER,
        "load": ANY_NUMBER,
    }
)


def trips(rows: list[dict[str, Any]], areas: Any = (1.0, 2.0), **how: Any) -> Quantification:
    columns = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    return run(TRIPS, period=PERIOD, inputs={"area": areas}, tables={"trip": columns}, **how)


def bits(result: Quantification) -> dict[str, bytes]:
    """All figures that are not over rows, to the last bit."""
    names = ("driven", "counted", "by_zone", "spread", "total")
    return {name: np.asarray(result.values(name)).tobytes() for name in names}


@given(st.lists(USABLE, min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_rows_in_any_order_give_the_same_bits(rows: list[dict[str, Any]], chance: Any) -> None:
    shuffled = chance.sample(rows, len(rows))

    assert bits(trips(rows)) == bits(trips(shuffled))


@given(st.lists(USABLE, min_size=1, max_size=40), st.integers(1, 100), st.integers(1, 2))
def test_any_block_size_and_number_of_threads_give_the_same_bits(
    rows: list[dict[str, Any]], block_rows: int, threads: int
) -> None:
    result = trips(rows, block_rows=block_rows, threads=threads)

    assert bits(result) == bits(trips(rows))


@given(st.lists(ANYTHING, min_size=1, max_size=20))
def test_every_row_is_accepted_or_has_a_reason_and_no_figure_is_ever_nan(rows: list[dict[str, Any]]) -> None:
    try:
        result = trips(rows)
    except ActivityDataError:
        reject()  # a column without a single usable value is refused as a whole

    counts, reasons = result.rows["trip"], result.outcome.reasons["trip"]
    assert counts.accepted + counts.rejected == counts.read == len(rows)
    assert sum(bool(reasons.of_row(row)) for row in range(len(rows))) == counts.rejected
    assert math.isfinite(result.removals.value)
    assert np.isfinite(result.values("emitted")[reasons.accepted]).all()
    for row, values in enumerate(rows):
        is_usable = all(
            isinstance(values[name], float) and math.isfinite(values[name]) for name in ("distance", "load")
        )
        assert is_usable or reasons.of_row(row)


# --- units ---------------------------------------------------------------------------------------------------


@given(st.lists(USABLE, min_size=1, max_size=15), st.integers(1, 4000), st.integers(1, 4000))
def test_unit_in_which_an_input_is_given_changes_no_figure(
    rows: list[dict[str, Any]], north: int, south: int
) -> None:
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    metres = {"unit": "m", "values": [round(km * 1000) for km in columns["distance"]]}
    kilograms = {"unit": "kg", "values": [round(tonnes * 1000) for tonnes in columns["load"]]}
    mu = {"unit": "亩", "values": [north, south]}

    declared = trips(rows, areas=[north / 15, south / 15])
    rescaled = run(
        TRIPS,
        period=PERIOD,
        inputs={"area": mu},
        tables={"trip": {**columns, "distance": metres, "load": kilograms}},
    )

    for name in ("driven", "by_zone", "spread", "total"):
        np.testing.assert_allclose(rescaled.values(name), declared.values(name), rtol=3 * ULPS)
    assert rescaled.removals.rounded == declared.removals.rounded
    assert rescaled.rows["trip"].reasons == declared.rows["trip"].reasons


LENGTH = """\
inputs:
  way: {{unit: {unit}}}
steps:
  total: {{unit: t CO2e, formula: "way * 0.25 [t CO2e/km]"}}
results: {{removals: total, rounding: {{removals: {{to: 0.001 t CO2e, mode: half-even}}}}}}
"""


@given(st.integers(0, 10**9), st.sampled_from(["m", "km", "cm"]), st.sampled_from(["m", "km"]))
def test_unit_in_which_an_input_is_declared_changes_no_figure(
    metres: int, declared: str, given_in: str
) -> None:
    given_value = {"unit": given_in, "value": metres if given_in == "m" else metres / 1000}

    figure = run(LENGTH.format(unit=declared), inputs={"way": given_value}).removals

    expected = run(LENGTH.format(unit="m"), inputs={"way": metres}).removals
    np.testing.assert_allclose(figure.value, expected.value, rtol=2 * ULPS)
    assert figure.rounded == expected.rounded


# --- strata --------------------------------------------------------------------------------------------------

STRATA = """\
dimensions: {stratum: category, year: year}
inputs:
  area: {unit: ha, over: stratum}
  stock: {unit: t C/ha, over: [stratum, year]}
steps:
  carbon: {unit: t CO2e, over: [stratum, year], formula: stock * area * CO2_per_C}
  gain: {unit: t CO2e, over: [stratum, year], formula: "change(carbon, along=year, start=0)"}
  total: {unit: t CO2e, over: year, formula: "sum(gain, over=stratum)"}
results: {removals: total, by: year}
"""
NAMES = ["a", "b2", "b10", "林"]
FACTS = st.tuples(st.floats(0.1, 1e4), st.floats(0, 300), st.floats(0, 300))


def strata(facts: dict[str, tuple[float, float, float]]) -> Quantification:
    return run(
        STRATA,
        members={"stratum": list(facts), "year": ["2025", "2020"]},
        inputs={
            "area": {name: area for name, (area, _, _) in facts.items()},
            "stock": {name: {"2020": first, "2025": second} for name, (_, first, second) in facts.items()},
        },
    )


@given(st.lists(FACTS, min_size=4, max_size=4), st.permutations(NAMES))
def test_strata_in_any_order_give_the_same_bits(
    facts: list[tuple[float, float, float]], order: list[str]
) -> None:
    by_name = dict(zip(NAMES, facts, strict=True))

    shuffled = strata({name: by_name[name] for name in order})

    assert shuffled.values("total").tobytes() == strata(by_name).values("total").tobytes()


@given(st.lists(FACTS, min_size=4, max_size=4))
def test_total_of_strata_is_the_stratum_of_totals(facts: list[tuple[float, float, float]]) -> None:
    apart = strata(dict(zip(NAMES, facts, strict=True)))
    area = sum(fact[0] for fact in facts)
    first, second = (sum(fact[0] * fact[at] for fact in facts) / area for at in (1, 2))

    together = strata({"whole": (area, first, second)})

    scale = max(np.abs(apart.values("carbon")).sum(), 1e-300)
    np.testing.assert_allclose(apart.values("total"), together.values("total"), rtol=0, atol=1e-13 * scale)


# --- one formula, two compiled forms ---------------------------------------------------------------------------

LEAVES = st.one_of(
    st.sampled_from(["a", "b", "c"]),
    st.integers(0, 9).map(str),
    st.sampled_from(["0.1", "2.5", "1e-3", "44"]),
)


def _formulas(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    both = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(both, st.sampled_from(["+", "-", "*"])).map(
            lambda drawn: f"({drawn[0][0]} {drawn[1]} {drawn[0][1]})"
        ),
        both.map(lambda pair: f"({pair[0]} / ({pair[1]} + a))"),
        inner.map(lambda one: f"sqrt({one})"),
        inner.map(lambda one: f"(-{one})"),
        inner.map(lambda one: f"abs({one})"),
        st.tuples(inner, st.sampled_from(["2", "3", "(-2)", "(1/2)"])).map(
            lambda drawn: f"({drawn[0]})^{drawn[1]}"
        ),
        both.map(lambda pair: f"min({pair[0]}, {pair[1]})"),
        both.map(lambda pair: f"max({pair[0]}, {pair[1]}, b)"),
        st.tuples(both, both, st.sampled_from(["<", "<=", "==", "!=", ">="])).map(
            lambda drawn: f"if({drawn[0][0]} {drawn[2]} {drawn[0][1]}, {drawn[1][0]}, {drawn[1][1]})"
        ),
        st.tuples(inner, both, st.sampled_from(["and", "or", "and not"])).map(
            lambda drawn: f"if({drawn[0]} > 1 {drawn[2]} {drawn[1][0]} < a, {drawn[1][1]}, c)"
        ),
    )


FORMULAS = st.recursive(LEAVES, _formulas, max_leaves=12)
NUMBERS = st.one_of(st.floats(-1e3, 1e3), st.sampled_from([0.0, 1.0, -1.0, 1e200, -1e-200, 0.1]))
BODY = """\
inputs:
  a: {{unit: "1"}}
  b: {{unit: "1"}}
  c: {{unit: "1"}}
steps:
  x: {{unit: "1", formula: "{formula} + 0 * (a + b + c)"}}
  total: {{unit: t CO2e, formula: "x * 1 [t CO2e]"}}
results: {{removals: total}}
"""


@given(FORMULAS, NUMBERS, NUMBERS, NUMBERS)
def test_scalar_function_and_array_kernel_give_the_same_bits(
    formula: str, a: float, b: float, c: float
) -> None:
    try:
        toy = methodology(BODY.format(formula=formula))
    except MethodologyError:
        reject()  # a division by a constant zero, say
    values = {"a": a, "b": b, "c": c}
    steps = [KernelStep("x", toy.steps["x"].root)]
    scalar, array = compile_scalars(steps), compile_arrays(steps, toy.axes, "")

    with np.errstate(all="ignore"):
        found = float(array.run(None, *(np.asarray(values[name]) for name in array.reads))[0])

    try:
        expected = float(scalar.run(None, *(values[name] for name in scalar.reads))[0])
    except (ArithmeticError, ValueError):
        expected = math.nan
    if math.isfinite(expected):
        assert found == expected
    else:
        assert not math.isfinite(found)


@given(FORMULAS, NUMBERS, NUMBERS, NUMBERS)
def test_formula_without_a_finite_value_never_becomes_a_figure(
    formula: str, a: float, b: float, c: float
) -> None:
    try:
        figure = run(BODY.format(formula=formula), inputs={"a": a, "b": b, "c": c}).removals
    except (MethodologyError, NotApplicableError):
        return

    assert math.isfinite(figure.value)
