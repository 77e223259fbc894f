"""Compiled formulas: the source that is printed, and its values as a scalar function and over arrays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from carbonquant.errors import NotApplicableError
from carbonquant.formula.kernel import Kernel, KernelStep, compile_arrays, compile_scalars, identifier
from carbonquant.formula.syntax import parse
from carbonquant.formula.tree import Dimension, Quantity, Reference, Spread, Symbol, Type
from carbonquant.formula.typing import Names, infer
from carbonquant.plan import plan
from carbonquant.units import parse_unit
from tests.toys import methodology, run

BODY = """\
inputs:
  a: {{unit: km}}
  b: {{unit: m}}
  n: {{unit: "1"}}
  flag: {{type: bool}}
  day: {{type: date}}
parameters:
  off: {{unit: "%", bands: {{unit: km, upto: [1, 5]}}, values: [10, 20], source: made_up p 1}}
steps:
  x: {{{type}, formula: "{formula}"}}
  used: {{unit: km, formula: "if(flag and day > '2000-01-01', a + b, n * off[a] * 1 [km])"}}
  all_read: {{unit: t CO2e, formula: "used * 1 [t CO2e/km]"}}
results: {{removals: all_read}}
"""
VALUES: dict[str, Any] = {"a": 2.0, "b": 500.0, "n": 3.0, "flag": True, "day": 20000}


class Surroundings:
    """What kernels without dimensions may ask for."""

    def day(self, date: str) -> int:
        return int(np.datetime64(date, "D").astype(np.int64))

    def band(self, table: str, x: Any) -> Any:
        assert table == "off"
        if np.isnan(x) or x > 5:
            return math.nan
        return 10.0 if x <= 1 else 20.0


def kernels(formula: str, unit: str) -> tuple[Kernel, Kernel]:
    kind = "type: bool" if unit == "yes/no" else f'unit: "{unit}"'
    toy = methodology(BODY.format(formula=formula, type=kind))
    steps = [KernelStep("x", toy.steps["x"].root)]
    return compile_scalars(steps), compile_arrays(steps, toy.axes, "")


def value(kernel: Kernel) -> Any:
    with np.errstate(all="ignore"):
        return kernel.run(Surroundings(), *(np.asarray(VALUES[name]) for name in kernel.reads))[0]


FORMULAS = [
    ("a + b", "km", 2.5),
    ("b + a", "m", 2500.0),
    ("a - b", "m", 1500.0),
    ("a * 2 - -a", "km", 6.0),
    ("a / b", "1", 4.0),
    ("a^2", "km^2", 4.0),
    ("a^(-1)", "1/km", 0.5),
    ("(a * a)^(1/2)", "km", 2.0),
    ("sqrt(a * a)", "km", 2.0),
    ("n^1.5", "1", 3.0**1.5),
    ("n^(n / 2)", "1", 3.0**1.5),
    ("abs(-n)", "1", 3.0),
    ("exp(n) * 0 + ln(exp(1)) + log10(100)", "1", 3.0),
    ("pi * 0 + n", "1", 3.0),
    ("min(a, b, 7 [km])", "km", 0.5),
    ("max(a, b)", "km", 2.0),
    ("clamp(n, 0, 2.5)", "1", 2.5),
    ("round_down(b, 1 [km])", "km", 0.0),
    ("t_value(90 [%], 2) * 0 + normal_value(90 [%]) * 0 + n", "1", 3.0),
    ("off[a]", "%", 20.0),
    ("if(a > b, n, 2 * n)", "1", 3.0),
    ("if(a < b, n, 2 * n)", "1", 6.0),
    ("if(n == 1, 1, if(n == 3, 30, 2))", "1", 30.0),
    ("a >= b", "yes/no", True),
    ("a <= b or n != 3", "yes/no", False),
    ("not (a < b) and flag", "yes/no", True),
    ("b < a < 3 [km]", "yes/no", True),
    ("day == '2024-10-04'", "yes/no", True),
    ("day in ('2024-10-03', '2024-10-04')", "yes/no", True),
    ("day in ('2024-10-05')", "yes/no", False),
]


@pytest.mark.parametrize(("formula", "unit", "expected"), FORMULAS)
def test_formula_has_its_value_in_both_compiled_forms(formula: str, unit: str, expected: float) -> None:
    scalar, array = kernels(formula, unit)

    assert value(scalar) == pytest.approx(expected, rel=1e-15)
    assert value(array) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    "formula",
    ["n / (n - n)", "1 / (n / (n - n))", "(n - 3)^(-1)", "sqrt(n - 4)", "ln(n - 3)", "clamp(n, n, n - 1)"],
)
def test_what_cannot_be_computed_is_an_error_of_the_function_and_nan_over_arrays(formula: str) -> None:
    scalar, array = kernels(formula, "1")

    with pytest.raises((ArithmeticError, ValueError)):
        scalar.run(Surroundings(), *(VALUES[name] for name in scalar.reads))
    assert not np.isfinite(value(array))


@pytest.mark.parametrize(
    ("formula", "known"),
    [
        ("n / (n - 3) > 1", False),
        ("not (n / (n - 3) > 1)", False),
        ("n > 1 or n / (n - 3) > 1", True),
        ("n < 1 or n / (n - 3) > 1", False),
        ("n < 1 and n / (n - 3) > 1", True),
        ("n > 1 and n / (n - 3) > 1", False),
        ("n / (n - 3) > 1 or n > 1", False),
        ("n / (n - 3) > 1 or n / (n - 3) > 2", False),
        ("n / (n - 3) > n / (n - 3)", False),
        ("n > 1", True),
    ],
)
def test_yes_or_no_is_decided_from_left_to_right(formula: str, known: bool) -> None:  # noqa: FBT001 - a column of the table above
    _, array = kernels(formula, "yes/no")

    with np.errstate(all="ignore"):
        results = array.run(Surroundings(), np.asarray(3.0))

    assert array.writes == ("x", "_known_x")
    assert bool(results[1]) is known


def test_branch_without_a_value_counts_only_where_it_is_taken() -> None:
    _, array = kernels("if(n > 5, n / (n - 3), n)", "1")

    with np.errstate(all="ignore"):
        assert array.run(None, np.asarray(3.0))[0] == 3.0


def test_choice_that_cannot_be_decided_has_no_value() -> None:
    _, array = kernels("if(n / (n - 3) > 1, 1, 2)", "1")

    with np.errstate(all="ignore"):
        assert np.isnan(array.run(None, np.asarray(3.0))[0])


def test_source_keeps_the_symbols_of_the_methodology() -> None:
    scalar, array = kernels("a / b", "1")

    assert scalar.source == "def kernel(at, a, b):\n    x = ((a / b) * 1000.0)\n    return (x,)\n"
    assert array.source == "def kernel(at, a, b):\n    x = (np.divide(a, b) * 1000.0)\n    return (x,)\n"


def test_symbol_that_is_a_word_of_python_is_escaped() -> None:
    assert [identifier(name) for name in ("lambda", "np", "EF_y")] == ["_lambda", "_np", "EF_y"]


# --- with dimensions -----------------------------------------------------------------------------------------

GRID = """\
dimensions: {{site: category, year: year, past: {{alias: year}}, kind: [pear, apple], gate: category}}
inputs:
  s: {{unit: "1", over: site}}
  sy: {{unit: "1", over: [site, year]}}
  k: {{type: kind, over: site}}
  on: {{type: bool, over: site}}
  g: {{unit: "1", over: gate}}
parameters:
  p: {{unit: "1", over: [kind, year], values: {{pear: 1, apple: 10}}, source: made_up p 1}}
steps:
  positive: {{type: bool, over: [site, year], formula: sy > 0}}
  x: {{{over}, formula: "{formula}"}}
  used: {{unit: "1", over: site, formula: "s * if(on and k == 'pear', 1, 2) * sum(g, over=gate)"}}
  total: {{unit: t CO2e, formula: "sum(used, over=site) * sum(p['pear'], over=year) * 1 [t CO2e]"}}
results: {{removals: total}}
"""
DATA: dict[str, Any] = {
    "members": {"site": ["w", "e"], "year": ["2024", "2025"], "gate": ["g"]},
    "inputs": {
        "s": {"w": 1, "e": 2},
        "sy": {"w": [3, 0], "e": [5, 6]},
        "k": {"w": "pear", "e": "apple"},
        "on": {"w": True, "e": False},
        "g": [7],
    },
}
"""Arrays are laid out e before w."""


def grid(formula: str, over: str) -> Any:
    kind = f'unit: "1", over: [{over}]' if over != "yes/no" else "type: bool, over: [site, year]"
    return run(GRID.format(formula=formula, over=kind), **DATA).values("x").tolist()


@pytest.mark.parametrize(
    ("formula", "over", "expected"),
    [
        ("s + sy", "site, year", [[7, 8], [4, 1]]),
        ("sy * g", "site, year, gate", [[[35], [42]], [[21], [0]]]),
        ("s * g", "site, gate", [[14], [7]]),
        ("-(s + 1) * g", "site, gate", [[-21], [-14]]),
        ("sum(sy, over=year)", "site", [11, 3]),
        ("sum(sy, over=(site, year))", "", 14),
        ("sum(sy, over=site, where=s > 1)", "year", [5, 6]),
        ("sum(sy / sy, over=(site, year), where=positive)", "", 3),
        ("mean(sy, over=year)", "site", [5.5, 1.5]),
        ("mean(sy, over=(site, year), where=sy > 0)", "", 14 / 3),
        ("min(sy, over=year)", "site", [5, 0]),
        ("max(sy, over=(site, year), where=on)", "", 3),
        ("count(sy, over=year)", "site", [2, 2]),
        ("count(sy, over=year, where=sy > 0)", "site", [2, 1]),
        ("sd(sy, over=(site, year), where=not on)", "", 0.5**0.5),
        ("p[k]", "site, year", [[10, 10], [1, 1]]),
        ("p['apple'] * s", "site, year", [[20, 20], [10, 10]]),
        ("if(k == 'pear', s, sy)", "site, year", [[5, 6], [1, 1]]),
        ("if(k in ('pear', 'apple'), 1, 0) * s", "site", [2, 1]),
        ("if(k != 'pear', sy, 0)", "site, year", [[5, 6], [0, 0]]),
        ("if(year >= 2025, sy, 0)", "site, year", [[0, 6], [0, 0]]),
        ("if(on or positive, s, 0)", "site, year", [[2, 2], [1, 1]]),
        ("prev(sy, along=year, start=s)", "site, year", [[2, 5], [1, 3]]),
        ("change(sy, along=year, start=0)", "site, year", [[5, 1], [3, -3]]),
        ("cumulate(sy, along=year)", "site, year", [[5, 11], [3, 3]]),
        ("if(used > 20, s, 0)", "site", [2, 0]),
        ("sy[past]", "site, past", [[5, 6], [3, 0]]),
        ("sy[past] - sy", "site, year, past", [[[0, 1], [-1, 0]], [[0, -3], [3, 0]]]),
        ("(year - past) / 1 [yr]", "year, past", [[0, -1], [1, 0]]),
        ("sum(sy[past] * (year - past + 1 [yr]) / 1 [yr], over=past, where=past <= year)", "site, year",
         [[5, 16], [3, 6]]),
        ("sum(sy[past] * sy, over=(site, past), where=past < year)", "year", [0, 30]),
        ("p[k, past]", "site, past", [[10, 10], [1, 1]]),
        ("sy > 4", "yes/no", [[True, True], [False, False]]),
    ],
)  # fmt: skip
def test_formula_over_dimensions_has_the_values_of_its_members(
    formula: str, over: str, expected: Any
) -> None:
    np.testing.assert_allclose(grid(formula, over), expected, rtol=1e-15)


def test_one_value_is_spread_over_the_members_of_further_dimensions() -> None:
    toy = methodology(GRID.format(formula="s", over='unit: "1", over: [site]'))
    one = Quantity(Type(), (0, 1), 2.5, "2.5")
    over_site = Reference(Type(dims=frozenset({"site"})), (0, 1), "s", "input")
    wide = Type(dims=frozenset({"site", "year"}))
    steps = [KernelStep("a", Spread(wide, (0, 1), one)), KernelStep("b", Spread(wide, (0, 1), over_site))]

    kernel = compile_arrays(steps, toy.axes, "")
    a, b = kernel.run(_Sizes(), np.array([1.0, 2.0]))

    assert a.tolist() == [[2.5] * 3] * 2
    assert b.tolist() == [[1, 1, 1], [2, 2, 2]]


class _Sizes:
    """What spreading asks for."""

    def size(self, dimension: str) -> int:
        return {"site": 2, "year": 3}[dimension]


def test_aggregate_whose_condition_cannot_be_decided_has_no_value() -> None:
    with pytest.raises(NotApplicableError, match="'x' has no finite value for e"):
        grid("sum(sy, over=year, where=1 / (s - 2) > 0)", "site")


def test_rows_compare_as_plain_floats_and_projects_within_the_last_bits() -> None:
    toy = methodology(
        """\
dimensions: {ride: rows}
inputs:
  x: {unit: t CO2e, over: ride}
  y: {unit: t CO2e}
steps:
  on_rows: {type: bool, over: ride, formula: "x <= 0.3 [t CO2e]"}
  off_rows: {type: bool, formula: "y <= 0.3 [t CO2e]"}
  total: {unit: t CO2e, formula: "sum(x, over=ride) + y * 0"}
results: {removals: total}
"""
    )
    kernels_by_lane = {stage.lane: stage.kernel for stage in plan(toy).stages if "total" not in stage.steps}
    almost = np.array([0.1 + 0.2])

    assert not kernels_by_lane["ride"].run(None, almost)[0].any()
    assert kernels_by_lane[""].run(None, almost)[0].all()


def test_table_of_groups_is_read_at_rows_with_a_member_a_category_or_all_members() -> None:
    result = run(
        """\
dimensions: {mode: [bus, car], ride: rows, mine: {group: ride, by: [user]}}
inputs:
  user: {type: text, over: ride}
  by: {type: mode, over: ride}
  x: {unit: t CO2e, over: ride}
steps:
  held: {unit: t CO2e, over: [mode, mine], formula: "sum(x, to=(mode, mine))"}
  drives: {type: bool, over: mine, formula: "held['car'] > 0 [t CO2e]"}
  both: {unit: t CO2e, over: [mode, ride], formula: "held[mine]"}
  own: {unit: t CO2e, over: ride, formula: "held[by, mine]"}
  cars: {unit: t CO2e, over: ride, formula: "if(drives[mine], held['car', mine], 0)"}
  bus: {unit: t CO2e, over: ride, formula: "both['bus']"}
  total: {unit: t CO2e, formula: "sum(own + cars + bus + sum(both, over=mode), over=ride)"}
results: {removals: total}
""",
        tables={"ride": {"user": ["a", "b", "a"], "by": ["car", "bus", "bus"], "x": [1, 2, 4]}},
    )

    assert result.values("both").tolist() == [[4, 2, 4], [1, 0, 1]]
    assert result.values("bus").tolist() == [4, 2, 4]
    assert result.values("own").tolist() == [1, 2, 4]
    assert result.values("cars").tolist() == [1, 0, 1]


# --- a second index over the same members ------------------------------------------------------------------------


DECAY = "sum(W[x] * (year - x + 1 [yr]) / 1 [yr], over=x, where=x <= year)"


class Years:
    """Surroundings with three years, and a second index `x` over them."""

    def index(self, dimension: str) -> Any:
        assert dimension in ("year", "x")
        return np.arange(3)

    def value(self, dimension: str) -> Any:
        assert dimension in ("year", "x")
        return np.array([2021.0, 2022.0, 2024.0])


def test_table_is_read_along_a_second_index_up_to_the_first() -> None:
    dimensions = {"year": Dimension("year", "year"), "x": Dimension("x", "year", base="year")}
    waste = Symbol("W", "input", Type(unit=parse_unit("t"), dims=frozenset({"year"})))
    root, problems = infer(parse(DECAY), Names({"W": waste}, dimensions))
    assert root is not None, problems
    axes = {"year": 0, "x": 1}

    kernel = compile_arrays(
        [KernelStep("disposed", root)], lambda dims: tuple(sorted(dims, key=lambda d: axes[d])), ""
    )

    assert kernel.run(Years(), np.array([1.0, 10.0, 100.0]))[0].tolist() == [1.0, 12.0, 134.0]
