"""How a partner platform comes in: a bearer key of which only the hash is held, with an end (KZ-33)."""

import hashlib
from typing import Any

from django.db import connection
from django.http import HttpRequest
from ninja.security import HttpBearer

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.signon import actor_of

_FIND = """
SELECT k.id, k.target_id, k.org_id, p.account_id, p.id FROM core_partnerkey k JOIN core_post p ON p.id = k.post_id
WHERE k.key_hash = %s AND k.ended_at IS NULL AND k.expires_at > %s
"""


class PartnerKey(HttpBearer):
    """Bearer authentication of partners. Sets `request.actor`, `request.target_org`, `request.partner_key`."""

    openapi_name = "partner"

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The partner's actor; None (401) for a wrong, ended or expired key."""
        mark = hashlib.sha256(token.encode()).digest()
        with connection.cursor() as cursor:
            cursor.execute(_FIND, [mark, clock.now()])
            row = cursor.fetchone()
        if row is None:
            return None
        key, target, _, account, post = row
        actor = actor_of(account, post)
        holder: Any = request
        holder.actor, holder.target_org, holder.partner_key = actor, target, f"partner:{key}"
        return actor
