"""Duplicate look-up among the reports held: how long it takes with a place and without, what memory and an insert cost.

The whole path a window waits for: candidates from the index across organisations, their rows, the comparison, the reasons.
200,000 reports held, `FULL=1`: 1,000,000. Aims at a million: p95 20 ms with a place, 50 ms without.
"""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

import psutil
from _ground import FULL, each, inside, invented, one, percentile, spread
from _held import fill

from fengqiao.ops import postgres

HELD = int(os.environ.get("HELD", 1_000_000 if FULL else 200_000))
TIMES = 300
AIMS = {"with a place": 20, "without a place": 50}


def main() -> None:
    with inside():
        fill(HELD)
        measure()


def measure() -> None:
    from fengqiao.core.scope import scope
    from fengqiao.core.signon import system_actor
    from fengqiao.engine.matching import Signal
    from fengqiao.intake import matching
    from fengqiao.intake.models import Report

    actor = system_actor("匹配")
    with scope(actor):  # half of the questions tell again of something held, in the same words at the same place
        held = list(Report.objects.order_by("-received_at")[: TIMES * 40 : 40])
    new = list(islice(invented(99), TIMES + 10))
    now = datetime.now(UTC)
    asked = [
        Signal("new", h.title, h.text, now, h.lat, h.lon, place_text=h.place_text)
        if i % 2
        else Signal("new", n.title, n.text, now, h.lat, h.lon, place_text=n.place)
        for i, (n, h) in enumerate(zip(new, (held * 3)[: len(new)], strict=True))
    ]
    print(f"\n{HELD:,} reports held; {TIMES} questions each, mean text {sum(len(s.text) for s in asked) / len(asked):.0f} characters")
    for name, signals in {"with a place": asked, "without a place": [replace(s, lat=None, lon=None) for s in asked]}.items():
        found: list[int] = []

        def candidates(i: int, signals: list[Signal] = signals, found: list[int] = found) -> None:
            with scope(actor):
                found.append(len(matching.candidate_ids(signals[i])))

        def whole(i: int, signals: list[Signal] = signals) -> None:
            with scope(actor):
                matching.look_up(signals[i], limit=20)

        first = each(TIMES, candidates)
        took = each(TIMES, whole)
        began = time.process_time()
        for i in range(50):
            whole(i)
        own = (time.process_time() - began) / 50 * 1000
        print(f"  {name}: {spread(took)} ms in all (of it {own:.1f} ms our own processor time); candidates alone {spread(first)} ms")
        print(f"    candidates compared: median {sorted(found)[len(found) // 2]}, most {max(found)}")
        p95 = percentile(took, 0.95)
        print(f"    aim p95 {AIMS[name]} ms at a million: {'reached' if p95 <= AIMS[name] else 'NOT REACHED'} here ({p95:.1f} ms)")
    with scope(actor):
        rows = list(Report.objects.select_related("matter").order_by("received_at")[:300])

    def keep(i: int, size: int) -> None:
        with scope(actor):
            matching.keep_fingerprints([(r, matching.signal_of(r, [])) for r in rows[i : i + size]])

    alone, together = each(100, lambda i: keep(i, 1)), each(20, lambda i: keep(i * 5, 100))
    print(f"  a fingerprint stored: {spread(alone)} ms alone (a commit each), {percentile(together, 0.5) / 100:.2f} ms in a batch of a hundred")
    with postgres.connect("owner") as db:
        table, gin = (one(db, f"SELECT {size}") / 1e6 for size in ("pg_total_relation_size('intake_fingerprint')", "pg_relation_size('fingerprint_rare')"))
        whole_size = one(db, "SELECT pg_database_size(current_database())") / 1e6
    print(f"  on disk: fingerprints with their indexes {table:.0f} MB ({table / HELD * 1e6:.0f} bytes a report; of it word index {gin:.0f} MB), whole database {whole_size:.0f} MB")
    memory = psutil.Process().memory_info().rss / 1e6
    print(f"  memory of a process that looks up: {memory:.0f} MB resident (also holds the questions and what filled the database)")


if __name__ == "__main__":
    main()
