"""材料: the act that only stores a file. Acts of the trade that make papers call `core.documents.store` themselves."""

import uuid
from datetime import date
from typing import BinaryIO

from fengqiao.core import documents
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere
from fengqiao.core.models import Document, Event
from fengqiao.core.spine import act, record


@act("提交材料")
def attach(
    actor: Actor,
    *,
    about: uuid.UUID,
    name: str,
    data: bytes | BinaryIO,
    purpose: str = "evidence",
    retain_until: date | None = None,
) -> Document:
    """Store a file with a matter the actor can see. The file's digest stands in the erasable part of the event, sealed
    by its salted digest: it proves the file as long as the file is held, and says nothing afterwards.

    Errors: NotThere; Invalid({"file": …}); Refused 413.
    """
    first = Event.objects.filter(about=about).order_by("id").values_list("org_id", flat=True).first()
    if first is None:
        raise NotThere
    row = documents.store(
        actor, about=about, name=name, data=data, purpose=purpose, retain_until=retain_until, org_id=first
    )
    record(
        actor,
        about=about,
        subjects=[("document", row.id, "new")],
        facts={"size": row.size, "media_type": row.media_type, "purpose": purpose},
        content={"shared": {"name": row.name, "sha256": row.sha256}},
        org_id=first,
    )
    return row
