"""What `import carbonquant` gives: few names, all of them real, none of them paid for before its use."""

from __future__ import annotations

import subprocess
import sys

import pytest

import carbonquant

NAMES_ALLOWED = 25
HEAVY = ["numpy", "pint", "pyarrow", "pydantic", "rich", "typer", "yaml"]


def test_public_names_are_at_most_25() -> None:
    assert len(carbonquant.__all__) <= NAMES_ALLOWED


def test_public_names_are_listed_once_and_in_order() -> None:
    assert list(carbonquant.__all__) == sorted(set(carbonquant.__all__))


def test_every_public_name_exists_and_is_documented() -> None:
    undocumented = [name for name in carbonquant.__all__ if not getattr(carbonquant, name).__doc__]

    assert undocumented == []


def test_dir_lists_every_public_name() -> None:
    assert set(carbonquant.__all__) <= set(dir(carbonquant))


def test_unknown_name_is_an_attribute_error_that_names_it() -> None:
    name = "no_such_name"

    with pytest.raises(AttributeError, match=name):
        getattr(carbonquant, name)


def test_importing_the_library_loads_nothing_heavy() -> None:
    program = f"import sys, carbonquant; print(*(name for name in {HEAVY!r} if name in sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert loaded.stdout.split() == []
