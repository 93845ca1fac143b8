"""分流: police or not, kind, place, unit, owner; hand-over; and the thin life of a matter to its end."""

import uuid
from typing import Any

from fengqiao.core import clock, notices
from fengqiao.core.actor import Actor, Role
from fengqiao.core.acts.approvals import lapse
from fengqiao.core.errors import Forbidden, Invalid, Refused, Stale
from fengqiao.core.queries import approvals
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.spine import act, record
from fengqiao.intake import policies, ports, queries, rules
from fengqiao.intake.acts import rows
from fengqiao.intake.models import Judgement, Matter, Report
from fengqiao.promises import acts as promises


def _move_state(matter: Matter, to: str) -> None:
    if matter.state != to and not rules.may_move(matter.state, to):
        raise Refused(f"事项{rules.STATES[matter.state]}，不能转为{rules.STATES[to]}。")
    matter.state = to


BY_AGREEMENT = frozenset({"settled", "self_settled"})


def _not_past_its_trade(actor: Actor, matter: Matter, by: str) -> None:
    """A matter led by a living dispute is settled and closed there; `by` is the trade that calls."""
    leader = ports.led_by(actor, matter.id)
    if leader is not None and leader.kind != by:
        raise Refused(f"该事项已立为纠纷 {leader.number}，请在纠纷中办理。")


WAITING = ("handover", "transfer", "not_police")  # lines of the approvals table a matter's own steps wait by


def forget_waiting(actor: Actor, matter: Matter, why: str) -> None:
    """The matter went another way: what still waits to be signed about leaving it is no longer needed."""
    for one in approvals.waiting_about(matter.id, WAITING):
        lapse(actor, approval_id=one.id, why=why)


def _save(matter: Matter, *fields: str) -> None:
    matter.version += 1
    matter.save(update_fields=[*fields, "version"])


@act("分流")
def triage(
    actor: Actor,
    *,
    matter_id: uuid.UUID,
    kind: str,
    police: str = "yes",
    owner_id: int | None = None,
    unsure: bool = False,
    place: rules.PlaceIn | None = None,
) -> None:
    """Settle what it is, where it is and who has it.

    kind: D01–D20 or a J code. owner_id: an account with a post in the unit. place: put right, or None to leave it as told.
    """
    policies.may_decide(actor)
    matter = queries.matter_for_update(actor, matter_id)
    if kind not in vocabulary("dispute_types") and kind not in vocabulary("alarm_kinds"):
        raise Invalid({"kind": "类别不在代码表中，请从列表选择。"})
    if police not in ("yes", "no", "unsure"):
        raise Invalid({"police": "请选择是否属于公安机关职责。"})
    if owner_id is not None and not queries.may_own(matter.org_id, owner_id):
        raise Invalid({"owner": "责任民警须在本单位有有效岗位。"})
    if place is not None and len(place.text) > 200:
        raise Invalid({"place_text": "超过 200 字，请缩短。"})
    told, located = (matter.place_text, place is not None and rows.put(actor, matter, place))
    old = {"kind": matter.kind, "police": matter.police, "owner": matter.owner_id, "state": matter.state}
    if matter.state == "waiting" and owner_id:
        _move_state(matter, "open")
    matter.kind, matter.kind_unsure, matter.police, matter.owner_id = (
        kind,
        unsure,
        police,
        owner_id or matter.owner_id,
    )
    _save(matter, "kind", "kind_unsure", "police", "owner", "state", "place_text", "lat", "lon", "cell", "grid_id")
    moved = matter.place_text != told
    newest = Report.objects.filter(matter=matter).order_by("created_at").values_list("id", flat=True).first()
    if newest and not unsure:
        Judgement.objects.create(
            org_id=matter.org_id, topic="kind", report_id=newest, code=kind, at=clock.now()
        )
    if owner_id and owner_id != old["owner"] and owner_id != actor.account_id:
        notices.notify(
            group="intake.owner", account_id=owner_id, org_id=matter.org_id, about=matter.id,
            text=f"{matter.number} 已指定主办", url=f"/matters/{matter.id}/",
        )  # fmt: skip
    record(
        actor,
        about=matter.id,
        subjects=[("matter", matter.id, "sorted")],
        facts={
            "old": old,
            "new": {"kind": kind, "police": police, "owner": matter.owner_id, "state": matter.state},
        }
        | ({"located": matter.lat is not None} if located else {})
        | ({"changed": ["place_text"], "version": matter.version} if moved else {}),
        content={"police": {"place_text": {"old": told, "new": matter.place_text}}} if moved else None,
        org_id=matter.org_id,
    )


@act("接手")
def take_over(actor: Actor, *, matter_id: uuid.UUID) -> None:
    """The actor becomes the matter's owner (责任民警, 主办人)."""
    if not actor.has(Role.OFFICER, Role.LEADER, Role.DESK, Role.MEDIATOR, Role.CENTRE):
        raise Forbidden("主办人须为民警、所领导、值班人员或调解员。")
    matter = queries.matter_for_update(actor, matter_id)
    old = matter.owner_id
    _move_state(matter, "open")
    matter.owner_id = actor.account_id
    _save(matter, "owner", "state")
    record(
        actor,
        about=matter.id,
        subjects=[("matter", matter.id, "taken over")],
        facts={"old": old, "new": actor.account_id},
        org_id=matter.org_id,
    )


@act("指定主办人")
def assign(actor: Actor, *, matter_id: uuid.UUID, owner_id: int, by: str = "") -> None:
    """Somebody of the unit becomes the matter's owner; a matter nobody had yet is at work from now on.

    by  the trade that calls; while a dispute leads the matter, its owner is named there
    """
    policies.may_settle(actor)
    matter = queries.matter_for_update(actor, matter_id)
    _not_past_its_trade(actor, matter, by)
    if not queries.may_own(matter.org_id, owner_id):
        raise Invalid({"owner": "主办人须在本单位有有效岗位。"})
    if matter.state == "waiting":
        _move_state(matter, "open")
    old, matter.owner_id = matter.owner_id, owner_id
    _save(matter, "owner", "state")
    record(
        actor, about=matter.id, subjects=[("matter", matter.id, "assigned")], facts={"old": old, "new": owner_id}, org_id=matter.org_id
    )


EDITABLE = ("title", "place_text")


@act("修改")
def edit(actor: Actor, *, matter_id: uuid.UUID, version: int, values: dict[str, str]) -> None:
    """Change title or place. `version` is the one the form was opened with.

    When somebody else changed the same field in between, Stale carries both texts and nothing is overwritten;
    changes of different fields go together.
    """
    policies.may_edit(actor)
    matter = queries.matter_for_update(actor, matter_id)
    values = {name: values[name].strip() for name in EDITABLE if name in values}
    wrong = {name: "请填写。" for name, value in values.items() if name == "title" and not value}
    wrong |= {name: "超过 200 字，请缩短。" for name, value in values.items() if len(value) > 200}
    if wrong:
        raise Invalid(wrong)
    changed = {n: v for n, v in values.items() if v != getattr(matter, n)}
    if matter.version != version:
        since = queries.changed_since(actor, matter.id, version)
        clash = {n: getattr(matter, n) for n in changed if n in since}
        if clash:
            raise Stale(theirs=clash, mine={n: changed[n] for n in clash})
    old = {n: getattr(matter, n) for n in changed}
    for name, value in changed.items():
        setattr(matter, name, value)
    _save(matter, *changed)
    record(
        actor,
        about=matter.id,
        subjects=[("matter", matter.id, "changed")],
        facts={"changed": sorted(changed), "version": matter.version},
        content={"police": {n: {"old": old[n], "new": changed[n]} for n in changed}},
        org_id=matter.org_id,
    )


@act("记录")
def note(actor: Actor, *, matter_id: uuid.UUID, text: str, shared: bool = False) -> uuid.UUID:
    """Write a line on the matter's timeline. `shared`: the organisations it is shared with read it too."""
    policies.may_read(actor)
    text = text.strip()
    if not text:
        raise Invalid({"text": "请写下要记录的内容。"})
    if len(text) > 5000:
        raise Invalid({"text": "超过 5000 字，请分次记录或作为材料上传。"})
    matter = queries.matter_for_update(actor, matter_id)
    compartment = "shared" if shared or not actor.is_police else "police"
    return record(
        actor,
        about=matter.id,
        subjects=[("matter", matter.id, "of")],
        facts={"length": len(text), "shared": compartment == "shared"},
        content={compartment: {"text": text}},
        org_id=matter.org_id,
    )


@act("登记受案")
def accept_case(actor: Actor, *, matter_id: uuid.UUID, case_number: str) -> None:
    """Enter the case number of the case system; only from one may a 受案回执 be printed (程序规定 60, 61)."""
    policies.may_decide(actor)
    number = case_number.strip()
    if not (6 <= len(number) <= 40):
        raise Invalid({"case_number": "请填写办案系统的案件编号（6 至 40 位）。"})
    matter = queries.matter_for_update(actor, matter_id)
    old, matter.case_number = matter.case_number, number
    _save(matter, "case_number")
    record(
        actor,
        about=matter.id,
        subjects=[("matter", matter.id, "accepted as a case")],
        facts={"old": old, "new": number},
        org_id=matter.org_id,
    )


@act("告知去处")
def tell_elsewhere(actor: Actor, *, matter_id: uuid.UUID, where: str, written: bool = False, signed: uuid.UUID | None = None) -> None:
    """Not a police matter: told at once where to go, orally or in writing (程序规定 61(3)).

    The written notice is signed first where the bureau's table says so; `signed`: the approval that granted it.
    """
    if not approvals.granted(signed, matter_id):
        policies.may_decide(actor)
    offices = vocabulary("elsewhere")
    if where not in offices:
        raise Invalid({"where": "请选择应当前往的单位。"})
    matter = queries.matter_for_update(actor, matter_id)
    if written and approvals.must_wait(actor, matter.org_id, "not_police", about=matter.id, signed=signed):
        raise Refused("书面告知须先经审批，请在事项页面提请。")
    old = matter.state
    _move_state(matter, "told")
    matter.police, matter.outcome, matter.closed_at = "no", "explained", clock.now()
    _save(matter, "state", "police", "outcome", "closed_at")
    forget_waiting(actor, matter, "told")
    record(
        actor,
        about=matter.id,
        subjects=[("matter", matter.id, "told")],
        facts={"where": where, "written": written, "old": old},
        content={"shared": {"where": offices[where].name}},
        org_id=matter.org_id,
    )


@act("流转")
def hand_over(
    actor: Actor,
    *,
    matter_id: uuid.UUID,
    to_org_id: int,
    kind: str,
    reason: str,
    channel: str = "",
    due_at: Any = None,
    signed: uuid.UUID | None = None,
) -> uuid.UUID:
    """Hand the matter to another organisation through a promise (流转, 移送, 五调); returns the promise's id.

    It stays with the sender, under its own number, until the other side accepts; a return brings it back at once.
    Where the bureau's table asks for a signature first, `signed` is the approval that granted it.
    """
    if not approvals.granted(signed, matter_id):
        policies.may_decide(actor)
    matter = queries.matter_for_update(actor, matter_id)
    if matter.state == "merged":
        raise Refused("该事项已归并，请在归并后的事项上流转。")
    old = matter.state
    _move_state(matter, "handed")
    _save(matter, "state")
    forget_waiting(actor, matter, "handed")
    record(
        actor,
        about=matter.id,
        subjects=[("matter", matter.id, "handed over")],
        facts={"to": to_org_id, "kind": kind, "channel": channel, "old": old},
        org_id=matter.org_id,
    )
    return promises.send(
        actor,
        about=matter.id,
        to_org_id=to_org_id,
        kind=kind,
        channel=channel,
        text=reason,
        number=matter.number,
        due_at=due_at,
        # 移送: the 24 hours run from the report, not from the hand-over (程序规定 61(2))
        started_at=matter.created_at if kind == "handover" else None,
        signed=signed,
        org_id=matter.org_id if signed else None,
    ).id


@act("已化解")
def settle(actor: Actor, *, matter_id: uuid.UUID, outcome: str, by: str = "") -> None:
    """The quarrel is settled (called by the trade that settled it, or from the matter itself)."""
    policies.may_settle(actor)
    if outcome not in vocabulary("outcomes"):
        raise Invalid({"outcome": "请选择结果。"})
    matter = queries.matter_for_update(actor, matter_id)
    _not_past_its_trade(actor, matter, by)
    if matter.kind == "D01V" and outcome in BY_AGREEMENT:
        raise Refused("家庭暴力不以调解或者和解结案，请按安全处置路径办理。", article="反家庭暴力法第十五条、第十六条")
    old = matter.state
    _move_state(matter, "settled")
    matter.outcome, matter.settled_at = outcome, clock.now()
    _save(matter, "state", "outcome", "settled_at")
    forget_waiting(actor, matter, "settled")
    record(
        actor,
        about=matter.id,
        subjects=[("matter", matter.id, "settled")],
        facts={"outcome": outcome, "old": old},
        org_id=matter.org_id,
    )


@act("回访")
def revisit(
    actor: Actor, *, matter_id: uuid.UUID, manner: str, result: str, text: str = "", by: str = ""
) -> None:
    """Ask again whether a settled quarrel holds. 反弹 opens the matter again at once.

    manner  visit 上门 or phone 电话; result: vocabulary revisit_results.
    """
    policies.may_revisit(actor)
    wrong = {} if manner in rules.MANNERS else {"manner": "请选择回访方式。"}
    if result not in vocabulary("revisit_results"):
        wrong["result"] = "请选择回访结果。"
    if len(text) > 5000:
        wrong["text"] = "超过 5000 字，请缩短。"
    if wrong:
        raise Invalid(wrong)
    matter = queries.matter_for_update(actor, matter_id)
    _not_past_its_trade(actor, matter, by)
    if matter.state != "settled" and not (by and matter.state == "closed"):  # a trade goes on asking after closing
        raise Refused("事项化解后才登记回访。")
    if result == "flared_up":
        _move_state(matter, "open")
        matter.settled_at = matter.closed_at = None
        _save(matter, "state", "settled_at", "closed_at")
    record(
        actor,
        about=matter.id,
        subjects=[("matter", matter.id, "revisited")],
        facts={"manner": manner, "result": result, "reopened": result == "flared_up"},
        content={"police" if actor.is_police else "mediator": {"text": text.strip()}}
        if text.strip()
        else None,
        org_id=matter.org_id,
    )


@act("结案")
def close(
    actor: Actor, *, matter_id: uuid.UUID, outcome: str = "", revisited: bool = False, by: str = ""
) -> None:
    """Close. A settled quarrel is closed only after a revisit (NP-32: 闭环处); others need an outcome and a kind.

    revisited: the trade that settled the quarrel has its own revisit; otherwise those recorded here are asked.
    """
    policies.may_decide(actor)
    matter = queries.matter_for_update(actor, matter_id)
    _not_past_its_trade(actor, matter, by)
    if outcome and outcome not in vocabulary("outcomes"):
        raise Invalid({"outcome": "请选择结果。"})
    if matter.kind.startswith("D") and not revisited:
        results = queries.revisits(matter.id, matter.settled_at) if matter.settled_at else []
        if reason := rules.not_closed_yet(results, leader=actor.has(Role.LEADER)):
            raise Refused(reason)
    if not (outcome or matter.outcome):
        raise Invalid({"outcome": "请选择结果。"})
    if matter.kind == "D15":
        raise Invalid({"kind": "“其他纠纷”须在结案前改定类别。"})
    old = matter.state
    _move_state(matter, "closed")
    matter.outcome, matter.closed_at = outcome or matter.outcome, clock.now()
    _save(matter, "state", "outcome", "closed_at")
    forget_waiting(actor, matter, "closed")
    record(
        actor,
        about=matter.id,
        subjects=[("matter", matter.id, "closed")],
        facts={"outcome": matter.outcome, "old": old, "revisited": revisited},
        org_id=matter.org_id,
    )


@act("反弹重开")
def reopen(actor: Actor, *, matter_id: uuid.UUID, reason: str, by: str = "") -> None:
    """It flared up again (反弹), or was closed by mistake: open again, with the reason."""
    policies.may_decide(actor)
    if not reason.strip():
        raise Invalid({"reason": "请写明重新办理的原因。"})
    matter = queries.matter_for_update(actor, matter_id)
    _not_past_its_trade(actor, matter, by)
    old = matter.state
    _move_state(matter, "open")
    matter.closed_at = matter.settled_at = None
    _save(matter, "state", "closed_at", "settled_at")
    record(
        actor,
        about=matter.id,
        subjects=[("matter", matter.id, "reopened")],
        facts={"old": old},
        content={"police": {"reason": reason.strip()[:500]}},
        org_id=matter.org_id,
    )
