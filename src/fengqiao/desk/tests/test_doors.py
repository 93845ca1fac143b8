"""Notices, search, saved views, settings, the ledger's page, health, and what a refusal looks like."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.urls import reverse

from fengqiao.core import clock, notices, numbers
from fengqiao.core.errors import Refused
from fengqiao.core.models import Account, Organisation, Post
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.desk import queries
from fengqiao.disputes import acts as disputes
from fengqiao.disputes import queries as disputes_queries
from fengqiao.intake import acts, jobs
from fengqiao.intake.rules import PartyIn, ReportIn
from fengqiao.promises import queries as promises
from fengqiao.tasks import acts as tasks

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
PHONE, CARD = "13800001234", "999999199001010016"


def told(cast, who=None, **more):
    given = {"channel": "window", "text": "李家与王家为界墙高度争吵", "place_text": "桂花社区12号", "parties": (PartyIn(name="李大山", phone=PHONE),)}
    return acts.receive(who or cast.sun, report=ReportIn(**given | more))


def tell(actor, group, text, at, about=None, url="/promises/"):
    with clock.at(at), scope(actor):
        notices.notify(group, text, url, org_id=actor.org_id, about=about)


# --- notices --------------------------------------------------------------------------------------------------------


@pytest.mark.spec("U9")
def test_a_group_is_acknowledged_together_and_what_came_meanwhile_stays_open(cast, sign_on, words):
    tell(cast.wang, "promises.inbox", "流转 L2611-A00001 待签收", NOON)
    tell(cast.wang, "tasks.new", "指令 Z2611-A00001 待签收", NOON)
    browser = sign_on(cast.wang)
    page = browser.get("/notices/").content.decode()
    assert "待签收的流转" in page and "新任务" in page
    known = page.split('action="/notices/promises.inbox/known/')[1].split('"')[0].replace("&amp;", "&")
    tell(cast.wang, "promises.inbox", "流转 L2611-A00002 待签收", datetime.now(UTC) + timedelta(seconds=1))
    browser.post(f"/notices/promises.inbox/known/{known}")
    left = words(browser.get("/notices/"))
    assert "L2611-A00001" not in left and "L2611-A00002" in left and "Z2611-A00001" in left


def test_the_week_tells_how_loud_each_kind_was(cast, sign_on, words):
    for n in range(3):
        tell(cast.zhao, "promises.inbox", f"第 {n} 条", datetime.now(UTC) - timedelta(hours=1))
    page = words(sign_on(cast.zhao).get("/notices/"))
    assert "近七日通知量" in page and "待签收的流转 3 0" in page


def test_a_volunteer_cannot_acknowledge_the_stations_notices(cast, sign_on):
    tell(cast.wang, "promises.inbox", "流转 L2611-A00001 待签收", NOON)
    browser = sign_on(cast.yi)
    assert "L2611-A00001" not in browser.get("/notices/").content.decode()
    browser.post("/notices/promises.inbox/known/")
    assert "L2611-A00001" in sign_on(cast.wang).get("/notices/").content.decode()


# --- search ---------------------------------------------------------------------------------------------------------


def test_a_number_however_it_is_typed_opens_its_record(cast, sign_on):
    one = told(cast)
    browser, there = sign_on(cast.wang), f"/matters/{one.matter_id}/"
    for typed in (one.matter_number, one.matter_number.lower(), one.receipt, one.receipt.replace("-", "－").lower()):
        answer = browser.get("/search/", {"q": typed})
        assert (answer.status_code, answer.headers.get("Location")) == (302, there), typed


def test_numbers_of_disputes_handovers_and_tasks_open_theirs(cast, sign_on):
    one = told(cast)
    dispute = disputes.open_dispute(cast.wang, matter_id=one.matter_id, kind="D02")
    promise = acts.hand_over(cast.wang, matter_id=one.matter_id, to_org_id=cast.org["justice"], kind="referral", channel="GT", reason="申请人民调解")
    task = tasks.create(cast.wang, kind="own", title="走访", due_at=datetime.now(UTC) + timedelta(days=1))
    with scope(cast.wang):
        number = disputes_queries.dispute_page(cast.wang, dispute).number
        handed = promises.find(cast.wang, promise).number
    for who, typed, there in (
        (cast.wang, number, f"/disputes/{dispute}/"), (cast.shi, number, f"/disputes/{dispute}/"),
        (cast.shi, handed, f"/promises/{promise}/"), (cast.wang, task.number, f"/tasks/{task.id}/"),
    ):  # fmt: skip
        assert sign_on(who).get("/search/", {"q": typed}).headers.get("Location") == there, typed
    for typed in (number, handed, task.number):
        assert sign_on(cast.chen).get("/search/", {"q": typed}).status_code == 404


def test_a_paper_number_opens_the_matter_it_was_given_for(cast, sign_on):
    one = told(cast)
    with scope(cast.wang):
        paper = numbers.paper_number(cast.wang, "接报", one.matter_id)
    for typed in (paper.words, paper.words.replace("（", "(").replace("）", ")").replace("〔", "[").replace("〕", "]")):
        assert sign_on(cast.wang).get("/search/", {"q": typed}).headers.get("Location") == f"/matters/{one.matter_id}/"


def test_a_number_of_another_station_answers_like_one_nobody_has(cast, sign_on):
    one = told(cast)
    browser = sign_on(cast.chen)
    for typed in (one.matter_number, one.receipt, "S2611-A99999"):
        answer = browser.get("/search/", {"q": typed})
        assert answer.status_code == 404
        assert f"没有编号为 {typed} 的记录" in answer.content.decode()


def test_words_find_matters_simplified_or_traditional_and_say_when_there_is_none(cast, sign_on, words):
    one = told(cast)
    with scope(system_actor("索引")):
        jobs.index({one.matter_id})
    for typed in ("界墙", "界牆", "桂花社区 争吵"):
        assert one.matter_number in words(sign_on(cast.wang).get("/search/", {"q": typed})), typed
    assert "没有找到" in words(sign_on(cast.wang).get("/search/", {"q": "渡船"}))
    assert one.matter_number not in words(sign_on(cast.chen).get("/search/", {"q": "界墙"}))
    assert "文号" in words(sign_on(cast.wang).get("/search/"))


def looked_up():
    with connections["access"].cursor() as cursor:
        orgs = ",".join(map(str, system_actor("测试").orgs))
        cursor.execute("SELECT set_config('app.orgs', %s, true)", [f"{{{orgs}}}"])
        cursor.execute("SELECT account_id, purpose, fields FROM core_access WHERE action = 'lookup' ORDER BY at")
        return cursor.fetchall()


@pytest.mark.spec("S4")
def test_a_telephone_is_looked_up_only_with_a_purpose_and_leaves_its_line(cast, sign_on, words):
    """Search by key; opening, exporting and unmasking: the apps' tests."""
    one = told(cast)
    browser = sign_on(cast.wang)
    shown = words(browser.get("/search/", {"q": "138 0000 1234"}))
    assert "须写明事由" in shown and one.matter_number not in shown
    assert browser.post("/search/key/", {"key": PHONE, "why": ""}).status_code == 422
    assert browser.post("/search/key/", {"key": PHONE, "why": "other", "words": "看"}).status_code == 422
    assert looked_up() == []
    found = words(browser.post("/search/key/", {"key": PHONE, "why": "核对重复登记"}))
    assert one.matter_number in found and "李大山" not in found
    assert looked_up() == [(cast.wang.account_id, "核对重复登记", ["phone_hash"])]


def test_a_look_up_that_finds_nothing_is_logged_too_and_stays_in_ones_own_organisations(cast, sign_on, words):
    one = told(cast)
    found = words(sign_on(cast.chen).post("/search/key/", {"key": PHONE, "why": "核对重复登记"}))
    assert one.matter_number not in found and "没有找到" in found
    assert [line[0] for line in looked_up()] == [cast.chen.account_id]


@pytest.mark.parametrize("who", ["lin", "sun", "he", "shi", "gao", "yi", "quan", "guan"])
def test_only_those_who_decide_about_matters_look_people_up(cast, sign_on, who):
    answer = sign_on(getattr(cast, who)).post("/search/key/", {"key": PHONE, "why": "核对重复登记"})
    assert answer.status_code == 403 and looked_up() == []


# --- saved views ----------------------------------------------------------------------------------------------------


def test_a_filter_is_kept_under_a_name_and_stands_above_its_list_for_me_alone(cast, sign_on):
    browser = sign_on(cast.wang)
    kept = browser.post("/views/save/matters/?state=open&cursor=x", {"label": "在办"})
    assert kept["Location"] == "/matters/?state=open"
    page = browser.get("/matters/?state=open").content.decode()
    assert '<a href="/matters/?state=open" aria-current="page">在办</a>' in page
    assert ">在办</a>" not in sign_on(cast.zhao).get("/matters/?state=open").content.decode()
    with scope(cast.wang):
        view = queries.views_of(cast.wang)[0]["id"]
    assert sign_on(cast.zhao).post(f"/views/{view}/drop/").status_code == 404
    assert browser.post(f"/views/{view}/drop/").status_code == 302
    assert ">在办</a>" not in browser.get("/matters/").content.decode()


def test_a_view_of_an_address_that_is_not_ours_is_not_kept(cast, sign_on):
    assert sign_on(cast.wang).post("/views/save/nowhere/?a=1", {"label": "甲"}).status_code == 404
    assert sign_on(cast.wang).post("/views/save//evil.example/?a=1", {"label": "甲"}).status_code == 404


# --- settings -------------------------------------------------------------------------------------------------------


@pytest.mark.spec("S4")
def test_an_administrator_sets_up_a_room_an_account_and_a_post_that_ends(cast, sign_on, words):
    """Partners' and volunteers' posts need an end; keys: core's tests."""
    browser, station = sign_on(cast.guan), cast.org["chengguan"]
    browser.post("/settings/organisations/new/", {"name": "东门警务室", "kind": "room", "parent_id": station})
    room = Organisation.objects.get(name="东门警务室")
    assert room.lineage[-2:] == [station, room.pk]
    browser.post("/settings/accounts/", {"username": "ma01", "name": "马力", "password": "Ganxi-2026-x"})
    refused = browser.post(f"/settings/organisations/{room.pk}/posts/", {"username": "ma01", "role": "volunteer"})
    assert refused.status_code == 422 and "须有截止日期" in refused.content.decode()
    yesterday = {"valid_from": clock.today() - timedelta(days=1)}
    browser.post(f"/settings/organisations/{room.pk}/posts/", {"username": "ma01", "role": "officer", "title": "驻室民警"} | yesterday)
    assert "驻室民警" in words(browser.get(f"/settings/organisations/{room.pk}/"))
    post = Post.objects.get(account__username="ma01")
    browser.post(f"/settings/posts/{post.pk}/end/")
    assert "驻室民警" not in words(browser.get(f"/settings/organisations/{room.pk}/"))
    assert "驻室民警" in words(browser.get(f"/settings/organisations/{room.pk}/?ended=1"))
    assert Account.objects.get(username="ma01").is_active


@pytest.mark.spec("NP-17")
def test_a_stations_mode_is_changed_on_its_page(cast, sign_on):
    """The page; what a mode changes: core's, force's and intake's tests."""
    browser, station = sign_on(cast.guan), cast.org["dongwu"]
    browser.post(f"/settings/organisations/{station}/mode/", {"mode": "standard", "desk_id": cast.org["cg_desk"]})
    row = Organisation.objects.get(pk=station)
    assert (row.mode, row.desk_id) == ("standard", cast.org["cg_desk"])


# --- the ledger's page, health, refusals ------------------------------------------------------------------------------


def test_a_page_that_is_gone_and_one_that_never_was_read_alike(cast, sign_on):
    one = told(cast)
    pages = [sign_on(cast.chen).get(f"/matters/{ident}/") for ident in (one.matter_id, "0190a6d0-0000-7000-8000-000000000000")]
    assert [page.status_code for page in pages] == [404, 404]
    assert sign_on(cast.wang).get("/nowhere/").status_code == 404
    assert "没有找到" in sign_on(cast.wang).get("/nowhere/").content.decode()


def test_a_stranger_without_a_session_gets_our_page_for_a_slip_that_is_not_there(client, db):
    answer = client.get("/slip/unknown/")
    assert answer.status_code == 404 and "没有找到" in answer.content.decode()


@pytest.mark.parametrize(("status", "heading"), [(403, "不能办理"), (409, "现在不能办理"), (413, "文件过大"), (429, "操作过于频繁")])
def test_each_refusal_has_its_page(rf, status, heading):
    from fengqiao.core import web

    answer = web.refusal(rf.get("/"), Refused("说明原因。", status=status))
    assert answer.status_code == status
    assert heading in answer.content.decode() and "说明原因。" in answer.content.decode()


def test_a_form_that_is_too_long_is_told_so_and_not_lost_in_a_fault(cast, sign_on):
    answer = sign_on(cast.wang).post("/search/key/", {"key": "9" * 2_500_000})
    assert answer.status_code == 413 and "提交的内容过长" in answer.content.decode()


def test_a_fault_of_ours_shows_a_page_that_needs_neither_database_nor_actor(cast, sign_on, monkeypatch):
    browser = sign_on(cast.wang)
    browser.raise_request_exception = False
    monkeypatch.setattr(queries, "today", lambda actor: 1 / 0)
    answer = browser.get("/")
    assert answer.status_code == 500 and "服务器出错" in answer.content.decode()


def test_health_is_told_without_signing_on_and_tells_nothing_else(client, db):
    answer = client.get("/health/")
    assert answer.status_code == 200
    assert answer.content.decode().splitlines() == ["正常", "数据库 正常", "待封存最久 0 秒"]


def test_events_that_wait_too_long_for_their_seal_make_the_machine_unwell(cast, client):
    with clock.at(datetime.now(UTC) - timedelta(minutes=5)):
        told(cast)
    answer = client.get("/health/")
    assert answer.status_code == 503 and answer.content.decode().startswith("异常")


def test_every_named_page_of_the_frame_is_served():
    for name in ("desk:today", "desk:search", "desk:notices", "login", "logout", "switch"):
        assert reverse(name)
