"""Pages of areas: the list with its drawing, one area, drawing and changing borders, import."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, NotThere
from fengqiao.core.forms import blame, done
from fengqiao.core.web import Request
from fengqiao.places import acts, forms, policies, ports, queries, rules, sketch

PAGE = 100
DRAWN = 2000  # outlines a drawing shows at most
COLUMNS = [
    {"label": "名称"},
    {"label": "编码", "width": "narrow"},
    {"label": "类型", "width": "narrow"},
    {"label": "所属村（社区）", "optional": True},
    {"label": "管辖单位", "optional": True},
    {"label": "在格人员"},
    {"label": "编组", "optional": True},
    {"label": "对应", "width": "narrow", "align": "end"},
]


def _actor(request: Request) -> Actor:
    return request.actor


def _kind_word(area: dict[str, Any]) -> str:
    return rules.GRID_KINDS[area["grid_kind"]] if area["grid_kind"] else rules.KINDS[area["kind"]]


@require_GET
def areas(request: Request) -> HttpResponse:
    """辖区: the outlines of today, and the list of areas with who stands in them and what they answer to."""
    actor = _actor(request)
    policies.may_see(actor)
    every = queries.areas(actor)
    kind, gap, word = (request.GET.get(key, "").strip() for key in ("kind", "gap", "q"))
    chosen = [
        area
        for area in every
        if (not kind or area["kind"] == kind)
        and (not gap or (area["kind"] in ("grid", "police") and not area["links"]))
        and (not word or word in area["name"] or area["code"].startswith(word))
    ]
    first = int(request.GET.get("cursor", "0")) if request.GET.get("cursor", "0").isdecimal() else 0
    standing = ports.staffing(actor)
    shown = {
        "id": "areas",
        "caption": "辖区单元",
        "columns": COLUMNS,
        "rows": [_row(area, standing) for area in chosen[first : first + PAGE]],
        "filters": [
            {"name": "kind", "label": "类型", "kind": "select", "value": kind, "options": list(rules.KINDS.items())},
            {"name": "gap", "label": "对应", "kind": "select", "value": gap, "options": [("1", "未对应")]},
            {"name": "q", "label": "名称或编码", "kind": "text", "value": word},
        ],
        "total": len(chosen),
        "previous_cursor": str(max(first - PAGE, 0)) if first else None,
        "next_cursor": str(first + PAGE) if first + PAGE < len(chosen) else None,
        "empty": {"title": "还没有划定辖区", "text": "可逐个划定，也可导入界线文件。"},
    }
    ids = {area["id"] for area in chosen}
    outlines = [one for one in queries.outlines(actor) if one.id in ids]
    context = {
        "draws": actor.has(*policies.DRAWERS),
        "stats": [_stat(every, code, label) for code, label in rules.KINDS.items()] + _gap_stat(every),
        "list": shown,
        "sketch": sketch.draw(outlines) if len(outlines) <= DRAWN else None,
    }
    return render(request, "places/areas.html", context)


def _row(area: dict[str, Any], standing: dict[int, ports.Standing]) -> dict[str, Any]:
    here = standing.get(area["id"], ports.Standing())
    linked = area["grids"] if area["kind"] in rules.COMMUNITIES else area["links"]
    return {
        "id": area["id"],
        "url": reverse("places:area", args=[area["id"]]),
        "cells": [
            area["name"], area["code"], _kind_word(area), area["parent__name"], area["org__name"],
            "、".join(here.names[:4]) + ("等" if len(here.names) > 4 else ""), here.team, linked or None,
        ],
        "state": "late" if here.short else "",
    }  # fmt: skip


def _stat(every: list[dict[str, Any]], kind: str, label: str) -> dict[str, Any]:
    return {"label": label, "value": sum(area["kind"] == kind for area in every), "url": f"?kind={kind}"}


def _gap_stat(every: list[dict[str, Any]]) -> list[dict[str, Any]]:
    count = sum(area["kind"] in ("grid", "police") and not area["links"] for area in every)
    return [{"label": "未对应", "value": count, "url": "?gap=1", "note": "警务区与网格", "level": "orange" if count else ""}]


@require_GET
def area(request: Request, area_id: int) -> HttpResponse:
    """One area: its outline among its neighbours, who stands in it, what it answers to, where it came from."""
    actor = _actor(request)
    policies.may_see(actor)
    found = queries.history(actor, area_id)
    one, today = found["area"], clock.today()
    ended = one.until is not None and one.until <= today
    day = one.until - timedelta(days=1) if ended else today  # an area that has ended is drawn as it last was
    near = [o for o in queries.outlines(actor, day) if o.id == one.id or o.kind == one.kind and o.parent_id == one.parent_id]
    mapped = [_mapped(one.id, link, ended or not actor.has(*policies.DRAWERS)) for link in found["links"]]
    parts = [part for part in queries.areas(actor, None, "grid") if part["parent_id"] == one.id]
    standing = ports.staffing(actor)
    steps = [] if ended or not actor.has(*policies.DRAWERS) else [_offer(one.id, name) for name in _steps(one.kind, bool(parts))]
    context = {
        **found,
        "kind_word": _kind_word({"grid_kind": one.grid_kind, "kind": one.kind}),
        "ended": ended,
        "standing": standing.get(one.id),
        "sketch": sketch.draw(near, here=one.id) if 0 < len(near) <= DRAWN else None,
        "parts": {
            "id": "parts", "caption": "所属网格", "columns": COLUMNS, "rows": [_row(part, standing) for part in parts],
        },
        "mapped": {
            "id": "mapped", "caption": "对应关系", "rows": mapped,
            "columns": [{"label": "名称"}, {"label": "编码"}, {"label": "起", "kind": "day"}, {"label": "止", "kind": "day"}],
        },
        "step": steps[0] if steps else None,
        "others": steps[1:],
    }  # fmt: skip
    return render(request, "places/area.html", context)


def _mapped(area_id: int, link: dict[str, Any], closed: bool) -> dict[str, Any]:
    side = "grid" if link["police"] == area_id else "police"
    row: dict[str, Any] = {
        "id": link[side],
        "url": reverse("places:area", args=[link[side]]),
        "cells": [link[f"{side}__name"], link[f"{side}__code"], link["since"], link["until"]],
    }
    if not closed and link["until"] is None and side == "grid":
        row["act"] = {"label": "解除", "method": "post", "url": reverse("places:unlink", args=[area_id, link["grid"]])}
    return row


# --- changes ----------------------------------------------------------------------------------------------------------

STEPS = {
    "link": ("对应网格", "选择本警务区负责的网格；一个网格可由几个警务区负责。"),
    "split": ("拆分", "拆分后原单元停用，此前的记录留在原界线内；对应关系由各部分承接。"),
    "merge": ("合并", "合并后原单元停用，此前的记录留在原界线内。"),
    "move": ("调整界线", "自生效日起按新界线；此前各日仍按旧界线。"),
}


def _steps(kind: str, has_parts: bool) -> list[str]:
    return [*(["link"] if kind == "police" else []), "move", *([] if has_parts else ["split", "merge"])]


def _offer(area_id: int, name: str) -> dict[str, Any]:
    return {"label": STEPS[name][0], "url": reverse("places:step", args=[area_id, name]), "method": "get", "allowed": True}


@require_http_methods(["GET", "POST"])
def step(request: Request, area_id: int, name: str) -> HttpResponse:
    """The form of one change of an area, and the change itself."""
    actor = _actor(request)
    if name not in STEPS:
        raise NotThere
    policies.may_draw(actor)
    one = queries.area(actor, area_id)
    form = _form(actor, one, name, request)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if name == "link":
                acts.link_areas(actor, police_id=area_id, grid_id=given["grid_id"], on=given["on"])
            elif name == "split":
                made = acts.split_area(actor, area_id=area_id, parts=given["parts"], system=given["system"], on=given["on"])
                area_id = made[0].id
            elif name == "merge":
                ids = [area_id, *given["with_ids"]]
                area_id = acts.merge_areas(actor, area_ids=ids, name=given["name"], code=given["code"], on=given["on"]).id
            else:
                acts.move_border(actor, area_id=area_id, outline=given["outline"], system=given["system"], on=given["on"])
        except Invalid as error:
            blame(form, error)
        else:
            messages.success(request, f"已{STEPS[name][0]}。")
            return redirect("places:area", area_id)
    return _shown(request, form, STEPS[name][0], STEPS[name][1], name, area=one)


def _form(actor: Actor, one: Any, name: str, request: Request) -> Form:
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    if name == "link":
        return forms.LinkForm(*data, grids=_choices(queries.areas(actor, None, "grid")))
    if name == "split":
        return forms.SplitForm(*data)
    if name == "merge":
        like = [a for a in queries.areas(actor, None, one.kind) if (a["parent_id"], a["org_id"]) == (one.parent_id, one.org_id)]
        return forms.MergeForm(*data, siblings=_choices(a for a in like if a["id"] != one.id))
    return forms.MoveForm(*data)


@require_http_methods(["GET", "POST"])
def draw(request: Request) -> HttpResponse:
    """划定单元."""
    actor = _actor(request)
    policies.may_draw(actor)
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    communities = _choices(queries.areas(actor, None, *rules.COMMUNITIES))
    form = forms.DrawForm(*data, communities=communities, stations=queries.stations(actor))
    if request.method == "POST" and form.is_valid() and (made := done(form, acts.draw_area, actor, **form.cleaned_data)):
        messages.success(request, "已划定。")
        return redirect("places:area", made.id)
    return _shown(request, form, "划定辖区单元", "", "draw", button="划定")


@require_http_methods(["GET", "POST"])
def import_areas(request: Request) -> HttpResponse:
    """导入界线, and what became of the file."""
    actor = _actor(request)
    policies.may_draw(actor)
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.ImportForm(*data, stations=queries.stations(actor))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            result = acts.import_areas(
                actor, content=given["file"], system=given["system"], org_id=given["org_id"], on=given["on"]
            )
        except Invalid as error:
            blame(form, error)
        else:
            rows = [{"id": at, "cells": [f"第 {at} 个", reason]} for at, reason in result.refused]
            context = {
                "made": len(result.made), "moved": len(result.moved), "same": result.same, "refused_count": len(rows),
                "list": {"id": "refused", "caption": "未导入的要素", "columns": [{"label": "位置"}, {"label": "原因"}], "rows": rows},
            }  # fmt: skip
            return render(request, "places/imported.html", context)
    return _shown(request, form, "导入界线", "同一文件可再次导入，不会重复。", "import", button="导入")


@require_POST
def unlink(request: Request, area_id: int, grid_id: int) -> HttpResponse:
    """解除对应."""
    acts.unlink_areas(_actor(request), police_id=area_id, grid_id=grid_id)
    messages.success(request, "已解除对应。")
    return redirect("places:area", area_id)


def _choices(rows: Any) -> list[tuple[int, str]]:
    return [(row["id"], f"{row['name']}（{row['code']}）") for row in rows]



def _shown(request: Request, form: Form, title: str, lead: str, name: str, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "lead": lead, "name": name, **more}
    return render(request, "places/step.html", context, status=422 if form.errors else 200)
