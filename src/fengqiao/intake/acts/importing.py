"""What a person decides about a file: how its columns are read."""

from typing import Any

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.ids import uuid7
from fengqiao.core.spine import act, record
from fengqiao.intake import policies
from fengqiao.intake.models import ColumnMapping


@act("确认列对应")
def remember_mapping(actor: Actor, *, fingerprint: str, mapping: dict[str, Any]) -> None:
    """Remember how files with these headings are read in this organisation."""
    policies.may_import(actor)
    ColumnMapping.objects.update_or_create(
        org_id=actor.station_id,
        fingerprint=fingerprint,
        defaults={"mapping": mapping, "updated_at": clock.now()},
    )
    about = uuid7()
    record(actor, about=about, subjects=[("mapping", about, "kept")], facts={"fingerprint": fingerprint})
