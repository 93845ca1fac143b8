"""Rules of mediation as tables and properties."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes.rules import mediation as rules


def test_every_kind_of_mediation_says_who_leads_it_and_what_is_lacking():
    assert set(rules.LED_BY) == set(rules.LACKING) == set(vocabulary("mediation_kinds"))


@pytest.mark.parametrize(
    ("kind", "capacities", "may"),
    [
        ("people", ["committee"], True), ("people", ["officer"], False), ("people", ["officer", "committee"], True),
        ("security", ["officer"], True), ("security", ["committee"], False), ("judicial", ["partner"], True),
        ("administrative", ["partner"], True), ("professional", ["officer"], False), ("professional", ["committee"], True), ("people", [], False),
    ],
)  # fmt: skip
def test_who_may_lead_which_kind(kind, capacities, may):
    assert (rules.lacking_mediator(kind, capacities) == "") is may


@given(st.sampled_from(list(rules.AGES)), st.sampled_from(list(rules.GUARDIANS)), st.text(max_size=3))
def test_nobody_under_fourteen_is_heard_without_a_guardian_there(age, guardian, name):
    missing = rules.guardian_missing(rules.Present(age, guardian, name))
    assert (missing == "") is (age == "" or (age == "child" and guardian == "with" and bool(name.strip())) or (age == "minor" and guardian != ""))


@given(st.lists(st.builds(rules.Objection, st.integers(1, 3), st.sampled_from([None, True, False])), max_size=5), st.integers(1, 3))
def test_whoever_may_be_kin_waits_for_the_decision_and_whoever_is_gives_way(objections, who):
    mine = [one.granted for one in objections if one.account_id == who]
    assert (rules.barred(who, objections) == "") is (None not in mine and True not in mine)


def test_one_who_does_not_want_it_or_was_not_asked_keeps_it_closed():
    assert rules.consent_missing({"王某": True, "李某": True}) == ""
    assert "李某不同意" in rules.consent_missing({"王某": None, "李某": False})
    assert "尚未征得李某" in rules.consent_missing({"王某": True, "李某": None})


def test_a_drunken_party_gets_another_day():
    tonight = datetime(2026, 11, 3, 3, 10, tzinfo=UTC)
    assert "约定次日" in rules.not_now(drunk=True, start=tonight, today=date(2026, 11, 3))
    assert rules.not_now(drunk=True, start=tonight, today=date(2026, 11, 2)) == "" == rules.not_now(drunk=False, start=tonight, today=tonight.date())


@given(st.lists(st.sets(st.integers(0, 6), min_size=1), min_size=1, max_size=5))
def test_disputes_hang_together_when_all_are_reached_from_the_first(parties):
    reached, grown = set(parties[0]), True
    while grown:
        more = reached.union(*(one for one in parties if one & reached))
        grown, reached = more != reached, more
    assert rules.together([{str(n) for n in one} for one in parties]) is all(one & reached for one in parties)


@pytest.mark.parametrize(
    ("form", "steps", "methods", "whole"),
    [("steps", 3, 10, True), ("steps", 3, 9, False), ("steps", 2, 10, False), ("hearts", 0, 5, True), ("hearts", 0, 4, False),
     ("hearts", 1, 5, False), ("brand", 0, 0, True), ("brand", 0, 21, False), ("other", 3, 10, False)],
)  # fmt: skip
def test_a_template_has_the_lines_its_name_says(form, steps, methods, whole):
    assert (rules.template_problem(form, ["步"] * steps, ["法"] * methods) == "") is whole
    assert rules.template_problem(form, ["步"] * steps, ["  "] * methods) or not methods
