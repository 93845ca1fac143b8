"""Reads of the front door, actor first. Everything outside the app comes in through these names."""

from fengqiao.intake.queries.lists import (
    Filter,
    Page,
    Row,
    counts_by_source,
    export_rows,
    found,
    mine,
    waiting,
)
from fengqiao.intake.queries.loading import (
    asked_for_update,
    by_outer_id,
    changed_since,
    join_for_update,
    matter_for_update,
    may_own,
    move_org,
    receipt_of,
    report_for_update,
    standing,
    suggestion_for_update,
    survivor,
    two_for_update,
    under,
)
from fengqiao.intake.queries.matter import MatterPage, ReportPage, matter_page, owners, receipt_page, unmasked
from fengqiao.intake.queries.similar import (
    Pair,
    asked,
    pairs_waiting,
    side_by_side,
    similar_to,
    type_suggestion,
)

__all__ = [
    "Filter", "MatterPage", "Page", "Pair", "ReportPage", "Row", "asked", "asked_for_update", "by_outer_id",
    "changed_since", "counts_by_source", "export_rows", "found", "join_for_update", "matter_for_update",
    "matter_page", "may_own", "mine", "move_org", "owners", "pairs_waiting", "receipt_of", "receipt_page",
    "report_for_update", "side_by_side", "similar_to", "standing", "suggestion_for_update", "survivor", "two_for_update",
    "type_suggestion", "under", "unmasked", "waiting",
]  # fmt: skip
