"""设置: organisations and posts, modules, remembered columns. Changes are the administrator's; acts of core."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fengqiao.core.actor import Actor, Role
from fengqiao.core.acts import organisations as acts
from fengqiao.core.errors import Invalid
from fengqiao.core.queries import organisations as core
from fengqiao.core.web import Request
from fengqiao.desk import forms, queries
from fengqiao.intake.queries import lookup


@require_GET
def overview(request: Request) -> HttpResponse:
    """What this post may look at and change."""
    actor = request.actor
    context = {
        "manages": actor.has(Role.ADMIN),
        "modules": actor.has(Role.ADMIN, Role.LEADER, Role.RIGHTS),
        "ledger": actor.has(Role.ADMIN, Role.LEADER, Role.CENTRE),
        "mappings": actor.has(Role.LEADER, Role.DESK, Role.CENTRE, Role.WINDOW, Role.OFFICER),
        "posts": len(queries.posts_of(actor.account_id)),
    }
    return render(request, "desk/settings/overview.html", context)


@require_GET
def organisations(request: Request) -> HttpResponse:
    """机构: the tree in force today, partners after it."""
    actor = request.actor
    context = {"tree": core.tree(actor), "manages": actor.has(Role.ADMIN), "modes": core.MODES}
    return render(request, "desk/settings/organisations.html", context)


@require_http_methods(["GET", "POST"])
def new_organisation(request: Request) -> HttpResponse:
    """设立机构."""
    actor = request.actor
    core.may_manage(actor)
    form = forms.Organisation(_parents(actor), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = acts.create_organisation(actor, **form.given())
            messages.success(request, f"已设立：{row.name}。")
            return redirect("desk:organisation", row.pk)
        except Invalid as error:
            forms.refuse(form, error)
    return _form(request, form, "设立机构", "core.create_organisation")


@require_GET
def organisation(request: Request, org_id: int) -> HttpResponse:
    """One organisation: its posts, and who may act in them until when."""
    actor = request.actor
    core.may_manage(actor)
    row = core.organisation(actor, org_id)
    context: dict[str, Any] = {
        "org": row,
        "kind": core.KINDS.get(row.kind, row.kind),
        "mode": core.MODES.get(row.mode, ""),
        "posts": core.posts(actor, org_id, ended=bool(request.GET.get("ended"))),
        "ended": bool(request.GET.get("ended")),
    }
    return render(request, "desk/settings/organisation.html", context)


@require_http_methods(["GET", "POST"])
def new_post(request: Request, org_id: int) -> HttpResponse:
    """设置岗位: an existing account by its sign-on name."""
    actor = request.actor
    core.may_manage(actor)
    row = core.organisation(actor, org_id)
    form = forms.Post(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            account_id = queries.account_named(actor, given.pop("username"))
            acts.create_post(actor, account_id=account_id, org_id=org_id, **given)
            messages.success(request, "岗位已设置。")
            return redirect("desk:organisation", org_id)
        except Invalid as error:
            forms.refuse(form, error)
    return _form(request, form, f"设置岗位：{row.name}", "core.create_post")


@require_POST
def end_post(request: Request, post_id: int) -> HttpResponse:
    """终止岗位."""
    actor = request.actor
    core.may_manage(actor)
    org_id = queries.org_of_post(actor, post_id)
    acts.end_post(actor, post_id=post_id)
    messages.success(request, "岗位已终止。")
    return redirect("desk:organisation", org_id)


@require_http_methods(["GET", "POST"])
def mode(request: Request, org_id: int) -> HttpResponse:
    """变更派出所模式 (NP-17)."""
    actor = request.actor
    core.may_manage(actor)
    row = core.organisation(actor, org_id)
    form = forms.Mode(_units(actor), request.POST or None, initial={"mode": row.mode, "desk_id": row.desk_id, "squad_id": row.squad_id})
    if request.method == "POST" and form.is_valid():
        try:
            acts.change_mode(actor, org_id=org_id, **form.given())
            messages.success(request, "模式已变更，原有在办事项不移动。")
            return redirect("desk:organisation", org_id)
        except Invalid as error:
            forms.refuse(form, error)
    return _form(request, form, f"派出所模式：{row.name}", "core.change_mode")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def new_account(request: Request) -> HttpResponse:
    """开立账号."""
    actor = request.actor
    core.may_manage(actor)
    form = forms.Account(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = acts.create_account(actor, **form.cleaned_data)
            messages.success(request, f"已开立账号 {row.username}。请在机构页面为其设置岗位，并请本人尽快改密码。")
            return redirect("desk:organisations")
        except Invalid as error:
            forms.refuse(form, error)
    return _form(request, form, "开立账号", "")


@require_GET
def mappings(request: Request) -> HttpResponse:
    """导入时记住的列对应."""
    return render(request, "desk/settings/mappings.html", {"rows": lookup.mappings(request.actor)})


def _form(request: Request, form: Any, heading: str, draft: str) -> HttpResponse:
    context = {"form": form, "title": heading, "draft": draft}
    return render(request, "desk/settings/form.html", context, status=422 if form.errors else 200)


def _parents(actor: Actor) -> list[tuple[int, str]]:
    return [(row["id"], "　" * row["depth"] + row["name"]) for row in core.tree(actor) if row["kind"] != "partner"]


def _units(actor: Actor) -> list[tuple[int, str]]:
    return [(row["id"], row["name"]) for row in core.tree(actor) if row["kind"] in ("desk", "centre", "squad")]
