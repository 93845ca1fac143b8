"""The station's phones on the office's pages."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from fengqiao.core.errors import NotThere
from fengqiao.core.web import Request
from fengqiao.field import acts, policies, queries
from fengqiao.field.views.held import tabs

PHONES = [
    {"label": "手机"},
    {"label": "使用人"},
    {"label": "单位", "optional": True},
    {"label": "登记", "kind": "at", "width": "narrow", "optional": True},
    {"label": "最近联系", "kind": "at", "width": "narrow"},
    {"label": "待处理", "kind": "number", "align": "end", "width": "narrow"},
    {"label": "状态"},
]
# name of a step → act, word when done
ENDINGS: dict[str, tuple[Callable[..., Any], dict[str, Any], str]] = {
    "end": (acts.end, {"why": "owner"}, "已停用。"),
    "lost": (acts.end, {"why": "lost"}, "已挂失，下次联系时清除手机数据；未发送的记录仍可送达。"),
    "wipe": (acts.order_wipe, {}, "已下达清除命令。"),
}


@require_GET
def devices(request: Request) -> HttpResponse:
    """The phones of the station; one's own for those who keep none."""
    actor = request.actor
    policies.may_see_devices(actor)
    rows = [
        {
            "id": d.id, "cells": [d.label, d.who, d.org, d.enrolled_at, d.contact_at, d.open_held or None, _state(d)],
            "state": "muted" if d.ended_at else "",
            "act": None if d.ended_at else {"label": "停用", "url": reverse("field:end", args=[d.id, "end"]), "method": "get"},
        }
        for d in queries.devices(actor)
    ]  # fmt: skip
    shown_list = {
        "id": "field-devices", "caption": "手机", "columns": PHONES, "rows": rows, "live": "device",
        "empty": {"title": "还没有登记手机", "text": "用手机浏览器打开本系统的“手机端”地址，登录后即可登记。"},
    }  # fmt: skip
    return render(request, "field/queue.html", {"list": shown_list, "title": "手机", "tabs": tabs(actor, "devices"), "bring": True})


def _state(d: queries.Shown) -> str:
    if d.wiped_at:
        return "已清除"
    if d.wipe_at:
        return "待清除"
    if d.ended_at:
        return d.ended
    return "超过 96 小时未联系，已自动锁定" if d.dark else "使用中"


@require_http_methods(["GET", "POST"])
def end(request: Request, device_id: uuid.UUID, name: str) -> HttpResponse:
    """End a phone: given up by its owner, lost, or to be wiped. GET asks which."""
    actor = request.actor
    shown = next((d for d in queries.devices(actor) if d.id == device_id), None)
    if name not in ENDINGS or shown is None:
        raise NotThere
    if request.method == "GET":
        steps = [
            {"label": "停用", "url": reverse("field:end", args=[device_id, "end"]), "method": "post", "allowed": not shown.ended_at},
            {"label": "挂失并清除", "url": reverse("field:end", args=[device_id, "lost"]), "method": "post", "allowed": not shown.ended_at,
             "confirm": "挂失后这部手机不能再读取数据，下次联系时自动清除。", "reason": ""},
        ]  # fmt: skip
        return render(request, "field/end.html", {"shown": shown, "state": _state(shown), "step": steps[0], "others": steps[1:]})
    act, given, word = ENDINGS[name]
    act(actor, device_id=device_id, **given)
    messages.success(request, word)
    return redirect("field:devices")
