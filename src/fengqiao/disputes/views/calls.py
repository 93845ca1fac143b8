"""回访电话单: the call at hand on top, one key notes what was heard, the next one comes up."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_POST

from fengqiao.core.actor import Actor
from fengqiao.core.web import Request, made, once
from fengqiao.disputes import acts, policies, queries
from fengqiao.disputes.queries import Call
from fengqiao.disputes.rules import TRIES, revisits
from fengqiao.disputes.views import books
from fengqiao.intake.forms import codes

KINDS = ("dispute", "alarm")


@require_GET
def listing(request: Request) -> HttpResponse:
    """Everybody to be asked again, both kinds, due first."""
    return _page(request)


@require_POST
def phones(request: Request, call_id: uuid.UUID) -> HttpResponse:
    """The call at hand with names and telephones, after an access line."""
    policies.may_revisit(request.actor)
    return _page(request, queries.call(request.actor, call_id, in_full=True), in_full=True)


@require_POST
def heard(request: Request, call_id: uuid.UUID) -> HttpResponse:
    """Note what was heard; the next call comes up."""
    actor: Actor = request.actor
    if not once(request):
        at_hand, given = queries.call(actor, call_id), request.POST
        kind, dispute_id = at_hand.kind, at_hand.dispute_id
        result, text = given.get("result", ""), given.get("text", "")
        party = given.get("party_id", "")
        asked: dict[str, Any] = {"party_id": uuid.UUID(party) if _is_id(party) else None, "manner": given.get("manner") or "phone"}
        if kind == "alarm" and result in revisits.EXEMPT:
            acts.exempt_call(actor, dispute_id=dispute_id, why=result)
        elif kind == "alarm":
            acts.call_back(actor, dispute_id=dispute_id, result=result, text=text, **asked)
        else:
            version = given.get("version", "")
            acts.revisit(
                actor, dispute_id=dispute_id, result=result, text=text, version=int(version) if version.isdecimal() else None, **asked
            )
        made(request, {"dispute": str(dispute_id)})
        messages.success(request, "已登记回访，纠纷重新办理。" if result == "flared_up" else "已登记回访。")
    return redirect(reverse("disputes:calls") + (f"?kind={given_kind}" if (given_kind := request.GET.get("kind", "")) in KINDS else ""))


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _page(request: Request, at_hand: Call | None = None, *, in_full: bool = False) -> HttpResponse:
    actor: Actor = request.actor
    policies.may_read(actor)
    kind, mine = request.GET.get("kind", ""), request.GET.get("owner") == "me"
    kind = kind if kind in KINDS else ""
    calls, total = queries.calls(actor, mine=mine, kind=kind)
    if at_hand is None:
        at_hand = next((one for one in calls if str(one.id) == request.GET.get("at")), calls[0] if calls else None)
    rows = [
        {
            "id": one.id, "url": f"?at={one.id}" + (f"&kind={kind}" if kind else ""),
            "cells": [one.kind_name, one.title, one.number, one.owner, "、".join(p.name for p in one.parties if p.role != "联系人"),
                      f"{one.tries} 次" if one.tries else "", one.due_at],
            "state": "late" if one.late else "",
        }
        for one in calls
    ]  # fmt: skip
    listed = {
        "id": "calls", "caption": "待回访", "columns": COLUMNS, "rows": rows, "main": 1, "total": total, "live": "dispute",
        "filters": [
            {"name": "kind", "label": "种类", "kind": "select", "options": [("alarm", "警情回访"), ("dispute", "纠纷回访")], "value": kind},
            {"name": "owner", "label": "主办人", "kind": "select", "options": [("me", "我主办")], "value": "me" if mine else ""},
        ],
        "empty": {"title": "没有待回访的", "text": "登记结果后按等级在 3、7、30、90 日列入；110 警情立为纠纷的，48 小时内列入。"},
    }  # fmt: skip
    context = {"list": listed, "tabs": books.tabs(actor, "calls"), "call": at_hand, "in_full": in_full, "kind": kind, **(_answers(actor, at_hand) if at_hand else {})}
    return render(request, "disputes/calls.html", context)


COLUMNS = [
    {"label": "种类", "width": "narrow"}, {"label": "事由", "width": "wide"}, {"label": "编号", "optional": True}, {"label": "主办", "optional": True},
    {"label": "当事人"}, {"label": "联系不上", "optional": True}, {"label": "期限", "kind": "clock"},
]  # fmt: skip


def _answers(actor: Actor, call: Call) -> dict[str, Any]:
    """The keys of the call at hand, or why this post may not note it."""
    if call.kind == "alarm":
        if not actor.has(*policies.CALLS):
            return {"why_not": "警情回访由综合指挥室或所领导办理。"}
        words = [*revisits.SATISFACTION.items(), ("unreachable", _unreachable(call))]
        words += [("arrest", "已拘留，不回访"), ("violence", "暴力警情，不回访")]
    else:
        if not actor.has(*policies.REVISITS):
            return {"why_not": "由民警、辅警、值班人员或调解员回访。"}
        words = [(code, _unreachable(call) if code == "unreachable" else name) for code, name in codes("revisit_results")]
    return {"answers": [{"code": code, "name": name, "key": str(n)} for n, (code, name) in enumerate(words, 1)]}


def _unreachable(call: Call) -> str:
    return f"联系不上（第 {min(call.tries + 1, TRIES)} 次）"


urlpatterns: list[URLPattern] = [
    path("calls/", listing, name="calls"),
    path("calls/<uuid:call_id>/", heard, name="heard"),
    path("calls/<uuid:call_id>/phones/", phones, name="phones"),
]
