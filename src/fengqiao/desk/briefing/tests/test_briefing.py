"""晨会: the last 24 hours, what is red or late or again or due, and orders with person and time (station-day 14)."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from fengqiao.core import clock
from fengqiao.core.acts.settings import change_setting
from fengqiao.core.scope import scope
from fengqiao.desk.briefing import queries, rules
from fengqiao.desk.shifts import acts as shifts
from fengqiao.desk.shifts.tests.conftest import EVENING, MORNING, NIGHT, TEN, quarrel, station, tell
from fengqiao.disputes import acts as disputes
from fengqiao.disputes.models import Dispute
from fengqiao.intake import acts as intake
from fengqiao.tasks import queries as tasks

__all__ = ["quarrel", "station"]
EIGHT = MORNING.replace(hour=8, minute=30)


def brief(actor):
    with scope(actor):
        return queries.briefing(actor)


def test_the_last_24_hours_are_counted_by_kind_and_source_and_older_ones_are_not(station, quarrel):
    tell(station.cast, "前天的争吵", at=NIGHT - timedelta(days=2))
    with clock.at(EIGHT):
        of = brief(station.cast.zhao)
    assert of.reports == 1 and of.quarrels == 1 and [word for _, word, _ in of.channels] == ["窗口"]


def test_what_happened_again_stands_with_how_often(station, quarrel):
    from fengqiao.intake.rules import ReportIn

    at = NIGHT + timedelta(hours=1)
    with clock.at(at + timedelta(hours=6)):
        report = ReportIn(channel="110", text="又在院墙边争吵", occurred=(at + timedelta(hours=6), at + timedelta(hours=6)))
        intake.attach(station.cast.deng, report=report, matter_id=quarrel.matter_id, again=True)
    with clock.at(EIGHT + timedelta(hours=2)):
        assert [(one.number, one.occurrences) for one in brief(station.cast.zhao).again] == [(quarrel.matter_number, 2)]


def test_red_and_orange_disputes_stand_first_with_their_leader(station, quarrel, sign_on, words):
    cast = station.cast
    with clock.at(NIGHT + timedelta(minutes=30)):
        dispute = disputes.open_dispute(cast.deng, matter_id=quarrel.matter_id, kind="D02", owner_id=cast.wang.account_id)
    with scope(cast.zhao):
        Dispute.objects.filter(id=dispute).update(level="red", level_since=NIGHT, lead_id=cast.zhao.account_id)
    with clock.at(EIGHT):
        [one] = brief(cast.wang).high
        assert (one.level, one.lead, one.owner) == ("red", "赵启明", "王砚") and "王大山" not in one.title
        page = words(sign_on(cast.wang).get("/briefing/"))
        assert "红色" in page and "包案 赵启明" in page


def test_what_is_over_time_and_what_is_due_today_are_apart(station, quarrel):
    cast = station.cast
    with clock.at(MORNING):
        shifts.give_over(cast.deng, shift_id=station.shift)
        promise = intake.hand_over(cast.deng, matter_id=quarrel.matter_id, to_org_id=cast.org["justice"], kind="referral", channel="GT", reason="申请调解")
        of = brief(cast.zhao)
        assert [one.number for one in of.due.items if "夜间" in one.text] == [quarrel.matter_number]
    with clock.at(TEN + timedelta(minutes=1)):
        assert [one.number for one in brief(cast.zhao).late.items if "夜间" in one.text] == [quarrel.matter_number]
    with clock.at(EIGHT + timedelta(days=30)):
        assert f"/promises/{promise}/" in [one.url for one in brief(cast.zhao).late.items]


def test_an_instruction_becomes_an_order_with_person_and_time(station, quarrel, sign_on, words):
    cast = station.cast
    with clock.at(EIGHT):
        given = {"title": "今日上门见两户当事人", "owner_id": cast.wang.account_id, "due_at": "2026-11-21T17:30", "number": quarrel.matter_number.lower()}
        client = sign_on(cast.zhao)
        for _ in range(2):
            assert client.post("/briefing/", given | {"idempotency_key": "once"}).status_code == 302
        with scope(cast.wang):
            [order] = tasks.mine(cast.wang)
        assert (order.title, order.owner, order.about) == ("今日上门见两户当事人", "王砚", quarrel.matter_id)
        assert f"{clock.local(order.due_at):%m-%d %H:%M}" == "11-21 17:30"
        assert "今日上门见两户当事人" in words(sign_on(cast.lin).get("/briefing/"))


def test_an_instruction_without_person_or_with_an_unknown_number_is_sent_back_with_what_was_typed(station, sign_on, words):
    cast = station.cast
    with clock.at(EIGHT):
        for values, said in (
            ({"title": "走访", "owner_id": "", "due_at": "2026-11-21T17:30"}, "必填"),
            ({"title": "走访", "owner_id": cast.wang.account_id, "due_at": "2026-11-21T17:30", "number": "F9999"}, "没有这个事项编号"),
            ({"title": "走访", "owner_id": cast.wang.account_id, "due_at": "2026-11-20T17:30"}, "期限须在今后"),
        ):
            answer = sign_on(cast.zhao).post("/briefing/", values)
            assert answer.status_code == 422 and said in words(answer) and 'value="走访"' in answer.content.decode()
        answer = sign_on(cast.wang).post("/briefing/", {"title": "走访", "owner_id": cast.lin.account_id, "due_at": "2026-11-21T17:30"})
        assert answer.status_code == 422, "an officer gives no orders: the form offers nobody"
        with scope(cast.wang):
            assert tasks.ordered(cast.wang, EVENING, EIGHT + timedelta(days=1)) == []


def test_the_bulletin_names_numbers_and_kinds_and_nobody(station, quarrel, sign_on, words):
    with clock.at(EIGHT):
        answer = sign_on(station.cast.deng).get("/briefing/")
        text = re.search(r"<textarea[^>]*id=\"bulletin-text\"[^>]*>(.*?)</textarea>", answer.content.decode(), re.S)[1]
        assert text.startswith("城关派出所每日警情通报") and "共接报 1 件，其中矛盾纠纷 1 件" in text and "窗口 1 件" in text
        assert "大山" not in text and "李小毛" not in text
        paper = sign_on(station.cast.deng).get("/briefing/bulletin.pdf")
        assert "城关派出所每日警情通报" in "".join("".join(one.extract_text().split()) for one in PdfReader(BytesIO(paper.content)).pages)


def test_a_station_has_its_own_wording_and_an_unknown_cell_is_said_loudly(station, sign_on, words):
    cast = station.cast
    with clock.at(EVENING):
        change_setting(cast.guan, org_id=cast.org["bureau"], key="briefing.template", value="昨日{接报数}起，{抓获数}人，重复{重复}")
    with clock.at(EIGHT):
        page = words(sign_on(cast.deng).get("/briefing/"))
    assert "昨日0起，{抓获数}人，重复无" in page and "模板中有无法填写的栏目：抓获数" in page


@pytest.mark.parametrize(("template", "filled"), [("{接报数}", "3"), ("{ 接报数 }", "3"), ("{重复}", "无"), ("{x}{}", "{x}{}"), ("", ""), ("{{接报数}}", "{3}")])
def test_cells_are_filled_and_others_left(template, filled):
    assert rules.fill(template, {"接报数": "3"}) == filled


def test_the_next_station_has_its_own_morning(station, quarrel):
    with clock.at(EIGHT):
        assert brief(station.cast.chen).reports == 0
        assert brief(station.cast.wu).reports == 1, "the county centre sees the whole county"
