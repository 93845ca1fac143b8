"""The feed: what a phone keeps, in the order of sealed positions; what it lost comes again; what ended is taken back."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from fengqiao.core import clock
from fengqiao.core.cast import actors
from fengqiao.core.scope import scope
from fengqiao.core.tests.test_erasure import own_database, seal
from fengqiao.field.tests.conftest import enrolled
from fengqiao.intake import acts
from fengqiao.intake.rules import PartyIn, ReportIn

__all__ = ["own_database"]
ID = "999999198501010034"


@pytest.fixture
def town(own_database):
    return SimpleNamespace(name=own_database, cast=actors(), seal=lambda: seal(own_database))


def told(actor, text, **more):
    return acts.receive(actor, report=ReportIn(channel="window", text=text, place_text="枫桥村三组", **more))


def test_a_phone_gets_what_its_post_sees_once_and_then_only_what_changed(town):
    one, other = told(town.cast.sun, "界墙争吵"), told(town.cast.sun, "停车争吵")
    told(town.cast.chen, "别所的事")
    town.seal()
    phone = enrolled("wang")
    phone.feed()
    assert {id_ for kind, id_ in phone.keeps if kind == "matter"} == {str(one.matter_id), str(other.matter_id)}
    assert not phone.ask()["things"]
    acts.take_over(town.cast.wang, matter_id=one.matter_id)
    assert not phone.ask()["things"], "what is not sealed yet comes with the next request"
    town.seal()
    answer = phone.feed()
    assert [thing["id"] for thing in answer["things"]] == [str(one.matter_id)]
    assert phone.keeps["matter", str(one.matter_id)]["mine"]


def test_an_answer_that_was_lost_comes_again(town):
    ids = {str(told(town.cast.sun, f"第{n}件").matter_id) for n in range(7)}
    town.seal()
    phone = enrolled("wang")
    phone.ask(limit=3)  # the answer never arrives
    phone.take(phone.ask(limit=3))
    phone.ask(limit=3)  # nor does this one
    phone.feed(limit=3)
    assert {id_ for _, id_ in phone.keeps} == ids


def test_what_ended_is_taken_back_until_the_phone_knows(town):
    matter = told(town.cast.sun, "界墙争吵").matter_id
    town.seal()
    phone = enrolled("wang")
    phone.feed()
    acts.tell_elsewhere(town.cast.wang, matter_id=matter, where="E01")
    town.seal()
    assert [one["id"] for one in phone.ask()["gone"]] == [str(matter)]
    assert [one["id"] for one in phone.ask()["gone"]] == [str(matter)], "asked again with the old cursor"
    phone.feed()
    assert not phone.keeps and not phone.ask()["gone"]


def test_a_phone_drops_its_overlay_only_after_the_feed_has_what_it_did(town):
    phone = enrolled("wang")
    phone.feed()
    made = phone.do("capture", {"text": "夜里争吵"})["made"]["matter"]
    assert phone.feed()["through_seq"] == 0
    town.seal()
    assert phone.feed()["through_seq"] == 1 and phone.keeps["matter", made]["title"] == "夜里争吵"
    late = phone.write("note", {"text": "二"}, about=made)
    phone.do("note", {"text": "三"}, about=made)
    town.seal()
    assert phone.feed()["through_seq"] == 1, "number 2 has not arrived"
    phone.send(late)
    town.seal()
    assert phone.feed()["through_seq"] == 3


def test_no_id_number_and_no_word_of_violence_at_home_goes_onto_a_phone(town):
    quarrel = told(town.cast.sun, "界墙争吵", parties=(PartyIn("李大山", "13899990017", ID),)).matter_id
    hidden = told(town.cast.sun, "丈夫酒后打妻子", parties=(PartyIn("赵小兰"),)).matter_id
    sorted_ = told(town.cast.sun, "夫妻吵架").matter_id
    acts.triage(town.cast.wang, matter_id=sorted_, kind="D01V", owner_id=town.cast.wang.account_id)
    town.seal()
    phone = enrolled("wang")
    phone.feed()
    assert ID not in str(phone.keeps) and ID[-4:] not in str(phone.keeps["matter", str(quarrel)])
    for matter in (hidden, sorted_):
        body = phone.keeps["matter", str(matter)]
        assert body["sealed"] and body["place_text"] == "枫桥村三组"
        assert not {"title", "texts", "parties"} & set(body)


def test_a_grid_worker_keeps_only_what_he_handed_in_without_names_and_words(town):
    told(town.cast.sun, "界墙争吵")
    grid = enrolled("gao")
    own = grid.do("capture", {"text": "水渠堵了", "parties": [{"name": "李大山", "phone": "13899990017"}]})["made"]["matter"]
    town.seal()
    grid.feed()
    assert {id_ for kind, id_ in grid.keeps if kind == "matter"} == {own}
    assert "李大山" not in str(grid.keeps) and "13899990017" not in str(grid.keeps) and "水渠" not in str(grid.keeps)


def test_a_post_that_ended_ends_the_phone(town):
    from fengqiao.core.models import Post

    phone = enrolled("wang")
    Post.objects.filter(id=town.cast.wang.post_id).update(valid_to=clock.today() - timedelta(days=1))
    assert phone.client.get("/field/v1/feed", headers=phone.headers).status_code == 410
    assert phone.do("capture", {"text": "最后一件"})["outcome"] == "held"


def test_every_answer_with_something_personal_leaves_its_line(town):
    from fengqiao.core.models import AccessLine

    told(town.cast.sun, "界墙争吵")
    town.seal()
    phone = enrolled("wang")
    phone.feed()
    phone.feed()
    with scope(town.cast.wang):
        lines = list(AccessLine.objects.filter(kind="device", subject_id=phone.device))
    assert len(lines) == 1 and lines[0].purpose == "手机同步 1 条"


def test_disputes_with_what_is_due_and_tasks_come_and_a_volunteer_gets_his_tasks_alone(town):
    from decimal import Decimal

    from fengqiao.disputes import acts as disputes
    from fengqiao.disputes.models import Party
    from fengqiao.disputes.rules.agreements import Owed
    from fengqiao.tasks import acts as tasks

    cast = town.cast
    sides = (PartyIn("李大山", "13899990017", ID), PartyIn("赵小兰"))
    matter = told(cast.sun, "停车位争吵", parties=sides).matter_id
    dispute = disputes.open_dispute(cast.wang, matter_id=matter, kind="D06", owner_id=cast.wang.account_id)
    with scope(cast.wang):
        one, other = Party.objects.filter(dispute_id=dispute).values_list("id", flat=True)
    owes = Owed(one, other, "money", Decimal(3000), due_on=clock.today() + timedelta(days=20))
    disputes.agree(cast.wang, dispute_id=dispute, form="written", kind="people", owed=[owes], total=Decimal(3000), content="分期赔偿")
    hidden = told(cast.sun, "夫妻吵架", parties=(PartyIn("何某兰"),)).matter_id
    violent = disputes.open_dispute(cast.wang, matter_id=hidden, kind="D01V", owner_id=cast.wang.account_id)
    own = tasks.create(cast.zhao, title="看水渠", due_at=clock.now() + timedelta(days=1), owner_id=cast.yi.account_id).id
    bare = tasks.create(cast.zhao, title="何某兰家回访", due_at=clock.now() + timedelta(days=1), owner_id=cast.wang.account_id, about=hidden).id
    town.seal()
    phone, volunteer = enrolled("wang"), enrolled("yi")
    phone.feed()
    volunteer.feed()
    body = phone.keeps["dispute", str(dispute)]
    assert body["mine"] and [p["name"] for p in body["parties"]] == ["李大山", "赵小兰"] and body["kind"] == "D06"
    [promise] = [b for (kind, _), b in phone.keeps.items() if kind == "promise"]
    assert (promise["debtor"], promise["creditor"], promise["amount"], promise["number"]) == ("李大山", "赵小兰", "3000.00", body["number"])
    assert [b["dispute"] for (kind, _), b in phone.keeps.items() if kind == "revisit"] == [str(dispute)]
    assert phone.keeps["dispute", str(violent)]["sealed"] and phone.keeps["task", str(bare)]["sealed"]
    assert "何某兰" not in str(phone.keeps) and ID not in str(phone.keeps)
    assert list(volunteer.keeps) == [("task", str(own))] and volunteer.keeps["task", str(own)]["title"] == "看水渠"
