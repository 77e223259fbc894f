"""The public names, fetched when they are first used."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError

import pytest

import carbonquant
from carbonquant import errors


def test_name_is_the_one_of_its_module() -> None:
    assert carbonquant.MethodologyError is errors.MethodologyError


def test_name_that_was_used_once_is_kept() -> None:
    first = carbonquant.Figure

    assert vars(carbonquant)["Figure"] is first


def test_version_is_three_numbers() -> None:
    assert [part.isdigit() for part in carbonquant.__version__.split(".")] == [True, True, True]


def test_version_of_sources_that_were_never_installed_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", absent)

    assert carbonquant.__getattr__("__version__") == "unknown"
    del carbonquant.__version__


def test_version_is_among_the_names() -> None:
    assert "__version__" in dir(carbonquant)


def test_name_that_is_not_public_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'pint'"):
        carbonquant.__getattr__("pint")
