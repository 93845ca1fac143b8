"""What a phone judges by is what the dispute's page judges by, read for many at once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fengqiao.core import clock
from fengqiao.core.scope import scope
from fengqiao.disputes import acts
from fengqiao.disputes.models import Dispute
from fengqiao.disputes.queries import law
from fengqiao.disputes.queries.carrying import to_judge
from fengqiao.disputes.queries.held import Held
from fengqiao.disputes.rules import situation

from .conftest import agreed, told, with_178


@pytest.fixture
def several(cast):
    """One just opened, one with its conditions stated and a sign open, one agreed and partly performed."""
    fresh, stated, owing = (acts.open_dispute(cast.wang, matter_id=told(cast, text=f"第{n}家争吵")) for n in range(3))
    with_178(cast.wang, stated)
    acts.add_signs(cast.wang, dispute_id=stated, signs=["threat"])
    first, _ = agreed(cast.wang, owing, owed=[300, 200], kind="self")
    acts.perform(cast.wang, obligation_id=first, amount=Decimal(100))
    return fresh, stated, owing


def test_a_phone_judges_the_situation_the_page_judges(cast, several):
    with scope(cast.wang):
        kept = to_judge(cast.wang, several)
        for one in several:
            dispute = Dispute.objects.get(id=one)
            said = law.situation_of(Held(dispute, dispute.matter))
            assert kept[one]["facts"] == situation.facts(said)
    assert kept[several[1]]["facts"]["signs_open"] and kept[several[2]]["facts"]["agreement"] == "written"
    owed = kept[several[2]]["agreement"]["owed"]
    assert [(o["amount"], o["paid"], o["state"]) for o in owed] == [(300, 100, "partly"), (200, 0, "pending")]


def test_as_many_queries_for_three_as_for_one(cast, several):
    with scope(cast.wang):
        with CaptureQueriesContext(connection) as one:
            to_judge(cast.wang, several[2:])
        with CaptureQueriesContext(connection) as three:
            to_judge(cast.wang, several)
    assert len(three) <= len(one) <= 12


def test_each_post_is_offered_what_it_may_and_no_more(cast, several):
    fresh, _, owing = several
    offered = {}
    for who in ("wang", "lin", "zhao"):
        actor = getattr(cast, who)
        with scope(actor):
            offered[who] = {one: set(body["may"]) for one, body in to_judge(actor, several).items()}
    assert {"session_held", "agreement", "level", "refer"} <= offered["wang"][fresh]
    assert offered["lin"][fresh] == set() and offered["lin"][owing] == {"signature", "performance", "revisit", "schedule"}
    assert "take" in offered["zhao"][fresh] and "take" not in offered["wang"][fresh]
    with scope(cast.chen):
        assert to_judge(cast.chen, several) == {}


def test_why_it_cannot_be_closed_comes_along(cast, several):
    _, _, owing = several
    with scope(cast.wang):
        assert "回访" in to_judge(cast.wang, [owing])[owing]["close_why"]
    acts.revisit(cast.wang, dispute_id=owing, manner="visit", result="stable")
    with scope(cast.wang):
        kept = to_judge(cast.wang, [owing])[owing]
    assert "尚未全部履行" in kept["close_why"] and "close" in kept["may"]
    assert "回访" in kept["lines"][0]["words"]
    assert kept["lines"][0]["at"] <= clock.now() + timedelta(seconds=1) and len(kept["lines"]) == 6
