"""调解: on a dispute's page, and a session's own page with its steps."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Invalid, NotThere
from fengqiao.core.forms import done
from fengqiao.core.web import Request, made, once
from fengqiao.disputes import acts, forms, policies, rules
from fengqiao.disputes.queries import DisputePage, mediation
from fengqiao.disputes.queries.mediation import Sitting
from fengqiao.disputes.views import registers
from fengqiao.disputes.views.steps import Step, offer
from fengqiao.intake.forms import StepForm


def _planning(actor: Actor, page: DisputePage) -> dict[str, Any]:
    return {"planning": mediation.planning(actor, page)}


STEPS: dict[str, Step] = {
    "mediate": Step("约定调解", forms.PlanForm, acts.plan_session, "已约定调解。", "调解室、调解员同一时段只能约定一次。", _planning, policies.may_work),
    "recuse": Step("提出回避", forms.RecuseForm, acts.ask_recusal, "已提出回避，两日内决定；决定前不得安排该调解员。",
                   "当事人的近亲属、与本案有利害关系的，应当回避。", _planning, policies.may_revisit),
    "depart": Step("登记离开日期", forms.DepartForm, acts.set_departure, "已登记。", "", None, policies.may_revisit, True),
}  # fmt: skip


def section(actor: Actor, page: DisputePage) -> dict[str, Any] | None:
    """Sessions, recusals, where it was raised, and when a party leaves."""
    return {
        "template": "disputes/_mediation.html", "sittings": page.sittings, "recusals": mediation.recusal_lines(page.held.recusals),
        "sources": mediation.sources(page), "departs_on": page.departs_on, "violence": page.violence,
        "may_decide": actor.has(*policies.DECIDES_RECUSAL),
    }  # fmt: skip


def first(actor: Actor, page: DisputePage) -> dict[str, Any] | None:
    """The next step of a dispute at work that is or was mediated: the session to be held, the result to be taken over."""
    if not actor.has(*policies.WORKS) or page.violence:
        return None
    if waiting := _results(page):
        return waiting[0]
    planned = next((one for one in page.sittings if one.state == "planned"), None)
    if planned is None:
        return None
    note = f"{planned.kind_word}已约定：{planned.room or planned.way_word}，{'、'.join(one.name for one in planned.mediators)}。"
    return {"label": "打开调解", "url": reverse("disputes:sitting", args=[planned.id]), "method": "get", "allowed": True, "note": note, "due": planned.starts_at}


def offers(actor: Actor, page: DisputePage) -> list[dict[str, Any]]:
    """Planning a session, asking for a recusal, a visitor's departure; taking over what the justice office came to."""
    if page.state not in rules.LIVE or page.led_by or page.violence:
        return []
    works = actor.has(*policies.WORKS)
    found = _results(page) if works and page.own else []
    planned = any(one.state == "planned" for one in page.sittings)
    if works and not planned and page.state in ("working", "reopened") and (page.own or actor.has(Role.MEDIATOR)):
        found.append(offer(page, "mediate", "约定调解"))
    if actor.has(*policies.REVISITS):
        found.append(offer(page, "recuse", "提出回避"))
        found += [offer(page, "depart", "登记离开日期")] if page.own else []
    return found


def _results(page: DisputePage) -> list[dict[str, Any]]:
    """What sessions came to and is not told to the dispute yet: taken over with one key, nothing typed again."""
    return [
        {"label": f"按调解结果登记：{heard.outcome_word}", "url": reverse("disputes:tell_hearing", args=[heard.id]), "method": "post", "allowed": True}
        for sitting in page.sittings
        for heard in sitting.heard
        if heard.dispute_id == page.id and heard.outcome in ("settled", "failed") and not heard.told and page.state in rules.AT_WORK
    ]


# --- one session -------------------------------------------------------------------------------------------------------


@require_GET
def sitting(request: Request, session_id: uuid.UUID) -> HttpResponse:
    """One session: when, where, who, what each dispute came to; its next step."""
    return _sitting(request, mediation.session_page(request.actor, session_id))


def _sitting(request: Request, shown: Sitting, name: str = "", form: StepForm | None = None, status: int = 200) -> HttpResponse:
    actor: Actor = request.actor
    works, asks = actor.has(*policies.WORKS), actor.has(*policies.REVISITS)
    here = lambda one: reverse("disputes:sitting_step", args=[shown.id, one])  # noqa: E731
    step: dict[str, Any] | None = None
    others: list[dict[str, Any]] = []
    if shown.state == "planned":
        step = {"label": "登记调解", "url": here("hold"), "method": "get", "allowed": works and not shown.waits_for,
                "reason": shown.waits_for or "由民警、所领导、值班人员或调解员登记。"}  # fmt: skip
        others += [{"label": "一方不愿继续", "url": here("stop"), "method": "get", "allowed": True}] if asks else []
        others += [{"label": "取消本次调解", "url": here("cancel"), "method": "get", "allowed": True}] if works else []
    context = {
        "shown": shown, "step": step, "others": others, "name": name, "form": form, "words": TITLES.get(name, ""),
        "asks": asks and shown.state == "planned", "minutes": mediation.minutes_of(actor, shown.id) if shown.state == "held" else "",
    }  # fmt: skip
    return render(request, "disputes/sitting.html", context, status=status)


TITLES = {"hold": "登记调解", "stop": "终止调解", "cancel": "取消调解"}
DOING: dict[str, tuple[type[StepForm], Callable[..., Any], str, Callable[[Actor], None]]] = {
    "hold": (forms.HoldForm, acts.hold_session, "已登记调解。", policies.may_work),
    "stop": (forms.StopForm, acts.stop_session, "已终止调解。", policies.may_revisit),
    "cancel": (forms.StopForm, acts.cancel_session, "已取消，调解室和调解员的时间已释放。", policies.may_work),
}


@require_http_methods(["GET", "POST"])
def sitting_step(request: Request, session_id: uuid.UUID, name: str) -> HttpResponse:
    """Hold, stop or cancel a session."""
    actor: Actor = request.actor
    if name not in DOING:
        raise NotThere
    kind, act, said, may = DOING[name]
    shown = mediation.session_page(actor, session_id)
    may(actor)
    around = {"actor": actor, "sitting": shown, "methods": mediation.methods(actor, shown.method_id) if name == "hold" else []}
    form = kind(request.POST if request.method == "POST" else None, around=around)
    there = redirect("disputes:sitting", session_id)
    if request.method == "POST":
        if once(request):
            return there
        if form.is_valid() and done(form, act, actor, renamed=registers.BESIDE, session_id=session_id, **form.cleaned_data):
            made(request, {"session": str(session_id)})
            messages.success(request, said)
            return there
    return _sitting(request, shown, name, form, 422 if form.errors else 200)


@require_POST
def agree(request: Request, session_id: uuid.UUID, party_id: uuid.UUID) -> HttpResponse:
    """A side was asked: it consents, or it does not."""
    if request.POST.get("consents") not in ("yes", "no"):
        raise Invalid({"consents": "请选择同意或不同意。"})
    acts.agree_session(request.actor, session_id=session_id, party_id=party_id, consents=request.POST["consents"] == "yes")
    messages.success(request, "已登记。")
    return redirect("disputes:sitting", session_id)


@require_POST
def tell_hearing(request: Request, hearing_id: uuid.UUID) -> HttpResponse:
    """按调解结果登记: nothing is typed again."""
    acts.tell_hearing(request.actor, hearing_id=hearing_id)
    messages.success(request, "已按调解结果登记。")
    return redirect("disputes:page", mediation.dispute_of(hearing_id))


urlpatterns = [
    path("mediation/", registers.day, name="mediation"),
    path("mediation/sessions/<uuid:session_id>/", sitting, name="sitting"),
    path("mediation/sessions/<uuid:session_id>/<slug:name>/", sitting_step, name="sitting_step"),
    path("mediation/sessions/<uuid:session_id>/agree/<uuid:party_id>/", agree, name="agree"),
    path("mediation/hearings/<uuid:hearing_id>/tell/", tell_hearing, name="tell_hearing"),
    *registers.urlpatterns,
]
