"""Files on their way: chunks in any number of tries, each kept encrypted; whole and right, the file joins its matter.

Bytes on their way are no act of the trade; the file's joining is (`core.acts.documents.attach`).
"""

import hashlib
import logging
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from fengqiao.core import clock, crypto
from fengqiao.core.actor import Actor
from fengqiao.core.acts import documents
from fengqiao.core.errors import Invalid, NotThere, Problem, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.scope import scope
from fengqiao.core.spine import late
from fengqiao.field import acts
from fengqiao.field.models import Chunk, Held, Operation, Upload
from fengqiao.field.queries import Caller, on_behalf
from fengqiao.field.rules import CHUNK

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """How many bytes the station has; `done`: the phone may forget the file."""

    have: int
    done: bool


def state(caller: Caller, op: uuid.UUID) -> State:
    """How far a file has come. NotThere for one nobody announced."""
    with scope(on_behalf(caller)):
        upload = _upload(caller, op)
        return State(upload.have, upload.done_at is not None)


def put(caller: Caller, op: uuid.UUID, offset: int, data: bytes) -> State:
    """Take a chunk in. One that does not begin where the last ended changes nothing; the answer says where to go on.

    Errors: Refused 413 for a chunk above 256 KB; Invalid beyond the announced size; NotThere.
    """
    if len(data) > CHUNK:
        raise Refused("一段超过 256 KB，请分小。", status=413)
    acting = on_behalf(caller)
    with scope(acting):
        upload = _upload(caller, op, lock=True)
        if upload.done_at is not None or offset != upload.have:
            return State(upload.have, upload.done_at is not None)
        if upload.have + len(data) > upload.size:
            raise Invalid({"offset": "超过登记的文件大小。"})
        if data:
            chunk = Chunk(id=uuid7(), org_id=upload.org_id, upload=upload, start=offset)
            chunk.sealed = crypto.encrypt(data, bound_to=chunk.id.bytes)
            chunk.save(force_insert=True)
            upload.have += len(data)
            upload.save(update_fields=["have"])
        if upload.have == upload.size:
            finish(caller.actor, acting, upload)
        return State(upload.have, upload.done_at is not None)


def finish(actor: Actor | None, acting: Actor, upload: Upload) -> None:
    """All bytes are here: when they are the right ones, the file joins its matter; what may not join is held, not lost."""
    plain = whole(upload)
    if hashlib.sha256(plain).hexdigest() != upload.sha256:
        log.warning("upload %s does not agree with its digest; sent again", upload.id)
        upload.chunks.all().delete()
        upload.have = 0
        upload.save(update_fields=["have"])
        return
    upload.done_at = clock.now()
    if upload.about is not None and actor is not None:
        try:
            _join(actor, upload, plain)
        except Problem as error:
            _hold(acting, upload, error.message)
    elif upload.about is not None:
        _hold(acting, upload, "手机已停用或岗位已到期，材料已留存，由本单位核实。")
    upload.save(update_fields=["done_at", "document"])


def join(actor: Actor, upload: Upload) -> None:
    """A file that is here in full joins its matter after all, by whoever settled its announcement."""
    _join(actor, upload, whole(upload))
    upload.save(update_fields=["document"])


def whole(upload: Upload) -> bytes:
    """The bytes that have come, in order."""
    return b"".join(crypto.decrypt(bytes(one.sealed), bound_to=one.id.bytes) for one in upload.chunks.order_by("start"))


def _join(actor: Actor, upload: Upload, plain: bytes) -> None:
    done = Operation.objects.filter(op=upload.op).first()
    at, precision = (done.occurred_at, done.precision) if done else (clock.now(), "unknown")
    facts = {"device": str(upload.device_id), "op": str(upload.op), "seq": done.seq if done else None}
    assert upload.about is not None
    with transaction.atomic(), late(at, precision, facts):
        row = documents.attach(actor, about=upload.about, name=upload.name, data=plain, purpose=upload.purpose)
    upload.document = row.id
    upload.chunks.all().delete()


def _hold(acting: Actor, upload: Upload, why: str) -> None:
    """The announcement was taken in, its file is not: both wait in 待核."""
    operation = Operation.objects.filter(op=upload.op).first()
    mark = hashlib.sha256(f"file {upload.op}".encode()).digest()
    if Held.objects.filter(device_id=upload.device_id, mark=mark).exists():
        return
    body = {
        "op": str(upload.op), "seq": operation.seq if operation else 1, "v": 1, "act": "attachment", "about": str(upload.about),
        "data": {"name": upload.name, "type": upload.media_type, "size": upload.size, "sha256": upload.sha256, "purpose": upload.purpose},
    }  # fmt: skip
    acts.hold(
        acting, org_id=upload.org_id, device_id=upload.device_id, operation_id=operation.id if operation else None, about=upload.about,
        queue="check", name="attachment", kind="fact", why=why, article="", mark=mark, body=body,
    )  # fmt: skip


def _upload(caller: Caller, op: uuid.UUID, *, lock: bool = False) -> Upload:
    rows = Upload.objects.select_for_update(no_key=True) if lock else Upload.objects.all()
    found = rows.filter(op=op, device_id=caller.device).first()
    if found is None:
        held = Held.objects.filter(device_id=caller.device, operation__op=op, act="attachment", state="open").first()
        if held is None or not isinstance(held.body, dict):
            raise NotThere("没有登记这个文件，请先送达登记。")
        data = held.body.get("data") or {}
        size, name = data.get("size"), data.get("name")
        if not isinstance(size, int) or not 0 < size <= settings.MAX_UPLOAD:
            raise Refused("登记的文件大小无法接收。", status=413)
        found = Upload(
            id=uuid7(), org_id=caller.org_id, device_id=caller.device, op=op, about=None, name=str(name or "")[:200],
            media_type=str(data.get("type") or "")[:60], size=size, sha256=str(data.get("sha256") or "")[:64],
            purpose=str(data.get("purpose") or "evidence")[:20], created_at=clock.now(),
        )  # fmt: skip
        Upload.objects.bulk_create([found], ignore_conflicts=True)
        found = rows.get(op=op, device_id=caller.device)
    return found
