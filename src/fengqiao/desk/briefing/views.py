"""晨会: one screen, by keyboard; instructions become orders; 每日警情通报 to copy or print."""

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fengqiao.core import clock
from fengqiao.core.errors import Invalid
from fengqiao.core.forms import blame
from fengqiao.core.web import Request, made, once
from fengqiao.desk.briefing import forms, paper, queries
from fengqiao.intake.queries import lookup
from fengqiao.tasks import acts as tasks
from fengqiao.tasks import queries as task_queries


@require_http_methods(["GET", "POST"])
def briefing(request: Request) -> HttpResponse:
    """The morning's page; a POST gives an instruction."""
    actor = request.actor
    queries.may_read(actor)
    gives = "order" in task_queries.kinds(actor)
    form = forms.InstructionForm(request.POST or None, people=task_queries.colleagues(actor) if gives else [])
    if request.method == "POST" and (once(request) is not None or (form.is_valid() and _given(request, form))):
        return redirect("briefing:briefing")
    of = queries.briefing(actor)
    text, unknown = queries.bulletin(actor, of)
    context = {"of": of, "form": form, "gives": gives, "text": text, "unknown": unknown, "today": clock.today()}
    return render(request, "desk/briefing.html", context, status=422 if form.errors else 200)


def _given(request: Request, form: django_forms.Form) -> bool:
    """The instruction as an order, about a matter when its number was given."""
    actor, got = request.actor, form.cleaned_data
    number = got["number"].strip().upper()
    about = lookup.matter_by_number(actor, number) if number else None
    if number and about is None:
        form.add_error("number", "没有这个事项编号，请核对，或留空。")
        return False
    posts = dict(task_queries.works_in(actor))
    try:
        task = tasks.create(
            actor, title=got["title"], due_at=got["due_at"], kind="order", owner_id=got["owner_id"], to_org_id=posts.get(got["owner_id"]), about=about
        )  # fmt: skip
    except Invalid as error:
        blame(form, error)
        return False
    made(request, {"id": str(task.id)})
    messages.success(request, f"已下达，编号 {task.number}。")
    return True


@require_GET
def bulletin(request: Request) -> HttpResponse:
    """每日警情通报 as PDF."""
    queries.may_read(request.actor)
    text, _ = queries.bulletin(request.actor, queries.briefing(request.actor))
    response = HttpResponse(paper.bulletin(text), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="jingqing-{clock.today():%Y%m%d}.pdf"'
    return response
