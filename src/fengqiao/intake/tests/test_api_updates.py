"""What flows back to a partner: its own records that changed, read on from a cursor. Events count once they are sealed."""

import hashlib
from datetime import timedelta
from types import SimpleNamespace

import pytest

from fengqiao.core import clock
from fengqiao.core.cast import actors
from fengqiao.core.models import PartnerKey
from fengqiao.core.scope import scope
from fengqiao.core.tests.test_erasure import own_database, seal
from fengqiao.intake import acts
from fengqiao.intake.models import Report
from fengqiao.intake.rules import ReportIn
from fengqiao.intake.tests.test_api import BODY, post

KEY = {"Authorization": "Bearer secret"}
__all__ = ["own_database"]


@pytest.fixture
def town(own_database):
    cast = actors()
    PartnerKey.objects.create(
        org_id=cast.org["platform"], post_id=cast.lang.post_id, label="试验", key_hash=hashlib.sha256(b"secret").digest(),
        target_id=cast.org["chengguan"], expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    return SimpleNamespace(name=own_database, cast=cast)


@pytest.mark.spec("ND-10")
def test_a_partner_fetches_what_changed_with_its_own_records_in_one_request(client, town):
    """Updates flow back: asked for by the cursor of the last answer; nobody else's records, nothing twice without news."""

    def ask(since=0):
        answer = client.get(f"/api/v1/reports?changed_since={since}", headers=KEY)
        assert answer.status_code == 200, answer.content
        return answer.json()

    post(client, KEY["Authorization"], BODY)
    post(client, KEY["Authorization"], BODY | {"id": "QZT-8", "text": "楼上漏水，两家争吵"})
    acts.receive(town.cast.sun, report=ReportIn(channel="window", text="别家的"))
    seal(town.name)
    first = ask()
    assert [one["id"] for one in first["records"]] == ["QZT-7", "QZT-8"] and not first["more"]
    assert ask(first["next"]) == {"records": [], "next": first["next"], "more": False}
    with scope(town.cast.wang):
        report = Report.objects.get(outer_id="QZT-8")
    acts.triage(town.cast.wang, matter_id=report.matter_id, kind="D02", owner_id=town.cast.wang.account_id)
    seal(town.name)
    [changed] = ask(first["next"])["records"]
    assert (changed["id"], changed["state"]) == ("QZT-8", "open")
    assert "两家争吵" not in str(changed)


def test_a_long_ledger_is_read_in_bounded_steps(client, town, monkeypatch):
    monkeypatch.setattr("fengqiao.intake.queries.loading.WINDOW", 1)
    monkeypatch.setattr("fengqiao.intake.queries.loading.STEPS", 3)
    for i in range(8):
        acts.receive(town.cast.sun, report=ReportIn(channel="window", text=f"别家的 {i}"))
    post(client, KEY["Authorization"], BODY)
    seal(town.name)
    since, found, asked = 0, [], 0
    while True:
        answer = client.get(f"/api/v1/reports?changed_since={since}", headers=KEY).json()
        since, asked = answer["next"], asked + 1
        found += [one["id"] for one in answer["records"]]
        if not answer["more"]:
            break
    assert found == ["QZT-7"] and asked >= 3
