"""Mediation from the booking to the outcome: rooms, mediators, recusal, consent, several disputes in one session."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from fengqiao.core import clock, deadlines
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.disputes import acts
from fengqiao.disputes.models import Attendance, Hearing, MediationSession, Party, Recusal, SessionMediator
from fengqiao.disputes.queries import mediation as queries
from fengqiao.disputes.rules.mediation import Present
from fengqiao.intake.rules import PartyIn

from .conftest import LI, WANG, told

CIVIL = {"violation": "yes", "civil": True, "acts": ["beat"], "slight": True, "grounds": ["familiar"]}
ZHAO = PartyIn(name="赵小兰", phone="13700004321", role="party")


def at(hour=15, days=1):
    """An hour (Asia/Shanghai) some days ahead."""
    return (clock.local(clock.now()) + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


@pytest.fixture
def pavilion(cast):
    return acts.open_room(cast.zhao, name="暖心调解亭", kind="pavilion")


@pytest.fixture
def committee(cast):
    """何秋云 is a member of the town's committee, in term."""
    since = clock.today() - timedelta(days=30)
    found = acts.register_committee(cast.shi, number="枫调2024-01", name="城关镇人民调解委员会", kind="town", since=since)
    acts.add_member(cast.shi, committee_id=found, account_id=cast.he.account_id, since=since, until=since + timedelta(days=1095))
    return found


def tick(cast, dispute):
    """State that 程序规定 178 is met; the second time it is said already."""
    with suppress(Refused):
        acts.state_facts(cast.wang, dispute_id=dispute, facts=CIVIL)


def officer(one):
    return f"{one.account_id}.officer"


@pytest.fixture
def plan(cast, pavilion):
    """Plan a session as 王砚 does, with what is usual filled in."""

    def do(dispute, actor=None, *, ticked=True, **given):
        if ticked and given.get("kind", "security") == "security":
            tick(cast, dispute)
        usual = {"kind": "security", "start": at(), "room_id": pavilion, "mediators": [officer(cast.wang), officer(cast.zhao)]}
        return acts.plan_session(actor or cast.wang, dispute_id=dispute, **usual | given)

    return do


def hold(actor, session, outcome="settled", performance="performed", **given):
    with scope(actor):
        disputes = list(Hearing.objects.filter(session_id=session).values_list("dispute_id", flat=True))
        came = list(Attendance.objects.filter(session_id=session).values_list("party_id", flat=True))
    usual = {"outcomes": {one: (outcome, performance) for one in disputes}, "came": came, "text": "双方各退一步，界墙降到一米五"}
    acts.hold_session(actor, session_id=session, **usual | given)


@pytest.mark.spec("NP-05")
def test_a_hearing_is_booked_in_the_pavilion_and_a_double_booking_is_refused(cast, dispute, plan, pavilion):
    session = plan(dispute)
    with scope(cast.wang):
        (room,) = queries.rooms(cast.wang, at().date())
        assert (room.name, room.kind, [one.session_id for one in room.day]) == ("暖心调解亭", "调解亭", [session])
    other = acts.open_dispute(cast.wang, matter_id=told(cast))
    with pytest.raises(Refused, match="已被预约"):
        plan(other, mediators=[officer(cast.zhao)], start=at() + timedelta(minutes=30))
    plan(other, start=at(16))


@pytest.mark.spec("NP-05")
def test_the_database_itself_seats_nobody_twice_at_once(cast, dispute, plan):
    plan(dispute)
    other = acts.open_dispute(cast.wang, matter_id=told(cast))
    hall = acts.open_room(cast.zhao, name="长廊", kind="corridor")
    with pytest.raises(Refused, match="王砚这一时段已有调解安排"):
        plan(other, room_id=hall)
    with scope(cast.wang):
        row = SessionMediator.objects.filter(account_id=cast.wang.account_id).get()
        row.pk = row.id = None
        with pytest.raises(IntegrityError, match="mediator_once_at_a_time"), transaction.atomic():
            from fengqiao.core.ids import uuid7

            row.id = uuid7()
            row.save(force_insert=True)


@pytest.mark.spec("KZ-15")
def test_the_kind_is_required_and_the_committees_list_drives_who_may_be_assigned(cast, dispute, plan, committee):
    with pytest.raises(Invalid, match="请选择调解种类"):
        plan(dispute, kind="")
    with pytest.raises(Invalid, match="任期内的调解委员会成员"):
        plan(dispute, kind="people")
    with scope(cast.wang):
        members = [one for one in queries.mediators_for(cast.wang, dispute) if one.capacity == "committee"]
        assert [(one.name, one.note) for one in members] == [("何秋云", "城关镇人民调解委员会")]
        assert queries.mediators_for(cast.wang, dispute, clock.today() - timedelta(days=60))[-1].capacity != "committee"
    with pytest.raises(Invalid, match="没有有效岗位或任期"):
        plan(dispute, kind="people", mediators=[f"{cast.he.account_id}.committee"], start=at(days=1200))
    session = plan(dispute, kind="people", mediators=[f"{cast.he.account_id}.committee"])
    hold(cast.he, session)
    with scope(cast.wang):
        counts = {one["kind"]: (one["all"], one["settled"]) for one in queries.counted(cast.wang, clock.today(), at().date())}
    assert counts == {"people": (1, 1), "security": (0, 0), "administrative": (0, 0), "judicial": (0, 0), "professional": (0, 0)}


def test_the_peoples_mediators_minutes_stay_with_the_mediators_and_the_station_takes_the_result_over(cast, dispute, plan, committee, stands):
    session = plan(dispute, kind="people", mediators=[f"{cast.he.account_id}.committee"])
    hold(cast.he, session)
    with scope(cast.he):
        assert "界墙" in queries.minutes_of(cast.he, session)
    with scope(cast.wang):
        assert queries.minutes_of(cast.wang, session) == ""
        hearing = Hearing.objects.get(session_id=session)
    assert (hearing.outcome, hearing.told, stands(dispute).dispute.state) == ("settled", False, "working")
    acts.tell_hearing(cast.wang, hearing_id=hearing.id)
    assert (stands(dispute).dispute.state, stands(dispute).dispute.outcome) == ("settled", "settled")
    with pytest.raises(Refused, match="没有待登记"):
        acts.tell_hearing(cast.wang, hearing_id=hearing.id)


@pytest.mark.spec("NP-18")
def test_a_mediator_marked_as_kin_is_not_assigned_until_the_recusal_is_decided(cast, dispute, plan):
    """The refusal and the substitute. The officer on the village's card: test_the_card_… below."""
    with scope(cast.wang):
        party = Party.objects.filter(dispute_id=dispute, name="李四海").get()
    recusal = acts.ask_recusal(cast.lin, dispute_id=dispute, account_id=cast.wang.account_id, ground="kin", asked_by="noticed", party_id=party.id, text="李四海是王砚的舅舅")
    with scope(cast.wang):
        due = next(c for c in deadlines.of(cast.wang, party.about) if c.rule == "recusal_decision")
        assert due.running and due.article and due.due_at - clock.now() < timedelta(days=12)
        assert "舅舅" not in str(Event.objects.get(act="disputes.ask_recusal").facts)
    with pytest.raises(Refused, match="回避申请尚未决定") as refusal:
        plan(dispute)
    assert "第17条" in refusal.value.article
    with pytest.raises(Forbidden):
        acts.decide_recusal(cast.lin, recusal_id=recusal, granted=True)
    with pytest.raises(Invalid, match="请写明理由"):
        acts.decide_recusal(cast.zhao, recusal_id=recusal, granted=False)
    acts.decide_recusal(cast.zhao, recusal_id=recusal, granted=False, reason="经核实并无亲属关系")
    plan(dispute)


@pytest.mark.spec("NP-18")
def test_a_recusal_asked_after_the_booking_stops_the_session_and_a_substitute_takes_over(cast, dispute, plan):
    session = plan(dispute, mediators=[officer(cast.wang)])
    recusal = acts.ask_recusal(cast.wang, dispute_id=dispute, account_id=cast.wang.account_id, ground="interest", asked_by="mediator")
    with pytest.raises(Refused, match="对该调解员的回避已提出"):
        acts.ask_recusal(cast.lin, dispute_id=dispute, account_id=cast.wang.account_id, ground="kin")
    with pytest.raises(Refused, match="王砚：回避申请尚未决定"):
        hold(cast.wang, session, recorded=True)
    with pytest.raises(Invalid, match="另一名"):
        acts.decide_recusal(cast.zhao, recusal_id=recusal, granted=True, substitute=officer(cast.wang))
    acts.decide_recusal(cast.zhao, recusal_id=recusal, granted=True, substitute=officer(cast.zhao))
    with scope(cast.zhao):
        assert [one.name for one in queries.session_page(cast.zhao, session).mediators] == ["赵启明"]
        assert Recusal.objects.get(id=recusal).substitute_id == cast.zhao.account_id
    acts.cancel_session(cast.wang, session_id=session, reason="改期")
    with pytest.raises(Refused, match="已决定回避"):
        plan(dispute)
    hold(cast.zhao, plan(dispute, mediators=[officer(cast.zhao)]), recorded=True)


def test_whom_it_is_about_does_not_decide_it(cast, dispute, plan):
    recusal = acts.ask_recusal(cast.wang, dispute_id=dispute, account_id=cast.zhao.account_id, ground="other")
    with pytest.raises(Refused, match="由他人决定"):
        acts.decide_recusal(cast.zhao, recusal_id=recusal, granted=False, reason="不是")
    with pytest.raises(NotThere):  # another office's, not shared with it
        acts.decide_recusal(cast.shi, recusal_id=recusal, granted=True)
    acts.decide_recusal(cast.wu, recusal_id=recusal, granted=True)
    with pytest.raises(Refused, match="已经决定"):
        acts.decide_recusal(cast.wu, recusal_id=recusal, granted=True)


@pytest.mark.spec("NP-18")
def test_officers_of_the_place_mediate_and_another_stations_do_not(cast, dispute, plan):
    with pytest.raises(Invalid, match="没有有效岗位"):
        plan(dispute, mediators=[officer(cast.chen)])
    with pytest.raises(Invalid, match="没有有效岗位"):
        plan(dispute, mediators=[f"{cast.lin.account_id}.officer"])  # an auxiliary


def test_a_party_under_fourteen_without_guardian_is_refused(cast, dispute, plan):
    with scope(cast.wang):
        party = Party.objects.filter(dispute_id=dispute, name="李四海").get()
    for present in (Present("child"), Present("child", "told", "李母"), Present("child", "with", " ")):
        with pytest.raises(Refused, match="监护人") as refusal:
            plan(dispute, present={party.id: present})
        assert "第181条" in refusal.value.article
    with pytest.raises(Refused, match="未成年"):
        plan(dispute, present={party.id: Present("minor")})
    session = plan(dispute, present={party.id: Present("child", "with", "李母")})
    with scope(cast.wang):
        line = Attendance.objects.get(session_id=session, party=party)
        assert (line.guardian, line.guardian_name) == ("with", "李母")
        with pytest.raises(IntegrityError, match="attendance_child"), transaction.atomic():
            Attendance.objects.filter(id=line.id).update(guardian="told")


def test_nobody_is_mediated_who_does_not_want_it(cast, dispute, plan):
    with scope(cast.wang):
        wang, li = Party.objects.filter(dispute_id=dispute).order_by("created_at", "id")
    session = plan(dispute, agreed=str(wang.id))
    with pytest.raises(Refused, match="尚未征得李某某同意") as refusal:
        hold(cast.wang, session)
    assert "第17条" in refusal.value.article
    acts.agree_session(cast.wang, session_id=session, party_id=li.id, consents=True)
    hold(cast.wang, session)
    other = acts.open_dispute(cast.wang, matter_id=told(cast))
    session = plan(other, agreed="none", start=at(10))
    with scope(cast.wang):
        first = Party.objects.filter(dispute_id=other).first()
    acts.agree_session(cast.lin, session_id=session, party_id=first.id, consents=False)
    with pytest.raises(Refused, match="已终止"):
        hold(cast.wang, session)
    with scope(cast.wang):
        assert Hearing.objects.get(session_id=session).outcome == "stopped"


def test_either_side_stops_it_and_room_and_mediators_are_free_again(cast, dispute, plan, stands):
    session = plan(dispute)
    acts.stop_session(cast.wang, session_id=session, reason="李四海中途离开，不愿继续")
    assert stands(dispute).dispute.state == "working"
    plan(dispute)
    with scope(cast.wang):
        assert MediationSession.objects.get(id=session).state == "stopped"


def test_drunken_parties_get_an_appointment_the_next_day(cast, dispute, plan):
    tonight = clock.local(clock.now()) + timedelta(minutes=1)
    with pytest.raises(Refused, match="约定次日"):
        plan(dispute, drunk=True, start=tonight)
    session = plan(dispute, drunk=True)
    with pytest.raises(Refused, match="约定次日"):
        hold(cast.wang, session, drunk=True)


def test_domestic_violence_is_never_mediated(cast, plan):
    beaten = acts.open_dispute(cast.wang, matter_id=told(cast, kind="D01V"))
    with pytest.raises(Refused, match="家庭暴力") as refusal:
        plan(beaten)
    assert "反家庭暴力法" in refusal.value.article


def test_one_officer_alone_mediates_only_under_full_record(cast, dispute, plan):
    session = plan(dispute, mediators=[officer(cast.wang)])
    with pytest.raises(Refused, match="全程录音录像") as refusal:
        hold(cast.wang, session)
    assert "第52条" in refusal.value.article
    hold(cast.wang, session, recorded=True)


def test_a_second_police_mediation_is_tried_within_seven_workdays_and_never_a_third(cast, dispute, plan):
    hold(cast.wang, plan(dispute), "adjourned", "")
    with pytest.raises(Refused, match="再次治安调解须在") as refusal:
        plan(dispute, start=at(days=30))
    assert "第183条" in refusal.value.article
    hold(cast.wang, plan(dispute, start=at(16)), "adjourned", "")
    with pytest.raises(Refused, match="不再治安调解") as refusal:
        plan(dispute, start=at(17))
    assert "第183条" in refusal.value.article


@pytest.mark.spec("KZ-18")
def test_police_mediation_opens_only_when_the_conditions_of_178_are_ticked_and_no_exclusion_of_179(cast, dispute, plan):
    """At the booking of a session; what the dispute's page offers is proved in test_law."""
    with pytest.raises(Refused, match="不得治安调解") as refusal:
        plan(dispute, ticked=False)
    assert "第178条" in refusal.value.article
    acts.state_facts(cast.wang, dispute_id=dispute, facts=CIVIL | {"exclusions": ["gang"]})
    with pytest.raises(Refused, match="结伙斗殴") as refusal:
        plan(dispute, ticked=False)
    acts.state_facts(cast.wang, dispute_id=dispute, facts=CIVIL)
    plan(dispute, ticked=False)


@pytest.mark.spec("ND-21")
def test_a_bundle_of_three_is_one_session_with_three_outcomes_counted_three(cast, plan, stands):
    parties = [(WANG, LI), (LI, ZHAO), (ZHAO, PartyIn(name="钱一"))]
    three = [acts.open_dispute(cast.wang, matter_id=told(cast, parties=two)) for two in parties]
    numbers = [stands(one).dispute.number for one in three]
    stranger = acts.open_dispute(cast.wang, matter_id=told(cast, parties=(PartyIn(name="孙二"), PartyIn(name="周三"))))
    with pytest.raises(Invalid, match="共同的当事人"):
        plan(three[0], also=[stands(stranger).dispute.number])
    for one in three:
        tick(cast, one)
    session = plan(three[0], also=numbers[1:])
    came = {"settled": ("settled", "pending"), "failed": ("failed", ""), "adjourned": ("adjourned", "")}
    hold(cast.wang, session, outcomes=dict(zip(three, came.values(), strict=True)))
    assert [stands(one).dispute.outcome for one in three] == ["settled", "failed", ""]
    with scope(cast.wang):
        (line,) = [one for one in queries.counted(cast.wang, clock.today(), at().date()) if one["all"]]
        assert MediationSession.objects.count() == 1 and Event.objects.filter(act="disputes.hear").count() == 3
        assert (line["kind"], line["all"], line["settled"], line["failed"], line["adjourned"]) == ("security", 3, 1, 1, 1)
        assert queries.hearings_of(three[1])[0][:2] == ("security", "failed")


def test_a_session_needs_an_outcome_for_each_of_its_disputes(cast, dispute, plan, stands):
    session = plan(dispute)
    with pytest.raises(Invalid, match="每件纠纷"):
        hold(cast.wang, session, outcomes={})
    with pytest.raises(Invalid, match="履行情况"):
        hold(cast.wang, session, "settled", "")
    assert stands(dispute).dispute.state == "working"
    with scope(cast.wang):
        assert MediationSession.objects.get(id=session).state == "planned"


@pytest.mark.spec("KZ-36")
def test_three_steps_and_ten_methods_are_user_text_and_their_use_is_reported_by_outcome(cast, dispute, plan):
    steps, ten = ["听", "查", "调"], [f"第{n}法" for n in "一二三四五六七八九十"]
    method = acts.make_method(cast.zhao, name="三步十法", form="steps", steps=steps, methods=ten)
    with pytest.raises(Invalid, match="3 步、10 法"):
        acts.make_method(cast.zhao, name="少一法", form="steps", steps=steps, methods=ten[:9])
    hold(cast.wang, plan(dispute), method_id=method, used=[1, 7])
    other = acts.open_dispute(cast.wang, matter_id=told(cast))
    hold(cast.wang, plan(other, start=at(16)), "failed", "", method_id=method, used=[7])
    with scope(cast.wang):
        report = {one["text"]: (one["all"], one["settled"], one["failed"]) for one in queries.usage(cast.wang)}
        with pytest.raises(IntegrityError, match="method_three_ten"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE disputes_method SET steps = '{一}' WHERE id = %s", [method])
    assert report == {"全部": (2, 1, 1), "第一法": (1, 1, 0), "第七法": (2, 1, 1)}


@pytest.mark.spec("NJ-26", "ND-24")
def test_five_hearts_and_a_house_brand_are_templates_too(cast):
    """NJ-26: the template; that a revisit falls due on settling, and late ones are listed, is proved in test_acts and test_pages."""
    acts.make_method(cast.zhao, name="五心工作法", form="hearts", methods=["热心", "耐心", "细心", "诚心", "公心"])
    acts.make_method(cast.shi, name="白茶调解", form="brand", methods=["一杯茶", "一席话"])
    room = acts.open_room(cast.zhao, name="一楼调解室", kind="station", brand="白茶调解")
    with scope(cast.zhao):
        assert [one["name"] for one in queries.methods(cast.zhao)] == ["五心工作法"]
        assert [(one.id, one.brand) for one in queries.rooms(cast.zhao)] == [(room, "白茶调解")]
    with scope(cast.shi):
        assert [one["name"] for one in queries.methods(cast.shi)] == ["白茶调解"]


@pytest.mark.spec("ND-20")
def test_a_room_says_its_kind_and_which_offices_sit_there_and_they_see_it(cast):
    acts.open_room(cast.zhao, name="调处中心", kind="centre", agencies=[cast.org["justice"], cast.org["court"]])
    for who in (cast.wang, cast.shi):
        with scope(who):
            (room,) = queries.rooms(who)
            assert (room.kind, room.agencies) == ("矛盾纠纷调处中心", ["城关司法所", "枫溪县人民法院"])
    with scope(cast.chen):
        assert queries.rooms(cast.chen) == []
    with pytest.raises(Forbidden):
        acts.open_room(cast.wang, name="二楼", kind="station")


@pytest.mark.spec("KZ-19")
def test_five_areas_of_co_operation_are_there_and_the_sixth_is_a_setting(cast, dispute, stands):
    from fengqiao.core.acts.settings import change_setting

    station = cast.org["chengguan"]
    with scope(cast.zhao):
        names = [name for _, name in queries.cooperation_areas(station)]
    assert names == ["信息资源共享", "依法协助事项", "矛盾纠纷调处", "法制宣传", "法律援助服务"]
    acts.cooperate(cast.zhao, partner_id=cast.org["justice"], area="mediation", day=clock.today(), text="共同调解", dispute_number=stands(dispute).dispute.number)
    with pytest.raises(Invalid, match="请选择内容"):
        acts.cooperate(cast.zhao, partner_id=cast.org["justice"], area="order", day=clock.today(), text="联合巡查")
    change_setting(cast.guan, org_id=cast.org["bureau"], key="mediation.cooperation_areas", value=["information", "mediation", "order"])
    acts.cooperate(cast.shi, partner_id=station, area="mediation", day=clock.today(), text="驻所调解")
    acts.cooperate(cast.zhao, partner_id=cast.org["justice"], area="order", day=clock.today(), text="联合巡查")
    with scope(cast.wang):
        assert {one["text"] for one in queries.cooperation(cast.wang)} == {"共同调解", "驻所调解", "联合巡查"}
    with scope(cast.shi):  # the dispute is not shared with the justice office: it sees that, not what
        assert {one["text"] for one in queries.cooperation(cast.shi)} == {"", "驻所调解", "联合巡查"}
    with scope(cast.zhao):
        assert queries.cooperation_counted(cast.zhao) == [("信息资源共享", 0), ("矛盾纠纷调处", 2), ("治安管理", 1)]
    with scope(cast.chen):
        assert queries.cooperation(cast.chen) == []


@pytest.mark.spec("KZ-17")
def test_the_dispute_of_a_visitor_who_leaves_sorts_first_and_may_be_mediated_online(cast, dispute, plan, stands):
    from fengqiao.disputes import queries as lists

    newer = [acts.open_dispute(cast.wang, matter_id=told(cast)) for _ in range(3)]
    acts.set_departure(cast.wang, dispute_id=dispute, departs_on=clock.today() + timedelta(days=3))
    acts.set_departure(cast.wang, dispute_id=newer[0], departs_on=clock.today() + timedelta(days=1))
    order = [newer[0], dispute, newer[2], newer[1]]
    with scope(cast.wang):
        whole = lists.found(cast.wang, lists.Filter())
        assert [row.id for row in whole.rows] == order and whole.total == 4
        pages, cursor = [], ""
        for _ in range(2):
            page = lists.found(cast.wang, lists.Filter(), size=2, cursor=cursor)
            pages.append(page)
            cursor = page.next_cursor
        assert [row.id for page in pages for row in page.rows] == order and not cursor
        back = lists.found(cast.wang, lists.Filter(), size=2, cursor=pages[1].previous_cursor)
        assert [row.id for row in back.rows] == order[:2]
        assert [row.id for row in lists.export_rows(cast.wang, lists.Filter(), chunk=3)] == order
    hold(cast.wang, plan(dispute, way="online", room_id=None))
    with scope(cast.wang):
        assert lists.found(cast.wang, lists.Filter()).rows[1].id == dispute  # until it is closed
    with pytest.raises(Invalid, match="早于今天"):
        acts.set_departure(cast.wang, dispute_id=newer[1], departs_on=clock.today() - timedelta(days=1))


def test_the_next_station_sees_no_session_and_no_recusal(cast, dispute, plan):
    session = plan(dispute)
    acts.ask_recusal(cast.wang, dispute_id=dispute, account_id=cast.zhao.account_id, ground="other")
    with scope(cast.chen):
        assert not any(model.objects.exists() for model in (MediationSession, Hearing, Attendance, SessionMediator, Recusal))
    with scope(cast.chen), pytest.raises(NotThere):
        queries.session_page(cast.chen, session)
    with pytest.raises(NotThere):
        acts.cancel_session(cast.chen, session_id=session, reason="不是我的")


def test_a_dispute_taken_over_by_another_station_brings_its_sessions_along(cast, dispute, plan):
    from fengqiao.promises import acts as promises

    session = plan(dispute)
    promise = acts.hand_over(cast.zhao, dispute_id=dispute, to_org_id=cast.org["yunling"], kind="handover", reason="发生地在云岭")
    promises.sign(cast.chen, promise_id=promise)
    promises.accept(cast.chen, promise_id=promise)
    with scope(cast.chen):
        shown = queries.session_page(cast.chen, session)
        assert shown.own and shown.heard[0].own and {row.org_id for row in Attendance.objects.filter(session_id=session)} == {cast.org["yunling"]}
    acts.cancel_session(cast.chen, session_id=session, reason="另行约定")


def test_the_justice_offices_mediator_may_call_a_session_off_too(cast, dispute, plan, committee):
    session = plan(dispute, kind="people", mediators=[f"{cast.he.account_id}.committee"])
    acts.cancel_session(cast.he, session_id=session, reason="调解员生病")
    with scope(cast.wang):
        assert queries.session_page(cast.wang, session).state == "cancelled"
        (room,) = queries.rooms(cast.wang, at().date())
        assert room.day == [], "the station's room is free again, though the other office never saw its booking"
    plan(dispute)


def test_a_session_called_off_by_the_station_that_took_the_dispute_over_frees_the_room_of_the_first(cast, dispute, plan):
    from fengqiao.promises import acts as promises

    session = plan(dispute)
    promises.accept(cast.chen, promise_id=acts.hand_over(cast.zhao, dispute_id=dispute, to_org_id=cast.org["yunling"], kind="handover", reason="云岭"))
    acts.cancel_session(cast.chen, session_id=session, reason="另行约定")
    with scope(cast.wang):
        assert queries.rooms(cast.wang, at().date())[0].day == []
