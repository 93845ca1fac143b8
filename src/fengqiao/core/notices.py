"""通知 (U9): grouped, acknowledged per group, quiet at night, counted by the week.

A group is a kind of notice ("promises.due"); a page shows one line per group with its count and newest text.
Texts name kinds and numbers, never people. Acknowledging is bookkeeping of the reader, not an act of the trade.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Count, Max, Q, QuerySet

from fengqiao.core import clock, settings_tree
from fengqiao.core.actor import Actor, Role
from fengqiao.core.models import Notice

QUIET = "notices.quiet"  # setting: {"from": "22:00", "to": "07:00"}
WEEK = timedelta(days=7)
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Group:
    """One line of the notice page. `quiet`: it waits until the quiet hours are over before it may ring."""

    group: str
    count: int
    newest: str
    url: str
    at: datetime
    quiet: bool


@dataclass(frozen=True, slots=True)
class Noise:
    """How loud a group was in seven days: notices sent, and how many were acknowledged."""

    group: str
    sent: int
    acknowledged: int


def notify(
    group: str,
    text: str,
    url: str = "",
    *,
    org_id: int,
    account_id: int | None = None,
    about: uuid.UUID | None = None,
) -> None:
    """Tell an organisation, or one account in it; called inside an act or a listener.

    The receiver need not be in the actor's sight, so a repeat cannot be looked up here: `grouped` counts a thing once.
    """
    Notice.objects.create(
        org_id=org_id,
        account_id=account_id,
        group=group,
        about=about,
        text=text[:200],
        url=url,
        created_at=clock.now(),
    )


def grouped(actor: Actor) -> list[Group]:
    """The actor's open notices, one line per group, newest first. A thing told twice counts once."""
    quiet = is_quiet(actor)
    lines = _open(actor).values("group").annotate(
        things=Count("about", distinct=True), bare=Count("id", filter=Q(about=None)), at=Max("created_at")
    )  # fmt: skip
    newest = {one.group: one for one in _open(actor).order_by("group", "-created_at", "-id").distinct("group")}
    return [
        Group(line["group"], line["things"] + line["bare"], newest[line["group"]].text, newest[line["group"]].url, line["at"], quiet)
        for line in lines.order_by("-at")
    ]


def listed(actor: Actor, group: str) -> list[tuple[datetime, str, str]]:
    """The open notices of one group, newest first: (when, text, address)."""
    rows = _open(actor).filter(group=group).order_by("-created_at", "-id")[:SHOWN]
    return [(n.created_at, n.text, n.url) for n in rows]


def count(actor: Actor) -> int:
    """Groups with something open: the number on the bell."""
    return _open(actor).values("group").distinct().count()


def acknowledge(actor: Actor, group: str, until: datetime | None = None) -> int:
    """Acknowledge a group; returns how many notices that were.

    until  when the reader's page was made: what came later stays open, for nobody has seen it yet
    """
    return _open(actor).filter(group=group, created_at__lte=until or clock.now()).update(acked_at=clock.now())


def done(actor: Actor, about: uuid.UUID) -> int:
    """The actor did what these notices asked for: nothing is left to acknowledge."""
    return Notice.objects.filter(account_id=actor.account_id, about=about, acked_at=None).update(acked_at=clock.now())


def is_quiet(actor: Actor, now: datetime | None = None) -> bool:
    """Is it within the quiet hours of the actor's organisation (setting notices.quiet, nearest up the tree)?"""
    hours = settings_tree.value(actor.org_id, QUIET)
    if not hours:
        return False
    begins, ends = time.fromisoformat(hours["from"]), time.fromisoformat(hours["to"])
    here = clock.local(now or clock.now()).time()
    return begins <= here < ends if begins <= ends else here >= begins or here < ends


def noise(actor: Actor, until: datetime | None = None) -> list[Noise]:
    """The weekly report of one's own organisations: how many notices each group sent in seven days, loudest first."""
    end = until or clock.now()
    rows = Notice.objects.filter(org_id__in=actor.orgs, created_at__gt=end - WEEK, created_at__lte=end)
    lines = (
        rows.values("group")
        .annotate(sent=Count("id"), acknowledged=Count("acked_at"))
        .order_by("-sent", "group")
    )
    return [Noise(line["group"], line["sent"], line["acknowledged"]) for line in lines]


def _open(actor: Actor) -> QuerySet[Notice]:
    """One's own and the organisation's; grid workers and volunteers read and acknowledge only their own (station-day 16)."""
    mine = Q(account_id=actor.account_id)
    if not actor.has(Role.GRID, Role.VOLUNTEER):
        mine |= Q(org_id__in=[actor.org_id, actor.station_id], account=None)
    return Notice.objects.filter(mine, org_id__in=actor.orgs, acked_at=None)
