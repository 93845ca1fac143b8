"""A venue is held once. The register and its pages are the next issue's; here the refusal is proved."""

from datetime import timedelta

import pytest

from fengqiao.core import clock
from fengqiao.core.errors import Forbidden, Invalid, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.scope import scope
from fengqiao.places import acts
from fengqiao.places.models import Reservation


@pytest.fixture
def pavilion(cast):
    return acts.open_venue(cast.zhao, name="暖心调解亭", kind="pavilion")


def tomorrow(hour):
    return (clock.now() + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)


def test_a_double_booking_is_refused_by_the_database(cast, pavilion):
    acts.reserve(cast.he, venue_id=pavilion.id, start=tomorrow(1), end=tomorrow(3), about=uuid7())
    with pytest.raises(Refused, match="已被预约"):
        acts.reserve(cast.wang, venue_id=pavilion.id, start=tomorrow(2), end=tomorrow(4))
    acts.reserve(cast.wang, venue_id=pavilion.id, start=tomorrow(3), end=tomorrow(4))


def test_a_cancelled_time_is_free_again(cast, pavilion):
    held = acts.reserve(cast.he, venue_id=pavilion.id, start=tomorrow(1), end=tomorrow(3))
    acts.cancel_reservation(cast.he, reservation_id=held.id)
    with pytest.raises(Refused, match="已经取消"):
        acts.cancel_reservation(cast.he, reservation_id=held.id)
    acts.reserve(cast.wang, venue_id=pavilion.id, start=tomorrow(2), end=tomorrow(3))


def test_the_host_and_the_one_who_booked_see_a_reservation_and_nobody_else(cast, pavilion):
    acts.reserve(cast.he, venue_id=pavilion.id, start=tomorrow(1), end=tomorrow(3))
    for who, seen in (("he", 1), ("zhao", 1), ("chen", 0), ("xin", 0)):
        with scope(getattr(cast, who)):
            assert Reservation.objects.count() == seen


def test_a_time_must_lie_ahead_and_run_forward(cast, pavilion):
    with pytest.raises(Invalid):
        acts.reserve(cast.he, venue_id=pavilion.id, start=tomorrow(3), end=tomorrow(3))
    with pytest.raises(Invalid):
        acts.reserve(cast.he, venue_id=pavilion.id, start=clock.now() - timedelta(days=2), end=clock.now() - timedelta(days=1))


def test_a_volunteer_asks_an_officer_to_book(cast, pavilion):
    with pytest.raises(Forbidden):
        acts.reserve(cast.yi, venue_id=pavilion.id, start=tomorrow(1), end=tomorrow(3))
