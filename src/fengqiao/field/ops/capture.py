"""记一笔: what somebody saw or was told outside becomes a report at the front door, with its receipt."""

import uuid
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import NotThere, Refused
from fengqiao.field.operations import Data, Made, Op, operation
from fengqiao.intake import acts
from fengqiao.intake.rules import PartyIn, ReportIn

WORDS = {"dispute": "纠纷", "hazard": "隐患", "need": "求助", "place": "场所", "tip": "线索"}
# a post's own channel of what it meets outside; the word of the office's form for it
CHANNELS = {Role.GRID: "grid", Role.VOLUNTEER: "volunteer", Role.MEDIATOR: "visit"}
Text = Annotated[str, StringConstraints(max_length=20_000)]
Short = Annotated[str, StringConstraints(max_length=200)]


class PartyData(Data):
    """Somebody named. No id number is written on a phone."""

    name: Annotated[str, StringConstraints(max_length=100)] = ""
    phone: Annotated[str, StringConstraints(max_length=30)] = ""
    role: Literal["caller", "party", "contact"] = "party"


class CaptureData(Data):
    """A capture. Positions in WGS-84 degrees, of the event; `occurred` only when the writer says another time than now."""

    kind: Literal["dispute", "hazard", "need", "place", "tip"] = "dispute"
    text: Text = ""
    place_text: Short = ""
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    accuracy: float | None = None
    place: uuid.UUID | int | None = None
    parties: Annotated[list[PartyData], Field(max_length=20)] = []
    occurred: AwareDatetime | None = None
    precision: Literal["exact", "about", "hour", "part", "day", "span"] = "exact"
    same_as: uuid.UUID | None = None
    not_same: Annotated[list[uuid.UUID], Field(max_length=20)] = []


@operation("capture", kind="fact", word="记一笔", shape=CaptureData)
def capture(actor: Actor, op: Op) -> Made:
    """A report of its own, or one more source of a matter already known. That matter gone or out of sight: its own."""
    data: CaptureData = op.data
    report = _report(actor, op, data)
    receipt = None
    if data.same_as is not None:
        try:
            receipt = acts.attach(actor, report=report, matter_id=data.same_as)
        except (NotThere, Refused):
            receipt = None
    if receipt is None:
        receipt = acts.receive(actor, report=report, apart=data.not_same)
    ids = {
        "id": str(receipt.matter_id), "matter": str(receipt.matter_id), "number": receipt.matter_number,
        "report": str(receipt.report_id), "receipt": receipt.receipt, "already": receipt.already,
    }  # fmt: skip
    return Made(ids, about=receipt.matter_id)


def _report(actor: Actor, op: Op, data: CaptureData) -> ReportIn:
    at, precision = (data.occurred, data.precision) if data.occurred else (op.occurred_at, op.precision)
    words = data.text.strip() or f"{WORDS[data.kind]}（未写文字）"
    position = data.lat is not None and data.lon is not None
    return ReportIn(
        channel=next((channel for role, channel in CHANNELS.items() if actor.has(role)), "patrol"),
        title=words.splitlines()[0][:60], text=words, place_text=data.place_text.strip(),
        lat=data.lat if position else None, lon=data.lon if position else None, occurred=(at, at), precision=precision,
        captured_at=op.occurred_at, kind_given=WORDS[data.kind],
        parties=tuple(PartyIn(one.name, one.phone, role=one.role) for one in data.parties),
    )  # fmt: skip

