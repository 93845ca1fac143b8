"""The partners' interface under schemathesis: whatever is sent, it answers by its own description and never with a 5xx.

schemathesis wants other versions than the product, so it has an environment of its own (.venv-schemathesis), made here
from requirements-schemathesis.txt when it is missing or older.
"""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT, Product

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,ignored_auth"
EXAMPLES = 200


@pytest.fixture(scope="session")
def schemathesis() -> Path:
    """The command of the fuzzer."""
    needs, home = ROOT / "requirements-schemathesis.txt", ROOT / ".venv-schemathesis"
    stamp, mark = home / ".made-of", hashlib.sha256(needs.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != mark:
        pip = [home / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--root-user-action=ignore"]
        for command in ([sys.executable, "-m", "venv", "--clear", home], [*pip, "--require-hashes", "-r", needs]):
            done = subprocess.run(command, capture_output=True, text=True, timeout=600)
            assert done.returncode == 0, f"the fuzzer's environment cannot be made: {done.stderr[-2000:]}"
        stamp.write_text(mark)
    return home / "bin" / "schemathesis"


def test_no_input_brings_the_interface_down(schemathesis: Path, product: Product, tmp_path: Path) -> None:
    described = f"{product.url}/api/v1/openapi.json"
    assert {"/api/v1/reports", "/api/v1/reports/{outer_id}"} <= httpx.get(described).json()["paths"].keys()
    command = [
        schemathesis, "run", described, "--header", f"Authorization: Bearer {product.made['partner_key']}", "--checks", CHECKS,
        "--max-examples", str(EXAMPLES), "--phases", "examples,coverage,fuzzing", "--mode", "all", "--seed", "20211226",
        "--generation-database", "none", "--max-time", "40", "--no-color",
    ]  # fmt: skip
    environment = {key: value for key, value in os.environ.items() if not key.startswith("FENGQIAO_")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, cwd=tmp_path, env=environment)
    logs = "".join(log.read_text()[-6000:] for log in (product.home / "logs").glob("web*"))  # the traceback of a 5xx
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:] + logs
    assert "Tested: 3" in done.stdout and int(re.findall(r"(\d+) generated", done.stdout)[0]) >= EXAMPLES, done.stdout[-2000:]
