"""待核, 待核对: what a phone sent and could not be carried out as it came. Nothing of it is lost."""

import uuid
from collections.abc import Mapping
from typing import Any

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.ids import uuid7
from fengqiao.core.spine import act, record
from fengqiao.field import operations
from fengqiao.field.models import Held


@act("手机记录待核")
def hold(
    actor: Actor,
    *,
    org_id: int,
    device_id: uuid.UUID,
    operation_id: uuid.UUID | None,
    about: uuid.UUID | None,
    queue: str,
    name: str,
    kind: str,
    why: str,
    article: str,
    mark: bytes,
    body: Any,
    theirs: Mapping[str, Any] | None = None,
) -> uuid.UUID:
    """Keep an operation with its body until an officer settles it; returns the id of what is held.

    org_id  the device's organisation: its station's list shows it, whoever leads the matter by now
    """
    held = Held(
        id=uuid7(), org_id=org_id, created_at=clock.now(), device_id=device_id, operation_id=operation_id, about=about, queue=queue,
        act=name[:30], kind=kind, why=why[:300], article=article[:200], mark=mark, body=body, theirs=dict(theirs) if theirs else None,
    )  # fmt: skip
    held.save(force_insert=True)
    record(
        actor,
        about=about or device_id,
        subjects=[("held", held.id, "new"), ("device", device_id, "from")],
        facts={"act": name if operations.handler(name) else "unknown", "kind": kind, "queue": queue},
        org_id=org_id,
    )
    return held.id
