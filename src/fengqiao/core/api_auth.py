"""How a partner platform comes in: a bearer key of which only the hash is held, with an end (KZ-33)."""

import hashlib
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from fengqiao.core.actor import Actor
from fengqiao.core.signon import actor_of_key


class PartnerKey(HttpBearer):
    """Bearer authentication of partners. Sets `request.actor`, `request.target_org`, `request.partner_key`."""

    openapi_name = "partner"

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The partner's actor; None (401) for a wrong, ended or expired key, or a post that has ended."""
        found = actor_of_key(hashlib.sha256(token.encode()).digest())
        if found is None:
            return None
        actor, key, target = found
        holder: Any = request
        holder.actor, holder.target_org, holder.partner_key = actor, target, f"partner:{key}"
        return actor
