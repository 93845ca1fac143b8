"""材料: a file is announced; its bytes follow in chunks."""

from typing import Annotated

from django.conf import settings
from pydantic import Field, StringConstraints

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid
from fengqiao.core.ids import uuid7
from fengqiao.field import uploads
from fengqiao.field.models import Device, Upload
from fengqiao.field.operations import Data, Made, Op, operation
from fengqiao.intake import queries


class AttachmentData(Data):
    """A file that follows: its name, media type, size in bytes, SHA-256 in hex, and what it is for (a short code)."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    type: Annotated[str, StringConstraints(max_length=60)] = ""
    size: Annotated[int, Field(ge=1)]
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    purpose: Annotated[str, StringConstraints(pattern="^[a-z_]{1,20}$")] = "evidence"


@operation("attachment", kind="fact", word="材料", shape=AttachmentData)
def attachment(actor: Actor, op: Op) -> Made:
    """Announce a file of a matter the actor can see. One whose bytes came while its announcement was held joins at once."""
    data: AttachmentData = op.data
    if op.about is None:
        raise Invalid({"about": "没有写明材料属于哪一条事项。"})
    if data.size > settings.MAX_UPLOAD:
        raise Invalid({"size": f"文件超过 {settings.MAX_UPLOAD // 1_000_000} 兆，未予接收。"})
    matter = queries.survivor(queries.matter_for_update(actor, op.about))
    org = Device.objects.values_list("org_id", flat=True).get(id=op.device)
    upload, _ = Upload.objects.get_or_create(
        op=op.op,
        defaults={
            "id": uuid7(), "org_id": org, "device_id": op.device, "created_at": clock.now(), "about": matter.id, "name": data.name,
            "media_type": data.type, "size": data.size, "sha256": data.sha256, "purpose": data.purpose,
        },
    )  # fmt: skip
    if upload.about is None:
        upload.about = matter.id
        upload.save(update_fields=["about"])
    if upload.done_at is not None and upload.document is None:
        uploads.join(actor, upload)
    return Made({"id": str(matter.id), "matter": str(matter.id), "upload": str(upload.id)}, about=matter.id)
