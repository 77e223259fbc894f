"""Quantify carbon reductions from methodologies written in YAML.

Start with `load`, `read_activity`, `quantify`; auditors start with `verify`. Every figure has its unit, every refusal
lists all its reasons.

Holds nothing itself: a name is fetched from its module when it is first used, so that importing costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from carbonquant.activity import ActivityData, read_activity
    from carbonquant.audit.record import AuditRecord, record
    from carbonquant.audit.verify import Verification, verify
    from carbonquant.errors import (
        ActivityDataError,
        AuditError,
        CarbonQuantError,
        MethodologyError,
        NotApplicableError,
    )
    from carbonquant.methodology import Methodology, load
    from carbonquant.quantification import Explanation, Figure, Quantification, quantify

    __version__: str

__all__ = [
    "ActivityData",
    "ActivityDataError",
    "AuditError",
    "AuditRecord",
    "CarbonQuantError",
    "Explanation",
    "Figure",
    "Methodology",
    "MethodologyError",
    "NotApplicableError",
    "Quantification",
    "Verification",
    "load",
    "quantify",
    "read_activity",
    "record",
    "verify",
]

_NAMES_OF_MODULES = {
    "activity": ("ActivityData", "read_activity"),
    "audit": ("AuditRecord", "Verification", "record", "verify"),
    "errors": (
        "ActivityDataError",
        "AuditError",
        "CarbonQuantError",
        "MethodologyError",
        "NotApplicableError",
    ),
    "methodology": ("Methodology", "load"),
    "quantification": ("Explanation", "Figure", "Quantification", "quantify"),
}
_HOMES = {name: module for module, names in _NAMES_OF_MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Fetch a public name from its module, or the version from what is installed."""
    if name == "__version__":
        found: Any = _version()
    elif name in _HOMES:
        from importlib import import_module  # noqa: PLC0415 - beside the only line that needs it

        found = getattr(import_module(f"carbonquant.{_HOMES[name]}"), name)
    else:
        raise AttributeError(f"module 'carbonquant' has no attribute '{name}'")
    globals()[name] = found
    return found


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow to import, seldom asked for

    try:
        return version("carbonquant")
    except PackageNotFoundError:  # run from a folder of sources, never installed
        return "unknown"


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
