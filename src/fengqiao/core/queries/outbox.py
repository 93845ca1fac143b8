"""Reads of the outbox: what waits to be sent, masked; in full only to be sent, after an access line."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from fengqiao.core import access
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Forbidden
from fengqiao.core.models import Message
from fengqiao.core.outbox import SENDS, STATES
from fengqiao.core.rules.masking import mask_name, mask_phone

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One message as shown."""

    id: uuid.UUID
    about: uuid.UUID
    group: str
    name: str
    phone: str
    text: str
    state: str
    state_name: str
    written_at: datetime
    left_at: datetime | None
    by: str


def listed(actor: Actor, state: str = "waiting", *, in_full: bool = False) -> list[Line]:
    """Up to SHOWN messages of the actor's organisations: waiting ones oldest first, others newest first.

    in_full  names and telephones unmasked, to send or print them; one access line is written first (S4)
    """
    if not actor.has(*SENDS):
        raise Forbidden("提醒由民警、辅警、值班人员或调解员发送。")
    order = ("created_at", "id") if state == "waiting" else ("-created_at", "-id")
    # each organisation's own index in its order, instead of sorting all its messages
    each = [Message.objects.filter(org_id=org, state=state).order_by(*order).values("id", "created_at")[:SHOWN] for org in actor.orgs]
    first = each[0].union(*each[1:], all=True).order_by(*order)[:SHOWN] if len(each) > 1 else each[0] if each else []
    rows = Message.objects.filter(id__in=[row["id"] for row in first]).select_related("by")
    found = list(rows.order_by(*order))
    if in_full and found:
        access.opened(actor, "message", None, "发送或打印提醒", ["to_name", "to_phone", "text"], action="unmask")
    return [_line(row, in_full) for row in found]


def _line(row: Message, in_full: bool) -> Line:
    return Line(
        row.id, row.about, row.group, row.to_name if in_full else mask_name(row.to_name),
        row.to_phone if in_full else mask_phone(row.to_phone) if row.to_phone else "", row.text, row.state, STATES[row.state],
        row.created_at, row.left_at, row.by.name if row.by else "",
    )  # fmt: skip


def count(actor: Actor) -> int:
    """How many wait to be sent, up to SHOWN."""
    return Message.objects.filter(org_id__in=actor.orgs, state="waiting").order_by()[:SHOWN].count()
