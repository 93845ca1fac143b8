"""Acts of the lawyers' rota (NJ-25): stretches of time, who comes, and the advice whose words stay with the lawyer's office."""

import uuid
from datetime import datetime, timedelta

import psycopg
from django.db import IntegrityError, transaction
from psycopg.types.range import Range

from fengqiao.core import clock, erasure
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.models import Post
from fengqiao.core.queries.organisations import in_force
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.scope import scope
from fengqiao.core.spine import act, record
from fengqiao.core.wording import written
from fengqiao.disputes import policies, queries
from fengqiao.disputes.acts.mediation import saved
from fengqiao.disputes.models import Advice, LawyerSlot, Room

ARTICLE = "个人信息保护法第四十七条"
WORDS = 5000  # characters of a note of advice


@act("安排律师值班时段")
def open_slot(
    actor: Actor, *, start: datetime, minutes: int = 180, room_id: uuid.UUID | None = None, lawyer_id: int | None = None
) -> uuid.UUID:
    """A stretch of the rota at the actor's station; without a lawyer it is listed as open."""
    policies.may_keep_rota(actor)
    if not 30 <= minutes <= 720:
        raise Invalid({"minutes": "时长须在 30 分钟至 12 小时之间。"})
    end = start + timedelta(minutes=minutes)
    if end <= clock.now():
        raise Invalid({"start": "这一时段已经过去。"})
    if room_id is not None and not Room.objects.filter(id=room_id).exists():
        raise Invalid({"room_id": "请选择调解室。"})
    slot = LawyerSlot(
        id=uuid7(), org_id=actor.station_id or actor.org_id, created_at=clock.now(), room_id=room_id, starts_at=start, during=Range(start, end)
    )
    _put(slot, lawyer_id)
    record(
        actor, about=slot.id, subjects=[("slot", slot.id, "new")], org_id=slot.org_id,
        facts={"start": start.isoformat(), "end": end.isoformat(), "lawyer": lawyer_id},
    )  # fmt: skip
    return slot.id


@act("安排值班律师")
def assign_lawyer(actor: Actor, *, slot_id: uuid.UUID, lawyer_id: int | None) -> None:
    """Who comes; None takes the name off again, and the stretch is open."""
    policies.may_keep_rota(actor)
    slot = queries.slot_for_update(slot_id)
    if slot.advice.exists():
        raise Refused("这一时段已有咨询记录，不能改换律师。")
    old = slot.lawyer_id
    _put(slot, lawyer_id)
    record(actor, about=slot.id, subjects=[("slot", slot.id, "assigned")], facts={"old": old, "new": lawyer_id}, org_id=slot.org_id)


@act("取消律师值班时段")
def cancel_slot(actor: Actor, *, slot_id: uuid.UUID) -> None:
    """The stretch falls through."""
    policies.may_keep_rota(actor)
    slot = queries.slot_for_update(slot_id)
    if slot.advice.exists():
        raise Refused("这一时段已有咨询记录，不能取消。")
    slot.cancelled_at = clock.now()
    saved(slot, "cancelled_at")
    record(actor, about=slot.id, subjects=[("slot", slot.id, "cancelled")], org_id=slot.org_id)


def _put(slot: LawyerSlot, lawyer_id: int | None) -> None:
    """Save the stretch with its lawyer, who sits in one place at a time."""
    post = Post.objects.filter(in_force(), account_id=lawyer_id, role=Role.LAWYER).first() if lawyer_id else None
    if lawyer_id and post is None:
        raise Invalid({"lawyer_id": "请选择有值班律师岗位的人员。"})
    slot.lawyer_id, slot.lawyer_org_id = (post.account_id, post.org_id) if post else (None, None)
    try:
        with transaction.atomic():
            slot.save()
    except IntegrityError as error:
        if isinstance(error.__cause__, psycopg.errors.ExclusionViolation):
            raise Refused("该律师这一时段已有值班。") from error
        raise


@act("登记律师咨询")
def advise(actor: Actor, *, slot_id: uuid.UUID, topic: str, outcome: str, text: str = "") -> uuid.UUID:
    """Advice given to a party: topic and result are counted, the words are read by the lawyer's office alone.

    The event is the lawyer's office's and about the advice itself, so that no share of a dispute, no police role and no
    other lawyer's office reaches it.
    """
    policies.may_advise(actor)
    text = written(text, WORDS)
    wrong = {}
    if topic not in vocabulary("advice_topics"):
        wrong["topic"] = "请选择事项。"
    if outcome not in vocabulary("advice_outcomes"):
        wrong["outcome"] = "请选择结果。"
    if wrong:
        raise Invalid(wrong)
    slot = queries.slot_for_update(slot_id)
    if slot.lawyer_id != actor.account_id:
        raise NotThere
    if slot.starts_at > clock.now():
        raise Refused("值班尚未开始。")
    row = Advice.objects.create(
        id=uuid7(), org_id=actor.org_id, created_at=clock.now(), slot=slot, host_id=slot.org_id, lawyer_id=actor.account_id, topic=topic,
        outcome=outcome, at=clock.now(),
    )  # fmt: skip
    record(
        actor, about=row.id, subjects=[("advice", row.id, "new"), ("slot", slot.id, "of")], org_id=actor.org_id,
        facts={"topic": topic, "outcome": outcome, "host": slot.org_id}, content={"lawyer": {"text": text}} if text else None,
    )  # fmt: skip
    return row.id


@act("删除咨询内容")
def forget_advice(actor: Actor, *, advice_id: uuid.UUID) -> None:
    """The words of an advice go, at the request of whom they are about (PIPL 47); that it was given stays counted.

    Only the lawyer who gave it: neither the station nor the rights desk can read what would have to be looked for. What
    nobody asks for goes by itself when its retention is over (core.retention).
    """
    policies.may_advise(actor)
    row = Advice.objects.select_for_update(no_key=True, of=("self",)).filter(id=advice_id, lawyer_id=actor.account_id).first()
    if row is None:
        raise NotThere
    with scope(erasure.sight()):
        plan = erasure.plan_expired("disputes.Advice", row.id, [], content=True, files=True)
    if not plan:
        raise Refused("这次咨询没有留下内容，或者已经删除。")
    event = record(actor, about=row.id, subjects=[("advice", row.id, "erased")], org_id=row.org_id, facts={**plan.counts(), "article": ARTICLE})
    with scope(erasure.sight()):
        erasure.carry_out(plan, event)
