"""Laying out a methodology: which stage a step comes in, and what is taken out of its formula."""

from __future__ import annotations

from carbonquant.plan import Plan, plan
from tests.toys import methodology

RIDES = """\
dimensions:
  zone: [north, south]
  ride: rows
  mine: {group: ride, by: [user]}
inputs:
  user: {type: text, over: ride}
  place: {type: zone, over: ride}
  x: {unit: km, over: ride}
parameters:
  factor: {unit: t CO2e/km, over: zone, values: {north: 1, south: 2}, source: made_up p 1}
  least: {unit: km, value: 1, source: made_up p 2}
"""


def of(body: str) -> Plan:
    return plan(methodology(RIDES + body))


CAPPED = """
rules:
  enough: {over: ride, require: x >= least, else: reject}
steps:
  total: {unit: t CO2e, formula: "sum(emitted, over=ride)"}
  emitted: {unit: t CO2e, over: ride, formula: "x * part[mine] * doubled[place]"}
  part: {unit: "1", over: mine, formula: "min(driven, 20 [km]) / driven"}
  driven: {unit: km, over: mine, formula: "sum(x, to=mine)"}
  doubled: {unit: t CO2e/km, over: zone, formula: 2 * factor}
results: {removals: total}
"""


def test_stages_go_from_what_no_row_touches_to_rows_to_groups_and_back() -> None:
    stages = [(stage.level, stage.lane, stage.steps, stage.rules) for stage in of(CAPPED).stages]

    assert stages == [
        (0, "", ("doubled",), ()),
        (0, "ride", (), ("enough",)),
        (1, "mine", ("driven", "part"), ()),
        (1, "ride", ("emitted",), ()),
        (2, "", ("total",), ()),
    ]


def test_sum_over_rows_is_computed_in_the_stage_of_its_rows_and_read_in_a_later_one() -> None:
    laid_out = of(CAPPED)
    reductions = {
        r.step: (stage.level, r.function, r.lane, r.targets)
        for stage in laid_out.stages
        for r in stage.reductions
    }

    assert reductions == {
        "driven": (0, "sum", "ride", (("mine", ""),)),
        "total": (1, "sum", "ride", ()),
    }


def test_same_aggregate_in_two_steps_is_computed_once() -> None:
    laid_out = of("""
steps:
  once: {unit: km, formula: "sum(x, over=ride)"}
  again: {unit: t CO2e, formula: "(sum(x, over=ride) + once + least) * sum(placed / placed * factor, over=zone)"}
  placed: {unit: km, over: zone, formula: "sum(x, to=zone)"}
results: {removals: again}
""")

    assert [r.function for stage in laid_out.stages for r in stage.reductions] == ["sum", "sum"]


def test_condition_of_an_aggregate_is_a_value_of_its_stage() -> None:
    laid_out = of("""
steps:
  total: {unit: t CO2e, formula: "sum(x * factor[place], over=ride, where=x > least)"}
results: {removals: total}
""")
    (rows,) = (stage for stage in laid_out.stages if stage.lane == "ride")
    (reduction,) = rows.reductions

    assert set(rows.roots) == {reduction.operand, reduction.where}


def test_sums_over_rows_wait_for_all_rules_on_these_rows() -> None:
    laid_out = of("""
rules:
  in_a_large_zone: {over: ride, require: "level[place] > 1 [t CO2e/km]", else: reject}
steps:
  level: {unit: t CO2e/km, over: zone, formula: factor * 1}
  total: {unit: t CO2e, formula: "sum(x * factor[place], over=ride)"}
  far: {type: bool, over: ride, formula: x > least}
results: {removals: total}
""")
    (rows,) = (stage for stage in laid_out.stages if stage.lane == "ride")

    assert rows.rules == ("in_a_large_zone",)
    assert [reduction.step for reduction in rows.reductions] == ["total"]


def test_only_a_methodology_without_dimensions_has_a_scalar_function() -> None:
    without = plan(
        methodology("""\
inputs: {x: {unit: t CO2e}}
rules: {some: {require: "x > 0 [t CO2e]", else: fail}}
steps: {total: {unit: t CO2e, formula: 2 * x}}
results: {removals: total}
""")
    )

    assert without.scalar_kernel is not None
    assert without.scalar_kernel.writes == ("total", "_rule_some")
    assert of(CAPPED).scalar_kernel is None
