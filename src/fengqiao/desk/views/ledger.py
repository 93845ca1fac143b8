"""存证日志: the chain's head on a page to be printed daily, so that it leaves the machine (S17)."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fengqiao.core import clock
from fengqiao.core.web import Request
from fengqiao.desk import queries


@require_GET
def daily(request: Request) -> HttpResponse:
    """The day's page: how many events were sealed, the head at its end, and whether the day's links hold."""
    actor = request.actor
    try:
        day = min(date.fromisoformat(request.GET.get("day", "")), clock.today())
    except ValueError:
        day = clock.today()
    begin = clock.day_start(day)
    before, head = queries.link(actor, begin), queries.link(actor, begin + timedelta(days=1))
    context = {
        "day": day,
        "yesterday": day - timedelta(days=1),
        "tomorrow": day + timedelta(days=1) if day < clock.today() else None,
        "head": head,
        "sealed": head.position - before.position,
        "checked": queries.check(actor, before, head),
        "now": clock.now(),
    }
    return render(request, "desk/ledger.html", context)
