"""回填: the words another system wants in its order, the tick, what is not ticked."""

import pytest
from django.db import IntegrityError, transaction

from fengqiao.core.acts.settings import change_setting
from fengqiao.core.errors import Forbidden, NotThere, Refused
from fengqiao.core.models import Event
from fengqiao.core.rules import BadInput
from fengqiao.core.scope import scope
from fengqiao.disputes import acts
from fengqiao.disputes.acts import casefile
from fengqiao.disputes.models import Pasted
from fengqiao.disputes.queries import feedback as reads
from fengqiao.disputes.rules import feedback
from fengqiao.intake import acts as intake
from fengqiao.intake.rules import ReportIn

from .conftest import LI, WANG


@pytest.fixture
def alarm(cast):
    """A dispute reported by 110."""
    report = ReportIn(channel="110", text="两家为停车争吵", place_text="枫桥村三组", parties=(WANG, LI))
    matter = intake.receive(cast.deng, report=report).matter_id
    intake.triage(cast.wang, matter_id=matter, kind="D02", owner_id=cast.wang.account_id)
    return acts.open_dispute(cast.wang, matter_id=matter)


def test_the_110_feedback_has_its_six_items_in_their_order_and_is_logged(cast, alarm, access_lines):
    acts.settle(cast.wang, dispute_id=alarm, outcome="settled", performance="none", text="双方当场和好")
    with scope(cast.wang):
        text = reads.text(cast.wang, alarm, "110")
    names = [line.split("：")[0] for line in text.split("\n")]
    assert names == ["时间", "地点", "人员", "经过", "处置结果", "民警"]
    for said in ("枫桥村三组", "王大山 138 0000 1234", "李四海", "两家为停车争吵", "双方当场和好", "王砚"):
        assert said in text
    assert access_lines()[-1]["purpose"] == "回填110接处警系统"


def test_a_bureau_orders_it_as_its_own_system_wants(cast, alarm):
    mine = [{"system": "110", "name": "市局110", "fields": ["民警", "处置结果", "地点"], "join": "|", "labels": False, "when": "110"}]
    change_setting(cast.guan, org_id=cast.org["bureau"], key="papers.profiles", value=mine)
    with scope(cast.wang):
        assert reads.text(cast.wang, alarm, "110") == "王砚||枫桥村三组"
        with pytest.raises(NotThere):
            reads.text(cast.wang, alarm, "banan")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([{"system": "110", "name": "某系统", "fields": ["时间", "民族"]}], "“民族”不认识"),
        ([{"system": "a", "name": "甲", "fields": ["时间"]}, {"system": "a", "name": "乙", "fields": ["时间"]}], "只能有一个"),
        ([{"system": "a", "name": "甲", "fields": []}], "不完整"),
        ("110", "读不懂"),
    ],
)
def test_a_profile_that_cannot_be_used_says_what_is_wrong(given, said):
    with pytest.raises(BadInput, match=said):
        feedback.profiles(given)


def test_what_is_not_ticked_is_listed_and_the_tick_takes_it_off(cast, alarm, dispute):
    with scope(cast.wang):
        waiting = reads.waiting(cast.wang)
    assert [(one.dispute_id, one.system) for one in waiting] == [(alarm, "110")], "the one told at the window is not 110's"
    with scope(cast.chen):
        assert reads.waiting(cast.chen) == []
    casefile.paste(cast.wang, dispute_id=alarm, system="110")
    with scope(cast.wang):
        assert reads.waiting(cast.wang) == [] and Event.objects.get(act="disputes.paste").facts["system"] == "110"
    with pytest.raises(Refused, match="已登记回填"):
        casefile.paste(cast.wang, dispute_id=alarm, system="110")
    acts.settle(cast.wang, dispute_id=alarm, outcome="settled", performance="none")
    with scope(cast.wang):
        assert [one.system for one in reads.waiting(cast.wang)] == ["110"], "what it came to is to be pasted too"


def test_others_neither_read_nor_tick_it(cast, alarm):
    for who, error in ((cast.lin, Forbidden), (cast.shi, Forbidden), (cast.chen, NotThere)):
        with pytest.raises(error):
            casefile.paste(who, dispute_id=alarm, system="110")
        with scope(who), pytest.raises(error):
            reads.text(who, alarm, "110")


def test_the_database_holds_one_tick_for_each_time(cast, alarm):
    casefile.paste(cast.wang, dispute_id=alarm, system="110")
    with scope(cast.wang), transaction.atomic(), pytest.raises(IntegrityError), transaction.atomic():
        row = Pasted.objects.get()
        Pasted.objects.create(org_id=row.org_id, dispute_id=row.dispute_id, about=row.about, system="110", round=row.round, by_id=row.by_id)
