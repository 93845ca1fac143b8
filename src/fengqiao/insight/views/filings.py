"""样表 and 报表: upload a form, fill it for a period, have it signed, send it; follow every figure to its list."""

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fengqiao.core import clock, figures
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Forbidden, NotThere
from fengqiao.core.forms import done
from fengqiao.core.web import Request, made_once
from fengqiao.insight import acts, policies, queries
from fengqiao.insight.forms import PeriodForm, SendForm, UploadForm
from fengqiao.insight.rules import files, marks
from fengqiao.insight.views.figures import TYPES, tabs

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHIFTS = {"": "本期", "before": "上期", "year_before": "去年同期"}
ROWS = 500


def _allowed(actor: Actor, policy: Callable[[Actor], None]) -> bool:
    try:
        policy(actor)
    except Forbidden:
        return False
    return True


@require_GET
def forms(request: Request) -> HttpResponse:
    """Forms in use."""
    actor = request.actor
    rows = [
        {"id": one["id"], "url": reverse("insight:form", args=[one["id"]]), "cells": [one["name"], one["kind_word"], len(one["marks"]), one["org"], one["kept_by"], one["kept_at"]]}
        for one in queries.forms(actor)
    ]
    columns = [
        {"label": "样表", "width": "wide"}, {"label": "种类", "width": "narrow"}, {"label": "标记", "kind": "number", "align": "end", "width": "narrow"},
        {"label": "单位", "optional": True}, {"label": "登记人", "width": "narrow", "optional": True}, {"label": "登记时间", "kind": "at", "width": "narrow"},
    ]  # fmt: skip
    keeps = _allowed(actor, policies.may_keep)
    listed = {
        "id": "forms", "caption": "报表样表", "columns": columns, "rows": rows, "live": "form",
        "empty": {"title": "还没有样表", "text": "上传本单位在用的 .xlsx 或 .docx 空表，或先用自带样表。",
                  "act": {"label": "上传样表", "url": reverse("insight:form-new")} if keeps else None},
    }  # fmt: skip
    return render(request, "insight/forms.html", {"tabs": tabs("forms"), "list": listed, "keeps": keeps})


@require_http_methods(["GET", "POST"])
def new_form(request: Request) -> HttpResponse:
    """Upload a form. Unknown marks are named with their address before anything is kept."""
    actor = request.actor
    policies.may_keep(actor)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST":
        sent = request.FILES.get("file")
        if sent is not None and (sent.size or 0) > files.MAX_BYTES:
            message = f"样表超过 {files.MAX_BYTES // 1024**2} 兆，没有接收。请删去数据和图片，只留空表。"
            return render(request, "413.html", {"message": message}, status=413)
        if form.is_valid():
            told = {"name": form.cleaned_data["name"], "kind": form.cleaned_data["kind"]}
            file = form.cleaned_data["file"]
            told |= {"file_name": file.name, "data": file.read()}
            if given := done(form, made_once, request, lambda: {"id": str(acts.keep_form(actor, **told))}):
                messages.success(request, "样表已登记。")
                return redirect("insight:form", given["id"])
    return render(request, "insight/form_new.html", _help(actor) | {"form": form, "max_mb": files.MAX_BYTES // 1024**2}, status=422 if form.errors else 200)


def _help(actor: Actor) -> dict[str, Any]:
    """Every word a mark may use."""
    known = [
        {"name": one.name, "unit": one.unit, "parts": "、".join(one.parts_words.values()), "words": "、".join(one.words)} for one in figures.figures()
    ]
    return {
        "known": known, "headings": marks.HEADINGS, "registers": list(marks.REGISTERS), "columns": list(marks.COLUMNS),
        "groups": list(marks.GROUPS), "shifts": [*marks.SHIFTS, *marks.CHANGES],
    }  # fmt: skip



@require_POST
def examples(request: Request) -> HttpResponse:
    """Keep the product's own example forms."""
    kept = acts.keep_examples(request.actor)
    messages.success(request, f"已加入 {len(kept)} 张自带样表。" if kept else "自带样表都已在列。")
    return redirect("insight:forms")


@require_http_methods(["GET", "POST"])
def form(request: Request, form_id: uuid.UUID) -> HttpResponse:
    """One form: its marks, and filling it for a period."""
    actor = request.actor
    shown = queries.form(actor, form_id)
    organisations = queries.organisations(actor)
    first, last = queries.default_period(clock.today())
    fields = PeriodForm(request.POST if request.method == "POST" else None, organisations=organisations, initial={"first": first, "last": last, "org_id": organisations[0][0] if organisations else None})
    if request.method == "POST":
        policies.may_draft(actor)
        if fields.is_valid():
            given = done(fields, made_once, request, lambda: {"id": str(acts.draft(actor, form_id=form_id, **fields.cleaned_data))})
            if given:
                messages.success(request, "报表已起草，请核对后提请签发。")
                return redirect("insight:filing", given["id"])
    context = {
        "shown": shown, "form": fields, "drafts": _allowed(actor, policies.may_draft), "keeps": _allowed(actor, policies.may_keep),
        "filings": queries.filings(actor, form_id)[:12],
    }  # fmt: skip
    return render(request, "insight/form.html", context, status=422 if request.method == "POST" else 200)


@require_GET
def form_file(request: Request, form_id: uuid.UUID) -> HttpResponse:
    """The empty form as it was uploaded."""
    return _download(*queries.form_file(request.actor, form_id))


def _download(name: str, data: bytes) -> HttpResponse:
    kind = TYPES["xlsx"] if name.endswith(".xlsx") else DOCX
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"})


@require_POST
def end_form(request: Request, form_id: uuid.UUID) -> HttpResponse:
    """The form is used no more."""
    acts.end_form(request.actor, form_id=form_id)
    messages.success(request, "样表已停用，已制的报表保留。")
    return redirect("insight:forms")


@require_GET
def listing(request: Request) -> HttpResponse:
    """Filings, newest first."""
    columns = [
        {"label": "报表", "width": "wide"}, {"label": "报告期"}, {"label": "单位", "optional": True}, {"label": "状态", "width": "narrow"},
        {"label": "起草人", "width": "narrow", "optional": True}, {"label": "签发人", "width": "narrow"}, {"label": "报送", "optional": True},
        {"label": "起草时间", "kind": "at", "width": "narrow", "optional": True},
    ]  # fmt: skip
    rows = [
        {
            "id": one["id"], "url": reverse("insight:filing", args=[one["id"]]),
            "cells": [one["form"], one["days"], one["org"], one["state_word"], one["drafted_by"], one["signed_by"], one["sent_to"], one["drafted_at"]],
        }
        for one in queries.filings(request.actor)
    ]  # fmt: skip
    listed = {
        "id": "filings", "caption": "报表", "columns": columns, "rows": rows, "live": "filing",
        "empty": {"title": "还没有报表", "text": "在样表上选定报告期即可起草。", "act": {"label": "查看样表", "url": reverse("insight:forms")}},
    }  # fmt: skip
    return render(request, "insight/filings.html", {"tabs": tabs("filings"), "list": listed})


@require_GET
def filing(request: Request, filing_id: uuid.UUID) -> HttpResponse:
    """One filing: where it stands, its figures with their lists, its file."""
    return _filing(request, filing_id, SendForm())


def _filing(request: Request, filing_id: uuid.UUID, form: django_forms.Form, status: int = 200) -> HttpResponse:
    actor = request.actor
    shown = queries.filing(actor, filing_id)
    cells = [
        {**cell, "n": n, "name": figures.figure(cell["figure"]).name, "shift_word": SHIFTS[cell["shift"]]} for n, cell in enumerate(shown["cells"][:ROWS])
    ]
    step, others = _steps(actor, shown)
    context = {
        "shown": shown, "cells": cells, "more": max(len(shown["cells"]) - ROWS, 0), "step": step, "others": others, "form": form,
        "sends": shown["state"] == "frozen" and _allowed(actor, policies.may_send), "steps": _bar(shown),
    }  # fmt: skip
    return render(request, "insight/filing.html", context, status=status)


def _steps(actor: Actor, shown: dict[str, Any]) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    def step(move: str, label: str, **more: Any) -> dict[str, Any]:
        return {"label": label, "url": reverse("insight:move", args=[shown["id"], move]), "method": "post", "allowed": True} | more

    may_draft = _allowed(actor, policies.may_draft)
    if shown["state"] == "draft" and may_draft:
        void = step("void", "作废", confirm="作废后这份草稿不再使用，可重新起草。")
        return step("ask", "提请签发", note="签发后文件和数据即行固定。"), [void]
    if shown["state"] == "asked":
        waiting = {"label": "签发", "allowed": False, "reason": "正在等待签发，见审批页。"}
        return waiting, [step("void", "撤回作废", confirm="撤回后不再签发。")] if may_draft else []
    return None, []


def _bar(shown: dict[str, Any]) -> list[dict[str, Any]]:
    at = ["draft", "asked", "frozen", "sent"].index(shown["state"]) if shown["state"] != "void" else -1
    times = {0: shown["drafted_at"], 2: shown["frozen_at"], 3: shown["sent_at"]}
    return [
        {"label": label, "state": "done" if n < at or at == 3 else "now" if n == at else "ahead", "at": times.get(n) if n <= at else None}
        for n, label in enumerate(("起草", "提请签发", "签发", "报送"))
    ]


@require_GET
def file(request: Request, filing_id: uuid.UUID) -> HttpResponse:
    """The filled form; one access line."""
    return _download(*queries.filed(request.actor, filing_id))


@require_GET
def cell(request: Request, filing_id: uuid.UUID, cell: int) -> HttpResponse:
    """What one figure of a filing was counted from, as it stood when the filing was made."""
    actor = request.actor
    shown = queries.filing(actor, filing_id)
    if cell >= len(shown["cells"]):
        raise NotThere
    told = shown["cells"][cell]
    one = figures.figure(told["figure"])
    rows, digest = queries.counted(actor, filing_id, told)
    words = one.parts_words
    columns = [{"label": "编号", "width": "narrow"}, {"label": "分项"}]
    listed = {
        "id": "cell", "caption": f"{one.name}清单", "columns": columns, "total": len(rows),
        "rows": [
            {"id": row.id, "url": one.address.format(id=row.id, about="") if "{about}" not in one.address else "", "cells": [row.number, words.get(row.part, row.part)]}
            for row in rows[:ROWS]
        ],
        "empty": {"title": "没有记录", "text": "制表时没有计入的记录。"},
    }  # fmt: skip
    context = {"shown": shown, "told": told, "figure": one, "shift_word": SHIFTS[told["shift"]], "list": listed, "digest": digest, "shown_rows": ROWS}
    return render(request, "insight/cell.html", context)


@require_GET
def changes(request: Request, filing_id: uuid.UUID) -> HttpResponse:
    """Every figure of a filing counted again: the same as then, or what changed, by name."""
    actor = request.actor
    shown = queries.filing(actor, filing_id)
    words = {one.key: one.parts_words for one in figures.figures()}
    found = []
    for change in queries.changes(actor, filing_id):
        difference = change.difference
        of = words[change.kept.figure]
        found.append(
            {
                "name": change.kept.name, "period": change.period, "then": change.then, "now": change.now, "same": not difference,
                "grouped": change.kept.grouped,
                "added": [_line(line, of) for line in difference.added[:ROWS]],
                "removed": [_line(line, of) for line in difference.removed[:ROWS]],
                "changed": [(_line(then, of), _line(now, of)) for then, now in difference.changed[:ROWS]],
            }
        )  # fmt: skip
    then = all(not change.difference for change in queries.changes(actor, filing_id, shown["as_of"]))
    return render(request, "insight/changes.html", {"shown": shown, "changes": found, "again": then, "same": all(one["same"] for one in found)})


def _line(line: str, words: Any) -> dict[str, str]:
    row = queries.parsed(line)
    return {"number": row.number, "part": words.get(row.part, row.part)}


MOVES: dict[str, tuple[Callable[..., Any], str]] = {
    "ask": (acts.ask, "已提请签发。"),
    "void": (acts.void, "草稿已作废。"),
}


@require_POST
def move(request: Request, filing_id: uuid.UUID, move: str) -> HttpResponse:
    """One step of a filing."""
    if move == "send":
        form = SendForm(request.POST)
        queries.filing(request.actor, filing_id)
        if not form.is_valid():
            return _filing(request, filing_id, form, status=422)
        acts.send(request.actor, filing_id=filing_id, to=form.cleaned_data["to"])
        messages.success(request, "已登记报送。")
        return redirect("insight:filing", filing_id)
    if move not in MOVES:
        raise NotThere
    act, done = MOVES[move]
    act(request.actor, filing_id=filing_id)
    messages.success(request, done)
    return redirect("insight:filings") if move == "void" else redirect("insight:filing", filing_id)
