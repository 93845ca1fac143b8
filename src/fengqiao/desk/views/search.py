"""搜索: one box for numbers and words; whole id numbers and telephones only with a purpose, logged."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from fengqiao.core.actor import Role
from fengqiao.core.errors import Forbidden, Invalid, NotThere
from fengqiao.core.forms import blame
from fengqiao.core.web import Request
from fengqiao.desk import forms, queries
from fengqiao.intake import queries as intake
from fengqiao.intake.queries import lookup

COLUMNS = [
    {"label": "事项"}, {"label": "编号", "width": "narrow"}, {"label": "类别", "width": "narrow"},
    {"label": "状态", "width": "narrow"}, {"label": "当事人", "width": "narrow"}, {"label": "地点", "optional": True},
    {"label": "主办", "optional": True, "width": "narrow"}, {"label": "最近发生", "kind": "at"},
]  # fmt: skip


@require_GET
def search(request: Request) -> HttpResponse:
    """A number that is known opens its record at once; anything else is looked for in matters' words."""
    actor = request.actor
    asked = request.GET.get("q", "").strip()
    if actor.has(Role.ADMIN, Role.RIGHTS, Role.LAWYER):
        raise Forbidden("当前岗位不查看事项。权利受理请在“权利受理”页面按证件查找。")
    if not asked:
        return render(request, "desk/search.html", {"query": ""})
    if lookup.key_kind(asked):
        form = forms.Key(initial={"key": asked})
        return render(request, "desk/search.html", {"query": "", "key": form, "sensitive": True})
    if address := queries.address_of(actor, asked):
        return redirect(address)
    page = intake.found(actor, intake.Filter(words=asked), cursor=request.GET.get("cursor", ""))
    if not page.rows and queries.is_number(asked):
        raise NotThere(f"没有编号为 {asked} 的记录，或者它不在当前岗位的范围内。")
    found = _list(page.rows) | {
        "total": page.total, "total_is_floor": page.total_is_floor, "next_cursor": page.next_cursor,
        "previous_cursor": page.previous_cursor,
    }  # fmt: skip
    return render(request, "desk/search.html", {"query": asked, "list": found})


@sensitive_post_parameters("key")
@require_POST
def by_key(request: Request) -> HttpResponse:
    """按证件号码或电话查找: needs a purpose and leaves its line in the access log. The key never stands in an address."""
    actor = request.actor
    form = forms.Key(request.POST)
    context: dict[str, Any] = {"query": "", "key": form, "sensitive": True}
    if not form.is_valid():
        return render(request, "desk/search.html", context, status=422)
    try:
        rows = lookup.found_by_key(actor, form.cleaned_data["key"], form.cleaned_data["purpose"])
    except Invalid as error:
        blame(form, error, {"purpose": "words"})
        return render(request, "desk/search.html", context, status=422)
    return render(request, "desk/search.html", context | {"list": _list(rows), "looked": True})


def _list(rows: list[intake.Row]) -> dict[str, Any]:
    return {
        "id": "found",
        "caption": "搜索结果",
        "columns": COLUMNS,
        "rows": [
            {
                "id": row.id, "url": f"/matters/{row.id}/",
                "cells": [
                    row.title or row.number, row.number, row.kind + ("（存疑）" if row.unsure else ""), row.state,
                    row.parties, row.place, row.owner, row.last_at,
                ],
            }
            for row in rows
        ],
        "total": len(rows),
        "empty": {"title": "没有找到", "text": "可换一个词，或用编号、地点、事由查找。", "icon": "search"},
    }  # fmt: skip
