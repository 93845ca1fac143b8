"""Tasks on a phone: one's own, and the unit's that nobody took yet; grid workers and volunteers get theirs."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from fengqiao.core.actor import Actor
from fengqiao.field.policies import CARRIES
from fengqiao.field.projecting import project
from fengqiao.field.projections.matters import closed_to_phones
from fengqiao.tasks import queries


def seen(actor: Actor) -> QuerySet | None:
    """Open tasks the actor is to do."""
    if not actor.has(*CARRIES):
        return None
    return queries.open_for(actor).order_by().values(thing=F("id"), about_=Coalesce("about", "id"))


def bodies(actor: Actor, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """What is to be done, by when, for whom; of a matter whose words stay at the station without words."""
    kept = queries.to_keep(actor, ids)
    closed = closed_to_phones(actor, [one.about for one in kept if one.about])
    found = {}
    for one in kept:
        body: dict[str, Any] = {
            "number": one.number, "kind_word": one.kind_word, "due_at": one.due_at, "given_at": one.given_at, "state_word": one.state_word,
            "signed_at": one.signed_at, "matter": one.about, "org": one.org, "given_by": one.given_by,
            "mine": one.owner_id == actor.account_id, "moves": list(one.moves),
        }  # fmt: skip
        words = {"sealed": True} if one.about in closed else {"title": one.title, "text": one.text}
        found[one.id] = body | words
    return found


project("task", seen=seen, bodies=bodies)
