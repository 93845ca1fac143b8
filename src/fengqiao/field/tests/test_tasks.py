"""The day's work from the phone: findings and their evening, meetings that yield tasks, tasks signed for and finished."""

from datetime import timedelta

import pytest

from fengqiao.core import clock
from fengqiao.core.scope import scope
from fengqiao.field.models import Held
from fengqiao.field.tests.test_feed import own_database, town
from fengqiao.tasks import acts, queries
from fengqiao.tasks.models import Meeting, Task

__all__ = ["own_database", "town"]


def day(n=2):
    return (clock.today() + timedelta(days=n)).isoformat()


@pytest.mark.spec("WZ-03")
def test_a_planning_note_written_in_the_village_yields_tasks(enrol, cast):
    note = {
        "kind": "planning", "topic": "与网格员商议排查矛盾纠纷", "text": "三号楼停车",
        "present": [{"role": "police", "name": "王砚"}, {"role": "grid", "name": "高田"}],
        "actions": [{"text": "上门了解三号楼停车纠纷", "owner": cast.gao.account_id, "due": day()}],
    }  # fmt: skip
    answer = enrol("wang").do("minutes", note)
    assert answer["outcome"] == "done"
    with scope(cast.gao):
        [task] = queries.mine(cast.gao)
    assert (task.title, str(clock.local(task.due_at).date())) == ("上门了解三号楼停车纠纷", day())


def test_a_note_whose_action_has_no_owner_waits_at_the_station_and_makes_nothing(enrol, cast):
    note = {"topic": "会商", "present": [{"role": "police", "name": "王砚"}], "actions": [{"text": "走访", "due": day()}]}
    answer = enrol("wang").do("minutes", note)
    assert answer["outcome"] == "held" and "第 1 项缺承办人" in answer["why"]
    with scope(cast.wang):
        assert not Meeting.objects.exists() and Held.objects.filter(act="minutes").exists()


@pytest.mark.spec("ND-22")
def test_what_the_morning_found_lies_on_the_officers_phone_until_an_evening_decides(town):
    """With the evenings counted on the phone (phone/src/today/evenings.ts, its own test) it shows as rolled over there."""
    from fengqiao.field.tests.conftest import enrolled

    grid, officer = enrolled("gao"), enrolled("wang")
    found = grid.do("finding", {"text": "东街下水井盖缺失", "place_text": "东街口"})
    town.seal()
    officer.feed()
    thing = officer.keeps["finding", found["made"]["id"]]
    assert (thing["text"], thing["decides"]) == ("东街下水井盖缺失", True)
    grid.feed()
    assert grid.keeps["finding", found["made"]["id"]]["decides"] is False
    decided = officer.do("decide", {"finding": found["made"]["id"], "decision": "none", "reason": "城管已补盖"})
    second = officer.do("decide", {"finding": found["made"]["id"], "decision": "report"})
    assert (decided["outcome"], second["outcome"]) == ("done", "conflict")
    town.seal()
    officer.feed()
    assert ("finding", found["made"]["id"]) not in officer.keeps


def test_a_grid_worker_cannot_decide_and_the_try_is_kept(enrol, cast):
    grid = enrol("gao")
    found = grid.do("finding", {"text": "路灯不亮"})["made"]["id"]
    assert grid.do("decide", {"finding": found, "decision": "none", "reason": "不用"})["outcome"] == "conflict"
    with scope(cast.wang):
        assert [str(one.id) for one in queries.undecided(cast.wang)] == [found]


def test_a_task_is_signed_for_and_finished_and_the_second_is_a_conflict(enrol, cast):
    given = acts.create(cast.zhao, title="走访东街商铺", to_org_id=cast.org["cg_community"], due_at=clock.now() + timedelta(days=1))
    mine, other = enrol("wang"), enrol("lin")
    assert mine.do("done", {"task": str(given.id), "step": "sign"})["outcome"] == "done"
    assert other.do("done", {"task": str(given.id), "step": "sign"})["outcome"] == "conflict"
    assert mine.do("done", {"task": str(given.id), "step": "finish", "result": "已走访 12 家"})["outcome"] == "done"
    with scope(cast.wang):
        assert Task.objects.get(id=given.id).result == "已走访 12 家"
