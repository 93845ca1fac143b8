"""值班表: one roster per station; a 紧密型 pair shares one (NP-17)."""

import uuid
from datetime import datetime

import psycopg
from django.db import IntegrityError, transaction
from psycopg.types.range import Range

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.spine import act, record
from fengqiao.force import policies, queries, rules
from fengqiao.force.models import Duty


@act("排班")
def put_on_duty(actor: Actor, *, service_id: uuid.UUID, task: str, start: datetime, end: datetime) -> Duty:
    """Put somebody on the roster of their station, or of the pair their station belongs to.

    task  lead 带班, main 值班, standby 备勤. Errors: Invalid, NotThere, Refused when they are on duty then already.
    """
    policies.may_roster(actor)
    service = policies.visible_to(actor).filter(id=service_id).first()
    if service is None:
        raise NotThere
    if task not in rules.TASKS:
        raise Invalid({"task": "请选择带班、值班或备勤。"})
    if end <= start:
        raise Invalid({"end": "结束时间应晚于开始时间。"})
    try:
        with transaction.atomic():
            duty = Duty.objects.create(
                org_id=queries.roster_keeper(service.org_id), service=service, task=task, during=Range(start, end)
            )
    except IntegrityError as error:
        if isinstance(error.__cause__, psycopg.errors.ExclusionViolation):
            raise Refused("该人员这一时段已有班次。") from error
        raise
    record(
        actor,
        about=duty.id,
        subjects=[("duty", duty.id, "new"), ("service", service.id, "on duty")],
        facts={"task": task, "start": start, "end": end},
        org_id=duty.org_id,
    )
    return duty


@act("撤班")
def cancel_duty(actor: Actor, *, duty_id: uuid.UUID) -> None:
    """Take a line off the roster; it stays, marked as cancelled."""
    policies.may_roster(actor)
    duty = policies.duties_visible_to(actor).select_for_update(no_key=True).filter(id=duty_id).first()
    if duty is None:
        raise NotThere
    if duty.cancelled_at:
        raise Refused("这一班次已经撤销。")
    duty.cancelled_at, duty.version = clock.now(), duty.version + 1
    duty.save(update_fields=["cancelled_at", "version"])
    record(actor, about=duty.id, subjects=[("duty", duty.id, "cancelled")], org_id=duty.org_id)
