"""What an author writes, by shape: which keys a file may have and what kind of text stands in each.

`declare` turns a `Source` into a `Declaration` that may still be wrong in meaning. Every scalar is typed here,
by the field it stands in, from the text that was written. Problems of shape are kept with the declaration, and the
items they concern are left out, so that `methodology.check` can report everything about a file in one run.

Does not look up a name, a unit or a formula (see `methodology`), does not read files (see `sources`).
"""

from __future__ import annotations

from carbonquant.declaration.activity import ActivityDeclaration, ColumnDeclaration, TableDeclaration
from carbonquant.declaration.factors import FactorsDeclaration
from carbonquant.declaration.items import TitleDeclaration
from carbonquant.declaration.models import (
    CellDeclaration,
    ExampleDeclaration,
    InputDeclaration,
    MethodologyDeclaration,
    ModuleDeclaration,
    ParameterDeclaration,
    ResultsDeclaration,
    RoundingDeclaration,
    RuleDeclaration,
    SourceDeclaration,
    StepDeclaration,
    ToolDeclaration,
    UseDeclaration,
)
from carbonquant.declaration.reading import LANGUAGE, Declaration, declare
from carbonquant.declaration.scalars import LARGEST_WHOLE, Printed, read_number, try_number

__all__ = [
    "LANGUAGE",
    "LARGEST_WHOLE",
    "ActivityDeclaration",
    "CellDeclaration",
    "ColumnDeclaration",
    "Declaration",
    "ExampleDeclaration",
    "FactorsDeclaration",
    "InputDeclaration",
    "MethodologyDeclaration",
    "ModuleDeclaration",
    "ParameterDeclaration",
    "Printed",
    "ResultsDeclaration",
    "RoundingDeclaration",
    "RuleDeclaration",
    "SourceDeclaration",
    "StepDeclaration",
    "TableDeclaration",
    "TitleDeclaration",
    "ToolDeclaration",
    "UseDeclaration",
    "declare",
    "read_number",
    "try_number",
]
