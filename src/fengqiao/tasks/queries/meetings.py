"""Reads of meetings: what is unfinished, what was agreed."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from fengqiao.core import access, clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere
from fengqiao.core.models import Post
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.places import queries as places
from fengqiao.tasks import policies, rules
from fengqiao.tasks.models import Meeting, Task
from fengqiao.tasks.queries.boxes import Shown, shown

PAGE = 50


@dataclass(frozen=True, slots=True)
class Agreed:
    """An action of an earlier meeting that is not finished."""

    id: uuid.UUID
    number: str
    title: str
    owner: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Met:
    """A meeting as pages show it. `agenda`: (words, carried over?); `present`: (role, names)."""

    id: uuid.UUID
    kind: str
    kind_word: str
    area: str
    topic: str
    held_at: datetime
    held_by: str
    actions: int = 0
    open: int = 0
    minutes: str = ""
    present: tuple[tuple[str, str], ...] = ()
    agenda: tuple[tuple[str, bool], ...] = ()
    tasks: tuple[Shown, ...] = ()


def agenda(actor: Actor, kind: str, area_id: int | None) -> list[Agreed]:
    """What the next meeting of this kind and area begins with: unfinished actions of earlier ones, soonest due first (WZ-09)."""
    rows = Task.objects.filter(policies.visible_to(actor), state="open", meeting__kind=kind)
    rows = rows.filter(meeting__area_id=area_id) if area_id else rows.filter(meeting__area=None)
    rows = rows.filter(meeting__org_id=actor.station_id or actor.org_id).select_related("owner").order_by("due_at", "id")
    return [Agreed(row.id, row.number, row.title, row.owner.name if row.owner else "", row.due_at) for row in rows[:PAGE]]


def meetings(actor: Actor) -> list[Met]:
    """The newest meetings the actor sees, with how many of their actions are still open."""
    rows = Meeting.objects.filter(policies.meetings_visible_to(actor)).select_related("area", "held_by")
    counted = rows.annotate(given=Count("actions"), left=Count("actions", filter=Q(actions__state="open")))
    return [_met(row, actions=row.given, open=row.left) for row in counted.order_by("-held_at", "-id")[:PAGE]]


def meeting(actor: Actor, meeting_id: uuid.UUID) -> Met:
    """One meeting with its agenda, people, minutes and actions; opening it is logged."""
    rows = Meeting.objects.filter(policies.meetings_visible_to(actor)).select_related("area", "held_by")
    row = rows.prefetch_related("present", "agenda").filter(id=meeting_id).first()
    if row is None:
        raise NotThere()
    access.opened(actor, "meeting", meeting_id, "查看会商记录", ["topic", "minutes", "name"])
    roles: dict[str, list[str]] = {}
    for one in row.present.all():
        roles.setdefault(vocabulary("attendee_roles")[one.role].name, []).append(one.name)
    found = Task.objects.filter(policies.visible_to(actor), meeting=row).select_related("org", "to_org", "owner", "given_by")
    tasks = tuple(shown(actor, one) for one in found.order_by("due_at", "id"))
    return _met(
        row, actions=len(tasks), open=sum(one.state == "open" for one in tasks), minutes=row.minutes, tasks=tasks,
        present=tuple((role, "、".join(names)) for role, names in roles.items()),
        agenda=tuple((item.text, item.task_id is not None) for item in sorted(row.agenda.all(), key=lambda item: item.seq)),
    )  # fmt: skip


def areas(actor: Actor) -> list[tuple[int, str]]:
    """Communities, villages and grids of the actor's station: (id, name)."""
    return [(one["id"], one["name"]) for one in places.areas(actor) if one["kind"] != "police"]


def helpers(actor: Actor) -> list[tuple[int, str]]:
    """Who can have an action to do: accounts with a post today in the actor's station."""
    today, station = clock.today(), actor.station_id or actor.org_id
    posts = Post.objects.filter(org__lineage__contains=[station], valid_from__lte=today, account__is_active=True)
    posts = posts.filter(Q(valid_to=None) | Q(valid_to__gte=today)).select_related("account").order_by("org_id", "id")
    return [(post.account_id, f"{post.account.name}（{post.title or post.staff_kind}）") for post in posts]


def _met(row: Meeting, **more: Any) -> Met:
    return Met(
        row.id, row.kind, rules.MEETINGS[row.kind], row.area.name if row.area else "", row.topic, row.held_at, row.held_by.name, **more
    )
