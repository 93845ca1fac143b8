"""Browsers of the cast, and a month of 城关's disputes."""

from datetime import UTC, date, datetime

import pytest

from fengqiao.core import clock
from fengqiao.disputes import acts as disputes
from fengqiao.disputes.tests.conftest import told

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture
def month(cast):
    """Five disputes of October by real acts: one carried over, two resolved, one failed, one withdrawn of the four new ones."""
    found = {}

    def at(day):
        return clock.at(datetime(2026, *day, 2, tzinfo=UTC))

    with at((9, 20)):
        found["carried"] = disputes.open_dispute(cast.wang, matter_id=told(cast, text="九月的旧账争吵"))
    with at((10, 5)):
        for name, kind in (("first", "D02"), ("second", "D04"), ("third", "D02"), ("fourth", "D05")):
            found[name] = disputes.open_dispute(cast.wang, matter_id=told(cast, text=f"{name}争吵", kind=kind))
    with at((10, 12)):
        disputes.settle(cast.wang, dispute_id=found["first"], outcome="settled", performance="performed")
        disputes.settle(cast.wang, dispute_id=found["carried"], outcome="settled", performance="performed")
        disputes.settle(cast.wang, dispute_id=found["second"], outcome="failed")
        disputes.withdraw(cast.wang, dispute_id=found["third"], reason="双方撤回")
    return found
