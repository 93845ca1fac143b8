"""Any sequence of acts whatever: nothing closes without a result and a revisit, and the matter is where the dispute is."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes import acts, rules

from .conftest import told

MATTER = {
    "opened": {"waiting", "open"}, "working": {"open"}, "handed": {"handed"}, "settled": {"settled"}, "revisited": {"settled"},
    "closed": {"closed"}, "reopened": {"open"},
}  # fmt: skip
HOW_FAR = [*vocabulary("performance_states"), rules.NOTHING_DUE]
who = st.sampled_from(["wang", "zhao", "deng"])
step = st.one_of(
    st.tuples(who, st.just("take"), st.just({})),
    st.tuples(who, st.just("settle"), st.fixed_dictionaries({
        "outcome": st.sampled_from(list(vocabulary("outcomes"))), "performance": st.sampled_from(HOW_FAR)})),
    st.tuples(who, st.just("revisit"), st.fixed_dictionaries({
        "manner": st.just("phone"), "result": st.sampled_from(list(vocabulary("revisit_results"))),
        "performance": st.sampled_from(["", *HOW_FAR])})),
    st.tuples(who, st.just("close"), st.fixed_dictionaries({"kind": st.sampled_from(["", "D02", "D15", "D01V"])})),
    st.tuples(who, st.just("reopen"), st.just({"reason": "又起争执"})),
    st.tuples(who, st.just("hand_over"), st.just({"kind": "referral", "channel": "GT", "reason": "请调解"})),
    st.tuples(who, st.just("withdraw"), st.just({"reason": "撤回"})),
)  # fmt: skip
# so that many runs get as far as closing
ENDS = [("wang", "settle", {"outcome": "settled", "performance": "performed"}),
        ("lin", "revisit", {"manner": "visit", "result": "stable"}), ("wang", "close", {"kind": "D02"})]  # fmt: skip


@pytest.mark.spec("NP-32")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(["D02", "D15", "D01V"]), steps=st.lists(step, max_size=8), ends=st.integers(0, 3), more=st.lists(step, max_size=3))
def test_no_sequence_of_acts_closes_without_a_revisit(cast, stands, kind, steps, ends, more):
    """闭环处 alone; 实时采 and 全面汇 are the front door's."""
    dispute = acts.open_dispute(cast.wang, matter_id=told(cast, kind=kind))
    since_settled = []
    for name, act, given_ in [*steps, *ENDS[:ends], *more]:
        before = stands(dispute).dispute.state
        more_given = {"to_org_id": cast.org["justice"]} if act == "hand_over" else {}
        try:
            getattr(acts, act)(getattr(cast, name), dispute_id=dispute, **given_, **more_given)
        except (Refused, Invalid, NotThere):
            assert stands(dispute).dispute.state == before
            continue
        since_settled = [] if act == "settle" else [*since_settled, given_["result"]] if act == "revisit" else since_settled
        one = stands(dispute)
        assert one.dispute.state in rules.MOVES[before] | {before}
        assert one.dispute.state == "withdrawn" or one.matter.state in MATTER[one.dispute.state]
        if act == "close":
            last = since_settled[-1]
            assert last == "stable" or (last == "unreachable" and since_settled.count(last) >= 3 and name == "zhao")
            assert one.dispute.outcome and one.dispute.kind != "D15"
            agreed = one.dispute.outcome in rules.RESOLVED
            assert not agreed or (one.dispute.performance in rules.PERFORMED and kind != "D01V")
