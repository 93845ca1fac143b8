"""Stations made up by templates; the teams of communities against the formula."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fengqiao.core import clock
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.models import Organisation, Post
from fengqiao.core.scope import scope
from fengqiao.force import acts, queries
from fengqiao.force.models import TemplateUse
from fengqiao.places import acts as places

LONG_AGO = date(2024, 1, 1)


def units_of(actor, station_id, on=None):
    row = next(row for row in queries.stations(actor, on) if row["id"] == station_id)
    return {name: org.name if org else None for name, org in row["units"]}


@pytest.mark.spec("NP-15")
def test_applying_the_template_creates_the_three_units(cast):
    with scope(cast.guan):
        acts.apply_template(cast.guan, station_id=cast.org["yunling"])
        assert units_of(cast.guan, cast.org["yunling"]) == {
            "社区警务队": "云岭派出所社区警务队",
            "办案队": "云岭派出所办案队",
            "综合指挥室": "云岭派出所综合指挥室",
        }
    team = Organisation.objects.get(name="云岭派出所办案队")
    assert team.lineage == [cast.org["bureau"], cast.org["yunling"], team.id]


@pytest.mark.spec("NP-15")
def test_a_post_in_none_of_the_units_is_listed(cast):
    """chen serves in 云岭 itself; once placed in a unit the post is off the list."""
    with scope(cast.guan):
        acts.apply_template(cast.guan, station_id=cast.org["yunling"])
        listed = {row["name"]: row["station"] for row in queries.posts_in_no_unit(cast.guan)}
        assert listed["陈岩"] == "云岭派出所"
        assert "王砚" not in listed  # in 社区警务队 of 城关
        Post.objects.filter(account__name="陈岩").update(org=Organisation.objects.get(name="云岭派出所社区警务队"))
        assert "陈岩" not in {row["name"] for row in queries.posts_in_no_unit(cast.guan)}


def test_a_template_keeps_the_units_a_station_already_has(cast):
    with scope(cast.guan):
        before = units_of(cast.guan, cast.org["chengguan"])
        acts.apply_template(cast.guan, station_id=cast.org["chengguan"])
        assert units_of(cast.guan, cast.org["chengguan"]) == before
        assert Organisation.objects.filter(parent=cast.org["chengguan"]).count() == 3


@pytest.mark.spec("NP-15")
def test_a_template_swap_on_a_day_in_2019_keeps_the_history_before_it(cast):
    """KZ-30's variant 三队一室 as data: what was before 2019-05 stays as it was. (Police areas: see places.)"""
    station, may = cast.org["dongwu"], date(2019, 5, 1)
    Organisation.objects.filter(id=station).update(valid_from=date(2015, 1, 1))
    with scope(cast.guan):
        acts.apply_template(cast.guan, station_id=station, template="2T1R", on=date(2015, 1, 1))
        acts.apply_template(cast.guan, station_id=station, template="3T1R", on=may)
        assert "巡逻防控队" not in units_of(cast.guan, station, may - timedelta(days=1))
        assert units_of(cast.guan, station, may)["巡逻防控队"] == "东坞派出所巡逻防控队"
        assert Organisation.objects.get(name="东坞派出所办案队").valid_from == date(2015, 1, 1)
        acts.apply_template(cast.guan, station_id=station, template="2T1R", on=date(2022, 1, 1))
        assert Organisation.objects.get(name="东坞派出所巡逻防控队").valid_to == date(2021, 12, 31)
        assert units_of(cast.guan, station, date(2020, 6, 1))["巡逻防控队"] == "东坞派出所巡逻防控队"
        assert "巡逻防控队" not in units_of(cast.guan, station)
        assert [(u.template, u.since.year) for u in TemplateUse.objects.order_by("since")] == [("2T1R", 2015), ("3T1R", 2019), ("2T1R", 2022)]


def test_the_same_template_twice_or_behind_a_later_one_is_refused(cast):
    station = cast.org["yunling"]
    acts.apply_template(cast.guan, station_id=station)
    with pytest.raises(Refused, match="已在使用"):
        acts.apply_template(cast.guan, station_id=station)
    with pytest.raises(Refused, match="更晚启用"):
        acts.apply_template(cast.guan, station_id=station, template="3T1R", on=clock.today() - timedelta(days=9))
    with pytest.raises(Invalid):
        acts.apply_template(cast.guan, station_id=station, template="9T9R")


def test_only_an_administrator_of_the_bureau_organises(cast):
    with pytest.raises(Forbidden):
        acts.apply_template(cast.zhao, station_id=cast.org["chengguan"])
    with pytest.raises(NotThere):
        acts.apply_template(cast.guan, station_id=cast.org["justice"])


@pytest.mark.spec("NP-17")
def test_a_standard_station_lacking_any_of_its_three_units_is_flagged(cast):
    """NP-17 (d). Loose and paired stations lend or share theirs and are not."""
    with scope(cast.guan):
        assert not any(row["flagged"] for row in queries.stations(cast.guan))
        for unit in ("cg_desk", "cg_case", "cg_community"):
            yesterday = clock.today() - timedelta(days=1)
            Organisation.objects.filter(id=cast.org[unit]).update(valid_to=yesterday)
            flagged = [row for row in queries.stations(cast.guan) if row["flagged"]]
            assert [(row["id"], len(row["lacking"])) for row in flagged] == [(cast.org["chengguan"], 1)]
            Organisation.objects.filter(id=cast.org[unit]).update(valid_to=None)


# --- duty roster -----------------------------------------------------------------------------------------------------


@pytest.mark.spec("NP-17")
def test_a_pair_of_stations_shows_one_roster(cast):
    """NP-17 (c): what either enters, both see, as one and the same roster."""
    leader = cast.wu
    night = (datetime(2026, 11, 21, 10, tzinfo=UTC), datetime(2026, 11, 22, 0, tzinfo=UTC))
    people = {
        name: acts.enlist(leader, name=name, staff_kind="officer", org_id=cast.org[org], since=LONG_AGO)
        for name, org in (("钱立", "shiqiao"), ("罗湾", "liuwan"), ("陈岩", "yunling"))
    }
    acts.put_on_duty(leader, service_id=people["钱立"].id, task="lead", start=night[0], end=night[1])
    acts.put_on_duty(leader, service_id=people["罗湾"].id, task="main", start=night[0], end=night[1])
    acts.put_on_duty(leader, service_id=people["陈岩"].id, task="main", start=night[0], end=night[1])
    day = date(2026, 11, 21)
    with scope(cast.qian):
        seen_there = queries.roster(cast.qian, cast.org["shiqiao"], day)
    with scope(cast.luo):
        seen_here = queries.roster(cast.luo, cast.org["liuwan"], day)
    assert {line["service__name"] for line in seen_here} == {"钱立", "罗湾"}
    assert seen_there == seen_here
    with scope(cast.chen):
        assert {line["service__name"] for line in queries.roster(cast.chen, cast.org["yunling"], day)} == {"陈岩"}
        assert queries.roster(cast.chen, cast.org["shiqiao"], day) == []


def test_nobody_is_on_duty_twice_at_once(cast):
    start = clock.now()
    person = acts.enlist(cast.zhao, name="王砚", staff_kind="officer", org_id=cast.org["cg_community"])
    duty = acts.put_on_duty(cast.deng, service_id=person.id, task="main", start=start, end=start + timedelta(hours=12))
    with pytest.raises(Refused, match="已有班次"):
        acts.put_on_duty(cast.deng, service_id=person.id, task="lead", start=start + timedelta(hours=11), end=start + timedelta(hours=20))
    acts.cancel_duty(cast.deng, duty_id=duty.id)
    acts.put_on_duty(cast.deng, service_id=person.id, task="lead", start=start + timedelta(hours=11), end=start + timedelta(hours=20))


# --- teams -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def communities(cast):
    """Two communities with a grid each; the second's grid is answered for by a police area."""
    zhao, found = cast.zhao, []
    for n in (1, 2):
        home = places.draw_area(zhao, kind="community", name=f"第{n}社区", code=f"99999900100{n}", since=LONG_AGO)
        grid = places.draw_area(zhao, kind="grid", name=f"{n}号格", parent_id=home.id, since=LONG_AGO)
        found.append((home, grid))
    police = places.draw_area(zhao, kind="police", name="一警务区", since=LONG_AGO)
    places.link_areas(zhao, police_id=police.id, grid_id=found[1][1].id)
    return *found, police


def somebody(cast, kind, area, name="某"):
    person = acts.enlist(cast.zhao, name=name, staff_kind=kind, org_id=cast.org["cg_community"], since=LONG_AGO)
    return acts.place(cast.zhao, service_id=person.id, area_id=area.id)


@pytest.mark.spec("WZ-10")
def test_a_community_with_nobody_in_the_one_is_flagged(cast, communities):
    (one, grid), (two, _), police = communities
    with scope(cast.zhao):
        somebody(cast, "auxiliary", grid)
        somebody(cast, "grid_worker", one)
        teams = {team.area["id"]: team for team in queries.composition(cast.zhao)}
        assert teams[one.id].flagged and teams[one.id].counts == {"X": 1, "N": 1}
        assert teams[two.id].flagged
        somebody(cast, "officer", police, "警")
        teams = {team.area["id"]: team for team in queries.composition(cast.zhao)}
        assert teams[one.id].flagged
        assert not teams[two.id].flagged and teams[two.id].counts == {"1": 1}


@pytest.mark.spec("WZ-10")
def test_the_formula_is_stored_per_bureau_and_inherited_from_its_day(cast, communities):
    (one, grid), *_ = communities
    somebody(cast, "officer", grid)
    today = clock.today()
    acts.set_formula(cast.guan, org_id=cast.org["bureau"], text="1+2+N", on=today)
    with scope(cast.zhao):
        (team,) = queries.composition(cast.zhao, one.id)
        assert (team.formula.text, team.lacking) == ("1+2+N", {"X": 2})
        (before,) = queries.composition(cast.zhao, one.id, today - timedelta(days=1))
        assert before.formula.text == "1+X+N"
    acts.set_formula(cast.guan, org_id=cast.org["chengguan"], text="1+N", on=today)
    assert queries.formula_of(cast.org["chengguan"]).text == "1+N"
    assert queries.formula_of(cast.org["yunling"]).text == "1+2+N"
    with pytest.raises(Invalid):
        acts.set_formula(cast.guan, org_id=cast.org["bureau"], text="X+N")
