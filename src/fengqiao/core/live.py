"""What the live stream reads: facts after a position, and who may hear of them."""

import uuid
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest

from fengqiao.core.actor import Actor
from fengqiao.core.scope import scope
from fengqiao.core.signon import actor_of, system_actor


@dataclass(frozen=True, slots=True)
class Fact:
    """A sealed event as the stream tells of it: what kind of thing, whose, by whom. No content."""

    position: int
    id: uuid.UUID
    act: str
    account_id: int
    org_id: int
    about: uuid.UUID
    subjects: list[list[str]]
    shared_to: tuple[int, ...]

    def public(self) -> dict[str, Any]:
        """As sent to a browser."""
        return {
            "position": self.position,
            "act": self.act,
            "account_id": self.account_id,
            "about": str(self.about),
            "subjects": [[kind, id_] for kind, id_, _ in self.subjects],
        }


_READ = """
SELECT s.position, e.id, e.act, e.account_id, e.org_id, e.about, e.subjects::text,
       (SELECT coalesce(array_agg(h.org_id), '{}') FROM core_share h
        WHERE h.about = e.about AND h.ended_at IS NULL AND h.until > now())
FROM core_seal s JOIN core_event e ON e.id = s.event_id WHERE s.position > %s ORDER BY s.position LIMIT %s
"""


def head() -> int:
    """The newest sealed position."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(position), 0) FROM core_seal")
        return int(cursor.fetchone()[0])


def after(position: int, limit: int = 2000) -> list[Fact]:
    """Sealed facts after a position, across organisations; the caller hands each listener its own."""
    with scope(system_actor("实时")), connection.cursor() as cursor:
        cursor.execute(_READ, [position, limit])
        return [
            Fact(position, id_, act, account, org, about, orjson.loads(subjects), tuple(shared))
            for position, id_, act, account, org, about, subjects, shared in cursor.fetchall()
        ]


def missed(actor: Actor, position: int, limit: int) -> list[Fact]:
    """What the actor missed since a position; the newest `limit` events at most."""
    return [f for f in after(max(position, head() - limit), limit) if may_hear(actor, f)]


def may_hear(actor: Actor, fact: Fact) -> bool:
    """Own organisation's, or about something shared to one of the actor's organisations."""
    return fact.org_id in actor.orgs or not set(fact.shared_to).isdisjoint(actor.orgs)


def actor_of_session(session_key: str) -> Actor | None:
    """The actor of a browser's session; None when it is not signed on (or its password changed since)."""
    session = SessionStore(session_key=session_key)
    if not session_key or SESSION_KEY not in session:
        return None
    request = HttpRequest()
    request.session = session
    user = get_user(request)
    return actor_of(user.pk, session.get("post")) if user.is_authenticated else None


def address(host: str, secure: bool) -> str:
    """Where a page served to `host` finds the stream: its own port beside the web's."""
    port = getattr(settings, "STREAM_PORT", "")
    return f"{'https' if secure else 'http'}://{host.rsplit(':', 1)[0]}:{port}/stream/" if port else "/stream/"
