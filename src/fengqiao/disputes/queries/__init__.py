"""Reads of disputes, actor first. Everything outside the app comes in through these names."""

from fengqiao.disputes.queries.lists import Filter, Page, Row, export_rows, found
from fengqiao.disputes.queries.loading import REVISIT, dispute_for_update, live_on, must_lead, results
from fengqiao.disputes.queries.page import (
    DisputePage,
    Earlier,
    dispute_page,
    earlier_between,
    on_matter,
    performance_name,
    unmasked,
)

__all__ = [
    "REVISIT", "DisputePage", "Earlier", "Filter", "Page", "Row", "dispute_for_update", "dispute_page", "earlier_between",
    "export_rows", "found", "live_on", "must_lead", "on_matter", "performance_name", "results", "unmasked",
]  # fmt: skip
