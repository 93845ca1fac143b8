"""Which area a point lies in on a day, against a brute-force oracle."""

import uuid
from datetime import date, timedelta

import shapely
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.places import rules
from fengqiao.places.outlines import Outline, OutlineIndex

DAY = date(2026, 1, 1)


@st.composite
def outlines(draw):
    found = []
    for n in range(draw(st.integers(0, 12))):
        west, south = draw(st.integers(0, 9)), draw(st.integers(0, 9))
        wide, high = draw(st.integers(1, 5)), draw(st.integers(1, 5))
        since = DAY + timedelta(days=draw(st.integers(0, 10)))
        until = draw(st.none() | st.integers(0, 10).map(lambda d, s=since: s + timedelta(days=d)))
        grid_kind = draw(st.sampled_from(["basic", "dedicated"]))
        shape = shapely.box(west, south, west + wide, south + high)
        found.append(Outline(n, uuid.uuid4(), draw(st.sampled_from(["grid", "police"])), grid_kind, f"{n:03d}", "", 1, None, shape, since, until))
    return found


@given(outlines(), st.floats(-1, 15), st.floats(-1, 15), st.integers(-1, 22), st.sampled_from(["grid", "police", "village"]))
def test_the_area_of_a_point_on_a_day_is_the_one_a_search_through_all_finds(held, lat, lon, day, kind):
    on = DAY + timedelta(days=day)
    fits = [
        o
        for o in held
        if o.kind == kind and o.since <= on and (o.until is None or on < o.until) and o.shape.covers(shapely.Point(lon, lat))
    ]
    fits.sort(key=lambda o: (o.grid_kind != "dedicated", o.code))
    assert OutlineIndex(held).at(lat, lon, on, kind) == (fits[0] if fits else None)


def test_a_dedicated_grid_wins_over_the_basic_grid_it_lies_on():
    basic = Outline(1, uuid.uuid4(), "grid", "basic", "001", "", 1, None, shapely.box(0, 0, 4, 4), DAY)
    mall = Outline(2, uuid.uuid4(), "grid", "dedicated", "002", "", 1, None, shapely.box(1, 1, 2, 2), DAY)
    index = OutlineIndex([basic, mall])
    assert index.at(1.5, 1.5, DAY, "grid") is mall
    assert index.at(3.0, 3.0, DAY, "grid") is basic


def test_grids_are_numbered_in_rows_from_the_north_west():
    cells = [shapely.box(x, y, x + 1, y + 1) for y in (0, 1) for x in (0, 1, 2)]
    assert rules.reading_order(cells) == [3, 4, 5, 0, 1, 2]
    assert rules.reading_order([]) == []


def test_codes_follow_the_highest_ever_given():
    used = ["522101001001003", "522101001001001", "other"]
    assert next(rules.free_codes("522101001001", used)) == "522101001001004"


def test_a_code_says_what_is_wrong_with_it():
    assert rules.check_code("community", "522101001001") is None
    assert rules.check_code("community", "522101001001000") is None
    assert "12 位或 15 位" in rules.check_code("village", "5221010010")
    assert rules.check_code("grid", "522101001001007", "522101001001") is None
    assert rules.check_code("grid", "522101001002007", "522101001001")
    assert rules.check_code("grid", "52210100100107", "522101001001")
    assert rules.check_code("police", "J000003001") is None
    assert rules.check_code("police", "警格一")


def test_a_split_neither_loses_nor_doubles_ground():
    whole = shapely.box(0, 0, 2, 1)
    left, right = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    assert rules.check_split(whole, [left, right]) is None
    assert "两个" in rules.check_split(whole, [whole])
    assert "等于原边界" in rules.check_split(whole, [left, shapely.box(1, 0, 1.5, 1)])
    assert "重叠" in rules.check_split(whole, [left, shapely.box(0.5, 0, 2, 1)])
