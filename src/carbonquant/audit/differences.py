"""Where a recorded run and the same run made again differ, in the order of evaluation.

Class E must agree to the last bit, class T within 4 units in the last place for each inexact call behind a value;
counts, exact sums and rounded figures must always agree.

Does not run anything (see `verify`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import pyarrow as pa

from carbonquant.audit.cells import nested_texts
from carbonquant.audit.parts import step_of_column
from carbonquant.rows.sums import ExactSums

__all__ = ["Comparison", "compare_cores", "compare_parts"]

ULPS_A_CALL = 4
SHOWN = 3
FACTS = ("methodology", "period", "members", "factors", "inputs", "claims", "options", "also")
"""Parts of a core that must be the same; `units` and `engine` may be newer."""
VALUE_KEYS = ("v", "values")
NOTHING: dict[str, Any] = {}


@dataclass
class Comparison:
    """What differs: `wrong` are contradictions, `near` differences within the bound or of no consequence."""

    calls: Mapping[str, int]
    """Inexact calls behind each step."""
    wrong: list[str] = field(default_factory=list)
    near: list[str] = field(default_factory=list)
    near_steps: set[str] = field(default_factory=set)

    def is_near(self, step: str, recorded: Any, found: Any) -> bool:
        """Whether two values of a step are within its bound."""
        try:
            one, other = float(recorded), float(found)
        except (TypeError, ValueError):
            return False
        bound = ULPS_A_CALL * self.calls.get(step, 0) * math.ulp(max(abs(one), abs(other)))
        return math.isfinite(bound) and abs(one - other) <= bound


def compare_cores(
    recorded: Mapping[str, Any], found: Mapping[str, Any], calls: Mapping[str, int]
) -> Comparison:
    """Compare two cores: steps first, then what came of rows, results, and what the run was made from."""
    comparison = Comparison(calls)
    before, after = recorded["trace"], found["trace"]
    _compare_steps(before["steps"], after["steps"], comparison)
    for part in ("tables", "warned"):
        comparison.wrong.extend(_shown(_paths(before[part], after[part], part)))
    _compare_sums(before["sums"], after["sums"], comparison)
    _compare_results(recorded["results"], found["results"], comparison)
    for part in FACTS:
        comparison.wrong.extend(_shown(_paths(recorded[part], found[part], part)))
    before, after = _codes(recorded["warnings"]), _codes(found["warnings"])
    comparison.wrong.extend(_shown(_paths(before, after, "warnings")))
    for part in ("units", "engine"):
        comparison.near.extend(_shown(_paths(recorded[part], found[part], part)))
    return comparison


def _codes(warnings: Any) -> Any:
    """The codes of warnings: their words may be put better in a newer engine."""
    return [warning["code"] for warning in warnings] if isinstance(warnings, list) else warnings


def _paths(recorded: Any, found: Any, path: str) -> Iterator[str]:
    """Yield a sentence for every place at which two values differ."""
    if isinstance(recorded, dict) and isinstance(found, dict):
        for key in (*recorded, *(key for key in found if key not in recorded)):
            yield from _paths(recorded.get(key), found.get(key), f"{path}.{key}")
    elif isinstance(recorded, list) and isinstance(found, list):
        for position, (one, other) in enumerate(zip_longest(recorded, found)):
            name = _name_of(one) or _name_of(other) or str(position)
            yield from _paths(one, other, f"{path}.{name}")
    elif recorded != found or type(recorded) is not type(found):
        yield f"{path}: recorded {_quoted(recorded)}, recomputed {_quoted(found)}"


def _name_of(item: Any) -> str:
    return str(item.get("name") or item.get("step") or "") if isinstance(item, dict) else ""


def _quoted(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= len("sha256:") + 64 else text[:60] + "…"


def _shown(sentences: Iterable[str]) -> list[str]:
    found = list(sentences)
    more = [f"… and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return found[:SHOWN] + more


# --- steps ---------------------------------------------------------------------------------------------------


def _compare_steps(recorded: list[Any], found: list[Any], comparison: Comparison) -> None:
    before = {entry["step"]: entry for entry in recorded}
    sentences = [
        sentence for entry in found for sentence in _step(before.get(entry["step"], {}), entry, comparison)
    ]
    strangers = set(before).difference(entry["step"] for entry in found)
    sentences += [
        f"step '{name}' is recorded, but the methodology has no such step" for name in sorted(strangers)
    ]
    if sentences:
        steps = {sentence.split("'")[1] for sentence in sentences}
        more = f" (the first of {len(steps)} steps that differ)" if len(steps) > 1 else ""
        comparison.wrong.append(sentences[0] + more)


def _step(recorded: Mapping[str, Any], found: Mapping[str, Any], comparison: Comparison) -> Iterator[str]:
    name = found["step"]
    heads = [
        {k: v for k, v in entry.items() if k not in (*VALUE_KEYS, "total", "digest")}
        for entry in (recorded, found)
    ]
    values = [entry.get("values", entry.get("v")) for entry in (recorded, found)]
    if values[1] is not None:
        yield from _values(name, values[0], values[1], str(found.get("u", "")), comparison)
    elif recorded.get("digest") != found["digest"] or recorded.get("total") != found.get("total"):
        is_alike = comparison.calls.get(name, 0) and recorded.get("members") == found["members"]
        if is_alike and comparison.is_near(name, recorded.get("total"), found.get("total")):
            comparison.near.append(
                f"step '{name}': its total is {recorded['total']}, recomputed {found['total']}"
            )
            comparison.near_steps.add(name)
        else:
            yield _long_step(name, recorded, found)
    yield from (f"step '{name}': {sentence}" for sentence in _paths(heads[0], heads[1], "entry"))


def _long_step(name: str, recorded: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Say where a step that is recorded by its digest differs: the most telling of its three figures."""
    key = next(key for key in ("members", "total", "digest") if recorded.get(key) != found.get(key))
    old, new = _quoted(recorded.get(key)), _quoted(found.get(key))
    return f"step '{name}' over {found.get('over', 'its members')}: {key} recorded {old}, recomputed {new}"


def _values(name: str, recorded: Any, found: Any, unit: str, comparison: Comparison) -> Iterator[str]:
    before = {} if recorded is None else nested_texts(recorded)
    after = nested_texts(found)
    for members, text in after.items():
        old = before.get(members)
        if old == text:
            continue
        place = f" for {', '.join(members)}" if members else ""
        sentence = f"step '{name}'{place}: recorded {_figure(old, unit)}, recomputed {_figure(text, unit)}"
        if comparison.is_near(name, old, text):
            comparison.near.append(sentence)
            comparison.near_steps.add(name)
        else:
            yield sentence
    for members in before:
        if members not in after:
            yield f"step '{name}' for {', '.join(members)}: recorded, but there is no such member"


def _figure(text: str | None, unit: str) -> str:
    return _quoted(text) if text is None or unit in ("", "1") else f"{_quoted(text)} {unit}"


# --- sums and results ----------------------------------------------------------------------------------------


def _compare_sums(recorded: list[Any], found: list[Any], comparison: Comparison) -> None:
    one: dict[str, Any]
    other: dict[str, Any]
    for one, other in zip_longest(recorded, found, fillvalue=NOTHING):
        step = other.get("step", one.get("step", ""))
        sentences = _shown(_paths(one, other, f"exact sum behind step '{step}'"))
        (comparison.near if _are_near_sums(one, other, comparison) else comparison.wrong).extend(sentences)


def _are_near_sums(recorded: Mapping[str, Any], found: Mapping[str, Any], comparison: Comparison) -> bool:
    """Whether two entries differ in their sums only, and those by no more than the bound of their step."""
    if any(recorded.get(key) != found.get(key) for key in {**recorded, **found} if key != "parts"):
        return False
    pairs = zip(_sum_values(recorded), _sum_values(found), strict=True)
    return all(comparison.is_near(found["step"], one, other) for one, other in pairs)


def _sum_values(entry: Mapping[str, Any]) -> list[float]:
    """Round each exact sum; `ValueError` where a recorded one is none."""
    return [
        total for line in entry.get("parts", ()) for total in ExactSums.from_parts(line).totals().tolist()
    ]


def _compare_results(recorded: list[Any], found: list[Any], comparison: Comparison) -> None:
    one: dict[str, Any]
    other: dict[str, Any]
    for one, other in zip_longest(recorded, found, fillvalue=NOTHING):
        role, step = other.get("role", one.get("role")), other.get("name", "")
        for sentence, old, new in _result_differences(one, other):
            is_near = sentence in ("value", "by", "remainder") and comparison.is_near(step, old, new)
            is_left_over = sentence == "remainder" and step in comparison.near_steps
            target = comparison.near if is_near or is_left_over else comparison.wrong
            target.append(f"result '{role}', {sentence}: recorded {_quoted(old)}, recomputed {_quoted(new)}")


def _result_differences(
    recorded: Mapping[str, Any], found: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    for key in (*found, *(key for key in recorded if key not in found)):
        old, new = recorded.get(key), found.get(key)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict) and "v" in new and old.get("u") == new.get("u"):
            yield key, old.get("v"), new["v"]
        elif (
            isinstance(old, dict)
            and isinstance(new, dict)
            and "values" in new
            and old.get("u") == new.get("u")
        ):
            before, after = nested_texts(old.get("values")), nested_texts(new["values"])
            yield from (
                (key, before.get(m), after.get(m))
                for m in {**before, **after}
                if before.get(m) != after.get(m)
            )
        else:
            yield key, old, new


# --- parts ---------------------------------------------------------------------------------------------------


def compare_parts(name: str, kept: pa.Table, found: pa.Table, comparison: Comparison) -> None:
    """Compare a part of the bundle with the same part made again; note the first row that differs."""
    if kept.schema.names != found.schema.names or kept.num_rows != found.num_rows:
        shapes = [f"{table.num_rows} rows of {', '.join(table.column_names)}" for table in (kept, found)]
        comparison.wrong.append(f"{name}: holds {_quoted(shapes[0])}, recomputed {_quoted(shapes[1])}")
        return
    for column in found.column_names:
        before, after = kept.column(column), found.column(column)
        if before.equals(after):
            continue
        step = step_of_column(column)
        rows = zip(before.to_pylist(), after.to_pylist(), strict=True)
        unlike = [(row, old, new) for row, (old, new) in enumerate(rows, 1) if old != new]
        wrong = [each for each in unlike if not comparison.is_near(step, each[1], each[2])]
        row, old, new = (wrong or unlike or [(0, before.type, after.type)])[0]
        sentence = f"{name}, row {row}, '{column}': the bundle has {_quoted(old)}, recomputed {_quoted(new)}"
        if wrong or not unlike:
            comparison.wrong.append(sentence)
            return
        comparison.near.append(sentence)
