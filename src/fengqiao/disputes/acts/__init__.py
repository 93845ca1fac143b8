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

__all__ = [
    "close", "follow", "hand_over", "keep_up", "note", "open_dispute", "opens", "reopen", "revisit", "settle", "take", "withdraw",
]  # fmt: skip
