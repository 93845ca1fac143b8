"""Meetings yield tasks; what is unfinished opens the next one."""

from datetime import timedelta

import pytest
from django.urls import reverse

from fengqiao.core import clock
from fengqiao.core.errors import Forbidden, Invalid, NotThere
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.tasks import acts, queries
from fengqiao.tasks.acts import Action
from fengqiao.tasks.models import Meeting, Task

PRESENT = [("police", "王砚"), ("specialist", "周岚"), ("narcotics", "吴平"), ("grid", "高田"), ("mediator", "何秋云")]


def soon(days=2):
    return clock.now() + timedelta(days=days)


def hold(cast, by="wang", **more):
    given = {"kind": "safety", "topic": "治安防范例会", "present": PRESENT} | more
    return acts.hold_meeting(getattr(cast, by), **given)


@pytest.mark.spec("WZ-03")
def test_a_planning_note_of_police_and_grid_worker_yields_tasks(cast):
    """Who, what to check, by when: each becomes a task of its owner, listed in their own box."""
    due = soon()
    note = hold(
        cast, kind="planning", topic="排查惠安小区矛盾纠纷", present=[("police", "王砚"), ("grid", "高田")],
        actions=[Action("上门了解三号楼停车纠纷", cast.gao.account_id, due), Action("核对租户换锁一事", cast.wang.account_id, due)],
    )  # fmt: skip
    with scope(cast.gao):
        [mine] = queries.mine(cast.gao)
    assert (mine.title, mine.owner_id, mine.due_at) == ("上门了解三号楼停车纠纷", cast.gao.account_id, due)
    with scope(cast.wang):
        shown = queries.meeting(cast.wang, note)
    assert {one.title for one in shown.tasks} == {"上门了解三号楼停车纠纷", "核对租户换锁一事"}
    assert shown.present == (("民警", "王砚"), ("网格员", "高田"))


@pytest.mark.spec("WZ-09")
@pytest.mark.parametrize(("owner", "due", "words"), [(False, True, "第 2 项缺承办人"), (True, False, "第 2 项缺期限")])
def test_an_action_without_owner_or_day_is_refused_and_nothing_is_kept(cast, owner, due, words):
    good = Action("检查消防通道", cast.gao.account_id, soon())
    bad = Action("走访商铺", cast.wang.account_id if owner else None, soon() if due else None)
    with pytest.raises(Invalid) as refused:
        hold(cast, actions=[good, bad])
    assert words in refused.value.fields["actions"]
    with scope(cast.wang):
        assert not Meeting.objects.exists() and not Task.objects.exists()


@pytest.mark.spec("WZ-09")
def test_the_next_agenda_starts_with_what_is_unfinished(cast):
    hold(cast, actions=[Action("检查消防通道", cast.gao.account_id, soon(3)), Action("更换路灯", cast.lin.account_id, soon(1))], items=["夏季防盗"])
    with scope(cast.wang):
        late = Task.objects.get(title="检查消防通道")
    acts.finish(cast.gao, task_id=late.id, result="已检查")
    following = hold(cast, items=["冬季防火"])
    with scope(cast.wang):
        assert queries.meeting(cast.wang, following).agenda == (("更换路灯", True), ("冬季防火", False))
        assert [one.title for one in queries.agenda(cast.wang, "planning", None)] == []  # another kind of meeting has its own
    with scope(cast.wang):
        facts = Event.objects.get(about=following, act="tasks.hold_meeting").facts
    assert (facts["carried"], facts["present"]) == (1, 5) and "王砚" not in str(facts)


def test_a_meeting_needs_people_and_lies_in_the_past(cast):
    with pytest.raises(Invalid) as refused:
        hold(cast, present=[], topic="例会", held_at=soon())
    assert set(refused.value.fields) == {"present", "held_at"}
    with pytest.raises(Forbidden):
        hold(cast, by="shi")


def test_the_next_station_sees_no_meeting(cast):
    kept = hold(cast)
    with scope(cast.chen), pytest.raises(NotThere):
        queries.meeting(cast.chen, kept)
    with scope(cast.chen):
        assert queries.meetings(cast.chen) == []


def test_the_form_keeps_a_meeting_and_says_what_an_action_lacks(sign_on, cast):
    browser = sign_on("wang")
    form = {"kind": "safety", "topic": "例会", "present_police": "王砚", "present_grid": "高田、李平", "text_1": "检查路灯", "text": "夏季防盗\n冬季防火"}
    refused = browser.post(reverse("tasks:meet"), form)
    assert refused.status_code == 422 and "第 1 项缺承办人、期限" in refused.content.decode()
    day = (clock.today() + timedelta(days=3)).isoformat()
    kept = browser.post(reverse("tasks:meet"), form | {"owner_1": cast.gao.account_id, "due_1": day})
    assert kept.status_code == 302
    page = browser.get(kept.url).content.decode()
    assert "高田、李平" in page and "检查路灯" in page and "冬季防火" in page
    assert "检查路灯" in browser.get(reverse("tasks:meet") + "?kind=safety").content.decode()  # the next one begins with it
