"""Pages of the force: who stands where, what is missing, teams, roster, how stations are made up."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
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
from fengqiao.core.forms import done
from fengqiao.core.queries.organisations import ROLE_WORDS
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.web import Request
from fengqiao.force import acts, forms, policies, queries, rules
from fengqiao.places import queries as places

PAGE = 100
TABS = {"placements": "入格名册", "gaps": "空缺", "teams": "社区编组", "roster": "值班表", "stations": "派出所机构"}


def _actor(request: Request) -> Actor:
    return request.actor


def _kind(code: str) -> str:
    return vocabulary("staff_kinds")[code].name if code in vocabulary("staff_kinds") else code


def _tier(tier: int | None) -> str:
    return vocabulary("grid_tiers")[str(tier)].name if tier else "不分级"


def _tabs(active: str, actor: Actor) -> list[dict[str, Any]]:
    shown = TABS if actor.is_police else {"stations": TABS["stations"]}
    return [{"label": label, "url": reverse(f"force:{name}"), "active": name == active} for name, label in shown.items()]


def _page(request: Request, active: str, **context: Any) -> HttpResponse:
    actor = _actor(request)
    context |= {
        "tabs": _tabs(active, actor), "active": active, "places_people": actor.has(*policies.PLACERS),
        "rosters": actor.has(*policies.ROSTERERS), "organises": actor.has(*policies.ORGANISERS),
    }  # fmt: skip
    return render(request, "force/page.html", context)


def _paged(request: Request, rows: list[Any]) -> tuple[list[Any], dict[str, Any]]:
    given = request.GET.get("cursor", "0")
    first = int(given) if given.isdecimal() and len(given) < 9 else 0
    return rows[first : first + PAGE], {
        "total": len(rows),
        "previous_cursor": str(max(first - PAGE, 0)) if first else None,
        "next_cursor": str(first + PAGE) if first + PAGE < len(rows) else None,
    }


@require_GET
def placements(request: Request) -> HttpResponse:
    """入格名册, with totals by tier and staff kind that open the list behind them."""
    actor = _actor(request)
    tier, kind = request.GET.get("tier", ""), request.GET.get("staff_kind", "")
    tier = tier if tier in ("0", "1", "2", "3") else ""
    found = queries.placements(actor, tier=tier, staff_kind=kind)
    totals = queries.totals(actor)
    rows, pager = _paged(request, found)
    stats = [{"label": "已入格", "value": totals["all"], "url": "?"}]
    stats += [{"label": _tier(t), "value": totals["tier"].get(t, 0), "url": f"?tier={t or 0}"} for t in (1, 2, 3, None)]
    stats += [{"label": _kind(code), "value": n, "url": f"?staff_kind={code}"} for code, n in sorted(totals["staff_kind"].items())]
    shown = {
        "id": "placements",
        "caption": "入格名册",
        "columns": [
            {"label": "姓名"}, {"label": "类别", "width": "narrow"}, {"label": "级别", "width": "narrow"}, {"label": "编组", "width": "narrow"},
            {"label": "辖区单元"}, {"label": "编码", "width": "narrow", "optional": True}, {"label": "单位", "optional": True},
            {"label": "起", "kind": "day", "optional": True},
        ],
        "rows": [
            {
                "id": row["id"],
                "url": reverse("force:placement", args=[row["id"]]),
                "cells": [
                    row["service__name"], _kind(row["service__staff_kind"]), _tier(row["tier"]), row["role"], row["area__name"],
                    row["area__code"], row["service__org__name"], row["since"],
                ],
            }
            for row in rows
        ],
        "filters": [
            {"name": "tier", "label": "级别", "kind": "select", "value": tier, "options": [(str(t or 0), _tier(t)) for t in (1, 2, 3, None)]},
            {"name": "staff_kind", "label": "类别", "kind": "select", "value": kind, "options": forms.staff_kinds()},
        ],
        "empty": {"title": "还没有人员入格", "text": "可逐人入格，也可导入名册。"},
        **pager,
    }  # fmt: skip
    return _page(request, "placements", stats=stats, lists=[("", shown)])


@require_GET
def gaps(request: Request) -> HttpResponse:
    """格中有警、每警有责: both lists."""
    found = queries.gaps(_actor(request))
    place, places_people = reverse("force:step", args=["placement"]), _actor(request).has(*policies.PLACERS)
    grids = {
        "id": "grids", "caption": "没有民警的网格",
        "columns": [{"label": "网格"}, {"label": "编码", "width": "narrow"}, {"label": "村（社区）"}, {"label": "管辖单位"}],
        "rows": [
            {
                "id": grid["id"], "url": reverse("places:area", args=[grid["id"]]),
                "cells": [grid["name"], grid["code"], grid["parent__name"], grid["org__name"]],
            }
            for grid in found.grids_without_officer
        ],
        "total": len(found.grids_without_officer),
        "empty": {"title": "每个网格都有民警负责", "icon": "done"},
    }  # fmt: skip
    people = {
        "id": "people", "caption": "没有网格的人员",
        "columns": [{"label": "姓名"}, {"label": "类别"}, {"label": "单位"}],
        "rows": [
            {"id": one["id"], "cells": [one["name"], _kind(one["staff_kind"]), one["unit"]]}
            | ({"act": {"label": "入格", "url": f"{place}?service_id={one['id']}"}} if places_people else {})
            for one in found.people_without_grid
        ],
        "total": len(found.people_without_grid),
        "empty": {"title": "应入格人员都有网格", "icon": "done"},
    }  # fmt: skip
    stats = [
        {"label": "无警网格", "value": grids["total"], "level": "orange" if grids["total"] else ""},
        {"label": "无格人员", "value": people["total"], "level": "orange" if people["total"] else ""},
    ]
    note = "办案队、综合指挥室、巡逻防控队人员和所领导不要求入格。民警在网格、所属村（社区）或对应警务区任职，均算网格有警。"
    return _page(request, "gaps", stats=stats, note=note, lists=[("没有民警的网格", grids), ("没有网格的人员", people)])


@require_GET
def teams(request: Request) -> HttpResponse:
    """社区编组: each community's team against the formula, the incomplete ones first."""
    found = queries.composition(_actor(request))
    rows, pager = _paged(request, found)
    short = sum(team.flagged for team in found)
    shown = {
        "id": "teams", "caption": "社区编组",
        "columns": [
            {"label": "村（社区）"}, {"label": "管辖单位", "optional": True}, {"label": "公式", "width": "narrow"},
            *({"label": word, "align": "end"} for word in rules.ROLES.values()), {"label": "状态"},
        ],
        "rows": [
            {
                "id": team.area["id"], "url": reverse("places:area", args=[team.area["id"]]), "state": "late" if team.flagged else "",
                "cells": [
                    team.area["name"], team.area["org__name"], team.formula.text,
                    *(str(team.counts.get(role, 0)) for role in rules.ROLES), team.words,
                ],
            }
            for team in rows
        ],
        "empty": {"title": "还没有划定村（社区）", "text": "在“辖区”划定或导入后，这里按公式核对编组。"},
        **pager,
    }  # fmt: skip
    stats = [{"label": "村（社区）", "value": len(found)}, {"label": "编组不齐", "value": short, "level": "orange" if short else ""}]
    return _page(request, "teams", stats=stats, lists=[("", shown)])


@require_GET
def roster(request: Request) -> HttpResponse:
    """值班表 of a day; a 紧密型 pair sees one and the same."""
    actor = _actor(request)
    day = clock.today()
    if given := request.GET.get("day"):
        try:
            day = date.fromisoformat(given)
        except ValueError as error:
            raise NotThere("没有这一天。") from error
    lines = queries.roster(actor, actor.org_id, day)
    cancels = actor.has(*policies.ROSTERERS)
    shown = {
        "id": "roster", "caption": "值班表",
        "columns": [{"label": "人员"}, {"label": "班次", "width": "narrow"}, {"label": "时间", "kind": "span"}, {"label": "类别"}, {"label": "单位"}],
        "rows": [
            {
                "id": line["id"],
                "cells": [
                    line["service__name"], rules.TASKS[line["task"]], (line["during"].lower, line["during"].upper),
                    _kind(line["service__staff_kind"]), line["service__org__name"],
                ],
            }
            | ({"act": {"label": "撤班", "method": "post", "url": reverse("force:cancel_duty", args=[line["id"]])}} if cancels else {})
            for line in lines
        ],
        "filters": [{"name": "day", "label": "日期", "kind": "date", "value": day.isoformat()}],
        "total": len(lines),
    }  # fmt: skip
    return _page(request, "roster", lists=[("", shown)])


@require_GET
def stations(request: Request) -> HttpResponse:
    """派出所机构: mode, template and units of each station; who is in none of them."""
    actor = _actor(request)
    every, loose = queries.stations(actor), queries.posts_in_no_unit(actor)
    organises = actor.has(*policies.ORGANISERS)
    made = {
        "id": "stations", "caption": "派出所机构",
        "columns": [{"label": "派出所"}, {"label": "模式"}, {"label": "模板"}, {"label": "内设机构"}, {"label": "缺少"}],
        "rows": [
            {
                "id": row["id"], "state": "late" if row["flagged"] else "",
                "cells": [
                    row["name"], rules.MODES.get(row["mode"], ""), rules.templates()[row["template"]] if row["applied"] else "未套用",
                    "、".join(name for name, org in row["units"] if org), "、".join(row["lacking"]) if row["applied"] or row["mode"] == "standard" else "",
                ],
            }
            | ({"act": {"label": "套用模板", "url": reverse("force:template", args=[row["id"]])}} if organises else {})
            for row in every
        ],
        "empty": {"title": "没有派出所"},
    }  # fmt: skip
    posts = {
        "id": "posts", "caption": "不在任何内设机构的岗位",
        "columns": [{"label": "姓名"}, {"label": "岗位"}, {"label": "类别"}, {"label": "所在机构"}, {"label": "派出所"}],
        "rows": [
            {"id": row["post"], "cells": [row["name"], row["title"] or _role(row["role"]), row["staff_kind"], row["org"], row["station"]]}
            for row in loose
        ],
        "total": len(loose),
        "empty": {"title": "每个岗位都在内设机构中", "icon": "done"},
    }  # fmt: skip
    flagged = sum(row["flagged"] for row in every)
    stats = [{"label": "派出所", "value": len(every)}, {"label": "标准型缺机构", "value": flagged, "level": "orange" if flagged else ""}]
    return _page(request, "stations", stats=stats, lists=[("", made), ("不在任何内设机构的岗位", posts)])


def _role(role: str) -> str:
    return dict(ROLE_WORDS).get(role, role)  # type: ignore[call-overload]


# --- changes ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One form of the force: its words, its act, where one goes afterwards."""

    title: str
    form: type[forms.Choosing]
    act: Callable[..., Any]
    may: Callable[[Actor], None]
    done: str
    to: str
    choices: Callable[[Actor], dict[str, Any]] = lambda actor: {}
    lead: str = ""


def _people(actor: Actor) -> dict[str, Any]:
    return {"service_id": queries.service_choices(actor)}


def _areas(actor: Actor) -> list[tuple[int, str]]:
    return [(area["id"], f"{area['name']}（{area['code']}）") for area in places.areas(actor)]


STEPS = {
    "service": Step("登记任职", forms.EnlistForm, acts.enlist, policies.may_place, "已登记。", "gaps",
                    lambda actor: {"org_id": queries.units(actor)}, "登记本单位人员；入格另行安排。"),
    "placement": Step("入格", forms.PlaceForm, acts.place, policies.may_place, "已入格。", "placements",
                      lambda actor: _people(actor) | {"area_id": _areas(actor)}, "民警编入一级网格，辅警编入二级，警务助理编入三级。"),
    "duty": Step("排班", forms.DutyForm, acts.put_on_duty, policies.may_roster, "已排班。", "roster", _people,
                 "紧密型派出所共用一张值班表。"),
    "formula": Step("设置编组公式", forms.FormulaForm, acts.set_formula, policies.may_organise, "已设置。", "stations",
                    lambda actor: {"org_id": queries.formula_owners(actor)}),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def step(request: Request, name: str) -> HttpResponse:
    """One of the forms in STEPS, and its act."""
    actor = _actor(request)
    if name not in STEPS:
        raise NotThere
    one = STEPS[name]
    one.may(actor)
    form = one.form(request.POST if request.method == "POST" else None, choices=one.choices(actor), initial=request.GET.dict())
    if request.method == "POST" and form.is_valid() and done(form, one.act, actor, **form.cleaned_data):
        messages.success(request, one.done)
        return redirect(f"force:{one.to}")
    return _form(request, form, one.title, one.lead, name)


@require_http_methods(["GET", "POST"])
def placement(request: Request, placement_id: uuid.UUID) -> HttpResponse:
    """One placement: moved to another area by its form, or ended."""
    actor = _actor(request)
    found = queries.placement(actor, placement_id)
    moves = actor.has(*policies.PLACERS)
    form = forms.MoveForm(request.POST if request.method == "POST" else None, choices={"area_id": _areas(actor)}) if moves else None
    if request.method == "POST":
        policies.may_place(actor)
        if form is not None and form.is_valid() and done(form, acts.move, actor, placement_id=placement_id, **form.cleaned_data):
            messages.success(request, "已调整。")
            return redirect("force:placements")
    context = {
        "found": found, "kind": _kind(found.service.staff_kind), "tier": _tier(found.tier), "form": form,
        "end_form": forms.EndForm(auto_id="end_%s") if moves else None,
    }  # fmt: skip
    return render(request, "force/placement.html", context, status=422 if form is not None and form.errors else 200)


@require_POST
def end(request: Request, placement_id: uuid.UUID) -> HttpResponse:
    """出格."""
    actor = _actor(request)
    form = forms.EndForm(request.POST)
    if not form.is_valid():
        raise Invalid({"on": "请填写停止日期。"})
    acts.end_placement(actor, placement_id=placement_id, **form.cleaned_data)
    messages.success(request, "已出格。")
    return redirect("force:placements")


@require_http_methods(["GET", "POST"])
def import_roll(request: Request) -> HttpResponse:
    """导入入格名册, and what became of each line."""
    actor = _actor(request)
    policies.may_place(actor)
    form = forms.RollForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        result = acts.import_placements(actor, rows=form.cleaned_data["file"], on=form.cleaned_data["on"])
        refused = {
            "id": "refused", "caption": "未导入的行", "columns": [{"label": "数据行"}, {"label": "原因"}],
            "rows": [{"id": at, "cells": [f"第 {at} 行", reason]} for at, reason in result.refused],
            "empty": {"title": "全部导入", "icon": "done"},
        }  # fmt: skip
        stats = [
            {"label": "新入格", "value": result.made}, {"label": "已在格", "value": result.same},
            {"label": "未导入", "value": len(result.refused), "level": "orange" if result.refused else ""},
        ]  # fmt: skip
        return _page(request, "placements", stats=stats, lists=[("未导入的行", refused)])
    return _form(request, form, "导入入格名册", "同一名册可再次导入，不会重复。", "import")


@require_http_methods(["GET", "POST"])
def template(request: Request, station_id: int) -> HttpResponse:
    """套用机构模板."""
    actor = _actor(request)
    policies.may_organise(actor)
    station = next((row for row in queries.stations(actor) if row["id"] == station_id), None)
    if station is None:
        raise NotThere
    form = forms.TemplateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and done(form, acts.apply_template, actor, station_id=station_id, **form.cleaned_data):
        messages.success(request, "已套用。")
        return redirect("force:stations")
    lead = f"{station['name']}：已有的机构保留，缺少的设立；换用模板后不再需要的机构停用，历史保留。"
    return _form(request, form, "套用机构模板", lead, "template")


@require_POST
def cancel_duty(request: Request, duty_id: uuid.UUID) -> HttpResponse:
    """撤班."""
    acts.cancel_duty(_actor(request), duty_id=duty_id)
    messages.success(request, "已撤班。")
    return redirect("force:roster")



def _form(request: Request, form: Form, title: str, lead: str, name: str) -> HttpResponse:
    context = {"form": form, "title": title, "lead": lead, "name": name}
    return render(request, "force/step.html", context, status=422 if form.errors else 200)
