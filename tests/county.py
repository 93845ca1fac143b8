"""What the running product of tests/conftest.py holds: every kind of record once, last week's quarrel at 枫桥村三组12号,
and a partner's key. Run as a command in the product's own environment; prints the ids as JSON.
"""

import json
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import django

django.setup()

from fengqiao.core import cast, clock  # noqa: E402
from fengqiao.core.acts.organisations import grant_key  # noqa: E402
from fengqiao.core.scope import scope  # noqa: E402
from fengqiao.disputes import acts as disputes  # noqa: E402
from fengqiao.disputes import queries as dispute_queries  # noqa: E402
from fengqiao.disputes.rules.agreements import Owed  # noqa: E402
from fengqiao.intake import acts as intake  # noqa: E402
from fengqiao.intake.rules import PartyIn, Receipt, ReportIn  # noqa: E402
from tests.permissions import records  # noqa: E402

NIGHT = "枫溪县城关镇枫桥村三组12号"  # where two neighbours quarrel again at 03:10


def the_neighbours(people: SimpleNamespace) -> tuple[Receipt, str]:
    """王大山 and 李小毛: a quarrel in spring, settled on 3 May for 800 元 that were never paid, and again eighteen days ago."""
    now = clock.now()
    may = datetime(clock.today().year, 5, 3, 10, tzinfo=clock.SHANGHAI)
    if may > now - timedelta(days=60):
        may = may.replace(year=may.year - 1)
    parties = (PartyIn(name="王大山", phone="19900001201", role="caller"), PartyIn(name="李小毛"))
    with clock.at(may):
        first = intake.receive(people.deng, report=_told(may, "王大山与李小毛为院墙滴水争吵", parties))
        dispute = disputes.open_dispute(people.wang, matter_id=first.matter_id, kind="D02", owner_id=people.wang.account_id)
    with clock.at(may + timedelta(hours=3)), scope(people.wang):
        page = dispute_queries.dispute_page(people.wang, dispute)
        number, (one, other) = page.number, sorted(page.parties, key=lambda party: party.role)
        owed = [Owed(debtor=other.id, creditor=one.id, kind="money", amount=Decimal(800), due_on=may.date() + timedelta(days=28))]
        disputes.agree(people.wang, dispute_id=dispute, form="oral", kind="self", owed=owed, total=Decimal(800), content="院墙修缮费八百元，五月底付清")
    then = now - timedelta(days=18)
    with clock.at(then):
        again = _told(then, "王大山与李小毛酒后因院墙旧事争吵，双方有推搡，未见伤情", parties)
        intake.attach(people.deng, report=again, matter_id=first.matter_id, again=True)
        disputes.reopen(people.wang, dispute_id=dispute, reason="协议款未付，双方再次争吵")
    return first, number


def _told(at: datetime, text: str, parties: tuple[PartyIn, ...]) -> ReportIn:
    return ReportIn(channel="110", text=text, place_text=NIGHT, lat=29.7364, lon=120.365, occurred=(at, at), parties=parties)


def main() -> None:
    people = cast.actors()
    made = records.make(people)
    first, dispute = the_neighbours(people)
    _, key = grant_key(
        people.guan, org_id=people.lang.org_id, post_id=people.lang.post_id, target_id=people.org["bureau"], label="tests",
        expires_at=clock.now() + timedelta(days=30),
    )  # fmt: skip
    made |= {"night_id": first.matter_id, "night_number": first.matter_number, "night_dispute": dispute, "partner_key": key}
    json.dump(made, sys.stdout, default=str)


if __name__ == "__main__":
    main()
