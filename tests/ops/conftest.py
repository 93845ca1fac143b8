"""A home of its own, with its own server, for what starts, kills, backs up and restores."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fengqiao.ops import postgres


@pytest.fixture(autouse=True, scope="module")
def no_test_database() -> Iterator[None]:
    """Servers started here hold the product's own database, not the copy other tests of this process use."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("FENGQIAO_DB_NAME", raising=False)
        yield


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    """Home of a running server without archive, shared by the tests of one module."""
    with postgres.scratch() as base:
        yield base


@pytest.fixture
def own_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An archiving server that this test may kill and restore; it is the home of the process meanwhile."""
    monkeypatch.delenv("FENGQIAO_DB_NAME", raising=False)
    with postgres.scratch(fsync=True, archive=True) as base:
        monkeypatch.setenv("FENGQIAO_HOME", str(base))
        yield base


def fengqiao(*arguments: str | Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would; output and exit code."""
    command = [sys.executable, "-m", "fengqiao.ops.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
