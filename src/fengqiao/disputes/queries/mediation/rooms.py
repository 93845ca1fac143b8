"""The rooms and pavilions of mediation, and when they are taken."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.models import Organisation
from fengqiao.disputes import policies
from fengqiao.disputes.models import Hearing, MediationSession, Room, SessionMediator
from fengqiao.disputes.queries.lists import code_name
from fengqiao.places.policies import bookings_visible_to

LISTED = 100


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
    start = clock.day_start(on)
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
