"""纠纷: the list with its filter, and the export of exactly that filter."""

from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from fengqiao.core import access, clock, exports
from fengqiao.core.actor import Actor, Role
from fengqiao.core.rules.masking import mask_address
from fengqiao.core.web import Request
from fengqiao.disputes import policies, queries, rules
from fengqiao.disputes.queries import Filter, Row
from fengqiao.disputes.rules.levels import LEVELS, WORDS
from fengqiao.disputes.views import books
from fengqiao.intake import queries as intake
from fengqiao.intake.forms import codes

HEADINGS = (
    "纠纷编号", "事项编号", "事由", "类别", "状态", "结果", "主办单位", "主办人", "地点", "当事人", "受理时间", "回访期限",
    "风险等级", "包案领导",
)  # fmt: skip
TEXTS = ("state", "kind", "level", "owner", "org", "outcome", "due", "number")


def chosen(actor: Actor, given: QueryDict) -> Filter:
    """The filter in a query string; what cannot be read is left out. A mediator, whose office leads no dispute, begins with what is shared."""
    texts = {name: given.get(name, "").strip()[:30] for name in TEXTS}
    if "org" not in given and actor.has(Role.MEDIATOR):
        texts["org"] = "shared"
    return Filter(**texts, since=_day(given.get("since", "")), until=_day(given.get("until", "")))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_GET
def listing(request: Request) -> HttpResponse:
    """Disputes, newest first, names masked; no access line."""
    actor: Actor = request.actor
    wanted = chosen(actor, request.GET)
    page = queries.found(actor, wanted, cursor=request.GET.get("cursor", ""))
    columns = [
        {"label": "编号", "width": "narrow"},
        {"label": "事由"},
        {"label": "类别"},
        {"label": "状态", "width": "narrow"},
        {"label": "主办"},
        {"label": "当事人", "width": "pair", "optional": True},
        {"label": "受理", "kind": "day", "width": "narrow", "optional": True},
        {"label": "离开", "kind": "day", "width": "narrow", "optional": True},
        {"label": "回访期限", "kind": "clock", "width": "narrow"},
    ]
    rows = [
        {
            "id": row.id,
            "url": reverse("disputes:page", args=[row.id]),
            "cells": [row.number, row.title, row.kind, row.state, row.owner or row.org, row.parties, row.opened_at, row.departs_on, row.revisit_due],
            "level": row.level,
            "state": "late" if row.revisit_due and row.revisit_due < clock.now() else "muted" if row.ended else "",
        }
        for row in page.rows
    ]
    listed = {
        "id": "disputes", "caption": "矛盾纠纷", "columns": columns, "rows": rows, "main": 1, "filters": _filters(actor, wanted),
        "export_url": reverse("disputes:export"), "total": page.total, "total_is_floor": page.total_is_floor,
        "previous_cursor": page.previous_cursor, "next_cursor": page.next_cursor, "live": "dispute",
        "empty": {"title": "还没有纠纷", "text": "在事项页上立为纠纷后在这里出现。", "act": {"label": "查看事项", "url": "/matters/?kind=D"}},
    }  # fmt: skip
    return render(request, "disputes/list.html", {"list": listed, "tabs": books.tabs(actor, "list")})


def _filters(actor: Actor, wanted: Filter) -> list[dict[str, Any]]:
    selects = [
        ("state", "状态", [("live", "未结"), *rules.STATES.items()], wanted.state),
        ("kind", "类别", codes("dispute_types"), wanted.kind),
        ("level", "等级", [*((one, WORDS[one]) for one in reversed(LEVELS)), ("serious", "红、橙"), ("none", "未定级")], wanted.level),
        ("owner", "主办人", [("me", "我主办"), ("none", "未指定")], wanted.owner),
        ("due", "回访", [("wait", "待回访"), ("late", "回访超期")], wanted.due),
        ("outcome", "结果", codes("outcomes"), wanted.outcome),
        ("org", "单位", [*intake.stations(actor), ("shared", "共享给本单位的")], wanted.org),
    ]
    return [
        {"name": "number", "label": "编号", "kind": "text", "value": wanted.number},
        *({"name": n, "label": label, "kind": "select", "options": o, "value": v, "always": n == "org" and actor.has(Role.MEDIATOR)} for n, label, o, v in selects),
        {"name": "since", "label": "受理自", "kind": "date", "value": wanted.since.isoformat() if wanted.since else ""},
        {"name": "until", "label": "至", "kind": "date", "value": wanted.until.isoformat() if wanted.until else ""},
    ]


@require_GET
def export(request: Request) -> HttpResponseBase:
    """Exactly the filter on screen, as CSV or XLSX, names and door numbers masked (NP-55); one access line."""
    actor: Actor = request.actor
    policies.may_read(actor)
    access.opened(actor, "export", None, "导出纠纷", ["name_masked", "title", "place_text"], action="export")
    rows = map(_cells, queries.export_rows(actor, chosen(actor, request.GET)))
    name = f"纠纷-{clock.today():%Y%m%d}"
    return exports.answer(actor, name, HEADINGS, rows, kind=request.GET.get("format", "csv"), sheet="纠纷")


def _cells(row: Row) -> list[Any]:
    return [
        row.number, row.matter_number, row.title, row.kind, row.state, row.outcome, row.org, row.owner, mask_address(row.place), row.parties,
        f"{clock.local(row.opened_at):%Y-%m-%d %H:%M}", f"{clock.local(row.revisit_due):%Y-%m-%d}" if row.revisit_due else "",
        WORDS[row.level] if row.level else "", row.lead,
    ]  # fmt: skip
