"""What mediation stands on: the rooms' day, committees, methods, co-operation, recusals, the lawyers' rota."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fengqiao.core import clock
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import NotThere
from fengqiao.core.forms import done
from fengqiao.core.web import Request, made, once
from fengqiao.disputes import acts, forms, policies, queries
from fengqiao.disputes.queries import mediation
from fengqiao.intake.forms import StepForm

# what the acts of mediation take → the field of their forms it is asked in
BESIDE = {"mediators": "mediator", "outcomes": "outcome_1", "form": "way"}


@dataclass(frozen=True, slots=True)
class Register:
    """One register: its words, its form and act, who keeps it, what its form must know."""

    title: str
    form: type[StepForm]
    act: Callable[..., Any]
    done: str
    keeps: frozenset[str]
    around: Callable[[Actor], dict[str, Any]]


REGISTERS = {
    "rooms": Register("登记调解室", forms.RoomForm, acts.open_room, "已登记调解室，可以预约。", policies.KEEPS_ROOMS - {Role.ADMIN},
                      lambda actor: {"offices": mediation.offices(actor)}),
    "committees": Register("登记调解委员会", forms.CommitteeForm, acts.register_committee, "已登记调解委员会。", policies.KEEPS, lambda actor: {}),
    "members": Register("登记成员", forms.MemberForm, acts.add_member, "已登记成员，任期内可以主持人民调解。", policies.KEEPS,
                        lambda actor: {"committees": mediation.committees(actor), "people": mediation.mediator_accounts(actor)}),
    "methods": Register("登记工作法", forms.MethodForm, acts.make_method, "已登记工作法。", policies.KEEPS, lambda actor: {}),
    "cooperation": Register("登记两所联动", forms.CooperateForm, acts.cooperate, "已登记两所联动。", policies.KEEPS, lambda actor: {
        "offices": mediation.partners(actor), "areas": queries.cooperation_areas(actor.station_id or actor.org_id)}),
}  # fmt: skip
TABS = {"mediation": "调解室", "committees": "调解委员会", "methods": "工作法", "cooperation": "两所联动", "lawyers": "律师值班"}


def _tabs(actor: Actor, here: str) -> list[dict[str, Any]]:
    return [{"label": label, "url": reverse(f"disputes:{name}"), "active": name == here} for name, label in TABS.items()]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()


@require_GET
def day(request: Request) -> HttpResponse:
    """调解室: every room with its bookings of a day, and what mediation came to this month, by kind."""
    actor: Actor = request.actor
    on = _day(request.GET.get("on", ""))
    context = {
        "tabs": _tabs(actor, "mediation"), "on": on, "before": on - timedelta(days=1), "after": on + timedelta(days=1),
        "rooms": mediation.rooms(actor, on), "counted": mediation.counted(actor, on.replace(day=1), on),
        "may": actor.has(*REGISTERS["rooms"].keeps),
    }  # fmt: skip
    return render(request, "disputes/mediation.html", context)


@require_GET
def committees(request: Request) -> HttpResponse:
    """调解委员会 with their members in term."""
    actor: Actor = request.actor
    context = {"tabs": _tabs(actor, "committees"), "committees": mediation.committees(actor), "may": actor.has(*policies.KEEPS)}
    return render(request, "disputes/committees.html", context)


@require_GET
def methods(request: Request) -> HttpResponse:
    """工作法 with their words, and how they served."""
    actor: Actor = request.actor
    policies.may_read(actor)
    context = {
        "tabs": _tabs(actor, "methods"), "methods": mediation.methods(actor), "usage": mediation.usage(actor),
        "may": actor.has(*policies.KEEPS),
    }  # fmt: skip
    return render(request, "disputes/methods.html", context)


@require_GET
def cooperation(request: Request) -> HttpResponse:
    """两所联动 by content area."""
    actor: Actor = request.actor
    context = {
        "tabs": _tabs(actor, "cooperation"), "lines": mediation.cooperation(actor), "counted": mediation.cooperation_counted(actor),
        "may": actor.has(*policies.KEEPS),
    }  # fmt: skip
    return render(request, "disputes/cooperation.html", context)


@require_http_methods(["GET", "POST"])
def register(request: Request, name: str) -> HttpResponse:
    """The form of one register."""
    actor: Actor = request.actor
    if name not in REGISTERS:
        raise NotThere
    one = REGISTERS[name]
    policies.need(actor, one.keeps, "当前岗位不能登记。")
    back = {"rooms": "mediation", "members": "committees"}.get(name, name)
    return _filled(request, one.form, one.act, one.title, one.done, reverse(f"disputes:{back}"), TABS[back], f"register.{name}", one.around(actor))


def _filled(
    request: Request, kind: type[StepForm], act: Callable[..., Any], title: str, said: str, back: str, crumb: str, key: str,
    around: dict[str, Any], **given: Any,
) -> HttpResponse:  # fmt: skip
    """Show a form, or take it: one act, then back to the list."""
    actor: Actor = request.actor
    form = kind(request.POST if request.method == "POST" else None, around={"actor": actor, **around})
    if request.method == "POST":
        if once(request):
            return redirect(back)
        if form.is_valid() and done(form, act, actor, renamed=BESIDE, **given, **form.cleaned_data):
            made(request, {"done": key})
            messages.success(request, said)
            return redirect(back)
    context = {"form": form, "title": title, "back": back, "crumb": crumb, "key": key, **around}
    return render(request, "disputes/fill.html", context, status=422 if form.errors else 200)


@require_POST
def end(request: Request, name: str, row_id: uuid.UUID) -> HttpResponse:
    """End a member's term as of today, or a method."""
    actor: Actor = request.actor
    if name == "members":
        acts.end_member(actor, member_id=row_id, until=clock.today())
    elif name == "methods":
        acts.end_method(actor, method_id=row_id)
    else:
        raise NotThere
    messages.success(request, "已终止。" if name == "members" else "已停用。")
    return redirect("disputes:committees" if name == "members" else "disputes:methods")


# --- recusals ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def recusal(request: Request, recusal_id: uuid.UUID) -> HttpResponse:
    """决定回避."""
    actor: Actor = request.actor
    shown = mediation.recusal(actor, recusal_id)
    queries.may_decide_on(actor, shown["account_id"])
    there = [one for one in mediation.mediators_for(actor, shown["dispute_id"]) if one.account_id != shown["account_id"]]
    return _filled(
        request, forms.DecideRecusalForm, acts.decide_recusal, "决定回避", "已决定。", reverse("disputes:page", args=[shown["dispute_id"]]),
        shown["number"], f"recusal.{recusal_id}", {"mediators": there, "recusal": shown}, recusal_id=recusal_id,
    )  # fmt: skip


# --- lawyers -----------------------------------------------------------------------------------------------------------


@require_GET
def lawyers(request: Request) -> HttpResponse:
    """律师值班: the rota from today; open stretches stand out. For a lawyer: the own stretches."""
    actor: Actor = request.actor
    lawyer = actor.has(Role.LAWYER)
    today = clock.today()
    context = {
        "tabs": [] if lawyer else _tabs(actor, "lawyers"), "slots": mediation.slots(actor), "lawyer": lawyer,
        "counted": [] if lawyer else mediation.advice_counted(actor, today.replace(day=1), today), "may": actor.has(*policies.KEEPS_ROTA),
    }  # fmt: skip
    return render(request, "disputes/lawyers.html", context)


@require_http_methods(["GET", "POST"])
def new_slot(request: Request) -> HttpResponse:
    """安排律师值班时段."""
    actor: Actor = request.actor
    policies.may_keep_rota(actor)
    around = {"rooms": mediation.bookable(actor), "lawyers": mediation.lawyers(actor)}
    return _filled(request, forms.SlotForm, acts.open_slot, "安排律师值班", "已安排。", reverse("disputes:lawyers"), TABS["lawyers"], "slot", around)


@require_http_methods(["GET", "POST"])
def slot(request: Request, slot_id: uuid.UUID, name: str) -> HttpResponse:
    """Assign a lawyer, cancel a stretch; for the lawyer: write down, read back and delete advice."""
    actor: Actor = request.actor
    shown = mediation.slot(actor, slot_id)
    back = reverse("disputes:lawyers")
    if name == "assign":
        policies.may_keep_rota(actor)
        around: dict[str, Any] = {"lawyers": mediation.lawyers(actor), "slot": shown}
        return _filled(request, forms.AssignForm, acts.assign_lawyer, "安排值班律师", "已安排。", back, TABS["lawyers"], f"slot.{slot_id}", around, slot_id=slot_id)
    if name == "advise":
        policies.may_advise(actor)
        around = {"slot": shown, "advice": mediation.my_advice(actor, slot_id)}
        here = reverse("disputes:slot", args=[slot_id, "advise"])
        return _filled(request, forms.AdviseForm, acts.advise, "登记咨询", "已登记，内容只有律师本所可读。", here, TABS["lawyers"], f"advise.{slot_id}", around, slot_id=slot_id)
    if name == "cancel" and request.method == "POST":
        acts.cancel_slot(actor, slot_id=slot_id)
        messages.success(request, "已取消该时段。")
        return redirect(back)
    if name == "forget" and request.method == "POST":
        policies.may_advise(actor)
        acts.forget_advice(actor, advice_id=chosen(request.POST.get("advice", "")))
        messages.success(request, "内容已删除，咨询仍计次。")
        return redirect("disputes:slot", slot_id, "advise")
    raise NotThere


def chosen(text: str) -> uuid.UUID:
    """The row a button names; NotThere for anything else."""
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotThere from error


urlpatterns = [
    path("mediation/committees/", committees, name="committees"),
    path("mediation/methods/", methods, name="methods"),
    path("mediation/cooperation/", cooperation, name="cooperation"),
    path("mediation/registers/<slug:name>/", register, name="register"),
    path("mediation/registers/<slug:name>/<uuid:row_id>/end/", end, name="register_end"),
    path("mediation/recusals/<uuid:recusal_id>/", recusal, name="recusal"),
    path("mediation/lawyers/", lawyers, name="lawyers"),
    path("mediation/lawyers/new/", new_slot, name="slot_new"),
    path("mediation/lawyers/<uuid:slot_id>/<slug:name>/", slot, name="slot"),
]
