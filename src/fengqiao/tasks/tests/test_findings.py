"""晨巡晚议: what a round found is decided in the evening, or rolls over where everybody sees it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.core import clock, retention
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.scope import scope
from fengqiao.intake.models import Matter
from fengqiao.tasks import acts, queries, rules
from fengqiao.tasks.models import Finding, Meeting

MORNING = datetime(2026, 11, 20, 7, 30, tzinfo=clock.SHANGHAI)
instants = st.integers(0, 500_000).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


@pytest.mark.spec("ND-22")
def test_a_finding_not_decided_by_evening_rolls_over_visibly(cast, sign_on):
    with clock.at(MORNING):
        kept = acts.find(cast.gao, text="东街下水井盖缺失", place_text="东街口")
        other = acts.find(cast.gao, text="学校门口堆物")
        with scope(cast.wang):
            assert [one.evenings for one in queries.undecided(cast.wang)] == [0, 0]
    with clock.at(MORNING.replace(hour=17)):
        acts.decide_finding(cast.wang, finding_id=other, decision="none", reason="商户当场清走")
    with clock.at(MORNING + timedelta(days=1)):
        with scope(cast.wang):
            [rolled] = queries.undecided(cast.wang)
        assert (rolled.id, rolled.rolled) == (kept, "已滚动 1 晚")
    with clock.at(MORNING + timedelta(days=2)):
        page = sign_on("wang").get(reverse("tasks:findings")).content.decode()
    assert "已滚动 2 晚" in page and "有 1 条前几晚未定" in page
    with clock.at(MORNING + timedelta(days=2)):
        acts.decide_finding(cast.wang, finding_id=kept, decision="task", owner_id=cast.gao.account_id, due_at=clock.now() + timedelta(days=1))
        with scope(cast.wang):
            assert queries.undecided(cast.wang) == []
        with scope(cast.gao):
            assert [one.title for one in queries.mine(cast.gao)] == ["东街下水井盖缺失"]


@given(found=instants, minutes=st.integers(0, 40 * 24 * 60))
def test_evenings_are_counted_like_a_calendar_does(found, minutes):
    now = found + timedelta(minutes=minutes)
    oracle, moment = 0, clock.local(found).replace(hour=18, minute=0, second=0, microsecond=0)
    while moment <= now:
        oracle += moment > found
        moment += timedelta(days=1)
    assert rules.evenings(found, now, 18, clock.SHANGHAI) == oracle


def test_a_finding_becomes_a_matter_at_the_front_door(cast):
    kept = acts.find(cast.gao, text="两家为排水沟争吵", place_text="桂花社区", found_at=clock.now() - timedelta(hours=2))
    acts.decide_finding(cast.wang, finding_id=kept, decision="report")
    with scope(cast.wang):
        row = Finding.objects.get(id=kept)
        assert Matter.objects.get(id=row.matter).title.startswith("两家为排水沟争吵")
    with pytest.raises(Refused, match="已经议定"):
        acts.decide_finding(cast.wang, finding_id=kept, decision="none", reason="重复")


def test_a_decision_says_what_it_lacks_and_is_not_a_grid_workers(cast):
    kept = acts.find(cast.gao, text="路灯不亮")
    for given_, field in (({"decision": "none"}, "reason"), ({"decision": "task"}, "owner_id"), ({"decision": "ja"}, "decision")):
        with pytest.raises(Invalid) as refused:
            acts.decide_finding(cast.wang, finding_id=kept, **given_)
        assert field in refused.value.fields
    with pytest.raises(Forbidden):
        acts.decide_finding(cast.gao, finding_id=kept, decision="none", reason="不用")
    with pytest.raises(NotThere):
        acts.decide_finding(cast.chen, finding_id=kept, decision="none", reason="不用")


def test_three_years_later_the_words_are_gone_and_the_decision_stays(cast):
    with clock.at(MORNING):
        kept = acts.find(cast.gao, text="两家为排水沟争吵", place_text="桂花社区")
        acts.hold_meeting(cast.wang, kind="planning", topic="排查会商", present=[("police", "王砚")], items=["李家排水沟"])
        acts.decide_finding(cast.wang, finding_id=kept, decision="none", reason="双方已清理")
    with clock.at(MORNING + timedelta(days=3 * 366 + 1)):
        retention.run_due()
        with scope(cast.wang):
            row = Finding.objects.get(id=kept)
            [met] = Meeting.objects.prefetch_related("present", "agenda")
    gone = "（已依法删除）"
    assert (row.decision, row.text, row.place_text, row.reason) == ("none", gone, "", "")
    words = [met.topic, *(one.name for one in met.present.all()), *(one.text for one in met.agenda.all())]
    assert set(words) <= {gone, ""} and len(words) == 3


def test_the_pages_register_and_decide(cast, sign_on):
    grid, officer = sign_on("gao"), sign_on("wang")
    assert grid.post(reverse("tasks:find"), {"text": "井盖缺失", "place_text": "东街"}).status_code == 302
    with scope(cast.wang):
        [one] = queries.undecided(cast.wang)
    address = reverse("tasks:decide", args=[one.id])
    assert "待晚议由民警" in grid.get(address).content.decode()
    assert grid.post(address, {"decision": "none", "reason": "x"}).status_code == 403
    assert officer.post(address, {"decision": "none"}).status_code == 422
    assert officer.post(address, {"decision": "none", "reason": "城管已补盖"}).status_code == 302
    assert "城管已补盖" in officer.get(reverse("tasks:findings")).content.decode()
