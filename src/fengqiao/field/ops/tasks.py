"""The day's work away from the office: tasks signed for and finished, what a round found, what a meeting agreed on."""

import uuid
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid
from fengqiao.field.operations import Data, Made, Op, operation
from fengqiao.tasks import acts

Text = Annotated[str, StringConstraints(max_length=20_000)]
Short = Annotated[str, StringConstraints(max_length=200)]
Code = Annotated[str, StringConstraints(max_length=20, pattern="^[a-z_]*$")]


class FindingData(Data):
    """What a round found, and where; positions in WGS-84 degrees, of what was found."""

    text: Text
    place_text: Short = ""
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None


class PersonData(Data):
    """Who sat at the table: role of vocabulary attendee_roles, name."""

    role: Code
    name: Annotated[str, StringConstraints(max_length=40)]


class ActionData(Data):
    """What was agreed: what, who (an account), by which day."""

    text: Short
    owner: int | None = None
    due: date | None = None


class MinutesData(Data):
    """会商、例会."""

    kind: Code = "planning"
    topic: Short
    present: Annotated[list[PersonData], Field(max_length=50)]
    actions: Annotated[list[ActionData], Field(max_length=20)] = []
    items: Annotated[list[Short], Field(max_length=30)] = []
    text: Text = ""
    area: int | None = None


class TaskData(Data):
    """A step of one task."""

    task: uuid.UUID
    step: Literal["sign", "finish"]
    result: Annotated[str, StringConstraints(max_length=5000)] = ""


class DecideData(Data):
    """The evening's decision on a finding."""

    finding: uuid.UUID
    decision: Literal["task", "report", "none"]
    reason: Annotated[str, StringConstraints(max_length=5000)] = ""
    owner: int | None = None
    due: date | None = None


@operation("finding", kind="fact", word="巡查发现", shape=FindingData)
def finding(actor: Actor, op: Op) -> Made:
    """Kept for this evening's review."""
    data: FindingData = op.data
    lat, lon = (data.lat, data.lon) if data.lat is not None and data.lon is not None else (None, None)
    made = acts.find(actor, text=data.text, place_text=data.place_text, lat=lat, lon=lon, found_at=op.occurred_at)
    return Made({"id": str(made), "finding": str(made)}, about=made)


@operation("minutes", kind="fact", word="会商记录", shape=MinutesData)
def minutes(actor: Actor, op: Op) -> Made:
    """A meeting that was held; its actions become tasks. One without owner or day waits in 待核 with the rest."""
    data: MinutesData = op.data
    actions = [acts.Action(one.text, one.owner, clock.day_end(one.due) if one.due else None) for one in data.actions]
    made = acts.hold_meeting(
        actor, kind=data.kind, topic=data.topic, present=[(one.role, one.name) for one in data.present], actions=actions,
        minutes=data.text, area_id=data.area, held_at=op.occurred_at, items=data.items,
    )  # fmt: skip
    return Made({"id": str(made), "meeting": str(made)}, about=made)


@operation("done", kind="decision", word="任务签收、办结", shape=TaskData)
def done(actor: Actor, op: Op) -> Made:
    """A task is signed for, or finished with what was done; whoever was first stands."""
    data: TaskData = op.data
    if data.step == "sign":
        acts.sign(actor, task_id=data.task)
    else:
        acts.finish(actor, task_id=data.task, result=data.result)
    return Made({"id": str(data.task), "task": str(data.task)})


@operation("decide", kind="decision", word="晚议决定", shape=DecideData)
def decide(actor: Actor, op: Op) -> Made:
    """A finding is decided; whoever was first stands."""
    data: DecideData = op.data
    if data.decision == "task" and not data.due:
        raise Invalid({"due_at": "交办须写明期限。"})
    acts.decide_finding(
        actor, finding_id=data.finding, decision=data.decision, reason=data.reason, owner_id=data.owner,
        due_at=clock.day_end(data.due) if data.due else None,
    )  # fmt: skip
    return Made({"id": str(data.finding), "finding": str(data.finding)})
