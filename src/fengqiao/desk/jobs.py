"""What the office does by itself: begin shifts, pass the night's quarrels on, take unsigned ones to the leader on duty."""

import logging

from procrastinate.contrib.django import app

from fengqiao.core import clock
from fengqiao.core.errors import Problem
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.desk.shifts import acts, queries
from fengqiao.force import queries as force

log = logging.getLogger(__name__)


def turn() -> dict[str, int]:
    """Begin every station's shift whose time has come, pass on what ended, raise what is late; counts of each. Repeatable."""
    actor = system_actor("值班交接")
    done = {"begun": 0, "passed": 0, "raised": 0}
    with scope(actor):
        waiting = [org for org in force.keepers(clock.today()) if queries.running(org) is None]
        ended, late = queries.to_pass(actor), queries.late(actor)
    for org in waiting:
        done["begun"] += _tried(acts.open_shift, actor, org_id=org)
    for shift in ended:
        done["passed"] += _tried(acts.pass_night, actor, shift_id=shift)
    for passing in late:
        done["raised"] += _tried(acts.raise_night, actor, passing_id=passing)
    return done


def _tried(act: object, *args: object, **given: object) -> bool:
    """One act; what somebody else did meanwhile is no failure."""
    try:
        act(*args, **given)  # type: ignore[operator]
    except Problem as error:
        log.info("%s: %s", getattr(act, "act_name", act), error)
        return False
    return True


@app.periodic(cron="*/5 * * * *")
@app.task(name="desk.turn", queueing_lock="desk.turn", pass_context=False)
def turn_now(timestamp: int) -> None:
    """Every five minutes. `timestamp`: the moment it was due (seconds since 1970)."""
    turn()
