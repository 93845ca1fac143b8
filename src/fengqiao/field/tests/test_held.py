"""待核, 待核对: an officer settles what a phone sent; nothing is lost, nothing is kept longer than needed."""

import uuid

import pytest
from django.db import connection
from django.test import Client

from fengqiao.core import access, clock
from fengqiao.core.errors import Forbidden, NotThere, Refused
from fengqiao.core.models import AccessLine, Account, Event, Post
from fengqiao.core.scope import scope
from fengqiao.field import acts, queries
from fengqiao.field.models import Held, Operation
from fengqiao.field.tests.test_operations import QUARREL
from fengqiao.intake.models import Matter, Report


@pytest.fixture
def held(enrol, cast):
    """A capture of a grid worker whose phone was reported lost before it arrived."""
    phone = enrol("gao")
    acts.end(cast.zhao, device_id=uuid.UUID(phone.device), why="lost")
    assert phone.do("capture", QUARREL, claimed_at=clock.now().isoformat())["outcome"] == "held"
    return only(cast.wang, device_id=phone.device)


def only(actor, **wanted):
    with scope(actor):
        return Held.objects.get(**wanted)


def browser(who):
    client = Client()
    client.force_login(Account.objects.get(username=who), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_adopting_carries_it_out_as_the_officer_and_forgets_the_words(held, cast):
    made = acts.adopt(cast.wang, held_id=held.id)
    with scope(cast.wang):
        report, row, done = Report.objects.get(id=made["report"]), Held.objects.get(id=held.id), Operation.objects.get(id=held.operation_id)
        event = Event.objects.get(about=report.matter_id, act="field.adopt")
    assert report.text == QUARREL["text"] and report.received_by_id == cast.wang.account_id
    assert report.occurred_start == done.occurred_at
    assert (row.state, row.body, row.settled_by_id) == ("adopted", None, cast.wang.account_id)
    assert (done.outcome, done.made["matter"], event.facts["made"]["matter"]) == ("done", str(report.matter_id), str(report.matter_id))
    with pytest.raises(Refused):
        acts.adopt(cast.wang, held_id=held.id)


def test_what_is_still_not_allowed_stays_and_says_why(enrol, cast):
    with scope(cast.chen):
        matter = enrol("chen").do("capture", QUARREL)["made"]["matter"]
    phone = enrol("wang")
    phone.do("note", {"text": "我见过"}, about=matter)
    held = only(cast.wang, act="note")
    with pytest.raises(Refused, match="没有这条记录"):
        acts.adopt(cast.wang, held_id=held.id)
    assert only(cast.wang, id=held.id).body["data"]["text"] == "我见过"


def test_its_words_become_a_note_or_are_set_aside_with_a_reason(held, enrol, cast):
    matter = enrol("wang").do("capture", {"text": "界墙又吵"})["made"]["matter"]
    acts.keep_as_note(cast.wang, held_id=held.id, matter_id=uuid.UUID(matter))
    with scope(cast.wang):
        assert Event.objects.filter(about=matter, act="intake.note").exists()
        assert Held.objects.get(id=held.id).state == "noted"
    phone = enrol("wang")
    phone.send("废话")
    second = only(cast.wang, device_id=phone.device)
    acts.set_aside(cast.zhao, held_id=second.id, reason="测试内容")
    second = only(cast.wang, id=second.id)
    assert (second.state, second.body) == ("aside", None) and second.mark


def test_of_two_versions_one_tap_lets_one_stand(enrol, cast):
    wang, deng = enrol("wang"), enrol("deng")
    made = wang.do("capture", QUARREL)["made"]["matter"]
    with scope(cast.wang):
        title = Matter.objects.get(id=made).title
    for n, (step, stands) in enumerate((("adopt", "围墙0"), ("keep", "界墙1"))):
        now = title if n == 0 else "围墙0"
        wang.do("edit", {"fields": {"title": {"base": now, "value": f"界墙{n}"}}}, about=made)
        deng.do("edit", {"fields": {"title": {"base": now, "value": f"围墙{n}"}}}, about=made)
        one = only(cast.wang, queue="conflict", state="open")
        office = browser("wang")
        page = office.get(f"/field/held/{one.id}/").content.decode()
        assert f"围墙{n}" in page and f"界墙{n}" in page and "邓海" in page and "修改" in page
        answer = office.post(f"/field/held/{one.id}/{step}/", {"queue": "conflict"})
        assert answer.status_code == 302
        with scope(cast.wang):
            assert Matter.objects.get(id=made).title == stands


def test_whoever_decides_for_the_second_taker_gives_it_to_the_phones_owner(enrol, cast):
    from fengqiao.intake import acts as intake

    wang, deng = enrol("wang"), enrol("deng")
    made = wang.do("capture", QUARREL)["made"]["matter"]
    deng.do("take", about=made)
    wang.do("take", about=made)
    one = only(cast.wang, queue="conflict")
    intake.triage(cast.zhao, matter_id=uuid.UUID(made), kind="D02", owner_id=cast.deng.account_id)
    acts.adopt(cast.zhao, held_id=one.id)
    with scope(cast.wang):
        assert Matter.objects.get(id=made).owner_id == cast.wang.account_id


def test_the_next_station_sees_nothing_and_an_auxiliary_decides_nothing(held, cast):
    with pytest.raises(Forbidden):
        acts.adopt(cast.lin, held_id=held.id)
    for act in (acts.adopt, acts.keep_as_note, acts.keep_theirs):
        with pytest.raises(NotThere):
            act(cast.chen, held_id=held.id)
    assert browser("chen").get(f"/field/held/{held.id}/").status_code == 404
    with scope(cast.chen):
        assert queries.waiting(cast.chen, "check").total == 0
    assert browser("gao").get("/field/held/").status_code == 403


def test_reading_what_waits_leaves_a_line_and_the_list_shows_no_words(held, cast, monkeypatch):
    monkeypatch.setattr(access, "connections", {"access": connection})
    office = browser("zhao")
    listed = office.get("/field/held/").content.decode()
    assert "记一笔" in listed and "高田" in listed and "界墙" not in listed and "李大山" not in listed
    shown = office.get(f"/field/held/{held.id}/").content.decode()
    assert "界墙" in shown and "李大山" in shown
    with scope(cast.zhao):
        assert AccessLine.objects.filter(kind="held", subject_id=held.id, account_id=cast.zhao.account_id).count() == 1


def test_the_station_is_told_that_something_waits(held, cast):
    from fengqiao.core import notices

    with scope(cast.deng):
        assert "field.check" in {one.group for one in notices.grouped(cast.deng)}


def test_pages_of_phones_end_one_and_report_one_lost(enrol, cast):
    phone, other = enrol("wang", "红米"), enrol("lin", "旧手机")
    office = browser("zhao")
    page = office.get("/field/devices/").content.decode()
    assert "红米" in page and "旧手机" in page
    assert "旧手机" not in browser("wang").get("/field/devices/").content.decode()
    assert office.get(f"/field/devices/{phone.device}/end/").status_code == 200
    assert office.post(f"/field/devices/{phone.device}/lost/").status_code == 302
    gone = phone.client.get("/field/v1/feed", headers=phone.headers)
    assert gone.status_code == 410 and gone.json()["orders"]["wipe"]
    assert phone.client.post("/field/v1/wiped", {}, content_type="application/json", headers=phone.headers).status_code == 200
    assert "已清除" in office.get("/field/devices/").content.decode()
    assert browser("lin").post(f"/field/devices/{other.device}/end/").status_code == 302
    assert browser("lin").post(f"/field/devices/{phone.device}/wipe/").status_code == 404


def test_a_right_that_came_back_lets_a_held_fact_be_adopted(enrol, cast):
    phone = enrol("gao")
    Post.objects.filter(id=cast.gao.post_id).update(valid_to="2026-01-01")
    assert phone.do("capture", QUARREL)["outcome"] == "held"
    acts.adopt(cast.zhao, held_id=only(cast.zhao, device_id=phone.device).id)
    with scope(cast.zhao):
        assert Report.objects.filter(text=QUARREL["text"]).count() == 1
