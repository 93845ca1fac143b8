"""Pages of approvals: what waits for me, one of them, the call at night and its signature, the table."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fengqiao.core import clock
from fengqiao.core.actor import POLICE, Actor, Role
from fengqiao.core.acts import approvals as acts
from fengqiao.core.acts.settings import change_setting
from fengqiao.core.errors import NotThere
from fengqiao.core.forms import done
from fengqiao.core.queries import approvals as queries
from fengqiao.core.queries import organisations
from fengqiao.core.queries.approvals import Shown
from fengqiao.core.rules import BadInput
from fengqiao.core.rules import approvals as rules
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.web import Request, made, once
from fengqiao.desk.approvals import forms

TABS = {"": "待我审批", "sign": "待补签", "asked": "我提请的", "decided": "已决定", "sample": "每月抽查"}
COLUMNS = [
    {"label": "事由", "width": "wide"},
    {"label": "类别"},
    {"label": "提请人", "optional": True},
    {"label": "提请时间", "kind": "at", "optional": True},
    {"label": "意见", "width": "narrow"},
    {"label": "期限", "kind": "clock", "width": "narrow"},
]
EMPTY = {
    "": ("没有等我审批的事项", "升级降级、结案、不予受案等提请会出现在这里。"),
    "sign": ("没有待补签的电话审批", "夜间电话同意的，次日上午在这里补签。"),
    "asked": ("没有还在等审批的提请", ""),
    "decided": ("还没有审批记录", ""),
    "sample": ("上月和本月没有抽到的审批", "抽查比例在审批表里设定。"),
}


def _rows(actor: Actor, tab: str) -> list[Shown]:
    if tab == "sample":
        before = clock.today().replace(day=1) - timedelta(days=1)  # what was left of last month is still to be looked through
        rows = queries.sample(actor, clock.day_start(before.replace(day=1)), clock.day_start(clock.today() + timedelta(days=1)))
        return sorted(rows, key=lambda one: one.looked_at is not None)
    found: dict[str, Callable[[Actor], list[Shown]]] = {
        "": queries.waiting_for, "sign": queries.to_sign, "asked": queries.asked_by, "decided": queries.decided,
    }  # fmt: skip
    return found[tab](actor)


@require_GET
def overview(request: Request) -> HttpResponse:
    """审批: what waits for me first."""
    actor = request.actor
    queries.may_read(actor)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS and (tab != "sample" or actor.has(Role.LEADER)) else ""
    title, text = EMPTY[tab]
    rows = _rows(actor, tab)
    listed = {
        "id": "approvals", "caption": TABS[tab], "columns": COLUMNS, "live": "approval", "rows": [_row(one, tab) for one in rows],
        "total": len(rows), "empty": {"title": title, "text": text},
    }  # fmt: skip
    tabs = [
        {"label": word, "url": f"/approvals/?tab={key}" if key else "/approvals/", "active": key == tab, "count": len(rows) if key == tab else None}
        for key, word in TABS.items()
        if key != "sample" or actor.has(Role.LEADER)
    ]
    return render(request, "desk/approvals/overview.html", {"list": listed, "tabs": tabs})


def _row(one: Shown, tab: str = "") -> dict[str, Any]:
    said = one.state_word + ("（电话）" if one.telephone else "")
    if tab == "sample":
        said += f"，抽查{one.found}" if one.looked_at else "，待抽查"
    return {
        "id": one.id,
        "url": reverse("approvals:page", args=[one.id]),
        "cells": [one.text or one.kind_word, one.kind_word, one.asked_by, one.asked_at, said, one.sign_due if not one.confirmed_at else None],
        "state": "late" if one.sign_due and not one.confirmed_at and one.sign_due < clock.now() else "",
    }


@require_GET
def page(request: Request, approval_id: uuid.UUID) -> HttpResponse:
    """One approval: what is asked, why, and the form of whoever may decide or has to sign it."""
    return _page(request, queries.approval(request.actor, approval_id))


def _page(request: Request, one: Shown, form: django_forms.Form | None = None) -> HttpResponse:
    own = forms.Decide() if one.may_decide else forms.Sign() if one.may_sign else forms.Look() if one.may_look else None
    context = {
        "one": one,
        "form": form or own,
        "telephone": one.state == "waiting" and not one.may_decide and request.actor.has(*POLICE) and one.org_id in request.actor.orgs,
    }
    return render(request, "desk/approvals/page.html", context, status=422 if form else 200)


@require_POST
def decide(request: Request, approval_id: uuid.UUID) -> HttpResponse:
    """同意 or 不同意."""
    return _do(request, approval_id, forms.Decide(request.POST), acts.decide, "已审批。")


@require_POST
def look(request: Request, approval_id: uuid.UUID) -> HttpResponse:
    """抽查."""
    return _do(request, approval_id, forms.Look(request.POST), acts.look_through, "已登记抽查。")


@require_POST
def sign(request: Request, approval_id: uuid.UUID) -> HttpResponse:
    """补签."""
    return _do(request, approval_id, forms.Sign(request.POST), acts.confirm, "已补签。")


def _do(request: Request, approval_id: uuid.UUID, form: django_forms.Form, act: Callable[..., Any], said: str) -> HttpResponse:
    there = redirect("approvals:page", approval_id)
    if once(request):
        return there
    if form.is_valid() and done(form, act, request.actor, approval_id=approval_id, **form.cleaned_data):
        made(request, {"approval": str(approval_id)})
        messages.success(request, said)
        return there
    return _page(request, queries.approval(request.actor, approval_id), form)



@require_http_methods(["GET", "POST"])
def telephone(request: Request, approval_id: uuid.UUID) -> HttpResponse:
    """电话请示: write down what the approver said."""
    actor = request.actor
    one = queries.approval(actor, approval_id)
    people = queries.callable_for(actor, approval_id)
    form = forms.Telephone(people, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if once(request):
            return redirect("approvals:page", approval_id)
        if form.is_valid() and done(form, acts.by_telephone, actor, approval_id=approval_id, **form.given()):
            made(request, {"approval": str(approval_id)})
            messages.success(request, "已记录，次日上午由审批人补签。")
            return redirect("approvals:page", approval_id)
    return render(request, "desk/approvals/telephone.html", {"one": one, "form": form}, status=422 if form.errors else 200)


# --- the table ------------------------------------------------------------------------------------------------------


@require_GET
def table(request: Request) -> HttpResponse:
    """审批表 of one's own station; the administrator's is the bureau's."""
    return table_of(request, request.actor.station_id)


@require_GET
def table_of(request: Request, org_id: int) -> HttpResponse:
    """审批表 of one organisation, with what is its own and what it has from above."""
    actor = request.actor
    manages = actor.has(Role.ADMIN)
    if not manages:
        queries.may_read(actor)
    if org_id not in (organisations.managed(actor) if manages else set(actor.orgs)):
        raise NotThere
    own = queries.own_table(org_id)
    lines = [
        {
            "kind": vocabulary("approval_kinds")[kind].name, "who": _who(rule), "own": rule.own, "free": rule.free, "sample": rule.sample, "set_here": kind in own,
            "url": reverse("approvals:line", args=[org_id, kind]) if manages else "",
        }
        for kind, rule in queries.table(org_id).items()
    ]  # fmt: skip
    orgs = [one for one in organisations.tree(actor) if one["mine"] and one["kind"] in ("bureau", "county", "branch", "station")] if manages else []
    context = {"lines": lines, "org": organisations.name_of(org_id), "org_id": org_id, "orgs": orgs, "manages": manages, "duty": queries.on_duty_name(org_id)}
    return render(request, "desk/approvals/table.html", context)


def _who(rule: rules.Rule) -> str:
    said = []
    for one in rule.approvers:
        words = forms.POSTS[one.role] + (f"（{'、'.join(one.titles)}）" if one.titles else "")
        said.append(f"上级机关{words}" if one.above else words)
    return "，或".join(said)


@require_http_methods(["GET", "POST"])
def line(request: Request, org_id: int, key: str) -> HttpResponse:
    """One line of the table, in force from today for the organisation and those below."""
    actor = request.actor
    organisations.may_manage(actor)
    if key not in rules.DEFAULTS or org_id not in organisations.managed(actor):
        raise NotThere
    form = forms.Line(request.POST or None, kind=key, initial=forms.Line.shown(queries.rule_for(org_id, key)))
    if request.method == "POST" and form.is_valid():
        given = form.given()
        try:
            rules.rule_of(given)
            change_setting(actor, org_id=org_id, key=queries.KEY, value=queries.own_table(org_id) | {key: given})
            messages.success(request, "审批表已变更，今天起执行。")
            return redirect("approvals:table_of", org_id)
        except BadInput as error:
            form.add_error(None, str(error))
    context = {"form": form, "title": f"{vocabulary('approval_kinds')[key].name}：谁审批", "org_id": org_id, "org": organisations.name_of(org_id)}
    return render(request, "desk/approvals/line.html", context, status=422 if form.errors else 200)
