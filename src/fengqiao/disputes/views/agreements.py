"""协议、履行、司法确认、复盘 on a dispute's page: the agreement's own form with its plan, the receipt, the smaller steps."""

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from fengqiao.core.actor import Actor
from fengqiao.core.errors import Forbidden, Refused
from fengqiao.core.forms import done
from fengqiao.core.web import Request, made, once
from fengqiao.disputes import acts, forms, policies, queries, rules
from fengqiao.disputes.queries import DisputePage
from fengqiao.disputes.rules import agreements
from fengqiao.disputes.views import calls, reviews
from fengqiao.disputes.views.steps import Step, offer
from fengqiao.intake import queries as intake


def _standing(dispute_id: uuid.UUID) -> uuid.UUID:
    found = queries.standing(dispute_id)
    if found is None:
        raise Refused("还没有登记协议。")
    return found.id


def _waive(actor: Actor, *, dispute_id: uuid.UUID, **given: Any) -> None:
    acts.waive(actor, **given)


def _apply(actor: Actor, *, dispute_id: uuid.UUID, **given: Any) -> None:
    acts.apply_confirmation(actor, agreement_id=_standing(dispute_id), **given)


def _court(actor: Actor, *, dispute_id: uuid.UUID, **given: Any) -> None:
    shown = queries.dispute_page(actor, dispute_id).agreement
    if shown is None or shown.confirmation is None:
        raise Refused("还没有登记司法确认申请。")
    acts.note_confirmation(actor, confirmation_id=shown.confirmation.id, **given)


def _hands(actor: Actor, page: DisputePage) -> dict[str, Any]:
    owners = intake.owners(actor, intake.matter_page(actor, page.matter_id))
    return {"owners": owners, "receivers": intake.receivers(actor)}


STEPS: dict[str, Step] = {
    "waive": Step("登记免除", forms.WaiveForm, _waive, "已登记免除。", may=policies.may_work, led=True),
    "hand-plan": Step("移交履行计划", forms.HandPlanForm, acts.hand_plan, "已移交，首次回访后可以结案。",
                      "余下的履行由指定的人或单位跟进，逾期即提醒；不免除任何人的义务。", around=_hands, may=policies.may_work, led=True),
    "confirm": Step("申请司法确认", forms.ConfirmForm, _apply, "已登记申请。", "双方共同申请，自协议生效之日起三十日内。",
                    may=policies.may_work, led=True),
    "court": Step("登记法院结果", forms.CourtForm, _court, "已登记。", may=policies.may_work, led=True),
    **reviews.STEPS,
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def agree(request: Request, dispute_id: uuid.UUID) -> HttpResponse:
    """登记协议: who owes whom how much until when; the plan stands beside it before it is saved."""
    actor: Actor = request.actor
    page = queries.dispute_page(actor, dispute_id)
    policies.may_work(actor)
    if not page.own:
        raise Forbidden(f"纠纷由{page.org}主办，本单位可以查看和记录。")
    form = forms.AgreeForm(request.POST if request.method == "POST" else None, around={"page": page})
    if request.method == "POST":
        if once(request):
            return redirect("disputes:page", dispute_id)
        if form.is_valid():
            owed = form.plan()
            if not form.errors and _agreed(form, actor, dispute_id, owed):
                made(request, {"dispute": str(dispute_id)})
                messages.success(request, "已登记协议。")
                return redirect("disputes:page", dispute_id)
    context = {"form": form, "page": page, "plan": _plan(form) if request.method == "POST" else None}
    return render(request, "disputes/agree.html", context, status=422 if form.errors else 200)


def _agreed(form: forms.AgreeForm, actor: Actor, dispute_id: uuid.UUID, owed: list[agreements.Owed]) -> Any:
    given = form.cleaned_data
    return done(
        form, acts.agree, actor, dispute_id=dispute_id, owed=owed, total=given.get("amount") or Decimal(0),
        effective_at=form.effective_at(), status=given.get("status", False), form=given["way"],
        **{name: given[name] for name in ("kind", "content", "tier", "version")},
        renamed={"form": "way", "total": "amount", "effective_at": "agreed_on", "text": "other"},
    )  # fmt: skip


@require_POST
def preview(request: Request, dispute_id: uuid.UUID) -> HttpResponse:
    """What the form comes to, line by line, while it is filled in; nothing is saved."""
    page = queries.dispute_page(request.actor, dispute_id)
    policies.may_work(request.actor)
    form = forms.AgreeForm(request.POST, around={"page": page})
    return render(request, "disputes/_plan.html", {"plan": _plan(form)})


def _plan(form: forms.AgreeForm) -> dict[str, Any]:
    """The lines as far as they can be made out, and what is still wrong with them."""
    form.is_valid()
    names = {p.id: p.name or "未留姓名" for p in form.around["page"].parties}
    lines = form.plan() if "amount" not in form.errors and "number" not in form.errors else []
    wrong = [message for name in ("amount", "paid_now", "number", "due_on", "debtor") for message in form.errors.get(name, [])]
    shown = [
        {
            "who": names.get(one.debtor, ""), "whom": names.get(one.creditor, ""), "amount": one.amount, "text": one.text,
            "due_on": one.due_on, "done": one.done,
        }
        for one in lines
    ]  # fmt: skip
    return {"lines": shown, "total": sum((one.amount or 0 for one in lines), Decimal(0)), "wrong": wrong}


@require_http_methods(["GET", "POST"])
def perform(request: Request, obligation_id: uuid.UUID) -> HttpResponse:
    """登记履行: how much, when, with which receipt."""
    actor: Actor = request.actor
    dispute_id, owed = queries.obligation_shown(actor, obligation_id)
    page = queries.dispute_page(actor, dispute_id)
    policies.may_revisit(actor)
    if not page.own:
        raise Forbidden(f"纠纷由{page.org}主办，本单位可以查看和记录。")
    form = forms.PerformForm(
        request.POST if request.method == "POST" else None, request.FILES or None, around={"owed": owed}
    )
    if request.method == "POST":
        if once(request):
            return redirect("disputes:page", dispute_id)
        if form.is_valid() and _performed(form, actor, obligation_id):
            made(request, {"dispute": str(dispute_id)})
            messages.success(request, "已登记履行。")
            return redirect("disputes:page", dispute_id)
    context = {"form": form, "page": page, "owed": owed}
    return render(request, "disputes/perform.html", context, status=422 if form.errors else 200)


def _performed(form: forms.PerformForm, actor: Actor, obligation_id: uuid.UUID) -> Any:
    given = dict(form.cleaned_data)
    file = given.pop("file", None)
    return done(form, acts.perform, actor, obligation_id=obligation_id, file=(file.name, file.read()) if file else None, **given)


urlpatterns: list[URLPattern] = [
    path("<uuid:dispute_id>/agree/", agree, name="agree"),
    path("<uuid:dispute_id>/agree/plan/", preview, name="plan"),
    path("obligations/<uuid:obligation_id>/", perform, name="perform"),
    *calls.urlpatterns,
    *reviews.urlpatterns,
]


# --- on the page --------------------------------------------------------------------------------------------------------


def section(actor: Actor, page: DisputePage) -> dict[str, Any] | None:
    """What was agreed and how far it is performed, what follows when it is not, reviews."""
    held = page.agreement
    if held is None and not page.reviews:
        return None
    broken = held is not None and any(one.state == "overdue" for one in held.owed)
    confirmed = held is not None and held.confirmation is not None and held.confirmation.result == "confirmed"
    after, article = agreements.after_breach(held.kind_code, confirmed=confirmed) if held and broken else ("", "")
    court = None
    if held and held.confirmation and not held.confirmation.result:
        court = queries.court_due(held.confirmation.accepted_on, held.confirmation.applied_on)
    return {
        "template": "disputes/_agreements.html", "held": held, "earlier": [one for one in page.agreements if not one.stands],
        "after": after, "article": article, "court_due": court, "page": page,
        "may_perform": page.own and actor.has(*policies.REVISITS), "may_review": page.own and actor.has(*policies.DECIDES),
    }  # fmt: skip


def first(actor: Actor, page: DisputePage) -> dict[str, Any] | None:
    """What comes before anything else on a settled dispute: its agreement, then what is over time, then what is due."""
    if page.outcome not in rules.RESOLVED or page.state not in ("settled", "revisited"):
        return None
    held = page.agreement
    if held is None:
        if page.performance in rules.PERFORMED:
            return None
        works = actor.has(*policies.WORKS)
        return _agree(page, allowed=works, note="调解成功，请写明约定和履行期限。")
    late = next((one for one in held.owed if one.state == "overdue"), None)
    after_revisit = page.state == "revisited" and not page.handed
    one = late or (next((one for one in held.owed if one.open), None) if after_revisit else None)
    if one is None:
        return None
    note = f"第 {one.seq} 项 {one.what}，{'已逾期，督促履行；不履行的按下列途径办理' if late else '履行后即可结案'}。"
    return {
        "label": "登记履行", "url": reverse("disputes:perform", args=[one.id]), "method": "get",
        "allowed": actor.has(*policies.REVISITS), "reason": "由民警、辅警或调解员登记。", "note": note, "due": one.due_at,
    }  # fmt: skip


def _agree(page: DisputePage, **said: Any) -> dict[str, Any]:
    url = reverse("disputes:agree", args=[page.id])
    return {"label": "登记协议", "url": url, "method": "get", "allowed": True, "reason": "由民警、所领导、值班人员或调解员登记。", **said}


def offers(actor: Actor, page: DisputePage) -> list[dict[str, Any]]:
    """Steps this post may take now."""
    if not page.own or page.led_by or not actor.has(*policies.WORKS):
        return []
    found: list[dict[str, Any]] = []
    held = page.agreement
    open_ones = [one for one in held.owed if one.open] if held else []
    if not page.violence and (page.state in ("working", "reopened") or (page.state in ("settled", "revisited") and page.outcome in rules.RESOLVED)):
        found.append(_agree(page, label="另立新协议" if held else "登记协议"))
    if page.state in ("settled", "revisited") and open_ones and not page.handed:
        late = any(one.state == "overdue" for one in open_ones)
        found.append(offer(page, "hand-plan", "移交履行计划", allowed=not late, reason="有逾期未履行的事项，不能只移交计划。"))
    if open_ones:
        found.append(offer(page, "waive", "登记免除"))
    if held and held.confirmation is None and held.confirm_until is not None:
        found.append(offer(page, "confirm", "申请司法确认", due=held.confirm_until))
    if held and held.confirmation is not None and not held.confirmation.result:
        found.append(offer(page, "court", "登记法院结果"))
    return found


