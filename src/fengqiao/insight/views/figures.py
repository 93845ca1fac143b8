"""数据: each figure with its formula and cohort; every number opens the list behind it."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from fengqiao.core import access, clock, figures
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.figures import Figure, Row, Value
from fengqiao.core.queries.organisations import names_of
from fengqiao.core.rules import periods
from fengqiao.core.rules.periods import Period
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.web import Request
from fengqiao.insight import queries

SHOWN = 200  # rows on a page
EXPORTED = 50_000
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def asked(actor: Actor, given: QueryDict) -> tuple[Period, int, list[tuple[int, str]]]:
    """Period and organisation of a query string, and the organisations there are to choose from.

    What is missing or cannot be read falls back to this month and the actor's own unit. Invalid for days the wrong way round.
    """
    organisations = queries.organisations(actor)
    today = clock.today()
    first, last = queries.default_period(today)
    first, last = _day(given.get("since", "")) or first, _day(given.get("until", "")) or last
    try:
        period = Period(first, last, clock.now())
    except ValueError as error:
        raise Invalid({"since": str(error)}) from error
    told = given.get("org", "")
    org = int(told) if told.isdecimal() and len(told) < 10 else organisations[0][0] if organisations else actor.org_id
    return period, org, organisations


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def link(key: str, period: Period, org: int, **more: str) -> str:
    """The address of the list behind a figure."""
    days = {"since": period.first.isoformat(), "until": period.last.isoformat(), "org": org}
    return reverse("insight:evidence", args=[key]) + "?" + urlencode(days | {k: v for k, v in more.items() if v})


def tabs(active: str) -> list[dict[str, Any]]:
    """数据, 报表, 样表."""
    return [
        {"label": label, "url": reverse(f"insight:{name}"), "active": name == active}
        for name, label in (("figures", "数据"), ("filings", "报表"), ("forms", "样表"))
    ]


@require_GET
def page(request: Request) -> HttpResponse:
    """Every figure for a period and an organisation."""
    actor = request.actor
    figures.may_read(actor)
    period, org, organisations = asked(actor, request.GET)
    org_ids = figures.within(actor, org)
    values = figures.compute_each(actor, figures.figures(), period, org_ids)
    shown = [_shown(one, values[one.key], period, org) for one in figures.figures()]
    context = {
        "tabs": tabs("figures"), "figures": shown, "period": period, "org": org, "organisations": organisations, "quick": _quick(org),
        "days": {"since": period.first.isoformat(), "until": period.last.isoformat()},
    }  # fmt: skip
    return render(request, "insight/figures.html", context)


def _quick(org: int) -> list[dict[str, str]]:
    today, now = clock.today(), clock.now()
    month = periods.month(today, now)
    choices = (
        ("本周", periods.week(today, now)), ("上周", periods.week(today, now).before()), ("本月", month), ("上月", month.before()),
        ("今年", periods.year(today, now)),
    )  # fmt: skip
    return [{"label": label, "url": f"?since={p.first}&until={p.last}&org={org}"} for label, p in choices]


def _shown(one: Figure, value: Value, period: Period, org: int) -> dict[str, Any]:
    parts = [
        {"label": word, "value": value.words(part), "url": link(one.key, period, org, part=part)}
        for part, word in one.parts_words.items()
        if value.counts.get(part)
    ]
    unit = "" if one.measure == "share" else one.unit
    note = f"{value.hits:,}÷{value.total:,}" if one.measure == "share" and value.total else ""
    if one.measure == "median":
        note = f"{value.total:,} 次" if value.total else ""
    return {
        "key": one.key, "name": one.name, "value": value.words(), "unit": unit, "note": note, "url": link(one.key, period, org),
        "parts": parts if len(one.parts_words) > 1 else [], "part_unit": one.unit if one.measure == "median" else "", "formula": one.formula, "cohort": one.cohort,
    }  # fmt: skip


@require_GET
def evidence(request: Request, figure: str) -> HttpResponse:
    """The rows behind a figure: as many as its number says."""
    actor = request.actor
    figures.may_read(actor)
    one = figures.figure(figure)
    period, org, organisations = asked(actor, request.GET)
    org_ids, part = figures.within(actor, org), request.GET.get("part", "")
    if part and part not in one.parts_words:
        raise NotThere("没有这个分项。")
    value = figures.compute(actor, one, period, org_ids)
    rows = figures.evidence(actor, one, period, org_ids, part, most=SHOWN, **_only(one, request.GET))
    total = len(rows) if len(rows) < SHOWN or _only(one, request.GET) else value.counts.get(part, 0) if part else value.total
    columns = [{"label": "编号", "width": "narrow"}, {"label": "时间", "kind": "at", "width": "narrow"}, {"label": "分项", "width": "narrow"}]
    columns += [{"label": heading} for heading in one.shown.values()]
    listed = {
        "id": "evidence", "caption": f"{one.name}清单", "columns": columns, "total": total,
        "rows": [{"id": row.id, "url": _address(one, row), "cells": cells} for row, cells in zip(rows, _cells(one, rows), strict=True)],
        "filters": _filters(one, period, org, organisations, part, request.GET), "export_url": reverse("insight:export", args=[figure]),
        "empty": {"title": "没有记录", "text": "这一时期没有计入的记录。"},
    }  # fmt: skip
    context = {
        "figure": _shown(one, value, period, org), "list": listed, "period": period, "more": len(rows) >= SHOWN and total > SHOWN, "shown": SHOWN,
        "back": reverse("insight:figures") + "?" + urlencode({"since": period.first, "until": period.last, "org": org}),
    }  # fmt: skip
    return render(request, "insight/evidence.html", context)


def _filters(
    one: Figure, period: Period, org: int, organisations: list[tuple[int, str]], part: str, given: QueryDict
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": "since", "label": "起", "kind": "date", "value": period.first.isoformat(), "always": True},
        {"name": "until", "label": "止", "kind": "date", "value": period.last.isoformat(), "always": True},
        {"name": "org", "label": "单位", "kind": "select", "options": organisations, "value": org, "always": True},
    ]
    if len(one.parts_words) > 1:
        found.append({"name": "part", "label": "分项", "kind": "select", "options": list(one.parts_words.items()), "value": part})
    if "kind" in one.by:
        kinds = [(code, line.name) for code, line in vocabulary("dispute_types").items()]
        found.append({"name": "kind", "label": "类别", "kind": "select", "options": kinds, "value": given.get("kind", "")})
    return found


def _only(one: Figure, given: QueryDict) -> dict[str, str]:
    kind = given.get("kind", "")
    return {"kind": str(kind)} if kind and "kind" in one.by else {}


def _address(one: Figure, row: Row) -> str:
    return one.address.format(id=row.id, about=row.about)


def _cells(one: Figure, rows: list[Row]) -> list[list[Any]]:
    words, types = one.parts_words, vocabulary("dispute_types")
    names = names_of({row.more["holder"] for row in rows if row.more.get("holder")}) if "holder" in one.shown else {}

    def shown(column: str, value: Any) -> Any:
        if value is None:
            return ""
        if column == "kind":
            return types[value].name if value in types else value
        if column == "holder":
            return names.get(value, "")
        return f"{float(value):,.1f}" if column == "value" else value

    return [[row.number, row.at, words.get(row.part, row.part), *(shown(c, row.more.get(c)) for c in one.shown)] for row in rows]


@require_GET
def export(request: Request, figure: str) -> HttpResponse:
    """Exactly the list on screen, all of it: numbers and codes, no names. One access line."""
    actor = request.actor
    figures.may_read(actor)
    one = figures.figure(figure)
    period, org, _ = asked(actor, request.GET)
    rows = figures.evidence(
        actor, one, period, figures.within(actor, org), request.GET.get("part", ""), most=EXPORTED + 1, **_only(one, request.GET)
    )
    if len(rows) > EXPORTED:
        raise Refused(f"超过 {EXPORTED:,} 行，请缩短时期或缩小单位范围后再导出。")
    access.opened(actor, "export", None, f"导出数据清单：{one.name}", [], action="export")
    lines = [["编号", "时间", "分项", *one.shown.values()]]
    lines += [[n, f"{clock.local(at):%Y-%m-%d %H:%M}", *rest] for n, at, *rest in _cells(one, rows)]
    ending = "xlsx" if request.GET.get("format") == "xlsx" else "csv"
    data = _workbook(one.name[:31], lines) if ending == "xlsx" else _csv(lines)
    name = quote(f"{one.name}-{period.first:%Y%m%d}-{period.last:%Y%m%d}.{ending}")
    return HttpResponse(data, content_type=TYPES[ending], headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"})


def _csv(lines: Iterable[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def _workbook(name: str, lines: Iterable[list[Any]]) -> bytes:
    import xlsxwriter  # loaded when used

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(name)
        for at, line in enumerate(lines):
            sheet.write_row(at, 0, line)
    return file.getvalue()
