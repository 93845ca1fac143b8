"""Acts of the trade of disputes, by subject. Whoever understands these understands the room."""

from fengqiao.disputes.acts.flow import (
    close,
    follow,
    hand_over,
    keep_up,
    note,
    open_dispute,
    opens,
    reopen,
    revisit,
    settle,
    take,
    withdraw,
)
from fengqiao.disputes.acts.law import check_safety, state_facts, warn

__all__ = [
    "check_safety", "close", "follow", "hand_over", "keep_up", "note", "open_dispute", "opens", "reopen", "revisit", "settle", "state_facts", "take",
    "warn", "withdraw",
]  # fmt: skip
