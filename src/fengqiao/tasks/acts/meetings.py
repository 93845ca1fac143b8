"""会商、例会: what was agreed becomes tasks, in the same transaction."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.spine import act, record
from fengqiao.core.wording import written
from fengqiao.places import queries as places
from fengqiao.tasks import policies, queries, rules
from fengqiao.tasks.acts.giving import agree
from fengqiao.tasks.models import AgendaItem, Attendance, Meeting
from fengqiao.tasks.rules import Action

LIMIT = 20_000
NAME = 40


@act("会商、例会")
def hold_meeting(
    actor: Actor, *, kind: str, topic: str, present: Sequence[tuple[str, str]], actions: Sequence[Action] = (), minutes: str = "",
    area_id: int | None = None, held_at: datetime | None = None, items: Sequence[str] = (),
) -> uuid.UUID:
    """Keep a meeting that was held; each action becomes a task of its owner (WZ-03, WZ-09).

    present  (role of vocabulary attendee_roles, name)
    items    what was new on the agenda; unfinished actions of earlier meetings of the same kind and area stand before it
    Invalid when an action lacks its owner or day, and then nothing is kept.
    """
    policies.may_meet(actor)
    now = clock.now()
    held_at = held_at or now
    wrong: dict[str, str] = {}
    if kind not in rules.MEETINGS:
        wrong["kind"] = "请选择会商或例会。"
    if held_at > now + timedelta(minutes=5):
        wrong["held_at"] = "登记的是已经开过的会，时间不能在今后。"
    people = [(role, name.strip()) for role, name in present if name.strip()]
    if not people:
        wrong["present"] = "请写明参加人。"
    elif any(role not in vocabulary("attendee_roles") or len(name) > NAME for role, name in people):
        wrong["present"] = f"参加人的身份从列表中选，姓名不超过 {NAME} 字。"
    if lacking := rules.missing(actions):
        wrong["actions"] = f"{lacking[:-1]}，补齐后再保存。"
    if wrong:
        raise Invalid(wrong)
    if area_id:
        places.area(actor, area_id)
    carried = queries.agenda(actor, kind, area_id)
    meeting = Meeting(
        org_id=actor.station_id or actor.org_id, kind=kind, area_id=area_id, held_at=held_at, held_by_id=actor.account_id,
        topic=written(topic, 100, "请写明议题。", "topic"), minutes=written(minutes, LIMIT, field="minutes"),
    )  # fmt: skip
    new = [written(item, 200, field="items") for item in items if item.strip()]
    agenda = [
        AgendaItem(org_id=meeting.org_id, meeting=meeting, seq=seq, text=text[:200], task_id=task)
        for seq, (text, task) in enumerate([*((one.title, one.id) for one in carried), *((text, None) for text in new)], 1)
    ]
    meeting.save(force_insert=True)
    Attendance.objects.bulk_create(Attendance(org_id=meeting.org_id, meeting=meeting, role=role, name=name) for role, name in people)
    AgendaItem.objects.bulk_create(agenda)
    for one in actions:
        assert one.owner_id and one.due_at
        agree(actor, title=one.text, owner_id=one.owner_id, due_at=one.due_at, meeting_id=meeting.id)
    record(
        actor,
        about=meeting.id,
        subjects=[("meeting", meeting.id, "held")],
        facts={"kind": kind, "area": area_id, "present": len(people), "carried": len(carried), "actions": len(actions)},
        content={"police": {"topic": meeting.topic, "minutes": meeting.minutes}},
        occurred=(held_at, held_at),
        org_id=meeting.org_id,
    )
    return meeting.id
