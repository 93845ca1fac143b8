"""What the worker does once a day by itself (and once at its start): each chore alone, so that one failing stops no other.

Keeping partitions ahead needs the owner; everything else is a function of an app, run as the application role.
Loaded by the worker after Django is set up.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module

import psycopg
from procrastinate.contrib.django import app

from fengqiao.home import database

log = logging.getLogger(__name__)
NIGHT = "30 19 * * *"  # UTC: 03:30 in Shanghai, when stations are quietest
AHEAD = 3  # months of partitions


def partitions() -> None:
    """Make the ledger's and the access log's partitions of the coming months."""
    from fengqiao.core import clock
    from fengqiao.core.partitions import statements

    with psycopg.connect(**database("owner"), autocommit=True) as db:
        for statement in statements(clock.today(), AHEAD):
            db.execute(statement)


def head() -> None:
    """Keep the ledger's head outside the database, a line a day."""
    from fengqiao.core import clock, ledger
    from fengqiao.ops import heads

    heads.keep(clock.today(), ledger.head(database("owner")))


def _of_app(path: str) -> Callable[[], None]:
    module, name = path.rsplit(".", 1)

    def chore() -> None:
        getattr(import_module(f"fengqiao.{module}"), name)()

    chore.__name__ = path
    return chore


CHORES: list[Callable[[], None]] = [
    partitions,
    head,
    *map(_of_app, ["core.acts.law.recount_due", "core.erasure.settle", "core.retention.run_due", "core.staff.run_due", "core.documents.sweep", "core.limits.sweep", "intake.jobs.relearn", "intake.jobs.clear_uploads", "core.sending.sweep", "disputes.jobs.morning", "field.jobs.night"]),
]


@app.periodic(cron=NIGHT)
@app.task(name="chores.night", queueing_lock="night", pass_context=False)
def night(timestamp: int) -> None:
    """Every chore, in order. ``timestamp``: the moment it was due (seconds since 1970)."""
    failed = []
    for chore in CHORES:
        try:
            chore()
        except Exception:
            log.exception("%s failed", chore.__name__)
            failed.append(chore.__name__)
    if failed:
        raise RuntimeError(f"chores failed: {', '.join(failed)}")  # procrastinate keeps the job as failed


@app.periodic(cron="* * * * *")
@app.task(name="chores.take_up", queueing_lock="take_up")
async def take_up(timestamp: int) -> None:
    """Take up again the jobs of a worker that was killed (its heartbeat stopped); jobs are written to be repeatable."""
    for job in await app.job_manager.get_stalled_jobs():
        log.warning("job %s taken up again", job.id)
        await app.job_manager.retry_job(job)
