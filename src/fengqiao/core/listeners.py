"""News upwards, form two: listeners, run by the worker after commit, once per sealed event.

(Form one is a port: a lower app declares what it opens, `config/wiring.py` registers who serves it, and it
is called in the same transaction.)
"""

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection, transaction

from fengqiao.core.actor import Actor
from fengqiao.core.scope import scope

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class News:
    """Facts of a sealed event, as a listener gets them."""

    position: int
    id: uuid.UUID
    act: str
    org_id: int
    about: uuid.UUID
    recorded_at: datetime
    subjects: list[list[str]]
    facts: dict[str, Any]


Listener = Callable[[Actor, Sequence[News]], None]
_listeners: dict[str, tuple[frozenset[str], Listener]] = {}


def listen(name: str, acts: set[str], function: Listener) -> None:
    """Register `function` under a stable name (its reading position is kept under it) for these acts."""
    _listeners[name] = (frozenset(acts), function)


def run(actor: Actor, *, batch: int = 100) -> int:
    """Let every listener read on from its position; returns how many events were handled.

    A listener that fails keeps its position and is tried again at the next turn; the others go on.
    """
    handled = 0
    for name, (acts, function) in _listeners.items():
        try:
            handled += _read_on(actor, name, acts, function, batch)
        except Exception:
            log.exception("listener %s failed; it will be tried again", name)
    return handled


def _read_on(actor: Actor, name: str, acts: frozenset[str], function: Listener, batch: int) -> int:
    with scope(actor), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_listenerposition (name, position) VALUES (%s, 0) ON CONFLICT DO NOTHING", [name]
        )
        cursor.execute("SELECT position FROM core_listenerposition WHERE name = %s", [name])
        position = cursor.fetchone()[0]
        cursor.execute(
            "SELECT max(position) FROM (SELECT position FROM core_seal WHERE position > %s ORDER BY position LIMIT %s) s",
            [position, batch],
        )
        last = cursor.fetchone()[0]
        if last is None:
            return 0
        cursor.execute(
            "SELECT s.position, e.id, e.act, e.org_id, e.about, e.recorded_at, e.subjects, e.facts"
            " FROM core_seal s JOIN core_event e ON e.id = s.event_id"
            " WHERE s.position > %s AND s.position <= %s AND e.act = ANY(%s) ORDER BY s.position",
            [position, last, list(acts)],
        )
        news = [
            News(position, id_, act, org, about, at, orjson.loads(subjects), orjson.loads(facts))
            for position, id_, act, org, about, at, subjects, facts in cursor.fetchall()
        ]
    try:
        _hand(actor, name, function, news, last)
    except Exception:
        if len(news) < 2:
            raise
        log.exception("listener %s: batch failed, going on one by one", name)
        for one in news:
            _hand(actor, name, function, [one], one.position)
        _hand(actor, name, function, [], last)
    return len(news)


def _hand(actor: Actor, name: str, function: Listener, news: Sequence[News], position: int) -> None:
    """The listener's work and its new reading position, in one transaction: each event is taken in once."""
    with scope(actor), transaction.atomic():
        if news:
            function(actor, news)
        _advance(name, position)


def _advance(name: str, position: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_listenerposition SET position = %s WHERE name = %s AND position < %s",
            [position, name, position],
        )
