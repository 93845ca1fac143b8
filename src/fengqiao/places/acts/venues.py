"""场所预约: opening a venue and holding it for a matter. The database refuses a double booking (NP-05)."""

import uuid
from datetime import datetime

import psycopg
from django.db import IntegrityError, transaction
from psycopg.types.range import Range

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.loading import locked
from fengqiao.core.spine import act, record
from fengqiao.places import policies, rules
from fengqiao.places.managing import managing
from fengqiao.places.models import Reservation, Venue


@act("登记场所")
@managing
def open_venue(actor: Actor, *, name: str, kind: str = "room", org_id: int | None = None) -> Venue:
    """Register a room, pavilion or online room that can be booked."""
    policies.may_draw(actor)
    org = org_id or actor.station_id
    if org not in actor.orgs:
        raise NotThere
    if kind not in rules.VENUE_KINDS or not 0 < len(name.strip()) <= 60:
        raise Invalid({"name": "请填写 60 字以内的名称，并选择场所类型。"})
    if Venue.objects.filter(org_id=org, name=name.strip()).exists():
        raise Invalid({"name": "已有同名场所。"})
    venue = Venue.objects.create(org_id=org, name=name.strip(), kind=kind)
    record(actor, about=venue.ref, subjects=[("venue", venue.ref, "new")], facts={"kind": kind}, org_id=org)
    return venue


@act("预约场所")
def reserve(
    actor: Actor, *, venue_id: int, start: datetime, end: datetime, about: uuid.UUID | None = None
) -> Reservation:
    """Hold a venue from `start` to `end` (aware instants; the end is free again) for the matter `about`.

    Errors: Invalid for a time that is past or the wrong way round, Refused when the venue is already held.
    """
    policies.may_book(actor)
    venue = policies.bookable_by(actor).filter(id=venue_id).first()
    if venue is None:
        raise NotThere
    if end <= start:
        raise Invalid({"end": "结束时间应晚于开始时间。"})
    if end <= clock.now():
        raise Invalid({"start": "这一时段已经过去。"})
    try:
        with transaction.atomic():
            reservation = Reservation.objects.create(
                org_id=actor.org_id, venue=venue, host_id=venue.org_id, about=about, during=Range(start, end)
            )
    except IntegrityError as error:
        if isinstance(error.__cause__, psycopg.errors.ExclusionViolation):
            raise Refused("该场所这一时段已被预约，请另选时段。") from error
        raise
    record(
        actor,
        about=about or reservation.id,
        subjects=[("reservation", reservation.id, "new"), ("venue", venue.ref, "venue")],
        facts={"start": start, "end": end},
    )
    return reservation


@act("取消预约")
def cancel_reservation(actor: Actor, *, reservation_id: uuid.UUID) -> None:
    """Give a held venue free again; the reservation stays, marked as cancelled."""
    policies.may_book(actor)
    mine = locked(policies.bookings_visible_to(actor), id=reservation_id)
    if mine.cancelled_at:
        raise Refused("这一预约已经取消。")
    mine.cancelled_at, mine.version = clock.now(), mine.version + 1
    mine.save(update_fields=["cancelled_at", "version"])
    record(actor, about=mine.about or mine.id, subjects=[("reservation", mine.id, "cancelled")], org_id=mine.org_id)
