"""Stored clocks: counted by the law's rule, met, dropped, paused, extended, and seen by who must act."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from fengqiao.core import clock, deadlines
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.models import Deadline
from fengqiao.core.rules import deadlines as law
from fengqiao.core.scope import scope

MONDAY = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)  # 10:30 in Shanghai


@pytest.fixture
def wang(cast):
    """王砚 in scope, on Monday 2 March 2026, 10:30."""
    with scope(cast.wang), clock.at(MONDAY):
        yield cast.wang


def begin(actor, rule, **more):
    subject = ("matter", uuid7())
    return deadlines.start(actor, rule, about=more.pop("about", uuid7()), subject=subject, **more), subject[1]


def test_a_started_clock_ends_when_the_rule_says_and_cites_its_article(wang):
    begun, _ = begin(wang, "transfer_unit")
    assert clock.local(begun.due_at).isoformat() == "2026-03-03T11:00:00+08:00"  # the hour it began is not counted
    assert begun.article.startswith("《公安机关办理行政案件程序规定》第61")
    assert begun.org_id == wang.station_id
    assert begun.running and not begun.overdue()
    assert begun.overdue(MONDAY + timedelta(hours=25))


def test_every_limit_of_the_table_can_be_started(wang):
    for rule in law.rules():
        if rule.limit is not None and rule.holds(clock.today()):
            begun, _ = begin(wang, rule.id)
            assert begun.edition == rule.edition
            assert begun.due_at >= MONDAY


def test_the_same_rule_does_not_run_twice_on_one_record(wang):
    begun, subject = begin(wang, "petition_direct")
    with pytest.raises(Refused, match="已在计算"):
        deadlines.start(wang, "petition_direct", about=begun.about, subject=("matter", subject))


def test_a_met_clock_stands_and_tells_whether_it_was_in_time(wang):
    _, subject = begin(wang, "transfer_unit")
    met = deadlines.meet(wang, "transfer_unit", subject, at=MONDAY + timedelta(hours=2))
    assert met.met_at and not met.running and not met.overdue(MONDAY + timedelta(days=9))
    assert deadlines.meet(wang, "transfer_unit", subject) is None
    late, subject = begin(wang, "transfer_unit")
    assert deadlines.meet(wang, "transfer_unit", subject, at=MONDAY + timedelta(hours=30)).overdue()


def test_a_dropped_clock_is_never_over_time(wang):
    _, subject = begin(wang, "transfer_unit")
    assert not deadlines.drop(wang, "transfer_unit", subject).overdue(MONDAY + timedelta(days=9))
    assert deadlines.running(wang) == []


def test_running_lists_what_is_due_soonest_first_and_until(wang):
    long, _ = begin(wang, "petition_close")
    short, _ = begin(wang, "transfer_unit")
    assert [c.id for c in deadlines.running(wang)] == [short.id, long.id]
    assert [c.id for c in deadlines.running(wang, until=MONDAY + timedelta(days=2))] == [short.id]


def test_another_station_sees_no_clock_and_cannot_stop_it(cast):
    with scope(cast.wang), clock.at(MONDAY):
        begun, subject = begin(cast.wang, "transfer_unit")
    with scope(cast.chen):
        assert deadlines.running(cast.chen) == [] == deadlines.of(cast.chen, begun.about)
        assert deadlines.meet(cast.chen, "transfer_unit", subject) is None
    with scope(cast.wang):
        assert [c.running for c in deadlines.of(cast.wang, begun.about)] == [True]


def test_a_pause_is_added_to_the_end_only_where_the_law_knows_one(wang):
    begun, subject = begin(wang, "case_decision", conduct=date(2025, 12, 1), started_at=MONDAY - timedelta(days=100))
    paused = deadlines.pause(wang, "case_decision", subject, at=begun.started_at + timedelta(days=3))
    assert paused.paused_since and not paused.overdue(MONDAY)
    with pytest.raises(Refused, match="已经中止"):
        deadlines.pause(wang, "case_decision", subject)
    resumed = deadlines.resume(wang, "case_decision", subject, at=begun.started_at + timedelta(days=13))
    rule = law.edition_for("case_decision", begun.started_at.date(), date(2025, 12, 1))
    stretch = (begun.started_at + timedelta(days=3), begun.started_at + timedelta(days=13))
    assert resumed.due_at == law.due(rule, begun.started_at, deadlines.calendar(), [stretch]).at
    assert resumed.due_at - begun.due_at >= timedelta(days=8)
    with pytest.raises(Refused, match="没有中止"):
        deadlines.resume(wang, "case_decision", subject)
    _, other = begin(wang, "transfer_unit")
    with pytest.raises(Refused, match="不能中止"):
        deadlines.pause(wang, "transfer_unit", other)


def test_an_extension_is_granted_up_to_what_the_law_allows(wang):
    begun, subject = begin(wang, "petition_close")
    assert deadlines.extend(wang, "petition_close", subject, 30).due_at > begun.due_at
    with pytest.raises(Refused, match="不得超过"):
        deadlines.extend(wang, "petition_close", subject, 1)
    _, other = begin(wang, "transfer_unit")
    with pytest.raises(Refused, match="不得延长"):
        deadlines.extend(wang, "transfer_unit", other, 1)
    with pytest.raises(Invalid):
        deadlines.extend(wang, "petition_close", subject, 0)


def test_a_refused_extension_changes_nothing(wang):
    begun, subject = begin(wang, "transfer_unit")
    with pytest.raises(Refused):
        deadlines.extend(wang, "transfer_unit", subject, 1)
    assert Deadline.objects.get(id=begun.id).paused == []


def test_an_agreed_end_is_kept_as_agreed(wang):
    begun, subject = begin(wang, "hotline_request", due_at=MONDAY + timedelta(days=4))
    assert (begun.due_at, begun.edition) == (MONDAY + timedelta(days=4), "agreed")
    with pytest.raises(Refused, match="重新约定"):
        deadlines.extend(wang, "hotline_request", subject, 1)
    with pytest.raises(Invalid, match="早于起算"):
        begin(wang, "hotline_request", due_at=MONDAY - timedelta(days=1))


def test_a_day_the_bureau_marks_as_not_worked_moves_the_end(wang):
    before = deadlines.reckon("second_mediation", MONDAY).at
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_workday VALUES ('2026-03-05', false, '本地假日')")
    assert deadlines.reckon("second_mediation", MONDAY).at == before + timedelta(days=1)


def test_what_does_not_run_cannot_be_changed(wang):
    with pytest.raises(NotThere):
        deadlines.extend(wang, "petition_close", uuid7(), 1)
    with pytest.raises(law.NoEdition):
        begin(wang, "no_such_rule")
