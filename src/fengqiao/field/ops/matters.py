"""What is done with a matter on a phone: noted, opened, taken on, put right."""

import uuid
from typing import Annotated

from pydantic import AwareDatetime, StringConstraints

from fengqiao.core import access, clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, Refused
from fengqiao.disputes import acts as disputes
from fengqiao.disputes import queries as dispute_queries
from fengqiao.field.operations import Data, Made, Op, operation
from fengqiao.field.rules.merge import merge
from fengqiao.intake import acts, queries


class NoteData(Data):
    """A line on the timeline. `shared`: the organisations the matter is shared with read it too."""

    text: Annotated[str, StringConstraints(max_length=5000)]
    shared: bool = False


class OpenedData(Data):
    """What was opened without a signal, when, and why."""

    kind: Annotated[str, StringConstraints(max_length=20, pattern="^[a-z]+$")] = "matter"
    id: uuid.UUID
    at: AwareDatetime | None = None
    why: Annotated[str, StringConstraints(max_length=120)] = ""


class TakeData(Data):
    """Taking a matter on needs no words."""


class EditField(Data):
    """A field's new value and the one it was based on."""

    base: Annotated[str, StringConstraints(max_length=200)]
    value: Annotated[str, StringConstraints(max_length=200)]


class EditData(Data):
    """Fields of a matter: title, place_text."""

    fields: dict[str, EditField]


def _matter(op: Op) -> uuid.UUID:
    if op.about is None:
        raise Invalid({"about": "没有写明是哪一条事项。"})
    return op.about


@operation("note", kind="fact", word="记录", shape=NoteData)
def note(actor: Actor, op: Op) -> Made:
    """A line on the matter's timeline, or on its dispute's once there is one."""
    data: NoteData = op.data
    matter_id = _matter(op)
    dispute = dispute_queries.live_on(matter_id)
    if dispute is not None and (actor.is_police or actor.has("mediator")):
        event = disputes.note(actor, dispute_id=dispute.id, text=data.text, shared=data.shared)
    else:
        event = acts.note(actor, matter_id=matter_id, text=data.text, shared=data.shared)
    return Made({"id": str(matter_id), "matter": str(matter_id), "event": str(event)}, about=matter_id)


@operation("opened", kind="fact", word="离线查阅", shape=OpenedData)
def opened(actor: Actor, op: Op) -> Made:
    """The line of the access log a look without a signal leaves, with the time it was taken at."""
    data: OpenedData = op.data
    at = clock.local(op.occurred_at).strftime("%Y-%m-%d %H:%M")
    access.opened(actor, data.kind, data.id, f"手机离线查阅 {at} {data.why.strip() or '办理'}"[:200], [], action="open")
    return Made({"id": str(data.id)})


@operation("take", kind="decision", word="接手", shape=TakeData)
def take(actor: Actor, op: Op) -> Made:
    """The first to arrive becomes the owner; who comes after somebody else took it on is told."""
    matter_id = _matter(op)
    matter = queries.matter_for_update(actor, matter_id)
    if matter.owner_id == actor.account_id:
        return Made({"id": str(matter_id), "matter": str(matter_id)}, about=matter_id)
    dispute = dispute_queries.live_on(matter_id)
    if op.settling:  # an officer decided for the phone: its owner gets the matter
        if dispute is not None:
            raise Refused("已立为纠纷，请由本人在纠纷页面开始办理。")
        acts.triage(
            actor, matter_id=matter_id, kind=matter.kind, police=matter.police, owner_id=op.account, unsure=matter.kind_unsure
        )
        return Made({"id": str(matter_id), "matter": str(matter_id)}, about=matter_id)
    if matter.owner_id is not None:
        raise Refused("他人已先接手，请核对。")
    if dispute is not None:
        disputes.take(actor, dispute_id=dispute.id)
    else:
        acts.take_over(actor, matter_id=matter_id)
    return Made({"id": str(matter_id), "matter": str(matter_id)}, about=matter_id)


@operation("edit", kind="edit", word="修改", shape=EditData)
def edit(actor: Actor, op: Op) -> Made:
    """Fields changed apart merge; a field somebody else changed meanwhile is a conflict with both versions."""
    data: EditData = op.data
    matter_id = _matter(op)
    matter = queries.matter_for_update(actor, matter_id)
    unknown = sorted(set(data.fields) - set(acts.EDITABLE))
    if unknown or not data.fields:
        raise Invalid({"fields": "只能修改标题和地点。"})
    current = {name: getattr(matter, name) for name in data.fields}
    edits = {name: {"base": one.base.strip(), "value": one.value.strip()} for name, one in data.fields.items()}
    if op.settling:
        edits = {name: {"base": current[name], "value": one["value"]} for name, one in edits.items()}
    found = merge(edits, current)
    if found.take:
        acts.edit(actor, matter_id=matter_id, version=matter.version, values=found.take)
    clash = {name: {"base": base, "mine": mine, "theirs": theirs} for name, (base, mine, theirs) in found.clash.items()}
    return Made({"id": str(matter_id), "matter": str(matter_id), "applied": sorted(found.take)}, about=matter_id, clash=clash)
