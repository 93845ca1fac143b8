"""Reads of tasks: mine, my unit's, due today, given by us."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from fengqiao.core import access, clock, cursors
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere
from fengqiao.core.models import Organisation, Post
from fengqiao.core.queries.timeline import Line, timeline
from fengqiao.tasks import policies, rules
from fengqiao.tasks.models import Task

PAGE = 50
MOST = 1000
BOXES = {"mine": "我的", "org": "本单位", "today": "今天到期", "overdue": "已超时", "given": "本单位交办", "ended": "已了结"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A task as pages show it. `moves`: what the actor may do now."""

    id: uuid.UUID
    number: str
    kind_word: str
    title: str
    text: str
    about: uuid.UUID | None
    org: str
    to_org_id: int
    to_org: str
    owner_id: int | None
    owner: str
    given_by: str
    given_at: datetime
    due_at: datetime
    state: str
    state_word: str
    signed_at: datetime | None
    ended_at: datetime | None
    result: str
    moves: tuple[str, ...]

    @property
    def overdue(self) -> bool:
        """Over time now, or when it ended."""
        return (self.ended_at or clock.now()) > self.due_at


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. `total` is capped: then `total_is_floor`."""

    rows: list[Shown]
    next_cursor: str
    total: int
    total_is_floor: bool


def mine(actor: Actor) -> list[Shown]:
    """Open tasks the actor owns, and the unit's that nobody owns yet; soonest due first."""
    return listed(actor, "mine").rows


def of_org(actor: Actor) -> list[Shown]:
    """Open tasks of the actor's organisations."""
    return listed(actor, "org").rows


def due_today(actor: Actor) -> list[Shown]:
    """Open tasks of the actor's organisations due until the end of today, over-time ones included."""
    return listed(actor, "today").rows


def unsigned(actor: Actor, since: datetime) -> list[Shown]:
    """Orders the actor's organisations gave since an instant that nobody has signed for (NJ-07)."""
    rows = _rows(actor).filter(org_id__in=actor.orgs, state="open", signed_at=None, created_at__gte=since)
    return [shown(actor, row) for row in rows.order_by("created_at", "id")[:MOST]]


def ordered(actor: Actor, since: datetime, until: datetime) -> list[Shown]:
    """Orders the actor's organisations gave in [since, until), in the order they were given, ended ones too."""
    rows = _rows(actor).filter(org_id__in=actor.orgs, kind="order", created_at__gte=since, created_at__lt=until)
    return [shown(actor, row) for row in rows.order_by("created_at", "id")[:MOST]]


def from_above(actor: Actor) -> list[Shown]:
    """Open tasks others gave to the actor's organisations, soonest due first."""
    rows = _rows(actor).filter(to_org_id__in=actor.orgs, state="open").exclude(org_id__in=actor.orgs)
    return [shown(actor, row) for row in rows.order_by("due_at", "id")[:PAGE]]


def _box(actor: Actor, box: str) -> Q:
    orgs, now = list(actor.orgs), clock.now()
    midnight = clock.day_start(clock.today() + timedelta(days=1))
    boxes = {
        "mine": Q(state="open") & (Q(owner_id=actor.account_id) | Q(owner=None, to_org_id=actor.org_id)),
        "org": Q(state="open", to_org_id__in=orgs),
        "today": Q(state="open", to_org_id__in=orgs, due_at__lt=midnight),
        "overdue": Q(state="open", due_at__lt=now),
        "given": Q(state="open", org_id__in=orgs) & ~Q(kind="own"),
        "ended": ~Q(state="open"),
    }
    return boxes[box]


def listed(actor: Actor, box: str, *, cursor: str = "", limit: int = PAGE) -> Page:
    """One box (key of BOXES), soonest due first, ended ones newest first; KeyError for no such box."""
    rows = _rows(actor).filter(_box(actor, box))
    total = rows.order_by()[: MOST + 1].count()
    column, sign = ("ended_at", "-") if box == "ended" else ("due_at", "")
    if at := cursors.read(cursor):
        past = "lt" if sign else "gt"
        rows = rows.filter(Q(**{f"{column}__{past}": at[0]}) | Q(**{column: at[0], f"id__{past}": at[1]}))
    found = list(rows.order_by(f"{sign}{column}", f"{sign}id")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    following = cursors.write(getattr(last, column), last.id) if last else ""
    return Page([shown(actor, row) for row in found[:limit]], following, min(total, MOST), total > MOST)


def totals(actor: Actor) -> dict[str, int]:
    """How many lie in each open box."""
    counted = {box: Count("id", filter=_box(actor, box)) for box in BOXES if box != "ended"}
    return _rows(actor).filter(state="open").order_by().aggregate(**counted)


def for_matter(actor: Actor, about: uuid.UUID) -> list[Shown]:
    """Every task that serves a matter, as far as the actor may see it; the caller has logged the opening."""
    return [shown(actor, row) for row in _rows(actor).filter(about=about).order_by("created_at", "id")]


def find(actor: Actor, task_id: uuid.UUID) -> Shown:
    """One task, without writing to the access log; for what needs no words."""
    row = _rows(actor).filter(id=task_id).first()
    if row is None:
        raise NotThere()
    return shown(actor, row)


def to_move(actor: Actor, task_id: uuid.UUID, move: str) -> None:
    """May the actor make this move of the task? Forbidden, in the act's own words, before its form is shown."""
    row = _rows(actor).filter(id=task_id).first()
    if row is None:
        raise NotThere()
    policies.may_move(actor, row, move)


def opened(actor: Actor, task_id: uuid.UUID) -> tuple[Shown, list[Line]]:
    """Open one task with its words and its timeline."""
    found = find(actor, task_id)
    access.opened(actor, "task", task_id, "办理任务", ["title", "text", "result"])
    lines = timeline(actor, [found.about or found.id], limit=1000)
    return found, [line for line in lines if ["task", str(task_id)] in [s[:2] for s in line.subjects]][::-1]


def units(actor: Actor) -> list[tuple[int, str]]:
    """Organisations one can give a task to: one's own and those below."""
    return list(Organisation.objects.filter(id__in=actor.orgs).order_by("id").values_list("id", "name"))


def colleagues(actor: Actor) -> list[tuple[int, str]]:
    """Accounts with a post today in the actor's organisations: (id, name and organisation)."""
    today = clock.today()
    posts = Post.objects.filter(org_id__in=actor.orgs, valid_from__lte=today, account__is_active=True)
    posts = posts.filter(Q(valid_to=None) | Q(valid_to__gte=today)).select_related("account", "org").order_by("org_id", "id")
    return [(post.account_id, f"{post.account.name}（{post.org.short or post.org.name}）") for post in posts]


def works_in(actor: Actor) -> list[tuple[int, int]]:
    """Accounts with a post today in the actor's organisations, each with the organisation of the first: (account, organisation)."""
    today = clock.today()
    posts = Post.objects.filter(org_id__in=actor.orgs, valid_from__lte=today, account__is_active=True)
    posts = posts.filter(Q(valid_to=None) | Q(valid_to__gte=today)).order_by("-id")
    return list(posts.values_list("account_id", "org_id"))


def kinds(actor: Actor) -> list[str]:
    """Kinds of task the actor may give."""
    return [kind for kind in ("order", "regular", "own") if policies.may_create(actor, kind)]


def _rows(actor: Actor) -> QuerySet[Task]:
    related = Task.objects.select_related("org", "to_org", "owner", "given_by")
    return related.filter(policies.visible_to(actor))


def shown(actor: Actor, row: Task) -> Shown:
    """A task as pages show it."""
    return Shown(
        id=row.id, number=row.number, kind_word=rules.KINDS[row.kind], title=row.title, text=row.text, about=row.about,
        org=row.org.name, to_org_id=row.to_org_id, to_org=row.to_org.name, owner_id=row.owner_id,
        owner=row.owner.name if row.owner else "", given_by=row.given_by.name, given_at=row.created_at, due_at=row.due_at,
        state=row.state, state_word="已签收" if row.state == "open" and row.signed_at else rules.STATES[row.state],
        signed_at=row.signed_at, ended_at=row.ended_at, result=row.result, moves=policies.open_to(actor, row),
    )  # fmt: skip


def open_for(actor: Actor) -> QuerySet[Task]:
    """Open tasks the actor is to do: their own, and the unit's that nobody owns yet. What a phone keeps."""
    return Task.objects.filter(policies.visible_to(actor) & _box(actor, "mine"))


def to_keep(actor: Actor, ids: Iterable[uuid.UUID]) -> list[Shown]:
    """These tasks as shown, for a phone. One query."""
    return [shown(actor, row) for row in _rows(actor).filter(id__in=list(ids))]
