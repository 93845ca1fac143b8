"""Reads of insight, actor first."""

from fengqiao.insight.queries.filings import (
    Change,
    Kept,
    Made,
    changes,
    counted,
    days,
    default_period,
    filed,
    filing,
    filing_for_update,
    filings,
    filled,
    form,
    form_file,
    form_for_update,
    forms,
    kept,
    look,
    may_count,
    organisations,
    parsed,
)
from fengqiao.insight.queries.numbers import Item, Numbers, known

__all__ = [
    "Change", "Item", "Kept", "Made", "Numbers", "changes", "counted", "days", "default_period", "filed", "filing", "filing_for_update", "filings",
    "filled", "form", "form_file", "form_for_update", "forms", "kept", "known", "look", "may_count", "organisations", "parsed",
]  # fmt: skip
