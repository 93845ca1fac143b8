"""What a device sends, operation by operation: each once, each in a transaction of its own, each answered."""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import DatabaseError, OperationalError

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.ids import uuid7
from fengqiao.core.scope import scope
from fengqiao.core.statements import ask
from fengqiao.field import acts, running
from fengqiao.field.models import Held, Operation
from fengqiao.field.queries import Caller, on_behalf
from fengqiao.field.rules import clocks, envelope
from fengqiao.field.rules.envelope import Envelope
from fengqiao.field.running import Result

log = logging.getLogger(__name__)
ENDED = "手机已停用或岗位已到期，内容已留存，由本单位核实。"
TRY_AGAIN = "暂时无法处理，请稍后再送。"

_CONTACT = """
UPDATE field_device d SET contact_at = %s, written = greatest(d.written, %s),
  written_at = CASE WHEN %s >= d.written THEN %s ELSE d.written_at END
FROM (SELECT id, written, written_at FROM field_device WHERE id = %s FOR UPDATE) before WHERE d.id = before.id
RETURNING before.written, before.written_at
"""
_CLAIM = """
INSERT INTO field_operation (id, org_id, created_at, version, device_id, op, seq, v, act, kind, claimed_at, offset_ms, occurred_at,
  precision, body_hash, outcome, why, made)
VALUES (%s, %s, %s, 1, %s, %s, %s, %s, %s, '', %s, %s, %s, %s, %s, '', '', '{}') ON CONFLICT DO NOTHING RETURNING 1
"""


def receive(caller: Caller, raws: Sequence[Any], written: int | None = None) -> list[dict[str, Any]]:
    """Take operations in; one answer each, in the order given. They run in the order of their numbers.

    written  the highest number the device has written so far, sent or not; default the highest of these
    """
    acting = on_behalf(caller)
    read = [(raw, envelope.read(raw)) for raw in map(envelope.storable, raws)]
    top = max([written or 0, *(one.seq for _, one in read if one)])
    before, since = contact(acting, caller.device, top)
    answers: dict[int, dict[str, Any]] = {}
    for i in sorted(range(len(read)), key=lambda i: one.seq if (one := read[i][1]) else 0):
        raw, one = read[i]
        not_before = caller.enrolled_at if one is None or one.seq <= before else since
        answers[i] = _answered(caller, acting, raw, one, not_before)
    return [answers[i] for i in range(len(read))]


def contact(acting: Actor, device: uuid.UUID, written: int) -> tuple[int, datetime]:
    """Note that the device called; how much it had written at its last call but this, and when that was."""
    now = clock.now()
    with scope(acting):
        [(before, since)] = ask(_CONTACT, [now, written, written, now, device])
    return before, since


def _answered(caller: Caller, acting: Actor, raw: Any, one: Envelope | None, not_before: datetime) -> dict[str, Any]:
    mark = envelope.mark(raw)
    try:
        with scope(acting):
            if one is None:
                return _unreadable(caller, acting, raw, mark)
            return _taken(caller, acting, raw, one, mark, not_before)
    except OperationalError:
        log.warning("operation waits: the database was away or two waited for each other", exc_info=True)
    except DatabaseError:  # refused at the commit (a deferred constraint): keep what came
        log.exception("operation failed at its commit")
        try:
            with scope(acting):
                return _held_after_all(caller, acting, raw, one, mark, not_before)
        except DatabaseError:
            log.exception("operation could not be kept")
    return _answer(one, "later", TRY_AGAIN)


def _taken(caller: Caller, acting: Actor, raw: Any, one: Envelope, mark: bytes, not_before: datetime) -> dict[str, Any]:
    if (known := _known(caller, acting, raw, one, mark)) is not None:
        return known
    if running.missing(one):
        return _answer(one, "later", "所依据的操作还没有收到。")
    arrived = clock.now()
    occurred = clocks.occurred(one.claimed_at, one.offset_ms, arrived=arrived, not_before=not_before)
    row = _claimed(caller, one, mark, occurred, arrived)
    if row is None:  # its twin came in at the same moment and stands by now
        return _known(caller, acting, raw, one, mark) or _reused(caller, acting, raw, one, mark)
    result = running.run(caller.actor, one, caller.device, occurred, gone=ENDED, account=caller.account)
    return _kept(caller, acting, raw, one, mark, row, result)


def _held_after_all(
    caller: Caller, acting: Actor, raw: Any, one: Envelope | None, mark: bytes, not_before: datetime
) -> dict[str, Any]:
    if one is None:
        return _unreadable(caller, acting, raw, mark)
    arrived = clock.now()
    occurred = clocks.occurred(one.claimed_at, one.offset_ms, arrived=arrived, not_before=not_before)
    row = _claimed(caller, one, mark, occurred, arrived)
    if row is None:
        return _known(caller, acting, raw, one, mark) or _reused(caller, acting, raw, one, mark)
    result = Result("held", "fact", "与现有记录冲突，内容已留存，可稍后采纳。", queue="check")
    return _kept(caller, acting, raw, one, mark, row, result)


def _claimed(caller: Caller, one: Envelope, mark: bytes, occurred: tuple[datetime, str], arrived: datetime) -> uuid.UUID | None:
    row = uuid7()
    values = [
        row, caller.org_id, arrived, caller.device, one.op, one.seq, one.v, one.act, one.claimed_at, one.offset_ms, *occurred, mark,
    ]  # fmt: skip
    return row if ask(_CLAIM, values) else None


def _kept(caller: Caller, acting: Actor, raw: Any, one: Envelope, mark: bytes, row: uuid.UUID, result: Result) -> dict[str, Any]:
    Operation.objects.filter(id=row).update(
        kind=result.kind, about=result.about, outcome=result.outcome, why=result.why[:300], made=result.made or {}, event=result.event
    )
    if result.queue:
        acts.hold(
            acting, org_id=caller.org_id, device_id=caller.device, operation_id=row, about=result.about, queue=result.queue,
            name=one.act, kind=result.kind, why=result.why, article=result.article, mark=mark, body=raw, theirs=result.theirs,
        )  # fmt: skip
    return _answer(one, result.outcome, result.why, result.made)


def _known(caller: Caller, acting: Actor, raw: Any, one: Envelope, mark: bytes) -> dict[str, Any] | None:
    """The answer when the operation, its id or its number was seen before; None when all are new."""
    by_op = Operation.objects.filter(op=one.op).first()
    same = by_op or Operation.objects.filter(device_id=caller.device, seq=one.seq).first()
    if same is None:
        return None
    if same.device_id == caller.device and same.op == one.op and bytes(same.body_hash) == mark:
        return _answer(one, "again", same.why, same.made) | {"first": same.outcome}
    return _reused(caller, acting, raw, one, mark)


def _reused(caller: Caller, acting: Actor, raw: Any, one: Envelope, mark: bytes) -> dict[str, Any]:
    """Another body under an id or a number that is taken: kept once, listed in 待核."""
    if not Held.objects.filter(device_id=caller.device, mark=mark).exists():
        acts.hold(
            acting, org_id=caller.org_id, device_id=caller.device, operation_id=None, about=None, queue="check", name=one.act,
            kind="unknown", why="编号已用于另一条操作，内容已留存。", article="", mark=mark, body=raw,
        )  # fmt: skip
    return _answer(one, "refused", "reused")


def _unreadable(caller: Caller, acting: Actor, raw: Any, mark: bytes) -> dict[str, Any]:
    """What has no id or number: kept once, listed in 待核."""
    if not Held.objects.filter(device_id=caller.device, mark=mark).exists():
        acts.hold(
            acting, org_id=caller.org_id, device_id=caller.device, operation_id=None, about=None, queue="check", name=envelope.UNKNOWN,
            kind="unknown", why="内容无法识别，已留存。", article="", mark=mark, body=raw,
        )  # fmt: skip
    return {"op": raw.get("op") if isinstance(raw, dict) else None, "seq": None, "outcome": "refused", "why": "unreadable", "made": {}}


def _answer(one: Envelope | None, outcome: str, why: str = "", made: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "op": str(one.op) if one else None, "seq": one.seq if one else None, "outcome": outcome, "why": why, "made": made or {},
    }  # fmt: skip
