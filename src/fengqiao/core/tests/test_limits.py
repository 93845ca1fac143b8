"""Tries are counted in the database, so that two web processes allow no more than one."""

import pytest

from fengqiao.core import limits, signon
from fengqiao.core.errors import Refused


def test_tries_are_counted_within_their_time_and_forgotten_when_right(db):
    assert [limits.hit("x", "a", 60) for _ in range(3)] == [1, 2, 3]
    assert (limits.tries("x", "a"), limits.tries("x", "b"), limits.tries("y", "a")) == (3, 0, 0)
    limits.clear("x", "a")
    assert limits.tries("x", "a") == 0
    assert limits.hit("x", "a", -1) == 1 and limits.hit("x", "a", 60) == 1, "an ended one begins anew"
    limits.hit("x", "c", -1)
    limits.sweep()
    assert limits.tries("x", "a") == 1


def test_five_wrong_pins_close_that_workstation_and_not_the_next(cast):
    wang = cast.wang.account_id
    for _ in range(signon.PIN_TRIES):
        with pytest.raises(Refused, match="不对"):
            signon.by_pin(wang, "000001", "pc1")
    with pytest.raises(Refused, match="五分钟"):
        signon.by_pin(wang, "135790", "pc1")
    assert signon.by_pin(wang, "135790", "pc2").id == wang
