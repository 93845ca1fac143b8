"""移送 and the written "not police" notice wait for the signature the bureau's table asks for (station-day 3)."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from fengqiao.core import clock
from fengqiao.core.acts import approvals as signing
from fengqiao.core.acts.settings import change_setting
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.models import Event
from fengqiao.core.queries import approvals
from fengqiao.core.scope import scope
from fengqiao.intake import acts
from fengqiao.intake.models import Matter
from fengqiao.intake.rules import PartyIn, ReportIn
from fengqiao.promises import acts as promises
from fengqiao.promises import asking
from fengqiao.promises.models import Promise

NIGHT = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # 00:30 in Shanghai


@pytest.fixture
def told(cast):
    return acts.receive(cast.sun, report=ReportIn(channel="window", text="两家为宅基地争吵", parties=(PartyIn(name="王大山"),))).matter_id


def pass_on(cast, matter_id, actor=None, **more):
    given = {"to_org_id": cast.org["yunling"], "kind": "handover", "reason": "王大山家在云岭所辖区"} | more
    return acts.pass_on(actor or cast.wang, matter_id=matter_id, **given)


def state(cast, matter_id):
    with scope(cast.wang):
        return Matter.objects.values_list("state", flat=True).get(id=matter_id)


def sent(cast):
    with scope(cast.wang):
        return list(Promise.objects.values_list("kind", "text", "org_id", "state"))


def free(cast, kind):
    line = {"approvers": [{"role": "leader"}], "own": True, "free": True}
    change_setting(cast.guan, org_id=cast.org["bureau"], key=approvals.KEY, value={kind: line})


def test_an_officers_transfer_waits_for_the_leader_and_goes_out_when_it_is_granted(cast, told):
    passed = pass_on(cast, told)
    assert passed.promise_id is None and "同意后发出" in passed.said
    assert state(cast, told) == "waiting" and sent(cast) == []
    with scope(cast.zhao):
        [one] = approvals.waiting_for(cast.zhao)
        assert "移送至云岭所" in one.text and "王大山" not in one.text and one.reason == "王大山家在云岭所辖区"
        assert "王大山" not in str(list(Event.objects.values_list("facts", flat=True)))
    signing.decide(cast.zhao, approval_id=passed.approval_id, granted=True)
    assert state(cast, told) == "handed"
    assert sent(cast) == [("handover", "王大山家在云岭所辖区", cast.org["chengguan"], "sent")]


def test_refused_it_stays_as_it_was_and_the_reason_is_read(cast, told, sign_on, at_page, words):
    passed = pass_on(cast, told)
    signing.decide(cast.zhao, approval_id=passed.approval_id, granted=False, reason="发生地在本所，先走访")
    assert state(cast, told) == "waiting" and sent(cast) == []
    shown = words(sign_on("wang").get(at_page(told)))
    assert "发生地在本所，先走访" in shown and "不同意" in shown and "待审批" not in shown


def test_whoever_the_table_names_hands_over_at_once(cast, told):
    assert pass_on(cast, told, actor=cast.zhao).promise_id
    assert state(cast, told) == "handed"


def test_where_the_table_asks_nobody_it_takes_effect_at_once(cast, told):
    free(cast, "handover")
    assert pass_on(cast, told).promise_id and state(cast, told) == "handed"


def test_a_referral_to_a_partner_goes_out_at_once_until_the_bureau_asks_for_a_signature(cast, told):
    referral = {"to_org_id": cast.org["justice"], "kind": "referral", "channel": "GT"}
    hop = pass_on(cast, told, **referral).promise_id
    promises.recall(cast.wang, promise_id=hop, text="改由本所办理")
    change_setting(cast.guan, org_id=cast.org["bureau"], key=approvals.KEY, value={"transfer": {"approvers": [{"role": "leader"}], "own": True}})
    assert pass_on(cast, told, **referral).approval_id and state(cast, told) == "waiting"


def test_no_other_door_hands_over_what_needs_a_signature(cast, told, sign_on):
    with pytest.raises(Refused, match="须先经审批"):
        acts.hand_over(cast.wang, matter_id=told, to_org_id=cast.org["yunling"], kind="handover", reason="云岭")
    with pytest.raises(Refused, match="须先经审批"):
        promises.send(cast.wang, about=told, to_org_id=cast.org["yunling"], kind="handover", text="云岭")
    for not_granted in (uuid.uuid4(), pass_on(cast, told).approval_id):
        with pytest.raises(Refused, match="须先经审批"):
            acts.hand_over(cast.wang, matter_id=told, to_org_id=cast.org["yunling"], kind="handover", reason="云岭", signed=not_granted)
    with pytest.raises(Refused, match="须先经审批"):
        acts.tell_elsewhere(cast.wang, matter_id=told, where="E05", written=True)
    assert sent(cast) == [] and state(cast, told) == "waiting"


def test_an_approval_of_another_matter_lets_nothing_go(cast, told):
    other = acts.receive(cast.sun, report=ReportIn(channel="window", text="两家为停车争吵")).matter_id
    granted = pass_on(cast, other).approval_id
    signing.decide(cast.zhao, approval_id=granted, granted=True)
    with pytest.raises(Refused, match="须先经审批"):
        acts.hand_over(cast.wang, matter_id=told, to_org_id=cast.org["yunling"], kind="handover", reason="云岭", signed=granted)


def test_what_could_not_be_sent_is_not_asked_for(cast, told):
    with pytest.raises(Invalid):
        pass_on(cast, told, reason=" ")
    with pytest.raises(Refused, match="本单位"):
        pass_on(cast, told, to_org_id=cast.org["chengguan"])
    pass_on(cast, told)
    with pytest.raises(Refused, match="正等待决定"):
        pass_on(cast, told)
    with pytest.raises(Forbidden):
        pass_on(cast, told, actor=cast.lin)
    with pytest.raises(NotThere):
        pass_on(cast, told, actor=cast.chen)


def test_in_an_emergency_a_call_lets_it_go_at_night_and_is_signed_the_next_morning(cast):
    with clock.at(NIGHT):
        told = acts.receive(cast.deng, report=ReportIn(channel="window", text="两家为宅基地争吵")).matter_id
        asked = pass_on(cast, told, actor=cast.deng).approval_id
        signing.by_telephone(cast.lin, approval_id=asked, by_account_id=cast.zhao.account_id, words="同意，人已去云岭", at=NIGHT)
        assert state(cast, told) == "handed" and len(sent(cast)) == 1
    with clock.at(NIGHT + timedelta(hours=8)):
        signing.confirm(cast.zhao, approval_id=asked)
    assert state(cast, told) == "handed" and len(sent(cast)) == 1


def test_a_call_that_was_not_so_is_recalled_while_it_may_be(cast, told):
    asked = pass_on(cast, told, actor=cast.deng).approval_id
    signing.by_telephone(cast.deng, approval_id=asked, by_account_id=cast.zhao.account_id, words="同意", at=clock.now())
    signing.confirm(cast.zhao, approval_id=asked, stands=False, reason="说的是先问云岭所")
    assert [one[3] for one in sent(cast)] == ["recalled"] and state(cast, told) == "waiting"


def test_a_call_that_was_not_so_leaves_what_the_other_station_has_accepted(cast, told):
    asked = pass_on(cast, told, actor=cast.deng).approval_id
    signing.by_telephone(cast.deng, approval_id=asked, by_account_id=cast.zhao.account_id, words="同意", at=clock.now())
    with scope(cast.wang):
        hop = Promise.objects.values_list("id", flat=True).get()
    promises.accept(cast.chen, promise_id=hop)
    signing.confirm(cast.zhao, approval_id=asked, stands=False, reason="说的是先问云岭所")
    with scope(cast.chen):
        assert Promise.objects.get().state == "accepted"


def test_a_matter_that_ended_meanwhile_is_nobodys_to_sign_any_more(cast, told):
    asked = pass_on(cast, told).approval_id
    acts.tell_elsewhere(cast.wang, matter_id=told, where="E05")
    with scope(cast.zhao):
        assert approvals.waiting_for(cast.zhao) == [] and approvals.approval(cast.zhao, asked).state == "lapsed"


def test_words_erased_before_the_signature_are_not_sent(cast, told, monkeypatch):
    asked = pass_on(cast, told).approval_id
    monkeypatch.setattr(approvals, "_words", lambda events: {})  # the content of the asking is gone
    with pytest.raises(Refused, match="已依法删除"):
        signing.decide(cast.zhao, approval_id=asked, granted=True)


def test_the_written_notice_waits_and_the_oral_one_does_not(cast, told, sign_on, at_page, words):
    wang, to = sign_on("wang"), f"/matters/{told}/do/elsewhere/"
    asked = wang.post(to, {"where": "E05", "written": "1"}, follow=True)
    assert "已提请审批" in words(asked) and "待审批" in words(asked) and state(cast, told) == "waiting"
    assert "书面告知不属公安职责" in words(wang.get("/"))  # 等别人
    with scope(cast.zhao):
        [one] = approvals.waiting_for(cast.zhao)
    signing.decide(cast.zhao, approval_id=one.id, granted=True)
    assert state(cast, told) == "told" and "制作不属公安机关职责告知书" in words(wang.get(at_page(told)))
    other = acts.receive(cast.sun, report=ReportIn(channel="window", text="公司拖欠工资")).matter_id
    assert wang.post(f"/matters/{other}/do/elsewhere/", {"where": "E03", "written": ""}).status_code == 302
    assert state(cast, other) == "told" and "制作不属公安机关职责告知书" not in words(wang.get(at_page(other)))
    assert wang.post(f"/matters/{other}/papers/告知/").status_code == 409


def test_a_notice_whose_call_was_not_so_opens_the_matter_again(cast, told):
    acts.tell(cast.wang, matter_id=told, where="E05", written=True)
    with scope(cast.zhao):
        [one] = approvals.waiting_for(cast.zhao)
    signing.by_telephone(cast.deng, approval_id=one.id, by_account_id=cast.zhao.account_id, words="同意", at=clock.now())
    assert state(cast, told) == "told"
    signing.confirm(cast.zhao, approval_id=one.id, stands=False, reason="说的是先看现场")
    assert state(cast, told) == "open"


def test_what_came_back_is_sent_on_when_it_is_signed(cast, told, sign_on):
    first = pass_on(cast, told, actor=cast.zhao).promise_id
    promises.return_(cast.chen, promise_id=first, reason="R01", text="不在本所辖区")
    wang, to = sign_on("wang"), f"/promises/{first}/again/"
    given = {"kind": "handover", "to_org_id": cast.org["dongwu"], "text": "在东坞所辖区"}
    assert wang.post(to, given).status_code == 302
    with scope(cast.zhao):
        [one] = approvals.waiting_for(cast.zhao)
        assert one.subject == ("promise", first) and Promise.objects.count() == 1
    signing.decide(cast.zhao, approval_id=one.id, granted=True)
    with scope(cast.zhao):
        assert Promise.objects.get(previous_id=first).to_org_id == cast.org["dongwu"] and Promise.objects.get(id=first).state == "passed"


def test_a_partner_office_hands_over_by_its_own_rules(cast, told):
    with scope(cast.shi):
        assert not promises.waits(cast.shi, cast.org["justice"], "handover", about=told)
    assert asking.LINES == ("handover", "transfer")


@pytest.fixture
def at_page():
    return lambda matter_id: f"/matters/{matter_id}/"
