"""接报 at the window: the form, what is similar while it is being filled, the card reader, the receipt."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Forbidden, Invalid
from fengqiao.core.rules import BadInput
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.web import Request, made, once
from fengqiao.intake import acts, forms, paper, ports, queries
from fengqiao.intake.forms_places import Placed

ENOUGH = 4  # characters of text below which nothing is looked up
SUSPECTS = 4  # hits shown beside the form
NOT_COMPARING = (Role.GRID, Role.VOLUNTEER, Role.PARTNER)  # they are shown nothing of other people's matters


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """接报: taken, attached to a matter known already, or shown again with what is wrong beside the fields."""
    actor = _receiver(request)
    units = queries.stations(actor) if actor.has(Role.CENTRE) else []
    form = forms.Received(actor, request.POST if request.method == "POST" else None, units=units)
    if request.method == "GET":
        return _form(request, form)
    form.report.bounds = queries.county(actor)
    if before := once(request):
        return redirect("intake:receipt", before["report"])
    if not form.is_valid():
        return _form(request, form, status=422)
    report = form.given()
    try:
        if joined := request.POST.get("attach") or request.POST.get("again"):
            # 再次发生 is the officer's word; without it the six-hour rule decides whether it happened again
            again = True if "again" in request.POST else None
            receipt = acts.attach(actor, report=report, matter_id=_id(joined), again=again)
        else:
            apart = [_id(one) for one in request.POST.getlist("not_same")]
            receipt = acts.receive(actor, report=report, org_id=form.report.cleaned_data.get("org"), apart=apart)
    except Invalid as error:
        form.refuse(error.fields)
        return _form(request, form, status=422)
    made(request, {"report": receipt.report_id})
    return redirect("intake:receipt", receipt.report_id)


def _form(request: Request, form: forms.Received, status: int = 200) -> HttpResponse:
    actor: Actor = request.actor
    context = {
        "form": form,
        "collected": queries.collected(),
        "comparing": not actor.has(*NOT_COMPARING),
        "card": "id_number" in form.parties[0].fields,
    }
    if form.report.is_bound and context["comparing"]:
        context |= _likeness(request)
    return render(request, "intake/new.html", context, status=status)


@require_POST
def similar(request: Request) -> HttpResponse:
    """Beside the form while it is typed: is this known already, of what kind is it, is it the police's at all?"""
    actor: Actor = request.actor
    if actor.has(*NOT_COMPARING, Role.ADMIN, Role.RIGHTS):
        raise Forbidden("当前岗位不核对相似事项。")
    return render(request, "intake/_similar.html", _likeness(request))


def _likeness(request: Request) -> dict[str, Any]:
    actor: Actor = request.actor
    report, time = forms.sketch(actor, request.POST)
    if len(report.text.strip()) < ENOUGH and not any(p.phone or p.id_number for p in report.parties):
        return {"time": time, "read": report.occurred}
    kind = queries.type_suggestion(report.text)
    elsewhere = None
    if kind["elsewhere"]:
        office = vocabulary("elsewhere")[str(kind["elsewhere"])]
        elsewhere = {"name": office.name, **office.more}
    return {
        "asked": True,
        "pairs": [(pair, _opened(actor, pair)) for pair in queries.similar_to(actor, report, limit=SUSPECTS)],
        "apart": set(request.POST.getlist("not_same")),
        "kind": kind if kind["code"] else None,
        "chosen": report.kind,
        "elsewhere": elsewhere,
        "time": time,
        "read": report.occurred,
    }


def _opened(actor: Actor, pair: queries.Pair) -> list[ports.OnMatter]:
    """What trades have on a suspected matter: an agreement of 3 May unpaid is what the window must hear."""
    return [] if pair.closed else ports.opened_on(actor, uuid.UUID(pair.other_id))


@require_GET
def kind(request: Request, code: str) -> HttpResponse:
    """The list of kinds with the suggested one chosen."""
    actor: Actor = request.actor
    form = forms.ReportForm(actor=actor, initial={"kind": code})
    if "kind" not in form.fields:
        raise Forbidden("当前岗位不选择类别。")
    return render(request, "intake/_kind.html", {"field": form["kind"]})


@require_POST
def places(request: Request) -> HttpResponse:
    """Places that what is typed may mean. Asked by POST: an address does not belong into an address line."""
    actor = _receiver(request)
    typed, of = (request.POST.get(name, "").strip()[:200] for name in ("place_text", "place_of"))
    context = {"typed": typed, "spots": queries.spots(actor, typed), "lost": bool(of) and not typed.startswith(of)}
    return render(request, "intake/_spots.html", context)


@require_POST
def place(request: Request) -> HttpResponse:
    """The fields of the place with a chosen one in them."""
    _receiver(request)
    fields = {name: request.POST.get(name, "")[:200] for name in ("place_text", "lat", "lon")}
    form = Placed(initial=fields | {"system": "WGS84", "place_of": fields["place_text"] if fields["lat"] else ""})
    form.fields["place_text"].widget.attrs["data-focus"] = True  # the button that was pressed is gone
    answer = render(request, "intake/_place.html", {"form": form})
    return trigger_client_event(answer, "fq:placed", after="swap")


def _receiver(request: Request) -> Actor:
    actor: Actor = request.actor
    if actor.has(Role.ADMIN, Role.RIGHTS, Role.LAWYER):
        raise Forbidden("当前岗位不受理接报。")
    return actor


@require_POST
def card(request: Request) -> HttpResponse:
    """What the card reader typed goes into the first row without a name. Nothing is stored; only name and number are read."""
    actor: Actor = request.actor
    if actor.has(Role.GRID, Role.VOLUNTEER):
        raise Forbidden("当前岗位不采集证件号码。")
    data, wrong = request.POST.copy(), ""
    sent = str(data.pop("card", [""])[0])
    row = next((i for i in range(forms.ROWS) if not data.get(f"p{i}-name", "").strip()), None)
    try:
        name, number = forms.read_card(sent)
        if row is None:
            raise BadInput("当事人已填满，请先清空一行。")
        data[f"p{row}-name"], data[f"p{row}-id_number"] = name, number
    except BadInput as error:
        wrong, row = str(error), None
    form = forms.Received(actor, data)
    for one in form.parties:
        one.errors.clear()  # nothing is judged before it is sent
    return render(request, "intake/_parties.html", {"form": form, "collected": queries.collected(), "card": True, "card_wrong": wrong,
                                                    "card_row": row})  # fmt: skip


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Invalid({"text": "所选事项已变动，请重新选择后提交。"}) from None


@require_GET
def receipt(request: Request, report_id: uuid.UUID) -> HttpResponse:
    """接报回执: the number at once; 已在办 when the matter was known."""
    actor: Actor = request.actor
    return render(request, "intake/receipt.html", {"page": queries.receipt_page(actor, report_id)})


@require_GET
def receipt_pdf(request: Request, report_id: uuid.UUID) -> HttpResponse:
    """The receipt as paper for the one who reported. It names them in full: one access line."""
    actor: Actor = request.actor
    page = queries.receipt_printed(actor, report_id)
    return paper.answer("receipt", paper.of_receipt(page), page.receipt)


@require_GET
def case_pdf(request: Request, report_id: uuid.UUID) -> HttpResponse:
    """受案回执: only of a matter whose case number was entered (程序规定 60, 61)."""
    actor: Actor = request.actor
    page = queries.receipt_printed(actor, report_id, case=True)
    return paper.answer("case", paper.of_receipt(page), f"{page.receipt}-受案")
