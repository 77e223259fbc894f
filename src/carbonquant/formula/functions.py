"""The functions a formula may call: an allow-list, each with its rule for units and its documentation.

A function that is not here does not exist for authors; adding one is a change of the engine. `NOT_YET` names those
of the language that this engine refuses by name.

Holds no formula code (see `typing` for how the rules are applied, `arrays` and `scalars` for how they are computed).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

__all__ = ["FUNCTIONS", "NOT_YET", "Function", "FunctionForm", "UnitRule"]

FunctionForm = Literal["elementwise", "choice", "aggregate", "along"]
UnitRule = Literal["same", "keep", "pure", "root", "count", "quantum"]
"""`same`: arguments of one dimension, result in the first one's unit · `keep`: the argument's unit · `pure`: pure
numbers to a pure number · `root`: square root of the unit · `count`: a pure number · `quantum`: the quantum's unit."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language.

    `least` and `most` bound the number of plain arguments (`most` None: no bound); `options` are the keys it takes,
    those in `required` are compulsory.
    """

    name: str
    form: FunctionForm
    units: UnitRule
    least: int
    most: int | None
    en: str
    zh: str
    options: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    is_transcendental: bool = False
    """Whether results may differ in the last bits between machines (class T)."""
    is_off_rows: bool = False
    """Whether it may not be called for every row of a table."""


def _aggregate(name: str, en: str, zh: str, *, units: UnitRule = "keep") -> Function:
    return Function(name, "aggregate", units, 1, 1, en, zh, options=("over", "to", "where"))


_ALL = (
    _aggregate("sum", "sum over dimensions, or of rows to other dimensions", "求和"),
    _aggregate("mean", "arithmetic mean: the exact sum divided by the number", "算术平均"),
    _aggregate("min", "smallest value; of plain arguments, element by element", "最小值"),
    _aggregate("max", "largest value; of plain arguments, element by element", "最大值"),
    _aggregate("count", "number of values, a pure number", "计数", units="count"),
    _aggregate("sd", "standard deviation of a sample (divided by n - 1)", "样本标准差"),
    Function(
        "exp", "elementwise", "pure", 1, 1, "e to the power of a pure number", "指数", is_transcendental=True
    ),
    Function(
        "ln",
        "elementwise",
        "pure",
        1,
        1,
        "natural logarithm of a pure number",
        "自然对数",
        is_transcendental=True,
    ),
    Function(
        "log10",
        "elementwise",
        "pure",
        1,
        1,
        "decimal logarithm of a pure number",
        "常用对数",
        is_transcendental=True,
    ),
    Function("sqrt", "elementwise", "root", 1, 1, "square root; the unit is rooted too", "平方根"),
    Function("abs", "elementwise", "keep", 1, 1, "value without its sign", "绝对值"),
    Function(
        "clamp",
        "elementwise",
        "same",
        3,
        3,
        "clamp(x, low, high): x, but not below low or above high",
        "限幅",
    ),
    Function("if", "choice", "same", 3, 3, "if(c, a, b): a where c holds, else b", "条件"),
    Function(
        "round_down", "elementwise", "quantum", 2, 2, "down to a multiple of the quantum", "向下取整到量子"
    ),
    Function("round_up", "elementwise", "quantum", 2, 2, "up to a multiple of the quantum", "向上取整到量子"),
    Function(
        "round_half_even",
        "elementwise",
        "quantum",
        2,
        2,
        "to the nearest multiple, half to even",
        "四舍六入五成双",
    ),
    Function("round_half_up", "elementwise", "quantum", 2, 2, "to the nearest multiple, half up", "四舍五入"),
    Function(
        "t_value",
        "elementwise",
        "pure",
        2,
        2,
        "t_value(confidence, df): two-sided Student t",
        "学生 t 值（双侧）",
        is_off_rows=True,
    ),
    Function(
        "normal_value",
        "elementwise",
        "pure",
        1,
        1,
        "normal_value(confidence): two-sided normal quantile",
        "正态分位数（双侧）",
        is_off_rows=True,
    ),
    Function(
        "prev",
        "along",
        "keep",
        1,
        1,
        "value of the member before",
        "前一期值",
        ("along", "start"),
        ("along", "start"),
    ),
    Function(
        "change",
        "along",
        "keep",
        1,
        1,
        "value less that of the member before",
        "较前期变化",
        ("along", "start"),
        ("along", "start"),
    ),
    Function(
        "cumulate",
        "along",
        "keep",
        1,
        1,
        "sum up to and including the member",
        "累计",
        ("along", "start"),
        ("along",),
    ),
)

FUNCTIONS: Final = MappingProxyType({function.name: function for function in _ALL})
"""Every function by name."""

ROUNDING_MODES: Final = MappingProxyType(
    {"round_down": "down", "round_up": "up", "round_half_even": "half-even", "round_half_up": "half-up"}
)
"""The rounding mode behind each rounding function."""

NOT_YET: Final = frozenset(
    {
        "any",
        "all",
        "quantile",
        "interp",
        "interval",
        "scan",
        "cumulative_until",
        "days",
        "lower",
        "upper",
        "year_of",
        "month_of",
    }
)
"""Functions of the language that this engine refuses by name."""
