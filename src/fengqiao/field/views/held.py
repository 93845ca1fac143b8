"""待核 and 待核对 on the office's pages."""

import uuid
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere
from fengqiao.core.forms import done
from fengqiao.core.web import Request
from fengqiao.field import acts, forms, policies, queries, rules
from fengqiao.field.queries import HeldPage, Waiting
from fengqiao.intake import queries as intake

COLUMNS = [
    {"label": "操作"},
    {"label": "记录人"},
    {"label": "单位", "optional": True},
    {"label": "发生", "kind": "at", "width": "narrow", "optional": True},
    {"label": "收到", "kind": "at", "width": "narrow"},
    {"label": "原因", "width": "wide"},
]
EMPTY = {
    "check": {"title": "没有待核的手机记录", "text": "权限变动后到达、或不符合当前规定的手机记录会留在这里，不会丢失。"},
    "conflict": {"title": "没有待核对的冲突", "text": "两人先后改了同一处、或决定到达时已有人先办，会在这里并列两个版本。"},
}
@require_GET
def held(request: Request) -> HttpResponse:
    """待核: facts whose right had ended, what a gate forbids, what could not be read."""
    return _queue(request, "check")


@require_GET
def conflicts(request: Request) -> HttpResponse:
    """待核对: two versions of the same."""
    return _queue(request, "conflict")


def _queue(request: Request, queue: str) -> HttpResponse:
    actor = request.actor
    page = queries.waiting(actor, queue, cursor=request.GET.get("cursor", ""))
    shown_list = {
        "id": f"field-{queue}", "caption": rules.QUEUES[queue], "columns": COLUMNS, "rows": [_row(one) for one in page.rows],
        "total": page.total, "total_is_floor": page.total_is_floor, "next_cursor": page.next_cursor, "live": "held", "empty": EMPTY[queue],
    }  # fmt: skip
    return render(request, "field/queue.html", {"list": shown_list, "title": rules.QUEUES[queue], "tabs": tabs(actor, queue)})


def _row(one: Waiting) -> dict[str, Any]:
    occurred = one.occurred_at if one.precision != "unknown" else None
    cells = [one.act, one.who, one.org, occurred, one.arrived_at, one.why]
    return {"id": one.id, "url": reverse("field:one", args=[one.id]), "cells": cells}


def tabs(actor: Actor, active: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if actor.has(*policies.SEES):
        totals = queries.totals(actor)
        found = [
            {"label": word, "url": reverse(f"field:{name}"), "count": totals[queue], "active": queue == active}
            for queue, word, name in (("check", "待核", "held"), ("conflict", "待核对", "conflicts"))
        ]
    return [*found, {"label": "手机", "url": reverse("field:devices"), "active": active == "devices"}]


@require_GET
def one(request: Request, held_id: uuid.UUID) -> HttpResponse:
    """One thing that waits: its words, both versions, what happened meanwhile, and what may be done with it."""
    return _page(request, queries.opened(request.actor, held_id))


def _page(request: Request, page: HeldPage, wrong: dict[str, django_forms.Form] | None = None) -> HttpResponse:
    actor, shown = request.actor, page.one
    step, others = None, []
    if shown.state == "open" and actor.has(*policies.SETTLES):
        conflict = shown.queue == "conflict"
        word = "采用手机版本" if conflict else "采纳"
        step = {"label": word, "url": _to(shown, "adopt"), "method": "post", "allowed": page.readable, "reason": "：内容无法识别。"}
        if conflict:
            others = [{"label": "保留现有版本", "url": _to(shown, "keep"), "method": "post", "allowed": True}]
        if shown.about:
            others.append({"label": "转为记录", "url": _to(shown, "note"), "method": "post", "allowed": True})
    given = {"aside": forms.AsideForm(), "note": forms.NoteForm()} | (wrong or {})
    entries = [
        {"id": line.id, "at": line.at, "sentence": line.sentence, "who": line.who, "post": line.post, "org": line.org, "changes": _changes(line.content)}
        for line in page.meanwhile
    ]
    context = {
        "page": page, "shown": shown, "step": step, "others": others, "aside": given["aside"] if step else None,
        "into": given["note"] if step and not shown.about else None, "entries": entries, "tabs": tabs(actor, shown.queue),
        "queue_word": rules.QUEUES[shown.queue],
    }  # fmt: skip
    return render(request, "field/one.html", context, status=422 if wrong else 200)


def _changes(content: dict[str, Any]) -> list[tuple[str, str, str]]:
    labels = {"title": "标题", "place_text": "地点"}
    return [
        (labels[name], both.get("old", ""), both.get("new", "")) for name, both in content.items() if name in labels and isinstance(both, dict)
    ]


def _to(shown: Waiting, name: str) -> str:
    return reverse("field:settle", args=[shown.id, name])


@require_POST
def settle(request: Request, held_id: uuid.UUID, name: str) -> HttpResponse:
    """Settle what waits, and go on to the next of its queue."""
    actor = request.actor
    words = {"adopt": "已采纳。", "keep": "已保留现有版本。", "note": "已转为记录。", "aside": "已登记不予采纳。"}
    if name not in words:
        raise NotThere
    if name == "adopt":
        acts.adopt(actor, held_id=held_id)
    elif name == "keep":
        acts.keep_theirs(actor, held_id=held_id)
    elif name == "aside":
        form = forms.AsideForm(request.POST)
        if not (form.is_valid() and done(form, acts.set_aside, actor, held_id=held_id, **form.cleaned_data)):
            return _page(request, queries.opened(actor, held_id), {"aside": form})
    elif "number" in request.POST:
        into = forms.NoteForm(request.POST)
        if not into.is_valid():
            return _page(request, queries.opened(actor, held_id), {"note": into})
        acts.keep_as_note(actor, held_id=held_id, matter_id=intake.by_number(actor, into.cleaned_data["number"]))
    else:
        acts.keep_as_note(actor, held_id=held_id)
    messages.success(request, words[name])
    queue = request.POST.get("queue", "check")
    following = queries.next_open(actor, queue) if queue in rules.QUEUES else None
    return redirect("field:one", following) if following else redirect("field:conflicts" if queue == "conflict" else "field:held")
