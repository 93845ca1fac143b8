"""通知 (U9): one line per group, acknowledged together."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from fengqiao.core import clock, notices
from fengqiao.core.web import Request

WORDS = {
    "promises.inbox": "待签收的流转",
    "promises.returned": "被退回的流转",
    "promises.answered": "已回复的流转",
    "promises.recalled": "被撤回的流转",
    "promises.remind": "催办",
    "promises.overdue": "超时的流转",
    "intake.owner": "指定我主办的事项",
    "intake.ask": "跨单位归并",
    "tasks.new": "新任务",
    "tasks.done": "办结的任务",
    "tasks.cancelled": "取消的任务",
    "approvals": "审批",
    "shifts.night": "夜间事项",
    "disputes.level": "纠纷升级与再次发生",
    "disputes.due": "移交跟进的履行计划",
    "disputes.overdue": "逾期未履行",
    "disputes.review": "待复盘的纠纷",
    "disputes.discontent": "警情回访不满意",
    "field.check": "手机记录待核",
    "field.conflict": "手机记录待核对",
}
ICONS = {"promises": "promises", "intake": "matters", "tasks": "check", "disputes": "disputes", "approvals": "check", "shifts": "duty"}
FEW = 5


def groups(request: Request, found: list[notices.Group], *, most: int = FEW) -> list[dict[str, Any]]:
    """Groups as the partial wants them, each with its newest `most` lines."""
    actor = request.actor
    until = urlencode({"until": clock.now().isoformat(), "next": request.get_full_path()})
    shown = []
    for one in found:
        lines = notices.listed(actor, one.group)
        shown.append(
            {
                "label": word(one.group),
                "count": one.count,
                "notices": [{"text": text, "url": url or "/notices/", "at": at} for at, text, url in lines[:most]],
                "more_url": reverse("desk:notice_group", args=[one.group]) if len(lines) > most else "",
                "ack_url": f"{reverse('desk:notice_known', args=[one.group])}?{until}",
                "icon": ICONS.get(one.group.split(".")[0], "bell"),
            }
        )
    return shown


def word(group: str) -> str:
    """What a group is called on a page."""
    return WORDS.get(group, "其他通知")


@require_GET
def overview(request: Request) -> HttpResponse:
    """Every open group, and how loud each was this week."""
    actor = request.actor
    context = {
        "groups": groups(request, notices.grouped(actor)),
        "noise": [(word(one.group), one.sent, one.acknowledged) for one in notices.noise(actor)],
        "quiet": notices.is_quiet(actor),
    }
    return render(request, "desk/notices.html", context)


@require_GET
def group(request: Request, group: str) -> HttpResponse:
    """All open notices of one group."""
    actor = request.actor
    found = [one for one in notices.grouped(actor) if one.group == group]
    context = {"groups": groups(request, found, most=notices.SHOWN), "label": word(group)}
    return render(request, "desk/notices.html", context)


@require_POST
def known(request: Request, group: str) -> HttpResponse:
    """知悉: what the reader saw of the group is acknowledged; what came after the page was made stays open."""
    actor = request.actor
    try:
        until = datetime.fromisoformat(request.GET.get("until", ""))
    except ValueError:
        until = clock.now()
    if until.tzinfo is None:
        until = clock.now()
    number = notices.acknowledge(actor, group, until)
    messages.success(request, f"已知悉 {number} 条：{word(group)}。")
    back = request.GET.get("next", "")
    return redirect("desk:today" if back in ("", "/") else "desk:notices")
