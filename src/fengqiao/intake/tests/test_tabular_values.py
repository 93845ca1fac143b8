"""Times and positions as people write them."""

import math
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.engine.coordinates import wgs84_to_gcj02
from fengqiao.intake.tabular import positions, times
from fengqiao.intake.tabular.positions import BadPosition, Bounds
from fengqiao.intake.tabular.times import SHANGHAI, BadTime


def local(*parts):
    return datetime(*parts, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("written", "meant", "precision"),
    [
        ("2019/2/14 20:00:00", local(2019, 2, 14, 20), "second"),
        ("2017-06-08 17:31:20", local(2017, 6, 8, 17, 31, 20), "second"),
        ("2015-12-10 17:40:00", local(2015, 12, 10, 17, 40), "second"),
        ("2026年5月3日 20时10分", local(2026, 5, 3, 20, 10), "minute"),
        ("2026年5月3日20时10分30秒", local(2026, 5, 3, 20, 10, 30), "second"),
        ("2026年5月3日晚上8点半", local(2026, 5, 3, 20, 30), "minute"),
        ("2026年5月3日下午3时许", local(2026, 5, 3, 15), "minute"),
        ("2026年5月3日凌晨1点", local(2026, 5, 3, 1), "minute"),
        ("2026-05-03 中午12:30", local(2026, 5, 3, 12, 30), "minute"),
        ("2026-05-03（星期日）20:10", local(2026, 5, 3, 20, 10), "minute"),
        ("20260503", local(2026, 5, 3), "day"),
        (20260503, local(2026, 5, 3), "day"),
        ("20260503201005", local(2026, 5, 3, 20, 10, 5), "second"),
        ("202605032010", local(2026, 5, 3, 20, 10), "minute"),
        ("2026.5.3", local(2026, 5, 3), "day"),
        ("26.5.3", local(2026, 5, 3), "day"),
        ("23年3月5日", local(2023, 3, 5), "day"),
        ("2026/05/03", local(2026, 5, 3), "day"),
        ("２０２６－０５－０３　２０：１０", local(2026, 5, 3, 20, 10), "minute"),
        ("二〇二三年三月十五日", local(2023, 3, 15), "day"),
        ("二○二三年十二月二十日", local(2023, 12, 20), "day"),
        ("2026-05-03T12:10:00Z", local(2026, 5, 3, 20, 10), "second"),
        ("2026-05-03T12:10:00.123+00:00", local(2026, 5, 3, 20, 10), "second"),
        ("2026-05-03 08:10 PM", local(2026, 5, 3, 20, 10), "minute"),
        ("2026-05-03 12:10 AM", local(2026, 5, 3, 0, 10), "minute"),
        ("2026-05-03 24:00", local(2026, 5, 4), "minute"),
        ("5/13/2026 20:10", local(2026, 5, 13, 20, 10), "minute"),
        ("13.5.2026", local(2026, 5, 13), "day"),
        (43510.8333333333, local(2019, 2, 14, 20), "second"),
        ("43510.8333333333", local(2019, 2, 14, 20), "second"),
        (43510, local(2019, 2, 14), "day"),
        (1777810200, local(2026, 5, 3, 20, 10), "second"),
        (1777810200000, local(2026, 5, 3, 20, 10), "second"),
        (datetime(2019, 2, 14, 19, 59, 59, 999990), local(2019, 2, 14, 20), "second"),  # noqa: DTZ001
        (datetime(2019, 2, 14, 12, tzinfo=UTC), local(2019, 2, 14, 20), "second"),
        (date(2019, 2, 14), local(2019, 2, 14), "day"),
    ],
)
def test_a_time_is_read_as_local_time_with_its_precision(written, meant, precision):
    assert times.parse(written) == times.When(meant, precision)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("2023-02-30 10:00", "2023 年 2 月没有 30 日"), ("2023年2月29日", "没有 29 日"), ("2023-13-01", "没有 13 月"), ("20231301", "没有 13 月"),
        ("2023-05-03 25:10", "没有 25 时"), ("2023-05-03 10:61:00", "没有 10 时 61 分"), ("0023-05-03", "不可能"), ("2999-05-03", "不可能"),
        ("昨晚", "看不懂"), ("长" * 300_000, "看不懂"), ("5月3日", "看不懂"), ("3/4/2026", "分不清"), (7, "数字"), (-5, "数字"), (True, "不是时间"),
        (float("nan"), "数字"), (float("inf"), "数字"), ("1900-01-01", "不可能"), ("9" * 400, "数字"),
    ],
)  # fmt: skip
def test_an_impossible_time_is_refused_with_what_to_do(written, says):
    with pytest.raises(BadTime, match=says) as bad:
        times.parse(written)
    assert "请" in bad.value.reason_zh


def test_a_date_without_its_year_takes_the_year_of_the_register():
    assert times.parse("3月5日", 2023).at == times.parse("3.5", 2023).at == local(2023, 3, 5)
    assert times.parse("3月5日 20:10", 2023).at == local(2023, 3, 5, 20, 10)
    with pytest.raises(BadTime, match="没有 29 日"):
        times.parse("2月29日", 2023)


@given(st.datetimes(datetime(1992, 1, 1), datetime(2099, 12, 31)))  # noqa: DTZ001
def test_every_way_of_writing_gives_the_same_moment(moment):
    moment = moment.replace(microsecond=0)
    spelled = f"{moment.year}年{moment.month}月{moment.day}日 {moment.hour}时{moment.minute}分{moment.second}秒"
    slashed = f"{moment.year}/{moment.month}/{moment.day} {moment.hour}:{moment.minute:02}:{moment.second:02}"
    serial = (moment - datetime(1899, 12, 30)).total_seconds() / 86400  # noqa: DTZ001
    expected = moment.replace(tzinfo=SHANGHAI)
    for form in (spelled, slashed, serial, str(serial), moment, f"{moment:%Y%m%d%H%M%S}", f"{moment:%Y-%m-%d %H:%M:%S}"):
        assert times.parse(form).at == expected


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.from_regex(r"[0-9年月日时:/. -]{1,25}", fullmatch=True)))
def test_nothing_but_a_refusal_ever_comes_out_of_bad_words(words):
    with suppress(BadTime):
        assert times.parse(words, 2023).at.tzinfo


COUNTY = Bounds(38.0, 106.0, 39.0, 107.0)


def test_a_position_inside_is_kept_as_it_is():
    found = positions.read("38.5", 106.2, "WGS84", COUNTY)
    assert (found.lat, found.lon, found.swapped, found.outside) == (38.5, 106.2, False, False)


def test_swapped_coordinates_are_put_right_and_said_so():
    for bounds in (COUNTY, None):
        found = positions.read(106.2, 38.5, "WGS84", bounds)
        assert (found.lat, found.lon, found.swapped) == (38.5, 106.2, True)
        assert (found.given_lat, found.given_lon) == (106.2, 38.5)
    west = Bounds(43.0, 80.0, 45.0, 85.0)  # both orders are somewhere on earth: only the county tells
    assert positions.read(81.3, 43.9, "WGS84", west).swapped
    assert not positions.read(43.9, 81.3, "WGS84", west).swapped
    assert not positions.read(81.3, 43.9, "WGS84", None).swapped


def test_a_place_outside_stays_where_it_is():
    found = positions.read(32.387, -86.276, "WGS84", COUNTY)
    assert (found.lat, found.lon, found.swapped, found.outside) == (32.387, -86.276, False, True)


@pytest.mark.parametrize(
    ("lat", "lon", "says"),
    [(0, 0, "为零"), (95, 106, "没有"), (38, 200, "没有"), (4265123.5, 36512345.2, "米"), ("城南", "106", "数字"), (math.nan, 106, "数字"),
     ("inf", "1", "数字"), (True, 106, "数字")],
)  # fmt: skip
def test_an_impossible_position_says_why(lat, lon, says):
    with pytest.raises(BadPosition, match=says):
        positions.read(lat, lon)


@pytest.mark.parametrize("written", ["106.2083333", "106°12′30″", "E106°12'30\"", "106度12分30秒", "东经106度12.5分", "106°12′30″E"])
def test_degrees_are_read_in_every_spelling(written):
    assert positions.degrees(written) == pytest.approx(106.2083333)


def test_south_and_west_are_negative():
    assert positions.degrees("75°30′W") == -75.5
    assert positions.degrees("南纬12.5") == -12.5


@pytest.mark.parametrize("written", ["106.2,38.5", "38.5, 106.2", "106.2 38.5", "(38.5，106.2)", "POINT(106.2 38.5)"])
@pytest.mark.parametrize("bounds", [COUNTY, None])
def test_a_pair_in_one_cell_is_read_in_either_order(written, bounds):
    found = positions.read_pair(written, "WGS84", bounds)
    assert (found.lat, found.lon, found.swapped) == (38.5, 106.2, False)


@pytest.mark.parametrize(("words", "system"), [("WGS-84", "WGS84"), ("gcj02", "GCJ02"), ("火星坐标系", "GCJ02"), ("高德", "GCJ02"), ("国家2000", "CGCS2000"),
                                               ("CGCS2000", "CGCS2000"), ("百度坐标", "BD09"), ("EPSG:4326", "WGS84")])  # fmt: skip
def test_a_declared_system_is_known_by_its_names(words, system):
    assert positions.system_of(words) == system


def test_an_unknown_system_is_not_guessed():
    with pytest.raises(BadPosition, match="北京54"):
        positions.system_of("北京54")


def test_gcj_02_agrees_with_published_points():
    """天安门 in WGS-84 and as the public converters (coordtransform, eviltransform) show it in GCJ-02."""
    assert wgs84_to_gcj02(39.907333, 116.391083) == pytest.approx((39.908737, 116.397323), abs=2e-5)
    assert wgs84_to_gcj02(31.1774276, 121.5272106) == pytest.approx((31.17530398364597, 121.531541859215), abs=1e-9)


@given(st.floats(18.2, 53.5), st.floats(73.6, 134.9))
def test_there_and_back_is_the_same_place_within_a_millimetre(lat, lon):
    assert positions.to_wgs84(*wgs84_to_gcj02(lat, lon), "GCJ02") == pytest.approx((lat, lon), abs=1e-8)


def test_outside_china_nothing_is_shifted_and_cgcs2000_is_wgs84():
    assert positions.to_wgs84(40.1, -75.3, "GCJ02") == (40.1, -75.3)
    assert positions.to_wgs84(38.5, 106.2, "CGCS2000") == (38.5, 106.2)


def test_baidu_is_about_where_gcj_is():
    """A point of coordtransform's documentation: BD-09 116.404, 39.915 = GCJ-02 116.39762729, 39.90865675."""
    assert positions.to_wgs84(39.915, 116.404, "BD09") == pytest.approx(positions.to_wgs84(39.90865673957631, 116.39762729119315, "GCJ02"), abs=1e-6)
