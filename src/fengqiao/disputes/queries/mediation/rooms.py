"""The rooms and pavilions of mediation, and when they are taken."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Case, Prefetch, Q, QuerySet, Value, When

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.models import Organisation
from fengqiao.disputes import policies
from fengqiao.disputes.models import Hearing, MediationSession, Room, SessionMediator
from fengqiao.disputes.queries.lists import code_name
from fengqiao.places.policies import bookings_visible_to

LISTED = 100
# a form proposes the first: the station's own room, then other rooms, pavilions, online
NEAREST = Case(When(kind="station", then=Value(0)), When(kind__in=("pavilion", "corridor"), then=Value(2)), When(kind="online", then=Value(3)), default=Value(1))


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
    own: bool  # of the actor's organisations, so that its day is known in full
    day: list[Booking] = field(default_factory=list)


def rooms(actor: Actor, on: date | None = None) -> list[RoomLine]:
    """The rooms of the actor's organisations, and those where its organisation sits, with what is booked on a day."""
    policies.may_read(actor)
    found = list(
        Room.objects.filter(Q(org_id__in=actor.orgs) | Q(agencies__overlap=list(actor.orgs)), venue__closed_at=None)
        .select_related("venue", "org").order_by("org_id", NEAREST, "kind", "venue__name")[:LISTED]
    )  # fmt: skip
    theirs = {one.id: one.venue_id for one in found if one.org_id not in actor.orgs}
    names = dict(Organisation.objects.filter(id__in={a for one in found for a in one.agencies}).values_list("id", "name"))
    start = clock.day_start(on or clock.today())
    day = _day_of({one.venue_id for one in found} - set(theirs.values()), actor, start) | _ours_in(theirs, start)
    return [
        RoomLine(
            one.id, one.venue.name, code_name("room_kinds", one.kind), one.brand, [names[a] for a in one.agencies if a in names], one.org.name, one.org_id in actor.orgs,
            day.get(one.venue_id, []),
        )
        for one in found
    ]  # fmt: skip


def _day_of(venues: set[int], actor: Actor, start: datetime) -> dict[int, list[Booking]]:
    held = bookings_visible_to(actor).filter(venue_id__in=venues, cancelled_at=None, during__overlap=(start, start + timedelta(days=1)))
    rows = list(held.order_by("during").values("id", "venue_id", "during"))
    of = {
        one.reservation_id: one
        for one in _with_people(MediationSession.objects.filter(reservation_id__in=[row["id"] for row in rows]))
    }
    found: dict[int, list[Booking]] = {}
    for row in rows:
        one = of.get(row["id"])
        found.setdefault(row["venue_id"], []).append(
            _booking(row["during"].lower, row["during"].upper, one) if one else Booking(row["during"].lower, row["during"].upper)
        )
    return found


def _ours_in(rooms: dict[uuid.UUID, int], start: datetime) -> dict[int, list[Booking]]:
    """What the actor may see of the day of rooms that another organisation keeps: sessions it shares. `rooms`: room to venue."""
    if not rooms:
        return {}
    day = MediationSession.objects.filter(room_id__in=rooms, state__in=("planned", "held"), starts_at__gte=start, starts_at__lt=start + timedelta(days=1))
    found: dict[int, list[Booking]] = {}
    for one in _with_people(day.order_by("starts_at", "id")):
        assert one.room_id is not None
        found.setdefault(rooms[one.room_id], []).append(_booking(one.starts_at, one.ends_at, one))
    return found


def _with_people(rows: QuerySet[MediationSession]) -> QuerySet[MediationSession]:
    return rows.prefetch_related(
        Prefetch("mediators", SessionMediator.objects.filter(released_at=None).select_related("account")),
        Prefetch("hearings", Hearing.objects.select_related("dispute")),
    )


def _booking(start: datetime, end: datetime, one: MediationSession) -> Booking:
    return Booking(
        start, end, one.id, code_name("mediation_kinds", one.kind), "、".join(m.account.name for m in one.mediators.all()),
        "、".join(h.dispute.number for h in one.hearings.all()),
    )  # fmt: skip


def bookable(actor: Actor) -> list[tuple[uuid.UUID, str]]:
    """Rooms a form offers: those of `rooms`, for planning."""
    rows = Room.objects.filter(Q(org_id__in=actor.orgs) | Q(agencies__overlap=list(actor.orgs)), venue__closed_at=None).select_related("venue")
    return [
        (one.id, f"{one.venue.name}（{one.brand}）" if one.brand else one.venue.name)
        for one in rows.order_by(NEAREST, "kind", "venue__name")[:LISTED]
    ]
