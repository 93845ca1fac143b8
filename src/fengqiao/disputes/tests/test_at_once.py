"""Two mediators at the same moment, each on a connection of its own, really committing: one wins, the other is told."""

from datetime import timedelta
from decimal import Decimal

import pytest

from fengqiao.core import clock
from fengqiao.core.cast import actors
from fengqiao.core.errors import Stale
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.disputes import acts
from fengqiao.disputes.models import Dispute, Obligation, Party, Performance
from fengqiao.disputes.rules.agreements import Owed

from .conftest import told


def ready_to_close(cast):
    dispute = acts.open_dispute(cast.wang, matter_id=told(cast))
    with scope(cast.wang):
        wang, li = Party.objects.filter(dispute_id=dispute).order_by("created_at", "id").values_list("id", flat=True)
    owes = Owed(wang, li, "money", Decimal(500), due_on=clock.today() + timedelta(days=9))
    acts.agree(cast.wang, dispute_id=dispute, form="written", kind="people", owed=[owes], total=Decimal(500), content="赔偿")
    acts.revisit(cast.wang, dispute_id=dispute, manner="visit", result="stable")
    with scope(cast.wang):
        return dispute, Obligation.objects.get(dispute_id=dispute).id


@pytest.mark.parametrize("turn", range(3))
def test_closing_and_reopening_at_once_one_wins_and_the_other_sees_the_newer_state(at_once, cast, turn):
    def prepare():
        people = actors()
        dispute, obligation = ready_to_close(people)
        acts.perform(people.wang, obligation_id=obligation)
        with scope(people.wang):
            return people, dispute, Dispute.objects.get(id=dispute).version

    ((people, dispute, version),) = at_once(prepare)
    came = at_once(
        lambda: acts.close(people.wang, dispute_id=dispute, version=version),
        lambda: acts.reopen(people.zhao, dispute_id=dispute, reason="又起争执", version=version),
    )
    lost = [one for one in came if one is not None]
    assert len(lost) == 1 and isinstance(lost[0], Stale) and lost[0].status == 409, came
    newer = "结案" if came[0] is None else "反弹"

    def look():
        with scope(people.wang):
            acts_done = list(Event.objects.filter(act__in=["disputes.close", "disputes.reopen"]).values_list("act", flat=True))
            return Dispute.objects.get(id=dispute).state, acts_done

    ((state, done),) = at_once(look)
    assert lost[0].theirs == {"纠纷状态": newer} and len(done) == 1
    assert state == ("closed" if newer == "结案" else "reopened")


def test_the_same_instalment_paid_twice_at_once_is_taken_once(at_once, cast):
    ((people, obligation),) = at_once(lambda: (people := actors(), ready_to_close(people)[1]))
    came = at_once(*[lambda: acts.perform(people.wang, obligation_id=obligation)] * 4)
    assert sum(not isinstance(one, Exception) for one in came) == 1, came

    def look():
        with scope(people.wang):
            return Obligation.objects.get(id=obligation).paid, Performance.objects.count()

    assert at_once(look) == [(Decimal(500), 1)]
