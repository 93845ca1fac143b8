"""Red and orange disputes, for the morning's page: whose they are, since when, which leader is in charge."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from fengqiao.core.actor import Actor
from fengqiao.disputes import policies
from fengqiao.disputes.models import Dispute, Party
from fengqiao.disputes.queries.lists import code_name
from fengqiao.disputes.rules import LIVE, word
from fengqiao.intake.rules import hide_names

MOST = 100


@dataclass(frozen=True, slots=True)
class High:
    """A live dispute of level red or orange; names in `title` are masked."""

    id: uuid.UUID
    number: str
    title: str
    kind: str
    level: str
    since: datetime | None
    state: str
    owner: str
    lead: str


def high(actor: Actor) -> list[High]:
    """The live red and orange disputes of the actor's organisations, red first, the oldest first."""
    policies.may_read(actor)
    rows = Dispute.objects.filter(org_id__in=actor.orgs, level__in=("red", "orange"), state__in=LIVE)
    taken = list(rows.select_related("matter", "owner", "lead").order_by("-level", "level_since", "id")[:MOST])
    names: dict[uuid.UUID, list[str]] = {}
    for dispute, name in Party.objects.filter(dispute__in=taken).exclude(name="").values_list("dispute_id", "name"):
        names.setdefault(dispute, []).append(name)
    return [
        High(
            id=row.id, number=row.number, title=hide_names(row.matter.title, names.get(row.id, [])), kind=code_name("dispute_types", row.kind),
            level=row.level, since=row.level_since, state=word(row.state, row.outcome), owner=row.owner.name if row.owner else "",
            lead=row.lead.name if row.lead else "",
        )
        for row in taken
    ]  # fmt: skip
