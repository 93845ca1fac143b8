"""Pure rules of shifts."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.desk.shifts import rules
from fengqiao.desk.shifts.rules import SHANGHAI, Pattern


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("hours", "starts", "moment", "begin", "end"),
    [
        (24, "08:00", "2026-11-21 03:10", "2026-11-20 08:00", "2026-11-21 08:00"),
        (24, "08:00", "2026-11-21 08:00", "2026-11-21 08:00", "2026-11-22 08:00"),
        (12, "08:00", "2026-11-21 03:10", "2026-11-20 20:00", "2026-11-21 08:00"),
        (12, "08:30", "2026-11-21 20:29", "2026-11-21 08:30", "2026-11-21 20:30"),
        (8, "00:00", "2026-11-21 17:00", "2026-11-21 16:00", "2026-11-22 00:00"),
        (8, "06:00", "2026-11-21 05:59", "2026-11-20 22:00", "2026-11-21 06:00"),
    ],
)
def test_a_moment_lies_in_one_shift_of_the_pattern(hours, starts, moment, begin, end):
    assert rules.bounds(Pattern(hours, time.fromisoformat(starts)), at(moment)) == (at(begin), at(end))


moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(lambda moment: moment.replace(tzinfo=SHANGHAI))  # noqa: DTZ001
patterns = st.builds(Pattern, st.sampled_from(sorted(rules.HOURS)), st.times().map(lambda t: t.replace(second=0, microsecond=0)))


@given(patterns, moments)
def test_shifts_follow_each_other_without_gap_or_overlap(of, moment):
    begin, end = rules.bounds(of, moment)
    assert begin <= moment < end
    assert end - begin == timedelta(hours=of.hours)
    assert rules.bounds(of, end)[0] == end
    assert rules.bounds(of, begin - timedelta(seconds=1))[1] == begin


@pytest.mark.parametrize("value", [{"hours": 7}, {"hours": "x"}, {"starts": "25:00"}, "24", ["a"]])
def test_a_pattern_nobody_can_read_is_refused_in_words(value):
    with pytest.raises(ValueError, match="班次"):
        rules.pattern(value)


@pytest.mark.parametrize(
    ("begin", "end", "night"),
    [
        ("2026-11-20 08:00", "2026-11-21 08:00", True),
        ("2026-11-20 20:00", "2026-11-21 08:00", True),
        ("2026-11-20 08:00", "2026-11-20 20:00", False),
        ("2026-11-20 16:00", "2026-11-21 00:00", False),
        ("2026-11-21 00:00", "2026-11-21 08:00", True),
        ("2026-11-21 06:00", "2026-11-21 14:00", False),
    ],
)
def test_a_night_shift_covers_some_of_the_night(begin, end, night):
    assert rules.is_night(at(begin), at(end)) is night
    assert rules.is_night(at("2026-11-20 20:00"), at("2026-11-20 23:00"), ("22:00", "05:00")), "a night that begins before midnight"


@pytest.mark.parametrize(
    ("end", "passed", "due"),
    [
        ("2026-11-21 08:00", "2026-11-21 08:05", "2026-11-21 10:00"),
        ("2026-11-21 00:00", "2026-11-21 00:10", "2026-11-21 10:00"),
        ("2026-11-21 14:00", "2026-11-21 14:00", "2026-11-22 10:00"),
        ("2026-11-21 08:00", "2026-11-21 11:20", "2026-11-21 12:20"),
    ],
)
def test_the_nights_quarrel_is_signed_for_by_ten(end, passed, due):
    assert rules.sign_by(at(end), at(passed)) == at(due)


def test_a_quarrel_goes_to_the_officer_of_the_village_else_to_its_owner_unless_of_the_crew():
    assert rules.whose([7, 8], 9, [5]) == 7
    assert rules.whose([], 9, [5]) == 9
    assert rules.whose([], 5, [5]) is None
    assert rules.whose([], None, []) is None


def test_every_move_leads_from_a_state_to_a_state_and_closed_is_the_end():
    assert {a for a, _ in rules.MOVES.values()} | {b for _, b in rules.MOVES.values()} == set(rules.STATES)
    assert not [move for move in rules.MOVES if rules.allowed("closed", move)]


def test_what_is_counted_is_the_stations_own_list_or_the_default():
    assert rules.kit(["对讲机", " 对讲机 ", "盾牌"]) == ("对讲机", "盾牌")
    assert rules.kit("对讲机") == rules.DEFAULT_KIT and rules.kit([""]) == rules.DEFAULT_KIT
