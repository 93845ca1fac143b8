"""Administrators see none of the trade's records, yet they draw the map and set up stations of their bureau.

For that work, and only while it is done, their sight is the organisations at and below their own.
"""

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Concatenate, ParamSpec, TypeVar

from fengqiao.core.actor import Actor, Role
from fengqiao.core.models import Organisation
from fengqiao.core.scope import scope

P = ParamSpec("P")
R = TypeVar("R")


def managed(actor: Actor) -> tuple[int, ...]:
    """The organisations whose map and make-up an actor looks after: an administrator's tree, otherwise its sight."""
    if not actor.has(Role.ADMIN):
        return actor.orgs
    below = Organisation.objects.filter(lineage__contains=[actor.org_id])
    return tuple(sorted({*actor.orgs, *below.values_list("id", flat=True)}))


def managing(function: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
    """Run an act with the actor's managed organisations in sight. Put it below `@act`."""

    @functools.wraps(function)
    def run(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if not actor.has(Role.ADMIN):
            return function(actor, *args, **kwargs)
        manager = replace(actor, orgs=managed(actor), manages=True)
        with scope(manager):
            return function(manager, *args, **kwargs)

    return run
