"""Pure rules of a hand-over: its states and moves, who holds the ball, what its clock does.

A *hop* is one hand-over from one organisation to another. A hop that comes back and is sent on to the next
organisation is continued by a new hop: the chain keeps its clock, and counts its returns. At any time exactly
one organisation of a chain holds the ball.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

Side = Literal["sender", "receiver"]

KINDS = {"transfer": "流转", "handover": "移送", "referral": "五调对接", "joint": "三办联动"}
CHANNELS = {"GT": "公调对接", "JT": "检调对接", "ST": "诉调对接", "ZT": "政调对接", "FT": "访调对接"}
OFFICES = {"disputes_office": "矛盾纠纷调处联席办", "petition_office": "信访联席办", "grid_office": "网格办"}
# Kinds that give the matter away when accepted; the others lend it and want a result back.
GIVES_AWAY = frozenset({"transfer", "handover"})

STATES = {
    "slip": "待送达",  # the other side has no account: a slip must be handed over
    "sent": "待签收",
    "delivered": "已送达待签收",
    "signed": "已签收",
    "accepted": "已接收",
    "returned": "已退回",
    "passed": "已另行流转",
    "done": "已办结",
    "recalled": "已撤回",
}

_OPEN = ("slip", "sent", "delivered", "signed")
# (state, move) → state
MOVES: dict[tuple[str, str], str] = {
    ("slip", "deliver"): "delivered",
    ("slip", "scan"): "signed",  # signed by the slip's code: delivered in the same breath
    ("delivered", "scan"): "signed",
    ("sent", "sign"): "signed",
    ("delivered", "sign"): "signed",
    **{(state, "accept"): "accepted" for state in ("sent", "delivered", "signed")},
    **{(state, "return"): "returned" for state in ("sent", "delivered", "signed")},
    **{(state, "recall"): "recalled" for state in (*_OPEN, "returned")},
    ("accepted", "answer"): "done",
    ("returned", "send_again"): "passed",
}
WORDS = {
    "deliver": "登记送达",
    "scan": "扫码签收",
    "sign": "签收",
    "accept": "接收",
    "return": "退回",
    "recall": "撤回",
    "answer": "回复结果",
    "send_again": "另行流转",
    "remind": "催办",
}
# Whose move it is. A receiver without an account is written for by the sender (telephone, stamped slip).
BY: dict[str, Side] = {
    "deliver": "sender",
    "recall": "sender",
    "send_again": "sender",
    "scan": "receiver",
    "sign": "receiver",
    "accept": "receiver",
    "return": "receiver",
    "answer": "receiver",
}

# the line of the approvals table (station-day 3) a hand-over waits by; 三办联动 waits by none
SIGNED_BY = {"handover": "handover", "transfer": "transfer", "referral": "transfer"}
RULE = {"handover": "transfer_unit"}  # 程序规定 61(2): 24 hours; core/data/deadlines.csv
PROMISED = "promised"  # a default of the bureau, counted from delivery
FIXED = "fixed"  # a day both sides know, whenever it is delivered
DAYS = {"transfer": 1, "referral": 7, "joint": 7}  # setting promises.days replaces any of them
ARBITRATION = 2  # WZ-18: the second return of a chain goes to a named leader
REMIND_AFTER = timedelta(hours=1)
SHARE_DAYS = 180  # the longest a share for a promise runs
AFTER_DAYS = 30  # how long it is still seen once done: by the office that answered, by the sender that gave it away
RESULTS = {
    "settled": "已化解",
    "agreed": "已达成协议",
    "failed": "调解不成",
    "handled": "已办理",
    "noted": "已阅处",
}
DELIVERIES = {"hand": "当面送达", "phone": "电话告知并传真", "post": "邮寄", "courier": "专人送达"}


def next_state(state: str, move: str) -> str | None:
    """The state a move leads to; None when the move is not allowed from there."""
    return MOVES.get((state, move))


def moves(state: str) -> tuple[str, ...]:
    """The moves allowed from a state, in the table's order."""
    return tuple(move for at, move in MOVES if at == state)


def ended(kind: str, state: str) -> bool:
    """Does the hop's clock stand? What gives the matter away ends with its acceptance, the others with the result."""
    return state in ("done", "recalled", "passed") or (state == "accepted" and kind in GIVES_AWAY)


def holder(kind: str, state: str) -> Side | None:
    """Who holds the ball: the side that must act, or has the matter. None: the chain's next hop has it."""
    if state == "passed":
        return None
    if state in ("slip", "returned", "recalled"):
        return "sender"
    if state == "done":
        return "receiver" if kind in GIVES_AWAY else "sender"
    return "receiver"


@dataclass(frozen=True, slots=True)
class Clock:
    """A chain's clock. `basis`: a rule of law, PROMISED or FIXED. `returns`: how often the chain came back."""

    started_at: datetime
    due_at: datetime
    basis: str
    returns: int = 0

    @property
    def arbitration(self) -> bool:
        """Has it gone to and fro so often that a named leader must decide?"""
        return self.returns >= ARBITRATION


def clock_after(clock: Clock, move: str, at: datetime, *, first: bool) -> Clock:
    """The clock after a move. A return never restarts it; only the first delivery of a promised slip starts it.

    first  the chain's first hop, not delivered before: any other has a clock that runs already
    """
    if move == "return":
        return replace(clock, returns=clock.returns + 1)
    if move in ("deliver", "scan") and first and clock.basis == PROMISED:
        return replace(clock, started_at=at, due_at=at + (clock.due_at - clock.started_at))
    return clock


def hashed(secret: str) -> bytes:
    """What is held of the secret in a slip's code: its SHA-256; the secret is random, so no salt is needed."""
    return hashlib.sha256(secret.encode()).digest()
