"""What stands beside every page: open items in the menu and on the bell."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from fengqiao.core import clock
from fengqiao.core.actor import Actor, Role
from fengqiao.intake.rules import ASKED_FOR

MOST = 100  # a menu says 99+; counting further tells nothing


@dataclass(frozen=True, slots=True)
class Counts:
    """Open items. Each at most MOST."""

    waiting: int = 0
    pairs: int = 0
    inbox: int = 0
    notices: int = 0


# One statement for the whole frame; each part reads a partial index and stops at MOST.
_COUNTS = """
SELECT
 (SELECT count(*) FROM (SELECT FROM intake_matter WHERE org_id = ANY(%(orgs)s) AND state = 'waiting' AND NOT history LIMIT %(most)s) w),
 (SELECT count(*) FROM (SELECT FROM intake_suggestion s JOIN intake_matter m ON m.id = s.matter_id
   WHERE s.org_id = ANY(%(orgs)s) AND s.decided = '' AND (m.state = 'waiting' OR m.state = 'open' AND m.created_at >= %(week)s)
   LIMIT %(most)s) p0),
 (SELECT count(*) FROM (SELECT FROM promises_promise WHERE holder_id = ANY(%(orgs)s) AND to_org_id = ANY(%(orgs)s)
    AND state IN ('sent', 'delivered') LIMIT %(most)s) p),
 (SELECT count(DISTINCT "group") FROM core_notice WHERE org_id = ANY(%(orgs)s) AND acked_at IS NULL
    AND (account_id = %(account)s OR (account_id IS NULL AND org_id = ANY(%(near)s))))
"""


def counts(actor: Actor) -> Counts:
    """The numbers of the menu, in one query."""
    near = [] if actor.has(Role.GRID, Role.VOLUNTEER) else [actor.org_id, actor.station_id]  # as core.notices
    week = clock.now() - ASKED_FOR
    wanted: dict[str, Any] = {"orgs": list(actor.orgs), "account": actor.account_id, "near": near, "most": MOST, "week": week}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, wanted)
        return Counts(*cursor.fetchone())
