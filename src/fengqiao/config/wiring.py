"""Who serves which port, who listens to which acts, what a page always shows. The only place that knows every app."""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import SimpleLazyObject

from fengqiao.core import deadlines, erasure, live
from fengqiao.core.actor import POLICE, Actor, Role
from fengqiao.core.listeners import listen
from fengqiao.desk import queries as desk

FIGURES = ("disputes", "promises", "intake")  # rooms that declare figures; their order on the page


def connect() -> None:
    """Register ports and listeners, declare the figures."""
    from fengqiao.core import approvals, staff
    from fengqiao.desk.shifts import draft
    from fengqiao.desk.shifts import queries as shift_queries
    from fengqiao.disputes import acts as disputes
    from fengqiao.disputes import jobs as dispute_jobs
    from fengqiao.disputes import queries as dispute_queries
    from fengqiao.disputes.acts import extensions, levels, signs
    from fengqiao.force.leaving import SERVICE_RECORDS
    from fengqiao.insight import acts as insight
    from fengqiao.intake import acts as intake
    from fengqiao.intake import jobs as intake_jobs
    from fengqiao.intake import ports as intake_ports
    from fengqiao.intake import queries as intake_queries
    from fengqiao.promises import asking
    from fengqiao.promises import ports as promises
    from fengqiao.tasks import ports as tasks

    deadlines.STEPS |= {**dispute_queries.CLOCKS, draft.NIGHT: "夜间事项签收"}
    promises.looks.append(intake_queries.subject)
    promises.on_change += [intake.follow, disputes.follow]  # first the matter, then what stands on it
    tasks.serve_matters(intake.open_found)
    intake_ports.serve("dispute", "立为纠纷", disputes.opens, dispute_queries.on_matter)
    erasure.root("intake.Matter", closed="closed_at")
    erasure.root("desk.Shift", closed="closed_at")  # words written into its log and handover
    erasure.root("disputes.Advice", closed="at")  # a lawyer's words, read by the lawyer's office alone
    erasure.root("field.Device", closed="ended_at")  # what it sent and nobody settled, long after it ended
    erasure.root("insight.Filing", closed="frozen_at")  # a signed report's file; its figures stay
    erasure.root("tasks.Meeting", closed="held_at")
    erasure.root("tasks.Finding", closed="decided_at")
    erasure.links("intake.Join", "survivor_id", "joined_id")
    erasure.parties("intake.Party")
    erasure.parties("disputes.Party")
    erasure.after.append(intake_jobs.forget_words)
    staff.keep(SERVICE_RECORDS)

    approvals.ask_for_leader(shift_queries.leads)
    approvals.serve("report", insight.decided)
    for room in FIGURES:
        import_module(f"fengqiao.{room}.figures")
    for kind in levels.KINDS:
        approvals.serve(kind, levels.on_decided)
    approvals.serve("not_accepted", signs.on_decided)
    approvals.serve("not_police", intake.notice_signed)
    approvals.serve("extension", extensions.on_decided)
    for kind in asking.LINES:
        approvals.serve(kind, asking.on_decided, subject="promise")
        approvals.serve(kind, intake.handed_signed, subject="matter")
        approvals.serve(kind, disputes.handed_signed, subject="dispute")

    import_module("fengqiao.field.ops")
    import_module("fengqiao.field.projections")

    listen("intake.index_and_match", intake_jobs.LISTENS, intake_jobs.index_and_match)
    listen("disputes.levels", dispute_jobs.LISTENS, dispute_jobs.levels)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. `roles` empty: everybody's. `count` names a number of desk.queries.Counts."""

    label: str
    url: str
    icon: str
    go: str
    roles: frozenset[str] = frozenset()
    count: str = ""


DECIDING = frozenset({Role.OFFICER, Role.LEADER, Role.DESK, Role.CENTRE})
OFFICE = POLICE | {Role.MEDIATOR, Role.PARTNER}
# In the order of a day's work; the first four stand in the bar of a phone.
MENU = (
    Entry("今日", "/", "today", "t"),
    Entry("待分流", "/waiting/", "waiting", "w", DECIDING, "waiting"),
    Entry("记一笔", "/reports/new/", "plus", "n", frozenset({Role.GRID, Role.VOLUNTEER})),
    Entry("接报", "/reports/new/", "plus", "n", POLICE),
    Entry("事项", "/matters/", "matters", "m", OFFICE),
    Entry("纠纷", "/disputes/", "disputes", "d", POLICE | {Role.MEDIATOR}),
    Entry("调解", "/disputes/mediation/", "duty", "y", POLICE | {Role.MEDIATOR, Role.PARTNER}),
    Entry("值班", "/disputes/mediation/lawyers/", "duty", "y", frozenset({Role.LAWYER})),
    Entry("回访", "/disputes/calls/", "history", "c", POLICE | {Role.MEDIATOR}),
    Entry("流转", "/promises/", "promises", "p", OFFICE, "inbox"),
    Entry("任务", "/tasks/", "check", "k", POLICE | {Role.GRID, Role.VOLUNTEER}),
    Entry("手机", "/field/held/", "offline", "x", POLICE | {Role.MEDIATOR, Role.PARTNER}),
    Entry("晨会", "/briefing/", "clock", "h", POLICE),
    Entry("审批", "/approvals/", "done", "s", frozenset({Role.LEADER, Role.DESK, Role.CENTRE, Role.OFFICER})),
    Entry("值班", "/shifts/", "duty", "b", POLICE),
    Entry("导入", "/imports/", "import", "i", frozenset({Role.LEADER, Role.DESK, Role.CENTRE, Role.WINDOW, Role.OFFICER})),
    Entry("辖区", "/places/", "places", "a", POLICE),
    Entry("队伍", "/force/", "force", "f", POLICE),
    Entry("数据", "/figures/", "list", "s", POLICE),
    Entry("权利受理", "/rights/", "rights", "r", frozenset({Role.RIGHTS})),
    Entry("机构", "/settings/organisations/", "home", "o", frozenset({Role.ADMIN})),
    Entry("模块", "/settings/modules/", "filter", "u", frozenset({Role.ADMIN, Role.RIGHTS})),
    Entry("存证", "/ledger/", "lock", "l", frozenset({Role.ADMIN, Role.LEADER, Role.CENTRE})),
    Entry("设置", "/settings/", "settings", "e"),
)


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs on every page: two queries for somebody signed on in a post, none for anybody else."""
    if kept := getattr(request, "page_context", None):  # one request may render several templates
        return dict(kept)
    context: dict[str, Any] = {"version": version("fengqiao"), "demo": settings.DEMO}
    actor: Actor | None = getattr(request, "actor", None)
    if actor is not None and not connection.needs_rollback:  # a page that says what broke asks nothing more
        numbers = desk.counts(actor)
        context |= {
            "nav": menu(actor, request.path, numbers),
            "notices_count": numbers.notices,
            "login_name": request.user.get_username(),
            "live_position": live.head(),
            "stream_url": live.address(request.get_host(), request.is_secure()),
            "saved_views": SimpleLazyObject(lambda: desk.views_on(actor, request.path, request.GET)),
        }
    request.page_context = context  # type: ignore[attr-defined]
    return dict(context)


def menu(actor: Actor, path: str, numbers: desk.Counts) -> list[dict[str, Any]]:
    """The lines this post's menu has, with the one marked that the page stands under."""
    mine = [one for one in MENU if (not one.roles or actor.has(*one.roles)) and served(one.url)]
    here = max((one.url for one in mine if path.startswith(one.url) and one.url != "/"), key=len, default="")
    return [
        {
            "label": one.label, "url": one.url, "icon": one.icon, "go": one.go,
            "count": getattr(numbers, one.count) if one.count else 0,
            "active": one.url == (here or "/") and (here != "" or path == "/"),
        }
        for one in mine
    ]  # fmt: skip


@cache
def served(address: str) -> bool:
    """Is there a page at this address? An app that is not installed leaves no line in the menu."""
    try:
        resolve(address)
    except Resolver404:
        return False
    return True
