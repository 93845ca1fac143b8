"""法定期限与程序: every rule the product counts or refuses by, with its state; the administration adds editions."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fengqiao.core.actor import Role
from fengqiao.core.acts.law import add_edition
from fengqiao.core.errors import Forbidden, Invalid, NotThere
from fengqiao.core.queries import law
from fengqiao.core.web import Request
from fengqiao.desk import forms

STATES = ("已核", "待核")


@require_GET
def rules(request: Request) -> HttpResponse:
    """The table, all of it or by state (?state=待核)."""
    state = request.GET.get("state", "")
    shown = [one for one in law.editions() if state not in STATES or one.state == state]
    context = {"rules": shown, "state": state, "states": STATES, "manages": request.actor.has(Role.ADMIN), "all": len(law.editions())}
    return render(request, "desk/settings/law.html", context)


@require_http_methods(["GET", "POST"])
def edition(request: Request, rule: str) -> HttpResponse:
    """增加版本 of one rule."""
    actor = request.actor
    if not actor.has(Role.ADMIN):
        raise Forbidden
    there = [one for one in law.ever() if one.id == rule]
    if not there:
        raise NotThere
    form = forms.Edition(there, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_edition(actor, rule=rule, **form.given())
            messages.success(request, "已增加版本；正在计算的期限仍按原版本。")
            return redirect("desk:law")
        except Invalid as error:
            forms.refuse(form, error)
    context = {"form": form, "rule": there[-1], "editions": there}
    return render(request, "desk/settings/law_edition.html", context, status=422 if form.errors else 200)
