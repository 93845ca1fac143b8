"""Counting occurrences, raising, and who signs: pure rules. S-rules: nothing here knows a person."""

import inspect
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.core.rules.approvals import DEFAULTS
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes.rules import levels, signs
from fengqiao.disputes.rules.levels import Counting, Told, occurrences, repeated

NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)
HOW = Counting()


def told(*hours, again=()):
    """One report each at these hours, each filed as an occurrence of its own."""
    return [Told(n, NOON + timedelta(hours=h), n in again) for n, h in enumerate(hours)]


def test_several_reports_of_one_incident_are_one_occurrence():
    assert len(occurrences([Told("a", NOON), Told("a", NOON + timedelta(hours=1)), Told("a", NOON + timedelta(hours=9))])) == 1


@pytest.mark.parametrize(
    ("hours", "again", "count"),
    [((0, 6), (), 1), ((0, 6.01), (), 2), ((0, 1), (1,), 2), ((0, 1), (0,), 2), ((0, 1, 2), (0, 1), 3), ((0, 5, 10), (), 2), ((0,), (0,), 1)],
)
def test_separate_is_over_six_hours_apart_or_marked_as_again(hours, again, count):
    assert len(occurrences(told(*hours, again=again))) == count


@pytest.mark.spec("NJ-35")
def test_the_second_warns_and_the_third_in_thirty_days_raises():
    """The counting alone: two warn, three raise, the third on the thirty-first day does not. The acts: test_levels."""
    day = 24
    one, two, three = told(0), told(0, 10 * day), told(0, 10 * day, 30 * day)
    assert not repeated(one, NOON + timedelta(days=31), HOW).warns
    assert repeated(two, NOON + timedelta(days=31), HOW).warns and not repeated(two, NOON + timedelta(days=31), HOW).raises
    assert repeated(three, NOON + timedelta(days=31), HOW).raises
    late = told(0, 10 * day, 30 * day + 1)
    assert not repeated(late, NOON + timedelta(days=31), HOW).raises


def test_what_raised_once_is_spent_and_three_more_raise_again():
    spent = NOON + timedelta(hours=48)
    after = NOON + timedelta(days=20)
    assert not repeated(told(0, 24, 48, 72), after, HOW, spent).raises
    assert repeated(told(0, 24, 48, 72, 96, 120), after, HOW, spent).raises


def test_three_of_last_year_raise_nothing_today():
    assert not repeated(told(0, 24, 48), NOON + timedelta(days=300), HOW).raises


HOURS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2000), st.booleans()), min_size=1, max_size=25)


def reports(given_):
    return [Told(key, NOON + timedelta(hours=h), again) for key, h, again in given_]


@given(HOURS, st.randoms())
def test_the_order_in_which_reports_arrive_changes_nothing(given_, dice):
    mixed = reports(given_)
    dice.shuffle(mixed)
    assert occurrences(mixed) == occurrences(reports(given_))


@given(HOURS, st.data())
def test_further_reports_of_a_known_incident_change_nothing(given_, data):
    """Filed under the same occurrence, or by a matter joined later within the six hours after an incident began: the same one."""
    known = reports(given_)
    before = occurrences(known)
    one = data.draw(st.sampled_from(known))
    later = one.at + timedelta(hours=data.draw(st.integers(0, 500)))
    assert occurrences([*known, Told(one.occurrence, later)]) == before
    begun = data.draw(st.sampled_from(before))
    soon = begun + timedelta(minutes=data.draw(st.integers(1, 360)))
    assert occurrences([*known, Told("another", soon, source="a matter joined")]) == before


@given(HOURS)
def test_an_incident_is_never_counted_more_often_than_it_was_filed(given_):
    known = reports(given_)
    assert 1 <= len(occurrences(known)) <= len({one.occurrence for one in known})


@given(st.sampled_from(["", *levels.LEVELS]), st.sampled_from(["", *levels.LEVELS]))
def test_a_rule_raises_by_a_step_and_never_lowers(level, floor):
    to = levels.raised(level, floor)
    assert levels.rank(to) >= max(levels.rank(level), levels.rank(floor), 1)
    assert level == "red" or levels.rank(to) > levels.rank(level)


@pytest.mark.parametrize(
    ("was", "now", "kind"),
    [("", "red", "level_up"), ("yellow", "orange", "level_up"), ("red", "orange", "level_down"), ("orange", "", "level_down"),
     ("", "yellow", "level_mid"), ("yellow", "blue", "level_mid"), ("blue", "", "level_mid")],
)  # fmt: skip
def test_the_approvals_table_has_a_line_for_every_change(was, now, kind):
    assert levels.approval_kind(was, now) == kind and kind in DEFAULTS


@pytest.mark.parametrize(
    ("given_", "days"),
    [(None, (3, 7, 30, 90)), ({"red": [1, 2]}, (1, 2)), ({"red": [30, 7]}, (7, 30)), ({"red": "daily"}, (3, 7, 30, 90)), ({"red": [0]}, (3, 7, 30, 90))],
)
def test_the_days_of_revisits_are_a_setting_and_nonsense_leaves_what_was_shipped(given_, days):
    assert levels.revisit_days("red", given_) == days


@pytest.mark.parametrize("given_", [{"warn": 0, "raises": 1, "days": -3}, {"warn": "two"}, {"raises": True}, {}])
def test_nonsense_in_the_counting_setting_leaves_what_was_shipped(given_):
    assert levels.counting(given_) == Counting()


def test_every_listed_reason_raises_or_lowers_and_names_a_known_level():
    for one in vocabulary("level_reasons").values():
        assert one.more["way"] in ("up", "down") and one.more["floor"] in ("", *levels.LEVELS)


def test_the_rules_of_levels_know_no_person():
    """S1: no function of these rules takes anything of a party; what they take is times, codes and levels."""
    for function in (f for _, f in inspect.getmembers(levels, inspect.isfunction)):
        if function.__module__ != levels.__name__:
            continue
        for name in inspect.signature(function).parameters:
            assert not {"party", "person", "name", "phone", "hash", "account"} & set(name.split("_")), function.__name__


# --- hints of violation signs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("双方互殴，李某头部受伤流血", {"injury"}),
        ("现场无人受伤，未动手", set()),
        ("没有受伤", set()),
        ("邻居扬言要砍死他", {"threat"}),
        ("手持菜刀堵门", {"weapon"}),
        ("把门窗砸坏", {"damage"}),
        ("儿子15岁，被打了", {"minor"}),
        ("老人65岁，为赡养争吵", set()),
        ("丈夫多次殴打妻子", {"repeated"}),
        ("否认威胁过对方", set()),
        ("为界墙高度争吵", set()),
    ],
)
def test_words_hint_at_signs_and_denials_do_not(text, found):
    assert set(signs.hints([text])) == found


@given(st.lists(st.text(max_size=60), max_size=4))
def test_hints_are_signs_of_the_vocabulary_whatever_is_written(texts):
    assert set(signs.hints(texts)) <= set(vocabulary("violation_signs")) == set(signs.WORDS)
