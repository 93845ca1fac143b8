"""Browsers of the cast, and two reports of one quarrel already compared."""

from collections.abc import Callable

import pytest
from django.db import connections

from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor


@pytest.fixture
def looked(cast) -> Callable[[], list[tuple[str, str, list[str]]]]:
    """Access lines written so far: (action, purpose, fields). They are written, and so read, on their own connection."""

    def lines():
        with connections["access"].cursor() as cursor:
            cursor.execute("SELECT set_config('app.orgs', %s, true)", [f"{{{','.join(map(str, system_actor('测试').orgs))}}}"])
            cursor.execute("SELECT action, purpose, fields FROM core_access ORDER BY at")
            return cursor.fetchall()

    return lines


@pytest.fixture
def compared(cast) -> Callable[[], None]:
    """Run what the worker runs: learn the words received so far, then index, fingerprint and match every report."""
    from fengqiao.core.listeners import News
    from fengqiao.intake import jobs, matching

    read = set()  # like the worker, each event once

    def run():
        actor = system_actor("匹配")
        matching._looked.clear()  # what was learned in another test
        jobs.relearn()
        with scope(actor):
            events = list(Event.objects.filter(act__in=jobs.LISTENS).exclude(id__in=read).order_by("id"))
            read.update(e.id for e in events)
            jobs.index_and_match(
                actor, [News(n, e.id, e.act, e.org_id, e.about, e.recorded_at, e.subjects, e.facts) for n, e in enumerate(events)]
            )

    return run
