"""Who stands in which grid: tiers, gaps both ways, moves that keep what was."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fengqiao.core import clock
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Problem, Refused
from fengqiao.core.models import Content, Event
from fengqiao.core.scope import scope
from fengqiao.force import acts, queries
from fengqiao.force.models import Placement, ServiceRecord
from fengqiao.places import acts as places
from fengqiao.places.models import Area
from fengqiao.places.rules import Part

LONG_AGO = date(2024, 1, 1)


@pytest.fixture
def grids(cast):
    """A community of 城关 with three grids."""
    home = places.draw_area(cast.zhao, kind="community", name="桂花社区", code="999999001001", since=LONG_AGO)
    return [places.draw_area(cast.zhao, kind="grid", name=f"{n}格", parent_id=home.id, since=LONG_AGO) for n in "一二三"]


def enlist(cast, name="王砚", kind="officer", org="cg_community", **more):
    return acts.enlist(cast.zhao, name=name, staff_kind=kind, org_id=cast.org[org], **({"since": LONG_AGO} | more))


@pytest.mark.spec("ND-11")
def test_the_3155_of_ningde_are_placed_each_in_the_right_tier(cast):
    """620 officers, 731 auxiliaries and 1,804 assistants, by one roll, over five communities of five grids each."""
    codes = []
    for n in range(1, 6):
        home = places.draw_area(cast.guan, kind="community", name=f"社区{n}", code=f"99999900200{n}", org_id=cast.org["yunling"], since=LONG_AGO)
        codes += [places.draw_area(cast.guan, kind="grid", name=f"格{m}", parent_id=home.id, org_id=cast.org["yunling"], since=LONG_AGO).code for m in range(5)]
    staff = ["民警"] * 620 + ["辅警"] * 731 + ["警务助理"] * 1804
    rows = [{"姓名": f"队员{n}", "人员类别": kind, "警号": f"T{n:05d}", "网格编码": codes[n % 25]} for n, kind in enumerate(staff)]
    with scope(cast.wu):
        placed = acts.import_placements(cast.wu, rows=rows)
        assert (placed.made, placed.same, placed.refused) == (3155, 0, [])
        totals = queries.totals(cast.wu)
        assert totals["all"] == 3155
        assert totals["tier"] == {1: 620, 2: 731, 3: 1804}
        assert totals["staff_kind"] == {"officer": 620, "auxiliary": 731, "assistant": 1804}
        for tier, kind in (("1", "officer"), ("2", "auxiliary"), ("3", "assistant")):
            listed = queries.placements(cast.wu, tier=tier)
            assert {row["service__staff_kind"] for row in listed} == {kind}
            assert len(listed) == totals["tier"][int(tier)]
        again = acts.import_placements(cast.wu, rows=rows)
        assert (again.made, again.same) == (0, 3155)


@pytest.mark.spec("ND-11")
def test_the_wrong_tier_is_refused(cast, grids):
    auxiliary = enlist(cast, "林小川", "auxiliary")
    with pytest.raises(Invalid, match="二级网格"):
        acts.place(cast.zhao, service_id=auxiliary.id, area_id=grids[0].id, tier=1)
    rows = [
        {"姓名": "甲", "人员类别": "警务助理", "网格编码": grids[0].code, "网格级别": "一级网格"},
        {"姓名": "乙", "人员类别": "村民", "网格编码": grids[0].code},
        {"姓名": "丙", "人员类别": "民警", "网格编码": "999"},
        {"姓名": "丁", "人员类别": "民警", "网格编码": grids[0].code, "单位": "外县所"},
        {"姓名": "戊", "人员类别": "民警", "网格编码": grids[0].code, "起始日期": "去年"},
        {"姓名": "己", "人员类别": "民警", "网格编码": grids[0].code},
    ]
    placed = acts.import_placements(cast.zhao, rows=rows)
    assert placed.made == 1
    assert [at for at, _ in placed.refused] == [1, 2, 3, 4, 5]
    assert "三级网格" in placed.refused[0][1]


@pytest.mark.spec("ND-12")
def test_grids_without_an_officer_and_people_without_a_grid_are_both_listed(cast, grids):
    wang, lin, idle = enlist(cast), enlist(cast, "林小川", "auxiliary"), enlist(cast, "周闲")
    enlist(cast, "吴办案", org="cg_case")
    enlist(cast, "郑指挥", org="cg_desk")
    with scope(cast.zhao):
        acts.place(cast.zhao, service_id=wang.id, area_id=grids[0].id)
        acts.place(cast.zhao, service_id=lin.id, area_id=grids[1].id)
        gaps = queries.gaps(cast.zhao)
        assert [grid["name"] for grid in gaps.grids_without_officer] == ["二格", "三格"]  # an auxiliary is no officer
        assert [person["name"] for person in gaps.people_without_grid] == ["周闲"]  # case team and desk hold none
        acts.place(cast.zhao, service_id=idle.id, area_id=grids[0].parent_id)
        gaps = queries.gaps(cast.zhao)
        assert (gaps.grids_without_officer, gaps.people_without_grid) == ([], [])


@pytest.mark.spec("ND-12")
def test_an_officer_of_a_police_area_answers_for_the_grids_mapped_to_it(cast, grids):
    police = places.draw_area(cast.zhao, kind="police", name="一区", since=LONG_AGO)
    wang = enlist(cast)
    acts.place(cast.zhao, service_id=wang.id, area_id=police.id)
    with scope(cast.zhao):
        assert len(queries.gaps(cast.zhao).people_without_grid) == 1
        for grid in grids[:2]:
            places.link_areas(cast.zhao, police_id=police.id, grid_id=grid.id)
        gaps = queries.gaps(cast.zhao)
        assert [grid["name"] for grid in gaps.grids_without_officer] == ["三格"]
        assert gaps.people_without_grid == []


def test_a_split_grid_shows_as_a_gap_until_somebody_is_placed_again(cast, grids):
    acts.place(cast.zhao, service_id=enlist(cast).id, area_id=grids[0].id)
    tomorrow = clock.today() + timedelta(days=1)
    places.split_area(cast.zhao, area_id=grids[0].id, parts=[Part("一甲"), Part("一乙")], on=tomorrow)
    with scope(cast.zhao):
        assert "一格" not in {g["name"] for g in queries.gaps(cast.zhao).grids_without_officer}
        gaps = queries.gaps(cast.zhao, tomorrow)
        assert {"一甲", "一乙"} <= {g["name"] for g in gaps.grids_without_officer}
        assert [p["name"] for p in gaps.people_without_grid] == ["王砚"]


def test_a_move_ends_the_old_placement_and_keeps_it(cast, grids):
    wang, today = enlist(cast), clock.today()
    first = acts.place(cast.zhao, service_id=wang.id, area_id=grids[0].id, since=LONG_AGO)
    acts.move(cast.zhao, placement_id=first.id, area_id=grids[1].id)
    with scope(cast.zhao):
        assert [row["area__name"] for row in queries.placements(cast.zhao)] == ["二格"]
        assert [row["area__name"] for row in queries.placements(cast.zhao, today - timedelta(days=1))] == ["一格"]


def test_a_move_made_by_mistake_is_put_right_on_the_same_day(cast, grids):
    wang = enlist(cast)
    wrong = acts.place(cast.zhao, service_id=wang.id, area_id=grids[0].id)
    acts.move(cast.zhao, placement_id=wrong.id, area_id=grids[1].id)
    acts.place(cast.zhao, service_id=wang.id, area_id=grids[0].id)
    with scope(cast.zhao):
        assert {row["area__name"] for row in queries.placements(cast.zhao)} == {"一格", "二格"}


def test_who_leaves_the_service_leaves_the_grids(cast, grids):
    wang = enlist(cast)
    acts.place(cast.zhao, service_id=wang.id, area_id=grids[0].id, since=LONG_AGO)
    acts.end_service(cast.zhao, service_id=wang.id)
    with scope(cast.zhao):
        assert queries.placements(cast.zhao) == []
        assert queries.totals(cast.zhao)["all"] == 0
    with pytest.raises(Refused, match="不在任"):
        acts.place(cast.zhao, service_id=wang.id, area_id=grids[0].id)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["place", "move", "end"]), st.integers(0, 2), st.integers(0, 20), st.integers(0, 5)),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_placements_of_one_person_in_one_area_never_overlap(cast, grids, steps):
    """Whatever is placed, moved and ended in whatever order: on no day does a person stand twice in one area."""
    with transaction.atomic():
        person = enlist(cast)
        for what, grid, day, which in steps:
            on = LONG_AGO + timedelta(days=day)
            held = list(Placement.objects.filter(service=person).order_by("id")) if what != "place" else []
            try:
                with scope(cast.zhao):
                    if what == "place":
                        acts.place(cast.zhao, service_id=person.id, area_id=grids[grid].id, since=on)
                    elif held and what == "move":
                        acts.move(cast.zhao, placement_id=held[which % len(held)].id, area_id=grids[grid].id, on=on)
                    elif held:
                        acts.end_placement(cast.zhao, placement_id=held[which % len(held)].id, on=on)
            except Problem:
                pass
        with scope(cast.zhao):
            rows = list(Placement.objects.filter(service=person))
        for offset in range(22):
            on = LONG_AGO + timedelta(days=offset)
            standing = [row.area_id for row in rows if row.since <= on and (row.until is None or on < row.until)]
            assert len(standing) == len(set(standing))
        transaction.set_rollback(True)


def test_the_database_itself_refuses_an_overlapping_placement(cast, grids):
    wang = enlist(cast)
    acts.place(cast.zhao, service_id=wang.id, area_id=grids[0].id)
    with pytest.raises(Refused, match="已在这一辖区单元"):
        acts.place(cast.zhao, service_id=wang.id, area_id=grids[0].id)
    with scope(cast.zhao), pytest.raises(IntegrityError), transaction.atomic():
        Placement.objects.create(org_id=cast.org["chengguan"], service=wang, area=grids[0], tier=1, role="1", since=clock.today())


def test_facts_hold_no_name_and_content_does(cast):
    wang = enlist(cast, police_number="A12345")
    with scope(cast.zhao):
        event = Event.objects.get(about=wang.id)
        assert "王砚" not in str(event.facts) and "A12345" not in str(event.facts)
        assert "王砚" in Content.objects.get(event_id=event.id).body


def test_another_station_and_those_outside_the_police_see_nobody(cast, grids):
    acts.place(cast.zhao, service_id=enlist(cast).id, area_id=grids[0].id)
    with scope(cast.chen):
        assert queries.placements(cast.chen) == []
        assert not ServiceRecord.objects.exists() and not Placement.objects.exists()
    for who in ("shi", "gao", "yi"):
        with pytest.raises(Forbidden):
            queries.placements(getattr(cast, who))
        assert queries.staffing(getattr(cast, who)) == {}


def test_nobody_is_placed_in_another_stations_area(cast, grids):
    there = places.draw_area(cast.guan, kind="police", name="云岭一区", org_id=cast.org["yunling"], since=LONG_AGO)
    assert Area.objects.filter(id=there.id).exists()  # borders are no secret
    with pytest.raises(NotThere):
        acts.place(cast.zhao, service_id=enlist(cast).id, area_id=there.id)
    with pytest.raises(Forbidden):
        acts.place(cast.wang, service_id=enlist(cast, "新").id, area_id=grids[0].id)


def test_a_number_is_held_by_one_person_at_a_time(cast):
    first = enlist(cast, police_number="A12345")
    with pytest.raises(Refused, match="警号"):
        enlist(cast, "另一人", police_number="A12345")
    acts.end_service(cast.zhao, service_id=first.id)
    enlist(cast, "另一人", police_number="A12345", since=clock.today())
