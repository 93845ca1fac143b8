"""What the worker does with the outbox: hand waiting messages to the unit's adapter, clear files nobody took."""

import json
import logging
import uuid
from datetime import timedelta
from pathlib import Path

from fengqiao.core import clock, settings_tree
from fengqiao.core.acts.outbox import leave
from fengqiao.core.models import Message
from fengqiao.core.outbox import ADAPTERS, Adapter, Folder, Outgoing
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor

log = logging.getLogger(__name__)
KEPT = timedelta(days=7)  # how long a file waits for its gateway
LIST = "list"  # the setting's value when nobody but staff sends


def deliver() -> int:
    """Hand every waiting message of a unit with an adapter over; returns how many. Run by the worker, safe to repeat."""
    actor, sent = system_actor("发送提醒"), 0
    ways: dict[int, Adapter | None] = {}
    with scope(actor):
        waiting = list(Message.objects.filter(state="waiting").exclude(to_phone="").order_by("created_at", "id"))
    for row in waiting:
        if row.org_id not in ways:
            with scope(actor):
                ways[row.org_id] = ADAPTERS.get(str(settings_tree.value(row.org_id, "outbox.adapter", default=LIST)))
        way = ways[row.org_id]
        if way is None:
            continue
        try:
            way.hand_over(Outgoing(row.id, row.to_phone, row.text))
        except OSError:
            log.exception("outbox: %s did not take message %s; it stays waiting", way.name, row.id)
            continue
        leave(actor, message_id=row.id, how="handed", adapter=way.name)
        sent += 1
    return sent


def sweep() -> int:
    """Clear files a gateway did not take: of messages erased or taken back since, or older than seven days."""
    folder, gone = Folder().path, 0
    if not folder.is_dir():
        return 0
    with scope(system_actor("清理待发文件")):
        for path in [*folder.glob("*.json"), *folder.glob(".*")]:
            named = _id_of(path)
            row = Message.objects.filter(id=named).first() if named else None
            told = json.loads(path.read_text(encoding="utf-8"))["text"] if path.suffix == ".json" else ""
            old = clock.now().timestamp() - path.stat().st_mtime > KEPT.total_seconds()
            if row is None or row.text != told or not row.to_phone or old:
                path.unlink(missing_ok=True)
                gone += 1
    return gone


def _id_of(path: Path) -> uuid.UUID | None:
    try:
        return uuid.UUID(path.name.strip(".").removesuffix(".json"))
    except ValueError:
        return None
