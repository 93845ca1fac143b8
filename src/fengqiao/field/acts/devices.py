"""Devices: enrolled by who carries them, ended by the owner or the station, ordered to wipe themselves."""

import base64
import binascii
import hashlib
import os
import secrets
import uuid
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from fengqiao.core import clock, crypto
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.spine import act, record
from fengqiao.field import policies, queries, rules
from fengqiao.field.acts.ranges import void_numbers
from fengqiao.field.models import Device


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a phone is told once: its id, secret and share; public keys of the station (SPKI, DER)."""

    device: uuid.UUID
    secret: str
    share: bytes
    box_key: bytes
    sign_key: bytes


@act("登记手机")
def enrol(actor: Actor, *, label: str, verify_key: str, user_agent: str = "") -> Enrolled:
    """Enrol a phone for the actor's account in its present post.

    verify_key  the phone's public key, SPKI in base64, ECDSA on P-256. Its private half never leaves the phone.
    Errors: Forbidden; Invalid for a key of another kind.
    """
    policies.may_carry(actor)
    key = _public(verify_key)
    secret, share = secrets.token_urlsafe(32), os.urandom(32)
    device = Device(
        id=uuid7(), org_id=actor.org_id, created_at=clock.now(), account_id=actor.account_id, post_id=actor.post_id,
        label=_plain(label)[:60] or "手机", user_agent=_plain(user_agent)[:300], contact_at=clock.now(), written_at=clock.now(),
        secret_hash=hashlib.sha256(secret.encode()).digest(), verify_key=key,
    )  # fmt: skip
    device.share_sealed = crypto.encrypt(share, bound_to=device.id.bytes)
    device.save(force_insert=True)
    org = actor.station_id or actor.org_id
    (_, box), (_, sign) = queries.station_key(org, "box"), queries.station_key(org, "sign")
    record(
        actor,
        about=device.id,
        subjects=[("device", device.id, "new"), ("account", actor.account_id, "of")],
        facts={"post": actor.post_id},
    )
    return Enrolled(device.id, secret, share, box, sign)


def _plain(text: str) -> str:
    return "".join(c for c in text if c.isprintable()).strip()


def _public(given: str) -> bytes:
    try:
        der = base64.b64decode(given, validate=True)
        key = serialization.load_der_public_key(der)
    except (binascii.Error, ValueError, UnsupportedAlgorithm) as error:
        raise Invalid({"verify_key": "公钥无法读取，请更新手机端后重试。"}) from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Invalid({"verify_key": "公钥须为 P-256，请更新手机端后重试。"})
    return der


@act("停用手机")
def end(actor: Actor, *, device_id: uuid.UUID, why: str = "owner") -> None:
    """End a device: it reads nothing more. What it still sends is held (待核), not lost.

    why  owner 本人停用, lost 挂失 (with the order to wipe), post, station
    """
    device = queries.device_for_update(actor, device_id)
    policies.may_end(actor, device.account_id)
    if why not in rules.ENDS:
        raise Invalid({"why": "请选择停用原因。"})
    if device.ended_at is not None:
        raise Refused("这部手机已停用。")
    device.state, device.ended_at, device.ended_why = "ended", clock.now(), why
    if why == "lost":
        device.wipe_at = clock.now()
    device.version += 1
    device.save(update_fields=["state", "ended_at", "ended_why", "wipe_at", "version"])
    voided = void_numbers(actor, device.id)
    _tell(actor, device, "ended", {"why": why, "wipe": why == "lost", "voided": voided})


@act("命令手机清除")
def order_wipe(actor: Actor, *, device_id: uuid.UUID) -> None:
    """Order a device to wipe itself at its next contact. Operations it has not sent stay sealed for the station."""
    device = queries.device_for_update(actor, device_id)
    policies.may_end(actor, device.account_id)
    if device.wipe_at is not None:
        raise Refused("已下达清除命令。")
    device.wipe_at = clock.now()
    device.version += 1
    device.save(update_fields=["wipe_at", "version"])
    _tell(actor, device, "to wipe", {})


@act("手机已清除")
def wiped(actor: Actor, *, device_id: uuid.UUID) -> None:
    """The device said that it wiped itself."""
    device = queries.device_for_update(actor, device_id)
    if device.wiped_at is not None:
        raise Refused("这部手机已报告清除。")
    device.wiped_at = clock.now()
    device.version += 1
    device.save(update_fields=["wiped_at", "version"])
    _tell(actor, device, "wiped", {})


@act("读入手机数据包")
def bring(actor: Actor, *, device_id: uuid.UUID, first: int, last: int, new: int, files: int) -> None:
    """A sealed file of a phone's operations was read in (USB, LAN); each operation leaves its own events besides."""
    device = queries.device_for_update(actor, device_id)
    _tell(actor, device, "brought", {"first": first, "last": last, "new": new, "files": files})


def _tell(actor: Actor, device: Device, role: str, facts: dict[str, object]) -> None:
    record(
        actor,
        about=device.id,
        subjects=[("device", device.id, role), ("account", device.account_id, "of")],
        facts=facts,
        org_id=device.org_id,
    )
