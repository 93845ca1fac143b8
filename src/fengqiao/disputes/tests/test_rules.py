"""The table of states, and what keeps a dispute from its end."""

from hypothesis import given
from hypothesis import strategies as st

from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes import rules

RESULTS = st.lists(st.sampled_from(list(vocabulary("revisit_results"))), max_size=5)


def test_every_state_has_its_moves_and_an_end_can_be_reached_from_everywhere():
    assert set(rules.MOVES) == set(rules.STATES) and set().union(*rules.MOVES.values()) <= set(rules.STATES)

    def reach(state, seen=()):
        return set(rules.MOVES[state]).union(*(reach(s, (*seen, state)) for s in rules.MOVES[state] if s not in seen))

    for state in rules.LIVE:
        assert "closed" in reach(state)


def test_only_a_revisited_dispute_is_ever_closed():
    assert {old for old, news in rules.MOVES.items() if "closed" in news} == {"revisited"}


@given(st.sampled_from(sorted(rules.STATES)), st.sampled_from(list(vocabulary("outcomes"))), RESULTS, st.booleans())
def test_ready_to_close_means_settled_revisited_and_performed(state, outcome, results, leader):
    reason = rules.not_ready_to_close(state=state, outcome=outcome, performance="performed", results=results, leader=leader)
    stable = results[-1:] == ["stable"]
    vain = leader and results[-1:] == ["unreachable"] and results.count("unreachable") >= rules.TRIES
    assert (reason == "") == (state in ("settled", "revisited") and (stable or vain))


@given(RESULTS.filter(bool))
def test_where_a_revisit_leads_agrees_with_what_lets_it_close(results):
    ready = not rules.not_ready_to_close(state="revisited", outcome="court", performance="", results=results, leader=True)
    assert (rules.after_revisit(results) == "revisited") == ready


def test_what_ended_without_agreement_is_not_called_settled():
    assert rules.word("settled", "settled") == "已化解" and rules.word("settled", "failed") == "已有结果"
