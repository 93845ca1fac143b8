"""How a partner platform comes in: a bearer key of which only the hash is held, with an end (KZ-33)."""

import hashlib
import time
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

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


class PerMinute(BaseThrottle):
    """At most so many requests of a partner a minute in one web process.

    A counter; the library's own throttle keeps every moment of the last minute and copies them all at each request.
    """

    def __init__(self, most: int):
        self.most = most
        self.counts: dict[tuple[str, int], int] = {}

    def allow_request(self, request: HttpRequest) -> bool:
        minute = int(time.monotonic() // 60)
        key = (self.who(request), minute)
        if key not in self.counts:
            self.counts = {held: count for held, count in self.counts.items() if held[1] == minute}
        self.counts[key] = self.counts.get(key, 0) + 1
        return self.counts[key] <= self.most

    def who(self, request: HttpRequest) -> str:
        """Whose requests are counted together."""
        return str(request.partner_key)  # type: ignore[attr-defined]

    def wait(self) -> float:
        return 60 - time.monotonic() % 60
