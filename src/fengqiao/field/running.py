"""Carrying one operation out: its references resolved, its data read, the acts of the trade called."""

import logging
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from pydantic import ValidationError

from fengqiao.core.actor import Actor
from fengqiao.core.errors import Problem, Stale
from fengqiao.core.spine import late
from fengqiao.field import operations
from fengqiao.field.models import Operation
from fengqiao.field.operations import Handler, Op
from fengqiao.field.rules import VERSION, references
from fengqiao.field.rules.envelope import Envelope

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an operation. `queue` empty: carried out. `event`: the last one it wrote."""

    outcome: str
    kind: str
    why: str = ""
    article: str = ""
    queue: str = ""
    about: uuid.UUID | None = None
    made: dict[str, Any] | None = None
    theirs: dict[str, Any] | None = None
    event: uuid.UUID | None = None


def missing(envelope: Envelope) -> list[uuid.UUID]:
    """Operations it needs that have not arrived."""
    needed = {*envelope.after, *references.named(envelope.about), *references.named(envelope.data)}
    if not needed:
        return []
    known = set(Operation.objects.filter(op__in=needed).values_list("op", flat=True))
    return sorted(needed - known)


def run(
    actor: Actor | None,
    envelope: Envelope,
    device: uuid.UUID,
    occurred: tuple[datetime, str],
    *,
    gone: str = "",
    account: int = 0,
    settling: bool = False,
) -> Result:
    """Carry an operation out as the actor; what the acts of the trade say no to is a result, not an error.

    actor None (the device or its post has ended, `gone` says which): nothing is carried out, the operation is held.
    account    whose phone it was written on; settling: an officer decided that it stands
    To be called inside the transaction that keeps the result.
    """
    handler = operations.handler(envelope.act)
    if envelope.wrong or handler is None or envelope.v > VERSION:
        why = envelope.wrong or ("没有这种操作，请更新手机端。" if handler is None else "手机端版本比服务器新，升级服务器后可采纳。")
        return Result("refused", handler.kind if handler else "unknown", why, queue="check", about=_about(envelope))
    try:
        about, data = _resolved(envelope)
    except KeyError:
        return _kept(handler, "所依据的记录还在待核，先处理那一条。", about=None)
    try:
        shaped = handler.shape.model_validate(data)
    except ValidationError as error:
        fields = "、".join(sorted({".".join(map(str, e["loc"]))[:30] for e in error.errors()})[:8])
        return Result("refused", handler.kind, f"内容格式不对：{fields}。", queue="check", about=about)
    if actor is None:
        return replace(_kept(handler, gone, about=about), outcome="held", queue="check")
    at, precision = occurred
    op = Op(envelope.op, envelope.seq, device, about, at, precision, envelope.claimed_at, shaped, account, settling)
    return _carried_out(actor, handler, op, envelope)


def _carried_out(actor: Actor, handler: Handler, op: Op, envelope: Envelope) -> Result:
    facts = {
        "device": str(op.device), "op": str(op.op), "seq": op.seq, "offset_ms": envelope.offset_ms,
        "claimed_at": envelope.claimed_at.isoformat() if envelope.claimed_at else None,
    }  # fmt: skip
    try:
        with transaction.atomic(), late(op.occurred_at, op.precision, facts) as events:
            made = handler.run(actor, op)
    except Stale as error:
        clash = {n: {"mine": v, "theirs": error.theirs.get(n)} for n, v in error.mine.items()}
        return replace(_kept(handler, error.message, about=op.about), theirs=clash)
    except Problem as error:
        return _kept(handler, error.message, article=getattr(error, "article", None) or "", about=op.about)
    except OperationalError:
        raise  # the database is away or two waited for each other: asked again
    except Exception:
        log.exception("operation %s (%s) failed", op.op, handler.name)
        return _kept(handler, "处理时出错，内容已留存，可稍后采纳。", about=op.about)
    result = Result("done", handler.kind, about=made.about or op.about, made=made.ids, event=events[-1] if events else None)
    if made.clash:
        why = "同一栏他人已先修改，请核对两个版本。"
        return replace(result, outcome="conflict", queue="conflict", why=why, theirs=made.clash)
    return result


def _kept(handler: Handler, why: str, *, article: str = "", about: uuid.UUID | None) -> Result:
    if handler.kind == "fact":
        return Result("held", handler.kind, why, article, "check", about)
    return Result("conflict", handler.kind, why, article, "conflict", about)


def _about(envelope: Envelope) -> uuid.UUID | None:
    try:
        return uuid.UUID(envelope.about)
    except ValueError:
        return None


def _resolved(envelope: Envelope) -> tuple[uuid.UUID | None, Any]:
    named = {*references.named(envelope.about), *references.named(envelope.data)}
    made: dict[uuid.UUID, dict[str, Any]] = dict(Operation.objects.filter(op__in=named).values_list("op", "made")) if named else {}
    about = _about(envelope)
    if envelope.about and about is None:
        found = made[next(references.named(envelope.about))]
        about = uuid.UUID(found.get("matter") or found["id"])
    return about, references.resolved(envelope.data, made)
