"""Pages of shifts: the register, one handover, the duty log."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.acts.settings import change_setting
from fengqiao.core.errors import NotThere, Refused
from fengqiao.core.forms import done
from fengqiao.core.queries import organisations
from fengqiao.core.web import Request, made, once
from fengqiao.desk.briefing.rules import CELLS
from fengqiao.desk.shifts import acts, draft, forms, paper, policies, queries, rules
from fengqiao.desk.shifts.queries import Shown

SIGNATURES: dict[str, tuple[Callable[..., Any], str]] = {
    "give": (acts.give_over, "已交班，待接班人签字。"),
    "take-back": (acts.take_back, "已收回，可补充后再签。"),
    "take": (acts.take_over, "已接班。"),
    "close": (acts.close_shift, "已审签归档。"),
}
COLUMNS = [
    {"label": "班次"},
    {"label": "单位", "optional": True},
    {"label": "状态", "width": "narrow"},
    {"label": "交班", "optional": True},
    {"label": "接班", "optional": True},
    {"label": "审签", "optional": True},
    {"label": "下班", "kind": "at", "optional": True},
]


@require_GET
def register(request: Request) -> HttpResponse:
    """交接班台账: every shift, newest first, and the one that runs."""
    actor = request.actor
    rows, following = queries.listed(actor, before=request.GET.get("cursor", ""))
    running = queries.current(actor)
    shown = {
        "id": "shifts", "caption": "交接班", "columns": COLUMNS, "live": "shift", "total": None, "next_cursor": following,
        "rows": [_row(one) for one in rows],
        "empty": {"title": "还没有班次", "text": "班次到时自动开始，也可以现在开班。"},
    }  # fmt: skip
    context = {"list": shown, "running": running, "may_open": running is None and not actor.roles.isdisjoint(policies.SIGNS)}
    return render(request, "desk/shifts/register.html", context)


def _row(one: Shown) -> dict[str, Any]:
    signed = one.signed
    return {
        "id": one.id,
        "url": reverse("shifts:page", args=[one.id]),
        "cells": [one.title, one.org, one.word, signed.given_by, signed.taken_by, signed.leader, one.released_at],
        "closed": one.state == "closed",
    }


@require_POST
def begin(request: Request) -> HttpResponse:
    """开班, where it did not begin by itself."""
    shift = acts.open_shift(request.actor)
    messages.success(request, "已开班。")
    return redirect("shifts:page", shift)


@require_GET
def now(request: Request) -> HttpResponse:
    """The log of the shift that runs; the register when none does."""
    running = queries.current(request.actor)
    return redirect("shifts:log", running.id) if running else redirect("shifts:register")


@require_POST
def line_now(request: Request) -> HttpResponse:
    """记一条: a line for the log of the running shift, from any page, and back to it."""
    running = queries.current(request.actor)
    if running is None:
        raise Refused("当前没有班次，请先在“值班”页面开班。")
    form = forms.LogForm(request.POST)
    if not form.is_valid():
        return _log(request, running.id, form)
    if once(request) is None:
        event = acts.log_line(request.actor, shift_id=running.id, text=form.cleaned_data["text"])
        made(request, {"event": str(event)})
    messages.success(request, "已记入值班日志。")
    back = request.POST.get("back", "")
    local = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) and back.startswith("/")
    return redirect(back if local else reverse("shifts:log", args=[running.id]))


@require_http_methods(["GET", "POST"])
def log(request: Request, shift_id: uuid.UUID) -> HttpResponse:
    """值班日志 of one shift; a line is added on top."""
    if request.method == "GET":
        return _log(request, shift_id)
    form = forms.LogForm(request.POST)
    if not form.is_valid():
        return _log(request, shift_id, form)
    if once(request) is None:
        event = acts.log_line(request.actor, shift_id=shift_id, text=form.cleaned_data["text"])
        made(request, {"event": str(event)})
    return redirect("shifts:log", shift_id)


def _log(request: Request, shift_id: uuid.UUID, form: Any = None) -> HttpResponse:
    shown, _ = queries.opened(request.actor, shift_id, "值班日志")
    lines = queries.log(request.actor, shown)
    entries: list[dict[str, Any]] = []
    for one in lines:
        entry = {"at": one.at, "sentence": f"{one.sentence} {one.number}".strip(), "who": one.who, "url": one.url, "note": one.text, "times": 1}
        last = entries[-1] if entries else None
        if last and not (one.url or one.text) and all(last[key] == entry[key] for key in ("sentence", "who", "url", "note")):
            last["times"] += 1  # a roster written at one go is one line
        else:
            entries.append(entry)
    context = {
        "shift": shown, "entries": entries, "form": form or forms.LogForm(), "purpose": forms.purpose(),
        "cut": len(lines) >= queries.LOGGED, "most": queries.LOGGED,
    }  # fmt: skip
    return render(request, "desk/shifts/log.html", context, status=422 if form is not None else 200)


@require_GET
def page(request: Request, shift_id: uuid.UUID) -> HttpResponse:
    """交接班: what is handed over, who signed, what next."""
    return _page(request, shift_id)


def _told(actor: Actor, shift_id: uuid.UUID) -> tuple[Shown, draft.Draft]:
    shown, written = queries.opened(actor, shift_id)
    return shown, draft.signed(shown, written) or draft.drafted(actor, shown, written)


def _page(
    request: Request, shift_id: uuid.UUID, line: django_forms.Form | None = None, kit: django_forms.Form | None = None
) -> HttpResponse:
    actor = request.actor
    shown, told = _told(actor, shift_id)
    step, others = _next(actor, shown, told)
    context = {
        "shift": shown, "told": told, "steps": _steps(shown), "step": step, "others": others, "nights": queries.night_of(actor, shift_id),
        "writes": shown.state == "running", "line": line or forms.LineForm(), "kit": kit or forms.KitForm(told.kit),
        "opened": "line" if line is not None else "kit" if kit is not None else "", "purpose": forms.purpose(),
    }  # fmt: skip
    return render(request, "desk/shifts/page.html", context, status=422 if line is not None or kit is not None else 200)


def _steps(one: Shown) -> list[dict[str, Any]]:
    """值班 → 交班 → 接班 → 审签, each with who and when."""
    signed = one.signed
    stood = [("值班", one.begin, ""), ("交班", signed.given_at, signed.given_by), ("接班", signed.taken_at, signed.taken_by), ("审签", signed.signed_at, signed.leader)]
    reached = list(rules.STATES).index(one.state)
    now = {0: 0, 1: 2, 2: 3}.get(reached)  # whose turn it is: given means the next shift signs
    return [
        {
            "label": label, "at": at, "note": who, "due": one.end if now == n == 0 else None,
            "state": "now" if n == now else "done" if n <= reached else "ahead",
        }
        for n, (label, at, who) in enumerate(stood)
    ]  # fmt: skip


def _next(actor: Actor, one: Shown, told: draft.Draft) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The one step that is next, why not, and what else may be done."""
    signs, leads = (not actor.roles.isdisjoint(roles) for roles in (policies.SIGNS, policies.LEADS))
    given, taken = one.signed.given_by_id, one.signed.taken_by_id
    others: list[dict[str, Any]] = []
    if one.state == "running":
        reason = "" if signs else "由值班民警、综合指挥室或所领导签字。"
        notes = []
        if not one.over:
            notes.append(f"本班至 {one.end:%H:%M}。")
        if not any(count is not None for _, count, _ in told.kit):
            notes.append("装备、车辆、钥匙尚未清点。")
        step = _offer(one, "give", "交班签字", reason, "签字后内容不能再改，接班人签字前可收回。")
        return step | {"note": "".join(notes)}, others
    if one.state == "given":
        reason = "" if signs and actor.account_id != given else "待接班人签字。"
        if actor.account_id == given:
            others.append(_offer(one, "take-back", "收回", "", ""))
        return _offer(one, "take", "接班签字", reason, "已核对交接内容，接班。"), others
    if one.state == "taken":
        reason = "" if leads and actor.account_id not in (given, taken) else "待所领导审签，审签人不能是交班人或接班人。"
        return _offer(one, "close", "审签", reason, "审签后本记录归档，不能再改。"), others
    return None, others


def _offer(one: Shown, name: str, label: str, reason: str, confirm: str) -> dict[str, Any]:
    url = reverse("shifts:step", args=[one.id, name])
    return {"label": label, "url": url, "method": "post", "allowed": not reason, "reason": reason, "confirm": confirm}


@require_POST
def step(request: Request, shift_id: uuid.UUID, step: str) -> HttpResponse:
    """One step: a signature, a line added or struck out, the kit counted."""
    actor, there = request.actor, redirect("shifts:page", shift_id)
    if step in SIGNATURES:
        sign, said = SIGNATURES[step]
        sign(actor, shift_id=shift_id)
        messages.success(request, said)
        return there
    if step == "line":
        line = forms.LineForm(request.POST)
        if not (line.is_valid() and done(line, acts.add_line, actor, shift_id=shift_id, **line.cleaned_data)):
            return _page(request, shift_id, line=line)
    elif step == "kit":
        kit = forms.KitForm(_told(actor, shift_id)[1].kit, request.POST)
        if not (kit.is_valid() and done(kit, acts.count_kit, actor, shift_id=shift_id, **kit.given())):
            return _page(request, shift_id, kit=kit)
        messages.success(request, "已登记清点。")
    elif step == "strike":
        try:
            struck = uuid.UUID(request.POST.get("line", ""))
        except ValueError:
            raise NotThere from None
        acts.strike_line(actor, shift_id=shift_id, line=struck)
    else:
        raise NotThere
    return there



@require_GET
def printed(request: Request, shift_id: uuid.UUID) -> HttpResponse:
    """交接班记录 as PDF."""
    actor = request.actor
    shown, told = _told(actor, shift_id)
    response = HttpResponse(paper.handover(shown, told, queries.night_of(actor, shift_id)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="jiaojieban-{clock.local(shown.begin):%Y%m%d-%H%M}.pdf"'
    return response


@require_POST
def sign_night(request: Request, passing_id: uuid.UUID) -> HttpResponse:
    """签收夜间事项, and on to the matter."""
    about = acts.sign_night(request.actor, passing_id=passing_id)
    messages.success(request, "已签收，本事项由本人主办。")
    return redirect(f"/matters/{about}/")


@require_http_methods(["GET", "POST"])
def settings(request: Request) -> HttpResponse:
    """班次设置: the administrator's. What stays as it is is not written again; a station without its own inherits."""
    actor = request.actor
    organisations.may_manage(actor)
    orgs = queries.pattern_owners(actor)
    asked = request.GET.get("org", "")
    org_id = int(asked) if asked.isdecimal() and int(asked) in dict(orgs) else orgs[0][0]
    form = forms.SettingsForm(request.POST or None, orgs=orgs, initial=queries.settings_of(org_id))
    if request.method == "POST" and form.is_valid():
        org_id = form.cleaned_data["org_id"]
        held = queries.settings_held(org_id)
        for key, value in form.settings().items():
            if value != held[key]:
                change_setting(actor, org_id=org_id, key=key, value=value)
        messages.success(request, "已保存，自下一班起按新的班次。")
        return redirect(f"{reverse('shifts:settings')}?org={org_id}")
    context = {"form": form, "orgs": orgs, "org_id": org_id, "cells": CELLS}
    return render(request, "desk/shifts/settings.html", context, status=422 if form.errors else 200)
