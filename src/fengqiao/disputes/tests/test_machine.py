"""Any sequence of acts whatever: nothing closes without a result and a revisit, and the matter is where the dispute is."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fengqiao.core import clock
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.scope import scope
from fengqiao.disputes import acts, jobs, rules
from fengqiao.disputes.models import Agreement, Obligation, Performance
from fengqiao.disputes.rules import agreements

from .conftest import agreed, told

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
    st.tuples(who, st.just("agree"), st.fixed_dictionaries({
        "owed": st.lists(st.integers(1, 900), max_size=2), "form": st.sampled_from(["written", "oral", "on_the_spot"])})),
    st.tuples(who, st.just("perform"), st.fixed_dictionaries({"amount": st.one_of(st.none(), st.integers(1, 900))})),
    st.tuples(who, st.just("waive"), st.just({})),
    st.tuples(who, st.just("breach"), st.just({})),
    st.tuples(who, st.just("hand_plan"), st.just({})),
)  # fmt: skip
# so that many runs get as far as closing
ENDS = [("wang", "settle", {"outcome": "settled", "performance": "performed"}),
        ("lin", "revisit", {"manner": "visit", "result": "stable"}), ("wang", "close", {"kind": "D02"})]  # fmt: skip


def take(cast, actor, dispute, act, given_):
    """One step; those about an obligation take the first open one."""
    if act == "agree":
        done = given_["form"] == "on_the_spot"
        return agreed(actor, dispute, owed=given_["owed"], form=given_["form"], done=done)
    if act == "breach":
        with clock.at(clock.now() + timedelta(days=31)):
            return jobs.find_breaches()
    if act in ("perform", "waive"):
        with scope(actor):
            one = Obligation.objects.filter(dispute_id=dispute, agreement__ended_at=None, done_at=None).order_by("seq").first()
        if one is None:
            raise NotThere
        more = {"reason": "对方表示免除"} if act == "waive" else {"amount": given_["amount"] and Decimal(given_["amount"])}
        return getattr(acts, act)(actor, obligation_id=one.id, **more)
    more = {"to_org_id": cast.org["justice"]} if act == "hand_over" else {"to_account_id": cast.wang.account_id} if act == "hand_plan" else {}
    return getattr(acts, act)(actor, dispute_id=dispute, **given_, **more)


@pytest.mark.spec("NP-32")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(["D02", "D15", "D01V"]), steps=st.lists(step, max_size=8), ends=st.integers(0, 3), more=st.lists(step, max_size=3))
def test_no_sequence_of_acts_closes_without_a_revisit(cast, stands, kind, steps, ends, more):
    """闭环处 alone; 实时采 and 全面汇 are the front door's."""
    dispute = acts.open_dispute(cast.wang, matter_id=told(cast, kind=kind))
    since_settled = []
    for name, act, given_ in [*steps, *ENDS[:ends], *more]:
        before = stands(dispute).dispute.state
        try:
            take(cast, getattr(cast, name), dispute, act, given_)
        except (Refused, Invalid, NotThere):
            assert stands(dispute).dispute.state == before
            continue
        settles = act == "settle" or (act == "agree" and before in ("working", "reopened"))
        since_settled = [] if settles else [*since_settled, given_["result"]] if act == "revisit" else since_settled
        one = stands(dispute)
        assert one.dispute.state in rules.MOVES[before] | {before}
        assert one.dispute.state == "withdrawn" or one.matter.state in MATTER[one.dispute.state]
        if act == "close":
            last = since_settled[-1]
            assert last == "stable" or (last == "unreachable" and since_settled.count(last) >= 3 and name == "zhao")
            assert one.dispute.outcome and one.dispute.kind != "D15"
            by_agreement = one.dispute.outcome in rules.RESOLVED
            kept = one.dispute.performance in rules.PERFORMED or (one.dispute.plan_handed_at and one.dispute.performance != "not_performed")
            assert not by_agreement or (kept and kind != "D01V")
        whole(cast, one.dispute)


def whole(cast, dispute):
    """What must hold after every step: sums, and that the dispute says what its agreement says."""
    with scope(cast.wang):
        standing = list(Agreement.objects.filter(dispute=dispute, ended_at=None))
        assert len(standing) <= 1
        for agreement in standing:
            rows = list(agreement.obligations.all())
            assert sum((one.amount for one in rows), Decimal(0)) == agreement.total
            assert all(0 <= one.paid <= one.amount and (one.state != "performed" or one.paid == one.amount) for one in rows)
            paid = Performance.objects.filter(obligation__agreement=agreement).values_list("amount", flat=True)
            assert sum(paid) == sum(one.paid for one in rows)
            if dispute.outcome in rules.RESOLVED:
                assert dispute.performance == agreements.performance_of([one.state for one in rows]) and dispute.resolved_tier
