"""Two at the same moment: one pavilion, one mediator. In a database of its own, where everything really commits."""

from datetime import timedelta

import pytest

from fengqiao.core import clock
from fengqiao.core.errors import Refused
from fengqiao.core.scope import scope
from fengqiao.disputes import acts
from fengqiao.disputes.models import MediationSession, SessionMediator
from fengqiao.places.models import Reservation

from .conftest import told
from .test_mediation import tick


@pytest.mark.spec("NP-05")
@pytest.mark.parametrize("same", ["room", "mediator"])
def test_of_two_mediations_at_the_same_moment_one_gets_the_room_and_the_mediator(at_once, cast, same):
    start = clock.now() + timedelta(days=1)

    def prepare():
        rooms = [acts.open_room(cast.zhao, name=name, kind="pavilion") for name in ("暖心调解亭", "长廊")]
        disputes = [acts.open_dispute(cast.wang, matter_id=told(cast)) for _ in range(2)]
        for one in disputes:
            tick(cast, one)
        return rooms, disputes

    ((rooms, disputes),) = at_once(prepare)
    who = [cast.wang, cast.wang if same == "mediator" else cast.zhao]
    where = [rooms[0], rooms[0] if same == "room" else rooms[1]]

    def plan(n):
        return lambda: acts.plan_session(
            cast.wang, dispute_id=disputes[n], kind="security", start=start, room_id=where[n], mediators=[f"{who[n].account_id}.officer"]
        )

    answers = at_once(plan(0), plan(1))
    (refused,) = [one for one in answers if isinstance(one, Exception)]
    assert isinstance(refused, Refused) and ("已被预约" if same == "room" else "已有调解安排") in str(refused)

    def count():
        with scope(cast.wang):
            return [model.objects.count() for model in (MediationSession, SessionMediator, Reservation)]

    assert at_once(count) == [[1, 1, 1]]
