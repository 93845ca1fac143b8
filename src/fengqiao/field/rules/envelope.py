"""What every operation has around its data, read leniently: a bad clock is no reason to lose what was written."""

import hashlib
import json
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fengqiao.field.rules.references import PATTERN

ACT = re.compile(r"[a-z_]{1,30}")
AFTER = 50  # operations one may wait for
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Envelope:
    """One operation as it came. `wrong`: why it is no operation of the protocol, or empty."""

    op: uuid.UUID
    seq: int
    v: int
    act: str
    about: str
    after: tuple[uuid.UUID, ...]
    claimed_at: datetime | None
    offset_ms: int | None
    data: Any
    wrong: str = ""


def read(raw: Any) -> Envelope | None:
    """The envelope; None when it has no number or no id, so that nothing could be answered for it."""
    if not isinstance(raw, dict):
        return None
    op, seq = identifier(raw.get("op")), raw.get("seq")
    if op is None or not isinstance(seq, int) or isinstance(seq, bool) or not 1 <= seq < 2**31:
        return None
    wrong = ""
    act, about, data = raw.get("act"), raw.get("about") or "", raw.get("data")
    if not isinstance(act, str) or not ACT.fullmatch(act):
        act, wrong = UNKNOWN, "没有这种操作，请更新手机端。"
    if not isinstance(about, str) or (about and identifier(about) is None and not PATTERN.fullmatch(about)):
        about, wrong = "", wrong or "所属记录的编号无法读取。"
    given = raw.get("after") or []
    after = [identifier(one) for one in given] if isinstance(given, list) else [None]
    if None in after or len(after) > AFTER:
        after, wrong = [], wrong or "所依据的操作编号无法读取。"
    if not isinstance(data, dict):
        data, wrong = {}, wrong or "操作内容无法读取。"
    v = raw.get("v")
    v = v if isinstance(v, int) and not isinstance(v, bool) and 0 < v < 1000 else 0
    return Envelope(
        op, seq, v, act, about.lower(), tuple(one for one in after if one), instant(raw.get("claimed_at")), whole(raw.get("offset_ms")), data, wrong
    )


def identifier(value: Any) -> uuid.UUID | None:
    """A UUID written in the usual way; None for anything else."""
    if not isinstance(value, str) or len(value) != 36:
        return None
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


def instant(value: Any) -> datetime | None:
    """An ISO 8601 time with offset; None for anything else."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        at = datetime.fromisoformat(value)
        return at if at.tzinfo and at.utcoffset() is not None and 1970 <= at.year <= 2200 else None
    except ValueError:
        return None


def whole(value: Any) -> int | None:
    """Milliseconds; None for what is no number or beyond three centuries."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e13:
        return None
    return round(value)


def mark(raw: Any) -> bytes:
    """SHA-256 over the one text form of what came: sorted keys, no spaces."""
    return hashlib.sha256(json.dumps(raw, sort_keys=True, separators=(",", ":")).encode()).digest()


def storable(value: Any) -> Any:
    """The value without what a database cannot keep: zero characters, lone surrogates, numbers that are none."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\x00", "")
    if isinstance(value, dict):
        return {storable(str(name)): storable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [storable(one) for one in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        return str(value)
    return value
