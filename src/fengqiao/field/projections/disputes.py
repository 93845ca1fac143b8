"""Disputes on a phone, with what is due: revisits, promised performances, sessions. For the police and mediators alone.

Of a matter whose words stay at the station only numbers, dates and places come (`sealed`).
"""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import F, QuerySet

from fengqiao.core.actor import Actor
from fengqiao.disputes.queries import keeping
from fengqiao.disputes.queries.carrying import to_judge
from fengqiao.field.projecting import Bodies, Seen, project
from fengqiao.field.projections.matters import FULL, closed_to_phones

# what is left of a thing whose words stay at the station
BARE = frozenset({"number", "matter", "dispute", "kind", "state", "state_word", "level", "owner", "owner_id", "due_at", "due_on",
                  "starts_at", "ends_at", "way", "room", "version", "opened_at"})  # fmt: skip


def _seen(rows: Callable[[Actor], QuerySet], about: str) -> Seen:
    def seen(actor: Actor) -> QuerySet | None:
        if not actor.has(*FULL):
            return None
        return rows(actor).order_by().values(thing=F("id"), about_=F(about))

    return seen


def _bodies(read: Callable[[Sequence[uuid.UUID]], keeping.Kept]) -> Bodies:
    def bodies(actor: Actor, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
        kept = read(ids)
        closed = closed_to_phones(actor, [one["matter"] for one in kept.values()])
        for body in kept.values():
            if "owner_id" in body:
                body["mine"] = body["owner_id"] == actor.account_id
        return {
            id_: {name: value for name, value in body.items() if name in BARE} | {"sealed": True} if body["matter"] in closed else body
            for id_, body in kept.items()
        }

    return bodies


def dispute_bodies(actor: Actor, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """A dispute with what the phone judges and acts by; nothing of that where its words stay at the station."""
    found = _bodies(keeping.disputes_to_keep)(actor, ids)
    judged = to_judge(actor, [id_ for id_, body in found.items() if not body.get("sealed")])
    return {id_: body | judged.get(id_, {}) for id_, body in found.items()}


project("dispute", seen=_seen(keeping.live, "matter_id"), bodies=dispute_bodies)
project("session", seen=_seen(keeping.sessions_ahead, "about"), bodies=_bodies(keeping.sessions_to_keep))
project("revisit", seen=_seen(keeping.revisits_open, "about"), bodies=_bodies(keeping.revisits_to_keep))
project("promise", seen=_seen(keeping.owed, "about"), bodies=_bodies(keeping.owed_to_keep))
