"""文书与成卷 on a dispute's page: what is due, what is there, making, printing, scans, the bound file."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fengqiao.core import clock, documents, numbers
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import NotThere
from fengqiao.core.forms import done, offer
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.web import Request, made, once
from fengqiao.disputes import policies, printing, queries
from fengqiao.disputes.acts import casefile as binding
from fengqiao.disputes.acts import papers as acts
from fengqiao.disputes.forms.papers import FileForm, PaperForm, TemplateForm, VoidForm
from fengqiao.disputes.queries import DisputePage
from fengqiao.disputes.queries import casefile as files
from fengqiao.disputes.queries import feedback as told
from fengqiao.disputes.queries import papers as reads
from fengqiao.disputes.rules import papers as kinds
from fengqiao.disputes.rules import sheets
from fengqiao.disputes.views import books, feedback
from fengqiao.disputes.views.steps import Step

STEPS: dict[str, Step] = {}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", DOCX: "docx"}


def section(actor: Actor, page: DisputePage) -> dict[str, Any] | None:
    """One list: the papers due with what asks for each and how far it is, then the others there are.

    Who only looks on reads what is due; None when nothing is.
    """
    works = actor.has(*policies.WORKS)
    there = reads.papers_of(actor, page.id) if works else []
    due = reads.due(actor, page, there)
    if not works:
        return {"template": "disputes/_papers.html", "page": page, "due": due} if due else None
    listed, open_ = {one.id for wanted in due for one in wanted.made}, {one.code for one in due if one.mine and not one.made}
    return {
        "template": "disputes/_papers.html",
        "page": page,
        "works": True,
        "due": due,
        "papers": [one for one in there if one.id not in listed],
        "others": [one for one in reads.offered(actor, page) if one["code"] not in open_],
        "bindable": any(one.state in files.KEPT for one in there),
        "systems": told.told(page) if actor.has(*policies.DECIDES) and page.own else [],
        "police": actor.is_police,
    }


def offers(actor: Actor, page: DisputePage) -> list[dict[str, Any]]:
    """Steps this post may take now: papers have their own section."""
    return []


@require_http_methods(["GET", "POST"])
def make(request: Request, dispute_id: uuid.UUID, kind: str) -> HttpResponse:
    """制作文书: who it names, and what nothing known fills."""
    actor: Actor = request.actor
    page = queries.dispute_page(actor, dispute_id)
    if kind not in kinds.KINDS:
        raise NotThere
    one = kinds.KINDS[kind]
    policies.may_make_paper(actor, one)
    around = _around(page, one)
    form = PaperForm(request.POST if request.method == "POST" else None, around=around)
    if request.method == "POST":
        if before := once(request):
            return redirect("disputes:paper", before["paper"])
        if form.is_valid() and (paper := done(form, acts.make_paper, actor, dispute_id=dispute_id, kind=kind, **form.cleaned_data)):
            made(request, {"paper": str(paper.id)})
            messages.success(request, f"{one.name}已制作，请核对后定稿。")
            return redirect("disputes:paper", paper.id)
    context = {"page": page, "kind": one, "form": form, "title": f"制作{one.name}", "button": "制作"}
    return render(request, "disputes/paper_form.html", context, status=422 if form.errors else 200)


def _around(page: DisputePage, kind: kinds.Kind, given: dict[str, str] | None = None) -> dict[str, Any]:
    parties = [(one.id, f"{one.role} {one.name or '未留姓名'}") for one in page.parties]
    contact = [one.id for one in page.parties if one.role == "联系人"]
    return {
        "asks": sheets.sheet(kind.file).asks, "given": given or {}, "parties": parties, "one": kind.one,
        "chosen": [key for key, _ in parties if key not in contact],
    }  # fmt: skip



@require_GET
def paper(request: Request, paper_id: uuid.UUID) -> HttpResponse:
    """One paper: its state, versions, what can be done with it."""
    shown = reads.paper_page(request.actor, paper_id)
    return _paper(request, shown)


def _paper(request: Request, shown: reads.PaperPage, *, upload: FileForm | None = None, voiding: VoidForm | None = None, status: int = 200) -> HttpResponse:
    actor: Actor = request.actor
    kind = kinds.KINDS[shown.line.kind]
    signed = shown.line.state == "signed"
    context = {
        "shown": shown,
        "line": shown.line,
        "kind": kind,
        "reason": numbers.VOID_REASONS.get(shown.void_reason, ""),
        "upload": upload or FileForm(),
        "voiding": voiding or VoidForm(),
        "may_void": shown.line.mine and shown.line.state != "void" and (not signed or actor.has(Role.LEADER, Role.MEDIATOR)),
        "open_words": _asked(shown, kind),
    }
    return render(request, "disputes/paper.html", context, status=status)


def _asked(shown: reads.PaperPage, kind: kinds.Kind) -> bool:
    return shown.line.state == "draft" and bool(sheets.sheet(kind.file).asks)


@require_http_methods(["GET", "POST"])
def remake(request: Request, paper_id: uuid.UUID) -> HttpResponse:
    """重新制作: from what the dispute holds by now; what was written before stands in the form."""
    actor: Actor = request.actor
    shown = reads.paper_page(actor, paper_id)
    kind = kinds.KINDS[shown.line.kind]
    policies.may_make_paper(actor, kind)
    page = queries.dispute_page(actor, shown.dispute_id)
    if request.method == "GET" and shown.line.state != "draft":
        return redirect("disputes:paper", paper_id)
    given = reads.written(actor, paper_id) if request.method == "GET" else {}
    around = _around(page, kind, given) | {"one": False}
    form = PaperForm(request.POST if request.method == "POST" else None, around=around)
    if request.method == "POST" and form.is_valid():
        if once(request):
            return redirect("disputes:paper", paper_id)
        if done(form, acts.remake_paper, actor, paper_id=paper_id, **form.cleaned_data):
            made(request, {"paper": str(paper_id)})
            messages.success(request, "已重新制作，前一版仍保留。")
            return redirect("disputes:paper", paper_id)
    context = {"page": page, "kind": kind, "form": form, "title": f"重新制作{kind.name}", "button": "重新制作", "paper_id": paper_id}
    return render(request, "disputes/paper_form.html", context, status=422 if form.errors else 200)


@require_POST
def issue(request: Request, paper_id: uuid.UUID) -> HttpResponse:
    """定稿: one key; the number is given now."""
    number = acts.issue_paper(request.actor, paper_id=paper_id)
    messages.success(request, f"已定稿，文号 {number}。" if number else "已定稿。")
    return redirect("disputes:paper", paper_id)


@require_POST
def upload(request: Request, paper_id: uuid.UUID) -> HttpResponse:
    """上传: an edited draft, or the signed scan of what is final."""
    actor: Actor = request.actor
    shown = reads.paper_page(actor, paper_id)
    policies.may_make_paper(actor, kinds.KINDS[shown.line.kind])
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        act = acts.keep_edited_paper if shown.line.state == "draft" else acts.keep_signed_paper
        file = form.cleaned_data["file"]
        if done(form, act, actor, paper_id=paper_id, name=file.name, data=file.file):
            messages.success(request, "已保存修改稿。" if shown.line.state == "draft" else "签字文书已上传。")
            return redirect("disputes:paper", paper_id)
    return _paper(request, shown, upload=form, status=422)


@require_POST
def void(request: Request, paper_id: uuid.UUID) -> HttpResponse:
    """作废, with a reason."""
    actor: Actor = request.actor
    shown = reads.paper_page(actor, paper_id)
    policies.may_make_paper(actor, kinds.KINDS[shown.line.kind])
    form = VoidForm(request.POST)
    if not form.is_valid():
        return _paper(request, shown, voiding=form, status=422)
    acts.void_paper(actor, paper_id=paper_id, reason=form.cleaned_data["reason"])
    messages.success(request, "已作废，文号保留在登记簿。")
    return redirect("disputes:paper", paper_id)


# --- prints --------------------------------------------------------------------------------------------------------------


def file_answer(data: bytes, media: str, name: str, *, download: bool = False) -> HttpResponse:
    """A file as an answer: shown in the browser to be printed from there, or saved."""
    response = HttpResponse(data, content_type=media)
    response["Content-Disposition"] = content_disposition_header(download, f"{name}.{ENDINGS[media]}") or ""
    return response


@require_GET
def printed(request: Request, paper_id: uuid.UUID, n: int) -> HttpResponse:
    """A version as PDF, names in full; one access line. What was edited in Word comes back as it was kept."""
    row, said = reads.opened(request.actor, paper_id, n)
    if said.document is not None:
        return file_answer(documents.plain_bytes(said.document), DOCX, _name(row, n), download=True)
    return file_answer(printing.pdf(said.sheet, mark="草稿" if row.state == "draft" else "作废" if row.state == "void" else ""), "application/pdf", _name(row, n))


@require_GET
def edited(request: Request, paper_id: uuid.UUID, n: int) -> HttpResponse:
    """A version as Word file to edit: in the bureau's own form when it has one; one access line."""
    from fengqiao.disputes.printing import word  # its library is large and few pages need it

    row, said = reads.opened(request.actor, paper_id, n)
    if said.document is not None:
        return file_answer(documents.plain_bytes(said.document), DOCX, _name(row, n), download=True)
    if form := reads.template_for(row):
        return file_answer(word.fill_template(form, said.words), DOCX, _name(row, n), download=True)
    numbered = row.state == "draft" and bool(kinds.KINDS[row.kind].word)
    return file_answer(word.docx(said.sheet, to_be_numbered=numbered), DOCX, _name(row, n), download=True)


def _name(row: Any, n: int) -> str:
    return row.number or f"{kinds.KINDS[row.kind].name}-{n}"


@require_GET
def public(request: Request, paper_id: uuid.UUID) -> HttpResponse:
    """公开文本: names masked (NP-55), nothing in full, so no access line."""
    row, sheet = reads.masked(request.actor, paper_id)
    return file_answer(printing.pdf(sheet, mark="公开文本"), "application/pdf", f"{kinds.KINDS[row.kind].name}-公开文本")


@require_GET
def scan(request: Request, paper_id: uuid.UUID) -> HttpResponse:
    """The signed scan; one access line."""
    actor: Actor = request.actor
    row, data = documents.read(actor, reads.scan_of(actor, paper_id).id, "查看签字文书")
    return file_answer(data, row.media_type, row.name.rsplit(".", 1)[0])


@require_POST
def bind(request: Request, dispute_id: uuid.UUID) -> HttpResponse:
    """成卷: one key, one PDF; one access line and one event."""
    bound = binding.bind(request.actor, dispute_id=dispute_id)
    return file_answer(bound.data, "application/pdf", f"卷宗-{clock.today():%Y%m%d}")


# --- 文号登记簿, templates ------------------------------------------------------------------------------------------------


@require_GET
def register(request: Request) -> HttpResponse:
    """文号登记簿: every number of the own station, kind and year; voided ones stay."""
    actor: Actor = request.actor
    policies.may_work(actor)
    words = {one.word for one in kinds.KINDS.values() if one.word} | {"移送", "告知"}
    codes = [(code, one.name) for code, one in vocabulary("paper_kinds").items() if code in words]
    kind = request.GET.get("kind", "") or "调解"
    year = int(request.GET["year"]) if request.GET.get("year", "").isdecimal() and len(request.GET["year"]) == 4 else clock.today().year
    rows = files.numbers_of(actor, kind, year) if kind in words else []
    listed = {
        "id": "numbers", "caption": "文号登记簿", "main": 1,
        "columns": [{"label": "序号", "width": "narrow", "kind": "number"}, {"label": "文号", "width": "wide"}, {"label": "文书"}, {"label": "纠纷"},
                    {"label": "对象"}, {"label": "编号日期", "kind": "day"}, {"label": "作废"}],
        "rows": [
            {
                "id": row["n"], "url": reverse("disputes:paper", args=[row["paper"]]) if row["paper"] else "",
                "cells": [row["n"], row["words"], row["name"], row["dispute"], row["party"], row["at"], row["reason"]],
                "state": "muted" if row["voided_at"] else "",
            }
            for row in rows
        ],
        "filters": [
            {"name": "kind", "label": "文书", "kind": "select", "options": codes, "value": kind, "always": True},
            {"name": "year", "label": "年份", "kind": "text", "value": str(year), "always": True},
        ],
        "total": len(rows), "empty": {"title": f"{year} 年还没有{dict(codes).get(kind, '')}的文号", "text": "可换一种文书或年份查看。文书定稿时依次编号，作废的保留。"},
    }  # fmt: skip
    return render(request, "disputes/register.html", {"list": listed, "tabs": books.tabs(actor, "paper-register")})


@require_http_methods(["GET", "POST"])
def templates(request: Request) -> HttpResponse:
    """文书模板: a bureau's own Word forms, which fields they may name, uploading one."""
    actor: Actor = request.actor
    shown = reads.templates(actor)
    sent = request.method == "POST"
    form = TemplateForm(request.POST if sent else None, request.FILES if sent else None)
    offer(form, "kind", [(one.code, one.name) for one in kinds.KINDS.values()])
    if sent and form.is_valid():
        file = form.cleaned_data["file"]
        if done(form, binding.keep_template, actor, org_id=actor.org_id, kind=form.cleaned_data["kind"], name=file.name, data=file.read()):
            messages.success(request, "模板已启用，下级单位一并使用。")
            return redirect("disputes:paper-templates")
    context = {"templates": shown, "form": form, "fields": sheets.FIELDS}
    return render(request, "disputes/paper_templates.html", context, status=422 if form.errors else 200)


urlpatterns: list[URLPattern] = [
    path("papers/register/", register, name="paper-register"),
    path("papers/templates/", templates, name="paper-templates"),
    path("papers/<uuid:paper_id>/", paper, name="paper"),
    path("papers/<uuid:paper_id>/again/", remake, name="paper-again"),
    path("papers/<uuid:paper_id>/issue/", issue, name="paper-issue"),
    path("papers/<uuid:paper_id>/upload/", upload, name="paper-upload"),
    path("papers/<uuid:paper_id>/void/", void, name="paper-void"),
    path("papers/<uuid:paper_id>/<int:n>.pdf", printed, name="paper-pdf"),
    path("papers/<uuid:paper_id>/<int:n>.docx", edited, name="paper-docx"),
    path("papers/<uuid:paper_id>/public.pdf", public, name="paper-public"),
    path("papers/<uuid:paper_id>/scan/", scan, name="paper-scan"),
    path("<uuid:dispute_id>/papers/<str:kind>/", make, name="paper-make"),
    path("<uuid:dispute_id>/casefile/", bind, name="casefile"),
    *feedback.urlpatterns,
]
