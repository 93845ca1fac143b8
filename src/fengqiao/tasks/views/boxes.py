"""Pages of tasks: boxes, one task, a new one."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from fengqiao.core.errors import Forbidden, NotThere
from fengqiao.core.forms import done
from fengqiao.core.web import Request, made_once
from fengqiao.tasks import acts, forms, queries, rules
from fengqiao.tasks.views.tabs import tabs

ACTS: dict[str, Callable[..., None]] = {"sign": acts.sign, "finish": acts.finish, "cancel": acts.cancel, "reassign": acts.reassign}
DONE = {"sign": "已签收。", "finish": "已办结。", "cancel": "已取消。", "reassign": "已改派。"}
COLUMNS = [
    {"label": "任务"},
    {"label": "编号", "width": "narrow", "optional": True},
    {"label": "种类", "width": "narrow", "optional": True},
    {"label": "承办"},
    {"label": "交办", "optional": True},
    {"label": "状态", "width": "narrow"},
    {"label": "期限", "kind": "clock", "width": "narrow"},
]


@require_GET
def boxes(request: Request) -> HttpResponse:
    """Tasks, one box at a time."""
    actor = request.actor
    box = request.GET.get("box", "mine")
    if box not in queries.BOXES:
        raise NotThere("没有这个列表。")
    page = queries.listed(actor, box, cursor=request.GET.get("cursor", ""))
    totals = queries.totals(actor)
    boxes_ = [
        {"label": label, "url": f"?box={name}", "count": totals.get(name, ""), "active": name == box}
        for name, label in queries.BOXES.items()
    ]
    shown_list = {
        "id": "tasks",
        "caption": queries.BOXES[box],
        "columns": COLUMNS,
        "rows": [_row(shown) for shown in page.rows],
        "total": page.total,
        "total_is_floor": page.total_is_floor,
        "next_cursor": page.next_cursor,
        "live": "task",
        "empty": {"title": "没有任务", "text": "交办给本单位或本人的任务会出现在这里。"},
    }
    context = {"tabs": boxes_ + tabs("boxes")[1:], "list": shown_list, "may_create": bool(queries.kinds(actor))}
    return render(request, "tasks/boxes.html", context)


def _row(shown: queries.Shown) -> dict[str, Any]:
    doing = f"{shown.to_org} {shown.owner}".strip()
    cells = [shown.title, shown.number, shown.kind_word, doing, f"{shown.org} {shown.given_by}", shown.state_word, shown.due_at]
    row: dict[str, Any] = {"id": shown.id, "url": reverse("tasks:page", args=[shown.id]), "cells": cells}
    if shown.overdue and not shown.ended_at:
        row["state"] = "late"
    if "sign" in shown.moves:
        row["act"] = {"label": "签收", "method": "post", "url": reverse("tasks:move", args=[shown.id, "sign"])}
    elif "finish" in shown.moves:
        row["act"] = {"label": "办结", "method": "get", "url": reverse("tasks:move", args=[shown.id, "finish"])}
    return row


@require_GET
def page(request: Request, task_id: uuid.UUID) -> HttpResponse:
    """One task: what, by when, who, and what was done."""
    return _page(request, task_id)


def _page(
    request: Request, task_id: uuid.UUID, move: str = "", form: django_forms.Form | None = None, status: int = 200
) -> HttpResponse:
    actor = request.actor
    shown, lines = queries.opened(actor, task_id)
    steps = [
        {
            "label": rules.MOVES[one], "url": reverse("tasks:move", args=[shown.id, one]), "allowed": True,
            "method": "post" if one == "sign" else "get",
        }
        for one in shown.moves
    ]  # fmt: skip
    entries = [
        {
            "id": line.id, "at": line.at, "sentence": line.sentence, "who": line.who, "post": line.post, "org": line.org,
            "text": line.content.get("result") or line.content.get("reason") or "",
        }
        for line in lines
    ]  # fmt: skip
    context = {
        "shown": shown, "entries": entries, "step": steps[0] if steps else None, "others": steps[1:], "move": move, "form": form,
        "words": rules.MOVES.get(move, ""),
    }  # fmt: skip
    return render(request, "tasks/page.html", context, status=status)


@require_http_methods(["GET", "POST"])
def move(request: Request, task_id: uuid.UUID, move: str) -> HttpResponse:
    """One move of a task; what cannot be taken comes back with its form."""
    actor = request.actor
    if move not in ACTS:
        raise NotThere()
    queries.to_move(actor, task_id, move)
    form = _form(actor, move, request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return _page(request, task_id, move, form)
    if form.is_valid() and done(form, ACTS[move], actor, task_id=task_id, **form.cleaned_data):
        messages.success(request, DONE[move])
        return redirect("tasks:boxes") if move in ("finish", "cancel") else redirect("tasks:page", task_id)
    return _page(request, task_id, move, form, status=422)


def _form(actor: Any, move: str, data: Any) -> django_forms.Form:
    if move == "reassign":
        return forms.ReassignForm(data, people=queries.colleagues(actor))
    return {"finish": forms.FinishForm, "cancel": forms.CancelForm}.get(move, django_forms.Form)(data)



@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Give a task."""
    actor = request.actor
    kinds = queries.kinds(actor)
    if not kinds:
        raise Forbidden()
    people, units = queries.colleagues(actor), queries.units(actor)
    form = forms.TaskForm(request.POST or None, kinds=kinds, units=units, people=people)
    if request.method == "POST" and form.is_valid():

        def create() -> dict[str, str]:
            task = acts.create(actor, **form.cleaned_data)
            return {"id": str(task.id), "number": task.number}

        if given := done(form, made_once, request, create):
            messages.success(request, f"已交办，编号 {given['number']}。")
            return redirect("tasks:page", given["id"])
    return render(request, "tasks/new.html", {"form": form}, status=422 if form.errors else 200)
