"""The lists of disputes beside each other, as tabs: 台账, 复盘, 未回填, 文号, 提醒; each post sees those it may open."""

from typing import Any

from django.urls import reverse

from fengqiao.core.actor import Actor
from fengqiao.core.outbox import SENDS
from fengqiao.disputes import policies

BOOKS = {
    "list": ("台账", None),
    "calls": ("回访", None),
    "reviews": ("复盘", None),
    "feedback": ("未回填", policies.DECIDES),
    "paper-register": ("文号登记簿", policies.WORKS),
}
OUTBOX = ("待发短信", "desk:outbox")


def tabs(actor: Actor, here: str) -> list[dict[str, Any]]:
    """Tabs for desk/_tabs.html. `here`: a key of BOOKS."""
    found = [
        {"label": label, "url": reverse(f"disputes:{name}"), "active": name == here}
        for name, (label, who) in BOOKS.items()
        if who is None or actor.has(*who)
    ]
    return [*found, *([{"label": OUTBOX[0], "url": reverse(OUTBOX[1])}] if actor.has(*SENDS) else [])]
