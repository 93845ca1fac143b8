"""The same as tests/test_rules.py, on the database: any tangle of hand-overs keeps one holder and one clock."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fengqiao.core import clock
from fengqiao.core.scope import scope
from fengqiao.core.sharing import shared_with
from fengqiao.promises import acts
from fengqiao.promises.models import Promise

OFFICES = ("justice", "yunling", "court", "petition", "town")  # court and town have no account


def move(cast, promise, choice):
    """Make one move that the state allows; which one is the choice's."""
    receiver = {"justice": cast.shi, "yunling": cast.chen, "petition": cast.xin}.get(
        next(key for key in OFFICES if cast.org[key] == promise.to_org_id), cast.wang
    )
    allowed = {
        "slip": ["deliver", "recall"],
        "delivered": ["sign", "accept", "return", "recall"],
        "sent": ["sign", "accept", "return", "recall"],
        "signed": ["accept", "return", "return", "recall"],
        "accepted": ["answer"],
        "returned": ["again", "again", "recall"],
    }[promise.state]
    match allowed[choice % len(allowed)]:
        case "deliver":
            acts.deliver(cast.wang, promise_id=promise.id, how="hand")
        case "recall":
            acts.recall(cast.wang, promise_id=promise.id, text="收回自办")
        case "sign":
            acts.sign(receiver, promise_id=promise.id, name="经办人")
        case "accept":
            acts.accept(receiver, promise_id=promise.id, name="经办人")
        case "return":
            acts.return_(receiver, promise_id=promise.id, reason="R01", text="不办", name="经办人")
        case "answer":
            acts.answer(receiver, promise_id=promise.id, result="handled")
        case "again":
            office = OFFICES[choice % len(OFFICES)]
            acts.send(
                cast.wang, about=promise.about, to_org_id=cast.org[office], kind="referral", channel="GT", text="再转", again=promise.id
            )  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choices=st.lists(st.integers(0, 11), min_size=3, max_size=12))
def test_any_sequence_of_acts_keeps_one_holder_one_clock_and_opens_the_matter_to_nobody_else(cast, matter, choices):
    office = OFFICES[choices[0] % len(OFFICES)]
    now = clock.now()
    number = acts.send(cast.wang, about=matter, to_org_id=cast.org[office], kind="referral", channel="GT", text="请调解").number
    for choice in choices[1:]:
        now += timedelta(minutes=7)
        with clock.at(now):
            with scope(cast.wang):
                hops = list(Promise.objects.filter(number=number).order_by("id"))
            if hops[-1].ended_at:
                break
            move(cast, hops[-1], choice)
            with scope(cast.wang):
                after = list(Promise.objects.filter(number=number).order_by("id"))
                open_to = {share.org_id for share in shared_with(matter)}
        running = [hop for hop in after if hop.ended_at is None]
        assert len(running) + (after[-1].ended_at is not None) == 1
        assert all((hop.holder_id is None) == (hop.ended_at is not None) for hop in after)
        if after[-1].previous_id or hops[-1].state != "slip":  # only the first delivery of a slip may set the clock
            assert {(hop.started_at, hop.due_at) for hop in after} == {(hops[0].started_at, hops[0].due_at)}
        sighted = {hop.to_org_id for hop in after if hop.state not in ("returned", "recalled", "passed")}
        assert open_to == sighted
    for share in list_open(cast, matter):
        close(cast, share)


def list_open(cast, matter):
    with scope(cast.wang):
        return shared_with(matter)


def close(cast, share):
    from fengqiao.core.sharing import end_share

    with scope(cast.wang):
        end_share(cast.wang, share.id)
