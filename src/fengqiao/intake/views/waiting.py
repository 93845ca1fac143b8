"""待分流 and 待核对: what waits at the desk, and whether two are the same quarrel."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_POST

from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere
from fengqiao.core.web import Request
from fengqiao.intake import acts, policies, queries
from fengqiao.intake.queries import Pair


@require_GET
def waiting(request: Request) -> HttpResponse:
    """Left what waits to be sorted at this desk, right which of them may be known already, likeliest first."""
    actor: Actor = request.actor
    policies.may_read(actor)
    page = queries.waiting(actor, cursor=request.GET.get("cursor", ""))
    decides = actor.has(*policies.DECIDES)
    rows = [
        {
            "id": row.id,
            "url": reverse("intake:matter", args=[row.id]),
            "cells": [row.title, f"{row.kind}（存疑）" if row.unsure and row.kind != "未分类" else row.kind, row.org, row.last_at],
            "act": {"label": "分流", "url": reverse("intake:step", args=[row.id, "triage"])} if decides else None,
        }
        for row in page.rows
    ]
    listed = {
        "id": "waiting", "caption": "待分流的事项", "live": "matter report", "rows": rows,
        "columns": [{"label": "事由", "width": "wide"}, {"label": "类别"}, {"label": "单位", "optional": True},
                    {"label": "最近发生", "kind": "at", "width": "narrow"}],
        "total": page.total, "total_is_floor": page.total_is_floor, "previous_cursor": page.previous_cursor,
        "next_cursor": page.next_cursor,
        "empty": {"title": "没有待分流的事项", "text": "新接报的事项先到这里，由民警或综合指挥室分流。"},
    }  # fmt: skip
    return render(request, "intake/waiting.html", {"list": listed, "pairs": queries.pairs_waiting(actor), "decides": decides, "undo": _join_just_made(request)})


@require_GET
def pair(request: Request, suggestion_id: uuid.UUID) -> HttpResponse:
    """Two matters side by side. After a decision the next pair opens here."""
    actor: Actor = request.actor
    shown = queries.side_by_side(actor, suggestion_id)
    open_ids = [one.id for one in queries.pairs_waiting(actor)]
    at = open_ids.index(shown.id) if shown.id in open_ids else None
    after = [one for one in open_ids[at + 1 :] if one != shown.id] if at is not None else []
    decides = actor.has(*policies.DECIDES) and at is not None
    context: dict[str, Any] = {
        "pair": _beside(shown) | ({
            "merge_url": reverse("intake:pair-merge", args=[shown.id]),
            "occurrence_url": "" if shown.closed else reverse("intake:pair-again", args=[shown.id]),
            "not_same_url": reverse("intake:pair-apart", args=[shown.id]),
            "later_url": reverse("intake:pair", args=[after[0]]) if after else reverse("intake:waiting"),
        } if decides else {"merge_url": ""}) | {"rank": (at or 0) + 1, "total": len(open_ids) if at is not None else 0},
        "undo": _join_just_made(request),
        "decided": at is None,
        "decides": decides,
    }  # fmt: skip
    if shown.closed and not decides:
        context["pair"]["right"] = {"closed": False, "number": shown.other_org, "title": "内容不在当前岗位的范围内", "url": ""}
    return render(request, "intake/pair.html", context)


def _beside(shown: Pair) -> dict[str, Any]:
    """A pair as `desk/_side_by_side.html` shows it; what only one text says is marked."""
    # of a side that is not the actor's to see nothing is said, not even that it differs
    rows: list[dict[str, Any]] = [row | {"same": True, "right": "不可见"} for row in shown.rows] if shown.closed else list(shown.rows)
    if shown.differences:
        rows.insert(0, {
            "label": "内容", "left": _marked(shown, "left"), "right": _marked(shown, "right"),
            "same": all(span.side == "both" for span in shown.differences),
        })  # fmt: skip
    right: dict[str, Any] = {"closed": True, "org": shown.other_org, "ask_url": reverse("intake:pair-ask", args=[shown.id])}
    if not shown.closed:
        right = {
            "title": shown.other_title, "number": shown.other_number, "at": shown.other_at,
            "url": reverse("intake:matter", args=[shown.other_id]),
        }  # fmt: skip
    return {
        "id": shown.id,
        "left": {"title": shown.left_title, "number": shown.left_number, "at": shown.left_at,
                 "url": reverse("intake:matter", args=[shown.left_id])},
        "right": right,
        "rows": rows,
        "facts": shown.facts,
        "reason": f"相同词语：{'、'.join(shown.words)}" if shown.words else "",
    }  # fmt: skip


def _marked(shown: Pair, side: str) -> SafeString:
    spans = [span for span in shown.differences if span.side in ("both", side)]
    return format_html(
        '<span class="ik-words">{}</span>',
        format_html_join("", "{}", ((format_html("<mark>{}</mark>", s.text) if s.side == side else s.text,) for s in spans)),
    )


def _join_just_made(request: Request) -> str:
    """The id of the join this very decision made, handed on in the address, so that it can be undone at once."""
    try:
        return str(uuid.UUID(request.GET.get("joined", "")))
    except ValueError:
        return ""


def _onward(request: Request, joined: str = "") -> HttpResponse:
    """The next pair, or back to what waits; with the join just made, so that it can be undone."""
    following = queries.pairs_waiting(request.actor, limit=1)
    there = reverse("intake:pair", args=[following[0].id]) if following else reverse("intake:waiting")
    return redirect(f"{there}?joined={joined}" if joined else there)


@require_POST
def merge(request: Request, suggestion_id: uuid.UUID, again: bool = False) -> HttpResponse:
    """归并 or 再次发生: the newer matter joins the one known before."""
    actor: Actor = request.actor
    shown = queries.side_by_side(actor, suggestion_id)
    if shown.closed:
        raise NotThere
    join = acts.merge(actor, survivor_id=uuid.UUID(shown.other_id), joined_id=uuid.UUID(shown.left_id), again=again)
    messages.success(request, f"{shown.left_number} 已并入 {shown.other_number}。")
    return _onward(request, str(join))


@require_POST
def apart(request: Request, suggestion_id: uuid.UUID) -> HttpResponse:
    """不是同一件."""
    acts.tell_apart(request.actor, suggestion_id=suggestion_id)
    messages.success(request, "已记为不是同一件。")
    return _onward(request)


@require_POST
def ask(request: Request, suggestion_id: uuid.UUID) -> HttpResponse:
    """请求并入: ask the organisation that holds the other matter."""
    acts.ask_to_join(request.actor, suggestion_id=suggestion_id)
    messages.success(request, "已请求并入，待对方答复。")
    return _onward(request)


@require_GET
def asked(request: Request, suggestion_id: uuid.UUID) -> HttpResponse:
    """What the holder is asked: may that matter join yours?"""
    actor: Actor = request.actor
    shown = queries.asked(actor, suggestion_id)
    return render(request, "intake/asked.html", {"pair": _beside(shown), "shown": shown, "decides": actor.has(*policies.DECIDES)})


@require_POST
def agree(request: Request, suggestion_id: uuid.UUID) -> HttpResponse:
    """同意并入."""
    actor: Actor = request.actor
    shown = queries.asked(actor, suggestion_id)
    acts.agree_to_join(actor, suggestion_id=suggestion_id)
    messages.success(request, f"{shown.left_number} 已并入 {shown.other_number}。")
    return redirect("intake:matter", shown.other_id)


@require_POST
def refuse(request: Request, suggestion_id: uuid.UUID) -> HttpResponse:
    """不同意并入."""
    acts.refuse_to_join(request.actor, suggestion_id=suggestion_id)
    messages.success(request, "已答复不同意，对方会收到通知。")
    return redirect("intake:waiting")
