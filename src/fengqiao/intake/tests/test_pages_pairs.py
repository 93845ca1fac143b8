"""待分流 and 待核对: what waits, whether two are the same, asked of the one who holds the other."""

from datetime import timedelta

import pytest

from fengqiao.core import clock
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.intake import acts
from fengqiao.intake.models import Matter, Suggestion
from fengqiao.intake.rules import PartyIn, ReportIn

HERE = {"lat": 29.71, "lon": 120.42}
WALL = ReportIn(
    channel="window", text="王大山说邻居李四把他家院墙推倒了一段，两人在村口吵架", place_text="枫桥村三组12号",
    parties=(PartyIn(name="王大山", phone="13800001234", role="caller"), PartyIn(name="李四")), **HERE,
)  # fmt: skip
AGAIN = ReportIn(
    channel="110", text="枫桥村三组院墙的事王大山和李四又吵起来", place_text="枫桥村三组", parties=(PartyIn(name="王大山", phone="13800001234"),),
    **HERE,
)  # fmt: skip


def suggested(**wanted) -> list[Suggestion]:
    with scope(system_actor("测试")):
        return list(Suggestion.objects.filter(**wanted).order_by("-score"))


OTHERS = [
    ReportIn(channel="12345", text="小区污水管道堵了没人管，污水流到路上", place_text="枫桥村二组", **HERE),
    ReportIn(channel="window", text="老人走失，早上出门买菜没有回来", place_text="枫桥村村口", **HERE),
    ReportIn(channel="110", text="路边两辆电动车刮擦，要求赔偿修车费", place_text="枫桥村大桥", **HERE),
]


@pytest.fixture(autouse=True)
def day(cast):
    """A station has more than one report: likeness is weighed among them. They are sorted already."""
    for report in OTHERS:
        known = acts.receive(cast.sun, report=report)
        acts.tell_elsewhere(cast.wang, matter_id=known.matter_id, where="E22")


@pytest.fixture
def pair(cast, compared):
    """A pair of 城关: the older window report, and the newer 110 report that may be the same."""
    older = acts.receive(cast.sun, report=WALL)
    compared()
    newer = acts.receive(cast.deng, report=AGAIN)
    compared()
    found = suggested()
    assert [(s.matter_id, s.other_id) for s in found] == [(newer.matter_id, older.matter_id)]
    return older, newer, f"/pairs/{found[0].id}/"


def test_what_waits_stands_left_and_suggested_pairs_right(sign_on, pair, words):
    answer = sign_on("wang").get("/waiting/")
    left, right = words(answer).split("待核对 1", 1)
    assert "枫桥村三组院墙的事王某某和李四又吵起来" in left
    assert "同一当事人" in right and "距离 0 米" in right
    assert 'data-live="matter report"' in answer.content.decode()
    assert "王大山" not in answer.content.decode()


@pytest.mark.parametrize(
    ("station", "waits_for", "not_for"),
    [("chengguan", ["wang", "deng"], ["wu", "chen"]), ("yunling", ["wu"], ["chen", "deng"]), ("shiqiao", ["qian", "luo"], ["wu", "deng"])],
)
def test_it_waits_at_the_desk_that_answers_for_the_station(sign_on, cast, words, station, waits_for, not_for):
    """NP-17: 标准型 at its own desk, 宽松型 at the county centre, 紧密型 at the shared desk."""
    acts.receive(cast.wu, report=WALL, org_id=cast.org[station])
    assert all("共 1 条" in words(sign_on(who).get("/waiting/")) for who in waits_for)
    assert all("没有待分流的事项" in words(sign_on(who).get("/waiting/")) for who in not_for)


@pytest.mark.spec("U4")
def test_side_by_side_marks_what_differs_and_says_what_speaks_for_it(sign_on, pair, words):
    older, newer, url = pair
    answer = sign_on("wang").get(url)
    page, shown = answer.content.decode(), words(answer)
    assert newer.matter_number in shown and older.matter_number in shown
    assert "<mark>" in page and "来源 不同 110报警 窗口" in shown
    assert "距离 0 米" in shown and "相同词语" in shown
    assert [key for key in "mon" if f'data-key="{key}"' in page] == ["m", "o", "n"] and 'data-key="l"' in page
    assert "王大山" not in page


def test_one_key_joins_the_newer_into_the_older_and_one_more_undoes_it(sign_on, cast, pair, words):
    older, newer, url = pair
    client = sign_on("wang")
    answer = client.post(url + "merge/", follow=True)
    assert f"{newer.matter_number} 已并入 {older.matter_number}" in words(answer) and "撤销归并" in words(answer)
    with scope(cast.wang):
        assert Matter.objects.get(id=newer.matter_id).merged_into_id == older.matter_id
    undo = answer.content.decode().split('action="/joins/', 1)[1].split("/", 1)[0]
    client.post(f"/joins/{undo}/undo/")
    with scope(cast.wang):
        assert Matter.objects.get(id=newer.matter_id).state == "waiting"


@pytest.mark.parametrize(("button", "decided", "state"), [("merge", "same", "merged"), ("again", "again", "merged"), ("apart", "other", "waiting")])
def test_each_button_decides_the_pair_and_an_auxiliary_decides_none(sign_on, cast, pair, button, decided, state):
    _, newer, url = pair
    assert sign_on("lin").post(f"{url}{button}/").status_code == 403
    assert sign_on("wang").post(f"{url}{button}/").status_code == 302
    assert [s.decided for s in suggested()] == [decided]
    with scope(cast.wang):
        assert Matter.objects.get(id=newer.matter_id).state == state


def test_after_a_decision_the_next_pair_opens_and_the_last_leads_back(sign_on, cast, pair, compared):
    acts.receive(cast.gao, report=ReportIn(channel="grid", text="巡查听到王大山和李四为院墙吵架", parties=(PartyIn(name="王大山", phone="13800001234"),), **HERE))
    compared()
    client, open_pairs = sign_on("wang"), suggested(decided="")
    assert len(open_pairs) > 1
    answer = client.post(f"/pairs/{open_pairs[0].id}/apart/")
    assert answer.url == f"/pairs/{open_pairs[1].id}/"
    for one in open_pairs[1:]:
        answer = client.post(f"/pairs/{one.id}/apart/")
    assert answer.url == "/waiting/"


def test_later_leaves_the_pair_undecided_and_opens_the_next(sign_on, cast, pair, compared):
    acts.receive(cast.gao, report=ReportIn(channel="grid", text="巡查听到王大山和李四为院墙吵架", parties=(PartyIn(name="王大山", phone="13800001234"),), **HERE))
    compared()
    first, second, *_ = suggested(decided="")
    assert f'href="/pairs/{second.id}/" data-key="l"' in sign_on("wang").get(f"/pairs/{first.id}/").content.decode()


def test_a_pair_of_another_station_reads_like_one_that_does_not_exist(sign_on, pair):
    url = pair[2]
    assert sign_on("wang").get(url).status_code == 200
    client = sign_on("chen")
    assert client.get(url).status_code == 404
    assert client.get("/pairs/00000000-0000-7000-8000-000000000000/").status_code == 404
    assert client.post(url + "merge/").status_code == 404


@pytest.mark.spec("NP-32")
def test_one_quarrel_told_by_110_grid_and_volunteer_becomes_one_matter_with_three_sources(sign_on, cast, compared, words):
    """全面汇 on the screens: the pairs found by matching are joined with one key each, and the page lists three sources."""
    first = acts.receive(cast.deng, report=AGAIN)
    compared()
    acts.receive(cast.gao, report=ReportIn(channel="grid", text="巡查听到枫桥村三组王大山和李四为院墙吵架", parties=(PartyIn(name="王大山", phone="13800001234"),), **HERE))
    compared()
    acts.receive(cast.yi, report=ReportIn(channel="volunteer", text="路过枫桥村三组，两家人为院墙在吵", parties=(PartyIn(name="王大山"), PartyIn(name="李四")), **HERE))
    compared()
    client = sign_on("wang")
    while waiting := suggested(decided="", other_id=first.matter_id):
        assert client.post(f"/pairs/{waiting[0].id}/merge/").status_code == 302
    answer = client.get(f"/matters/{first.matter_id}/")
    assert "来源 3" in words(answer)
    assert all(channel in words(answer) for channel in ("110报警", "网格", "义警"))
    with scope(cast.wang):
        assert Matter.objects.get(id=first.matter_id).reports == 3


@pytest.fixture
def apart(cast, compared):
    """The older one lies at 城关, the newer at 云岭, which may not see it."""
    with clock.at(clock.now() - timedelta(hours=2)):
        older = acts.receive(cast.sun, report=WALL)
    compared()
    newer = acts.receive(cast.chen, report=AGAIN)
    compared()
    return older, newer, suggested()[0].id


def test_across_stations_only_place_time_and_holder_are_disclosed(sign_on, apart, words):
    older, _, pair_id = apart
    client = sign_on("chen")
    assert "城关派出所有相似事项" in words(client.get("/waiting/"))
    answer = client.get(f"/pairs/{pair_id}/")
    shown = words(answer)
    assert "城关派出所 内容不在当前岗位的范围内" in shown and "距离 0 米" in shown and "相隔 2 小时" in shown
    assert not any(word in shown for word in (older.matter_number, "同一当事人", "推倒", "12号", "归并 m"))
    assert client.post(f"/pairs/{pair_id}/merge/").status_code == 404, "it cannot be joined without being asked for"


def test_asked_the_holder_sees_both_and_agrees(sign_on, cast, apart, words):
    older, newer, pair_id = apart
    holder = sign_on("wang")
    assert holder.get(f"/intake/asked/{pair_id}/").status_code == 404, "not before it was asked"
    assert sign_on("chen").post(f"/pairs/{pair_id}/ask/").status_code == 302
    page = holder.get(f"/intake/asked/{pair_id}/")
    assert newer.matter_number in words(page) and older.matter_number in words(page)
    assert 'data-key="y"' in page.content.decode()
    assert sign_on("lin").post(f"/intake/asked/{pair_id}/agree/").status_code == 403
    assert holder.post(f"/intake/asked/{pair_id}/agree/").url == f"/matters/{older.matter_id}/"
    with scope(cast.wang):
        assert Matter.objects.get(id=older.matter_id).reports == 2
    assert sign_on("chen").get(f"/matters/{older.matter_id}/").status_code == 200, "the asker keeps seeing it"
    assert holder.post(f"/intake/asked/{pair_id}/agree/").status_code == 404, "it is answered once"


def test_refused_the_holder_sees_the_askers_matter_no_longer(sign_on, cast, apart):
    _, newer, pair_id = apart
    sign_on("chen").post(f"/pairs/{pair_id}/ask/")
    holder = sign_on("wang")
    assert holder.get(f"/matters/{newer.matter_id}/").status_code == 200
    assert holder.post(f"/intake/asked/{pair_id}/refuse/").status_code == 302
    assert holder.get(f"/matters/{newer.matter_id}/").status_code == 404
    assert [s.decided for s in suggested()] == ["refused"]
