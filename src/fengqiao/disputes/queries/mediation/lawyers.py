"""The lawyers' rota (NJ-25): stretches, who serves, how often they advised; what was said only for the lawyer who wrote it."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from django.db.models import Count

from fengqiao.core import clock
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import NotThere
from fengqiao.core.models import Content, Event, Post
from fengqiao.core.queries.organisations import in_force
from fengqiao.disputes import policies
from fengqiao.disputes.models import Advice, LawyerSlot
from fengqiao.disputes.queries.lists import code_name
from fengqiao.disputes.queries.mediation.rooms import LISTED


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of the lawyers' rota."""

    id: uuid.UUID
    start: datetime
    end: datetime
    org: str
    room: str
    lawyer_id: int | None
    lawyer: str
    office: str
    advice: int
    mine: bool


def slots(actor: Actor, since: date | None = None, days: int = 30) -> list[Slot]:
    """The rota from a day on (default today). Stretches without a lawyer are listed like the others (NJ-25)."""
    policies.may_see_rota(actor)
    start = clock.day_start(since or clock.today())
    rows = LawyerSlot.objects.filter(starts_at__gte=start, starts_at__lt=start + timedelta(days=days), cancelled_at=None)
    rows = rows.filter(lawyer_id=actor.account_id) if actor.has(Role.LAWYER) else rows.filter(org_id__in=actor.orgs)
    rows = rows.select_related("org", "room__venue", "lawyer", "lawyer_org").annotate(n=Count("advice")).order_by("starts_at", "id")
    return [
        Slot(
            one.id, one.during.lower, one.during.upper, one.org.name, one.room.venue.name if one.room else "", one.lawyer_id,
            one.lawyer.name if one.lawyer else "", one.lawyer_org.name if one.lawyer_org else "", one.n, one.lawyer_id == actor.account_id,
        )
        for one in rows[:LISTED]
    ]  # fmt: skip


def slot(actor: Actor, slot_id: uuid.UUID) -> Slot:
    """One stretch; NotThere when it is not the actor's to see."""
    policies.may_see_rota(actor)
    at = LawyerSlot.objects.filter(id=slot_id, cancelled_at=None).values_list("starts_at", flat=True).first()
    found = [one for one in slots(actor, clock.local(at).date(), 1) if one.id == slot_id] if at else []
    if not found:
        raise NotThere
    return found[0]


def lawyers(actor: Actor) -> list[tuple[int, str]]:
    """Accounts with a lawyer's post, with their office."""
    posts = Post.objects.filter(in_force(), role=Role.LAWYER, account__is_active=True).select_related("account", "org")
    return [(post.account_id, f"{post.account.name}（{post.org.name}）") for post in posts.order_by("org_id", "account_id")[:LISTED]]


def advice_counted(actor: Actor, since: date, until: date) -> list[dict[str, Any]]:
    """How often lawyers advised at the actor's station, by topic and result: no party, no dispute, no words."""
    policies.may_see_rota(actor)
    rows = Advice.objects.filter(host_id__in=actor.orgs, at__gte=clock.day_start(since), at__lt=clock.day_start(until + timedelta(days=1)))
    sums = rows.values_list("topic", "outcome").annotate(n=Count("id")).order_by("-n", "topic", "outcome")
    return [{"topic": code_name("advice_topics", t), "outcome": code_name("advice_outcomes", o), "n": n} for t, o, n in sums]


def my_advice(actor: Actor, slot_id: uuid.UUID) -> list[dict[str, Any]]:
    """What the lawyer wrote in a stretch: read back by the lawyer alone."""
    policies.may_advise(actor)
    rows = list(Advice.objects.filter(slot_id=slot_id, lawyer_id=actor.account_id).order_by("-at"))
    events = dict(Event.objects.filter(about__in=[one.id for one in rows], act="disputes.advise").values_list("about", "id"))
    words = {e: str(orjson.loads(b).get("text", "")) for e, b in Content.objects.filter(event_id__in=events.values()).values_list("event_id", "body")}
    return [
        {
            "id": one.id, "slot_id": slot_id, "at": one.at, "topic": code_name("advice_topics", one.topic), "outcome": code_name("advice_outcomes", one.outcome),
            "text": words.get(events.get(one.id, one.id), ""),
        }
        for one in rows
    ]  # fmt: skip
