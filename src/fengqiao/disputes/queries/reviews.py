"""Reads of reviews (复盘): those to be written or whose change is to be made; what the monthly sample draws from."""

import uuid
from dataclasses import dataclass
from datetime import date

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.disputes import policies
from fengqiao.disputes.models import Dispute, Party, Review
from fengqiao.disputes.queries.lists import party_names
from fengqiao.disputes.rules import reviews as rules
from fengqiao.disputes.rules.levels import SERIOUS
from fengqiao.intake.rules import hide_names

SHOWN = 200


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A review as shown."""

    id: uuid.UUID
    dispute_id: uuid.UUID
    number: str
    title: str
    why: str
    opened_on: date
    due_on: date
    late: bool
    written: bool
    done: bool
    happened: str
    missed: str
    change: str
    owner_id: int | None
    owner: str
    org: str


def reviews(actor: Actor, *, late: bool = False) -> list[ReviewLine]:
    """Open reviews of the actor's organisations, the most urgent first; `late`: only those over time."""
    policies.may_read(actor)
    rows = Review.objects.filter(org_id__in=actor.orgs, done_at=None)
    if late:
        rows = rows.filter(due_on__lt=clock.today())
    found = rows.select_related("dispute__matter", "owner", "org").order_by("due_on", "id")[:SHOWN]
    names = party_names(Party.objects.filter(dispute_id__in={row.dispute_id for row in found}))
    return [_line(row, names.get(row.dispute_id, [])) for row in found]


def reviews_of(dispute_id: uuid.UUID, names: list[str]) -> list[ReviewLine]:
    """Every review of a dispute, newest first; the caller has loaded the dispute, and its parties' names, through the actor's eyes."""
    rows = Review.objects.filter(dispute_id=dispute_id).select_related("dispute__matter", "owner", "org")
    return [_line(row, names) for row in rows.order_by("-created_at")]


def _line(row: Review, names: list[str]) -> ReviewLine:
    return ReviewLine(
        row.id, row.dispute_id, row.dispute.number, hide_names(row.dispute.matter.title, names), rules.WHY[row.why],
        clock.local(row.created_at).date(), row.due_on, row.done_at is None and row.due_on < clock.today(),
        row.written_at is not None, row.done_at is not None, row.happened, row.missed, row.change, row.owner_id,
        row.owner.name if row.owner else "", row.org.short or row.org.name,
    )  # fmt: skip


def closed_serious(actor: Actor, start: date, end: date) -> dict[int, list[uuid.UUID]]:
    """Serious disputes closed from `start` to before `end`, by organisation; none of them drawn yet in this round."""
    first, last = (clock.day_start(day) for day in (start, end))
    rows = Dispute.objects.filter(state="closed", closed_at__gte=first, closed_at__lt=last, level__in=SERIOUS)
    found: dict[int, list[uuid.UUID]] = {}
    for org_id, one in rows.filter(org_id__in=actor.orgs).values_list("org_id", "id"):
        found.setdefault(org_id, []).append(one)
    return found


def sampled(dispute_ids: list[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the disputes that were drawn before."""
    return set(Review.objects.filter(dispute_id__in=dispute_ids, why="sample").values_list("dispute_id", flat=True))
