"""Ports of hand-overs: whose matter it is, and who wants to know what became of it. `config/wiring.py` registers both."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere
from fengqiao.promises.rules import GIVES_AWAY


@dataclass(frozen=True, slots=True)
class Subject:
    """What is handed over, as its own app sees it through the actor's eyes."""

    id: uuid.UUID
    number: str


@dataclass(frozen=True, slots=True)
class Change:
    """A hand-over after a move. `org_id` sent it, `to_org_id` got it."""

    id: uuid.UUID
    about: uuid.UUID
    number: str
    kind: str
    channel: str
    org_id: int
    to_org_id: int
    state: str
    reason: str
    result: str
    returns: int
    paper: bool
    group: uuid.UUID | None
    lead: bool

    @property
    def gives_away(self) -> bool:
        """Does acceptance move the matter? An office without an account cannot keep it: then it stays with the sender."""
        return self.kind in GIVES_AWAY and not self.paper


Looks = Callable[[Actor, uuid.UUID], Subject]
Hears = Callable[[Actor, Change, str], None]

looks: list[Looks] = []
on_change: list[Hears] = []


def look_up(actor: Actor, about: uuid.UUID) -> Subject:
    """The record to hand over; NotThere when no app knows it or it is not the actor's."""
    for look in looks:
        try:
            return look(actor, about)
        except NotThere:
            continue
    raise NotThere()


def tell(actor: Actor, change: Change, move: str) -> None:
    """Tell everybody who registered, in the act's transaction. While they are told, the share is still open."""
    for hear in on_change:
        hear(actor, change, move)
