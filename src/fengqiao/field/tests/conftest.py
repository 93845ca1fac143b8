"""Phones of the cast, spoken with over HTTP as a client speaks."""

import base64
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from fengqiao.core import clock
from fengqiao.core.models import Account


@dataclass
class Phone:
    """A phone that numbers its operations and remembers the feed's cursor."""

    client: Client
    device: str
    secret: str
    told: dict[str, Any]
    key: ec.EllipticCurvePrivateKey
    seq: int = 0
    cursor: str = ""
    keeps: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Device {self.device}.{self.secret}"}

    def write(self, act: str, data: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """An operation as the log of a phone holds it."""
        self.seq += 1
        claimed = clock.local(clock.now() - timedelta(seconds=1)).isoformat()
        return {"op": str(uuid.uuid4()), "seq": self.seq, "v": 1, "act": act, "claimed_at": claimed, "offset_ms": 0, "data": data or {}} | more

    def send(self, *operations: Any, status: int = 200, **more: Any) -> list[dict[str, Any]]:
        body = {"device": self.device, "operations": list(operations)} | more
        answer = self.client.post("/field/v1/operations", body, content_type="application/json", headers=self.headers)
        assert answer.status_code == status, answer.content.decode()
        return answer.json().get("answers", [])

    def do(self, act: str, data: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        [answer] = self.send(self.write(act, data, **more))
        return answer

    def ask(self, limit: int = 500) -> dict[str, Any]:
        answer = self.client.get("/field/v1/feed", {"after": self.cursor, "limit": limit}, headers=self.headers)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def feed(self, limit: int = 500) -> dict[str, Any]:
        """Everything the feed has, page by page, kept as a client keeps it."""
        while True:
            answer = self.ask(limit)
            self.take(answer)
            if not answer["more"]:
                return answer

    def take(self, answer: dict[str, Any]) -> None:
        for one in answer["gone"]:
            self.keeps.pop((one["kind"], one["id"]), None)
        for one in answer["things"]:
            self.keeps[one["kind"], one["id"]] = one["body"]
        self.cursor = answer["cursor"]


@pytest.fixture
def enrol(cast: Any) -> Callable[..., Phone]:
    """`enrol("wang")`: a phone of that account, enrolled on the office's own sign-on."""
    return enrolled


def enrolled(who: str, label: str = "工作手机") -> Phone:
    client = Client()
    client.force_login(Account.objects.get(username=who), backend="django.contrib.auth.backends.ModelBackend")
    key = ec.generate_private_key(ec.SECP256R1())
    spki = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    body = {"label": label, "verify_key": base64.b64encode(spki).decode(), "user_agent": "test"}
    answer = client.post("/field/v1/devices", body, content_type="application/json")
    assert answer.status_code == 200, answer.content.decode()
    told = answer.json()
    return Phone(Client(), told["device"], told["secret"], told, key)


