"""What is known of a file while it is judged."""

from __future__ import annotations

import pytest

from carbonquant.declaration import Declaration, MethodologyDeclaration, declare
from carbonquant.declaration.findings import Findings
from carbonquant.formula.tree import Dimension, Symbol, Type
from carbonquant.methodology.scope import Scope
from carbonquant.sources import read_text

TEXT = """\
carbonquant: 1
kind: methodology
id: small
version: 0.1.0
status: draft
basis: demonstration
title: {en: Small}
sector: low-carbon-living
scope: project
inputs: {area: {unit: ha, over: [mode, year, moda, mode]}}
steps: {ER: {unit: t CO2e, formula: area}}
results: {reductions: ER}
"""
PATH = ("inputs", "area")


@pytest.fixture
def scope() -> Scope:
    declaration = declare(read_text(TEXT))
    assert isinstance(declaration.content, MethodologyDeclaration)
    found = Scope(declaration.content, Findings(Declaration(declaration.source, declaration.content)))
    for name in ("mode", "year"):
        found.dimensions[name] = Dimension(name, "category")
    return found


def test_scope_knows_dimensions_that_exist(scope: Scope) -> None:
    assert scope.knows(["mode", "year"], PATH)
    assert scope.findings.count == 0


def test_scope_refuses_a_dimension_that_stands_twice(scope: Scope) -> None:
    assert not scope.knows(["mode", "year", "year", "mode"], PATH)
    assert scope.findings.count == 2


def test_scope_is_silent_about_a_dimension_that_was_set_aside(scope: Scope) -> None:
    scope.set_aside("year")

    assert not scope.knows(["mode", "year"], PATH)
    assert scope.findings.count == 0


def test_name_that_was_set_aside_is_not_entered_again(scope: Scope) -> None:
    scope.set_aside("area")
    scope.enter(Symbol("area", "input", Type()))

    assert scope.names().symbols == {}
    assert scope.names().broken == {"area"}
