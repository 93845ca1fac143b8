"""Pure rules of a task: its kinds, states and moves."""

KINDS = {"regular": "规定任务", "order": "指令任务", "pushed": "推送任务", "own": "自办任务"}  # vocabulary task_kinds
STATES = {"open": "待办", "done": "已办结", "cancelled": "已取消"}
# Who signed is kept beside the state: an unsigned order is listed by noon (NJ-07), a finished one counts as signed.
MOVES = {"sign": "签收", "finish": "办结", "cancel": "取消", "reassign": "改派"}


def allowed(state: str, move: str, *, signed: bool) -> bool:
    """May a task in this state make the move? Only an open one moves, and it is signed for once."""
    return state == "open" and not (move == "sign" and signed)
