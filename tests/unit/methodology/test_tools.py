"""Tools in use: how their inputs and dimensions are bound, what they add, and what of a use is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from carbonquant.activity import read_activity
from carbonquant.declaration import declare
from carbonquant.errors import Diagnostic, MethodologyError, NotApplicableError
from carbonquant.formula import tree
from carbonquant.methodology import Methodology, check
from carbonquant.quantification import Quantification, quantify
from carbonquant.sources import read
from tests.toys import HEAD

TOOL = """\
carbonquant: 1
kind: tool
id: burner
version: 1.4.2
status: draft
basis: demonstration
title: {zh: 燃烧, en: Burner}
dimensions:
  fuel: category
  year: year
  past: {alias: year}
  grade: [low, high]
inputs:
  heat: {unit: GJ, over: [fuel, year], range: [0, null]}
  carbon: {unit: t C/GJ, over: fuel, range: [0, 1]}
  share: {unit: "1", default: 0.5}
  graded: {type: grade}
  kept: {type: bool}
parameters:
  bonus: {unit: "1", over: grade, values: {low: 1, high: 2}, source: by definition}
rules:
  is_kept: {require: kept, else: fail}
  some: {over: fuel, require: "sum(heat, over=year) > 0 [GJ]", else: warn}
steps:
  burnt: {unit: t CO2e, over: [fuel, year], formula: "heat * carbon * CO2_per_C * share * bonus[graded]"}
  so_far:
    unit: t CO2e
    over: year
    formula: sum(burnt[past] * exp((past - year) * 0.1 [1/yr]), over=(fuel, past), where=past <= year)
  E: {unit: t CO2e, over: year, formula: "sum(burnt, over=fuel)"}
results: {outputs: [E, so_far]}
"""
BODY = """
dimensions:
  year: year
  stove: [coal, gas]
  grade: [low, high]
inputs:
  taken: {unit: MWh, over: [stove, year]}
  kind: {type: grade}
  is_kept: {type: bool}
use:
  fire:
    tool: burner
    with: {heat: taken * 2, carbon: "0.02 [t C/GJ]", graded: kind, kept: is_kept}
    dims: {fuel: stove}
steps:
  ER: {unit: t CO2e, over: year, formula: fire.E * 1}
  total: {unit: t CO2e, over: year, formula: fire.so_far * 1}
results: {reductions: ER, by: year, identity: none, also: [fire.so_far]}
"""
USE = 'heat: taken * 2, carbon: "0.02 [t C/GJ]", graded: kind, kept: is_kept'
Edits = tuple[tuple[str, str], ...]


@pytest.fixture
def checked(tmp_path: Path) -> Callable[..., Methodology]:
    """The methodology beside its tool, with pieces of both replaced."""

    def made(*edits: tuple[str, str], tool: Edits = ()) -> Methodology:
        (tmp_path / "burner.yaml").write_text(_edited(TOOL, tool), encoding="utf-8")
        file = tmp_path / "methodology.yaml"
        file.write_text(_edited(HEAD + BODY, edits), encoding="utf-8")
        return check(declare(read(file)))

    return made


def _edited(text: str, edits: Edits) -> str:
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture
def refusal(checked: Callable[..., Methodology]) -> Callable[..., Diagnostic]:
    """The one thing that is said about the methodology or its tool with pieces replaced."""

    def refused(*edits: tuple[str, str], tool: Edits = ()) -> Diagnostic:
        with pytest.raises(MethodologyError) as caught:
            checked(*edits, tool=tool)
        (found,) = caught.value.diagnostics
        return found

    return refused


def run(methodology: Methodology, **inputs: object) -> Quantification:
    given = {
        "taken": {"coal": {"2022": 10, "2023": 20}, "gas": {"2022": 5, "2023": 0}},
        "kind": "high",
        "is_kept": True,
        **inputs,
    }
    members = {"year": ["2022", "2023"]}
    return quantify(methodology, read_activity({"methodology": "toy", "members": members, "inputs": given}))


# --- what a use adds -----------------------------------------------------------------------------------------


def test_steps_parameters_and_rules_join_under_the_name_of_the_use(
    checked: Callable[..., Methodology],
) -> None:
    methodology = checked()

    assert [name for name in methodology.steps if "." not in name] == ["ER", "total"]
    assert {"fire.heat", "fire.carbon", "fire.share", "fire.burnt", "fire.so_far", "fire.E"} <= set(
        methodology.steps
    )
    assert set(methodology.parameters) == {"fire.bonus"}
    assert set(methodology.rules) == {"fire.is_kept", "fire.some", "fire.range.heat", "fire.range.carbon"}


def test_dimensions_take_the_names_of_the_methodology(checked: Callable[..., Methodology]) -> None:
    methodology = checked()

    assert methodology.steps["fire.burnt"].over == ("stove", "year")
    assert methodology.dimensions["fire.past"].base == "year"


def test_second_index_over_a_renamed_dimension_runs_over_that(checked: Callable[..., Methodology]) -> None:
    edits = (
        ("  year: year", "  time: year"),
        ("by: year", "by: time"),
        ("fuel: stove}", "fuel: stove, year: time}"),
    )
    text = (("over: [stove, year]", "over: [stove, time]"),)
    steps = tuple(
        (f"{name}: {{unit: t CO2e, over: year", f"{name}: {{unit: t CO2e, over: time")
        for name in ("ER", "total")
    )

    methodology = checked(*edits, *text, *steps)

    assert methodology.dimensions["fire.past"].base == "time"
    assert methodology.steps["fire.E"].over == ("time",)


def test_figures_are_those_of_the_tool_with_units_converted(checked: Callable[..., Methodology]) -> None:
    # 10 + 5 MWh, twice, 3.6 GJ each, 0.02 t C/GJ, 44/12, half of it, bonus 2
    first, second = 30 * 3.6 * 0.02 * 44 / 12, 40 * 3.6 * 0.02 * 44 / 12

    result = run(checked())

    assert result.values("ER") == pytest.approx([first, second], rel=1e-12)
    assert result.values("total") == pytest.approx([first, first * math.exp(-0.1) + second], rel=1e-12)


def test_input_without_a_binding_takes_its_default(checked: Callable[..., Methodology]) -> None:
    half = run(checked())
    whole = run(checked(("kept: is_kept}", 'kept: is_kept, share: "1"}')))

    assert whole.values("ER") == pytest.approx(2 * half.values("ER"), rel=1e-12)


def test_one_value_is_spread_over_the_dimensions_of_the_input(checked: Callable[..., Methodology]) -> None:
    root = checked().steps["fire.carbon"].root

    assert isinstance(root, tree.Spread)
    assert root.type.dims == {"stove"}


def test_two_uses_of_one_tool_are_told_apart(checked: Callable[..., Methodology]) -> None:
    more = "steps:\n  both: {unit: t CO2e, over: year, formula: fire.E + again.E}"
    again = f"  again: {{tool: burner, with: {{{USE.replace('* 2', '* 3')}}}, dims: {{fuel: stove}}}}\n"

    result = run(checked(("steps:", again + more)))

    assert result.values("both") == pytest.approx(2.5 * result.values("ER"), rel=1e-12)


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"is_kept": False}, "fire.is_kept"),
        ({"taken": {"coal": {"2022": -1, "2023": 0}, "gas": 0}}, "fire.range.heat"),
    ],
)
def test_rules_and_ranges_of_the_tool_refuse_under_the_name_of_the_use(
    checked: Callable[..., Methodology], inputs: dict[str, object], reason: str
) -> None:
    with pytest.raises(NotApplicableError) as caught:
        run(checked(), **inputs)

    assert caught.value.reasons == (reason,)


def test_range_with_two_ends_refuses_at_both(checked: Callable[..., Methodology]) -> None:
    root = checked().rules["fire.range.carbon"].root

    assert isinstance(root, tree.Logic)
    assert root.operator == "and"


def test_tool_is_among_what_is_used(checked: Callable[..., Methodology]) -> None:
    assert [source.path.name for source in checked().used] == ["burner.yaml"]


def test_tool_alone_is_right(tmp_path: Path) -> None:
    (tmp_path / "burner.yaml").write_text(TOOL, encoding="utf-8")

    tool = check(declare(read(tmp_path / "burner.yaml")))

    assert (tool.outputs, tool.roles) == (("E", "so_far"), {})


# --- versions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", ["1.4.2", "^1.4", "^1.4.2", "^1.0"])
def test_version_is_the_one_wanted(checked: Callable[..., Methodology], wanted: str) -> None:
    assert checked(("tool: burner", f'tool: burner\n    version: "{wanted}"')).tools


@pytest.mark.parametrize("wanted", ["1.4.1", "^1.5", "^1.4.3", "^2.0", "^0.9"])
def test_version_that_is_not_the_one_wanted_is_refused(
    refusal: Callable[..., Diagnostic], wanted: str
) -> None:
    found = refusal(("tool: burner", f'tool: burner\n    version: "{wanted}"'))

    assert (found.code, found.message) == ("CQ218", f"'burner' has version 1.4.2, wanted is {wanted}")


# --- what is refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "code", "message", "hint"),
    [
        ("heat: taken * 2, ", "", "CQ219", "the tool's input 'heat' (GJ) is not bound", "with: {heat: …}"),
        (", kept: is_kept", "", "CQ219", "the tool's input 'kept' is not bound", "with: {kept: …}"),
        ("heat: taken", "heet: taken", "CQ201", "'burner' has no input 'heet'", "did you mean 'heat'?"),
        (
            "{fuel: stove}",
            "{fule: stove}",
            "CQ201",
            "'burner' has no dimension 'fule'",
            "did you mean 'fuel'?",
        ),
        (
            "    dims: {fuel: stove}\n",
            "",
            "CQ306",
            "nothing stands for the tool's dimension 'fuel'",
            "dims: {fuel: one of yours}",
        ),
        ("{fuel: stove}", "{fuel: year}", "CQ309", "'year' is a year, the tool's 'fuel' a category", ""),
        (
            "grade: [low, high]",
            "grade: [high, low, mid]",
            "CQ214",
            "'grade' has other members than the tool's 'grade': low, high",
            "",
        ),
        (
            "kept: is_kept",
            "kept: kind",
            "CQ309",
            "'kept' is bound to an input of the same type and dimensions, not to 'kind'",
            "",
        ),
        (
            "graded: kind",
            "graded: low",
            "CQ309",
            "'graded' is bound to an input of the same type and dimensions, not to 'low'",
            "",
        ),
        ("taken * 2", "taken * ", "CQ301", "a value is missing after '*'", ""),
        ("taken * 2", "tuken * 2", "CQ306", "unknown name 'tuken'", "did you mean 'taken'?"),
        (
            '0.02 [t C/GJ]"',
            '0.02"',
            "CQ302",
            "'fire.carbon' is declared in t C/GJ but the formula gives a pure number",
            "",
        ),
        ("fire.E * 1", "fire.burnt * 1", "CQ306", "unknown name 'fire.burnt'", ""),
        ("[fire.so_far]", "[fire.burnt]", "CQ321", "'fire.burnt' is no step and no input", ""),
        ("tool: burner", "tool: bruner", "CQ106", "no file has the id 'bruner'", "did you mean 'burner'?"),
        (
            "tool: burner",
            "tool: ../burner.yaml",
            "CQ106",
            "'../burner.yaml' is outside the folder of the file that names it",
            "",
        ),
        (
            "tool: burner",
            "tool: methodology.yaml",
            "CQ319",
            "the tool 'methodology.yaml' uses itself",
            "",
        ),
    ],
)
def test_use_that_is_wrong_is_told_once(
    refusal: Callable[..., Diagnostic], old: str, new: str, code: str, message: str, hint: str
) -> None:
    found = refusal((old, new))

    assert (found.code, found.message) == (code, message)
    assert not hint or found.hint == hint


def test_second_index_over_what_nothing_stands_for_is_not_told_again(tmp_path: Path) -> None:
    (tmp_path / "burner.yaml").write_text(TOOL, encoding="utf-8")
    (tmp_path / "methodology.yaml").write_text(
        (HEAD + BODY).replace("year", "time").replace("time: time", "time: year"), encoding="utf-8"
    )

    with pytest.raises(MethodologyError) as caught:
        check(declare(read(tmp_path / "methodology.yaml")))

    assert [found.message for found in caught.value.diagnostics] == [
        "nothing stands for the tool's dimension 'year'"
    ]


def test_example_may_expect_a_reason_of_the_tool(checked: Callable[..., Methodology]) -> None:
    example = """examples:
  thrown_away:
    members: {year: [2022]}
    inputs: {taken: 1, kind: low, is_kept: false}
    fails: [fire.is_kept]
    tolerance: 1e-9
"""

    found = checked(("also: [fire.so_far]}\n", f"also: [fire.so_far]}}\n{example}"))

    assert found.examples["thrown_away"].fails == {"fire.is_kept"}


def test_mistake_inside_a_tool_is_told_with_its_place(refusal: Callable[..., Diagnostic]) -> None:
    found = refusal(tool=(("sum(burnt, over=fuel)", "sum(burned, over=fuel)"),))

    assert found.message.startswith("unknown name 'burned' (")
    assert found.message.endswith("burner.yaml:30:47)")


def test_methodology_is_no_tool(refusal: Callable[..., Diagnostic]) -> None:
    found = refusal(
        tool=(
            ("kind: tool", "kind: methodology\nsector: any\nscope: project"),
            ("outputs: [E, so_far]", "reductions: E, by: year, identity: none"),
        )
    )

    assert (found.code, found.message) == ("CQ206", "'burner' is no tool")


def test_tool_with_rows_is_not_supported_yet(refusal: Callable[..., Diagnostic]) -> None:
    found = refusal(tool=(("  grade: [low, high]", "  grade: [low, high]\n  ride: rows"),))

    assert (found.code, found.message) == ("CQ207", "not supported yet: a tool with rows")


def test_step_that_reads_itself_through_a_tool_is_refused(refusal: Callable[..., Diagnostic]) -> None:
    found = refusal(("heat: taken * 2", 'heat: "taken * 2 + total * 0 [MWh/t CO2e]"'))

    assert found.code == "CQ319"
    assert found.message.startswith("a step reads itself through a tool: ")
    assert "total" in found.message


def test_role_in_a_tool_is_refused(tmp_path: Path) -> None:
    (tmp_path / "burner.yaml").write_text(
        TOOL.replace("{outputs:", "{reductions: E, outputs:"), encoding="utf-8"
    )

    with pytest.raises(MethodologyError, match="CQ201 a tool has no reductions"):
        check(declare(read(tmp_path / "burner.yaml")))


def test_tool_without_outputs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "burner.yaml").write_text(
        TOOL.replace("{outputs: [E, so_far]}", "{also: [E]}"), encoding="utf-8"
    )

    with pytest.raises(MethodologyError, match="CQ202 the results of a tool are 'outputs'"):
        check(declare(read(tmp_path / "burner.yaml")))
