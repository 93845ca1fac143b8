"""Sealing: the background writer of the hash chain over the event ledger (S17).

An insert trigger queues every event in `core_unsealed`, in the act's own transaction. The sealer drains the
queue after commit, gives each event the next position and the hash

    h(n) = SHA-256( h(n-1) || canonical facts of event n )

and only then tells the live stream. So the position is a gap-free order of everything that happened, which
listeners, screens and synchronisation read on from. The facts carry the salted digests of the content rows,
so content can be erased and the chain still verifies.
"""

import hashlib
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import psycopg

from fengqiao.core.spine import canonical

log = logging.getLogger(__name__)

GENESIS = hashlib.sha256("枫桥".encode()).digest()
COLUMNS = (
    "id, recorded_at, occurred_start, occurred_end, precision, act, account_id, post_id, org_id, zone,"
    " about, correlation, cause, subjects::text, facts::text, digests::text, schema"
)
CHANNEL = "fengqiao_live"


def facts_text(row: tuple[Any, ...]) -> bytes:
    """The canonical text of an event's facts: what a seal is taken over. Instants in UTC with microseconds."""
    (
        id_,
        recorded,
        start,
        end,
        precision,
        act,
        account,
        post,
        org,
        zone,
        about,
        corr,
        cause,
        subj,
        facts,
        dig,
        schema,
    ) = row
    return canonical(
        {
            "id": str(id_),
            "recorded_at": _instant(recorded),
            "occurred": [_instant(start), _instant(end), precision],
            "act": act,
            "who": [account, post, org, zone],
            "about": str(about),
            "correlation": str(corr),
            "cause": str(cause) if cause else None,
            "subjects": orjson.loads(subj),
            "facts": orjson.loads(facts),
            "digests": orjson.loads(dig),
            "schema": schema,
        }
    )


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def link(previous: bytes, text: bytes) -> bytes:
    """One step of the chain."""
    return hashlib.sha256(previous + text).digest()


def seal_batch(conn: psycopg.Connection[Any], limit: int = 2000) -> int:
    """Seal up to `limit` queued events in one transaction of the sealer's; returns how many."""
    with conn.transaction(), conn.cursor() as cur:
        cur.execute("SELECT pg_advisory_xact_lock(20211226)")  # one sealer at a time, whoever runs it
        cur.execute(
            f"SELECT {COLUMNS} FROM core_event WHERE (recorded_at, id) IN"
            " (SELECT recorded_at, event_id FROM core_unsealed ORDER BY event_id LIMIT %s) ORDER BY id",
            [limit],
        )
        rows = cur.fetchall()
        if not rows:
            return 0
        cur.execute("SELECT position, hash FROM core_seal ORDER BY position DESC LIMIT 1")
        head = cur.fetchone()
        position, previous = head if head else (0, GENESIS)
        now = datetime.now(UTC)
        with cur.copy("COPY core_seal (position, event_id, hash, sealed_at) FROM STDIN") as copy:
            for row in rows:
                position += 1
                previous = link(bytes(previous), facts_text(row))
                copy.write_row((position, row[0], previous, now))
        cur.execute("DELETE FROM core_unsealed WHERE event_id = ANY(%s)", [[row[0] for row in rows]])
    # Told after commit and once a batch: a NOTIFY inside the act's transaction would serialise all commits.
    orgs = sorted({row[8] for row in rows})
    conn.execute(
        "SELECT pg_notify(%s, %s)", [CHANNEL, orjson.dumps({"to": position, "orgs": orgs[:500]}).decode()]
    )
    return len(rows)


def run(
    dsn: dict[str, Any], stop: Callable[[], bool], after: Callable[[], None] | None = None, pause: float = 0.1
) -> None:
    """Seal until `stop()`: the sealer's loop. Reconnects when the database comes and goes. `after` runs each turn."""
    while not stop():
        try:
            with psycopg.connect(**dsn, autocommit=True) as conn:
                while not stop():
                    sealed = seal_batch(conn)
                    if after:
                        after()
                    if not sealed:
                        time.sleep(pause)
        except psycopg.OperationalError:
            log.warning("database away; sealing waits")
            time.sleep(1)
