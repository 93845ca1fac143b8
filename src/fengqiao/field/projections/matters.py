"""Matters on a phone: what an officer needs on the doorstep; for grid workers and volunteers place and state alone.

Never: id numbers; what was said about violence at home, the young, or to lawyers. Such a matter is `sealed`: number, place,
and what must be done.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, QuerySet

from fengqiao.core.actor import POLICE, Actor, Role
from fengqiao.core.rules.masking import mask_name
from fengqiao.disputes.queries import keeping as disputes
from fengqiao.field.projecting import project
from fengqiao.field.rules import sealed
from fengqiao.intake import queries as intake
from fengqiao.intake.queries.keeping import Kept

FULL = POLICE | {Role.MEDIATOR}
OWN = frozenset({Role.GRID, Role.VOLUNTEER})
TEXT = 2000  # characters of a report a phone keeps


def seen(actor: Actor) -> QuerySet | None:
    """Live matters the actor's post sees; of grid workers and volunteers, what they handed in themselves."""
    if not actor.has(*FULL, *OWN):
        return None
    return intake.live(actor).order_by().values(thing=F("id"), about_=F("id"))


def bodies(actor: Actor, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """What the post keeps of these matters."""
    kept = intake.to_keep(actor, ids)
    closed = _closed(kept)
    full = actor.has(*FULL)
    found = {}
    for m in kept:
        body: dict[str, Any] = {
            "number": m.number, "place_text": m.place_text, "lat": m.lat, "lon": m.lon, "grid": m.grid_id, "state": m.state,
            "state_word": m.state_word, "kind": m.kind, "first_at": m.first_at, "last_at": m.last_at, "version": m.version,
        }  # fmt: skip
        if m.id in closed:
            found[m.id] = body | {"sealed": True}
        elif full:
            found[m.id] = body | {
                "title": m.title, "owner": m.owner, "owner_id": m.owner_id, "mine": m.owner_id == actor.account_id,
                "occurrences": m.occurrences, "reports": m.reports, "kind_unsure": m.kind_unsure,
                "texts": [{"at": at, "channel": channel, "text": text[:TEXT]} for at, channel, text in m.texts],
                "parties": [{"name": name, "phone": phone, "role": role} for name, phone, role in m.parties],
            }  # fmt: skip
        else:
            found[m.id] = body | {"parties": [{"name": mask_name(name), "role": role} for name, _, role in m.parties if name]}
    return found


def closed_to_phones(actor: Actor, ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these matters whose words stay at the station, with everything that hangs on them."""
    return _closed(intake.to_keep(actor, list(set(ids))))


def _closed(kept: Sequence[Kept]) -> set[uuid.UUID]:
    return disputes.not_for_phones([m.id for m in kept]) | {m.id for m in kept if _sealed(m)}


def _sealed(m: Kept) -> bool:
    if m.kind in sealed.KINDS:
        return True
    told = [m.title, *(text for _, _, text in m.texts)]
    return sealed.hinted(told) if m.kind_unsure else False


project("matter", seen=seen, bodies=bodies)
