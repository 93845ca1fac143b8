"""发生时间: what people say, as an interval. Now is Saturday 21 November 2026, 14:05, unless said otherwise."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.core.rules import BadInput
from fengqiao.core.rules.intervals import PRECISIONS, SHANGHAI, occurred
from fengqiao.core.rules.vocabularies import vocabulary

NOW = datetime(2026, 11, 21, 14, 5, tzinfo=SHANGHAI)


def at(text):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


SAID = [
    ("昨晚八点左右", "11-20 19:30", "11-20 20:30", "about"),
    ("今天上午", "11-21 08:00", "11-21 12:00", "part"),
    ("11月3日晚", "11-03 18:00", "11-04 00:00", "part"),
    ("3天前", "11-18 00:00", "11-19 00:00", "day"),
    ("三天前晚上", "11-18 18:00", "11-19 00:00", "part"),
    ("2026-05-03 20:10", "05-03 20:10", "05-03 20:11", "exact"),
    ("2026/5/3 20：10", "05-03 20:10", "05-03 20:11", "exact"),
    ("2026-05-03T20:10:30", "05-03 20:10", "05-03 20:11", "exact"),
    ("２０２６年５月３日", "05-03 00:00", "05-04 00:00", "day"),
    ("二〇二六年五月三日晚上八点二十", "05-03 20:20", "05-03 20:21", "exact"),
    ("上周六", "11-14 00:00", "11-15 00:00", "day"),
    ("上上周三下午3点", "11-04 15:00", "11-04 16:00", "hour"),
    ("周五晚上九点半", "11-20 21:30", "11-20 21:31", "exact"),
    ("星期日", "11-15 00:00", "11-16 00:00", "day"),
    ("上周末", "11-14 00:00", "11-16 00:00", "span"),
    ("前天夜里", "11-19 18:00", "11-20 06:00", "part"),
    ("昨天", "11-20 00:00", "11-21 00:00", "day"),
    ("昨晚12点", "11-21 00:00", "11-21 01:00", "hour"),
    ("半夜1点", "11-21 01:00", "11-21 02:00", "hour"),
    ("凌晨两点", "11-21 02:00", "11-21 03:00", "hour"),
    ("今早7点多", "11-21 07:00", "11-21 08:00", "about"),
    ("中午一点", "11-21 13:00", "11-21 14:00", "hour"),
    ("约晚上7点半", "11-20 19:00", "11-20 20:00", "about"),
    ("下午三点三刻的时候", "11-20 15:45", "11-20 15:46", "exact"),
    ("两小时前", "11-21 11:35", "11-21 12:35", "about"),
    ("一个半小时前", "11-21 12:05", "11-21 13:05", "about"),
    ("刚才", "11-21 13:55", "11-21 14:05", "about"),
    ("一周前", "11-14 00:00", "11-15 00:00", "day"),
    ("两个月前", "09-01 00:00", "10-01 00:00", "span"),
    ("上周", "11-09 00:00", "11-16 00:00", "span"),
    ("上个月", "10-01 00:00", "11-01 00:00", "span"),
    ("上个月3号", "10-03 00:00", "10-04 00:00", "day"),
    ("3号下午", "11-03 12:00", "11-03 18:00", "part"),
    ("25号", "10-25 00:00", "10-26 00:00", "day"),
    ("今年3月中旬", "03-11 00:00", "03-21 00:00", "span"),
    ("8月份", "08-01 00:00", "09-01 00:00", "span"),
    ("昨晚8点到10点", "11-20 20:00", "11-20 22:00", "span"),
    ("昨晚11点到凌晨2点", "11-20 23:00", "11-21 02:00", "span"),
    ("11月3日至5日", "11-03 00:00", "11-06 00:00", "span"),
    ("2026-11-03至2026-11-05", "11-03 00:00", "11-06 00:00", "span"),
    ("从昨天下午到现在", "11-20 12:00", "11-21 14:05", "span"),
]


@pytest.mark.parametrize("said,start,end,precision", SAID)
def test_what_people_say_becomes_an_interval(said, start, end, precision):
    found = occurred(said, NOW)
    assert (found.start, found.end, found.precision, found.text) == (at(start), at(end), precision, said)


@pytest.mark.parametrize(
    "said,day",
    [("12月3日", date(2025, 12, 3)), ("去年5月3日", date(2025, 5, 3)), ("2月29日", date(2024, 2, 29))],
)
def test_a_date_without_year_is_the_latest_that_has_been(said, day):
    assert occurred(said, NOW).start.date() == day


@pytest.mark.parametrize(
    "said,why",
    [
        ("2月30日", "2026年2月没有30日"),
        ("2026年2月29日", "2026年2月没有29日"),
        ("2026-13-01", "没有13月"),
        ("11月31日上午", "没有31日"),
        ("昨天25点", "没有25点"),
        ("昨天20:75", "没有20点75分"),
        ("明天下午三点", "晚于现在"),
        ("今天20:00", "晚于现在"),
        ("2027-01-01", "晚于现在"),
        ("11月5日至3日", "结束时间早于开始时间"),
        ("长期", "看不懂"),
        ("不知道", "看不懂"),
        ("十十点", "看不懂|没有"),
        ("99999999999天前", "看不懂"),
        ("3026年1月1日", "年份3026不对"),
        ("  ", "请填写"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(said, why):
    with pytest.raises(BadInput, match=why):
        occurred(said, NOW)


def test_appointments_may_lie_ahead():
    found = occurred("明天下午三点", NOW, allow_future=True)
    assert (found.start, found.precision) == (at("11-22 15:00"), "hour")
    assert occurred("12月3日", NOW, allow_future=True).start == at("12-03 00:00")


def test_days_are_those_of_china_wherever_now_was_written():
    assert occurred("今天", datetime(2026, 11, 20, 17, 0, tzinfo=UTC)).start == at("11-21 00:00")


def test_precisions_are_the_codes_of_the_vocabulary():
    # unknown is never read from words: a phone whose clock is not believed gets it
    assert [*PRECISIONS, "unknown"] == list(vocabulary("occurrence_precision"))
    assert {precision for _, _, _, precision in SAID} == set(PRECISIONS)


MINUTES = st.datetimes(datetime.min.replace(year=1950), datetime.min.replace(year=2026))  # noqa: DTZ901


@given(MINUTES)
def test_every_written_minute_is_read_back(moment):
    start = moment.replace(second=0, microsecond=0, tzinfo=SHANGHAI)
    forms = [
        "{0:%Y}-{0:%m}-{0:%d} {0:%H}:{0:%M}",
        "{0.year}年{0.month}月{0.day}日{0.hour}时{0.minute}分",
        "{0.year}/{0.month}/{0.day} {0:%H:%M:%S}",
    ]
    for form in forms:
        found = occurred(form.format(start), NOW)
        assert (found.start, found.end, found.precision) == (start, start + timedelta(minutes=1), "exact")


@given(st.integers(0, 3000), st.sampled_from(["天前", "日之前", "天以前"]))
def test_so_many_days_ago_is_that_whole_day(days, words):
    found = occurred(f"{days}{words}", NOW)
    assert found.start == datetime.combine(NOW.date() - timedelta(days=days), time(0), SHANGHAI)


WORDS = st.lists(
    st.sampled_from(
        list(
            "昨今前天晚早上下午中凌晨点半时分日号月年周星期去左右约到至从之间以来多一二三十两0123456789:：-/. 初底旬刻"
        )
    ),
    max_size=14,
)


@given(st.one_of(st.text(max_size=20), WORDS.map("".join)), st.booleans())
def test_anything_typed_is_an_interval_or_a_chinese_refusal(text, allow_future):
    try:
        found = occurred(text, NOW, allow_future=allow_future)
    except BadInput as refusal:
        assert "一" <= str(refusal)[0] <= "鿿" or str(refusal)[0].isdigit()
    else:
        assert found.start < found.end and found.precision in PRECISIONS and found.text == text
        assert allow_future or found.start <= NOW
