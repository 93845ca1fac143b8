"""Areas drawn, split, merged and moved: what was keeps its border, what comes after has the new one."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import box

from fengqiao.core import clock
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.places import acts, queries
from fengqiao.places.models import Area, AreaLink
from fengqiao.places.rules import Part

LONG_AGO = date(2024, 1, 1)
CODE = "999999001001"


@pytest.fixture
def village(cast):
    """A village of one square, a grid over its west half and one over its east half."""
    zhao = cast.zhao
    home = acts.draw_area(zhao, kind="village", name="柳溪村", code=CODE, outline=box(106, 38, 106.02, 38.01), since=LONG_AGO)
    west = acts.draw_area(zhao, kind="grid", name="西格", parent_id=home.id, outline=box(106, 38, 106.01, 38.01), since=LONG_AGO)
    east = acts.draw_area(zhao, kind="grid", name="东格", parent_id=home.id, outline=box(106.01, 38, 106.02, 38.01), since=LONG_AGO)
    return home, west, east


def halves(west=106.0, east=106.01):
    return [
        Part("南", box(west, 38, east, 38.005)),
        Part("北", box(west, 38.005, east, 38.01)),
    ]


def test_grids_get_the_code_of_their_community_and_a_sequence(village):
    assert [area.code for area in village] == [CODE, f"{CODE}001", f"{CODE}002"]


@pytest.mark.spec("ND-13")
def test_splitting_a_grid_keeps_old_records_in_the_old_border(cast, village):
    _, west, _ = village
    today = clock.today()
    south, north = acts.split_area(cast.zhao, area_id=west.id, parts=halves(), on=today + timedelta(days=7))
    at = (38.002, 106.005)
    assert queries.area_at(None, *at, today, "grid").id == west.id
    assert queries.area_at(None, *at, today + timedelta(days=6), "grid").code == west.code
    assert queries.area_at(None, *at, today + timedelta(days=7), "grid").id == south.id
    assert queries.area_at(None, 38.007, 106.005, today + timedelta(days=7), "grid").id == north.id
    assert (south.code, north.code) == (f"{CODE}003", f"{CODE}004")
    assert [step["name"] for step in queries.history(cast.zhao, south.id)["predecessors"]] == ["西格"]


@pytest.mark.spec("ND-13")
def test_a_moved_border_holds_from_its_day_and_the_old_one_before(cast, village):
    _, west, east = village
    today, at = clock.today(), (38.005, 106.009)
    acts.move_border(cast.zhao, area_id=west.id, outline=box(106, 38, 106.008, 38.01), on=today + timedelta(days=3))
    acts.move_border(cast.zhao, area_id=east.id, outline=box(106.008, 38, 106.02, 38.01), on=today + timedelta(days=3))
    assert queries.area_at(None, *at, today, "grid").id == west.id
    assert queries.area_at(None, *at, today + timedelta(days=3), "grid").id == east.id


@pytest.mark.spec("ND-13")
def test_police_areas_and_grids_are_mapped_many_to_many_with_history(cast, village):
    _, west, east = village
    zhao, today = cast.zhao, clock.today()
    one = acts.draw_area(zhao, kind="police", name="第一警务区", outline=box(106, 38, 106.02, 38.005), since=LONG_AGO)
    two = acts.draw_area(zhao, kind="police", name="第二警务区", outline=box(106, 38.005, 106.02, 38.01), since=LONG_AGO)
    for police in (one, two):
        for grid in (west, east):
            acts.link_areas(zhao, police_id=police.id, grid_id=grid.id)
    with pytest.raises(Refused):
        acts.link_areas(zhao, police_id=one.id, grid_id=west.id)
    later = today + timedelta(days=5)
    south, north = acts.split_area(zhao, area_id=west.id, parts=halves(), on=later)
    pairs = {(link["police"], link["grid"]) for link in queries.links(zhao, later)}
    assert pairs == {(one.id, south.id), (two.id, north.id), (one.id, east.id), (two.id, east.id)}
    pairs = {(link["police"], link["grid"]) for link in queries.links(zhao, later - timedelta(days=1))}
    assert pairs == {(p.id, g.id) for p in (one, two) for g in (west, east)}
    acts.unlink_areas(zhao, police_id=one.id, grid_id=east.id, on=later)
    assert AreaLink.objects.filter(police=one, grid=east, until=later).exists()


def test_merging_keeps_the_union_and_the_descent(cast, village):
    _, west, east = village
    whole = acts.merge_areas(cast.zhao, area_ids=[west.id, east.id], name="全村格")
    assert queries.area_at(None, 38.005, 106.015, clock.today(), "grid").id == whole.id
    assert {step["name"] for step in queries.history(cast.zhao, whole.id)["predecessors"]} == {"西格", "东格"}
    with scope(cast.zhao):
        event = Event.objects.get(act="places.merge_areas")
        assert event.facts["from"] == [west.code, east.code]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_splits_and_merges_in_any_order_keep_every_past_day_and_every_place_in_one_grid(cast, data):
    """On each day so far, each point is in the grid it was in on that day, and in exactly one."""
    from django.db import transaction

    with transaction.atomic():
        zhao, day = cast.zhao, date(2026, 3, 1)
        with clock.at(datetime(2026, 3, 1, 4, tzinfo=UTC)):
            home = acts.draw_area(zhao, kind="village", name="试验村", code="999999009001", since=LONG_AGO)
            acts.draw_area(zhao, kind="grid", name="一", parent_id=home.id, outline=box(106, 38, 106.08, 38.08), since=LONG_AGO)
        points = [(38.005 + i * 0.01, 106.005 + j * 0.01) for i in range(8) for j in range(8)]
        seen = {}
        for step in range(data.draw(st.integers(1, 5))):
            day += timedelta(days=data.draw(st.integers(1, 3)))
            with clock.at(datetime(day.year, day.month, day.day, 4, tzinfo=UTC)):
                held = queries.outline_index(zhao).of(day, "grid")
                if len(held) > 1 and data.draw(st.booleans()):
                    some = data.draw(st.lists(st.sampled_from(held), min_size=2, max_size=3, unique_by=lambda o: o.id))
                    acts.merge_areas(zhao, area_ids=[o.id for o in some], name=f"并{step}")
                else:
                    one = data.draw(st.sampled_from(held))
                    west, south, east, north = one.shape.bounds
                    cut = data.draw(st.floats(0.3, 0.7))
                    if data.draw(st.booleans()):
                        line = west + (east - west) * cut
                        boxes = [box(west, south, line, north), box(line, south, east, north)]
                    else:
                        line = south + (north - south) * cut
                        boxes = [box(west, south, east, line), box(west, line, east, north)]
                    parts = [one.shape.intersection(b) for b in boxes]
                    if any(p.is_empty or p.geom_type not in ("Polygon", "MultiPolygon") for p in parts):
                        continue
                    acts.split_area(zhao, area_id=one.id, parts=[Part(f"分{step}{n}", p) for n, p in enumerate(parts)])
            seen[day] = [queries.area_at(None, *p, day, "grid").id for p in points]
            for past, grids in seen.items():
                assert [queries.area_at(None, *p, past, "grid").id for p in points] == grids
            standing = queries.outline_index(None).of(day, "grid")
            for lat, lon in points:
                assert sum(o.shape.contains_properly(shapely.Point(lon, lat)) for o in standing) <= 1
            assert sum(o.shape.area for o in standing) == pytest.approx(0.08 * 0.08)
        transaction.set_rollback(True)


def test_the_index_follows_a_change_that_is_rolled_back(cast, village):
    """An index made inside a transaction that comes to nothing is not used afterwards."""
    from django.db import transaction

    _, west, _ = village
    today = clock.today()
    with transaction.atomic():
        acts.split_area(cast.zhao, area_id=west.id, parts=halves(), on=today)
        assert queries.area_at(None, 38.002, 106.005, today, "grid").name == "南"
        transaction.set_rollback(True)
    assert queries.area_at(None, 38.002, 106.005, today, "grid").name == "西格"


def test_the_past_is_not_redrawn(cast, village):
    _, west, _ = village
    with pytest.raises(Refused, match="当日或以后"):
        acts.split_area(cast.zhao, area_id=west.id, parts=halves(), on=clock.today() - timedelta(days=1))


def test_a_planned_change_is_not_overtaken(cast, village):
    _, west, _ = village
    acts.move_border(cast.zhao, area_id=west.id, outline=box(106, 38, 106.008, 38.01), on=clock.today() + timedelta(days=9))
    with pytest.raises(Refused, match="更晚生效"):
        acts.split_area(cast.zhao, area_id=west.id, parts=halves())


def test_basic_grids_may_not_overlap_but_a_dedicated_one_lies_on_top(cast, village):
    home, *_ = village
    shape = box(106.002, 38.002, 106.006, 38.006)
    with pytest.raises(Invalid, match=f"{CODE}001"):
        acts.draw_area(cast.zhao, kind="grid", name="叠", parent_id=home.id, outline=shape)
    mall = acts.draw_area(cast.zhao, kind="grid", name="商圈", parent_id=home.id, outline=shape, grid_kind="dedicated")
    assert queries.area_at(None, 38.004, 106.004, clock.today(), "grid").id == mall.id


def test_a_grid_belongs_to_a_community(cast):
    with pytest.raises(Invalid, match="属于一个村"):
        acts.draw_area(cast.zhao, kind="grid", name="无主格")


def test_a_community_with_grids_is_not_split_away_under_them(cast, village):
    home, *_ = village
    with pytest.raises(Refused, match="网格"):
        acts.split_area(cast.zhao, area_id=home.id, parts=[Part("甲", code="999999001002"), Part("乙", code="999999001003")])


def test_a_code_is_never_given_twice(cast, village):
    with pytest.raises(Invalid, match="已用过"):
        acts.draw_area(cast.zhao, kind="village", name="又一村", code=CODE)


@pytest.mark.parametrize("who", ["wang", "gao", "shi", "wu"])
def test_only_administrators_and_station_leaders_draw(cast, village, who):
    with pytest.raises(Forbidden):
        acts.move_border(getattr(cast, who), area_id=village[1].id, outline=box(106, 38, 106.01, 38.01))


def test_a_border_of_another_station_is_not_there_to_change(cast, village):
    from dataclasses import replace

    chief_elsewhere = replace(cast.chen, roles=frozenset({"leader"}))
    with pytest.raises(NotThere):
        acts.split_area(chief_elsewhere, area_id=village[1].id, parts=halves())
    with pytest.raises(NotThere):
        acts.draw_area(chief_elsewhere, kind="village", name="外村", code="999999001009", org_id=cast.org["chengguan"])


def test_even_a_forgotten_check_cannot_change_another_stations_area(cast, village):
    with scope(cast.chen):
        assert Area.objects.filter(id=village[1].id).update(name="改") == 0
    with scope(cast.zhao):
        assert Area.objects.filter(id=village[1].id).update(name="改") == 1


# --- import ----------------------------------------------------------------------------------------------------------


def geojson(*items):
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}
                for shape, properties in items
            ],
        }
    )


COUNTY = (
    (box(107, 38, 107.02, 38.02), {"类型": "村", "名称": "上村", "编码": "999999002001", "派出所": "云岭所"}),
    (box(107, 38, 107.01, 38.01), {"类型": "网格", "名称": "西南", "派出所": "云岭所"}),
    (box(107, 38.01, 107.01, 38.02), {"类型": "网格", "名称": "西北", "派出所": "云岭所"}),
    (box(107.01, 38.01, 107.02, 38.02), {"类型": "网格", "名称": "东北", "所属社区": "上村", "派出所": "云岭所"}),
    (box(107, 38, 107.02, 38.02), {"类型": "警务区", "名称": "云岭一区", "派出所": "云岭派出所"}),
)


def test_areas_are_imported_once_and_numbered_from_the_north_west(cast):
    first = acts.import_areas(cast.guan, content=geojson(*COUNTY), system="wgs84", on=LONG_AGO)
    assert (len(first.made), first.refused) == (5, [])
    codes = dict(Area.objects.filter(kind="grid", parent__code="999999002001").values_list("name", "code"))
    assert codes == {"西北": "999999002001001", "东北": "999999002001002", "西南": "999999002001003"}
    again = acts.import_areas(cast.guan, content=geojson(*COUNTY), system="wgs84", on=LONG_AGO)
    assert (len(again.made), len(again.moved), again.same, again.refused) == (0, 0, 5, [])


def test_an_imported_outline_that_changed_moves_the_border_from_today(cast):
    acts.import_areas(cast.guan, content=geojson(*COUNTY), system="wgs84", on=LONG_AGO)
    smaller = (box(107, 38, 107.01, 38.008), COUNTY[1][1])
    result = acts.import_areas(cast.guan, content=geojson(smaller), system="wgs84", on=LONG_AGO)
    assert [area.name for area in result.moved] == ["西南"]
    at = (38.009, 107.005)
    assert queries.area_at(None, *at, clock.today(), "grid") is None
    assert queries.area_at(None, *at, clock.today() - timedelta(days=1), "grid").name == "西南"


def test_an_import_names_what_it_could_not_take_and_why(cast):
    bad = (
        (box(107.002, 38.002, 107.008, 38.008), {"类型": "网格", "名称": "重叠格", "派出所": "云岭所"}),
        (box(108, 38, 108.01, 38.01), {"类型": "网格", "名称": "荒野格", "派出所": "云岭所"}),
        (box(108, 38, 108.01, 38.01), {"类型": "村", "名称": "别县村", "编码": "999998002001", "派出所": "外县所"}),
    )
    result = acts.import_areas(cast.guan, content=geojson(*COUNTY, *bad), system="wgs84", on=LONG_AGO)
    assert len(result.made) == 5
    assert [(at, reason[:6]) for at, reason in result.refused] == [(6, "与其他单元重"), (7, "每个网格须属"), (8, "没有名为“外")]


def test_an_imported_gcj02_outline_is_held_in_wgs84(cast):
    given_in_gcj = (box(107, 38, 107.02, 38.02), COUNTY[0][1])
    acts.import_areas(cast.guan, content=geojson(given_in_gcj), system="gcj02")
    held = next(o for o in queries.outline_index(None).of(clock.today(), "village") if o.name == "上村")
    assert 0.001 < abs(held.shape.bounds[0] - 107) < 0.01
