"""The ledger as a file: sealed facts in order with their seals. No personal data, so it may leave the house.

One JSON line per event: {"position": 1, "hash": "…", "facts": "canonical text"}. Anyone can check the chain without us:
hash(n) = SHA-256(hash(n-1) + facts text), beginning with SHA-256 of 枫桥.
"""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import psycopg

from fengqiao.home import database


def ledger(out: Path) -> int:
    """Write all sealed events to ``out``; how many. Reads as the owner, in one snapshot."""
    from fengqiao.core.sealing import COLUMNS, facts_text

    query = f"SELECT s.position, s.hash, {COLUMNS} FROM core_seal s JOIN core_event ON id = s.event_id ORDER BY s.position"
    count = 0
    with psycopg.connect(**database("owner")) as db, db.cursor(name="export") as cursor, out.open("wb") as file:
        cursor.itersize = 5000
        cursor.execute(query)
        for position, seal, *row in cursor:
            facts = facts_text(tuple(row)).decode()
            file.write(orjson.dumps({"position": position, "hash": bytes(seal).hex(), "facts": facts}) + b"\n")
            count += 1
    return count


def verify(file: Path) -> tuple[list[str], int]:
    """Check an exported file: faults in words (Chinese), and how many lines were read."""
    from fengqiao.core.sealing import GENESIS, link

    previous, count = GENESIS, 0
    with file.open("rb") as lines:
        for line in lines:
            try:
                told = orjson.loads(line)
                position, seal, facts = told["position"], bytes.fromhex(told["hash"]), told["facts"].encode()
            except (json.JSONDecodeError, KeyError, TypeError, ValueError):
                return [f"第 {count + 1} 行无法读取"], count
            count += 1
            if position != count:
                return [f"第 {count} 行的序号是 {position}"], count
            previous = link(previous, facts)
            if previous != seal:
                return [f"第 {position} 条与封存值不符"], count
    return [], count
