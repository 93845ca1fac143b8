"""Reads of mediation: sessions and hearings, the rooms' day, committees, methods and how they served, counts by kind."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
from django.db.models import Count, Prefetch, Q, QuerySet

from fengqiao.core import clock, settings_tree
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import NotThere
from fengqiao.core.models import Content, Event, Organisation, Post
from fengqiao.core.queries.organisations import in_force
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes import policies
from fengqiao.disputes.models import (
    Advice,
    Attendance,
    Committee,
    CommitteeMember,
    Cooperation,
    Dispute,
    Hearing,
    LawyerSlot,
    MediationSession,
    Method,
    Recusal,
    Room,
    SessionMediator,
)
from fengqiao.disputes.queries import law
from fengqiao.disputes.queries.lists import code_name
from fengqiao.disputes.queries.page import DisputePage
from fengqiao.disputes.queries.sitting import Candidate, candidates, running_until, side_name
from fengqiao.disputes.rules import mediation as rules
from fengqiao.intake import queries as intake
from fengqiao.places.policies import bookings_visible_to
from fengqiao.places.validity import holds

LISTED = 100
# Models of several tiers are configuration (KZ-14, KZ-15, KZ-17): which kinds and tiers a bureau offers, and which areas of co-operation.
KINDS_KEY, TIERS_KEY, AREAS_KEY = "mediation.kinds", "mediation.tiers", "mediation.cooperation_areas"
OPTIONAL_AREAS = frozenset({"order"})


# --- sessions ----------------------------------------------------------------------------------------------------------


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
    return Sitting(
        id=one.id, org_id=one.org_id, kind=one.kind, kind_word=code_name("mediation_kinds", one.kind), way=one.way,
        way_word=rules.WAYS[one.way], tier=code_name("resolution_tiers", one.tier), state=one.state, state_word=rules.STATES[one.state],
        starts_at=one.starts_at, ends_at=one.ends_at, room=one.room.venue.name if one.room else "", brand=one.room.brand if one.room else "",
        lawyer=one.slot.lawyer.name if one.slot and one.slot.lawyer else "",
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
                h.id, h.dispute_id, h.dispute.number, h.dispute.matter.title, h.outcome, rules.OUTCOMES.get(h.outcome, ""), h.performance, h.told,
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
    start, end = _start(since), _start(until + timedelta(days=1))
    rows = Hearing.objects.filter(session__org_id__in=actor.orgs, session__state="held", session__starts_at__gte=start, session__starts_at__lt=end)
    sums: dict[str, Counter[str]] = {}
    for kind, outcome, n in rows.values_list("session__kind", "outcome").annotate(n=Count("id")):
        sums.setdefault(kind, Counter())[outcome] = n
    return [
        {"kind": kind, "name": one.name, "all": sum(sums.get(kind, Counter()).values()), **{o: sums.get(kind, Counter())[o] for o in rules.OUTCOMES}}
        for kind, one in vocabulary("mediation_kinds").items()
    ]


# --- rooms -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Booking:
    """A time at which a room is taken. `session` only where the actor may see it."""

    start: datetime
    end: datetime
    session_id: uuid.UUID | None = None
    kind: str = ""
    who: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room with its day."""

    id: uuid.UUID
    name: str
    kind: str
    brand: str
    agencies: list[str]
    org: str
    day: list[Booking] = field(default_factory=list)


def rooms(actor: Actor, on: date | None = None) -> list[RoomLine]:
    """The rooms of the actor's organisations, and those where its organisation sits, with what is booked on a day."""
    policies.may_read(actor)
    found = list(
        Room.objects.filter(Q(org_id__in=actor.orgs) | Q(agencies__overlap=list(actor.orgs)), venue__closed_at=None)
        .select_related("venue", "org").order_by("org_id", "kind", "venue__name")[:LISTED]
    )  # fmt: skip
    names = dict(Organisation.objects.filter(id__in={a for one in found for a in one.agencies}).values_list("id", "name"))
    day = _day_of({one.venue_id for one in found}, actor, on or clock.today())
    return [
        RoomLine(
            one.id, one.venue.name, code_name("room_kinds", one.kind), one.brand, [names[a] for a in one.agencies if a in names], one.org.name,
            day.get(one.venue_id, []),
        )
        for one in found
    ]  # fmt: skip


def _day_of(venues: set[int], actor: Actor, on: date) -> dict[int, list[Booking]]:
    start = _start(on)
    held = bookings_visible_to(actor).filter(venue_id__in=venues, cancelled_at=None, during__overlap=(start, start + timedelta(days=1)))
    rows = list(held.order_by("during").values("id", "venue_id", "during"))
    of = {
        one.reservation_id: one
        for one in MediationSession.objects.filter(reservation_id__in=[row["id"] for row in rows]).prefetch_related(
            Prefetch("mediators", SessionMediator.objects.filter(released_at=None).select_related("account")),
            Prefetch("hearings", Hearing.objects.select_related("dispute")),
        )
    }
    found: dict[int, list[Booking]] = {}
    for row in rows:
        one = of.get(row["id"])
        found.setdefault(row["venue_id"], []).append(
            Booking(
                row["during"].lower, row["during"].upper, one.id if one else None, code_name("mediation_kinds", one.kind) if one else "",
                "、".join(m.account.name for m in one.mediators.all()) if one else "",
                "、".join(h.dispute.number for h in one.hearings.all()) if one else "",
            )
        )
    return found


def bookable(actor: Actor) -> list[tuple[uuid.UUID, str]]:
    """Rooms a form offers: those of `rooms`, for planning."""
    rows = Room.objects.filter(Q(org_id__in=actor.orgs) | Q(agencies__overlap=list(actor.orgs)), venue__closed_at=None).select_related("venue")
    return [
        (one.id, f"{one.venue.name}（{one.brand}）" if one.brand else one.venue.name)
        for one in rows.order_by("kind", "venue__name")[:LISTED]
    ]


def offices(actor: Actor) -> list[tuple[int, str]]:
    """Partner offices, for co-located agencies and co-operation."""
    return list(Organisation.objects.filter(in_force(), kind="partner").exclude(id__in=actor.orgs).order_by("id").values_list("id", "name")[:LISTED])


def partners(actor: Actor) -> list[tuple[int, str]]:
    """With whom the two offices' co-operation is: for a station the partner offices, for a partner office the stations."""
    kind = "partner" if actor.is_police else "station"
    return list(Organisation.objects.filter(in_force(), kind=kind).exclude(id__in=actor.orgs).order_by("id").values_list("id", "name")[:LISTED])


# --- committees, methods -----------------------------------------------------------------------------------------------


def committees(actor: Actor, on: date | None = None) -> list[dict[str, Any]]:
    """Registered committees, the actor's own first, with the members in term on the day."""
    policies.may_read(actor)
    day = on or clock.today()
    members = CommitteeMember.objects.filter(holds(day)).select_related("account").order_by("since", "id")
    rows = Committee.objects.prefetch_related(Prefetch("members", members)).select_related("org").order_by("number")[:LISTED]
    shown = [
        {
            "id": one.id, "number": one.number, "name": one.name, "kind": code_name("committee_kinds", one.kind), "since": one.since,
            "until": one.until, "holds": one.since <= day and (one.until is None or day < one.until), "org": one.org.name,
            "own": one.org_id in actor.orgs,
            "members": [{"id": m.id, "name": m.account.name, "since": m.since, "until": m.until} for m in one.members.all()],
        }
        for one in rows
    ]  # fmt: skip
    return sorted(shown, key=lambda one: not one["own"])


def mediator_accounts(actor: Actor) -> list[tuple[int, str]]:
    """Accounts with a post as people's mediator: who may be a committee's member."""
    posts = Post.objects.filter(in_force(), role=Role.MEDIATOR, account__is_active=True).select_related("account", "org")
    return [(post.account_id, f"{post.account.name}（{post.org.name}）") for post in posts.order_by("org_id", "account_id")[:LISTED]]


def methods(actor: Actor) -> list[dict[str, Any]]:
    """Templates in use that the actor's organisations keep, or those above them; with their texts."""
    rows = Method.objects.filter(org_id__in=_keepers(actor), ended_at=None).order_by("form", "name")
    return [
        {"id": one.id, "name": one.name, "form": rules.FORMS[one.form], "steps": one.steps, "methods": one.methods, "own": one.org_id in actor.orgs}
        for one in rows[:LISTED]
    ]


def _keepers(actor: Actor) -> set[int]:
    """Whose methods a mediator is offered: the own organisations', and those above them."""
    above = Organisation.objects.filter(id=actor.org_id).values_list("lineage", flat=True).first() or []
    return {*actor.orgs, *above}


def usage(actor: Actor) -> list[dict[str, Any]]:
    """How methods served: hearings by outcome, for a whole template and for each of its lines (KZ-36)."""
    policies.may_read(actor)
    rows = Hearing.objects.filter(session__org_id__in=actor.orgs, session__state="held", session__method__isnull=False)
    sums: dict[tuple[uuid.UUID, int], Counter[str]] = {}
    for method, used, outcome, n in rows.values_list("session__method_id", "session__used", "outcome").annotate(n=Count("id")):
        for line in (0, *used):  # 0: the template as a whole
            sums.setdefault((method, line), Counter())[outcome] += n
    known = {one.id: one for one in Method.objects.filter(id__in={method for method, _ in sums})}
    order = sorted(sums, key=lambda one: (known[one[0]].name, str(one[0]), one[1]))
    return [
        {
            "method": known[method].name, "line": line, "text": known[method].methods[line - 1] if line else "全部",
            "all": sum(sums[method, line].values()), **{outcome: sums[method, line][outcome] for outcome in rules.OUTCOMES},
        }
        for method, line in order
    ]  # fmt: skip


# --- recusals ----------------------------------------------------------------------------------------------------------


def recusals_of(actor: Actor, dispute_id: uuid.UUID) -> list[dict[str, Any]]:
    """The recusals of a dispute, open ones first, with when the decision is due."""
    return _recusals(Recusal.objects.filter(dispute_id=dispute_id))


def recusal(actor: Actor, recusal_id: uuid.UUID) -> dict[str, Any]:
    """One recusal; NotThere when it is not the actor's to see."""
    policies.may_read(actor)
    found = _recusals(Recusal.objects.filter(id=recusal_id))
    if not found:
        raise NotThere
    return found[0]


def _recusals(rows: QuerySet[Recusal]) -> list[dict[str, Any]]:
    grounds = vocabulary("recusal_grounds")
    shown = [
        {
            "id": one.id, "dispute_id": one.dispute_id, "number": one.dispute.number, "who": one.account.name, "account_id": one.account_id,
            "ground": grounds[one.ground].name, "party": side_name(one.party) if one.party else "", "asked_at": one.created_at,
            "decided_at": one.decided_at, "granted": one.granted, "by": one.decided_by.name if one.decided_by else "",
            "substitute": one.substitute.name if one.substitute else "",
            "due_at": None if one.decided_at else running_until("recusal_decision", one.id),
        }
        for one in rows.select_related("account", "dispute", "party", "decided_by", "substitute").order_by("created_at", "id")
    ]  # fmt: skip
    return sorted(shown, key=lambda one: one["decided_at"] is not None)


def mediators_for(actor: Actor, dispute_id: uuid.UUID, on: date | None = None) -> list[Candidate]:
    """Who may mediate a dispute, for a form's choices."""
    dispute = Dispute.objects.select_related("matter").filter(id=dispute_id).first()
    return candidates(actor, dispute, dispute.matter, on) if dispute else []


# --- lawyers -----------------------------------------------------------------------------------------------------------


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
    start = _start(since or clock.today())
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
    rows = Advice.objects.filter(host_id__in=actor.orgs, at__gte=_start(since), at__lt=_start(until + timedelta(days=1)))
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
            "id": one.id, "at": one.at, "topic": code_name("advice_topics", one.topic), "outcome": code_name("advice_outcomes", one.outcome),
            "text": words.get(events.get(one.id, one.id), ""),
        }
        for one in rows
    ]  # fmt: skip


# --- configuration, co-operation ---------------------------------------------------------------------------------------


def kinds_offered(org_id: int) -> list[tuple[str, str]]:
    """Kinds of mediation in this bureau's model, in its order (KZ-15); all of them where nothing is set."""
    return _offered("mediation_kinds", settings_tree.value(org_id, KINDS_KEY))


def tiers_offered(org_id: int) -> list[tuple[str, str]]:
    """Tiers of this bureau's model, in its order (KZ-14, KZ-17)."""
    return _offered("resolution_tiers", settings_tree.value(org_id, TIERS_KEY))


def cooperation_areas(org_id: int) -> list[tuple[str, str]]:
    """Content areas of the two offices' co-operation (KZ-19): five, a sixth where the bureau sets it; others by {code: name}."""
    chosen = settings_tree.value(org_id, AREAS_KEY)
    if isinstance(chosen, dict):
        return [(str(code)[:15], str(name)) for code, name in chosen.items()]
    default = [code for code in vocabulary("cooperation_areas") if code not in OPTIONAL_AREAS]
    return _offered("cooperation_areas", chosen or default)


def _offered(table: str, chosen: Any) -> list[tuple[str, str]]:
    known, day = vocabulary(table), clock.today()
    wanted: Iterable[str] = chosen if isinstance(chosen, list) else known
    return [(code, known[code].name) for code in wanted if code in known and known[code].valid(day)]


def cooperation(actor: Actor, size: int = LISTED) -> list[dict[str, Any]]:
    """The record of co-operation, newest first; either side sees it."""
    policies.may_read(actor)
    rows = Cooperation.objects.filter(Q(org_id__in=actor.orgs) | Q(partner_id__in=actor.orgs))
    taken = list(rows.select_related("org", "partner").order_by("-day", "-id")[:size])
    numbers = dict(Dispute.objects.filter(id__in={one.regarding_id for one in taken if one.regarding_id}).values_list("id", "number"))
    names = dict(vocabulary_names("cooperation_areas")) | dict(cooperation_areas(actor.station_id or actor.org_id))
    events = Event.objects.filter(act="disputes.cooperate", about__in={one.about for one in taken})
    of = {subject[1]: event for event, subjects in events.values_list("id", "subjects") for subject in subjects if subject[0] == "cooperation"}
    said = {e: str(orjson.loads(b).get("text", "")) for e, b in Content.objects.filter(event_id__in=of.values()).values_list("event_id", "body")}
    words = {row: said.get(event, "") for row, event in of.items()}
    return [
        {
            "id": one.id, "day": one.day, "area": names.get(one.area, one.area), "org": one.org.name, "partner": one.partner.name,
            "number": numbers.get(one.regarding_id, "") if one.regarding_id else "", "dispute_id": one.regarding_id, "text": words.get(str(one.id), ""),
        }
        for one in taken
    ]  # fmt: skip


def cooperation_counted(actor: Actor) -> list[tuple[str, int]]:
    """How often, by area."""
    rows = Cooperation.objects.filter(Q(org_id__in=actor.orgs) | Q(partner_id__in=actor.orgs))
    sums = dict(rows.values_list("area").annotate(n=Count("id")))
    return [(name, sums.get(code, 0)) for code, name in cooperation_areas(actor.station_id or actor.org_id)]


def vocabulary_names(table: str) -> list[tuple[str, str]]:
    """Codes and names of a table."""
    return [(code, one.name) for code, one in vocabulary(table).items()]


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)


def planning(actor: Actor, page: DisputePage) -> dict[str, Any]:
    """What the form of planning offers for a dispute, and what it proposes."""
    facts = law.stated(page.id)
    return {
        "kinds": kinds_offered(page.org_id), "tiers": tiers_offered(page.org_id), "rooms": bookable(actor),
        "mediators": mediators_for(actor, page.id), "methods": [(one["id"], one["name"]) for one in methods(actor)],
        "slots": [(one.id, f"{clock.local(one.start):%m-%d %H:%M} {one.lawyer}") for one in slots(actor) if one.lawyer],
        "departs_on": departs_on(page.id), "kind": "security" if facts and facts.facts.get("violation") == "yes" else "people",
    }  # fmt: skip


def departs_on(dispute_id: uuid.UUID) -> date | None:
    """When a party leaves, as far as it was said (KZ-17)."""
    return Dispute.objects.filter(id=dispute_id).values_list("departs_on", flat=True).first()


@dataclass(frozen=True, slots=True)
class Told:
    """A report the dispute came from: its number, channel and time (KZ-14)."""

    id: uuid.UUID
    receipt: str
    channel: str
    at: datetime


def sources(actor: Actor, matter_id: uuid.UUID) -> list[Told]:
    """Where the dispute was raised: the reports of its matter, oldest first. They were copied when it was opened."""
    return [Told(one, receipt, code_name("channels", channel), at) for one, receipt, channel, at in intake.told_by(matter_id)]
