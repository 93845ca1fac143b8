"""Two at the same moment: one pavilion, one mediator. In a database of its own, where everything really commits."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from fengqiao.core import clock
from fengqiao.core.errors import Refused
from fengqiao.core.scope import scope
from fengqiao.disputes import acts
from fengqiao.disputes.models import MediationSession, SessionMediator
from fengqiao.places.models import Reservation

from .conftest import told
from .test_mediation import tick


@pytest.fixture
def own_database(db):
    """A copy of the template that really commits; gone afterwards."""
    from fengqiao.ops import postgres
    from fengqiao.ops.testing import HOME, copy

    name = copy("mediation")
    yield name
    postgres.drop_database(name, HOME)


def in_threads(database, *works):
    """Run each work in a thread with a connection of its own to `database`, all at once; what each answered or raised."""
    answers, gate = [None] * len(works), threading.Barrier(len(works))

    def run(n, work):
        connections["default"] = DatabaseWrapper(connections.settings["default"] | {"NAME": database}, "default")
        try:
            gate.wait()
            answers[n] = work()
        except Exception as error:
            answers[n] = error
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.spec("NP-05")
@pytest.mark.parametrize("same", ["room", "mediator"])
def test_of_two_mediations_at_the_same_moment_one_gets_the_room_and_the_mediator(own_database, cast, same):
    start = clock.now() + timedelta(days=1)

    def prepare():
        rooms = [acts.open_room(cast.zhao, name=name, kind="pavilion") for name in ("暖心调解亭", "长廊")]
        disputes = [acts.open_dispute(cast.wang, matter_id=told(cast)) for _ in range(2)]
        for one in disputes:
            tick(cast, one)
        return rooms, disputes

    ((rooms, disputes),) = in_threads(own_database, prepare)
    who = [cast.wang, cast.wang if same == "mediator" else cast.zhao]
    where = [rooms[0], rooms[0] if same == "room" else rooms[1]]

    def plan(n):
        return lambda: acts.plan_session(
            cast.wang, dispute_id=disputes[n], kind="security", start=start, room_id=where[n], mediators=[f"{who[n].account_id}.officer"]
        )

    answers = in_threads(own_database, plan(0), plan(1))
    (refused,) = [one for one in answers if isinstance(one, Exception)]
    assert isinstance(refused, Refused) and ("已被预约" if same == "room" else "已有调解安排") in str(refused)

    def count():
        with scope(cast.wang):
            return [model.objects.count() for model in (MediationSession, SessionMediator, Reservation)]

    assert in_threads(own_database, count) == [[1, 1, 1]]
