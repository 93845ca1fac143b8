"""A share opens one record to one organisation, for a time, and nothing more."""

from datetime import timedelta

import pytest

from fengqiao.core import clock, sharing
from fengqiao.core.errors import Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.core.spine import act, record


@act("试验")
def note(actor, *, about):
    record(actor, about=about, subjects=[("matter", about, "new")])


def sees(actor, about):
    with scope(actor):
        return Event.objects.filter(about=about).exists()


@pytest.fixture
def shared(cast):
    """A matter of 城关 shared with the justice office for a day: (about, share id)."""
    about = uuid7()
    note(cast.wang, about=about)
    with scope(cast.wang):
        return about, sharing.share(cast.wang, about, cast.shi.org_id, "referral", clock.now() + timedelta(days=1))


def test_a_share_opens_the_record_to_that_organisation_only(cast, shared):
    about, _ = shared
    assert sees(cast.shi, about)
    assert not sees(cast.xin, about)
    assert not sees(cast.chen, about)


def test_a_share_opens_no_other_record(cast, shared):
    other = uuid7()
    note(cast.wang, about=other)
    assert not sees(cast.shi, other)


@pytest.mark.parametrize("who", ["wang", "shi"])
def test_giver_and_receiver_may_end_a_share_and_sight_ends_with_it(cast, shared, who):
    about, share_id = shared
    actor = getattr(cast, who)
    with scope(actor):
        assert sharing.end_share(actor, share_id)
        assert not sharing.end_share(actor, share_id)
    assert not sees(cast.shi, about)


def test_a_stranger_can_neither_list_nor_end_a_share(cast, shared):
    about, share_id = shared
    with scope(cast.xin):
        assert sharing.shared_with(about) == []
        assert not sharing.end_share(cast.xin, share_id)
    with scope(cast.wang):
        assert [(s.org_id, s.purpose) for s in sharing.shared_with(about)] == [(cast.shi.org_id, "referral")]


def test_a_share_without_an_end_ahead_or_with_oneself_is_refused(cast):
    with scope(cast.wang):
        with pytest.raises(Refused, match="截止时间"):
            sharing.share(cast.wang, uuid7(), cast.shi.org_id, "referral", clock.now())
        with pytest.raises(Refused, match="本单位"):
            sharing.share(cast.wang, uuid7(), cast.wang.org_id, "referral", clock.now() + timedelta(days=1))
