"""Reads of disputes, actor first. Everything outside the app comes in through these names."""

from fengqiao.disputes.queries.lists import Filter, Page, Row, export_rows, found
from fengqiao.disputes.queries.loading import REVISIT, dispute_for_update, live_on, must_lead, results
from fengqiao.disputes.queries.mediation import cooperation_areas
from fengqiao.disputes.queries.page import (
    DisputePage,
    Earlier,
    dispute_page,
    earlier_between,
    on_matter,
    performance_name,
    unmasked,
)
from fengqiao.disputes.queries.sitting import (
    candidates,
    disputes_for_update,
    may_mediate_at_all,
    numbered,
    objections,
    party_keys,
    running_until,
    session_for_update,
    side_name,
    sides,
    slot_for_update,
)

__all__ = [
    "REVISIT", "DisputePage", "Earlier", "Filter", "Page", "Row", "candidates", "cooperation_areas", "dispute_for_update",
    "dispute_page", "disputes_for_update", "earlier_between", "export_rows", "found", "live_on", "may_mediate_at_all", "must_lead",
    "numbered", "objections", "on_matter", "party_keys", "performance_name", "results", "running_until", "session_for_update",
    "side_name", "sides", "slot_for_update", "unmasked",
]  # fmt: skip
