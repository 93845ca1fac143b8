"""The registry of projections: what a role may keep of one kind of thing on its phone, and which of them it sees."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from fengqiao.core.actor import Actor

Seen = Callable[[Actor], QuerySet | None]
Bodies = Callable[[Actor, Sequence[uuid.UUID]], dict[uuid.UUID, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Projection:
    """One kind of the feed.

    seen    the things the actor keeps, as a queryset of two values, the thing's id and what it is about; None when the role keeps none
    bodies  what it keeps of these, by id; one that went away meanwhile is missing
    """

    kind: str
    seen: Seen
    bodies: Bodies


_projections: dict[str, Projection] = {}


def project(kind: str, *, seen: Seen, bodies: Bodies) -> None:
    """Register a kind. The feed sends kinds in the order of their registration."""
    _projections[kind] = Projection(kind, seen, bodies)


def projections() -> list[Projection]:
    """Every registered kind."""
    return list(_projections.values())
