"""Names found while they are being typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.engine.lookup import at, finder


@pytest.mark.parametrize("typed", ["枫桥", "楓橋", "fq", "FQ", "枫q", "fqsq", "枫桥 网格", "fq wg", "第二", "ｆｑ"])
def test_simplified_traditional_and_initials_find_the_same_name(typed):
    assert at(finder(typed), "枫桥社区第二网格") is not None


def test_a_name_written_traditionally_is_found_too():
    assert at(finder("枫桥"), "楓橋村") == 0


def test_a_letter_may_stand_for_itself():
    assert at(finder("a3"), "花园A3区") == 2
    assert at(finder("a3"), "花园Ａ３区") == 2


def test_either_reading_of_a_character_serves():
    """长 is cháng in 长安 and zhǎng in 村长."""
    assert at(finder("ca"), "长安街") == 0
    assert at(finder("cz"), "村长家") == 0


@pytest.mark.parametrize("typed", ["桥枫", "qf", "枫桥 医院", "x9"])
def test_what_is_not_in_the_name_is_not_found(typed):
    assert at(finder(typed), "枫桥社区第二网格") is None


def test_nothing_typed_finds_whatever_is_asked():
    assert finder("  ") == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_typed_is_a_pattern_and_no_error(typed, name):
    at(finder(typed), name)


@given(st.text(alphabet="枫桥社区网格石柳湾村0123456789", min_size=1, max_size=12))
def test_a_name_is_found_by_itself(name):
    assert at(finder(name), name) == 0
