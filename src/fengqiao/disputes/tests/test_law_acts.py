"""Stating the law's conditions on a dispute, and what the law then allows; domestic violence to its end."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from fengqiao.core import clock
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.disputes import acts
from fengqiao.disputes.models import Dispute, Party, Statement, Warning
from fengqiao.disputes.queries import law
from fengqiao.disputes.rules.agreements import Owed
from fengqiao.intake import acts as intake
from fengqiao.promises import acts as promises

from .conftest import told

FITS = {
    "violation": "yes", "civil": True, "acts": ["beat"], "slight": True, "grounds": ["familiar"],
}  # fmt: skip
SAFE = {
    "stopped": True, "child": True, "injury": True, "treated": True, "weapon": False, "threat": False, "fear": False,
    "evidence": True, "told": True, "vulnerable": False,
}  # fmt: skip


@pytest.fixture
def beating(cast):
    """A dispute of domestic violence, at work."""
    return acts.open_dispute(cast.wang, matter_id=told(cast, kind="D01V"))


def state(cast, dispute, **facts):
    return acts.state_facts(cast.wang, dispute_id=dispute, facts=facts)


def allowed(cast, dispute, what, **said):
    with scope(cast.wang):
        return law.must_allow(cast.wang, Dispute.objects.get(id=dispute), what, **said)


@pytest.mark.spec("KZ-18")
def test_security_mediation_is_offered_only_when_178_is_ticked_and_nothing_of_179(cast, dispute):
    with pytest.raises(Refused, match="未勾选") as refused:
        allowed(cast, dispute, "security")
    assert refused.value.article == "《公安机关办理行政案件程序规定》第178条"
    state(cast, dispute, **FITS)
    assert allowed(cast, dispute, "security").verdict == "allowed"
    for missing in ("civil", "acts", "slight", "grounds"):
        with pytest.raises(Refused, match="未勾选"):
            allowed(cast, dispute, "security", **{missing: () if missing in ("acts", "grounds") else False})
    for exclusion in ("hired", "gang", "repeated", "unwilling", "again", "fled", "unfit"):
        with pytest.raises(Refused, match="不适用调解处理") as refused:
            allowed(cast, dispute, "security", exclusions=[exclusion])
        assert refused.value.article == "《公安机关办理行政案件程序规定》第179条"
        with scope(cast.wang):
            assert allowed(cast, dispute, "people", exclusions=[exclusion]).verdict == "advised"
    state(cast, dispute, **FITS, exclusions=["gang"])
    with scope(cast.wang):
        assert law.assessment(cast.wang, dispute).verdict("security") == "blocked"


def test_every_statement_is_kept_with_who_made_it_and_when_and_writes_one_event(cast, dispute):
    assert state(cast, dispute, violation="none") == 1
    with pytest.raises(Refused, match="没有变化"):
        state(cast, dispute, violation="none")
    assert acts.state_facts(cast.deng, dispute_id=dispute, facts=FITS | {"tries": [clock.today()]}) == 2
    with scope(cast.wang):
        first, second = Statement.objects.filter(dispute_id=dispute).order_by("number")
        assert first.facts == {"violation": "none"} and first.by_id == cast.wang.account_id
        assert second.facts["tries"] == [clock.today().isoformat()] and second.by_id == cast.deng.account_id
        events = Event.objects.filter(act="disputes.state_facts").order_by("recorded_at")
        assert [e.facts["number"] for e in events] == [1, 2] and events[1].facts["stated"]["acts"] == ["beat"]
        with pytest.raises(ProgrammingError), transaction.atomic():  # what was stated cannot be changed
            Statement.objects.filter(id=first.id).update(facts={})
        with pytest.raises(IntegrityError), transaction.atomic():
            Statement.objects.create(
                org_id=first.org_id, dispute_id=dispute, about=first.about, sheet="law", number=2, facts={}, at=clock.now(),
                by_id=cast.wang.account_id,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"acts": ["robbery"]}, "acts"),
        ({"violation": "maybe"}, "violation"),
        ({"civil": "yes"}, "civil"),
        ({"conduct": "gestern"}, "conduct"),
        ({"conduct": "2099-01-01"}, "conduct"),
        ({"officers": 0}, "officers"),
        ({"amount": -1}, "amount"),
        ({"level": "重点"}, "level"),
        ({"violation": "none", "acts": ["beat"]}, "violation"),
        ({"age": "under14", "guardian": "waived"}, "guardian"),
        ({"conduct": "2026-01-05", "tries": ["2026-01-02"]}, "tries"),
        ({"agreement": "oral"}, "agreed_on"),
    ],
)
def test_what_cannot_be_so_is_named_beside_its_field(cast, dispute, facts, field):
    with pytest.raises(Invalid) as wrong:
        acts.state_facts(cast.wang, dispute_id=dispute, facts=facts)
    assert field in wrong.value.fields


def test_another_station_sees_and_states_nothing_and_some_posts_may_not(cast, dispute):
    state(cast, dispute, **FITS)
    with scope(cast.chen):
        assert law.stated(dispute) is None
        with pytest.raises(NotThere):
            law.assessment(cast.chen, dispute)
    with pytest.raises(NotThere):
        acts.state_facts(cast.chen, dispute_id=dispute, facts=FITS)
    with pytest.raises(Forbidden):
        acts.state_facts(cast.lin, dispute_id=dispute, facts={"civil": True})


def test_the_day_of_the_conduct_chooses_the_edition_where_the_rule_says_so(cast, dispute):
    facts = FITS | {"agreement": "written", "host": "self", "performance": "performed", "agreed_on": "2025-12-31"}
    state(cast, dispute, **facts, conduct="2025-12-31")
    with pytest.raises(Refused, match="书面申请"):  # 程序规定 186, read in the text: it may refuse
        allowed(cast, dispute, "self_settlement")
    option = allowed(cast, dispute, "self_settlement", conduct=date(2026, 1, 1), agreed_on=date(2026, 1, 2))
    assert {one.state for one in option.reasons} == {"待核"} and not any(one.article for one in option.reasons)


def test_an_agreement_of_the_police_is_taken_only_where_178_holds(cast, dispute, stands):
    with scope(cast.wang):
        wang, li = Party.objects.filter(dispute_id=dispute).order_by("created_at", "id").values_list("id", flat=True)
    owed = [Owed(wang, li, "money", Decimal(800), due_on=clock.today())]
    given = {"dispute_id": dispute, "form": "written", "kind": "security", "owed": owed, "total": Decimal(800), "content": "赔偿院门"}
    with pytest.raises(Refused, match="未勾选") as refused:
        acts.agree(cast.wang, **given)
    assert refused.value.article == "《公安机关办理行政案件程序规定》第178条" and stands(dispute).dispute.state == "working"
    state(cast, dispute, **FITS)
    acts.agree(cast.wang, **given)
    with scope(cast.wang):
        said = law.assessment(cast.wang, dispute).situation  # nobody states again what stands in the agreement
    assert (said.agreement, said.host, said.amount, said.performance) == ("written", "security", 800, "pending")


def test_what_stands_in_the_records_is_not_asked_again(cast, dispute):
    acts.add_signs(cast.wang, dispute_id=dispute, signs=["weapon"])
    for route in ("people", "security", "settle_by_agreement"):
        with pytest.raises(Refused, match="违法线索尚未答复"):
            allowed(cast, dispute, route, **FITS)
    assert allowed(cast, dispute, "people", signs_open=False).verdict == "allowed"


def test_a_suspected_crime_is_settled_only_beside_its_case(cast, dispute, stands):
    state(cast, dispute, violation="crime", acts=["injure"])
    with pytest.raises(Refused, match="受案后") as refused:
        allowed(cast, dispute, "settle_by_agreement")
    assert "第65条" in refused.value.article
    intake.accept_case(cast.wang, matter_id=stands(dispute).matter.id, case_number="A3512001")
    assert allowed(cast, dispute, "settle_by_agreement").verdict == "allowed"
    with pytest.raises(Refused, match="不作治安调解"):
        allowed(cast, dispute, "security")


def test_a_route_that_is_no_question_here_is_refused_and_a_wrong_name_is_a_defect(cast, dispute):
    with pytest.raises(Refused, match="不涉及"):
        allowed(cast, dispute, "land_arbitration")
    with pytest.raises(ValueError):
        allowed(cast, dispute, "magic")


@pytest.mark.spec("ND-35")
def test_domestic_violence_is_never_mediated_and_not_closed_without_checklist_warning_and_notice(cast, beating, stands):
    for route in ("people", "security", "on_the_spot", "administrative", "judicial", "professional", "settle_by_agreement"):
        with pytest.raises(Refused, match="家庭暴力不以调解或和解结案"):
            allowed(cast, beating, route, **FITS)
    with scope(cast.wang):
        found = law.assessment(cast.wang, beating)
    assert found.first == ("violence",) and found.papers[0].name == "家庭暴力告诫书" and found.papers[0].article
    acts.settle(cast.wang, dispute_id=beating, outcome="explained")
    acts.revisit(cast.wang, dispute_id=beating, manner="visit", result="stable")

    def refuses(words):
        with pytest.raises(Refused, match=words) as refused:
            acts.close(cast.wang, dispute_id=beating)
        assert "反家庭暴力法" in refused.value.article

    refuses("安全核查")
    with pytest.raises(Invalid) as wrong:  # an injury asks what was done about it
        acts.check_safety(cast.lin, dispute_id=beating, answers={**SAFE, "treated": None})
    assert list(wrong.value.fields) == ["treated"]
    acts.check_safety(cast.lin, dispute_id=beating, answers=SAFE)
    refuses("告诫书")
    today = clock.today()
    acts.warn(cast.wang, dispute_id=beating, decision="given", offender_on=today)
    refuses("送交加害人和受害人")
    acts.warn(cast.wang, dispute_id=beating, decision="given", offender_on=today, victim_on=today)
    refuses("通知居民委员会或者村民委员会")
    acts.warn(
        cast.wang, dispute_id=beating, decision="given", offender_on=today, victim_on=today, committee="桂花社区居委会", committee_on=today
    )
    acts.close(cast.wang, dispute_id=beating)
    assert stands(beating).dispute.state == "closed"


def test_a_warning_not_given_needs_its_reason_and_only_one_stands(cast, beating, dispute):
    with pytest.raises(Invalid) as wrong:
        acts.warn(cast.wang, dispute_id=beating, decision="not_given", committee_on=clock.today() + timedelta(days=1))
    assert set(wrong.value.fields) == {"why_not", "committee", "committee_on"}
    acts.warn(cast.wang, dispute_id=beating, decision="given", offender_on=clock.today())
    acts.warn(cast.wang, dispute_id=beating, decision="not_given", why_not="punished")
    with scope(cast.wang):
        row = Warning.objects.get()
        assert (row.decision, row.why_not, row.offender_on) == ("not_given", "punished", None)
        event = Event.objects.filter(act="disputes.warn").latest("recorded_at")
        assert event.facts["was"]["decision"] == "given"
        with pytest.raises(IntegrityError), transaction.atomic():
            Warning.objects.update(why_not="")
        with pytest.raises(IntegrityError), transaction.atomic():
            Warning.objects.update(committee_on=clock.today())
    with pytest.raises(Refused, match="没有标为家庭暴力"):
        acts.warn(cast.wang, dispute_id=dispute, decision="given")
    with pytest.raises(Forbidden):
        acts.warn(cast.lin, dispute_id=beating, decision="given")
    with pytest.raises(Forbidden):
        acts.check_safety(cast.he, dispute_id=beating, answers=SAFE)


def test_what_happened_at_home_is_read_by_the_police_alone_where_the_matter_is_shared_too(cast, beating):
    acts.check_safety(cast.wang, dispute_id=beating, answers=SAFE)
    acts.warn(cast.wang, dispute_id=beating, decision="given", offender_on=clock.today())
    state(cast, beating, violation="yes")
    acts.hand_over(cast.wang, dispute_id=beating, to_org_id=cast.org["justice"], kind="referral", channel="GT", reason="申请法律援助")
    with scope(cast.he):  # the mediator sees the dispute and its ticks, not what lies behind them
        assert Dispute.objects.filter(id=beating).exists() and law.stated(beating) is not None
        assert law.stated(beating, "safety") is None and law.warned(beating) is None
        assert list(Statement.objects.values_list("sheet", flat=True)) == ["law"] and not Warning.objects.exists()
    with scope(cast.zhao):
        assert law.stated(beating, "safety") is not None and law.warned(beating) is not None


def test_statement_and_warning_follow_a_dispute_to_another_station(cast, beating):
    acts.check_safety(cast.wang, dispute_id=beating, answers=SAFE)
    acts.warn(cast.wang, dispute_id=beating, decision="not_given", why_not="educated")
    promise = acts.hand_over(cast.zhao, dispute_id=beating, to_org_id=cast.org["yunling"], kind="handover", reason="发生地在云岭")
    promises.accept(cast.chen, promise_id=promise)
    with scope(cast.chen):
        assert law.stated(beating, "safety").org_id == cast.org["yunling"] == Warning.objects.get().org_id
