"""文号 for papers made without a signal: reserved for a device, voided when they were not used."""

import uuid

from fengqiao.core import clock, numbers
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.numbers import Reserved
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.spine import act, record
from fengqiao.field import policies, queries
from fengqiao.field.models import NumberRange

AT_ONCE, HELD = 20, 40  # numbers of one kind a device asks for, and holds, at most


@act("预留文号")
def reserve_numbers(actor: Actor, *, device_id: uuid.UUID, kind: str, count: int) -> Reserved:
    """Reserve numbers of a kind of paper (vocabulary paper_kinds) of the actor's station for a device of the actor's own."""
    policies.may_reserve(actor)
    device = queries.device_for_update(actor, device_id)
    if kind not in vocabulary("paper_kinds") or "不编文号" in vocabulary("paper_kinds")[kind].note:
        raise Invalid({"kind": "这种文书不编文号。"})
    if not 1 <= count <= AT_ONCE:
        raise Invalid({"count": f"一次预留 1 至 {AT_ONCE} 个文号。"})
    held = NumberRange.objects.filter(device=device, kind=kind, year=clock.today().year, ended_at=None)
    if sum(one.last - one.first + 1 for one in held) + count > HELD:
        raise Refused(f"这部手机已预留 {HELD} 个文号，用后再预留。")
    given = numbers.reserve(actor, kind, count, device.id)
    NumberRange.objects.create(
        id=uuid7(), org_id=actor.station_id or actor.org_id, created_at=clock.now(), device=device, kind=kind, year=given.year,
        first=given.first, last=given.last,
    )  # fmt: skip
    record(
        actor,
        about=device.id,
        subjects=[("device", device.id, "given numbers")],
        facts={"kind": kind, "year": given.year, "first": given.first, "last": given.last},
        org_id=device.org_id,
    )
    return given


def void_numbers(actor: Actor, device_id: uuid.UUID, *, before_year: int | None = None) -> int:
    """Void what the device did not use, of all its ranges or of those of earlier years; called inside an act. How many."""
    rows = NumberRange.objects.filter(device_id=device_id, ended_at=None)
    if before_year is not None:
        rows = rows.filter(year__lt=before_year)
    voided = 0
    for one in rows:
        voided += numbers.void_unused(actor, one.kind, one.year, one.first, one.last, device_id)
        one.ended_at = clock.now()
        one.save(update_fields=["ended_at"])
    return voided


@act("作废未用文号")
def close_year(actor: Actor, *, device_id: uuid.UUID) -> None:
    """The year is over: numbers of earlier years a device did not use are voided. By the daily job."""
    device = queries.device_for_update(actor, device_id)
    voided = void_numbers(actor, device_id, before_year=clock.today().year)
    record(actor, about=device.id, subjects=[("device", device.id, "of")], facts={"voided": voided}, org_id=device.org_id)
