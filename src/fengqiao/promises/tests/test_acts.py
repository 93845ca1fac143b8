"""What happens when a matter is handed over: who sees it, who must act, what the clock does, who is told."""

from datetime import timedelta

import pytest
from django.db import connection

from fengqiao.core import clock, deadlines
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.models import Content, Event
from fengqiao.core.scope import scope
from fengqiao.promises import acts, ports
from fengqiao.promises.models import Promise


def refer(cast, matter, to="justice", **more):
    """王砚 refers the matter to the justice office (五调, 公调→…)."""
    given = {"kind": "referral", "channel": "GT", "text": "请组织调解"} | more
    sender = cast.zhao if given["kind"] == "handover" else cast.wang  # 移送 is the leader's to sign
    return acts.send(sender, about=matter, to_org_id=cast.org[to], **given)


def row(actor, promised):
    with scope(actor):
        return Promise.objects.get(id=promised.id)


def test_the_receiver_sees_the_matter_from_the_sending_on_and_nobody_else_does(cast, matter, sees):
    assert not sees(cast.shi)
    sent = refer(cast, matter)
    assert sees(cast.shi)
    assert not sees(cast.xin) and not sees(cast.chen)
    assert row(cast.shi, sent).text == "请组织调解"
    for stranger in (cast.chen, cast.xin):
        with scope(stranger):
            assert not Promise.objects.exists()


def test_signed_accepted_answered(cast, matter, sees):
    sent = refer(cast, matter)
    acts.sign(cast.shi, promise_id=sent.id)
    acts.accept(cast.shi, promise_id=sent.id)
    assert row(cast.wang, sent).holder_id == cast.org["justice"]
    acts.answer(cast.shi, promise_id=sent.id, result="agreed", text="双方签了协议")
    done = row(cast.wang, sent)
    assert (done.state, done.holder, done.result) == ("done", None, "agreed")
    assert done.signed_by_id == cast.shi.account_id
    assert sees(cast.shi)
    with scope(cast.wang):
        told = Event.objects.filter(about=matter, act__startswith="promises.").order_by("id")
        assert [e.act for e in told if "open_matter" not in e.act] == [
            "promises.send", "promises.sign", "promises.accept", "promises.answer",
        ]  # fmt: skip
        assert "双方签了协议" in Content.objects.get(event_id=told.last().id).body


def test_facts_hold_no_words(cast, matter):
    sent = refer(cast, matter, text="张某与李某")
    acts.return_(cast.shi, promise_id=sent.id, reason="R03", text="缺李某的地址")
    with scope(cast.wang):
        for event in Event.objects.filter(about=matter):
            assert "某" not in str(event.facts) and "due" in event.facts or event.act.endswith("open_matter")


@pytest.mark.spec("NP-31")
def test_a_returned_referral_is_back_at_once_with_its_clock_running_and_the_receivers_sight_ends(cast, matter, sees):
    heard = []
    ports.on_change.append(lambda actor, change, move: heard.append((move, change.state, sees(actor))))
    sent = refer(cast, matter)
    before = row(cast.wang, sent)
    acts.return_(cast.shi, promise_id=sent.id, reason="R05", text="当事人不愿调解")
    back = row(cast.wang, sent)
    assert (back.state, back.holder_id, back.reason) == ("returned", cast.wang.station_id, "R05")
    assert (back.started_at, back.due_at, back.ended_at) == (before.started_at, before.due_at, None)
    assert back.held_since - back.returned_at < timedelta(minutes=1)
    assert not sees(cast.shi)
    assert row(cast.shi, sent).return_text == "当事人不愿调解"  # its own answer it keeps
    assert heard == [("send", "sent", True), ("return", "returned", True)]  # told while the share was still open


def test_the_law_gives_a_wrong_unit_hand_over_24_hours_from_the_report_and_a_return_does_not_lengthen_them(cast, matter):
    reported = clock.now() - timedelta(hours=3)
    sent = refer(cast, matter, to="yunling", kind="handover", channel="", started_at=reported)
    assert sent.due_at == deadlines.reckon("transfer_unit", reported).at
    assert timedelta(hours=20) < sent.due_at - clock.now() < timedelta(hours=22)
    acts.return_(cast.chen, promise_id=sent.id, reason="R02", text="属东坞辖区")
    again = refer(cast, matter, to="dongwu", kind="handover", channel="", again=sent.id)
    assert (again.due_at, again.number) == (sent.due_at, sent.number)
    assert row(cast.wang, again).started_at == reported


def test_an_accepted_hand_over_gives_the_matter_away_and_the_sender_may_look_on(cast, matter, sees):
    changes = []
    ports.on_change.append(lambda actor, change, move: changes.append(change))
    sent = refer(cast, matter, to="yunling", kind="handover", channel="")
    acts.accept(cast.chen, promise_id=sent.id)
    taken = row(cast.wang, sent)
    assert (taken.state, taken.holder) == ("accepted", None)
    assert taken.ended_at and taken.signed_at
    assert changes[-1].gives_away and changes[-1].to_org_id == cast.org["yunling"]
    with pytest.raises(Refused, match="已接收"):
        acts.recall(cast.wang, promise_id=sent.id, text="送错")


def test_the_second_return_of_a_chain_is_marked_for_arbitration(cast, matter):
    first = refer(cast, matter, to="yunling", kind="handover", channel="")
    acts.return_(cast.chen, promise_id=first.id, reason="R02", text="不属云岭")
    second = refer(cast, matter, to="shiqiao", kind="handover", channel="", again=first.id)
    assert row(cast.wang, second).returns == 1
    acts.return_(cast.qian, promise_id=second.id, reason="R02", text="也不属石桥")
    with scope(cast.wang):
        facts = Event.objects.filter(about=matter, act="promises.return_").order_by("id").values_list("facts", flat=True)
        assert [f["arbitration"] for f in facts] == [False, True]


def test_a_returned_hop_is_sent_on_once_only(cast, matter):
    first = refer(cast, matter)
    with pytest.raises(Refused, match="不能另行流转"):
        refer(cast, matter, to="court", channel="ST", again=first.id)
    acts.return_(cast.shi, promise_id=first.id, reason="R01", text="应由法院办理")
    refer(cast, matter, to="court", channel="ST", again=first.id)
    with pytest.raises(Refused, match="不能另行流转"):
        refer(cast, matter, to="court", channel="ST", again=first.id)


def test_what_was_recalled_is_closed_to_the_receiver(cast, matter, sees):
    sent = refer(cast, matter)
    acts.recall(cast.wang, promise_id=sent.id, text="当事人撤回申请")
    assert not sees(cast.shi)
    with pytest.raises(Refused, match="已撤回"):
        acts.sign(cast.shi, promise_id=sent.id)


def test_only_the_receiver_signs_and_only_the_sender_recalls(cast, matter):
    sent = refer(cast, matter)
    with pytest.raises(Forbidden):
        acts.sign(cast.wang, promise_id=sent.id)
    with pytest.raises(Forbidden):
        acts.recall(cast.shi, promise_id=sent.id, text="不要了")
    for stranger in (cast.chen, cast.xin):
        with pytest.raises(NotThere):
            acts.sign(stranger, promise_id=sent.id)


@pytest.mark.parametrize("who", ["gao", "yi", "guan"])
def test_grid_workers_volunteers_and_administrators_hand_nothing_over(cast, matter, who):
    with pytest.raises(Forbidden):
        acts.send(getattr(cast, who), about=matter, to_org_id=cast.org["justice"], kind="referral", channel="GT", text="x")


def test_an_auxiliary_may_sign_but_not_decide(cast, matter):
    sent = acts.send(cast.shi, about=matter, to_org_id=cast.org["chengguan"], kind="referral", channel="GT", text="请协助", number="S1")
    acts.sign(cast.lin, promise_id=sent.id)
    with pytest.raises(Forbidden):
        acts.accept(cast.lin, promise_id=sent.id)


def test_a_matter_one_cannot_see_cannot_be_handed_over(cast, matter, sees):
    with pytest.raises(NotThere):
        acts.send(cast.chen, about=matter, to_org_id=cast.org["court"], kind="referral", channel="ST", text="x")
    with pytest.raises(NotThere):
        acts.send(cast.wang, about=uuid7(), to_org_id=cast.org["court"], kind="referral", channel="ST", text="x")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"channel": ""}, "channel"),
        ({"channel": "XX"}, "channel"),
        ({"kind": "gift"}, "kind"),
        ({"kind": "handover"}, "channel"),
        ({"text": "  "}, "text"),
        ({"text": "长" * 5001}, "text"),
        ({"due_at": clock.now() - timedelta(days=1)}, "due_at"),
    ],
)
def test_what_cannot_be_taken_is_named_by_field(cast, matter, wrong, field):
    with pytest.raises(Invalid) as caught:
        refer(cast, matter, **wrong)
    assert list(caught.value.fields) == [field]


def test_a_return_needs_a_coded_reason_and_words(cast, matter):
    sent = refer(cast, matter)
    for reason, text in (("", "不办"), ("R01", " ")):
        with pytest.raises(Invalid):
            acts.return_(cast.shi, promise_id=sent.id, reason=reason, text=text)


def test_one_does_not_hand_over_to_oneself(cast, matter):
    with pytest.raises(Refused, match="本单位"):
        refer(cast, matter, to="chengguan", kind="transfer", channel="")


def test_reminding_counts_tells_the_other_side_and_is_a_signal_not_a_siren(cast, matter):
    sent = refer(cast, matter)
    acts.remind(cast.wang, promise_id=sent.id)
    with pytest.raises(Refused, match="一小时"):
        acts.remind(cast.wang, promise_id=sent.id)
    assert row(cast.wang, sent).reminders == 1
    acts.return_(cast.shi, promise_id=sent.id, reason="R01", text="不属本所")
    with pytest.raises(Refused, match="不是对方在办"):
        acts.remind(cast.wang, promise_id=sent.id)


def test_three_offices_get_one_number_one_lead_and_acknowledge_each_for_itself(cast, matter, sees):
    offices = {"dispute_office": "disputes_office", "petition": "petition_office", "grid_office": "grid_office"}
    sent = acts.send_joint(
        cast.wang, about=matter, offices={cast.org[k]: v for k, v in offices.items()}, lead_org_id=cast.org["dispute_office"], text="请共同调处"
    )  # fmt: skip
    assert len({p.number for p in sent}) == 1
    assert [row(cast.wang, p).lead for p in sent] == [True, False, False]
    for actor, promised in zip((cast.tiao, cast.xin, cast.wang_ge), sent, strict=True):
        assert sees(actor)
        acts.sign(actor, promise_id=promised.id)
    acts.return_(cast.wang_ge, promise_id=sent[2].id, reason="R01", text="网格无此职能")
    assert [row(cast.wang, p).state for p in sent] == ["signed", "signed", "returned"]


def test_a_joint_hand_over_needs_two_offices_and_a_lead_among_them(cast, matter):
    one = {cast.org["petition"]: "petition_office"}
    two = one | {cast.org["grid_office"]: "grid_office"}
    for offices, lead in ((one, cast.org["petition"]), (two, cast.org["justice"])):
        with pytest.raises(Invalid):
            acts.send_joint(cast.wang, about=matter, offices=offices, lead_org_id=lead, text="请共同调处")


def test_the_bureaus_own_number_of_days_holds_for_a_promise_but_not_for_what_the_law_sets(cast, matter):
    with scope(cast.wang), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_setting (org_id, key, value, valid_from) VALUES (%s, 'promises.days', %s::jsonb, '2026-01-01')",
            [cast.org["bureau"], '{"referral": 3, "handover": 30}'],
        )
    with clock.at(clock.now()):
        assert refer(cast, matter).due_at == clock.now() + timedelta(days=3)
        assert refer(cast, matter, to="yunling", kind="handover", channel="").due_at < clock.now() + timedelta(hours=26)
