"""One timeline of everything that happened about some records, as far as the actor may read it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import connection

from fengqiao.core.actor import Actor
from fengqiao.core.spine import SENTENCES


@dataclass(frozen=True, slots=True)
class Line:
    """One event as a timeline shows it. `content` is {} when erased or in a compartment the actor does not read."""

    id: uuid.UUID
    at: datetime
    occurred: tuple[datetime, datetime]
    act: str
    sentence: str
    who: str
    post: str
    org: str
    about: uuid.UUID
    correlation: uuid.UUID
    facts: dict[str, Any]
    subjects: list[list[str]] = field(default_factory=list)
    content: dict[str, Any] = field(default_factory=dict)
    withheld: bool = False


def timeline(
    actor: Actor,
    abouts: Iterable[uuid.UUID],
    *,
    since: datetime | None = None,
    limit: int = 200,
    before: uuid.UUID | None = None,
) -> list[Line]:
    """Newest first, at most `limit`; `before` is the last line's event id of the page before. Two queries.

    `since`: nothing about them was recorded earlier, so months before it are not looked into.
    """
    ids = list(abouts)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id, e.recorded_at, e.occurred_start, e.occurred_end, e.act, a.name, p.title, o.name, e.about,"
            " e.correlation, e.facts::text, e.subjects::text, e.digests::text"
            " FROM core_event e JOIN core_account a ON a.id = e.account_id JOIN core_post p ON p.id = e.post_id"
            " JOIN core_organisation o ON o.id = p.org_id"
            " WHERE e.about = ANY(%s) AND e.recorded_at >= %s AND (%s::uuid IS NULL OR e.id < %s)"
            " ORDER BY e.id DESC LIMIT %s",
            [ids, since or datetime.min.replace(tzinfo=UTC), before, before, limit],
        )
        events = cursor.fetchall()
        cursor.execute(
            "SELECT event_id, body FROM core_content WHERE event_id = ANY(%s)", [[row[0] for row in events]]
        )
        content: dict[uuid.UUID, dict[str, Any]] = {}
        for event_id, body in cursor.fetchall():
            content.setdefault(event_id, {}).update(orjson.loads(body))
    return [
        Line(
            id=row[0], at=row[1], occurred=(row[2], row[3]), act=row[4], sentence=SENTENCES.get(row[4], row[4]),
            who=row[5], post=row[6], org=row[7], about=row[8], correlation=row[9], facts=orjson.loads(row[10]),
            subjects=orjson.loads(row[11]), content=content.get(row[0], {}),
            withheld=row[0] not in content and row[12] != "{}",
        )
        for row in events
    ]  # fmt: skip


def newest(abouts: Iterable[uuid.UUID], each: int) -> dict[uuid.UUID, list[tuple[datetime, str, str]]]:
    """Of each of many records the last `each` events, newest first: when it happened, its sentence, whose it was. One query."""
    ids = list(abouts)
    found: dict[uuid.UUID, list[tuple[datetime, str, str]]] = {one: [] for one in ids}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.about, e.occurred_start, e.act, a.name FROM unnest(%s::uuid[]) AS asked (about)"
            " CROSS JOIN LATERAL (SELECT * FROM core_event WHERE core_event.about = asked.about ORDER BY id DESC LIMIT %s) e"
            " JOIN core_account a ON a.id = e.account_id ORDER BY e.id DESC",
            [ids, each],
        )
        for about, at, name, who in cursor.fetchall():
            found[about].append((at, SENTENCES.get(name, name), who))
    return found
