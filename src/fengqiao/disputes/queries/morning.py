"""What the morning, the shift and the window must know of disputes: red and orange ones, appointments, agreements not kept."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.disputes import policies
from fengqiao.disputes.models import Dispute, MediationSession, Obligation, Party
from fengqiao.disputes.queries.lists import code_name, party_names
from fengqiao.disputes.rules import LIVE, word
from fengqiao.disputes.rules.agreements import OPEN, yuan
from fengqiao.intake.rules import hide_names

MOST = 100


@dataclass(frozen=True, slots=True)
class High:
    """A live dispute of level red or orange; names in `title` are masked."""

    id: uuid.UUID
    number: str
    title: str
    kind: str
    level: str
    since: datetime | None
    state: str
    owner: str
    lead: str


def high(actor: Actor) -> list[High]:
    """The live red and orange disputes of the actor's organisations, red first, the oldest first."""
    policies.may_read(actor)
    rows = Dispute.objects.filter(org_id__in=actor.orgs, level__in=("red", "orange"), state__in=LIVE)
    taken = list(rows.select_related("matter", "owner", "lead").order_by("-level", "level_since", "id")[:MOST])
    names = party_names(Party.objects.filter(dispute__in=taken))
    return [
        High(
            id=row.id, number=row.number, title=hide_names(row.matter.title, names.get(row.id, [])), kind=code_name("dispute_types", row.kind),
            level=row.level, since=row.level_since, state=word(row.state, row.outcome), owner=row.owner.name if row.owner else "",
            lead=row.lead.name if row.lead else "",
        )
        for row in taken
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Coming:
    """Something agreed for a time: an appointment to mediate, or something owed by a day. Names nobody."""

    dispute_id: uuid.UUID
    matter_id: uuid.UUID
    number: str
    text: str
    at: datetime
    owner: str


def appointments(actor: Actor, since: datetime, until: datetime) -> list[Coming]:
    """Mediations planned to begin in [since, until) of the actor's organisations, in their order."""
    rows = MediationSession.objects.filter(org_id__in=actor.orgs, state="planned", starts_at__gte=since, starts_at__lt=until)
    rows = rows.select_related("dispute", "dispute__owner", "room__venue").order_by("starts_at", "id")
    return [
        Coming(
            one.dispute_id, one.about, one.dispute.number, f"约定调解{_room(one)}", one.starts_at,
            one.dispute.owner.name if one.dispute.owner else "",
        )
        for one in rows[:MOST]
    ]  # fmt: skip


def _room(one: MediationSession) -> str:
    return f"（{one.room.venue.name}）" if one.room else ""


def owed(actor: Actor, until: datetime) -> list[Coming]:
    """What standing agreements want done before `until` and is not done yet, over-time first; a day ends at midnight."""
    last = clock.local(until).date()
    rows = Obligation.objects.filter(org_id__in=actor.orgs, state__in=OPEN, due_on__lte=last, agreement__ended_at=None)
    rows = rows.select_related("dispute", "dispute__owner").order_by("due_on", "id")
    return [
        Coming(
            one.dispute_id, one.about, one.dispute.number, _owes(one), clock.day_end(one.due_on),
            one.dispute.owner.name if one.dispute.owner else "",
        )
        for one in rows[:MOST]
    ]  # fmt: skip


def _owes(one: Obligation) -> str:
    left = "" if one.amount is None else f" {yuan(one.amount - one.paid)} 元"
    return f"协议约定待履行{left}"


def not_kept(dispute_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Of those disputes with a standing agreement that is over time, in words: 5月3日协议 800 元未付. The caller has loaded them."""
    ids = list(dispute_ids)
    if not ids:
        return {}
    rows = Obligation.objects.filter(dispute_id__in=ids, state__in=OPEN, due_on__lt=clock.today(), agreement__ended_at=None)
    found: dict[uuid.UUID, str] = {}
    for one in rows.select_related("agreement").order_by("due_on", "id"):
        made = clock.local(one.agreement.effective_at)
        left = "未履行" if one.amount is None else f" {yuan(one.amount - one.paid)} 元未付"
        found.setdefault(one.dispute_id, f"{made.month}月{made.day}日协议{left}，应于 {one.due_on.month}月{one.due_on.day}日履行")
    return found
