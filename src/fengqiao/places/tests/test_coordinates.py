"""Outlines come in a declared system and are held in WGS-84."""

import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.engine.coordinates import wgs84_to_gcj02
from fengqiao.places import coordinates, geojson


@given(st.lists(st.tuples(st.floats(74, 135), st.floats(19, 53)), min_size=1, max_size=20))
def test_what_leaves_for_gcj02_comes_back_to_the_same_place(points):
    true = np.array(points)
    lat, lon = wgs84_to_gcj02(true[:, 1], true[:, 0])
    back = shapely.get_coordinates(coordinates.to_wgs84(shapely.MultiPoint(np.column_stack([lon, lat])), "gcj02"))
    assert np.allclose(back, true, atol=1e-8)


def test_tiananmen_is_moved_by_the_known_offset():
    """A published pair: 116.397477, 39.908692 (WGS-84: 116.391266, 39.907285 within some metres)."""
    point = coordinates.to_wgs84(shapely.Point(116.397477, 39.908692), "gcj02")
    assert (point.x, point.y) == pytest.approx((116.391266, 39.907285), abs=5e-5)


def test_outside_china_gcj02_is_wgs84():
    paris = shapely.Point(2.35, 48.85)
    assert coordinates.to_wgs84(paris, "gcj02").equals(paris)


def collection(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": list(features)} | more)


def feature(name="一网格", kind="网格", geometry=None, **more):
    square = {"type": "Polygon", "coordinates": [[[106, 38], [106.01, 38], [106.01, 38.01], [106, 38.01], [106, 38]]]}
    return {"type": "Feature", "properties": {"名称": name, "类型": kind} | more, "geometry": geometry or square}


def test_features_are_read_by_chinese_or_english_names():
    taken, refused = geojson.read(collection(feature(编码="1"), {**feature(), "properties": {"name": "a", "kind": "grid"}}), "wgs84")
    assert refused == []
    assert [(f.at, f.kind, f.name, f.code, f.grid_kind) for f in taken] == [(1, "grid", "一网格", "1", "basic"), (2, "grid", "a", "", "basic")]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (feature(kind="小区"), "类型"),
        (feature(name=""), "名称"),
        (feature(网格类型="特殊"), "网格类型"),
        (feature(geometry={"type": "Point", "coordinates": [106, 38]}), "闭合"),
        (feature(geometry={"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}), "自相交"),
        (feature(geometry={"type": "Polygon", "coordinates": [[[500000, 4e6], [500001, 4e6], [500001, 4000001], [500000, 4e6]]]}), "经纬度"),
        (feature(geometry={"type": "Polygon", "coordinates": [[[106]]]}), "几何"),
        ({"type": "Feature", "properties": {"名称": "a", "类型": "网格"}, "geometry": None}, "边界"),
        ({"type": "Feature"}, "属性"),
        (7, "属性"),
    ],
)
def test_a_bad_feature_is_named_with_its_reason_and_the_others_are_taken(bad, reason):
    taken, refused = geojson.read(collection(feature(), bad), "wgs84")
    assert [f.at for f in taken] == [1]
    assert [at for at, _ in refused] == [2]
    assert reason in refused[0][1]


@pytest.mark.parametrize("system", ["", "unknown", "bd09"])
def test_an_undeclared_system_is_refused(system):
    with pytest.raises(ValueError, match="坐标系"):
        geojson.read(collection(feature()), system)


def test_a_file_that_contradicts_the_declared_system_is_refused():
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    with pytest.raises(ValueError, match="CGCS2000"):
        geojson.read(collection(feature(), crs=crs), "gcj02")


@pytest.mark.parametrize("text", [b"\xff\xfe", "{", "[]", '{"type": "Feature"}', "[" * 100_000])
def test_what_is_no_geojson_is_refused_in_words(text):
    with pytest.raises(ValueError, match="GeoJSON"):
        geojson.read(text, "wgs84")
