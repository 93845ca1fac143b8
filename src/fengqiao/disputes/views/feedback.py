"""回填: the text another system wants, copied with one key; a tick when it is there; what is not ticked."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_POST

from fengqiao.core.actor import Actor
from fengqiao.core.web import Request
from fengqiao.disputes import queries
from fengqiao.disputes.acts import casefile as acts
from fengqiao.disputes.queries import feedback as reads
from fengqiao.disputes.views import books


@require_POST
def text(request: Request, dispute_id: uuid.UUID, system: str) -> HttpResponse:
    """The text in the order set for that system, names in full; one access line. Copied as soon as it arrives."""
    actor: Actor = request.actor
    page = queries.dispute_page(actor, dispute_id)
    words = reads.text(actor, dispute_id, system)
    one = next((one for one in reads.told(page) if one.system == system), None)
    context = {"page": page, "system": one or reads.profile(page.org_id, system), "text": words, "done": bool(one and one.done_at)}
    return render(request, "disputes/_feedback.html" if request.htmx else "disputes/feedback_text.html", context)


@require_POST
def done(request: Request, dispute_id: uuid.UUID, system: str) -> HttpResponse:
    """已回填: a tick."""
    acts.paste(request.actor, dispute_id=dispute_id, system=system)
    messages.success(request, "已登记回填。")
    return redirect(f"{reverse('disputes:page', args=[dispute_id])}#feedback")


SHOWN = 50  # the oldest; what is ticked makes room for the next


@require_GET
def waiting(request: Request) -> HttpResponse:
    """未回填: what no tick says was pasted, oldest first."""
    actor: Actor = request.actor
    mine = request.GET.get("owner") == "me"
    rows = reads.waiting(actor, mine=mine)
    listed = {
        "id": "feedback", "caption": "未回填", "main": 1,
        "columns": [{"label": "编号", "width": "narrow"}, {"label": "事由", "width": "wide"}, {"label": "系统"}, {"label": "主办"},
                    {"label": "自", "kind": "at", "width": "narrow"}],
        "rows": [
            {
                "id": f"{row.dispute_id}-{row.system}", "url": f"{reverse('disputes:page', args=[row.dispute_id])}#feedback",
                "cells": [row.number, row.title, row.system_name, row.owner or row.org, row.since],
            }
            for row in rows[:SHOWN]
        ],
        "filters": [{"name": "owner", "label": "主办人", "kind": "select", "options": [("me", "我主办")], "value": "me" if mine else ""}],
        "total": len(rows), "live": "dispute", "empty": {"title": "没有待回填的", "text": "近两个月由110接报或者有案件编号的纠纷，回填后在此消失。"},
    }  # fmt: skip
    return render(request, "disputes/feedback.html", {"list": listed, "tabs": books.tabs(actor, "feedback")})


urlpatterns: list[URLPattern] = [
    path("feedback/", waiting, name="feedback"),
    path("<uuid:dispute_id>/feedback/<slug:system>/", text, name="feedback-text"),
    path("<uuid:dispute_id>/feedback/<slug:system>/done/", done, name="feedback-done"),
]
