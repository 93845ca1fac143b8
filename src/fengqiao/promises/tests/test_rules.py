"""The ball and the clock: whatever is done in whatever order, one side holds the ball and no return restarts the clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.promises import rules

START = datetime(2026, 3, 2, tzinfo=UTC)


def test_every_state_is_reached_or_begun_with_and_every_move_has_words_and_a_side():
    reached = set(rules.MOVES.values()) | {"slip", "sent"}
    assert reached == set(rules.STATES)
    assert {move for _, move in rules.MOVES} == set(rules.BY) == set(rules.WORDS) - {"remind"}


@pytest.mark.parametrize("kind", rules.KINDS)
@pytest.mark.parametrize("state", rules.STATES)
def test_a_running_hop_has_a_holder_and_only_the_holder_or_sender_can_end_it(kind, state):
    if not rules.ended(kind, state):
        assert rules.holder(kind, state) in ("sender", "receiver")
        assert rules.moves(state)


@given(
    kind=st.sampled_from(sorted(rules.KINDS)),
    papers=st.lists(st.booleans(), min_size=1, max_size=30),
    choices=st.lists(st.integers(0, 5), max_size=60),
    basis=st.sampled_from([rules.PROMISED, rules.FIXED, "transfer_unit"]),
)
def test_any_sequence_of_moves_keeps_one_holder_and_one_clock(kind, papers, choices, basis):
    hops = ["slip" if papers[0] else "sent"]
    clock = rules.Clock(START, START + timedelta(days=7), basis)
    now, delivered = START, False
    for choice in choices:
        now += timedelta(hours=5)
        if rules.ended(kind, hops[-1]):
            break
        moves = rules.moves(hops[-1])
        move = moves[choice % len(moves)]
        before = clock
        clock = rules.clock_after(clock, move, now, first=len(hops) == 1 and not delivered)
        if not (move in ("deliver", "scan") and len(hops) == 1 and basis == rules.PROMISED and not delivered):
            assert (clock.started_at, clock.due_at) == (before.started_at, before.due_at)
        delivered = delivered or move in ("deliver", "scan")
        assert clock.returns == before.returns + (move == "return")
        assert clock.due_at - clock.started_at == timedelta(days=7)
        hops[-1] = rules.next_state(hops[-1], move)
        if move == "send_again":
            hops.append("slip" if papers[len(hops) % len(papers)] else "sent")
        holders = [rules.holder(kind, state) for state in hops]
        assert sum(holder is not None for holder in holders) == 1
        assert holders[-1] is not None
    assert clock.arbitration == (clock.returns >= 2)
