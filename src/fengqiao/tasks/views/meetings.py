"""会商、例会: what was agreed, and what the next one begins with."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from fengqiao.core.errors import NotThere
from fengqiao.core.forms import done
from fengqiao.core.web import Request, made_once
from fengqiao.tasks import acts, forms, policies, queries, rules
from fengqiao.tasks.views.tabs import tabs

COLUMNS = [
    {"label": "议题"},
    {"label": "种类", "width": "narrow"},
    {"label": "辖区", "optional": True},
    {"label": "登记", "optional": True},
    {"label": "未完成", "width": "narrow"},
    {"label": "时间", "kind": "at", "width": "narrow"},
]


@require_GET
def meetings(request: Request) -> HttpResponse:
    """The newest meetings."""
    policies.may_meet(request.actor)
    rows = [
        {
            "id": one.id, "url": reverse("tasks:meeting", args=[one.id]),
            "cells": [one.topic, one.kind_word, one.area, one.held_by, f"{one.open}/{one.actions}", one.held_at],
        }
        for one in queries.meetings(request.actor)
    ]  # fmt: skip
    shown = {
        "id": "meetings", "caption": "会商、例会", "columns": COLUMNS, "rows": rows, "total": len(rows),
        "empty": {"title": "还没有会商或例会", "text": "登记后，议定的事项自动成为任务，未完成的列入下次议程。"},
    }  # fmt: skip
    return render(request, "tasks/meetings.html", {"list": shown, "tabs": tabs("meetings")})


@require_GET
def meeting(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """One meeting: agenda, people, minutes, what was agreed and how it stands."""
    policies.may_meet(request.actor)
    return render(request, "tasks/meeting.html", {"shown": queries.meeting(request.actor, meeting_id)})


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Keep a meeting. Its agenda begins with what earlier ones left unfinished."""
    actor = request.actor
    policies.may_meet(actor)
    areas, people = queries.areas(actor), queries.helpers(actor)
    chosen = request.POST if request.method == "POST" else request.GET
    kind = chosen.get("kind", "planning")
    if kind not in rules.MEETINGS:
        raise NotThere()
    form = forms.MeetingForm(request.POST or None, initial={"kind": kind, "area_id": chosen.get("area_id", "")}, areas=areas, people=people)
    if request.method == "POST" and form.is_valid():

        def hold() -> dict[str, Any]:
            return {"id": str(acts.hold_meeting(actor, **form.told()))}

        if kept := done(form, made_once, request, hold, renamed={"actions": "text_1", "present": "present_police", "items": "text"}):
            messages.success(request, "已登记，议定事项已交承办人。")
            return redirect("tasks:meeting", kept["id"])
    area = chosen.get("area_id", "")
    carried = queries.agenda(actor, kind, int(area) if area.isdigit() else None)
    context = {"form": form, "carried": carried, "kinds": rules.MEETINGS}
    return render(request, "tasks/meet.html", context, status=422 if form.errors else 200)
