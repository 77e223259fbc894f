"""The order of evaluation: every step after what it reads, cycles shown as the path they take.

Knows names only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

__all__ = ["in_dependency_order"]


def in_dependency_order(
    reads: Mapping[str, Iterable[str]],
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Sort names so that each comes after those it reads.

    Parameters
    ----------
    reads
        For each name, in the order of the file, the names it reads; others than the keys are ignored.

    Returns
    -------
    tuple
        The sorted names, and every cycle found, as a path that ends where it begins.

    Examples
    --------
    >>> in_dependency_order({"ER": ["BE", "PE"], "BE": [], "PE": ["BE"]})
    (('BE', 'PE', 'ER'), ())
    """
    done: dict[str, None] = {}
    cycles: list[tuple[str, ...]] = []
    for name in reads:
        _visit(name, reads, done, cycles)
    return tuple(done), tuple(dict.fromkeys(cycles))


def _visit(
    first: str, reads: Mapping[str, Iterable[str]], done: dict[str, None], cycles: list[tuple[str, ...]]
) -> None:
    """Walk depth first without recursion, since a chain may have 2,000 steps."""
    path = [first]
    waiting = [iter(reads[first])]
    while path:
        following = next((n for n in waiting[-1] if n in reads and n not in done), None)
        if following is None:
            done[path.pop()] = None
            waiting.pop()
        elif following in path:
            cycles.append((*path[path.index(following) :], following))
        else:
            path.append(following)
            waiting.append(iter(reads[following]))
