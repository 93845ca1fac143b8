"""Pure rules of a dispute (矛盾纠纷): its states, and what keeps it from being settled or closed.

Closing needs a result, what was agreed performed or its plan in named hands, and a revisit (NP-32: 闭环处). Amounts,
agreements, revisits and reviews have their own files beside this one.
"""

from collections.abc import Sequence

from fengqiao.intake.rules import MANNERS, TRIES, not_closed_yet

__all__ = ["MANNERS", "TRIES"]

STATES = {
    "opened": "受理",
    "working": "办理",
    "handed": "已流转",
    "settled": "已化解",
    "revisited": "已回访",
    "closed": "结案",
    "reopened": "反弹",
    "withdrawn": "已撤回",
}

# state → states an act may move it to
MOVES: dict[str, frozenset[str]] = {
    "opened": frozenset({"working", "handed", "withdrawn"}),
    "working": frozenset({"handed", "settled", "withdrawn"}),
    "handed": frozenset({"opened", "working", "withdrawn"}),  # it comes back by the hand-over's own moves
    "settled": frozenset({"revisited", "reopened"}),
    "revisited": frozenset({"settled", "closed", "reopened"}),
    "closed": frozenset({"reopened"}),
    "reopened": frozenset({"working", "handed", "settled", "withdrawn"}),
    "withdrawn": frozenset(),
}
LIVE = frozenset(STATES) - {"closed", "withdrawn"}
AT_WORK = frozenset({"opened", "working", "reopened"})  # with its owner, not yet settled

RESOLVED = frozenset({"settled", "self_settled"})  # outcomes that say the parties agreed
NOTHING_DUE = "none"  # nothing was left to be performed
PERFORMED = frozenset({"performed", NOTHING_DUE})
VIOLENCE = "D01V"
OTHER = "D15"
VIOLENCE_LAW = "反家庭暴力法第十五条、第十六条"


def may_move(old: str, new: str) -> bool:
    """Is this move of a dispute's state allowed?"""
    return new in MOVES[old]


def word(state: str, outcome: str = "") -> str:
    """The state in the officer's word: what ended without an agreement is not called 已化解."""
    return "已有结果" if state == "settled" and outcome not in RESOLVED else STATES[state]


def forbidden_outcome(kind: str, outcome: str) -> str:
    """Why the law forbids this outcome for this kind of dispute; empty when it does not (ND-35).

    Domestic violence is handled (告诫书, 案件, 人身安全保护令), never closed because the two made up.
    """
    if kind == VIOLENCE and outcome in RESOLVED:
        return "家庭暴力不以调解或和解结案，请依法处置后登记相应结果。"
    return ""


def after_revisit(results: Sequence[str], *, closed: bool = False) -> str:
    """The state the latest of these revisits (oldest first, since it was settled) leads to.

    closed  was it closed before? Only 反弹 changes that; anything else is asked again.
    """
    if results[-1] == "flared_up":
        return "reopened"
    if closed:
        return "closed"
    done = results[-1] == "stable" or (results[-1] == "unreachable" and results.count("unreachable") >= TRIES)
    return "revisited" if done else "settled"


def not_ready_to_close(
    *, state: str, outcome: str, performance: str, results: Sequence[str], leader: bool, handed: bool = False
) -> str:
    """Why a dispute may not be closed yet; empty when it may.

    results  of the revisits since it was settled, oldest first
    leader   does the station's leader decide? After three revisits that reached nobody only the leader may close.
    handed   is the plan of performance in named hands? What is over time has to be dealt with first all the same.
    """
    if state not in ("settled", "revisited"):
        return "须先登记结果并回访，方可结案。"
    if not outcome:
        return "请先登记结果。"
    if reason := not_closed_yet(results, leader=leader):
        return reason
    if outcome in RESOLVED and performance not in PERFORMED:
        if performance == "not_performed":
            return "约定逾期未履行。督促履行；不履行的，重新办理并引导诉讼、仲裁等途径。"
        if not handed:
            return "约定尚未全部履行。履行完毕，或把履行计划移交给指定的人或单位跟进后，再结案。"
    return ""
