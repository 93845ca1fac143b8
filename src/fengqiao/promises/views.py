"""Pages of hand-overs: the boxes, one hand-over, sending; and the public page of a slip."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fengqiao.core import clock, exports, limits, signon
from fengqiao.core.errors import NotThere, Refused
from fengqiao.core.forms import done
from fengqiao.core.scope import scope
from fengqiao.core.web import Request, made, made_once, once
from fengqiao.promises import acts, asking, export, forms, paper, queries, rules

ACTS: dict[str, Callable[..., Any]] = {
    "sign": acts.sign,
    "accept": acts.accept,
    "return": acts.return_,
    "answer": acts.answer,
    "recall": acts.recall,
    "deliver": acts.deliver,
    "remind": acts.remind,
}
DONE = {
    "sign": "已签收。",
    "accept": "已接收。",
    "return": "已退回移送单位，计时仍在继续。",
    "answer": "已回复结果。",
    "recall": "已撤回。",
    "deliver": "已登记送达。",
    "remind": "已催办。",
}
SLIP_LOOKS, SLIP_WINDOW = 30, 300  # looks at slips from one address in so many seconds

COLUMNS = [
    {"label": "流转编号", "width": "narrow"},
    {"label": "事项编号", "width": "narrow", "optional": True},
    {"label": "种类", "width": "narrow"},
    {"label": "移送单位"},
    {"label": "承办单位"},
    {"label": "状态", "width": "narrow"},
    {"label": "现由谁办"},
    {"label": "已等", "width": "narrow", "optional": True},
    {"label": "期限", "kind": "clock", "width": "narrow"},
]
EMPTY = {
    "inbox": ("没有待签收的流转", "其他单位流转来的事项会出现在这里。"),
    "mine": ("没有要本单位办的流转", "签收、接收、被退回的流转会出现在这里。"),
    "waiting": ("没有在等的单位", "流转给其他单位、尚未办结的会出现在这里。"),
    "returned": ("没有退回待处理的流转", ""),
    "overdue": ("没有超时的流转", ""),
    "ended": ("还没有已了结的流转", ""),
}


@require_GET
def boxes(request: Request, box: str = "") -> HttpResponse:
    """流转: what waits for us, what we wait for, what is over time; one box at a time."""
    actor = request.actor
    box = box or request.GET.get("box", "inbox")  # links from other pages name the box as a parameter
    if box not in queries.BOXES:
        raise NotThere("没有这个列表。")
    kind = request.GET.get("kind", "")
    page = queries.listed(actor, box, kind=kind, cursor=request.GET.get("cursor", ""))
    totals = queries.totals(actor)
    tabs = [
        {"label": label, "url": reverse("promises:box", args=[name]), "count": totals.get(name, ""), "active": name == box}
        for name, label in queries.BOXES.items()
    ]
    title, text = EMPTY[box]
    shown_list = {
        "id": "promises",
        "caption": queries.BOXES[box],
        "columns": COLUMNS,
        "rows": [_row(shown) for shown in page.rows],
        "filters": [{"name": "kind", "label": "种类", "kind": "select", "value": kind, "options": list(rules.KINDS.items())}],
        "total": page.total,
        "total_is_floor": page.total_is_floor,
        "next_cursor": page.next_cursor,
        "live": "promise",
        "export_url": reverse("promises:export", args=[box]),
        "empty": {"title": title, "text": text},
    }
    return render(request, "promises/boxes.html", {"tabs": tabs, "list": shown_list, "box": box})


@require_GET
def export_box(request: Request, box: str) -> HttpResponseBase:
    """The box on screen as a file, all its pages."""
    if box not in queries.BOXES:
        raise NotThere("没有这个列表。")
    rows = map(export.cells, queries.exported(request.actor, box, request.GET.get("kind", "")))
    name = f"流转-{queries.BOXES[box]}-{clock.today():%Y%m%d}"
    return exports.answer(request.actor, name, export.HEADINGS, rows, kind=request.GET.get("format", "csv"), sheet="流转")


def _row(shown: queries.Shown) -> dict[str, Any]:
    cells = [
        shown.number, shown.about_number, shown.channel_word or shown.kind_word, shown.org, shown.to_org,
        shown.state_word + ("，提请裁决" if shown.arbitration and not shown.ended_at else ""), shown.holder,
        shown.waited_words if shown.holder_id else "", shown.due_at,
    ]  # fmt: skip
    row: dict[str, Any] = {"id": shown.id, "url": reverse("promises:page", args=[shown.id]), "cells": cells}
    if shown.overdue and not shown.ended_at:
        row["state"] = "late"
    if shown.moves[:1] == ("sign",) and not shown.paper:
        row["act"] = {"label": "签收", "method": "post", "url": reverse("promises:move", args=[shown.id, "sign"])}
    elif shown.state == "returned" and "send_again" in shown.moves:
        row["act"] = {"label": "另行流转", "method": "get", "url": reverse("promises:again", args=[shown.id])}
    return row


@require_GET
def page(request: Request, promise_id: uuid.UUID) -> HttpResponse:
    """One hand-over: where it stands, who holds it, what next, one timeline of all sides."""
    return _page(request, promise_id)


def _page(
    request: Request, promise_id: uuid.UUID, move: str = "", form: django_forms.Form | None = None, status: int = 200
) -> HttpResponse:
    actor = request.actor
    shown, beside, lines = queries.opened(actor, promise_id)
    steps = [_step(shown, one) for one in shown.moves if one != "scan"]
    context = {
        "shown": shown, "beside": beside if len(beside) > 1 else [], "entries": [_entry(line) for line in lines],
        "states": _states(shown), "step": steps[0] if steps else None, "others": steps[1:], "move": move, "form": form,
        "words": rules.WORDS.get(move, ""),
    }  # fmt: skip
    return render(request, "promises/page.html", context, status=status)


def _step(shown: queries.Shown, move: str) -> dict[str, Any]:
    """How a move is offered: at one press, or by a form."""
    if move == "send_again":
        return {"label": rules.WORDS[move], "url": reverse("promises:again", args=[shown.id]), "method": "get", "allowed": True}
    form = _form(shown, move)
    label = "收回自办" if move == "recall" and shown.state == "returned" else rules.WORDS[move]
    method = "get" if form.fields else "post"
    return {"label": label, "url": reverse("promises:move", args=[shown.id, move]), "method": method, "allowed": True, "due": None}


def _states(shown: queries.Shown) -> list[dict[str, Any]]:
    """The state bar: 送出 → (送达) → 签收 → 接收 → 办结."""
    told: list[tuple[str, datetime | None]] = [("送出", shown.sent_at)]
    if shown.paper:
        told.append(("送达", shown.delivered_at))
    told += [("签收", shown.signed_at), ("接收", shown.accepted_at)]
    if shown.kind not in rules.GIVES_AWAY:
        told.append(("办结", shown.ended_at if shown.state == "done" else None))
    if shown.state in ("returned", "passed"):
        told = [(label, at) for label, at in told if at] + [("退回", shown.returned_at)]
    if shown.state == "recalled":
        told = [(label, at) for label, at in told if at] + [("撤回", shown.ended_at)]
    ahead = [at is None for _, at in told]
    now = ahead.index(True) if True in ahead else -1
    return [
        {"label": label, "at": at, "state": "done" if at else "now" if i == now else "ahead", "due": shown.due_at if i == now else None}
        for i, (label, at) in enumerate(told)
    ]


def _entry(line: Any) -> dict[str, Any]:
    words = "\n".join(value for key, value in line.content.items() if key in ("reason", "result", "text") and value)
    return {
        "id": line.id, "at": line.at, "sentence": line.sentence, "who": line.who, "post": line.post, "org": line.org,
        "text": words, "erased": line.withheld and not words,
    }  # fmt: skip


def _form(shown: queries.Shown, move: str, data: Any = None) -> django_forms.Form:
    """The form a move needs; an office without an account needs the name of who spoke for it."""
    match move:
        case "return":
            return forms.ReturnForm(data, paper=shown.paper and not shown.signed_at)
        case "sign":
            return forms.SignForm(data) if shown.paper else forms.Nothing(data)
        case "accept":
            return forms.AcceptForm(data) if shown.paper and not shown.signed_at else forms.Nothing(data)
        case "answer":
            return forms.AnswerForm(data)
        case "recall":
            return forms.RecallForm(data)
        case "deliver":
            return forms.DeliverForm(data)
    return forms.Nothing(data)


@require_http_methods(["GET", "POST"])
def move(request: Request, promise_id: uuid.UUID, move: str) -> HttpResponse:
    """One move of a hand-over; what cannot be taken comes back with its form."""
    actor = request.actor
    if move not in ACTS:
        raise NotThere()
    shown = queries.to_move(actor, promise_id, move)
    if request.method == "GET":
        return _page(request, promise_id, move, _form(shown, move))
    form = _form(shown, move, request.POST)
    if form.is_valid() and done(form, ACTS[move], actor, promise_id=promise_id, **form.cleaned_data):
        messages.success(request, f"{shown.number} {DONE[move]}")
        return redirect("promises:page", promise_id) if move != "return" else redirect("promises:boxes")
    return _page(request, promise_id, move, form, status=422)



def _once(request: Request, act: Callable[..., Any]) -> Callable[..., dict[str, str]]:
    """The act, done once however often the same form arrives; answers with id and number of what it made."""

    def run(actor: Any, **given: Any) -> dict[str, str]:
        def make() -> dict[str, str]:
            sent = act(actor, **given)
            first = sent[0] if isinstance(sent, list) else sent
            return {"id": str(first.id), "number": first.number}

        return made_once(request, make)

    return run


@require_http_methods(["GET", "POST"])
def send(request: Request, about: uuid.UUID) -> HttpResponse:
    """Hand a matter over to another organisation."""
    queries.to_send(request.actor, about)
    return _send(request, about, None)


@require_http_methods(["GET", "POST"])
def again(request: Request, promise_id: uuid.UUID) -> HttpResponse:
    """Send on what was returned; its clock runs on."""
    shown = queries.to_move(request.actor, promise_id, "send_again")
    return _send(request, shown.about, shown)


def _send(request: Request, about: uuid.UUID, before: queries.Shown | None) -> HttpResponse:
    actor = request.actor
    initial = {"kind": before.kind, "text": before.text} if before else {}
    form = forms.SendForm(
        request.POST or None, receivers=queries.receivers(actor), again=before is not None, initial=initial
    )
    given: dict[str, Any] = {"about": about, "again": before.id if before else None}
    posted = request.method == "POST" and form.is_valid()
    if posted and before and acts.waits(actor, before.org_id, form.cleaned_data["kind"], about=about):
        if once(request) is None and done(form, asking.ask_to_send_on, actor, **given, **form.cleaned_data):
            made(request, {"id": str(before.id)})
            messages.success(request, asking.Passed(approval_id=before.id).said)
        if not form.errors:
            return redirect("promises:page", before.id)
    elif posted and (sent := done(form, _once(request, acts.send), actor, **given, **form.cleaned_data)):
        messages.success(request, f"已流转，编号 {sent['number']}。")
        return redirect("promises:page", sent["id"])
    status = 422 if form.errors else 200
    return render(request, "promises/send.html", {"form": form, "before": before}, status=status)


@require_http_methods(["GET", "POST"])
def joint(request: Request, about: uuid.UUID) -> HttpResponse:
    """三办联动: one matter to several offices at once, one of them leads."""
    actor = request.actor
    queries.to_send(actor, about)
    form = forms.JointForm(request.POST or None, receivers=queries.receivers(actor))
    posted = request.method == "POST" and form.is_valid()
    if posted and (sent := done(form, _once(request, acts.send_joint), actor, about=about, **form.cleaned_data)):
        messages.success(request, f"已联动流转，编号 {sent['number']}。")
        return redirect("promises:page", sent["id"])
    return render(request, "promises/joint.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def slip_pdf(request: Request, promise_id: uuid.UUID) -> HttpResponse:
    """Print the slip for an office without an account; every print carries a code of its own."""
    actor = request.actor
    token = acts.issue_slip(actor, promise_id=promise_id)
    shown, _, _ = queries.opened(actor, promise_id, "制作流转单")
    made = paper.slip_pdf(shown, request.build_absolute_uri(reverse("promises:slip", args=[token])))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{shown.number}.pdf"'
    return response


@require_http_methods(["GET", "POST"])
def slip(request: Request, token: str) -> HttpResponse:
    """The slip's own page: whoever holds it reads what it says and signs for it. Nobody is signed on here."""
    _not_too_often(request)
    actor = signon.system_actor("流转单签收")
    form = forms.SlipForm(request.POST or None)
    signed = False
    with scope(actor):
        if request.method == "POST" and form.is_valid():
            signed = bool(done(form, acts.sign_by_slip, actor, token=token, **form.cleaned_data))
        shown = queries.by_slip(actor, token)
    context = {"shown": shown, "form": form, "signed": signed, "open": "scan" in shown.moves}
    return render(request, "promises/slip.html", context, status=422 if form.errors else 200)


def _not_too_often(request: Request) -> None:
    if limits.hit("slip", str(request.META.get("REMOTE_ADDR", "")), SLIP_WINDOW) > SLIP_LOOKS:
        raise Refused("查看过于频繁，请五分钟后再试。", status=429)
