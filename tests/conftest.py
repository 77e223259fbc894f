"""What every test may use: the effort of random examples, and the real records beside the checkout.

`--long` (or the environment variable CARBONQUANT_LONG=1) asks for many more examples of each law.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

CHECKOUT = Path(__file__).resolve().parent.parent

settings.register_profile(
    "default",
    max_examples=50,
    deadline=None,  # a busy machine is not a wrong answer
    derandomize=False,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, database=None)
"""One commit, one verdict: where CI=true, the random examples are the same at each run."""
settings.register_profile("long", settings.get_profile("default"), max_examples=2000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="many more random examples for each law")
    parser.addoption("--regenerate-bad", action="store_true", help="rewrite the messages of tests/bad")


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile(_profile(config))


def _profile(config: pytest.Config) -> str:
    if config.getoption("--long") or os.environ.get("CARBONQUANT_LONG") == "1":
        return "long"
    return "ci" if os.environ.get("CI") == "true" else "default"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real records; the test is skipped where this machine has none."""
    folder = Path(os.environ.get("CARBONQUANT_SHARED_DATA") or CHECKOUT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("no real records here: set CARBONQUANT_SHARED_DATA to their folder")
    return folder
