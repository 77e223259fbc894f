"""Running a plan: what becomes of rows, groups and members, and which reasons are given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from carbonquant.activity import bind, read_activity
from carbonquant.errors import ActivityDataError, NotApplicableError
from carbonquant.plan import plan
from carbonquant.quantification import Quantification
from carbonquant.rows.execution import execute, run_row
from tests.toys import methodology, run

RIDES = """\
dimensions:
  fruit: [pear, apple]
  ride: rows
  by_user: {group: ride, by: [user]}
inputs:
  user: {type: text, over: ride}
  kind: {type: fruit, over: ride}
  x: {unit: t CO2e, over: ride, range: [0, 100]}
  y: {unit: "1", over: ride}
parameters:
  level: {unit: t CO2e, over: fruit, values: {pear: 1, apple: 2}, source: made_up p 1}
"""
TABLE: dict[str, list[Any]] = {
    "user": ["b", "a", "b"],
    "kind": ["pear", "pear", "apple"],
    "x": [1, 2, 3],
    "y": [1, 0, 2],
}


def rides(rest: str, **columns: object) -> Quantification:
    """Run the rides with further sections; columns may be replaced."""
    return run(RIDES + rest, tables={"ride": {**TABLE, **columns}})


# --- rows ----------------------------------------------------------------------------------------------------


def test_row_without_a_finite_value_is_rejected_with_the_step_and_left_out_of_sums() -> None:
    result = rides("""
steps:
  share: {unit: t CO2e, over: ride, formula: x / y}
  twice: {unit: t CO2e, over: ride, formula: 2 * share}
  total: {unit: t CO2e, formula: "sum(x, over=ride) + 0 * sum(twice, over=ride) + 0 * sum(level, over=fruit)"}
results: {removals: total}
""")

    assert result.rows["ride"].reasons == {"nonfinite.share": 1}
    assert result.removals.value == 4.0


def test_row_outside_a_where_needs_no_value_in_what_is_summed() -> None:
    result = rides("""
steps:
  total: {unit: t CO2e, formula: "sum(x / y, over=ride, where=y > 0)"}
results: {removals: total}
""")

    assert result.rows["ride"].reasons == {}
    assert result.removals.value == 2.5


def test_row_for_which_a_where_cannot_be_decided_is_rejected() -> None:
    result = rides("""
steps:
  total: {unit: t CO2e, formula: "sum(x, over=ride, where=1 / y > 0)"}
results: {removals: total}
""")

    assert result.rows["ride"].reasons == {"nonfinite.total": 1}
    assert result.removals.value == 4.0


def test_condition_of_a_sum_may_vary_over_a_small_dimension_too() -> None:
    result = rides("""
steps:
  above: {unit: t CO2e, over: fruit, formula: "sum(x * (level / level), over=ride, where=x > level)"}
  total: {unit: t CO2e, formula: "sum(above, over=fruit)"}
results: {removals: total}
""")

    assert dict(zip(result.members("fruit"), result.values("above").tolist(), strict=True)) == {
        "apple": 3.0,
        "pear": 5.0,
    }


def test_branch_that_is_not_taken_needs_no_value() -> None:
    result = rides("""
steps:
  share: {unit: t CO2e, over: ride, formula: "if(y > 0, x / y, 0)"}
  total: {unit: t CO2e, formula: "sum(share, over=ride)"}
results: {removals: total}
""")

    assert result.rows["ride"].reasons == {}
    assert result.values("share").tolist() == [1.0, 0.0, 1.5]


def test_rule_over_rows_and_a_small_dimension_rejects_rows_that_fail_for_any_member() -> None:
    result = rides("""
rules:
  above: {over: [fruit, ride], require: x > level, else: reject}
steps:
  total: {unit: t CO2e, formula: "sum(x, over=ride)"}
results: {removals: total}
""")

    assert result.rows["ride"].reasons == {"above": 2}
    assert result.removals.value == 3.0


def test_rule_that_reads_a_missing_value_is_not_judged_for_that_row() -> None:
    result = rides(
        """
rules:
  enough: {over: ride, require: "half > 0.6 [t CO2e]", else: reject}
steps:
  half: {unit: t CO2e, over: ride, formula: x / 2}
  total: {unit: t CO2e, formula: "sum(half, over=ride)"}
results: {removals: total}
""",
        x=[1, None, 3],
    )

    assert result.rows["ride"].reasons == {"enough": 1, "missing.x": 1}


def test_rule_fails_where_its_comparison_has_no_finite_operand_and_gives_no_other_reason() -> None:
    result = rides("""
rules:
  large: {over: ride, require: "share > 0.5 [t CO2e]", else: reject}
steps:
  share: {unit: t CO2e, over: ride, formula: x / y}
  total: {unit: t CO2e, formula: "sum(share, over=ride)"}
results: {removals: total}
""")

    assert result.rows["ride"].reasons == {"large": 1}


def test_row_rejected_by_a_rule_of_a_later_stage_gets_no_nonfinite_reason() -> None:
    result = run(
        """
dimensions: {ride: rows, plot: rows}
inputs:
  x: {unit: t CO2e, over: ride}
  y: {unit: t CO2e, over: plot}
rules:
  below: {over: ride, require: x < average, else: reject}
steps:
  average: {unit: t CO2e, formula: "mean(y, over=plot)"}
  same: {unit: t CO2e, over: ride, formula: "x / (x / 1 [t CO2e])"}
  total: {unit: t CO2e, formula: "sum(same, over=ride)"}
results: {removals: total}
""",
        tables={"ride": {"x": [1, 0, 0.25]}, "plot": {"y": [0, -0.5]}},
    )

    assert result.rows["ride"].reasons == {"below": 3}


def test_row_keeps_all_its_reasons() -> None:
    result = rides(
        """
rules:
  odd: {over: ride, require: "kind == 'pear'", else: reject}
  small: {over: ride, require: "x < 50 [t CO2e]", else: reject}
steps:
  total: {unit: t CO2e, formula: "sum(x, over=ride)"}
results: {removals: total}
""",
        x=[1, 2, 300],
    )

    assert result.outcome.reasons["ride"].of_row(2) == ("range.x", "odd", "small")
    assert result.rows["ride"].accepted + result.rows["ride"].rejected == result.rows["ride"].read == 3


def test_rule_on_rows_that_warns_counts_and_keeps_them() -> None:
    result = rides("""
rules:
  small: {over: ride, require: "x < 2 [t CO2e]", else: warn}
steps:
  total: {unit: t CO2e, formula: "sum(x, over=ride)"}
results: {removals: total}
""")

    assert result.outcome.warned == {"small": 2}
    assert result.removals.value == 6.0


def test_rule_on_rows_that_holds_everywhere_leaves_no_trace() -> None:
    result = rides("""
rules:
  small: {over: ride, require: "x < 50 [t CO2e]", else: warn}
steps:
  total: {unit: t CO2e, formula: "sum(x, over=ride)"}
results: {removals: total}
""")

    assert result.outcome.warned == {}
    assert result.rows["ride"].reasons == {}


def test_texts_and_members_of_accepted_rows_can_be_counted() -> None:
    result = rides("""
rules:
  some: {over: ride, require: "x > 1 [t CO2e]", else: reject}
steps:
  riders: {unit: "1", formula: "count(user, over=ride) + 10 * count(kind, over=ride)"}
  total: {unit: t CO2e, formula: "riders * 1 [t CO2e]"}
results: {removals: total}
""")

    assert result.removals.value == 22.0


def test_rule_on_rows_that_fails_refuses_the_project() -> None:
    with pytest.raises(NotApplicableError, match="'small' for 2 rows of ride") as refused:
        rides("""
rules:
  small: {over: ride, require: "x < 2 [t CO2e]", else: fail}
steps:
  total: {unit: t CO2e, formula: "sum(x, over=ride)"}
results: {removals: total}
""")

    assert refused.value.reasons == ("small",)


def test_band_that_does_not_reach_far_enough_is_the_reason_of_a_row() -> None:
    result = run(
        """
dimensions: {ride: rows}
inputs:
  x: {unit: t CO2e, over: ride}
parameters:
  off: {unit: "%", bands: {unit: t CO2e, upto: [1, 5]}, values: [10, 20], source: made_up p 1}
steps:
  left: {unit: t CO2e, over: ride, formula: "x * (1 - off[x])"}
  total: {unit: t CO2e, formula: "sum(left, over=ride)"}
results: {removals: total}
""",
        tables={"ride": {"x": [1, 5, 5.01, 0.5]}},
    )

    assert result.rows["ride"].reasons == {"band.off": 1}
    assert result.values("left").tolist()[:2] == [0.9, 4.0]


def test_last_row_block_and_threads_give_the_same_bits() -> None:
    body = """
steps:
  share: {unit: t CO2e, over: ride, formula: x / (y + 3)}
  mine: {unit: t CO2e, over: by_user, formula: "sum(share, to=by_user)"}
  total: {unit: t CO2e, formula: "sum(mine, over=by_user)"}
results: {removals: total}
"""
    many = {name: list(values) * 40 for name, values in TABLE.items()}

    totals = {
        run(RIDES + body, tables={"ride": many}, threads=threads, block_rows=block).removals.value
        for threads, block in [(1, 1 << 16), (1, 7), (2, 7), (3, 1)]
    }

    assert len(totals) == 1


def test_one_row_computed_again_has_the_values_of_the_whole_run() -> None:
    result = rides("""
steps:
  mine: {unit: t CO2e, over: by_user, formula: "sum(x, to=by_user)"}
  part: {unit: "1", over: ride, formula: "x / mine[by_user]"}
  total: {unit: t CO2e, formula: "sum(x * part, over=ride)"}
results: {removals: total}
""")

    again = run_row(result.outcome, "ride", 2)

    assert again["part"].tolist() == [result.values("part")[2]] == [0.75]


# --- groups --------------------------------------------------------------------------------------------------


def test_group_value_is_read_at_its_rows_and_rows_of_no_group_have_none() -> None:
    result = rides(
        """
steps:
  mine: {unit: t CO2e, over: by_user, formula: "sum(x, to=by_user)"}
  back: {unit: t CO2e, over: ride, formula: "mine[by_user]"}
  total: {unit: t CO2e, formula: "sum(back, over=ride)"}
results: {removals: total}
""",
        user=["b", None, "b"],
    )

    np.testing.assert_array_equal(result.values("back"), [4.0, np.nan, 4.0])


def test_yes_or_no_of_a_group_is_read_at_its_rows() -> None:
    result = rides("""
steps:
  large: {type: bool, over: by_user, formula: "sum(x, to=by_user) > 3 [t CO2e]"}
  kept: {unit: t CO2e, over: ride, formula: "if(large[by_user], x, 0)"}
  total: {unit: t CO2e, formula: "sum(kept, over=ride)"}
results: {removals: total}
""")

    assert result.values("kept").tolist() == [1.0, 0.0, 3.0]


def test_table_in_which_no_row_belongs_to_a_group_still_runs() -> None:
    result = run(
        """
dimensions: {ride: rows, daily: {group: ride, by: [day]}}
inputs:
  day: {type: date, over: ride}
  x: {unit: t CO2e, over: ride}
steps:
  mine: {unit: t CO2e, over: daily, formula: "sum(x, to=daily)"}
  back: {unit: t CO2e, over: ride, formula: "mine[daily]"}
  total: {unit: t CO2e, formula: "sum(back, over=ride)"}
results: {removals: total}
""",
        period={"from": "2025-01-01", "to": "2025-01-31"},
        tables={"ride": {"day": ["2026-01-01"], "x": [1]}},
    )

    assert result.rows["ride"].reasons == {"period": 1}
    assert result.removals.value == 0.0


def test_group_that_lost_all_rows_is_left_out_of_means_and_of_rules() -> None:
    result = rides(
        """
rules:
  some: {over: ride, require: "x > 0 [t CO2e]", else: reject}
  bounded: {over: by_user, require: "largest < 10 [t CO2e]", else: fail}
steps:
  largest: {unit: t CO2e, over: by_user, formula: "max(x, to=by_user)"}
  typical: {unit: t CO2e, formula: "mean(largest, over=by_user)"}
results: {removals: typical}
""",
        x=[1, 0, 3],
    )

    assert result.removals.value == 3.0
    np.testing.assert_array_equal(result.values("largest"), [np.nan, 3.0])


def test_group_that_breaks_a_rule_is_named_by_what_makes_it() -> None:
    with pytest.raises(NotApplicableError, match="'bounded' for b"):
        rides("""
rules:
  bounded: {over: by_user, require: "sum(x, to=by_user) < 3 [t CO2e]", else: fail}
steps:
  total: {unit: t CO2e, formula: "sum(x, over=ride)"}
results: {removals: total}
""")


def test_group_outside_a_where_needs_no_value() -> None:
    result = rides(
        """
steps:
  mine: {unit: t CO2e, over: by_user, formula: "sum(x, to=by_user)"}
  total: {unit: t CO2e, formula: "sum(mine / (mine / 2 [t CO2e]), over=by_user, where=mine > 0 [t CO2e])"}
results: {removals: total}
""",
        x=[1, 0, 3],
    )

    assert result.removals.value == 2.0


def test_groups_are_added_up_by_a_member_that_their_column_leads_to() -> None:
    result = run(
        """
dimensions:
  fruit: [pear, apple]
  ride: rows
  basket: {group: ride, by: [user, kind]}
inputs:
  user: {type: text, over: ride}
  kind: {type: fruit, over: ride}
  x: {unit: t CO2e, over: ride}
steps:
  held: {unit: t CO2e, over: basket, formula: "sum(x, to=basket)"}
  capped: {unit: t CO2e, over: fruit, formula: "sum(min(held, 3 [t CO2e]), to=fruit)"}
  total: {unit: t CO2e, formula: "sum(capped, over=fruit)"}
results: {removals: total, by: fruit, also: [capped]}
""".replace(", by: fruit", ""),
        tables={"ride": {"user": ["a", "a", "b"], "kind": ["pear", "pear", "apple"], "x": [2, 2, 1]}},
    )

    assert dict(zip(result.members("fruit"), result.values("capped").tolist(), strict=True)) == {
        "apple": 1.0,
        "pear": 3.0,
    }


# --- members and projects ------------------------------------------------------------------------------------

YEARS = """\
dimensions: {year: year}
inputs:
  x: {unit: t CO2e, over: year}
  y: {unit: "1", over: year}
"""


def test_member_without_a_finite_value_refuses_the_project_and_names_step_and_member() -> None:
    with pytest.raises(NotApplicableError, match="CQ505 'share' has no finite value for 2025") as refused:
        run(
            YEARS
            + """
steps:
  share: {unit: t CO2e, over: year, formula: x / y}
  total: {unit: t CO2e, formula: "sum(share, over=year)"}
results: {removals: total}
""",
            inputs={"x": {"2024": 1, "2025": 2}, "y": {"2024": 1, "2025": 0}},
        )

    assert refused.value.reasons == ("nonfinite.share",)
    assert refused.value.diagnostics[0].line_text.strip().startswith("share:")


def test_value_beyond_all_bands_refuses_the_project_with_the_table() -> None:
    with pytest.raises(NotApplicableError, match=r"CQ504 'off' .* for 2025") as refused:
        run(
            YEARS
            + """
parameters:
  off: {unit: "%", bands: {unit: t CO2e, upto: [1, 5]}, values: [10, 20], source: made_up p 1}
steps:
  left: {unit: t CO2e, over: year, formula: "x * y * (1 - off[x])"}
results: {removals: left, by: year}
""",
            inputs={"x": {"2024": 1, "2025": 5.5}, "y": {"2024": 1, "2025": 1}},
        )

    assert refused.value.reasons == ("band.off",)


def test_broken_rules_come_before_missing_values_of_steps() -> None:
    with pytest.raises(NotApplicableError) as refused:
        run(
            YEARS
            + """
rules:
  positive: {over: year, require: y > 0, else: fail}
  large: {require: "sum(x, over=year) > 100 [t CO2e]", else: fail}
  warm: {over: year, require: "x > 1.5 [t CO2e]", else: warn}
steps:
  share: {unit: t CO2e, over: year, formula: x / y}
results: {removals: share, by: year}
""",
            inputs={"x": {"2024": 1, "2025": 2}, "y": {"2024": 1, "2025": 0}},
        )

    assert refused.value.reasons == ("positive", "large")


def test_undecided_rule_of_a_project_fails() -> None:
    with pytest.raises(NotApplicableError) as refused:
        run(
            YEARS
            + """
rules:
  near: {over: year, require: "not (x / y > 3 [t CO2e])", else: fail}
steps:
  same: {unit: t CO2e, over: year, formula: x * 1}
results: {removals: same, by: year}
""",
            inputs={"x": {"2024": 1, "2025": 2}, "y": {"2024": 1, "2025": 0}},
        )

    assert refused.value.reasons == ("near",)


def test_range_of_an_input_refuses_before_any_rule_is_judged() -> None:
    with pytest.raises(ActivityDataError) as refused:
        run(
            """
inputs:
  x: {unit: t CO2e, range: [0, 1]}
rules:
  none: {require: "x < 0 [t CO2e]", else: fail}
steps:
  same: {unit: t CO2e, formula: x * 1}
results: {removals: same}
""",
            inputs={"x": 2},
        )

    assert refused.value.reasons == ("range.x",)


def test_exact_sums_are_kept_for_every_sum_over_rows() -> None:
    toy = methodology(
        RIDES
        + """
steps:
  mine: {unit: t CO2e, over: by_user, formula: "sum(x, to=by_user)"}
  total: {unit: t CO2e, formula: "sum(mine, over=by_user) + max(x, over=ride) * 0"}
results: {removals: total}
"""
    )
    laid_out = plan(toy)
    activity = read_activity({"methodology": "toy", "tables": {"ride": {"columns": TABLE}}})

    outcome = execute(laid_out, bind(activity, toy))

    assert [[line.totals().tolist() for line in sums] for sums in outcome.sums.values()] == [
        [[2.0, 4.0]],
        [[6.0]],
    ]
