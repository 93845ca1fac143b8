"""The partners' door over HTTP."""

import hashlib
import json
from datetime import timedelta

import pytest

from fengqiao.core import clock
from fengqiao.core.models import PartnerKey
from fengqiao.core.scope import scope
from fengqiao.intake import acts
from fengqiao.intake.models import Report
from fengqiao.intake.rules import ReportIn

BODY = {"id": "QZT-7", "title": "占道堆物争吵", "text": "两户为门前堆物争吵", "place": "城关镇解放路", "latitude": 29.7, "longitude": 120.4}


@pytest.fixture
def key(cast):
    PartnerKey.objects.create(
        org_id=cast.org["platform"], post_id=cast.lang.post_id, label="试验", key_hash=hashlib.sha256(b"secret").digest(),
        target_id=cast.org["chengguan"], expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    return "Bearer secret"


def post(client, key, body, **headers):
    return client.post("/api/v1/reports", json.dumps(body), content_type="application/json", headers={"Authorization": key} | headers)


@pytest.mark.spec("ND-10")
def test_a_record_arrives_once_and_its_state_flows_back(client, cast, key):
    first = post(client, key, BODY)
    assert first.status_code == 201 and first.json()["result"] == "made"
    assert post(client, key, BODY).json() == first.json() | {"result": "known"}
    assert post(client, key, BODY | {"text": "已各自散去"}).json()["result"] == "updated"
    with scope(cast.wang):
        report = Report.objects.get()
    acts.triage(cast.wang, matter_id=report.matter_id, kind="D02", owner_id=cast.wang.account_id)
    state = client.get("/api/v1/reports/QZT-7", headers={"Authorization": key}).json()
    assert (state["state"], state["receipt"]) == ("open", first.json()["receipt"])


def test_the_same_key_with_another_body_is_a_conflict_and_changes_nothing(client, cast, key):
    first = post(client, key, BODY, **{"Idempotency-Key": "k1"})
    assert post(client, key, BODY, **{"Idempotency-Key": "k1"}).json()["receipt"] == first.json()["receipt"]
    clash = post(client, key, BODY | {"id": "QZT-8"}, **{"Idempotency-Key": "k1"})
    assert clash.status_code == 409 and "提交编号" in clash.json()["title"]
    with scope(cast.wang):
        assert Report.objects.count() == 1


@pytest.mark.parametrize("token", ["", "Bearer wrong", "Basic c2VjcmV0"])
def test_without_a_good_key_nobody_comes_in(client, cast, key, token):
    assert post(client, token, BODY).status_code == 401


def test_an_expired_or_ended_key_is_no_key(client, cast, key):
    PartnerKey.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert post(client, key, BODY).status_code == 401
    PartnerKey.objects.update(expires_at=clock.now() + timedelta(days=1), ended_at=clock.now())
    assert post(client, key, BODY).status_code == 401


def test_a_partner_asks_only_for_its_own_records(client, cast, key):
    acts.receive(cast.sun, report=ReportIn(channel="window", text="别家的"))
    for unknown in ("QZT-9", "J2611-A00001", "%00", "a" * 300):
        assert client.get(f"/api/v1/reports/{unknown}", headers={"Authorization": key}).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "字" * 300_000}, "text"),
        ({"latitude": 129}, "latitude"),
        ({"occurred_at": "2026-02-30T10:00:00+08:00"}, "occurred_at"),
        ({"occurred_at": "2026-02-03T10:00:00"}, "occurred_at"),
        ({"ethnicity": "x"}, "ethnicity"),
        ({"parties": [{"name": "王", "religion": "x"}]}, "parties.0.religion"),
        ({"parties": [{"name": "王", "id_number": "360426199101010072"}]}, "parties.0.id_number"),
    ],
)
def test_a_body_that_cannot_be_taken_names_the_field(client, cast, key, change, field):
    answer = post(client, key, BODY | change)
    assert answer.status_code == 422, answer.content
    assert any(name.endswith(field) for name in answer.json()["fields"])
    with scope(cast.wang):
        assert not Report.objects.exists()


@pytest.mark.parametrize("since", ["-1", "x", str(2**63), "1.5"])
def test_a_cursor_that_is_none_is_told(client, cast, key, since):
    assert client.get(f"/api/v1/reports?changed_since={since}", headers={"Authorization": key}).status_code == 422
