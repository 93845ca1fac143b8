"""Sessions and their hearings: a dispute's, one by itself, its minutes, counts by kind."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from django.db.models import Count, Prefetch, QuerySet

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere
from fengqiao.core.models import Content, Event
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes import policies
from fengqiao.disputes.models import Attendance, Hearing, MediationSession, Party, Recusal, SessionMediator
from fengqiao.disputes.queries.lists import code_name, party_names
from fengqiao.disputes.queries.sitting import side_name
from fengqiao.disputes.rules import mediation as rules
from fengqiao.intake.rules import hide_names


@dataclass(frozen=True, slots=True)
class Heard:
    """One dispute of a session and what it came to."""

    id: uuid.UUID
    dispute_id: uuid.UUID
    number: str
    title: str
    outcome: str
    outcome_word: str
    performance: str
    told: bool
    own: bool


@dataclass(frozen=True, slots=True)
class Side:
    """A party at a session, name masked."""

    party_id: uuid.UUID
    name: str
    consents: bool | None
    came: bool | None
    age: str
    guardian: str
    dispute_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Seated:
    """A mediator of a session; `barred` says why it may not open with this one."""

    account_id: int
    name: str
    capacity: str
    committee: str
    barred: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session as a page shows it."""

    id: uuid.UUID
    org_id: int
    kind: str
    kind_word: str
    way: str
    way_word: str
    tier: str
    state: str
    state_word: str
    starts_at: datetime
    ends_at: datetime
    room: str
    brand: str
    lawyer: str
    language: str
    method_id: uuid.UUID | None
    method: str
    used: list[str]
    mediators: list[Seated]
    sides: list[Side]
    heard: list[Heard]
    own: bool

    @property
    def waits_for(self) -> str:
        """Why it may not open yet; empty when it may."""
        if reason := rules.consent_missing({side.name: side.consents for side in self.sides}):
            return reason
        if reason := rules.lacking_mediator(self.kind, [one.capacity for one in self.mediators]):
            return reason
        return next((f"{one.name}：{one.barred}" for one in self.mediators if one.barred), "")


@dataclass(frozen=True, slots=True)
class Coming:
    """A session that its mediator still has to hold."""

    id: uuid.UUID
    kind_word: str
    starts_at: datetime
    room: str
    number: str
    title: str


def coming(actor: Actor, since: datetime, until: datetime) -> list[Coming]:
    """Sessions planned between two instants at which the actor mediates, the next first. Three queries."""
    seats = SessionMediator.objects.filter(
        account_id=actor.account_id, released_at=None, during__overlap=(since, until), session__state="planned"
    ).select_related("session__room__venue").prefetch_related(
        Prefetch("session__hearings", Hearing.objects.select_related("dispute__matter").order_by("created_at", "id"))
    )  # fmt: skip
    taken, found = list(seats.order_by("during", "id")), []
    names = party_names(Party.objects.filter(dispute__hearings__session__in=[seat.session_id for seat in taken]))
    for seat in taken:
        one, heard = seat.session, list(seat.session.hearings.all())
        where = one.room.venue.name if one.room else rules.WAYS[one.way]
        found.append(Coming(
            one.id, code_name("mediation_kinds", one.kind), one.starts_at, where, "、".join(h.dispute.number for h in heard),
            hide_names(heard[0].dispute.matter.title, names.get(heard[0].dispute_id, [])) if heard else "",
        ))  # fmt: skip
    return found


def _sessions(actor: Actor, rows: QuerySet[MediationSession]) -> list[Sitting]:
    """Six queries whatever the number: sessions with rooms, hearings, mediators, parties, recusals."""
    found = list(
        rows.select_related("room__venue", "slot__lawyer", "method").prefetch_related(
            Prefetch("hearings", Hearing.objects.select_related("dispute__matter").order_by("created_at", "id")),
            Prefetch("mediators", SessionMediator.objects.filter(released_at=None).select_related("account", "committee").order_by("created_at", "id")),
            Prefetch("attendance", Attendance.objects.select_related("party").order_by("created_at", "id")),
        )
    )
    disputes = {hearing.dispute_id for one in found for hearing in one.hearings.all()}
    standing: dict[uuid.UUID, list[rules.Objection]] = {}
    for row in Recusal.objects.filter(dispute_id__in=disputes).order_by("created_at", "id"):
        kept = [one for one in standing.get(row.dispute_id, []) if one.account_id != row.account_id]
        standing[row.dispute_id] = [*kept, rules.Objection(row.account_id, row.granted)]
    return [_sitting(actor, one, standing) for one in found]


def _sitting(actor: Actor, one: MediationSession, standing: dict[uuid.UUID, list[rules.Objection]]) -> Sitting:
    hearings = list(one.hearings.all())
    against = [objection for hearing in hearings for objection in standing.get(hearing.dispute_id, [])]
    languages = vocabulary("languages")
    names = [a.party.name for a in one.attendance.all()]
    return Sitting(
        id=one.id, org_id=one.org_id, kind=one.kind, kind_word=code_name("mediation_kinds", one.kind), way=one.way,
        way_word=rules.WAYS[one.way], tier=code_name("resolution_tiers", one.tier), state=one.state, state_word=rules.STATES[one.state],
        starts_at=one.starts_at, ends_at=one.ends_at, room=one.room.venue.name if one.room else "", brand=one.room.brand if one.room else "",
        lawyer=one.slot.lawyer.name if one.slot and one.slot.lawyer else "已约" if one.slot_id else "",  # the rota is the station's: who, is not said
        language=languages[one.language].name if one.language in languages else "", method_id=one.method_id,
        method=one.method.name if one.method else "", used=[one.method.methods[n - 1] for n in one.used] if one.method else [],
        mediators=[
            Seated(m.account_id, m.account.name, m.capacity, m.committee.name if m.committee else "", rules.barred(m.account_id, against))
            for m in one.mediators.all()
        ],
        sides=[
            Side(a.party_id, side_name(a.party), a.consents, a.came, rules.AGES[a.age] if a.age else "", rules.GUARDIANS[a.guardian], a.party.dispute_id)
            for a in one.attendance.all()
        ],
        heard=[
            Heard(
                h.id, h.dispute_id, h.dispute.number, hide_names(h.dispute.matter.title, names), h.outcome, rules.OUTCOMES.get(h.outcome, ""), h.performance, h.told,
                h.dispute.org_id in actor.orgs,
            )
            for h in hearings
        ],
        own=one.org_id in actor.orgs,
    )  # fmt: skip


def sessions_of(actor: Actor, dispute_id: uuid.UUID) -> list[Sitting]:
    """The sessions a dispute was or will be heard in, newest first."""
    return _sessions(actor, MediationSession.objects.filter(hearings__dispute_id=dispute_id).order_by("-starts_at", "-id"))


def hearings_of(dispute_id: uuid.UUID) -> list[tuple[str, str, datetime]]:
    """What each session came to for this dispute, oldest first: (kind of mediation, outcome, when it began)."""
    rows = Hearing.objects.filter(dispute_id=dispute_id).exclude(outcome="").order_by("session__starts_at", "id")
    return list(rows.values_list("session__kind", "outcome", "session__starts_at"))


def session_page(actor: Actor, session_id: uuid.UUID) -> Sitting:
    """One session; NotThere when it is not the actor's to see."""
    policies.may_read(actor)
    found = _sessions(actor, MediationSession.objects.filter(id=session_id))
    if not found:
        raise NotThere
    return found[0]


def dispute_of(hearing_id: uuid.UUID) -> uuid.UUID:
    """The dispute a hearing heard."""
    return Hearing.objects.values_list("dispute_id", flat=True).get(id=hearing_id)


def minutes_of(actor: Actor, session_id: uuid.UUID) -> str:
    """The minutes of a session, as far as the actor's trade may read them; empty otherwise."""
    about = MediationSession.objects.filter(id=session_id).values_list("about", flat=True).first()
    if about is None:
        raise NotThere
    events = Event.objects.filter(about=about, act="disputes.hold_session", subjects__contains=[["session", str(session_id), "held"]])
    for body in Content.objects.filter(event_id__in=events.values("id")).values_list("body", flat=True):
        return str(orjson.loads(body).get("text", ""))
    return ""


def counted(actor: Actor, since: date, until: date) -> list[dict[str, Any]]:
    """Hearings held from `since` to `until` (both included) by kind of mediation and outcome: every dispute counts (KZ-15, ND-21)."""
    policies.may_read(actor)
    start, end = clock.day_start(since), clock.day_start(until + timedelta(days=1))
    rows = Hearing.objects.filter(session__org_id__in=actor.orgs, session__state="held", session__starts_at__gte=start, session__starts_at__lt=end)
    sums: dict[str, Counter[str]] = {}
    for kind, outcome, n in rows.values_list("session__kind", "outcome").annotate(n=Count("id")):
        sums.setdefault(kind, Counter())[outcome] = n
    return [
        {"kind": kind, "name": one.name, "all": sum(sums.get(kind, Counter()).values()), **{o: sums.get(kind, Counter())[o] for o in rules.OUTCOMES}}
        for kind, one in vocabulary("mediation_kinds").items()
    ]
