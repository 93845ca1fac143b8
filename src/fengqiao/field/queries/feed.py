"""The feed: what a device keeps, in the order of the ledger's sealed positions.

The server knows what each device holds (`field_kept`). One statement a kind compares that with what the post sees now: new
things, things an event was sealed about since they were sent, things of an answer the device never got, and things it may
keep no longer. Nothing above the oldest running transaction can slip in: the head is read before the projections are.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from fengqiao.core import access, clock
from fengqiao.core.actor import Actor
from fengqiao.core.live import head
from fengqiao.core.scope import scope
from fengqiao.field import projecting
from fengqiao.field.models import Device
from fengqiao.field.queries.devices import Caller
from fengqiao.field.rules import SHARE_HOURS, cursors
from fengqiao.field.rules.cursors import Cursor

# %(p)s: position every kept thing is at least as new as; %(head)s: what this answer is as new as; %(ack)s: last answer received
_COMPARE = """
WITH seen (thing, about) AS ({seen}), mine AS (SELECT thing, about, position, batch, gone FROM field_kept WHERE device_id = %s AND kind = %s),
changed AS (SELECT e.about, max(s.position) AS position FROM core_seal s JOIN core_event e ON e.id = s.event_id
            WHERE s.position > %s AND s.position <= %s GROUP BY e.about)
SELECT 'send', seen.thing, seen.about FROM seen LEFT JOIN mine ON mine.thing = seen.thing LEFT JOIN changed ON changed.about = seen.about
WHERE mine.thing IS NULL OR mine.gone OR mine.batch > %s OR changed.position > mine.position
UNION ALL
SELECT 'gone', mine.thing, mine.about FROM mine WHERE (NOT mine.gone OR mine.batch > %s)
  AND NOT EXISTS (SELECT FROM seen WHERE seen.thing = mine.thing)
"""
_GONE = """
SELECT 'gone', thing, about FROM field_kept WHERE device_id = %s AND kind = %s AND (NOT gone OR batch > %s)
"""
_KEEP = """
INSERT INTO field_kept (device_id, org_id, kind, thing, about, position, batch, gone)
SELECT %s, %s, %s, t.thing, t.about, %s, %s, %s FROM unnest(%s::uuid[], %s::uuid[]) AS t(thing, about)
ON CONFLICT (device_id, kind, thing) DO UPDATE
SET position = excluded.position, batch = excluded.batch, gone = excluded.gone, about = excluded.about
"""
_THROUGH = """
SELECT o.seq FROM field_operation o LEFT JOIN core_seal s ON s.event_id = o.event
WHERE o.device_id = %s AND o.seq > %s AND (o.event IS NULL OR s.position <= %s) ORDER BY o.seq LIMIT 5000
"""


@dataclass(slots=True)
class Feed:
    """One answer of the feed, as the protocol writes it (§4)."""

    cursor: str
    more: bool
    through_seq: int
    now: datetime
    share_until: datetime
    things: list[dict[str, Any]] = field(default_factory=list)
    gone: list[dict[str, Any]] = field(default_factory=list)


def feed(caller: Caller, actor: Actor, word: str, limit: int) -> Feed:
    """What the device is to keep from now on, after the cursor `word`; at most `limit` things. One line in the access log."""
    given = cursors.read(word)
    top = head()
    with scope(actor):
        batch = _next(caller.device, given.batch)
        since = given.position or top  # a device that holds nothing needs nobody's changes, it gets everything as it is
        answer = Feed("", False, given.through, clock.now(), clock.now() + timedelta(hours=SHARE_HOURS))
        for projection in projecting.projections():
            send, gone = _compared(caller.device, actor, projection, since, top, given.batch)
            room = max(limit - len(answer.things) - len(answer.gone), 0)
            answer.more |= len(send) + len(gone) > room
            gone, send = gone[:room], send[: max(room - len(gone), 0)]
            bodies = projection.bodies(actor, [thing for thing, _ in send]) if send else {}
            answer.gone += [{"kind": projection.kind, "id": thing} for thing, _ in gone]
            answer.things += [
                {"kind": projection.kind, "id": thing, "rev": top, "body": bodies[thing]} for thing, _ in send if thing in bodies
            ]
            _keep(caller, projection.kind, [one for one in send if one[0] in bodies], top, batch, gone=False)
            _keep(caller, projection.kind, gone, top, batch, gone=True)
        if not answer.more:
            answer.through_seq = _through(caller.device, given.through, top)
        # what was not sent of a round of changes is found again from where the round began
        position = given.position if answer.more and given.position else top
        answer.cursor = cursors.write(Cursor(position, batch, answer.through_seq))
    if answer.things:
        access.opened(actor, "device", caller.device, f"手机同步 {len(answer.things)} 条", ["title", "text", "name", "phone"], action="export")
    return answer


def _next(device: uuid.UUID, received: int) -> int:
    """The number of this answer. Two tabs of one phone come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE field_device SET batch = greatest(batch, %s) + 1, contact_at = %s WHERE id = %s RETURNING batch",
            [min(received, 2**30), clock.now(), device],
        )
        batch = cursor.fetchone()[0]
        cursor.execute("DELETE FROM field_kept WHERE device_id = %s AND gone AND batch <= %s", [device, received])
    return int(batch)


Pairs = list[tuple[uuid.UUID, uuid.UUID]]


def _compared(
    device: uuid.UUID, actor: Actor, projection: projecting.Projection, since: int, top: int, received: int
) -> tuple[Pairs, Pairs]:
    seen = projection.seen(actor)
    values: list[Any]
    if seen is None:
        statement, values = _GONE, [device, projection.kind, received]
    else:
        sql, given = seen.query.sql_with_params()
        statement = _COMPARE.format(seen=sql)
        values = [*given, device, projection.kind, since, top, received, received]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    rows.sort(key=lambda row: row[1], reverse=True)  # the newest first: a first filling is usable at once
    send = [(thing, about) for what, thing, about in rows if what == "send"]
    return send, [(thing, about) for what, thing, about in rows if what == "gone"]


def _keep(caller: Caller, kind: str, pairs: Pairs, position: int, batch: int, *, gone: bool) -> None:
    if not pairs:
        return
    things, abouts = [thing for thing, _ in pairs], [about for _, about in pairs]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [caller.device, caller.org_id, kind, position, batch, gone, things, abouts])


def _through(device: uuid.UUID, known: int, top: int) -> int:
    """The number up to which all operations of the device are in the projections (or wait for somebody)."""
    with connection.cursor() as cursor:
        cursor.execute(_THROUGH, [device, known, top])
        found = [seq for (seq,) in cursor.fetchall()]
    through = known
    for seq in found:
        if seq != through + 1:
            break
        through = seq
    return through


def order(device: uuid.UUID) -> bool:
    """Is the device ordered to wipe itself?"""
    return bool(Device.objects.filter(id=device, wipe_at__isnull=False).exists())
