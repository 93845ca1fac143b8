"""Acts on a dispute: open, take on, note, hand over, withdraw. How it ends stands in `ending`.

The matter follows in the same transaction: each step calls the front door's own act, which writes its own event.
"""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from fengqiao.core import clock, crypto, deadlines, numbers
from fengqiao.core.actor import Actor, Role
from fengqiao.core.approvals import Decided
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.queries import approvals
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.scope import scope
from fengqiao.core.spine import act, record
from fengqiao.core.wording import written
from fengqiao.disputes import policies, queries, rules
from fengqiao.disputes.acts.saving import REASON, TEXT, move, save, tell
from fengqiao.disputes.models import Dispute, Party, of_dispute
from fengqiao.disputes.rules.revisits import CALL_WITHIN, no_call
from fengqiao.intake import acts as intake
from fengqiao.intake import queries as intake_queries
from fengqiao.promises import acts as promises
from fengqiao.promises import asking
from fengqiao.promises.asking import Passed
from fengqiao.promises.ports import Change

NEXT = 200  # characters of 下步措施, a cell of a register


@act("立为纠纷")
def open_dispute(actor: Actor, *, matter_id: uuid.UUID, kind: str = "", owner_id: int | None = None) -> uuid.UUID:
    """Open a dispute on a matter; returns its id. Its parties are copied from what was reported.

    kind      D01–D20; default the matter's own. A matter marked as domestic violence stays that (ND-35).
    owner_id  default the matter's owner; with one, the work has begun.
    Errors: NotThere, Invalid, Refused when the matter is handed over, ended or joined, or has a dispute already.
    """
    policies.may_decide(actor)
    matter = intake_queries.matter_for_update(actor, matter_id)
    if matter.org_id not in actor.orgs:
        raise Refused("事项由其他单位主办，由主办单位立为纠纷。", status=403)
    if matter.state not in ("waiting", "open"):
        raise Refused("事项待分流或办理中，才能立为纠纷。已归并的请打开归并后的事项；已结束的请先重新办理。")
    if there := queries.live_on(matter.id):
        raise Refused(f"事项已立为纠纷 {there.number}。")
    kind = kind or (matter.kind if matter.kind.startswith("D") else "")
    types = vocabulary("dispute_types")
    if kind not in types or not types[kind].valid(clock.today()):
        raise Invalid({"kind": "请选择纠纷类别。"})
    if matter.kind == rules.VIOLENCE and kind != rules.VIOLENCE:
        raise Refused("事项已标为家庭暴力，按家庭暴力办理。", article=rules.VIOLENCE_LAW)
    owner_id = owner_id or matter.owner_id
    if owner_id and not intake_queries.may_own(matter.org_id, owner_id):
        raise Invalid({"owner": "主办人须在本单位有有效岗位。"})
    sorted_as = matter.kind if matter.kind.startswith("J") else kind  # an alarm's own kind stays
    if matter.kind != sorted_as or matter.kind_unsure or matter.owner_id != owner_id:
        police = matter.police if matter.police != "unsure" else "yes"
        intake.triage(actor, matter_id=matter.id, kind=sorted_as, police=police, owner_id=owner_id)
    dispute = Dispute(
        id=uuid7(), org_id=matter.org_id, created_at=clock.now(), matter_id=matter.id, kind=kind, owner_id=owner_id,
        number=numbers.next_number("disputes_number", "D", actor.zone), state="working" if owner_id else "opened",
    )  # fmt: skip
    dispute.save(force_insert=True)
    parties = Party.objects.bulk_create(_copied(matter.parties.filter(erased_at=None).order_by("created_at", "id"), dispute))
    _call_back(actor, dispute, matter)
    facts = {"kind": kind, "owner": owner_id, "parties": len(parties), "state": dispute.state, "grid": matter.grid_id}
    tell(actor, dispute, matter, "new", facts)
    return dispute.id


def _call_back(actor: Actor, dispute: Dispute, matter: Any) -> None:
    """Who called 110 is asked within 48 hours whether they were content (警情回访), unless it was violent."""
    if matter.report_set.filter(channel="110", history=False).exists() and not no_call(dispute.kind, "", violent=False):
        subject = ("dispute", dispute.id)
        deadlines.start(actor, queries.CALL, about=matter.id, subject=subject, org_id=dispute.org_id, due_at=clock.now() + CALL_WITHIN)


def opens(actor: Actor, matter_id: uuid.UUID, given: dict[str, Any]) -> uuid.UUID:
    """Registered with `intake.ports`: the matter's page opens a dispute. `given`: kind, owner_id; both may be missing."""
    return open_dispute(actor, matter_id=matter_id, kind=given.get("kind", ""), owner_id=given.get("owner_id"))


def _copied(told: Iterable[Any], dispute: Dispute) -> list[Party]:
    """The reports' parties as the dispute's own: somebody named in three reports stands here once."""
    found: list[Party] = []
    for one in told:
        same = next((p for p in found if _same(p, one)), None)
        if same is None:
            same = Party(
                id=uuid7(), org_id=dispute.org_id, created_at=clock.now(), dispute=dispute, about=dispute.matter_id,
                role=one.role, name=one.name,
            )  # fmt: skip
            found.append(same)
        for column in ("name", "phone", "phone_hash", "language"):  # what the first report left out
            setattr(same, column, getattr(same, column) or getattr(one, column))
        if one.id_hash is not None and same.id_hash is None:
            plain = crypto.decrypt(bytes(one.id_sealed), bound_to=one.id.bytes)
            same.id_sealed = crypto.encrypt(plain, bound_to=same.id.bytes)
            same.id_hash, same.id_last4 = one.id_hash, one.id_last4
    return found


def _same(mine: Party, other: Any) -> bool:
    """The same person? By id number; else by phone and name, as far as both are known, never by a phone alone."""
    if mine.id_hash is not None and other.id_hash is not None:
        return bytes(mine.id_hash) == bytes(other.id_hash)
    phones = [bytes(h) for h in (mine.phone_hash, other.phone_hash) if h is not None]
    if len(phones) == 2 and phones[0] != phones[1]:
        return False
    return bool(mine.name) and mine.name == other.name


@act("开始办理")
def take(actor: Actor, *, dispute_id: uuid.UUID) -> None:
    """The actor becomes the dispute's owner (主办人), and the matter's."""
    policies.may_work(actor)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    if dispute.state != "working":
        move(dispute, "working")
    if matter.state != "open" or matter.owner_id != actor.account_id:
        intake.take_over(actor, matter_id=matter.id)
    old, dispute.owner_id = dispute.owner_id, actor.account_id
    save(dispute, "state", "owner")
    tell(actor, dispute, matter, "taken on", {"was": old, "now": actor.account_id})


@act("记录")
def note(actor: Actor, *, dispute_id: uuid.UUID, text: str, shared: bool = False) -> uuid.UUID:
    """Write a line on the timeline. `shared`: the organisations it is shared with read it too."""
    text = written(text, TEXT, "请写下要记录的内容。")
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    facts = {"length": len(text), "shared": shared}
    return tell(actor, dispute, matter, "of", facts, text, shared=shared or not (actor.is_police or actor.has(Role.MEDIATOR)))


@act("流转纠纷")
def hand_over(
    actor: Actor, *, dispute_id: uuid.UUID, to_org_id: int, kind: str, reason: str, channel: str = "", due_at: datetime | None = None,
    signed: uuid.UUID | None = None,
) -> uuid.UUID:  # fmt: skip
    """Hand the dispute with its matter to another organisation through a promise; returns the promise's id.

    Its state follows the hand-over (`follow`): handed until the other side takes it, answers or gives it back.
    signed  the approval that granted it, where the bureau's table asks for one (`pass_on` asks for it)
    """
    dispute, matter = _to_hand(actor, dispute_id)
    if not approvals.granted(signed, matter.id):
        policies.may_decide(actor)
    promise = intake.hand_over(
        actor, matter_id=matter.id, to_org_id=to_org_id, kind=kind, reason=reason, channel=channel, due_at=due_at, signed=signed
    )
    tell(actor, dispute, matter, "handed over", {"to": to_org_id, "kind": kind, "channel": channel, "promise": str(promise)})
    return promise


@act("填写下步措施")
def plan_next(actor: Actor, *, dispute_id: uuid.UUID, text: str) -> None:
    """What is done next, in the officer's own words: registers and reports print it instead of the usual sentence while the
    dispute stays in this state. Empty takes it back."""
    policies.may_work(actor)
    text = written(text, NEXT)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    if dispute.state not in rules.LIVE:
        raise Refused("纠纷已结束，没有下步措施。")
    dispute.next_step, dispute.next_for = text, dispute.state if text else ""
    save(dispute, "next_step", "next_for")
    tell(actor, dispute, matter, "of", {"length": len(text), "state": dispute.state}, text)


def _to_hand(actor: Actor, dispute_id: uuid.UUID) -> tuple[Dispute, Any]:
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    if not rules.may_move(dispute.state, "handed"):
        raise Refused(f"纠纷{rules.word(dispute.state, dispute.outcome)}，不能流转。")
    return dispute, matter


def pass_on(actor: Actor, *, dispute_id: uuid.UUID, **given: Any) -> Passed:
    """Hand the dispute over (`given` as of `hand_over`), or ask for the signature it needs (station-day 3)."""
    with scope(actor):
        dispute, matter = queries.dispute_for_update(actor, dispute_id)
        waits = promises.waits(actor, dispute.org_id, given["kind"], about=matter.id)
    if waits:
        return Passed(approval_id=ask_hand_over(actor, dispute_id=dispute_id, **given))
    return Passed(hand_over(actor, dispute_id=dispute_id, **given))


@act("提请移送、流转纠纷审批")
def ask_hand_over(
    actor: Actor, *, dispute_id: uuid.UUID, to_org_id: int, kind: str, reason: str, channel: str = "", due_at: datetime | None = None
) -> uuid.UUID:
    """Ask for the signature; the dispute stays as it is meanwhile. The approval's id."""
    policies.may_decide(actor)
    dispute, matter = _to_hand(actor, dispute_id)
    asked = asking.ask(
        actor, about=matter.id, subject=("dispute", dispute.id), name=f"纠纷 {dispute.number}", url=f"/disputes/{dispute.id}/",
        org_id=dispute.org_id, to_org_id=to_org_id, kind=kind, text=reason, channel=channel, due_at=due_at,
    )  # fmt: skip
    tell(actor, dispute, matter, "asked", {"to": to_org_id, "kind": kind, "channel": channel, "asked": True})
    return asked


def handed_signed(actor: Actor, decided: Decided) -> None:
    """Served in `core.approvals`: granted, the dispute is handed over; refused, it stays; turned after a call, it is recalled."""
    if decided.granted:
        got = asking.given(decided)
        hand_over(actor, dispute_id=decided.subject[1], reason=got.pop("words"), **got)
    else:
        asking.take_back(actor, decided)


@act("随流转变更")
def keep_up(actor: Actor, *, dispute_id: uuid.UUID, why: str) -> None:
    """The matter was handed on or came back: the dispute is where its matter is, and led by whom leads it."""
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    old = {"state": dispute.state, "org": dispute.org_id, "owner": dispute.owner_id}
    if dispute.org_id != matter.org_id:
        dispute.org_id, dispute.lead_id = matter.org_id, None  # its own leader answers for it there
        for rows in of_dispute():
            rows.objects.filter(dispute=dispute).update(org_id=matter.org_id)
    dispute.owner_id = matter.owner_id
    dispute.state = "handed" if matter.state == "handed" else "working" if matter.owner_id else "opened"
    save(dispute, "org", "owner", "lead", "state")
    new = {"state": dispute.state, "org": dispute.org_id, "owner": dispute.owner_id}
    place = {"kind": dispute.kind, "grid": matter.grid_id}  # for figures of the unit it came to
    tell(actor, dispute, matter, "followed", {"was": old, "now": new, "why": why, **place})


def follow(actor: Actor, change: Change, move: str) -> None:
    """Registered with `promises` after the front door: whatever a hand-over's move did to the matter, its dispute follows."""
    dispute = queries.live_on(change.about)
    if dispute is None or dispute.state not in rules.AT_WORK | {"handed"}:
        return
    matter = intake_queries.matter_for_update(actor, change.about)
    if dispute.org_id != matter.org_id or (dispute.state == "handed") != (matter.state == "handed"):
        keep_up(actor, dispute_id=dispute.id, why=move)


@act("撤回纠纷")
def withdraw(actor: Actor, *, dispute_id: uuid.UUID, reason: str) -> None:
    """The parties take it back, or it was opened by mistake. The dispute ends; its matter stays open until it is dealt with."""
    policies.may_work(actor)
    reason = written(reason, REASON, "请写明撤回的原因。", "reason")
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    if dispute.org_id not in actor.orgs:
        raise Refused("纠纷由其他单位主办，由主办单位撤回。", status=403)
    old = dispute.state
    move(dispute, "withdrawn")
    dispute.outcome = "withdrawn"
    save(dispute, "state", "outcome")
    tell(actor, dispute, matter, "withdrawn", {"was": old}, reason)


@act("登记离开日期")
def set_departure(actor: Actor, *, dispute_id: uuid.UUID, departs_on: date | None) -> None:
    """A party (a tourist) leaves on this day: the dispute stands first in the list until then (KZ-17). None: no longer."""
    policies.may_revisit(actor)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    if departs_on is not None and departs_on < clock.today():
        raise Invalid({"departs_on": "离开日期不能早于今天。"})
    dispute.departs_on = departs_on
    save(dispute, "departs_on")
    record(
        actor, about=matter.id, subjects=[("dispute", dispute.id, "departs"), ("matter", matter.id, "of")],
        facts={"dispute": dispute.number, "set": departs_on is not None}, org_id=dispute.org_id,
        content={"police" if actor.is_police else "mediator": {"departs_on": departs_on.isoformat()}} if departs_on else None,
    )  # fmt: skip
