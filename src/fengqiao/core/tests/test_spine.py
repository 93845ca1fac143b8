"""The spine: one act, one event, one transaction; sight by organisation; nothing that can be changed later."""

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from fengqiao.core.ids import uuid7
from fengqiao.core.models import Content, Event
from fengqiao.core.scope import scope
from fengqiao.core.spine import act, record


@act("试验")
def try_out(actor, *, about, times=1):
    for _ in range(times):
        record(actor, about=about, subjects=[("matter", about, "new")], facts={"n": 1}, content={"police": {"text": "王某"}})


def test_an_act_writes_one_event_with_facts_and_content(cast):
    about = uuid7()
    try_out(cast.wang, about=about)
    with scope(cast.wang):
        event = Event.objects.get(about=about)
        assert (event.act, event.org_id, event.facts) == ("core.try_out", cast.wang.org_id, {"n": 1})
        assert list(event.digests) == ["police"]
        assert Content.objects.get(event_id=event.id).body == '{"text":"王某"}'


@pytest.mark.parametrize("times", [0, 2])
def test_an_act_with_no_event_or_two_is_a_defect_and_leaves_nothing(cast, times):
    about = uuid7()
    with pytest.raises(RuntimeError, match="exactly one"):
        try_out(cast.wang, about=about, times=times)
    with scope(cast.wang):
        assert not Event.objects.filter(about=about).exists()


def test_another_station_sees_neither_facts_nor_content(cast):
    about = uuid7()
    try_out(cast.wang, about=about)
    for other in (cast.chen, cast.shi, cast.luo):
        with scope(other):
            assert not Event.objects.filter(about=about).exists()
            assert not Content.objects.filter(about=about).exists()
    with scope(cast.zhao):
        assert Event.objects.filter(about=about).count() == 1


def test_a_query_without_an_actor_shows_nothing(cast):
    try_out(cast.wang, about=uuid7())
    assert not Event.objects.exists()


def test_paired_stations_see_each_other(cast):
    about = uuid7()
    try_out(cast.qian, about=about)
    with scope(cast.luo):
        assert Event.objects.filter(about=about).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_event SET act = 'x'",
        "DELETE FROM core_event",
        "TRUNCATE core_event",
        "UPDATE core_content SET body = ''",
        "DELETE FROM core_content",
        "DELETE FROM core_seal",
        "INSERT INTO core_seal VALUES (1, gen_random_uuid(), '', now())",
        "DELETE FROM core_access",
        "UPDATE core_access SET purpose = ''",
        "SELECT * FROM core_unsealed",
    ],
)
def test_the_application_cannot_change_its_ledgers(cast, statement):
    try_out(cast.wang, about=uuid7())
    with scope(cast.wang), pytest.raises(ProgrammingError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert isinstance(caught.value.__cause__, psycopg.errors.InsufficientPrivilege)
