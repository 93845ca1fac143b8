"""待发短信: messages to parties, written once, sent by whatever way this installation has.

The product itself reaches no outside service. What happens to a waiting message is an adapter's work, chosen by the
setting `outbox.adapter` of the unit:

    list    (default) it stands on the page 待发短信, where staff send it by telephone or print it, and tick it off
    folder  it is written as one JSON file per message ({"id", "to", "text"}) into <files>/outbox; a gateway of the bureau
            takes the file away and sends it. Files nobody took are cleared with their message, or after seven days.

A further way is a class with a `name` and one method, `hand_over(message)`, put into ADAPTERS by config/wiring.py; it
either returns (the message counts as handed over) or raises OSError (it stays waiting and is tried again).
A message is personal data: its columns are on the collection list and erased with the matter's. `core.sending` moves them.
"""

import json
import os
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings

from fengqiao.core import clock
from fengqiao.core.actor import POLICE, Role
from fengqiao.core.models import Message

STATES = {"waiting": "待发", "handed": "已交发送网关", "sent": "已发送", "printed": "已打印", "dropped": "不再发送"}
SENDS = POLICE | {Role.MEDIATOR, Role.SYSTEM}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What an adapter is given."""

    id: uuid.UUID
    to: str  # telephone number
    text: str


class Adapter(Protocol):
    """A way out of the house."""

    name: str

    def hand_over(self, message: Outgoing) -> None:
        """Take the message over, for good. OSError when that is not possible now."""


class Folder:
    """One file per message, for a gateway that watches a folder."""

    name = "folder"

    @property
    def path(self) -> Path:
        return Path(settings.FILES_DIR) / "outbox"

    def hand_over(self, message: Outgoing) -> None:
        """Write it whole or not at all; a second time it is the same file."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = self.path / f".{message.id}"
        with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump({"id": str(message.id), "to": message.to, "text": message.text}, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        made.replace(self.path / f"{message.id}.json")


ADAPTERS: dict[str, Adapter] = {"folder": Folder()}


def put(
    *, key: str, group: str, about: uuid.UUID, org_id: int, subject: tuple[str, uuid.UUID], name: str, phone: str, text: str
) -> bool:
    """Write a message to be sent; called inside an act, whose event tells of it. False when `key` was written before."""
    if Message.objects.filter(key=key).exists():
        return False
    Message.objects.bulk_create(
        [
            Message(
                key=key, group=group, about=about, org_id=org_id, subject_kind=subject[0], subject_id=subject[1], to_name=name,
                to_phone=phone, text=text[:500], created_at=clock.now(),
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return True


def drop(subject_kind: str, subject_ids: Iterable[uuid.UUID]) -> int:
    """Take back what is still waiting about these records: it is no longer true. Returns how many."""
    rows = Message.objects.filter(subject_kind=subject_kind, subject_id__in=list(subject_ids), state="waiting")
    return rows.update(state="dropped", left_at=clock.now())
