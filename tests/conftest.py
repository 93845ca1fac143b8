"""A running product for tests that meet it as its users do: over HTTP, through web, stream and worker."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from fengqiao.home import database
from fengqiao.ops import postgres, serve
from fengqiao.ops.testing import HOME, copy

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Product:
    """Where it answers, its home, and what tests/county.py put into it: `made` (ids by the parameter an address has)."""

    url: str
    stream_url: str
    home: Path
    made: dict[str, Any] = field(default_factory=dict)


def _address(role: Any, name: str) -> str:
    at = database(role, HOME, dbname=name)
    who = f"{quote(at['user'])}:{quote(at['password'])}"
    return f"postgresql://{who}@127.0.0.1:{at['port']}/{name}?host={quote(str(at['host']))}"


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """`fengqiao serve` on a home of its own and a fresh copy of the template, with a few records; ends with the tests."""
    name = copy(f"served_{os.getpid()}")
    with tempfile.TemporaryDirectory(prefix="fengqiao-served-") as folder:
        environment = {key: value for key, value in os.environ.items() if key not in ("FENGQIAO_DB_NAME", "FENGQIAO_POOL")} | {
            "FENGQIAO_HOME": folder, "FENGQIAO_DEMO": "1", "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "DATABASE_URL": _address("app", name), "DATABASE_URL_OWNER": _address("owner", name),
            "DATABASE_URL_SEALER": _address("sealer", name),
        }  # fmt: skip
        try:
            made = json.loads(_run(environment, "-m", "tests.county"))
            _run(environment, "-m", "fengqiao.ops.cli", "serve", "--detach")
            running = serve.status(Path(folder))
            assert running, "nothing serves"
            yield Product(running[1].url, running[1].stream_url, Path(folder), made)
        finally:
            _run(environment, "-m", "fengqiao.ops.cli", "stop")
            postgres.drop_database(name, HOME)


def _run(environment: dict[str, str], *command: str) -> str:
    # the output to a file: what `serve` leaves running would hold a pipe open
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
        done = subprocess.run([sys.executable, *command], env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said,
                              stderr=complained, timeout=180)  # fmt: skip
        said.seek(0)
        complained.seek(0)
        assert done.returncode == 0, f"{command}: {said.read()[-2000:]} {complained.read()[-4000:]}"
        return said.read()
