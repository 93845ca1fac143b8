"""While a dispute lives, its matter is settled and closed there, not behind its back."""

import pytest

from fengqiao.core.errors import Refused
from fengqiao.disputes import acts as disputes
from fengqiao.intake import acts as intake
from fengqiao.intake.rules import ReportIn


@pytest.fixture
def matter(cast):
    told = intake.receive(cast.deng, report=ReportIn(channel="110", text="两户为界墙争吵"))
    intake.triage(cast.wang, matter_id=told.matter_id, kind="D02", owner_id=cast.wang.account_id)
    return told.matter_id


def test_a_matter_with_a_living_dispute_is_not_settled_or_closed_past_it(cast, matter):
    disputes.open_dispute(cast.wang, matter_id=matter)
    for past in (
        lambda: intake.settle(cast.wang, matter_id=matter, outcome="settled"),
        lambda: intake.close(cast.wang, matter_id=matter, outcome="settled", revisited=True),
        lambda: intake.reopen(cast.wang, matter_id=matter, reason="再看"),
    ):
        with pytest.raises(Refused, match="已立为纠纷"):
            past()


def test_without_a_dispute_it_is_settled_on_the_matter_itself(cast, matter):
    intake.settle(cast.wang, matter_id=matter, outcome="settled")


@pytest.mark.parametrize("outcome", ["settled", "self_settled"])
def test_domestic_violence_is_not_ended_by_agreement_on_the_matter_either(cast, matter, outcome):
    intake.triage(cast.wang, matter_id=matter, kind="D01V")
    with pytest.raises(Refused, match="家庭暴力") as caught:
        intake.settle(cast.wang, matter_id=matter, outcome=outcome)
    assert caught.value.article
