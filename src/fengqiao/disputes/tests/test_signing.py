"""A dispute's hand-over waits for the leader, the limit of its case for the organ above (station-day 3)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from fengqiao.core import clock
from fengqiao.core.acts import approvals as signing
from fengqiao.core.errors import Forbidden, Invalid, Refused
from fengqiao.core.models import Account, Event, Post
from fengqiao.core.queries import approvals
from fengqiao.core.scope import scope
from fengqiao.core.signon import actor_of
from fengqiao.disputes import acts
from fengqiao.disputes.queries import law
from fengqiao.promises.models import Promise


def pass_on(cast, dispute, actor=None):
    return acts.pass_on(actor or cast.wang, dispute_id=dispute, to_org_id=cast.org["yunling"], kind="handover", reason="发生地在云岭")


def test_a_disputes_transfer_waits_for_the_leader_and_the_dispute_follows_when_it_is_granted(cast, dispute, stands):
    asked = pass_on(cast, dispute).approval_id
    assert (stands(dispute).dispute.state, stands(dispute).matter.state) == ("working", "open")
    signing.decide(cast.zhao, approval_id=asked, granted=True)
    assert (stands(dispute).dispute.state, stands(dispute).matter.state) == ("handed", "handed")
    with scope(cast.wang):
        assert Promise.objects.get().to_org_id == cast.org["yunling"]
        assert Event.objects.get(act="disputes.hand_over").facts["kind"] == "handover"  # figures count it from now on
        assert not Event.objects.filter(act="disputes.hand_over", facts__asked=True).exists()


def test_refused_the_dispute_is_worked_on_as_before_with_the_reason_on_its_page(cast, dispute, sign_on, stands, words):
    wang, at = sign_on("wang"), reverse("disputes:page", args=[dispute])
    given = {"kind": "handover", "to_org_id": cast.org["yunling"], "reason": "发生地在云岭"}
    asked = wang.post(reverse("disputes:step", args=[dispute, "hand-over"]), given, follow=True)
    assert "已提请审批" in words(asked) and "待审批" in words(asked) and "移送至云岭所" in words(asked)
    assert "移送至云岭所" in words(wang.get("/"))  # 等别人
    with scope(cast.zhao):
        [one] = approvals.waiting_for(cast.zhao)
    signing.decide(cast.zhao, approval_id=one.id, granted=False, reason="双方住在本辖区")
    shown = words(wang.get(at))
    assert stands(dispute).dispute.state == "working" and "双方住在本辖区" in shown and "同意前照原状办理" not in shown


def test_a_settled_dispute_is_not_handed_over_by_a_late_signature(cast, dispute, stands):
    asked = pass_on(cast, dispute).approval_id
    acts.settle(cast.wang, dispute_id=dispute, outcome="explained", text="双方和好")
    with scope(cast.zhao):
        assert approvals.approval(cast.zhao, asked).state == "lapsed"
    assert stands(dispute).dispute.state == "settled"


# --- 延长期限 -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def above(cast):
    """The county bureau's leader, who grants extensions."""
    account = Account.objects.create(username="ju", name="局文", password="x", pin="x")
    Post.objects.create(account=account, org_id=cast.org["bureau"], role="leader", staff_kind="民警", title="副局长", valid_from=date(2024, 1, 1))
    return actor_of(account.id)


@pytest.fixture
def case(cast, dispute):
    """The dispute with a case behind it."""
    acts.add_signs(cast.wang, dispute_id=dispute, signs=["injury"])
    acts.enter_case(cast.wang, dispute_id=dispute, signs=["injury"], case_number="A3507812026110001")
    return dispute


def accepted(cast, dispute, on):
    acts.state_facts(cast.wang, dispute_id=dispute, facts={"violation": "yes", "acts": ["beat"], "accepted": True, "accepted_on": on.isoformat()})


def ends(cast, dispute):
    with scope(cast.wang):
        [one] = [one for one in law.assessment(cast.wang, dispute).clocks if one.rule == "case_decision"]
        return one


def test_the_limit_of_a_case_is_prolonged_by_the_organ_above_and_by_nobody_at_the_station(cast, case, above):
    accepted(cast, case, clock.today() - timedelta(days=5))
    before = ends(cast, case).day
    asked = acts.ask_extension(cast.wang, dispute_id=case, days=30, text="伤情鉴定未出")
    with scope(cast.zhao):
        assert approvals.waiting_for(cast.zhao) == []
    with pytest.raises(Forbidden):
        signing.decide(cast.zhao, approval_id=asked, granted=True)
    assert ends(cast, case).day == before
    with scope(above):
        assert [one.id for one in approvals.waiting_for(above)] == [asked]
    signing.decide(above, approval_id=asked, granted=True)
    assert ends(cast, case).day >= before + timedelta(days=29)
    assert any("延长30日" in note for note in ends(cast, case).due.notes)


def test_refused_the_limit_ends_when_it_did(cast, case, above):
    accepted(cast, case, clock.today() - timedelta(days=5))
    before = ends(cast, case).day
    asked = acts.ask_extension(cast.wang, dispute_id=case, days=30, text="伤情鉴定未出")
    signing.decide(above, approval_id=asked, granted=False, reason="鉴定期间本不计入")
    assert ends(cast, case).day == before
    with scope(cast.wang):
        assert Event.objects.get(act="disputes.extension_signed").facts["granted"] is False


def test_an_edition_read_in_the_law_caps_what_may_be_asked_and_one_not_read_only_advises(cast, case, above):
    """治安管理处罚法 (2012) art. 99: 30 days once, 已核. The edition of 2025 is 待核: its 60 days advise, they do not refuse."""
    accepted(cast, case, date(2025, 12, 1))
    assert ends(cast, case).verified
    signing.decide(above, approval_id=acts.ask_extension(cast.wang, dispute_id=case, days=30, text="鉴定"), granted=True)
    with pytest.raises(Refused, match="最多延长 30 日"):
        acts.ask_extension(cast.wang, dispute_id=case, days=1, text="再延")
    accepted(cast, case, clock.today() - timedelta(days=5))
    assert not ends(cast, case).verified
    for _ in range(2):
        signing.decide(above, approval_id=acts.ask_extension(cast.wang, dispute_id=case, days=30, text="鉴定"), granted=True)
    assert law_days(cast, case) == 90 and ends(cast, case).article == ""


def law_days(cast, dispute):
    with scope(cast.wang):
        return law.extended(dispute)


def test_without_a_running_limit_or_a_reason_there_is_nothing_to_prolong(cast, dispute, case):
    with pytest.raises(Refused, match="没有正在计算"):
        acts.ask_extension(cast.wang, dispute_id=case, days=30, text="鉴定")
    accepted(cast, case, clock.today() - timedelta(days=5))
    for wrong in ({"days": 31, "text": "鉴定"}, {"days": 0, "text": "鉴定"}, {"days": 30, "text": " "}):
        with pytest.raises(Invalid):
            acts.ask_extension(cast.wang, dispute_id=case, **wrong)
    with pytest.raises(Forbidden):
        acts.ask_extension(cast.lin, dispute_id=case, days=30, text="鉴定")


def test_an_extension_is_asked_on_the_disputes_page(cast, case, sign_on, words):
    accepted(cast, case, clock.today() - timedelta(days=5))
    wang, at = sign_on("wang"), reverse("disputes:page", args=[case])
    assert "提请延长办案期限" in words(wang.get(at))
    assert wang.post(reverse("disputes:step", args=[case, "extend"]), {"days": "30", "text": "伤情鉴定未出"}).status_code == 302
    assert "办理期限延长 30 日" in words(wang.get(at))

