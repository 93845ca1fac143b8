"""Test ground: a real embedded PostgreSQL, one migrated template with the named cast, a copy for each process.

Loaded early (`-p fengqiao.ops.testing`), so that settings already point at the test home.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HOME = ROOT / "var" / "test"
os.environ["FENGQIAO_HOME"] = str(HOME)
os.environ["FENGQIAO_POOL"] = "0"
os.environ["FENGQIAO_DEMO"] = "1"
# The browser driver keeps an event loop in the main thread of the test process; the tests themselves are synchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fengqiao.config.settings")


def template() -> str:
    """Name of the migrated database with the cast in it; made when migrations or cast have changed."""
    from fengqiao.ops import postgres

    postgres.ensure(HOME, fsync=False, archive=False)
    sources = [*sorted(ROOT.glob("src/fengqiao/*/migrations/*.py")), *sorted(ROOT.glob("src/fengqiao/core/data/**/*.csv"))]
    sources += [ROOT / "src/fengqiao/core/partitions.py", ROOT / "src/fengqiao/core/rls.py", ROOT / "src/fengqiao/core/cast.py"]
    mark = hashlib.sha256(b"".join(p.read_bytes() for p in sources)).hexdigest()[:12]
    name = f"t_{mark}"
    with postgres._lock(HOME):  # several test processes may want it at once
        if postgres.database_exists(f"{name}_ready", HOME):
            return f"{name}_ready"
        postgres.drop_database(name, HOME)
        postgres.create_database(name, base=HOME)
        env = os.environ | {"FENGQIAO_DB_ROLE": "owner", "FENGQIAO_DB_NAME": name}
        for command in (["-m", "django", "migrate", "-v0", "--skip-checks"], ["-m", "fengqiao.core.cast"]):
            subprocess.run([sys.executable, *command], env=env, check=True)
        with postgres.connect(base=HOME) as db:
            db.execute(f"ALTER DATABASE {name} RENAME TO {name}_ready")
    return f"{name}_ready"


def copy(suffix: str) -> str:
    """A fresh copy of the template for one test process or one destructive test; returns its name."""
    from fengqiao.ops import postgres

    source = template()
    name = f"{source}_{suffix}"
    postgres.drop_database(name, HOME)
    postgres.create_database(name, template=source, base=HOME)
    return name
