"""The command line's way into the product: Django set up for one database role, then one function of an app."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from fengqiao.home import Role, database, external
from fengqiao.ops.postgres import ensure


def database_ready() -> None:
    """Start the embedded database if it does not run; an outside one is only connected to."""
    if not external():
        ensure()


def setup(role: Role = "app") -> None:
    """Set Django up to connect as ``role``; once per process."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "fengqiao.config.settings"
    os.environ["FENGQIAO_DB_ROLE"] = role
    os.environ.setdefault("FENGQIAO_POOL", "0")  # one command, one connection
    import django

    django.setup()


def migrate() -> None:
    """Apply every migration, as the owner, and bring the shipped rules of law into step."""
    setup("owner")
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    from fengqiao.core.queries.law import load_shipped

    load_shipped()


def pending() -> tuple[int, int]:
    """How many migrations are applied, and how many wait. Django must be set up."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return len(executor.loader.applied_migrations), len(waiting)


def migrate_apart() -> None:
    """The same in a new process, for commands that go on as the app role. RuntimeError with what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "fengqiao.ops.cli", "migrate"], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip() or done.stdout.strip() or "migrate")


def enter_holidays(year: int, days: Any) -> int:
    """A year's holidays, entered by the system's own account; RuntimeError with what is wrong. How many clocks moved."""
    setup("app")
    from fengqiao.core.acts import law
    from fengqiao.core.errors import Invalid
    from fengqiao.core.signon import system_actor

    try:
        return law.enter_holidays(system_actor("holidays"), year=year, days=days)
    except Invalid as error:
        raise RuntimeError(error.message) from error


def load_demo() -> Any:
    """Load the demo county where it is not loaded yet; what ``fengqiao.demo.load`` returns (lines to print)."""
    setup("app")
    from fengqiao.ops import demo

    return demo.load()


def import_reports(path: Path, tell: Callable[[int, int], None], **options: Any) -> dict[str, Any]:
    """Import a file of reports as an upload would be: ``intake.jobs.import_file``. ``tell(done, total)`` counts rows."""
    setup("app")
    from fengqiao.intake import jobs

    return jobs.import_file(path, progress=tell, **options)


def verify_ledger(expected_head: str | None = None) -> Any:
    """Verify the whole ledger as the owner: ``core.ledger.Verdict``."""
    from fengqiao.core import ledger
    from fengqiao.ops import heads

    return ledger.verify(database("owner"), expected_head=expected_head or heads.last())


def ledger_head() -> str:
    """The chain's head, "position:hash"."""
    from fengqiao.core import ledger

    return ledger.head(database("owner"))


def replay_erasures() -> int:
    """Carry out every erasure on the list in ``erasures/`` again, after a restore; how many."""
    setup("owner")
    from fengqiao.core import erasure

    return int(erasure.replay() or 0)


def last_event() -> tuple[datetime, str] | None:
    """When the newest event was recorded, and its act; None for an empty ledger."""
    import psycopg

    with psycopg.connect(**database("owner")) as db:
        return db.execute("SELECT recorded_at, act FROM core_event ORDER BY recorded_at DESC, id DESC LIMIT 1").fetchone()
