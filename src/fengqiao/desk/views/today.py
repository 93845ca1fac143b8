"""The start page of each kind of post."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from fengqiao.core import clock, notices
from fengqiao.core.actor import Role
from fengqiao.core.queries import rights
from fengqiao.core.web import Request
from fengqiao.desk import queries
from fengqiao.desk.views import notices as notice_pages


@require_GET
def duty(request: Request) -> HttpResponse:
    """值班: the log of the running shift; who else is on duty stands in the roster."""
    return redirect("shifts:now" if request.actor.is_police else "force:roster")


@require_GET
def today(request: Request) -> HttpResponse:
    """今日: what must I do now? Administrators and the rights desk see what is theirs instead of the trade's records."""
    actor = request.actor
    if actor.has(Role.LAWYER):  # a lawyer has the rota, and nothing of the trade's records
        return redirect("disputes:lawyers")
    context: dict[str, Any] = {"today": clock.today()}
    if actor.has(Role.ADMIN):
        return render(request, "desk/today_admin.html", context | queries.machine(actor))
    if actor.has(Role.RIGHTS):
        return render(request, "desk/today_rights.html", context | {"requests": rights.requests(actor, state="running")})
    context["groups"] = notice_pages.groups(request, notices.grouped(actor), most=3)
    if actor.has(Role.GRID, Role.VOLUNTEER):
        context |= {"rows": queries.captures(actor), "tasks": queries.tasks_of(actor)}
        return render(request, "desk/today_field.html", context)
    return render(request, "desk/today.html", context | {"day": queries.today(actor, whole="all" in request.GET)})
