"""What the front door does for a finding. `config/wiring.py` registers it."""

import uuid
from collections.abc import Callable
from datetime import datetime

from fengqiao.core.actor import Actor

# actor, words, place, (lat, lon) or None, when it was found → the matter opened
Opens = Callable[[Actor, str, str, tuple[float, float] | None, datetime], uuid.UUID]
_opens: list[Opens] = []


def serve_matters(function: Opens) -> None:
    """The front door offers to open a matter of a finding, in the caller's transaction."""
    _opens[:] = [function]


def open_matter(actor: Actor, text: str, place: str, at: tuple[float, float] | None, when: datetime) -> uuid.UUID:
    """Open a matter of what was found."""
    [function] = _opens
    return function(actor, text, place, at, when)
