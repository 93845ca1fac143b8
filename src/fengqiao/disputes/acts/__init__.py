"""Acts of the trade of disputes, by subject. Whoever understands these understands the room."""

from fengqiao.disputes.acts import casefile, papers
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
from fengqiao.disputes.acts.lawyers import advise, assign_lawyer, cancel_slot, open_slot
from fengqiao.disputes.acts.levels import appoint, ask_close, lower_level, raise_level, reconsider
from fengqiao.disputes.acts.mediation import (
    add_hearing,
    agree_session,
    cancel_session,
    hear,
    hold_session,
    plan_session,
    set_departure,
    stop_session,
    tell_hearing,
)
from fengqiao.disputes.acts.recusals import ask_recusal, decide_recusal
from fengqiao.disputes.acts.registers import (
    add_member,
    cooperate,
    end_member,
    end_method,
    make_method,
    open_room,
    register_committee,
)
from fengqiao.disputes.acts.signs import add_signs, confirm_signs, dismiss_signs, enter_case, refuse_case

__all__ = [
    "add_hearing", "add_member", "advise", "agree_session", "ask_recusal", "assign_lawyer", "cancel_session", "cancel_slot",
    "casefile", "check_safety", "close", "cooperate", "decide_recusal", "end_member", "end_method", "follow", "hand_over", "hear",
    "hold_session", "keep_up", "make_method", "note", "open_dispute", "open_room", "open_slot", "opens", "papers", "plan_session",
    "register_committee", "reopen", "revisit", "set_departure", "settle", "state_facts", "stop_session", "take",
    "tell_hearing", "warn", "withdraw",
    "appoint", "ask_close", "lower_level", "raise_level", "reconsider",
    "add_signs", "confirm_signs", "dismiss_signs", "enter_case", "refuse_case",
]  # fmt: skip
