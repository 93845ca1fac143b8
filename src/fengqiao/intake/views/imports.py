"""导入: upload a file, look at what its columns are taken for, start, watch, see which lines were not taken and why."""

import hashlib
import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fengqiao.core import access, exports, idempotency
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.forms import blame
from fengqiao.core.web import Request
from fengqiao.intake import acts, importing, policies, queries
from fengqiao.intake.forms_imports import DEFAULT_CHANNEL, ColumnsForm, UploadForm
from fengqiao.intake.queries import Run
from fengqiao.intake.tabular import FIELDS, MAX_BYTES, Mapping

STATES = {"mapping": "待核对列", "running": "导入中", "done": "已完成", "failed": "未完成"}
SHOWN = 200  # refused lines on the page; the file to download holds all
TOLD = ("title", "text", "kind")  # without one of these a line says nothing


@require_GET
def listing(request: Request) -> HttpResponse:
    """The newest imports of this unit."""
    runs = queries.import_runs(request.actor)
    counts = {"kind": "number", "align": "end", "width": "narrow", "optional": True}
    columns = [
        {"label": "文件"}, {"label": "状态", "width": "narrow"}, counts | {"label": "新增"}, counts | {"label": "更新"},
        counts | {"label": "已有"}, counts | {"label": "未接受"}, {"label": "导入人", "width": "narrow"},
        {"label": "时间", "kind": "at", "width": "narrow"},
    ]  # fmt: skip
    listed = {
        "id": "imports", "caption": "导入记录", "columns": columns, "live": "import", "rows": [_row(run) for run in runs],
        "empty": {"title": "还没有导入过文件", "text": "可导入接报记录，或把旧台账作为历史导入。", "icon": "import",
                  "act": {"label": "导入文件", "url": reverse("intake:import-new")}},
    }  # fmt: skip
    return render(request, "intake/imports/list.html", {"list": listed})


def _row(run: Run) -> dict[str, Any]:
    name = f"{run.file_name}（历史台账）" if run.history else run.file_name
    cells = [name, STATES[run.state], run.made, run.updated, run.repeated, run.refused, run.started_by, run.created_at]
    state = "late" if run.state == "failed" else ""
    return {"id": run.id, "url": reverse("intake:import", args=[run.id]), "cells": cells, "state": state}


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Upload. The file is looked at before it is kept: what is no table is refused with what to do."""
    actor: Actor = request.actor
    policies.may_import(actor)
    form = UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    if request.method == "GET":
        return _upload_page(request, form)
    if (sent := request.FILES.get("file")) and (sent.size or 0) > MAX_BYTES:
        message = f"文件超过 {MAX_BYTES // 1024**2} 兆，没有接收。请按月份或单位拆分后分次导入。"
        return render(request, "413.html", {"message": message}, status=413)
    if not form.is_valid():
        return _upload_page(request, form)
    file, data = form.cleaned_data["file"], form.cleaned_data["file"].read()
    digest = hashlib.sha256(data).hexdigest()
    who, key = f"account:{actor.account_id}", request.POST.get("idempotency_key", "")
    if key and (before := idempotency.seen(who, key, digest.encode())):
        return redirect("intake:import", before["run"])
    try:
        looked = importing.look(actor, data, file.name)
    except Invalid as error:
        blame(form, error, rest="file")
        return _upload_page(request, form)
    kept = importing.keep_upload(data)
    try:
        run_id = acts.begin_import(
            actor, file_name=file.name, sha256=digest, upload=kept, history=form.cleaned_data["history"],
            mapping=looked.mapping.to_json() | {"channel": form.cleaned_data["channel"]},
        )  # fmt: skip
    except Exception:
        importing.drop_upload(kept)
        raise
    if key:
        idempotency.answered(who, key, {"run": str(run_id)})
    return redirect("intake:import", run_id)


def _upload_page(request: Request, form: UploadForm) -> HttpResponse:
    context = {"form": form, "max_mb": MAX_BYTES // 1024**2}
    return render(request, "intake/imports/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def page(request: Request, run_id: uuid.UUID) -> HttpResponse:
    """One import: its columns to look at and correct, then its progress, then its result."""
    actor: Actor = request.actor
    run = queries.import_run(actor, run_id)
    if run.state == "mapping":
        return _columns(request, run)
    if request.method == "POST":
        raise Refused("这次导入已经开始，不能再改列的对应。")
    lines = queries.refusals(actor, run_id, limit=SHOWN) if run.state != "running" else []
    context = {
        "run": run, "state": STATES[run.state], "before": queries.imported_before(actor, run_id),
        "refused": [line for line in lines if not line["warning"]], "warned": [line for line in lines if line["warning"]],
        "more": run.refused + run.warned > SHOWN, "used": _used(run), "columns": REFUSED_COLUMNS,
    }  # fmt: skip
    return render(request, "intake/imports/page.html", context)


REFUSED_COLUMNS = ("工作表", "行", "列", "内容", "原因")


def _used(run: Run) -> list[tuple[str, str]]:
    """Which column became what, in words."""
    return [(one["heading"], FIELDS[one["field"]].label) for one in run.mapping.get("choices", []) if one.get("field") in FIELDS]


def _columns(request: Request, run: Run) -> HttpResponse:
    """The columns as guessed (or as corrected for a file like it); `act` is "keep" or "start"."""
    actor: Actor = request.actor
    try:
        data = importing.upload(run.upload)
    except Refused as gone:
        return render(request, "intake/imports/gone.html", {"run": run, "message": gone.message}, status=410)
    looked = importing.look(actor, data, run.file_name)
    form = ColumnsForm(request.POST if request.method == "POST" else None, columns=looked.columns)
    if request.method == "POST" and form.is_valid():
        try:
            mapping = looked.mapping
            if changes := form.changes():
                mapping = importing.correct(actor, data, run.file_name, changes)
            if request.POST.get("act") == "start":
                _start(actor, run, mapping)
            else:
                messages.success(request, "列的对应已保存，下次遇到同样的表头照此读取。")
            return redirect("intake:import", run.id)
        except Invalid as error:
            form.add_error(None, error.message)
    context = {"run": run, "looked": looked, "form": form, "before": queries.imported_before(actor, run.id)}
    return render(request, "intake/imports/columns.html", context, status=422 if form.errors else 200)


def _start(actor: Actor, run: Run, mapping: Mapping) -> None:
    if not any(mapping.columns(field) for field in TOLD):
        raise Invalid({"mapping": "请至少指定“标题”“内容”或“类别”中的一列，否则一行什么也没有说。"})
    importing.start(actor, run.id, mapping, is_history=run.history, channel=run.mapping.get("channel", DEFAULT_CHANNEL))


@require_GET
def progress(request: Request, run_id: uuid.UUID) -> HttpResponse:
    """How far it is, asked every second; when it has ended the page is loaded anew."""
    run = queries.import_run(request.actor, run_id)
    answer = render(request, "intake/imports/_progress.html", {"run": run})
    if run.state != "running":
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def discard(request: Request, run_id: uuid.UUID) -> HttpResponse:
    """Leave it: the uploaded file is cleared away at once."""
    actor: Actor = request.actor
    run = queries.import_run(actor, run_id)
    if run.state != "mapping":
        raise Refused("这次导入已经开始，不能放弃。")
    acts.end_import(actor, run_id=run_id, rows_read=0, error="未导入，上传的文件已清除。")
    transaction.on_commit(lambda: importing.drop_upload(run.upload))
    messages.success(request, "已放弃，上传的文件已清除。")
    return redirect("intake:imports")


@require_GET
def refused(request: Request, run_id: uuid.UUID) -> HttpResponseBase:
    """Every refused line and warning as CSV, to be mended and sent again. Values are masked; one access line."""
    actor: Actor = request.actor
    run = queries.import_run(actor, run_id)
    access.opened(actor, "export", run_id, "导出导入结果", [], action="export")
    name = f"{run.file_name.rsplit('.', 1)[0]}-未接受的行"
    rows = (
        [line[column] for column in ("sheet", "line", "column", "shown", "reason")] + ["已导入，请核对" if line["warning"] else "未接受"]
        for line in queries.refusals(actor, run_id, limit=None)
    )
    return exports.answer(actor, name, [*REFUSED_COLUMNS, "处理"], rows)
