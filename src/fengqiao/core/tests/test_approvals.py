"""Approvals: asked, decided by whom the table names, by telephone at night and signed next morning; the asker's app hears."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from fengqiao.core import approvals as port
from fengqiao.core import clock, notices
from fengqiao.core.acts import approvals as acts
from fengqiao.core.acts.settings import change_setting
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.models import Approval, Event
from fengqiao.core.queries import approvals as queries
from fengqiao.core.queries.organisations import about
from fengqiao.core.scope import scope

NIGHT = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # 00:30 in Shanghai


def ask(actor, org, kind="level_up", **more):
    given = {"reason": "三次争吵，扬言报复", "text": "纠纷升为红色", "url": "/disputes/", "change": {"level": "red"}, "about": about(org)}
    return acts.ask(actor, kind=kind, subject=("dispute", uuid.uuid4()), org_id=org, **(given | more))


@pytest.fixture
def org(cast):
    return cast.org["chengguan"]


@pytest.fixture
def heard(monkeypatch):
    """What the app that asked was told."""
    told = []
    monkeypatch.setattr(port, "_served", {"level_up": lambda actor, one: told.append(one), "level_down": lambda actor, one: told.append(one)})
    return told


def test_what_was_asked_waits_for_whom_the_table_names_and_is_told_to_them(cast, org):
    asked = ask(cast.wang, org)
    with scope(cast.zhao):
        [one] = queries.waiting_for(cast.zhao)
        assert (one.id, one.text, one.reason, one.asked_by) == (asked, "纠纷升为红色", "三次争吵，扬言报复", "王砚")
        assert notices.grouped(cast.zhao)[0].group == "approvals"
    for who in (cast.wang, cast.lin, cast.deng):
        with scope(who):
            assert queries.waiting_for(who) == []
    with scope(cast.wang):
        assert [one.id for one in queries.asked_by(cast.wang)] == [asked]
        assert "报复" not in str(Event.objects.get(act="core.ask").facts)


def test_the_next_station_sees_nothing_of_it_and_cannot_decide(cast, org):
    asked = ask(cast.wang, org)
    with scope(cast.chen):
        assert queries.decided(cast.chen) == [] and not Approval.objects.exists()
        with pytest.raises(NotThere):
            queries.approval(cast.chen, asked)
    with pytest.raises(NotThere):
        acts.decide(cast.chen, approval_id=asked, granted=True)


def test_granting_is_told_to_whoever_asked_in_the_same_transaction(cast, org, heard):
    asked = ask(cast.wang, org)
    acts.decide(cast.zhao, approval_id=asked, granted=True)
    [one] = heard
    assert (one.id, one.granted, one.by, one.change) == (asked, True, cast.zhao.account_id, {"level": "red"})
    with pytest.raises(Refused, match="同意"):
        acts.decide(cast.zhao, approval_id=asked, granted=False, reason="再看看")


def test_what_the_serving_app_refuses_is_not_decided_either(cast, org, monkeypatch):
    def refuse(actor, one):
        raise Refused("纠纷已结案。")

    monkeypatch.setattr(port, "_served", {"level_up": refuse})
    asked = ask(cast.wang, org)
    with pytest.raises(Refused, match="已结案"):
        acts.decide(cast.zhao, approval_id=asked, granted=True)
    with scope(cast.zhao):
        assert queries.approval(cast.zhao, asked).state == "waiting"


def test_a_refusal_needs_its_reason_and_a_post_outside_the_table_is_refused(cast, org, heard):
    asked = ask(cast.wang, org)
    with pytest.raises(Forbidden, match="审批表"):
        acts.decide(cast.deng, approval_id=asked, granted=True)
    with pytest.raises(Invalid, match="理由"):
        acts.decide(cast.zhao, approval_id=asked, granted=False)
    acts.decide(cast.zhao, approval_id=asked, granted=False, reason="先走访再定")
    assert not heard[0].granted
    with scope(cast.wang):
        assert queries.approval(cast.wang, asked).words == "先走访再定"


def test_a_leader_does_not_lower_what_he_asked_to_lower_himself(cast, org):
    asked = ask(cast.zhao, org, kind="level_down")
    with scope(cast.zhao):
        assert queries.waiting_for(cast.zhao) == []
    with pytest.raises(Forbidden, match="本人提请"):
        acts.decide(cast.zhao, approval_id=asked, granted=True)
    with scope(cast.zhao), pytest.raises(IntegrityError, match="approval_not_own"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE core_approval SET state = 'granted', decided_by_id = asked_by_id, decided_at = now() WHERE id = %s", [asked])


def test_a_bureaus_table_holds_for_its_stations_and_from_its_day_on(cast, org, heard):
    line = {"approvers": [{"role": "officer", "titles": ["社区"]}], "own": True}
    change_setting(cast.guan, org_id=cast.org["bureau"], key=queries.KEY, value={"level_up": line})
    asked = ask(cast.wang, org)
    acts.decide(cast.wang, approval_id=asked, granted=True)
    assert heard[0].granted
    with scope(cast.zhao):
        assert queries.waiting_for(cast.zhao) == [] and not queries.may_decide(cast.zhao, org, "level_up")


def test_the_same_thing_is_asked_once(cast, org):
    subject = ("dispute", uuid.uuid4())
    ask_ = {"kind": "level_up", "about": about(org), "subject": subject, "org_id": org, "change": {}}
    acts.ask(cast.wang, **ask_)
    with pytest.raises(Refused, match="正等待决定"):
        acts.ask(cast.deng, **ask_)


def test_a_night_call_holds_at_once_and_is_signed_the_next_morning(cast, org, heard):
    """Station-day 3: at night by telephone: the call is recorded (whom, when, words) and signed next morning."""
    with clock.at(NIGHT):
        asked = ask(cast.deng, org)
        acts.by_telephone(cast.deng, approval_id=asked, by_account_id=cast.zhao.account_id, words="同意，天亮前不离人", at=NIGHT - timedelta(minutes=5))
        assert heard[0].granted and heard[0].by == cast.zhao.account_id
        with scope(cast.zhao):
            [one] = queries.to_sign(cast.zhao)
            assert (one.noted_by, one.words, one.telephone) == ("邓海", "同意，天亮前不离人", True)
            assert clock.local(one.sign_due).isoformat() == "2026-11-21T10:00:00+08:00"
        with pytest.raises(Forbidden, match="本人补签"):
            acts.confirm(cast.deng, approval_id=asked)
    with clock.at(NIGHT + timedelta(hours=8)):
        acts.confirm(cast.zhao, approval_id=asked)
        with scope(cast.zhao):
            assert queries.to_sign(cast.zhao) == [] and queries.approval(cast.zhao, asked).state == "granted"
        with pytest.raises(Refused, match="没有待补签"):
            acts.confirm(cast.zhao, approval_id=asked)
    assert len(heard) == 1


def test_a_call_that_was_not_so_is_turned_when_it_is_to_be_signed(cast, org, heard):
    asked = ask(cast.deng, org)
    acts.by_telephone(cast.deng, approval_id=asked, by_account_id=cast.zhao.account_id, words="同意", at=clock.now())
    with pytest.raises(Invalid, match="实际意见"):
        acts.confirm(cast.zhao, approval_id=asked, stands=False)
    acts.confirm(cast.zhao, approval_id=asked, stands=False, reason="当时说的是先走访")
    assert [one.granted for one in heard] == [True, False]
    with scope(cast.zhao):
        shown = queries.approval(cast.zhao, asked)
        assert (shown.state, shown.words) == ("refused", "当时说的是先走访")


@pytest.mark.parametrize(
    ("who", "minutes", "wrong"),
    [("lin", 0, "by_account_id"), ("zhao", 5, "at"), ("zhao", -60 * 30, "at")],
)
def test_a_call_to_somebody_else_or_at_another_time_is_not_taken(cast, org, who, minutes, wrong):
    asked = ask(cast.wang, org)
    with pytest.raises(Invalid) as refused:
        acts.by_telephone(
            cast.deng, approval_id=asked, by_account_id=getattr(cast, who).account_id, words="同意", at=clock.now() + timedelta(minutes=minutes)
        )
    assert set(refused.value.fields) == {wrong}


def test_what_has_become_pointless_lapses_and_waits_for_nobody(cast, org, heard):
    asked = ask(cast.wang, org)
    acts.lapse(cast.wang, approval_id=asked, why="closed")
    with scope(cast.zhao):
        assert queries.waiting_for(cast.zhao) == [] and queries.approval(cast.zhao, asked).state_word == "不再需要"
    assert heard == []


def test_the_database_keeps_a_decision_and_whose_it_is_together(cast, org):
    asked = ask(cast.wang, org)
    for broken in ("state = 'granted'", "noted_by_id = asked_by_id", "decided_by_id = asked_by_id"):
        with scope(cast.wang), pytest.raises(IntegrityError, match="approval_"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE core_approval SET {broken} WHERE id = %s", [asked])
