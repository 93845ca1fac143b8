"""What the running product of tests/conftest.py holds: every kind of record once, last week's quarrel at 枫桥村三组12号,
and a partner's key. Run as a command in the product's own environment; prints the ids as JSON.
"""

import json
import sys
from datetime import timedelta

import django

django.setup()

from fengqiao.core import cast, clock  # noqa: E402
from fengqiao.core.acts.organisations import grant_key  # noqa: E402
from fengqiao.intake import acts as intake  # noqa: E402
from fengqiao.intake.rules import PartyIn, ReportIn  # noqa: E402
from tests.permissions import records  # noqa: E402

NIGHT = "枫溪县城关镇枫桥村三组12号"  # where two neighbours quarrel again at 03:10


def main() -> None:
    people = cast.actors()
    made = records.make(people)
    then = clock.now() - timedelta(days=18)
    with clock.at(then):
        told = ReportIn(
            channel="110", text="王大山与李小毛酒后因院墙旧事争吵，双方有推搡，未见伤情", place_text=NIGHT, lat=29.7364, lon=120.365,
            occurred=(then, then), parties=(PartyIn(name="王大山", phone="19900001201", role="caller"), PartyIn(name="李小毛")),
        )  # fmt: skip
        first = intake.receive(people.deng, report=told)
        intake.triage(people.wang, matter_id=first.matter_id, kind="D02", owner_id=people.wang.account_id)
    _, key = grant_key(
        people.guan, org_id=people.lang.org_id, post_id=people.lang.post_id, target_id=people.org["bureau"], label="tests",
        expires_at=clock.now() + timedelta(days=30),
    )  # fmt: skip
    made |= {"night_id": first.matter_id, "night_number": first.matter_number, "partner_key": key}
    json.dump(made, sys.stdout, default=str)


if __name__ == "__main__":
    main()
