"""Reads of findings: what this evening has to decide, and what rolled over."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere
from fengqiao.tasks import policies, rules
from fengqiao.tasks.models import Finding

PAGE = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A finding. `evenings`: reviews that passed without a decision; more than none means it rolled over (ND-22)."""

    id: uuid.UUID
    text: str
    place: str
    found_at: datetime
    found_by: str
    evenings: int
    decision: str = ""
    decision_word: str = ""
    reason: str = ""
    decided_at: datetime | None = None
    url: str = ""

    @property
    def rolled(self) -> str:
        """How it rolled over, in words."""
        return f"已滚动 {self.evenings} 晚" if self.evenings else ""


def waiting(actor: Actor) -> QuerySet[Finding]:
    """What no evening has decided yet, as far as the actor may see it."""
    return Finding.objects.filter(policies.findings_visible_to(actor), decision="")


def undecided(actor: Actor, ids: Sequence[uuid.UUID] | None = None) -> list[Found]:
    """Everything (or of these) the next evening must decide: what rolled over first, the oldest on top."""
    rows = waiting(actor).select_related("found_by").order_by("found_at", "id")
    return [_found(row) for row in (rows[:PAGE] if ids is None else rows.filter(id__in=ids))]


def found(actor: Actor, finding_id: uuid.UUID | None = None) -> list[Found]:
    """Decided ones, newest first; with an id, that one alone, decided or not. NotThere when it is not the actor's."""
    rows = Finding.objects.filter(policies.findings_visible_to(actor)).select_related("found_by")
    if finding_id is None:
        return [_found(row) for row in rows.exclude(decision="").order_by("-decided_at", "-id")[:50]]
    one = rows.filter(id=finding_id).first()
    if one is None:
        raise NotThere()
    return [_found(one)]


def _found(row: Finding) -> Found:
    leads = f"/tasks/{row.task_id}/" if row.task_id else f"/matters/{row.matter}/" if row.matter else ""
    until = row.decided_at or clock.now()
    return Found(
        row.id, row.text, row.place_text, row.found_at, row.found_by.name,
        rules.evenings(row.found_at, until, rules.REVIEW_HOUR, clock.SHANGHAI), row.decision,
        rules.DECISIONS.get(row.decision, ""), row.reason, row.decided_at, leads,
    )  # fmt: skip
