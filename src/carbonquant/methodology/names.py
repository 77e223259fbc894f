"""The names of a file and the words beside them: one name space, no reserved word, both languages where it counts.

Part of `check`; does not ask what a name stands for.
"""

from __future__ import annotations

from carbonquant.declaration import ModuleDeclaration
from carbonquant.declaration.findings import Findings
from carbonquant.formula.functions import FUNCTIONS, NOT_YET
from carbonquant.formula.syntax import RESERVED
from carbonquant.sources import Path_
from carbonquant.units import CONSTANTS

__all__ = ["check_names", "check_words"]

SECTIONS = ("dimensions", "inputs", "parameters", "use", "steps")
"""The sections that share one name space."""
WORDS = frozenset({*RESERVED, *FUNCTIONS, *NOT_YET, *CONSTANTS, "pi"})
"""Names that formulas know already."""
REASONS = ("period", "duplicate")
"""Reasons of refusal that the engine gives itself; a rule's name is a reason, too."""


def check_names(content: ModuleDeclaration, findings: Findings) -> None:
    """Refuse a name that is defined twice, or that the language has given a meaning."""
    seen: dict[str, str] = {}
    for section in SECTIONS:
        for name in getattr(content, section):
            path: Path_ = (section, name)
            if name in seen:
                message = f"'{name}' is defined twice, also in {seen[name]}"
                findings.error("CQ205", message, path, is_key=True, hint="give one of the two another name")
                findings.broken.add(name)
            elif name in WORDS:
                hint = f"choose another name, such as {name}_total"
                findings.error("CQ212", f"'{name}' is a word of the language", path, is_key=True, hint=hint)
            seen.setdefault(name, section)
    for name in content.rules:
        if name in REASONS:
            message = f"'{name}' is a reason that the engine gives itself: a rule needs another name"
            findings.error("CQ212", message, ("rules", name), is_key=True)


def check_words(content: ModuleDeclaration, findings: Findings) -> None:
    """An active methodology speaks both languages and has an example that is not its author's."""
    if content.status != "active":
        return
    items: list[tuple[Path_, object]] = [(("title",), content.title)]
    for section in ("inputs", "parameters", "rules", "steps"):
        items += [((section, name), item) for name, item in getattr(content, section).items()]
    for path, item in items:
        absent = [f"{language}:" for language in ("zh", "en") if not getattr(item, language)]
        if absent:
            missing = " and no ".join(absent)
            message = f"an active methodology needs words in both languages: '{path[-1]}' has no {missing}"
            findings.error("CQ213", message, path, is_key=True)
    if not any(example.source for example in content.examples.values()):
        message = "an active methodology needs an example with a 'source:' that is not its author"
        findings.error("CQ213", message, ("status",))
