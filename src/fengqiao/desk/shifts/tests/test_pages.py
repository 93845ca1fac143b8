"""Pages of shifts as people at their desks meet them."""

from datetime import timedelta
from io import BytesIO

from django.db import connections
from pypdf import PdfReader

from fengqiao.core import clock
from fengqiao.core.scope import scope
from fengqiao.desk.shifts import acts, queries
from fengqiao.desk.shifts.tests.conftest import MORNING, NIGHT
from fengqiao.force import acts as force


def post(client, address, **values):
    return client.post(address, values)


def page(station, path=""):
    return f"/shifts/{station.shift}/{path}"


def test_the_handover_goes_from_draft_to_archive_by_one_button_each(station, quarrel, sign_on, words):
    cast, there = station.cast, page(station)
    with clock.at(MORNING):
        draft = words(sign_on(cast.deng).get(there))
        assert "交班签字" in draft and quarrel.matter_number in draft and "装备、车辆、钥匙尚未清点" in draft and "王大山" not in draft
        assert "由值班民警、综合指挥室或所领导签字" in words(sign_on(cast.lin).get(there))
        assert post(sign_on(cast.deng), page(station, "kit/"), n0="6", r3="一辆在修").status_code == 302
        assert post(sign_on(cast.lin), page(station, "line/"), section="other", text="院门锁芯已换").status_code == 302
        assert post(sign_on(cast.deng), page(station, "give/")).status_code == 302
        given = words(sign_on(cast.deng).get(there))
        assert "待接班人签字" in given and "收回" in given and "院门锁芯已换" in given
        assert "接班签字" in words(sign_on(cast.wang).get(there))
        assert post(sign_on(cast.deng), page(station, "take/")).status_code == 409
        assert post(sign_on(cast.wang), page(station, "take/")).status_code == 302
        assert post(sign_on(cast.wang), page(station, "close/")).status_code == 403
        assert post(sign_on(cast.zhao), page(station, "close/")).status_code == 302
        done = words(sign_on(cast.sun).get(there))
    assert "已归档" in words(sign_on(cast.sun).get("/shifts/")) and "下一步" not in done


def test_what_is_wrong_is_said_beside_the_field(station, sign_on, words):
    with clock.at(NIGHT):
        for path, values, said in (
            ("line/", {"section": "other", "text": "  "}, "这个字段是必填项"),
            ("line/", {"section": "due", "text": "x"}, "不在可用的选项中"),
            ("kit/", {}, "请按清点项目填写数量"),
            ("log/", {"text": "长" * 1001}, "1000"),
        ):
            answer = post(sign_on(station.cast.deng), page(station, path), **values)
            assert answer.status_code == 422 and said in words(answer), (path, words(answer)[:400])


def test_a_line_is_logged_from_anywhere_and_leads_back(station, sign_on, words):
    cast = station.cast
    with clock.at(NIGHT):
        client = sign_on(cast.lin)
        answer = post(client, "/shifts/line/", text="三时二十分巡逻返回", back="/matters/")
        assert (answer.status_code, answer["Location"]) == (302, "/matters/")
        assert post(client, "/shifts/line/", text="又一条", back="//evil.example/")["Location"] == page(station, "log/")
        log = words(client.get("/duty/", follow=True))
        assert "值班日志" in log and "三时二十分巡逻返回" in log and "林小川" in log
    with clock.at(NIGHT + timedelta(days=20)):
        answer = post(sign_on(cast.lin), "/shifts/line/", text="没有班次")
        assert answer.status_code == 409 and "开班" in words(answer)
        assert post(sign_on(cast.deng), "/shifts/open/").status_code == 302


def test_the_same_thing_done_many_times_at_one_go_is_one_line_of_the_log(station, sign_on, words):
    """A month's roster would bury the night's quarrel."""
    with clock.at(NIGHT):
        for days in (3, 4, 5):
            start = NIGHT + timedelta(days=days)
            force.put_on_duty(station.cast.zhao, service_id=station.staff["wang"].id, task="main", start=start, end=start + timedelta(hours=8))
        log = words(sign_on(station.cast.zhao).get(page(station, "log/")))
    assert log.count("排班") == 1 and "排班 3 次 赵启明" in log


def test_a_form_sent_twice_logs_one_line(station, sign_on, words):
    with clock.at(NIGHT):
        client = sign_on(station.cast.lin)
        for _ in range(2):
            post(client, page(station, "log/"), text="只记一次", idempotency_key="k-1")
        assert words(client.get(page(station, "log/"))).count("只记一次") == 1


def test_the_night_is_signed_for_on_the_page_and_on_the_start_page(station, quarrel, sign_on, words):
    cast = station.cast
    with clock.at(MORNING):
        acts.give_over(cast.deng, shift_id=station.shift)
        start = words(sign_on(cast.wang).get("/"))
        assert "夜间事项待签收" in start and "交接班待接班签字" in start
        acts.take_over(cast.wang, shift_id=station.shift)
        assert "交接班待审签" in words(sign_on(cast.zhao).get("/"))
        assert "夜间事项签收后下班" in words(sign_on(cast.deng).get(page(station)))
        with scope(cast.wang):
            [night] = queries.night_waiting(cast.wang)
        assert f"/night/{night.id}/sign/" in sign_on(cast.wang).get(page(station)).content.decode()
        assert f"/night/{night.id}/sign/" not in sign_on(cast.deng).get(page(station)).content.decode()
        answer = post(sign_on(cast.wang), f"/night/{night.id}/sign/")
        assert answer["Location"] == f"/matters/{quarrel.matter_id}/"
        assert "夜间事项待签收" not in words(sign_on(cast.wang).get("/"))
        assert "下班" in words(sign_on(cast.deng).get(page(station)))


def test_the_start_page_of_who_does_not_come_next_is_quiet(station, quarrel, sign_on, words):
    cast = station.cast
    with clock.at(MORNING):
        acts.give_over(cast.deng, shift_id=station.shift)
        assert "交接班待" not in words(sign_on(cast.lin).get("/"))
        assert "交接班待" not in words(sign_on(cast.chen).get("/"))
        assert "交接班待" not in words(sign_on(cast.deng).get("/")), "who gave it waits for the other"


def printed(answer) -> str:
    return "".join("".join(one.extract_text().split()) for one in PdfReader(BytesIO(answer.content)).pages)


def test_the_paper_carries_the_draft_and_then_the_signatures(station, quarrel, sign_on):
    cast = station.cast
    with clock.at(MORNING):
        acts.count_kit(cast.deng, shift_id=station.shift, counts={"对讲机": 6}, remarks={"对讲机": "充电中"})
        acts.add_line(cast.deng, shift_id=station.shift, section="instructions", text="所长要求加强校园周边 #strong[注]")
        answer = sign_on(cast.deng).get(page(station, "handover.pdf"))
        assert answer["Content-Type"] == "application/pdf"
        draft = printed(answer)
        assert "草稿，尚未签字" in draft and quarrel.matter_number in draft and "对讲机6充电中" in draft and "#strong[注]" in draft
        assert "王大山" not in draft
        acts.give_over(cast.deng, shift_id=station.shift)
        acts.take_over(cast.wang, shift_id=station.shift)
        acts.close_shift(cast.zhao, shift_id=station.shift)
        final = printed(sign_on(cast.sun).get(page(station, "handover.pdf")))
    assert "草稿" not in final and "交班人：邓海" in final and "接班人：王砚" in final and "所领导：赵启明" in final
    assert "夜间事项移交责任民警（1）" in final and "11月21日10:00" in final


def test_opening_a_handover_leaves_a_line_in_the_access_log(station, sign_on):
    cast = station.cast
    with clock.at(MORNING):
        sign_on(cast.wang).get(page(station))
        with connections["access"].cursor() as cursor:
            cursor.execute("SELECT set_config('app.orgs', %s, false)", ["{" + str(cast.wang.org_id) + "}"])
            cursor.execute("SELECT kind, purpose FROM core_access WHERE subject_id = %s AND account_id = %s", [station.shift, cast.wang.account_id])
            assert cursor.fetchall() == [("shift", "值班交接")]


def test_the_administrator_sets_patterns_and_everybody_else_is_refused(station, sign_on, words):
    cast = station.cast
    given = {"org_id": cast.org["chengguan"], "hours": "12", "starts": "09:00", "sign_by": "09:30", "kit": "对讲机\n盾牌", "template": "昨日{接报数}件"}
    with clock.at(MORNING):
        assert sign_on(cast.zhao).get("/settings/shifts/").status_code == 403
        client = sign_on(cast.guan)
        assert "单警装备" in client.get("/settings/shifts/").content.decode()
        assert post(client, "/settings/shifts/", **given).status_code == 302
        kept = client.get(f"/settings/shifts/?org={cast.org['chengguan']}").content.decode()
        assert "盾牌" in kept and 'value="09:30"' in kept and "昨日{接报数}件" in kept
        wrong = post(client, "/settings/shifts/", **given | {"kit": "长" * 21})
        assert wrong.status_code == 422 and "每项不超过 20 字" in words(wrong)
        with scope(cast.zhao):
            assert queries.pattern_of(cast.org["chengguan"], clock.now()).hours == 12
            assert queries.pattern_of(cast.org["shiqiao"], clock.now()).hours == 24
