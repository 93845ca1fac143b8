"""Lists of matters: filtered, in pages by cursor, exported exactly as filtered."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from fengqiao.core import clock, cursors, newest
from fengqiao.core.actor import Actor, Role
from fengqiao.core.rules.masking import mask_name, public_text
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.engine.text import query_tokens
from fengqiao.intake import policies
from fengqiao.intake.models import Matter, Party, Report
from fengqiao.intake.rules import STATES, hide_names

PAGE = 50
COUNT_CAP = 2000  # counting further would cost more than it tells; the page says 超过 2,000
FOUND, NARROWED = 200, 500  # newest matters a search for words goes through, alone and narrowed by a filter; as many: 超过


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to. Empty = everything the actor sees."""

    state: str = ""
    kind: str = ""
    owner: str = ""  # account id, "me" or "none"
    org: str = ""
    channel: str = ""
    since: date | None = None
    until: date | None = None
    repeated: bool = False  # told more than once, or happened again
    history: str = ""  # "", "yes"
    words: str = ""
    desk: bool = False  # only what the actor's own desk sorts

    def where(self, actor: Actor) -> Q:
        """As a condition on matters."""
        q = Q(org_id__in=actor.orgs) if self.org != "shared" else ~Q(org_id__in=actor.orgs)
        if self.org.isdecimal():
            q &= Q(org_id=int(self.org))
        q &= Q(state=self.state) if self.state else ~Q(state="merged")
        if self.kind:
            q &= Q(kind=self.kind) if len(self.kind) > 1 else Q(kind__startswith=self.kind)
        if self.owner == "me":
            q &= Q(owner_id=actor.account_id)
        elif self.owner == "none":
            q &= Q(owner=None)
        elif self.owner.isdecimal():
            q &= Q(owner_id=int(self.owner))
        if self.channel:
            q &= Q(report_set__channel=self.channel)
        if self.since:
            q &= Q(last_at__gte=clock.day_start(self.since))
        if self.until:
            q &= Q(last_at__lt=clock.day_start(self.until + timedelta(days=1)))
        if self.repeated:
            q &= Q(reports__gt=1)
        if self.desk:
            # a desk sees its own queue; officers of a station the queue of the desk that answers for them
            at_desk = actor.has(Role.DESK, Role.CENTRE)
            q &= Q(desk_id=actor.org_id) if at_desk else Q(desk_id__in=actor.orgs)
        return q & Q(history=self.history == "yes")



@dataclass(frozen=True, slots=True)
class Row:
    """A matter in a list: no personal detail, party names masked."""

    id: uuid.UUID
    number: str
    title: str
    kind: str
    unsure: bool
    state: str
    org: str
    owner: str
    place: str
    last_at: datetime
    reports: int
    occurrences: int
    parties: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. Cursors are opaque; `total` is capped at COUNT_CAP, then `total_is_floor`."""

    rows: list[Row]
    total: int
    total_is_floor: bool
    next_cursor: str = ""
    previous_cursor: str = ""


COLUMNS = (
    "id", "number", "title", "kind", "kind_unsure", "state", "org__short", "org__name", "owner__name", "place_text",
    "last_at", "reports", "occurrences",
)  # fmt: skip


def found(actor: Actor, chosen: Filter, *, cursor: str = "", size: int = PAGE) -> Page:
    """A page of matters, newest incident first. Three queries whatever the size: rows, parties, count."""
    policies.may_read(actor) if not actor.has("grid", "volunteer") else None
    hits = _searched(chosen.words, most := FOUND if chosen == Filter(words=chosen.words) else NARROWED)
    every = rows = _rows(actor, chosen, hits)
    backwards = cursor.startswith("-")
    if cursor:
        at, last = cursors.read(cursor.lstrip("-")) or cursors.start()
        after = Q(last_at__lt=at) | Q(last_at=at, id__lt=last)
        rows = rows.filter(~after & ~Q(id=last)) if backwards else rows.filter(Q(last_at__lte=at) & after)
    order = ("last_at", "id") if backwards else ("-last_at", "-id")
    taken = list(newest.of_each(rows.order_by(*order), _holders(actor, chosen), size + 1).values(*COLUMNS))
    more = len(taken) > size
    taken = taken[:size]
    if backwards:
        taken.reverse()
    total = newest.counted(every.order_by("-last_at", "-id"), _holders(actor, chosen), COUNT_CAP + 1)
    has_next = more if not backwards else True
    has_previous = bool(cursor) if not backwards else more
    return Page(
        rows=_shown(taken),
        total=min(total, COUNT_CAP),
        total_is_floor=total > COUNT_CAP or (hits is not None and len(hits) >= most),
        next_cursor=cursors.write(taken[-1]["last_at"], taken[-1]["id"]) if taken and has_next else "",
        previous_cursor="-" + cursors.write(taken[0]["last_at"], taken[0]["id"]) if taken and has_previous else "",
    )


def _rows(actor: Actor, chosen: Filter, hits: list[uuid.UUID] | None) -> QuerySet[Matter]:
    rows = policies.scoped(actor, Matter.objects.filter(chosen.where(actor)))
    if hits is not None:
        rows = rows.filter(id__in=hits)
    return rows.distinct() if chosen.channel else rows


def _searched(words: str, most: int) -> list[uuid.UUID] | None:
    """The newest matters whose number, title, place, kind or party names hold all the words, simplified or traditional;
    None when nothing was asked."""
    if not words.strip():
        return None
    tokens = query_tokens(words)
    if not tokens:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT matter_id FROM intake_find(%s, %s)", [tokens, most])
        return [row[0] for row in cursor.fetchall()]


def _holders(actor: Actor, chosen: Filter) -> list[int]:
    """The organisations whose indexes can be read each in its order; none where the condition is of another kind."""
    if chosen.org == "shared" or chosen.channel or chosen.words or chosen.desk:
        return []
    return [int(chosen.org)] if chosen.org.isdecimal() else list(actor.orgs)


def parties_of(matter_ids: list[uuid.UUID]) -> dict[uuid.UUID, list[tuple[str, str]]]:
    """Role and name of everybody named in these matters, in the order they were named."""
    names: dict[uuid.UUID, list[tuple[str, str]]] = {}
    rows = Party.objects.filter(matter_id__in=matter_ids).exclude(name="").order_by("created_at", "id")
    for matter_id, role, name in rows.values_list("matter_id", "role", "name"):
        names.setdefault(matter_id, []).append((role, name))
    return names


def _shown(taken: list[dict[str, Any]]) -> list[Row]:
    names = parties_of([row["id"] for row in taken])
    return [
        Row(
            id=row["id"], number=row["number"], kind=kind_name(row["kind"]), unsure=row["kind_unsure"],
            title=hide_names(row["title"], (name for _, name in names.get(row["id"], []))),
            state=STATES[row["state"]], org=row["org__short"] or row["org__name"], owner=row["owner__name"] or "",
            place=row["place_text"], last_at=row["last_at"], reports=row["reports"], occurrences=row["occurrences"],
            parties="、".join(dict.fromkeys(mask_name(name) for role, name in names.get(row["id"], []) if role != "contact")),
        )
        for row in taken
    ]  # fmt: skip


def kind_name(code: str) -> str:
    """The Chinese name of a type code; 未分类 for none."""
    for name in ("dispute_types", "alarm_kinds"):
        if code in vocabulary(name):
            return vocabulary(name)[code].name
    return code or "未分类"


def waiting(actor: Actor, *, size: int = PAGE, cursor: str = "") -> Page:
    """待分流: matters waiting at the actor's desk (NP-17: 宽松型 at the county centre, 紧密型 at the shared desk)."""
    return found(actor, Filter(state="waiting", desk=True), cursor=cursor, size=size)


def mine(actor: Actor, *, size: int = PAGE) -> list[Row]:
    """要我办: live matters the actor owns, oldest incident first."""
    rows = policies.scoped(
        actor, Matter.objects.filter(owner_id=actor.account_id, state__in=["open", "handed", "settled"])
    )
    return _shown(list(rows.order_by("last_at", "id").values(*COLUMNS)[:size]))


def export_rows(actor: Actor, chosen: Filter, *, masked: bool = True, chunk: int = 1000) -> Iterator[Row]:
    """Every row of the list as filtered on the screen, in the same order (U3). The caller writes the access line.

    masked: parties as 王某, and their names, phones and door numbers masked in title and place too (NP-55).
    """
    policies.may_read(actor)
    rows, after = _rows(actor, chosen, _searched(chosen.words, NARROWED)), Q()
    while True:
        taken = list(rows.filter(after).order_by("-last_at", "-id").values(*COLUMNS)[:chunk])
        names = parties_of([row["id"] for row in taken])
        for row, shown in zip(taken, _shown(taken), strict=True):
            here = names.get(row["id"], [])
            if masked:
                known = [name for _, name in here]
                yield replace(shown, title=public_text(row["title"], known), place=public_text(shown.place, known))
            else:
                full = "、".join(dict.fromkeys(name for role, name in here if role != "contact"))
                yield replace(shown, title=row["title"], parties=full)
        if len(taken) < chunk:
            return
        last = taken[-1]
        after = Q(last_at__lt=last["last_at"]) | Q(last_at=last["last_at"], id__lt=last["id"])


def counts_by_source(actor: Actor, since: datetime, until: datetime) -> dict[str, int]:
    """全面汇: reports by channel in [since, until), of the actor's organisations (NP-32)."""
    policies.may_read(actor)
    rows = Report.objects.filter(
        org_id__in=actor.orgs, received_at__gte=since, received_at__lt=until, history=False
    )
    return dict(rows.values_list("channel").annotate(n=Count("id")).order_by("channel"))


@dataclass(frozen=True, slots=True)
class Delay:
    """实时采: how long reports lay between being written down and standing on the server. `median` in seconds."""

    reports: int
    median: float | None
    over_a_minute: int


LATEST = timedelta(days=7)  # further back nothing is looked for, so that the index of a station is read from its end
_DELAY = """
SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY greatest(extract(epoch FROM created_at - captured_at), 0)),
       count(*) FILTER (WHERE created_at - captured_at > interval '1 minute')
FROM intake_report WHERE org_id = ANY(%s) AND received_at >= %s AND created_at >= %s AND created_at < %s AND NOT history AND source_org_id IS NULL
"""


def capture_delay(actor: Actor, since: datetime, until: datetime) -> Delay:
    """Median capture-to-server delay of the reports that reached the actor's organisations in [since, until) (NP-32).

    Counted are reports captured by hand (window, phone, grid, volunteer), at most LATEST later; files and partners bring
    theirs when they do. A device whose clock runs ahead counts as no delay.
    """
    policies.may_read(actor)
    with connection.cursor() as cursor:
        cursor.execute(_DELAY, [list(actor.orgs), since - LATEST, since, until])
        reports, median, late = cursor.fetchone()
    return Delay(reports, None if median is None else float(median), late)
