"""共享: what one organisation opens to another, for what, until when. Row-level security reads these records.

The caller has loaded what it shares through the actor's eyes: a share of something the actor cannot see would be
a way around the second lock. Call these inside an act; the act records the event.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Refused
from fengqiao.core.models import Share


@dataclass(frozen=True, slots=True)
class Shared:
    """A running share: `org_id` may see `about` until `until`, opened by `given_by`."""

    id: uuid.UUID
    about: uuid.UUID
    org_id: int
    org_name: str
    given_by: int
    purpose: str
    given_at: datetime
    until: datetime


def share(actor: Actor, about: uuid.UUID, org_id: int, purpose: str, until: datetime) -> uuid.UUID:
    """Open the records about `about` to an organisation until an instant (aware); returns the share's id.

    purpose  a code or short word saying what for (no personal data)
    Refused without an end that lies ahead, or for the actor's own organisation. A second share to the same
    organisation stands beside the first: each ends by itself.
    """
    if until <= clock.now():
        raise Refused("共享须有今后的截止时间。", status=422)
    if org_id == actor.org_id:
        raise Refused("不能共享给本单位。", status=422)
    row = Share.objects.create(
        about=about, org_id=org_id, given_by_id=actor.station_id or actor.org_id, purpose=purpose, until=until,
        given_at=clock.now(),
    )  # fmt: skip
    return row.id


def end_share(actor: Actor, share_id: uuid.UUID) -> bool:
    """End a share at once. Either side may: who gave it, or who got it. False when it had ended or is not theirs."""
    return bool(Share.objects.filter(id=share_id, ended_at=None).update(ended_at=clock.now()))


def shorten(actor: Actor, share_id: uuid.UUID, until: datetime) -> bool:
    """Let a running share end earlier; either side may. False when it ends before that anyway."""
    return bool(Share.objects.filter(id=share_id, ended_at=None, until__gt=until).update(until=until))


def shared_with(about: uuid.UUID) -> list[Shared]:
    """Running shares of `about` that the actor in scope gave or got, oldest first."""
    running = Share.objects.filter(about=about, ended_at=None, until__gt=clock.now())
    return [
        Shared(s.id, s.about, s.org_id, s.org.name, s.given_by_id, s.purpose, s.given_at, s.until)
        for s in running.select_related("org").order_by("given_at", "id")
    ]
