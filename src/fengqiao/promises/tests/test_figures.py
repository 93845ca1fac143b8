"""Where hand-overs wait, on whom and how long, read from facts."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fengqiao.core import clock, figures
from fengqiao.core.rules.periods import month
from fengqiao.core.scope import scope
from fengqiao.promises import acts

DAY = datetime(2026, 10, 5, 1, tzinfo=UTC)
KNOWN = datetime(2026, 11, 2, tzinfo=UTC)
OCTOBER = month(date(2026, 10, 1), KNOWN)


def ask(actor, key, period=OCTOBER):
    with scope(actor):
        return figures.compute(actor, figures.figure(f"promises.{key}"), period, actor.orgs)


def listed(actor, key, part="", period=OCTOBER):
    with scope(actor):
        return figures.evidence(actor, figures.figure(f"promises.{key}"), period, actor.orgs, part)


@pytest.fixture
def walked(cast, matter):
    """Three hand-overs: answered; returned twice and sent on; signed and left lying past its day."""

    def send(office, day, again=None):
        with clock.at(day):
            return acts.send(cast.wang, about=matter, to_org_id=cast.org[office], kind="referral", channel="GT", text="请调解", again=again).id

    hours = lambda n: DAY + timedelta(hours=n)  # noqa: E731
    answered = send("justice", DAY)
    with clock.at(hours(4)):
        acts.sign(cast.shi, promise_id=answered)
    with clock.at(hours(5)):
        acts.accept(cast.shi, promise_id=answered)
    with clock.at(hours(53)):
        acts.answer(cast.shi, promise_id=answered, result="settled")
    first = send("petition", DAY)
    with clock.at(hours(2)):
        acts.return_(cast.xin, promise_id=first, reason="R01", text="不属本办")
    second = send("justice", hours(12), first)
    with clock.at(hours(20)):
        acts.return_(cast.shi, promise_id=second, reason="R01", text="不属本所")
    lying = send("justice", hours(30))
    with clock.at(hours(36)):
        acts.sign(cast.shi, promise_id=lying)
    return {"answered": answered, "first": first, "second": second, "lying": lying}


@pytest.mark.spec("MS8")
def test_the_median_wait_is_told_hop_by_hop(cast, walked):
    """For hand-overs of matters and disputes: the other half of the row, waiting parties in lists, is in test_queries."""
    wait = ask(cast.zhao, "wait")
    assert wait.counts == {"sign": 4, "accept": 1, "answer": 1, "again": 1}
    assert [wait.number(part) for part in ("sign", "accept", "answer", "again")] == [5.0, 1.0, 48.0, 10.0]
    assert {row.value for row in listed(cast.zhao, "wait", "sign")} == {4.0, 2.0, 8.0, 6.0}


@pytest.mark.spec("MS8")
def test_every_overdue_item_names_who_holds_it_and_for_how_many_hours(cast, walked):
    found = {row.id: (row.part, *row.more.values()) for row in listed(cast.zhao, "overdue")}
    end = (OCTOBER.end - DAY) / timedelta(hours=1)
    assert found == {
        walked["lying"]: ("accept", cast.org["justice"], end - 36),
        walked["second"]: ("again", cast.org["chengguan"], end - 20),
    }, "the one that was sent on is held by the next hop"
    assert ask(cast.zhao, "overdue").counts == {"accept": 1, "again": 1}


def test_sent_by_channel_and_arbitration_are_counted(cast, walked):
    assert ask(cast.zhao, "sent").counts == {"GT": 4}
    assert ask(cast.zhao, "arbitration").total == 1
    assert ask(cast.chen, "sent").total == 0, "the next station sees none of them"
