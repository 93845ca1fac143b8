"""The level of a dispute: raised by people and by rule, signed as the table says, and nobody's elsewhere (NJ-35)."""

import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from fengqiao.core import clock, deadlines, notices
from fengqiao.core.acts import approvals as core
from fengqiao.core.acts.settings import change_setting
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.listeners import News
from fengqiao.core.models import Event
from fengqiao.core.queries import approvals
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.disputes import acts, jobs, queries
from fengqiao.disputes.acts import levels as level_acts
from fengqiao.disputes.models import Dispute, LevelChange, of_dispute
from fengqiao.disputes.queries import levels
from fengqiao.intake import acts as intake
from fengqiao.intake.rules import ReportIn

from .conftest import told


def raise_to(actor, dispute, level, *reasons, **more):
    return acts.raise_level(actor, dispute_id=dispute, level=level, reasons=list(reasons or ("assessed",)), **more)


def waiting(actor):
    with scope(actor):
        return approvals.waiting_for(actor)


def again(cast, matter, at, mark=True):
    """One more report of the matter, at that time."""
    given = ReportIn(channel="110", text="又吵起来了", occurred=(at, at))
    return intake.attach(cast.deng, report=given, matter_id=matter, again=mark).report_id


def work(cast):
    """What the worker does after commit: every event of these acts handed to the listener, in order. Twice: it may be cut off."""
    actor = system_actor("升级")
    with scope(actor):
        events = Event.objects.filter(act__in=jobs.LISTENS).order_by("id")
        news = [News(n, e.id, e.act, e.org_id, e.about, e.recorded_at, e.subjects, e.facts) for n, e in enumerate(events)]
        for _ in range(2):
            jobs.levels(actor, news)


@pytest.fixture
def thrice(cast, matter, dispute):
    """The dispute's matter happened three times in 30 days; what the worker made of it."""
    now = clock.now()
    for days in (9, 4):
        again(cast, matter, now - timedelta(days=days))
    work(cast)
    return dispute


def test_an_officer_asks_to_raise_and_the_leader_signs(cast, dispute, stands):
    raise_to(cast.wang, dispute, "orange", "threat", text="当众扬言报复")
    assert stands(dispute).dispute.level == ""
    [one] = waiting(cast.zhao)
    assert one.text.endswith("升为橙：扬言报复、威胁") and one.reason == "当众扬言报复" and waiting(cast.deng) == []
    with pytest.raises(Refused, match="正等待决定"):
        raise_to(cast.wang, dispute, "red", "weapon")
    core.decide(cast.zhao, approval_id=one.id, granted=True)
    now = stands(dispute).dispute
    assert (now.level, now.lead_id) == ("orange", cast.zhao.account_id) and now.level_since is not None
    with scope(cast.wang):
        assert notices.grouped(cast.wang)[0].group in ("disputes.level", "approvals")
        assert "报复" not in str(list(Event.objects.filter(act__startswith="disputes.").values_list("facts", flat=True)))


def test_a_leader_raises_at_once(cast, dispute, stands):
    raise_to(cast.zhao, dispute, "red", "weapon")
    assert stands(dispute).dispute.level == "red" and waiting(cast.zhao) == []


def test_what_is_refused_leaves_the_level_as_it_is(cast, dispute, stands):
    raise_to(cast.wang, dispute, "yellow", "households")
    core.decide(cast.zhao, approval_id=waiting(cast.zhao)[0].id, granted=False, reason="只涉两户")
    assert stands(dispute).dispute.level == ""
    with scope(cast.wang):
        [change] = levels.changes(dispute)
        assert (change.state_word, change.waits) == ("未同意", False)


def test_lowering_red_is_the_chiefs_to_sign_and_not_his_own_asking(cast, dispute, stands):
    raise_to(cast.zhao, dispute, "red", "weapon")
    acts.lower_level(cast.wang, dispute_id=dispute, level="yellow", reasons=["handled"])
    assert stands(dispute).dispute.level == "red"
    core.decide(cast.zhao, approval_id=waiting(cast.zhao)[0].id, granted=True)
    assert (stands(dispute).dispute.level, stands(dispute).dispute.lead_id) == ("yellow", None)
    raise_to(cast.zhao, dispute, "red", "weapon")
    acts.lower_level(cast.zhao, dispute_id=dispute, level="", reasons=["mistaken"])
    assert stands(dispute).dispute.level == "red" and waiting(cast.zhao) == []


@pytest.mark.parametrize(
    ("level", "reasons", "field"),
    [("orange", ["weapon"], "level"), ("red", [], "reasons"), ("red", ["calm"], "reasons"), ("purple", ["threat"], "level"), ("", ["threat"], "level")],
)
def test_a_level_that_does_not_fit_its_reasons_is_refused_beside_its_field(cast, dispute, level, reasons, field):
    with pytest.raises(Invalid) as refused:
        acts.raise_level(cast.wang, dispute_id=dispute, level=level, reasons=reasons)
    assert field in refused.value.fields


def test_without_an_owner_nothing_is_raised_by_hand(cast):
    dispute = acts.open_dispute(cast.deng, matter_id=told(cast, owner=None))
    with pytest.raises(Refused, match="主办人"):
        raise_to(cast.deng, dispute, "yellow")


def test_an_auxiliary_may_not_and_the_next_station_sees_nothing(cast, dispute):
    raise_to(cast.zhao, dispute, "yellow")
    with pytest.raises(Forbidden):
        raise_to(cast.lin, dispute, "red", "weapon")
    with pytest.raises(NotThere):
        raise_to(cast.chen, dispute, "red", "weapon")
    with scope(cast.chen):
        assert levels.changes(dispute) == [] and not Dispute.objects.exists()


# --- by rule ----------------------------------------------------------------------------------------------------------


@pytest.mark.spec("NJ-35")
def test_the_third_call_on_one_dispute_in_thirty_days_raises_it_with_the_reason_shown(cast, thrice, stands):
    one = stands(thrice).dispute
    assert one.level == "yellow"
    with scope(cast.wang):
        [change] = levels.changes(thrice)
        assert change.reasons == ["三十天内多次发生"] and change.automatic and change.waits
    [asked] = waiting(cast.zhao)
    assert "请确认" in asked.text
    core.decide(cast.zhao, approval_id=asked.id, granted=True)
    assert stands(thrice).dispute.level == "yellow"


@pytest.mark.spec("NJ-35")
def test_nothing_of_the_level_moves_to_the_people_elsewhere(cast, thrice, stands):
    """The same two people have another quarrel: it keeps its own level, and no column or list joins a level to a party."""
    other = acts.open_dispute(cast.wang, matter_id=told(cast, text="两家又为水费争吵"))
    work(cast)
    assert (stands(thrice).dispute.level, stands(other).dispute.level) == ("yellow", "")
    raise_to(cast.zhao, thrice, "red", "weapon")
    assert stands(other).dispute.level == "" and not LevelChange_of(cast, other)
    for model in apps.get_models():
        columns = {field.name for field in model._meta.local_fields}
        assert not ({"level", "reasons"} & columns and {"id_hash", "phone_hash", "party"} & columns), model
    with scope(cast.wang):
        assert not [f for f in queries.Earlier.__dataclass_fields__ if "level" in f]


def LevelChange_of(cast, dispute):
    with scope(cast.wang):
        return list(LevelChange.objects.filter(dispute_id=dispute))


@pytest.mark.spec("NJ-35")
def test_several_reports_of_the_same_incident_raise_nothing(cast, matter, dispute, stands):
    now = clock.now()
    for minutes in (5, 20, 60, 90):
        again(cast, matter, now + timedelta(minutes=-minutes), mark=None)
    work(cast)
    assert stands(dispute).dispute.level == ""
    with scope(cast.wang):
        assert levels.repeat(stands(dispute).dispute, matter).count == 1


@pytest.mark.spec("NJ-35")
def test_the_second_occurrence_warns_the_owner_and_raises_nothing(cast, matter, dispute, stands):
    again(cast, matter, clock.now() - timedelta(days=5))
    work(cast)
    assert stands(dispute).dispute.level == ""
    with scope(cast.wang):
        assert "近期第 2 次发生" in [one for one in notices.grouped(cast.wang) if one.group == "disputes.level"][0].newest


def test_a_report_marked_as_happened_again_counts_even_within_six_hours(cast, matter, dispute, stands):
    now = clock.now()
    reports = [again(cast, matter, now - timedelta(hours=h), mark=False) for h in (1, 2)]
    work(cast)
    assert stands(dispute).dispute.level == ""
    for report in reports:
        intake.mark_again(cast.wang, report_id=report)
    work(cast)
    assert stands(dispute).dispute.level == "yellow"


def test_joining_two_matters_of_one_incident_counts_it_once_and_undoing_a_join_takes_an_unsigned_raise_back(cast, matter, dispute, stands):
    now = clock.now()
    again(cast, matter, now - timedelta(days=4))
    same = told(cast, text="两家为界墙争吵，同一时间另有人报")
    intake.merge(cast.wang, survivor_id=matter, joined_id=same)
    work(cast)
    assert stands(dispute).dispute.level == ""
    with clock.at(now - timedelta(days=9)):
        another = told(cast, text="为界墙推搡")
    join = intake.merge(cast.wang, survivor_id=matter, joined_id=another, again=True)
    work(cast)
    assert stands(dispute).dispute.level == "yellow"
    intake.unmerge(cast.wang, join_id=join)
    work(cast)
    assert stands(dispute).dispute.level == "" and waiting(cast.zhao) == []


def test_an_automatic_raise_holds_at_once_and_is_reversed_by_whoever_signs(cast, thrice, stands):
    core.decide(cast.zhao, approval_id=waiting(cast.zhao)[0].id, granted=False, reason="三次均为同一人误报")
    assert stands(thrice).dispute.level == ""
    work(cast)
    assert stands(thrice).dispute.level == ""  # the same three do not raise it again


@pytest.mark.spec("NJ-35")
def test_a_broken_agreement_and_a_recorded_threat_raise_it_once_each(cast, dispute, stands):
    for _ in range(2):
        acts.reconsider(cast.wang, dispute_id=dispute, why="breach")
    assert stands(dispute).dispute.level == "yellow"
    acts.add_signs(cast.wang, dispute_id=dispute, signs=["threat"], text="扬言晚上再来")
    assert (stands(dispute).dispute.level, stands(dispute).dispute.lead_id) == ("orange", cast.zhao.account_id)
    assert len(LevelChange_of(cast, dispute)) == 2


def test_the_counting_is_a_setting_of_the_bureau(cast, matter, dispute, stands):
    change_setting(cast.guan, org_id=cast.org["bureau"], key="levels.repeat", value={"warn": 1, "raises": 2, "days": 10})
    again(cast, matter, clock.now() - timedelta(days=5))
    work(cast)
    assert stands(dispute).dispute.level == "yellow"


@pytest.mark.spec("NJ-35")
def test_a_raise_brings_the_running_revisit_forward(cast, dispute):
    acts.settle(cast.wang, dispute_id=dispute, outcome="settled", performance="performed")
    raise_to(cast.zhao, dispute, "red", "weapon")
    with scope(cast.wang):
        due = queries.dispute_page(cast.wang, dispute).revisit_due
        assert clock.local(due).date() == clock.today() + timedelta(days=3)
        running = [one for one in deadlines.running(cast.wang) if one.rule == queries.REVISIT]
        assert len(running) == 1
        assert levels.revisit_days(cast.org["chengguan"], "red") == (3, 7, 30, 90)


def test_a_night_call_raises_at_once_and_what_was_not_said_is_taken_back_in_the_morning(cast, dispute, stands):
    raise_to(cast.deng, dispute, "red", "weapon")
    with scope(cast.zhao):
        asked = approvals.waiting_for(cast.zhao)[0].id
    core.by_telephone(cast.deng, approval_id=asked, by_account_id=cast.zhao.account_id, words="升红", at=clock.now())
    assert stands(dispute).dispute.level == "red"
    core.confirm(cast.zhao, approval_id=asked, stands=False, reason="当时说的是橙色")
    assert stands(dispute).dispute.level == ""


def test_a_red_dispute_closes_when_its_chief_has_signed(cast, dispute, stands):
    raise_to(cast.zhao, dispute, "red", "weapon")
    acts.settle(cast.wang, dispute_id=dispute, outcome="settled", performance="performed")
    acts.revisit(cast.lin, dispute_id=dispute, manner="visit", result="stable")
    with pytest.raises(Refused, match="提请结案审批"):
        acts.close(cast.wang, dispute_id=dispute)
    acts.ask_close(cast.wang, dispute_id=dispute)
    with pytest.raises(Refused, match="正等待决定"):
        acts.close(cast.wang, dispute_id=dispute)
    core.decide(cast.zhao, approval_id=waiting(cast.zhao)[0].id, granted=True)
    acts.close(cast.wang, dispute_id=dispute)
    assert stands(dispute).dispute.state == "closed"


def test_what_waits_to_be_signed_lapses_when_the_dispute_ends(cast, dispute):
    raise_to(cast.wang, dispute, "orange", "threat")
    acts.withdraw(cast.wang, dispute_id=dispute, reason="双方撤回")
    work(cast)
    assert waiting(cast.zhao) == []
    with scope(cast.wang):
        assert levels.changes(dispute)[0].state_word == "未同意"


def test_the_leader_in_charge_is_a_leader_of_the_unit_and_only_of_red_and_orange(cast, dispute, stands):
    with pytest.raises(Refused, match="红色、橙色"):
        acts.appoint(cast.deng, dispute_id=dispute, lead_id=cast.zhao.account_id)
    raise_to(cast.zhao, dispute, "orange", "threat")
    with pytest.raises(Invalid, match="所领导"):
        acts.appoint(cast.deng, dispute_id=dispute, lead_id=cast.lin.account_id)
    acts.appoint(cast.deng, dispute_id=dispute, lead_id=cast.zhao.account_id)
    assert stands(dispute).dispute.lead_id == cast.zhao.account_id


def test_what_belongs_to_a_dispute_goes_along_when_another_office_leads_it():
    assert {"Party", "Revisit", "LevelChange", "Sign"} <= {model.__name__ for model in of_dispute()}


@pytest.mark.parametrize(
    "broken", ["level = 'red'", "level = 'green', level_since = now()", "level = 'blue', level_since = now(), lead_id = owner_id"]
)
def test_the_database_refuses_half_a_level(cast, dispute, broken):
    with scope(cast.wang), pytest.raises(IntegrityError, match="dispute_level_whole"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE disputes_dispute SET {broken} WHERE id = %s", [dispute])


@pytest.mark.parametrize(
    ("name", "columns"),
    [("level_with_reason", {"reasons": []}), ("level_known", {"level": "green"}), ("level_known", {"level": ""}),
     ("level_asked_signed", {"state": "asked"}), ("level_asked_no_effect", {"state": "asked", "at": "now"})],
)  # fmt: skip
def test_the_database_refuses_a_change_that_cannot_be(cast, matter, dispute, name, columns):
    given = {"was": "", "level": "blue", "reasons": ["assessed"], "state": "standing", "by_id": cast.wang.account_id, "about": matter}
    columns = {key: clock.now() if value == "now" else value for key, value in columns.items()}
    with scope(cast.wang), pytest.raises(IntegrityError, match="level_"), transaction.atomic():
        LevelChange.objects.create(id=uuid.uuid4(), org_id=cast.org["chengguan"], dispute_id=dispute, **(given | columns))


def test_one_event_raises_once_even_when_two_workers_meet_it(cast, matter, dispute):
    cause = uuid.uuid4()
    level_acts.raise_by_rule(cast.wang, dispute_id=dispute, level="yellow", why="breach", cause=cause)
    with pytest.raises(IntegrityError, match="level_cause_once"):
        level_acts.raise_by_rule(cast.wang, dispute_id=dispute, level="orange", why="breach", cause=cause)
