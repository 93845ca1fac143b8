"""Tasks: given, signed for, finished, cancelled, reassigned; each sees what is theirs."""

from datetime import timedelta

import pytest
from django.urls import reverse

from fengqiao.core import clock, notices
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.tasks import acts, queries
from fengqiao.tasks.models import Task


def order(cast, by="zhao", **more):
    """所长赵启明 orders something of 社区队, until tomorrow."""
    given = {"title": "走访东街商铺", "to_org_id": cast.org["cg_community"], "due_at": clock.now() + timedelta(days=1)} | more
    return acts.create(getattr(cast, by), **given)


def boxes(actor):
    with scope(actor):
        return {box: [row.id for row in queries.listed(actor, box).rows] for box in queries.BOXES}


def row(actor, given):
    with scope(actor):
        return Task.objects.get(id=given.id)


def test_an_order_to_a_unit_is_everybodys_there_until_one_signs_for_it(cast):
    given = order(cast)
    assert given.number.startswith("Z")
    assert boxes(cast.wang)["mine"] == boxes(cast.lin)["mine"] == boxes(cast.zhao)["given"] == [given.id]
    acts.sign(cast.wang, task_id=given.id)
    assert boxes(cast.wang)["mine"] == [given.id]
    assert boxes(cast.lin)["mine"] == [] and boxes(cast.lin)["org"] == [given.id]
    with pytest.raises(Forbidden):
        acts.finish(cast.lin, task_id=given.id, result="办了")
    with pytest.raises(Refused, match="已签收"):
        acts.sign(cast.wang, task_id=given.id)


def test_a_finished_task_says_what_was_done_and_tells_who_gave_it(cast):
    given = order(cast, owner_id=cast.wang.account_id)
    with pytest.raises(Invalid):
        acts.finish(cast.wang, task_id=given.id, result=" ")
    acts.finish(cast.wang, task_id=given.id, result="已走访 12 家")
    done = row(cast.zhao, given)
    assert (done.state, done.ended_by_id, done.signed_by_id) == ("done", cast.wang.account_id, cast.wang.account_id)
    with scope(cast.zhao):
        assert [g.group for g in notices.grouped(cast.zhao)] == ["tasks.done"]
        events = list(Event.objects.filter(about=given.id).order_by("id"))
    assert [e.act for e in events] == ["tasks.create", "tasks.finish"]
    assert "走访" not in str([e.facts for e in events])
    for again in (lambda: acts.finish(cast.wang, task_id=given.id, result="再办"), lambda: acts.cancel(cast.zhao, task_id=given.id, reason="不要了")):
        with pytest.raises(Refused, match="已办结"):
            again()


def test_a_reassigned_task_keeps_its_day_and_is_signed_for_anew(cast):
    given = order(cast, owner_id=cast.wang.account_id)
    acts.sign(cast.wang, task_id=given.id)
    due = row(cast.zhao, given).due_at
    acts.reassign(cast.zhao, task_id=given.id, owner_id=cast.lin.account_id)
    after = row(cast.zhao, given)
    assert (after.owner_id, after.signed_at, after.due_at) == (cast.lin.account_id, None, due)
    with pytest.raises(Invalid, match="没有有效岗位"):
        acts.reassign(cast.zhao, task_id=given.id, owner_id=cast.chen.account_id)
    with pytest.raises(Forbidden):
        acts.reassign(cast.lin, task_id=given.id, owner_id=cast.wang.account_id)


def test_who_gave_it_cancels_it_and_who_has_it_does_not(cast):
    given = order(cast, owner_id=cast.wang.account_id)
    with pytest.raises(Forbidden):
        acts.cancel(cast.wang, task_id=given.id, reason="太忙")
    acts.cancel(cast.zhao, task_id=given.id, reason="已由县局统一安排")
    assert row(cast.zhao, given).state == "cancelled"
    assert boxes(cast.wang)["mine"] == [] and boxes(cast.wang)["ended"] == [given.id]


def test_leaders_and_desks_give_orders_and_officers_set_tasks_for_themselves(cast):
    for who in ("zhao", "deng"):
        order(cast, by=who)
    for who in ("wang", "lin", "sun"):
        with pytest.raises(Forbidden):
            order(cast, by=who)
    own = acts.create(cast.wang, kind="own", title="补录回访", due_at=clock.now() + timedelta(hours=2))
    assert row(cast.wang, own).owner_id == cast.wang.account_id and row(cast.wang, own).signed_at
    for who in ("gao", "yi", "guan"):
        with pytest.raises(Forbidden):
            acts.create(getattr(cast, who), kind="own", title="x", due_at=clock.now() + timedelta(hours=2))


def test_grid_workers_see_their_own_tasks_only_and_another_station_sees_none(cast):
    theirs = order(cast, owner_id=cast.gao.account_id)
    other = order(cast, owner_id=cast.wang.account_id)
    assert boxes(cast.gao)["org"] == boxes(cast.gao)["mine"] == [theirs.id]
    acts.sign(cast.gao, task_id=theirs.id)
    for actor in (cast.chen, cast.shi, cast.guan, cast.yi):
        assert not any(boxes(actor).values())
        with pytest.raises(NotThere):
            acts.sign(actor, task_id=other.id)


def test_due_today_counts_days_in_shanghai_and_over_time_stays_listed(cast):
    night = clock.local(clock.now()).replace(hour=1, minute=0)
    with clock.at(night):
        tonight = order(cast, due_at=night.replace(hour=23, minute=30))
        order(cast, due_at=night + timedelta(days=1))
        assert boxes(cast.zhao)["today"] == [tonight.id]
    with clock.at(night + timedelta(hours=23)):
        assert boxes(cast.zhao)["overdue"] == [tonight.id]
        with scope(cast.zhao):
            assert queries.due_today(cast.zhao)[0].overdue
            assert {t.id for t in queries.unsigned(cast.zhao, night - timedelta(minutes=1))} >= {tonight.id}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 101}, "title"),
        ({"due_at": clock.now() - timedelta(minutes=1)}, "due_at"),
        ({"to_org_id": 10**6}, "to_org_id"),
        ({"kind": "wish"}, "kind"),
    ],
)
def test_what_cannot_be_taken_is_named_by_field(cast, wrong, field):
    with pytest.raises(Invalid) as caught:
        order(cast, **wrong)
    assert list(caught.value.fields) == [field]


def test_an_order_may_go_to_another_station_whose_people_do_it(cast):
    given = order(cast, by="wu", to_org_id=cast.org["yunling"])
    acts.sign(cast.chen, task_id=given.id)
    acts.finish(cast.chen, task_id=given.id, result="已办")
    assert row(cast.wu, given).state == "done"


def test_boxes_and_their_totals_agree(cast):
    order(cast)
    order(cast, owner_id=cast.wang.account_id)
    for actor in (cast.zhao, cast.wang, cast.gao, cast.chen):
        with scope(actor):
            totals = queries.totals(actor)
        assert totals == {name: len(rows) for name, rows in boxes(actor).items() if name != "ended"}


def test_a_task_is_given_signed_and_finished_on_pages(cast, sign_on):
    zhao, wang = sign_on(cast.zhao), sign_on(cast.wang)
    given = {"kind": "order", "title": "走访东街商铺", "to_org_id": cast.org["cg_community"], "owner_id": cast.wang.account_id, "due_at": "2030-01-01T10:00"}
    refused = zhao.post(reverse("tasks:new"), given | {"title": ""})
    assert refused.status_code == 422 and "有 1 处需要更正" in refused.content.decode()
    assert zhao.post(reverse("tasks:new"), given).status_code == 302
    with scope(cast.zhao):
        (task,) = queries.listed(cast.zhao, "given").rows
    listed = wang.get(reverse("tasks:boxes")).content.decode()
    assert "走访东街商铺" in listed and "签收" in listed
    assert wang.post(reverse("tasks:move", args=[task.id, "sign"])).status_code == 302
    assert "办理情况" in wang.get(reverse("tasks:move", args=[task.id, "finish"])).content.decode()
    assert wang.post(reverse("tasks:move", args=[task.id, "finish"]), {"result": ""}).status_code == 422
    assert wang.post(reverse("tasks:move", args=[task.id, "finish"]), {"result": "已办"}).status_code == 302
    shown = zhao.get(reverse("tasks:page", args=[task.id])).content.decode()
    assert "已办结" in shown and "按时完成" in shown
    assert sign_on(cast.chen).get(reverse("tasks:page", args=[task.id])).status_code == 404
    assert zhao.get(reverse("tasks:boxes") + "?box=nothing").status_code == 404
