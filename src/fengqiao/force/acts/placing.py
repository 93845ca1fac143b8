"""入格: who serves where, and in which grid, tier and role (ND-11, ND-12, WZ-10)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.models import Organisation, Post
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.spine import EventIn, act, record, record_each
from fengqiao.force import policies, rules
from fengqiao.force.models import Duty, Placement, ServiceRecord
from fengqiao.places import queries as places
from fengqiao.places.validity import holds


@act("登记任职")
def enlist(
    actor: Actor,
    *,
    name: str,
    staff_kind: str,
    org_id: int,
    police_number: str = "",
    post_id: int | None = None,
    since: date | None = None,
) -> ServiceRecord:
    """Enter that somebody serves in a unit, as staff of a kind, from a day.

    post_id  the post they sign on with, if they do. Errors: Invalid, NotThere, Refused for a number in use.
    """
    policies.may_place(actor)
    since = since or clock.today()
    wrong = {}
    if not 0 < len(name.strip()) <= 60:
        wrong["name"] = "请填写姓名。"
    if staff_kind not in vocabulary("staff_kinds"):
        wrong["staff_kind"] = "请选择人员类别。"
    if wrong:
        raise Invalid(wrong)
    if org_id not in actor.orgs or (post_id and not Post.objects.filter(id=post_id, org_id__in=actor.orgs).exists()):
        raise NotThere
    if police_number and _number_taken(org_id, police_number, since):
        raise Refused("这一警号在该日起已有任职记录。")
    service = ServiceRecord.objects.create(
        org_id=org_id, post_id=post_id, name=name.strip(), police_number=police_number, staff_kind=staff_kind, since=since
    )
    _write(actor, _enlisted(service))
    return service


@act("终止任职")
def end_service(actor: Actor, *, service_id: uuid.UUID, on: date | None = None) -> None:
    """Let somebody's service end with day `on` (the first day no longer), with their placements and coming duties."""
    policies.may_place(actor)
    on = on or clock.today()
    service = _service(actor, service_id, on)
    running = Placement.objects.filter(Q(until=None) | Q(until__gt=on), service=service)
    if running.filter(since__gt=on).exists():
        raise Refused("其后还有已安排的入格，请先取消。")
    ended = running.update(until=on)
    Duty.objects.filter(service=service, cancelled_at=None, during__startswith__gte=clock.now()).update(
        cancelled_at=clock.now()
    )
    service.until, service.version = on, service.version + 1
    service.save(update_fields=["until", "version"])
    record(
        actor,
        about=service.id,
        subjects=[("service", service.id, "ended")],
        facts={"on": on, "placements": ended},
        org_id=service.org_id,
    )


@act("入格")
def place(
    actor: Actor,
    *,
    service_id: uuid.UUID,
    area_id: int,
    tier: int | None = None,
    role: str = "",
    since: date | None = None,
) -> Placement:
    """Place somebody in a grid, community or police area. Tier and role follow from the staff kind when left out.

    Errors: Invalid for the wrong tier or role, NotThere, Refused when they stand there already.
    """
    policies.may_place(actor)
    since = since or clock.today()
    service = _service(actor, service_id, since)
    tier, role = tier or rules.tier_of(service.staff_kind), role or rules.role_of(service.staff_kind)
    placement = _place(actor, service, area_id, tier, role, since)
    _write(actor, _placed(placement, "new", {"since": since}))
    return placement


@act("调整入格")
def move(actor: Actor, *, placement_id: uuid.UUID, area_id: int, on: date | None = None) -> Placement:
    """Move somebody to another area with day `on`; where they stood before stays known."""
    policies.may_place(actor)
    on = on or clock.today()
    old = _end(actor, placement_id, on)
    service = _service(actor, old.service_id, on)
    new = _place(actor, service, area_id, old.tier, old.role, on)
    _write(actor, _placed(new, "new", {"on": on, "from": old.area_id}))
    return new


@act("出格")
def end_placement(actor: Actor, *, placement_id: uuid.UUID, on: date | None = None) -> None:
    """Let a placement end with day `on`, the first day it no longer holds."""
    policies.may_place(actor)
    on = on or clock.today()
    _write(actor, _placed(_end(actor, placement_id, on), "ended", {"on": on}))


@dataclass(slots=True)
class Placed:
    """What became of an import: how many were placed or stood there already, and refused lines with the reason."""

    made: int = 0
    same: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


COLUMNS = {
    "name": ("name", "姓名"),
    "staff_kind": ("staff_kind", "人员类别", "类别", "身份"),
    "police_number": ("police_number", "警号", "编号"),
    "org": ("org", "单位", "派出所"),
    "area": ("area", "网格编码", "网格", "编码"),
    "tier": ("tier", "网格级别", "级别"),
    "since": ("since", "起始日期", "入格日期"),
}


@act("导入入格名册")
def import_placements(actor: Actor, *, rows: Sequence[Mapping[str, Any]], on: date | None = None) -> Placed:
    """Place many at once: one row per person and area, headings as in COLUMNS; safe to run again.

    Somebody is known by number, else by unit, kind and name; unknown ones are enlisted. Good rows are taken, the others
    listed with their place (from 1) and the reason.
    """
    policies.may_place(actor)
    on = on or clock.today()
    run, result = _Roll(actor, on), Placed()
    for at, row in enumerate(rows, 1):
        given = {key: next((str(row[n]).strip() for n in names if row.get(n) not in (None, "")), "") for key, names in COLUMNS.items()}
        try:
            result.made += (fresh := run.take(given))
            result.same += not fresh
        except ValueError as error:
            result.refused.append((at, str(error)))
    ServiceRecord.objects.bulk_create(run.services, batch_size=500)
    Placement.objects.bulk_create(run.placements, batch_size=500)
    record(
        actor,
        about=uuid7(),
        subjects=[],
        facts={"made": result.made, "same": result.same, "refused": len(result.refused), "on": on},
    )
    record_each(actor, "force.enlist", map(_enlisted, run.services))
    record_each(actor, "force.place", (_placed(placement, "new", {"since": placement.since}) for placement in run.placements))
    return result


class _Roll:
    """One roll of placements being taken in: what stands already, what is to be written."""

    def __init__(self, actor: Actor, on: date):
        self.on = on
        self.services: list[ServiceRecord] = []
        self.placements: list[Placement] = []
        self.kinds = {word: code for code, line in vocabulary("staff_kinds").items() for word in (code, line.name)}
        self.tiers = {word: int(code) for code, line in vocabulary("grid_tiers").items() for word in (code, line.name)}
        self.areas = {area["code"]: area for area in places.areas(actor, on)}
        mine = Organisation.objects.filter(id__in=actor.orgs).values_list("id", "name", "short")
        self.orgs = {word: org_id for org_id, *words in mine for word in words if word}
        self.known: dict[object, ServiceRecord] = {}
        for service in policies.visible_to(actor).filter(holds(on)):
            self._know(service)
        self.standing = set(
            policies.placements_visible_to(actor).filter(Q(until=None) | Q(until__gt=on)).values_list("service_id", "area_id")
        )

    def take(self, given: dict[str, str]) -> bool:
        """Note the row's placement; False when it stands already. ValueError, in Chinese, when it cannot be."""
        kind = self.kinds.get(given["staff_kind"])
        if not kind or not given["name"] or len(given["name"]) > 60 or len(given["police_number"]) > 20:
            raise ValueError("姓名或人员类别缺失，或不认识这一类别。")
        area = self.areas.get(given["area"])
        if area is None:
            raise ValueError(f"没有编码为“{given['area'][:20]}”的在用辖区单元，或者它不在当前岗位范围内。")
        org_id = self.orgs.get(given["org"]) if given["org"] else area["org_id"]
        if org_id is None:
            raise ValueError(f"没有名为“{given['org'][:20]}”的单位，或者它不在当前岗位范围内。")
        try:
            since = date.fromisoformat(given["since"]) if given["since"] else self.on
        except ValueError:
            raise ValueError("起始日期应写作 2026-11-21。") from None
        tier = self.tiers.get(given["tier"], 0) if given["tier"] else rules.tier_of(kind)
        if wrong := rules.check_placement(kind, tier, rules.role_of(kind)):
            raise ValueError("".join(wrong.values()))
        number = given["police_number"]
        service = self.known.get(number) if number else self.known.get((org_id, kind, given["name"]))
        if service and (service.staff_kind, service.name) != (kind, given["name"]):
            raise ValueError("这一警号已登记为另一人或另一类别。")
        if service is None:
            service = ServiceRecord(org_id=org_id, name=given["name"], police_number=number, staff_kind=kind, since=min(since, self.on))
            self.services.append(service)
            self._know(service)
        if since < max(service.since, area["since"]):
            raise ValueError("起始日期早于任职日期或辖区单元的启用日期。")
        if (service.id, area["id"]) in self.standing:
            return False
        self.standing.add((service.id, area["id"]))
        self.placements.append(
            Placement(org_id=area["org_id"], service=service, area_id=area["id"], tier=tier, role=rules.role_of(kind), since=since)
        )
        return True

    def _know(self, service: ServiceRecord) -> None:
        self.known[service.police_number or (service.org_id, service.staff_kind, service.name)] = service


def _number_taken(org_id: int, number: str, since: date) -> bool:
    return ServiceRecord.objects.filter(
        Q(until=None) | Q(until__gt=since), org_id=org_id, police_number=number
    ).exists()


def _service(actor: Actor, service_id: uuid.UUID, on: date) -> ServiceRecord:
    """The service record, locked, if it is the actor's and runs on the day."""
    service = policies.visible_to(actor).select_for_update(no_key=True).filter(id=service_id).first()
    if service is None:
        raise NotThere
    if on < service.since or (service.until is not None and on >= service.until):
        raise Refused("该人员在这一日不在任。")
    return service


def _place(actor: Actor, service: ServiceRecord, area_id: int, tier: int | None, role: str, since: date) -> Placement:
    if wrong := rules.check_placement(service.staff_kind, tier, role):
        raise Invalid(wrong)
    area = places.area(actor, area_id, since)
    # The service record is locked, so nobody writes the overlapping row between this look and the insert.
    if Placement.objects.filter(Q(until=None) | Q(until__gt=since), service=service, area_id=area_id).exists():
        raise Refused("该人员已在这一辖区单元。")
    return Placement.objects.create(
        org_id=area.org_id, service=service, area_id=area_id, tier=tier, role=role, since=since, until=service.until
    )


def _end(actor: Actor, placement_id: uuid.UUID, on: date) -> Placement:
    placement = policies.placements_visible_to(actor).select_for_update(no_key=True).filter(id=placement_id).first()
    if placement is None:
        raise NotThere
    if on < placement.since or (placement.until is not None and on >= placement.until):
        raise Refused("这一入格在该日没有生效。")
    placement.until, placement.version = on, placement.version + 1
    placement.save(update_fields=["until", "version"])
    return placement


def _write(actor: Actor, event: EventIn) -> None:
    record(actor, about=event.about, subjects=event.subjects, facts=event.facts, content=event.content, org_id=event.org_id)


def _enlisted(service: ServiceRecord) -> EventIn:
    return EventIn(
        about=service.id,
        subjects=[("service", service.id, "new")],
        facts={"staff_kind": service.staff_kind, "since": service.since},
        content={"police": {"name": service.name}},
        org_id=service.org_id,
    )


def _placed(placement: Placement, what: str, facts: dict[str, Any]) -> EventIn:
    return EventIn(
        about=placement.service_id,
        subjects=[("placement", placement.id, what), ("service", placement.service_id, "placed")],
        facts={"area": placement.area_id, "tier": placement.tier, "role": placement.role} | facts,
        content={},
        org_id=placement.org_id,
    )
