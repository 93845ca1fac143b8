"""The reference run (NP-19): the injured villager's compensation, from report to closing, with its papers."""

from datetime import timedelta

import pytest

from fengqiao.core import clock
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.disputes import acts, printing
from fengqiao.disputes.acts import casefile, papers
from fengqiao.disputes.models import Dispute
from fengqiao.disputes.queries import papers as reads
from fengqiao.intake.rules import PartyIn

from .conftest import agreed, told
from .test_casefile import pages
from .test_papers import scan, text

INJURED = PartyIn(name="王强", phone="13800001234", id_number="999999199001010016", role="caller")
OTHER = PartyIn(name="邹大山", phone="13900005678", role="party")


@pytest.mark.spec("NP-19")
def test_the_injured_villagers_compensation_runs_from_report_to_closing_with_every_step_stamped_and_its_public_print_masked(cast):
    """NP-19: 已履行 → 回访 → 结案, every step stamped; the public print shows 王某 / 邹某某.

    Left to the trials in the browser: the same run by clicks, with its minutes beside the paper way.
    """
    matter = told(cast, parties=(INJURED, OTHER), kind="D06", text="王强受伤，与邹大山为赔偿金额争执")
    dispute = acts.open_dispute(cast.wang, matter_id=matter)
    papers.issue_paper(cast.wang, paper_id=papers.make(cast.wang, dispute_id=dispute, kind="接处警").id)
    papers.issue_paper(cast.wang, paper_id=papers.make(cast.wang, dispute_id=dispute, kind="调告").id)
    [owed] = agreed(cast.wang, dispute, owed=[30_000], kind="security", days=10)
    paper = papers.make(cast.wang, dispute_id=dispute, kind="调解")
    papers.issue_paper(cast.wang, paper_id=paper.id)
    papers.keep_signed_paper(cast.wang, paper_id=paper.id, name="协议书.png", data=scan())
    with clock.at(clock.now() + timedelta(days=5)):
        acts.perform(cast.wang, obligation_id=owed)
        papers.issue_paper(cast.wang, paper_id=papers.make(cast.wang, dispute_id=dispute, kind="收条").id)
    with clock.at(clock.now() + timedelta(days=8)):
        acts.revisit(cast.wang, dispute_id=dispute, manner="visit", result="stable")
        acts.close(cast.wang, dispute_id=dispute)
        bound = casefile.bind(cast.wang, dispute_id=dispute)
    with scope(cast.wang):
        one = Dispute.objects.get(id=dispute)
        assert (one.state, one.outcome, one.performance) == ("closed", "settled", "performed")
        done = list(Event.objects.filter(about=matter, act__startswith="disputes.").order_by("id").values_list("act", "recorded_at"))
        _, sheet = reads.masked(cast.wang, paper.id)
    order = [act.removeprefix("disputes.") for act, _ in done]
    wanted = ["open_dispute", "make_paper", "issue_paper", "agree", "keep_signed_paper", "perform", "revisit", "close", "bind"]
    places = [order.index(act) for act in wanted]
    assert places == sorted(places) and all(at is not None for _, at in done), "each step stamped, in this order"
    whole = "".join(pages(bound.data))
    for name in ("接处警登记表", "调解告知书", "治安调解协议书", "履行凭证", "备考表", "王强", "30,000元"):
        assert name in whole, name
    shown = text(printing.pdf(sheet, mark="公开文本"))
    assert "王某" in shown and "邹某某" in shown and "王强" not in shown and "邹大山" not in shown and "13800001234" not in shown
