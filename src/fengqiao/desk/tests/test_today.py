"""The start page: what must I do now, whom do I wait for, what falls due today; and the frame around every page."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fengqiao.config import wiring
from fengqiao.core import clock, notices
from fengqiao.core.scope import scope
from fengqiao.desk import queries
from fengqiao.disputes import acts as disputes
from fengqiao.intake import acts
from fengqiao.intake.rules import PartyIn, ReportIn
from fengqiao.promises import acts as promises
from fengqiao.tasks import acts as tasks

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)  # Saturday, 12:00 in Shanghai
TOLD = ReportIn(channel="window", text="李家与王家为界墙高度争吵", place_text="桂花社区12号", parties=(PartyIn(name="李大山"), PartyIn(name="王小川")))


@pytest.fixture(autouse=True)
def _noon():
    with clock.at(NOON):
        yield


def mine(cast):
    told = acts.receive(cast.sun, report=TOLD)
    acts.triage(cast.deng, matter_id=told.matter_id, kind="D02", owner_id=cast.wang.account_id)
    return told


def section(page: str, name: str) -> str:
    """The part of the page under one of the three questions."""
    return page.split(f'id="{name}"')[1].split("</section>")[0]


def test_a_matter_given_to_me_stands_under_what_i_must_do_with_masked_names(cast, sign_on):
    told = mine(cast)
    page = sign_on(cast.wang).get("/").content.decode()
    todo = section(page, "todo")
    assert told.matter_number in todo and f"/matters/{told.matter_id}/" in todo
    assert "李某某、王某某" in todo and "李大山" not in page
    assert told.matter_number not in section(sign_on(cast.zhao).get("/").content.decode(), "todo")


def test_a_matter_with_a_dispute_leads_to_the_dispute(cast, sign_on):
    told = mine(cast)
    dispute = disputes.open_dispute(cast.wang, matter_id=told.matter_id, kind="D02")
    todo = section(sign_on(cast.wang).get("/").content.decode(), "todo")
    assert f"/disputes/{dispute}/" in todo and f"/matters/{told.matter_id}/" not in todo


def test_a_day_without_anything_says_so_instead_of_showing_nothing(cast, sign_on, words):
    page = words(sign_on(cast.wang).get("/"))
    for said in ("没有要办的事项", "今天没有到期的期限", "没有在等其他单位的事项", "今日尚无接报"):
        assert said in page
    assert "今日 11月21日 周六" in page


@pytest.mark.spec("NP-32")
def test_todays_reports_are_counted_by_source_and_each_count_opens_its_list(cast, sign_on):
    """全面汇 on the start page; the list behind each figure. Capture, joining and closing: intake's tests."""
    for channel, who in (("110", cast.deng), ("110", cast.deng), ("grid", cast.gao)):
        acts.receive(who, report=ReportIn(channel=channel, text=f"{channel}报来的争吵"))
    with clock.at(NOON - timedelta(days=1)):
        acts.receive(cast.deng, report=ReportIn(channel="12345", text="昨天的来电"))
    page = sign_on(cast.zhao).get("/").content.decode().split("fq-sources")[1].split("</p>")[0]
    assert "<b>3</b>" in page
    assert '?channel=110&amp;since=2026-11-21">110报警 2' in page and '?channel=grid&amp;since=2026-11-21">网格 1' in page
    assert "12345" not in page


def test_what_is_over_time_stands_first_in_words_and_with_its_icon(cast, sign_on):
    told = mine(cast)
    with clock.at(NOON - timedelta(hours=30)):
        late = tasks.create(cast.zhao, title="回访李家", due_at=NOON - timedelta(hours=1), to_org_id=cast.wang.org_id, owner_id=cast.wang.account_id)
    todo = section(sign_on(cast.wang).get("/").content.decode(), "todo")
    assert todo.index(late.number) < todo.index(told.matter_number)
    assert "已超 1 小时" in todo and "#overtime" in todo and "1 件超时" in todo


def test_what_falls_due_today_is_named_with_its_hour_and_tomorrows_is_not(cast, sign_on):
    for title, hours in (("今晚巡查", 8), ("明天走访", 30)):
        tasks.create(cast.zhao, title=title, due_at=NOON + timedelta(hours=hours), to_org_id=cast.wang.org_id, owner_id=cast.wang.account_id)
    due = section(sign_on(cast.wang).get("/").content.decode(), "due")
    assert "今晚巡查" in due and "还剩 8 小时" in due and "明天走访" not in due


def test_whom_i_wait_for_is_named_with_the_hours_it_took_so_far(cast, sign_on, words):
    told = mine(cast)
    with clock.at(NOON - timedelta(hours=26)):
        acts.hand_over(cast.wang, matter_id=told.matter_id, to_org_id=cast.org["justice"], kind="referral", channel="GT", reason="申请人民调解")
    waits = section(sign_on(cast.wang).get("/").content.decode(), "waiting")
    assert "城关司法所" in waits and "已等 26 小时" in waits


def test_a_partner_sees_its_inbox_and_signs_from_there(cast, sign_on):
    told = mine(cast)
    promise = acts.hand_over(cast.wang, matter_id=told.matter_id, to_org_id=cast.org["justice"], kind="referral", channel="GT", reason="申请人民调解")
    page = sign_on(cast.shi).get("/").content.decode()
    assert f"/promises/{promise}/" in section(page, "todo") and "签收" in section(page, "todo")
    assert f"/promises/{promise}/" not in sign_on(cast.xin).get("/").content.decode()
    promises.accept(cast.shi, promise_id=promise)
    promises.answer(cast.shi, promise_id=promise, result="settled", text="双方和好")
    assert f"/promises/{promise}/" not in section(sign_on(cast.shi).get("/").content.decode(), "todo")


def test_the_administrator_starts_with_the_house_and_sees_no_record_of_the_trade(cast, sign_on, words):
    """The start page and search of the administrator; each app's pages: tests/permissions."""
    told = mine(cast)
    browser = sign_on(cast.guan)
    page = words(browser.get("/"))
    assert "在用岗位" in page and "模块" in page and told.matter_number not in page
    assert browser.get("/search/", {"q": told.matter_number}).status_code == 403


def test_the_rights_desk_starts_with_its_running_requests(cast, sign_on, words):
    from fengqiao.core.acts import rights

    asked = rights.open_request(cast.quan, asks="access", name="李明", phone="13800001111", checked="card")
    page = words(sign_on(cast.quan).get("/"))
    assert asked.number in page and "查询本人信息" in page and "李明" not in page


def test_a_volunteer_sees_own_captures_and_tasks_and_none_of_the_stations(cast, sign_on, words):
    own = acts.receive(cast.yi, report=ReportIn(channel="volunteer", text="楼道堆放电动车"))
    others = mine(cast)
    page = words(sign_on(cast.yi).get("/"))
    assert own.matter_number in page and others.matter_number not in page
    assert "记一笔" in page and "待分流" not in page.split("我报送的")[0]


def test_the_menu_of_a_role_has_only_what_the_role_may_open(cast, sign_on):
    for actor in (cast.wang, cast.lin, cast.deng, cast.shi, cast.he, cast.gao, cast.quan, cast.guan, cast.wu):
        browser = sign_on(actor)
        browser.get("/")
        with scope(actor):
            menu = wiring.menu(actor, "/", queries.counts(actor))
        assert menu[0]["url"] == "/" and menu[0]["active"]
        refused = [one["url"] for one in menu if browser.get(one["url"]).status_code != 200]
        assert not refused, (actor.name, refused)


def test_the_frame_asks_the_database_twice_and_nothing_for_anybody_else(cast, rf):
    request = rf.get("/matters/")
    request.user = type("User", (), {"get_username": lambda self: "wang"})()
    with CaptureQueriesContext(connection) as nothing:
        assert "nav" not in wiring.page_context(request)
    assert len(nothing) == 0
    request = rf.get("/matters/")
    request.user = type("User", (), {"get_username": lambda self: "wang"})()
    request.actor = cast.wang
    with scope(cast.wang), CaptureQueriesContext(connection) as asked:
        context = wiring.page_context(request)
        wiring.page_context(request)
    assert len(asked) == 2
    assert [one["label"] for one in context["nav"] if one["active"]] == ["事项"]


def test_the_numbers_of_the_menu_are_those_of_the_lists(cast, sign_on):
    mine(cast)
    acts.receive(cast.sun, report=ReportIn(channel="window", text="夜里装修吵闹"))
    with scope(cast.deng):
        found = queries.counts(cast.deng)
        assert found.waiting == 1
        assert found.notices == notices.count(cast.deng)


def test_who_answers_for_all_sees_how_late_reports_reached_the_server(cast, sign_on, words):
    for minutes in (0, 3, 90):
        captured = NOON - timedelta(minutes=minutes)
        acts.receive(cast.gao, report=ReportIn(channel="grid", text="两家争吵", captured_at=captured))
    assert "采集迟延中位 3 分钟，2 件超过 1 分钟" in words(sign_on(cast.zhao).get("/"))
    assert "采集迟延" in words(sign_on(cast.deng).get("/"))
    assert "采集迟延" not in words(sign_on(cast.wang).get("/"))
    assert "采集迟延" not in words(sign_on(cast.chen).get("/"))


def test_what_was_given_to_me_today_stands_before_what_has_a_week_and_all_of_it_is_one_click_away(cast, sign_on):
    for n in range(12):  # a dozen with time left, as a year of revisits leaves them
        tasks.create(cast.zhao, title=f"下旬走访{n}", due_at=NOON + timedelta(days=9, minutes=n), to_org_id=cast.wang.org_id, owner_id=cast.wang.account_id)
    older = mine(cast)
    with clock.at(NOON + timedelta(minutes=5)):
        told = mine(cast)
        soon = tasks.create(cast.zhao, title="今晚巡查", due_at=NOON + timedelta(hours=8), to_org_id=cast.wang.org_id, owner_id=cast.wang.account_id)
        todo = section(sign_on(cast.wang).get("/").content.decode(), "todo")
        places = [todo.index(one) for one in (soon.number, told.matter_number, older.matter_number, "下旬走访0")]
        assert places == sorted(places), "due soon, given now, given before, what has longer"
        total = int(todo.split("fq-count-quiet\">")[1].split("<")[0])
        assert f'href="/?all=1#todo">查看全部 {total} 件' in todo and "下旬走访11" not in todo
        whole = section(sign_on(cast.wang).get("/?all=1").content.decode(), "todo")
        assert "下旬走访11" in whole and "查看全部" not in whole and whole.count('class="fq-item"') == total
