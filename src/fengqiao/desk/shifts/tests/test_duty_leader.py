"""值班领导 in the approvals table: who leads the running shift; while nobody does, any leader of the station."""

import uuid
from datetime import timedelta

import pytest

from fengqiao.core import clock
from fengqiao.core.acts import approvals as acts
from fengqiao.core.acts.settings import change_setting
from fengqiao.core.errors import Forbidden, Invalid
from fengqiao.core.models import Account, Post
from fengqiao.core.queries import approvals as queries
from fengqiao.core.queries.organisations import about
from fengqiao.core.scope import scope
from fengqiao.core.signon import actor_of
from fengqiao.disputes import acts as disputes
from fengqiao.intake import acts as intake

from .conftest import EVENING, NIGHT, station, tell

__all__ = ["station"]
AFTER = EVENING + timedelta(days=3)  # no shift runs


@pytest.fixture
def deputy(cast):
    """孟凡, deputy of 城关派出所, on no roster."""
    account = Account.objects.create(username="meng", name="孟凡")
    Post.objects.create(account=account, org_id=cast.org["chengguan"], role="leader", title="副所长", valid_from=EVENING.date() - timedelta(days=30))
    return actor_of(account.id)


def ask(cast, actor, kind="level_up"):
    org = cast.org["chengguan"]
    return acts.ask(actor, kind=kind, about=about(org), subject=("dispute", uuid.uuid4()), org_id=org, change={}, text="纠纷升为红")


def may(actor, org, **more):
    with scope(actor):
        return queries.may_decide(actor, org, "level_up", **more)


def test_while_a_shift_runs_its_leader_decides_and_no_other(cast, station, deputy):
    org = cast.org["chengguan"]
    with clock.at(NIGHT):
        asked = ask(cast, cast.wang)
        assert may(cast.zhao, org) and not may(deputy, org) and not may(deputy, org, asked_by=deputy.account_id)
        with scope(cast.deng):
            assert [name for _, name, _ in queries.deciders(org, "level_up")] == [cast.zhao.name]
        with scope(deputy):
            assert queries.waiting_for(deputy) == []
        with scope(cast.zhao):
            assert [one.id for one in queries.waiting_for(cast.zhao)] == [asked]
        with pytest.raises(Forbidden):
            acts.decide(deputy, approval_id=asked, granted=True)
        with pytest.raises(Invalid, match="审批人"):
            acts.by_telephone(cast.deng, approval_id=asked, by_account_id=deputy.account_id, words="同意", at=clock.now())
        acts.by_telephone(cast.deng, approval_id=asked, by_account_id=cast.zhao.account_id, words="同意", at=clock.now())


def test_while_no_shift_runs_any_leader_decides(cast, station, deputy):
    org = cast.org["chengguan"]
    with clock.at(AFTER):
        asked = ask(cast, cast.wang)
        assert may(cast.zhao, org) and may(deputy, org)
        with scope(cast.deng):
            assert len(queries.deciders(org, "level_up")) == 2
        acts.decide(deputy, approval_id=asked, granted=True)


def test_a_shift_that_no_leader_leads_leaves_it_to_any(cast, station, deputy):
    with scope(cast.zhao):
        Post.objects.filter(id=cast.zhao.post_id).update(role="officer")  # still on the roster as 带班
    with clock.at(NIGHT):
        assert may(deputy, cast.org["chengguan"])


def test_other_lines_of_the_table_are_any_leaders_as_before(cast, station, deputy):
    with clock.at(NIGHT), scope(deputy):
        assert queries.may_decide(deputy, cast.org["chengguan"], "handover") and queries.may_decide(deputy, cast.org["chengguan"], "level_down")


def test_what_the_leader_on_duty_asks_and_may_not_sign_goes_to_another(cast, station, deputy):
    line = {"approvers": [{"role": "duty"}], "own": False}
    with clock.at(EVENING):
        change_setting(cast.guan, org_id=cast.org["bureau"], key=queries.KEY, value={"close": line})
    with clock.at(NIGHT):
        other, asked = ask(cast, cast.wang, kind="close"), ask(cast, cast.zhao, kind="close")
        with scope(deputy):
            assert [one.id for one in queries.waiting_for(deputy)] == [asked], "that of 王砚 is for the one on duty"
        with scope(cast.zhao):
            assert [one.id for one in queries.waiting_for(cast.zhao)] == [other]
        acts.decide(deputy, approval_id=asked, granted=True)


def test_the_next_station_has_its_own(cast, station):
    with clock.at(NIGHT):
        assert not may(cast.chen, cast.org["chengguan"])
        with scope(cast.chen):
            assert queries.on_duty(cast.org["chengguan"]) is None


def test_a_leader_off_duty_raises_to_red_by_asking_the_one_on_duty(cast, station, deputy):
    told = tell(cast)
    with clock.at(NIGHT):
        intake.triage(cast.wang, matter_id=told.matter_id, kind="D02", owner_id=cast.wang.account_id)
        dispute = disputes.open_dispute(cast.wang, matter_id=told.matter_id)
        disputes.raise_level(deputy, dispute_id=dispute, level="red", reasons=["weapon"])
        with scope(cast.zhao):
            [asked] = queries.waiting_for(cast.zhao)
        acts.decide(cast.zhao, approval_id=asked.id, granted=True)


def test_the_table_says_what_it_means_and_who_it_is_now(cast, station, deputy, sign_on, words):
    with clock.at(NIGHT):
        shown = words(sign_on("wang").get("/approvals/table/"))
        assert "升为红色、橙色 值班领导" in shown and "现在：赵启明当班" in shown
        asked = ask(cast, cast.wang)
        page = words(sign_on("wang").get(f"/approvals/{asked}/"))
        assert "由所长赵启明决定" in page and "孟凡" not in page
    with clock.at(AFTER):
        assert "没有当班的带班领导，任一所领导" in words(sign_on("wang").get("/approvals/table/"))


def test_the_administrator_gives_a_line_to_the_leader_on_duty(cast, sign_on, words):
    there = f"/approvals/table/{cast.org['bureau']}/handover/"
    assert "值班领导" in words(sign_on("guan").get(there))
    assert sign_on("guan").post(there, {"roles": ["duty"], "sample": "0", "titles": ""}).status_code == 302
    assert queries.rule_for(cast.org["chengguan"], "handover").by_duty
