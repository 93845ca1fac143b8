"""How a filing moves from draft to sent; what is frozen never moves back."""

STATES = {"draft": "已起草", "asked": "待签发", "frozen": "已签发", "sent": "已报送", "void": "已作废"}
MOVES: dict[str, frozenset[str]] = {
    "draft": frozenset({"asked", "void"}),
    "asked": frozenset({"draft", "frozen", "void"}),
    "frozen": frozenset({"sent"}),
    "sent": frozenset(),
    "void": frozenset(),
}
KINDS = {
    "register": "台账", "day": "日报", "week": "周报", "month": "月报", "table": "情况统计表", "zero": "零报告", "other": "其他",
}  # fmt: skip


def may_move(old: str, new: str) -> bool:
    """Is this move allowed?"""
    return new in MOVES[old]
