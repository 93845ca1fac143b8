"""Photos and voice follow in chunks, in any number of tries; what may not join its matter is held, not lost."""

import hashlib
import uuid
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from fengqiao.core import clock, documents
from fengqiao.core.models import Document, Event
from fengqiao.core.scope import scope
from fengqiao.core.tests.test_documents import PNG
from fengqiao.field import acts
from fengqiao.field.models import Chunk, Held, Upload
from fengqiao.field.tests.test_held import browser, only
from fengqiao.field.tests.test_operations import QUARREL

PHOTO = PNG + bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings) -> Path:
    settings.FILES_DIR = tmp_path
    return tmp_path


def announce(phone, photo=PHOTO, name="现场.png", **more):
    capture = phone.write("capture", QUARREL)
    data = {"name": name, "type": "image/png", "size": len(photo), "sha256": hashlib.sha256(photo).hexdigest(), "purpose": "evidence"}
    told = phone.write("attachment", data, about=f"op:{capture['op']}", after=[capture["op"]], **more)
    return told, phone.send(capture, told)


def put(phone, op, offset, data):
    return phone.client.put(f"/field/v1/files/{op}?offset={offset}", data, content_type="application/octet-stream", headers=phone.headers)


def test_a_photo_comes_in_pieces_is_cut_off_and_goes_on_where_it_was(enrol, cast):
    phone = enrol("gao")
    told, [captured, answer] = announce(phone)
    assert answer["outcome"] == "done"
    address = f"/field/v1/files/{told['op']}"
    assert phone.client.get(address, headers=phone.headers).json() == {"have": 0, "done": False}
    assert put(phone, told["op"], 0, PHOTO[:4000]).json() == {"have": 4000, "done": False}
    assert put(phone, told["op"], 0, PHOTO[:4000]).json() == {"have": 4000, "done": False}, "the answer was lost, it is sent again"
    assert put(phone, told["op"], 9000, PHOTO[9000:]).json() == {"have": 4000, "done": False}
    assert put(phone, told["op"], 4000, PHOTO[4000:]).json() == {"have": len(PHOTO), "done": True}
    assert put(phone, told["op"], 0, PHOTO[:10]).json()["done"]
    with scope(cast.wang):
        row = Document.objects.get(about=captured["made"]["matter"])
        assert documents.plain_bytes(row) == PHOTO and row.name == "现场.png"
        assert not Chunk.objects.exists()
        assert Event.objects.get(act="core.attach", about=row.about).facts["phone"]["op"] == told["op"]


def test_bytes_that_are_not_what_was_announced_are_asked_for_again(enrol, cast):
    phone = enrol("wang")
    told, _ = announce(phone)
    assert put(phone, told["op"], 0, PHOTO[:-1] + b"?").json() == {"have": 0, "done": False}
    assert put(phone, told["op"], 0, PHOTO).json()["done"]


def test_a_file_whose_kind_may_not_be_taken_is_held_and_can_be_set_aside(enrol, cast):
    phone = enrol("wang")
    program = b"MZ" + bytes(4000)
    told, _ = announce(phone, program, "现场.exe")
    assert put(phone, told["op"], 0, program).json()["done"]
    held = only(cast.wang, act="attachment")
    assert "不收此种格式" in held.why
    acts.set_aside(cast.wang, held_id=held.id, reason="不是照片")
    with scope(cast.wang):
        assert not Chunk.objects.exists() and not Document.objects.exists()


def test_a_photo_of_a_held_capture_waits_with_it_and_joins_when_both_are_adopted(enrol, cast):
    phone = enrol("gao")
    acts.end(cast.zhao, device_id=uuid.UUID(phone.device), why="lost")
    told, answers = announce(phone)
    assert {one["outcome"] for one in answers} == {"held"}
    assert put(phone, told["op"], 0, PHOTO).json()["done"]
    made = acts.adopt(cast.wang, held_id=only(cast.wang, act="capture").id)
    acts.adopt(cast.wang, held_id=only(cast.wang, act="attachment").id)
    with scope(cast.wang):
        assert documents.plain_bytes(Document.objects.get(about=made["matter"])) == PHOTO
        assert not Chunk.objects.exists() and Upload.objects.get().document


def test_nobody_elses_file_is_seen_and_no_chunk_is_too_large(enrol, cast):
    phone, other = enrol("wang"), enrol("deng")
    told, _ = announce(phone)
    assert other.client.get(f"/field/v1/files/{told['op']}", headers=other.headers).status_code == 404
    assert put(other, told["op"], 0, b"x").status_code == 404
    assert put(phone, told["op"], 0, bytes(256 * 1024 + 1)).status_code == 413
    assert put(phone, told["op"], 0, PHOTO + b"x").status_code == 422
    with scope(cast.wang):
        assert not Held.objects.filter(act="attachment").exists()


def sign(phone, text):
    r, s = decode_dss_signature(phone.key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    import base64

    return base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()


def test_the_share_comes_again_to_the_same_account_on_the_same_phone(enrol, cast):
    phone, other = enrol("wang"), enrol("wang")
    office, now = browser("wang"), clock.now().isoformat()
    asked = {"device": phone.device, "now": now, "signature": sign(phone, f"{phone.device}|{now}")}
    assert office.get("/field/v1/share", asked).json()["share"] == phone.told["share"]
    assert office.get("/field/v1/share", asked | {"signature": sign(other, f"{phone.device}|{now}")}).status_code == 403
    old = "2025-11-22T10:00:00+08:00"
    assert office.get("/field/v1/share", asked | {"now": old, "signature": sign(phone, f"{phone.device}|{old}")}).status_code == 403
    assert browser("deng").get("/field/v1/share", asked).status_code == 404
    acts.end(cast.zhao, device_id=uuid.UUID(phone.device), why="lost")
    assert office.get("/field/v1/share", asked).status_code == 404
