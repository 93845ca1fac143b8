"""Operations in a sealed, signed file: read once, however often it is brought; a forged or truncated one changes nothing."""

import base64
import json
import os
import uuid

import pytest
from cryptography.hazmat.primitives import serialization
from django.core.files.uploadedfile import SimpleUploadedFile

from fengqiao.core.models import Document, Event
from fengqiao.core.scope import scope
from fengqiao.field import acts
from fengqiao.field.models import Held, Operation
from fengqiao.field.rules import sealing
from fengqiao.field.tests.test_files import PHOTO, files
from fengqiao.field.tests.test_held import browser
from fengqiao.field.tests.test_operations import QUARREL
from fengqiao.intake.models import Report

__all__ = ["files"]


def bundle(phone, *operations, photos=()):
    key = serialization.load_der_public_key(base64.b64decode(phone.told["station_key"]))

    def box(plain, about):
        return sealing.sealed(plain, key, f"{phone.device}|{about}", os.urandom(12))

    boxes = [{"seq": one["seq"], "op": one["op"], "box": box(json.dumps(one).encode(), one["seq"])} for one in operations]
    made = {
        "format": "fengqiao-bundle", "v": 1, "device": phone.device, "first": operations[0]["seq"], "last": operations[-1]["seq"],
        "made_at": "2026-11-22T10:00:00+08:00", "sealed": boxes,
        "files": [{"op": one["op"], "box": box(data, f"{one['seq']}|file")} for one, data in photos],
    }  # fmt: skip
    return made | {"signature": sealing.signature(phone.key, sealing.canonical(made))}


def bring(client, made, status=200, headers=None):
    raw = made if isinstance(made, bytes) else json.dumps(made).encode()
    answer = client.post("/field/v1/bundles", raw, content_type="application/json", headers=headers or {})
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def attachment(phone, capture):
    import hashlib

    data = {"name": "现场.png", "type": "image/png", "size": len(PHOTO), "sha256": hashlib.sha256(PHOTO).hexdigest()}
    return phone.write("attachment", data, about=f"op:{capture['op']}", after=[capture["op"]])


def test_a_bundle_brought_on_a_stick_is_read_once_and_answered_with_a_signed_receipt(enrol, cast):
    phone = enrol("gao")
    capture = phone.write("capture", QUARREL)
    photo = attachment(phone, capture)
    made = bundle(phone, capture, photo, photos=[(photo, PHOTO)])
    receipt = bring(browser("wang"), made)
    assert [one["outcome"] for one in receipt["answers"]] == ["done", "done"]
    unsigned = {name: value for name, value in receipt.items() if name != "signature"}
    assert sealing.signed(base64.b64decode(phone.told["receipt_key"]), receipt["signature"], sealing.canonical(unsigned))
    with scope(cast.wang):
        report = Report.objects.get(text=QUARREL["text"])
        assert report.received_by_id == cast.gao.account_id, "it runs as who wrote it, not as who brought it"
        assert Document.objects.filter(about=report.matter_id).count() == 1
        before = Event.objects.count()
    again = bring(browser("zhao"), made)
    assert {one["outcome"] for one in again["answers"]} == {"again"} and again["answers"][0]["made"] == receipt["answers"][0]["made"]
    assert {one["outcome"] for one in bring(phone.client, made, headers=phone.headers)["answers"]} == {"again"}
    with scope(cast.wang):
        assert Event.objects.count() == before and Document.objects.count() == 1


def test_forged_truncated_or_strange_bundles_change_nothing(enrol, cast):
    phone, other = enrol("wang"), enrol("deng")
    made = bundle(phone, phone.write("capture", QUARREL))
    raw = json.dumps(made).encode()
    moved = made | {"sealed": made["sealed"] * 2}
    foreign = made | {"device": other.device}
    unsigned = {name: value for name, value in made.items() if name != "signature"}
    resigned = unsigned | {"signature": sealing.signature(other.key, sealing.canonical(unsigned))}
    office = browser("zhao")
    for wrong in (raw[:-40], raw[: len(raw) // 2], b"", b"[]", b'{"format": "x"}', moved, foreign, resigned, unsigned, made | {"v": 2}):
        bring(office, wrong, 422)
    bring(browser("chen"), made, 404)
    with scope(cast.wang):
        assert not Report.objects.filter(text=QUARREL["text"]).exists()
        assert not Operation.objects.exists() and not Held.objects.exists()
    assert bring(office, made)["answers"][0]["outcome"] == "done"


def test_a_box_that_cannot_be_opened_is_kept_for_the_station_to_look_at(enrol, cast):
    phone = enrol("wang")
    made = bundle(phone, phone.write("capture", QUARREL), phone.write("capture", QUARREL))
    swapped = [made["sealed"][0], made["sealed"][1] | {"seq": 9}]
    wrong = {**{k: v for k, v in made.items() if k != "signature"}, "sealed": swapped}
    wrong["signature"] = sealing.signature(phone.key, sealing.canonical(wrong))
    assert [one["outcome"] for one in bring(browser("wang"), wrong)["answers"]] == ["done", "refused"]
    with scope(cast.wang):
        assert Held.objects.get().body["sealed"]["seq"] == 9


def test_what_a_lost_phone_still_held_sealed_reaches_the_station_and_waits(enrol, cast):
    phone = enrol("wang")
    made = bundle(phone, *(phone.write("capture", QUARREL | {"text": f"第{n}件"}) for n in range(3)))
    acts.end(cast.zhao, device_id=uuid.UUID(phone.device), why="lost")
    assert {one["outcome"] for one in bring(browser("zhao"), made)["answers"]} == {"held"}
    with scope(cast.zhao):
        assert Held.objects.filter(state="open").count() == 3


@pytest.mark.parametrize(("who", "status"), [("quan", 403), ("guan", 403), ("xin", 404)])
def test_who_does_not_belong_to_the_phones_unit_brings_nothing(enrol, cast, who, status):
    phone = enrol("wang")
    bring(browser(who), bundle(phone, phone.write("capture", QUARREL)), status)


def test_a_bundle_is_brought_on_the_offices_page_and_its_receipt_taken_away(enrol, cast):
    phone = enrol("gao")
    raw = json.dumps(bundle(phone, phone.write("capture", QUARREL))).encode()
    office = browser("wang")
    assert "手机数据包" in office.get("/field/bundles/").content.decode()
    wrong = office.post("/field/bundles/", {"file": SimpleUploadedFile("a.json", raw[:-9])})
    assert wrong.status_code == 422 and "重新导出" in wrong.content.decode()
    answer = office.post("/field/bundles/", {"file": SimpleUploadedFile("a.json", raw)})
    assert answer["Content-Disposition"].startswith("attachment") and json.loads(answer.content)["answers"][0]["outcome"] == "done"
