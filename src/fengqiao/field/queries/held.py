"""待核 and 待核对: what came from phones and waits, its words and both versions, who else changed it."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from fengqiao.core import access, cursors
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere
from fengqiao.core.queries.timeline import Line, timeline
from fengqiao.field import operations, policies, rules
from fengqiao.field.models import Held
from fengqiao.field.rules import words
from fengqiao.intake import queries as intake

PAGE = 50
MOST = 1000


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits, without its words."""

    id: uuid.UUID
    queue: str
    act: str
    kind: str
    who: str
    org: str
    phone: str
    occurred_at: datetime | None
    precision: str
    arrived_at: datetime
    why: str
    article: str
    about: uuid.UUID | None
    state: str
    state_word: str
    settled_by: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a queue. `total` is capped: then `total_is_floor`."""

    rows: list[Waiting]
    next_cursor: str
    total: int
    total_is_floor: bool


@dataclass(frozen=True, slots=True)
class Version:
    """One field of a conflict: what the phone had before, what it says, what stands."""

    label: str
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class HeldPage:
    """One thing that waits with its words, both versions, and what happened to its matter meanwhile (newest first)."""

    one: Waiting
    number: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    meanwhile: list[Line] = field(default_factory=list)
    readable: bool = True


def waiting(actor: Actor, queue: str, *, cursor: str = "", limit: int = PAGE) -> Page:
    """One queue (key of rules.QUEUES), newest first; no words of what was written."""
    policies.may_see_held(actor)
    rows = _rows(actor).filter(queue=queue, state="open")
    total = rows.order_by()[: MOST + 1].count()
    if at := cursors.read(cursor):
        rows = rows.filter(created_at__lte=at[0]).exclude(created_at=at[0], id__gte=at[1])
    found = list(rows.order_by("-created_at", "-id")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    following = cursors.write(last.created_at, last.id) if last else ""
    return Page([_shown(row) for row in found[:limit]], following, min(total, MOST), total > MOST)


def totals(actor: Actor) -> dict[str, int]:
    """How much waits in each queue, at most MOST."""
    open_ = Held.objects.filter(org_id__in=actor.orgs, state="open").order_by()
    return {queue: open_.filter(queue=queue)[:MOST].count() for queue in rules.QUEUES}


def opened(actor: Actor, held_id: uuid.UUID) -> HeldPage:
    """One thing that waits, with its words; leaves a line in the access log."""
    policies.may_see_held(actor)
    row = _rows(actor).filter(id=held_id).first()
    if row is None:
        raise NotThere
    access.opened(actor, "held", row.id, "核实手机记录", ["text", "name", "phone"])
    number = ""
    if row.about:
        number = next((m.number for m in intake.to_keep(actor, [row.about])), "")
    since = row.operation.occurred_at if row.operation else row.created_at
    meanwhile = [line for line in timeline(actor, [row.about], since=since, limit=6) if line.act != "field.hold"] if row.about else []
    body = row.body if isinstance(row.body, dict) else {"text": row.body} if row.body is not None else {}
    data = body.get("data", body)
    versions = [
        Version(words.LABELS.get(name, name), *(str(both.get(one) or "") for one in ("base", "mine", "theirs")))
        for name, both in (row.theirs or {}).items()
        if isinstance(both, dict)
    ]
    readable = row.kind != "unknown" and operations.handler(row.act) is not None
    return HeldPage(_shown(row), number, words.lines(data), versions, meanwhile, readable)


def next_open(actor: Actor, queue: str) -> uuid.UUID | None:
    """The newest that still waits in a queue."""
    rows = Held.objects.filter(org_id__in=actor.orgs, queue=queue, state="open")
    return rows.order_by("-created_at", "-id").values_list("id", flat=True).first()


def held_for_update(actor: Actor, held_id: uuid.UUID) -> Held:
    """What waits, locked for the act that settles it; NotThere when it is not of the actor's organisations."""
    row = Held.objects.select_for_update(no_key=True).filter(id=held_id, org_id__in=actor.orgs).first()
    if row is None:
        raise NotThere
    return row


def _rows(actor: Actor) -> QuerySet[Held]:
    return Held.objects.select_related("device__account", "device__org", "operation", "settled_by").filter(org_id__in=actor.orgs)


def _shown(row: Held) -> Waiting:
    done = row.operation
    told: dict[str, Any] = {"occurred_at": done.occurred_at if done else None, "precision": done.precision if done else "unknown"}
    return Waiting(
        id=row.id, queue=row.queue, act=operations.word(row.act), kind=rules.KINDS.get(row.kind, ""), who=row.device.account.name,
        org=row.device.org.short or row.device.org.name, phone=row.device.label, arrived_at=row.created_at, why=row.why,
        article=row.article, about=row.about, state=row.state, state_word=rules.SETTLED[row.state],
        settled_by=row.settled_by.name if row.settled_by else "", **told,
    )  # fmt: skip
