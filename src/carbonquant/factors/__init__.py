"""Factor sets: published values of one quantity, looked up by key, each with the source it stands in.

`read_factors` proves a factor file; `FactorSet.lookup` gives the cell of one combination of keys, or None where the
set has no published value for it. It never gives a neighbour's value.

Does not know who asks, or in which unit they want it (see `methodology`, `activity`).
"""

from __future__ import annotations

from carbonquant.factors.cells import Cell, Cells, Origin
from carbonquant.factors.sets import FactorSet, check_factors, read_factors

__all__ = ["Cell", "Cells", "FactorSet", "Origin", "check_factors", "read_factors"]
