"""The fixed words that commands print, in both languages.

Every word of the field stands here once, so that it is called the same everywhere.

Holds no words of a methodology (they come from its file) and no messages about mistakes.
"""

from __future__ import annotations

__all__ = ["BANNERS", "WORDS", "banner", "word"]

WORDS: dict[str, tuple[str, str]] = {
    # roles
    "baseline": ("baseline emissions", "基准线排放量"),
    "project": ("project emissions", "项目排放量"),
    "leakage": ("leakage", "泄漏"),
    "removals": ("removals", "清除量"),
    "reductions": ("emission reductions", "减排量"),
    # headings
    "figures": ("Figures", "结果"),
    "issued": ("issued", "签发值"),
    "unrounded": ("unrounded", "未取整"),
    "by": ("by", "按"),
    "rows": ("Rows", "数据行"),
    "choices": ("Choices", "选择"),
    "defaults": ("Taken by default", "取缺省值"),
    "unverified": ("Unverified values", "未核实的数值"),
    "record": ("Record", "记录"),
    "inputs": ("Inputs", "输入"),
    "parameters": ("Parameters", "参数"),
    "equations": ("Equations", "公式"),
    "rules": ("Rules", "规则"),
    "results": ("Results", "结果项"),
    "sources": ("Sources", "来源"),
    "notes": ("Notes", "说明"),
    "examples": ("Worked examples", "算例"),
    "tools": ("Tools", "工具"),
    "values": ("Values", "数值"),
    "fallbacks": ("Taken by fallback", "取替代值"),
    "kernel": ("Generated code", "生成的代码"),
    # short words
    "over": ("over", "按"),
    "range": ("range", "范围"),
    "default": ("default", "缺省"),
    "default_project": ("by default", "缺省"),
    "row_counts": ("{} read, {} accepted, {} rejected", "读入 {} 行，接受 {} 行，剔除 {} 行"),
    "also": ("also", "另列"),
    "none": ("none", "无"),
    "bands": ("bands", "分档"),
    "no_limit": ("no limit", "不限"),
    "rounding": ("rounding", "取整"),
    "verdict": ("Verdict", "结论"),
    "more": ("more", "其余"),
    "output": ("output", "输出"),
    "tool": ("tool", "工具"),
    "set": ("factor set", "因子集"),
    "basis": ("basis", "口径"),
    "published": ("published", "公布"),
    "valid": ("valid", "有效期"),
    "fallback": ("fallback", "替代"),
    "by_input": ("chosen by the input", "由输入选定："),
    "not_published": ("no published value", "没有公布数值"),
    "is_unverified": ("UNVERIFIED", "未核实"),
    # what a rule does
    "reject": ("rejects the row", "剔除该行"),
    "fail": ("refuses the project", "拒绝该项目"),
    "warn": ("warns", "提醒"),
    "zero": ("counts as zero", "计为零"),
    # reasons that are not rules
    "reason.range": ("outside its range", "超出范围"),
    "reason.missing": ("missing", "缺失"),
    "reason.type": ("not readable", "无法读取"),
    "reason.member": ("not among the members of this run", "不在本次成员之内"),
    "reason.period": ("outside the period", "不在核算期内"),
    "reason.nonfinite": ("has no finite value", "没有有限值"),
    # sentences
    "no_bundle": (
        "nothing was written; add -o FOLDER to keep the evidence",
        "未写文件；加 -o 文件夹 以保存证据",
    ),
    "made_up": (
        "All data below are made up, and both methodologies are reconstructions, not official texts.",
        "以下数据全部为虚构，两个方法学均为重构，不是官方文本。",
    ),
    "why": ("Why this number", "数从何来"),
    "demo_next": ("Check the records again, offline:", "离线复核记录："),
}
"""English and Chinese of every fixed word."""

BANNERS: dict[str, tuple[str, str]] = {
    "official": ("official: follows the official text", "官方：依据官方文本"),
    "reconstruction": (
        "RECONSTRUCTION: rebuilt from secondary sources, not an official text",
        "重构：依据二手资料，不是官方文本",
    ),
    "demonstration": ("DEMONSTRATION: for teaching only", "演示：仅供教学"),
}
"""What is said wherever something built on a basis is printed."""


def word(key: str, language: str) -> str:
    """Return a fixed word in `zh` or `en`.

    >>> word("reductions", "zh")
    '减排量'
    """
    return WORDS[key][language == "zh"]


def banner(basis: str, language: str) -> str:
    """Return what must be said of a methodology on this basis."""
    return BANNERS[basis][language == "zh"]
