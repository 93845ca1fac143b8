"""Devices: who stands behind a secret, the station's list, its keys."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db.models import Count, F, Q

from fengqiao.core import clock, crypto
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Forbidden, NotThere
from fengqiao.core.ids import uuid7
from fengqiao.core.models import Organisation
from fengqiao.core.scope import scope
from fengqiao.core.signon import actor_of, system_actor
from fengqiao.core.statements import ask
from fengqiao.field import rules
from fengqiao.field.models import Device, NumberRange, StationKey
from fengqiao.field.policies import KEEPS
from fengqiao.field.rules import envelope, sealing

SIGNED_WITHIN = timedelta(minutes=15)

# A device is known before its actor is: a narrow function of the database answers, for one id and one secret.
_KNOWN = "SELECT device, account, post, org, enrolled, ended, wipe FROM field_known(%s, %s)"


@dataclass(frozen=True, slots=True)
class Caller:
    """A device at the door. `actor` is None when the device or its post has ended: what it sends is held."""

    device: uuid.UUID
    account: int
    org_id: int
    enrolled_at: datetime
    actor: Actor | None
    ended: bool
    wipe: bool


def caller(device: uuid.UUID, secret: str) -> Caller | None:
    """Who calls with this id and secret; None when they do not belong together."""
    rows = ask(_KNOWN, [device, hashlib.sha256(secret.encode()).digest()])
    if not rows:
        return None
    found, account, post, org, enrolled, ended, wipe = rows[0]
    actor = None if ended else actor_of(account, post)
    if actor is not None and actor.post_id != post:  # the account has another post today; this device was the old one's
        actor = None
    return Caller(found, account, org, enrolled, actor, actor is None, wipe)


def on_behalf(caller: Caller) -> Actor:
    """Who acts for a device: its own actor; the system for one that has ended."""
    return caller.actor or system_actor("手机")


def caller_of(actor: Actor, device_id: uuid.UUID) -> tuple[Caller, bytes, int]:
    """The device whose bundle somebody of its organisation brought, its public key, and the organisation whose key it seals
    for. What it sent runs as the device's own account in its own post, as over the network. NotThere for a stranger's."""
    with scope(actor):
        row = Device.objects.filter(id=device_id, org_id__in=actor.orgs).first()
    if row is None:
        raise NotThere("这部手机不是本单位登记的，请到登记单位读入。")
    owner = None if row.ended_at else actor_of(row.account_id, row.post_id)
    if owner is not None and owner.post_id != row.post_id:
        owner = None
    found = Caller(row.id, row.account_id, row.org_id, row.created_at, owner, owner is None, row.wipe_at is not None)
    return found, bytes(row.verify_key), station_of(row.org_id)


@dataclass(frozen=True, slots=True)
class Shown:
    """A device as the station's page shows it."""

    id: uuid.UUID
    label: str
    who: str
    account_id: int
    org: str
    enrolled_at: datetime
    contact_at: datetime
    ended_at: datetime | None
    ended: str
    wipe_at: datetime | None
    wiped_at: datetime | None
    open_held: int
    dark: bool  # without contact for so long that it has gone dark by itself


def devices(actor: Actor, *, most: int = 200) -> list[Shown]:
    """The devices of the actor's organisations, running ones first; those who keep none see their own only."""
    rows = Device.objects.select_related("account", "org").annotate(held_open=Count("held", filter=Q(held__state="open")))
    if not actor.has(*KEEPS):
        rows = rows.filter(account_id=actor.account_id)
    rows = rows.order_by(F("ended_at").desc(nulls_first=True), "-created_at", "-id")[:most]
    dark = clock.now().timestamp() - rules.SHARE_HOURS * 3600
    return [
        Shown(
            d.id, d.label, d.account.name, d.account_id, d.org.name, d.created_at, d.contact_at, d.ended_at,
            rules.ENDS.get(d.ended_why, ""), d.wipe_at, d.wiped_at, d.held_open, d.contact_at.timestamp() < dark,
        )
        for d in rows
    ]  # fmt: skip


def device_for_update(actor: Actor, device_id: uuid.UUID) -> Device:
    """A device of the actor's organisations, locked; NotThere for any other."""
    row = Device.objects.select_for_update(no_key=True).filter(id=device_id, org_id__in=actor.orgs).first()
    if row is None:
        raise NotThere
    return row


def station_of(org_id: int) -> int:
    """The station an organisation belongs to; itself when it belongs to none."""
    lineage = Organisation.objects.filter(id=org_id).values_list("lineage", flat=True).first() or []
    station = Organisation.objects.filter(id__in=lineage, kind="station").values_list("id", flat=True).first()
    return station or org_id


def station_key(org_id: int, use: str) -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    """The organisation's key for a use (box, sign): the private key, and the public one as SPKI (DER). Made when first asked."""
    row = StationKey.objects.filter(org_id=org_id, use=use).first()
    if row is None:
        key = ec.generate_private_key(ec.SECP256R1())
        made = StationKey(id=uuid7(), org_id=org_id, use=use, created_at=clock.now(), public=_spki(key))
        plain = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        made.private_sealed = crypto.encrypt(plain, bound_to=made.id.bytes)
        StationKey.objects.bulk_create([made], ignore_conflicts=True)  # two first phones at once: one key
        row = StationKey.objects.get(org_id=org_id, use=use)
    private = serialization.load_der_private_key(
        crypto.decrypt(bytes(row.private_sealed), bound_to=row.id.bytes), password=None
    )
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    return private, bytes(row.public)


def _spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def share_again(actor: Actor, device_id: uuid.UUID, now: str, signature: str) -> bytes:
    """The server's share of the phone's key, for its owner in its post, who signed `<device>|<now>` on it just now.

    Errors: NotThere for a device that is not the actor's own and running; Forbidden for a wrong or an old signature.
    """
    with scope(actor):
        row = Device.objects.filter(id=device_id, account_id=actor.account_id, post_id=actor.post_id, ended_at=None).first()
    if row is None:
        raise NotThere("这部手机未登记在当前岗位，或已停用，请重新登记。")
    at = envelope.instant(now)
    if at is None or abs(at - clock.now()) > SIGNED_WITHIN:
        raise Forbidden("签名的时间与服务器相差过大，请重试。")
    if not sealing.signed(bytes(row.verify_key), signature, f"{device_id}|{now}".encode()):
        raise Forbidden("签名不符，请在登记过的手机上操作。")
    return crypto.decrypt(bytes(row.share_sealed), bound_to=row.id.bytes)



def with_numbers_before(year: int) -> list[uuid.UUID]:
    """Devices that hold numbers of an earlier year."""
    rows = NumberRange.objects.filter(ended_at=None, year__lt=year).order_by("device_id")
    return list(rows.values_list("device_id", flat=True).distinct())


def ranges(device_id: uuid.UUID) -> list[tuple[str, int, int, int]]:
    """The numbers a device holds this year: kind, year, first, last."""
    rows = NumberRange.objects.filter(device_id=device_id, ended_at=None, year=clock.today().year).order_by("first")
    return list(rows.values_list("kind", "year", "first", "last"))
