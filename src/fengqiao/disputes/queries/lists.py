"""Lists of disputes: filtered, in pages by cursor, exported exactly as filtered."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from fengqiao.core import clock, cursors, newest
from fengqiao.core.actor import Actor
from fengqiao.core.models import Deadline, Share
from fengqiao.core.rules.masking import mask_name
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes import policies
from fengqiao.disputes.models import Dispute, Party
from fengqiao.disputes.queries.loading import REVISIT, revisit_due
from fengqiao.disputes.rules import LIVE, word
from fengqiao.disputes.rules.levels import SERIOUS
from fengqiao.intake.models import Matter
from fengqiao.intake.rules import hide_names

PAGE = 50
COUNT_CAP = 2000  # counting further would cost more than it tells; the page says 超过 2,000


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to. Empty = everything the actor sees."""

    state: str = ""  # a state, or "live": not ended
    kind: str = ""
    owner: str = ""  # account id, "me" or "none"
    org: str = ""  # organisation id, or "shared"
    outcome: str = ""
    due: str = ""  # "late": the revisit is over time, "wait": it is still to be made
    number: str = ""
    level: str = ""  # a level, "serious": red and orange, or "none"
    since: date | None = None
    until: date | None = None

    def where(self, actor: Actor) -> Q:
        """As a condition on disputes."""
        q = ~Q(org_id__in=actor.orgs) & Q(matter_id__in=newest.these(shared_with(actor))) if self.org == "shared" else Q(org_id__in=actor.orgs)
        if self.org.isdecimal():
            q &= Q(org_id=int(self.org))
        if self.state:
            q &= Q(state__in=LIVE) if self.state == "live" else Q(state=self.state)
        if self.kind:
            q &= Q(kind=self.kind)
        if self.level:
            one = "" if self.level == "none" else self.level
            q &= Q(level__in=sorted(SERIOUS)) if one == "serious" else Q(level=one)
        if self.outcome:
            q &= Q(outcome=self.outcome)
        if self.owner == "me":
            q &= Q(owner_id=actor.account_id)
        elif self.owner == "none":
            q &= Q(owner=None)
        elif self.owner.isdecimal():
            q &= Q(owner_id=int(self.owner))
        if self.due:
            waits = Deadline.objects.filter(rule=REVISIT, met_at=None, dropped_at=None)
            waits = waits.filter(due_at__lt=clock.now()) if self.due == "late" else waits
            q &= Q(id__in=newest.these(waits.values("subject_id")))
        if self.number:
            matters = list(Matter.objects.filter(number=self.number.upper()).values_list("id", flat=True))  # two indexes, no join
            q &= Q(number=self.number.upper()) | Q(matter_id__in=matters)
        if self.since:
            q &= Q(created_at__gte=clock.day_start(self.since))
        if self.until:
            q &= Q(created_at__lt=clock.day_start(self.until + timedelta(days=1)))
        return q

    def holders(self, actor: Actor) -> list[int]:
        """The organisations whose indexes can be read each in its order; none where the condition finds few by itself."""
        if self.org == "shared" or self.number or self.due:
            return []
        return [int(self.org)] if self.org.isdecimal() else list(actor.orgs)


def shared_with(actor: Actor) -> QuerySet[Share, Any]:
    """Matters opened to the actor's organisations by a share that runs."""
    return Share.objects.filter(org_id__in=actor.orgs, ended_at=None, until__gt=clock.now()).values("about")


@dataclass(frozen=True, slots=True)
class Row:
    """A dispute in a list; party names masked."""

    id: uuid.UUID
    number: str
    matter_id: uuid.UUID
    matter_number: str
    title: str
    kind: str
    state: str  # in words
    ended: bool
    org: str
    owner: str
    place: str
    parties: str
    outcome: str
    opened_at: datetime
    revisit_due: datetime | None
    level: str = ""
    lead: str = ""  # 包案领导
    departs_on: date | None = None  # a party leaves on this day: such a dispute stands in front


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. Cursors are opaque; `total` is capped at COUNT_CAP, then `total_is_floor`."""

    rows: list[Row]
    total: int
    total_is_floor: bool
    next_cursor: str = ""
    previous_cursor: str = ""


COLUMNS = (
    "id", "number", "matter_id", "matter__number", "matter__title", "kind", "state", "org__short", "org__name",
    "owner__name", "matter__place_text", "outcome", "created_at", "departs_on",
    "level", "lead__name",
)  # fmt: skip


def found(actor: Actor, chosen: Filter, *, cursor: str = "", size: int = PAGE) -> Page:
    """A page of disputes, newest first. Five queries whatever the size: rows, parties, clocks, count."""
    policies.may_read(actor)
    rows = Dispute.objects.filter(chosen.where(actor))
    backwards = cursor.startswith("-")
    holders = chosen.holders(actor)
    taken = _taken(rows, holders, cursor.lstrip("-"), size + 1, backwards=backwards)
    more, taken = len(taken) > size, taken[:size]
    if backwards:
        taken.reverse()
    total = newest.counted(rows.order_by("-created_at", "-id"), holders, COUNT_CAP + 1)
    return Page(
        rows=_shown(taken),
        total=min(total, COUNT_CAP),
        total_is_floor=total > COUNT_CAP,
        next_cursor=_cursor(taken[-1]) if taken and (more or backwards) else "",
        previous_cursor="-" + _cursor(taken[0]) if taken and (more if backwards else cursor) else "",
    )


def export_rows(actor: Actor, chosen: Filter, *, chunk: int = 1000) -> Iterator[Row]:
    """Every row of the list as filtered on the screen, in the same order (U3). The caller writes the access line."""
    cursor = ""
    while True:
        page = found(actor, chosen, cursor=cursor, size=chunk)
        yield from page.rows
        cursor = page.next_cursor
        if not cursor:
            return


def _shown(taken: list[dict[str, Any]]) -> list[Row]:
    ids = [row["id"] for row in taken]
    named = _named(Party.objects.filter(dispute_id__in=ids))
    due = revisit_due(ids)
    return [
        Row(
            id=row["id"], number=row["number"], matter_id=row["matter_id"], matter_number=row["matter__number"],
            title=hide_names(row["matter__title"], (name for _, name in named.get(row["id"], []))), kind=code_name("dispute_types", row["kind"]),
            state=word(row["state"], row["outcome"]), ended=row["state"] not in LIVE,
            org=row["org__short"] or row["org__name"], owner=row["owner__name"] or "", place=row["matter__place_text"],
            parties="、".join(mask_name(name) for role, name in named.get(row["id"], []) if role != "contact"), outcome=code_name("outcomes", row["outcome"]),
            opened_at=row["created_at"], revisit_due=due.get(row["id"]), departs_on=row["departs_on"],
            level=row["level"], lead=row["lead__name"] or "",
        )
        for row in taken
    ]  # fmt: skip


def _named(parties: QuerySet[Party]) -> dict[uuid.UUID, list[tuple[str, str]]]:
    found: dict[uuid.UUID, list[tuple[str, str]]] = {}
    rows = parties.exclude(name="").order_by("created_at", "id")
    for dispute_id, role, name in rows.values_list("dispute_id", "role", "name"):
        found.setdefault(dispute_id, []).append((role, name))
    return found


def party_names(parties: QuerySet[Party]) -> dict[uuid.UUID, list[str]]:
    """Names in full by dispute, of everybody named: what its title has to hide."""
    return {dispute_id: [name for _, name in named] for dispute_id, named in _named(parties).items()}


def masked_names(parties: QuerySet[Party]) -> dict[uuid.UUID, list[str]]:
    """Masked names of the two sides by dispute: who called is mostly one of them, a contact is not."""
    return {dispute_id: [mask_name(name) for role, name in named if role != "contact"] for dispute_id, named in _named(parties).items()}


def code_name(table: str, code: str) -> str:
    """The Chinese name of a code; empty for none."""
    known = vocabulary(table)
    return known[code].name if code in known else code


# Whose party leaves soon stands in front (KZ-17): live disputes by day of departure, then everything else, newest first.
LEAVES = Q(departs_on__isnull=False) & ~Q(state__in=["closed", "withdrawn"])


def _taken(rows: QuerySet[Dispute], holders: list[int], cursor: str, size: int, *, backwards: bool) -> list[dict[str, Any]]:
    """`size` rows after the cursor (before it, nearest first, when backwards), over both parts of the list."""
    leaving, others = rows.filter(LEAVES), rows.exclude(LEAVES)
    in_front = cursor.startswith("d")
    parts = []
    if in_front or not cursor:
        parts.append(_leaving(leaving, cursor, backwards=backwards))
    if not in_front or not backwards:
        parts.append(_newest(others, "" if in_front else cursor, backwards=backwards))
    if backwards and not in_front:
        parts.append(leaving.order_by("-departs_on", "-id"))
    found: list[dict[str, Any]] = []
    for part in parts:
        if len(found) < size:
            found += newest.of_each(part, holders, size - len(found)).values(*COLUMNS)
    return found


def _leaving(rows: QuerySet[Dispute], cursor: str, *, backwards: bool) -> QuerySet[Dispute]:
    order = ("-departs_on", "-id") if backwards else ("departs_on", "id")
    try:
        day, last = cursor[1:].split("_")
        on, last_id = date.fromisoformat(day), uuid.UUID(last)
    except ValueError:  # none, or a broken one: from the beginning
        return rows.order_by(*order)
    before = Q(departs_on__lt=on) | Q(departs_on=on, id__lt=last_id)
    return (rows.filter(before) if backwards else rows.exclude(before | Q(id=last_id))).order_by(*order)


def _newest(rows: QuerySet[Dispute], cursor: str, *, backwards: bool) -> QuerySet[Dispute]:
    order = ("created_at", "id") if backwards else ("-created_at", "-id")
    if not cursor:
        return rows.order_by(*order)
    at, last = cursors.read(cursor) or cursors.start()
    after = Q(created_at__lt=at) | Q(created_at=at, id__lt=last)
    # the bound on the instant alone is what an index can be entered at
    return (rows.filter(~after & ~Q(id=last), created_at__gte=at) if backwards else rows.filter(after, created_at__lte=at)).order_by(*order)


def _cursor(row: dict[str, Any]) -> str:
    if row["departs_on"] is not None and row["state"] in LIVE:
        return f"d{row['departs_on'].isoformat()}_{row['id'].hex}"
    return cursors.write(row["created_at"], row["id"])
