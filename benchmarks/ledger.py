"""Events sealed and verified a second, and a changed byte found.

The ledger is filled with real acts' events in bulk (one content row each); the sealer works as in service, then the whole
chain and every content digest are verified. Aim: the prototype's 90,000 sealed and 83,000 verified a second on a free
machine. The yardstick in the same run: SHA-256 over the same canonical texts, without any database.
"""

import os
import time
from itertools import islice

import orjson
import psycopg
from _ground import FULL, inside, invented

from fengqiao.home import database
from fengqiao.ops import postgres

EVENTS = int(os.environ.get("EVENTS", 1_000_000 if FULL else 100_000))
AIM_SEALED, AIM_VERIFIED = 90_000, 83_000


def main() -> None:
    with inside():
        write(EVENTS)
        sealing()
        verifying()


def write(count: int) -> None:
    """So many events of reports received, by the same function the acts write with, in batches of a thousand."""
    from fengqiao.core.cast import actors
    from fengqiao.core.ids import uuid7
    from fengqiao.core.scope import scope
    from fengqiao.core.spine import EventIn, act, record, record_each
    from fengqiao.intake import acts  # noqa: F401 - names the acts

    cast = actors()
    said = list(islice(invented(5), 1000))

    def batch(actor: object, *, base: int) -> None:
        events = []
        for n, one in enumerate(said):
            matter = uuid7()
            facts = {"channel": "110", "receipt": f"R{base + n:09}", "number": f"S{base + n:09}", "parties": 1, "located": True}
            content = {"police": {"title": one.title, "place": one.place}}
            events.append(EventIn(matter, [("matter", matter, "new"), ("report", uuid7(), "new")], facts, content))
        record_each(actor, "intake.receive", events)  # type: ignore[arg-type]
        record(actor, about=uuid7(), subjects=[], facts={"rows": len(events)})  # type: ignore[arg-type]

    batch.__module__ = "benchmarks.ledger"  # an act is named after its app
    measured = act("测量")(batch)
    begun = time.perf_counter()
    for base in range(0, count, 1000):
        with scope(cast.wang):
            measured(cast.wang, base=base)
    took = time.perf_counter() - begun
    print(f"{count:,} events written in {took:.0f} s ({count / took:,.0f} /s, with their content and the queue for sealing)")


def sealing() -> None:
    from fengqiao.core import sealing
    from fengqiao.core.sealing import COLUMNS, GENESIS, facts_text, link

    with psycopg.connect(**database("sealer"), autocommit=True) as db:
        sealed, begun, own = 0, time.perf_counter(), time.process_time()
        while done := sealing.seal_batch(db):
            sealed += done
        took, own = time.perf_counter() - begun, time.process_time() - own
    speed = sealed / took
    print(f"sealed    {sealed:,}: {speed:,.0f} /s ({sealed / own:,.0f} for each second of our processor time){_reached(speed, AIM_SEALED)}")
    with postgres.connect("owner") as db:
        rows = db.execute(f"SELECT {COLUMNS} FROM core_event LIMIT 50000").fetchall()  # type: ignore[arg-type]
    begun, previous = time.perf_counter(), GENESIS
    for row in rows:
        previous = link(previous, facts_text(row))
    bare = len(rows) / (time.perf_counter() - begun)
    print(f"  yardstick: canonical text and SHA-256 without a database {bare:,.0f} /s; sealing reaches ×{speed / bare:.2f} of it")


def verifying() -> None:
    from fengqiao.core import ledger

    begun = time.perf_counter()
    verdict = ledger.verify(database("owner"))
    took = time.perf_counter() - begun
    speed = verdict.sealed / took
    print(f"verified  {verdict.sealed:,} with {verdict.content:,} contents: {speed:,.0f} /s, faults {len(verdict.faults)}{_reached(speed, AIM_VERIFIED)}")
    with postgres.connect("super", dbname="fengqiao") as db:  # somebody with the whole machine changes one byte
        db.execute("SET session_replication_role = replica")
        found = db.execute("SELECT id, facts FROM core_event WHERE act = 'intake.receive' OFFSET %s LIMIT 1", [EVENTS // 2]).fetchone()
        assert found
        changed = orjson.dumps(found[1] | {"receipt": "R000000000"}).decode()
        db.execute("UPDATE core_event SET facts = %s::jsonb WHERE id = %s", [changed, found[0]])
    faults = ledger.verify(database("owner")).faults
    print(f"one fact changed behind its back: {'found: ' + faults[0] if faults else 'NOT FOUND'}")


def _reached(speed: float, aim: int) -> str:
    return "" if speed >= aim else f"  NOT REACHED (aim {aim:,})"


if __name__ == "__main__":
    main()
