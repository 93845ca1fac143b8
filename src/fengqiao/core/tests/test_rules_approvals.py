"""Who decides what, as a table: read, inherited, refused when it says nonsense; and the morning a call is signed by."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.core.clock import SHANGHAI
from fengqiao.core.rules import BadInput
from fengqiao.core.rules import approvals as rules
from fengqiao.core.rules.vocabularies import vocabulary


def test_every_kind_of_approval_has_a_word_and_somebody_who_decides_it():
    assert set(rules.DEFAULTS) == set(vocabulary("approval_kinds"))
    assert all(rule.approvers for rule in rules.DEFAULTS.values())


@pytest.mark.parametrize(
    ("kind", "role", "title", "decides"),
    [
        ("level_up", "leader", "副所长", True),  # station-day 3: raise to red/orange → leader on duty
        ("level_up", "officer", "社区民警", False),
        ("level_down", "leader", "副所长", True),  # lower or close red/orange → station chief or deputy
        ("level_down", "leader", "值班领导", False),
        ("close", "leader", "所长", True),
        ("level_mid", "officer", "社区警务队队长", True),  # yellow/blue → head of the community team
        ("level_mid", "officer", "社区民警", False),
        ("handover", "leader", "教导员", True),
        ("handover", "officer", "社区民警", False),
        ("not_police", "leader", "所长", True),
        ("report", "leader", "所长", True),
        ("report", "desk", "值班长", False),
    ],
)
def test_the_table_of_the_first_day_is_that_of_a_stations_day(kind, role, title, decides):
    assert rules.may_decide(rules.DEFAULTS[kind], role=role, title=title, above=False, asked_it=False) is decides


def test_flowing_to_a_partner_takes_effect_at_once_until_a_bureau_says_otherwise():
    assert rules.DEFAULTS["transfer"].free and not rules.DEFAULTS["handover"].free and not rules.DEFAULTS["not_police"].free


def test_only_what_no_law_and_no_level_asks_to_be_signed_may_be_freed():
    freed = {kind: rules.line_of(rule) | {"free": True} for kind, rule in rules.DEFAULTS.items()}
    assert {kind for kind, rule in rules.table([freed]).items() if rule.free} == rules.MAY_BE_FREE == {"handover", "transfer", "not_police"}


def test_an_extension_is_granted_by_the_organ_above_and_not_by_the_station_itself():
    rule = rules.DEFAULTS["extension"]
    assert not rules.may_decide(rule, role="leader", title="所长", above=False, asked_it=False)
    assert rules.may_decide(rule, role="leader", title="副局长", above=True, asked_it=False)


def test_nobody_decides_what_he_asked_himself_unless_the_table_says_so():
    asked = {"role": "leader", "title": "所长", "above": False, "asked_it": True}
    assert not rules.may_decide(rules.DEFAULTS["level_down"], **asked)
    assert rules.may_decide(rules.DEFAULTS["level_up"], **asked)


def test_a_station_changes_one_line_and_keeps_the_bureaus_other_lines():
    bureau = {"handover": {"approvers": [{"role": "desk"}]}}
    station = {"report": {"approvers": [{"role": "officer", "titles": ["内勤"]}], "own": True}}
    table = rules.table([bureau, station])
    assert table["handover"].approvers == (rules.Approver("desk"),)
    assert table["report"].own and table["level_up"] == rules.DEFAULTS["level_up"]
    assert rules.table([bureau, {"handover": rules.line_of(rules.DEFAULTS["handover"])}])["handover"] == rules.DEFAULTS["handover"]


@pytest.mark.parametrize("line", [{}, {"approvers": []}, {"approvers": [{"role": "resident"}]}, {"approvers": [{"role": "leader"}], "sample": 101},
                                  {"approvers": ["leader"]}, {"approvers": [{"role": "leader"}], "sample": "viel"}])  # fmt: skip
def test_a_line_nobody_could_decide_by_is_refused(line):
    with pytest.raises(BadInput):
        rules.rule_of(line)


@given(st.integers(min_value=0, max_value=4 * 365 * 24 * 60))
def test_a_call_is_signed_at_ten_of_the_next_morning_that_comes(minutes):
    called = datetime(2026, 1, 1, tzinfo=SHANGHAI) + timedelta(minutes=minutes)
    due = rules.sign_due(called)
    assert due.hour == 10 and timedelta(hours=4) < due - called <= timedelta(hours=28)


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=100))
def test_the_sample_is_the_same_whoever_asks_and_grows_with_the_share(key, share):
    assert rules.sampled(key, 100) and not rules.sampled(key, 0)
    assert not rules.sampled(key, share) or rules.sampled(key, min(100, share + 1))
