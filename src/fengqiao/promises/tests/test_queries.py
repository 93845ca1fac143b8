"""What waits for whom: each side's boxes, the five channels' sums, and who holds what is over time."""

from datetime import timedelta

import pytest

from fengqiao.core import clock, notices
from fengqiao.core.errors import NotThere
from fengqiao.core.models import AccessLine
from fengqiao.core.scope import scope
from fengqiao.promises import acts, jobs, queries

from .test_acts import refer


def ids(rows):
    return [row.id for row in rows]


def boxes(actor):
    with scope(actor):
        return {name: ids(queries.listed(actor, name).rows) for name in queries.BOXES}


def test_a_hand_over_lies_in_the_receivers_inbox_and_among_what_the_sender_waits_for(cast, matter):
    sent = refer(cast, matter)
    assert boxes(cast.shi) == {"inbox": [sent.id], "mine": [sent.id], "waiting": [], "returned": [], "overdue": [], "ended": []}
    assert boxes(cast.wang) == {"inbox": [], "mine": [], "waiting": [sent.id], "returned": [], "overdue": [], "ended": []}
    assert not any(boxes(cast.chen).values())


@pytest.mark.spec("NP-31")
def test_returned_it_lies_with_the_sender_the_same_minute(cast, matter):
    sent = refer(cast, matter)
    at = clock.now() + timedelta(hours=5)
    with clock.at(at):
        acts.return_(cast.shi, promise_id=sent.id, reason="R01", text="应由法院办理")
    with clock.at(at + timedelta(seconds=59)):
        assert boxes(cast.wang)["returned"] == boxes(cast.wang)["mine"] == [sent.id]
        with scope(cast.wang):
            (shown,) = queries.mine(cast.wang)
        assert (shown.due_at, shown.reason) == (sent.due_at, "不属本单位职责")
        assert shown.waited == timedelta(seconds=59)
        assert boxes(cast.shi)["mine"] == []


@pytest.mark.spec("NP-31")
def test_the_five_channels_add_up_to_all_referrals(cast, matter):
    since = clock.now()
    offices = {"GT": "justice", "JT": "procuratorate", "ST": "court", "ZT": "town", "FT": "petition"}
    for n, (channel, office) in enumerate(offices.items(), 1):
        for _ in range(n):
            refer(cast, matter, to=office, channel=channel)
    refer(cast, matter, to="yunling", kind="handover", channel="")
    returned = refer(cast, matter, to="court", channel="ST")
    if returned.state == "slip":
        acts.deliver(cast.wang, promise_id=returned.id, how="hand")
    acts.return_(cast.wang, promise_id=returned.id, reason="R03", text="缺材料", name="法院立案庭")
    refer(cast, matter, to="petition", channel="FT", again=returned.id)
    with scope(cast.wang):
        counted = queries.counts(cast.wang, since, clock.now() + timedelta(minutes=1))
    total = counted.pop("total")
    assert counted == {"GT": 1, "JT": 2, "ST": 4, "ZT": 4, "FT": 6}
    assert sum(counted.values()) == total == 17


def test_what_is_over_time_names_who_holds_it_and_for_how_many_hours_on_either_side(cast, matter):
    sent = refer(cast, matter, to="yunling", kind="handover", channel="")
    late = clock.now() + timedelta(hours=30)
    with clock.at(late):
        for actor in (cast.wang, cast.chen):
            with scope(actor):
                (shown,) = queries.overdue(actor)
            assert (shown.holder, shown.waited_hours, shown.overdue) == ("云岭派出所", 30, True)
            assert "61" in shown.article
        acts.return_(cast.chen, promise_id=sent.id, reason="R02", text="不属云岭")
    with clock.at(late + timedelta(hours=2)), scope(cast.chen):
        (shown,) = queries.overdue(cast.chen)
        assert (shown.holder, shown.waited_hours) == ("城关派出所", 2)


@pytest.mark.spec("NP-30")
def test_replies_of_three_offices_merge_on_one_timeline_under_one_number(cast, matter):
    offices = {"dispute_office": "disputes_office", "petition": "petition_office", "grid_office": "grid_office"}
    sent = acts.send_joint(
        cast.wang, about=matter, offices={cast.org[k]: v for k, v in offices.items()}, lead_org_id=cast.org["dispute_office"], text="请共同调处"
    )  # fmt: skip
    for actor, promised in zip((cast.xin, cast.wang_ge, cast.tiao), (sent[1], sent[2], sent[0]), strict=True):
        acts.accept(actor, promise_id=promised.id)
    acts.answer(cast.wang_ge, promise_id=sent[2].id, result="noted", text="网格已入户了解")
    acts.answer(cast.xin, promise_id=sent[1].id, result="handled", text="信访事项已答复")
    for actor in (cast.wang, cast.tiao):  # the sender and the lead read the same
        with scope(actor):
            shown, beside, lines = queries.opened(actor, sent[0].id)
        assert {hop.number for hop in beside} == {shown.number} and len(beside) == 3
        assert [hop.to_org for hop in beside if hop.lead] == ["矛盾纠纷调处联席办"]
        assert all(hop.signed_at for hop in beside)
        said = [(line.act, line.content.get("text")) for line in lines if line.act == "promises.answer"]
        assert said == [("promises.answer", "网格已入户了解"), ("promises.answer", "信访事项已答复")]
    with scope(cast.chen), pytest.raises(NotThere):
        queries.opened(cast.chen, sent[0].id)


def test_opening_the_words_is_logged_and_listing_is_not(cast, matter):
    sent = refer(cast, matter)
    with scope(cast.shi):
        queries.inbox(cast.shi)
        assert not AccessLine.objects.filter(subject_id=sent.id).exists()
        queries.opened(cast.shi, sent.id)
    from django.db import connections

    with connections["access"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.orgs', %s, false)", ["{" + str(cast.shi.org_id) + "}"])
        cursor.execute("SELECT count(*) FROM core_access WHERE subject_id = %s", [sent.id])
        assert cursor.fetchone()[0] == 1


def test_a_long_list_comes_in_pages_without_loss_or_repeat(cast, matter):
    sent = {refer(cast, matter).id for _ in range(7)}
    seen, cursor = [], ""
    with scope(cast.wang):
        for _ in range(4):
            page = queries.listed(cast.wang, "waiting", cursor=cursor, limit=2)
            assert (page.total, page.total_is_floor) == (7, False)
            seen += ids(page.rows)
            cursor = page.next_cursor
    assert cursor == "" and len(seen) == 7 and set(seen) == sent


def test_boxes_and_their_totals_agree(cast, matter):
    refer(cast, matter)
    back = refer(cast, matter)
    acts.return_(cast.shi, promise_id=back.id, reason="R01", text="不办")
    for actor in (cast.wang, cast.shi, cast.chen):
        with scope(actor):
            totals = queries.totals(actor)
        assert totals == {name: len(rows) for name, rows in boxes(actor).items() if name != "ended"}


def test_moves_offered_are_the_moves_allowed(cast, matter):
    sent = refer(cast, matter)
    with scope(cast.wang):
        assert queries.find(cast.wang, sent.id).moves == ("remind", "recall")
    with scope(cast.shi):
        assert queries.find(cast.shi, sent.id).moves == ("sign", "accept", "return")
    with scope(cast.guan), pytest.raises(NotThere):
        queries.find(cast.guan, sent.id)


def test_both_sides_are_told_once_that_time_is_over_and_who_has_it(cast, matter):
    refer(cast, matter, to="yunling", kind="handover", channel="")
    refer(cast, matter)
    assert jobs.warn() == 0
    with clock.at(clock.now() + timedelta(hours=30)):
        assert jobs.warn() == 1
        assert jobs.warn() == 0
        for actor in (cast.zhao, cast.chen):
            with scope(actor):
                told = {g.group: g for g in notices.grouped(actor)}["promises.overdue"]
            assert told.count == 1 and "现由云岭派出所办，已 30 小时" in told.newest
        with scope(cast.shi):
            assert "promises.overdue" not in {g.group for g in notices.grouped(cast.shi)}
