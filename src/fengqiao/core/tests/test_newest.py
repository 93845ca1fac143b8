"""The first rows over several organisations are those a plain sort of everything would give."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from fengqiao.core import newest
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.core.tests.facts import Fact, write

DAY = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def held(cast):
    """Thirty facts of three stations, some at the same instant; the orders a list is read in."""
    orgs = [cast.org[name] for name in ("chengguan", "yunling", "liuwan")]
    with scope(cast.wu):
        write(Fact("tests.newest", orgs[n % 7 % 3], DAY + timedelta(hours=n // 2), [], uuid4(), {"n": n}) for n in range(30))
    return orgs


@pytest.mark.parametrize("order", [("-recorded_at", "-id"), ("recorded_at", "id")])
@pytest.mark.parametrize("holders", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 7, 50])
def test_the_first_of_each_merged_are_the_first_of_all(cast, held, order, holders, size):
    mine = held[:holders]
    with scope(cast.wu):
        rows = Event.objects.filter(act="tests.newest").order_by(*order)
        plain = list(rows.filter(org_id__in=mine).values_list("id", flat=True)[:size])
        assert list(newest.of_each(rows, mine, size).values_list("id", flat=True)) == plain
        assert newest.counted(rows, mine, size) == len(plain)
        narrowed = rows.filter(recorded_at__gte=DAY + timedelta(hours=5))
        assert newest.counted(narrowed, mine, 1000) == narrowed.filter(org_id__in=mine).count()


def test_another_stations_rows_are_not_among_them(cast, held):
    with scope(cast.chen):
        rows = Event.objects.filter(act="tests.newest").order_by("-recorded_at", "-id")
        assert {row.org_id for row in newest.of_each(rows, held, 50)} == {cast.org["yunling"]}
        assert newest.counted(rows, held, 50) == rows.count()


def test_rows_of_ids_found_first(cast, held):
    with scope(cast.wu):
        wanted = Event.objects.filter(act="tests.newest", org_id=held[1])
        found = Event.objects.filter(id__in=newest.these(wanted.values("id")))
        assert set(found.values_list("id", flat=True)) == set(wanted.values_list("id", flat=True)) and wanted.exists()
