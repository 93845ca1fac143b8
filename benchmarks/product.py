"""Cold `make demo`: minutes from a fresh clone to a county that answers. `FULL=1` only: it installs everything anew.

The clone is of what is committed here. What it starts is stopped, and the clone deleted, at the end. Memory at rest is in
at_rest.py.
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from _ground import FULL, fsync_latency, machine

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    if not FULL:
        print("product: the cold start installs everything anew; FULL=1 measures it. Nothing measured.")
        return
    machine()
    folder = Path(tempfile.mkdtemp(prefix="fengqiao-clone-"))
    folder.chmod(0o755)  # the database may run under an account of its own
    clone = folder / "fengqiao"
    env = {key: value for key, value in os.environ.items() if not key.startswith(("FENGQIAO_", "VIRTUAL_ENV", "DJANGO_"))}
    try:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        fsync_latency(folder)
        for name in ("cold", "again"):
            begun = time.perf_counter()
            done = subprocess.run(["make", "demo"], cwd=clone, env=env, capture_output=True, text=True)
            print(f"make demo, {name}: {(time.perf_counter() - begun) / 60:.1f} min{'' if done.returncode == 0 else '  FAILED: ' + done.stderr[-500:]}")
        subprocess.run(["make", "stop"], cwd=clone, env=env, capture_output=True, check=False)
        size = sum(path.lstat().st_size for path in clone.rglob("*") if path.is_file()) / 1e6
        print(f"the folder afterwards: {size:.0f} MB, of it the environment {sum(p.lstat().st_size for p in (clone / '.venv').rglob('*')) / 1e6:.0f} MB")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
