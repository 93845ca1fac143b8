"""Acts on an agreement (协议): write it down, note what was performed, find what is over time, remind, hand its plan over."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from fengqiao.core import clock, documents, notices, outbox, sharing
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.models import Organisation
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.spine import act
from fengqiao.core.wording import written
from fengqiao.disputes import policies, queries
from fengqiao.disputes.acts import ending, levels
from fengqiao.disputes.acts.saving import REASON, TEXT, fresh, save, tell
from fengqiao.disputes.models import Agreement, Dispute, Obligation, Party, Performance
from fengqiao.disputes.queries import law
from fengqiao.disputes.rules import RESOLVED
from fengqiao.disputes.rules import agreements as rules
from fengqiao.intake import queries as intake

DUE, LATE = "disputes.due", "disputes.overdue"  # groups of messages and notices
AFTER_PLAN = 30  # days an organisation sees the dispute beyond the last due date of a plan it was given


@act("登记协议")
def agree(
    actor: Actor, *, dispute_id: uuid.UUID, form: str, kind: str, owed: Sequence[rules.Owed], total: Decimal = rules.ZERO,
    content: str = "", effective_at: datetime | None = None, session_id: uuid.UUID | None = None, tier: str = "",
    status: bool = False, version: int | None = None, late: bool = False,
) -> uuid.UUID:  # fmt: skip
    """Write down what the parties agreed; the dispute is settled from that day. Returns the agreement's id.

    form          vocabulary agreement_forms; an oral one must tell its content and a due date (人民调解法 28, 30)
    kind          vocabulary mediation_kinds, or rules.SELF when they settled it themselves
    owed          instalments one by one (rules.amounts.instalments); the money must add up to `total` (元)
    effective_at  when it took effect, if earlier than now
    session_id    the mediation it came from
    tier          at which level it was settled (vocabulary resolution_tiers); default the leading unit's
    status        does it confirm an identity, adoption or marriage? Then no 司法确认
    late          written down when they agreed and entered later (on a phone without a signal): a due date may have passed since
    On a dispute that is settled already it replaces the agreement that stands.
    Errors: NotThere, Invalid, Refused (state, law), Stale.
    """
    policies.may_work(actor)
    content = written(content, TEXT, field="content")
    moment = effective_at or clock.now()
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    fresh(dispute, version, "登记协议")
    parties = Party.objects.filter(dispute=dispute, erased_at=None).exclude(role="contact").values_list("id", flat=True)
    wrong = rules.problems(form, total, owed, content, parties, queries.kinds_owed(), clock.local(moment).date() if late else clock.today())
    if kind != rules.SELF and kind not in vocabulary("mediation_kinds"):
        wrong["kind"] = "请选择调解方式。"
    if moment > clock.now():
        wrong["effective_at"] = "达成时间不能晚于现在。"
    if wrong:
        raise Invalid(wrong)
    if session_id and not dispute.hearings.filter(session_id=session_id).exists():
        raise Invalid({"session_id": "请选择调解过本纠纷的场次。"})
    if kind == "security" and session_id is None:  # a session was asked before it opened
        law.must_allow_police(actor, dispute)
    old = queries.standing(dispute.id)
    if old is not None:
        old.ended_at = clock.now()
        old.save(update_fields=["ended_at"])
        outbox.drop("obligation", old.obligations.values_list("id", flat=True))
    agreement = Agreement.objects.create(
        id=uuid7(), org_id=dispute.org_id, created_at=clock.now(), dispute=dispute, about=matter.id, round=dispute.round + 1,
        session_id=session_id, form=form, kind=kind, total=total, content=content, status=status, effective_at=moment,
    )  # fmt: skip
    agreed_on = clock.local(moment).date()
    rows = Obligation.objects.bulk_create(_row(agreement, seq, one, agreed_on) for seq, one in enumerate(owed, 1))
    Performance.objects.bulk_create(_on_the_spot(actor, row) for row in rows if row.state == "performed")
    if dispute.state in ("settled", "revisited"):
        agreement.round = dispute.round
        agreement.save(update_fields=["round"])
        if dispute.outcome not in RESOLVED:
            raise Refused("已登记的结果不是达成一致；请先重新办理，再登记协议。")
        dispute.plan_handed_at = None
        dispute.resolved_how, dispute.resolved_tier = kind, tier or dispute.resolved_tier
        _keep_up(dispute, agreement, "resolved_how", "resolved_tier", "plan_handed_at")
    else:
        ending.settle(
            actor, dispute_id=dispute.id, outcome="self_settled" if kind == rules.SELF else "settled", tier=tier, how=kind, at=moment
        )
    facts = {
        "form": form, "how": kind, "total": str(total), "owed": len(owed), "money": sum(one.kind == "money" for one in owed),
        "last_due": max((one.due_on for one in rows), default=agreed_on).isoformat(), "effective": agreed_on.isoformat(),
        "replaces": str(old.id) if old else None, "session": str(session_id) if session_id else None,
        "plan": [[str(row.id), row.due_on.isoformat(), row.state] for row in rows],
    }  # fmt: skip
    tell(actor, dispute, matter, "of", facts, content, subjects=(("agreement", agreement.id, "new"),))
    return agreement.id


def _row(agreement: Agreement, seq: int, one: rules.Owed, agreed_on: date) -> Obligation:
    done = {"state": "performed", "done_at": clock.now(), "paid": one.amount or 0, "due_on": agreed_on} if one.done else {}
    given: dict[str, Any] = {"due_on": one.due_on, **done}
    return Obligation(
        id=uuid7(), org_id=agreement.org_id, created_at=clock.now(), agreement=agreement, dispute_id=agreement.dispute_id,
        about=agreement.about, seq=seq, debtor_id=one.debtor, creditor_id=one.creditor, kind=one.kind, amount=one.amount,
        text=written(one.text, 300), agreed_on=agreed_on, **given,
    )  # fmt: skip


def _on_the_spot(actor: Actor, row: Obligation) -> Performance:
    return Performance(
        id=uuid7(), org_id=row.org_id, created_at=clock.now(), obligation=row, dispute_id=row.dispute_id, about=row.about,
        amount=row.amount, on=row.agreed_on, proof="witnessed", by_id=actor.account_id,
    )  # fmt: skip


def _keep_up(dispute: Dispute, agreement: Agreement, *fields: str) -> None:
    """The dispute says how far its agreement is performed, as long as it counts as settled."""
    if dispute.outcome in RESOLVED:
        dispute.performance = queries.performance_of(agreement)
    save(dispute, "performance", *fields)


@act("登记履行")
def perform(
    actor: Actor, *, obligation_id: uuid.UUID, amount: Decimal | None = None, on: date | None = None, proof: str = "receipt",
    text: str = "", file: tuple[str, bytes] | None = None,
) -> uuid.UUID:  # fmt: skip
    """Note a performance with its receipt (凭证), in part or whole; returns its id.

    amount  元; default what is left. Not more than that.
    on      the day it was performed; default today
    proof   vocabulary performance_proofs
    file    (name, bytes) of the receipt, kept as a document of the matter
    """
    policies.may_revisit(actor)
    text = written(text, TEXT)
    day = on or clock.today()
    obligation, agreement, dispute, matter = queries.obligation_for_update(actor, obligation_id)
    _must_stand(actor, agreement, dispute)
    if obligation.state in rules.DONE:
        raise Refused(f"这一项{rules.STATES[obligation.state]}。")
    wrong = {}
    rest = None if obligation.amount is None else obligation.amount - obligation.paid
    part = rest if amount is None else amount
    if rest is None and amount is not None:
        wrong["amount"] = "这一项不是给付金钱，不填金额。"
    elif rest is not None and part is not None and not 0 < part <= rest:
        wrong["amount"] = f"金额须大于零，且不超过未履行的 {rules.yuan(rest)} 元；多付的另行写明。"
    if not obligation.agreed_on <= day <= clock.today():
        wrong["on"] = "履行日期须在协议达成之后、今天或以前。"
    if proof not in vocabulary("performance_proofs"):
        wrong["proof"] = "请选择凭证种类。"
    if wrong:
        raise Invalid(wrong)
    document = None
    if file is not None:
        document = documents.store(
            actor, about=matter.id, name=file[0], data=file[1], purpose="receipt", org_id=dispute.org_id
        )
    one = Performance.objects.create(
        id=uuid7(), org_id=dispute.org_id, created_at=clock.now(), obligation=obligation, dispute=dispute, about=matter.id,
        amount=part, on=day, proof=proof, document=document, by_id=actor.account_id,
    )  # fmt: skip
    obligation.paid += part or 0
    late = day > obligation.due_on
    overdue = obligation.overdue_at is not None
    obligation.state = rules.state_after(obligation.amount, obligation.paid, overdue=overdue)
    obligation.done_at = clock.now() if obligation.state == "performed" else None
    obligation.version += 1
    obligation.save(update_fields=["paid", "state", "done_at", "version"])
    if obligation.state == "performed":
        outbox.drop("obligation", [obligation.id])
    _keep_up(dispute, agreement)
    facts = {
        "amount": str(part) if part is not None else None, "on": day.isoformat(), "proof": proof, "late": late,
        "seq": obligation.seq, "state": obligation.state, "performance": queries.performance_of(agreement),
        "document": str(document.id) if document else None,
    }  # fmt: skip
    subjects = (("obligation", obligation.id, "performed"), ("performance", one.id, "new"))
    tell(actor, dispute, matter, "of", facts, text, subjects=subjects)
    return one.id


@act("免除履行")
def waive(actor: Actor, *, obligation_id: uuid.UUID, reason: str) -> None:
    """The side it is owed to lets it go: nothing more is asked for it."""
    policies.may_work(actor)
    reason = written(reason, REASON, "请写明对方何时、以什么方式表示免除。", "reason")
    obligation, agreement, dispute, matter = queries.obligation_for_update(actor, obligation_id)
    _must_stand(actor, agreement, dispute)
    if obligation.state in rules.DONE:
        raise Refused(f"这一项{rules.STATES[obligation.state]}。")
    old, obligation.state, obligation.done_at = obligation.state, "waived", clock.now()
    obligation.version += 1
    obligation.save(update_fields=["state", "done_at", "version"])
    outbox.drop("obligation", [obligation.id])
    _keep_up(dispute, agreement)
    facts = {"seq": obligation.seq, "was": {"state": old}, "performance": queries.performance_of(agreement)}
    tell(actor, dispute, matter, "of", facts, reason, subjects=(("obligation", obligation.id, "waived"),))


def _must_stand(actor: Actor, agreement: Agreement, dispute: Dispute) -> None:
    if dispute.org_id not in actor.orgs:
        raise Refused("纠纷由其他单位主办，本单位可以查看和记录。", status=403)
    if agreement.ended_at is not None:
        raise Refused("这份协议已由新的协议代替。")


@act("逾期未履行")
def breach(actor: Actor, *, obligation_id: uuid.UUID) -> None:
    """What was owed is over time: said once, told to the owner and to those the plan was handed to; the level rises.

    Called by the daily job. Refused when it is not over time or was said before, so a second run changes nothing.
    """
    policies.may_find(actor)
    obligation, agreement, dispute, matter = queries.obligation_for_update(actor, obligation_id)
    _must_stand(actor, agreement, dispute)
    if obligation.state not in ("pending", "partly") or obligation.due_on >= clock.today():
        raise Refused("未到期，或已经登记。")
    obligation.state, obligation.overdue_at = "overdue", clock.now()
    obligation.version += 1
    obligation.save(update_fields=["state", "overdue_at", "version"])
    _keep_up(dispute, agreement)
    text = f"纠纷 {dispute.number} 第 {obligation.seq} 项逾期未履行"
    told = {(dispute.org_id, dispute.owner_id), (agreement.handed_to_org_id or dispute.org_id, agreement.handed_to_id)}
    for org_id, account_id in sorted(told, key=str):
        notices.notify(LATE, text, f"/disputes/{dispute.id}/", org_id=org_id, account_id=account_id, about=obligation.id)
    rest = str(obligation.amount - obligation.paid) if obligation.amount is not None else None
    facts = {"seq": obligation.seq, "due_on": obligation.due_on.isoformat(), "rest": rest, "performance": dispute.performance}
    tell(actor, dispute, matter, "of", facts, subjects=(("obligation", obligation.id, "overdue"),))
    levels.reconsider(actor, dispute_id=dispute.id, why="breach", cause=obligation.id)


@act("提醒履行")
def remind(actor: Actor, *, obligation_id: uuid.UUID, stage: str) -> int:
    """Put a reminder to both sides into the outbox, once for each stage; returns how many messages are new.

    stage  of rules.due_reminder. A side without a telephone gets one to be printed and handed over.
    """
    policies.may_find(actor)
    obligation, agreement, dispute, matter = queries.obligation_for_update(actor, obligation_id)
    _must_stand(actor, agreement, dispute)
    if obligation.state in rules.DONE:
        raise Refused("这一项已经履行，不再提醒。")
    org = Organisation.objects.get(id=dispute.org_id)
    kind = vocabulary("obligation_kinds")[obligation.kind].name
    rest = None if obligation.amount is None else obligation.amount - obligation.paid
    what = f"{kind} {rules.yuan(rest)} 元" if rest is not None else f"{kind}（{obligation.text}）"
    new = 0
    for side in (obligation.debtor, obligation.creditor):
        if side.erased_at is not None:
            continue
        words = rules.words_of(stage, what, obligation.due_on, dispute.number, owes=side.id == obligation.debtor_id, org=org.name)
        new += outbox.put(
            key=f"{obligation.id}:{side.id}:{stage}", group=DUE, about=matter.id, org_id=dispute.org_id,
            subject=("obligation", obligation.id), name=side.name, phone=side.phone, text=words,
        )  # fmt: skip
    facts = {"seq": obligation.seq, "stage": stage, "messages": new, "due_on": obligation.due_on.isoformat()}
    tell(actor, dispute, matter, "of", facts, subjects=(("obligation", obligation.id, "reminded"),))
    return new


@act("移交履行计划")
def hand_plan(
    actor: Actor, *, dispute_id: uuid.UUID, to_account_id: int | None = None, to_org_id: int | None = None, text: str = "",
    version: int | None = None,
) -> None:  # fmt: skip
    """Give what is still to be performed into named hands: an officer of the unit, or another organisation.

    With that, and the first revisit, the dispute may be closed. An organisation sees the dispute until thirty days after
    the last due date. Refused when nothing is open, or something is over time already.
    """
    policies.may_work(actor)
    text = written(text, TEXT)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    fresh(dispute, version, "移交履行计划")
    agreement = queries.standing(dispute.id)
    if agreement is None or dispute.state not in ("settled", "revisited"):
        raise Refused("登记协议以后，才有履行计划可以移交。")
    states = list(agreement.obligations.values_list("state", flat=True))
    if "overdue" in states:
        raise Refused("有逾期未履行的事项，请先督促履行或重新办理，不能只移交计划。")
    if not set(states) & rules.OPEN:
        raise Refused("约定已全部履行，不需要移交。")
    if not (to_account_id or to_org_id):
        raise Invalid({"to": "请指定跟进的人，或接收的单位。"})
    if to_account_id and not intake.may_own(to_org_id or dispute.org_id, to_account_id):
        raise Invalid({"to": "跟进人须在该单位有有效岗位。"})
    last = max(agreement.obligations.values_list("due_on", flat=True))
    if to_org_id and to_org_id != dispute.org_id:
        until = clock.now() + (last - clock.today()) + timedelta(days=AFTER_PLAN)
        sharing.share(actor, matter.id, to_org_id, "disputes.plan", until)
    agreement.handed_at, agreement.handed_to_id, agreement.handed_to_org_id = clock.now(), to_account_id, to_org_id
    agreement.save(update_fields=["handed_at", "handed_to", "handed_to_org"])
    dispute.plan_handed_at = agreement.handed_at
    save(dispute, "plan_handed_at")
    told = f"纠纷 {dispute.number} 的履行计划移交跟进，最后一期 {last.month}月{last.day}日"
    notices.notify(
        DUE, told, f"/disputes/{dispute.id}/", org_id=to_org_id or dispute.org_id, account_id=to_account_id, about=agreement.id
    )
    facts = {"to": to_org_id, "to_account": to_account_id, "last_due": last.isoformat()}
    tell(actor, dispute, matter, "of", facts, text, shared=bool(to_org_id), subjects=(("agreement", agreement.id, "handed over"),))
