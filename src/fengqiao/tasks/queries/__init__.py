"""Reads of tasks, meetings and findings."""

from fengqiao.tasks.queries.boxes import (
    BOXES,
    Page,
    Shown,
    colleagues,
    due_today,
    find,
    for_matter,
    from_above,
    kinds,
    listed,
    mine,
    of_org,
    open_for,
    opened,
    ordered,
    to_keep,
    to_move,
    totals,
    units,
    unsigned,
    works_in,
)
from fengqiao.tasks.queries.findings import Found, found, undecided, waiting
from fengqiao.tasks.queries.meetings import Agreed, Met, agenda, areas, helpers, meeting, meetings

__all__ = [
    "BOXES", "Agreed", "Found", "Met", "Page", "Shown", "agenda", "areas", "colleagues", "due_today", "find", "for_matter", "found",
    "from_above", "helpers", "kinds", "listed", "meeting", "meetings", "mine", "of_org", "open_for", "opened", "ordered", "to_keep", "to_move", "totals",
    "undecided", "units", "unsigned", "waiting", "works_in",
]  # fmt: skip
