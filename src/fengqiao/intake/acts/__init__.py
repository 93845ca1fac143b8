"""Acts of the front door. Whoever understands these understands the room."""

from fengqiao.intake.acts.asking import (
    ask_hand_over,
    ask_tell_elsewhere,
    handed_signed,
    notice_signed,
    pass_on,
    tell,
)
from fengqiao.intake.acts.handing import follow, move_to, take_back
from fengqiao.intake.acts.importing import (
    begin_import,
    end_import,
    import_batch,
    remember_mapping,
    set_mapping,
)
from fengqiao.intake.acts.joining import (
    agree_to_join,
    ask_to_join,
    detach,
    mark_again,
    merge,
    refuse_to_join,
    tell_apart,
    unmerge,
)
from fengqiao.intake.acts.papers import number_paper
from fengqiao.intake.acts.receiving import amend, attach, open_found, receive, take
from fengqiao.intake.acts.sorting import (
    EDITABLE,
    WAITING,
    accept_case,
    assign,
    close,
    edit,
    hand_over,
    note,
    reopen,
    revisit,
    settle,
    take_over,
    tell_elsewhere,
    triage,
)

__all__ = [
    "EDITABLE", "WAITING", "begin_import", "end_import", "import_batch", "set_mapping",
    "accept_case", "agree_to_join", "amend", "ask_hand_over", "ask_tell_elsewhere", "ask_to_join", "assign", "attach", "close", "detach",
    "edit", "follow", "hand_over", "handed_signed", "mark_again", "merge", "move_to", "note", "notice_signed", "number_paper", "open_found",
    "pass_on", "receive", "refuse_to_join", "remember_mapping", "reopen", "revisit", "settle", "take", "take_back", "take_over",
    "tell", "tell_apart",
    "tell_elsewhere", "triage", "unmerge",
]  # fmt: skip
