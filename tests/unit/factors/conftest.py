"""The trial methodology, whose parameters hold the cells that are tested here."""

from __future__ import annotations

from tests.unit.methodology.conftest import assert_refused, refusals, trial, warnings

__all__ = ["assert_refused", "refusals", "trial", "warnings"]
