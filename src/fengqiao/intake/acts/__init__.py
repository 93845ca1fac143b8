"""Acts of the front door. Whoever understands these understands the room."""

from fengqiao.intake.acts.importing import remember_mapping
from fengqiao.intake.acts.joining import (
    agree_to_join,
    ask_to_join,
    detach,
    mark_again,
    merge,
    tell_apart,
    unmerge,
)
from fengqiao.intake.acts.receiving import amend, attach, receive, take
from fengqiao.intake.acts.sorting import (
    accept_case,
    close,
    edit,
    hand_over,
    move_to,
    note,
    reopen,
    settle,
    take_over,
    tell_elsewhere,
    triage,
)

__all__ = [
    "accept_case", "agree_to_join", "amend", "ask_to_join", "attach", "close", "detach", "edit", "hand_over",
    "mark_again", "merge", "move_to", "note", "receive", "remember_mapping", "reopen", "settle", "take", "take_over",
    "tell_apart", "tell_elsewhere", "triage", "unmerge",
]  # fmt: skip
