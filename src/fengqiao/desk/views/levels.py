"""等级规定: what each level brings with it, per organisation; what is not set is taken from the one above."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from fengqiao.core import settings_tree
from fengqiao.core.acts.settings import change_setting
from fengqiao.core.errors import NotThere
from fengqiao.core.queries import organisations
from fengqiao.core.web import Request
from fengqiao.desk import forms
from fengqiao.disputes.queries.levels import SETTINGS

KINDS = ("bureau", "county", "branch", "station")


@require_http_methods(["GET", "POST"])
def terms(request: Request) -> HttpResponse:
    """The form of one organisation (?org=); only what was changed is written."""
    actor = request.actor
    organisations.may_manage(actor)
    orgs = [(one["id"], one["name"]) for one in organisations.tree(actor) if one["mine"] and one["kind"] in KINDS]
    asked = request.GET.get("org", "")
    org_id = int(asked) if asked.isdecimal() else orgs[0][0]
    if org_id not in dict(orgs):
        raise NotThere
    shown = forms.LevelTerms.shown(settings_tree.values(org_id, SETTINGS))
    form = forms.LevelTerms(request.POST if request.method == "POST" else None, initial=shown)
    if request.method == "POST" and form.is_valid():
        before = forms.LevelTerms(shown)
        held = before.given() if before.is_valid() else {}
        for key, value in form.given().items():
            if value != held.get(key):
                change_setting(actor, org_id=org_id, key=key, value=value)
        messages.success(request, "等级规定已保存，今天起执行。")
        return redirect(f"{reverse('desk:levels')}?org={org_id}")
    context = {"form": form, "orgs": orgs, "org_id": org_id}
    return render(request, "desk/settings/levels.html", context, status=422 if form.errors else 200)
