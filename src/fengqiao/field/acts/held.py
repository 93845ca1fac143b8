"""待核, 待核对: what a phone sent and could not be carried out as it came, kept until an officer settles it."""

import uuid
from collections.abc import Mapping
from typing import Any

from fengqiao.core import clock, notices
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.spine import act, record
from fengqiao.core.wording import written
from fengqiao.field import operations, policies, queries, rules, running
from fengqiao.field.models import Chunk, Device, Held, Operation, Upload
from fengqiao.field.rules import envelope, words
from fengqiao.intake import acts as intake

REASON = 500
NOTE = 5000


@act("手机记录待核")
def hold(
    actor: Actor,
    *,
    org_id: int,
    device_id: uuid.UUID,
    operation_id: uuid.UUID | None,
    about: uuid.UUID | None,
    queue: str,
    name: str,
    kind: str,
    why: str,
    article: str,
    mark: bytes,
    body: Any,
    theirs: Mapping[str, Any] | None = None,
) -> uuid.UUID:
    """Keep an operation with its body until an officer settles it; returns the id of what is held.

    org_id  the device's organisation: its station's list shows it, whoever leads the matter by now
    """
    held = Held(
        id=uuid7(), org_id=org_id, created_at=clock.now(), device_id=device_id, operation_id=operation_id, about=about, queue=queue,
        act=name[:30], kind=kind, why=why[:300], article=article[:200], mark=mark, body=body, theirs=dict(theirs) if theirs else None,
    )  # fmt: skip
    held.save(force_insert=True)
    notices.notify(
        f"field.{queue}", f"{operations.word(name)[:20]} {rules.QUEUES[queue]}", f"/field/held/{held.id}/",
        org_id=queries.station_of(org_id), about=held.id,
    )  # fmt: skip
    _tell(actor, held, "new", {"queue": queue})
    return held.id


@act("采纳手机记录")
def adopt(actor: Actor, *, held_id: uuid.UUID) -> dict[str, Any]:
    """Carry it out after all, as the officer who settles it; of a conflict, the phone's version stands. Returns what it made.

    Errors: Forbidden; NotThere; Refused when it was settled before, cannot be read, or is still not allowed (and why).
    """
    held = _open(actor, held_id)
    one = envelope.read(held.body)
    if one is None or one.wrong:
        raise Refused("内容无法识别，不能采纳；可转为记录，或写明理由不予采纳。")
    if held.theirs and isinstance(one.data.get("fields"), dict):  # what merged was carried out when it came
        one.data["fields"] = {name: edit for name, edit in one.data["fields"].items() if name in held.theirs}
    done = held.operation
    occurred = (done.occurred_at, done.precision) if done else (held.created_at, "unknown")
    account = Device.objects.values_list("account_id", flat=True).get(id=held.device_id)
    result = running.run(actor, one, held.device_id, occurred, account=account, settling=True)
    if result.outcome != "done":
        raise Refused(result.why, article=result.article or None)
    made = {**(done.made if done else {}), **(result.made or {})}
    if done is not None:
        Operation.objects.filter(id=done.id).update(outcome="done", why="", about=result.about, made=made, event=result.event)
    held.about = held.about or result.about
    _settled(actor, held, "mine" if held.queue == "conflict" else "adopted", {"made": result.made or {}})
    return made


@act("手机记录转为记录")
def keep_as_note(actor: Actor, *, held_id: uuid.UUID, matter_id: uuid.UUID | None = None) -> None:
    """Its words become a line on a matter's timeline, nothing else is done. matter_id: default the matter it was about."""
    held = _open(actor, held_id)
    about = matter_id or held.about
    if about is None:
        raise Invalid({"number": "请填写记入哪个事项（事项编号）。"})
    body = held.body if isinstance(held.body, dict) else {"data": {"text": held.body}}
    said = words.text(body.get("data", body)) or "（没有文字）"
    head = f"手机{operations.word(held.act)}，{clock.local(held.created_at):%Y-%m-%d %H:%M} 收到"
    intake.note(actor, matter_id=about, text=f"{head}\n{said}"[:NOTE])
    held.about = about
    _settled(actor, held, "noted", {})


@act("不予采纳手机记录")
def set_aside(actor: Actor, *, held_id: uuid.UUID, reason: str) -> None:
    """It is not carried out: the reason stays, its words go. Of a conflict, what stands remains."""
    held = _open(actor, held_id)
    reason = written(reason, REASON, "请写明不予采纳的理由。", "reason")
    _settled(actor, held, "aside", {}, reason)


@act("保留现有版本")
def keep_theirs(actor: Actor, *, held_id: uuid.UUID) -> None:
    """Of a conflict, what stands at the station remains."""
    held = _open(actor, held_id)
    if held.queue != "conflict":
        raise Refused("这一条不是两个版本的冲突，请采纳、转为记录，或写明理由不予采纳。")
    _settled(actor, held, "theirs", {})


def _open(actor: Actor, held_id: uuid.UUID) -> Held:
    policies.may_settle(actor)
    held = queries.held_for_update(actor, held_id)
    if held.state != "open":
        raise Refused(f"这一条{rules.SETTLED[held.state]}，不再处理。")
    return held


def _settled(actor: Actor, held: Held, state: str, facts: dict[str, Any], reason: str = "") -> None:
    """The words are forgotten: what was carried out stands in its records, what was not is not kept. The hash stays."""
    if state in ("aside", "noted", "theirs") and held.operation is not None:  # a file that came for it goes with it
        Upload.objects.filter(op=held.operation.op, document=None).update(have=0, name="")
        Chunk.objects.filter(upload__op=held.operation.op).delete()
    held.state, held.settled_at, held.settled_by_id, held.body, held.theirs = state, clock.now(), actor.account_id, None, None
    held.version += 1
    held.save(update_fields=["state", "settled_at", "settled_by", "body", "theirs", "about", "version"])
    _tell(actor, held, state, facts, reason)


def _tell(actor: Actor, held: Held, role: str, facts: dict[str, Any], reason: str = "") -> None:
    name = held.act if operations.handler(held.act) else "unknown"
    record(
        actor,
        about=held.about or held.device_id,
        subjects=[("held", held.id, role), ("device", held.device_id, "from")],
        facts={"act": name, "kind": held.kind, "op": str(held.operation.op) if held.operation else None, **facts},
        content={"police" if actor.is_police else "shared": {"reason": reason}} if reason else None,
        org_id=held.org_id,
    )
