"""Pure rules of tasks: kinds, states and moves; of meetings and their actions; of findings and their evenings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

KINDS = {"regular": "规定任务", "order": "指令任务", "pushed": "推送任务", "own": "自办任务"}  # vocabulary task_kinds
STATES = {"open": "待办", "done": "已办结", "cancelled": "已取消"}
# Who signed is kept beside the state: an unsigned order is listed by noon (NJ-07), a finished one counts as signed.
MOVES = {"sign": "签收", "finish": "办结", "cancel": "取消", "reassign": "改派"}


def allowed(state: str, move: str, *, signed: bool) -> bool:
    """May a task in this state make the move? Only an open one moves, and it is signed for once."""
    return state == "open" and not (move == "sign" and signed)


MEETINGS = {"planning": "会商", "safety": "治安防范例会"}
DECISIONS = {"task": "交办", "report": "立为事项", "none": "不需处理"}
REVIEW_HOUR = 18  # 晚议: what is not decided by then rolls over to the next evening


@dataclass(frozen=True, slots=True)
class Action:
    """What a meeting agreed on: what, who, by when."""

    text: str
    owner_id: int | None
    due_at: datetime | None


def missing(actions: Sequence[Action]) -> str:
    """What keeps the actions from being tasks, naming each by its number; empty when nothing does (WZ-09)."""
    wrong = []
    for n, one in enumerate(actions, 1):
        lacks = [word for word, there in (("要办的事", one.text.strip()), ("承办人", one.owner_id), ("期限", one.due_at)) if not there]
        if lacks:
            wrong.append(f"第 {n} 项缺{'、'.join(lacks)}")
    return "；".join(wrong) + "。" if wrong else ""


def evenings(found_at: datetime, now: datetime, hour: int, zone: tzinfo) -> int:
    """How many evening reviews have passed since something was found: each day at `hour` of local time."""
    first = datetime.combine(found_at.astimezone(zone).date(), time(hour), zone)
    if first <= found_at:
        first += timedelta(days=1)
    return max(0, (now - first) // timedelta(days=1) + 1)
