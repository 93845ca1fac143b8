"""晨巡晚议: what rounds found, what rolled over, what was decided."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from fengqiao.core.errors import Forbidden
from fengqiao.core.forms import done
from fengqiao.core.web import Request, made_once
from fengqiao.tasks import acts, forms, policies, queries
from fengqiao.tasks.views.tabs import tabs

OPEN = [{"label": "发现"}, {"label": "地点", "optional": True}, {"label": "发现人", "optional": True}, {"label": "未定", "width": "narrow"}, {"label": "发现时间", "kind": "at", "width": "narrow"}]
ENDED = [{"label": "发现"}, {"label": "决定", "width": "narrow"}, {"label": "理由", "optional": True}, {"label": "议定时间", "kind": "at", "width": "narrow"}]


@require_GET
def findings(request: Request) -> HttpResponse:
    """What this evening must decide, the oldest first, and what was decided."""
    actor = request.actor
    policies.may_find(actor)
    waiting, ended = queries.undecided(actor), queries.found(actor)
    open_rows = [
        {
            "id": one.id, "url": reverse("tasks:decide", args=[one.id]), "state": "late" if one.evenings else "",
            "cells": [one.text[:80], one.place, one.found_by, one.rolled or "待今晚议定", one.found_at],
        }
        for one in waiting
    ]  # fmt: skip
    ended_rows = [
        {"id": one.id, "url": one.url or reverse("tasks:decide", args=[one.id]), "cells": [one.text[:80], one.decision_word, one.reason, one.decided_at]}
        for one in ended
    ]
    context = {
        "tabs": tabs("findings"),
        "list": {
            "id": "findings", "caption": "待晚议", "columns": OPEN, "rows": open_rows, "total": len(open_rows), "live": "finding",
            "empty": {"title": "没有待议的发现", "text": "晨巡发现的问题登记后列在这里，当晚未定的自动滚到次日并标明。"},
        },
        "ended": {"id": "ended", "caption": "已议定", "columns": ENDED, "rows": ended_rows, "total": len(ended_rows)} if ended_rows else None,
        "rolled": sum(bool(one.evenings) for one in waiting),
    }  # fmt: skip
    return render(request, "tasks/findings.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Keep what a round found."""
    actor = request.actor
    policies.may_find(actor)
    form = forms.FindingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        keep = lambda: {"id": str(acts.find(actor, **form.cleaned_data))}  # noqa: E731
        if done(form, made_once, request, keep):
            messages.success(request, "已登记，列入今晚议定。")
            return redirect("tasks:findings")
    return render(request, "tasks/find.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def decide(request: Request, finding_id: uuid.UUID) -> HttpResponse:
    """One finding and the evening's decision on it."""
    actor = request.actor
    policies.may_find(actor)
    [shown] = queries.found(actor, finding_id)
    form = None
    try:
        policies.may_decide_finding(actor)
        if not shown.decision:
            form = forms.DecisionForm(request.POST or None, people=queries.helpers(actor))
    except Forbidden:
        if request.method == "POST":
            raise
    if request.method == "POST":
        decision = form or forms.DecisionForm(request.POST, people=queries.helpers(actor))
        if decision.is_valid() and done(decision, acts.decide_finding, actor, finding_id=finding_id, **decision.cleaned_data):
            messages.success(request, "已议定。")
            return redirect("tasks:findings")
    status = 422 if form is not None and form.errors else 200
    return render(request, "tasks/finding.html", {"shown": shown, "form": form}, status=status)
