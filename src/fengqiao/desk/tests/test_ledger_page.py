"""The daily page of the ledger: the head to be printed, and whether the day's links hold."""

from collections.abc import Iterator

import pytest
from django.db import connections

from fengqiao.core import clock, ledger
from fengqiao.core.cast import actors
from fengqiao.core.errors import Forbidden
from fengqiao.core.scope import scope
from fengqiao.core.sealing import GENESIS
from fengqiao.core.tests.test_ledger import EVENTS, original, owner, sealed
from fengqiao.desk import queries
from fengqiao.ops import postgres
from fengqiao.ops.testing import HOME

__all__ = ["original", "sealed"]  # fixtures: a database with a few sealed events
START = queries.Link(0, GENESIS.hex(), None)


@pytest.fixture
def leader(sealed: str, django_db_blocker) -> Iterator[object]:
    """赵启明, connected to the sealed database as the app role."""
    settings = connections["default"].settings_dict
    before = dict(settings)
    connections["default"].close()
    settings.update(NAME=sealed)
    with django_db_blocker.unblock():
        zhao = actors().zhao
        with scope(zhao):
            yield zhao
        connections["default"].close()
    settings.update(before)


@pytest.mark.spec("S17")
def test_the_printed_head_is_the_chains_and_the_days_links_are_checked(leader, sealed):
    """The page; sealing and whole verification: core's tests."""
    head = queries.head(leader)
    assert head.printed == ledger.head(owner(sealed)) and "".join(head.quads) == head.hash
    assert queries.check(leader, START, head) == queries.Checked(EVENTS, 0, True)
    assert queries.link(leader, clock.now()) == head


def test_a_changed_event_is_named_by_its_position(leader, sealed):
    with postgres.connect("super", dbname=sealed, base=HOME) as db:
        db.execute("SET session_replication_role = replica")
        db.execute("UPDATE core_event SET zone = 'B' WHERE id = (SELECT event_id FROM core_seal WHERE position = 3)")
    checked = queries.check(leader, START, queries.head(leader))
    assert (checked.holds, checked.broken_at) == (False, 3)


def test_a_day_of_more_links_than_a_page_checks_says_so(leader):
    checked = queries.check(leader, START, queries.head(leader), most=4)
    assert checked.holds and not checked.whole and checked.links == 4


def test_the_head_is_for_those_who_answer_for_it(cast):
    for refused in (cast.wang, cast.lin, cast.shi, cast.yi, cast.quan):
        with pytest.raises(Forbidden):
            queries.head(refused)
