"""Operations in a sealed, signed file, and the receipt that goes back (protocol §7): for zones without a line.

A bundle is checked as a whole before anything of it is read: a forged or truncated one changes nothing. Reading one twice
changes nothing either: each operation is known by its id and number.
"""

import json
import uuid
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from fengqiao.core import live
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, Problem
from fengqiao.core.scope import scope
from fengqiao.field import acts, policies, queries, receiving, uploads
from fengqiao.field.models import Operation
from fengqiao.field.queries import Caller
from fengqiao.field.rules import CHUNK, MOST, envelope, sealing

FORMAT, RECEIPT = "fengqiao-bundle", "fengqiao-receipt"
OPERATIONS = 20_000  # in one bundle


def read(actor: Actor, raw: bytes) -> dict[str, Any]:
    """Take a bundle in, brought by somebody of the device's organisation (or sent by the device); the receipt, signed.

    Errors: Invalid for what is no bundle, is cut off, or is not signed by the device it names; Forbidden; NotThere for a
    stranger's device.
    """
    policies.may_bring(actor)
    bundle = _parsed(raw)
    device = envelope.identifier(bundle.get("device"))
    if device is None:
        raise Invalid({"file": "数据包没有写明是哪一部手机，未读入。"})
    caller, verify_key, org = queries.caller_of(actor, device)
    unsigned = {name: value for name, value in bundle.items() if name != "signature"}
    if not sealing.signed(verify_key, bundle.get("signature"), sealing.canonical(unsigned)):
        raise Invalid({"file": "数据包签名不符：文件不完整、被改动，或不是这部手机生成的，未读入。请在手机上重新导出。"})
    with scope(actor):
        key, _ = queries.station_key(org, "box")
        sign, _ = queries.station_key(org, "sign")
    answers = _operations(caller, bundle["sealed"], key)
    files, done = _files(caller, bundle.get("files") or [], key)
    new = sum(one["outcome"] != "again" for one in answers)
    if new or files:
        acts.bring(actor, device_id=device, first=_whole(bundle, "first"), last=_whole(bundle, "last"), new=new, files=files)
    receipt = {"format": RECEIPT, "device": str(device), "answers": answers, "files": done, "cursor": str(live.head())}
    return receipt | {"signature": sealing.signature(sign, sealing.canonical(receipt))}


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        bundle = json.loads(raw)
    except ValueError as error:
        raise Invalid({"file": "文件不完整或不是手机数据包，未读入。请在手机上重新导出。"}) from error
    if not isinstance(bundle, dict) or bundle.get("format") != FORMAT or not isinstance(bundle.get("sealed"), list):
        raise Invalid({"file": "这不是手机数据包，请选择手机端导出的文件。"})
    if bundle.get("v") != 1:
        raise Invalid({"file": "数据包的版本比服务器新，请升级服务器后再读入。"})
    if len(bundle["sealed"]) > OPERATIONS:
        raise Invalid({"file": f"数据包超过 {OPERATIONS} 条操作，请分次导出。"})
    return bundle


def _whole(bundle: dict[str, Any], name: str) -> int:
    value = bundle.get(name)
    return value if isinstance(value, int) and 0 <= value < 2**31 else 0


def _operations(caller: Caller, sealed: Sequence[Any], key: ec.EllipticCurvePrivateKey) -> list[dict[str, Any]]:
    """Each box opened; one that cannot be is kept as it is (待核), so that nothing brought is lost."""
    raws = [_opened(caller, one, key) for one in sealed]
    top = max((one.seq for raw in raws if (one := envelope.read(raw))), default=0)
    answers: list[dict[str, Any]] = []
    for start in range(0, len(raws), MOST):
        answers += receiving.receive(caller, raws[start : start + MOST], top)
    return answers


def _opened(caller: Caller, one: Any, key: ec.EllipticCurvePrivateKey) -> Any:
    if not isinstance(one, dict):
        return {"sealed": one}
    try:
        return json.loads(sealing.opened(str(one.get("box")), key, f"{caller.device}|{one.get('seq')}"))
    except (sealing.Unreadable, ValueError):
        return {"sealed": one}


def _files(caller: Caller, sealed: Sequence[Any], key: ec.EllipticCurvePrivateKey) -> tuple[int, list[str]]:
    """Files of announced attachments: how many were taken in now, and which the phone may forget (their operations).

    One that cannot be read is left for the phone to send again.
    """
    taken, whole = 0, []
    for one in sealed:
        op = envelope.identifier(one.get("op")) if isinstance(one, dict) else None
        if op is None:
            continue
        seq = _number(caller, op)
        try:
            plain = sealing.opened(str(one.get("box")), key, f"{caller.device}|{seq}|file")
            state = uploads.state(caller, op)
            before_now = state.done
            while not state.done and state.have < len(plain):
                before = state.have
                state = uploads.put(caller, op, before, plain[before : before + CHUNK])
                if state.have <= before and not state.done:
                    break
            taken += state.done and not before_now
            whole += [str(op)] if state.done else []
        except (sealing.Unreadable, Problem):
            continue
    return taken, whole


def _number(caller: Caller, op: uuid.UUID) -> int | None:
    with scope(queries.on_behalf(caller)):
        return Operation.objects.filter(op=op, device_id=caller.device).values_list("seq", flat=True).first()
