"""A box of hand-overs as a file: exactly the rows of the filter on screen, all pages. Numbers and offices, no names."""

from typing import Any

from fengqiao.core import clock
from fengqiao.promises.queries import Shown

HEADINGS = (
    "流转编号", "事项编号", "种类", "渠道", "移送单位", "承办单位", "状态", "现由谁办", "已等（小时）", "起算", "期限",
    "是否超时", "了结", "退回次数", "退回理由", "结果", "催办次数",
)  # fmt: skip


def cells(shown: Shown) -> list[Any]:
    """One row of the file, in the order of HEADINGS."""
    return [
        shown.number, shown.about_number, shown.kind_word, shown.channel_word, shown.org, shown.to_org, shown.state_word,
        shown.holder, shown.waited_hours if shown.holder_id else "", _at(shown.started_at), _at(shown.due_at),
        "是" if shown.overdue else "否", _at(shown.ended_at), shown.returns, shown.reason, shown.result, shown.reminders,
    ]  # fmt: skip


def _at(moment: Any) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}" if moment else ""
