"""The second lock: one transaction that tells PostgreSQL which organisations the actor may see.

Row-level security reads `app.orgs`, `app.shares_to` and `app.compartments`. They are set with transaction
scope, so a pooled connection never carries one user's sight into the next request; without them a query
shows nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from fengqiao.core.actor import Actor
from fengqiao.core.statements import tell

_current: ContextVar[Actor | None] = ContextVar("actor_in_scope", default=None)

SET = (
    "SELECT set_config('app.orgs', %s, true), set_config('app.compartments', %s, true),"
    " set_config('app.shares_to', %s, true)"
)


def current() -> Actor | None:
    """The actor whose sight the open transaction has."""
    return _current.get()


def _see_as(actor: Actor | None) -> None:
    if actor is None:
        tell(SET, ["", "", ""])
    else:
        orgs = "{" + ",".join(map(str, actor.sight)) + "}"
        # Shares open a record to one organisation, not to everybody above it in the tree.
        tell(SET, [orgs, "{" + ",".join(actor.compartments) + "}", orgs])


@contextmanager
def scope(actor: Actor) -> Iterator[None]:
    """Open (or join) the transaction in which `actor` sees what is theirs, and nothing else."""
    before = _current.get()
    if before == actor and connection.in_atomic_block:
        yield
        return
    token = _current.set(actor)
    nested = connection.in_atomic_block
    try:
        with transaction.atomic(savepoint=before is None):
            _see_as(actor)
            yield
            # A nested sight (matching as the system) gives the outer one back; a commit or a rollback forgets it by itself.
            if nested and not connection.needs_rollback:
                _see_as(before)
    finally:
        _current.reset(token)
