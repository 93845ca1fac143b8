"""Handing a matter over: nobody loses it, the clock runs on, it comes back at once."""

from datetime import UTC, datetime, timedelta

import pytest

from fengqiao.core import clock
from fengqiao.core.errors import NotThere
from fengqiao.core.scope import scope
from fengqiao.intake import acts, queries
from fengqiao.intake.models import Matter
from fengqiao.intake.rules import PartyIn, ReportIn
from fengqiao.promises import acts as promises
from fengqiao.promises.models import Promise

TOLD = ReportIn(channel="window", text="两家为宅基地争吵", parties=(PartyIn(name="王大山"),))
AT = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)


def state(actor, matter_id):
    with scope(actor):
        return Matter.objects.values_list("state", "org_id").get(id=matter_id)


def test_a_matter_of_the_wrong_unit_moves_when_the_other_station_accepts_and_the_sender_still_sees_it(cast):
    with clock.at(AT):
        told = acts.receive(cast.sun, report=TOLD)
        promise = acts.hand_over(
            cast.zhao, matter_id=told.matter_id, to_org_id=cast.org["yunling"], kind="handover", reason="发生地在云岭所辖区"
        )
    assert state(cast.wang, told.matter_id) == ("handed", cast.org["chengguan"])
    with clock.at(AT + timedelta(hours=3)):
        promises.accept(cast.chen, promise_id=promise)
    assert state(cast.chen, told.matter_id) == ("waiting", cast.org["yunling"])
    with scope(cast.wang):
        assert queries.matter_page(cast.wang, told.matter_id).org == "云岭派出所"
    with scope(cast.luo), pytest.raises(NotThere):
        queries.matter_page(cast.luo, told.matter_id)


def test_a_returned_matter_is_back_in_the_senders_queue_at_once(cast):
    told = acts.receive(cast.sun, report=TOLD)
    promise = acts.hand_over(
        cast.wang, matter_id=told.matter_id, to_org_id=cast.org["court"], kind="referral", channel="ST", reason="当事人愿意诉讼"
    )
    court = cast.shi  # the court's clerk is not in the cast; the justice office may not answer for it
    with pytest.raises(NotThere):
        promises.return_(court, promise_id=promise, reason="not_ours", text="不属本院管辖")
    promises.recall(cast.wang, promise_id=promise, text="改由司法所先行调解")
    assert state(cast.wang, told.matter_id) == ("waiting", cast.org["chengguan"])
    again = acts.hand_over(
        cast.wang, matter_id=told.matter_id, to_org_id=cast.org["justice"], kind="referral", channel="GT", reason="申请人民调解"
    )
    with scope(cast.shi):
        assert queries.matter_page(cast.shi, told.matter_id).number == told.matter_number
    promises.sign(cast.shi, promise_id=again)
    promises.return_(cast.shi, promise_id=again, reason=_a_reason(), text="一方不愿调解")
    assert state(cast.wang, told.matter_id) == ("waiting", cast.org["chengguan"])
    with scope(cast.shi), pytest.raises(NotThere):
        queries.matter_page(cast.shi, told.matter_id)
    with scope(cast.wang):
        sentences = [line.sentence for line in queries.matter_page(cast.wang, told.matter_id).timeline]
    assert {"接报", "流转", "签收", "退回", "退回本单位", "撤回"} <= set(sentences)


def _a_reason():
    from fengqiao.core.rules.vocabularies import vocabulary

    return next(iter(vocabulary("return_reasons")))


@pytest.mark.spec("NP-30")
def test_a_matter_sent_to_the_three_offices_has_one_number_one_lead_and_three_acknowledgements_on_one_timeline(cast):
    told = acts.receive(cast.sun, report=TOLD)
    offices = {cast.org["dispute_office"]: "disputes_office", cast.org["petition"]: "petition_office", cast.org["grid_office"]: "grid_office"}
    sent = promises.send_joint(
        cast.zhao, about=told.matter_id, offices=offices, lead_org_id=cast.org["dispute_office"], text="请三办会商"
    )
    hops = dict(zip(offices, sent, strict=True))
    for clerk in (cast.tiao, cast.xin, cast.wang_ge):
        with scope(clerk):
            assert queries.matter_page(clerk, told.matter_id).number == told.matter_number
        promises.sign(clerk, promise_id=hops[clerk.org_id].id)
    with scope(cast.wang):
        lines = queries.matter_page(cast.wang, told.matter_id).timeline
        assert [line.org for line in lines if line.sentence == "签收"] == ["网格办", "信访联席办", "矛盾纠纷调处联席办"]
        assert Matter.objects.count() == 1
        assert Promise.objects.filter(about=told.matter_id, lead=True).count() == 1
