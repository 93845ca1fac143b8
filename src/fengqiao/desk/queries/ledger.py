"""The event ledger as pages may show it: the chain's links (hashes of facts; no content), and how the machine stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from fengqiao.core import clock
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Forbidden
from fengqiao.core.models import Account, Organisation, Post
from fengqiao.core.queries.modules import switches
from fengqiao.core.queries.organisations import in_force
from fengqiao.core.scope import scope
from fengqiao.core.sealing import COLUMNS, GENESIS, facts_text
from fengqiao.core.sealing import link as chain
from fengqiao.core.signon import system_actor


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain: how many events are sealed up to it, its hash, when it was sealed."""

    position: int
    hash: str
    sealed_at: datetime | None

    @property
    def printed(self) -> str:
        """As `fengqiao ledger verify --head` takes it."""
        return f"{self.position}:{self.hash}"

    @property
    def quads(self) -> list[str]:
        """The hash in groups of eight, to be compared by eye."""
        return [self.hash[at : at + 8] for at in range(0, len(self.hash), 8)]


def may_see(actor: Actor) -> None:
    """The head leaves the machine with whoever answers for it: leaders, the county centre, administrators."""
    if not actor.has(Role.LEADER, Role.CENTRE, Role.ADMIN):
        raise Forbidden("存证日志由单位负责人或系统管理岗位查看。")


def head(actor: Actor) -> Link:
    """The newest link."""
    may_see(actor)
    return _newest("true", [])


def link(actor: Actor, day_ends: datetime) -> Link:
    """The newest link sealed before an instant: the head of an earlier day's printed page."""
    may_see(actor)
    return _newest("sealed_at < %s", [day_ends])


def _newest(condition: str, values: list[Any]) -> Link:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT position, encode(hash, 'hex'), sealed_at FROM core_seal WHERE {condition} ORDER BY position DESC LIMIT 1",
            values,
        )
        row = cursor.fetchone()
    return Link(*row) if row else Link(0, GENESIS.hex(), None)


def machine(actor: Actor) -> dict[str, Any]:
    """What an administrator may know of a running installation: counts of the house, never records of the trade."""
    if not actor.has(Role.ADMIN):
        raise Forbidden
    ending = clock.today() + timedelta(days=30)
    posts = Post.objects.filter(in_force()).exclude(account__is_system=True)
    return {
        "organisations": Organisation.objects.filter(in_force()).exclude(kind="system").count(),
        "accounts": Account.objects.filter(is_active=True, is_system=False).count(),
        "posts": posts.count(),
        "ending": posts.filter(valid_to__lte=ending).count(),
        "head": head(actor),
        "modules": switches(actor),
    }


@dataclass(frozen=True, slots=True)
class Checked:
    """What following the links found: how many, up to where, and the first position that does not hold (0: none)."""

    links: int
    broken_at: int
    whole: bool

    @property
    def holds(self) -> bool:
        return self.broken_at == 0


def check(actor: Actor, start: Link, end: Link, most: int = 20_000) -> Checked:
    """Compute the links after `start` up to `end` anew from the events' facts (not the contents: `fengqiao ledger verify`).

    `whole` is false when there were more than `most`; then only those are checked.
    """
    may_see(actor)
    previous, position = bytes.fromhex(start.hash), start.position
    with scope(system_actor("核验存证")), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.position, s.hash, {COLUMNS} FROM core_seal s LEFT JOIN core_event ON id = s.event_id"
            " WHERE s.position > %s AND s.position <= %s ORDER BY s.position LIMIT %s",
            [start.position, end.position, most],
        )
        for at, sealed, *row in cursor.fetchall():
            following = chain(previous, facts_text(tuple(row))) if row[0] is not None else b""
            if at != position + 1 or following != bytes(sealed):
                return Checked(at - start.position, at, False)
            previous, position = following, at
    return Checked(position - start.position, 0, position == end.position)


def unsealed_since() -> datetime | None:
    """When the oldest event of the last day that waits for its seal was recorded; None when none waits."""
    with scope(system_actor("健康检查")), connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(e.recorded_at) FROM core_event e WHERE e.recorded_at > %s"
            " AND NOT EXISTS (SELECT FROM core_seal s WHERE s.event_id = e.id)",
            [clock.now() - timedelta(days=1)],
        )
        return cursor.fetchone()[0]
