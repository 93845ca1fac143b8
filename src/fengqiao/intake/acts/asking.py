"""What leaves the matter's station waits for a signature (station-day 3): a hand-over, the written "not police" notice.

The bureau's table says who signs, or that nobody has to: then it takes effect at once. Refused, the matter stays as it was.
"""

import uuid
from typing import Any

from fengqiao.core.actor import Actor
from fengqiao.core.acts import approvals as core
from fengqiao.core.approvals import Decided
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.queries import approvals
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.scope import scope
from fengqiao.core.spine import act, record
from fengqiao.intake import policies, queries, rules
from fengqiao.intake.acts.sorting import hand_over, reopen, tell_elsewhere
from fengqiao.intake.models import Matter
from fengqiao.promises import acts as promises
from fengqiao.promises import asking
from fengqiao.promises.asking import Passed

TURNED = "审批人补签时说明与通话不符。"
TOLD, ASKED = "已登记告知。", "已提请审批，同意后登记告知。急需的可电话请示。"


def pass_on(actor: Actor, *, matter_id: uuid.UUID, **given: Any) -> Passed:
    """Hand the matter over (`given` as of `hand_over`), or ask for the signature it needs."""
    with scope(actor):
        org_id = queries.matter_for_update(actor, matter_id).org_id
        waits = promises.waits(actor, org_id, given["kind"], about=matter_id)
    if waits:
        return Passed(approval_id=ask_hand_over(actor, matter_id=matter_id, **given))
    return Passed(hand_over(actor, matter_id=matter_id, **given))


def _able(actor: Actor, matter_id: uuid.UUID, to: str) -> Matter:
    policies.may_decide(actor)
    matter = queries.matter_for_update(actor, matter_id)
    if not rules.may_move(matter.state, to):
        raise Refused(f"事项{rules.STATES[matter.state]}，不能转为{rules.STATES[to]}。")
    return matter


@act("提请移送、流转审批")
def ask_hand_over(
    actor: Actor, *, matter_id: uuid.UUID, to_org_id: int, kind: str, reason: str, channel: str = "", due_at: Any = None
) -> uuid.UUID:
    """Ask for the signature; the matter stays as it is meanwhile, and its clock runs on. The approval's id."""
    matter = _able(actor, matter_id, "handed")
    asked = asking.ask(
        actor, about=matter.id, subject=("matter", matter.id), name=f"事项 {matter.number}", url=f"/matters/{matter.id}/",
        org_id=matter.org_id, to_org_id=to_org_id, kind=kind, text=reason, channel=channel, due_at=due_at,
    )  # fmt: skip
    _record(actor, matter, {"to": to_org_id, "kind": kind, "channel": channel, "asked": True})
    return asked


def tell(actor: Actor, *, matter_id: uuid.UUID, where: str, written: bool = False) -> str:
    """Tell them where to go, or ask for the signature a written notice needs; what the page says."""
    with scope(actor):
        org_id = queries.matter_for_update(actor, matter_id).org_id
        waits = written and approvals.must_wait(actor, org_id, "not_police", about=matter_id)
    if waits:
        ask_tell_elsewhere(actor, matter_id=matter_id, where=where)
        return ASKED
    tell_elsewhere(actor, matter_id=matter_id, where=where, written=written)
    return TOLD


@act("提请书面告知审批")
def ask_tell_elsewhere(actor: Actor, *, matter_id: uuid.UUID, where: str) -> uuid.UUID:
    """Ask for the signature on the written notice that it is no police matter; the approval's id."""
    offices = vocabulary("elsewhere")
    if where not in offices:
        raise Invalid({"where": "请选择应当前往的单位。"})
    matter = _able(actor, matter_id, "told")
    asked = core.ask(
        actor, kind="not_police", about=matter.id, subject=("matter", matter.id), org_id=matter.org_id, change={"where": where},
        text=f"事项 {matter.number} 书面告知不属公安职责，向{offices[where].name}反映", url=f"/matters/{matter.id}/",
    )  # fmt: skip
    _record(actor, matter, {"where": where, "written": True, "asked": True})
    return asked


def _record(actor: Actor, matter: Matter, facts: dict[str, Any]) -> None:
    record(actor, about=matter.id, subjects=[("matter", matter.id, "asked")], facts=facts, org_id=matter.org_id)


def handed_signed(actor: Actor, decided: Decided) -> None:
    """Served in `core.approvals`: granted, the matter is handed over; refused, it stays; turned after a call, it is recalled."""
    if decided.granted:
        got = asking.given(decided)
        hand_over(actor, matter_id=decided.about, reason=got.pop("words"), **got)
    else:
        asking.take_back(actor, decided)


def notice_signed(actor: Actor, decided: Decided) -> None:
    """Served in `core.approvals`: granted, the notice is given; refused, the matter stays; turned after a call, it is open again."""
    if decided.granted:
        tell_elsewhere(actor, matter_id=decided.about, where=decided.change["where"], written=True, signed=decided.id)
    elif queries.matter_for_update(actor, decided.about).state == "told":
        reopen(actor, matter_id=decided.about, reason=TURNED)
