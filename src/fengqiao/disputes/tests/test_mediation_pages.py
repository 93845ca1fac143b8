"""The pages of mediation, asked for as a browser does: plan in one form, hold, recuse, the registers, the lawyers."""

from datetime import timedelta

import pytest
from django.urls import reverse
from shapely import box

from fengqiao.core import clock, collection
from fengqiao.core.scope import scope
from fengqiao.disputes import acts, forms
from fengqiao.disputes.models import Hearing, MediationSession, Party
from fengqiao.disputes.queries import mediation
from fengqiao.force import acts as force
from fengqiao.intake import acts as intake
from fengqiao.intake.rules import ReportIn
from fengqiao.places import acts as places

from .conftest import LI, WANG, told
from .test_mediation import CIVIL, at, officer


@pytest.fixture
def room(cast):
    return acts.open_room(cast.zhao, name="暖心调解亭", kind="pavilion", brand="白茶调解")


def plan(client, dispute, cast, room, **given):
    usual = {
        "kind": "security", "mediator": officer(cast.wang), "second": officer(cast.zhao), "start": at().strftime("%Y-%m-%dT%H:%M"), "minutes": "60",
        "way": "room", "room_id": str(room), "agreed": "both", "origin": "active",
    }  # fmt: skip
    return client.post(reverse("disputes:step", args=[dispute, "mediate"]), usual | given)


def held(client, session, **given):
    return client.post(reverse("disputes:sitting_step", args=[session, "hold"]), given)


@pytest.mark.spec("KZ-14")
def test_one_session_from_the_disputes_page_to_its_outcome_without_typing_anything_twice(cast, dispute, room, sign_on, stands, words):
    """KZ-14: the source is shown, nothing is retyped; visits, inspections and cases bring theirs with their screens."""
    acts.state_facts(cast.wang, dispute_id=dispute, facts=CIVIL)
    wang, there = sign_on("wang"), reverse("disputes:page", args=[dispute])
    shown = words(wang.get(there))
    assert "来源（1）：窗口" in shown and "不再重复填写" in shown and "约定调解" in shown and "还没有约定调解" in shown
    form = wang.get(reverse("disputes:step", args=[dispute, "mediate"]))
    assert form.context["form"].initial["mediator"] == officer(cast.wang) and form.context["form"].initial["kind"] == "security"
    assert (form.context["form"].initial["start"] - clock.now()) < timedelta(days=2) and "白茶调解" in words(form)
    assert plan(wang, dispute, cast, room).status_code == 302
    with scope(cast.wang):
        session = MediationSession.objects.get().id
        came = [str(one) for one in Party.objects.filter(dispute_id=dispute).values_list("id", flat=True)]
    assert "已约定" in words(wang.get(there))
    day = words(wang.get(reverse("disputes:mediation"), {"on": at().date().isoformat()}))
    assert "暖心调解亭" in day and "15:00–16:00" in day and "王砚、赵启明" in day
    shown = words(wang.get(reverse("disputes:sitting", args=[session])))
    assert "登记调解 e" in shown and "王某某 同意调解" in shown and "王大山" not in shown
    assert held(wang, session, came=came, text="双方握手言和").status_code == 422
    done = held(wang, session, came=came, text="双方握手言和", outcome_1="settled", performance_1="performed")
    assert done.status_code == 302 and stands(dispute).dispute.outcome == "settled"
    shown = words(wang.get(reverse("disputes:sitting", args=[session])))
    assert "调解成功" in shown and "双方握手言和" in shown
    assert "治安调解 1 件 成功 1 · 不成 0" in words(wang.get(reverse("disputes:mediation"), {"on": at().date().isoformat()}))


def test_a_mediator_of_another_office_finds_the_session_on_the_start_page_in_the_rooms_day_and_in_the_list(cast, dispute, sign_on, words):
    """何秋云 sits in the station's room; what the station booked there besides is not hers to see, so nothing is called free."""
    room = acts.open_room(cast.zhao, name="驻所调解室", kind="station", agencies=[cast.org["justice"]])
    committee = acts.register_committee(cast.zhao, number="枫调1", name="城关镇人民调解委员会", kind="town", since=clock.today())
    acts.add_member(cast.zhao, committee_id=committee, account_id=cast.he.account_id, since=clock.today(), until=clock.today() + timedelta(days=365))
    he, day = sign_on("he"), {"on": at().date().isoformat()}
    assert "空闲" not in words(he.get(reverse("disputes:mediation"), day)) and "由城关派出所安排" in words(he.get(reverse("disputes:mediation"), day))
    form = sign_on("wang").get(reverse("disputes:step", args=[dispute, "mediate"])).context["form"]
    assert form.initial["kind"] == "people" and form.initial["mediator"] == f"{cast.he.account_id}.committee"
    session = acts.plan_session(
        cast.wang, dispute_id=dispute, kind="people", way="room", room_id=room, start=at(), mediators=[f"{cast.he.account_id}.committee"]
    )
    there = reverse("disputes:sitting", args=[session])
    today, list_ = he.get("/"), he.get(reverse("disputes:list"))
    assert there in today.content.decode() and "人民调解：" in words(today) and "登记调解" in words(today)
    shown = words(he.get(reverse("disputes:mediation"), day))
    assert "15:00–16:00" in shown and "其余时段由城关派出所安排" in shown
    assert reverse("disputes:page", args=[dispute]) in list_.content.decode()
    assert there not in sign_on("shi").get("/").content.decode() and there not in sign_on("chen").get("/").content.decode()


def test_what_is_wrong_stands_beside_its_field_and_what_the_law_forbids_is_said_with_its_article(cast, dispute, room, sign_on, words):
    wang = sign_on("wang")
    answer = plan(wang, dispute, cast, room, mediator="")
    assert answer.status_code == 422 and "请选择" in words(answer)
    answer = plan(wang, dispute, cast, room, kind="people")
    assert answer.status_code == 422 and "任期内的调解委员会成员" in words(answer)
    answer = plan(wang, dispute, cast, room)
    assert answer.status_code == 409 and "第178条" in words(answer)
    with scope(cast.wang):
        assert not MediationSession.objects.exists()


def test_a_child_without_a_guardian_is_refused_on_the_form(cast, dispute, room, sign_on, words):
    acts.state_facts(cast.wang, dispute_id=dispute, facts=CIVIL)
    with scope(cast.wang):
        party = Party.objects.filter(dispute_id=dispute).first()
    wang = sign_on("wang")
    answer = plan(wang, dispute, cast, room, **{f"age_{party.id}": "child"})
    assert answer.status_code == 422 and "监护人到场" in words(answer)
    given = {f"age_{party.id}": "child", f"guardian_{party.id}": "with", f"guardian_name_{party.id}": "李母"}
    assert plan(wang, dispute, cast, room, **given).status_code == 302


def test_one_side_asked_and_the_other_is_asked_by_a_press(cast, dispute, room, sign_on, words):
    acts.state_facts(cast.wang, dispute_id=dispute, facts=CIVIL)
    with scope(cast.wang):
        first, other = Party.objects.filter(dispute_id=dispute).order_by("created_at", "id")
    wang = sign_on("wang")
    plan(wang, dispute, cast, room, agreed=str(first.id))
    with scope(cast.wang):
        session = MediationSession.objects.get().id
    there = reverse("disputes:sitting", args=[session])
    assert "尚未征得李某某同意" in words(wang.get(there))
    assert sign_on("lin").post(reverse("disputes:agree", args=[session, other.id]), {"consents": "yes"}).status_code == 302
    assert "登记调解 e" in words(wang.get(there))
    assert wang.post(reverse("disputes:sitting_step", args=[session, "stop"]), {"reason": "李四海不愿继续"}).status_code == 302
    assert "已终止" in words(wang.get(there))


def test_a_recusal_is_asked_on_the_dispute_and_decided_by_the_leader(cast, dispute, sign_on, words):
    wang, there = sign_on("wang"), reverse("disputes:page", args=[dispute])
    assert wang.post(reverse("disputes:step", args=[dispute, "recuse"]), {"account_id": cast.wang.account_id, "ground": "kin", "asked_by": "mediator"}).status_code == 302
    shown = words(wang.get(there))
    assert "回避：王砚" in shown and "决定前不得安排" in shown
    with scope(cast.zhao):
        (recusal,) = mediation.recusal_lines(mediation.recusal_rows(dispute))
    here = reverse("disputes:recusal", args=[recusal["id"]])
    assert wang.get(here).status_code == 403
    zhao = sign_on("zhao")
    assert "决定回避" in words(zhao.get(here))
    assert zhao.post(here, {"granted": "no"}).status_code == 422
    assert zhao.post(here, {"granted": "no", "reason": "并无亲属关系"}).status_code == 302
    assert "不予回避" in words(zhao.get(there))


@pytest.mark.spec("NP-18")
def test_the_officer_attached_to_a_village_stands_on_its_card_and_first_among_the_mediators(cast, sign_on, words):
    """乡警、村警 are placements in an area (force); refusal, decision and substitute are proved in test_mediation."""
    village = places.draw_area(cast.zhao, kind="village", name="柳溪村", code="999999001001", outline=box(106, 38, 106.02, 38.01))
    served = force.enlist(cast.zhao, name="王砚", staff_kind="officer", org_id=cast.wang.org_id, post_id=cast.wang.post_id)
    force.place(cast.zhao, service_id=served.id, area_id=village.id)
    assert "王砚" in words(sign_on("deng").get(reverse("places:area", args=[village.id])))
    report = ReportIn(channel="window", text="两家争吵", lat=38.005, lon=106.005, parties=(WANG, LI))
    matter = intake.receive(cast.sun, report=report).matter_id
    intake.triage(cast.wang, matter_id=matter, kind="D02", owner_id=cast.wang.account_id)
    dispute = acts.open_dispute(cast.wang, matter_id=matter)
    with scope(cast.wang):
        first = mediation.mediators_for(cast.wang, dispute)[0]
    assert (first.name, first.note) == ("王砚", "本村民警")


def test_the_registers_are_filled_by_forms(cast, sign_on, words):
    zhao, today = sign_on("zhao"), clock.today()
    there = lambda name: reverse("disputes:register", args=[name])  # noqa: E731
    assert zhao.post(there("rooms"), {"name": "一楼调解室", "kind": "station", "agencies": [cast.org["justice"]]}).status_code == 302
    assert zhao.post(there("committees"), {"number": "枫调1", "name": "城关镇调委会", "kind": "town", "since": today}).status_code == 302
    with scope(cast.zhao):
        (committee,) = mediation.committees(cast.zhao)
    term = {"committee_id": committee["id"], "account_id": cast.he.account_id, "since": today, "until": today + timedelta(days=365)}
    assert zhao.post(there("members"), term).status_code == 302
    assert zhao.post(there("members"), term).status_code == 409
    ten = "\n".join(f"第{n}法" for n in range(10))
    assert zhao.post(there("methods"), {"name": "三步十法", "way": "steps", "steps": "一\n二", "methods": ten}).status_code == 422
    assert zhao.post(there("methods"), {"name": "三步十法", "way": "steps", "steps": "一\n二\n三", "methods": ten}).status_code == 302
    given = {"partner_id": cast.org["justice"], "area": "publicity", "day": today, "text": "进村普法"}
    assert zhao.post(there("cooperation"), given).status_code == 302
    for name, word in (("mediation", "城关司法所"), ("committees", "何秋云"), ("methods", "第9法"), ("cooperation", "进村普法"), ("lawyers", "没有值班时段")):
        assert word in words(zhao.get(reverse(f"disputes:{name}"))), name
    assert sign_on("wang").get(there("rooms")).status_code == 403
    assert zhao.get(there("none")).status_code == 404
    with scope(cast.zhao):
        (method,), (member,) = mediation.methods(cast.zhao), mediation.committees(cast.zhao)[0]["members"]
    assert zhao.post(reverse("disputes:register_end", args=["methods", method["id"]])).status_code == 302
    assert sign_on("chen").post(reverse("disputes:register_end", args=["members", member["id"]])).status_code == 403


@pytest.mark.spec("NJ-25")
def test_a_lawyer_sees_the_own_stretches_writes_advice_and_is_let_into_nothing_else(cast, dispute, sign_on, words):
    slot = acts.open_slot(cast.zhao, start=clock.now() - timedelta(minutes=1), lawyer_id=cast.lv.account_id)
    lv, zhao = sign_on("lv"), sign_on("zhao")
    assert "登记咨询" in words(lv.get(reverse("disputes:lawyers")))
    here = reverse("disputes:slot", args=[slot, "advise"])
    assert lv.post(here, {"topic": "debt", "outcome": "court", "text": "欠条有疑点"}).status_code == 302
    assert "欠条有疑点" in words(lv.get(here))
    shown = words(zhao.get(reverse("disputes:lawyers")))
    assert "借贷合同 建议诉讼或仲裁 1" in shown and "欠条" not in shown
    assert zhao.get(here).status_code == 403
    from tests.permissions.test_every_url import routes

    let_in = {a for a, _ in routes() if "<" not in a and not a.startswith(("api/", "logout", "stream")) and lv.get(f"/{a}").status_code == 200}
    assert not [a for a in let_in if a.startswith(("matters", "waiting", "imports", "places", "force", "rights", "search", "ledger", "shifts", "reports"))]
    assert {a for a in let_in if a.startswith("disputes")} == {"disputes/mediation/lawyers/"}
    for address in (reverse("disputes:page", args=[dispute]), reverse("disputes:list"), reverse("intake:matters")):
        assert lv.get(address).status_code in (403, 404), address


def test_an_open_stretch_is_given_a_lawyer_from_the_rota(cast, sign_on, words):
    zhao = sign_on("zhao")
    given = {"start": at(9).strftime("%Y-%m-%dT%H:%M"), "minutes": "180"}
    assert zhao.post(reverse("disputes:slot_new"), given).status_code == 302
    assert "无律师" in words(zhao.get(reverse("disputes:lawyers")))
    with scope(cast.zhao):
        (slot,) = mediation.slots(cast.zhao)
    assert zhao.post(reverse("disputes:slot", args=[slot.id, "assign"]), {"lawyer_id": cast.lv.account_id}).status_code == 302
    assert "吕方" in words(zhao.get(reverse("disputes:lawyers")))
    assert zhao.post(reverse("disputes:slot", args=[slot.id, "cancel"])).status_code == 302
    assert "吕方" not in words(zhao.get(reverse("disputes:lawyers")))


@pytest.mark.spec("KZ-17")
def test_a_visitors_departure_is_entered_on_the_page_and_online_is_proposed(cast, dispute, room, sign_on, words):
    wang = sign_on("wang")
    acts.open_dispute(cast.wang, matter_id=told(cast))
    leaves = clock.today() + timedelta(days=2)
    assert wang.post(reverse("disputes:step", args=[dispute, "depart"]), {"departs_on": leaves}).status_code == 302
    assert "优先办理；可以线上调解" in words(wang.get(reverse("disputes:page", args=[dispute])))
    assert wang.get(reverse("disputes:step", args=[dispute, "mediate"])).context["form"].initial["way"] == "online"
    rows = wang.get(reverse("disputes:list")).context["list"]["rows"]
    assert rows[0]["id"] == dispute and leaves in rows[0]["cells"]


def test_the_next_station_and_grid_workers_get_nothing(cast, dispute, room, sign_on, words):
    acts.state_facts(cast.wang, dispute_id=dispute, facts=CIVIL)
    plan(sign_on("wang"), dispute, cast, room)
    with scope(cast.wang):
        session = MediationSession.objects.get().id
        hearing = Hearing.objects.get().id
    chen = sign_on("chen")
    assert chen.get(reverse("disputes:sitting", args=[session])).status_code == 404
    assert held(chen, session).status_code == 404 == chen.post(reverse("disputes:tell_hearing", args=[hearing])).status_code
    assert "暖心调解亭" not in words(chen.get(reverse("disputes:mediation")))
    for name in ("gao", "yi", "guan"):
        assert sign_on(name).get(reverse("disputes:mediation")).status_code == 403
        assert sign_on(name).get(reverse("disputes:sitting", args=[session])).status_code in (403, 404)


def test_every_free_field_of_these_forms_is_on_the_collection_list():
    for name in ("PlanForm", "HoldForm", "StopForm", "RecuseForm", "DecideRecusalForm", "RoomForm", "CommitteeForm", "MethodForm", "CooperateForm", "AdviseForm"):
        assert collection.unlisted(getattr(forms, name)) == []
