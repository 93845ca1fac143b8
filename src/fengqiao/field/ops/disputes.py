"""What is done about a quarrel where it is: mediated on the spot, agreed, signed, performed, asked again; closed, referred.

What happened is a fact: the acts of the trade take it, or it waits in 待核. What settles something is a decision, judged by
rights and state at arrival. A quarrel just written down has no dispute yet: what is done about it opens one, if the post may.
"""

import uuid
from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Invalid
from fengqiao.core.rules import BadInput
from fengqiao.disputes import acts, queries
from fengqiao.disputes.rules import amounts
from fengqiao.disputes.rules.agreements import ZERO, Owed
from fengqiao.disputes.rules.levels import rank
from fengqiao.field.operations import Data, Made, Op, operation
from fengqiao.intake import queries as intake

Text = Annotated[str, StringConstraints(max_length=5000)]
Short = Annotated[str, StringConstraints(max_length=500)]
Code = Annotated[str, StringConstraints(max_length=20, pattern="^[A-Za-z0-9_]*$")]
Ref = uuid.UUID | Annotated[int, Field(ge=0, le=50)]  # a party's id; of a quarrel just written down, its place among the parties


class DisputeData(Data):
    """Which dispute: its id, else the one the matter (`about`) leads."""

    dispute: uuid.UUID | None = None


class SessionData(DisputeData):
    """A session that was held: the planned one (`session`), or on the spot. `facts`: the law's conditions as ticked there."""

    session: uuid.UUID | None = None
    kind: Literal["security", "people"] = "security"
    dispute_kind: Code = ""  # D01–D20, when this opens the dispute
    facts: dict[str, bool | int | str | list[str] | None] | None = None
    outcome: Code
    performance: Code = ""
    text: Annotated[str, StringConstraints(max_length=20_000)]
    came: Annotated[list[Ref], Field(max_length=50)] = []
    used: Annotated[list[int], Field(max_length=20)] = []
    recorded: bool = False
    drunk: bool = False


class OwedData(Data):
    """One thing owed. `amount` in 元, as people write it (69万)."""

    debtor: Ref
    creditor: Ref
    kind: Code = "money"
    amount: Annotated[str, StringConstraints(max_length=40)] = ""
    text: Annotated[str, StringConstraints(max_length=300)] = ""
    due_on: date | None = None
    done: bool = False


class AgreementData(DisputeData):
    """What the parties agreed."""

    session: uuid.UUID | None = None
    form: Code
    kind: Code
    dispute_kind: Code = ""
    total: Annotated[str, StringConstraints(max_length=40)] = ""
    owed: Annotated[list[OwedData], Field(max_length=120)] = []
    content: Text = ""


class SignatureData(DisputeData):
    """What a party signed on the screen, as the path of an SVG."""

    agreement: uuid.UUID
    party: Ref
    path: Annotated[str, StringConstraints(max_length=160_000)]


class PerformanceData(DisputeData):
    """A performance with its proof (vocabulary performance_proofs)."""

    obligation: uuid.UUID
    amount: Annotated[str, StringConstraints(max_length=40)] = ""
    on: date | None = None
    proof: Code = "witnessed"
    text: Text = ""


class RevisitData(DisputeData):
    """What was heard when it was asked again."""

    manner: Literal["visit", "phone"] = "visit"
    result: Code
    performance: Code = ""
    text: Text = ""
    party: uuid.UUID | None = None
    asked: Annotated[str, StringConstraints(max_length=100)] = ""


class ScheduleData(DisputeData):
    """A day to ask again (`revisit`), or an appointment to mediate (`session`)."""

    what: Literal["revisit", "session"]
    on: date | None = None
    kind: Code = "security"
    start: AwareDatetime | None = None
    minutes: Annotated[int, Field(ge=10, le=720)] = 60
    way: Code = "phone"
    room: uuid.UUID | None = None
    drunk: bool = False


class CloseData(DisputeData):
    """Closing; `kind`: what 其他纠纷 turned out to be."""

    kind: Code = ""


class ReferData(DisputeData):
    """Handing it to another organisation."""

    to: int
    kind: Code
    reason: Short
    due_at: AwareDatetime | None = None


class LevelData(DisputeData):
    """Another level, with listed reasons."""

    level: Code
    reasons: Annotated[list[Code], Field(max_length=20)]
    text: Short = ""


def _dispute(op: Op) -> uuid.UUID:
    if op.data.dispute is not None:
        return uuid.UUID(str(op.data.dispute))
    found = queries.of_matter(op.about) if op.about else None
    if found is None:
        raise Invalid({"dispute": "没有写明是哪一件纠纷。"})
    return found


def _at_work(actor: Actor, op: Op, kind: str) -> uuid.UUID:
    """The dispute, opened and taken on when nobody had: whoever mediates it works on it."""
    if op.data.dispute is None and op.about is not None and queries.live_on(op.about) is None:
        owner = intake.matter_for_update(actor, op.about).owner_id
        return acts.open_dispute(actor, matter_id=op.about, kind=kind, owner_id=owner or actor.account_id)
    dispute_id = _dispute(op)
    dispute, _ = queries.dispute_for_update(actor, dispute_id)
    if dispute.state == "opened" and dispute.owner_id is None:
        acts.take(actor, dispute_id=dispute_id)
    return dispute_id


def _party(dispute_id: uuid.UUID, ref: Ref) -> uuid.UUID:
    if isinstance(ref, uuid.UUID):
        return ref
    found = [one.id for one in queries.sides([dispute_id])]
    if ref >= len(found):
        raise Invalid({"party": "没有这位当事人，请核对。"})
    return found[ref]


def _made(actor: Actor, dispute_id: uuid.UUID, what: uuid.UUID | None = None, **more: str) -> Made:
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    ids = {"id": str(what or dispute_id), "dispute": str(dispute_id), "matter": str(matter.id), "number": dispute.number}
    return Made(ids | more, about=matter.id)


@operation("session_held", kind="fact", word="调解", shape=SessionData)
def session_held(actor: Actor, op: Op) -> Made:
    """A planned session as it went, or one on the spot."""
    data: SessionData = op.data
    dispute_id = _at_work(actor, op, data.dispute_kind)
    came = [_party(dispute_id, one) for one in data.came]
    if data.session is not None:
        if data.facts is not None:
            acts.state_facts(actor, dispute_id=dispute_id, facts=data.facts)
        acts.hold_session(
            actor, session_id=data.session, outcomes={dispute_id: (data.outcome, data.performance)}, came=came, text=data.text, used=data.used,
            drunk=data.drunk, recorded=data.recorded,
        )  # fmt: skip
        return _made(actor, dispute_id, data.session, session=str(data.session))
    held = acts.mediate_on_the_spot(
        actor, dispute_id=dispute_id, outcome=data.outcome, performance=data.performance, came=came, text=data.text, kind=data.kind,
        facts=data.facts, at=op.occurred_at, drunk=data.drunk,
    )  # fmt: skip
    return _made(actor, dispute_id, held, session=str(held))


@operation("agreement", kind="fact", word="登记协议", shape=AgreementData)
def agreement(actor: Actor, op: Op) -> Made:
    """What the parties agreed, from the day they did."""
    data: AgreementData = op.data
    dispute_id = _at_work(actor, op, data.dispute_kind)
    owed = [
        Owed(
            _party(dispute_id, one.debtor), _party(dispute_id, one.creditor), one.kind, _amount(one.amount) if one.kind == "money" else None,
            one.text, one.due_on, one.done,
        )
        for one in data.owed
    ]  # fmt: skip
    total = _amount(data.total) if data.total.strip() else sum((one.amount or ZERO for one in owed), ZERO)
    made = acts.agree(
        actor, dispute_id=dispute_id, form=data.form, kind=data.kind, owed=owed, total=total, content=data.content,
        effective_at=op.occurred_at, session_id=data.session, late=True,
    )  # fmt: skip
    return _made(actor, dispute_id, made, agreement=str(made))


def _amount(text: str) -> amounts.Decimal:
    try:
        return amounts.amount(text)
    except BadInput as error:
        raise Invalid({"amount": str(error)}) from error


@operation("signature", kind="fact", word="屏幕签名", shape=SignatureData)
def signature(actor: Actor, op: Op) -> Made:
    """A convenience copy of a signature, unless the bureau approved it as one."""
    data: SignatureData = op.data
    dispute_id = _dispute(op)
    made = acts.keep_signature(actor, agreement_id=data.agreement, party_id=_party(dispute_id, data.party), path=data.path)
    return _made(actor, dispute_id, made, document=str(made))


@operation("performance", kind="fact", word="登记履行", shape=PerformanceData)
def performance(actor: Actor, op: Op) -> Made:
    """Something owed was performed, in part or whole."""
    data: PerformanceData = op.data
    made = acts.perform(
        actor, obligation_id=data.obligation, amount=_amount(data.amount) if data.amount.strip() else None, on=data.on, proof=data.proof,
        text=data.text,
    )  # fmt: skip
    return Made({"id": str(made), "performance": str(made)})


@operation("revisit", kind="fact", word="回访", shape=RevisitData)
def revisit(actor: Actor, op: Op) -> Made:
    """It was asked again whether it holds."""
    data: RevisitData = op.data
    dispute_id = _dispute(op)
    acts.revisit(
        actor, dispute_id=dispute_id, manner=data.manner, result=data.result, performance=data.performance, text=data.text,
        party_id=data.party, asked_name=data.asked,
    )  # fmt: skip
    return _made(actor, dispute_id)


@operation("schedule", kind="decision", word="约定", shape=ScheduleData)
def schedule(actor: Actor, op: Op) -> Made:
    """A day to ask again, or an appointment to mediate, led by whoever makes it."""
    data: ScheduleData = op.data
    dispute_id = _dispute(op)
    if data.what == "revisit":
        if data.on is None:
            raise Invalid({"on": "请选择回访日期。"})
        acts.schedule_revisit(actor, dispute_id=dispute_id, on=data.on)
        return _made(actor, dispute_id)
    if data.start is None:
        raise Invalid({"start": "请选择调解时间。"})
    capacity = "committee" if actor.has(Role.MEDIATOR) else "officer"
    made = acts.plan_session(
        actor, dispute_id=dispute_id, kind=data.kind, start=data.start, minutes=data.minutes, way=data.way, room_id=data.room,
        mediators=[f"{actor.account_id}.{capacity}"], drunk=data.drunk,
    )  # fmt: skip
    return _made(actor, dispute_id, made, session=str(made))


@operation("close", kind="decision", word="结案", shape=CloseData)
def close(actor: Actor, op: Op) -> Made:
    """Closed, if what closing asks for stands at arrival."""
    dispute_id = _dispute(op)
    acts.close(actor, dispute_id=dispute_id, kind=op.data.kind)
    return _made(actor, dispute_id)


@operation("refer", kind="decision", word="流转", shape=ReferData)
def refer(actor: Actor, op: Op) -> Made:
    """Handed to another organisation."""
    data: ReferData = op.data
    dispute_id = _dispute(op)
    promise = acts.hand_over(actor, dispute_id=dispute_id, to_org_id=data.to, kind=data.kind, reason=data.reason, due_at=data.due_at)
    return Made({"id": str(promise), "dispute": str(dispute_id)}, about=op.about)


@operation("level", kind="decision", word="风险等级", shape=LevelData)
def level(actor: Actor, op: Op) -> Made:
    """Raised or lowered, with listed reasons; in effect when signed as the approvals table says."""
    data: LevelData = op.data
    dispute_id = _dispute(op)
    dispute, _ = queries.dispute_for_update(actor, dispute_id)
    change = acts.raise_level if rank(data.level) > rank(dispute.level) else acts.lower_level
    made = change(actor, dispute_id=dispute_id, level=data.level, reasons=data.reasons, text=data.text)
    return _made(actor, dispute_id, made, change=str(made))
