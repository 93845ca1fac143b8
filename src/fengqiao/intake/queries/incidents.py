"""What the reports of a matter tell of its incidents: which occurrence, when, and whether somebody marked it 再次发生."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from fengqiao.core.models import Event
from fengqiao.intake.models import Join, Report
from fengqiao.intake.queries.loading import under


@dataclass(frozen=True, slots=True)
class Incident:
    """One report of a matter: its occurrence, when that began, whether a person marked it as 再次发生.

    source  the matter it was first filed under (another one, when matters were joined)
    """

    occurrence_id: uuid.UUID
    at: datetime
    again: bool
    source: uuid.UUID


def incidents(matter_id: uuid.UUID, tree: list[uuid.UUID] | None = None) -> list[Incident]:
    """The reports attached to a matter now, oldest first, without those of old registers. Four queries at most.

    tree  the matter and those joined into it, where the caller has them (`under`)
    The marks are read from the events: taken as 再次发生 by hand, marked so later, or joined as such.
    """
    tree = under(matter_id) if tree is None else tree
    rows = Report.objects.filter(matter_id=matter_id, history=False).order_by("occurrence__at", "id")
    reports, marked, joins = _marks(tree)
    sources: dict[uuid.UUID, uuid.UUID] = {}
    if len(tree) > 1:
        moved = Join.objects.filter(survivor_id__in=tree, undone_at=None).order_by("created_at", "id")
        for join_id, joined_id, went in moved.values_list("id", "joined_id", "moved"):
            along = {uuid.UUID(one) for one in went.get("occurrence", [])}
            marked |= along if join_id in joins else set()
            for one in along:
                sources.setdefault(one, joined_id)  # moved on by a later join, it still comes from the first
    return [
        Incident(occurrence, at, report in reports or occurrence in marked, sources.get(occurrence, matter_id))
        for report, occurrence, at in rows.values_list("id", "occurrence_id", "occurrence__at")
    ]


def _marks(tree: list[uuid.UUID]) -> tuple[set[uuid.UUID], set[uuid.UUID], set[uuid.UUID]]:
    """Reports taken by hand as a new occurrence, occurrences marked as one, and joins that said so of all they joined."""
    reports: set[uuid.UUID] = set()
    marked: set[uuid.UUID] = set()
    joins: set[uuid.UUID] = set()
    told = Event.objects.filter(about__in=tree, act__in=["intake.attach", "intake.mark_again", "intake.merge"])
    for act, facts, subjects in told.values_list("act", "facts", "subjects"):
        mine = {kind: uuid.UUID(ident) for kind, ident, role in subjects if role == "new"}
        if act == "intake.mark_again":
            marked.add(mine["occurrence"])
        elif act == "intake.attach" and facts.get("marked"):
            reports.add(mine["report"])
        elif act == "intake.merge" and facts.get("again"):
            joins.add(mine["join"])
    return reports, marked, joins


def texts(matter_id: uuid.UUID) -> list[str]:
    """What the reports of a matter say, oldest first: title and text of each, without those of old registers."""
    rows = Report.objects.filter(matter_id=matter_id, history=False).order_by("received_at", "id")
    return [f"{title}。{text}" for title, text in rows.values_list("title", "text")]


def root_of(matter_id: uuid.UUID) -> uuid.UUID:
    """The matter this one is joined into at last; itself when it is not joined."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE up AS (SELECT id, merged_into_id FROM intake_matter WHERE id = %s"
            " UNION SELECT m.id, m.merged_into_id FROM intake_matter m JOIN up ON m.id = up.merged_into_id)"
            " SELECT id FROM up WHERE merged_into_id IS NULL",
            [matter_id],
        )
        row = cursor.fetchone()
    return row[0] if row else matter_id
