"""Who has left the service is named no longer than the collection list says."""

from typing import Any

from django.apps import apps
from django.db import connection

from fengqiao.core import erasure, staff
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Forbidden
from fengqiao.core.models import Content
from fengqiao.core.spine import act, record


@act("离岗人员信息到期删除")
def expire(actor: Actor, *, label: str, pk: Any) -> None:
    """Blank a row of staff whose retention has ended, and the content that named it; the system actor's act.

    What they did stays: events hold the account's number, never the name.
    """
    if not actor.has(Role.SYSTEM):
        raise Forbidden
    kept = staff.table(label)
    row = apps.get_model(label).objects.select_for_update(no_key=True).get(pk=pk)
    about, org_id = kept.filed(row)
    named = list(Content.objects.filter(event_id__in=kept.told(row).values("id")).values_list("event_id", flat=True))
    columns = erasure.personal_columns(type(row))
    event = record(
        actor, about=about, subjects=[(kept.subject, pk, "expired")], org_id=org_id,
        facts={"columns": len(columns), "contents": len(named), "article": "个人信息保护法第十九条、第四十七条第一款第一项"},
    )  # fmt: skip
    new = {c.attname: erasure.blank(c) for c in columns} | kept.blank(row)
    if hasattr(row, "version"):
        new["version"] = row.version + 1
    type(row)._base_manager.filter(pk=pk).update(**new)
    if named:
        with connection.cursor() as cursor:
            cursor.execute("SELECT core_erase_content(%s, %s)", [named, event])
