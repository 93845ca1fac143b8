"""A quarrel between two neighbours, told twice, as 城关 holds it."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.urls import reverse

from fengqiao.core import access, clock
from fengqiao.core.models import AccessLine
from fengqiao.core.scope import scope
from fengqiao.disputes import acts, queries
from fengqiao.disputes.models import Dispute, Obligation, Party
from fengqiao.disputes.rules.agreements import Owed
from fengqiao.intake import acts as intake
from fengqiao.intake.models import Matter
from fengqiao.intake.rules import PartyIn, ReportIn

LI = PartyIn(name="李四海", phone="13900005678", role="party")
WANG = PartyIn(name="王大山", phone="13800001234", id_number="999999199001010016", role="caller")


def told(cast, *, text="两家为宅基地界墙争吵", parties=(WANG, LI), kind="D02", owner="wang"):
    """A matter received and sorted; returns its id."""
    matter_id = intake.receive(cast.sun, report=ReportIn(channel="window", text=text, place_text="枫桥村三组12号", parties=parties)).matter_id
    owner_id = getattr(cast, owner).account_id if owner else None
    intake.triage(cast.wang, matter_id=matter_id, kind=kind, owner_id=owner_id)
    return matter_id


def with_178(actor, dispute_id):
    """State what 治安调解 asks for: a slight violation out of a civil quarrel between neighbours."""
    facts = {"violation": "yes", "civil": True, "acts": ["beat"], "slight": True, "grounds": ["familiar"]}
    acts.state_facts(actor, dispute_id=dispute_id, facts=facts)


def agreed(actor, dispute_id, *, owed, form="written", kind="people", days=30, done=False, **more):
    """An agreement by which the first party owes the second these amounts (元), a month apart; ids of its obligations."""
    with scope(actor):
        wang, li = Party.objects.filter(dispute_id=dispute_id).order_by("created_at", "id").values_list("id", flat=True)[:2]
    lines = [
        Owed(wang, li, "money", Decimal(one), due_on=clock.today() + timedelta(days=days * n), done=done) for n, one in enumerate(owed, 1)
    ]
    if kind == "security":  # 程序规定 178
        with_178(actor, dispute_id)
    made = acts.agree(
        actor, dispute_id=dispute_id, form=form, kind=kind, owed=lines, total=Decimal(sum(owed)), content="王大山赔偿李四海", **more
    )
    with scope(actor):
        return list(Obligation.objects.filter(agreement_id=made).order_by("seq").values_list("id", flat=True))


@pytest.fixture
def matter(cast):
    return told(cast)


@pytest.fixture
def dispute(cast, matter):
    """A dispute of 王砚 at work."""
    return acts.open_dispute(cast.wang, matter_id=matter)


@pytest.fixture
def stands(cast):
    """How a dispute and its matter stand, read as their own station."""

    def ask(dispute_id, actor=None):
        with scope(actor or cast.wang):
            one = Dispute.objects.get(id=dispute_id)
            return SimpleNamespace(dispute=one, matter=Matter.objects.get(id=one.matter_id), results=queries.results(one))

    return ask


@pytest.fixture
def page(words):
    """`page(client, dispute)`: the text of the dispute's page."""
    return lambda client, dispute: words(client.get(reverse("disputes:page", args=[dispute])))


@pytest.fixture
def access_lines(cast, monkeypatch):
    """The access log on the test's own connection (its own one would commit): a question for its lines."""
    monkeypatch.setattr(access, "connections", {"access": connection})

    def ask(actor=None):
        with scope(actor or cast.wang):
            return list(AccessLine.objects.order_by("at").values("kind", "subject_id", "action", "purpose", "account_id", "fields"))

    return ask
