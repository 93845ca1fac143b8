"""Who has left the service is named three years longer, and then no more; what they did stays."""

from datetime import date, datetime, timedelta

import pytest

from fengqiao.core import clock, erasure, staff
from fengqiao.core.acts import organisations
from fengqiao.core.acts.staff import expire
from fengqiao.core.errors import Forbidden
from fengqiao.core.models import Account, Content, Event, Post
from fengqiao.core.scope import scope
from fengqiao.force import acts as force
from fengqiao.force.models import ServiceRecord

LEFT = date(2026, 12, 31)


@pytest.fixture
def gone(cast):
    """闻人砚 had an account with a post and a service record until the end of 2026, and took one report."""
    account = organisations.create_account(cast.guan, username="wenren", name="闻人砚", password="Ganxi-2026-x")
    post = organisations.create_post(cast.guan, account_id=account.pk, org_id=cast.wang.org_id, role="officer")
    service = force.enlist(cast.zhao, name="闻人砚", staff_kind="officer", police_number="330999", org_id=cast.wang.org_id)
    with clock.at(clock.now() + timedelta(hours=1)):
        organisations.end_post(cast.guan, post_id=post.pk, last_day=LEFT)
        force.end_service(cast.zhao, service_id=service.id, on=LEFT + timedelta(days=1))
    return account, service


def names() -> list[str]:
    with scope(erasure.sight()):
        return [
            *Account.objects.values_list("name", flat=True), *ServiceRecord.objects.values_list("name", flat=True),
            *Content.objects.values_list("body", flat=True),
        ]  # fmt: skip


def test_nothing_goes_before_its_day_and_everything_on_it(cast, gone):
    account, service = gone
    with clock.at(datetime(2029, 12, 31, 23, 0, tzinfo=clock.SHANGHAI)):
        assert staff.run_due() == []
        assert any("闻人砚" in one for one in names())
    with clock.at(datetime(2030, 1, 1, 1, 0, tzinfo=clock.SHANGHAI)):
        assert staff.run_due() == [("core.Account", account.pk, LEFT), ("force.ServiceRecord", service.id, LEFT)]
        assert staff.run_due() == []
    assert [one for one in names() if "闻人砚" in one or "wenren" in one] == []
    with scope(erasure.sight()):
        held = Account.objects.get(pk=account.pk)
        assert (held.name, held.username, held.is_active) == (erasure.GONE, f"gone-{account.pk}", False)
        assert ServiceRecord.objects.get(pk=service.id).police_number == ""
        assert Event.objects.filter(act="staff.expire").count() + Event.objects.filter(act="core.expire").count() == 2


def test_who_serves_or_has_another_post_is_kept(cast, gone):
    account, service = gone
    organisations.create_post(cast.guan, account_id=account.pk, org_id=cast.org["shiqiao"], role="officer")
    with clock.at(datetime(2031, 1, 1, tzinfo=clock.SHANGHAI)):
        assert staff.due() == [("force.ServiceRecord", service.id, LEFT)]


def test_what_they_did_stays_in_the_ledger(cast, gone):
    account, _ = gone
    with scope(erasure.sight()):
        before = Event.objects.filter(account_id=account.pk).count()
    with clock.at(datetime(2030, 1, 1, 1, 0, tzinfo=clock.SHANGHAI)):
        staff.run_due()
    with scope(erasure.sight()):
        assert Event.objects.filter(account_id=account.pk).count() == before
        assert Post.objects.filter(account_id=account.pk).exists()


def test_only_the_system_does_it(cast, gone):
    with pytest.raises(Forbidden):
        expire(cast.guan, label="core.Account", pk=gone[0].pk)
