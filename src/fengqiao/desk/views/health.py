"""/health/ for whoever watches the machine: plain text, without signing on, and nothing about the trade."""

from datetime import datetime

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from fengqiao.core import clock
from fengqiao.desk import queries

LATE = 60  # seconds an event may wait for its seal before the machine counts as unwell


@never_cache
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """200 while the database answers and events are sealed in time, otherwise 503; one fact a line."""
    try:
        lag = queries.unsealed_since()
    except DatabaseError:
        return _said(["数据库 不可用"], well=False)
    waited = _seconds(lag)
    return _said(["数据库 正常", f"待封存最久 {waited} 秒"], well=waited <= LATE)


def _seconds(since: datetime | None) -> int:
    return max(0, int((clock.now() - since).total_seconds())) if since else 0


def _said(lines: list[str], *, well: bool) -> HttpResponse:
    text = "\n".join(["正常" if well else "异常", *lines, ""])
    return HttpResponse(text, status=200 if well else 503, content_type="text/plain; charset=utf-8")
