"""Periods and shares, exactly."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.core.rules import periods
from fengqiao.core.rules.periods import Period

NOW = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
days = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("first", "last", "words", "before", "year_before"),
    [
        ("2026-10-01", "2026-10-31", "2026年10月", "2026年9月", "2025年10月"),
        ("2026-03-01", "2026-03-31", "2026年3月", "2026年2月", "2025年3月"),
        ("2025-02-01", "2025-02-28", "2025年2月", "2025年1月", "2024年2月"),
        ("2026-01-01", "2026-12-31", "2026年", "2025年", "2025年"),
        ("2026-10-05", "2026-10-11", "2026年10月5日至11日", "2026年9月28日至10月4日", "2025年10月5日至11日"),
        ("2025-12-29", "2026-01-04", "2025年12月29日至2026年1月4日", "2025年12月22日至28日", "2024年12月29日至2025年1月4日"),
        ("2026-10-05", "2026-10-05", "2026年10月5日", "2026年10月4日", "2025年10月5日"),
    ],
)
def test_a_period_names_itself_the_one_before_and_the_same_a_year_ago(first, last, words, before, year_before):
    period = Period(date.fromisoformat(first), date.fromisoformat(last), NOW)
    assert (period.words, period.before().words, period.a_year_before().words) == (words, before, year_before)


def test_days_are_counted_in_shanghai():
    october = periods.month(date(2026, 10, 15), NOW)
    assert october.start == datetime(2026, 9, 30, 16, tzinfo=UTC)
    assert october.end == datetime(2026, 10, 31, 16, tzinfo=UTC)


@given(days, st.integers(0, 400), st.integers(0, 90))
def test_the_period_before_ends_the_day_before_and_is_known_with_the_same_delay(first, length, delay):
    last = first + timedelta(days=length)
    period = Period(first, last, Period(first, last, NOW).end + timedelta(days=delay))
    earlier = period.before()
    assert earlier.last == first - timedelta(days=1)
    assert earlier.as_of - earlier.end == period.as_of - period.end
    if not period._whole_months():
        assert earlier.last - earlier.first == last - first


@pytest.mark.parametrize(("first", "last"), [("2026-10-02", "2026-10-01"), ("2000-01-01", "2026-01-01")])
def test_a_period_that_ends_before_it_begins_or_is_endless_is_refused(first, last):
    with pytest.raises(ValueError, match="统计起止日期"):
        Period(date.fromisoformat(first), date.fromisoformat(last), NOW)


def test_a_share_is_compared_before_it_is_rounded():
    assert periods.at_least(Fraction(792, 900), 88) and not periods.at_least(Fraction(791, 900), 88)
    assert periods.as_percent(Fraction(8796, 10000)) == "88.0%" and not periods.at_least(Fraction(8796, 10000), 88)
    assert not periods.at_least(None, 0), "of nothing there is no share, not even 0 %"


@pytest.mark.parametrize(
    ("value", "words"),
    [(Fraction(800, 900), "88.9%"), (Fraction(384, 654), "58.7%"), (Fraction(1, 2000), "0.1%"), (Fraction(-1, 8), "-12.5%"), (None, "—")],
)
def test_half_of_the_last_place_rounds_up(value, words):
    assert periods.as_percent(value) == words
