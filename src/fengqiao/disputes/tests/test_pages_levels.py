"""Level and violation signs on the pages: chip, reasons, steps, list and export."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from fengqiao.core import clock
from fengqiao.core.acts import approvals as core
from fengqiao.core.queries import approvals
from fengqiao.core.scope import scope
from fengqiao.disputes import acts, queries
from fengqiao.intake import acts as intake

from .conftest import told
from .test_levels import again, raise_to, waiting, work
from .test_pages import do


def test_an_officer_raises_by_form_the_leader_signs_and_the_page_tells_it(cast, dispute, sign_on, words, page):
    wang, zhao = sign_on("wang"), sign_on("zhao")
    form = words(wang.get(reverse("disputes:step", args=[dispute, "raise"])))
    assert "扬言报复" in form and "赵启明" in form and "必填" in form
    assert do(wang, dispute, "raise", level="orange", reasons=["threat"], text="当众扬言").status_code == 302
    shown = page(wang, dispute)
    assert "未定级" in shown and "提请变为橙" in shown and "升级 " not in shown
    asked = waiting(cast.zhao)[0].id
    assert "橙" in words(zhao.get(f"/approvals/{asked}/")) and "当众扬言" in words(zhao.get(f"/approvals/{asked}/"))
    assert zhao.post(f"/approvals/{asked}/decide/", {"granted": "yes"}).status_code == 302
    shown = page(wang, dispute)
    assert "▲ 橙" in shown or "橙 自" in shown
    assert "包案领导 赵启明" in shown and "扬言报复、威胁" in shown and "等级审批结果" in shown
    assert "disputes." not in shown and "core." not in shown


def test_a_level_that_does_not_fit_is_said_beside_its_field_and_nothing_is_lost(cast, dispute, sign_on, words):
    answer = do(sign_on("wang"), dispute, "raise", level="yellow", reasons=["weapon"], text="手持木棍")
    assert answer.status_code == 422 and "“使用器械”至少为红色" in words(answer) and "手持木棍" in answer.content.decode()


def test_the_page_shows_how_often_it_happened_and_that_a_rule_raised_it(cast, matter, dispute, sign_on, page):
    for days in (9, 4):
        again(cast, matter, clock.now() - timedelta(days=days))
    work(cast)
    shown = page(sign_on("wang"), dispute)
    assert "发生 3 次" in shown and "自动升级，待审批人确认" in shown and "三十天内多次发生" in shown


def test_lowering_to_no_level_at_all_is_a_choice_of_its_own(cast, dispute, sign_on, stands):
    raise_to(cast.zhao, dispute, "yellow", "households")
    assert do(sign_on("zhao"), dispute, "lower", level="none", reasons=["mistaken"]).status_code == 302
    assert stands(dispute).dispute.level == ""


def test_violation_signs_are_confirmed_and_answered_by_form(cast, sign_on, words, page):
    dispute = acts.open_dispute(cast.wang, matter_id=told(cast, text="双方互殴，一人流血受伤，扬言报复"))
    work(cast)
    wang = sign_on("wang")
    assert "接报内容提到：有人受伤、威胁恐吓" in page(wang, dispute)
    assert do(wang, dispute, "sign-confirm", signs=["injury"]).status_code == 302
    assert do(wang, dispute, "sign-dismiss", signs=["threat"], text="原话为玩笑").status_code == 302
    shown = page(wang, dispute)
    assert "暂不能调解" in shown and "程序规定" in shown
    refused = do(wang, dispute, "settle", outcome="settled", performance="performed")
    assert refused.status_code == 409 and "有人受伤" in words(refused)
    assert do(wang, dispute, "sign-case", signs=["injury"], case_number="").status_code == 422
    assert do(wang, dispute, "sign-case", signs=["injury"], case_number="A3512002026110001").status_code == 302
    shown = page(wang, dispute)
    assert "暂不能调解" not in shown and "案件编号 A3512002026110001" in shown and "经核实不是" in shown


def test_a_case_number_the_matter_has_is_not_typed_again(cast, dispute, sign_on):
    with scope(cast.wang):
        matter_id = queries.dispute_page(cast.wang, dispute).matter_id
    intake.accept_case(cast.wang, matter_id=matter_id, case_number="A3512002026110009")
    acts.add_signs(cast.wang, dispute_id=dispute, signs=["injury"])
    form = sign_on("wang").get(reverse("disputes:step", args=[dispute, "sign-case"])).content.decode()
    assert 'value="A3512002026110009"' in form and "checked" in form


@pytest.mark.parametrize(("level", "found"), [("red", 1), ("serious", 1), ("none", 1), ("yellow", 0), ("", 2)])
def test_the_list_is_narrowed_by_level_and_the_export_is_exactly_that(cast, dispute, sign_on, access_lines, level, found):
    told_other = acts.open_dispute(cast.wang, matter_id=told(cast, text="楼上漏水"))
    assert told_other != dispute
    raise_to(cast.zhao, dispute, "red", "weapon")
    client = sign_on("wang")
    shown = client.get("/disputes/", {"level": level})
    assert shown.content.decode().count("data-row=") == found
    lines = list(csv.reader(io.StringIO(b"".join(client.get("/disputes/export/", {"level": level}).streaming_content).decode("utf-8-sig"))))
    assert len(lines) - 1 == found
    if level == "red":
        assert lines[0][-2:] == ["风险等级", "包案领导"] and lines[1][-2:] == ["红", "赵启明"]


def test_signing_the_close_of_a_red_dispute_is_offered_when_it_is_what_is_missing(cast, dispute, sign_on, page):
    raise_to(cast.zhao, dispute, "red", "weapon")
    acts.settle(cast.wang, dispute_id=dispute, outcome="settled", performance="performed")
    acts.revisit(cast.lin, dispute_id=dispute, manner="visit", result="stable")
    wang = sign_on("wang")
    assert "提请结案审批" in page(wang, dispute)
    assert do(wang, dispute, "ask-close", text="").status_code == 302
    with scope(cast.zhao):
        [one] = approvals.waiting_for(cast.zhao)
    core.decide(cast.zhao, approval_id=one.id, granted=True)
    assert do(wang, dispute, "close").status_code == 302
