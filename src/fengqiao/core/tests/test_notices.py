"""Notices come as one line per group, are acknowledged per group, keep quiet at night and are counted by the week."""

from datetime import UTC, datetime, timedelta

from django.db import connection

from fengqiao.core import clock, notices
from fengqiao.core.ids import uuid7
from fengqiao.core.scope import scope

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def tell(cast, group, text, at=NOON, to="chengguan", **more):
    with scope(cast.shi), clock.at(at):
        notices.notify(group, text, org_id=cast.org[to], **more)


def test_forty_notices_of_one_kind_are_one_line_acknowledged_at_once(cast):
    for n in range(40):
        tell(cast, "promises.due", f"流转 {n} 将到期", NOON + timedelta(minutes=n), about=uuid7())
    tell(cast, "promises.returned", "流转 41 已退回")
    with scope(cast.zhao), clock.at(NOON + timedelta(hours=1)):
        lines = {g.group: g for g in notices.grouped(cast.zhao)}
        assert (lines["promises.due"].count, lines["promises.due"].newest) == (40, "流转 39 将到期")
        assert notices.count(cast.zhao) == 2
        assert notices.acknowledge(cast.zhao, "promises.due") == 40
        assert [g.group for g in notices.grouped(cast.zhao)] == ["promises.returned"]


def test_the_same_thing_told_twice_counts_once(cast):
    about = uuid7()
    tell(cast, "promises.due", "将到期", about=about)
    tell(cast, "promises.due", "已超时", NOON + timedelta(hours=1), about=about)
    with scope(cast.zhao):
        (line,) = notices.grouped(cast.zhao)
        assert (line.count, line.newest) == (1, "已超时")
        assert [text for _, text, _ in notices.listed(cast.zhao, "promises.due")] == ["已超时", "将到期"]


def test_what_came_after_the_page_was_made_stays_open(cast):
    tell(cast, "promises.due", "先到")
    tell(cast, "promises.due", "后到", NOON + timedelta(minutes=5))
    with scope(cast.zhao), clock.at(NOON + timedelta(minutes=6)):
        assert notices.acknowledge(cast.zhao, "promises.due", until=NOON + timedelta(minutes=1)) == 1
        assert [g.newest for g in notices.grouped(cast.zhao)] == ["后到"]


def test_a_notice_to_one_account_is_nobody_elses(cast):
    tell(cast, "tasks.new", "新指令", account_id=cast.zhao.account_id)
    with scope(cast.zhao):
        assert notices.count(cast.zhao) == 1
    for other in (cast.sun, cast.chen, cast.shi):
        with scope(other):
            assert notices.count(other) == 0
            assert notices.acknowledge(other, "tasks.new") == 0


def test_quiet_hours_are_the_nearest_setting_up_the_tree_and_may_cross_midnight(cast):
    with scope(cast.zhao):
        assert not notices.is_quiet(cast.zhao, NOON)
        with connection.cursor() as cursor:
            insert = "INSERT INTO core_setting (org_id, key, value, valid_from) VALUES (%s, 'notices.quiet', %s::jsonb, '2026-01-01')"
            cursor.execute(insert, [cast.org["bureau"], '{"from": "22:00", "to": "07:00"}'])
        night, morning = (datetime(2026, 3, 2, hour, 0, tzinfo=UTC) for hour in (15, 22))  # 23:00 and 06:00
        assert notices.is_quiet(cast.zhao, night) and notices.is_quiet(cast.zhao, morning)
        assert not notices.is_quiet(cast.zhao, NOON)
        with connection.cursor() as cursor:
            cursor.execute(insert, [cast.org["chengguan"], '{"from": "12:00", "to": "14:00"}'])
        assert notices.is_quiet(cast.zhao, NOON) and not notices.is_quiet(cast.zhao, night)


def test_the_weekly_report_counts_each_group_loudest_first(cast):
    for n in range(3):
        tell(cast, "promises.due", "将到期", NOON - timedelta(days=n))
    tell(cast, "tasks.new", "新指令", NOON)
    tell(cast, "promises.due", "上周", NOON - timedelta(days=8))
    with scope(cast.zhao), clock.at(NOON):
        notices.acknowledge(cast.zhao, "tasks.new")
        assert [(n.group, n.sent, n.acknowledged) for n in notices.noise(cast.zhao)] == [
            ("promises.due", 3, 0),
            ("tasks.new", 1, 1),
        ]
