"""Reads of disputes, actor first. Everything outside the app comes in through these names."""

from fengqiao.disputes.queries.agreements import (
    Agreed,
    Owed,
    agreement_for_update,
    agreements_of,
    confirm_until,
    court_due,
    how_name,
    kinds_owed,
    newly_overdue,
    obligation_for_update,
    obligation_shown,
    open_since,
    performance_of,
    revisit_days,
    standing,
    to_remind,
)
from fengqiao.disputes.queries.calls import KINDS as CLOCKS
from fengqiao.disputes.queries.calls import Call, call, call_waits, calls
from fengqiao.disputes.queries.keeping import not_for_phones
from fengqiao.disputes.queries.lists import Filter, Page, Row, export_rows, found
from fengqiao.disputes.queries.loading import (
    CALL,
    REVISIT,
    dispute_for_update,
    live_on,
    must_lead,
    of_matter,
    results,
    revisit_due,
)
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
from fengqiao.disputes.queries.reviews import ReviewLine, closed_serious, reviews, reviews_of, sampled
from fengqiao.disputes.queries.sitting import (
    candidates,
    disputes_for_update,
    may_decide_on,
    may_mediate_at_all,
    named_in,
    numbered,
    objections,
    party_keys,
    running_until,
    session_for_update,
    side_name,
    sides,
    slot_for_update,
    tried,
)

__all__ = [
    "Agreed", "CALL", "CLOCKS", "Call", "DisputePage", "Earlier", "Filter", "Owed", "Page", "REVISIT", "ReviewLine", "Row",
    "agreement_for_update", "agreements_of", "call", "call_waits", "calls", "candidates", "closed_serious",
    "confirm_until", "cooperation_areas", "court_due", "dispute_for_update", "dispute_page", "disputes_for_update",
    "earlier_between", "export_rows", "found", "how_name", "kinds_owed", "live_on", "may_decide_on", "may_mediate_at_all",
    "must_lead", "named_in", "newly_overdue", "not_for_phones", "numbered", "objections", "obligation_for_update", "of_matter", "obligation_shown", "on_matter",
    "open_since", "party_keys", "performance_name", "performance_of", "results", "reviews", "reviews_of", "revisit_days",
    "revisit_due",
    "running_until", "sampled", "session_for_update", "side_name", "sides", "slot_for_update", "standing", "to_remind",
    "tried", "unmasked",
]  # fmt: skip
