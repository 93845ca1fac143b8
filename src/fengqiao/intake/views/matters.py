"""事项: the list with its filter and export, and the page of one matter."""

import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fengqiao.core import access, clock, exports
from fengqiao.core.actor import POLICE, Actor, Role
from fengqiao.core.errors import NotThere, Refused
from fengqiao.core.queries import approvals
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.web import Request
from fengqiao.intake import acts, forms, paper, policies, queries
from fengqiao.intake.queries import Filter, MatterPage
from fengqiao.intake.rules import STATES
from fengqiao.intake.views import steps
from fengqiao.intake.views.timeline import entries
from fengqiao.promises import queries as promises

HEADINGS = ("编号", "事由", "类别", "存疑", "状态", "主办单位", "主办人", "地点", "当事人", "最近发生", "接报数", "发生次数")
PURPOSE = "导出"


def chosen(given: QueryDict) -> Filter:
    """The filter in a query string; what cannot be read is left out."""
    word = {name: given.get(name, "").strip()[:60] for name in ("state", "kind", "owner", "org", "channel", "history", "words")}
    return Filter(
        state=word["state"], kind=word["kind"], owner=word["owner"], org=word["org"], channel=word["channel"],
        history=word["history"], words=word["words"],
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
        repeated=given.get("repeated") == "yes",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_GET
def listing(request: Request) -> HttpResponse:
    """事项: newest incident first, names masked; no access line."""
    actor: Actor = request.actor
    wanted = chosen(request.GET)
    page = queries.found(actor, wanted, cursor=request.GET.get("cursor", ""))
    columns = [
        {"label": "编号", "width": "narrow"},
        {"label": "事由", "width": "wide"},
        {"label": "类别"},
        {"label": "状态", "width": "narrow"},
        {"label": "主办", "width": "narrow"},
        {"label": "当事人", "width": "narrow", "optional": True},
        {"label": "次数", "align": "end", "width": "narrow", "optional": True},
        {"label": "最近发生", "kind": "at", "width": "narrow"},
    ]
    rows = [
        {
            "id": row.id,
            "url": reverse("intake:matter", args=[row.id]),
            "cells": [
                row.number, row.title, f"{row.kind}（存疑）" if row.unsure and row.kind != "未分类" else row.kind, row.state,
                row.owner or row.org, _few(row.parties), row.occurrences if row.occurrences > 1 else "", row.last_at,
            ],
            "state": "muted" if row.state in ("已结案", "已归并") else "",
        }
        for row in page.rows
    ]  # fmt: skip
    listed = {
        "id": "matters", "caption": "事项", "columns": columns, "rows": rows, "main": 1, "filters": _filters(actor, wanted),
        "export_url": reverse("intake:export"), "total": page.total, "total_is_floor": page.total_is_floor,
        "previous_cursor": page.previous_cursor, "next_cursor": page.next_cursor, "live": "matter report",
        "empty": {"title": "还没有事项", "text": "受理第一件后在这里出现。", "act": {"label": "接报", "url": reverse("intake:new")}},
    }  # fmt: skip
    return render(request, "intake/matters.html", {"list": listed, "may_export": actor.has(*POLICE, Role.MEDIATOR, Role.PARTNER)})


def _few(parties: str, most: int = 3) -> str:
    """王某某、李某 等 5 人."""
    names = parties.split("、")
    return parties if len(names) <= most else f"{'、'.join(names[:most])} 等 {len(names)} 人"


def _filters(actor: Actor, wanted: Filter) -> list[dict[str, Any]]:
    kinds = [("D", "全部纠纷"), ("J", "全部警情"), *forms.codes("dispute_types"), *forms.codes("alarm_kinds")]
    owners = [("me", "我主办"), ("none", "未指定")]
    orgs = [*queries.stations(actor), ("shared", "共享给本单位的")]
    selects = [
        ("state", "状态", list(STATES.items()), wanted.state),
        ("kind", "类别", kinds, wanted.kind),
        ("owner", "主办人", owners, wanted.owner),
        ("org", "单位", orgs, wanted.org),
        ("channel", "来源", forms.codes("channels"), wanted.channel),
        ("repeated", "多次", [("yes", "多次反映")], "yes" if wanted.repeated else ""),
        ("history", "历史台账", [("yes", "只看历史")], wanted.history),
    ]
    return [
        {"name": "words", "label": "词语", "kind": "text", "value": wanted.words},
        *({"name": n, "label": label, "kind": "select", "options": o, "value": v} for n, label, o, v in selects),
        {"name": "since", "label": "发生自", "kind": "date", "value": wanted.since.isoformat() if wanted.since else ""},
        {"name": "until", "label": "至", "kind": "date", "value": wanted.until.isoformat() if wanted.until else ""},
    ]


# --- export ------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def export(request: Request) -> HttpResponseBase:
    """Exactly the filter on screen, as CSV or XLSX; one access line. Names are masked (王某), unless a reason is given."""
    actor: Actor = request.actor
    policies.may_read(actor)
    wanted = chosen(request.GET)
    reason = request.POST.get("purpose", "").strip() if request.method == "POST" else ""
    if request.method == "POST" and not reason:
        raise Refused("导出全名须写明事由。", status=422)
    fields = ["name", "title", "place_text"] if reason else ["name_masked", "title", "place_text"]
    access.opened(actor, "export", None, f"{PURPOSE}：{reason}" if reason else PURPOSE, fields, action="export")
    rows = map(_cells, queries.export_rows(actor, wanted, masked=not reason))
    kind = request.GET.get("format", request.POST.get("format")) or "csv"
    return exports.answer(actor, f"事项-{clock.today():%Y%m%d}", HEADINGS, rows, kind=kind, sheet="事项")


def _cells(row: queries.Row) -> list[Any]:
    return [
        row.number, row.title, row.kind, "存疑" if row.unsure else "", row.state, row.org, row.owner, row.place, row.parties,
        f"{clock.local(row.last_at):%Y-%m-%d %H:%M}", row.reports, row.occurrences,
    ]  # fmt: skip


# --- one matter --------------------------------------------------------------------------------------------------------


@require_GET
def matter(request: Request, matter_id: uuid.UUID) -> HttpResponse:
    """The matter: facts with parties masked, sources by occurrence, one timeline, what next."""
    actor: Actor = request.actor
    return _page(request, queries.matter_page(actor, matter_id))


@require_http_methods(["GET", "POST"])
def unmasked(request: Request, matter_id: uuid.UUID) -> HttpResponse:
    """The same with names and phones in full, after the purpose was written to the access log."""
    actor: Actor = request.actor
    if request.method == "GET":
        return redirect("intake:matter", matter_id)
    form = forms.PurposeForm(request.POST)
    if not form.is_valid():
        return _page(request, queries.matter_page(actor, matter_id), purpose=form, status=422)
    return _page(request, queries.unmasked(actor, matter_id, form.cleaned_data["purpose"]))


def _page(request: Request, page: MatterPage, *, purpose: forms.PurposeForm | None = None, status: int = 200) -> HttpResponse:
    actor: Actor = request.actor
    next_step = steps.next_of(actor, page)
    offices = vocabulary("elsewhere")
    told = next((offices[line.facts["where"]] for line in page.timeline if line.act == "intake.tell_elsewhere"), None)
    order = list(dict.fromkeys(source.occurrence_id for source in sorted(page.sources, key=lambda s: s.occurred_start)))
    told_by = Counter(source.occurrence_id for source in page.sources)
    context = {
        "aside_class": "fq-aside-wide",
        "page": page,
        "steps": steps.bar(page),
        "step": next_step,
        "others": steps.others_of(actor, page, next_step),
        "entries": entries(page.timeline),
        "sources": [(order.index(s.occurrence_id) + 1, told_by[s.occurrence_id] > 1, s) for s in page.sources],
        "pairs": queries.pairs_waiting(actor, matter_id=page.id) if page.pairs and actor.has(*policies.READS) else [],
        "decides": actor.has(*policies.DECIDES) and page.own,
        "note": forms.NoteForm(around={}) if not actor.has(Role.GRID, Role.VOLUNTEER) else None,
        "purpose": purpose or forms.PurposeForm(),
        "told": told if page.state == "told" else None,
        "asked": approvals.waiting_about(page.id, acts.WAITING) if page.own else [],
        "papers": list(_papers(actor, page)),
        "promises": promises.for_matter(actor, page.id),
        "promises_there": _exists("promises/_of_matter.html"),
    }
    return render(request, "intake/matter.html", context, status=status)


def _exists(name: str) -> bool:
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return False
    return True


PAPERS = {"移送": "移送通知书", "告知": "不属公安机关职责告知书"}
WHEN = {"移送": "handed", "告知": "told"}


def _papers(actor: Actor, page: MatterPage) -> Iterator[dict[str, str]]:
    """Papers that can be made or printed now."""
    for kind, name in PAPERS.items():
        if words := page.papers.get(kind):
            yield {"name": name, "words": words, "url": reverse("intake:paper-pdf", args=[page.id, kind])}
        elif page.state == WHEN[kind] and page.own and actor.has(*policies.DECIDES):
            if kind == "移送" and not queries.handed_by_law(actor, page.id):
                continue
            if kind == "告知" and not queries.told_in_writing(page.id):
                continue
            yield {"name": name, "words": "", "url": reverse("intake:paper", args=[page.id, kind])}


@require_POST
def make_paper(request: Request, matter_id: uuid.UUID, kind: str) -> HttpResponse:
    """Give a paper its number and go and print it."""
    acts.number_paper(request.actor, matter_id=matter_id, kind=kind)
    return redirect("intake:paper-pdf", matter_id, kind)


@require_GET
def paper_pdf(request: Request, matter_id: uuid.UUID, kind: str) -> HttpResponse:
    """A numbered paper as PDF; it names the one who reported: one access line."""
    actor: Actor = request.actor
    page = queries.matter_page(actor, matter_id)
    if kind not in page.papers:
        raise NotThere("该文书尚未编号。")
    number = page.papers[kind]
    page = queries.unmasked(actor, matter_id, f"打印{PAPERS[kind]}")
    person = next((p.name for p in page.parties if p.role == "报警人" and p.name), "")
    if kind == "告知":
        where = next(line.facts["where"] for line in page.timeline if line.act == "intake.tell_elsewhere")
        return paper.answer("elsewhere", paper.of_notice(page, number=number, person=person, where=where), number)
    to = next(line.facts["to"] for line in page.timeline if line.act == "intake.hand_over")
    words = paper.of_notice(page, number=number, person=person, to=queries.names([to], [])[0].get(to, ""))
    return paper.answer("transfer", words, number)
