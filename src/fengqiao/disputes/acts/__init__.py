"""Acts of the trade of disputes, by subject. Whoever understands these understands the room."""

from fengqiao.disputes.acts import casefile, papers
from fengqiao.disputes.acts.agreements import agree, breach, hand_plan, perform, remind, waive
from fengqiao.disputes.acts.calls import call_back, exempt_call
from fengqiao.disputes.acts.confirming import apply_confirmation, note_confirmation
from fengqiao.disputes.acts.ending import close, reopen, revisit, settle
from fengqiao.disputes.acts.extensions import ask_extension, extension_signed
from fengqiao.disputes.acts.flow import (
    ask_hand_over,
    follow,
    hand_over,
    handed_signed,
    keep_up,
    note,
    open_dispute,
    opens,
    pass_on,
    plan_next,
    set_departure,
    take,
    withdraw,
)
from fengqiao.disputes.acts.law import check_safety, state_facts, warn
from fengqiao.disputes.acts.lawyers import advise, assign_lawyer, cancel_slot, forget_advice, open_slot
from fengqiao.disputes.acts.levels import appoint, ask_close, lower_level, raise_level, reconsider
from fengqiao.disputes.acts.mediation import (
    add_hearing,
    agree_session,
    cancel_session,
    hear,
    hold_session,
    plan_session,
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
from fengqiao.disputes.acts.reviews import finish_review, open_review, write_review
from fengqiao.disputes.acts.signs import add_signs, confirm_signs, dismiss_signs, enter_case, refuse_case
from fengqiao.disputes.acts.spot import keep_signature, mediate_on_the_spot, schedule_revisit

__all__ = [
    "add_hearing", "add_member", "add_signs", "advise", "agree", "agree_session", "apply_confirmation", "appoint",
    "ask_close", "ask_extension", "ask_hand_over", "ask_recusal", "assign_lawyer", "breach", "call_back", "cancel_session", "cancel_slot", "casefile",
    "check_safety", "close", "confirm_signs", "cooperate", "decide_recusal", "dismiss_signs", "end_member", "end_method",
    "enter_case", "exempt_call", "extension_signed", "finish_review", "follow", "forget_advice", "hand_over", "hand_plan", "handed_signed", "hear", "hold_session", "keep_signature", "keep_up",
    "lower_level", "make_method", "mediate_on_the_spot", "note", "note_confirmation", "open_dispute", "open_review", "open_room", "open_slot",
    "opens", "papers", "pass_on", "perform", "plan_next", "plan_session", "raise_level", "reconsider", "refuse_case", "register_committee",
    "remind", "reopen", "revisit", "set_departure", "schedule_revisit", "settle", "state_facts", "stop_session", "take", "tell_hearing",
    "waive", "warn", "withdraw", "write_review",
]  # fmt: skip
