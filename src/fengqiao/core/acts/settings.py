"""Settings of organisations: effective-dated and inherited down the tree. An earlier value stays readable for its time."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from fengqiao.core import clock, settings_tree
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.models import Setting
from fengqiao.core.queries import organisations
from fengqiao.core.spine import act, record


@act("变更设置")
def change_setting(
    actor: Actor, *, org_id: int, key: str, value: Any, valid_from: date | None = None
) -> None:
    """Set `key` of an organisation from a day on (default today). The past is not rewritten: a day that is over is refused.

    Module switches have their own act (modules.switch), which asks for the impact assessment.
    """
    if not actor.has(Role.ADMIN):
        raise Forbidden
    if org_id not in organisations.managed(actor):
        raise NotThere
    day = valid_from or clock.today()
    if day < clock.today():
        raise Invalid({"valid_from": "生效日期不能早于今天：已发生的事按当时的设置计算。"})
    if not key.strip() or len(key) > 60:
        raise Invalid({"key": "请填写设置名称。"})
    if key.startswith("module."):
        raise Refused("模块开关请在“模块”页面办理。")
    old = settings_tree.value(org_id, key, on=day)
    put(org_id, key, value, day)
    record(
        actor,
        about=organisations.about(org_id),
        subjects=[("setting", org_id, "changed")],
        facts={"key": key, "old": old, "new": value, "valid_from": day.isoformat()},
        org_id=org_id,
    )


def put(org_id: int, key: str, value: Any, day: date) -> None:
    """Write a setting valid from `day`; the value before it ends the day before, one planned for later stays. Part of an act."""
    rows = Setting.objects.select_for_update(no_key=True).filter(org_id=org_id, key=key)
    later = rows.filter(valid_from__gt=day).order_by("valid_from").first()
    rows.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lt=day).update(
        valid_to=day - timedelta(days=1)
    )
    until = later.valid_from - timedelta(days=1) if later else None
    Setting.objects.update_or_create(
        org_id=org_id, key=key, valid_from=day, defaults={"value": value, "valid_to": until}
    )
