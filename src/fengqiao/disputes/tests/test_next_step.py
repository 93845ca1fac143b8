"""What a page proposes next, and that nothing the dispute holds already is typed again: as the trial by hand found it wanting."""

from datetime import timedelta

import pytest
from django.urls import reverse

from fengqiao.core import clock
from fengqiao.core.acts import approvals as signing
from fengqiao.core.queries import approvals
from fengqiao.core.scope import scope
from fengqiao.disputes import acts
from fengqiao.disputes.models import Attendance, Dispute, Hearing, MediationSession, Party
from fengqiao.disputes.queries import casefile
from fengqiao.intake.rules import PartyIn

from .conftest import LI, agreed, told
from .test_mediation import at

MOTHER = PartyIn(name="李秀兰", phone="13900005501", role="caller")
CHILD = PartyIn(name="王小雨", role="party")


def do(client, dispute, name, **given):
    return client.post(reverse("disputes:step", args=[dispute, name]), given)


def page(client, dispute):
    return client.get(reverse("disputes:page", args=[dispute]))


@pytest.fixture
def committee(cast):
    """何秋云 mediates for the town's committee."""
    since = clock.today()
    found = acts.register_committee(cast.zhao, number="枫调1", name="城关镇人民调解委员会", kind="town", since=since)
    acts.add_member(cast.zhao, committee_id=found, account_id=cast.he.account_id, since=since, until=since + timedelta(days=365))
    return found


@pytest.fixture
def room(cast):
    return acts.open_room(cast.zhao, name="驻所调解室", kind="station", agencies=[cast.org["justice"]])


def people(cast, dispute, room, **more):
    given = {"kind": "people", "start": at(), "mediators": [f"{cast.he.account_id}.committee"], "room_id": room} | more
    return acts.plan_session(cast.wang, dispute_id=dispute, **given)


def test_a_planned_session_and_then_its_result_are_the_next_step(cast, dispute, committee, room, sign_on, words):
    wang = sign_on("wang")
    assert "登记结果 e" in words(page(wang, dispute))
    session = people(cast, dispute, room)
    shown = words(page(wang, dispute))
    assert "打开调解 e" in shown and "人民调解已约定：驻所调解室，何秋云" in shown and "登记结果" in shown
    assert "约定调解" not in shown.split("要点")[0].replace("已约定", ""), "one session at a time"
    with clock.at(at()):
        with scope(cast.wang):
            came = list(Party.objects.filter(dispute_id=dispute).values_list("id", flat=True))
        acts.hold_session(cast.he, session_id=session, outcomes={dispute: ("settled", "pending")}, came=came, text="双方和解")
        shown = words(page(sign_on("wang"), dispute))
        assert "按调解结果登记：调解成功 e" in shown
        with scope(cast.wang):
            hearing = Hearing.objects.get(session_id=session).id
        told_ = sign_on("wang").post(reverse("disputes:tell_hearing", args=[hearing]), follow=True)
        assert "下一步回访" not in words(told_) and "登记协议 e" in words(told_)


def test_a_red_or_orange_dispute_asks_for_its_signature_before_another_revisit(cast, dispute, sign_on, words):
    acts.raise_level(cast.zhao, dispute_id=dispute, level="orange", reasons=["threat"])
    acts.settle(cast.wang, dispute_id=dispute, outcome="settled", performance="performed")
    acts.revisit(cast.wang, dispute_id=dispute, manner="phone", result="stable")
    wang = sign_on("wang")
    assert "提请结案审批 e" in words(page(wang, dispute))
    assert do(wang, dispute, "ask-close", text="").status_code == 302
    shown = words(page(wang, dispute))
    assert "结案已提请审批，正等待决定。" in shown and "提请结案审批 e" not in shown
    with scope(cast.zhao):
        [asked] = [one for one in approvals.waiting_for(cast.zhao) if one.kind == "close"]
    signing.decide(cast.zhao, approval_id=asked.id, granted=True)
    assert "结案 e" in words(page(wang, dispute))


def test_a_step_without_a_field_is_sent_from_where_one_stands(cast, dispute, sign_on):
    acts.settle(cast.wang, dispute_id=dispute, outcome="settled", performance="performed")
    acts.revisit(cast.wang, dispute_id=dispute, manner="phone", result="stable")
    html = sign_on("wang").get(reverse("disputes:step", args=[dispute, "close"])).content.decode()
    button = html.split('class="fq-form-acts">')[1].split(">")[0]
    assert "data-focus" in button and "data-primary" in button
    html = sign_on("wang").get(reverse("disputes:step", args=[dispute, "revisit"])).content.decode()
    assert "data-focus" not in html.split('class="fq-form-acts">')[1].split(">")[0]


def test_a_guardian_named_in_the_dispute_is_chosen_and_not_written_again(cast, committee, room, sign_on):
    dispute = acts.open_dispute(cast.wang, matter_id=told(cast, text="犬只咬伤赔偿争执", parties=(MOTHER, LI, CHILD)))
    with scope(cast.wang):
        mother, _, child = Party.objects.filter(dispute_id=dispute).order_by("created_at", "id").values_list("id", flat=True)
    given = {
        "kind": "people", "mediator": f"{cast.he.account_id}.committee", "start": at().strftime("%Y-%m-%dT%H:%M"), "minutes": "60", "way": "room",
        "room_id": str(room), "agreed": "both", "origin": "active", f"age_{child}": "child",
    }  # fmt: skip
    wang = sign_on("wang")
    assert do(wang, dispute, "mediate", **given).status_code == 422, "under 14 and nobody with the child"
    assert do(wang, dispute, "mediate", **given | {f"guardian_{child}": str(child)}).status_code == 422, "nobody is one's own guardian"
    assert do(wang, dispute, "mediate", **given | {f"guardian_{child}": str(mother)}).status_code == 302
    with scope(cast.wang):
        there = Attendance.objects.get(party_id=child)
        assert (there.guardian, there.guardian_name, there.age) == ("with", "李秀兰", "child")


def test_a_mediation_by_telephone_keeps_no_room(cast, dispute, committee, room, sign_on):
    given = {
        "kind": "people", "mediator": f"{cast.he.account_id}.committee", "start": at().strftime("%Y-%m-%dT%H:%M"), "minutes": "60", "way": "phone",
        "room_id": str(room), "agreed": "both", "origin": "active",
    }  # fmt: skip
    assert do(sign_on("wang"), dispute, "mediate", **given).status_code == 302
    with scope(cast.wang):
        session = MediationSession.objects.get()
        assert session.room is None and session.reservation is None


def test_the_mediator_ticks_the_methods_of_the_station_that_asked_and_is_told_a_lawyer_is_there(cast, dispute, committee, room, sign_on, words):
    method = acts.make_method(cast.zhao, name="白茶调解", form="brand", methods=["一杯茶", "一席话"])
    slot = acts.open_slot(cast.zhao, start=at(), room_id=room, lawyer_id=cast.lv.account_id)
    session = people(cast, dispute, room, method_id=method, slot_id=slot)
    he = sign_on("he")
    form = he.get(reverse("disputes:sitting_step", args=[session, "hold"])).context["form"]
    assert [words for _, words in form.fields["used"].choices] == ["一杯茶", "一席话"] and form.initial["method_id"] == method
    shown = words(he.get(reverse("disputes:sitting", args=[session])))
    assert "值班律师 已约" in shown and "吕方" not in shown
    with clock.at(at()):
        with scope(cast.wang):
            came = [str(one) for one in Party.objects.filter(dispute_id=dispute).values_list("id", flat=True)]
        given = {"came": came, "text": "双方和解", "method_id": str(method), "used": ["2"], "outcome_1": "settled"}  # 履行 left open: 待履行
        assert sign_on("he").post(reverse("disputes:sitting_step", args=[session, "hold"]), given).status_code == 302
    with scope(cast.wang):
        assert MediationSession.objects.get().used == [2] and Hearing.objects.get().performance == "pending"


def test_signs_that_wait_for_the_leader_say_so_and_lead_to_the_signature(cast, dispute, sign_on, words):
    acts.add_signs(cast.wang, dispute_id=dispute, signs=["injury", "threat"])
    assert "请填案件编号；不予受案的，写明理由" in page(sign_on("wang"), dispute).content.decode()
    acts.refuse_case(cast.wang, dispute_id=dispute, signs=["injury", "threat"], text="旧伤；口角中的气话，已训诫")
    html = page(sign_on("zhao"), dispute).content.decode()
    part = html.split('id="signs"')[1].split("</section>")[0]
    assert "不予受案已提请所领导审签" in part and 'href="/approvals/' in part and "sign-refuse" not in part


def test_the_file_misses_no_paper_of_the_police_where_a_committee_mediated(cast, dispute):
    agreed(cast.wang, dispute, owed=[500], done=True, kind="people")
    with scope(cast.wang):
        words_, _ = casefile.parts(cast.wang, Dispute.objects.select_related("matter", "org", "owner").get(id=dispute))
    assert "治安调解协议书" not in words_["missing"] and "调解笔录" not in words_["missing"] and "接处警登记表" in words_["missing"]
