"""What a phone keeps of matters: read for many at once, as they stand now."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from fengqiao.core.actor import Actor
from fengqiao.intake import policies
from fengqiao.intake.models import Matter, Party, Report
from fengqiao.intake.rules import LIVE, STATES

NEWEST = 3  # reports of a matter a phone keeps


@dataclass(frozen=True, slots=True)
class Kept:
    """A matter as a phone's projection is made of it. No id numbers."""

    id: uuid.UUID
    number: str
    title: str
    kind: str
    kind_unsure: bool
    state: str
    state_word: str
    place_text: str
    lat: float | None
    lon: float | None
    grid_id: int | None
    first_at: datetime
    last_at: datetime
    occurrences: int
    reports: int
    owner_id: int | None
    owner: str
    version: int
    texts: list[tuple[datetime, str, str]] = field(default_factory=list)  # received, channel, text; newest first
    parties: list[tuple[str, str, str]] = field(default_factory=list)  # name, phone, role; each once


def live(actor: Actor) -> QuerySet[Matter]:
    """Matters that are not done with, as the actor may list them; without those of old registers."""
    return policies.scoped(actor, Matter.objects.filter(state__in=LIVE, history=False))


def to_keep(actor: Actor, ids: Sequence[uuid.UUID]) -> list[Kept]:
    """These matters with their newest reports and their parties. Three queries, however many."""
    rows = Matter.objects.filter(id__in=ids).select_related("owner")
    found = {
        m.id: Kept(
            m.id, m.number, m.title, m.kind, m.kind_unsure, m.state, STATES[m.state], m.place_text, m.lat, m.lon, m.grid_id, m.first_at,
            m.last_at, m.occurrences, m.reports, m.owner_id, m.owner.name if m.owner else "", m.version,
        )
        for m in rows
    }  # fmt: skip
    told = Report.objects.filter(matter_id__in=found).order_by("-received_at", "-id")
    for matter_id, at, channel, text in told.values_list("matter_id", "received_at", "channel", "text"):
        if len(found[matter_id].texts) < NEWEST:
            found[matter_id].texts.append((at, channel, text))
    parties = Party.objects.filter(matter_id__in=found, erased_at=None).order_by("created_at", "id")
    for matter_id, name, phone, role in parties.values_list("matter_id", "name", "phone", "role"):
        if (name or phone) and (name, phone, role) not in found[matter_id].parties:
            found[matter_id].parties.append((name, phone, role))
    return list(found.values())
