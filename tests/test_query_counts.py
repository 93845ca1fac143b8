"""No page asks the database more often than it did: query_counts.json is the checked-in yardstick.

`QUERY_COUNTS=write .venv/bin/pytest tests/test_query_counts.py` writes it anew, for the reviewer to see what grew.
"""

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fengqiao.core.models import Account
from fengqiao.intake import acts
from fengqiao.intake.rules import PartyIn, ReportIn
from tests.permissions import records
from tests.permissions.test_every_url import routes

FILE = Path(__file__).with_name("query_counts.json")
PEOPLE = ("wang", "zhao", "deng", "sun", "he", "shi", "quan", "guan")  # one of each menu
ROWS = 12  # of everything that can be told again and again: one query a row would show


@pytest.fixture
def county(cast):
    made = records.make(cast)
    for n in range(ROWS):
        party = PartyIn(name="张三丰", phone=f"1390000{n:04}", role="caller")
        acts.receive(cast.wang, report=ReportIn(channel="110", text=f"第{n}次反映楼上漏水", place_text="枫桥村一组", parties=(party,)))
    return made


def pages(made: dict[str, object]) -> list[str]:
    """Every address without parameters, and the pages of a matter and two disputes: one at work, one with its agreement."""
    return sorted({address for address, _ in routes() if "<" not in address}) + list(named(made))


def named(made: dict[str, object]) -> dict[str, str]:
    """Pages of one record → what the yardstick calls them."""
    return {
        f"matters/{made['matter_id']}/": "matters/…/",
        f"disputes/{made['dispute_id']}/": "disputes/…/",
        f"disputes/{made['agreed_id']}/": "disputes/…/ (协议)",
    }


def counted(name: str, made: dict[str, object]) -> dict[str, int]:
    """Queries of each page that answers this person with a page."""
    client, found = Client(), {}
    client.force_login(Account.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend")
    for address in pages(made):
        if address.startswith(("api/", "phone/", "field/v1/", "logout", "static", "stream")):
            continue
        if client.get(f"/{address}").status_code != 200:  # also fills what a process keeps for itself
            continue
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/{address}")
        found[named(made).get(address, address)] = len(asked)
    return found


@pytest.mark.parametrize("name", PEOPLE)
def test_no_page_asks_the_database_more_often_than_it_did(county, name):
    now = counted(name, county)
    assert len(now) > 3, "hardly a page answers: the yardstick measures nothing"
    held = json.loads(FILE.read_text()) if FILE.exists() else {}
    if os.environ.get("QUERY_COUNTS") == "write":
        FILE.write_text(json.dumps(held | {name: now}, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
        return
    grown = {page: f"{held[name].get(page)} → {count}" for page, count in now.items() if count > held[name].get(page, -1)}
    assert not grown, "more queries than in query_counts.json (None: a page not measured yet)"
