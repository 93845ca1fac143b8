"""Tiers, templates and the team formula, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.force import rules


@pytest.mark.parametrize(("kind", "tier", "role"), [("officer", 1, "1"), ("auxiliary", 2, "X"), ("assistant", 3, "N"), ("grid_worker", None, "N")])
def test_a_staff_kind_has_one_tier_and_one_part_in_the_team(kind, tier, role):
    assert (rules.tier_of(kind), rules.role_of(kind)) == (tier, role)
    assert rules.check_placement(kind, tier, role) == {}


@given(st.sampled_from(sorted(vocabulary("staff_kinds"))), st.sampled_from([None, 1, 2, 3]))
def test_every_other_tier_is_refused(kind, tier):
    assert ("tier" in rules.check_placement(kind, tier, rules.role_of(kind))) == (tier != rules.tier_of(kind))


def test_only_an_officer_is_the_one():
    assert "role" in rules.check_placement("auxiliary", 2, "1")
    assert "role" in rules.check_placement("officer", 1, "N")


@pytest.mark.parametrize(
    ("text", "counts", "lacking"),
    [
        ("1+X+N", {"1": 1}, {}),
        ("1+X+N", {"X": 5, "N": 9}, {"1": 1}),
        ("1+2+N", {"1": 1, "X": 1}, {"X": 1}),
        ("1＋n", {"1": 0, "N": 3}, {"1": 1}),
        ("2+X+3", {"1": 1, "N": 1}, {"1": 1, "N": 2}),
        ("1+2", {"1": 1}, {"N": 2}),
    ],
)
def test_a_formula_says_who_is_missing(text, counts, lacking):
    assert rules.formula(text).lacking(counts) == lacking


@pytest.mark.parametrize("text", ["", "1", "X+N", "0+X+N", "1+X+N+M", "1+-2", "1+XX", "1+²"])
def test_what_is_no_formula_is_refused(text):
    with pytest.raises(ValueError, match="公式"):
        rules.formula(text)


@given(st.dictionaries(st.sampled_from("1XN"), st.integers(0, 9)), st.integers(1, 5), st.none() | st.integers(0, 5), st.none() | st.integers(0, 5))
def test_a_team_is_complete_exactly_when_no_count_is_below_its_number(counts, first, second, third):
    text = f"{first}+{'X' if second is None else second}+{'N' if third is None else third}"
    complete = all(counts.get(role, 0) >= (least or 0) for role, least in zip("1XN", (first, second, third), strict=True))
    assert (rules.formula(text).lacking(counts) == {}) == complete


def test_templates_are_data():
    assert rules.templates() == {"2T1R": "两队一室", "3T1R": "三队一室"}
    assert [unit.name for unit in rules.units("2T1R")] == ["社区警务队", "办案队", "综合指挥室"]
    assert [unit.name for unit in rules.units("3T1R")] == ["社区警务队", "办案队", "巡逻防控队", "综合指挥室"]
    with pytest.raises(KeyError):
        rules.units("2T1R-1")
