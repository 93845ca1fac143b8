"""The bank of fact patterns against the rules, and the rules against a reader's own writing of 178 and 179."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.core.rules.deadlines import VERIFIED
from fengqiao.disputes.rules import conditions, routes, situation
from fengqiao.disputes.rules.objections import FLOW, OBJECTIONS
from fengqiao.disputes.rules.routes import Law, assess
from fengqiao.disputes.rules.situation import Situation

from . import bank

PATTERNS = bank.patterns()
BOTH_LAWS = date(2025, 12, 31), date(2026, 1, 1)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda one: f"{one.number} {one.what}")
def test_every_pattern_gets_the_route_papers_and_clock_a_lawyer_expects(pattern):
    assert bank.failures(pattern, assess(pattern.said, bank.LAW)) == []


@pytest.mark.spec("MS7")
def test_the_bank_has_a_hundred_patterns_and_no_disallowed_mediation():
    """MS7's bank: ≥ 100 patterns, 0 disallowed mediations. The edition switch is proved below; printing the paper is not here."""
    assert len(PATTERNS) >= 100 and len({one.number for one in PATTERNS}) == len(PATTERNS)
    mediation = {*routes.MEDIATION, "settle_by_agreement", "self_settlement"}
    disallowed = [
        (one.number, route) for one in PATTERNS for route in one.blocked
        if route in mediation and assess(one.said, bank.LAW).verdict(route) in ("allowed", "advised")
    ]  # fmt: skip
    assert disallowed == []
    assert sum(route in mediation for one in PATTERNS for route in one.blocked) >= 100


@pytest.mark.parametrize("line", OBJECTIONS, ids=lambda one: one.name)
def test_a_rule_taken_out_makes_some_pattern_fail(line):
    rest = tuple(one for one in OBJECTIONS if one is not line)
    assert any(bank.failures(one, assess(one.said, bank.LAW, rest)) for one in PATTERNS)


@pytest.mark.parametrize("line", [one for one in OBJECTIONS if one.name.startswith(("excluded", "cause", "acts", "slight", "grounds"))],
                         ids=lambda one: one.name)  # fmt: skip
def test_a_condition_of_178_or_179_turned_round_makes_some_pattern_fail(line):
    turned = replace(line, when=conditions.no(line.when))
    broken = tuple(turned if one is line else one for one in OBJECTIONS)
    assert any(bank.failures(one, assess(one.said, bank.LAW, broken)) for one in PATTERNS)


def some(codes):
    return st.frozensets(st.sampled_from(sorted(codes)))


@st.composite
def situations(draw):
    """Any situation at all, sound or not."""
    day = st.none() | st.dates(date(2025, 11, 1), date(2026, 6, 1))
    given = {name: draw(some(codes)) for name, codes in situation.SETS.items()}
    given |= {name: draw(st.sampled_from(["", *codes])) for name, codes in situation.CHOICES.items()}
    given |= {name: draw(st.booleans()) for name in situation.TICKS}
    given |= {name: draw(day) for name in situation.DAYS}
    tries = tuple(sorted(draw(st.lists(st.dates(date(2025, 12, 1), date(2026, 3, 1)), max_size=3))))
    kind = draw(st.sampled_from([*routes.KINDS, "D01V"]))
    step = draw(st.dates(date(2025, 12, 1), date(2026, 6, 1)))
    return Situation(kind=kind, step=step, tries=tries, officers=draw(st.integers(1, 3)), amount=None, **given)


@given(situations())
def test_security_mediation_is_open_only_where_178_holds_and_179_does_not(said):
    """Written from the text of 程序规定 178, 179, 181, 52, not from the table of objections."""
    found = assess(said, bank.LAW).verdict("security")
    listed = {"beat", "injure", "insult", "slander", "frame", "damage", "disturb", "privacy", "intrude"}
    lawful = (
        said.violation not in ("none", "crime") and said.civil and said.acts and said.acts <= listed and said.slight and said.grounds
        and not (said.exclusions and not said.decided) and not said.tries and not (said.age and not said.guardian)
        and not (said.officers == 1 and not said.recorded) and said.proxy not in ("bare", "suspect")
    )  # fmt: skip
    assert lawful or found == "blocked"


@given(situations())
def test_what_is_not_verified_never_blocks_and_is_never_cited(said):
    found = assess(said, bank.LAW)
    for option in found.options:
        for reason in option.reasons:
            assert reason.state == VERIFIED or not reason.blocks or reason.rule == FLOW
            assert reason.state == VERIFIED or reason.rule == FLOW or not reason.article
        assert (option.verdict == "blocked") == any(reason.blocks for reason in option.reasons)
    assert all(clock.verified or not clock.article for clock in found.clocks)


@given(situations())
def test_domestic_violence_is_never_mediated_and_no_blocked_route_is_proposed(said):
    found = assess(said, bank.LAW)
    if said.violent:
        assert all(found.verdict(route) == "blocked" for route in (*routes.MEDIATION, "settle_by_agreement") if found.option(route))
    assert all(found.verdict(route) != "blocked" for route in found.first)


@given(situations())
def test_a_situation_survives_being_kept_as_facts(said):
    assert situation.situation(said.kind, said.step, situation.facts(said)) == said


def test_on_the_day_the_law_changes_a_step_keeps_the_text_of_its_own_day():
    """The edition by the step's day (the case's limit) and by the conduct's day (和解不罚), at the turn of the year."""
    old, new = BOTH_LAWS
    fits = Situation("D02", new, violation="yes", civil=True, acts=frozenset({"beat"}), slight=True, grounds=frozenset({"familiar"}))
    for accepted, edition, verified in ((old, "2012", True), (new, "2025", False)):
        (clock,) = assess(replace(fits, accepted_on=accepted, step=date(2026, 1, 5)), bank.LAW).clocks
        assert (clock.rule, clock.edition, clock.verified) == ("case_decision", edition, verified)
    agreed = replace(fits, agreement="written", host="self", agreed_on=new, performance="performed")
    for conduct, verdict in ((old, "blocked"), (new, "advised")):  # asked on one and the same day
        assert assess(replace(agreed, conduct=conduct, step=date(2026, 1, 5)), bank.LAW).verdict("self_settlement") == verdict
    one_officer = replace(fits, officers=1, recorded=True)
    assert assess(replace(one_officer, step=old), bank.LAW).verdict("security") == "allowed"
    assert assess(replace(one_officer, step=new), bank.LAW).verdict("security") == "advised"


def test_a_bureau_that_checked_the_new_law_makes_it_block():
    """已核 is data: the same edition, once verified and marked as a gate, refuses and is cited."""
    checked = tuple(replace(r, state=VERIFIED, blocks=True) if (r.id, r.edition) == ("self_settlement", "2025") else r for r in bank.LAW.editions)
    said = Situation("D02", date(2026, 1, 5), conduct=date(2026, 1, 1), violation="yes", acts=frozenset({"beat"}))
    assert assess(said, bank.LAW).verdict("self_settlement") == "advised"
    found = assess(said, Law(checked, bank.LAW.calendar)).option("self_settlement")
    assert found.verdict == "blocked" and found.why_not.article == "《治安管理处罚法》第9条第三款"


def test_every_rule_a_line_rests_on_is_in_the_table():
    known = {rule.id for rule in bank.LAW.editions} | {FLOW}
    assert {line.rule for line in OBJECTIONS} <= known and set(routes.BASIS.values()) <= known
    assert set(routes.KINDS) >= {one.said.kind for one in PATTERNS} - {"D01V"}
