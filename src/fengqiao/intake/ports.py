"""Ports of the front door: what a trade opens on a matter. `config/wiring.py` registers who serves them."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fengqiao.core.actor import Actor


@dataclass(frozen=True, slots=True)
class OnMatter:
    """What a trade shows of itself on a matter's page."""

    kind: str  # dispute, alarm, service
    id: uuid.UUID
    number: str
    state: str
    url: str
    leads: bool = False  # it lives: settling, revisiting, closing and reopening go through it
    note: str = ""  # what whoever meets the parties again must know: 5月3日协议未付 800 元


Opens = Callable[[Actor, uuid.UUID, dict[str, Any]], uuid.UUID]
Shows = Callable[[Actor, uuid.UUID], list[OnMatter]]

_opens: dict[str, Opens] = {}
_shows: list[Shows] = []
_titles: dict[str, str] = {}


def serve(kind: str, title: str, opens: Opens, shows: Shows) -> None:
    """A trade offers to open `kind` on a matter (title: the button's words) and to show what it opened."""
    _opens[kind] = opens
    _titles[kind] = title
    _shows.append(shows)


def open_on(actor: Actor, kind: str, matter_id: uuid.UUID, given: dict[str, Any]) -> uuid.UUID:
    """Open a trade's record on a matter, in the caller's transaction. KeyError when nobody serves the kind."""
    return _opens[kind](actor, matter_id, given)


def offers() -> dict[str, str]:
    """Kinds that can be opened, with their button's words."""
    return dict(_titles)


def opened_on(actor: Actor, matter_id: uuid.UUID) -> list[OnMatter]:
    """What trades have opened on the matter, as far as the actor may see it."""
    return [one for shows in _shows for one in shows(actor, matter_id)]


def led_by(actor: Actor, matter_id: uuid.UUID) -> OnMatter | None:
    """The living record of a trade that leads the matter, if there is one."""
    return next((one for one in opened_on(actor, matter_id) if one.leads), None)
