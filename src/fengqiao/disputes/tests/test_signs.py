"""Violation signs (station-day 6, 有案不立、以调代处): found, hinted at, answered; until then no settlement by agreement."""

import pytest
from django.db import IntegrityError, connection, transaction

from fengqiao.core.acts import approvals as core
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.models import Event
from fengqiao.core.queries import approvals
from fengqiao.core.scope import scope
from fengqiao.disputes import acts
from fengqiao.disputes.models import Sign
from fengqiao.disputes.queries import levels
from fengqiao.intake import acts as intake
from fengqiao.intake.rules import ReportIn

from .conftest import told
from .test_levels import work
from .test_mediation import hold, pavilion, plan

__all__ = ["pavilion", "plan"]


def open_now(actor, dispute):
    with scope(actor):
        return [one.sign for one in levels.open_signs(dispute)]


def hinted(actor, dispute):
    with scope(actor):
        return [one.sign for one in levels.signs_of(dispute) if one.state == "suggested"]


def asked(actor):
    with scope(actor):
        return [one.id for one in approvals.waiting_for(actor) if one.kind == "not_accepted"]


def settle(actor, dispute):
    acts.settle(actor, dispute_id=dispute, outcome="settled", performance="performed")


@pytest.fixture
def hurt(cast, dispute):
    acts.add_signs(cast.wang, dispute_id=dispute, signs=["injury"], text="额头擦伤")
    return dispute


def test_with_an_open_sign_nothing_is_settled_by_agreement(cast, hurt):
    with pytest.raises(Refused, match="有人受伤") as refused:
        settle(cast.wang, hurt)
    assert "程序规定" in refused.value.article
    acts.settle(cast.wang, dispute_id=hurt, outcome="explained", text="告知另案处理")  # what is no agreement is not kept back


def test_a_session_may_be_booked_but_does_not_open_before_every_sign_is_answered(cast, hurt, plan):
    session = plan(hurt)
    with pytest.raises(Refused, match="有人受伤"):
        hold(cast.wang, session, outcome="failed", performance="")
    acts.enter_case(cast.wang, dispute_id=hurt, signs=["injury"], case_number="A3512002026110001")
    hold(cast.wang, session, outcome="failed", performance="")


def test_a_case_number_answers_it_and_the_matter_takes_the_number_too(cast, hurt, stands):
    with pytest.raises(Invalid, match="案件编号"):
        acts.enter_case(cast.wang, dispute_id=hurt, signs=["injury"], case_number="12")
    acts.enter_case(cast.wang, dispute_id=hurt, signs=["injury"], case_number="A3512002026110001")
    assert open_now(cast.wang, hurt) == [] and stands(hurt).matter.case_number == "A3512002026110001"
    settle(cast.wang, hurt)


def test_not_accepted_holds_when_the_leader_has_signed_it(cast, hurt):
    with pytest.raises(Invalid, match="理由"):
        acts.refuse_case(cast.wang, dispute_id=hurt, signs=["injury"], text="")
    acts.refuse_case(cast.wang, dispute_id=hurt, signs=["injury"], text="自行摔倒，与对方无关")
    assert open_now(cast.wang, hurt) == ["injury"]
    [approval] = asked(cast.zhao)
    core.decide(cast.zhao, approval_id=approval, granted=True)
    with scope(cast.wang):
        [one] = levels.signs_of(hurt)
        assert (one.state, one.leader, one.outcome) == ("not_accepted", "赵启明", "不予受案，赵启明审签")
    settle(cast.wang, hurt)


def test_what_the_leader_does_not_sign_stays_open(cast, hurt):
    acts.refuse_case(cast.wang, dispute_id=hurt, signs=["injury"], text="伤轻")
    core.decide(cast.zhao, approval_id=asked(cast.zhao)[0], granted=False, reason="先做伤情鉴定")
    assert open_now(cast.wang, hurt) == ["injury"]
    acts.refuse_case(cast.zhao, dispute_id=hurt, signs=["injury"], text="鉴定不构成轻微伤")
    assert open_now(cast.wang, hurt) == [] and asked(cast.zhao) == []


def test_a_case_number_makes_the_signature_asked_for_needless(cast, hurt):
    acts.refuse_case(cast.wang, dispute_id=hurt, signs=["injury"], text="伤轻")
    acts.enter_case(cast.wang, dispute_id=hurt, signs=["injury"], case_number="A3512002026110001")
    assert asked(cast.zhao) == []


def test_only_police_decide_them_and_the_next_station_sees_none(cast, hurt):
    for act, more in ((acts.enter_case, {"case_number": "A3512001"}), (acts.refuse_case, {"text": "无"})):
        for who in (cast.he, cast.lin):
            with pytest.raises((Forbidden, NotThere)):
                act(who, dispute_id=hurt, signs=["injury"], **more)
        with pytest.raises(NotThere):
            act(cast.chen, dispute_id=hurt, signs=["injury"], **more)
    assert open_now(cast.chen, hurt) == []


def test_words_of_the_reports_hint_and_a_person_confirms_or_dismisses(cast):
    dispute = acts.open_dispute(cast.wang, matter_id=told(cast, text="双方互殴，一人流血受伤，扬言报复"))
    work(cast)
    assert hinted(cast.wang, dispute) == ["injury", "threat"] and open_now(cast.wang, dispute) == []
    with pytest.raises(Invalid, match="核实"):
        acts.dismiss_signs(cast.wang, dispute_id=dispute, signs=["injury"])
    acts.dismiss_signs(cast.wang, dispute_id=dispute, signs=["injury"], text="鼻血系旧疾")
    acts.confirm_signs(cast.wang, dispute_id=dispute, signs=["threat"])
    assert hinted(cast.wang, dispute) == [] and open_now(cast.wang, dispute) == ["threat"]
    work(cast)  # what was dismissed is not hinted at again
    assert hinted(cast.wang, dispute) == []
    with scope(cast.wang):
        assert "旧疾" not in str(list(Event.objects.filter(act="disputes.dismiss_signs").values_list("facts", flat=True)))


def test_a_later_report_hints_too(cast, matter, dispute):
    intake.attach(cast.deng, report=ReportIn(channel="110", text="这次把车窗砸坏了"), matter_id=matter)
    work(cast)
    assert hinted(cast.wang, dispute) == ["damage"]


def test_a_sign_is_listed_once_while_it_is_open(cast, hurt):
    with pytest.raises(Refused, match="已登记"):
        acts.add_signs(cast.wang, dispute_id=hurt, signs=["injury"])
    acts.add_signs(cast.wang, dispute_id=hurt, signs=["injury", "weapon"])
    assert open_now(cast.wang, hurt) == ["injury", "weapon"]
    with pytest.raises(Invalid, match="请选择"):
        acts.add_signs(cast.wang, dispute_id=hurt, signs=["rumour"])


def test_open_ones_stand_on_top_of_the_daily_list_of_owner_and_leader(cast, hurt):
    for who, everybodys, lines in ((cast.wang, False, 1), (cast.zhao, True, 1), (cast.zhao, False, 0), (cast.chen, True, 0)):
        with scope(who):
            assert len(levels.signs_waiting(who, everybodys=everybodys)) == lines


@pytest.mark.parametrize(
    "broken", ["state = 'case'", "state = 'not_accepted', decided_by_id = found_by_id, decided_at = now()", "state = 'dismissed'", "case_number = 'A1'"]
)
def test_the_database_refuses_an_answer_without_what_it_needs(cast, hurt, broken):
    with scope(cast.wang), pytest.raises(IntegrityError, match="sign_"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE disputes_sign SET {broken} WHERE dispute_id = %s", [hurt])


def test_a_second_open_row_of_one_sign_cannot_be_stored(cast, matter, hurt):
    with scope(cast.wang), pytest.raises(IntegrityError, match="sign_once_open"), transaction.atomic():
        Sign.objects.create(org_id=cast.org["chengguan"], dispute_id=hurt, about=matter, sign="injury", found_by_id=cast.wang.account_id)
