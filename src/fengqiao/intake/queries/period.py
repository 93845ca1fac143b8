"""What came in over some hours: for a shift's handover and the morning's page. Names of parties are masked."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from fengqiao.core.actor import Actor
from fengqiao.intake import policies
from fengqiao.intake.models import Matter, Report
from fengqiao.intake.queries.lists import kind_name, parties_of
from fengqiao.intake.rules import STATES, hide_names

MOST = 200


@dataclass(frozen=True, slots=True)
class Handled:
    """A matter reports came in about. `state` is the code, `word` what pages call it; names in `title` are masked."""

    id: uuid.UUID
    number: str
    title: str
    kind: str
    kind_word: str
    state: str
    word: str
    place: str
    grid_id: int | None
    owner_id: int | None
    owner: str
    last_at: datetime
    occurrences: int
    reports: int


def counts_by_kind(actor: Actor, since: datetime, until: datetime) -> dict[str, int]:
    """Reports received in [since, until) by the kind of their matter (code; "" = not sorted yet), most first."""
    policies.may_read(actor)
    rows = Report.objects.filter(org_id__in=actor.orgs, received_at__gte=since, received_at__lt=until, history=False)
    return dict(rows.values_list("matter__kind").annotate(n=Count("id")).order_by("-n", "matter__kind"))


def handled(actor: Actor, since: datetime, until: datetime, states: frozenset[str] = frozenset(STATES)) -> list[Handled]:
    """Matters of the actor's organisations a report came in about in [since, until), oldest incident first; at most MOST."""
    policies.may_read(actor)
    reports = Report.objects.filter(org_id__in=actor.orgs, received_at__gte=since, received_at__lt=until, history=False)
    ids = list(reports.values_list("matter_id", flat=True).distinct()[: MOST + 1])
    rows = Matter.objects.filter(id__in=ids, state__in=states, org_id__in=actor.orgs, history=False)
    return _shown(rows.order_by("last_at", "id"))


def happened_again(actor: Actor, since: datetime, until: datetime) -> list[Handled]:
    """Matters that happened more than once, the last time in [since, until), newest first."""
    policies.may_read(actor)
    rows = Matter.objects.filter(org_id__in=actor.orgs, last_at__gte=since, last_at__lt=until, occurrences__gt=1, history=False)
    return _shown(rows.exclude(state="merged").order_by("-last_at", "-id"))


def briefly(actor: Actor, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Handled]:
    """Those of the given matters the actor may see, by id, as one line of a list names them."""
    return {one.id: one for one in _shown(policies.scoped(actor, Matter.objects.filter(id__in=list(ids))).order_by("id"))}


def _shown(rows: object) -> list[Handled]:
    taken = list(rows.select_related("owner")[:MOST])  # type: ignore[attr-defined]
    names = parties_of([row.id for row in taken])
    return [
        Handled(
            id=row.id, number=row.number, title=hide_names(row.title, (name for _, name in names.get(row.id, []))), kind=row.kind,
            kind_word=kind_name(row.kind), state=row.state, word=STATES[row.state], place=row.place_text, grid_id=row.grid_id,
            owner_id=row.owner_id, owner=row.owner.name if row.owner else "", last_at=row.last_at, occurrences=row.occurrences,
            reports=row.reports,
        )
        for row in taken
    ]  # fmt: skip
