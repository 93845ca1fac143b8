"""Acts and events: the one way the trade's records change.

An act is a function in some `acts.py`, decorated with `@act(sentence)`. It opens (or joins) the actor's
transaction, and must write exactly one event with `record`. An act may call acts of lower floors; each
writes its own event, all share the transaction, a correlation id and a cause.

An event has two parts. *Facts* hold no personal data and are kept for ever. *Content* (names, free text,
old and new values, reasons) lies in one erasable row per compartment, with its own salt; the facts keep
the salted digest of each, so the seal (sealing.py) still verifies after an erasure.
"""

import functools
import hashlib
import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

import orjson
from django.db import connection, transaction

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.ids import uuid7
from fengqiao.core.scope import scope
from fengqiao.core.statements import tell, tell_each

P = ParamSpec("P")
R = TypeVar("R")

SCHEMA = 1  # version of the facts’ shape: a reader lifts older events when it changes
# 公安, 调解, 律师, 权利受理; "shared" is read by every organisation the matter is shared with (hand-over notes)
COMPARTMENTS = ("police", "mediator", "lawyer", "rights", "shared")


@dataclass(slots=True)
class _Running:
    """The act now running: what its event will be filed under."""

    name: str
    correlation: uuid.UUID
    cause: uuid.UUID | None
    event: uuid.UUID = field(default_factory=uuid7)
    recorded: int = 0


@dataclass(frozen=True, slots=True)
class _Late:
    """What was done earlier and elsewhere (on a phone without a signal) and is entered now."""

    occurred: tuple[datetime, datetime]
    precision: str
    facts: Mapping[str, Any]
    events: list[uuid.UUID]


_running: ContextVar[_Running | None] = ContextVar("act", default=None)
_late: ContextVar[_Late | None] = ContextVar("late", default=None)
SENTENCES: dict[str, str] = {}  # act name → the sentence a timeline shows


def act(sentence: str) -> Callable[[Callable[Concatenate[Actor, P], R]], Callable[Concatenate[Actor, P], R]]:
    """Make a function an act. Its name is "<app>.<function>"; `sentence` is what a timeline shows.

    Raises RuntimeError when the function returns without having recorded exactly one event: a change of
    the trade's records without its event is a defect, not a state the product may be in.
    """

    def decorate(function: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
        app = function.__module__.split(".")[1]
        name = f"{app}.{function.__name__}"
        SENTENCES[name] = sentence

        @functools.wraps(function)
        def run(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not isinstance(actor, Actor):
                raise TypeError(f"{name} needs an Actor first, got {type(actor).__name__}")
            outer = _running.get()
            mine = _Running(name, outer.correlation if outer else uuid7(), outer.event if outer else None)
            nested = connection.in_atomic_block  # inside a request: a refusal must leave its transaction usable
            with scope(actor), transaction.atomic(savepoint=nested and outer is None):
                token = _running.set(mine)
                try:
                    result = function(actor, *args, **kwargs)
                finally:
                    _running.reset(token)
                if mine.recorded != 1:
                    raise RuntimeError(f"{name} recorded {mine.recorded} events, an act records exactly one")
            return result

        run.act_name = name  # type: ignore[attr-defined]
        return run

    return decorate


@contextmanager
def late(occurred: datetime, precision: str, facts: Mapping[str, Any]) -> Iterator[list[uuid.UUID]]:
    """Acts run inside were done at `occurred`, away from here: their events say so unless the act itself knows better,
    and the outermost ones carry `facts` under "phone". Yields the list their ids are added to."""
    events: list[uuid.UUID] = []
    token = _late.set(_Late((occurred, occurred), precision, facts, events))
    try:
        yield events
    finally:
        _late.reset(token)


def canonical(value: Any) -> bytes:
    """The one text form of facts and content that digests and seals are taken over: JSON, sorted keys, UTF-8."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def digest(salt: bytes, body: bytes) -> str:
    """Salted SHA-256 of a content row: says nothing about the content once row and salt are gone."""
    return hashlib.sha256(salt + body).hexdigest()


_INSERT = """
WITH event AS (
  INSERT INTO core_event (id, recorded_at, occurred_start, occurred_end, precision, act, account_id, post_id,
                          org_id, zone, about, correlation, cause, subjects, facts, digests, schema)
  VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s::jsonb, %s)
)
INSERT INTO core_content (event_id, compartment, recorded_at, org_id, about, salt, body)
SELECT %s, c.compartment, %s, %s, %s, c.salt, c.body
FROM unnest(%s::text[], %s::bytea[], %s::text[]) AS c(compartment, salt, body)
"""


def record(
    actor: Actor,
    *,
    about: uuid.UUID,
    subjects: Sequence[tuple[str, uuid.UUID | int, str]],
    facts: Mapping[str, Any] | None = None,
    content: Mapping[str, Mapping[str, Any]] | None = None,
    occurred: tuple[datetime, datetime] | None = None,
    precision: str = "exact",
    org_id: int | None = None,
) -> uuid.UUID:
    """Write the running act's event and return its id.

    about     root record (the matter) whose sight the event follows: who may see it, sees its timeline.
    subjects  (kind, id, role of the subject in this act).
    facts     codes, levels, amounts, times, numbers. No personal data: facts are kept for ever.
    content   compartment → names, free text, {"old": …, "new": …}, reasons. Erasable.
    occurred  when it happened (start, end); default: when it was recorded.
    """
    running = _running.get()
    if running is None:
        raise RuntimeError("record() outside an act")
    if running.recorded:
        raise RuntimeError(f"{running.name} recorded 2 events, an act records exactly one")
    running.recorded += 1
    if (told := _late.get()) is not None:
        told.events.append(running.event)
        if occurred is None:
            occurred, precision = told.occurred, told.precision
        if running.cause is None:
            facts = {**(facts or {}), "phone": told.facts}
    event = EventIn(about, subjects, facts or {}, content or {}, occurred, precision, org_id)
    tell(_INSERT, _row(actor, running.event, running.name, running.correlation, running.cause, event))
    return running.event


@dataclass(frozen=True, slots=True)
class EventIn:
    """One event to write; see `record` for the meaning of its fields."""

    about: uuid.UUID
    subjects: Sequence[tuple[str, uuid.UUID | int, str]]
    facts: Mapping[str, Any]
    content: Mapping[str, Mapping[str, Any]]
    occurred: tuple[datetime, datetime] | None = None
    precision: str = "exact"
    org_id: int | None = None


def record_each(actor: Actor, name: str, events: Iterable[EventIn]) -> int:
    """Within a batch act (an import), write one event for each record it made, as if `name` had been called for each.

    All are caused by the batch act's own event. Returns how many were written.
    """
    running = _running.get()
    if running is None or name not in SENTENCES:
        raise RuntimeError(f"record_each({name!r}) outside an act, or of no act")
    rows = [_row(actor, uuid7(), name, running.correlation, running.event, event) for event in events]
    tell_each(_INSERT, rows)
    return len(rows)


def _row(
    actor: Actor, event_id: uuid.UUID, name: str, correlation: uuid.UUID, cause: uuid.UUID | None, event: EventIn
) -> list[Any]:
    moment = clock.now()
    start, end = event.occurred or (moment, moment)
    org = actor.org_id if event.org_id is None else event.org_id
    compartments, salts, bodies, digests = [], [], [], {}
    for compartment, body in event.content.items():
        if compartment not in COMPARTMENTS:
            raise ValueError(f"unknown compartment {compartment}")
        text, salt = canonical(body), os.urandom(16)
        compartments.append(compartment)
        salts.append(salt)
        bodies.append(text.decode())
        digests[compartment] = digest(salt, text)
    return [
        event_id, moment, start, end, event.precision, name, actor.account_id, actor.post_id, org, actor.zone,
        event.about, correlation, cause, canonical([[k, str(i), r] for k, i, r in event.subjects]).decode(),
        canonical(event.facts).decode(), canonical(digests).decode(), SCHEMA,
        event_id, moment, org, event.about, compartments, salts, bodies,
    ]  # fmt: skip
