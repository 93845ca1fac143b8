"""Pages of the rights desk: parse, call one act or query, answer."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fengqiao.core.actor import Actor
from fengqiao.core.acts import modules as module_acts
from fengqiao.core.acts import rights as acts
from fengqiao.core.errors import Invalid, NotThere
from fengqiao.core.forms import blame, done
from fengqiao.core.modules import MODULES
from fengqiao.core.queries import access as looks_queries
from fengqiao.core.queries import modules as module_queries
from fengqiao.core.queries import rights as queries
from fengqiao.core.web import Request
from fengqiao.desk.rights import paper
from fengqiao.desk.rights.forms import (
    AnswerForm,
    AssessmentForm,
    CorrectForm,
    IdentityForm,
    RefuseForm,
    RequestForm,
)


@require_GET
def requests(request: Request) -> HttpResponse:
    """The desk's requests, the next due first."""
    state = request.GET.get("state", "running")
    rows = queries.requests(_actor(request), state="" if state == "all" else state)
    listed = {
        "id": "rights",
        "caption": "个人信息权利请求",
        "columns": [
            {"label": "编号", "width": "narrow"},
            {"label": "请求事项"},
            {"label": "请求人"},
            {"label": "状态"},
            {"label": "受理时间", "kind": "at", "optional": True},
            {"label": "答复期限", "kind": "clock"},
        ],
        "rows": [
            {
                "id": r.id,
                "url": f"/rights/{r.id}/",
                "cells": [r.number, r.asks_word, r.name, r.state_word, r.created_at, r.due_at if r.running else None],
                "closed": not r.running,
            }
            for r in rows
        ],
        "filters": [
            {
                "name": "state", "label": "状态", "kind": "select", "value": state,
                "options": [("running", "办理中"), ("all", "全部"), *queries.STATES.items()],
            }
        ],
        "total": len(rows),
        "empty": {"title": "没有待办的权利请求", "text": "来人请求查询、复制、更正或删除个人信息时，在此登记。"},
    }  # fmt: skip
    return render(request, "desk/rights/requests.html", {"list": listed})


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Take a request over the counter."""
    queries.desk_only(_actor(request))
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (made := done(form, acts.open_request, _actor(request), **form.cleaned_data)):
        messages.success(request, f"已受理，编号 {made.number}。")
        return redirect(f"/rights/{made.id}/")
    return render(request, "desk/rights/new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def detail(request: Request, request_id: uuid.UUID) -> HttpResponse:
    """One request: where it stands, what is next, what was done."""
    return _detail(request, request_id)


def _detail(request: Request, request_id: uuid.UUID, form: Any = None, which: str = "") -> HttpResponse:
    one = queries.request(_actor(request), request_id)
    forms = {"identity": IdentityForm(), "refuse": RefuseForm(), "answer": AnswerForm()}
    if form is not None:
        forms[which] = form
    context = {
        "one": one,
        "entries": queries.timeline(_actor(request), request_id),
        "forms": forms,
        "opened": which,
    }
    return render(request, "desk/rights/request.html", context, status=422 if form is not None else 200)


@require_POST
def identity(request: Request, request_id: uuid.UUID) -> HttpResponse:
    form = IdentityForm(request.POST)
    if form.is_valid() and done(form, acts.check_identity, _actor(request), request_id=request_id, **form.cleaned_data):
        return redirect(f"/rights/{request_id}/")
    return _detail(request, request_id, form, "identity")


@require_POST
def refuse(request: Request, request_id: uuid.UUID) -> HttpResponse:
    form = RefuseForm(request.POST)
    if form.is_valid() and done(form, acts.refuse, _actor(request), request_id=request_id, **form.cleaned_data):
        messages.success(request, "已按不予办理答复，理由和依据已记录。")
        return redirect(f"/rights/{request_id}/")
    return _detail(request, request_id, form, "refuse")


@require_POST
def answer(request: Request, request_id: uuid.UUID) -> HttpResponse:
    form = AnswerForm(request.POST)
    if form.is_valid() and done(form, acts.answer, _actor(request), request_id=request_id, **form.cleaned_data):
        messages.success(request, "已答复。")
        return redirect(f"/rights/{request_id}/")
    return _detail(request, request_id, form, "answer")


@require_GET
def held(request: Request, request_id: uuid.UUID) -> HttpResponse:
    """What is held about the person, in every organisation; each opening leaves a line."""
    return _held(request, request_id)


def _held(request: Request, request_id: uuid.UUID, form: CorrectForm | None = None) -> HttpResponse:
    found = queries.held(_actor(request), request_id)
    context = {
        "one": queries.request(_actor(request), request_id),
        "matters": [(m, _correction(i, m, form)) for i, m in enumerate(found)],
        "withheld": [(key, words) for key, (words, _) in acts.WITHHELD.items()],
    }
    return render(request, "desk/rights/held.html", context, status=422 if form is not None else 200)


def _correction(number: int, matter: queries.HeldMatter, sent: CorrectForm | None) -> CorrectForm:
    """The form of one matter, its fields' ids its own; the one that was sent comes back with its errors."""
    if sent is not None and sent.data.get("row", "") in {f"{label}:{row}" for label, row in matter.rows}:
        return sent
    return CorrectForm(auto_id=f"m{number}-%s")


@require_POST
def print_held(request: Request, request_id: uuid.UUID) -> HttpResponse:
    """The paper for the person who asks. Fields `withhold-<matter>` carry the reason a matter is not told."""
    withhold = {
        _uuid(name.removeprefix("withhold-")): str(value)
        for name, value in request.POST.items()
        if name.startswith("withhold-") and value
    }
    found = acts.print_held(_actor(request), request_id=request_id, withhold=withhold)
    one = queries.request(_actor(request), request_id)
    made = paper.held(one.number, one.asks_word, _actor(request).org_name, found)
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{one.number}.pdf"'},
    )


@require_POST
def correct(request: Request, request_id: uuid.UUID) -> HttpResponse:
    form = CorrectForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        label, _, row = given.pop("row").partition(":")
        if done(form, acts.correct, _actor(request), request_id=request_id, label=label, row_id=_uuid(row), **given):
            messages.success(request, "已更正，原内容和更正依据已记入事项经过。")
            return redirect(f"/rights/{request_id}/held/")
    return _held(request, request_id, form)


@require_POST
def erase(request: Request, request_id: uuid.UUID) -> HttpResponse:
    """Erase from the chosen matters. `also`: further words, one a line; `keep`: files that must stay by law."""
    counts = acts.erase(
        _actor(request),
        request_id=request_id,
        matters=[_uuid(one) for one in request.POST.getlist("matter")],
        also=[line.strip() for line in request.POST.get("also", "").splitlines() if line.strip()],
        keep=[_uuid(one) for one in request.POST.getlist("keep")],
    )
    messages.success(
        request,
        f"已删除：清空 {counts['rows']} 条当事人信息，遮盖 {counts['texts']} 处文字，"
        f"删除 {counts['contents']} 条办理内容，销毁 {counts['files']} 份材料。",
    )
    return redirect(f"/rights/{request_id}/")


@require_GET
def looks(request: Request, subject_id: uuid.UUID) -> HttpResponse:
    """Who opened a record."""
    found = looks_queries.looks(_actor(request), subject_id)
    listed = {
        "id": "looks",
        "caption": "查阅记录",
        "columns": [
            {"label": "时间", "kind": "at"},
            {"label": "查阅人"},
            {"label": "岗位", "optional": True},
            {"label": "单位"},
            {"label": "方式"},
            {"label": "事由", "width": "wide"},
        ],
        "rows": [
            {"id": i, "cells": [x.at, x.who, x.post, x.org, x.action, x.purpose]} for i, x in enumerate(found)
        ],
        "total": len(found),
        "empty": {"title": "没有查阅记录", "text": "打开、导出、打印本记录的个人信息时，会在此留痕。"},
    }
    return render(request, "desk/rights/looks.html", {"list": listed})


@require_GET
def modules(request: Request) -> HttpResponse:
    """Module switches and their impact assessments."""
    return render(
        request, "desk/settings/modules.html", {"modules": module_queries.switches(_actor(request))}
    )


@require_http_methods(["GET", "POST"])
def assess(request: Request, key: str) -> HttpResponse:
    """Draft the impact assessment of a module."""
    if key not in MODULES:
        raise NotThere
    one = next(m for m in module_queries.switches(_actor(request)) if m["key"] == key)
    held_now = one["assessment"]
    initial = (
        {"purposes": "\n".join(held_now.purposes), "risks": held_now.risks, "measures": held_now.measures}
        if held_now
        else None
    )
    form = AssessmentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            module_acts.draft_assessment(
                _actor(request),
                module=key,
                purposes=given["purposes"].splitlines(),
                risks=given["risks"],
                measures=given["measures"],
            )
        except Invalid as error:
            blame(form, error)
        else:
            return redirect("/settings/modules/")
    return render(
        request,
        "desk/settings/assess.html",
        {"form": form, "module": one},
        status=422 if form.errors else 200,
    )


@require_POST
def sign(request: Request, assessment_id: int) -> HttpResponse:
    until = module_acts.sign_assessment(_actor(request), assessment_id=assessment_id)
    messages.success(request, f"已签署，评估记录保存至 {until:%Y年%-m月%-d日}。")
    return redirect("/settings/modules/")


@require_POST
def switch(request: Request, key: str) -> HttpResponse:
    module_acts.switch(_actor(request), module=key, on=request.POST.get("on") == "yes")
    return redirect("/settings/modules/")


def _actor(request: Request) -> Actor:
    actor: Actor = request.actor
    return actor


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotThere from error
