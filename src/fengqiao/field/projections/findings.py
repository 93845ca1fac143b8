"""Findings on a phone until an evening decides them: the station's police see all, whoever found one sees their own (ND-22)."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet

from fengqiao.core.actor import POLICE, Actor, Role
from fengqiao.field.projecting import project
from fengqiao.tasks import policies, queries, rules

CARRIES = POLICE | {Role.GRID, Role.VOLUNTEER}


def seen(actor: Actor) -> QuerySet | None:
    """Findings nobody has decided."""
    if not actor.has(*CARRIES):
        return None
    return queries.waiting(actor).order_by().values(thing=F("id"), about_=F("id"))


def bodies(actor: Actor, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """What was found, where and when; the phone itself counts the evenings that passed."""
    return {
        one.id: {
            "text": one.text, "place_text": one.place, "found_at": one.found_at, "found_by": one.found_by, "hour": rules.REVIEW_HOUR,
            "decides": policies.decides_findings(actor),
        }
        for one in queries.undecided(actor, ids)
    }  # fmt: skip


project("finding", seen=seen, bodies=bodies)
