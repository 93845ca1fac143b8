"""Acts on what mediation stands on: rooms, committees and their members, methods, the record of the two offices' co-operation."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import psycopg
from django.db import IntegrityError, transaction

from fengqiao.core import clock, sharing
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Forbidden, Invalid, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.loading import locked
from fengqiao.core.models import Organisation, Post
from fengqiao.core.queries.organisations import in_force
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.spine import act, record
from fengqiao.core.wording import written
from fengqiao.disputes import policies, queries
from fengqiao.disputes.acts.mediation import REASON, saved
from fengqiao.disputes.models import Committee, CommitteeMember, Cooperation, Method, Room
from fengqiao.disputes.rules import mediation as rules
from fengqiao.places import acts as places

NAME = 60  # characters of a name
READABLE = timedelta(days=1095)  # how long the other office reads what was done together


def _told(actor: Actor, row: Any, kind: str, how: str, facts: dict[str, Any]) -> None:
    record(actor, about=row.id, subjects=[(kind, row.id, how)], facts=facts, org_id=row.org_id)


@act("登记调解室")
def open_room(actor: Actor, *, name: str, kind: str, brand: str = "", agencies: Sequence[int] = ()) -> uuid.UUID:
    """A room, pavilion or online room of the actor's station; it can be booked from now on (NP-05, ND-20, ND-24).

    agencies  organisations that sit there (合署单位); brand  its house brand, e.g. 白茶调解
    """
    policies.may_keep_rooms(actor)
    kinds = vocabulary("room_kinds")
    if kind not in kinds:
        raise Invalid({"kind": "请选择种类。"})
    brand = written(brand, NAME, field="brand")
    if Organisation.objects.filter(in_force(), id__in=list(agencies)).count() != len(set(agencies)):
        raise Invalid({"agencies": "请在现有单位中选择。"})
    venue = places.open_venue(actor, name=name, kind=kinds[kind].more["venue"])
    room = Room.objects.create(
        id=uuid7(), org_id=venue.org_id, created_at=clock.now(), venue=venue, kind=kind, brand=brand, agencies=sorted(set(agencies))
    )
    _told(actor, room, "room", "new", {"kind": kind, "brand": bool(brand), "agencies": room.agencies})
    return room.id


@act("登记调解委员会")
def register_committee(
    actor: Actor, *, number: str, name: str, kind: str, since: date, until: date | None = None
) -> uuid.UUID:
    """Enter a people's mediation committee with its registered number; the actor's organisation keeps the entry.

    until  the first day it holds no longer
    """
    policies.may_keep(actor)
    wrong = {}
    number, name = number.strip(), name.strip()
    if not 0 < len(number) <= 40:
        wrong["number"] = "请填写 40 字以内的登记编号。"
    elif Committee.objects.filter(number=number).exists():
        wrong["number"] = "这一登记编号已有，请核对。"
    if not 0 < len(name) <= 100:
        wrong["name"] = "请填写 100 字以内的名称。"
    if kind not in vocabulary("committee_kinds"):
        wrong["kind"] = "请选择种类。"
    wrong |= _turned(since, until)
    if wrong:
        raise Invalid(wrong)
    row = Committee.objects.create(
        id=uuid7(), org_id=actor.station_id or actor.org_id, created_at=clock.now(), number=number, name=name, kind=kind,
        since=since, until=until,
    )  # fmt: skip
    _told(actor, row, "committee", "new", {"number": number, "kind": kind, "since": since.isoformat(), "until": _day(until)})
    return row.id


@act("登记调解委员会成员")
def add_member(actor: Actor, *, committee_id: uuid.UUID, account_id: int, since: date, until: date) -> uuid.UUID:
    """A mediator's term. The account must hold a post as people's mediator; a term has an end."""
    policies.may_keep(actor)
    committee = _mine(Committee, committee_id, actor)
    if not Post.objects.filter(in_force(), account_id=account_id, role=Role.MEDIATOR).exists():
        raise Invalid({"account_id": "请选择有人民调解员岗位的人员。"})
    if wrong := _turned(since, until):
        raise Invalid(wrong)
    try:
        with transaction.atomic():
            row = CommitteeMember.objects.create(
                id=uuid7(), org_id=committee.org_id, created_at=clock.now(), committee=committee, account_id=account_id, since=since, until=until
            )
    except IntegrityError as error:
        if isinstance(error.__cause__, psycopg.errors.ExclusionViolation):
            raise Refused("任期与已登记的任期重叠，请核对日期。") from error
        raise
    _told(actor, row, "member", "new", {"committee": str(committee.id), "account": account_id, "since": since.isoformat(), "until": _day(until)})
    return row.id


@act("终止调解委员会成员任期")
def end_member(actor: Actor, *, member_id: uuid.UUID, until: date) -> None:
    """The term ends before `until` (the first day no longer)."""
    policies.may_keep(actor)
    row = _mine(CommitteeMember, member_id, actor)
    if wrong := _turned(row.since, until):
        raise Invalid(wrong)
    if row.until is not None and until > row.until:
        raise Invalid({"until": "任期只能提前终止；延长请另行登记。"})
    old, row.until = row.until, until
    saved(row, "until")
    _told(actor, row, "member", "ended", {"old": _day(old), "new": _day(until)})


@act("登记工作法")
def make_method(actor: Actor, *, name: str, form: str, steps: Sequence[str] = (), methods: Sequence[str] = ()) -> uuid.UUID:
    """A method template in the station's own words: 三步十法 has 3 steps and 10 methods, 五心 has 5 lines (KZ-36, NJ-26, ND-24)."""
    policies.may_keep(actor)
    name = written(name, NAME, "请填写名称。", "name")
    steps, methods = [line.strip() for line in steps], [line.strip() for line in methods]
    if reason := rules.template_problem(form, steps, methods):
        raise Invalid({"methods": reason})
    org = actor.station_id or actor.org_id
    if Method.objects.filter(org_id=org, name=name, ended_at=None).exists():
        raise Invalid({"name": "已有同名工作法。要修改的，先停用再登记，原有使用记录不变。"})
    row = Method.objects.create(id=uuid7(), org_id=org, created_at=clock.now(), name=name, form=form, steps=steps, methods=methods)
    _told(actor, row, "method", "new", {"form": form, "steps": len(steps), "methods": len(methods)})
    return row.id


@act("停用工作法")
def end_method(actor: Actor, *, method_id: uuid.UUID) -> None:
    """It is no longer offered; what was noted with it stays as it was worded."""
    policies.may_keep(actor)
    row = _mine(Method, method_id, actor)
    if row.ended_at:
        raise Refused("这一工作法已经停用。")
    row.ended_at = clock.now()
    saved(row, "ended_at")
    _told(actor, row, "method", "ended", {})


@act("登记两所联动")
def cooperate(
    actor: Actor, *, partner_id: int, area: str, day: date, text: str, dispute_number: str = ""
) -> uuid.UUID:
    """What the station and a justice office (or court) did together, in one content area (KZ-19). Both see it.

    The words of one that belongs to a dispute are read by those the dispute is shared with, of any other by both offices.
    """
    policies.may_keep(actor)
    text = written(text, REASON, "请写明联动内容。")
    wrong = {}
    if area not in dict(queries.cooperation_areas(actor.station_id or actor.org_id)):
        wrong["area"] = "请选择内容。"
    if day > clock.today():
        wrong["day"] = "日期不能晚于今天。"
    if not Organisation.objects.filter(in_force(), id=partner_id).exclude(id__in=actor.orgs).exists():
        wrong["partner_id"] = "请选择联动单位。"
    dispute_id = queries.numbered(actor, dispute_number) if dispute_number.strip() else None
    if dispute_number.strip() and dispute_id is None:
        wrong["dispute_number"] = "没有这一编号的纠纷，请核对。"
    if wrong:
        raise Invalid(wrong)
    row_id = uuid7()
    dispute, matter = queries.dispute_for_update(actor, dispute_id) if dispute_id else (None, None)
    about = matter.id if matter else row_id
    row = Cooperation.objects.create(
        id=row_id, org_id=actor.station_id or actor.org_id, created_at=clock.now(), partner_id=partner_id, about=about, regarding=dispute,
        area=area, day=day,
    )  # fmt: skip
    if dispute is None:
        sharing.share(actor, row.id, partner_id, "两所联动", clock.now() + READABLE)
    subjects: list[tuple[str, uuid.UUID | int, str]] = [("cooperation", row.id, "new")]
    subjects += [("dispute", dispute.id, "of")] if dispute else []
    record(
        actor, about=about, subjects=subjects, facts={"area": area, "partner": partner_id, "day": day.isoformat()},
        content={"shared": {"text": text}}, org_id=row.org_id,
    )  # fmt: skip
    return row.id


def _mine(model: type[Any], row_id: uuid.UUID, actor: Actor) -> Any:
    row = locked(model.objects.all(), id=row_id)
    if row.org_id not in actor.orgs:
        raise Forbidden("由登记单位修改。")
    return row


def _turned(since: date, until: date | None) -> dict[str, str]:
    return {"until": "截止日期须晚于开始日期。"} if until is not None and until <= since else {}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
