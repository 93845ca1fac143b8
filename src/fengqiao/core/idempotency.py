"""Once and only once: the same request sent twice is answered with what the first one made."""

import hashlib
from typing import Any

import orjson

from fengqiao.core.errors import Refused
from fengqiao.core.statements import ask, tell


class KeyReused(Refused):
    """The same key came with another body: 409, nothing is done."""

    def __init__(self) -> None:
        super().__init__("同一提交编号对应了不同的内容，未作受理。请换一个提交编号重新提交。", status=409)


def seen(who: str, key: str, body: bytes) -> dict[str, Any] | None:
    """Claim `key` of `who` in the open transaction; the earlier answer if it was claimed before with the same body.

    A concurrent twin waits here until the first one commits, and then gets its answer.
    """
    mark = hashlib.sha256(body).digest()
    claimed = ask(
        "INSERT INTO core_idempotency (who, key, body_hash, answer, at) VALUES (%s, %s, %s, '{}', now())"
        " ON CONFLICT (who, key) DO NOTHING RETURNING 1",
        [who, key[:64], mark],
    )
    if claimed:
        return None
    [(held, answer)] = ask("SELECT body_hash, answer FROM core_idempotency WHERE who = %s AND key = %s", [who, key[:64]])
    if bytes(held) != mark:
        raise KeyReused
    return dict(orjson.loads(answer))


def answered(who: str, key: str, answer: dict[str, Any]) -> None:
    """Keep the answer beside the claimed key, in the same transaction."""
    tell(
        "UPDATE core_idempotency SET answer = %s::jsonb WHERE who = %s AND key = %s",
        [orjson.dumps(answer).decode(), who, key[:64]],
    )
