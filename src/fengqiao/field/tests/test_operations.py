"""What a phone sends arrives: each operation once, in its own transaction, answered; nothing of it is lost."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from fengqiao.core import clock
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.field.models import Held, Operation
from fengqiao.intake.models import Matter, Report

QUARREL = {"kind": "dispute", "text": "桂花社区两家为界墙争吵", "place_text": "桂花社区三组", "parties": [{"name": "李大山", "phone": "13899990017"}]}


def test_a_capture_becomes_a_report_with_its_receipt_and_its_own_time(enrol, cast):
    phone = enrol("gao")
    answer = phone.do("capture", QUARREL, claimed_at=(clock.now()).isoformat())
    assert answer["outcome"] == "done" and answer["made"]["number"].startswith("S")
    with scope(cast.wang):
        report = Report.objects.get(id=answer["made"]["report"])
        assert (report.channel, report.received_by_id, report.text) == ("grid", cast.gao.account_id, QUARREL["text"])
        event = Event.objects.get(about=report.matter_id, act="intake.receive")
    assert event.facts["phone"]["op"] == answer["op"] and event.facts["phone"]["seq"] == 1


def test_the_same_batch_three_times_makes_each_report_once(enrol, cast):
    phone = enrol("wang")
    batch = [phone.write("capture", QUARREL | {"text": f"第{n}件事"}) for n in range(20)]
    first = phone.send(*batch)
    again = phone.send(*batch[::-1])[::-1]
    assert {one["outcome"] for one in first} == {"done"} and {one["outcome"] for one in again} == {"again"}
    assert [one["made"] for one in first] == [one["made"] for one in again] and {one["first"] for one in again} == {"done"}
    phone.send(*batch[7:], *batch[:7])
    with scope(cast.wang):
        assert Report.objects.filter(text__startswith="第").count() == 20


def test_a_note_finds_what_an_earlier_capture_made_and_waits_for_it(enrol, cast):
    phone = enrol("wang")
    capture = phone.write("capture", QUARREL)
    note = phone.write("note", {"text": "已劝开"}, about=f"op:{capture['op']}", after=[capture["op"]])
    [waits] = phone.send(note)
    assert waits["outcome"] == "later"
    [noted, made] = phone.send(note, capture)
    assert (noted["outcome"], made["outcome"]) == ("done", "done")
    assert noted["made"]["matter"] == made["made"]["matter"]


def test_what_is_no_operation_is_refused_kept_and_listed(enrol, cast):
    phone = enrol("wang")
    unknown, shapeless = phone.write("teleport", {"to": "月球"}), phone.write("capture", {"kind": "quarrel", "text": 7})
    answers = phone.send(unknown, "废话", {"seq": 3}, shapeless, {"op": str(uuid.uuid4()), "seq": 10, "act": "note"}, None)
    assert {one["outcome"] for one in answers} == {"refused"}
    phone.send(unknown, "废话", {"seq": 3}, shapeless)
    with scope(cast.wang):
        held = list(Held.objects.filter(device_id=phone.device))
    assert len(held) == 6 and {one.queue for one in held} == {"check"}
    assert unknown in [one.body for one in held] and "废话" in [one.body for one in held]


def test_another_body_under_a_known_id_or_number_is_refused_and_kept(enrol, cast):
    phone = enrol("wang")
    one = phone.write("capture", QUARREL)
    phone.send(one)
    forged = one | {"data": QUARREL | {"text": "换了内容"}}
    renumbered = phone.write("capture", QUARREL) | {"seq": one["seq"]}
    answers = phone.send(forged, renumbered)
    assert [(a["outcome"], a["why"]) for a in answers] == [("refused", "reused")] * 2
    with scope(cast.wang):
        assert Held.objects.filter(device_id=phone.device).count() == 2
        assert Operation.objects.filter(device_id=phone.device).count() == 1


def test_a_fact_about_what_is_out_of_sight_is_held_and_a_decision_a_conflict(enrol, cast):
    matter = enrol("chen").do("capture", QUARREL)["made"]["matter"]  # 云岭所 has it
    phone = enrol("wang")
    note, take = phone.do("note", {"text": "我见过"}, about=matter), phone.do("take", about=matter)
    assert (note["outcome"], take["outcome"]) == ("held", "conflict")
    with scope(cast.wang):
        queues = dict(Held.objects.filter(device_id=phone.device).values_list("act", "queue"))
    assert queues == {"note": "check", "take": "conflict"}
    with scope(cast.chen):
        assert not Held.objects.exists()


def test_the_first_to_take_a_matter_has_it_and_the_second_is_a_conflict(enrol, cast):
    wang, deng = enrol("wang"), enrol("deng")
    matter = wang.do("capture", QUARREL)["made"]["matter"]
    assert deng.do("take", about=matter)["outcome"] == "done"
    assert wang.do("take", about=matter)["outcome"] == "conflict"
    with scope(cast.wang):
        assert Matter.objects.get(id=matter).owner_id == cast.deng.account_id


def test_fields_changed_apart_merge_and_the_same_field_is_a_conflict(enrol, cast):
    wang, deng = enrol("wang"), enrol("deng")
    matter = wang.do("capture", QUARREL)["made"]["matter"]
    with scope(cast.wang):
        title = Matter.objects.get(id=matter).title
    place = QUARREL["place_text"]
    assert wang.do("edit", {"fields": {"title": {"base": title, "value": "界墙"}}}, about=matter)["outcome"] == "done"
    both = {"title": {"base": title, "value": "围墙"}, "place_text": {"base": place, "value": "桂花社区三组12号"}}
    answer = deng.do("edit", {"fields": both}, about=matter)
    assert answer["outcome"] == "conflict" and answer["made"]["applied"] == ["place_text"]
    with scope(cast.wang):
        row, held = Matter.objects.get(id=matter), Held.objects.get(queue="conflict")
    assert (row.title, row.place_text) == ("界墙", "桂花社区三组12号")
    assert held.theirs == {"title": {"base": title, "mine": "围墙", "theirs": "界墙"}}


@pytest.mark.parametrize("years", [1, -1])
def test_a_clock_wrong_by_a_year_is_kept_and_believed_by_nobody(enrol, cast, years):
    phone = enrol("wang")
    claimed = clock.now() + timedelta(days=365 * years)
    answer = phone.do("capture", QUARREL, claimed_at=claimed.isoformat(), offset_ms=None)
    with scope(cast.wang):
        report, row = Report.objects.get(id=answer["made"]["report"]), Operation.objects.get(op=answer["op"])
    assert report.precision == "unknown" and abs(report.occurred_start - clock.now()) < timedelta(minutes=1)
    assert row.claimed_at == claimed and row.offset_ms is None


def test_a_wrong_clock_with_its_measured_offset_is_put_right(enrol, cast):
    with clock.at(clock.now() - timedelta(hours=5)):
        phone = enrol("wang")
    happened = clock.now() - timedelta(hours=3)
    answer = phone.do("capture", QUARREL, claimed_at=(happened - timedelta(days=365)).isoformat(), offset_ms=365 * 86_400_000)
    with scope(cast.wang):
        report = Report.objects.get(id=answer["made"]["report"])
    assert report.occurred_start == happened and report.precision == "exact"


def test_a_phone_reported_lost_reads_nothing_and_what_it_sends_is_held(enrol, cast, client):
    from fengqiao.field import acts

    phone = enrol("wang")
    acts.end(cast.zhao, device_id=uuid.UUID(phone.device), why="lost")
    gone = phone.client.get("/field/v1/feed", headers=phone.headers)
    assert gone.status_code == 410 and gone.json()["orders"]["wipe"]
    assert phone.do("capture", QUARREL)["outcome"] == "held"
    with scope(cast.zhao):
        assert Held.objects.get(device_id=phone.device).why


def test_no_secret_no_entry(enrol, client):
    phone = enrol("wang")
    for header in ("", "Device", f"Device {phone.device}", f"Device {phone.device}.x", f"Bearer {phone.device}.{phone.secret}"):
        assert client.get("/field/v1/feed", headers={"Authorization": header}).status_code == 401
    assert client.post("/field/v1/devices", {}, content_type="application/json").status_code == 401


def test_the_timeline_tells_when_it_was_written_and_when_it_arrived(cast):
    from fengqiao.core.models import Account
    from fengqiao.field.tests.conftest import enrolled

    with clock.at(clock.now() - timedelta(hours=5)):
        phone = enrolled("wang")
        made = phone.do("capture", QUARREL)["made"]["matter"]
    written = clock.now() - timedelta(hours=3)
    late = phone.write("note", {"text": "已劝开"}, about=made, claimed_at=written.isoformat())
    wrong = phone.write("note", {"text": "再去看看"}, about=made, claimed_at="2031-01-01T00:00:00+08:00")
    phone.send(late, wrong)
    office = Client()
    office.force_login(Account.objects.get(username="wang"), backend="django.contrib.auth.backends.ModelBackend")
    page = office.get(f"/matters/{made}/").content.decode()
    assert f"{clock.local(written):%H:%M} 写下" in page and "手机时钟不可信" in page and "当时收到" in page
