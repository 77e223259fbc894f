"""Which conditions a methodology may set.

In the tables «» marks the place that the message must point to.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carbonquant.methodology import Methodology

Edit = tuple[str, str]

WRONG = [
    (
        ("require: area > 0, else: fail", "require: area > 0, else: «reject»"),
        "CQ206",
        "only rows can be rejected",
        "write else: fail, or else: warn",
    ),
    (
        ("require: area > 0, else: fail", "require: area > 0, else: «zero»"),
        "CQ207",
        "not supported yet: else: zero",
        "",
    ),
    (
        ("require: area > 0, else: fail", "require: «area», else: fail"),
        "CQ309",
        "expected a yes/no, found ha",
        "a condition compares, as in x > 0",
    ),
    (
        (
            "has_area: {over: stratum, require: area > 0",
            "has_area: {over: [stratum, year], require: «area» > 0",
        ),
        "CQ311",
        "'has_area' is declared over (stratum, year) but the formula does not vary over (year)",
        "remove 'year' from over:",
    ),
    (
        ("has_area: {over: stratum", "has_area: {over: «strat»"),
        "CQ306",
        "unknown dimension 'strat'",
        "did you mean 'stratum'?",
    ),
    (
        ('"distance >= 0.5 [km]"', '«"»distance >= credited[user_day]"'),
        "CQ316",
        "the rule decides which rows of ride count, but reads what they add up to",
        "",
    ),
]


@pytest.mark.parametrize(("edit", "code", "message", "hint"), WRONG)
def test_rule_that_is_wrong_is_refused(
    edit: Edit, code: str, message: str, hint: str, assert_refused: Callable[..., None]
) -> None:
    assert_refused(edit, code, message, hint)


def test_rule_keeps_its_text_its_action_and_what_it_varies_over(trial: Callable[..., Methodology]) -> None:
    rule = trial().rules["too_short"]

    assert (rule.text, rule.action, rule.over) == ("distance >= 0.5 [km]", "reject", ("ride",))


def test_rule_that_reads_what_its_rows_add_up_to_through_other_steps_is_refused(
    assert_refused: Callable[..., None],
) -> None:
    edit = ('require: "distance >= 0.5 [km]"', "require: «BE_ride» < BE")

    assert_refused(edit, "CQ316", "the rule decides which rows of ride count, but reads what they add up to")


def test_rule_of_the_project_may_read_what_rows_add_up_to(trial: Callable[..., Methodology]) -> None:
    rule = trial(("audited or begun < '2030-01-01'", "BE > 0 or audited or begun < '2030-01-01'")).rules[
        "is_audited"
    ]

    assert rule.over == ()


def test_rule_that_reads_a_step_with_a_wrong_formula_is_not_judged(
    assert_refused: Callable[..., None],
) -> None:
    hint = "wrap it in sum(…, over=mode) or add 'mode' to over:"
    message = "'BE_ride' is declared over (ride) but the formula also varies over (mode)"

    assert_refused(
        ('"distance * EF[replaced]"', '"«distance» * EF"'),
        "CQ311",
        message,
        hint,
        ('"distance >= 0.5 [km]"', '"BE_ride > 1 [km]"'),
    )
