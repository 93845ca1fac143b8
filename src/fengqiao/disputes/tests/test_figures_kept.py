"""Figures of what was agreed and how it was mediated, from the acts' own facts."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from fengqiao.core import clock, figures
from fengqiao.core.ids import uuid7
from fengqiao.core.rules.periods import month
from fengqiao.core.scope import scope
from fengqiao.core.tests.facts import Fact
from fengqiao.disputes import acts
from fengqiao.disputes.models import Party
from fengqiao.disputes.rules.agreements import Owed
from fengqiao.disputes.tests.conftest import told
from fengqiao.disputes.tests.test_figures import filled

DAY = datetime(2026, 10, 5, 2, tzinfo=UTC)
NOVEMBER = month(date(2026, 11, 1), datetime(2026, 12, 20, tzinfo=UTC))


def ask(actor, key, period=NOVEMBER):
    with scope(actor):
        return figures.compute(actor, figures.figure(f"disputes.{key}"), period, actor.orgs)


def owing(cast, *days, form="written"):
    """A dispute agreed on `DAY`, 100 元 due on each day; returns its obligations' ids."""
    with clock.at(DAY):
        dispute = acts.open_dispute(cast.wang, matter_id=told(cast))
        with scope(cast.wang):
            wang, li = Party.objects.filter(dispute=dispute).order_by("role").values_list("id", flat=True)
        owed = [Owed(wang, li, "money", Decimal(100), due_on=day) for day in days]
        acts.agree(cast.wang, dispute_id=dispute, form=form, kind="people", owed=owed, total=Decimal(100 * len(days)), content="分期付清")
    with scope(cast.wang):
        from fengqiao.disputes.models import Obligation

        return dispute, list(Obligation.objects.filter(dispute_id=dispute, agreement__ended_at=None).order_by("seq").values_list("id", flat=True))


def test_what_fell_due_is_counted_by_whether_it_was_performed_in_time(cast):
    dispute, owed = owing(cast, *(date(2026, 11, day) for day in (3, 6, 9, 12, 28)), date(2026, 12, 15))
    for obligation, day in ((owed[0], 3), (owed[1], 20), (owed[4], 15)):
        with clock.at(datetime(2026, 11, day, 3, tzinfo=UTC)):
            acts.perform(cast.wang, obligation_id=obligation, proof="receipt")
    with clock.at(datetime(2026, 11, 10, 3, tzinfo=UTC)):
        acts.waive(cast.wang, obligation_id=owed[2], reason="对方当面表示不要了")
    kept = ask(cast.zhao, "performed")
    assert kept.counts == {"in_time": 2, "late": 1, "waived": 1, "unpaid": 1}
    assert kept.words() == "40.0%" and kept.total == 5, "what falls due in December is December's"
    assert ask(cast.chen, "performed").total == 0


def test_what_a_new_agreement_replaced_before_its_day_is_not_counted(cast):
    dispute, owed = owing(cast, date(2026, 11, 3), date(2026, 11, 20))
    with clock.at(datetime(2026, 11, 10, 2, tzinfo=UTC)):
        with scope(cast.wang):
            wang, li = Party.objects.filter(dispute=dispute).order_by("role").values_list("id", flat=True)
        acts.agree(
            cast.wang, dispute_id=dispute, form="written", kind="people", owed=[Owed(wang, li, "money", Decimal(80), due_on=date(2026, 11, 25))],
            total=Decimal(80), content="改为一次付清",
        )  # fmt: skip
    assert ask(cast.zhao, "performed").counts == {"unpaid": 2}, "that of the 3rd was due; that of the 20th became that of the 25th"


def test_the_resolved_are_told_by_tier_and_by_the_kind_of_mediation(cast):
    owing(cast, date(2026, 11, 3))
    october = month(date(2026, 10, 1), NOVEMBER.as_of)
    assert ask(cast.zhao, "how", october).counts == {"people": 1}
    assert ask(cast.zhao, "tier", october).counts == {"station": 1}


@pytest.mark.spec("KZ-15")
def test_mediations_are_counted_by_kind(cast):
    """The count per kind; that a kind is required and committees drive who mediates is in test_mediation."""
    org = cast.org["chengguan"]
    kinds = {"people": 5, "administrative": 2, "security": 3, "judicial": 1, "professional": 4}
    heard = [
        Fact("disputes.hear", org, DAY + timedelta(hours=n), [("session", uuid7(), "of"), ("dispute", uuid7(), "heard")], uuid7(), {"dispute": f"D{kind}{n}", "mediation": kind, "heard": "settled"})
        for kind, count in kinds.items()
        for n in range(count)
    ]
    filled(cast, heard)
    counted = ask(cast.zhao, "heard", month(date(2026, 10, 1), NOVEMBER.as_of))
    assert counted.counts == kinds and counted.total == 15
    assert list(figures.figure("disputes.heard").parts_words.values()) == ["人民调解", "行政调解", "治安调解", "司法调解", "社区专业调解"]
