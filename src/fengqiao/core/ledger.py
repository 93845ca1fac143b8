"""Verifying the event ledger (存证日志): `fengqiao ledger verify` and `fengqiao ledger head`."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import orjson
import psycopg

from fengqiao.core.sealing import COLUMNS, GENESIS, facts_text, link


@dataclass(slots=True)
class Verdict:
    """What verification found. `faults` name each place that does not hold, in words."""

    sealed: int = 0
    unsealed: int = 0
    content: int = 0
    erased: int = 0
    head: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.faults


_CHAIN = f"SELECT s.position, s.hash, {COLUMNS} FROM core_seal s LEFT JOIN core_event ON id = s.event_id ORDER BY s.position"


def verify(dsn: dict[str, Any], *, expected_head: str | None = None, limit_faults: int = 20) -> Verdict:
    """Recompute the chain from the events and compare every content row with its digest. Connects as owner.

    `expected_head` is a head printed earlier ("position:hash"): the chain must still pass through it, so that a
    ledger cut off at its end, or rewritten as a whole, is found too.
    """
    verdict = Verdict()
    digests: dict[tuple[str, str], str] = {}
    expected = expected_head.split(":") if expected_head else None
    with psycopg.connect(**dsn) as conn, conn.cursor(name="chain") as cur:
        cur.itersize = 5000
        previous, position = GENESIS, 0
        cur.execute(_CHAIN)
        for at, sealed, *row in cur:
            if len(verdict.faults) >= limit_faults:
                break
            if at != position + 1:
                verdict.faults.append(f"存证序号 {position + 1} 至 {at - 1} 缺失")
            position = at
            if row[0] is None:
                verdict.faults.append(f"第 {at} 条封存的操作记录已不存在")
                previous = bytes(sealed)
                continue
            computed = link(previous, facts_text(tuple(row)))
            if computed != bytes(sealed):
                verdict.faults.append(f"第 {at} 条（{row[5]}，{row[0]}）与封存值不符")
            previous = bytes(sealed)
            verdict.sealed += 1
            for compartment, value in orjson.loads(row[15]).items():
                digests[(str(row[0]), compartment)] = value
            if expected and at == int(expected[0]) and bytes(sealed).hex() != expected[1]:
                verdict.faults.append(f"第 {at} 条与此前打印的链头不符")
        verdict.head = f"{position}:{previous.hex()}"
    if expected and position < int(expected[0]):
        verdict.faults.append(f"存证日志止于第 {position} 条，而此前打印的链头在第 {expected[0]} 条")
    with psycopg.connect(**dsn) as conn:
        _contents(conn, digests, verdict, limit_faults)
        row = conn.execute("SELECT count(*) FROM core_unsealed").fetchone()
        verdict.unsealed = row[0] if row else 0
        row = conn.execute(
            "SELECT count(*) FROM core_event e WHERE NOT EXISTS (SELECT FROM core_seal s WHERE s.event_id = e.id)"
        ).fetchone()
        if row and row[0] != verdict.unsealed:
            verdict.faults.append(f"有 {row[0]} 条操作记录未封存，而待封队列为 {verdict.unsealed} 条")
    return verdict


def _contents(
    conn: psycopg.Connection[Any], digests: dict[tuple[str, str], str], verdict: Verdict, limit: int
) -> None:
    """Every content row must have its digest; a digest without a row is an erasure and must be on the list."""
    with conn.cursor(name="contents") as cur:
        cur.itersize = 5000
        cur.execute("SELECT event_id, compartment, salt, body FROM core_content")
        for event, compartment, salt, body in cur:
            wanted = digests.pop((str(event), compartment), None)
            verdict.content += 1
            if wanted is not None and hashlib.sha256(bytes(salt) + body.encode()).hexdigest() != wanted:
                verdict.faults.append(f"操作记录 {event} 的内容（{compartment}）与摘要不符")
            if len(verdict.faults) >= limit:
                return
    erased = {
        (str(row), column)
        for row, columns in conn.execute(
            "SELECT row_id, columns FROM core_erasure WHERE \"table\" = 'core_content'"
        )
        for column in columns
    }
    for key in digests:
        if key in erased:
            verdict.erased += 1
        else:
            verdict.faults.append(f"操作记录 {key[0]} 的内容（{key[1]}）缺失，且不在删除清单上")
            if len(verdict.faults) >= limit:
                return


def head(dsn: dict[str, Any]) -> str:
    """The chain's head "position:hash", to be printed on the day's report so that it leaves the machine."""
    with psycopg.connect(**dsn) as conn:
        row = conn.execute(
            "SELECT position, encode(hash, 'hex') FROM core_seal ORDER BY position DESC LIMIT 1"
        ).fetchone()
    return f"{row[0]}:{row[1]}" if row else f"0:{GENESIS.hex()}"
