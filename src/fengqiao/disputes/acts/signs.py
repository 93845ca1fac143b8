"""Acts on violation signs (违法迹象, station-day 6): found, confirmed or dismissed, answered by a case number or by a
leader's signature that no case is made of it. Until then mediation stays closed. Only police decide.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.acts import approvals as core
from fengqiao.core.approvals import Decided
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.queries import approvals
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.spine import act
from fengqiao.core.wording import written
from fengqiao.disputes import policies, queries
from fengqiao.disputes.acts.levels import TEXT, reconsider
from fengqiao.disputes.acts.saving import tell
from fengqiao.disputes.models import Dispute, Sign
from fengqiao.disputes.queries import levels as reads
from fengqiao.disputes.rules import LIVE, signs
from fengqiao.intake import acts as intake
from fengqiao.intake.queries.incidents import texts

RAISES = {"threat": "threat"}  # a recorded threat raises the level (vocabulary level_reasons)
NONE_OPEN = "所选迹象已经处理，请刷新后再看。"


def _open(actor: Actor, dispute_id: uuid.UUID, codes: Sequence[str], *states: str) -> tuple[Dispute, Any, list[Sign]]:
    """The dispute and its signs of these codes in one of these states, for an act that decides them."""
    dispute, matter = _work_on(actor, dispute_id)
    rows = reads.signs_for_update(dispute, codes, *states)
    if not codes:
        raise Invalid({"signs": "请选择违法迹象。"})
    if len(rows) < len(set(codes)):
        raise Refused(NONE_OPEN)
    return dispute, matter, rows


def _work_on(actor: Actor, dispute_id: uuid.UUID) -> tuple[Dispute, Any]:
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    if dispute.state not in LIVE:
        raise Refused("纠纷已结束，不再登记违法迹象。")
    return dispute, matter


def _answer(row: Sign, state: str, by: int | None, **columns: Any) -> None:
    row.state, row.decided_by_id, row.decided_at = state, by, clock.now() if by else None
    row.case_number, row.leader_id = columns.get("case_number", ""), columns.get("leader_id")
    row.version += 1
    row.save()


@act("登记违法迹象")
def add_signs(actor: Actor, *, dispute_id: uuid.UUID, signs: Sequence[str], text: str = "") -> None:
    """Somebody saw or heard a violation sign: mediation stays closed until it is answered. A threat raises the level.

    signs  vocabulary violation_signs; one that was only hinted at is confirmed by this
    """
    policies.may_work(actor)
    text = written(text, TEXT)
    if not signs or any(code not in vocabulary("violation_signs") for code in signs):
        raise Invalid({"signs": "请选择违法迹象。"})
    dispute, matter = _work_on(actor, dispute_id)
    held = {row.sign: row for row in reads.signs_for_update(dispute, signs, "open", "suggested")}
    if all(code in held and held[code].state == "open" for code in signs):
        raise Refused("所选迹象已登记，尚未处理。")
    for code in dict.fromkeys(signs):
        if code not in held:
            Sign.objects.create(
                org_id=dispute.org_id, created_at=clock.now(), dispute=dispute, about=matter.id, sign=code, found_by_id=actor.account_id
            )
        elif held[code].state == "suggested":
            _answer(held[code], "open", None)
    tell(actor, dispute, matter, "signs found", {"signs": list(signs)}, text)
    _raise(actor, dispute, signs)


def _raise(actor: Actor, dispute: Dispute, found: Sequence[str]) -> None:
    for why in sorted({RAISES[code] for code in found if code in RAISES}):
        reconsider(actor, dispute_id=dispute.id, why=why)


def suggest(actor: Actor, dispute_id: uuid.UUID) -> bool:
    """Hint at signs the reports' words speak of, each once for a dispute; True when there was a new one."""
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    if dispute.state not in LIVE:
        return False
    known = set(Sign.objects.filter(dispute=dispute).values_list("sign", flat=True))
    new = [code for code in signs.hints(texts(matter.id)) if code not in known]
    if new:
        hint(actor, dispute_id=dispute_id, signs=new)
    return bool(new)


@act("提示违法迹象")
def hint(actor: Actor, *, dispute_id: uuid.UUID, signs: Sequence[str]) -> None:
    """Words of a report hint at these signs: a person is asked to confirm or dismiss them. They close nothing."""
    dispute, matter = _work_on(actor, dispute_id)
    for code in signs:
        Sign.objects.create(
            org_id=dispute.org_id, created_at=clock.now(), dispute=dispute, about=matter.id, sign=code, state="suggested",
            suggested=True, found_by_id=actor.account_id,
        )  # fmt: skip
    tell(actor, dispute, matter, "signs hinted", {"signs": list(signs)})


@act("确认违法迹象")
def confirm_signs(actor: Actor, *, dispute_id: uuid.UUID, signs: Sequence[str]) -> None:
    """A hint is right: it is a sign from now on, to be answered before mediation opens."""
    policies.may_decide(actor)
    dispute, matter, rows = _open(actor, dispute_id, signs, "suggested")
    for row in rows:
        _answer(row, "open", None)
    tell(actor, dispute, matter, "signs found", {"signs": list(signs), "hinted": True})
    _raise(actor, dispute, signs)


@act("排除违法迹象")
def dismiss_signs(actor: Actor, *, dispute_id: uuid.UUID, signs: Sequence[str], text: str = "") -> None:
    """A hint is wrong: it was checked and there is no such thing, for the reason given."""
    policies.may_decide(actor)
    text = written(text, TEXT, "请写明核实的情况。")
    dispute, matter, rows = _open(actor, dispute_id, signs, "suggested")
    for row in rows:
        _answer(row, "dismissed", actor.account_id)
    tell(actor, dispute, matter, "signs dismissed", {"signs": list(signs)}, text)


@act("违法迹象填案件编号")
def enter_case(actor: Actor, *, dispute_id: uuid.UUID, signs: Sequence[str], case_number: str) -> None:
    """A case is made of these signs: its number in the case system. The matter takes it too, when it has none yet."""
    policies.may_decide(actor)
    number = case_number.strip()
    if not 6 <= len(number) <= 40:
        raise Invalid({"case_number": "请填写办案系统的案件编号（6 至 40 位）。"})
    dispute, matter, rows = _open(actor, dispute_id, signs, "open", "suggested")
    _lapse(actor, rows)
    for row in rows:
        _answer(row, "case", actor.account_id, case_number=number)
    if not matter.case_number:
        intake.accept_case(actor, matter_id=matter.id, case_number=number)
    tell(actor, dispute, matter, "signs answered", {"signs": list(signs), "case": number})


def _lapse(actor: Actor, rows: Sequence[Sign]) -> None:
    """A signature asked for these signs is no longer needed."""
    for one in approvals.open_on({row.dispute_id for row in rows}):
        if one.id in {row.approval_id for row in rows}:
            core.lapse(actor, approval_id=one.id, why="case")


@act("违法迹象不予受案")
def refuse_case(actor: Actor, *, dispute_id: uuid.UUID, signs: Sequence[str], text: str) -> None:
    """No case is made of these signs, for this reason. It holds when the leader has signed it: at once when the actor may."""
    policies.may_decide(actor)
    text = written(text, TEXT, "请写明不予受案的理由。")
    dispute, matter, rows = _open(actor, dispute_id, signs, "open")
    signed_now = approvals.may_decide(actor, dispute.org_id, "not_accepted", asked_by=actor.account_id)
    asked = None
    if not signed_now:
        words = "、".join(vocabulary("violation_signs")[row.sign].name for row in rows)
        asked = core.ask(
            actor, kind="not_accepted", about=matter.id, subject=("dispute", dispute.id), org_id=dispute.org_id,
            change={"signs": list(signs)}, reason=text, text=f"纠纷 {dispute.number} {words}，不予受案", url=f"/disputes/{dispute.id}/",
        )  # fmt: skip
    for row in rows:
        row.approval_id = asked
        if signed_now:
            _answer(row, "not_accepted", actor.account_id, leader_id=actor.account_id)
        else:
            row.save(update_fields=["approval"])
    tell(actor, dispute, matter, "signs answered", {"signs": list(signs), "not_accepted": signed_now, "asked": not signed_now}, text)


def on_decided(actor: Actor, decided: Decided) -> None:
    """Served in `core.approvals` for not_accepted: the leader signed, or did not, that no case is made of the signs."""
    if decided.subject[0] == "dispute":
        signs_signed(actor, dispute_id=decided.subject[1], approval_id=decided.id, granted=decided.granted, by=decided.by)


@act("不予受案审签结果")
def signs_signed(actor: Actor, *, dispute_id: uuid.UUID, approval_id: uuid.UUID, granted: bool, by: int) -> None:
    """The leader's signature is on it, or was refused: then the signs stay open and a case has to be made."""
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    rows = Sign.objects.select_for_update(no_key=True, of=("self",)).filter(dispute=dispute, approval_id=approval_id)
    codes = []
    for row in rows.order_by("created_at", "id"):
        if granted and row.state == "open":
            _answer(row, "not_accepted", by, leader_id=by)
        elif not granted and row.state == "not_accepted":
            _answer(row, "open", None)
        codes.append(row.sign)
    tell(actor, dispute, matter, "signs answered", {"signs": codes, "granted": granted, "by": by})
